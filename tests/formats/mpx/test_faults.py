"""Damaged MPX files: each a clear error, or a problem told with its line while the rest is read."""

from __future__ import annotations

import random

import pytest

from pm.errors import FormatError
from tests.formats.damage import survives
from tests.formats.mpx.documents import PLAN, codes, read_text

CONTENT = PLAN.encode("cp1252")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "mpx.truncated"),
        (b"hello", "mpx.not_mpx"),
        (b"MPX", "mpx.not_mpx"),
        (b"MPXa,b", "mpx.not_mpx"),
        (b'MPX"x', "mpx.not_mpx"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "mpx.not_mpx"),
        (b"MPX,x,4.0,EBCDIC\n", "mpx.encoding"),
    ],
)
def test_what_is_no_mpx_file(content: bytes, code: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_text(content)
    assert caught.value.code == code
    assert caught.value.subject.startswith("barn.mpx")


HEAD = 'MPX,x,4.0,ANSI\n10,$,1,2,",",.\n61,90,98,1,3,40,70,91,68,44,80,92\n'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("70,1,1,A,1,three days", "mpx.bad_value"),
        ("70,1,1,A,1,3 Tage", "mpx.bad_value"),
        ("70,1,1,A,1,-3d", "mpx.bad_value"),
        ("70,1,1,A,one", "mpx.bad_value"),
        ("70,1,1,A,1,1d,7", "mpx.dangling_link"),
        ("70,1,1,A,1,1d,1", "mpx.self_link"),
        ("70,1,1,A,1,1d,x", "mpx.bad_link"),
        ("70,1,1,A,1,1d,2FS+soon", "mpx.bad_link"),
        (r"70,1,1,A,1,1d,c:\plans\other.mpp\3", "mpx.external_link"),
        ("70,1,1,A,1,1d,,Must Start On", "mpx.bad_constraint"),
        ("70,1,1,A,1,1d,,Must Start On,13/13/13", "mpx.bad_constraint"),
        ("70,1,1,A,1,1d,,Muss anfangen am,1/1/94", "mpx.bad_value"),
        ("70,1,1,A,1,1d,,,,150%", "mpx.bad_value"),
        ("70,1,1,A,1,1d,,,,50%,Ja", "mpx.bad_value"),
        ("70,1,2,A,1,1d", "mpx.duplicate_uid"),
        ('70,1,1,"A,1,1d', "mpx.open_quote"),
        ("hello", "mpx.bad_record"),
        ("99,1", "mpx.unknown_record"),
        ("51", "mpx.bad_record"),
        ("72", "mpx.bad_record"),
        ("75,1,1", "mpx.bad_record"),
        ("25,9,8:00,9:00", "mpx.bad_calendar"),
        ("20,C,1,1,1,1,1,1,7", "mpx.bad_calendar"),
        ("20,C\n25,2,8:00,late", "mpx.bad_calendar"),
        ("20,C\n26,1/5/94,1/4/94,0", "mpx.bad_calendar"),
        ("20,C\n26,soon,,0", "mpx.bad_calendar"),
        ("20,C\n20,c", "mpx.duplicate_calendar"),
        ("30,,,,Gone", "mpx.dangling_calendar"),
        ("61,90,98,1,999", "mpx.unknown_column"),
        ("50,Ana", "mpx.no_columns"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_is_read(line: str, code: str) -> None:
    text = f"{HEAD}{line}\n70,2,2,B,1,1d\n"
    result = read_text(text)
    assert code in codes(result)
    assert "B" in result.plan.tasks.column("name")
    told = next(p for p in result.problems if p.code == code)
    assert told.subject.startswith("barn.mpx:") or code == "mpx.dangling_calendar"
    result.plan.check_references()
    if told.severity != "info":
        with pytest.raises(FormatError):
            read_text(text, strict=True)


def test_a_file_that_ends_within_a_line_says_so() -> None:
    result = read_text(f"{HEAD}70,1,1,A,1,1")
    assert [(p.code, p.subject) for p in result.problems if "trunc" in p.code] == [("mpx.truncated", "barn.mpx:4")]
    assert "mpx.truncated" not in codes(read_text(f"{HEAD}70,1,1,A,1,1d\n\x1a"))


def test_the_line_is_the_right_one() -> None:
    (problem,) = read_text(PLAN.replace("1w?", "1 fortnight?")).problems
    line = PLAN[: PLAN.index("70,3,6")].count("\n") + 1
    assert problem.subject == f"barn.mpx:{line}"


def test_other_languages_are_named() -> None:
    result = read_text("MPX;Microsoft Project für Windows;4.0;ANSI\n60;Nr.;Vorgangsname;Dauer\n70;1;Bau;3t\n")
    assert codes(result)[0] == "mpx.language"


def test_one_kind_of_mistake_is_told_once() -> None:
    rows = "".join(f"70,{n},{n},A,1,3 Tage\n" for n in range(1, 500))
    assert codes(read_text(HEAD + rows)).count("mpx.bad_value") == 1


def test_endless_mistakes_end_it() -> None:
    with pytest.raises(FormatError) as caught:
        read_text("MPX,x,4.0,ANSI\n" + "junk\n" * 30_000)
    assert caught.value.code == "mpx.too_many_problems"
    assert caught.value.hint


def _damaged(chance: random.Random) -> bytes:
    content = bytearray(CONTENT)
    match chance.randrange(3):
        case 0:
            del content[chance.randrange(len(content)) :]
        case 1:
            for _ in range(chance.randrange(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
        case _:
            lines = bytes(content).split(b"\n")
            chance.shuffle(lines)
            content = bytearray(b"MPX,x,4.0,ANSI\n" + b"\n".join(lines))
    return bytes(content)


@pytest.mark.parametrize("block", range(10))
def test_damaged_files_are_a_plan_or_an_error_of_ours(block: int) -> None:
    survives(_damaged, read_text, range(block * 60, block * 60 + 60))
