"""What the tests of damaged files share: endless files, and random damage that may do nothing worse than an error of ours."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Callable, Iterable

from pm.errors import PMError
from pm.formats.result import ImportResult
from pm.schedule import compute_schedule

MEGABYTE = 1 << 20


class Endless(io.RawIOBase):
    """A file of a gigabyte that counts how much of it was asked for."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self.consumed = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and self.consumed < 1000 * MEGABYTE:
            self._rest += b"".join(itertools.islice(self._pieces, 1000))
        out, self._rest = self._rest[:size], self._rest[size:]
        self.consumed += len(out)
        return out


def survives(damaged: Callable[[random.Random], bytes], read: Callable[[bytes], ImportResult], seeds: Iterable[int]) -> None:
    """Read what `damaged` makes with the chances of each seed: it must be a plan to compute with, or an error of ours."""
    for seed in seeds:
        try:
            result = read(damaged(random.Random(seed)))
            result.plan.check_references()
            compute_schedule(result.plan)
        except PMError:
            pass
