"""Project scheduling problems as PSPLIB writes them: ``.sm`` (one mode for each activity) and ``.mm`` (several).

R. Kolisch and A. Sprecher, PSPLIB: a project scheduling problem library, European Journal of Operational Research 96 (1996),
205-216. They are no plans (no calendar, no names): `read_problem` gives what `pm.resources.levelling` solves, and `document`
tells a solution in the file's own numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from pm.errors import FormatError, PMError
from pm.formats.files import map_os_error
from pm.resources.levelling.problem import Activity, Mode, Problem, Resource, Stock
from pm.resources.levelling.solution import Solution

LARGEST_FILE = 16 << 20
LARGEST_NUMBER = 1_000_000_000
EXTENSIONS = (".sm", ".mm")

_COUNT = re.compile(r"-\s*(renewable|nonrenewable|doubly constrained)\s*:\s*(\d+)", re.IGNORECASE)
_JOBS = re.compile(r"jobs\b.*:\s*(\d+)\s*$", re.IGNORECASE)
_COLUMN = re.compile(r"([RND])\s*\d+")


def read_problem(path: Path) -> Problem:
    """Return the problem that a ``.sm`` or ``.mm`` file holds; activities and modes keep their numbers as names and order.

    Raises:
        InputError: `file.*`, the file cannot be read.
        FormatError: `psplib.*` with file and line, it is not what its format says.
        PMError: the numbers are well-formed, but make no project: see `Problem`.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise map_os_error(error, path) from error
    if len(content) > LARGEST_FILE:
        raise FormatError(f"larger than {LARGEST_FILE >> 20} MB", code="psplib.too_large", subject=str(path))
    reading = _Reading(path)
    reading.run(content.decode("latin-1"))
    return reading.problem()


def document(problem: Problem, solution: Solution) -> dict[str, object]:
    """Return a solution as JSON ``pm.levelling/1``, by the activity and mode numbers of the file."""
    rows = zip(problem.activities, solution.starts, solution.modes, problem.durations(solution.modes), strict=True)
    tasks = [
        {"activity": int(activity.name), "start": start, "finish": start + length, "mode": mode + 1}
        for activity, start, mode, length in rows
    ]
    return {
        "schema": "pm.levelling/1",
        "makespan": solution.makespan,
        "bound": solution.bound,
        "gap": round(solution.gap, 6),
        "status": str(solution.status),
        "schedules": solution.schedules,
        "cpu_seconds": round(solution.cpu_seconds, 3),
        "tasks": tasks,
        "starts": {str(task["activity"]): task["start"] for task in tasks},
        "modes": {str(task["activity"]): task["mode"] for task in tasks},
    }


