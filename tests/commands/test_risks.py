"""The risk register and estimates: what commands change, what they refuse, and that it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from pm.commands import (
    AddRisk,
    ClearEstimate,
    EditRisk,
    RemoveImpact,
    RemoveRisks,
    RemoveTasks,
    SetBranchOption,
    SetCorrelation,
    SetEstimate,
    SetImpact,
)
from pm.commands.base import Command
from pm.commands.risks import find_risk
from pm.errors import PMError
from pm.model import Plan
from tests.commands.plans import DAY, done, house


def registered() -> Plan:
    """The house with two risks, of which the first delays the slab."""
    plan = done(house(), AddRisk(1, "Rain", {"probability": 3000}))
    plan = done(plan, AddRisk(1, "Frost", {"owner": "Ann", "response": "mitigate"}))
    return done(plan, SetImpact(1, 3, {"delay_low": DAY, "delay_likely": 2 * DAY, "delay_high": 5 * DAY, "cost_likely": 50_000}))


def refusal(plan: Plan, command: Command) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_risks_are_numbered_found_edited_and_removed_with_their_impacts() -> None:
    plan = registered()
    assert [(r.uid, r.name, r.probability) for r in plan.tables["risks"]] == [(1, "Rain", 3000), (2, "Frost", 5000)]
    for text, risk_id in (("R1", 1), ("r2", 2), ("#2", 2), ("frost", 2), ("2", 2)):
        assert find_risk(plan, text, 1) == risk_id
    edited = done(plan, EditRisk(2, {"probability": 1000, "status": "closed"}))
    assert edited.tables["risks"][2].status == "closed"
    assert EditRisk(2, {"probability": 1000}).changeset(plan).label == "Probability of R2 Frost 50% → 10%"
    without = done(plan, RemoveRisks([1]))
    assert [r.uid for r in without.tables["risks"]] == [2]
    assert not len(without.tables["risk_impacts"])


def test_an_impact_is_set_changed_and_taken_back() -> None:
    plan = registered()
    changed = done(plan, SetImpact(1, 3, {"delay_likely": 3 * DAY}))
    (impact,) = changed.tables["risk_impacts"]
    assert (impact.delay_low, impact.delay_likely, impact.delay_high, impact.cost_likely) == (DAY, 3 * DAY, 5 * DAY, 50_000)
    assert not len(done(changed, RemoveImpact(1, 3)).tables["risk_impacts"])
    sooner = done(plan, SetImpact(2, 5, {"delay_low": -3 * DAY, "delay_likely": -DAY, "delay_high": -DAY}))
    assert [i.delay_low for i in sooner.tables["risk_impacts"]] == [DAY, -3 * DAY]


def test_impacts_and_estimates_go_with_their_task() -> None:
    plan = done(registered(), SetEstimate(3, {"low": DAY, "high": 9 * DAY}))
    gone = done(plan, RemoveTasks([3]))
    assert not len(gone.tables["risk_impacts"])
    assert not len(gone.tables["estimates"])
    assert len(gone.tables["risks"]) == 2


def test_an_estimate_is_made_changed_and_cleared() -> None:
    plan = done(house(), SetEstimate(3, {"low": 2 * DAY, "high": 6 * DAY}))
    assert SetEstimate(3, {"low": 2 * DAY, "high": 6 * DAY}).changeset(house()).label == "Estimate Pour slab 2d 3d 6d"
    plan = done(plan, SetEstimate(3, {"distribution": "pert"}))
    (estimate,) = plan.tables["estimates"]
    assert (estimate.low, estimate.most_likely, estimate.high, estimate.distribution) == (2 * DAY, None, 6 * DAY, "pert")
    assert not len(done(plan, ClearEstimate(3)).tables["estimates"])


def test_a_group_and_a_way_of_a_branch_take_their_names_from_estimates_when_they_go() -> None:
    plan = done(house(), SetCorrelation(1, "crew", 5000))
    plan = done(plan, SetCorrelation(1, "crew", -2000))
    plan = done(done(plan, SetBranchOption(1, "permit", "granted", 7000)), SetBranchOption(1, "permit", "refused", 3000))
    values = {"high": 9 * DAY, "correlation_group": "crew", "branch": "permit", "branch_option": "refused"}
    plan = done(plan, SetEstimate(3, values))
    assert [(g.name, g.coefficient) for g in plan.tables["correlation_groups"]] == [("crew", -2000)]
    plan = done(plan, SetCorrelation(1, "crew", None))
    plan = done(plan, SetBranchOption(1, "permit", "refused", None))
    (estimate,) = plan.tables["estimates"]
    assert (estimate.correlation_group, estimate.branch, estimate.branch_option) == ("", "", "")
    assert [o.name for o in plan.tables["branch_options"]] == ["granted"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AddRisk(1, "  "), "value.invalid"),
        (AddRisk(1, "Hail", {"probability": 10_001}), "value.invalid"),
        (AddRisk(1, "Hail", {"probability": -1}), "value.invalid"),
        (AddRisk(1, "Hail", {"colour": 1}), "value.unknown_field"),
        (EditRisk(1, {"uid": 7}), "value.invalid"),
        (SetImpact(1, 1, {"delay_likely": DAY}), "task.summary"),
        (SetImpact(1, 99, {"delay_likely": DAY}), "plan.not_found"),
        (SetImpact(1, 3, {"delay_low": 3 * DAY}), "value.invalid"),
        (SetImpact(1, 3, {"cost_high": 5}), "value.invalid"),
        (RemoveImpact(2, 3), "risk.no_impact"),
        (SetEstimate(1, {"low": DAY}), "task.summary"),
        (SetEstimate(3, {"low": 4 * DAY}), "value.invalid"),
        (SetEstimate(3, {"low": -DAY}), "value.invalid"),
        (SetEstimate(3, {"low": 0, "distribution": "lognormal"}), "value.invalid"),
        (SetEstimate(3, {"low_percentile": 9500}), "value.invalid"),
        (SetEstimate(3, {"distribution": "bell"}), "value.invalid"),
        (ClearEstimate(3), "estimate.not_found"),
        (SetCorrelation(1, "crew", 10_001), "value.invalid"),
        (SetCorrelation(1, "crew", None), "estimate.no_group"),
        (SetBranchOption(1, "b", "x", 12_000), "value.invalid"),
        (SetBranchOption(1, "b", "x", None), "branch.unknown"),
    ],
)
def test_what_cannot_be_is_refused(command: Command, code: str) -> None:
    assert refusal(registered(), command) == code


@pytest.mark.parametrize(
    ("names", "text", "code"), [((), "R1", "plan.no_risk"), (("Rain", "rain"), "Rain", "plan.ambiguous_risk")]
)
def test_a_risk_that_is_not_found(names: tuple[str, ...], text: str, code: str) -> None:
    plan = house()
    for name in names:
        plan = done(plan, AddRisk(1, name))
    with pytest.raises(PMError) as caught:
        find_risk(plan, text, 1)
    assert caught.value.code == code


def test_what_estimates_say_in_a_project_reads_back_the_same(tmp_path: Any) -> None:
    from pm.formats import read_plan, write_plan

    plan = done(registered(), SetEstimate(3, {"low": 2 * DAY, "high": 6 * DAY, "correlation_group": "crew"}))
    plan = done(plan, SetCorrelation(1, "crew", 5000))
    write_plan(plan, tmp_path / "house.toml")
    again = read_plan(tmp_path / "house.toml").plan
    for name in ("risks", "risk_impacts", "estimates", "correlation_groups"):
        rows = ([t.row(i) | {"position": 0} for i in t.ids] for t in (plan.tables[name], again.tables[name]))
        ours, theirs = rows
        assert ours == theirs
