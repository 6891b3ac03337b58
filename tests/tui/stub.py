"""A workspace that only lives in memory, for tests of the terminal face alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from pm.commands import Command
from pm.model import Changeset, Plan, Project
from pm.schedule import Schedule, compute_schedule


@dataclass
class MemoryWorkspace:
    """One plan, its undo and its redo."""

    current: Plan
    done: list[Changeset] = field(default_factory=list)
    undone: list[Changeset] = field(default_factory=list)

    @property
    def undo_label(self) -> str | None:
        return self.done[-1].label if self.done else None

    @property
    def redo_label(self) -> str | None:
        return self.undone[-1].label if self.undone else None

    def projects(self) -> list[Project]:
        return list(self.current.projects)

    def plan(self, code: str | None = None) -> Plan:
        return self.current

    def schedule(self, code: str | None = None) -> Schedule:
        self.current.project(code)
        return compute_schedule(self.current)

    def run(self, command: Command, code: str | None = None) -> None:
        changeset = command.changeset(self.current)
        self.current = self.current.apply(changeset)
        self.done.append(changeset)
        self.undone.clear()

    def undo(self) -> str:
        changeset = self.done.pop()
        self.current = self.current.apply(changeset.inverse())
        self.undone.append(changeset)
        return changeset.label

    def redo(self) -> str:
        changeset = self.undone.pop()
        self.current = self.current.apply(changeset)
        self.done.append(changeset)
        return changeset.label
