"""One tiny plan for each scheduling rule: `rules/NAME.toml`, and beside it what must come out, or the error's code.

The expected values come from the rules' evidence or were worked out by hand. 2 March 2026 is a Monday; days are
08:00-12:00 and 13:00-17:00.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pm.errors import PMError
from pm.formats import read_plan
from pm.model import iso
from pm.model.kinds import HOUR
from pm.schedule import compute_schedule
from pm.schedule.result import ScheduledTask

RULES = sorted(p for p in (Path(__file__).parent / "rules").glob("*.toml") if not p.name.endswith(".expect.toml"))


def shown(task: ScheduledTask, field: str) -> Any:
    value = getattr(task, field)
    if field.endswith("slack"):
        return f"{value / (8 * HOUR):g}d"
    return value if isinstance(value, bool) else iso(value)


@pytest.mark.parametrize("path", RULES, ids=lambda p: p.stem)
def test_rule(path: Path) -> None:
    expected = tomllib.loads(path.with_suffix(".expect.toml").read_text())
    read = read_plan(path)
    assert not read.problems
    if "error" in expected:
        with pytest.raises(PMError) as caught:
            compute_schedule(read.plan)
        assert caught.value.code == expected["error"]
        return
    schedule = compute_schedule(read.plan)
    by_name = {task.name: schedule.task(task.id) for task in read.plan.tasks}
    assert expected
    assert {n: {f: shown(by_name[n], f) for f in fields} for n, fields in expected.items()} == expected
