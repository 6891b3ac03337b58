"""Small MSPDI documents for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pm.formats.mspdi import read
from pm.formats.mspdi.fields import NAMESPACE
from pm.formats.result import ImportResult, Source

STANDARD = """<Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID>
</Calendar>"""


def task(uid: int, more: str = "", *, level: int = 1, duration: str = "PT8H0M0S", name: str | None = None) -> str:
    """Return a task's element; `more` goes behind the usual ones."""
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name or f'Task {uid}'}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>{duration}</Duration><DurationFormat>7</DurationFormat>{more}</Task>"
    )


def link(predecessor: object, kind: int = 1, lag: object = 0, code: object = 7) -> str:
    """Return a link's element."""
    return (
        f"<PredecessorLink><PredecessorUID>{predecessor}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{code}</LagFormat></PredecessorLink>"
    )


def document(
    tasks: Iterable[str] = (),
    *,
    head: str = "<StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID>",
    calendars: str = STANDARD,
    resources: str = "",
    assignments: str = "",
) -> str:
    """Return a document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Project xmlns="{NAMESPACE}">\n<Name>Small</Name>{head}\n'
        f"<Calendars>{calendars}</Calendars>\n<Tasks>\n" + "\n".join(tasks) + "\n</Tasks>\n"
        f"<Resources>{resources}</Resources>\n<Assignments>{assignments}</Assignments>\n</Project>\n"
    )


def read_text(text: str | bytes, *, strict: bool = False) -> ImportResult:
    """Read a document given as text."""
    content = text.encode() if isinstance(text, str) else text
    return read(Source(io.BytesIO(content), "small.xml", strict))


def codes(result: ImportResult) -> list[str]:
    """Return the codes of the problems met."""
    return [p.code for p in result.problems]
