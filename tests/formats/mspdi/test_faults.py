"""Bad files: each a clear error, or a problem that is reported while the rest is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import CycleError, FormatError
from pm.formats.mspdi import read, write
from pm.formats.mspdi.fields import NAMESPACE
from pm.formats.result import Source
from pm.model import instant
from pm.schedule import compute_schedule
from tests.formats.damage import MEGABYTE, Endless
from tests.formats.mspdi.documents import codes, document, link, read_text, task

SMALL = document([task(1), task(2, link(1))])
HEAD = f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="{NAMESPACE}">'


def fails(text: str | bytes, code: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_text(text)
    assert caught.value.code == code, str(caught.value)
    assert "small.xml" in caught.value.subject
    return caught.value


@given(cut=st.integers(min_value=1, max_value=len(SMALL) - 12))
def test_a_truncated_file_says_so_wherever_it_ends(cut: int) -> None:
    fails(SMALL[:cut], "mspdi.truncated")


def test_a_truncated_file_names_the_line() -> None:
    error = fails(SMALL[: SMALL.index("Task 2")], "mspdi.truncated")
    assert error.subject == f"small.xml:{SMALL[: SMALL.index('Task 2')].count(chr(10)) + 1}"


def test_an_empty_file() -> None:
    fails(b"", "mspdi.truncated")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    f'<Project xmlns="{NAMESPACE}"><Name>&c;</Name></Project>'
)
FOREIGN = '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/hostname">]><Project><Name>&x;</Name></Project>'


LATE = f"<!-- {'x' * 5000} -->{FOREIGN}"


@pytest.mark.parametrize("text", [BOMB, FOREIGN, LATE, "<!DOCTYPE html><html></html>"], ids=["bomb", "foreign", "late", "html"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_doctype_is_refused(text: str, encoding: str) -> None:
    if encoding != "utf-8":
        text = text.removeprefix('<?xml version="1.0"?>')
    fails(text.encode(encoding), "mspdi.doctype")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SMALL.replace("UTF-8", "UTF-16").encode(), "mspdi.encoding"),
        (SMALL.replace("UTF-8", "no-such-code").encode(), "mspdi.encoding"),
        (SMALL.replace("Task 2", "T\xe4sk").encode("latin-1"), "mspdi.encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mspdi.not_mspdi"),
        (b"PK\x03\x04" + bytes(600), "mspdi.not_mspdi"),
        (b"UID,Name\r\n1,Dig\r\n", "mspdi.not_mspdi"),
        (b"<html><body>Sorry</body></html>", "mspdi.not_mspdi"),
        (b'<Project xmlns="http://maven.apache.org/POM/4.0.0"/>', "mspdi.not_mspdi"),
        (b"<?xml version='1.0'?>\n<!-- nothing -->\n", "mspdi.truncated"),
        (SMALL.replace("<Tasks>", "<Tasks><").encode(), "mspdi.bad_xml"),
        (SMALL.replace("Task 2", "&nosuch;").encode(), "mspdi.bad_xml"),
        (SMALL.replace("Task 2", "\x01").encode(), "mspdi.bad_xml"),
    ],
    ids=["utf-16", "unknown", "latin", "ole", "zip", "csv", "html", "maven", "comment", "angle", "entity", "control"],
)
def test_what_is_no_plan_is_refused_by_its_name(content: bytes, code: str) -> None:
    fails(content, code)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_are_read_where_they_are_what_they_say(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else "utf-16" if encoding.startswith("utf-16") else encoding
    text = SMALL.replace("UTF-8", name).replace("Task 2", "Tür")
    content = text.encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    assert list(read_text(content).plan.tasks.column("name")) == ["Task 1", "Tür"]


def test_utf_16_that_says_it_is_utf_8_is_read_by_its_byte_order_mark() -> None:
    assert list(read_text(SMALL.encode("utf-16")).plan.tasks.column("name")) == ["Task 1", "Task 2"]


def _noise() -> Iterator[bytes]:
    block = bytes(range(1, 256)) * 64
    return itertools.repeat(block)


JUNK = {
    "noise": lambda: _noise(),
    "zeros": lambda: itertools.repeat(bytes(4096)),
    "spaces": lambda: itertools.repeat(b" " * 4096),
    "angles": lambda: itertools.repeat(b"<" * 4096),
    "nested": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"<a>")),
    "a comment": lambda: itertools.chain([HEAD.encode(), b"<!--"], itertools.repeat(b"x" * 4096)),
    "a comment before it": lambda: itertools.chain([b"<!--"], itertools.repeat(b"x" * 4096)),
    "elements": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"<x/>" * 1024)),
    "elements in tasks": lambda: itertools.chain([HEAD.encode(), b"<Tasks>"], itertools.repeat(b"<x/>" * 1024)),
    "elements in a task": lambda: itertools.chain([HEAD.encode(), b"<Tasks><Task>"], itertools.repeat(b"<x/>" * 1024)),
    "empty tasks": lambda: itertools.chain([HEAD.encode(), b"<Tasks>"], itertools.repeat(b"<Task/>" * 64)),
    "one long name": lambda: itertools.chain([HEAD.encode(), b"<Name>"], itertools.repeat(b"x" * 4096)),
    "white space": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"\n" * 4096)),
    "foreign XML": lambda: itertools.chain([b"<svg>"], itertools.repeat(b"<g/>" * 1024)),
}


@pytest.mark.parametrize("kind", list(JUNK))
def test_endless_junk_is_given_up_early(kind: str) -> None:
    stream = Endless(JUNK[kind]())
    with pytest.raises(FormatError) as caught:
        read(Source(stream, "junk.xml"))  # type: ignore[arg-type]
    assert caught.value.code in ("mspdi.not_mspdi", "mspdi.bad_xml", "mspdi.truncated", "mspdi.too_many_problems")
    assert stream.consumed <= 16 * MEGABYTE


@pytest.mark.parametrize(
    ("tasks", "code"),
    [
        ([task(1), task(1)], "mspdi.duplicate_uid"),
        ([task(1).replace("<UID>1</UID>", "")], "mspdi.duplicate_uid"),
        ([task(1, link(1))], "mspdi.self_link"),
        ([task(1, link(99))], "mspdi.dangling_link"),
        ([task(1, "<PredecessorLink><Type>1</Type></PredecessorLink>")], "mspdi.dangling_link"),
        ([task(1), task(2, link(1) + link(1))], "mspdi.duplicate_link"),
        ([task(1), task(2, link(1, 7))], "mspdi.unknown_value"),
        ([task(1), task(2, link(1, 1, "soon"))], "mspdi.bad_value"),
        ([task(1), task(2, link(1, 1, 0, 99))], "mspdi.unknown_value"),
        ([task(1, duration="-PT8H0M0S")], "mspdi.negative_duration"),
        ([task(1, duration="eight hours")], "mspdi.bad_value"),
        ([task(1, duration="PT99999999999999999999H")], "mspdi.bad_value"),
        ([task(1, "<ConstraintType>9</ConstraintType>")], "mspdi.unknown_value"),
        ([task(1, "<Deadline>0000-01-01T00:00:00</Deadline>")], "mspdi.bad_date"),
        ([task(1, "<Deadline>10000-01-01T00:00:00</Deadline>")], "mspdi.bad_date"),
        ([task(1, "<PercentComplete>140</PercentComplete>")], "mspdi.out_of_range"),
        ([task(1, "<Cost>1e400</Cost>")], "mspdi.bad_value"),
        ([task(1, "<Cost>NaN</Cost>")], "mspdi.bad_value"),
        ([task(1, "<Priority>99999999999999999999999999</Priority>")], "mspdi.bad_value"),
        ([task(1, "<Milestone>maybe</Milestone>")], "mspdi.bad_value"),
        ([task(1, "<Priority>1</Priority><Priority>2</Priority>")], "mspdi.repeated"),
        ([task(1, "<CalendarUID>77</CalendarUID>")], "mspdi.dangling_calendar"),
        ([task(1, "<ExtendedAttribute><FieldID>x</FieldID></ExtendedAttribute>")], "mspdi.bad_custom_field"),
        (
            [task(1, "<ExtendedAttribute><FieldID>188743767</FieldID><Value>many</Value></ExtendedAttribute>")],
            "mspdi.bad_value",
        ),
    ],
)
def test_what_makes_no_sense_is_reported_kept_and_refused_when_strict(tasks: list[str], code: str) -> None:
    text = document(tasks)
    result = read_text(text)
    assert codes(result) == [code]
    assert result.problems[0].subject.rpartition(":")[2].isdigit()
    with pytest.raises(FormatError) as caught:
        read_text(text, strict=True)
    assert caught.value.code == code
    again = read_text(write(result.plan, None))
    # What could not be kept once is gone for good: a second round changes nothing any more.
    assert again.plan == read_text(write(again.plan, None)).plan


@pytest.mark.parametrize(
    "text",
    [
        "<ConstraintType>9</ConstraintType>",
        "<Deadline>10000-01-01T00:00:00</Deadline>",
        "<Cost>NaN</Cost>",
        "<CalendarUID>77</CalendarUID>",
        "<NewIn2031 kind='x'><Deep>1</Deep></NewIn2031>",
        "<LinkLag>99</LinkLag>",
    ],
)
def test_what_is_not_understood_is_written_back(text: str) -> None:
    written = write(read_text(document([task(1, text)])).plan, None).decode()
    assert text.replace("'", '"') in "".join(line.strip() for line in written.splitlines()).replace(f' xmlns="{NAMESPACE}"', "")


def test_dangling_assignments_are_reported_and_written_back() -> None:
    text = document(
        [task(1)],
        resources="<Resource><UID>1</UID><Name>Ana</Name><Type>1</Type></Resource>",
        assignments="<Assignment><UID>1</UID><TaskUID>9</TaskUID><ResourceUID>1</ResourceUID></Assignment>"
        "<Assignment><UID>2</UID><TaskUID>1</TaskUID><ResourceUID>7</ResourceUID></Assignment>",
    )
    result = read_text(text)
    assert codes(result) == ["mspdi.dangling_assignment", "mspdi.dangling_resource"]
    assert len(result.plan.assignments) == 1
    written = write(result.plan, None).decode()
    assert "<TaskUID>9</TaskUID>" in written
    assert "<ResourceUID>7</ResourceUID>" in written


def test_a_cycle_is_read_and_named_by_the_engine() -> None:
    result = read_text(document([task(1, link(2)), task(2, link(1))]))
    assert not result.problems
    with pytest.raises(CycleError) as caught:
        compute_schedule(result.plan)
    assert sorted(caught.value.loop) == [1, 2]


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_first_and_the_last_date_are_read(date: str) -> None:
    text = document([task(1, f"<ConstraintType>4</ConstraintType><ConstraintDate>{date}</ConstraintDate>")])
    result = read_text(text)
    assert not result.problems
    assert result.plan.task(1).constraint_date == instant(date)
    assert date in write(result.plan, None).decode()


def test_an_empty_calendar_is_read() -> None:
    days = "".join(f"<WeekDay><DayType>{d}</DayType><DayWorking>0</DayWorking></WeekDay>" for d in range(1, 8))
    calendar = f"<Calendar><UID>1</UID><Name>Never</Name><IsBaseCalendar>1</IsBaseCalendar><WeekDays>{days}</WeekDays></Calendar>"
    result = read_text(document([task(1)], calendars=calendar))
    assert not result.problems
    assert result.plan.calendars[1].week == [[]] * 7


def test_calendars_based_on_each_other_are_untied() -> None:
    one = "<Calendar><UID>1</UID><Name>A</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>2</BaseCalendarUID></Calendar>"
    two = "<Calendar><UID>2</UID><Name>B</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>1</BaseCalendarUID></Calendar>"
    result = read_text(document([task(1)], calendars=one + two))
    assert codes(result) == ["mspdi.calendar_loop"]
    compute_schedule(result.plan)


@pytest.mark.parametrize(
    "entry",
    [
        "<TimePeriod><FromDate>never</FromDate></TimePeriod>",
        "",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><Type>44</Type>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><Type>2</Type><MonthDay>x</MonthDay>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
        "<FromTime>25:00:00</FromTime><ToTime>26:00:00</ToTime></WorkingTime></WorkingTimes>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
        "<FromTime> 8:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><DayWorking>x</DayWorking>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><Type>4</Type>"
        "<EnteredByOccurrences>.</EnteredByOccurrences><Occurrences>3</Occurrences>",
        "<TimePeriod><FromDate>2026-05-01T00:00:00</FromDate></TimePeriod><Type>4</Type>"
        "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>x</Occurrences>",
    ],
)
def test_a_calendar_entry_that_makes_no_sense_is_reported(entry: str) -> None:
    calendar = f"<Calendar><UID>1</UID><Name>S</Name><Exceptions><Exception>{entry}</Exception></Exceptions></Calendar>"
    result = read_text(document([task(1)], calendars=calendar))
    assert codes(result) == ["mspdi.bad_calendar"]
    written = "".join(line.strip() for line in write(result.plan, None).decode().splitlines())
    assert f"<Exception>{entry}</Exception>" in written or "<Exception/>" in written


@pytest.mark.parametrize(("prefix", "namespace"), [("", NAMESPACE), ("p:", NAMESPACE), ("", "")])
def test_prefixes_other_namespaces_and_none_are_read_and_written(prefix: str, namespace: str) -> None:
    declared = f' xmlns{":p" if prefix else ""}="{namespace}"' if namespace else ""
    names = ("Project", "Tasks", "Task", "UID", "Name", "StartDate")
    text = (
        f'<Project{declared} xmlns:x="urn:x" x:schemaLocation="here"><StartDate>2026-01-05T08:00:00</StartDate><Tasks>'
        "<Task><UID>4</UID><Name>Dig</Name><x:Extra>y</x:Extra></Task></Tasks></Project>"
    )
    for name in names:
        text = text.replace(f"<{name}>", f"<{prefix}{name}>").replace(f"<{name} ", f"<{prefix}{name} ")
        text = text.replace(f"</{name}>", f"</{prefix}{name}>")
    result = read_text(text)
    assert not result.problems
    assert [(t.uid, t.name) for t in result.plan.tasks] == [(4, "Dig")]
    again = read_text(write(result.plan, None))
    assert again.plan == result.plan
    assert 'schemaLocation="here"' in write(again.plan, None).decode()
    assert ">y</x:Extra>" in write(again.plan, None).decode()


@pytest.mark.parametrize(
    "piece",
    [
        "<Type>.</Type><Start>2026-01-05T08:00:00</Start><Finish>2026-01-05T12:00:00</Finish>",
        "<Type>1</Type><Start>2026-T1-05T08:00:00</Start><Finish>2026-01-05T12:00:00</Finish>",
        "<Type>1</Type><Start>2026-01-05T08:00:00</Start>",
        "<Type>1</Type><Start>2026-01-05T12:00:00</Start><Finish>2026-01-05T08:00:00</Finish>",
        "<Type>1</Type><Start>2026-01-05T08:00:00</Start><Finish>8026-01-05T12:00:00</Finish>",
    ],
)
def test_a_piece_of_spread_work_that_makes_no_sense_is_reported(piece: str) -> None:
    sound = "<Type>1</Type><Start>2026-01-06T08:00:00</Start><Finish>2026-01-06T12:00:00</Finish><Value>PT4H0M0S</Value>"
    spread = "".join(f"<TimephasedData>{data}</TimephasedData>" for data in (piece, sound))
    nobody = "<UID>1</UID><TaskUID>1</TaskUID><ResourceUID>-65535</ResourceUID><Work>PT8H0M0S</Work><WorkContour>8</WorkContour>"
    assignments = f"<Assignment>{nobody}{spread}</Assignment>"
    assert codes(read_text(document([task(1)], assignments=assignments))) == ["mspdi.bad_timephased"]
