"""Read MSPDI files with MPXJ in a JVM and print what it found as JSON. The files and days come on standard input."""

from __future__ import annotations

import json
import sys
from typing import Any


def _lag(relation: Any, properties: Any, unit: Any) -> list[Any]:
    lag = relation.getLag()
    if str(lag.getUnits()) in ("%", "e%"):
        return [str(lag.getUnits()), float(lag.getDuration())]
    kind = "elapsed" if lag.getUnits().isElapsed() else "working"
    return [kind, round(float(lag.convertUnits(unit.MINUTES, properties).getDuration()), 1)]


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value.doubleValue()), 2)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def dump(path: str, days: list[str], read: Any, unit: Any, date: Any) -> dict[str, Any]:
    """Return what MPXJ reads from `path`; working minutes of each calendar on `days`."""
    project = read(path)
    properties = project.getProjectProperties()
    links = [
        [
            int(relation.getPredecessorTask().getUniqueID()),
            int(task.getUniqueID()),
            str(relation.getType()),
            *_lag(relation, properties, unit),
        ]
        for task in project.getTasks()
        for relation in task.getPredecessors()
    ]
    dates = [date.parse(day) for day in days]
    return {
        "tasks": [
            [int(t.getUniqueID()), _text(t.getName()), int(t.getOutlineLevel() or 0), bool(t.getNull())]
            for t in project.getTasks()
        ],
        "links": sorted(links),
        "calendars": {
            str(c.getUniqueID()): [round(float(c.getWork(day, unit.MINUTES).getDuration()), 1) for day in dates]
            for c in project.getCalendars()
        },
        "resources": [[int(r.getUniqueID()), _text(r.getName()), str(r.getType())] for r in project.getResources()],
        "assignments": sorted(
            [
                int(a.getUniqueID()),
                int(a.getTaskUniqueID()),
                None if a.getResourceUniqueID() is None else int(a.getResourceUniqueID()),
                _number(a.getUnits()),
                None
                if a.getWork() is None
                else round(float(a.getWork().convertUnits(unit.MINUTES, properties).getDuration()), 1),
            ]
            for a in project.getResourceAssignments()
        ),
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
    from java.time import LocalDate
    from org.mpxj import TimeUnit
    from org.mpxj.mspdi import MSPDIReader

    reader = MSPDIReader()
    answers = {}
    for path, days in json.load(sys.stdin).items():
        answers[path] = dump(path, days, reader.read, TimeUnit, LocalDate)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
