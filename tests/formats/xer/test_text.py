"""The text of XER files as they are found: encodings, line ends, damage. What is not read is said, with its line."""

from __future__ import annotations

import pytest

from pm.errors import FormatError
from pm.formats.result import Severity
from pm.formats.xer import write
from tests.formats.xer.documents import HEADER, activity, codes, document, link, read_text, small

NAME = "Überführung – ½"
TEXT = document(small()).replace("Activity A", NAME)


def names(text: str | bytes) -> list[str]:
    result = read_text(text)
    assert not result.problems
    return [t.name for t in result.plan.tasks]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    content = TEXT.encode(encoding)
    assert names(content) == ["Band", NAME, "Activity B"]
    if encoding != "utf-16-be":
        assert write(read_text(content).plan, None) == content


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends(end: str) -> None:
    content = TEXT.replace("\r\n", end).encode("cp1252")
    assert names(content) == ["Band", NAME, "Activity B"]
    assert write(read_text(content).plan, None) == content


def test_bytes_that_windows_does_not_define_are_read_all_the_same() -> None:
    content = TEXT.encode("cp1252").replace(b"Activity B", b"Activity\x81B")
    assert names(content)[2] == "Activity\x81B"
    assert write(read_text(content).plan, None) != b""


def test_quotation_marks_are_doubled() -> None:
    text = TEXT.replace("Activity B", 'Pipe 1""')
    assert names(text)[2] == 'Pipe 1"'
    assert write(read_text(text).plan, None) == text.encode("cp1252")


def test_a_header_that_says_little_is_enough() -> None:
    assert len(names(TEXT.replace(HEADER, "ERMHDR\t8.0"))) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "xer.truncated"),
        ("<?xml version='1.0'?><Project/>", "xer.not_xer"),
        ("\0\1\2\3" * 100, "xer.not_xer"),
        (HEADER + "\r\n%E\r\n", "xer.empty"),
        (HEADER, "xer.empty"),
        (document({"TASK": [activity(1, "A")]}), "xer.no_project"),
    ],
)
def test_what_is_no_plan_of_p6(text: str, code: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_text(text)
    assert caught.value.code == code
    assert "small.xer" in caught.value.subject
    assert caught.value.hint


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "code", "severity", "tasks"),
    [
        ("%E\r\n", "", "xer.truncated", Severity.ERROR, 3),
        (HEADER, "Hello\r\n" + HEADER, "xer.text_before", Severity.WARNING, 3),
        (HEADER + "\r\n", HEADER + "\r\nHello\r\n", "xer.stray_text", Severity.WARNING, 3),
        (HEADER + "\r\n", "", "xer.no_header", Severity.WARNING, 3),
        ("%R\t102\t7", "%R\t102\t7\t71", "xer.duplicate_id", Severity.ERROR, 3),
        ("Activity B", "Activity\tB", "xer.long_row", Severity.WARNING, 3),
        ("\tTT_Task\tDT_FixedDrtn\tCP_Drtn\tTK_NotStart\t8\t8", "\tTT_Task", "xer.short_row", Severity.WARNING, 3),
        ("\tTK_NotStart\t8\t8", "\tTK_NotStart\tNaN\t1e400", "xer.bad_value", Severity.WARNING, 3),
        ("\tTK_NotStart\t8\t8", "\tTK_NotStart\t8\t8\t9", "xer.long_row", Severity.ERROR, 2),
        ("%T\tTASKPRED", "%T\t", "xer.no_table_name", Severity.ERROR, 3),
        ("%R\t1\t102\t101", "%R\t1\t102\t999", "xer.dangling", Severity.ERROR, 3),
        ("%R\t1\t102\t101", "%R\t1\t102\t102", "xer.self_link", Severity.ERROR, 3),
        ("PR_FS", "PR_XX", "xer.bad_value", Severity.WARNING, 3),
        ("%R\t102\t7", "%R\t102\t8", "xer.dangling", Severity.ERROR, 2),
        ("%R\t102\t7\t71", "%R\t102\t7\t99", "xer.dangling", Severity.WARNING, 3),
        ("TK_NotStart\t16\t16", "TK_Active\t16\t16", "xer.bad_progress", Severity.WARNING, 3),
        ("TK_NotStart\t16\t16", "TK_NotStart\t-16\t16", "xer.bad_value", Severity.WARNING, 3),
    ],
)
def test_damage_is_reported_and_the_rest_is_read(before: str, after: str, code: str, severity: Severity, tasks: int) -> None:
    text = document(small())
    assert before in text
    text = text.replace(before, after, 1) if code != "xer.duplicate_id" else text.replace("%R\t102\t7", "%R\t101\t7", 1)
    result = read_text(text)
    assert code in codes(result)
    found = next(p for p in result.problems if p.code == code)
    assert found.severity == severity
    assert found.subject.startswith("small.xer:")
    assert len(result.plan.tasks) == (tasks if code != "xer.duplicate_id" else 2)
    with pytest.raises(FormatError):
        read_text(text, strict=True)


