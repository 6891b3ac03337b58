"""Chains of drivers: every step begins where the one before ended, and working and non-working time add up to the clock."""

from __future__ import annotations

from itertools import pairwise

from pm.model import Plan, instant, iso
from pm.model.kinds import HOUR
from pm.schedule import MISSING, Explanation, StepKind, compile_network, explain
from tests.schedule.test_variants import PLANS

ORIGINS = {
    StepKind.PROJECT_START, StepKind.CONSTRAINT, StepKind.ACTUAL, StepKind.MANUAL, StepKind.STATUS_DATE, StepKind.SUMMARY,
}  # fmt: skip


def flaws(explanation: Explanation) -> list[str]:
    steps = explanation.steps
    if not steps:
        return ["no steps"]
    found = []
    if steps[0].kind not in ORIGINS or steps[0].start != steps[0].finish:
        found.append(f"begins with {steps[0].kind}")
    if steps[-1].finish != explanation.date:
        found.append(f"ends at {iso(steps[-1].finish)}, not {iso(explanation.date)}")
    found += [f"gap before {b.kind}" for a, b in pairwise(steps) if a.finish != b.start]
    for step in steps:
        idle = sum(p.finish - p.start for p in step.pauses)
        sign = 1 if step.finish >= step.start else -1
        if step.working + sign * idle != step.finish - step.start:
            found.append(f"{step.kind} does not add up")
    return found


def test_every_date_of_tangled_plans_is_explained_and_adds_up() -> None:
    explained = 0
    for seed, plan in PLANS:
        network = compile_network(plan)
        schedule = network.compute()
        for position, task_id in enumerate(plan.tasks.ids):
            if schedule.early_start[position] == MISSING:
                continue
            for finish in (False, True):
                explanation = explain(plan, task_id, finish=finish, network=network)
                assert flaws(explanation) == [], f"seed {seed} task {task_id} finish={finish}"
                explained += 1
    assert explained > 2000


def plan_with_thanksgiving() -> Plan:
    return Plan.from_rows(
        projects=[{"id": 1, "code": "P", "start": instant("2026-11-23T08:00"), "calendar_id": 1}],
        calendars=[{"id": 1, "name": "Office", "week": None}],
        calendar_exceptions=[
            {"id": 1, "calendar_id": 1, "name": "Thanksgiving", "start": instant("2026-11-26"), "finish": instant("2026-11-26")}
        ],
        tasks=[
            {"id": 1, "project_id": 1, "name": "Forms", "duration": 3 * 8 * HOUR, "position": 1},
            {"id": 2, "project_id": 1, "name": "Pour", "duration": 2 * 8 * HOUR, "position": 2},
        ],
        links=[{"id": 7, "project_id": 1, "predecessor_id": 1, "successor_id": 2, "lag": 8 * HOUR}],
    )


def test_the_chain_names_the_holiday_the_weekend_and_the_lag() -> None:
    explanation = explain(plan_with_thanksgiving(), 2, finish=True)
    assert iso(explanation.date) == "2026-12-01T17:00"
    assert [(s.kind, s.task_id, s.working // HOUR) for s in explanation.steps] == [
        (StepKind.PROJECT_START, 1, 0),
        (StepKind.WORK, 1, 24),
        (StepKind.LAG, 2, 8),
        (StepKind.WAIT, 2, 0),
        (StepKind.WORK, 2, 16),
    ]
    lag = explanation.steps[2]
    assert lag.link_id == 7
    assert "Thanksgiving" in lag.pauses[0].name
    assert [p.name for p in explanation.steps[3].pauses] == ["weekend"]
