"""Loads against a scheduler's oldest tool: a slow look at every half hour."""

from typing import Any

import numpy as np
import pytest

from pm.model import FULL, Plan, instant
from pm.model.kinds import DAY, HOUR
from pm.resources.buckets import Bucket, bucket_edges
from pm.resources.load import By, Loads, resource_loads
from pm.resources.timephased import time_phased
from pm.schedule import compute_schedule
from tests.resources.test_timephased import schedules

MONDAY = instant("2026-03-02T08:00")
SLOT = 900


def team(*assignments: tuple[int, int, dict[str, Any]], resources: list[dict[str, Any]], **tables: Any) -> Plan:
    """Two tasks of two days from Monday; assignments as (task, resource, values)."""
    rows = [
        {"id": n, "project_id": 1, "task_id": t, "resource_id": r, "work": 16 * HOUR, **values}
        for n, (t, r, values) in enumerate(assignments, 1)
    ]
    return Plan.from_rows(
        projects=[{"id": 1, "code": "P", "start": MONDAY}],
        tasks=[{"id": n, "uid": n, "project_id": 1, "position": n, "name": f"T{n}", "duration": 16 * HOUR} for n in (1, 2)],
        resources=[{"name": f"R{r['id']}", **r} for r in resources],
        assignments=rows,
        **tables,
    )


def hours(found: Loads, matrix: str, row: int = 0) -> list[float]:
    return [v / HOUR for v in getattr(found, matrix)[row].tolist()]


def test_load_capacity_and_excess_are_what_every_quarter_of_an_hour_says() -> None:
    for schedule in schedules(25, 12):
        plan, phased = schedule.plan, time_phased(schedule)
        found = resource_loads(schedule, bucket=Bucket.DAY)
        rows = plan.assignments.column("resource_id")
        stretch, start, finish, _ = phased.pieces()
        for line, row in enumerate(found.rows):
            mine = [n for n in range(len(stretch)) if rows[phased.assignment[stretch[n]]] == row.resource_id]
            expected = np.zeros(len(found.edges) - 1)
            beyond = np.zeros(len(found.edges) - 1)
            for day, begin in enumerate(found.edges[:-1].tolist()):
                for slot in range(begin, begin + DAY, SLOT):
                    # all times of these plans are multiples of ten seconds; the middle of a slot stands for it
                    units = sum(int(phased.units[stretch[n]]) for n in mine if start[n] <= slot + SLOT / 2 < finish[n])
                    expected[day] += units * SLOT / FULL
                    beyond[day] += max(0, units - row.units) * SLOT / FULL
            assert np.abs(found.load[line] - expected).max() <= 4 * SLOT
            assert np.abs(found.load[line] - expected).sum() <= 0.02 * expected.sum() + 8 * SLOT
            if row.resource_id is not None:
                assert (found.over[line] >= beyond - 8 * SLOT).all()


def test_every_second_of_work_is_in_one_bucket_whatever_it_is_summed_by() -> None:
    for schedule in schedules(25, 25):
        phased = time_phased(schedule)
        kinds = dict(zip(schedule.plan.resources.ids, schedule.plan.resources.column("type"), strict=True))
        owner = schedule.plan.assignments.column("resource_id")
        total = sum(
            w
            for a, w in zip(phased.assignment.tolist(), phased.work.tolist(), strict=True)
            if kinds.get(owner[a], "work") == "work"
        )
        for by in By:
            for bucket in Bucket:
                assert resource_loads(schedule, by=by, bucket=bucket).load.sum() == total


