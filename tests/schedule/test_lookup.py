"""Looking many values up by buckets says what a binary search says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.schedule import lookup
from pm.schedule.lookup import FEW, STRIDE_BITS, Search

FENCE = (1 << (STRIDE_BITS - 1)) - 1
GAPS = st.one_of(st.integers(0, 3), st.integers(1, 40), st.integers(10_000, 200_000))


@st.composite
def axes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Edges of one to four calendars: dense, sparse, repeated, each between fences; and where each begins."""
    edges: list[int] = []
    begin = [0]
    calendars = draw(st.integers(1, 4))
    for k in range(calendars):
        first = draw(st.integers(-(10**9), 10**9))
        inner = np.cumsum([first, *draw(st.lists(GAPS, max_size=60))]).tolist()
        edges += [(k << STRIDE_BITS) + e for e in [-FENCE, *inner, FENCE]]
        begin.append(len(edges))
    edges.append(calendars << STRIDE_BITS)
    return np.array(edges, dtype=np.int64), np.array(begin, dtype=np.int64)


@pytest.mark.parametrize("side", ["left", "right"])
@given(axis=axes(), seed=st.integers(0, 2**32 - 1), crowded=st.sampled_from([lookup.CROWDED, 1000]))
def test_buckets_say_what_a_binary_search_says(side: str, axis: tuple[np.ndarray, np.ndarray], seed: int, crowded: int) -> None:
    edges, begin = axis
    source = np.random.default_rng(seed)
    calendar = source.integers(0, len(begin) - 1, FEW + 100)
    near = np.array([source.choice(edges[begin[k] : begin[k + 1]]) + source.integers(-3, 4) for k in calendar])
    anywhere = source.integers(-FENCE, FENCE, len(calendar)) + (calendar << STRIDE_BITS)
    fenced = [np.clip(keys, edges[begin[calendar]], edges[begin[calendar + 1] - 1]) for keys in (near, anywhere)]
    found = Search(edges, begin, side)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "CROWDED", crowded)
        for keys in fenced:
            assert found(keys, calendar << STRIDE_BITS).tolist() == edges.searchsorted(keys, side).tolist()


def test_buckets_are_used() -> None:
    """Otherwise the test above compares a binary search with itself."""
    edges = np.array([-FENCE, *range(0, 8_640_000, 43_200), FENCE, 1 << STRIDE_BITS], dtype=np.int64)
    found = Search(edges, np.array([0, len(edges) - 1]), "right")
    keys = np.arange(2 * FEW) * 40_000
    found(keys, np.zeros_like(keys))
    assert 1 <= found._steps <= lookup.CROWDED
