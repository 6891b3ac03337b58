"""Whatever people do, in whatever order: a plan stays sound, its work adds up, and every step can be taken back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pm.commands import (
    AddLink,
    AddTask,
    Assign,
    EditAssignment,
    EditTask,
    MoveTask,
    RemoveLink,
    RemoveResource,
    RemoveTasks,
    SetProgress,
    Unassign,
)
from pm.commands.base import Command
from pm.commands.effort import working_assignments
from pm.errors import PMError
from pm.model import FULL, Plan
from pm.schedule import compute_schedule
from tests.commands.plans import HOUR, house, rows_of

IDS = st.integers(1, 9)
TYPES = st.sampled_from(["fixed_units", "fixed_duration", "fixed_work"])
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "duration": st.integers(0, 80).map(lambda h: h * HOUR),
        "type": TYPES,
        "effort_driven": st.booleans(),
        "percent_complete": st.integers(0, 4).map(lambda q: q * 2500),
        "manual": st.booleans(),
        "active": st.booleans(),
    },
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(AddTask, st.just(1), st.text("ab", min_size=1), st.just({}), st.none() | IDS),
    st.builds(EditTask, IDS, EDITS),
    st.builds(EditTask, IDS, st.integers(0, 80).map(lambda h: {"work": h * HOUR})),
    st.builds(RemoveTasks, st.lists(IDS, min_size=1, max_size=2)),
    st.builds(MoveTask, IDS, st.sampled_from([None, "indent", "outdent", "up", "down"]), st.none() | IDS),
    st.builds(AddLink, IDS, IDS, st.sampled_from(["FS", "SS", "FF", "SF"]), st.integers(-9, 9).map(lambda h: h * HOUR)),
    st.builds(RemoveLink, IDS),
    st.builds(Assign, IDS, st.integers(1, 3), st.none() | st.integers(1, 4).map(lambda q: q * 2500)),
    st.builds(EditAssignment, IDS, st.integers(1, 8).map(lambda q: {"units": q * 2500})),
    st.builds(Unassign, IDS),
    st.builds(RemoveResource, st.integers(1, 3)),
    st.builds(SetProgress, IDS, st.integers(0, 4).map(lambda q: q * 2500)),
)


def check_sound(plan: Plan) -> None:
    plan.check_references()
    positions = [(plan.outline.parent[i], plan.tasks.column("position")[i]) for i in range(len(plan.tasks))]
    assert len(set(positions)) == len(positions), "two siblings at one position"
    assert len(set(plan.tasks.column("uid"))) == len(plan.tasks), "two tasks with one uid"
    for task in plan.tasks:
        listed = working_assignments(plan, task.id)
        if listed and not plan.outline.is_summary(plan.tasks.position(task.id)):
            assert task.work == sum(a.work for a in listed), f"the work of {task.name} is not that of its assignments"
        assert all(a.work >= 0 and 0 <= a.actual_work <= a.work and a.remaining_work == a.work - a.actual_work for a in listed)
        assert 0 <= task.percent_complete <= FULL
        assert task.remaining_duration is None or 0 <= task.remaining_duration <= task.duration


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMANDS, max_size=12))
def test_any_sequence_of_commands_leaves_a_sound_plan_and_can_be_undone(commands: list[Command]) -> None:
    plan = house()
    past = []
    for command in commands:
        try:
            changeset = command.changeset(plan)
        except PMError:
            continue
        past.append((plan, changeset))
        plan = plan.apply(changeset)
        check_sound(plan)
        compute_schedule(plan)
    for before, changeset in reversed(past):
        plan = plan.apply(changeset.inverse())
        assert rows_of(plan) == rows_of(before)
