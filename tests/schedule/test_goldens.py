"""Published examples with the numbers their sources print. Days are working days, hours working hours, of the standard week."""

from __future__ import annotations

from typing import Any

import pytest

from pm.model import Plan, instant, iso
from pm.model.kinds import DAY, HOUR, WEEK
from pm.schedule import Schedule, compute_schedule
from pm.worktime import Calendars

WORK_DAY = 8 * HOUR
MONDAY = "2026-01-05T08:00"


def network(durations: dict[str, int], predecessors: dict[str, str], unit: int = WORK_DAY) -> Schedule:
    """Schedule activities named by letters, joined finish to start."""
    ids = {name: number for number, name in enumerate(durations, 1)}
    pairs = [(before, after) for after, listed in predecessors.items() for before in listed.split()]
    return compute_schedule(
        Plan.from_rows(
            projects=[{"id": 1, "start": instant(MONDAY)}],
            tasks=[
                {"id": ids[name], "project_id": 1, "position": ids[name], "name": name, "duration": length * unit}
                for name, length in durations.items()
            ],
            links=[
                {"id": number, "project_id": 1, "predecessor_id": ids[a], "successor_id": ids[b]}
                for number, (a, b) in enumerate(pairs, 1)
            ],
        )
    )


def figures(schedule: Schedule, unit: int = WORK_DAY) -> dict[str, tuple[int, ...]]:
    """Return ES, EF, LS, LF and total slack of every activity, in units of working time from the project's start."""
    work = Calendars(schedule.plan).standard
    begin = instant(MONDAY)
    found = {}
    for task in schedule.plan.tasks:
        one = schedule.task(task.id)
        dates = [one.early_start, one.early_finish, one.late_start, one.late_finish]
        assert one.total_slack is not None
        found[task.name] = (*(work.between(begin, t) // unit for t in dates if t is not None), one.total_slack // unit)
    return found


def critical(schedule: Schedule) -> str:
    """Return the names of the critical activities in plan order."""
    return " ".join(t.name for t in schedule.plan.tasks if schedule.task(t.id).critical)


def length(schedule: Schedule, unit: int = WORK_DAY) -> int:
    """Return how long the project takes."""
    return Calendars(schedule.plan).standard.between(instant(MONDAY), schedule.project_finish[1]) // unit


def test_milwaukee_paper() -> None:
    """Heizer and Render, Operations Management, the Milwaukee Paper example: 15 weeks, A-C-E-G-H."""
    schedule = network(
        {"A": 2, "B": 3, "C": 2, "D": 4, "E": 4, "F": 3, "G": 5, "H": 2},
        {"C": "A", "D": "B", "E": "C", "F": "C", "G": "D E", "H": "F G"},
    )
    assert figures(schedule) == {
        "A": (0, 2, 0, 2, 0), "B": (0, 3, 1, 4, 1), "C": (2, 4, 2, 4, 0), "D": (3, 7, 4, 8, 1),
        "E": (4, 8, 4, 8, 0), "F": (4, 7, 10, 13, 6), "G": (8, 13, 8, 13, 0), "H": (13, 15, 13, 15, 0),
    }  # fmt: skip
    assert length(schedule) == 15
    assert critical(schedule) == "A C E G H"


def test_prototype() -> None:
    """A prototype's seven activities in hours (studylib.net, document 8378728): 16 hours, A-B-D-E-G."""
    schedule = network(
        {"A": 6, "B": 2, "C": 2, "D": 3, "F": 2, "E": 4, "G": 1},
        {"B": "A", "C": "A", "D": "B", "F": "C", "E": "D F", "G": "E"},
        HOUR,
    )
    assert figures(schedule, HOUR) == {
        "A": (0, 6, 0, 6, 0), "B": (6, 8, 6, 8, 0), "D": (8, 11, 8, 11, 0), "E": (11, 15, 11, 15, 0),
        "G": (15, 16, 15, 16, 0), "C": (6, 8, 7, 9, 1), "F": (8, 10, 9, 11, 1),
    }  # fmt: skip
    assert length(schedule, HOUR) == 16
    assert critical(schedule) == "A B D E G"


def test_arrows() -> None:
    """Taylor, Introduction to Management Science, chapter 8, problem 5, activities on arrows: 20 weeks."""
    schedule = network(
        {"1-2": 7, "1-3": 10, "2-4": 6, "3-4": 5, "3-5": 4, "4-5": 3, "5-6": 2},
        {"2-4": "1-2", "3-4": "1-3", "3-5": "1-3", "4-5": "2-4 3-4", "5-6": "3-5 4-5"},
    )
    assert figures(schedule) == {
        "1-2": (0, 7, 2, 9, 2), "1-3": (0, 10, 0, 10, 0), "2-4": (7, 13, 9, 15, 2), "3-4": (10, 15, 10, 15, 0),
        "3-5": (10, 14, 14, 18, 4), "4-5": (15, 18, 15, 18, 0), "5-6": (18, 20, 18, 20, 0),
    }  # fmt: skip
    assert length(schedule) == 20


def test_reliable_construction() -> None:
    """Hillier and Lieberman, Introduction to Operations Research, Reliable Construction: 44 weeks, A-B-C-E-F-J-L-N."""
    schedule = network(
        {"A": 2, "B": 4, "C": 10, "D": 6, "E": 4, "F": 5, "G": 7, "H": 9, "I": 7, "J": 8, "K": 4, "L": 5, "M": 2, "N": 6},
        {
            "B": "A", "C": "B", "D": "C", "E": "C", "F": "E", "G": "D", "H": "E G", "I": "C", "J": "F I", "K": "J", "L": "J",
            "M": "H", "N": "K L",
        },
    )  # fmt: skip
    assert length(schedule) == 44
    assert critical(schedule) == "A B C E F J L N"
    slack = {name: row[4] for name, row in figures(schedule).items() if row[4]}
    assert slack == {"D": 4, "G": 4, "H": 4, "M": 4, "I": 2, "K": 1}


LINKED_PAIRS: list[tuple[str, int]] = [
    ("FS", 0), ("FS", 1), ("FS", 2), ("FS", 5), ("FS", 10), ("SF", 2), ("SS", 2), ("FF", 2),
]  # fmt: skip


def linked_pairs(profile: str) -> Schedule:
    """Sixteen tasks of a day in eight pairs, as MPXJ's generated file task-links-project2016 has them."""
    tasks = [{"id": i, "project_id": 1, "position": i, "name": str(i), "duration": WORK_DAY} for i in range(1, 17)]
    links = [
        {"id": i, "project_id": 1, "predecessor_id": 2 * i - 1, "successor_id": 2 * i, "type": kind, "lag": days * WORK_DAY}
        for i, (kind, days) in enumerate(LINKED_PAIRS, 1)
    ]
    project = {"id": 1, "start": instant("2016-02-08T08:00"), "profile": profile}
    return compute_schedule(Plan.from_rows(projects=[project], tasks=tasks, links=links))


@pytest.mark.parametrize(("profile", "quirk"), [("slackline", {11: 10, 13: 9}), ("msproject", {11: 11, 13: 11})])
def test_links_of_every_type_over_weekends(profile: str, quirk: dict[int, int]) -> None:
    """What Microsoft Project 2016 wrote (mpxj junit/data/generated/task-links/task-links-project2016-mspdi.xml).

    Project takes late dates of 11 and 13 from the project's end, as the profile named after it does; a network has 10 and 9.
    """
    schedule = linked_pairs(profile)
    starts = {i: iso(int(schedule.start[i - 1]))[:10] for i in range(2, 17, 2)}
    assert starts == {
        2: "2016-02-09", 4: "2016-02-10", 6: "2016-02-11", 8: "2016-02-16",
        10: "2016-02-23", 12: "2016-02-09", 14: "2016-02-10", 16: "2016-02-10",
    }  # fmt: skip
    assert iso(schedule.project_finish[1]) == "2016-02-23T17:00"
    slack = {i: int(schedule.total_slack[i - 1]) // WORK_DAY for i in range(1, 17)}
    assert slack == {1: 10, 2: 10, 3: 9, 4: 9, 5: 8, 6: 8, 7: 5, 8: 5, 9: 0, 10: 0, 12: 10, 14: 9, 15: 9, 16: 9, **quirk}


ELAPSED_WEEK = {"duration_unit": "ed", "duration": WEEK}
EFFORT = {"duration": 5 * WORK_DAY}
GAP = {"lag": 5 * WORK_DAY}


def nine_to_five(project: dict[str, Any], tasks: dict[int, dict[str, Any]], links: list[dict[str, Any]]) -> Schedule:
    """Schedule with TaskJuggler's default working hours; its `duration` runs round the clock, `effort` and `gaplength` do not."""
    week = [[[9 * HOUR, 17 * HOUR]]] * 5 + [[], []]
    return compute_schedule(
        Plan.from_rows(
            calendars=[{"id": 1, "name": "Nine to five", "week": week}],
            projects=[{"id": 1, "calendar_id": 1, "profile_overrides": {"lag_calendar": "project"}, **project}],
            tasks=[{"id": i, "project_id": 1, "position": i, "name": f"t{i}", **row} for i, row in tasks.items()],
            links=[{"id": i, "project_id": 1, **link} for i, link in enumerate(links, 1)],
        )
    )


def dates(schedule: Schedule, task_id: int) -> tuple[str, str]:
    """Return start and finish as text."""
    task = schedule.task(task_id)
    assert task.start is not None
    assert task.finish is not None
    return iso(task.start), iso(task.finish)


def test_elapsed_and_working_gaps() -> None:
    """TaskJuggler's test Depends.tjp, from Monday 2007-04-02, with the dates that it asserts."""
    schedule = nine_to_five(
        {"start": instant("2007-04-02")},
        {**dict.fromkeys((1, 2, 3, 4, 6), ELAPSED_WEEK), **dict.fromkeys((7, 8), EFFORT)},
        [
            {"predecessor_id": 1, "successor_id": 2},
            {"predecessor_id": 2, "successor_id": 3, "lag": WEEK, "lag_kind": "elapsed"},
            {"predecessor_id": 3, "successor_id": 4, **GAP},
            {"predecessor_id": 4, "successor_id": 6, "type": "SS", **GAP},
            {"predecessor_id": 7, "successor_id": 8, "type": "SS", **GAP},
        ],
    )
    assert dates(schedule, 1)[1] == "2007-04-09T00:00"
    assert dates(schedule, 2) == ("2007-04-09T00:00", "2007-04-16T00:00")
    assert dates(schedule, 3) == ("2007-04-23T00:00", "2007-04-30T00:00")
    assert dates(schedule, 4) == ("2007-05-04T17:00", "2007-05-11T17:00")
    assert dates(schedule, 6) == ("2007-05-11T17:00", "2007-05-18T17:00")
    assert dates(schedule, 7)[1] == "2007-04-06T17:00"
    assert dates(schedule, 8) == ("2007-04-09T09:00", "2007-04-13T17:00")


def test_elapsed_and_working_gaps_from_the_finish() -> None:
    """TaskJuggler's test Precedes.tjp, back from 2007-07-01, with the dates that it asserts."""
    late = {"constraint_type": "ALAP"}
    schedule = nine_to_five(
        {"start": instant("2007-04-02"), "finish": instant("2007-07-01"), "schedule_from": "finish"},
        {**dict.fromkeys((1, 2, 3, 4), ELAPSED_WEEK | late), **dict.fromkeys((7, 8), EFFORT | late)},
        [
            {"predecessor_id": 2, "successor_id": 1},
            {"predecessor_id": 3, "successor_id": 2, "lag": WEEK, "lag_kind": "elapsed"},
            {"predecessor_id": 4, "successor_id": 3, **GAP},
            {"predecessor_id": 8, "successor_id": 7, "type": "FF", **GAP},
        ],
    )
    assert dates(schedule, 1)[0] == "2007-06-24T00:00"
    assert dates(schedule, 2) == ("2007-06-17T00:00", "2007-06-24T00:00")
    assert dates(schedule, 3) == ("2007-06-03T00:00", "2007-06-10T00:00")
    assert dates(schedule, 4) == ("2007-05-21T09:00", "2007-05-28T09:00")
    assert dates(schedule, 8) == ("2007-06-18T09:00", "2007-06-22T17:00")


def test_a_milestone_behind_an_elapsed_lag() -> None:
    """Issue 4174 of trueppm: slipping A by a day leaves the finish where it is, so A has a day of slack."""
    schedule = compute_schedule(
        Plan.from_rows(
            projects=[{"id": 1, "start": instant(MONDAY)}],
            tasks=[
                {"id": 1, "project_id": 1, "position": 1, "name": "A", "duration": 4 * WORK_DAY},
                {"id": 2, "project_id": 1, "position": 2, "name": "M"},
            ],
            links=[{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 2, "lag": DAY, "lag_kind": "elapsed"}],
        )
    )
    assert iso(schedule.project_finish[1])[:10] == "2026-01-09"
    assert schedule.task(1).total_slack == WORK_DAY
