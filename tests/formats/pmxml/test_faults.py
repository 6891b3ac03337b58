"""Damaged PMXML: each a clear error, or a problem that is reported while the rest is read."""

from __future__ import annotations

import itertools
import random

import pytest

from pm.errors import FormatError
from pm.formats.pmxml import read
from pm.formats.result import Source
from tests.formats.damage import MEGABYTE, Endless, survives
from tests.formats.pmxml.documents import HEAD, PLAN, activity, codes, link, project, read_text

CONTENT = PLAN.encode()
BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pmxml.truncated"),
        (CONTENT[:-30], "pmxml.truncated"),
        (CONTENT[:900], "pmxml.truncated"),
        (b"hello", "pmxml.not_pmxml"),
        (b"<Project/>", "pmxml.not_pmxml"),
        (PLAN.replace("Ann<", "&nosuch;<").encode(), "pmxml.bad_xml"),
        (PLAN.replace("<Role>", "<Role><").encode(), "pmxml.bad_xml"),
        (PLAN.replace("UTF-8", "no-such-code").encode(), "pmxml.encoding"),
        (PLAN.replace("Ann<", "\xc4nn<").encode("latin-1"), "pmxml.encoding"),
        (PLAN.replace("?>", "?>" + BOMB, 1).encode(), "pmxml.doctype"),
        (b"<APIBusinessObjects/>", "pmxml.no_project"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(content: bytes, code: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_text(content)
    assert caught.value.code == code, str(caught.value)
    assert caught.value.subject.startswith("small.xml")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<PlannedDuration>16</", "<PlannedDuration>soon</", "pmxml.bad_value"),
        ("<Type>Task Dependent</Type>", "<Type>Odd</Type>", "pmxml.bad_value"),
        ("<Status>In Progress</", "<Status>Odd</", "pmxml.bad_value"),
        ("<PhysicalPercentComplete>0.25</", "<PhysicalPercentComplete>much</", "pmxml.bad_value"),
        ("2026-01-12T08:00:00</PrimaryC", "never</PrimaryC", "pmxml.bad_value"),
        ("<DayOfWeek>Monday</", "<DayOfWeek>Moonday</", "pmxml.bad_calendar"),
        ("<Date>2026-01-06T00:00:00</", "<Date>soon</", "pmxml.bad_calendar"),
        ("<Start>08:00:00</Start><Finish>12:00", "<Start>08:00:00</Start><Finish>late", "pmxml.bad_calendar"),
        (link(1, 101, 102), link(1, 101, 999), "pmxml.dangling"),
        (link(1, 101, 102), link(1, 102, 102), "pmxml.self_link"),
        (
            "<ResourceObjectId>5</ResourceObjectId>\n<PlannedUnits>",
            "<ResourceObjectId>8</ResourceObjectId>\n<PlannedUnits>",
            "pmxml.dangling",
        ),
        ("<WBSObjectId>71<", "<WBSObjectId>72<", "pmxml.dangling"),
    ],
)
def test_a_bad_value_is_told_and_the_rest_is_read(old: str, new: str, code: str) -> None:
    assert old in PLAN
    result = read_text(PLAN.replace(old, new, 1))
    assert code in codes(result)
    assert len(result.plan.tasks) == 4
    told = next(p for p in result.problems if p.code == code)
    assert told.subject.startswith("small.xml:")
    with pytest.raises(FormatError):
        read_text(PLAN.replace(old, new, 1), strict=True)


def test_the_line_is_that_of_the_object() -> None:
    (problem,) = read_text(PLAN.replace("<PlannedDuration>8<", "<PlannedDuration>eight<", 1)).problems
    line = PLAN[: PLAN.index("<ObjectId>102")].count("\n") + 1
    assert problem.subject == f"small.xml:{line}"


JUNK = {
    "zeros": lambda: itertools.repeat(bytes(4096)),
    "a comment": lambda: itertools.chain([HEAD.encode(), b"<!--"], itertools.repeat(b"x" * 4096)),
    "one long name": lambda: itertools.chain([HEAD.encode(), b"<Role><Name>"], itertools.repeat(b"x" * 4096)),
    "nested": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"<a>")),
    "objects that are none": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"<x/>" * 1024)),
    "objects without anything": lambda: itertools.chain([HEAD.encode()], itertools.repeat(b"<Role/>" * 1024)),
    "elements in an object": lambda: itertools.chain([HEAD.encode(), b"<Role>"], itertools.repeat(b"<x/>" * 1024)),
    "a value without end": lambda: itertools.chain([HEAD.encode(), b"<Project><Id>"], itertools.repeat(b" " * 4096)),
}


@pytest.mark.parametrize("kind", JUNK)
def test_endless_junk_is_given_up(kind: str) -> None:
    stream = Endless(JUNK[kind]())
    with pytest.raises(FormatError):
        read(Source(stream, "small.xml"))  # type: ignore[arg-type]
    assert stream.consumed <= 16 * MEGABYTE


def test_objects_are_dropped_when_they_are_read() -> None:
    """Much that is not read leaves nothing behind: the tree of a large file would not fit."""
    many = "<EPS><ObjectId>1</ObjectId></EPS>" * 1000 + activity(101, "A") + "<ProjectNote><Note>x</Note></ProjectNote>" * 1000
    result = read_text(HEAD + project(many) + "</APIBusinessObjects>")
    assert [t.wbs for t in result.plan.tasks] == ["B1", "A"]


def _damaged(chance: random.Random) -> bytes:
    content = bytearray(CONTENT)
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]
    elif chance.random() < 0.3:
        # Digits and letters only: most of these stay well formed.
        for _ in range(chance.randrange(1, 40)):
            at = chance.randrange(400, len(content))
            if chr(content[at]).isalnum():
                content[at] = chance.choice(b"0125xZ")
    else:
        # What an element holds becomes something else.
        parts = bytes(content).split(b">")
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(4, len(parts))
            _, mark, name = parts[at].partition(b"</")
            if mark:
                value = chance.choice(
                    [b"", b"-1", b"1e99", b"9" * 30, b"0001-01-01T00:00:00", b"2099-12-31T23:59:59", b"true", b"7"]
                )
                parts[at] = value + mark + name
        content = bytearray(b">".join(parts))
    return bytes(content)


@pytest.mark.parametrize("block", range(8))
def test_damaged_files_are_a_plan_or_an_error_of_ours(block: int) -> None:
    survives(_damaged, read_text, range(block * 50, block * 50 + 50))
