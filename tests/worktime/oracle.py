"""Calendars the slow way: every minute is asked whether it is worked. Shares nothing with `pm.worktime`.

A calendar is a dictionary: ``week`` (seven lists of shifts or None), ``base`` (another one or None), ``exceptions``
and ``work_weeks`` (rows as in the model, days as `datetime.date`). Times are minutes after midnight, instants minutes
since 1970.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import islice

from dateutil import rrule

EPOCH = date(1970, 1, 1)
STANDARD = [[(480, 720), (780, 1020)]] * 5 + [[], []]
DAY = 1440


def falls_on(row: dict, day: date) -> bool:
    """Whether an exception applies on a day, by way of iCalendar's recurrence rules."""
    if not row["start"] <= day <= row["finish"]:
        return False
    kind = row["recurrence"]
    if kind == "once":
        return True
    weekdays = row["weekdays"] or [row["start"].weekday()]
    options: dict = {"dtstart": row["start"], "until": row["finish"]}
    position = -1 if row["ordinal"] == 5 else row["ordinal"]
    if kind == "daily":
        rule = rrule.rrule(rrule.DAILY, interval=row["interval"], **options)
    elif kind == "weekly":
        rule = rrule.rrule(rrule.WEEKLY, interval=row["interval"], byweekday=weekdays, wkst=rrule.MO, **options)
    elif kind == "monthly_day":
        rule = rrule.rrule(rrule.MONTHLY, interval=row["interval"], bymonthday=row["day"], **options)
    elif kind == "monthly_weekday":
        rule = rrule.rrule(rrule.MONTHLY, interval=row["interval"], byweekday=weekdays, bysetpos=position, **options)
    elif kind == "yearly_day":
        if row["day"] > monthrange(2000, row["month"])[1]:
            return False  # dateutil would look for a 31st of February up to the year 9999
        rule = rrule.rrule(rrule.YEARLY, bymonth=row["month"], bymonthday=row["day"], **options)
    else:
        rule = rrule.rrule(rrule.YEARLY, bymonth=row["month"], byweekday=weekdays, bysetpos=position, **options)
    return any(found.date() == day for found in islice(rule, row["occurrences"]))


def shifts_on(calendar: dict, day: date) -> list[tuple[int, int]]:
    """Return a day's shifts: the nearest exception decides, then the nearest weekly pattern."""
    found = _exception(calendar, day)
    if found is None:
        found = _weekly(calendar, day)
    return STANDARD[day.weekday()] if found is None else found


def _exception(calendar: dict, day: date) -> list[tuple[int, int]] | None:
    rows = [row for row in calendar["exceptions"] if falls_on(row, day)]
    single = [row for row in rows if row["recurrence"] == "once"]
    if rows:
        return (single or rows)[-1]["shifts"]
    return _exception(calendar["base"], day) if calendar["base"] else None


def _weekly(calendar: dict, day: date) -> list[tuple[int, int]] | None:
    for row in reversed(calendar["work_weeks"]):
        if row["start"] <= day <= row["finish"] and row["week"][day.weekday()] is not None:
            return row["week"][day.weekday()]
    if calendar["week"] is not None and calendar["week"][day.weekday()] is not None:
        return calendar["week"][day.weekday()]
    return _weekly(calendar["base"], day) if calendar["base"] else None


class Minutes:
    """Which minutes from `first` to `last` (days) are worked."""

    def __init__(self, first: date, last: date, calendar: dict | None = None) -> None:
        self.low = (first - EPOCH).days * DAY
        self.worked = [False] * ((last - first).days * DAY)
        if calendar is None:
            return
        for number in range(-2, (last - first).days):
            day = first + timedelta(days=number)
            for start, end in shifts_on(calendar, day):
                for minute in range(number * DAY + start, number * DAY + end):
                    if 0 <= minute < len(self.worked):
                        self.worked[minute] = True

    def combined(self, other: Minutes, every: bool) -> Minutes:
        """Return the minutes that both work, or either."""
        result = Minutes.__new__(Minutes)
        result.low = self.low
        pairs = zip(self.worked, other.worked, strict=True)
        result.worked = [(a and b) if every else (a or b) for a, b in pairs]
        return result

    def works(self, minute: int) -> bool:
        return self.worked[minute - self.low]

    def between(self, a: int, b: int) -> int:
        """Count the minutes worked from a to b."""
        return -self.between(b, a) if b < a else sum(self.worked[a - self.low : b - self.low])

    def snap_start(self, minute: int) -> int:
        """Walk forward to a minute whose following minute is worked."""
        while not self.works(minute):
            minute += 1
        return minute

    def snap_finish(self, minute: int) -> int:
        """Walk back to a minute whose preceding minute is worked."""
        while not self.works(minute - 1):
            minute -= 1
        return minute

    def add(self, minute: int, count: int) -> int:
        """Work `count` minutes and stop at once."""
        while count > 0:
            count -= self.works(minute)
            minute += 1
        return minute

    def subtract(self, minute: int, count: int) -> int:
        """Go back over `count` worked minutes, then to where work could start at the latest."""
        while count > 0:
            minute -= 1
            count -= self.works(minute)
        return minute
