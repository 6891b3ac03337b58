"""The kernels as the machine can run them: compiled where numba (extra ``optimise``) is there, else interpreted.

Compiled code is kept in the user's cache folder, so that it is made once; `NUMBA_CACHE_DIR` chooses another.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from pm.resources.levelling import kernels
from pm.resources.levelling.kernels import Grid

Integers = NDArray[np.int64]
HELPERS = (kernels.earliest, kernels.serial, kernels.turned, kernels.cross, kernels.follows, kernels.move)
"""What kernels call; a caller's own copy of them is compiled into it."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Kernels:
    """The kernels that take many lists at once, and what holds their numbers.

    Attributes:
        compiled: Whether they are compiled; then they run side by side in threads.
        store: Turns an array into what they take: itself, or a list of its own.
    """

    compiled: bool
    store: Callable[[NDArray[Any]], Any]
    decode: Callable[..., None]
    breed: Callable[..., None]
    sample: Callable[..., None]
    parallel: Callable[..., int]


def available() -> bool:
    """Return whether kernels can be compiled here; numba is not loaded to find out."""
    return importlib.util.find_spec("numba") is not None


@lru_cache(maxsize=2)
def kernels_for(compiled: bool) -> Kernels:
    """Return the compiled kernels, ready to run at full speed, or the interpreted ones.

    The first call for compiled ones in a process takes a moment, the first on a machine some seconds.
    """
    if not compiled:
        return Kernels(False, _as_list, kernels.decode, kernels.breed, kernels.sample, kernels.parallel)
    made = _compile()
    _warm(made)
    return made


def _as_list(array: NDArray[Any]) -> Any:
    return array.tolist()


def _compile() -> Kernels:
    from numba import config, njit
    from numba.extending import register_jitable

    if not getattr(config, "CACHE_DIR", ""):
        from platformdirs import user_cache_path

        config.CACHE_DIR = str(user_cache_path("slackline", appauthor=False) / "numba")  # type: ignore[attr-defined]
    for helper in HELPERS:
        register_jitable(helper)

    def compiled(function: F) -> F:
        return cast(F, njit(nogil=True, cache=True)(function))

    return Kernels(
        True, np.asarray, compiled(kernels.decode), compiled(kernels.breed), compiled(kernels.sample), compiled(kernels.parallel)
    )


def _warm(made: Kernels) -> None:
    """Run each kernel once on a project of one activity: that is when numba compiles or loads."""
    one, row = np.zeros(4, np.int64), np.zeros((1, 1), np.int64)
    link = np.zeros(2, np.int64)
    grid = Grid(2, one[:1], one[:1], one[:1], one[:2], link, one[:0], link, one[:0])
    made.decode(grid, row, one[:1], row.copy(), one[:1].copy(), one[:2].copy(), one.copy())
    made.parallel(grid, one[:1], one[:1].copy(), one[:2].copy(), one[:1].copy())
    made.sample(grid, one[:1], np.zeros((1, 1)), one[:1].copy(), one[:1].copy(), row.copy())
    made.breed(link, one[:0], row, np.zeros((1, 5), np.int64), np.zeros((1, 2), np.int64), one[:1] - 1, row.copy())
