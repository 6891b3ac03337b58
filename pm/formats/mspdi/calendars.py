"""MSPDI calendars as our rows, and back. Works on trees (`trees.to_tree`), so that the text kept in a plan can be read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.formats.mspdi.trees import Tree, children, texts
from pm.formats.mspdi.values import BadValueError, read_date, read_time, write_date, write_time
from pm.model.calendar import STANDARD_DAY
from pm.model.enums import Recurrence
from pm.model.kinds import DAY, LAST_INSTANT, WEEK

Row = dict[str, Any]
Shifts = list[list[int]]
Week = list[Shifts | None]
"""Shifts of each day, Monday first; None where a day is as in the calendar below."""
Report = Callable[[str, str], None]
"""Called with a problem's code and message."""

EVERY_DAY = list(range(7))
MONTH_ITEMS: list[list[int]] = [EVERY_DAY, [0, 1, 2, 3, 4], [5, 6], [6], [0], [1], [2], [3], [4], [5]]
"""Weekdays (Monday 0) that a MonthItem means: day, weekday, weekend day, Sunday to Saturday."""
MOST_EXPANDED = 1000
"""How many single days a recurrence that we cannot express is written out into."""

MOST_OCCURRENCES = 10_000_000
"""A number of repetitions beyond this is no such number: one a day since year 1 is less than a tenth of it."""


@dataclass
class Pattern:
    """What a calendar says beside its name: rows without ids."""

    week: list[Shifts | None] | None = None
    exceptions: list[Row] = field(default_factory=list)
    work_weeks: list[Row] = field(default_factory=list)


def read_pattern(parts: dict[str, Tree], report: Report) -> Pattern:
    """Return what the elements ``WeekDays``, ``Exceptions`` and ``WorkWeeks`` of a calendar say."""
    pattern = Pattern()
    days = children(parts.get("WeekDays"), "WeekDay")
    pattern.week = _week(days, report)
    for tree in children(parts.get("Exceptions"), "Exception"):
        pattern.exceptions.extend(_guarded(_exceptions, tree, report))
    spans = [(e["start"], e["finish"]) for e in pattern.exceptions]
    for tree in days:
        if texts(tree).get("DayType", "").strip() == "0":
            for row in _guarded(_dated_day, tree, report):
                # Newer files give the same days twice, for the benefit of older programs.
                if not any(start <= row["start"] <= finish for start, finish in spans):
                    pattern.exceptions.append(row)
    for tree in children(parts.get("WorkWeeks"), "WorkWeek"):
        pattern.work_weeks.extend(_guarded(_work_week, tree, report))
    for rows in (pattern.exceptions, pattern.work_weeks):
        for position, row in enumerate(rows):
            row["position"] = position
    return pattern


def _guarded(read: Callable[[Tree, Report], list[Row]], tree: Tree, report: Report) -> list[Row]:
    try:
        return read(tree, report)
    except (ValueError, OverflowError) as error:
        report("mspdi.bad_calendar", f"a calendar entry cannot be read: {error}")
        return []


def _shifts(tree: Tree, report: Report) -> Shifts:
    """Return the shifts of a day or of an exception."""
    if not _flag(texts(tree), "DayWorking", report):
        return []
    listed = [t for times in children(tree, "WorkingTimes") for t in children(times, "WorkingTime")]
    shifts: Shifts = []
    for tree_of_time in listed:
        found = texts(tree_of_time)
        if "FromTime" not in found or "ToTime" not in found:
            continue
        try:
            start, finish = read_time(found["FromTime"]), read_time(found["ToTime"])
        except ValueError:
            report("mspdi.bad_calendar", "a working time is not a time of day")
            continue
        if finish <= start:
            # 00:00 ends the day; a shift that ends earlier than it starts runs into the next morning.
            finish += DAY
        shifts.append([start, finish])
    if not shifts and not any(isinstance(t, list) for t in listed):
        return [list(shift) for shift in STANDARD_DAY]
    return sorted(shifts)


def _flag(found: Mapping[str, str], name: str, report: Report) -> bool:
    text = found.get(name, "0").strip()
    if text not in ("0", "1", "true", "false"):
        report("mspdi.bad_calendar", f"{name} of a calendar entry is neither yes nor no: {text!r}")
    return text in ("1", "true")


