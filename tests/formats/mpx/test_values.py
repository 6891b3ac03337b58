"""Dates, times, durations and amounts as MPX files of any setting write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.formats.mpx.lines import split
from pm.formats.mpx.values import BadValueError, Settings
from pm.model import instant, to_datetime
from pm.model.kinds import DAY


@pytest.mark.parametrize(
    ("order", "text", "expected"),
    [
        ("mdy", "1/31/94", "1994-01-31T08:00"),
        ("dmy", "31/1/94", "1994-01-31T08:00"),
        ("ymd", "94-1-31", "1994-01-31T08:00"),
        ("mdy", "12/25/49 3:05 PM", "2049-12-25T15:05"),
        ("mdy", "January 31, 1994 12:00 AM", "1994-01-31T00:00"),
        ("mdy", "Jan 31, '94", "1994-01-31T08:00"),
        ("dmy", "31 Jan '94 17:30", "1994-01-31T17:30"),
        ("mdy", "Mon 1/31/94 12:33 PM", "1994-01-31T12:33"),
        ("dmy", "2026-03-02", "2026-03-02T08:00"),
        ("dmy", "31.01.1994 5pm", "1994-01-31T17:00"),
    ],
)
def test_dates(order: str, text: str, expected: str) -> None:
    assert Settings(order=order).instant(text, 8 * 3600)[0] == instant(expected)


@pytest.mark.parametrize(
    "text", ["", "31/1/94", "Jan 31", "2/30/94", "Januar", "1/1/1/1", "00/00/0000", "99999/1/1", "Fri", "²/1/94"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(BadValueError):
        Settings().instant(text, 0)


@given(
    st.integers(instant("1950-01-01") // 60, instant("2049-12-31") // 60),
    st.sampled_from(["mdy", "dmy", "ymd"]),
    st.sampled_from("/-."),
    st.booleans(),
)
def test_any_minute_is_read_as_it_was_written(minute: int, order: str, separator: str, short: bool) -> None:
    moment = to_datetime(minute * 60)
    parts = {"d": moment.strftime("%d"), "m": moment.strftime("%m"), "y": moment.strftime("%y" if short else "%Y")}
    text = separator.join(parts[letter] for letter in order) + moment.strftime(" %I:%M %p")
    assert Settings(order=order).instant(text, 0) == (minute * 60, True)


@given(
    st.integers(0, DAY // 60 - 1), st.sampled_from([":", ".", "h"]), st.sampled_from([("am", "pm"), ("a.m.", "p.m."), ("", "")])
)
def test_times_of_day(minute: int, separator: str, words: tuple[str, str]) -> None:
    settings = Settings(time_separator=separator, am=words[0], pm=words[1])
    hour, rest = divmod(minute, 60)
    text = f"{hour}{separator}{rest:02}" if not words[0] else f"{hour % 12 or 12}{separator}{rest:02} {words[hour >= 12]}"
    assert settings.clock(text) == minute * 60


@pytest.mark.parametrize(
    ("text", "seconds", "unit"),
    [
        *(("3d", 86_400, "d"), ("1.5h", 5400, "h"), ("30 mins", 1800, "m"), ("2wk", 288_000, "w"), ("1mon", 576_000, "mo")),
        *(
            ("2ed", 172_800, "ed"),
            ("1y", 12 * 576_000, "mo"),
            ("4", 115_200, "d"),
            ("-2d", -57_600, "d"),
            ("1,000h", 3_600_000, "h"),
        ),
        *(("50%", 5000, "%"), ("25e%", 2500, "e%"), ("1emon", 30 * 86_400, "emo")),
    ],
)
def test_durations(text: str, seconds: int, unit: str) -> None:
    found = Settings().amount(text, "d")
    assert (found.value, found.unit, found.estimated) == (seconds, unit, False)
    assert Settings().amount(f"{text}?", "d").estimated


@pytest.mark.parametrize("text", ["", "d", "3 Tage", "1e9d", "NaN", "9" * 400 + "d", "3s", "--3d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(BadValueError):
        Settings().amount(text, "d")


@pytest.mark.parametrize(
    ("text", "minor"), [("$1,234.50", 123_450), ("-$5.00", -500), ("($5.00)", -500), ("$ 0.01", 1), ("7", 700), ("$-3", -300)]
)
def test_money(text: str, minor: int) -> None:
    assert Settings().money(text) == minor


@pytest.mark.parametrize(
    ("text", "rate"), [("$10.00/h", 100_000), ("$80.00/d", 100_000), ("$400/w", 100_000), ("$1920/y", 10_000)]
)
def test_rates(text: str, rate: int) -> None:
    assert Settings().rate(text) == rate


@given(st.lists(st.text(st.sampled_from('ab ",;é')), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_fields_are_split_as_they_were_joined(fields: list[str], delimiter: str) -> None:
    quoted = ['"' + field.replace('"', '""') + '"' if '"' in field or delimiter in field else field for field in fields]
    assert split(delimiter.join(quoted), delimiter) == fields
