"""What ``pm diff`` writes: the ``pm.diff/1`` document, and the same for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pm.cli.context import current
from pm.cli.documents import json_field, json_name
from pm.cli.output import minutes, say, say_folded, say_table, warn
from pm.columns import time_between
from pm.display import clean
from pm.model import ENTITIES, Kind, fields_of, iso
from pm.model.kinds import DAY
from pm.words import Units, instant_text, number

if TYPE_CHECKING:
    from pm.comparison import BaselineComparison, Comparison, Line, Shift, Slip
    from pm.comparison.causes import Subject
    from pm.model import Plan, Project, TaskMove
    from pm.schedule import Schedule

MOST_LINES, MOST_TEXTS, MOST_MOVES, MOST_PARTS = 10, 6, 15, 3
"""What is shown of each group of differences, of the differences of a row, of the tasks that moved, and of the rows in a
cause, unless asked for all."""


# JSON


def document(found: Comparison, slips: Sequence[Slip], before: str, after: str) -> dict[str, Any]:
    """Return the ``pm.diff/1`` document of two plans."""
    error = found.unscheduled
    plans = (found.before, found.after)
    finishes = [s.project_finish for s in found.schedules] if error is None else [{}, {}]
    return {
        "before": before,
        "after": after,
        "equal": found.equal,
        "known": "plans",
        "unscheduled": {"code": error.code, "message": str(error)} if error is not None else None,
        "changes": [_change(line, plans) for line in found.lines],
        "matched_by_name": [_row(("tasks", i), plans) for i in found.by_name],
        "moves": [_move(move, plans, _schedule_of(found, move)) for move in found.moves],
        "finishes": [
            {"project": p.code, "before": _iso(finishes[0].get(p.id)), "after": _iso(finishes[1].get(p.id))}
            for p in {p.id: p for plan in plans for p in plan.projects}.values()
        ],
        "slips": [_slip(slip, plans, found) for slip in slips],
    }


def baseline_document(found: BaselineComparison, before: str, after: str) -> dict[str, Any]:
    """Return the ``pm.diff/1`` document of a baseline of which only dates are known."""
    plan = found.schedule.plan
    plans = (plan, plan)
    code = plan.projects[found.project_id].code
    steps = [{"kind": str(s.kind), "task": _row(s.subject, plans), **_shift(s.shift)} for s in found.steps]
    slip = {
        "project": code,
        "task": _row(("tasks", found.task_id), plans) if found.task_id is not None else None,
        "before": iso(found.finish_before),
        "after": iso(found.finish_after),
        **_shift(found.shift),
        "chain": steps,
    }
    return {
        "before": before,
        "after": after,
        "equal": found.equal,
        "known": "dates",
        "unscheduled": None,
        "changes": [_change(line, plans) for line in found.lines],
        "matched_by_name": [],
        "moves": [_move(move, plans, found.schedule) for move in found.moves],
        "finishes": [{"project": code, "before": iso(found.finish_before), "after": iso(found.finish_after)}],
        "slips": [slip] if found.finish_before != found.finish_after else [],
    }


def _iso(value: int | None) -> str | None:
    return None if value is None else iso(value)


def _shift(shift: Shift) -> dict[str, Any]:
    return {"working_minutes": minutes(shift.working), "elapsed_minutes": minutes(shift.elapsed)}


def _holder(subject: Subject, plans: tuple[Plan, Plan]) -> Plan:
    return plans[1] if subject[1] in plans[1].tables[subject[0]].index else plans[0]


def _project(subject: Subject, plans: tuple[Plan, Plan]) -> Project | None:
    """Return the project that a row belongs to, None for the shared pool."""
    plan = _holder(subject, plans)
    table, row_id = subject
    if table == "projects":
        return plan.projects[row_id]
    owned = "project_id" in fields_of(ENTITIES[table])
    project_id = plan.tables[table].value(row_id, "project_id") if owned else None
    return next((p for p in plan.projects if p.id == project_id), None)


def _row(subject: Subject, plans: tuple[Plan, Plan]) -> dict[str, Any]:
    """Return what a row is known by: a task by project, uid, number and name, others by name."""
    plan = _holder(subject, plans)
    table, row_id = subject
    rows = plan.tables[table]
    owner = _project(subject, plans)
    found: dict[str, Any] = {"table": table, "project": owner.code if owner is not None else None}
    if table == "tasks":
        at = rows.position(row_id)
        found |= {"uid": rows.column("uid")[at], "number": plan.outline.numbers[at]}
    name = next((n for n in ("name", "alias", "account") if n in fields_of(ENTITIES[table])), None)
    return found | {"name": rows.value(row_id, name) if name is not None else None}


def _change(line: Line, plans: tuple[Plan, Plan]) -> dict[str, Any]:
    values: list[Any] = [None, None]
    field = None
    if line.field:
        info = fields_of(ENTITIES[line.table])[line.field]
        field = json_name(info)
        owner = _project(line.subject, plans)
        for n, (plan, value) in enumerate(zip(plans, (line.before, line.after), strict=True)):
            if info.kind is Kind.REFERENCE and info.ref is not None:
                known = value is not None and value in plan.tables[info.ref] and "name" in fields_of(ENTITIES[info.ref])
                values[n] = plan.tables[info.ref].value(value, "name") if known else None
            else:
                values[n] = json_field(info, value, owner)
    return {
        "cause": str(line.cause),
        "kind": line.kind,
        "table": line.table,
        "of": _row(line.subject, plans),
        "field": field,
        "before": values[0],
        "after": values[1],
        "text": line.text,
    }


def _move(move: TaskMove, plans: tuple[Plan, Plan], schedule: Schedule) -> dict[str, Any]:
    row = _row(("tasks", move.task_id), plans)
    del row["table"]
    row |= {n: _iso(getattr(move, n)) for n in ("start_before", "finish_before", "start_after", "finish_after")}
    starts, finishes = _working(move, schedule)
    return row | {"start_shift_minutes": minutes(starts), "finish_shift_minutes": minutes(finishes)}


def _slip(slip: Slip, plans: tuple[Plan, Plan], found: Comparison) -> dict[str, Any]:
    return {
        "project": found.after.projects[slip.project_id].code,
        "task": _row(("tasks", slip.task_id), plans) if slip.task_id is not None else None,
        "before": iso(slip.before),
        "after": iso(slip.after),
        **_shift(slip.shift),
        "steps": [
            {
                "causes": [str(cause) for cause in step.causes],
                "finish": iso(step.finish),
                **_shift(step.shift),
                "parts": [{"of": [_row(s, plans) for s in part.subjects], **_shift(part.shift)} for part in step.parts],
            }
            for step in slip.steps
        ],
    }


# for people


def say_comparison(found: Comparison, slips: Sequence[Slip], before: str, after: str, *, every: bool, by_task: bool) -> None:
    """Write what differs between two plans, which tasks move, and why finishes do."""
    if found.unscheduled is not None:
        warn(f"no dates to compare: {found.unscheduled}")
    if found.equal:
        say(f"{clean(before)} and {clean(after)}: no difference")
    else:
        lines = found.lines if every else _telling(found.lines)
        say(f"{clean(before)} → {clean(after)}: {_count(lines, 'difference')}, {_count(found.moves, 'task')} moved")
        _say_lines(lines, every=every)
    if found.by_name:
        say(f"\n{_count(found.by_name, 'task')} recognised by name, not by uid")
    _say_moves(found.moves, found.before, found.after, lambda move: _working(move, _schedule_of(found, move)), every=every)
    for slip in slips:
        who = found.called(("tasks", slip.task_id)) if slip.task_id is not None else found.after.projects[slip.project_id].code
        _say_finish(who, slip.before, slip.after, slip.shift, Units.of(found.after.projects[slip.project_id]).day)
        if slip.before != slip.after:
            _say_waterfall(slip, found, every=by_task or every)


def say_baseline(found: BaselineComparison, before: str, after: str, *, every: bool, by_task: bool) -> None:
    """Write how the dates of a plan differ from those of a baseline, and how a later finish came down the chain."""
    if found.equal:
        say(f"{clean(before)} and {clean(after)}: no difference in dates")
    else:
        say(f"{clean(before)} → {clean(after)}: {_count(found.moves, 'task')} moved")
    _say_lines(found.lines, every=every)
    plan = found.schedule.plan
    _say_moves(found.moves, plan, plan, lambda move: _working(move, found.schedule), every=every)
    project = plan.projects[found.project_id]
    names = plan.tasks.column("name")

    def called(task_id: int) -> str:
        at = plan.tasks.position(task_id)
        return f"{plan.outline.numbers[at]} {names[at]}"

    day = Units.of(project).day
    who = called(found.task_id) if found.task_id is not None else project.code
    _say_finish(who, found.finish_before, found.finish_after, found.shift, day)
    if not found.steps:
        return
    say_folded(
        "Only dates are known from then, not what decided them: this is how they came down the chain that decides the finish now."
    )
    worked = [s for s in found.steps if s.shift.working]
    shown = found.steps if every or by_task else sorted(worked, key=lambda s: -abs(s.shift.working))[:MOST_LINES]
    kept = [s for s in found.steps if s in shown]
    rows = [[str(s.kind), called(s.subject[1]), *_days(s.shift, day)] for s in kept]
    rest = [s.shift for s in found.steps if s not in shown]
    if rest:
        rows.append(["", _others(len(rest)), *_days(_sum(rest), day)])
    say_table(
        ["what", "task", "working days", "calendar days"],
        [*rows, ["", "together", *_days(found.shift, day)]],
        right=(2, 3),
        flexible=1,
    )


def _count(what: Sequence[Any], word: str) -> str:
    return f"{len(what)} {word}{'' if len(what) == 1 else 's'}"


_FOLLOWING = frozenset({"remaining_work", "remaining_duration", "actual_work", "actual_duration", "remaining_cost"})
"""Fields that follow from others of the same row."""


def _telling(lines: Sequence[Line]) -> list[Line]:
    """Leave out what follows from other differences of the same row."""
    told = {(line.table, line.subject) for line in lines if line.field not in _FOLLOWING}
    return [line for line in lines if line.field not in _FOLLOWING or (line.table, line.subject) not in told]


def _others(count: int) -> str:
    return f"{count} other{'' if count == 1 else 's'}"


def _say_lines(lines: Iterable[Line], *, every: bool) -> None:
    for cause, listed in groupby(lines, key=lambda line: line.cause):
        say(f"\n{cause}")
        told = [(about, list(texts)) for about, texts in groupby(listed, key=lambda line: line.about)]
        for about, texts in told if every else told[:MOST_LINES]:
            shown = texts if every or len(texts) <= MOST_TEXTS + 1 else texts[:MOST_TEXTS]
            more = [f"and {len(texts) - len(shown)} more"] if len(shown) < len(texts) else []
            say_folded(f"{clean(about)}: {', '.join([*(clean(line.text) for line in shown), *more])}", "  ")
        if len(told) > MOST_LINES and not every:
            say(f"  and {len(told) - MOST_LINES} more: --all shows them")


def _schedule_of(found: Comparison, move: TaskMove) -> Schedule:
    """Return the schedule by whose project's calendar a move is measured."""
    return found.schedules[move.task_id in found.after.tasks]


