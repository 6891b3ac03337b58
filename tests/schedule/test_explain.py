"""Chains of drivers: every step begins where the one before ended, working and non-working time add up, and all of it is so."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings

from pm.errors import PMError
from pm.model import STANDARD_WEEK, Plan, instant, iso
from pm.model.kinds import DAY, HOUR
from pm.schedule import MISSING, Network, StepKind, compile_network, compute_schedule, explain
from pm.schedule.bank import NEVER
from tests.schedule.chains import ends, flaws, lies
from tests.schedule.plans import Rules, plans
from tests.schedule.test_variants import PLANS

EIGHT = ("ASAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO")
WORKDAY = 8 * HOUR


def told(plan: Plan, network: Network | None = None) -> Counter[tuple[bool, StepKind]]:
    """Explain every date of a plan, hold each explanation to the truth, and count its steps."""
    network = network or compile_network(plan)
    schedule, kinds = network.schedule, Counter[tuple[bool, StepKind]]()
    for position, task_id in enumerate(plan.tasks.ids):
        for late, dates in (
            (False, (schedule.start, schedule.finish)),
            (True, (schedule.late_start, schedule.late_finish)),
        ):
            for finish in (False, True):
                if dates[finish][position] == MISSING:
                    continue
                explanation = explain(plan, task_id, finish=finish, late=late, network=network)
                wrong = flaws(explanation) + lies(explanation, network)
                assert wrong == [], f"task {task_id} finish={finish} late={late}: {wrong}"
                kinds.update((late, step.kind) for step in explanation.steps)
    return kinds


def test_every_date_of_tangled_plans_is_explained_and_adds_up() -> None:
    kinds: Counter[tuple[bool, StepKind]] = Counter()
    for _, plan in PLANS:
        kinds += told(plan)
    early = {kind for late, kind in kinds if not late}
    assert early >= set(StepKind) - {StepKind.DEADLINE, StepKind.MUST_FINISH_BY, StepKind.OPEN_END, StepKind.SUMMARY}
    assert {kind for late, kind in kinds if late} >= {
        StepKind.PROJECT_FINISH,
        StepKind.OPEN_END,
        StepKind.MUST_FINISH_BY,
        StepKind.EXTERNAL,
        StepKind.DEADLINE,
        StepKind.CONSTRAINT,
        StepKind.LAG,
    }


@pytest.mark.parametrize("from_finish", [False, True])
def test_every_date_of_small_plans_is_explained_and_adds_up(from_finish: bool) -> None:
    profiles = ("slackline", "msproject", "primavera")

    @settings(max_examples=20, deadline=None)
    @given(plans(Rules(constraints=EIGHT, profiles=profiles, from_finish=from_finish)))
    def holds(plan: Plan) -> None:
        told(plan)

    holds()


def test_the_links_a_chain_follows_drive() -> None:
    followed = 0
    for seed, plan in PLANS:
        network = compile_network(plan)
        if network.late_as_possible.any():  # such a task may touch a successor that it does not drive
            continue
        schedule, tasks = network.schedule, network.tasks
        for task_id in plan.tasks.ids:
            if schedule.start[plan.tasks.position(task_id)] == MISSING:
                continue
            for step in explain(plan, task_id, network=network).steps:
                for link in filter(None, [step.link_id, *(tie.link_id for tie in step.also)]):
                    at = plan.tasks.position(plan.links[link].successor_id)
                    if (
                        tasks.started[at] or tasks.delay[at] or tasks.expected[at] != NEVER
                    ):  # its dates are not where the link leads
                        continue
                    if network.hammocks.kinds.keys() & map(plan.tasks.position, ends(plan.links[link])):  # they drive nothing
                        continue
                    assert schedule.driving[plan.links.position(link)], f"seed {seed} task {task_id} link {link}"
                    followed += 1
    assert followed > 100


# what a person reads ------------------------------------------------------------------------------


def plan_of(tasks: list[dict[str, Any]], links: list[dict[str, Any]] | None = None, **tables: Any) -> Plan:
    """Return a plan of one project from Monday 23 November 2026; ids count from 1. `project` and further tables as given."""
    project = {"id": 1, "code": "P", "start": instant("2026-11-23T08:00"), "calendar_id": 1, **tables.pop("project", {})}
    day = instant("2026-11-26")
    return Plan.from_rows(
        projects=[project],
        calendars=[
            {"id": 1, "name": "Office", "week": STANDARD_WEEK},
            {"id": 2, "name": "Anna's", "base_id": 1, "week": [None] * 7},
        ],
        calendar_exceptions=[
            {"id": 1, "calendar_id": 1, "name": "Thanksgiving", "start": day, "finish": day},
            {"id": 2, "calendar_id": 2, "name": "Holiday", "start": day + 4 * DAY, "finish": day + 5 * DAY},
        ],
        tasks=[{"id": i, "project_id": 1, "name": f"T{i}", "position": i, **task} for i, task in enumerate(tasks, 1)],
        links=[{"id": i, "project_id": 1, **link} for i, link in enumerate(links or [], 1)],
        **tables,
    )


def link(predecessor: int, successor: int, **more: Any) -> dict[str, Any]:
    return {"predecessor_id": predecessor, "successor_id": successor, **more}


def read(plan: Plan, task_id: int, **how: bool) -> list[tuple[str, int | None, float]]:
    """Return kind, task and working days of every step."""
    return [(str(s.kind), s.task_id, s.working / WORKDAY) for s in explain(plan, task_id, **how).steps]


def names(plan: Plan, task_id: int, **how: bool) -> list[str]:
    """Return what a chain crosses that is neither night nor lunch."""
    steps = explain(plan, task_id, **how).steps
    return [p.name for s in steps for p in s.pauses if p.name != "between shifts"]


def test_the_chain_names_the_holiday_the_weekend_and_the_lag() -> None:
    plan = plan_of([{"duration": 3 * WORKDAY}, {"duration": 2 * WORKDAY}], [link(1, 2, lag=WORKDAY)])
    assert iso(explain(plan, 2, finish=True).date) == "2026-12-01T17:00"
    assert read(plan, 2, finish=True) == [("project_start", 1, 0), ("work", 1, 3), ("lag", 2, 1), ("wait", 2, 0), ("work", 2, 2)]
    assert names(plan, 2, finish=True) == ["Thanksgiving", "weekend"]
    assert explain(plan, 2).steps[2].link_id == 1


def test_days_off_next_to_a_weekend_are_told_from_it() -> None:
    plan = plan_of([{"duration": 3 * WORKDAY, "calendar_id": 2}, {"duration": 2 * WORKDAY, "calendar_id": 2}], [link(1, 2)])
    steps = explain(plan, 2, finish=True).steps
    crossed = [(p.name, iso(p.start), iso(p.finish)) for s in steps for p in s.pauses if p.name != "between shifts"]
    assert crossed == [
        ("Thanksgiving", "2026-11-25T17:00", "2026-11-27T08:00"),
        ("weekend", "2026-11-27T17:00", "2026-11-30T00:00"),
        ("Holiday", "2026-11-30T00:00", "2026-12-02T08:00"),
    ]


def anna(**more: Any) -> dict[str, Any]:
    return {
        "resources": [{"id": 1, "name": "Anna", "type": "work", "calendar_id": 2}],
        "assignments": [{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "units": 10000, "work": 5 * WORKDAY, **more}],
    }


def test_a_resource_that_is_away_is_named() -> None:
    plan = plan_of([{"duration": 5 * WORKDAY}], **anna())
    assert iso(explain(plan, 1, finish=True).date) == "2026-12-02T17:00"
    assert names(plan, 1, finish=True) == ["Thanksgiving", "weekend", "Anna: Holiday"]


def test_the_assignment_that_ends_last_decides_and_is_named_with_its_delay() -> None:
    tables = anna(delay=3 * WORKDAY, work=WORKDAY)
    tables["resources"].append({"id": 2, "name": "Bob", "type": "work"})
    tables["assignments"].append({**tables["assignments"][0], "id": 2, "resource_id": 2, "delay": 0, "work": WORKDAY})
    plan = plan_of([{"duration": 2 * WORKDAY}], **tables)
    steps = explain(plan, 1, finish=True).steps
    assert [(str(s.kind), s.assignment_id, s.working / WORKDAY) for s in steps] == [
        ("project_start", None, 0),
        ("delay", 1, 3),
        ("work", 1, 1),
    ]


def test_a_split_task_shows_its_interruption() -> None:
    plan = plan_of([{"duration": 3 * WORKDAY, "splits": [[0, WORKDAY], [2 * WORKDAY, 2 * WORKDAY]]}])
    assert read(plan, 1, finish=True) == [("project_start", 1, 0), ("work", 1, 1), ("split", 1, 1), ("work", 1, 2)]


def test_work_that_goes_on_after_an_interruption() -> None:
    started = {"actual_start": instant("2026-11-23T08:00"), "percent_complete": 3333}
    stopped = {"stop": instant("2026-11-23T17:00"), "resume": instant("2026-11-25T08:00"), "remaining_duration": 2 * WORKDAY}
    plan = plan_of([{"duration": 3 * WORKDAY, **started, **stopped}], project={"profile": "msproject"})
    assert read(plan, 1, finish=True) == [("actual", 1, 0), ("work", 1, 1), ("split", 1, 1), ("work", 1, 2)]
    assert read(plan, 1) == [("actual", 1, 0)]


def test_remaining_work_waits_for_the_status_date() -> None:
    started = {"actual_start": instant("2026-11-23T08:00"), "percent_complete": 5000, "duration": 2 * WORKDAY}
    plan = plan_of([started], project={"status_date": instant("2026-11-25T08:00")})
    assert read(plan, 1, finish=True) == [("status_date", 1, 0), ("work", 1, 1)]


def test_levelling_delay_and_elapsed_work() -> None:
    plan = plan_of([{"duration": 2 * DAY, "duration_unit": "ed", "levelling_delay": DAY}])
    assert [(s.kind, s.working) for s in explain(plan, 1, finish=True).steps] == [
        (StepKind.PROJECT_START, 0),
        (StepKind.LEVELLING, DAY),
        (StepKind.WORK, 2 * DAY),
    ]


def test_a_summary_is_where_its_deciding_child_is_and_a_manual_one_where_it_was_put() -> None:
    children = [{"duration": WORKDAY, "parent_id": 1}, {"duration": 2 * WORKDAY, "parent_id": 1}]
    assert read(plan_of([{}, *children]), 1, finish=True) == [("project_start", 3, 0), ("work", 3, 2)]
    both = explain(plan_of([{}, *children]), 1)
    assert [(tie.kind, tie.task_id) for tie in both.steps[0].also] == [(StepKind.SUMMARY, 3)]
    manual = {"manual": True, "manual_start": instant("2026-11-24T08:00"), "manual_finish": instant("2026-12-24T17:00")}
    assert read(plan_of([manual, *children]), 1, finish=True) == [("manual", 1, 0)]
    assert read(plan_of([manual, *children]), 2) == [("manual", 2, 0)]


def test_all_that_drive_alike_are_mentioned() -> None:
    tasks = [
        {"duration": WORKDAY},
        {"duration": WORKDAY},
        {"constraint_type": "SNET", "constraint_date": instant("2026-11-23T17:00")},
    ]
    plan = plan_of(tasks, [link(1, 3), link(2, 3)])
    last = explain(plan, 3).steps[-1]
    assert (last.kind, last.link_id) == (StepKind.LINK, 2)
    assert [(tie.kind, tie.task_id, tie.link_id) for tie in last.also] == [(StepKind.LINK, 1, 1), (StepKind.CONSTRAINT, 3, None)]


def test_a_must_date_is_counted_from() -> None:
    plan = plan_of([{"duration": 2 * WORKDAY, "constraint_type": "MFO", "constraint_date": instant("2026-12-04T17:00")}])
    assert read(plan, 1) == [("constraint", 1, 0), ("work", 1, -2)]
    assert read(plan, 1, finish=True) == [("constraint", 1, 0)]


def test_what_has_no_dates_cannot_be_explained() -> None:
    with pytest.raises(PMError) as caught:
        explain(plan_of([{"blank": True}]), 1)
    assert caught.value.code == "schedule.no_dates"


# P6's rules -----------------------------------------------------------------------------------------


def p6(tasks: list[dict[str, Any]], links: list[dict[str, Any]] | None = None, **project: Any) -> Plan:
    return plan_of(tasks, links, project={"profile": "primavera", **project})


BEGUN = {"actual_start": instant("2026-11-23T08:00"), "percent_complete": 5000}


def test_what_is_left_of_a_lag_is_told_with_the_lag_it_is_left_of() -> None:
    tasks = [{"duration": 4 * WORKDAY, **BEGUN}, {"duration": WORKDAY}]
    plan = p6(tasks, [link(1, 2, type="SS", lag=3 * WORKDAY)], status_date=instant("2026-11-24T08:00"))
    lag = next(s for s in explain(plan, 2).steps if s.kind is StepKind.LAG)
    assert (lag.working, lag.whole) == (2 * WORKDAY, 3 * WORKDAY)


def test_an_expected_finish_is_where_a_finish_comes_from() -> None:
    plan = p6([{"duration": WORKDAY, "expected_finish": instant("2026-12-04T17:00")}])
    assert read(plan, 1, finish=True) == [("expected_finish", 1, 0)]


def test_a_milestone_waits_for_a_shift() -> None:
    plan = p6([{"duration": WORKDAY}, {"duration": 0, "activity_type": "start_milestone"}], [link(1, 2)])
    assert read(plan, 2) == [("project_start", 1, 0), ("work", 1, 1), ("wait", 2, 0)]
    assert iso(explain(plan, 2).date) == "2026-11-24T08:00"


def test_finished_work_lets_go_on_from_the_status_date_and_shows_its_actual_finish() -> None:
    done = {**BEGUN, "actual_finish": instant("2026-11-23T17:00"), "percent_complete": 10000}
    plan = p6([{"duration": WORKDAY, **done}, {"duration": WORKDAY}], [link(1, 2)], status_date=instant("2026-11-25T08:00"))
    assert read(plan, 1, finish=True) == [("actual", 1, 0)]
    assert read(plan, 2)[0] == ("status_date", 1, 0)


def test_a_level_of_effort_follows_the_links_that_bound_it_and_late_dates_the_must_finish_by() -> None:
    tasks = [{"duration": WORKDAY}, {"duration": 2 * WORKDAY}, {"duration": WORKDAY, "activity_type": "level_of_effort"}]
    links = [link(1, 2), link(1, 3, type="SS"), link(2, 3, type="FF")]
    plan = p6(tasks, links, must_finish_by=instant("2026-12-04T17:00"))
    assert read(plan, 3) == [("project_start", 1, 0), ("link", 3, 0)]
    assert read(plan, 3, finish=True)[-1] == ("link", 3, 0)
    assert read(plan, 3, finish=True, late=True)[0][0] == "must_finish_by"


def test_the_status_date_beats_a_mandatory_finish() -> None:
    date = {"constraint_type": "MANDATORY_FINISH", "constraint_date": instant("2026-11-24T17:00")}
    plan = p6([{"duration": WORKDAY, **date}], status_date=instant("2026-11-30T08:00"))
    assert read(plan, 1, finish=True) == [("status_date", 1, 0), ("work", 1, 1)]
    assert read(plan, 1, finish=True, late=True) == [("constraint", 1, 0)]


def test_a_wbs_summary_without_unfinished_work_leaves_the_rest_of_the_plan_alone() -> None:
    done = {**BEGUN, "actual_finish": instant("2026-11-23T17:00"), "percent_complete": 10000, "parent_id": 2}
    plan = p6([{"duration": WORKDAY}, {}, {"parent_id": 2, "activity_type": "wbs_summary"}, {"duration": WORKDAY, **done}])
    assert compute_schedule(plan).task(2).start == instant("2026-11-23T08:00")
    assert iso(explain(plan, 1, finish=True).date) == "2026-11-23T17:00"
    with pytest.raises(PMError, match="no dates"):
        explain(plan, 3)


def test_a_mandatory_start_and_what_else_bound_it_no_longer_count_once_work_has_begun() -> None:
    must = {"constraint_type": "MANDATORY_START", "constraint_date": instant("2026-11-20T08:00")}
    done = {"actual_finish": instant("2026-11-23T17:00"), "constraint_type": "MANDATORY_FINISH"}
    tasks = [
        {"duration": 2 * WORKDAY, **must, **BEGUN},
        {"duration": WORKDAY, **BEGUN, "percent_complete": 10000, **done, "constraint_date": instant("2026-12-20T17:00")},
        {"duration": WORKDAY},
    ]
    plan = p6(tasks, [link(2, 3)], status_date=instant("2026-11-24T08:00"))
    assert iso(explain(plan, 1, finish=True, late=True).date) == "2026-11-24T17:00"
    assert iso(explain(plan, 3).date) == "2026-11-24T08:00"
