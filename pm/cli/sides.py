"""What ``pm diff`` compares: files, projects, and either as it was at a baseline or at a moment of the journal."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pm.cli.context import current, is_file, target
from pm.errors import InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from pm.cli.context import Target
    from pm.model import Plan

BASELINE, LOG = "baseline:", "log:"


@dataclass(frozen=True)
class Side:
    """One of the two plans.

    Attributes:
        name: As the user gave it.
        found: The file or project.
        entry: The entry of the journal after which the plan is taken; None for now.
        baseline: The number of a baseline of which only dates are known; None where a whole plan is.
    """

    name: str
    found: Target
    entry: int | None = None
    baseline: int | None = None

    @property
    def plan(self) -> Plan:
        """The plan as it was then."""
        if self.entry is None or self.found.code is None:
            return self.found.plan
        return self.found.workspace.past(self.found.code, self.entry)


@contextlib.contextmanager
def sides(a: str, b: str | None, project: str | None) -> Iterator[tuple[Side, Side]]:
    """Open what is compared; without `b` a plan is compared with its newest baseline, and a past plan with the present one.

    Raises:
        NotFoundError: `plan.no_project`, `baseline.not_found`, `diff.no_point`.
        UsageError: `diff.ambiguous`, a point may be a baseline or a moment of the journal.
    """
    with contextlib.ExitStack() as stack:
        name, point = _split(a)
        first = stack.enter_context(target(name))
        if b is None:
            side = _at(first, point, project) if point is not None else _newest(first, project)
            yield side, Side(name, first)
            return
        other, other_point = _split(b)
        second = first if other == name else stack.enter_context(target(other))
        yield _at(first, point, project), _at(second, other_point, project)


def _split(text: str) -> tuple[str, str | None]:
    """Split ``PLAN@POINT``; a file or a project that is called so as a whole is that."""
    name, at, point = text.rpartition("@")
    if not at or not name or Path(text).is_file():
        return text, None
    if not is_file(name):
        with current().open() as workspace:
            if any(p.code.casefold() == text.casefold() for p in workspace.projects()):
                return text, None
    return name, point


def _at(found: Target, point: str | None, project: str | None) -> Side:
    if point is None:
        return Side(found.name, found)
    name = f"{found.name}@{point}"
    wanted = point.strip()
    kinds = {BASELINE, LOG}
    for kind in kinds:
        if wanted.casefold().startswith(kind):
            kinds, wanted = {kind}, wanted[len(kind) :].strip()
            break
    baselines = _baselines_called(found, wanted, project) if BASELINE in kinds else []
    entry = _entry(found, wanted) if LOG in kinds and found.code is not None else None
    if len(baselines) + (entry is not None) > 1:
        meanings = [f"{BASELINE}{n}" for n in baselines] + ([f"{LOG}{wanted}"] if entry is not None else [])
        hint = " or ".join(f"{found.name}@{meaning}" for meaning in meanings)
        raise UsageError(f"{wanted!r} means several things", code="diff.ambiguous", subject=name, hint=f"write {hint}")
    if baselines:
        return _baseline(found, name, baselines[0], project)
    if entry is not None:
        return Side(name, found, entry)
    hint = f"pm baseline list {found.name} lists baselines"
    if found.code is not None:
        hint += f", pm log {found.name} what was changed; a date is written 2026-01-12 or '12 Jan 14:30'"
    raise NotFoundError("there is no such baseline or moment", code="diff.no_point", subject=name, hint=hint)


def _heads(found: Target, project: str | None) -> dict[int, tuple[str, int | None, int | None]]:
    """Return name, time and id of every baseline of a project by number; files may hold one without its head."""
    plan, owner = found.plan, found.project(project).id
    mine = {i for i, p in zip(plan.tasks.ids, plan.tasks.column("project_id"), strict=True) if p == owner}
    rows = zip(plan.task_baselines.column("task_id"), plan.task_baselines.column("number"), strict=True)
    known: dict[int, tuple[str, int | None, int | None]] = {n: ("", None, None) for task_id, n in rows if task_id in mine}
    known |= {head.number: (head.name, head.taken_at, head.id) for head in plan.baselines if head.project_id == owner}
    return known


def _baselines_called(found: Target, wanted: str, project: str | None) -> list[int]:
    heads = _heads(found, project)
    return [n for n, (name, _, _) in sorted(heads.items()) if wanted == str(n) or (name and wanted.casefold() == name.casefold())]


def _baseline(found: Target, name: str, number: int, project: str | None) -> Side:
    """Return the plan from which a baseline was taken, where the journal knows it; else only its dates."""
    head_id = _heads(found, project)[number][2]
    entry = found.workspace.baseline_entry(head_id) if head_id is not None and found.code is not None else None
    return Side(name, found, entry, None if entry is not None else number)


def _newest(found: Target, project: str | None) -> Side:
    """Return the baseline taken last; where no time is known 0, or else the one with the highest number."""
    heads = _heads(found, project)
    if not heads:
        hint = f"pm baseline set {found.name} takes one; or name what to compare it with: pm diff A B"
        raise NotFoundError(
            "the plan has no baseline to compare it with", code="baseline.not_found", subject=found.name, hint=hint
        )
    dated = {n: taken for n, (_, taken, _) in heads.items() if taken is not None}
    number = max(dated, key=lambda n: (dated[n], n)) if dated else 0 if 0 in heads else max(heads)
    return _baseline(found, f"{found.name}@{BASELINE}{number}", number, project)


def _entry(found: Target, wanted: str) -> int | None:
    """Return the entry of the journal that is meant: its number, or the last one written by a time (UTC, as the log shows)."""
    from datetime import UTC, datetime, time

    from pm.dates import parse_date

    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 16:
        newest = found.workspace.log(1)
        return int(wanted) if newest and 1 <= int(wanted) <= newest[0].id else None
    try:
        typed = parse_date(wanted, current().today, current().settings.date_order)
    except InputError:
        return None
    return found.workspace.entry_at(datetime.combine(typed.day, typed.time or time.max, UTC))


__all__ = ["Side", "sides"]
