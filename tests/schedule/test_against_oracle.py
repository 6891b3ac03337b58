"""The engine against the brute-force oracle on random tiny plans, a group of rules at a time and then together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pm.model import Plan
from pm.model.kinds import DAY, HOUR
from pm.schedule import Schedule, compute_schedule
from tests.schedule.comparing import against_oracle
from tests.schedule.groups import EVERYTHING, GROUPS
from tests.schedule.oracle import SLOT, Oracle, around_the_clock, same_place, subtract
from tests.schedule.plans import CALENDARS, MONDAY, calendar_rows, plans


@pytest.mark.parametrize("group", GROUPS)
def test_every_date_and_slack(group: str) -> None:
    @settings(max_examples=70 if "everything" in group else 30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(plans(GROUPS[group]))
    def agrees(plan: Plan) -> None:
        assert against_oracle(plan) == []

    agrees()


def implied_start(oracle: Oracle, link: Any, early: dict[int, tuple[int, int]]) -> int:
    """Return where a link alone would put its successor's start."""
    span = oracle.span(link.predecessor_id, early)
    assert span is not None
    bound = oracle.lag(link, span[link.type in ("FS", "FF")], 1)
    if link.type in ("FS", "SS"):
        return bound
    return subtract(oracle.calendar(link.successor_id), bound, oracle.length(link.successor_id))


@settings(max_examples=40, deadline=None)
@given(plans(replace(EVERYTHING, summaries=False, manual=False, inactive=False, constraints=("ASAP", "SNET", "FNET"))))
def test_a_driving_link_is_one_that_decides(plan: Plan) -> None:
    """Of a task that starts later than its constraint asks, the driving links are those that alone put it where it is."""
    schedule, oracle = compute_schedule(plan), Oracle(plan, CALENDARS)
    early, _ = oracle.both_passes()
    for position, link in enumerate(plan.links):
        bounds = oracle.forward_bounds(link.successor_id, early)
        assert bounds is not None
        successor = link.successor_id
        alone, place = implied_start(oracle, link, early), early[successor][0]
        # A milestone stands at a raw instant, so the later of two instants of one working position decides.
        works = oracle.calendar(successor) if oracle.length(successor) else around_the_clock
        decides = same_place(works, alone, place)
        constrained = plan.tasks[successor].constraint_type != "ASAP"
        if schedule.driving[position]:
            assert decides
        elif not constrained:
            assert not decides


ONE_CALENDAR = replace(EVERYTHING, calendars=False, elapsed=False)
BY_FINISH = replace(EVERYTHING, link_types=("FS", "FF"))
"""A start that falls between shifts is a start on the next morning, after the night that an SS successor works in: with links
from starts, slack on one calendar says nothing about another."""


@settings(max_examples=25, deadline=None)
@given(st.one_of(plans(ONE_CALENDAR), plans(BY_FINISH)), st.data())
def test_slack_is_what_a_task_may_slip(plan: Plan, data: st.DataObject) -> None:
    """A task that is held back by its whole total slack, and starts no later than that, does not move the project's finish."""
    schedule = compute_schedule(plan)
    free = [t.id for t in plan.tasks if is_free(plan, schedule, t)]
    assume(free)
    chosen = data.draw(st.sampled_from(free))
    before = schedule.task(chosen)
    late = max(before.late_start or 0, before.early_start or 0)  # at the same working position the clock may differ
    held = compute_schedule(changed(plan, chosen, constraint_type="SNET", constraint_date=late))
    works = Oracle(plan, CALENDARS).calendar(chosen)
    for project, ends in schedule.project_finish.items():  # a milestone may be later by the clock, between shifts
        assert same_place(works, held.project_finish[project] // SLOT, ends // SLOT)
    finish = held.task(chosen).early_finish
    assert finish is not None
    assert before.late_finish is not None
    assert same_place(works, finish // SLOT, before.late_finish // SLOT)


def is_free(plan: Plan, schedule: Schedule, task: Any) -> bool:
    slack = schedule.task(task.id).total_slack
    return not task.manual and not plan.outline.is_summary(plan.tasks.position(task.id)) and slack is not None and slack >= 0


def changed(plan: Plan, task_id: int, **values: Any) -> Plan:
    return Plan({**plan.tables, "tasks": plan.tasks.changed({task_id: values})})


def small(tasks: list[dict[str, Any]], links: list[dict[str, Any]], **project: Any) -> Plan:
    """A plan of one project that starts on a Monday at eight."""
    return Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY + 8 * HOUR, **project}],
        tasks=[{"id": i, "position": i, "project_id": 1, "name": f"T{i}", **row} for i, row in enumerate(tasks, 1)],
        links=[{"id": i, "project_id": 1, **row} for i, row in enumerate(links, 1)],
        **calendar_rows(),
    )


