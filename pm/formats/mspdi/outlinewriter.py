"""What Microsoft Project writes about a task's place: row numbers, outline numbers and levels, which blank rows do not have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pm.model import Plan


@dataclass(frozen=True)
class Places:
    """Places of the tasks, by position in the plan."""

    level: list[int]
    number: list[str]
    summary: list[bool]


def places(plan: Plan) -> Places:
    """Return where each task of `plan` stands; blank rows count for nothing."""
    parents = plan.outline.parent
    blank = plan.tasks.column("blank")
    level, number, summary = [0] * len(parents), [""] * len(parents), [False] * len(parents)
    counts: dict[int, int] = {}
    for i, parent in enumerate(parents):
        if blank[i]:
            continue
        counts[parent] = counts.get(parent, 0) + 1
        if parent >= 0:
            summary[parent] = True
            level[i] = level[parent] + 1
            number[i] = f"{number[parent]}.{counts[parent]}"
        else:
            level[i] = 1
            number[i] = str(counts[parent])
    return Places(level, number, summary)


def unique_numbers(wanted: Iterable[tuple[int, bool]], lowest: int = 1) -> list[int]:
    """Return a number of its own for each row: the wanted one where it is free and at least `lowest`, or sure (from a file)."""
    listed = list(wanted)
    taken: set[int] = set()
    numbers: list[int | None] = []
    for number, sure in listed:
        if number not in taken and (sure or number >= lowest):
            taken.add(number)
            numbers.append(number)
        else:
            numbers.append(None)
    following = max(taken, default=lowest - 1)
    result: list[int] = []
    for given in numbers:
        if given is None:
            following = max(following + 1, lowest)
        result.append(following if given is None else given)
    return result
