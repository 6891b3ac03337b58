"""Durations, lags, predecessors, money: read as people type them, written so that they read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm import words
from pm.errors import InputError
from pm.model import Kind, Project, fields_of
from pm.model.enums import DurationUnit, LinkType
from pm.words import Duration, Lag, Predecessor, Units

HALF_DAYS = Units.of({"minutes_per_day": 450, "minutes_per_week": 2250, "days_per_month": 21})
DURATIONS = [u.value for u in DurationUnit if "%" not in u]
LENGTHS = {
    "minutes_per_day": st.integers(-1, 1440),
    "minutes_per_week": st.integers(0, 10080),
    "days_per_month": st.integers(0, 31),
}
UNITS = st.fixed_dictionaries(LENGTHS).map(Units.of)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3d", Duration(3 * 28800)),
        ("2w", Duration(2 * 144000, "w")),
        ("4h", Duration(4 * 3600, "h")),
        ("30m", Duration(1800, "m")),
        ("1mo", Duration(20 * 28800, "mo")),
        ("5ed", Duration(5 * 86400, "ed")),
        ("1.5d?", Duration(43200, "d", True)),
        ("1d 2h", Duration(28800 + 7200)),
        ("1d2h30min", Duration(28800 + 9000)),
        (" 3 Days ", Duration(3 * 28800)),
        ("3", Duration(3 * 28800)),
        ("2.5 days?", Duration(72000, "d", True)),
        ("90 min", Duration(5400, "m")),
        ("2 ehours", Duration(7200, "eh")),
        ("1emonth", Duration(30 * 86400, "emo")),
        ("0.1m", Duration(6, "m")),
        ("-2d", Duration(-2 * 28800)),
        (".5h", Duration(1800, "h")),
        ("20s", Duration(20, "m")),
        ("0d", Duration(0)),
    ],
)
def test_durations_people_type(text: str, expected: Duration) -> None:
    assert words.parse_duration(text) == expected


WRONG = [
    "",
    "d",
    "three days",
    "3x",
    "1d 2ed",
    "50%",
    "3d-2h",
    "1e9d",
    "٣d",
    "٣d?x",
    "--3d",
    "3d??",
    "5.d",
    "inf",
    "nan",
    "1d " * 99,
]


@pytest.mark.parametrize("text", [*WRONG, "1,5d", "9" * 30 + "d", "9999999999w"])
def test_what_is_no_duration_says_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError) as error:
        words.parse_duration(text)
    assert error.value.code == "value.duration"
    assert error.value.hint
    assert ("comma" in error.value.hint) == ("," in text)


@given(st.integers(-(10**11), 10**11), st.sampled_from(DURATIONS), UNITS, st.booleans())
def test_durations_read_back_exactly(value: int, unit: str, units: Units, guess: bool) -> None:
    text = words.duration_text(value, unit, units, estimated=guess)
    assert words.parse_duration(text, units) == Duration(value, unit, guess)


def test_a_day_is_as_long_as_the_project_says() -> None:
    assert words.parse_duration("2d", HALF_DAYS).value == 2 * 450 * 60
    assert words.duration_text(2 * 450 * 60, "d", HALF_DAYS) == "2d"
    assert words.duration_text(28800, "d", HALF_DAYS) == "1d 30m"
    assert Units.of(Project.model_construct(minutes_per_day=450, minutes_per_week=2250, days_per_month=21)) == HALF_DAYS
    assert Units.of(None) == Units.of({}) == Units.of({"minutes_per_day": 0}) == words.USUAL == Units(28800, 144000, 576000)


@pytest.mark.parametrize(
    ("seconds", "unit", "text"),
    [
        (9600, "d", "0.33d"),
        (28799, "d", "1d"),
        (-9600, "d", "-0.33d"),
        (-10, "d", "0d"),
        (5400, "h", "1.5h"),
        (7200, "eh", "2eh"),
    ],
)
def test_tables_round_durations(seconds: int, unit: str, text: str) -> None:
    assert words.duration_text(seconds, unit, places=2) == text


@pytest.mark.parametrize(
    ("text", "lag"),
    [
        ("2d", Lag(57600)),
        ("-4 h", Lag(-14400, "working", "h")),
        ("+1ed", Lag(86400, "elapsed", "ed")),
        ("50%", Lag(5000, "percent", "%")),
        ("-12.5 %", Lag(-1250, "percent", "%")),
        ("+5e%", Lag(500, "elapsed_percent", "e%")),
        ("0h", Lag(0, "working", "h")),
    ],
)
def test_lags_people_type(text: str, lag: Lag) -> None:
    assert words.parse_lag(text) == lag
    assert words.parse_lag(words.lag_text(lag)) == lag


@pytest.mark.parametrize("text", ["", "soon", "2q", "%", "e%", "e50%", "50%%", "50%e%", "2d?", "+-2d", "1,5d"])
def test_what_is_no_lag(text: str) -> None:
    with pytest.raises(InputError) as error:
        words.parse_lag(text)
    assert error.value.code == "value.lag"


def test_links_as_people_read_them() -> None:
    assert words.link_text("SS", Lag(57600)) == "SS+2d"
    assert words.link_text("FS", Lag(0, "elapsed", "ed")) == "FS"
    assert words.link_text("FF", Lag(-5000, "percent", "%")) == "FF-50%"
    assert words.predecessors_text([Predecessor("3", "FS", Lag(0, "working", "h"))]) == "3FS+0h"


@given(
    st.lists(
        st.builds(
            Predecessor,
            st.from_regex(r"\A(#?[1-9][0-9]{0,3}(\.[1-9]){0,2}|[A-Z]{2,5}:[0-9]{1,3}|Pour slab [0-9]|Follow-up|Process)\Z"),
            st.sampled_from([t.value for t in LinkType]),
            st.one_of(
                st.builds(Lag, st.integers(-(10**7), 10**7), st.just("working"), st.sampled_from(["m", "h", "d", "w", "mo"])),
                st.builds(Lag, st.integers(-(10**7), 10**7), st.just("elapsed"), st.sampled_from(["em", "eh", "ed", "ew"])),
                st.builds(Lag, st.integers(-20000, 20000), st.just("percent"), st.just("%")),
                st.builds(Lag, st.integers(-20000, 20000), st.just("elapsed_percent"), st.just("e%")),
            ),
        ),
        max_size=4,
    )
)
def test_predecessors_read_back(predecessors: list[Predecessor]) -> None:
    text = words.predecessors_text(predecessors)
    assert words.parse_predecessors(text) == predecessors


def test_predecessors_people_type() -> None:
    assert words.parse_predecessors("3.1SS+2d, 4FF-1ed; 5FS+50%, 6") == [
        Predecessor("3.1", "SS", Lag(57600)),
        Predecessor("4", "FF", Lag(-86400, "elapsed", "ed")),
        Predecessor("5", "FS", Lag(5000, "percent", "%")),
        Predecessor("6"),
    ]
    assert words.parse_predecessors('"Walls, inside" ss - 2 d') == [Predecessor("Walls, inside", "SS", Lag(-57600))]
    assert words.parse_predecessors("Process, Follow-up FF") == [Predecessor("Process"), Predecessor("Follow-up", "FF")]
    with pytest.raises(InputError, match="lag"):
        words.parse_predecessors("3FS+2x")


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_money_reads_back(value: int, digits: int) -> None:
    assert words.parse_money(words.money_text(value, digits), digits) == value


@given(st.integers(-(10**12), 10**12))
def test_percent_rates_and_quantities_read_back(value: int) -> None:
    assert words.parse_percent(words.percent_text(value)) == value
    assert words.parse_rate(words.rate_text(value)) == value
    assert words.parse_quantity(words.quantity_text(value)) == value


def test_money_and_rates_people_type() -> None:
    assert words.parse_money("1 200.50 EUR", 2, "EUR") == 120050
    assert words.parse_money("1'200.5") == words.parse_money("1_200.50") == 120050
    assert words.parse_money("-12", 0) == -12
    assert (words.parse_rate("62.50"), words.parse_rate("62.5/hour"), words.rate_text(625_000)) == (625_000, 625_000, "62.5")
    assert words.parse_rate("680/d") == 850000
    assert words.parse_rate("680/d", HALF_DAYS) == 906667
    for text in ("1,200.50", "1,234", "1234,50", "1.005", "nan", "", "x", "1e5", "5.", "9" * 40, "12 USD"):
        assert code(words.parse_money, text) == "value.money"
    for text in ("x", "5/x", "5/", "inf", "1.00005", "1,5/h"):
        assert code(words.parse_rate, text) == "value.rate"


def test_shares_quantities_and_whole_numbers() -> None:
    assert (words.parse_percent("45"), words.parse_percent(" 12.5 % "), words.parse_percent("-.5%")) == (4500, 1250, -50)
    assert (words.percent_text(4500), words.percent_text(1250), words.percent_text(0)) == ("45%", "12.5%", "0%")
    assert words.parse_percent("33.335%") == 3334
    assert (words.parse_quantity("1.5"), words.quantity_text(15_000), words.quantity_text(1)) == (15_000, "1.5", "0.0001")
    assert (words.parse_whole("-42"), words.parse_flag("Yes"), words.parse_flag("off")) == (-42, True, False)
    for text in ("", "%", "1e2", "1_0", "12,5%", "nan", "50%%"):
        assert code(words.parse_percent, text) == "value.percent"
    for text in ("", "1.00005", "50%"):
        assert code(words.parse_quantity, text) == "value.quantity"
    for text in ("", "1.5", "9" * 19, "٣"):
        assert code(words.parse_whole, text) == "value.number"
    assert code(words.parse_flag, "perhaps") == "value.flag"


def test_amounts_and_values_go_by_the_kind_of_their_field() -> None:
    fields = fields_of(Project)
    kuwait = Project(id=1, code="K", name="K", currency_digits=3, minutes_per_day=450)
    assert words.parse_amount(Kind.WORKTIME, "2", units=HALF_DAYS) == 900 * 60
    assert words.parse_amount(Kind.WORKTIME, "2", units=HALF_DAYS, unit="h") == 7200
    assert words.parse_amount(Kind.MONEY, "1.234", digits=3) == 1234
    assert words.parse_amount(Kind.PERCENT, "5") == 500
    assert words.parse_amount(Kind.RATE, "450/d", units=HALF_DAYS) == 600_000
    assert words.value_text(fields["critical_slack_limit"], 900 * 60, kuwait) == "2d"
    assert words.value_text(fields["finish"], None) == ""
    assert words.value_text(fields["start"], 0) == "1970-01-01 00:00"
    money = next(f for f in fields.values() if f.kind is Kind.MONEY)
    assert words.value_text(money, 1234, kuwait) == "1.234"
    assert words.value_text(money, 1234) == "12.34"
    with pytest.raises(ValueError, match="no amount"):
        words.parse_amount(Kind.TEXT, "x")


def test_dates_in_files_are_iso() -> None:
    assert words.iso_text(words.parse_iso("2026-01-12T13:30")) == "2026-01-12T13:30"
    assert words.iso_text(words.parse_iso("2026-01-12") + 7) == "2026-01-12T00:00:07"
    for text in ("12 Jan", "20260112", "2026-13-01", ""):
        with pytest.raises(InputError, match="not a date"):
            words.parse_iso(text)


@given(st.text(max_size=20))
def test_nothing_typed_is_worse_than_an_input_error(text: str) -> None:
    for parse in PARSERS:
        error = refusal(parse, text)
        assert error is None or (error.code.startswith("value.") and error.hint)


PARSERS: tuple[Callable[[str], object], ...] = (
    words.parse_duration,
    words.parse_lag,
    words.parse_predecessors,
    words.parse_percent,
    words.parse_quantity,
    words.parse_whole,
    words.parse_flag,
    words.parse_money,
    words.parse_rate,
    words.parse_iso,
)


def refusal(parse: Callable[[str], object], text: str) -> InputError | None:
    try:
        parse(text)
    except InputError as error:
        return error
    return None


def code(parse: Callable[[str], object], text: str) -> str:
    error = refusal(parse, text)
    return error.code if error else ""