FOUND = {
    "a lead is taken back to where work could start": small(
        [{}, {"duration": 8 * HOUR}], [{"predecessor_id": 1, "successor_id": 2, "lag": -8 * HOUR}]
    ),
    "a lead, on two calendars": small(
        [{"calendar_id": 1}, {}, {"duration": 2 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2, "lag": -16 * HOUR}],
        calendar_id=2,
    ),
    "a working lag before an elapsed task is working time": small(
        [{}, {}, {"duration_unit": "ed"}], [{"predecessor_id": 1, "successor_id": 3, "type": "FF", "lag": 8 * HOUR}]
    ),
    "an inactive successor bounds nothing": small(
        [{"duration": 4 * HOUR}, {"active": False, "deadline": MONDAY - DAY}, {"duration": 8 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2}],
    ),
    "a summary's constraint is no successor of its children": small(
        [
            {"constraint_type": "SNET", "constraint_date": MONDAY},
            {"parent_id": 1},
            {"deadline": MONDAY},
            {"duration": 8 * HOUR},
        ],
        [{"predecessor_id": 2, "successor_id": 3, "type": "SF"}],
        profile="msproject",
    ),
    "as late as possible is not later than the late dates": small(
        [{"duration": 8 * HOUR, "constraint_type": "ALAP"}, {"deadline": MONDAY}, {"duration": 16 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2}, {"predecessor_id": 3, "successor_id": 2}],
    ),
    "as late as possible before a summary": small(
        [{"duration": 8 * HOUR, "constraint_type": "ALAP"}, {}, {"duration": 8 * HOUR, "parent_id": 2}, {"duration": 16 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2}, {"predecessor_id": 4, "successor_id": 3}],
    ),
    "a finish that cannot be late does not lie at a bound behind it, even at the same working position": small(
        [{}, {"duration": 2 * HOUR, "constraint_type": "FNLT", "constraint_date": MONDAY}],
        [{"predecessor_id": 1, "successor_id": 2, "type": "FF"}],
        profile="msproject",
    ),
    "a finish that a constraint moves keeps a bound at its working position": small(
        [{}, {"duration": 8 * HOUR, "constraint_type": "SNLT", "constraint_date": MONDAY - 3 * DAY + 12 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2, "type": "SF", "lag_kind": "elapsed", "lag": 4 * HOUR + 1800}],
        profile="msproject",
    ),
    "a share of a milestone's duration is no lag": small(
        [{}, {}],
        [{"predecessor_id": 1, "successor_id": 2, "type": "FF", "lag_kind": "percent", "lag": -5000}],
        profile="primavera",
        status_date=MONDAY + 8 * HOUR,
    ),
    "a finish that a constraint moves keeps none but the last bound": small(
        [
            {"duration": 2 * HOUR, "calendar_id": 2},
            {"duration": 2 * HOUR, "constraint_type": "SNET", "constraint_date": MONDAY + 34 * HOUR},
            {"duration": 8 * HOUR, "constraint_type": "SNLT", "constraint_date": MONDAY},
        ],
        [{"predecessor_id": 1, "successor_id": 3, "type": "FF"}, {"predecessor_id": 2, "successor_id": 3, "type": "FF"}],
        profile="msproject",
    ),
    "a status date before the project's start moves nothing": small([{"duration": 8 * HOUR}], [], status_date=MONDAY),
    "what remains of work that began before the project does not wait for the project": small(
        [{"duration": 16 * HOUR, "actual_start": MONDAY - 4 * DAY + 8 * HOUR, "percent_complete": 5000}], []
    ),
    "what is before work under way must be done when its rest has to go on": small(
        [
            {"duration": 8 * HOUR},
            {"duration": 32 * HOUR, "actual_start": MONDAY + 8 * HOUR, "percent_complete": 7500},
            {"duration": 40 * HOUR},
        ],
        [{"predecessor_id": 1, "successor_id": 2}],
    ),
}
"""Plans on which the two once differed, each as small as it gets."""


@pytest.mark.parametrize("plan", FOUND.values(), ids=FOUND)
def test_once_different(plan: Plan) -> None:
    assert against_oracle(plan) == []


def test_the_oracle_by_hand() -> None:
    """So that the oracle itself is held to something: two days, a weekend between, a day of slack."""
    plan = small(
        [{"duration": 32 * HOUR}, {"duration": 16 * HOUR}, {"duration": 40 * HOUR}],
        [{"predecessor_id": 1, "successor_id": 2}],
        calendar_id=None,
    )
    answers = Oracle(plan, CALENDARS).answers()
    hour = 2
    eight = (MONDAY + 8 * HOUR) // SLOT
    two = answers[2]
    assert (two.early_start, two.early_finish) == (eight + 4 * 24 * hour, eight + (7 * 24 + 9) * hour)
    assert (answers[1].total_slack, answers[3].total_slack, answers[3].free_slack) == (0, 8 * hour, 8 * hour)
    assert [answers[i].critical for i in (1, 2, 3)] == [True, True, False]
