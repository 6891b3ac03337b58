"""Damaged files: an error of ours or a plan with problems, never anything else; what is read can be written and read again."""

from __future__ import annotations

import random

import pytest

from pm.errors import PMError
from pm.formats.xer import write
from tests.formats.xer.documents import document, read_text, rich

WHOLE = document(rich()).encode("cp1252")
PIECES = (
    b"\t",
    b"\r\n",
    b"%R\t",
    b"%T\tTASK\r\n",
    b"%F",
    b"%E\r\n",
    b"(0||",
    b")",
    b"-1",
    b"1e400",
    b"NaN",
    b"\0",
    b"\xff",
    b"\x7f\x7f",
)


def settles(content: bytes) -> None:
    try:
        plan = read_text(content).plan
    except PMError:
        return
    written = write(plan, None)
    again = read_text(written).plan
    assert len(again.tasks) == len(plan.tasks)
    assert len(again.links) == len(plan.links)
    assert list(again.tasks.column("duration")) == list(plan.tasks.column("duration"))
    assert write(again, None) == written


@pytest.mark.parametrize("seed", range(4))
def test_files_that_are_cut_off(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(25):
        settles(WHOLE[: source.randrange(len(WHOLE))])


@pytest.mark.parametrize("seed", range(6))
def test_files_with_bytes_changed(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(20):
        content = bytearray(WHOLE)
        for _ in range(source.randrange(1, 12)):
            content[source.randrange(len(content))] = source.randrange(256)
        settles(bytes(content))


@pytest.mark.parametrize("seed", range(6))
def test_files_with_pieces_put_in_and_taken_out(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(20):
        content = WHOLE
        for _ in range(source.randrange(1, 6)):
            at = source.randrange(len(content))
            content = content[:at] + source.choice(PIECES) + content[at + source.choice((0, 0, 1, 5, 40)) :]
        settles(content)


@pytest.mark.parametrize("seed", range(3))
def test_files_with_rows_in_another_order(seed: int) -> None:
    source = random.Random(seed)
    head, *lines = WHOLE.split(b"\r\n")
    for _ in range(10):
        source.shuffle(lines)
        settles(b"\r\n".join([head, *lines]))
