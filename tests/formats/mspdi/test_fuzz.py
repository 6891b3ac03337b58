"""Documents nobody would write: never an exception other than our own, and what is read can be written and read again."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pm.errors import PMError
from pm.formats.mspdi import write
from pm.formats.mspdi.fields import NAMESPACE, elements
from tests.formats.mspdi.documents import document, link, read_text, task

WEIRD = [
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "2",
        "7",
        "39",
        "3",
        "+5",
        "1.5",
        "1e3",
        "NaN",
        "Infinity",
        "1_000",
        "99999999999999999999",
        "-65535",
    ),
    *("PT0H0M0S", "PT8H0M0S", "-PT8H0M0S", "PT1.5S", "P1D", "P1Y", "PT", "PT99999999999H0M0S", "0001-01-01T00:00:00"),
    *("9999-12-31T23:59:59", "10000-01-01T00:00:00", "2026-02-30T08:00:00", "2026-05-01", "2026-05-01T08:00:00Z", "24:00:00"),
    *("00:00:00", "08:00:00", "25:00:00", "true", "false", "=1+1", "\x1b[31mred", "<b>", "\u202eevil", "1.2.3", "\U0001f600"),
]
ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))
texts = st.one_of(st.sampled_from(WEIRD), st.text(max_size=12), st.integers().map(str)).map(lambda t: t.translate(ILLEGAL))
texts = texts.filter(lambda t: not any(0xD800 <= ord(ch) < 0xE000 or ord(ch) in (0xFFFE, 0xFFFF) for ch in t))
WORDS = [
    *(
        "WeekDay",
        "DayType",
        "DayWorking",
        "WorkingTimes",
        "WorkingTime",
        "FromTime",
        "ToTime",
        "TimePeriod",
        "FromDate",
        "ToDate",
    ),
    *("Exception", "Type", "Period", "DaysOfWeek", "MonthItem", "MonthPosition", "Month", "MonthDay", "Occurrences", "Name"),
    *("EnteredByOccurrences", "WorkWeek", "WeekDays", "FieldID", "Value", "FieldName", "Alias", "Unit", "Start", "Finish", "New"),
    *("AvailabilityPeriod", "Rate", "ExtendedAttribute", "UID"),
]


def leaf(names: list[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, text: f"<{name}>{escape(text)}</{name}>", st.sampled_from(names), texts)


def inside(names: list[str]) -> st.SearchStrategy[str]:
    def wrap(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        parts = st.lists(below, max_size=4).map("".join)
        marks = st.sampled_from(["", ' a="1"', ' xmlns="urn:other"'])
        return st.builds(lambda name, mark, part: f"<{name}{mark}>{part}</{name}>", st.sampled_from(names), marks, parts)

    return st.recursive(leaf(WORDS), wrap, max_leaves=6)


def record(table: str, name: str, most: int = 12) -> st.SearchStrategy[str]:
    names = list(elements(table))
    part = st.one_of(leaf(names), leaf(names), inside([*names, *WORDS]))
    return st.lists(part, max_size=most).map(lambda parts: f"<{name}>{''.join(parts)}</{name}>")


links = st.builds(link, st.integers(0, 4), st.integers(0, 5), texts.map(escape), st.sampled_from([3, 7, 8, 19, 20, 51, 99]))
known_tasks = st.builds(task, st.integers(0, 4), links, level=st.integers(0, 4), duration=texts.map(escape))
some = {"min_size": 0, "max_size": 4}
documents = st.builds(
    lambda head, calendars, tasks, resources, assignments: document(
        tasks, head=head, calendars="".join(calendars), resources="".join(resources), assignments="".join(assignments)
    ),
    record("projects", "Project", 8).map(lambda text: text.removeprefix("<Project>").removesuffix("</Project>")),
    st.lists(record("calendars", "Calendar"), **some),
    st.lists(st.one_of(record("tasks", "Task", 20), known_tasks), **some),
    st.lists(record("resources", "Resource"), **some),
    st.lists(record("assignments", "Assignment"), **some),
)
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def is_ours(read: Callable[[], object]) -> bool:
    """Whether it succeeded; any exception but our own fails the test."""
    try:
        read()
    except PMError:
        return False
    return True


@patient
@given(text=documents)
def test_any_document_is_read_or_refused(text: str) -> None:
    result = read_text(text)
    result.plan.check_references()
    once = write(result.plan, None)
    again = read_text(once)
    assert len(again.plan.tasks) == len(result.plan.tasks)
    # Whatever was repaired stays repaired.
    assert write(again.plan, None).decode() == once.decode()
    is_ours(lambda: read_text(text, strict=True))


SOUND = document(
    [task(1, "<Notes>line\r\nend</Notes>"), task(2, link(1, 3, 4800)), task(3, link(2), level=2)],
    resources="<Resource><UID>1</UID><Name>Ana</Name><Type>1</Type></Resource>",
    assignments="<Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units></Assignment>",
).encode()


@patient
@given(place=st.integers(0, len(SOUND) - 1), cut=st.integers(0, 30), put=st.binary(max_size=8))
def test_damaged_files_are_read_or_refused(place: int, cut: int, put: bytes) -> None:
    is_ours(lambda: read_text(SOUND[:place] + put + SOUND[place + cut :]))


@patient
@given(
    content=st.one_of(
        st.binary(max_size=200), st.binary(max_size=60).map(lambda b: b'<Project xmlns="' + NAMESPACE.encode() + b'">' + b)
    )
)
def test_any_bytes_are_refused(content: bytes) -> None:
    assert not is_ours(lambda: read_text(content)) or b"</Project>" in content or b"/>" in content
