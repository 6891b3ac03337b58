"""The two rows of dates above a chart, and the lines that go down from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tui.canvas import Canvas
from tui.glyphs import Glyphs
from tui.text import EPOCH_ORDINAL, FIRST_DAY, LAST_DAY, MONTHS, MONTHS_LONG, date_of, day_text, width_of
from tui.theme import Palette
from tui.widgets.gantt.scale import DayCalendar, TimeScale


@dataclass(frozen=True)
class Level:
    """A unit of an axis.

    Attributes:
        starts: Gives the first days of the periods that touch ``[first, last]``, in order.
        names: Gives what a period may be called, the longest first.
    """

    starts: Callable[[int, int], Iterator[int]]
    names: Callable[[date], tuple[str, ...]]


def _days(first: int, last: int) -> Iterator[int]:
    return iter(range(max(first, FIRST_DAY), min(last, LAST_DAY) + 1))


def _weeks(week_start: int) -> Callable[[int, int], Iterator[int]]:
    def starts(first: int, last: int) -> Iterator[int]:
        # Day 0, the first of January 1970, was a Thursday: weekday 3.
        begin = first - (first + 3 - week_start) % 7
        return iter(range(begin, min(last, LAST_DAY) + 1, 7))

    return starts


def _months(step: int) -> Callable[[int, int], Iterator[int]]:
    def starts(first: int, last: int) -> Iterator[int]:
        begin = date_of(first)
        month = begin.year * 12 + (begin.month - 1) // step * step
        while month < 120_000:
            day = date(max(1, month // 12), month % 12 + 1, 1).toordinal() - EPOCH_ORDINAL
            if day > last:
                return
            yield day
            month += step

    return starts


def _years(step: int) -> Callable[[int, int], Iterator[int]]:
    def starts(first: int, last: int) -> Iterator[int]:
        year = date_of(first).year // step * step
        while year < 10_000:
            day = date(max(1, year), 1, 1).toordinal() - EPOCH_ORDINAL
            if day > last:
                return
            yield day
            year += step

    return starts


def _day_names(day: date) -> tuple[str, ...]:
    return (f"{day.day:02d}",)


def _month_names(day: date) -> tuple[str, ...]:
    return (
        f"{MONTHS_LONG[day.month - 1]} {day.year}",
        f"{MONTHS[day.month - 1]} {day.year}",
        f"{MONTHS[day.month - 1]} {day.year % 100:02d}",
        MONTHS[day.month - 1],
    )


def _quarter_names(day: date) -> tuple[str, ...]:
    return (f"Q{(day.month - 1) // 3 + 1} {day.year}", f"Q{(day.month - 1) // 3 + 1}")


def _year_names(day: date) -> tuple[str, ...]:
    return (str(day.year), f"{day.year % 100:02d}")


def levels(per_day: float, week_start: int = 0) -> tuple[Level, Level]:
    """Return the upper and the lower unit of an axis with `per_day` cells a day; weeks begin on `week_start` (Monday 0)."""
    if per_day >= 2.5:
        return Level(_months(1), _month_names), Level(_days, _day_names)
    if per_day >= 0.42:
        return Level(_months(1), _month_names), Level(_weeks(week_start), _day_names)
    if per_day >= 0.1:
        return Level(_months(3), _quarter_names), Level(_months(1), lambda day: (MONTHS[day.month - 1], MONTHS[day.month - 1][0]))
    if per_day >= 0.04:
        return Level(_years(1), _year_names), Level(_months(3), lambda day: (f"Q{(day.month - 1) // 3 + 1}",))
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if s * 365 * per_day >= 6), 1000)
    return Level(_years(step * 10), _year_names), Level(_years(step), _year_names)


@dataclass(frozen=True)
class Axis:
    """Draws the rows of dates of one scale.

    Attributes:
        status_day: The status date, whose chip stands on the lower row; None where there is none.
        calendar: Greys days off where single days are labelled.
    """

    scale: TimeScale
    palette: Palette
    glyphs: Glyphs
    calendar: DayCalendar
    status_day: int | None
    week_start: int = 0

    def lines(self, offset: int, width: int) -> list[tuple[int, str]]:
        """Return the vertical lines of the chart below, as cells counted from `offset` and their colours."""
        major, minor = levels(self.scale.per_day, self.week_start)
        first, last = self.scale.day(offset), self.scale.day(offset + width) + 1
        found: dict[int, str] = {}
        if self.scale.per_day >= 0.9:
            starts = _weeks(self.week_start) if self.scale.per_day >= 2.5 else minor.starts
            found.update((self.scale.day_x(day) - offset, self.palette.grid) for day in starts(first, last))
        elif self.scale.per_day < 0.42:
            found.update((self.scale.day_x(day) - offset, self.palette.grid) for day in minor.starts(first, last))
        found.update((self.scale.day_x(day) - offset, self.palette.rule) for day in major.starts(first, last))
        return [(x, colour) for x, colour in sorted(found.items()) if 0 <= x < width]

    def upper(self, offset: int, width: int) -> Canvas:
        """Return the row of the larger unit; the label of a period that began further left sticks to the edge."""
        canvas = Canvas.blank(width, self.palette.text, self.palette.panel)
        level = levels(self.scale.per_day, self.week_start)[0]
        last = self.scale.day(offset + width) + 1
        marks = [(self.scale.day_x(d) - offset, d) for d in level.starts(self.scale.day(offset), last)]
        for i, (x, day) in enumerate(marks):
            end = marks[i + 1][0] if i + 1 < len(marks) else width
            if end <= 0 or x >= width:
                continue
            at = max(x, 0)
            if x >= 0:
                canvas.put(x, self.glyphs.line, self.palette.rule)
            room = min(end, width) - at - 1
            name = next((n for n in level.names(date_of(day)) if len(n) <= room - (at + room + 1 < width)), "")
            canvas.text(at + 1, name, self.palette.text, bold=True)
        return canvas

    def lower(self, offset: int, width: int) -> Canvas:
        """Return the row of the smaller unit, with the chip of the status date over it."""
        canvas = Canvas.blank(width, self.palette.muted, self.palette.panel)
        level = levels(self.scale.per_day, self.week_start)[1]
        by_day = self.scale.per_day >= 2.5
        last = self.scale.day(offset + width) + 1
        marks = [(self.scale.day_x(d) - offset, d) for d in level.starts(self.scale.day(offset), last)]
        for i, (x, day) in enumerate(marks):
            end = marks[i + 1][0] if i + 1 < len(marks) else x + math.ceil(31 * self.scale.per_day)
            if x < 0:
                continue
            ink = self._day_ink(day) if by_day else self.palette.muted
            for name in level.names(date_of(day)):
                lead = 0 if by_day else 1
                if end - x > len(name) and x + lead + len(name) <= width:
                    if lead:
                        canvas.put(x, self.glyphs.line, self.palette.rule)
                    canvas.text(x + lead, name, ink)
                    break
        self._chip(canvas, offset)
        return canvas

    def _day_ink(self, day: int) -> str:
        if self.calendar.is_working_day(day):
            return self.palette.muted
        return self.palette.holiday if self.calendar.holiday(day) else self.palette.faint

    def _chip(self, canvas: Canvas, offset: int) -> None:
        if self.status_day is None:
            return
        text = f" {day_text(self.status_day)} "
        x = self.scale.day_x(self.status_day) - offset
        end = x + width_of(text)
        if end <= 0 or x >= canvas.width:
            return
        blank = (" ", self.glyphs.line)
        cut_left = x > 0 and canvas.glyphs[x] not in blank and canvas.glyphs[x - 1] not in blank
        for step, at in ((1, end), (-1, x - 1 if cut_left else 0)):  # a label cut in half goes altogether
            while 0 < at < canvas.width and canvas.glyphs[at] not in blank:
                canvas.put(at, " ", self.palette.muted)
                at += step
        canvas.text(x, text, self.palette.today_ink, bold=True, paper=self.palette.today)
