"""How an MPX file writes values: by the settings of its own records 10 to 12."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from functools import lru_cache

from pm.model.enums import DurationUnit
from pm.model.kinds import DAY, EPOCH
from pm.words import Units
from pm.words.units import UNIT_OF

LARGEST = Decimal(10**15)
FULL_CENTURY = 50
"""Years of two digits below this are after 2000."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDERS = {"0": "mdy", "1": "dmy", "2": "ymd"}
UNIT_CODES = {"0": "m", "1": "h", "2": "d", "3": "w", "4": "mo"}
YEARS = {"y": ("mo", 12), "yr": ("mo", 12), "yrs": ("mo", 12), "year": ("mo", 12), "years": ("mo", 12), "ey": ("ed", 365)}


class BadValueError(ValueError):
    """A text that is not what its field holds."""


@dataclass(frozen=True)
class Amount:
    """A duration or a lag.

    Attributes:
        value: Seconds, or hundredths of a percent where `unit` is a share.
        unit: A `DurationUnit`.
        estimated: It ends with a question mark.
    """

    value: int
    unit: str
    estimated: bool = False


@dataclass
class Settings:
    """How the file writes what it writes.

    Attributes:
        symbol, digits, thousands, decimal: Of amounts of money; the separators also of other numbers.
        order: ``mdy``, ``dmy`` or ``ymd``.
        time_separator, am, pm: Of times of day.
        start, finish: Seconds after midnight that a date without a time stands for.
        duration_unit, work_unit: What a bare number counts.
    """

    symbol: str = "$"
    digits: int = 2
    thousands: str = ","
    decimal: str = "."
    order: str = "mdy"
    time_separator: str = ":"
    am: str = "am"
    pm: str = "pm"
    start: int = 8 * 3600
    finish: int = 17 * 3600
    duration_unit: str = "d"
    work_unit: str = "h"
    minutes_per_day: int = 480
    minutes_per_week: int = 2400

    @property
    def units(self) -> Units:
        """How long its days and weeks are; nothing in the file says it of months, which have 20 days."""
        return Units(self.minutes_per_day * 60, self.minutes_per_week * 60, 20 * self.minutes_per_day * 60)

    def number(self, text: str) -> Decimal:
        """Return a decimal number.

        Raises:
            BadValueError: it is none, or has more than fifteen digits before the point.
        """
        plain = text.replace(" ", "").replace("\xa0", "")
        if self.thousands != self.decimal:
            plain = plain.replace(self.thousands, "") if self.thousands else plain
            plain = plain.replace(self.decimal, ".") if self.decimal else plain
        try:
            found = Decimal(plain)
        except DecimalException:
            raise BadValueError("not a number") from None
        if not found.is_finite() or abs(found) >= LARGEST:
            raise BadValueError("the number is too large")
        return found

    def integer(self, text: str) -> int:
        """Return a whole number."""
        found = self.number(text)
        if found != found.to_integral_value():
            raise BadValueError("not a whole number")
        return int(found)

    def money(self, text: str) -> int:
        """Return an amount in minor units; negative with a sign or in parentheses."""
        return _rounded(self._amount(text) * 10**self.digits)

    def _amount(self, text: str) -> Decimal:
        plain = text.strip()
        negative = plain.startswith("(") and plain.endswith(")")
        plain = plain.strip("()")
        if self.symbol:
            plain = plain.replace(self.symbol, "")
        amount = self.number(plain)
        return -amount if negative else amount

    def rate(self, text: str) -> int:
        """Return a rate in ten-thousandths per hour: ``$10.00/h``."""
        amount, _, unit = text.partition("/")
        unit = unit.strip().casefold()
        word, times = YEARS.get(unit, (UNIT_OF.get(unit, ""), 1))
        if unit and not word:
            raise BadValueError(f"{unit[:20]!r} is not a unit of time")
        seconds = self.units.seconds(word) * times if word else 3600
        return _rounded(self._amount(amount) * 10_000 * 3600 / seconds)

    def percent(self, text: str) -> int:
        """Return a percentage in hundredths."""
        found = _rounded(self.number(text.strip().removesuffix("%")) * 100)
        if not 0 <= found <= 10_000:
            raise BadValueError("not between 0 and 100 %")
        return found

    def share(self, text: str) -> int:
        """Return units of a resource, 10000 for one: ``0.5``, or ``50%``."""
        plain = text.strip()
        factor = 100 if plain.endswith("%") else 10_000
        return _rounded(self.number(plain.removesuffix("%")) * factor)

    def amount(self, text: str, usual: str) -> Amount:
        """Return a duration: ``3d``, ``5ed?``, ``50%``; a bare number counts units of `usual`."""
        plain = text.strip()
        estimated = plain.endswith("?")
        match = re.fullmatch(r"([^A-Za-z%]*?)\s*(e?%|[^\W\d_]*)", plain.rstrip("?").strip())
        if match is None or not match[1]:
            raise BadValueError("not a duration")
        number, word = self.number(match[1]), match[2].casefold()
        if word in ("%", "e%"):
            return Amount(_rounded(number * 100), word, estimated)
        if word in YEARS:
            unit, times = YEARS[word]
        else:
            unit, times = (UNIT_OF.get(word, "") if word else usual), 1
        if unit not in set(DurationUnit):
            raise BadValueError(f"{word[:20]!r} is not a unit of time")
        seconds = _rounded(number * self.units.seconds(unit) * times)
        if abs(seconds) > LARGEST:
            raise BadValueError("the number is too large")
        return Amount(seconds, unit, estimated)

    def clock(self, text: str) -> int:
        """Return a time of day in seconds after midnight."""
        match = _time_pattern(self.time_separator, self.am, self.pm).search(text.strip())
        if match is None or match.start() != 0:
            raise BadValueError("not a time of day")
        return self._seconds(match)

    def _seconds(self, match: re.Match[str]) -> int:
        hour, minute, second = (int(part or 0) for part in match.groups()[:3])
        word = (match[4] or "").casefold()
        if word:
            after_noon = word == self.pm.casefold() or (word == "pm" and word != self.am.casefold())
            if not 1 <= hour <= 12:
                raise BadValueError("not a time of day")
            hour = hour % 12 + (12 if after_noon else 0)
        seconds = hour * 3600 + minute * 60 + second
        if minute > 59 or second > 59 or seconds > DAY:
            raise BadValueError("not a time of day")
        return seconds

    def instant(self, text: str, usual: int) -> tuple[int, bool]:
        """Return a date as an instant, and whether it has a time of its own; without one, `usual` stands for it."""
        plain = text.strip()
        match = _time_pattern(self.time_separator, self.am, self.pm).search(plain)
        timed = match is not None and match.start() > 0 and (match[2] is not None or match[4] is not None)
        day = self._day(plain[: match.start()] if match is not None and timed else plain)
        return day + (self._seconds(match) if match is not None and timed else usual), timed

    def day(self, text: str) -> int:
        """Return a date as the instant it begins at, whatever time stands behind it."""
        return self.instant(text, 0)[0] // DAY * DAY

    def _day(self, text: str) -> int:
        month, numbers = 0, []
        for token in re.findall(r"\d+|[^\W\d_]+", text):
            if token.isdecimal():
                numbers.append(token)
            elif (short := token[:3].casefold()) in MONTHS and not month:
                month = MONTHS.index(short) + 1
            elif short not in WEEKDAYS:
                raise BadValueError("not a date")
        if len(numbers) != (2 if month else 3):
            raise BadValueError("not a date with day, month and year")
        order = "ymd" if len(numbers[0]) == 4 else self.order
        if month:
            order = order.replace("m", "")
        parts = dict(zip(order, map(_bounded, numbers), strict=True))
        year = parts["y"]
        if max(len(n) for n in numbers) < 3:
            year += 2000 if year < FULL_CENTURY else 1900
        try:
            return (date(year, parts.get("m", month), parts["d"]) - EPOCH.date()).days * DAY
        except ValueError:
            raise BadValueError("there is no such day") from None


@lru_cache
def _time_pattern(separator: str, am: str, pm: str) -> re.Pattern[str]:
    """Return what a time of day at the end of a text looks like: hour, minute, second and half of the day."""
    between = f"(?::|{re.escape(separator)})" if separator.strip() else ":"
    halves = "|".join(re.escape(word) for word in sorted({am, pm, "am", "pm"}) if word)
    return re.compile(rf"(?:^|(?<=\s))(\d{{1,2}})(?:{between}(\d{{2}}))?(?:{between}(\d{{2}}))?\s*({halves})?$", re.IGNORECASE)


def _bounded(digits: str) -> int:
    if len(digits) > 4:
        raise BadValueError("not a date")
    return int(digits)


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