@dataclass
class _Reading:
    """The parts of a file as they are met; each section has a method that takes one of its lines."""

    path: Path
    line: int = 0
    jobs: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    kinds: list[str] | None = None
    successors: dict[int, tuple[int, list[int]]] = field(default_factory=dict)
    """Activity number: how many modes it should have, and the numbers of its successors."""
    modes: dict[int, list[list[int]]] = field(default_factory=dict)
    """Activity number: duration and demands of each mode."""
    capacities: list[int] | None = None

    def fail(self, message: str, what: str = "bad_line", *, line: int | None = None) -> NoReturn:
        where = f"{self.path}:{self.line if line is None else line}"
        raise FormatError(message, code=f"psplib.{what}", subject=where, hint="compare it with a file of PSPLIB")

    def run(self, text: str) -> None:
        """Take the file line by line."""
        section = self.take_heading
        for self.line, row in enumerate(text.splitlines(), 1):
            row = row.strip()
            if not row or row[0] == "*" or set(row) == {"-"}:
                continue
            title = row.lower().replace(" ", "")
            if title.startswith("precedencerelations"):
                section = self.take_relations
            elif title.startswith("requests/durations"):
                section = self.take_requests
            elif title.startswith("resourceavailabilities"):
                section = self.take_capacities
            elif title.startswith("projectinformation"):
                section = self.take_nothing
            else:
                section(row)

    def take_nothing(self, row: str) -> None:
        """Pass over a line that holds nothing a schedule depends on."""

    def take_heading(self, row: str) -> None:
        if found := _COUNT.search(row):
            self.counts[found[1].lower()] = self.number(found[2])
        elif found := _JOBS.match(row):
            self.jobs = self.number(found[1])

    def take_relations(self, row: str) -> None:
        if row.lower().startswith("jobnr"):
            return
        activity, modes, count, *after = self.numbers(row, 3)
        if len(after) != count:
            self.fail(f"activity {activity} announces {count} successors and lists {len(after)}")
        if activity != len(self.successors) + 1:
            self.fail(f"activity {activity} stands where {len(self.successors) + 1} should")
        if modes < 1:
            self.fail(f"activity {activity} has no mode")
        self.successors[activity] = (modes, after)

    def take_requests(self, row: str) -> None:
        if row.lower().startswith("jobnr"):
            self.kinds = _COLUMN.findall(row.partition("uration")[2])
            return
        if self.kinds is None:
            self.fail("the table of requests has no heading that names the resources")
        given = self.numbers(row, len(self.kinds) + 2)
        if len(given) == len(self.kinds) + 3:
            if given[0] != len(self.modes) + 1:
                self.fail(f"activity {given[0]} stands where {len(self.modes) + 1} should")
            self.modes[given.pop(0)] = []
        elif len(given) != len(self.kinds) + 2 or not self.modes:
            self.fail(f"expected activity, mode, duration and {len(self.kinds)} demands")
        activity = len(self.modes)
        modes = self.modes[activity]
        if activity in self.successors and len(modes) == self.successors[activity][0]:
            self.fail(f"activity {activity} announces {len(modes)} modes and has more")
        if given[0] != len(modes) + 1:
            self.fail(f"mode {given[0]} stands where {len(modes) + 1} should")
        modes.append(given[1:])

    def take_capacities(self, row: str) -> None:
        if _COLUMN.match(row):
            if self.kinds is None or _COLUMN.findall(row) != self.kinds:
                self.fail("the resources are others than those of the requests")
            return
        if self.capacities is not None:
            self.fail("a second line of capacities")
        self.capacities = self.numbers(row, 0)
        if self.kinds is None or len(self.capacities) != len(self.kinds):
            self.fail(f"{len(self.capacities)} capacities for {len(self.kinds or ())} resources")

    def number(self, word: str) -> int:
        """Return a whole number of a sane size."""
        if not (word.isascii() and word.isdigit()):
            self.fail(f"{word[:20]!r} is no whole number")
        if len(word) > 10 or int(word) > LARGEST_NUMBER:
            self.fail(f"{word[:20]} is larger than {LARGEST_NUMBER}")
        return int(word)

    def numbers(self, row: str, least: int) -> list[int]:
        """Return the whole numbers of a line, at least so many."""
        found = [self.number(word) for word in row.split()]
        if len(found) < least:
            self.fail(f"expected at least {least} numbers, found {len(found)}")
        return found

    def problem(self) -> Problem:
        """Put the parts together.

        Raises:
            FormatError: they contradict each other, or one is missing.
            PMError: see `Problem`; `subject` names the file.
        """
        if not self.successors or not self.modes or self.capacities is None or self.kinds is None:
            parts = [("precedence relations", self.successors), ("requests", self.modes), ("availabilities", self.capacities)]
            missing = ", ".join(name for name, found in parts if not found)
            self.fail(f"the file ends without {missing or 'the names of its resources'}", "incomplete")
        if "D" in self.kinds:
            self.fail("doubly constrained resources are not supported", "unsupported")
        self.check_counts()
        activities = tuple(self.activities())
        try:
            return Problem(
                activities,
                tuple(Resource.constant(*given) for given in self.named("R")),
                tuple(Stock(*given) for given in self.named("N")),
            )
        except PMError as error:
            error.subject = str(self.path)
            raise

    def check_counts(self) -> None:
        """Hold what the heading announces against what the tables hold."""
        kinds = self.kinds or []
        for word, letter in (("renewable", "R"), ("nonrenewable", "N")):
            if self.counts.get(word, kinds.count(letter)) != kinds.count(letter):
                self.fail(f"the heading announces {self.counts[word]} {word} resources, the tables hold {kinds.count(letter)}")
        if self.jobs not in (None, len(self.successors)):
            self.fail(f"the heading announces {self.jobs} jobs, the file holds {len(self.successors)}")
        if len(self.modes) != len(self.successors):
            self.fail(f"{len(self.successors)} activities have relations, {len(self.modes)} have requests")

    def named(self, letter: str) -> list[tuple[str, int]]:
        """Return names and capacities of the resources of one kind."""
        kinds, capacities = self.kinds or [], self.capacities or []
        chosen = [capacity for kind, capacity in zip(kinds, capacities, strict=True) if kind == letter]
        return [(f"{letter} {place}", capacity) for place, capacity in enumerate(chosen, 1)]

    def activities(self) -> Iterator[Activity]:
        kinds = self.kinds or []
        renewable = [place for place, kind in enumerate(kinds, 1) if kind == "R"]
        stocks = [place for place, kind in enumerate(kinds, 1) if kind == "N"]
        for number, (announced, after) in self.successors.items():
            modes = self.modes[number]
            if len(modes) != announced:
                self.fail(f"activity {number} announces {announced} modes and has {len(modes)}")
            if bad := [other for other in after if not 1 <= other <= len(self.successors)]:
                self.fail(f"activity {number} names a successor {bad[0]}, and there is none")
            yield Activity(
                str(number),
                tuple(Mode(row[0], tuple(row[k] for k in renewable), tuple(row[k] for k in stocks)) for row in modes),
                tuple(dict.fromkeys(other - 1 for other in after)),
            )