def _week(days: Iterable[Tree], report: Report) -> list[Shifts | None] | None:
    week: list[Shifts | None] = [None] * 7
    for tree in days:
        code = texts(tree).get("DayType", "").strip()
        if code in ("1", "2", "3", "4", "5", "6", "7"):
            week[(int(code) + 5) % 7] = _shifts(tree, report)
        elif code != "0":
            report("mspdi.bad_calendar", f"a calendar has a day of the unknown type {code!r}")
    return None if week == [None] * 7 else week


def _period(tree: Tree) -> tuple[int, int]:
    """Return the first and the last day (midnights) of a ``TimePeriod``."""
    found = texts(next(iter(children(tree, "TimePeriod")), None))
    if "FromDate" not in found:
        raise BadValueError("it has no dates")
    first = read_date(found["FromDate"])
    last = read_date(found.get("ToDate", found["FromDate"]))
    return first - first % DAY, max(last - last % DAY, first - first % DAY)


def _dated_day(tree: Tree, report: Report) -> list[Row]:
    start, finish = _period(tree)
    return [{"name": "", "start": start, "finish": finish, "shifts": _shifts(tree, report)}]


def _work_week(tree: Tree, report: Report) -> list[Row]:
    start, finish = _period(tree)
    days = [d for holder in children(tree, "WeekDays") for d in children(holder, "WeekDay")]
    return [{"name": texts(tree).get("Name", ""), "start": start, "finish": finish, "week": _week(days, report)}]


