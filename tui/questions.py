"""The questions a prompt asks: what stands in the field, what a text means while it is typed, what the answer does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pm.commands import Command, EditTask, SetProgress
from pm.dates import parse_date
from pm.errors import InputError
from pm.model import FULL
from pm.words import duration_text, is_elapsed, parse_duration, parse_percent, percent_text
from tui.text import EPOCH_ORDINAL, WEEKDAYS, clean, date_of, long_day_text
from tui.widgets.gantt.model import GanttModel


@dataclass(frozen=True)
class Question:
    """One thing to ask for.

    Attributes:
        purpose: ``search``, ``date`` or ``change``.
        label: What is asked for.
        value: The text to begin with.
        meaning: Says what a text means, or raises a `PMError` that says why it means nothing.
        command: The change an answer makes; None where it changes nothing.
    """

    purpose: str
    label: str
    value: str
    meaning: Callable[[str], str]
    command: Callable[[str], Command] | None = None


def search(text: str) -> Question:
    """Ask for a name to find."""
    return Question("search", "Find", text, lambda typed: "")


def day_typed(text: str, today: int, order: str) -> int:
    """Return the day (since 1970) that a typed date means.

    Raises:
        InputError: `value.date`.
    """
    found: date = parse_date(text, date_of(today), order).day
    return found.toordinal() - EPOCH_ORDINAL


def go_to_date(today: int, order: str) -> Question:
    """Ask for a date to scroll to; relative ones count from `today`."""

    def meaning(text: str) -> str:
        if not text.strip():
            return "12 Jan, 2027-01-12, next friday, +3w"
        day = day_typed(text, today, order)
        return f"{WEEKDAYS[date_of(day).weekday()]} {long_day_text(day)}"

    return Question("date", "Go to date", "", meaning)


def _worked(model: GanttModel, text: str) -> tuple[int, str, bool]:
    seconds, unit, guess = parse_duration(text, model.units)
    if seconds < 0:
        raise InputError("a duration is not negative", code="value.duration")
    return seconds, unit, guess


def duration(model: GanttModel, position: int) -> Question:
    """Ask for the duration of a task."""
    task_id, tasks = model.ids[position], model.plan.tasks
    entered, typed_in, estimated = (tasks.column(n)[position] for n in ("duration", "duration_unit", "estimated"))
    before = duration_text(entered, typed_in, model.units, estimated=estimated)

    def meaning(text: str) -> str:
        seconds, unit, guess = _worked(model, text)
        kind = "round the clock" if is_elapsed(unit) else "of work"
        return f"{seconds / 3600:.6g} hours {kind}{', a guess' if guess else ''}"

    def command(text: str) -> Command:
        seconds, unit, guess = _worked(model, text)
        return EditTask(task_id, {"duration": seconds, "duration_unit": unit, "estimated": guess})

    return Question("change", f"Duration of {model.numbers[position]}", before, meaning, command)


def name(model: GanttModel, position: int) -> Question:
    """Ask for the name of a task."""
    task_id = model.ids[position]

    def meaning(text: str) -> str:
        if not text.strip():
            raise InputError("a task needs a name", code="value.name")
        return ""

    named = str(model.plan.tasks.column("name")[position])
    before = clean(named)
    return Question(
        "change",
        f"Name of {model.numbers[position]}",
        before,
        meaning,
        # What `clean` wrote out or dropped is still in the name; only what was typed is changed.
        lambda text: EditTask(task_id, {"name": named if text == before else text.strip()}),
    )


def _share(text: str) -> int:
    value = parse_percent(text)
    if not 0 <= value <= FULL:
        raise InputError("progress lies between 0% and 100%", code="value.percent")
    return value


def progress(model: GanttModel, position: int) -> Question:
    """Ask how much of a task is done."""
    task_id = model.ids[position]
    return Question(
        "change",
        f"Progress of {model.numbers[position]}",
        percent_text(model.percent[position]),
        lambda text: f"{percent_text(_share(text))} complete",
        lambda text: SetProgress(task_id, _share(text)),
    )
