"""What a change is: rows before and after. The journal stores these; undo, audit and preview read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Values = Mapping[str, Any]

LOGIC_TABLES = frozenset({"links"})
LOGIC_FIELDS = {"tasks": frozenset({"parent_id", "active", "project_id", "manual", "blank"})}


@dataclass(frozen=True)
class Change:
    """One row of one table, before and after.

    `before` None inserts, `after` None deletes; an update holds only the fields that change, in both.
    """

    table: str
    id: int
    before: Values | None
    after: Values | None

    def inverse(self) -> Change:
        """Return the change that takes this one back."""
        return Change(self.table, self.id, self.after, self.before)


@dataclass(frozen=True)
class Changeset:
    """A command's effect on a plan: all of it happens or nothing.

    Attributes:
        label: What the user did, as the undo line shows it: ``Move Pour slab to 12 Jan``.
        author, reason: Who and why; empty where nobody said.
        base_revision: Revision of the plan it was made from, by project id.
    """

    label: str
    changes: tuple[Change, ...]
    author: str = ""
    reason: str = ""
    base_revision: Mapping[int, int] = field(default_factory=dict)

    def inverse(self) -> Changeset:
        """Return the changeset that takes this one back."""
        return replace(self, changes=tuple(c.inverse() for c in reversed(self.changes)))

    @property
    def touches_logic(self) -> bool:
        """Whether it may close a loop: links added or changed, tasks moved in the tree."""
        return any(
            c.table in LOGIC_TABLES or (c.after or c.before or {}).keys() & LOGIC_FIELDS.get(c.table, frozenset())
            for c in self.changes
        )


@dataclass(frozen=True)
class TaskMove:
    """A task whose computed dates a change moves; instants, None where a side has no such task."""

    task_id: int
    start_before: int | None
    finish_before: int | None
    start_after: int | None
    finish_after: int | None


@dataclass(frozen=True)
class PlanDiff:
    """What a changeset would do, before it is done."""

    changeset: Changeset
    moves: tuple[TaskMove, ...]
    finish_before: Mapping[int, int]
    finish_after: Mapping[int, int]
