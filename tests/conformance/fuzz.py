"""Every file of the corpus, damaged: never a traceback, never a hang, never a wrong date without a word.

    python -m tests.conformance.fuzz [--count N] [--only TEXT]

cuts each file at N random places, changes random bytes of it N times and a digit of a value N times (20 unless told; the same
places every time), and reads, schedules and compares what is left. What can be asked of a reader is this:

- It ends in time, with a plan or with an error of ours.
- A file that is cut is refused, or the plan comes with a problem that the sound file does not have.
- Where bytes were changed and no problem is reported, all dates are those of the sound file, unless the change turned a
  value into another value of the same kind: another digit of a date, of a number or of a shift, another word that the file
  uses in the same place. Nobody can know that from the file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import FrameType

from lxml import etree

from pm.errors import PMError
from pm.formats import ImportResult, Severity
from pm.formats.registry import read_bytes
from pm.formats.report import import_report
from pm.schedule import compute_schedule
from tests.conformance.corpus import STORED, WHY_NONE

LIMIT = 30
"""Seconds of CPU after which reading and scheduling a damaged file counts as a hang; the slowest sound one takes about one."""

COLUMNS = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")

KINDS = (
    re.compile(r"(?P<date>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d(:\d\d)?)"),
    re.compile(r"\d\d:\d\d(:\d\d)?"),
    re.compile(r"-?PT\d+H\d+M\d+S"),
    re.compile(r"[+-]?\d+"),
    re.compile(r"[+-]?\d*\.?\d*([eE][+-]?\d+)?"),
)


class Outcome(StrEnum):
    """What became of a damaged file; the last three must not happen."""

    REFUSED = "refused"
    REPORTED = "reported"
    SAME_DATES = "same dates"
    OTHER_VALUE = "another value of the same kind"
    TRACEBACK = "traceback"
    HANG = "hang"
    SILENT = "a wrong date without a word"


BAD = frozenset({Outcome.TRACEBACK, Outcome.HANG, Outcome.SILENT})


@dataclass(frozen=True)
class Damage:
    """A file with something wrong.

    Attributes:
        what: What was done to it: ``cut at 1234``, ``bytes 17, 90 changed``.
        cut: It ends early.
    """

    path: Path
    what: str
    cut: bool
    content: bytes


def damages(path: Path, count: int) -> Iterator[Damage]:
    """Hand out the damaged versions of a file.

    `count` that are cut, `count` with one to three bytes changed, and `count` with a digit of a value made something else:
    of random bytes, most hit a tag, and the file is no XML any more.
    """
    sound, chance = path.read_bytes(), random.Random(path.name)
    values = list(re.finditer(rb"(?<=[>\t:T.-])\d", sound))
    for _ in range(count):
        place = chance.randrange(len(sound.rstrip()))
        yield Damage(path, f"cut at {place}", True, sound[:place])
        places = sorted(chance.randrange(len(sound)) for _ in range(chance.choice((1, 1, 1, 2, 3))))
        changed = bytearray(sound)
        for place in places:
            # One bit turns a digit into another, or a tag into none; a whole byte may be anything.
            changed[place] ^= chance.choice((1, 2, 4, 8, 16, chance.randrange(1, 256)))
        yield Damage(path, f"bytes {', '.join(map(str, places))} changed", False, bytes(changed))
        place = values[chance.randrange(len(values))].start()
        changed = bytearray(sound)
        changed[place] = chance.choice([c for c in b"0123456789-:.TPx " if c != sound[place]])
        yield Damage(path, f"byte {place} made {chr(changed[place])!r}", False, bytes(changed))


def outcome(damage: Damage) -> tuple[Outcome, str]:
    """Return what becomes of a damaged file, and details of what must not happen."""
    try:
        with _limited():
            try:
                result = read_bytes(damage.content, damage.path.name)
                dates = _dates(result)
            except PMError:
                return Outcome.REFUSED, ""
    except TimeoutError:
        return Outcome.HANG, f"after {LIMIT} s of CPU"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        return Outcome.TRACEBACK, f"{type(error).__name__}: {error}"
    if _troubles(result) - sound_troubles(damage.path):
        return Outcome.REPORTED, ""
    if damage.cut:
        return Outcome.SILENT, "it was read as a whole plan"
    if dates == sound_dates(damage.path):
        return Outcome.SAME_DATES, ""
    wrong = [(old, new) for place, old, new in changes(damage) if not _same_kind(damage.path, place, old, new)]
    return (Outcome.SILENT, str(wrong)) if wrong else (Outcome.OTHER_VALUE, "")


def _troubles(result: ImportResult) -> Counter[str]:
    """Return how often each kind of problem that is worth a warning was reported."""
    return Counter(p.code for p in result.problems if p.severity is not Severity.INFO)


@cache
def sound_troubles(path: Path) -> Counter[str]:
    """Return the same for the file as it stands in the corpus: some real files have a flaw of their own."""
    return _troubles(read_bytes(path.read_bytes(), path.name))


@contextmanager
def _limited() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


Dates = dict[int, tuple[int, ...]]


def _dates(result: ImportResult) -> Dates:
    """Return the computed dates by the source's number of the task, having compared them with the file's own."""
    schedule = compute_schedule(result.plan)
    import_report(result, schedule)
    columns = [getattr(schedule, name).tolist() for name in COLUMNS]
    return dict(zip(result.plan.tasks.column("uid"), zip(*columns, strict=True), strict=True))


@cache
def sound_dates(path: Path) -> Dates:
    """Return the computed dates of the file as it stands in the corpus."""
    return _dates(read_bytes(path.read_bytes(), path.name))


Place = tuple[str, ...]
"""Where a text stands in a file: element names, or table and column."""


def texts(content: bytes, *, xml: bool) -> list[tuple[Place, str]]:
    """Return every value of a file with the place it stands in, read without any of our own readers."""
    if not xml:
        return list(_cells(content))
    found: list[tuple[Place, str]] = []
    for element in etree.fromstring(content).iter(etree.Element):
        above = [etree.QName(e).localname for e in element.iterancestors()][::-1]
        found.append(((*above, etree.QName(element).localname), (element.text or "").strip()))
    return found


def _cells(content: bytes) -> Iterator[tuple[Place, str]]:
    """Hand out the cells of an XER file: tab-separated rows of kinds %T, %F and %R."""
    table, columns = "", [""]
    for line in content.decode("cp1252", "replace").split("\n"):
        kind, *cells = line.rstrip("\r").split("\t")
        yield (table, kind), f"{len(cells)} cells"
        if kind == "%T":
            table = cells[0] if cells else ""
        elif kind == "%F":
            columns = cells
        for column, cell in zip(columns, cells, strict=False):
            yield (table, kind, column), cell


def changes(damage: Damage) -> Iterator[tuple[Place, str, str]]:
    """Hand out the values that are others than in the sound file; a file of another shape has one that is none."""
    xml = damage.path.suffix == ".xml"
    sound, damaged = sound_texts(damage.path), texts(damage.content, xml=xml)
    if [place for place, _ in sound] != [place for place, _ in damaged]:
        yield (), "the shape of the file", "another shape"
    for (place, old), (_, new) in zip(sound, damaged, strict=False):
        if old != new:
            yield place, old, new


@cache
def sound_texts(path: Path) -> list[tuple[Place, str]]:
    """Return the values of the file as it stands in the corpus."""
    return texts(path.read_bytes(), xml=path.suffix == ".xml")


def _same_kind(path: Path, place: Place, old: str, new: str) -> bool:
    """Whether a value is as good as the one before: nobody could tell that it was changed."""
    kind = next((kind for kind in KINDS if kind.fullmatch(old)), None)
    if kind is not None:
        return (match := kind.fullmatch(new)) is not None and _is_real(match)
    if re.sub(r"\d", "0", old) == re.sub(r"\d", "0", new):
        return True
    return new in {text for where, text in sound_texts(path) if where == place}


def _is_real(match: re.Match[str]) -> bool:
    """Whether a match that is a date is a day of the calendar."""
    date = match.groupdict().get("date")
    try:
        return date is None or bool(dt.date.fromisoformat(date))
    except ValueError:
        return False


def main(arguments: list[str] | None = None) -> int:
    """Run over the corpus, print what became of the files and everything that must not have happened."""
    parser = argparse.ArgumentParser(description="Damaged files of the corpus")
    parser.add_argument("--count", type=int, default=20, help="cuts, and changes, of each file")
    parser.add_argument("--only", default="", help="only files whose name holds this")
    options = parser.parse_args(arguments)
    if not STORED:
        parser.error(WHY_NONE)
    counts: Counter[Outcome] = Counter()
    slowest = 0.0
    for path in STORED:
        if options.only not in path.name:
            continue
        for damage in damages(path, options.count):
            began = time.process_time()
            found, detail = outcome(damage)
            slowest = max(slowest, time.process_time() - began)
            counts[found] += 1
            if found in BAD:
                print(f"{path.name}, {damage.what}: {found}: {detail}", flush=True)
    print(", ".join(f"{counts[found]:,} {found}" for found in Outcome), f"; slowest {slowest:.1f} s", sep="")
    return 1 if BAD & counts.keys() else 0


if __name__ == "__main__":
    sys.exit(main())
