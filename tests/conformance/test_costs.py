"""What Microsoft Project computed as cost, in real plans, is what we compute from rates, work, uses and accruals."""

from __future__ import annotations

from pathlib import Path

import pytest

from pm.cost.costs import compute_costs
from tests.conformance.corpus import PLANS, WHY_NONE
from tests.conformance.test_msproject import each_plan, scheduled

pytestmark = pytest.mark.skipif(not PLANS, reason=WHY_NONE)

FINER_RATE = {"hanneswied-project-52ce91": 2}
"""Minor units that costs are off by where the file was computed with a rate of more than four decimals."""


@each_plan
def test_costs_are_those_of_microsoft_project(path: Path) -> None:
    """The cost and the actual cost of every assignment, task and summary, to a minor unit."""
    schedule = scheduled(path)
    costs, plan = compute_costs(schedule), schedule.plan
    off = max(1, FINER_RATE.get(path.stem, 0))
    pairs = [
        *zip(plan.assignments.column("cost"), costs.assignment_cost.tolist(), strict=True),
        *zip(plan.assignments.column("actual_cost"), costs.assignment_actual.tolist(), strict=True),
    ]
    assert [pair for pair in pairs if abs(pair[0] - pair[1]) > off] == []
    for name, computed in (("cost", costs.cost), ("actual_cost", costs.actual)):
        stored = plan.tasks.column(name)
        if any(stored):
            wrong = [
                (uid, s, c) for uid, s, c in zip(plan.tasks.column("uid"), stored, computed, strict=False) if abs(s - c) > off
            ]
            assert wrong == []