def _working(move: TaskMove, schedule: Schedule) -> tuple[int | None, int | None]:
    """Return by how much working time start and finish move, on the project's calendar; None where a side has no such date."""
    calendar = schedule.calendars.project(schedule.plan.tasks.value(move.task_id, "project_id"))
    pairs = ((move.start_before, move.start_after), (move.finish_before, move.finish_after))
    starts, finishes = (None if a is None or b is None else time_between(calendar, a, b) for a, b in pairs)
    return starts, finishes


def _say_moves(
    moves: Sequence[TaskMove],
    before: Plan,
    after: Plan,
    working: Callable[[TaskMove], tuple[int | None, int | None]],
    *,
    every: bool,
) -> None:
    """Write the tasks that move, in outline order; unless `every` only those whose finish moves most."""
    if not moves:
        return
    style = current().settings.date_format
    shifts = {move.task_id: working(move) for move in moves}
    shown = moves
    if not every and len(moves) > MOST_MOVES:
        far = sorted(moves, key=lambda m: -max(abs(s or 0) for s in shifts[m.task_id]))[:MOST_MOVES]
        kept = {move.task_id for move in far}
        shown = [move for move in moves if move.task_id in kept]
    rows = []
    for move in shown:
        plan = after if move.task_id in after.tasks else before
        at = plan.tasks.position(move.task_id)
        day = Units.of(plan.projects[plan.tasks.column("project_id")[at]]).day
        dates = ["" if t is None else instant_text(t, style) for t in (move.start_after, move.finish_before, move.finish_after)]
        later = ["" if s is None else _signed(s, day) for s in shifts[move.task_id]]
        rows.append([plan.outline.numbers[at], plan.tasks.column("name")[at], *dates, *later])
    say()
    header = ["#", "task", "starts now", "finished", "finishes now", "start days", "finish days"]
    say_table(header, rows, right=(5, 6), flexible=1, instants=(2, 3, 4))
    if len(shown) < len(moves):
        say(f"and {len(moves) - len(shown)} more that move less: --all shows them")


