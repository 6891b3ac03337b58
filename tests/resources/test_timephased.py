"""Where assignments' work lies: amounts add up exactly, work lies in working time, progress and contours where they must."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from pm.errors import CycleError
from pm.model import FULL, Plan, instant
from pm.model.kinds import DAY, HOUR
from pm.resources.timephased import TimePhased, time_phased
from pm.schedule import MISSING, Schedule, compute_schedule
from pm.schedule.network import active_tasks
from tests.schedule.random_plans import random_plan

MONDAY = instant("2026-03-02T08:00")


def one_task(task: dict[str, Any], *assignments: dict[str, Any], **project: Any) -> TimePhased:
    plan = Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY, **project}],
        tasks=[{"id": 1, "project_id": 1, **task}],
        resources=[{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}],
        assignments=[{"id": n, "project_id": 1, "task_id": 1, "resource_id": n, **a} for n, a in enumerate(assignments, 1)],
    )
    return time_phased(compute_schedule(plan))


def lying(found: TimePhased) -> list[tuple[str, str, int, bool]]:
    """Start, finish, hours of work and whether it is done, a stretch each."""
    columns = (found.start.tolist(), found.finish.tolist(), found.work.tolist(), found.done.tolist())
    return [
        (f"{np.datetime64(s, 's')}"[5:16], f"{np.datetime64(f, 's')}"[5:16], w // HOUR, d)
        for s, f, w, d in zip(*columns, strict=True)
    ]


def schedules(count: int, size: int) -> Iterator[Schedule]:
    """Schedules of random plans; links to and from summaries can close a loop, those plans are left out."""
    for seed in range(count):
        with suppress(CycleError):
            yield compute_schedule(random_plan(seed, size=size))


def test_all_work_is_placed_once_in_working_time() -> None:
    for schedule in schedules(90, 40):
        check_placed(schedule)


def check_placed(schedule: Schedule) -> None:
    plan, found = schedule.plan, time_phased(schedule)
    assert (found.work > 0).all()
    assert (found.first < found.last).all()
    rows = plan.assignments
    task = [plan.tasks.index[i] for i in rows.column("task_id")]
    dated = active_tasks(plan) & (schedule.start != MISSING) & (schedule.finish != MISSING)
    for a, (work, profile) in enumerate(zip(rows.column("work"), rows.column("profile"), strict=True)):
        expected = (sum(w for _, w in profile) if profile else work) if dated[task[a]] else 0
        assert found.work[found.assignment == a].sum() == expected
    stretch, start, finish, work = found.pieces()
    assert (np.bincount(stretch, weights=work, minlength=len(found)) == found.work).all()
    for n, a, b in zip(stretch.tolist(), start.tolist(), finish.tolist(), strict=True):
        calendar = found.calendars[found.calendar[n]]
        assert a < b
        assert calendar.intervals(a, b) == [(a, b)]
        assert found.start[n] <= a
        assert b <= found.finish[n]


@pytest.mark.parametrize("step", [HOUR, DAY, 7 * DAY])
def test_buckets_add_up_to_the_pieces_in_them(step: int) -> None:
    for schedule in schedules(30, 25):
        found = time_phased(schedule)
        if len(found):
            check_buckets(found, step)


def check_buckets(found: TimePhased, step: int) -> None:
    first = int(found.start.min()) - int(found.start.min()) % DAY
    edges = np.arange(first, int(found.finish.max()) + step + 1, step)
    stretch, bucket, work = found.by_bucket(edges)
    filled = np.zeros((len(found), len(edges) - 1), dtype=np.int64)
    np.add.at(filled, (stretch, bucket), work)
    assert (filled.sum(axis=1) == found.work).all()
    at, start, finish, amount = found.pieces()
    expected = np.zeros(filled.shape)
    for n, a, b, w in zip(at.tolist(), start.tolist(), finish.tolist(), amount.tolist(), strict=True):
        for i in range((a - first) // step, (b - 1 - first) // step + 1):
            low, high = max(a, first + i * step), min(b, first + (i + 1) * step)
            expected[n, i] += w * (high - low) / (b - a)
    assert np.abs(filled - expected).max() < 2  # whole seconds against shares of them


def test_even_work_lies_at_its_units_from_the_start_after_the_delay() -> None:
    found = one_task(
        {"duration": 16 * HOUR},
        {"work": 16 * HOUR},
        {"work": 4 * HOUR, "units": FULL // 2, "delay": 4 * HOUR, "levelling_delay": HOUR},
    )
    assert lying(found) == [
        ("03-02T08:00", "03-03T17:00", 16, False),
        ("03-02T14:00", "03-03T14:00", 4, False),
    ]
    assert found.units.tolist() == [FULL, FULL // 2]


def test_what_remains_lies_where_the_schedule_puts_it() -> None:
    begun = {"duration": 24 * HOUR, "actual_start": MONDAY, "percent_complete": FULL // 3, "remaining_duration": 16 * HOUR}
    status = {"status_date": instant("2026-03-05T08:00")}
    found = one_task(begun, {"work": 24 * HOUR, "actual_work": 8 * HOUR, "remaining_work": 16 * HOUR}, **status)
    assert lying(found) == [("03-02T08:00", "03-02T17:00", 8, True), ("03-05T08:00", "03-06T17:00", 16, False)]


def test_microsoft_projects_rest_resumes_where_it_says() -> None:
    begun = {"duration": 24 * HOUR, "actual_start": MONDAY, "percent_complete": FULL // 3, "remaining_duration": 16 * HOUR}
    stopped = {"stop": instant("2026-03-02T17:00"), "resume": instant("2026-03-04T13:00")}
    found = one_task(
        begun | stopped, {"work": 24 * HOUR, "actual_work": 8 * HOUR, "remaining_work": 16 * HOUR}, profile="msproject"
    )
    assert lying(found) == [("03-02T08:00", "03-02T17:00", 8, True), ("03-04T13:00", "03-06T12:00", 16, False)]


def test_a_finished_task_is_filled_by_its_work() -> None:
    done = {"actual_start": MONDAY, "actual_finish": instant("2026-03-06T17:00"), "percent_complete": FULL}
    found = one_task({"duration": 16 * HOUR} | done, {"work": 16 * HOUR})
    assert lying(found) == [("03-02T08:00", "03-06T17:00", 16, True)]
    assert found.units.tolist() == [4000]


def test_edited_work_keeps_its_gaps_and_a_contour_its_shape() -> None:
    pieces = [[4 * HOUR, 4 * HOUR], [8 * HOUR, 0], [4 * HOUR, 2 * HOUR]]
    found = one_task({"duration": 8 * HOUR}, {"work": 6 * HOUR, "profile": pieces})
    assert lying(found) == [("03-02T08:00", "03-02T12:00", 4, False), ("03-03T13:00", "03-03T17:00", 2, False)]
    # A bell of 20 h over 40 h: MS Project shows 10, 20, 40, 80 and 100 % of the peak and back.
    bell = one_task({"duration": 40 * HOUR}, {"work": 20 * HOUR, "contour": "bell"})
    assert bell.units.tolist() == [1000, 2000, 4000, 8000, FULL, FULL, 8000, 4000, 2000, 1000]


def test_a_split_task_spreads_work_over_its_pieces() -> None:
    found = one_task({"duration": 16 * HOUR, "splits": [[0, 8 * HOUR], [24 * HOUR, 8 * HOUR]]}, {"work": 8 * HOUR})
    assert lying(found) == [("03-02T08:00", "03-02T17:00", 4, False), ("03-05T08:00", "03-05T17:00", 4, False)]


def test_work_of_centuries_is_shared_out_exactly() -> None:
    found = one_task({"duration": 10**10, "duration_unit": "ed"}, {"work": 10**10 + 7})
    half = int(found.start[0]) + 3 * 10**9
    _, _, work = found.by_bucket(np.array([MONDAY, half, int(found.finish[0])]))
    assert work.tolist() == [3 * (10**10 + 7) // 10, 10**10 + 7 - 3 * (10**10 + 7) // 10]
