"""Working-time calendars as people define them; `pm.worktime` compiles them.

Shifts of a day are a list of ``[from, to]`` pairs in seconds after midnight, half open; ``to`` may be 86400 (24:00) and,
for a night shift that ends the next morning, more than that. An empty list is a day off, None means "as the base calendar".
"""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import Recurrence
from pm.model.kinds import Data, Entity, Instant, Ref, choice, data, text, whole

STANDARD_DAY: list[list[int]] = [[28800, 43200], [46800, 61200]]
STANDARD_WEEK: list[list[list[int]]] = [STANDARD_DAY] * 5 + [[], []]
"""Monday to Friday 08:00-12:00 and 13:00-17:00."""


class Calendar(Entity):
    """A weekly pattern with exceptions, possibly derived from a base calendar.

    Attributes:
        project_id: The project it came with; None for a calendar of the shared pool.
        uid: The source's own number.
        base_id: The calendar it inherits from: days that `week` leaves None, and the base's exceptions.
            Its own entries win.
        week: Seven entries, Monday first, each the day's shifts or None to inherit; None for all seven inherited.
    """

    project_id: Annotated[int, Ref("projects")] | None = whole()
    uid: int = whole(0)
    name: str = text()
    base_id: Annotated[int, Ref("calendars")] | None = whole()
    is_base: bool = True
    week: Data = data()
    notes: str = text()
    extra: Data = data()


class CalendarException(Entity):
    """Days that differ from the weekly pattern: a holiday, a shutdown, a Saturday worked.

    `start` and `finish` are days (midnights), both included. `shifts` are the shifts of each day, empty for a day off.

    Attributes:
        recurrence: How the exception comes back between `start` and `finish`; ONCE covers every day between them.
        interval: Every how many days, weeks or months.
        weekdays: Weekday numbers, Monday 0, where the recurrence asks for them.
        ordinal: 1 to 4 or 5 for last, where the recurrence asks for it.
        day, month: Day of the month and month, where the recurrence asks for them.
        occurrences: Ends the recurrence after so many; None where `finish` does.
    """

    calendar_id: Annotated[int, Ref("calendars")] = whole(0)
    position: int = whole(0)
    name: str = text()
    start: Instant = whole(0)
    finish: Instant = whole(0)
    shifts: Data = data()
    recurrence: Recurrence = choice(Recurrence.ONCE)
    interval: int = whole(1)
    weekdays: Data = data()
    ordinal: int = whole(1)
    day: int = whole(1)
    month: int = whole(1)
    occurrences: int | None = whole()
    extra: Data = data()


class WorkWeek(Entity):
    """A weekly pattern that replaces the usual one from `start` to `finish` (days, both included); exceptions win over it."""

    calendar_id: Annotated[int, Ref("calendars")] = whole(0)
    position: int = whole(0)
    name: str = text()
    start: Instant = whole(0)
    finish: Instant = whole(0)
    week: Data = data()
    extra: Data = data()
