"""One tiny plan for each rule, with the dates it must give. Working days are 08:00-12:00 and 13:00-17:00, Monday to Friday."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pm.model import FULL, Plan, instant, iso
from pm.model.kinds import DAY, HOUR
from pm.schedule import MISSING, Schedule, compute_schedule

D = 8 * HOUR


@dataclass
class Rule:
    """Tasks by name with their fields, links as (from, to, fields), and what must come out: name to (start, finish[, slack])."""

    name: str
    tasks: dict[str, dict[str, Any]]
    expect: dict[str, tuple[Any, ...]]
    links: list[tuple[Any, ...]] = field(default_factory=list)
    project: dict[str, Any] = field(default_factory=dict)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    late: bool = False
    """Compare late start and late finish instead of the scheduled dates."""


def d(day: int, clock: str = "08:00") -> int:
    """March 2026; the 2nd is a Monday."""
    return instant(f"2026-03-{day:02d}T{clock}")


RULES = [
    Rule(
        "a milestone after a link stands at the predecessor's own instant, and is never moved to a shift's start",
        {"A": {"duration": D}, "M": {"duration": 0}},
        {"M": ("03-02T17:00", "03-02T17:00")},
        [("A", "M")],
    ),
    Rule(
        "lag counts working time of the successor, and ends at the end of a shift",
        {"A": {"duration": D}, "M": {"duration": 0}},
        {"M": ("03-04T17:00", "03-04T17:00")},
        [("A", "M", {"lag": 2 * D})],
    ),
    Rule(
        "elapsed lag runs round the clock",
        {"A": {"duration": 4 * D}, "B": {"duration": D}},
        {"B": ("03-09T08:00", "03-09T17:00")},
        [("A", "B", {"lag": 2 * DAY, "lag_kind": "elapsed"})],
    ),
    Rule(
        "a percent lag is that share of the predecessor's duration",
        {"A": {"duration": 4 * D}, "B": {"duration": D}},
        {"B": ("03-05T08:00", "03-05T17:00")},
        [("A", "B", {"lag": -2500, "lag_kind": "percent"})],
    ),
    Rule(
        "a percent lag from a summary is a share of the span its branch turns out to have, whatever duration is stored",
        {
            "A": {"duration": D},
            "S": {"duration": 999 * D},
            "S/X": {"duration": 2 * D},
            "S/Y": {"duration": D},
            "T": {},
            "T/Z": {"duration": 2 * D},
            "B": {"duration": D},
        },
        {"S/Y": ("03-05T08:00", "03-05T17:00"), "T/Z": ("03-10T10:00", "03-12T10:00"), "B": ("03-13T10:00", "03-16T10:00")},
        [
            ("A", "S"),
            ("S/X", "S/Y"),
            ("S", "T", {"lag": 7500, "lag_kind": "percent"}),
            ("T", "B", {"lag": 5000, "lag_kind": "percent"}),
        ],
    ),
    Rule(
        "an elapsed duration runs round the clock",
        {"A": {"duration": 7 * DAY, "duration_unit": "ed"}},
        {"A": ("03-02T08:00", "03-09T08:00")},
    ),
    Rule(
        "the project's start is only the default: a constraint before it wins, and so does what is linked behind",
        {"M": {"duration": 0, "constraint_type": "SNET", "constraint_date": d(2)}, "A": {"duration": D}, "B": {"duration": D}},
        {"M": ("03-02T08:00", "03-02T08:00"), "A": ("03-02T08:00", "03-02T17:00"), "B": ("03-10T08:00", "03-10T17:00")},
        [("M", "A")],
        {"start": d(10)},
    ),
    Rule(
        "a task bound only at its finish does not start before the project",
        {"A": {"duration": D}, "B": {"duration": 3 * D}},
        {"B": ("03-02T08:00", "03-04T17:00")},
        [("A", "B", {"type": "FF"})],
    ),
    Rule(
        "a finish bound at the same working position keeps its own instant",
        {"A": {"duration": D, "constraint_type": "SNET", "constraint_date": d(4)}, "B": {"duration": D}},
        {"B": ("03-03T08:00", "03-04T08:00")},
        [("A", "B", {"type": "SF"})],
    ),
    Rule(
        "must-start-on holds against a later predecessor, and slack turns negative",
        {"A": {"duration": 5 * D}, "B": {"duration": D, "constraint_type": "MSO", "constraint_date": d(4)}},
        {"A": ("03-02T08:00", "03-06T17:00", -3 * D), "B": ("03-04T08:00", "03-04T17:00", 0)},
        [("A", "B")],
    ),
    Rule(
        "must-finish-on sets the finish",
        {"B": {"duration": 2 * D, "constraint_type": "MFO", "constraint_date": d(6, "17:00")}},
        {"B": ("03-05T08:00", "03-06T17:00", 0)},
    ),
    Rule(
        "finish-no-later-than and deadlines move late dates only",
        {
            "A": {"duration": 5 * D, "constraint_type": "FNLT", "constraint_date": d(4, "17:00")},
            "B": {"duration": 5 * D, "deadline": d(5, "17:00")},
        },
        {"A": ("03-02T08:00", "03-06T17:00", -2 * D), "B": ("03-02T08:00", "03-06T17:00", -D)},
    ),
    Rule(
        "start-no-later-than caps the late start",
        {"A": {"duration": D, "constraint_type": "SNLT", "constraint_date": d(4)}, "B": {"duration": 10 * D}},
        {"A": ("03-04T08:00", "03-04T17:00")},
        late=True,
    ),
    Rule(
        "as late as possible moves no successor",
        {"A": {"duration": D, "constraint_type": "ALAP"}, "B": {"duration": D}, "C": {"duration": 3 * D}, "E": {"duration": D}},
        {"A": ("03-04T08:00", "03-04T17:00"), "B": ("03-05T08:00", "03-05T17:00")},
        [("A", "B"), ("C", "B"), ("B", "E")],
    ),
    Rule(
        "scheduled from the finish, tasks stand at their late dates",
        {"A": {"duration": 2 * D, "constraint_type": "ALAP"}, "B": {"duration": D, "constraint_type": "ALAP"}},
        {"A": ("03-11T08:00", "03-12T17:00", 0), "B": ("03-13T08:00", "03-13T17:00", 0)},
        [("A", "B")],
        {"schedule_from": "finish", "finish": d(13, "17:00")},
    ),
    Rule(
        "links and constraints on a summary act on what it holds; links from it use its last finish",
        {
            "A": {"duration": D},
            "S": {"constraint_type": "SNET", "constraint_date": d(3)},
            "S/X": {"duration": D},
            "S/Y": {"duration": 3 * D},
            "B": {"duration": D},
        },
        {
            "S/X": ("03-04T08:00", "03-04T17:00", 2 * D),
            "S/Y": ("03-04T08:00", "03-06T17:00", 0),
            "S": ("03-04T08:00", "03-06T17:00", 0),
            "B": ("03-09T08:00", "03-09T17:00", 0),
        },
        [("A", "S", {"lag": D}), ("S", "B")],
    ),
    Rule(
        "an automatic child starts with its manual summary, even before the project",
        {"S": {"manual": True, "manual_start": d(4), "manual_finish": d(20, "17:00")}, "S/X": {"duration": D}},
        {"S/X": ("03-04T08:00", "03-04T17:00"), "S": ("03-04T08:00", "03-20T17:00")},
        project={"start": d(10)},
    ),
    Rule(
        "an inactive task binds nothing",
        {"A": {"duration": 5 * D, "active": False}, "B": {"duration": D}},
        {"B": ("03-02T08:00", "03-02T17:00", 0)},
        [("A", "B")],
    ),
    Rule(
        "a levelling delay is elapsed time, and belongs to the link for what comes before",
        {"A": {"duration": D}, "B": {"duration": D, "levelling_delay": DAY}, "C": {"duration": 4 * D}},
        {"A": ("03-02T08:00", "03-02T17:00", D), "B": ("03-04T08:00", "03-04T17:00", D)},
        [("A", "B")],
    ),
    Rule(
        "a finished successor does not hold its predecessor",
        {
            "A": {"duration": D},
            "B": {"duration": D, "actual_start": d(2), "actual_finish": d(2, "17:00"), "percent_complete": FULL},
            "C": {"duration": 5 * D},
        },
        {"A": ("03-02T08:00", "03-02T17:00", 4 * D), "B": ("03-02T08:00", "03-02T17:00", 0)},
        [("A", "B")],
        {"profile": "msproject"},
    ),
    Rule(
        "work not started lies after the status date; what remains of started work waits too (retained logic)",
        {
            "A": {"duration": 3 * D, "actual_start": d(2), "percent_complete": 3333, "remaining_duration": 2 * D},
            "B": {"duration": D, "actual_start": d(2), "percent_complete": 5000, "remaining_duration": D // 2},
            "C": {"duration": D},
        },
        {"A": ("03-02T08:00", "03-12T17:00"), "B": ("03-02T08:00", "03-13T12:00"), "C": ("03-11T08:00", "03-11T17:00")},
        [("A", "B")],
        {"status_date": d(10, "17:00")},
    ),
    Rule(
        "in MS Project's profile the status date moves nothing",
        {"C": {"duration": D}},
        {"C": ("03-02T08:00", "03-02T17:00")},
        project={"status_date": d(10, "17:00"), "profile": "msproject"},
    ),
    Rule(
        "material drives nothing; a worker's own calendar does",
        {"A": {"duration": 2 * D}, "B": {"duration": 2 * D}},
        {"A": ("03-02T08:00", "03-03T17:00"), "B": ("03-03T08:00", "03-04T17:00")},
        assignments=[
            {"task": "A", "resource_id": 2, "work": 2 * D},
            {"task": "B", "resource_id": 1, "work": 2 * D},
        ],
    ),
    Rule(
        "two workers on different calendars: the duration counts on days that either works, forwards and backwards",
        {"A": {"duration": 2 * D}},
        {"A": ("03-02T08:00", "03-03T17:00", 0)},
        assignments=[
            {"task": "A", "resource_id": 1, "work": 2 * D},
            {"task": "A", "resource_id": 3, "work": 2 * D},
        ],
    ),
    Rule(
        "a gap in an assignment's work splits its task",
        {"A": {"duration": 2 * D}, "B": {"duration": D}},
        {"A": ("03-02T08:00", "03-04T17:00"), "B": ("03-05T08:00", "03-05T17:00")},
        [("A", "B")],
        assignments=[{"task": "A", "resource_id": 3, "work": 2 * D, "profile": [[D, D], [D, 0], [D, D]]}],
    ),
    Rule(
        "summaries roll up blank rows and inactive tasks not at all",
        {
            "S": {},
            "S/A": {"duration": D},
            "S/B": {"duration": 9 * D, "active": False},
            "S/C": {"blank": True},
        },
        {"S": ("03-02T08:00", "03-02T17:00", 0)},
    ),
]


def build(rule: Rule) -> tuple[Plan, dict[str, int]]:
    ids = {name: i for i, name in enumerate(rule.tasks, 1)}
    project = {"id": 1, "code": "P", "start": d(2)} | rule.project
    off_on_monday = {"id": 2, "name": "Off on the 2nd", "base_id": 1}
    return (
        Plan.from_rows(
            projects=[project],
            calendars=[{"id": 1, "name": "Standard"}, off_on_monday],
            calendar_exceptions=[{"id": 1, "calendar_id": 2, "start": d(2, "00:00"), "finish": d(2, "00:00"), "shifts": []}],
            resources=[
                {"id": 1, "name": "Worker", "calendar_id": 2},
                {"id": 2, "name": "Sand", "type": "material", "calendar_id": 2},
                {"id": 3, "name": "Crew"},
            ],
            tasks=[
                {"id": ids[n], "name": n, "project_id": 1, "position": ids[n], "parent_id": ids.get(n.rpartition("/")[0])} | f
                for n, f in rule.tasks.items()
            ],
            links=[
                {"id": i, "project_id": 1, "predecessor_id": ids[a], "successor_id": ids[b]} | (rest[0] if rest else {})
                for i, (a, b, *rest) in enumerate(rule.links, 1)
            ],
            assignments=[
                {"id": i, "project_id": 1, "task_id": ids[a["task"]]} | {k: v for k, v in a.items() if k != "task"}
                for i, a in enumerate(rule.assignments, 1)
            ],
        ),
        ids,
    )


def shown(schedule: Schedule, position: int, *, late: bool) -> tuple[str, str, int]:
    start, finish = (schedule.late_start, schedule.late_finish) if late else (schedule.start, schedule.finish)
    assert start[position] != MISSING
    return iso(int(start[position]))[5:], iso(int(finish[position]))[5:], int(schedule.total_slack[position])


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_rule(rule: Rule) -> None:
    plan, ids = build(rule)
    schedule = compute_schedule(plan)
    found = {n: shown(schedule, plan.tasks.position(ids[n]), late=rule.late)[: len(e)] for n, e in rule.expect.items()}
    assert found == rule.expect


def test_ms_project_lets_start_links_with_long_lags_bind_no_late_dates() -> None:
    """Rule 7.2 as in the published golden G07: a 1 d task with SS+2d has the slack of a task without successors."""
    for profile, slack in (("msproject", 4 * D), ("slackline", 2 * D)):
        plan, _ = build(
            Rule(
                "",
                {"A": {"duration": D}, "B": {"duration": D}, "C": {"duration": 5 * D}},
                {},
                [("A", "B", {"type": "SS", "lag": 2 * D})],
                {"profile": profile},
            )
        )
        assert compute_schedule(plan).total_slack[0] == slack, profile
