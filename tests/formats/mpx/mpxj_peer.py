"""Let MPXJ write MSPDI files as MPX, read those back, and print what it found. Run by `tests.formats.jvm.ask`."""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.formats import jvm
from tests.formats.mspdi.mpxj_dump import dump


def _minutes(duration: Any, properties: Any, unit: Any) -> float | None:
    if duration is None:
        return None
    return round(float(duration.convertUnits(unit.MINUTES, properties).getDuration()), 1)


def _moment(value: Any) -> str | None:
    return None if value is None else str(value)[:16]


def _task(task: Any, properties: Any, unit: Any) -> dict[str, Any]:
    constraint = task.getConstraintType()
    return {
        "duration": _minutes(task.getDuration(), properties, unit),
        "work": _minutes(task.getWork(), properties, unit),
        "percent": float(task.getPercentageComplete().doubleValue()) if task.getPercentageComplete() is not None else 0.0,
        "constraint": None if constraint is None else str(constraint.name()),
        "constraint_date": _moment(task.getConstraintDate()),
        "actual_start": _moment(task.getActualStart()),
        "actual_finish": _moment(task.getActualFinish()),
        "total_slack": _minutes(task.getTotalSlack(), properties, unit),
        "remaining": _minutes(task.getRemainingDuration(), properties, unit),
        "fixed": str(task.getType().name()) == "FIXED_DURATION",
        "priority": int(task.getPriority().getValue()) if task.getPriority() is not None else 500,
        "notes": str(task.getNotes() or ""),
        "cost": float(task.getCost().doubleValue()) if task.getCost() is not None else 0.0,
        "baseline_start": _moment(task.getBaselineStart()),
        "text1": str(task.getText(1) or ""),
        "number1": float(task.getNumber(1).doubleValue()) if task.getNumber(1) is not None else 0.0,
        "flag1": bool(task.getFlag(1)),
        "start1": _moment(task.getStart(1)),
        "duration1": _minutes(task.getDuration(1), properties, unit) or 0.0,
    }


def main() -> None:
    """Answer for every file of the request."""
    jvm.start()
    from java.time import LocalDate
    from org.mpxj import TimeUnit
    from org.mpxj.mpx import MPXReader, MPXWriter
    from org.mpxj.mspdi import MSPDIReader

    answers = {}
    for mspdi, mpx, days in json.load(sys.stdin):
        MPXWriter().write(MSPDIReader().read(mspdi), mpx)
        answer = dump(mpx, days, lambda path: MPXReader().read(path), TimeUnit, LocalDate)
        project = MPXReader().read(mpx)
        properties = project.getProjectProperties()
        answer["details"] = {str(t.getUniqueID()): _task(t, properties, TimeUnit) for t in project.getTasks() if not t.getNull()}
        answer["rates"] = {
            str(r.getUniqueID()): [
                round(float(r.getStandardRate().getAmount()), 4) if r.getStandardRate() is not None else 0.0,
                float(r.getMaxUnits().doubleValue()) if r.getMaxUnits() is not None else None,
            ]
            for r in project.getResources()
        }
        answer["start"] = _moment(properties.getStartDate())
        answer["names"] = {str(c.getUniqueID()): str(c.getName()) for c in project.getCalendars()}
        answers[mspdi] = answer
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
