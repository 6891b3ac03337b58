"""``FIELD=VALUE`` on the command line: each value read as its field's kind says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pm.dates import parse_date
from pm.errors import InputError, UsageError
from pm.model import ENTITIES, Kind, Plan, Project, fields_of
from pm.model.kinds import FieldInfo
from pm.words import AMOUNTS, Units, parse_amount, parse_duration, parse_flag, parse_whole

_ENDS = frozenset({"finish", "deadline", "manual_finish", "actual_finish", "stop", "status_date", "period_finish"})
"""Instants that end something: a day without a time of day means when its work ends."""

_UNUSUAL = frozenset(
    {"project_id", "parent_id", "position", "uid", "revision", "stop", "resume", "blank", "external", "external_project"}
)
"""Fields that hints leave out: set by other commands, or by what is read from files."""

_ELSEWHERE = {
    **dict.fromkeys(("predecessor", "predecessors", "successor", "successors", "links"), "pm link and pm unlink change links"),
    **dict.fromkeys(("resource", "resources", "assignments"), "pm assign and pm unassign say who works on a task"),
    "parent": "pm move PLAN TASK --under SUMMARY",
}
"""Commands that change what looks like a field of a task."""

_SHORT = {
    **{"progress": "percent_complete", "calendar": "calendar_id", "rate": "standard_rate"},
    **{"task": "task_id", "resource": "resource_id", "from": "period_start", "to": "period_finish"},
}


@dataclass(frozen=True)
class FieldReader:
    """Reads typed values for rows of a plan.

    Attributes:
        today, order: What dates are read by.
        project: Whose units, currency and times of day apply; None for the usual ones.
    """

    plan: Plan
    today: date
    order: str
    project: Project | None = None

    def read(self, table: str, words: Iterable[str]) -> dict[str, Any]:
        """Return the values of ``FIELD=VALUE`` words for a row of `table`, in the order they were given.

        Raises:
            UsageError: `usage.field`, a word is not of that form.
            InputError: `value.unknown_field`, or a value does not fit; the word is its subject.
        """
        values: dict[str, Any] = {}
        for word in words:
            name, equals, text = word.partition("=")
            if not equals:
                raise UsageError(
                    f"{word!r} is no FIELD=VALUE", code="usage.field", hint='write e.g. duration=5d, or name="Pour slab"'
                )
            name = name.strip().lower().replace("-", "_")
            known = fields_of(ENTITIES[table])
            full = name if name in known else _SHORT.get(name, name)
            if full not in known or known[full].kind is Kind.DATA:
                raise self._unknown(table, name)
            try:
                values |= self.value(table, known[full], text.strip())
            except InputError as error:
                error.subject = error.subject or word
                raise
        return values

    def _unknown(self, table: str, name: str) -> InputError:
        import difflib

        names = [n for n, f in fields_of(ENTITIES[table]).items() if f.kind is not Kind.DATA and n != "id"]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
        usual = [n for n in names if n not in _UNUSUAL and not n.startswith(("actual_", "remaining_", "manual_"))]
        hint = f"did you mean {', '.join(near)}?" if near else f"fields: {', '.join(usual)}"
        if table == "tasks" and name in ("start", "finish"):
            hint = "move a task with pm move PLAN TASK --to DATE, or set constraint_type and constraint_date"
        elif table == "tasks" and name in _ELSEWHERE:
            hint = _ELSEWHERE[name]
        return InputError(f"{table} have no field {name!r}", code="value.unknown_field", hint=hint)

    def value(self, table: str, info: FieldInfo, text: str) -> dict[str, Any]:
        """Return what `text` means for a field: its value, and the unit it was typed in where that is kept too."""
        if text.lower() in ("", "none") and info.kind is not Kind.TEXT:
            if info.optional:
                return {info.name: None}
            raise InputError(f"{info.name} needs a value", code="value.invalid", subject=f"{info.name}={text}")
        if table == "tasks" and info.name == "duration":
            seconds, unit, guess = parse_duration(text, Units.of(self.project))
            return {"duration": seconds, "duration_unit": unit, "estimated": guess}
        return {info.name: self._simple(info, text)}

    def _simple(self, info: FieldInfo, text: str) -> Any:
        if info.kind in AMOUNTS:
            digits = self.project.currency_digits if self.project else 2
            return parse_amount(info.kind, text, units=Units.of(self.project), digits=digits)
        match info.kind:
            case Kind.INSTANT:
                return self.instant(text, end=info.name in _ENDS)
            case Kind.FLAG:
                return parse_flag(text)
            case Kind.INTEGER:
                return parse_whole(text)
            case Kind.CHOICE:
                return self._choice(info, text)
            case Kind.REFERENCE:
                return self._reference(info, text)
            case _:
                return text

    def _choice(self, info: FieldInfo, text: str) -> str:
        choices: Mapping[str, str] = {}
        if info.choices is not None:
            choices = {**{m.value.lower(): m.value for m in info.choices}, **{m.name.lower(): m.value for m in info.choices}}
        wanted = text.lower().replace("-", "_").replace(" ", "_")
        if wanted not in choices:
            allowed = ", ".join(dict.fromkeys(choices.values()))
            raise InputError(f"{info.name} is none of its values: {text!r}", code="value.invalid", hint=f"values: {allowed}")
        return choices[wanted]

    def _reference(self, info: FieldInfo, text: str) -> int:
        project_id = self.project.id if self.project else None
        if info.ref == "calendars":
            from pm.commands.calendars import find_calendar

            return find_calendar(self.plan, text, project_id)
        if info.ref == "resources":
            from pm.commands.resources import find_resource

            return find_resource(self.plan, text, project_id)
        if info.ref == "tasks":
            return self.plan.find_task(text, project_id)
        raise InputError(f"{info.name} is not set by hand", code="value.protected")

    def instant(self, text: str, *, end: bool = False) -> int:
        """Return a typed date as an instant; without a time of day it means when work starts, or ends."""
        start, finish = (self.project.default_start, self.project.default_finish) if self.project else (28800, 61200)
        return parse_date(text, self.today, self.order).instant(finish if end else start)
