"""Values as MSPDI writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.formats.mspdi.values import (
    FORMATS,
    UNITS,
    BadValueError,
    codecs,
    read_duration,
    read_lag,
    read_time,
    scaled,
    unscaled,
    write_date,
    write_duration,
    write_lag,
    write_time,
)
from pm.model import instant
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT

CODECS = codecs()


@given(st.integers(0, 2**40))
def test_durations_come_back(seconds: int) -> None:
    assert read_duration(write_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT8H0M0S", 28800), ("PT0H4M48S", 288), ("PT2520H0M0S", 9072000), ("PT1.5S", 2), ("P1DT1H", 90000), ("PT30M", 1800)],
)
def test_durations_are_exact(text: str, seconds: int) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "8 hours", "PT8H0M0S extra", "P1Y", "PTH"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BadValueError):
        read_duration(text)


@given(st.integers(FIRST_INSTANT, LAST_INSTANT))
def test_dates_come_back(value: int) -> None:
    assert CODECS["instant"].decode(write_date(value)) == value


def test_a_zone_is_dropped() -> None:
    assert CODECS["instant"].decode("2026-05-01T08:00:00+02:00") == instant("2026-05-01T08:00")


@given(st.integers(-(10**15), 10**15), st.sampled_from([1, 10, 100, 10_000]))
def test_decimals_come_back(value: int, factor: int) -> None:
    assert scaled(unscaled(value, factor), factor) == value


@pytest.mark.parametrize(
    ("codec", "text", "value"),
    [
        ("units", "0.0006", 6),
        ("units", "1", 10_000),
        ("percent", "67", 6700),
        ("rate", "63.25", 632_500),
        ("money", "10857.1429", 10_857),
        ("money", "12000", 12_000),
        ("tenths", "369", 2214),
        ("constraint", "7", "FNLT"),
        ("contour", "8", "edited"),
        ("accrual", "3", "prorated"),
        ("weekday", "1", 0),
        ("weekday", "0", 6),
    ],
)
def test_codes_mean_what_they_mean(codec: str, text: str, value: object) -> None:
    assert CODECS[codec].decode(text) == value


@pytest.mark.parametrize(("digits", "text", "value"), [(0, "12000", 120), (2, "12000", 12_000), (3, "12000", 120_000)])
def test_money_is_written_in_hundredths_whatever_the_currency(digits: int, text: str, value: int) -> None:
    money = codecs(digits)["money"]
    assert money.decode(text) == value
    assert money.encode(value) == text


@pytest.mark.parametrize(("text", "seconds"), [("08:00:00", 28800), ("00:00:00", 0), ("24:00:00", 86400), ("23:59", 86340)])
def test_times_of_day(text: str, seconds: int) -> None:
    assert read_time(text) == seconds
    assert read_time(write_time(seconds)) == seconds % 86400


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("4800", "7", (28800, "working", "d")),
        ("-24000", "9", (-144000, "working", "w")),
        ("14400", "8", (86400, "elapsed", "ed")),
        ("-25", "19", (-2500, "percent", "%")),
        ("50", "20", (5000, "elapsed_percent", "e%")),
        ("25", "51", (2500, "percent", "%")),
        ("100", "39", (600, "working", "d")),
        ("300", "36", (1800, "elapsed", "em")),
    ],
)
def test_lags(text: str, code: str, expected: tuple[int, str, str]) -> None:
    assert read_lag(text, code) == expected
    lag, written = write_lag(*expected)
    assert (lag, FORMATS[written][0]) == (text, FORMATS[code][0])


@given(st.sampled_from(list(UNITS.values())), st.integers(-(10**6), 10**6))
def test_lags_come_back(unit: str, tenths: int) -> None:
    kind = {"%": "percent", "e%": "elapsed_percent"}.get(unit, "elapsed" if unit.startswith("e") else "working")
    lag = tenths * (100 if "percent" in kind else 6)
    assert read_lag(*write_lag(lag, kind, unit)) == (lag, kind, unit)


@pytest.mark.parametrize("name", [n for n in CODECS if n not in ("text", "instant", "worktime", "time")])
def test_no_codec_trips_over_nonsense(name: str) -> None:
    for text in ("", "x", "1e999", "-", "\u0663", "9" * 5000):
        try:
            CODECS[name].decode(text)
        except ValueError:
            continue
        assert text == "\u0663"
