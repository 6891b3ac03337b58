"""The tables of docs/conformance.md: made from what the import report finds."""

from __future__ import annotations

import pytest

from tests.conformance.corpus import PLANS, WHY_NONE
from tests.conformance.table import PAGE, TOOLS, Outcome, outcome, replaced, table


def test_the_page_has_the_marks_the_tables_go_between() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in TOOLS.values():
        assert "\n\nas made\n\n" in replaced(page, name, ["as made"])
    with pytest.raises(SystemExit):
        replaced("no marks", "msproject", [])


@pytest.mark.skipif(not PLANS, reason=WHY_NONE)
def test_every_task_that_is_not_exact_is_in_the_table() -> None:
    path = next(p for p in PLANS if p.stem.startswith("nehargawal-project-2-c0c43a"))
    found = outcome(path)
    missed = sum(found.tasks.values()) - sum(found.exact.values())
    assert missed == sum(len(numbers) for numbers in found.why.values()) > 0
    assert any(line.startswith(f"| {path.stem} | {found.exact['open']} of ") for line in table([found]))


@pytest.mark.skipif(not PLANS, reason=WHY_NONE)
def test_a_plan_that_cannot_be_scheduled_is_said_to_be_so() -> None:
    lines = list(table([Outcome(PLANS[0], {"open": 3}, {"open": 0}, {}, "schedule.cycle: a loop")]))
    assert lines[-1] == f"| {PLANS[0].stem} | none of 3 | schedule.cycle: a loop |"
