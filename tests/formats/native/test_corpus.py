"""Real plans go through our own formats whole: the same rows, the same schedule, and losslessly back into MSPDI."""

from __future__ import annotations

from pathlib import Path

import pytest

from pm.formats import mspdi, native, plan_toml, read_plan
from pm.formats.canonical import normalised
from pm.formats.registry import read_bytes
from pm.schedule import compute_schedule
from tests.conformance.corpus import PLANS, WHY_NONE

pytestmark = pytest.mark.skipif(not PLANS, reason=WHY_NONE)
DATES = ("start", "finish", "late_start", "late_finish", "total_slack", "critical")


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_real_plans_come_back_whole(path: Path) -> None:
    plan = normalised(read_plan(path).plan)
    schedule = compute_schedule(plan)
    for module, name in ((native, "plan.json"), (plan_toml, "plan.toml")):
        content = module.write(plan)
        result = read_bytes(content, name, strict=True)
        assert result.plan == plan
        assert module.write(result.plan) == content
        again = compute_schedule(result.plan)
        assert all((getattr(again, d) == getattr(schedule, d)).all() for d in DATES)
    assert mspdi.write(result.plan, again) == mspdi.write(plan, schedule)
