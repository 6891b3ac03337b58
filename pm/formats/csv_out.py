"""A plan's outline as CSV for spreadsheets: what people entered, and the computed dates where a schedule is given.

RFC 4180: fields with commas, quotes or line breaks are quoted, lines end with CR LF. Names are data: a cell that a spreadsheet
would take for a formula gets an apostrophe in front, and control and bidi characters are written out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pm.display import clean
from pm.model import FULL, Plan
from pm.words import Lag, Predecessor, Units, duration_text, iso_text, percent_text, predecessors_text, quantity_text, quoted

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

COLUMNS = (
    "Project", "WBS", "ID", "Level", "Name", "Duration", "Start", "Finish", "Total slack", "Free slack", "Critical",
    "Milestone", "% complete", "Deadline", "Predecessors", "Resources",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(plan: Plan, schedule: Schedule | None = None, *, bom: bool = False) -> bytes:
    """Return the outline of `plan` as UTF-8 CSV, one line a task.

    Args:
        plan: The plan.
        schedule: Where dates, slack and rolled-up values come from; their cells are empty without it.
        bom: Start with a byte-order mark, which older spreadsheets need to see that it is UTF-8.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for row in _rows(plan, schedule):
        writer.writerow([cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8", errors="replace")


def cell(text: str) -> str:
    r"""Return `text` as it may stand in a spreadsheet: no formula, no control or bidi characters (``\x1b`` written out)."""
    shown = clean(text, keep="\t\n")
    return f"'{shown}" if text.startswith(_FORMULA_STARTS) or shown.startswith(_FORMULA_STARTS) else shown


def _rows(plan: Plan, schedule: Schedule | None) -> Iterator[Sequence[str]]:
    projects = {p.id: p for p in plan.projects}
    units = {p.id: Units.of(p) for p in projects.values()}
    numbers, outline = plan.outline.numbers, plan.outline
    predecessors, resources = _predecessors(plan, units), _resources(plan)
    for i, task in enumerate(plan.tasks):
        length = units.get(task.project_id, Units())
        project = projects.get(task.project_id)
        computed = schedule.at(i) if schedule is not None else None
        unit = str(task.duration_unit)
        duration = task.duration if computed is None else computed.duration
        hidden = computed is None and outline.is_summary(i)
        done = task.percent_complete if computed is None else computed.percent_complete
        slack = [] if computed is None else [computed.total_slack, computed.free_slack]
        yield (
            (project.code or project.name) if project else "",
            task.wbs or numbers[i],
            str(task.uid),
            str(outline.depth[i] + 1),
            task.name,
            "" if hidden else duration_text(duration, unit, length, estimated=task.estimated),
            _date(computed.start if computed else None),
            _date(computed.finish if computed else None),
            *(("" if s is None else duration_text(s, "d", length)) for s in slack or (None, None)),
            "" if computed is None else "yes" if computed.critical else "no",
            "yes" if task.milestone else "no",
            "" if done is None else percent_text(done),
            _date(task.deadline),
            predecessors.get(task.id, ""),
            resources.get(task.id, ""),
        )


def _date(value: int | None) -> str:
    return "" if value is None else iso_text(value).replace("T", " ")


def _predecessors(plan: Plan, units: dict[int, Units]) -> dict[int, str]:
    numbers = dict(zip(plan.tasks.ids, plan.outline.numbers, strict=True))
    owners = dict(zip(plan.tasks.ids, plan.tasks.column("project_id"), strict=True))
    codes = dict(zip(plan.projects.ids, plan.projects.column("code"), strict=True))
    found: dict[int, list[Predecessor]] = {}
    for link in plan.links:
        owner = owners[link.predecessor_id]
        name = numbers[link.predecessor_id]
        if owner != owners[link.successor_id]:
            name = f"{codes.get(owner, '')}:{name}"
        lag = Lag(link.lag, str(link.lag_kind), str(link.lag_unit))
        found.setdefault(link.successor_id, []).append(Predecessor(name, str(link.type), lag))
    return {task: predecessors_text(words, units.get(owners[task], Units())) for task, words in found.items()}


def _resources(plan: Plan) -> dict[int, str]:
    names = {r.id: (r.name, r.type == "material") for r in plan.resources}
    found: dict[int, list[str]] = {}
    for assignment in plan.assignments:
        if assignment.resource_id is None:
            continue
        name, material = names[assignment.resource_id]
        share = quantity_text(assignment.units) if material else percent_text(assignment.units)
        text = quoted(name) if assignment.units == FULL else f"{quoted(name)} {share}"
        found.setdefault(assignment.task_id, []).append(text)
    return {task: ", ".join(texts) for task, texts in found.items()}