def test_two_tasks_at_once_are_too_much_and_named() -> None:
    plan = team((1, 1, {}), (2, 1, {"units": FULL // 2}), resources=[{"id": 1}])
    found = resource_loads(compute_schedule(plan), bucket=Bucket.DAY)
    assert hours(found, "load") == [12, 12, 4, 4]
    assert hours(found, "capacity") == [8, 8, 8, 8]
    assert hours(found, "over") == [4, 4, 0, 0]
    (overload,) = found.overloads()
    assert (overload.start, overload.finish) == (MONDAY, instant("2026-03-03T17:00"))
    assert (overload.units, overload.allowed, overload.task_ids) == (15_000, FULL, (1, 2))


def test_what_is_allowed_on_purpose_is_not_too_much() -> None:
    plan = team((1, 1, {}), (2, 1, {"units": FULL // 2}), resources=[{"id": 1, "allowed_load": 15_000}])
    found = resource_loads(compute_schedule(plan), bucket=Bucket.DAY)
    assert not found.over.any()
    assert found.overloads() == ()


def test_availability_over_time_replaces_the_maximum() -> None:
    periods = [
        {"id": 1, "resource_id": 1, "start": None, "finish": instant("2026-03-03"), "units": 2 * FULL},
        {"id": 2, "resource_id": 1, "start": instant("2026-03-03"), "finish": instant("2026-03-04"), "units": FULL // 2},
    ]
    plan = team((1, 1, {}), (2, 1, {}), resources=[{"id": 1}], availabilities=periods)
    found = resource_loads(compute_schedule(plan), bucket=Bucket.DAY, last=instant("2026-03-05"))
    assert hours(found, "capacity") == [16, 4, 0]
    assert hours(found, "over") == [0, 12, 0]
    assert [(o.units, o.allowed) for o in found.overloads()] == [(2 * FULL, FULL // 2)]


def test_work_outside_working_time_is_too_much_in_its_period() -> None:
    weekend = {"manual": True, "manual_start": instant("2026-03-07T08:00"), "manual_finish": instant("2026-03-07T16:00")}
    plan = Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY}],
        tasks=[{"id": 1, "project_id": 1, "duration": 8 * HOUR, **weekend}],
        resources=[{"id": 1}],
        assignments=[{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "work": 8 * HOUR}],
    )
    found = resource_loads(compute_schedule(plan), bucket=Bucket.DAY)
    assert hours(found, "over") == [8]


def test_roles_have_the_capacity_of_people_and_generic_resources_only_without_any() -> None:
    resources = [
        {"id": 1, "role": "Tester", "team": "North"},
        {"id": 2, "role": "Tester", "team": "South"},
        {"id": 3, "role": "Tester", "generic": True},
        {"id": 4, "role": "Cook", "generic": True, "max_units": 3 * FULL},
        {"id": 5, "role": "Bricks", "type": "material"},
    ]
    plan = team((1, 1, {}), (2, 3, {}), (2, 4, {}), resources=resources)
    by_role = resource_loads(compute_schedule(plan), by=By.ROLE, bucket=Bucket.DAY)
    assert [row.name for row in by_role.rows] == ["Tester", "Cook"]
    assert hours(by_role, "load") == [16, 16]
    assert hours(by_role, "capacity") == [16, 16]
    assert hours(by_role, "capacity", 1) == [24, 24]
    by_team = resource_loads(compute_schedule(plan), by=By.TEAM, bucket=Bucket.DAY)
    assert [row.name for row in by_team.rows] == ["North", "South", ""]
    assert hours(by_team, "load", 2) == [16, 16]


def test_the_period_fits_the_time_there_is() -> None:
    plan = team((1, 1, {}), resources=[{"id": 1}])
    schedule = compute_schedule(plan)
    year = instant("2027-03-02")
    assert resource_loads(schedule).bucket is Bucket.DAY
    assert resource_loads(schedule, last=instant("2026-06-01")).bucket is Bucket.WEEK
    assert resource_loads(schedule, last=year).bucket is Bucket.MONTH
    assert resource_loads(schedule, last=year, most=8).bucket is Bucket.QUARTER


@pytest.mark.parametrize(
    ("bucket", "week_start", "first", "expected"),
    [
        (Bucket.WEEK, 0, "2026-03-05T10:00", ["2026-03-02", "2026-03-09"]),
        (Bucket.WEEK, 6, "2026-03-05T10:00", ["2026-03-01", "2026-03-08"]),
        (Bucket.WEEK, 0, "2026-03-02", ["2026-03-02", "2026-03-09"]),
        (Bucket.MONTH, 0, "2026-12-05", ["2026-12-01", "2027-01-01"]),
        (Bucket.QUARTER, 0, "2026-12-05", ["2026-10-01", "2027-01-01"]),
        (Bucket.HOUR, 0, "2026-03-02T10:20", ["2026-03-02T10:00", "2026-03-02T11:00"]),
    ],
)
def test_buckets_are_whole_periods(bucket: Bucket, week_start: int, first: str, expected: list[str]) -> None:
    at = instant(first)
    assert bucket_edges(at, at + 60, bucket, week_start).tolist() == [instant(t) for t in expected]


def test_a_plan_without_work_has_empty_lines() -> None:
    plan = team(resources=[{"id": 1}])
    found = resource_loads(compute_schedule(plan))
    assert [row.name for row in found.rows] == ["R1"]
    assert not found.load.any()
    assert found.overloads() == ()
