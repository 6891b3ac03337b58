"""Read XER files with MPXJ in a JVM and print what it found as JSON. The files and days come on standard input."""

from __future__ import annotations

import json
import sys
from typing import Any


def _hours(duration: Any) -> float | None:
    if duration is None:
        return None
    assert str(duration.getUnits()) == "h", str(duration)
    return round(float(duration.getDuration()), 4)


def _date(value: Any) -> str | None:
    return None if value is None else str(value)[:16]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def dump(project: Any, days: list[Any], unit: Any) -> dict[str, Any]:
    """Return what MPXJ reads of a project; working minutes of each calendar on `days`."""
    tasks = list(project.getTasks())
    return {
        "tasks": sorted(
            [
                str(t.getActivityID()),
                str(t.getName()),
                _text(t.getActivityType()),
                _hours(t.getPlannedDuration()),
                _text(t.getConstraintType()),
                _date(t.getConstraintDate()),
                _text(t.getSecondaryConstraintType()),
                _date(t.getSecondaryConstraintDate()),
                _date(t.getActualStart()),
                _date(t.getActualFinish()),
                None if t.getCalendar() is None else str(t.getCalendar().getName()),
            ]
            for t in tasks
            if not t.getSummary() and t.getActivityID() is not None
        ),
        "bands": sorted(str(t.getName()) for t in tasks if t.getSummary()),
        "links": sorted(
            [
                str(relation.getPredecessorTask().getActivityID()),
                str(task.getActivityID()),
                str(relation.getType()),
                _hours(relation.getLag()),
            ]
            for task in tasks
            for relation in task.getPredecessors()
        ),
        "calendars": {
            str(c.getName()): [round(float(c.getWork(day, unit.MINUTES).getDuration()), 1) for day in days]
            for c in project.getCalendars()
        },
        "resources": sorted([str(r.getName()), str(r.getType())] for r in project.getResources()),
        "assignments": sorted(
            [
                str(a.getTask().getActivityID()),
                None if a.getResource() is None else str(a.getResource().getName()),
                _hours(a.getPlannedWork()),
            ]
            for a in project.getResourceAssignments()
        ),
        "fields": sorted(str(f.getAlias()) for f in project.getCustomFields() if f.getAlias() is not None),
    }


def main() -> None:
    """Read the request, start the JVM once, and answer for every file."""
    import jpype
    import mpxj  # noqa: F401  puts MPXJ's classes where the JVM finds them

    jpype.startJVM(
        "-Xmx512m",
        "-Dlog4j2.level=OFF",
        "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
    )
    from java.io import FileInputStream
    from java.time import LocalDate
    from org.mpxj import TimeUnit
    from org.mpxj.primavera import PrimaveraXERFileReader

    answers = {}
    for path, days in json.load(sys.stdin).items():
        projects = PrimaveraXERFileReader().readAll(FileInputStream(path))
        parsed = [LocalDate.parse(day) for day in days]
        answers[path] = {str(p.getProjectProperties().getProjectID()): dump(p, parsed, TimeUnit) for p in projects}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
