"""The work-breakdown tree of a plan's tasks, as arrays in outline order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pm.errors import PlanError
from pm.model.table import Table
from pm.model.task import Task


class Outline:
    """The tree of tasks that stand in outline order (a summary directly before its branch).

    Attributes:
        parent: Position of each task's summary, -1 at the top.
        depth: Outline level, 0 at the top.
        end: One past the last position of each task's branch: the branch of `i` is ``range(i, end[i])``.
    """

    def __init__(self, tasks: Table[Task]) -> None:
        index = tasks.index
        count = len(tasks)
        self._projects: Sequence[int] = tasks.column("project_id")
        self.parent: list[int] = [-1 if p is None else index[p] for p in tasks.column("parent_id")]
        self.depth: list[int] = [0] * count
        self.end: list[int] = list(range(1, count + 1))
        for i, p in enumerate(self.parent):
            if p >= 0:
                self.depth[i] = self.depth[p] + 1
        for i in range(count - 1, -1, -1):
            p = self.parent[i]
            if p >= 0 and self.end[i] > self.end[p]:
                self.end[p] = self.end[i]

    def is_summary(self, position: int) -> bool:
        """Whether the task has children."""
        return self.end[position] > position + 1

    @cached_property
    def summaries(self) -> list[int]:
        """Positions of all tasks with children, in outline order."""
        return [i for i, end in enumerate(self.end) if end > i + 1]

    def children(self, position: int) -> list[int]:
        """Positions of the direct children."""
        found, i, end = [], position + 1, self.end[position]
        while i < end:
            found.append(i)
            i = self.end[i]
        return found

    def ancestors(self, position: int) -> list[int]:
        """Positions of the summaries above, nearest first."""
        found = []
        p = self.parent[position]
        while p >= 0:
            found.append(p)
            p = self.parent[p]
        return found

    @cached_property
    def numbers(self) -> list[str]:
        """Outline numbers: ``1``, ``1.1``, ``1.2``; they start again in every project."""
        numbers: list[str] = []
        counts: dict[int, int] = {}
        for i, p in enumerate(self.parent):
            key = p if p >= 0 else -1 - self._projects[i]
            counts[key] = counts.get(key, 0) + 1
            numbers.append(f"{numbers[p]}.{counts[key]}" if p >= 0 else str(counts[key]))
        return numbers


def outline_order(tasks: Table[Task], project_order: Sequence[int]) -> list[int] | None:
    """Return the positions of `tasks` in outline order, or None where they stand in it already.

    Siblings are ordered by position, then id; projects as in `project_order` (ids).

    Raises:
        PlanError: `plan.broken_tree`, a task's summary is missing, or is below the task itself.
    """
    ids, parents, positions = tasks.ids, tasks.column("parent_id"), tasks.column("position")
    projects = tasks.column("project_id")
    rank = {project: i for i, project in enumerate(project_order)}
    children: dict[int | None, list[int]] = {}
    for i, parent in enumerate(parents):
        children.setdefault(parent, []).append(i)
    roots = children.pop(None, [])
    roots.sort(key=lambda i: (rank.get(projects[i], len(rank)), positions[i], ids[i]))
    for siblings in children.values():
        if len(siblings) > 1:
            siblings.sort(key=lambda i: (positions[i], ids[i]))
    order: list[int] = []
    stack = roots[::-1]
    while stack:
        i = stack.pop()
        order.append(i)
        below = children.get(ids[i])
        if below:
            stack.extend(below[::-1])
    if len(order) != len(ids):
        lost = set(range(len(ids))).difference(order)
        worst = min(lost)
        raise PlanError(
            "a task's summary is missing or below the task itself",
            code="plan.broken_tree",
            subject=str(tasks.column("name")[worst]),
        )
    return None if order == list(range(len(order))) else order