def _number(found: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    value = int(found.get(name, str(default)) or default)
    if not low <= value <= high:
        raise BadValueError(f"{name} is {value}")
    return value


def _exceptions(tree: Tree, report: Report) -> list[Row]:
    """Return the rows of one ``Exception``: one, or several where the model cannot express its recurrence."""
    found = texts(tree)
    start, finish = _period(tree)
    row: Row = {"name": found.get("Name", ""), "start": start, "finish": finish, "shifts": _shifts(tree, report)}
    kind = _number(found, "Type", 1, 0, 9)
    interval = max(_number(found, "Period", 1, 0, 9999), 1)
    if kind in (2, 3, 4, 5, 6, 7) or (kind == 1 and interval > 1):
        if _flag(found, "EnteredByOccurrences", report) and "Occurrences" in found:
            row["occurrences"] = _number(found, "Occurrences", 0, 0, MOST_OCCURRENCES)
        if kind not in (2, 3):
            row["interval"] = interval
    if kind in (1, 7) and interval > 1:
        row["recurrence"] = Recurrence.DAILY.value
    elif kind in (2, 4):
        row["day"] = _number(found, "MonthDay", 1, 1, 31)
        row["recurrence"] = Recurrence.YEARLY_DAY.value if kind == 2 else Recurrence.MONTHLY_DAY.value
    elif kind in (3, 5):
        row["weekdays"] = MONTH_ITEMS[_number(found, "MonthItem", 0, 0, 9)]
        row["ordinal"] = _number(found, "MonthPosition", 0, 0, 4) + 1
        row["recurrence"] = Recurrence.YEARLY_WEEKDAY.value if kind == 3 else Recurrence.MONTHLY_WEEKDAY.value
    elif kind == 6:
        mask = _number(found, "DaysOfWeek", 0, 0, 127)
        row["weekdays"] = [day for day in EVERY_DAY if mask >> ((day + 1) % 7) & 1] or [(start // DAY + 3) % 7]
        row["recurrence"] = Recurrence.WEEKLY.value
    elif kind == 8:
        return _every_weekdays(row, interval, report)
    if kind in (2, 3):
        row["month"] = _number(found, "Month", 0, 0, 11) + 1
    return [row]


def _every_weekdays(row: Row, interval: int, report: Report) -> list[Row]:
    """Write out "every n-th weekday", which the model has no recurrence for."""
    if interval == 1:
        return [{**row, "recurrence": Recurrence.WEEKLY.value, "weekdays": [0, 1, 2, 3, 4]}]
    days: list[int] = []
    count = 0
    for day in range(row["start"], row["finish"] + DAY, DAY):
        if (day // DAY + 3) % 7 < 5:
            if count % interval == 0:
                days.append(day)
            count += 1
        if len(days) == MOST_EXPANDED:
            report("mspdi.recurrence", f"only the first {MOST_EXPANDED} days of a recurring calendar exception are used")
            break
    return [{**row, "start": day, "finish": day} for day in days]


def _day_tree(name: str, head: list[list[Tree]], shifts: Shifts) -> list[Tree]:
    tree: list[Tree] = [*head, ["DayWorking", "1" if shifts else "0"]]
    if shifts:
        times = [["WorkingTime", [["FromTime", write_time(a)], ["ToTime", write_time(b)]]] for a, b in _clock(shifts)]
        tree.append(["WorkingTimes", times])
    return [name, tree]


def _clock(shifts: Shifts) -> Iterable[tuple[int, int]]:
    """Cut shifts at midnight. Of a week, `_spread` has given the rest to the next day; of an exception it is lost (`losses`)."""
    for start, finish in shifts:
        yield start, min(finish, DAY)


def _spread(week: Week, inherited: Week | None = None) -> Week:
    """Move what a night shift works after midnight to the day after, where MSPDI has it.

    A day after that is as in the calendar below (`inherited`) is written out, for a day with shifts of its own replaces that.
    """
    spread: Week = [None if s is None else [[a, min(b, DAY)] for a, b in s] for s in week]
    for day, shifts in enumerate(week):
        for _, finish in shifts or ():
            if finish > DAY:
                following = (day + 1) % 7
                usual = spread[following]
                if usual is None and inherited is not None:
                    usual = [[a, min(b, DAY)] for a, b in inherited[following] or ()]
                spread[following] = sorted([[0, finish - DAY], *(usual or [])])
    return spread


def _week_tree(week: Week, inherited: Week | None = None) -> list[Tree]:
    """Sunday first, as Microsoft Project writes them."""
    spread = _spread(week, inherited)
    return [
        _day_tree("WeekDay", [["DayType", str(code)]], shifts)
        for code in range(1, 8)
        if (shifts := spread[(code + 5) % 7]) is not None
    ]


def _period_tree(row: Row) -> list[Tree]:
    dates = [["FromDate", write_date(row["start"])], ["ToDate", write_date(min(row["finish"] + DAY - 1, LAST_INSTANT))]]
    return ["TimePeriod", dates]


_TYPES = {
    Recurrence.ONCE: "1",
    Recurrence.DAILY: "7",
    Recurrence.WEEKLY: "6",
    Recurrence.MONTHLY_DAY: "4",
    Recurrence.MONTHLY_WEEKDAY: "5",
    Recurrence.YEARLY_DAY: "2",
    Recurrence.YEARLY_WEEKDAY: "3",
}


def _exception_tree(row: Row) -> list[Tree]:
    recurrence = Recurrence(row.get("recurrence", Recurrence.ONCE))
    occurrences = row.get("occurrences")
    tree: list[list[Tree]] = [
        ["EnteredByOccurrences", "1" if occurrences is not None else "0"],
        _period_tree(row),
        ["Occurrences", str(occurrences or _day_count(row, recurrence))],
    ]
    if row.get("name"):
        tree.append(["Name", row["name"]])
    tree.append(["Type", _TYPES[recurrence]])
    if recurrence not in (Recurrence.ONCE, Recurrence.YEARLY_DAY, Recurrence.YEARLY_WEEKDAY):
        tree.append(["Period", str(row.get("interval", 1))])
    weekdays = row.get("weekdays") or []
    if recurrence is Recurrence.WEEKLY:
        tree.append(["DaysOfWeek", str(sum(1 << (day + 1) % 7 for day in weekdays))])
    if recurrence in (Recurrence.MONTHLY_WEEKDAY, Recurrence.YEARLY_WEEKDAY):
        tree += [["MonthItem", str(MONTH_ITEMS.index(sorted(weekdays)))], ["MonthPosition", str(row.get("ordinal", 1) - 1)]]
    if recurrence in (Recurrence.YEARLY_DAY, Recurrence.YEARLY_WEEKDAY):
        tree.append(["Month", str(row.get("month", 1) - 1)])
    if recurrence in (Recurrence.MONTHLY_DAY, Recurrence.YEARLY_DAY):
        tree.append(["MonthDay", str(row.get("day", 1))])
    return _day_tree("Exception", tree, row.get("shifts") or [])


def _day_count(row: Row, recurrence: Recurrence) -> int:
    """MPXJ and Microsoft Project expect a count; for a plain exception it is 1 whatever its length."""
    return 1 if recurrence is Recurrence.ONCE else max((row["finish"] - row["start"]) // WEEK, 1)


def _work_week_tree(row: Row) -> list[Tree]:
    tree: list[Tree] = [_period_tree(row), ["Name", row.get("name", "")]]
    if row.get("week"):
        tree.append(["WeekDays", _week_tree(row["week"])])
    return ["WorkWeek", tree]


def resolved_week(weeks: Mapping[int, tuple[int | None, Week | None]], calendar_id: int) -> Week:
    """Return the week of a calendar with what it takes from those below it; `weeks` has the base and the week of each."""
    week: Week = [None] * 7
    seen: set[int] = set()
    at: int | None = calendar_id
    while at is not None and at not in seen:
        seen.add(at)
        at, own = weeks[at]
        week = [mine if mine is not None else below for mine, below in zip(week, own or [None] * 7, strict=True)]
    return week


def _nightly(days: Iterable[Shifts | None]) -> bool:
    """Whether a shift runs past midnight."""
    return any(finish > DAY for shifts in days for _, finish in shifts or ())


def _has_item(row: Row) -> bool:
    """Whether the weekdays of a "second Tuesday" are ones that MSPDI has a number for."""
    by_weekday = row.get("recurrence") in (Recurrence.MONTHLY_WEEKDAY, Recurrence.YEARLY_WEEKDAY)
    return not by_weekday or sorted(row.get("weekdays") or []) in MONTH_ITEMS


def losses(pattern: Pattern, inherited: Week | None = None) -> Counter[str]:
    """Return what `write_pattern` cannot write, as `pm.formats.mspdi.losses` counts it."""
    lost: Counter[str] = Counter()
    lost["{n} calendar exception(s) on several weekdays of the month"] = sum(not _has_item(row) for row in pattern.exceptions)
    below = inherited or [None] * 7
    own = pattern.week or [None] * 7
    usual = [mine if mine is not None else under for mine, under in zip(own, below, strict=True)]
    nights = [row for row in pattern.exceptions if _nightly([row.get("shifts")])]
    lost["night shifts of {n} calendar exception(s), cut at midnight"] = len(nights)
    if _nightly(usual):
        # In the model the night before an exception runs on into it; in the file the exception replaces the whole day.
        beside = len(pattern.exceptions) - len(nights)
        lost["the morning before {n} calendar exception(s), which a night shift reaches into"] = beside
    weeks = sum(_nightly(row.get("week") or ()) or _nightly(usual) for row in pattern.work_weeks)
    lost["night shifts at the ends of {n} work week(s)"] = weeks
    # The night that the calendar below works stands in its next morning, which this one may replace without replacing the night.
    split = any(_nightly([below[day]]) and (own[day] is None) != (own[(day + 1) % 7] is None) for day in range(7))
    lost["night shifts of the calendar below {n} derived calendar(s)"] = int(split)
    return +lost


def write_pattern(pattern: Pattern, inherited: Week | None = None) -> dict[str, Tree]:
    """Return the elements ``WeekDays``, ``Exceptions`` and ``WorkWeeks`` of a calendar, those that it needs.

    Args:
        pattern: What it says; what cannot be written of it, `losses` tells.
        inherited: The week of the calendar below it, where there is one.
    """
    parts: dict[str, Tree] = {}
    if pattern.week:
        parts["WeekDays"] = _week_tree(pattern.week, inherited)
    if pattern.exceptions:
        parts["Exceptions"] = [_exception_tree(row) for row in pattern.exceptions if _has_item(row)]
    if pattern.work_weeks:
        parts["WorkWeeks"] = [_work_week_tree(row) for row in pattern.work_weeks]
    return parts
