"""An edit that is followed as far as it reaches gives the schedule that the whole plan gives, whatever is edited."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pm.errors import PMError
from pm.model import Change, Changeset, Plan
from pm.model.kinds import HOUR
from pm.schedule import Network, compile_network, compute_schedule, reach
from tests.schedule.edits import random_edit
from tests.schedule.plans import Rules, plans
from tests.schedule.random_plans import random_plan
from tests.schedule.test_variants import acyclic_plans, differences

CONSTRAINTS = ("ASAP", "ASAP", "ALAP", "SNET", "FNET", "SNLT", "FNLT", "MSO", "MFO")
SHAPES = {
    "plain": {"size": 25},
    "wide": {"size": 120, "wide": True},
}


def without_global_rules(plan: Plan) -> Plan:
    """Return the plan without what makes every edit one of the whole plan, so that edits are followed."""
    projects = {i: {"schedule_from": "start", "profile": ("slackline", "primavera")[i % 2]} for i in plan.projects.ids}
    summaries = [plan.tasks.ids[p] for p in plan.outline.summaries]
    shares = [i for i, kind in zip(plan.links.ids, plan.links.column("lag_kind"), strict=True) if "percent" in kind]
    tables = {
        "projects": plan.projects.changed(projects),
        "tasks": plan.tasks.changed({i: {"manual": False} for i in summaries}),
        "links": plan.links.changed({i: {"lag_kind": "working", "lag": 3600} for i in shares}),
    }
    return Plan({**plan.tables, **tables})


def follow(plan: Plan, rng: random.Random, edits: int, *, told: bool) -> None:
    """Edit `plan` over and over; hold every schedule, and those handed out before, to a whole computation."""
    network = compile_network(plan)
    handed = [(network.compute(), compute_schedule(plan))]
    for _ in range(edits):
        try:
            changed = plan.apply(edit := random_edit(rng, plan))
            expected = compute_schedule(changed)
        except PMError:
            continue
        schedule = network.update(changed, edit.changes if told else None)
        assert differences(schedule, expected) == [], edit
        assert schedule.plan is changed
        handed.append((schedule, expected))
        plan = changed
    for schedule, expected in handed:
        assert differences(schedule, expected) == []
    assert differences(network.compute(), handed[-1][1]) == []


@pytest.mark.parametrize("told", [True, False], ids=["told", "compared"])
@pytest.mark.parametrize("shape", SHAPES)
def test_edits_of_plans_with_every_feature(shape: str, told: bool) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32), st.integers(0, 2**32))
    def holds(seed: int, edits: int) -> None:
        follow(random_plan(seed, **SHAPES[shape]), random.Random(edits), 8, told=told)  # type: ignore[arg-type]

    holds()
