from __future__ import annotations

from typing import Any

import pytest

from pm.commands import AddLink, EditLink, NewProject, RemoveLink
from pm.commands.links import find_link
from pm.errors import CycleError, PMError
from tests.commands.plans import DAY, START, done, house


def code_of(command: Any, plan: Any = None) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan or house())
    return caught.value.code


def test_links_of_different_types_may_join_the_same_pair() -> None:
    plan = done(house(), AddLink(2, 3, "FF", -DAY))
    assert len(plan.links) == 3
    assert AddLink(2, 3, "FF", -DAY).changeset(house()).label == "Link Dig → Pour slab FF-1d"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (AddLink(2, 2), "link.self"),
        (AddLink(2, 3), "link.exists"),
        (AddLink(1, 3), "link.own_branch"),
        (AddLink(3, 1), "link.own_branch"),
        (AddLink(5, 2), "schedule.cycle"),
        (AddLink(4, 1), "schedule.cycle"),
        (AddLink(2, 6, "XX"), "value.invalid"),
        (AddLink(2, 99), "plan.not_found"),
    ],
)
def test_links_that_cannot_be_are_refused(link: AddLink, code: str) -> None:
    assert code_of(link) == code


def test_a_cycle_names_the_loop_and_the_link_to_cut() -> None:
    with pytest.raises(CycleError) as caught:
        AddLink(5, 2).changeset(house())
    assert sorted(caught.value.loop) == [2, 3, 5]
    assert caught.value.hint


def test_tasks_of_different_projects_are_not_linked() -> None:
    from pm.commands import AddTask

    plan = done(done(house(), NewProject("BARN", "Barn", START)), AddTask(2, "Gate"))
    assert code_of(AddLink(2, 8), plan) == "link.other_project"


def test_editing_a_link() -> None:
    plan = done(house(), EditLink(2, {"type": "FS", "lag": 2 * DAY}))
    assert (plan.links[2].type, plan.links[2].lag) == ("FS", 2 * DAY)
    assert EditLink(2, {"lag": 2 * DAY}).changeset(house()).label == "Link Pour slab → Frame SS+1d → SS+2d"
    assert code_of(EditLink(2, {"predecessor_id": 2})) == "link.ends"
    assert code_of(EditLink(2, {"lag": DAY})) == "command.no_change"
    twins = done(house(), AddLink(2, 3, "FF"))
    assert code_of(EditLink(3, {"type": "FS"}), twins) == "link.exists"


def test_removing_a_link() -> None:
    plan = done(house(), RemoveLink(1))
    assert list(plan.links.ids) == [2]
    assert RemoveLink(1).changeset(house()).label == "Unlink Dig → Pour slab FS"


def test_finding_a_link_by_its_ends() -> None:
    plan = done(house(), AddLink(2, 3, "FF"))
    assert find_link(plan, 2, 3, "FF") == 3
    with pytest.raises(PMError, match="several links"):
        find_link(plan, 2, 3)
    with pytest.raises(PMError, match="not linked"):
        find_link(plan, 3, 2)
