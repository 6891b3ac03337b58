"""Monte Carlo: against what can be computed by hand, within three standard errors of a fixed seed, and against the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from pm.errors import InputError, PlanError, PMError
from pm.model import Plan, instant
from pm.model.kinds import DAY
from pm.risk.inputs import Settings, uncertainty
from pm.risk.report import analyse
from pm.risk.sampling import BLOCK
from pm.risk.simulation import Outcome, Simulation
from pm.schedule import compute_schedule
from pm.schedule.trial_plan import TrialPlans
from tests.risk.plans import DAY_WORK, START, network_plan

N = 20_000
MERGING = {"A": 5, "B": 8, "C": 6, "D": 4}
BEFORE = {"B": "A", "C": "A", "D": "BC"}
ESTIMATES = {"A": (3, 5, 9), "B": (6, 8, 14), "C": (2, 6, 16)}


def days(outcome: Outcome) -> np.ndarray:
    """Return the finishes as days from the start, of plans that run round the clock."""
    return (outcome.finish - START) / DAY


def run(plan: Plan, iterations: int = N, settings: Settings | None = None, seed: int = 11, workers: int = 1) -> Outcome:
    return Simulation(plan, settings, iterations=iterations, seed=seed, workers=workers).run()


def rows(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    return {name: [table.row(i) for i in table.ids] for name, table in plan.tables.items()}


def with_rows(plan: Plan, **tables: list[dict[str, Any]]) -> Plan:
    return Plan.from_rows(**{**rows(plan), **tables})


def edited(plan: Plan, table: str, row_id: int, values: Mapping[str, Any]) -> Plan:
    listed = [{**row, **values} if row["id"] == row_id else row for row in rows(plan)[table]]
    return with_rows(plan, **{table: listed})


# what can be computed by hand --------------------------------------------------------------------------


def test_a_chain_sums_its_means_and_variances() -> None:
    names = [f"T{n}" for n in range(12)]
    tasks = dict.fromkeys(names, 6.0)
    base = network_plan(tasks, {}, dict.fromkeys(names, (4, 6, 10)), elapsed=True)
    links = [{"id": n, "project_id": 1, "predecessor_id": n, "successor_id": n + 1} for n in range(1, 12)]
    found = days(run(with_rows(base, links=links)))
    mean, deviation = 12 * 20 / 3, math.sqrt(12 * 28 / 18)
    assert found.mean() == pytest.approx(mean, abs=3 * deviation / math.sqrt(N))
    assert found.std() == pytest.approx(deviation, abs=3 * deviation / math.sqrt(2 * N))
    assert np.mean(found <= mean) == pytest.approx(0.5, abs=0.02)  # nearly normal


def test_merging_paths_finish_later_than_each() -> None:
    """The longer of two uniform paths on 0 to 1: mean 2/3, and both by the middle in a quarter of the cases (G90's rule)."""
    plan = network_plan({"A": 5, "B": 5}, {}, {"A": (0, 5, 10), "B": (0, 5, 10)}, elapsed=True, distribution="uniform")
    found = days(run(plan)) / 10
    assert found.mean() == pytest.approx(2 / 3, abs=3 * math.sqrt(1 / 18 / N))
    assert np.mean(found <= 0.5) == pytest.approx(0.25, abs=3 * math.sqrt(0.25 * 0.75 / N))


def test_the_longer_of_two_normal_paths() -> None:
    """Two paths alike, each nearly normal: their longest is 0.5642 standard deviations later, G90."""
    names = [f"{p}{n}" for p in "AB" for n in range(30)]
    base = network_plan(dict.fromkeys(names, 10), {}, dict.fromkeys(names, (5, 10, 15)), elapsed=True)
    links = [{"id": n, "project_id": 1, "predecessor_id": n, "successor_id": n + 1} for n in range(1, 60) if n != 30]
    found = days(run(with_rows(base, links=links), 8000))
    deviation = math.sqrt(30 * 25 / 6)
    expected = 300 + deviation / math.sqrt(math.pi)
    assert found.mean() == pytest.approx(expected, abs=3 * deviation / math.sqrt(8000))
    assert np.mean(found <= 300) == pytest.approx(0.25, abs=3 * math.sqrt(0.25 * 0.75 / 8000))


def test_a_risk_happens_as_often_as_its_chance() -> None:
    plan = with_rows(
        network_plan({"A": 5}, elapsed=True),
        risks=[{"id": 1, "project_id": 1, "uid": 1, "name": "Rain", "probability": 3000, "residual_probability": 1000}],
        risk_impacts=[{"id": 1, "risk_id": 1, "task_id": 1, "delay_likely": 2 * DAY}],
    )
    for after, chance in ((False, 0.3), (True, 0.1)):
        found = days(run(plan, settings=Settings(after_response=after)))
        assert set(found.tolist()) == {5, 7}
        assert np.mean(found == 7) == pytest.approx(chance, abs=3 * math.sqrt(chance * (1 - chance) / N))
    assert set(days(run(edited(plan, "risks", 1, {"status": "closed"}), 500)).tolist()) == {5}
    assert set(days(run(edited(plan, "risk_impacts", 1, {"delay_likely": -9 * DAY}), 500)).tolist()) == {5, 0}


def test_one_way_of_a_branch_happens() -> None:
    base = network_plan({"A": 2, "B": 3, "C": 7, "D": 1}, {"B": "A", "C": "A", "D": "BC"}, elapsed=True)
    estimates = [
        {"id": n, "task_id": n + 1, "branch": "permit", "branch_option": name} for n, name in ((1, "granted"), (2, "refused"))
    ]
    options = [
        {"id": n, "project_id": 1, "branch": "permit", "name": name, "probability": p}
        for n, name, p in ((1, "granted", 6000), (2, "refused", 2000))
    ]
    found = days(run(with_rows(base, estimates=estimates, branch_options=options)))
    assert set(found.tolist()) == {6, 10}
    assert np.mean(found == 10) == pytest.approx(0.25, abs=3 * math.sqrt(0.25 * 0.75 / N))


def test_criticality_cruciality_and_sensitivity_of_two_paths() -> None:
    plan = network_plan({"A": 10, "B": 10}, {}, {"A": (5, 10, 15), "B": (5, 10, 15)}, elapsed=True)
    outcome = run(plan)
    share = outcome.critical / N
    assert share.sum() == pytest.approx(1, abs=0.01)  # ties aside one is the longest
    assert share[0] == pytest.approx(0.5, abs=3 * math.sqrt(0.25 / N))
    report = analyse(Simulation(plan, iterations=4000, seed=2))
    for bar in report.bars:
        other = Simulation(plan, iterations=4000, seed=2).run()
        durations = other.samples.durations(slice(None))[:, bar.position].astype(float)
        assert bar.cruciality == pytest.approx(np.corrcoef(durations, other.length)[0, 1])
        assert bar.ssi == pytest.approx(bar.criticality * durations.std() / other.length.std())
        assert bar.earlier < 0 < bar.later


def test_significance_is_as_defined() -> None:
    plan = network_plan(MERGING, BEFORE, ESTIMATES, elapsed=True)
    outcome = run(plan, 300)
    durations = outcome.samples.durations(slice(None))
    plans = TrialPlans(plan, outcome.uncertain.at)
    expected = np.zeros(3)
    for column, length in zip(durations, outcome.length, strict=True):
        slack = compute_schedule(plans.with_durations(column)).total_slack[outcome.uncertain.at]
        expected += column / (column + slack) * length / outcome.length.mean()
    found = outcome.significance[outcome.uncertain.at] / outcome.length.mean()
    assert found == pytest.approx(expected)


# the engine and the seed -----------------------------------------------------------------------------------


def test_without_uncertainty_every_iteration_is_the_schedule() -> None:
    plan = network_plan({"A": 1.37, "B": 2}, {"B": "A"}, {"A": (1.37, 1.37, 1.37)}, day=DAY_WORK + 7)
    outcome = run(plan, 10)
    assert set(outcome.finish.tolist()) == set(compute_schedule(plan).project_finish.values())


def test_iterations_are_schedules_of_what_was_drawn() -> None:
    plan = network_plan(MERGING, BEFORE, ESTIMATES)
    outcome = run(plan, 50)
    plans = TrialPlans(plan, outcome.uncertain.at)
    for finish, durations in zip(outcome.finish, outcome.samples.durations(slice(None)), strict=True):
        assert compute_schedule(plans.with_durations(durations)).project_finish[1] == finish


def test_the_same_seed_gives_the_same_whatever_the_workers() -> None:
    plan = network_plan(MERGING, BEFORE, ESTIMATES)
    one, again, many = (run(plan, 3000, workers=w) for w in (1, 1, 3))
    for name in ("finish", "length", "critical", "significance", "late"):
        values = getattr(one, name)
        assert values.tobytes() == getattr(again, name).tobytes() == getattr(many, name).tobytes()
    assert run(plan, 3000, seed=12).finish.tobytes() != one.finish.tobytes()


def test_more_iterations_begin_with_the_same_ones() -> None:
    plan = network_plan(MERGING, BEFORE, ESTIMATES)
    few = run(plan, BLOCK + 10).finish
    assert few.tolist() == run(plan, 3 * BLOCK).finish[: BLOCK + 10].tolist()


def test_what_is_done_is_certain_and_no_sample_falls_below_it() -> None:
    plan = network_plan(MERGING, BEFORE, ESTIMATES | {"A": (1, 5, 9)})
    finished = {"actual_start": START, "actual_finish": instant("2026-03-06T17:00"), "percent_complete": 10_000}
    begun = {"actual_start": START, "percent_complete": 5000, "remaining_duration": 2 * DAY_WORK}
    assert uncertainty(edited(plan, "tasks", 1, finished)).at.tolist() == [1, 2]
    outcome = run(edited(plan, "tasks", 1, begun), 500)
    assert outcome.samples.durations(slice(None))[:, 0].min() == 3 * DAY_WORK


def test_a_spread_is_for_tasks_that_nobody_estimated() -> None:
    plan = network_plan(MERGING, BEFORE, {"A": (5, 5, 5)})
    found = uncertainty(plan, Settings(spread=(-1000, 2000)))
    ends = {int(i): (s.low / DAY_WORK, s.high / DAY_WORK) for i, s in zip(found.at, found.shapes, strict=True)}
    assert {i: pytest.approx(e) for i, e in ends.items()} == {0: (5, 5), 1: (7.2, 9.6), 2: (5.4, 7.2), 3: (3.6, 4.8)}


# what the report says --------------------------------------------------------------------------------------


def with_register() -> Plan:
    return with_rows(
        network_plan(MERGING, BEFORE, ESTIMATES),
        risks=[
            {"id": 1, "project_id": 1, "uid": 1, "name": "Rain", "probability": 4000},
            {"id": 2, "project_id": 1, "uid": 2, "name": "Luck", "probability": 3000, "kind": "opportunity"},
            {"id": 3, "project_id": 1, "uid": 3, "name": "Nowhere near", "probability": 9000},
        ],
        risk_impacts=[
            {
                "id": 1,
                "risk_id": 1,
                "task_id": 2,
                "delay_low": DAY_WORK,
                "delay_likely": 4 * DAY_WORK,
                "delay_high": 9 * DAY_WORK,
            },
            {"id": 2, "risk_id": 2, "task_id": 1, "delay_likely": -2 * DAY_WORK},
            {"id": 3, "risk_id": 3, "task_id": 3, "cost_likely": 50_000},
        ],
    )


def test_a_driver_is_worth_what_the_plan_without_it_gains() -> None:
    plan = with_register()
    report = analyse(Simulation(plan, iterations=2000, seed=4))
    assert report.drivers is not None
    for driver in report.drivers.each:
        never = analyse(Simulation(edited(plan, "risks", driver.event.risk.id, {"probability": 0}), iterations=2000, seed=4))
        assert driver.finish == next(p.value for p in never.finish if p.percent == 80)
        p80, without = (next(p.value for p in r.cost if p.percent == 80) for r in (report, never))
        assert driver.cost_gain == p80 - without
    rain, luck = (next(d for d in report.drivers.each if d.event.risk.uid == n) for n in (1, 2))
    assert luck.gain < 0 < rain.gain
    assert report.drivers.each[0] is rain


def test_contingency_and_targets() -> None:
    plan = with_register()
    report = analyse(Simulation(plan, iterations=2000, seed=4), target=instant("2026-03-27T17:00"), with_drivers=False)
    p80 = next(p.value for p in report.finish if p.percent == 80)
    calendar = report.outcome.schedule.calendars.project(1)
    assert report.contingency == calendar.between(report.outcome.planned_finish, p80) > 0
    (target,) = report.targets
    assert target.chance == np.mean(report.outcome.finish <= instant("2026-03-27T17:00"))
    assert [p.value for p in report.finish] == sorted(p.value for p in report.finish)
    assert report.drivers is None


def test_a_deadline_of_a_task_is_counted_at_the_task() -> None:
    plan = edited(network_plan(MERGING, BEFORE, ESTIMATES), "tasks", 1, {"deadline": instant("2026-03-06T17:00")})
    report = analyse(Simulation(plan, iterations=3000, seed=4))
    durations = report.outcome.samples.durations(slice(None))[:, 0]
    assert [t.what for t in report.targets] == ["A"]
    assert report.targets[0].chance == pytest.approx(np.mean(durations <= 5 * DAY_WORK))


def test_merging_paths_are_found_with_what_each_alone_would_make() -> None:
    plan = network_plan({"A": 5, "B": 5, "C": 1}, {"C": "AB"}, {"A": (2, 5, 8), "B": (2, 5, 8)}, elapsed=True)
    report = analyse(Simulation(plan, iterations=N, seed=4))
    (merge,) = report.merges
    assert plan.tasks.column("name")[merge.position] == "C"
    assert [chance for _, chance in merge.each] == pytest.approx([0.5, 0.5], abs=0.02)
    assert merge.joint == pytest.approx(0.25, abs=0.02)


def test_work_costs_what_it_takes_and_what_does_not_happen_costs_nothing() -> None:
    base = network_plan({"A": 5}, {}, {"A": (4, 5, 8)})
    plan = with_rows(
        edited(base, "tasks", 1, {"fixed_cost": 10_000}),
        resources=[{"id": 1, "name": "Ann", "standard_rate": 1_250_000}],  # 125 an hour
        assignments=[{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "work": 5 * DAY_WORK}],
    )
    report = analyse(Simulation(plan, iterations=2000, seed=4))
    ratio = np.sort(report.outcome.samples.durations(slice(None))[:, 0]) / (5 * DAY_WORK)
    assert report.planned.total == 510_000
    for p in report.cost:
        assert p.value == pytest.approx(10_000 + 500_000 * ratio[p.percent * 20 - 1], abs=1)
    branch = {"branch": "b", "branch_option": "x"}
    options = [{"id": n, "project_id": 1, "branch": "b", "name": x, "probability": 5000} for n, x in ((1, "x"), (2, "y"))]
    either = with_rows(edited(plan, "estimates", 1, branch), branch_options=options)
    assert analyse(Simulation(either, iterations=2000, seed=4)).cost[0].value == 0


# what cannot be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("estimates", {"low": 9 * DAY_WORK}, "estimate.order"),
        ("estimates", {"distribution": "lognormal", "low": 0}, "estimate.low"),
        ("estimates", {"distribution": "trigen", "low_percentile": 9500}, "estimate.percentiles"),
        ("estimates", {"correlation_group": "nobody"}, "estimate.no_group"),
        ("estimates", {"branch": "permit", "branch_option": "granted"}, "branch.unknown"),
        ("risks", {"probability": 12_000}, "risk.probability"),
        ("risks", {"probability": -1}, "risk.probability"),
        ("risk_impacts", {"delay_low": 90 * DAY_WORK}, "risk.impact"),
        ("risk_impacts", {"task_id": 99}, "risk.no_task"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(table: str, values: dict[str, Any], code: str) -> None:
    with pytest.raises(PMError) as caught:
        uncertainty(edited(with_register(), table, 1, values))
    assert caught.value.code == code
    assert isinstance(caught.value, PlanError if code == "risk.no_task" else InputError)
    assert caught.value.hint or caught.value.subject


def test_a_correlation_beyond_one_and_a_branch_without_chances_are_refused() -> None:
    plan = edited(with_register(), "estimates", 1, {"correlation_group": "crew", "branch": "b", "branch_option": "x"})
    groups = [{"id": 1, "project_id": 1, "name": "crew", "coefficient": 11_000}]
    options = [{"id": 1, "project_id": 1, "branch": "b", "name": "x", "probability": 0}]
    with pytest.raises(InputError, match="between -1 and 1"):
        uncertainty(with_rows(plan, correlation_groups=groups, branch_options=options))
    groups[0]["coefficient"] = 5000
    with pytest.raises(InputError, match="chances above zero"):
        uncertainty(with_rows(plan, correlation_groups=groups, branch_options=options))


def test_a_certain_plan_has_nothing_to_say() -> None:
    with pytest.raises(InputError) as caught:
        analyse(Simulation(network_plan(MERGING, BEFORE), iterations=10))
    assert caught.value.code == "risk.certain"


@pytest.mark.parametrize("given", [{"iterations": 0}, {"iterations": 10**9}, {"seed": -1}, {"workers": 0}])
def test_impossible_runs_are_refused(given: dict[str, int]) -> None:
    with pytest.raises(InputError) as caught:
        Simulation(network_plan(MERGING), **given)  # type: ignore[arg-type]
    assert caught.value.code == "risk.iterations"


@pytest.mark.parametrize("spread", [(100, 200), (-20_000, 100), (-100, -50)])
def test_a_spread_lies_around_the_duration(spread: tuple[int, int]) -> None:
    with pytest.raises(InputError) as caught:
        Settings(spread=spread)
    assert caught.value.code == "risk.spread"


def test_what_is_left_out_is_said() -> None:
    plan = edited(with_register(), "tasks", 2, {"percent_complete": 10_000, "actual_start": START})
    notes = uncertainty(plan).notes
    assert len(notes) == 1
    assert "R1 Rain does nothing to B" in notes[0]
