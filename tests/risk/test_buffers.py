"""Critical-chain buffers: the published example, and what they are by definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.risk.buffers import FeverPoint, Zone, cut_and_paste, feeding_chains, fever_points, root_of_squares, with_least_share

SAFE = dict(enumerate((2, 9, 5, 2, 3, 6, 2, 3), 1))
AGGRESSIVE = {n: float(v) for n, v in enumerate((1, 6, 3, 1, 2, 4, 1, 2), 1)}
PREDECESSORS = {4: (1,), 5: (3,), 6: (2, 4), 7: (5,), 8: (6, 7)}


def test_the_published_example() -> None:
    """Critical chain 2-6-8, fed by 1-4 and 3-5-7 (pmknowledgecenter, RSEM)."""
    chains = feeding_chains((2, 6, 8), PREDECESSORS, AGGRESSIVE)
    assert [(c.tasks, c.feeds) for c in chains] == [((2, 6, 8), None), ((1, 4), 6), ((3, 5, 7), 8)]
    sizes = [root_of_squares([SAFE[t] for t in c.tasks], [AGGRESSIVE[t] for t in c.tasks]) for c in chains]
    assert sizes == pytest.approx([3.742, 1.414, 2.449], abs=0.001)


def test_half_the_chain_and_at_least_a_quarter() -> None:
    assert cut_and_paste([4, 6]) == 5
    assert with_least_share(1, 12) == 3
    assert with_least_share(5, 12) == 5


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=12))
def test_squares_make_less_than_the_sum_and_no_less_than_the_widest(pairs: list[tuple[int, int]]) -> None:
    safe, short = [a + b for a, b in pairs], [a for a, _ in pairs]
    size = root_of_squares(safe, short)
    spreads = [b for _, b in pairs]
    assert max(spreads) - 1e-9 <= size <= sum(spreads) + 1e-9


def test_the_longest_of_several_feeding_chains_is_taken_through_long_chains_too() -> None:
    length = 3000
    chain = {n: (n - 1,) for n in range(2, length)}
    found = feeding_chains((0,), {0: (length - 1, length), **chain}, dict.fromkeys(range(length + 1), 1.0))
    assert found[1].tasks == tuple(range(1, length))


def test_a_fever_chart() -> None:
    points = fever_points(20, 6, [(20, 0), (10, 1), (10, 2), (5, 5), (0, 9), (0, -2)])
    assert [(p.done, p.used) for p in points] == [(0, 0), (0.5, 1 / 6), (0.5, 1 / 3), (0.75, 5 / 6), (1, 1.5), (1, 0)]
    assert [p.zone for p in points] == [Zone.GREEN, Zone.GREEN, Zone.YELLOW, Zone.RED, Zone.RED, Zone.GREEN]
    assert FeverPoint(0.2, 0.65).zone is Zone.YELLOW
