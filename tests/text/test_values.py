from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import InputError
from pm.model import Project
from pm.model.enums import DurationUnit, LagKind
from pm.values import (
    Units,
    duration_text,
    lag_text,
    money_text,
    number,
    parse_duration,
    parse_lag,
    parse_money,
    parse_percent,
    parse_rate,
    percent_text,
    rate_text,
)

DAY = 8 * 3600


@pytest.mark.parametrize(
    ("text", "seconds", "unit", "guess"),
    [
        ("3d", 3 * DAY, "d", False),
        ("3", 3 * DAY, "d", False),
        ("2.5 days?", 5 * DAY // 2, "d", True),
        ("1,5w", 15 * DAY // 2, "w", False),
        ("2mo", 40 * DAY, "mo", False),
        ("90 min", 5400, "m", False),
        ("2eh", 7200, "eh", False),
        ("1ed", 86400, "ed", False),
        ("1ew", 604800, "ew", False),
        ("-4h", -14400, "h", False),
        ("0.1m", 6, "m", False),
        ("3D", 3 * DAY, "d", False),
    ],
)
def test_durations(text: str, seconds: int, unit: str, guess: bool) -> None:
    assert parse_duration(text) == (seconds, DurationUnit(unit), guess)


@pytest.mark.parametrize("text", ["", "d", "3x", "3%", "1d2h", "three days", "9e9d", "9" * 30 + "d", "inf", "nan", "3d??"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_duration(text)
    assert caught.value.code == "value.duration"


def test_the_projects_own_day() -> None:
    units = Units.of(Project.model_construct(minutes_per_day=450, minutes_per_week=2250, days_per_month=18))
    assert parse_duration("2d", units)[0] == 900 * 60
    assert parse_duration("1w", units)[0] == 2250 * 60
    assert parse_duration("1mo", units)[0] == 18 * 450 * 60
    assert duration_text(900 * 60, "d", units) == "2d"


UNITS = st.sampled_from([u.value for u in DurationUnit if "%" not in u.value])


@given(st.integers(0, 10_000), UNITS)
def test_whole_durations_are_read_as_they_are_written(amount: int, unit: str) -> None:
    seconds = amount * Units().seconds(unit)
    assert parse_duration(duration_text(seconds, unit)) == (seconds, unit, False)


@given(st.integers(-1000, 1000).filter(bool), UNITS)
def test_lags_are_read_as_they_are_written(amount: int, unit: str) -> None:
    seconds = amount * Units().seconds(unit)
    kind = LagKind.ELAPSED if unit.startswith("e") else LagKind.WORKING
    assert parse_lag(lag_text(seconds, kind, unit)) == (seconds, kind, unit)


@pytest.mark.parametrize(
    ("text", "lag", "kind"),
    [("50%", 5000, "percent"), ("-12.5%", -1250, "percent"), ("e50%", 5000, "elapsed_percent"), ("+e5%", 500, "elapsed_percent")],
)
def test_lags_in_percent(text: str, lag: int, kind: str) -> None:
    assert parse_lag(text)[:2] == (lag, kind)


@pytest.mark.parametrize("text", ["", "soon", "2q", "%"])
def test_what_is_no_lag(text: str) -> None:
    with pytest.raises(InputError):
        parse_lag(text)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_money_is_exact(value: int, digits: int) -> None:
    assert parse_money(money_text(value, digits), digits) == value
    assert Decimal(money_text(value, digits)) == Decimal(value).scaleb(-digits)


def test_money_as_people_write_it() -> None:
    assert parse_money("1,234.50") == parse_money("1 234.5") == parse_money("1234,50") == 123_450
    assert parse_money("1,234,567") == 123_456_700
    for text in ("1.234", "", "x", "1e5", "9" * 40):
        with pytest.raises(InputError):
            parse_money(text)


def test_rates_and_percentages() -> None:
    assert (parse_rate("62.50"), parse_rate("62.5/h"), rate_text(625_000)) == (625_000, 625_000, "62.5")
    assert (parse_percent("45"), parse_percent("12.5 %"), percent_text(4500), percent_text(1250)) == (4500, 1250, "45%", "12.5%")
    assert number(Decimal(100)) == "100"
