"""The cyclic garbage collector, kept out of the way of work that makes many objects which stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keep the collector from walking growing plans and graphs over and over; they hold no loops worth its while.

    Only for work that ends soon: what is in a loop stays until it does.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
