"""The rules of one calendar with all it inherits, and the working intervals that follow from them.

Rules are laid over one another, later layers winning: the standard week, then from the farthest base to the calendar
itself each one's week and work weeks, then in the same order each one's exceptions (recurring ones before single ones).
So a person's own four-day week keeps the company's holidays, and a person's own exception beats those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pm.errors import ScheduleError
from pm.model import STANDARD_WEEK, CalendarException, Plan
from pm.model.enums import Recurrence
from pm.model.kinds import DAY, FIRST_INSTANT, WEEK
from pm.worktime.blocks import FOUR_CENTURIES, Intervals, Spans, clipped, joined, merged, no_intervals
from pm.worktime.recurrence import LAST_DAY, Pattern

Shifts = tuple[tuple[int, int], ...]
"""A day's shifts, seconds after midnight, sorted, neither touching nor overlapping."""

WHOLE_DAY: Shifts = ((0, DAY),)
FIRST_DAY = FIRST_INSTANT // DAY
_BLOCK_DAYS = 512


@dataclass(frozen=True)
class Week:
    """A weekly pattern, Monday first, for the days from `start` to `finish`; None leaves a day as it is."""

    days: tuple[Shifts | None, ...]
    start: int = FIRST_DAY
    finish: int = LAST_DAY


@dataclass(frozen=True)
class ExceptionRule:
    """Days whose shifts are replaced."""

    name: str
    pattern: Pattern
    shifts: Shifts


def tidy(shifts: Any, name: str) -> Shifts:
    """Return shifts as people write them in order, with overlapping and adjoining ones joined.

    An end that is not after its start lies on the next day: 22:00 to 06:00 is a night, 00:00 to 00:00 a whole day.

    Raises:
        ScheduleError: `worktime.bad_shift`, it is not a list of pairs of seconds after midnight.
    """
    joined: list[tuple[int, int]] = []
    try:
        pairs = sorted((int(start), int(end) if end > start else int(end) + DAY) for start, end in shifts or ())
    except (TypeError, ValueError):
        pairs = [(-1, 0)]
    for start, end in pairs:
        if not 0 <= start < end <= WEEK:
            raise ScheduleError(
                f"a shift {shifts!r} is not a list of pairs of seconds after midnight",
                code="worktime.bad_shift",
                subject=f"calendar {name!r}",
                hint="write each shift as [from, to], for example [28800, 43200] for 08:00 to 12:00",
            )
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