def test_problems_name_the_line() -> None:
    text = document(small()).replace("TT_Task", "TT_Other", 1)
    [problem] = read_text(text).problems
    assert problem.subject == f"small.xer:{line_of(text, 'TT_Other')}"
    assert "task_type is 'TT_Other'" in problem.message


def test_a_row_that_is_cut_off_is_left_out_rather_than_read_wrongly() -> None:
    """``40`` cut to ``4`` is a number, too."""
    text = document({name: rows for name, rows in small().items() if name != "TASKPRED"})
    cut = text[: text.index("TASKRSRC")] + "TASKPRED\r\n%F\ttask_pred_id\ttask_id\tpred_task_id\tlag_hr_cnt\r\n%R\t1\t102\t101\t4"
    result = read_text(cut)
    assert codes(result) == ["xer.truncated", "xer.truncated"]
    assert len(result.plan.links) == 0


def test_a_table_that_is_there_twice_is_read_as_one() -> None:
    text = document(small())
    more = document({"TASK": [{"task_code": "C", "proj_id": 7, "task_id": 103, "wbs_id": 71, "clndr_id": 1}]}).split("\r\n", 1)[1]
    result = read_text(text.replace("%E\r\n", "") + more)
    assert codes(result) == ["xer.table_twice"]
    assert [t.wbs for t in result.plan.tasks] == ["B1", "A", "B", "C"]


def test_a_text_that_goes_on_in_the_next_line() -> None:
    tables = small()
    tables["TASK"][1]["task_name"] = "two\nlines"
    [_, _, second] = names(document(tables))
    assert second == "two\nlines"


def test_numbers_that_are_far_out_are_no_dates() -> None:
    for date in ("9999-99-99 08:00", "0000-01-01 08:00", "2026-02-30 08:00", "10000-01-01 08:00", "2026-01-05 25:00", "soon"):
        tables = small()
        tables["TASK"][0]["expect_end_date"] = date
        result = read_text(document(tables))
        assert codes(result) == ["xer.bad_value"], date
        assert set(result.plan.tasks.column("expected_finish")) == {None}


def test_a_duplicate_link_number_does_no_harm() -> None:
    tables = small()
    tables["TASKPRED"].append(link(1, 101, 102, "PR_SS"))
    plan = read_text(document(tables)).plan
    assert [k.type for k in plan.links] == ["FS", "SS"]
    again = read_text(write(plan, None)).plan
    assert [k.type for k in again.links] == ["FS", "SS"]


WIDE = "\t".join(f"c{i}" for i in range(50_000))
JUNK = {
    "values that no row has": f"{HEADER}\n%T\tOTHER\n%F\t{WIDE}\n" + "%R\ta\n" * 300,
    "columns that change with each row": f"{HEADER}\n%T\tOTHER\n" + "".join(f"%F\tc{i}\n%R\ta\n" for i in range(5000)),
    "rows of no table": f"{HEADER}\n" + "%R\n" * 200_001,
}


@pytest.mark.parametrize("text", JUNK.values(), ids=JUNK)
def test_a_small_file_cannot_fill_the_memory(text: str) -> None:
    with pytest.raises(FormatError) as raised:
        read_text(f"{text}%E\n")
    assert raised.value.code == "xer.too_many_problems"
    assert raised.value.hint
