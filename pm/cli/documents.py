"""What ``--json`` documents hold: fields named and written by their kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pm.cli.output import minutes
from pm.columns import INSTANTS, SLACKS
from pm.model import Kind, Project, iso
from pm.words import money_text, number, rate_text

if TYPE_CHECKING:
    from pm.model.kinds import FieldInfo
    from pm.schedule.result import Schedule


def json_name(info: FieldInfo) -> str:
    """Return what a field is called in JSON: working time says that it is minutes."""
    return f"{info.name}_minutes" if info.kind is Kind.WORKTIME else info.name


def json_field(info: FieldInfo, value: Any, project: Project | None = None) -> Any:
    """Return a field's value as JSON has it.

    Instants are local ``YYYY-MM-DDTHH:MM``, working time is minutes, shares are percent, money is a decimal string.
    """
    if value is None:
        return None
    match info.kind:
        case Kind.INSTANT:
            return iso(value)
        case Kind.WORKTIME:
            return minutes(value)
        case Kind.PERCENT:
            return percent(value)
        case Kind.MONEY:
            return money_text(value, project.currency_digits if project else 2)
        case Kind.RATE:
            return rate_text(value)
        case Kind.FLAG:
            return bool(value)
        case _:
            return value


def percent(value: int) -> int | float:
    """Return hundredths of a percent as percent."""
    return value // 100 if value % 100 == 0 else value / 100


def schedule_document(schedule: Schedule) -> dict[str, Any]:
    """Return the ``pm.schedule/1`` document of a schedule; `project` stands in it where there is only one."""
    plan = schedule.plan
    projects = [
        {
            "code": p.code,
            "name": p.name,
            "start": _iso(schedule.project_start.get(p.id)),
            "finish": _iso(schedule.project_finish.get(p.id)),
            "status_date": _iso(p.status_date),
        }
        for p in plan.projects
    ]
    document: dict[str, Any] = {"project": projects[0]} if len(projects) == 1 else {"projects": projects}
    return {**document, "tasks": list(_tasks(schedule, several=len(projects) > 1))}


def _iso(value: int | None) -> str | None:
    return None if value is None else iso(value)


def _tasks(schedule: Schedule, *, several: bool) -> Iterator[dict[str, Any]]:
    from pm.schedule.result import MISSING

    plan = schedule.plan
    tasks, outline = plan.tasks, plan.outline
    names = ("uid", "name", "wbs", "milestone", "manual", "active", "project_id", "blank")
    rows = {n: tasks.column(n) for n in names}
    columns = {
        n: getattr(schedule, n).tolist() for n in (*INSTANTS, *SLACKS, "duration", "percent_complete", "critical", "longest_path")
    }
    codes = {p.id: p.code for p in plan.projects}
    for i in range(len(tasks)):
        if rows["blank"][i]:
            continue
        task: dict[str, Any] = {"project": codes[rows["project_id"][i]]} if several else {}
        task |= {"uid": rows["uid"][i], "number": outline.numbers[i], "name": rows["name"][i]}
        task |= {"summary": outline.is_summary(i), "milestone": rows["milestone"][i], "active": rows["active"][i]}
        for n in INSTANTS:
            value = columns[n][i]
            task[n] = None if value == MISSING else iso(value)
        task["duration_minutes"] = minutes(columns["duration"][i]) if columns["duration"][i] != MISSING else None
        for n in SLACKS:
            value = columns[n][i]
            task[f"{n}_minutes"] = None if value == MISSING else minutes(value)
        done = columns["percent_complete"][i]
        task["percent_complete"] = None if done == MISSING else percent(done)
        task["critical"], task["longest_path"] = columns["critical"][i], columns["longest_path"][i]
        yield task


__all__ = ["json_field", "json_name", "number", "percent", "schedule_document"]
