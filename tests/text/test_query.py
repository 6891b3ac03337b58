from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.columns import TaskColumns
from pm.errors import InputError, PMError, UsageError
from pm.query import Dialect, compile_query
from pm.schedule import compute_schedule
from tests.commands.plans import house

PLAN = house()
COLUMNS = TaskColumns(PLAN, compute_schedule(PLAN))
DIALECT = Dialect(date(2026, 1, 7))


def picked(query: str) -> list[str]:
    test = compile_query(query, COLUMNS, DIALECT)
    return [PLAN.outline.numbers[i] for i in range(len(PLAN.tasks)) if test(i)]


EVERY = PLAN.outline.numbers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("summary", ["1", "2"]),
        ("not summary", ["1.1", "1.2", "2.1", "2.2", "3"]),
        ("summary = yes", ["1", "2"]),
        ("summary != true", ["1.1", "1.2", "2.1", "2.2", "3"]),
        ("duration = 3d and not summary", ["1.2"]),
        ("duration >= 24h and not summary", ["1.2", "2.1"]),
        ("name = 'pour slab'", ["1.2"]),
        ("name ~ o", ["1", "1.2", "2.2", "3"]),
        ("name !~ o", ["1.1", "2", "2.1"]),
        ("uid <= 2 or uid > 6", ["1", "1.1", "3"]),
        ("summary and name ~ w or milestone", ["2", "3"]),
        ("summary and (name ~ w or milestone)", ["2"]),
        ("not (summary or milestone) and not name ~ o", ["1.1", "2.1"]),
        ("NOT summary AND level = 1", ["3"]),
        ("start = 2026-01-07", ["1.2"]),
        ("start > 2026-01-07", ["2.1"]),
        ("start >= 2026-01-07 and not summary", ["1.2", "2.1"]),
        ("start <= today and start >= yesterday", ["1.2"]),
        ('start < "7 Jan 2026 08:00" and not summary', ["1.1", "2.2", "3"]),
        ("deadline = none", EVERY),
        ("deadline != none", []),
        ("deadline < 2030-01-01", []),
        ("percent_complete < 50%", EVERY),
        ("predecessors ~ 1.2", ["2.1"]),
        ("resources", ["1.2"]),
        ("constraint-type = asap", EVERY),
        ("number = 1.2", ["1.2"]),
        ("fixed_cost > 0.50", []),
    ],
)
def test_queries(query: str, expected: list[str]) -> None:
    assert picked(query) == expected


@pytest.mark.parametrize(
    "query",
    ["", "  ", "and", "summary and", "not", "(summary", "summary)", "summary milestone", "duration <", "duration < <", "= 3",
     '"summary"', "name ~", 'name = "open', "start < none", "(" * 60 + "summary" + ")" * 60, "not " * 60 + "summary"],
)  # fmt: skip
def test_what_is_no_query_says_where(query: str) -> None:
    with pytest.raises(UsageError) as caught:
        picked(query)
    assert caught.value.code == "query.syntax"


@pytest.mark.parametrize(
    ("query", "code"),
    [("colour = red", "column.unknown"), ("__class__", "column.unknown"), ("extra", "column.unknown"),
     ("duration < long", "value.duration"), ("start < soon", "value.date"), ("summary = maybe", "value.flag"),
     ("uid = 1.5", "value.number"), ("cost > much", "value.money")],
)  # fmt: skip
def test_values_that_do_not_fit_their_column(query: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        picked(query)
    assert caught.value.code == code


WORDS = st.sampled_from(
    ["summary", "name", "duration", "start", "and", "or", "not", "(", ")", "=", "<", "~", "2d", "x", '"a b"', "none"]
)


@given(st.lists(WORDS, max_size=10).map(" ".join) | st.text(max_size=30))
def test_any_text_is_a_query_or_an_error(text: str) -> None:
    try:
        found = picked(text)
    except PMError:
        return
    assert set(found) <= set(EVERY)


@given(
    st.sampled_from(["summary", "milestone", "name ~ o", "duration > 2d"]), st.sampled_from(["summary", "critical", "uid < 4"])
)
def test_the_laws_of_logic(a: str, b: str) -> None:
    assert picked(f"not ({a} and {b})") == picked(f"not {a} or not {b}")
    assert picked(f"{a} or {b}") == [n for n in EVERY if n in picked(a) or n in picked(b)]
