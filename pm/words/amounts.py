"""Numbers: shares, quantities, money, rates, whole numbers, and yes or no."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from pm.errors import InputError
from pm.model.kinds import HOUR
from pm.words.units import UNIT_OF, USUAL, Units

LARGEST = 10**17
"""No amount of money, rate or share is larger, in the units that the model counts it in."""

NUMBER = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
"""A decimal number without a sign: no exponent, no comma, no digits of other scripts."""

_SIGNED = re.compile(rf"[+-]?(?:{NUMBER})")
_SPACES = re.compile(r"[\s_'\u00a0\u202f]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_FLAGS = {
    **dict.fromkeys(("yes", "true", "on", "y", "1"), True),
    **dict.fromkeys(("no", "false", "off", "n", "0"), False),
}


def refusal(what: str, text: str, hint: str, *, code: str = "") -> InputError:
    """Return the error for a text that is not `what`; a comma in it is named as the likely cause."""
    if "," in text:
        hint += "; a point before decimals, no comma"
    name = what.partition(" ")[2].replace(" ", "_")
    return InputError(f"{text[:60]!r} is not {what}", code=code or f"value.{name}", hint=hint)


def rounded(value: Decimal) -> int:
    """Return the nearest whole number, halves away from zero."""
    return int(value.to_integral_value(ROUND_HALF_UP))


def number(value: Decimal) -> str:
    """Return a decimal without exponent and without needless zeros: ``3``, ``2.5``."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _scaled(text: str, places: int) -> Decimal | None:
    """Return the number in `text` times ten to `places`; None where it is none, or too large."""
    if not _SIGNED.fullmatch(text) or len(text) > 40:
        return None
    value = Decimal(text).scaleb(places)
    return value if abs(value) <= LARGEST else None


def _exact(what: str, text: str, bare: str, places: int, hint: str, code: str = "") -> int:
    value = _scaled(_SPACES.sub("", bare), places)
    if value is None:
        raise refusal(what, text, hint, code=code)
    if value != value.to_integral_value():
        raise refusal(what, text, f"at most {places} decimals", code=code)
    return int(value)


# Shares and quantities


def percent_text(value: int) -> str:
    """Return hundredths of a percent as ``45%``, ``12.5%``."""
    return f"{number(Decimal(value).scaleb(-2))}%"


def parse_percent(text: str) -> int:
    """Return ``45%``, ``45`` or ``12.5 %`` as hundredths of a percent, rounded.

    Raises:
        InputError: `value.percent`.
    """
    value = _scaled(text.strip().removesuffix("%").rstrip(), 2)
    if value is None:
        raise refusal("a percentage", text, "write 45% or 12.5%", code="value.percent")
    return rounded(value)


def quantity_text(value: int) -> str:
    """Return units of an assignment, in ten-thousandths, as a number: ``1.5``."""
    return number(Decimal(value).scaleb(-4))


def parse_quantity(text: str) -> int:
    """Return ``1.5`` as units of an assignment, in ten-thousandths.

    Raises:
        InputError: `value.quantity`; also where it has more than four decimals.
    """
    return _exact("a quantity", text, text.strip(), 4, "write 1.5")


# Money and rates


def money_text(value: int, digits: int = 2) -> str:
    """Return minor units of a currency with `digits` decimals as a decimal number: ``1234.50``."""
    return f"{Decimal(value).scaleb(-digits):.{digits}f}"


def grouped_money(value: int, digits: int = 2) -> str:
    """Return minor units as people read them, thousands apart: ``1 234.50``; `parse_money` reads it too."""
    return f"{Decimal(value).scaleb(-digits):,.{digits}f}".replace(",", " ")


def parse_money(text: str, digits: int = 2, currency: str = "") -> int:
    """Return ``1234.50``, ``1 234.5`` or, where `currency` is EUR, ``1234.50 EUR`` as minor units.

    Raises:
        InputError: `value.money`; also where it has more decimals than the currency, or names another.
    """
    bare = text.strip()
    if currency and bare.upper().endswith(currency.upper()):
        bare = bare[: -len(currency)]
    return _exact("an amount of money", text, bare, digits, "write 1200.50" if digits else "write 1200", "value.money")


def rate_text(value: int) -> str:
    """Return ten-thousandths of the currency per hour, or per unit of a material, as a number: ``62.5``."""
    return number(Decimal(value).scaleb(-4))


def parse_rate(text: str, units: Units = USUAL) -> int:
    """Return ``62.50``, ``62.50/h`` or ``500/d`` as ten-thousandths of the currency per hour (or per unit of a material).

    What is per another time than an hour is rounded.

    Raises:
        InputError: `value.rate`; also where it has more than four decimals.
    """
    amount, slash, per = text.partition("/")
    unit = UNIT_OF.get(per.strip().lower()) if slash else "h"
    if unit is None:
        raise refusal("a rate", text, "write 85/h, 680/d or 12.50")
    value = _exact("a rate", text, amount, 4, "write 85/h, 680/d or 12.50")
    return rounded(Decimal(value * HOUR) / units.seconds(unit))


# Whole numbers, yes and no


def parse_whole(text: str) -> int:
    """Return a whole number.

    Raises:
        InputError: `value.number`.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise refusal("a whole number", text, "write digits only: 42", code="value.number")
    return int(text)


def parse_flag(text: str) -> bool:
    """Return whether a text means yes.

    Raises:
        InputError: `value.flag`.
    """
    word = text.strip().lower()
    if word not in _FLAGS:
        raise InputError(f"{text[:60]!r} is neither yes nor no", code="value.flag", hint="write yes or no")
    return _FLAGS[word]