@dataclass(frozen=True)
class Rules:
    """The layers of a calendar, lowest first. Equal rules make equal calendars, whatever they are called.

    Attributes:
        name: What people call the calendar.
        weeks: Weekly patterns; the first covers every day.
        exceptions: Exceptions, all of them above all weekly patterns.
    """

    name: str = field(compare=False)
    weeks: tuple[Week, ...]
    exceptions: tuple[ExceptionRule, ...] = ()

    @cached_property
    def _patterns(self) -> dict[Shifts, int]:
        """A number for each different day."""
        listed = [shifts for week in self.weeks for shifts in week.days if shifts is not None]
        listed += [rule.shifts for rule in self.exceptions]
        return {shifts: number for number, shifts in enumerate(dict.fromkeys(listed))}

    @cached_property
    def _usual(self) -> tuple[Shifts, ...]:
        """The week where neither work weeks nor exceptions apply."""
        usual: list[Shifts] = [()] * 7
        for week in self.weeks:
            if (week.start, week.finish) == (FIRST_DAY, LAST_DAY):
                usual = [old if new is None else new for old, new in zip(usual, week.days, strict=True)]
        return tuple(usual)

    @cached_property
    def continuous(self) -> bool:
        """Whether it works round the clock, always."""
        odd = [shifts for week in self.weeks[1:] for shifts in week.days if shifts is not None]
        odd += [rule.shifts for rule in self.exceptions]
        return all(shifts == WHOLE_DAY for shifts in [*self._usual, *odd])

    @cached_property
    def _spill(self) -> int:
        """How many days before a day can have shifts that end in it."""
        return max((end for shifts in self._patterns for _, end in shifts), default=0) // DAY + 1

    @cached_property
    def special(self) -> Spans:
        """Where weeks, or where something recurs without an end the four centuries, are not like the next."""
        days = [(w.start, w.finish) for w in self.weeks if (w.start, w.finish) != (FIRST_DAY, LAST_DAY)]
        patterns = [rule.pattern for rule in self.exceptions]
        days += [(p.start, p.start if p.cyclic else p.end) for p in patterns]
        return joined((start * DAY, (finish + self._spill + 1) * DAY) for start, finish in days if start <= finish)

    @cached_property
    def cycle(self) -> int:
        """A week, or four centuries where an exception recurs without an end."""
        return FOUR_CENTURIES if any(rule.pattern.cyclic for rule in self.exceptions) else WEEK

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int64], ...]:
        """Number of shifts of each different day, where they begin in the two lists that follow, starts, ends."""
        counts = np.array([len(shifts) for shifts in self._patterns], np.int64)
        flat = [pair for shifts in self._patterns for pair in shifts]
        begins = np.cumsum(counts) - counts
        return counts, begins, np.array([s for s, _ in flat], np.int64), np.array([e for _, e in flat], np.int64)

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the working intervals between two instants, clipped to them."""
        first, last = low // DAY - self._spill, -(-high // DAY)
        days = np.arange(first, last, dtype=np.int64)
        kinds = self._kinds(days)
        counts, begins, starts, ends = self._tables
        if len(starts) == 0:
            return no_intervals()
        each = counts[kinds]
        midnights = np.repeat(days * DAY, each)
        flat = np.repeat(begins[kinds] - (np.cumsum(each) - each), each) + np.arange(len(midnights))
        return clipped(*merged(starts[flat] + midnights, ends[flat] + midnights), low, high)

    def _kinds(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the pattern number of each of a run of days."""
        first, stop = int(days[0]), int(days[-1]) + 1
        weekdays = (days + 3) % 7
        kinds = np.zeros(len(days), np.int64)
        for week in self.weeks:
            begin, end = max(week.start, first) - first, min(week.finish + 1, stop) - first
            if begin < end:
                numbers = np.array([-1 if s is None else self._patterns[s] for s in week.days], np.int64)
                wanted = numbers[weekdays[begin:end]]
                kinds[begin:end] = np.where(wanted < 0, kinds[begin:end], wanted)
        for rule in self.exceptions:
            begin, end = max(rule.pattern.start, first), min(rule.pattern.end + 1, stop)
            if begin >= end:
                continue
            if rule.pattern.recurrence is Recurrence.ONCE:
                kinds[begin - first : end - first] = self._patterns[rule.shifts]
            else:
                kinds[rule.pattern.days(first, stop) - first] = self._patterns[rule.shifts]
        return kinds

    def exception_name(self, day: int) -> str | None:
        """Return the name of the exception on a day number, empty where it has none; None where there is none."""
        return self._named_days(day // _BLOCK_DAYS).get(day)

    def _named_days(self, block: int) -> dict[int, str]:
        cache: dict[int, dict[int, str]] = self.__dict__.setdefault("_named", {})
        found = cache.get(block)
        if found is None:
            low, high = block * _BLOCK_DAYS, (block + 1) * _BLOCK_DAYS
            found = {}
            for rule in self.exceptions:
                if rule.pattern.start < high and rule.pattern.end >= low:
                    found.update(dict.fromkeys(rule.pattern.days(low, high).tolist(), rule.name))
            cache[block] = found
        return found


def standard_rules(name: str = "Standard") -> Rules:
    """Return the rules of Monday to Friday, 08:00-12:00 and 13:00-17:00."""
    return Rules(name, (_week(STANDARD_WEEK, name),))


def _week(days: Any, name: str, start: int = FIRST_DAY, finish: int = LAST_DAY) -> Week:
    if not isinstance(days, Sequence) or isinstance(days, str) or len(days) != 7:
        raise ScheduleError(
            "a week is not a list of seven days", code="worktime.bad_week", subject=f"calendar {name!r}", hint="Monday first"
        )
    return Week(tuple(None if shifts is None else tidy(shifts, name) for shifts in days), start, finish)


def _exception(row: CalendarException, calendar: str) -> ExceptionRule:
    start, finish = row.start // DAY, row.finish // DAY
    if row.occurrences is not None and finish < start:
        finish = LAST_DAY
    pattern = Pattern(
        recurrence=Recurrence(row.recurrence),
        start=start,
        finish=finish,
        interval=row.interval,
        weekdays=tuple(row.weekdays or ()),
        ordinal=row.ordinal,
        day=row.day,
        month=row.month,
        occurrences=row.occurrences,
    )
    return ExceptionRule(row.name, pattern, tidy(row.shifts, calendar))


class RuleBook:
    """Reads the rules of calendars out of a plan's tables."""

    def __init__(self, plan: Plan) -> None:
        self._calendars, self._exceptions, self._work_weeks = plan.calendars, plan.calendar_exceptions, plan.work_weeks
        self._exceptions_of = self._exceptions.groups("calendar_id")
        self._work_weeks_of = self._work_weeks.groups("calendar_id")

    def rules(self, calendar_id: int) -> Rules:
        """Return the rules of a calendar with those it inherits.

        Raises:
            NotFoundError: `plan.not_found`, it or a calendar it derives from does not exist.
            ScheduleError: `worktime.calendar_loop`, it derives from itself; `worktime.bad_shift`, `worktime.bad_week`.
        """
        chain = self._chain(calendar_id)
        weeks = [*standard_rules().weeks]
        exceptions: list[ExceptionRule] = []
        for one in reversed(chain):
            name, own = self._calendars.value(one, "name"), self._calendars.value(one, "week")
            if own is not None:
                weeks.append(_week(own, name))
            rows = sorted((self._work_weeks.at(i) for i in self._work_weeks_of.get(one, ())), key=lambda r: r.position)
            weeks.extend(_week(r.week, name, r.start // DAY, r.finish // DAY) for r in rows if r.week is not None)
            listed = [self._exceptions.at(i) for i in self._exceptions_of.get(one, ())]
            listed.sort(key=lambda r: (r.recurrence == Recurrence.ONCE, r.position))
            exceptions.extend(_exception(row, name) for row in listed)
        return Rules(self._calendars.value(calendar_id, "name"), _effective(weeks), tuple(exceptions))

    def _chain(self, calendar_id: int) -> list[int]:
        """Return the calendar, its base, the base's base and so on."""
        chain: list[int] = []
        one: int | None = calendar_id
        while one is not None:
            if one in chain:
                names = " -> ".join(str(self._calendars.value(c, "name")) for c in [*chain[chain.index(one) :], one])
                raise ScheduleError(
                    f"a calendar is derived from itself: {names}",
                    code="worktime.calendar_loop",
                    subject=f"calendar {self._calendars.value(calendar_id, 'name')!r}",
                    hint="give one of them another base calendar",
                )
            chain.append(one)
            one = self._calendars.value(one, "base_id")
        return chain


def _effective(weeks: list[Week]) -> tuple[Week, ...]:
    """Leave out weeks that say nothing, and those below one that says everything, so that equal calendars compare equal."""
    kept: list[Week] = []
    for week in weeks:
        if week.start > week.finish or all(shifts is None for shifts in week.days):
            continue
        if None not in week.days and (week.start, week.finish) == (FIRST_DAY, LAST_DAY):
            kept.clear()
        kept.append(week)
    return tuple(kept)
