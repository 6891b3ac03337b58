"""Amounts and trees that nobody means: an error with a code, never a crash, an absurd date or an endless search."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pm.errors import InputError, ScheduleError
from pm.model import STANDARD_WEEK, Plan, iso
from pm.model.kinds import DAY, FIRST_INSTANT, HOUR, instant
from pm.schedule import compile_network, compute_schedule
from pm.schedule.lookup import STRIDE

MONDAY = instant("2026-01-05T08:00")
WORKDAY = 8 * HOUR
Rows = list[dict[str, Any]]


def plan_of(tasks: Rows, links: Rows | None = None, *, project: dict[str, Any] | None = None, **rows: Rows) -> Plan:
    defaults = {"project_id": 1}
    return Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY, "calendar_id": 1, **(project or {})}],
        calendars=[{"id": 1, "name": "Standard", "week": STANDARD_WEEK}],
        tasks=[{"id": i, "uid": i, "position": i, "name": f"T{i}", **defaults, **t} for i, t in enumerate(tasks, 1)],
        links=[{"id": i, **defaults, **link} for i, link in enumerate(links or [], 1)],
        **rows,
    )


def pair(**link: Any) -> Plan:
    return plan_of([{"duration": WORKDAY}] * 2, [{"predecessor_id": 1, "successor_id": 2, **link}])


def assigned(**values: Any) -> Plan:
    row = {"project_id": 1, "task_id": 1, "resource_id": 1, "work": WORKDAY}
    return plan_of(
        [{"duration": WORKDAY}], resources=[{"id": 1, "name": "R"}], assignments=[{"id": 1, **row}, {"id": 2, **row, **values}]
    )


def started(**values: Any) -> Plan:
    return plan_of([{"duration": WORKDAY, "percent_complete": 500, "actual_start": MONDAY, **values}])


@pytest.mark.parametrize(
    "plan",
    [
        plan_of([{"duration": 10**18}]),
        plan_of([{"duration": 9 * 10**18}] * 2),
        plan_of([{"duration": 10**11}] * 6, [{"predecessor_id": i, "successor_id": i + 1} for i in range(1, 6)]),
        plan_of([{"duration": WORKDAY, "levelling_delay": 10**18}]),
        plan_of([{"duration": WORKDAY, "splits": [[0, 10**18]]}]),
        pair(lag=10**18),
        pair(lag=-(10**18)),
        pair(lag=-3 * 10**10),
        pair(lag=9 * 10**18, lag_kind="elapsed"),
        pair(lag=9 * 10**18, lag_kind="percent"),
        assigned(delay=10**18),
        assigned(work=10**18, units=1, delay=1),
        started(remaining_duration=10**18),
        started(remaining_duration=-(10**18)),
    ],
)
def test_amounts_beyond_all_years_are_refused(plan: Plan) -> None:
    with pytest.raises(ScheduleError) as caught:
        compute_schedule(plan)
    assert caught.value.code == "schedule.out_of_range"


@pytest.mark.parametrize("profile", ["slackline", "msproject", "primavera"])
def test_less_than_nothing_cannot_remain(profile: str) -> None:
    for begun in (MONDAY, None):
        plan = plan_of([{"duration": WORKDAY, "remaining_duration": -1, "actual_start": begun}], project={"profile": profile})
        if begun is None and profile != "primavera":  # there it counts once work has begun
            compute_schedule(plan)
            continue
        with pytest.raises(ScheduleError, match="less than nothing"):
            compute_schedule(plan)


def test_a_lead_before_year_1_is_not_a_date_in_the_far_future() -> None:
    plan = plan_of(
        [{"duration": WORKDAY}] * 2,
        [{"predecessor_id": 1, "successor_id": 2, "lag": -100 * WORKDAY}],
        project={"start": FIRST_INSTANT + 10 * DAY},
    )
    with pytest.raises(ScheduleError, match="years 1 to 9999"):
        compute_schedule(plan)


@pytest.mark.parametrize("late_first", [True, False])
def test_late_tasks_beside_deep_trees_take_no_time(late_first: bool) -> None:
    deep = 3000
    if late_first:  # the as-late-as-possible task leads into the tree
        tasks = [{"duration": WORKDAY, "constraint_type": "ALAP"}, *({"parent_id": i or None} for i in [0, *range(2, deep)])]
        links = [{"predecessor_id": 1, "successor_id": 2}]
    else:  # it is the innermost of the tree, which leads out
        tasks = [*({"parent_id": i or None} for i in range(deep - 1)), {"parent_id": deep - 1, "constraint_type": "ALAP"}]
        links = [{"predecessor_id": 1, "successor_id": deep + 1}]
    tasks += [{"duration": WORKDAY, "constraint_type": "SNET", "constraint_date": MONDAY + 7 * DAY}]
    last = len(tasks)
    late = 1 if late_first else deep
    links += [{"predecessor_id": deep if late_first else late, "successor_id": last}]
    found = compute_schedule(plan_of(tasks, links)).task(late)
    assert found.early_start is not None
    assert iso(found.early_start) == ("2026-01-05T08:00" if late_first else "2026-01-12T08:00")


def test_a_manual_task_with_only_a_finish_is_counted_back_from_it() -> None:
    finish = instant("2026-01-08T17:00")
    plan = plan_of([{"duration": 2 * WORKDAY, "manual": True, "manual_finish": finish}])
    found = compute_schedule(plan).task(1)
    assert (found.start, found.finish, found.total_slack) == (instant("2026-01-07T08:00"), finish, 0)


def test_overrides_that_are_no_table_are_refused() -> None:
    with pytest.raises(InputError, match="not a table"):
        compute_schedule(plan_of([{}], project={"profile_overrides": ["slack_rule"]}))


FAR_OFF = instant("2080-01-01T17:00")
LONG = 20 * 2080 * HOUR
P6 = {"profile": "primavera", "status_date": MONDAY}


@pytest.mark.parametrize(
    ("task", "project", "finish", "late_finish"),
    [
        ({"expected_finish": FAR_OFF}, P6, FAR_OFF, FAR_OFF),
        ({}, {**P6, "must_finish_by": FAR_OFF}, MONDAY + 9 * HOUR, FAR_OFF),
        ({"external_late_finish": FAR_OFF}, P6, MONDAY + 9 * HOUR, FAR_OFF),
        ({"secondary_constraint_type": "MANDATORY_FINISH", "secondary_constraint_date": FAR_OFF}, P6, FAR_OFF, FAR_OFF),
        (
            {"secondary_constraint_type": "FNLT", "secondary_constraint_date": instant("1991-01-01T17:00")},
            {"profile": "msproject"},
            instant("1991-01-01T17:00"),
            instant("1991-01-01T17:00"),
        ),
    ],
)
def test_a_date_far_from_the_project_is_kept(task: Any, project: Any, finish: int, late_finish: int) -> None:
    found = compute_schedule(plan_of([{"duration": WORKDAY, **task}], project=project)).task(1)
    assert [found.early_finish, found.late_finish] == [finish, late_finish]


def test_what_is_left_of_a_lag_counts_to_a_status_date_far_away() -> None:
    tasks: Rows = [{"duration": WORKDAY, "actual_start": MONDAY}, {"duration": WORKDAY}]
    link = {"predecessor_id": 1, "successor_id": 2, "type": "SS", "lag": LONG * 5}
    project = {"profile": "primavera", "status_date": FAR_OFF}
    begun = compute_schedule(plan_of(tasks, [link], project=project)).task(2).early_start
    del tasks[0]["actual_start"]
    project["status_date"] = MONDAY
    assert begun == compute_schedule(plan_of(tasks, [link], project=project)).task(2).early_start


@pytest.mark.parametrize(
    ("task", "project"),
    [
        ({"manual": True, "manual_start": MONDAY}, {}),
        ({"constraint_type": "MSO", "constraint_date": MONDAY}, {}),
        ({"actual_start": MONDAY}, {"profile": "msproject"}),
    ],
)
def test_work_of_decades_whose_start_is_fixed_ends_where_it_would_otherwise(task: Any, project: Any) -> None:
    free = compute_schedule(plan_of([{"duration": LONG}], project=project)).task(1)
    fixed = compute_schedule(plan_of([{"duration": LONG, **task}], project=project)).task(1)
    assert (fixed.start, fixed.finish) == (free.start, free.finish)


def test_a_link_to_a_delayed_summary_that_takes_no_part_leaves_its_predecessor_alone() -> None:
    tasks: Rows = [{"duration": WORKDAY}, {"active": False, "levelling_delay": 2 * DAY}, {"parent_id": 2}]
    lead = {"predecessor_id": 1, "successor_id": 2, "type": "FF", "lag": -4 * HOUR, "lag_kind": "elapsed"}
    plans = [plan_of(tasks, links, project={"profile": "primavera"}) for links in ([lead], [])]
    assert [compute_schedule(plan).task(1).free_slack for plan in plans] == [0, 0]


def test_a_long_chain_may_be_late_by_centuries() -> None:
    chain: Rows = [{"duration": 40 * WORKDAY} for _ in range(500)]
    links: Rows = [{"predecessor_id": i, "successor_id": i + 1} for i in range(1, 500)]
    chain[-1]["deadline"] = MONDAY
    near = compute_schedule(plan_of(chain, links))
    wide = compute_schedule(plan_of([*chain, {"deadline": instant("1900-01-01")}], links))
    assert near.late_start.tolist() == wide.late_start.tolist()[:-1]
    assert near.task(1).total_slack == -500 * 40 * WORKDAY


@pytest.mark.parametrize("calendar", [0, 1])
def test_what_runs_off_the_compiled_range_stays_off_it(calendar: int) -> None:
    bank = compile_network(plan_of([{"duration": WORKDAY}])).tasks.bank
    k = np.array([calendar * STRIDE])
    assert len(bank.calendars) == 2
    one, many = bank.first, np.array([bank.first])
    for _ in range(300):
        one = bank.pull(bank.latest(bank.position(one, int(k[0])) - DAY, int(k[0])), int(k[0]))[1]
        many = bank.pulls(bank.latest_of(bank.positions(many, k) - DAY, k), k)[1]
        assert one == many[0] < bank.first
