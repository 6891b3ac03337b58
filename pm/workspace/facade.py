"""The workspace: what every face reads plans from, and changes them by.

A workspace may be used from several threads; its calls wait for each other. It notices what other processes write: a plan
is read again where its project, or the shared pool, has changed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pm.store.journal as _journal
from pm.commands.base import Command
from pm.model import Changeset, Plan, PlanDiff, Project
from pm.model.parts import plan_of_project, standalone_plan
from pm.store.history import family, project_then
from pm.store.memory import MemoryRepository, no_database
from pm.store.stamps import Plans
from pm.workspace.kept import KeptPlans

if TYPE_CHECKING:
    from pm.comparison import Comparison
    from pm.schedule import Explanation, Schedule, SlackPath
    from pm.store.database import Database

JournalEntry = _journal.JournalEntry


@dataclass(frozen=True)
class Applied:
    """What a command did.

    Attributes:
        label: What to tell the user.
        changeset: The change as it was written: new rows have their final ids.
        plan: The plan after it.
    """

    label: str
    changeset: Changeset
    plan: Plan


class Workspace:
    """Plans in a database, or one plan in memory.

    Attributes:
        database: The database, None for a plan in memory.
        author: Who makes the changes; undo and redo are about this author's. Empty: about everybody's.
    """

    def __init__(self, plans: Plans, database: Database | None, author: str) -> None:
        self._plans = plans
        self.database = database
        self.author = author
        self._lock = threading.RLock()
        self._kept = KeptPlans(plans)

    @classmethod
    def open(cls, url: str | None = None, *, author: str = "", create: bool = True) -> Workspace:
        """Open the database at `url` (a path or URL); without one, that of PM_DATABASE_URL or the user's own.

        Args:
            url: A path, ``sqlite:///path`` or ``postgresql://user@host/database``.
            author: Who makes the changes.
            create: Make the database where there is none.

        Raises:
            StoreError: it cannot be opened.
            VersionError: it was written by a newer version.
        """
        from pm.store.database import Database
        from pm.store.repository import Repository

        database = Database.open(url, create=create)
        return cls(Repository(database, _check_logic), database, author)

    @classmethod
    def of_plan(cls, plan: Plan, author: str = "") -> Workspace:
        """Return a workspace on `plan` alone: no database, and undo for as long as the process lives."""
        return cls(MemoryRepository(plan, _check_logic), None, author)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        if self.database is not None:
            self.database.close()

    # Reading

    def projects(self) -> list[Project]:
        """Return every project, in the order people gave them."""
        with self._lock:
            return list(self._plans.projects())

    def plan(self, code: str | None = None) -> Plan:
        """Return the plan of a project with the shared pool, or of everything.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        with self._lock:
            return self._kept.current(code).plan

    def standalone_plan(self, code: str) -> Plan:
        """Return the plan of a project for a file of its own: of the shared pool it has only what the project uses.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        with self._lock:
            plan = self._kept.current(code).plan
            return standalone_plan(plan, plan.project(code).id)

    def schedule(self, code: str | None = None) -> Schedule:
        """Return the schedule of a project, or of everything; worked out again only where the plan has changed.

        The dates of a project that links join to others come from all of them together.

        Raises:
            CycleError, ScheduleError: the plan cannot be scheduled.
        """
        with self._lock:
            return self._kept.schedule(code)

    def explain(self, task_id: int, code: str | None = None, *, finish: bool = False, late: bool = False) -> Explanation:
        """Return why a task starts (or finishes) when it does: the chain of its drivers, through other projects too.

        Of its `late` date: what limits it, and how far the task can slip.

        Raises:
            NotFoundError: `plan.not_found`.
            CycleError, ScheduleError: the plan cannot be scheduled; `schedule.no_dates`, the task has none.
        """
        from pm.schedule import explain

        with self._lock:
            network = self._kept.network(code)
            return explain(network.plan, task_id, finish=finish, late=late, network=network)

    def paths(self, code: str | None = None, *, most: int = 10, limit: int | None = None) -> tuple[SlackPath, ...]:
        """Return the critical path and those next to it, at most `limit` working seconds of slack away.

        Raises:
            CycleError, ScheduleError: the plan cannot be scheduled.
        """
        from pm.schedule import slack_paths

        with self._lock:
            return slack_paths(self._kept.network(code), most, limit)

    def log(self, limit: int = 50, code: str | None = None) -> list[JournalEntry]:
        """Return the newest entries of the journal, newest first; of one project, if `code` names it."""
        with self._lock:
            return self._plans.log(limit, code)

    def past(self, code: str, entry: int) -> Plan:
        """Return the plan of a project as it was after an entry of the journal.

        Raises:
            NotFoundError: `plan.no_project`; `journal.no_project_then`, it was not there yet, or no more.
            StoreError: `journal.gap`.
        """
        with self._lock:
            everything = self._plans.past(entry)
            return plan_of_project(everything, project_then(everything, self._plans.projects(), code))

    def entry_at(self, moment: datetime) -> int:
        """Return the newest entry of the journal that was written up to a time; 0 where there is none."""
        with self._lock:
            return self._plans.entry_at(moment)

    def baseline_entry(self, baseline_id: int) -> int | None:
        """Return the entry of the journal that took a baseline; None where none did, as when it came with a file."""
        with self._lock:
            return self._plans.baseline_entry(baseline_id)

    def compare(self, code: str, since: int | None, until: int | None = None, *, style: str = "iso") -> Comparison:
        """Return what differs in a project between two moments of its journal, of which now may be one.

        Projects that links join to it, then or now, are part of both plans: their changes move its dates.

        Args:
            code: The project.
            since, until: Entries of the journal: the plan as it was after each. None: as it is now.
            style: One of `DATE_FORMATS`, for the dates in what is said.

        Raises:
            NotFoundError: `plan.no_project`, `journal.no_project_then`.
            StoreError: `journal.gap`.
        """
        from pm.comparison import compare

        with self._lock:
            plans = [self._kept.current(None).plan if entry is None else self._plans.past(entry) for entry in (since, until)]
            known = self._plans.projects()
            wanted = family(plans, {project_then(plan, known, code) for plan in plans})
            parts = [plan_of_project(plan, *wanted) for plan in plans]
        return compare(*parts, same_ids=True, style=style)

    @property
    def undo_label(self) -> str | None:
        """What an undo would take back, None where there is nothing."""
        with self._lock:
            entry = self._plans.next_undo(self.author)
            return None if entry is None else entry.label

    @property
    def redo_label(self) -> str | None:
        """What a redo would do again, None where there is nothing."""
        with self._lock:
            entry = self._plans.next_redo(self.author)
            return None if entry is None else entry.label

    def check(self) -> list[str]:
        """Return what is wrong with the database, one sentence each: damage, references to nothing, loops."""
        with self._lock:
            return self._plans.checkup()

    # Changing

    def run(self, command: Command, code: str | None = None, reason: str = "", *, seen: Plan | None = None) -> Applied:
        """Do `command` to the plan of a project, or to everything, and remember it in the journal.

        Args:
            command: What to do.
            code: The project; None for everything.
            reason: Why, for the journal.
            seen: The plan that the user was looking at, where it may be older than the one that stands: what the command
                changes must still be as it was seen. (Rows that it adds are made on the plan that stands.)

        Raises:
            PMError: the command says why it cannot be done.
            ConflictError: somebody else changed the same thing meanwhile.
            CycleError: tasks would wait for each other.
        """
        with self._lock:
            kept = self._kept.current(code)
            changeset, after = self._planned(command, kept.plan, reason)
            if seen is not None and seen is not kept.plan:
                self._check_seen(command.changeset(seen), kept.plan)
            if not changeset.changes:
                return Applied(changeset.label, changeset, kept.plan)
            committed = self._plans.commit(changeset, kept.plan)
            return Applied(changeset.label, committed.changeset, self._kept.committed(code, after, committed))

    def preview(self, command: Command, code: str | None = None) -> PlanDiff:
        """Return what `command` would do, without doing it: the changes, the tasks whose dates move, and the finishes.

        Raises:
            PMError: as `run`.
        """
        from pm.comparison import difference

        with self._lock:
            kept = self._kept.current(code)
            changeset, after = self._planned(command, kept.plan, "")
            if code is not None and self._kept.is_linked(kept, code):
                kept = self._kept.current(None)
                after = kept.plan.apply(changeset)
                before = self.schedule(None)
            else:
                before = self.schedule(code)
            assert kept.network is not None
            then = kept.network.update(after, None if kept.changes is None else [*kept.changes, *changeset.changes])
            kept.changes = list(changeset.inverse().changes)
            return difference(changeset, before, then)

    def undo(self) -> str:
        """Take back the newest change and return its label.

        Raises:
            PlanError: `journal.nothing_to_undo`.
            ConflictError: what it changed has been changed again since.
        """
        with self._lock:
            return self._plans.undo(self.author)

    def redo(self) -> str:
        """Do again what was undone last and return its label.

        Raises:
            PlanError: `journal.nothing_to_redo`.
            ConflictError: what it changed has been changed since.
        """
        with self._lock:
            return self._plans.redo(self.author)

    def import_plan(self, plan: Plan, *, replace: bool = False, label: str | None = None) -> list[str]:
        """Add the projects of `plan`, as one change that can be undone, and return their codes.

        A project without a code is given one made of its name. Calendars and resources of the shared pool that are
        there already are used, not added again.

        Args:
            plan: What a format has read.
            replace: Put the projects in the place of those with the same codes.
            label: What the journal says; "Import" and the codes if None.

        Raises:
            InputError: `import.code_exists`, and `replace` is not set.
            PlanError: `plan.dangling`, a row refers to nothing.
            CycleError: tasks wait for each other.
        """
        with self._lock:
            return self._plans.import_plan(plan, replace=replace, label=label or "", author=self.author)

    def delete_project(self, code: str) -> str:
        """Delete a project with all its rows, as one change that can be undone, and return the change's label.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        with self._lock:
            return self._plans.delete_project(code, self.author)

    def save_results(self, code: str | None = None) -> None:
        """Store the computed schedule of a project, or of everything, for readers that do not compute.

        Raises:
            StoreError: `store.no_database`.
        """
        if self.database is None:
            raise no_database()
        from pm.store.results import save_results

        save_results(self.database, self.schedule(code))

    def backup(self, path: str | Path) -> Path:
        """Write a copy of the database to a new file and return its path.

        Raises:
            StoreError: `store.no_database`, `store.no_backup` (on a server), or the file cannot be written.
        """
        if self.database is None:
            raise no_database()
        from pm.store.upgrade import back_up

        return back_up(self.database, Path(path))

    def _check_seen(self, intended: Changeset, plan: Plan) -> None:
        """Raise a ConflictError where rows that a user meant to change are not in `plan` as the user saw them."""
        plan.apply(replace(intended, changes=tuple(c for c in intended.changes if c.before is not None)))

    def _planned(self, command: Command, plan: Plan, reason: str) -> tuple[Changeset, Plan]:
        made = command.changeset(plan)
        changeset = replace(made, author=made.author or self.author, reason=reason or made.reason, base_revision=plan.revision)
        after = plan.apply(changeset)
        if changeset.touches_logic:
            _check_logic(after)
        return changeset, after


def _check_logic(plan: Plan) -> None:
    from pm.schedule import check_cycles

    check_cycles(plan)
