"""What a prompt begins with, and what its answer does."""

from __future__ import annotations

import pytest

from pm.commands import EditTask
from pm.errors import InputError
from tests.tui.atlas import atlas
from tui.questions import duration, name, progress
from tui.widgets.gantt.model import GanttModel


@pytest.mark.parametrize(
    ("seconds", "unit", "guess"),
    [(9600, "d", False), (28800 + 1207, "d", True), (7, "eh", False), (3 * 28800, "w", False)],
)
def test_the_answer_as_it_stands_changes_no_duration(seconds: int, unit: str, guess: bool) -> None:
    plan, schedule = atlas()
    leaf = next(i for i in range(len(plan.tasks)) if not plan.outline.is_summary(i))
    values = {"duration": seconds, "duration_unit": unit, "estimated": guess}
    before = GanttModel(plan, schedule)
    changed = before.plan.apply(EditTask(plan.tasks.ids[leaf], values).changeset(plan))
    question = duration(GanttModel(changed, schedule), leaf)
    assert question.command is not None
    assert question.command(question.value) == EditTask(plan.tasks.ids[leaf], values)


@pytest.mark.parametrize("named", ["\N{MAN}\u200d\N{WOMAN} family", "two\nlines", "a\u202eb", "plain"])
def test_the_answer_as_it_stands_changes_no_name(named: str) -> None:
    plan, schedule = atlas()
    changed = plan.apply(EditTask(plan.tasks.ids[0], {"name": named}).changeset(plan))
    kept = str(changed.tasks.column("name")[0])
    question = name(GanttModel(changed, schedule), 0)
    assert question.command is not None
    assert question.command(question.value) == EditTask(plan.tasks.ids[0], {"name": kept})
    assert question.command(" new ") == EditTask(plan.tasks.ids[0], {"name": "new"})


def test_progress_lies_between_nothing_and_all() -> None:
    model = GanttModel(*atlas())
    leaf = next(i for i in range(model.count) if not model.summary[i])
    question = progress(model, leaf)
    assert question.meaning("12.5") == "12.5% complete"
    for text in ("101%", "-1%", "half"):
        with pytest.raises(InputError):
            question.meaning(text)
