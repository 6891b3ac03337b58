"""Tasks that wait for each other: the whole loop is named, and the link that costs least to cut."""

from __future__ import annotations

import pytest

from pm.errors import CycleError
from pm.model import Plan
from pm.schedule import check_cycles, compute_schedule


def plan(names: str, links: list[tuple[int, int]], parents: dict[int, int] | None = None) -> Plan:
    return Plan.from_rows(
        projects=[{"id": 1, "code": "P"}],
        tasks=[
            {"id": i, "project_id": 1, "name": n, "duration": 3600, "position": i, "parent_id": (parents or {}).get(i)}
            for i, n in enumerate(names, 1)
        ],
        links=[{"id": i, "project_id": 1, "predecessor_id": a, "successor_id": b} for i, (a, b) in enumerate(links, 1)],
    )


def test_the_whole_loop_is_named_and_nothing_else() -> None:
    tangled = plan("ABCDE", [(1, 2), (2, 3), (3, 4), (4, 2), (4, 5)])
    with pytest.raises(CycleError) as caught:
        compute_schedule(tangled)
    assert set(caught.value.loop) == {2, 3, 4}
    assert "1 A" not in caught.value.message
    assert all(name in caught.value.message for name in ("2 B", "3 C", "4 D"))


def test_the_cheapest_cut_undoes_both_loops() -> None:
    """Two loops share the link B → C: cutting it undoes both, cutting any other only one."""
    tangled = plan("ABCD", [(2, 3), (3, 1), (1, 2), (3, 4), (4, 2)])
    with pytest.raises(CycleError) as caught:
        compute_schedule(tangled)
    assert caught.value.cut == 1
    assert "2 B → 3 C" in caught.value.hint


def test_a_task_that_waits_for_itself() -> None:
    with pytest.raises(CycleError) as caught:
        check_cycles(plan("AB", [(2, 2)]))
    assert caught.value.loop == (2,)


@pytest.mark.parametrize("link", [(1, 2), (2, 1)])
def test_a_summary_and_what_it_holds_cannot_wait_for_each_other(link: tuple[int, int]) -> None:
    with pytest.raises(CycleError) as caught:
        compute_schedule(plan("SA", [link], parents={2: 1}))
    assert set(caught.value.loop) == {1, 2}
    assert caught.value.cut == 1


def test_a_loop_through_summaries_is_named_by_tasks() -> None:
    """A in S before B in T, and T before S."""
    with pytest.raises(CycleError) as caught:
        compute_schedule(plan("SATB", [(2, 4), (3, 1)], parents={2: 1, 4: 3}))
    assert set(caught.value.loop) == {1, 2, 3, 4}


def test_a_plan_without_loops_passes() -> None:
    check_cycles(plan("ABC", [(1, 2), (1, 3), (2, 3)]))