def _say_finish(who: str, before: int, after: int, shift: Shift, day: int) -> None:
    style = current().settings.date_format
    if before == after:
        say(f"\n{clean(who)} finishes {instant_text(after, style)}, as before")
        return
    word = "later" if after > before else "earlier"
    working, calendar = (_size(abs(s), size) for s, size in ((shift.working, day), (shift.elapsed, DAY)))
    say()
    say_folded(
        f"{clean(who)} finishes {instant_text(after, style)}, not {instant_text(before, style)}: "
        f"{working} working day{'' if working == '1' else 's'} {word} ({calendar} on the calendar)"
    )


def _say_waterfall(slip: Slip, found: Comparison, *, every: bool) -> None:
    style, day = current().settings.date_format, Units.of(found.after.projects[slip.project_id]).day
    rows = [["before", "", "", instant_text(slip.before, style)]]
    idle = [str(cause) for step in slip.steps if step.shift == (0, 0) and not step.parts for cause in step.causes]
    for step in slip.steps:
        if step.shift == (0, 0) and not step.parts:
            continue
        rows.append([" + ".join(step.causes), *_days(step.shift, day), instant_text(step.finish, style)])
        single = [part for part in step.parts if len(part.subjects) == 1]
        largest = sorted(single, key=lambda part: -abs(part.shift.elapsed))[: None if every else MOST_PARTS]
        rows += [[f"  {found.called(p.subjects[0])}", *_days(p.shift, day), ""] for p in single if p in largest]
        rest = [part for part in step.parts if part not in largest]
        if rest and largest:
            count = sum(len(part.subjects) for part in rest)
            rows.append([f"  {_others(count)}", *_days(_sum([p.shift for p in rest]), day), ""])
    rows.append(["together", *_days(slip.shift, day), ""])
    say_table(["cause", "working days", "calendar days", "finish"], rows, right=(1, 2), flexible=0)
    if idle:
        say(f"Changed, but moves nothing: {', '.join(idle)}")
    if any(len(step.causes) > 1 for step in slip.steps):
        say("Causes joined by + were applied together: with only some of them the plan cannot be scheduled.")


def _sum(shifts: Sequence[Shift]) -> Shift:
    from pm.comparison import Shift

    return Shift(sum(s.elapsed for s in shifts), sum(s.working for s in shifts))


def _days(shift: Shift, day: int) -> list[str]:
    return [_signed(shift.working, day), _signed(shift.elapsed, DAY)]


def _signed(seconds: int, day: int) -> str:
    text = _size(abs(seconds), day)
    return text if text == "0" else f"{'+' if seconds > 0 else '-'}{text}"


def _size(seconds: int, day: int) -> str:
    return number((Decimal(seconds) / day).quantize(Decimal("0.01"), ROUND_HALF_UP))
