"""What the two kinds of repository, in a database and in memory, say to the workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pm.model import Changeset, Plan, Project, Table
from pm.store.journal import JournalEntry

CheckLogic = Callable[[Plan], None]
"""Raises `CycleError` where tasks of a plan wait for each other."""


@dataclass(frozen=True)
class Stamp:
    """What a plan that was read must be compared with to know whether it is still what the repository holds."""

    generation: int
    pool_revision: int
    revisions: Mapping[int, int]

    def same_content(self, other: Stamp) -> bool:
        """Whether plans with these stamps are equal, whatever else was written between them."""
        return self.pool_revision == other.pool_revision and self.revisions == other.revisions


@dataclass
class Written:
    """What a write touched.

    Attributes:
        generation: The count of writes after it.
        projects: The new revision of every project whose rows changed, by id; deleted ones are missing.
        touched: Ids of all projects whose rows changed.
        pool: Whether rows changed that belong to no project.
        last_uids: The new `last_uids` of the projects where they changed, by id.
    """

    generation: int
    projects: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    pool: bool = False
    last_uids: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Committed:
    """A changeset as it was written: new rows have their final ids."""

    changeset: Changeset
    written: Written
    renumbered: bool


class Plans(Protocol):
    """Where plans are kept; the methods are described at `pm.store.repository.Repository`."""

    def projects(self) -> Table[Project]:
        """Return every project."""

    def is_linked(self, project_id: int) -> bool:
        """Return whether a link joins a task of the project to one of another."""

    def stamp(self, project_id: int | None) -> Stamp:
        """Return what a plan would be stamped with if it were read now."""

    def load(self, code: str | None) -> tuple[Plan, Stamp]:
        """Return a plan."""

    def log(self, limit: int, code: str | None) -> list[JournalEntry]:
        """Return the newest entries of the journal."""

    def past(self, entry_id: int) -> Plan:
        """Return everything as it was after an entry of the journal."""

    def entry_at(self, moment: datetime) -> int:
        """Return the newest entry of the journal written up to a time, 0 where there is none."""

    def baseline_entry(self, baseline_id: int) -> int | None:
        """Return the entry of the journal that took a baseline, None where none did."""

    def next_undo(self, author: str) -> JournalEntry | None:
        """Return what an undo would take back."""

    def next_redo(self, author: str) -> JournalEntry | None:
        """Return what a redo would do again."""

    def checkup(self) -> list[str]:
        """Return what is wrong."""

    def commit(self, changeset: Changeset, plan: Plan) -> Committed:
        """Write what a command changes."""

    def import_plan(self, plan: Plan, *, replace: bool, label: str, author: str) -> list[str]:
        """Add projects."""

    def delete_project(self, code: str, author: str) -> str:
        """Delete a project."""

    def undo(self, author: str) -> str:
        """Take back the newest change."""

    def redo(self, author: str) -> str:
        """Do again what was undone last."""
