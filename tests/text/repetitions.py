"""Any repetition that can be typed."""

from __future__ import annotations

from hypothesis import strategies as st

from pm.words import Repetition
from pm.words.repetitions import LAST, WORKWEEK

LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
INTERVALS = st.integers(1, 4)
WEEKS = st.builds(
    Repetition, st.just("week"), INTERVALS, st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple(sorted(days)))
)
PLACES = st.tuples(
    st.integers(0, 6).map(lambda day: (day,)) | st.just(WORKWEEK), st.sampled_from([1, 2, 3, 4, LAST]), st.none(), st.none()
)
DAYS = st.tuples(st.just(()), st.none(), st.integers(1, 31) | st.just(LAST), st.none())
MONTHS = st.builds(lambda n, rest: Repetition("month", n, *rest), INTERVALS, PLACES | DAYS)
YEARS = st.builds(
    lambda n, rest, month: Repetition("year", n, rest[0], rest[1], rest[2] and min(rest[2], LONGEST[month - 1]), month),
    INTERVALS,
    PLACES | DAYS,
    st.integers(1, 12),
)
PLAIN = st.builds(Repetition, st.sampled_from(["day", "week", "month", "year"]), INTERVALS)
REPETITIONS = st.one_of(PLAIN, WEEKS, MONTHS, YEARS)
