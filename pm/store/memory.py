"""A plan that is in no database, with the same undo, redo and journal as one that is, for as long as the process lives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from pm.errors import PMError, StoreError
from pm.model import ENTITIES, Changeset, Plan, Project, Table, fields_of
from pm.model.parts import owner_field, plan_of_project, rows_of_projects
from pm.store import journal
from pm.store.batch import Batch, TableBatch, batch_of, batch_of_plan
from pm.store.history import rewound
from pm.store.importing import settle_codes
from pm.store.journal import JournalEntry
from pm.store.stamps import CheckLogic, Committed, Stamp, Written
from pm.store.uids import gone_in_changes, raised


class MemoryRepository:
    """Does for one plan in memory what a `Repository` does for a database."""

    def __init__(self, plan: Plan, check_logic: CheckLogic) -> None:
        self._plan = plan
        self._check_logic = check_logic
        self._entries: list[JournalEntry] = []
        self._changesets: dict[int, Changeset] = {}
        self._generation = 0

    def projects(self) -> Table[Project]:
        """Return every project."""
        return self._plan.projects

    def is_linked(self, project_id: int) -> bool:
        """Return whether a link joins a task of the project to one of another."""
        links, tasks = self._plan.links, self._plan.tasks
        owners, index = tasks.column("project_id"), tasks.index
        ends = zip(links.column("predecessor_id"), links.column("successor_id"), strict=True)
        return any((owners[index[a]] == project_id) != (owners[index[b]] == project_id) for a, b in ends)

    def stamp(self, project_id: int | None) -> Stamp:
        """Return what the plan would be stamped with if it were read now."""
        revisions = self._plan.revision
        return Stamp(self._generation, self._generation, {i: r for i, r in revisions.items() if project_id in (None, i)})

    def load(self, code: str | None) -> tuple[Plan, Stamp]:
        """Return the plan of the project called `code` with the shared pool, or everything.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        if code is None:
            return self._plan, self.stamp(None)
        project = self._plan.project(code)
        alone = len(self._plan.projects) == 1
        return (self._plan if alone else plan_of_project(self._plan, project.id)), self.stamp(project.id)

    def log(self, limit: int, code: str | None) -> list[JournalEntry]:
        """Return the newest entries of the journal, newest first."""
        wanted = None if code is None else self._plan.project(code).id
        return [e for e in reversed(self._entries) if wanted is None or wanted in e.projects][:limit]

    def past(self, entry_id: int) -> Plan:
        """Return the plan as it was after an entry of the journal, by taking back what was done since.

        Raises:
            StoreError: `journal.gap`.
        """
        return rewound(self._plan, (batch_of(c, Plan()) for c in self._done_since(entry_id)))

    def _done_since(self, entry_id: int) -> Iterator[Changeset]:
        for entry in reversed(self._entries[entry_id:]):
            changeset = self._changesets[entry.target or entry.id]
            yield changeset.inverse() if entry.kind == journal.UNDO else changeset

    def entry_at(self, moment: datetime) -> int:
        """Return the newest entry of the journal written up to a time, 0 where there is none."""
        return max((e.id for e in self._entries if e.at <= moment), default=0)

    def baseline_entry(self, baseline_id: int) -> int | None:
        """Return the entry of the journal that took a baseline, None where none did."""
        for entry_id, changeset in reversed(self._changesets.items()):
            if any(c.table == "baselines" and c.id == baseline_id and c.before is None for c in changeset.changes):
                return entry_id
        return None

    def next_undo(self, author: str) -> JournalEntry | None:
        """Return what an undo would take back."""
        kinds = (journal.DO, journal.IMPORT)
        return next((e for e in reversed(self._entries) if e.kind in kinds and e.state == journal.DONE), None)

    def next_redo(self, author: str) -> JournalEntry | None:
        """Return what a redo would do again."""
        return next((e for e in self._entries if e.state == journal.UNDONE), None)

    def checkup(self) -> list[str]:
        """Return what is wrong with the plan, one sentence each."""
        found: list[str] = []
        checks: list[Callable[[], None]] = [self._plan.check_references, partial(self._check_logic, self._plan)]
        for check in checks:
            try:
                check()
            except PMError as error:
                found.append(str(error))
        return found

    def commit(self, changeset: Changeset, plan: Plan) -> Committed:
        """Apply what a command changes in `plan`.

        Raises:
            ConflictError: a row is not as it was in `plan`.
        """
        batch = batch_of(changeset, plan)
        renumbered = plan is not self._plan and self._give_ids(batch)
        final = replace(changeset, changes=batch.changes())
        written = self._apply(final)
        self._record(journal.DO, final, written.touched)
        return Committed(final, written, renumbered)

    def import_plan(self, plan: Plan, *, replace: bool, label: str, author: str) -> list[str]:
        """Add the projects of `plan` and return their codes.

        Raises:
            InputError: `import.code_exists`.
        """
        plan.check_references()
        batch = batch_of_plan(plan)
        taken = {p.code: p.id for p in self._plan.projects if p.code}
        codes, replaced = settle_codes(batch, taken, replace)
        self._give_ids(batch)
        for name, table in _deletion(self._plan, replaced).tables.items():
            batch.tables.setdefault(name, TableBatch()).deletes = table.deletes
        changeset = Changeset(label or f"Import {', '.join(codes)}", batch.changes(), author)
        written = self._apply(changeset)
        self._record(journal.IMPORT, changeset, written.touched)
        return codes

    def delete_project(self, code: str, author: str) -> str:
        """Delete the project called `code` with all its rows."""
        project = self._plan.project(code)
        batch = _deletion(self._plan, [project.id])
        changeset = Changeset(f"Delete project {project.code or project.name}", batch.changes(), author)
        written = self._apply(changeset)
        self._record(journal.DO, changeset, written.touched)
        return changeset.label

    def undo(self, author: str) -> str:
        """Take back the newest change and return its label.

        Raises:
            PlanError: `journal.nothing_to_undo`.
        """
        entry = self.next_undo(author)
        if entry is None:
            raise journal.nothing_to("undo")
        return self._step(entry, self._changesets[entry.id].inverse(), journal.UNDO, journal.UNDONE)

    def redo(self, author: str) -> str:
        """Do again what was undone last and return its label.

        Raises:
            PlanError: `journal.nothing_to_redo`.
        """
        entry = self.next_redo(author)
        if entry is None:
            raise journal.nothing_to("redo")
        return self._step(entry, self._changesets[entry.id], journal.REDO, journal.DONE)

    def _step(self, entry: JournalEntry, changeset: Changeset, kind: str, state: str) -> str:
        written = self._apply(changeset)
        self._entries = [replace(e, state=state) if e.id == entry.id else e for e in self._entries]
        self._append(kind, changeset, written.touched, target=entry.id)
        return entry.label

    def _apply(self, changeset: Changeset) -> Written:
        before = self._plan
        plan = before.apply(changeset)
        if changeset.touches_logic:
            self._check_logic(plan)
        touched = _projects_of(changeset, before) | _projects_of(changeset, plan)
        self._generation += 1
        written = Written(self._generation, touched=touched, pool=True)
        written.projects = {i: self._generation for i in touched if i in plan.projects}
        for project, gone in gone_in_changes(changeset, before).items():
            if project in plan.projects and (marks := raised(plan.projects.value(project, "last_uids"), gone)) is not None:
                written.last_uids[project] = marks
        self._plan = counted_up(plan, written)
        return written

    def _record(self, kind: str, changeset: Changeset, projects: set[int]) -> None:
        self._entries = [replace(e, state=journal.DROPPED) if e.state == journal.UNDONE else e for e in self._entries]
        self._append(kind, changeset, projects, target=None)
        self._changesets[self._entries[-1].id] = changeset

    def _append(self, kind: str, changeset: Changeset, projects: set[int], *, target: int | None) -> None:
        entry = JournalEntry(
            id=len(self._entries) + 1,
            at=journal.moment(journal.now()),
            kind=kind,
            state=journal.DONE,
            label=changeset.label,
            author=changeset.author,
            reason=changeset.reason,
            target=target,
            projects=tuple(sorted(projects)),
            size=len(changeset.changes),
        )
        self._entries.append(entry)

    def _give_ids(self, batch: Batch) -> bool:
        ids: dict[str, dict[int, int]] = {}
        for name, table in batch.tables.items():
            first = self._plan.next_id(name)
            ids[name] = {old: first + i for i, old in enumerate(table.inserts["id"])}
        batch.renumber(ids)
        return True


def counted_up(plan: Plan, written: Written) -> Plan:
    """Return `plan` with what a write has counted for those of its projects that it touched."""
    values: dict[int, dict[str, Any]] = {i: {"revision": r} for i, r in written.projects.items() if i in plan.projects}
    for project, marks in written.last_uids.items():
        if project in values:
            values[project]["last_uids"] = marks
    if not values:
        return plan
    tables = {**plan.tables, "projects": plan.projects.changed(values)}
    # Tasks and tree are the same: what has been worked out about them still holds.
    changed = Plan.__new__(Plan)
    changed.tables = tables
    changed.__dict__["outline"] = plan.outline
    return changed


def _deletion(plan: Plan, project_ids: Collection[int]) -> Batch:
    """Return the batch that deletes projects with all their rows, and the links of others to their tasks."""
    batch = Batch()
    for name, positions in rows_of_projects(plan, project_ids).items():
        if positions:
            whole = plan.tables[name].reordered(positions)
            columns = {n: list(whole.column(n)) for n in {"id", *whole.stored} if (name, n) != ("projects", "revision")}
            batch.tables[name] = TableBatch(deletes=dict(columns))
    return batch


def _projects_of(changeset: Changeset, plan: Plan) -> set[int]:
    """Return the projects whose rows `changeset` names, as far as they are in `plan`."""
    found: set[int] = set()
    for change in changeset.changes:
        name, row_id = change.table, change.id
        while row_id in plan.tables[name]:
            if name == "projects":
                found.add(row_id)
                break
            if "project_id" in fields_of(ENTITIES[name]):
                project = plan.tables[name].value(row_id, "project_id")
                found |= {project} - {None}
                break
            owner = owner_field(ENTITIES[name])
            if owner is None or owner.ref is None:
                break
            name, row_id = owner.ref, plan.tables[name].value(row_id, owner.name)
    return found


def no_database() -> StoreError:
    """Return the error for what only a database can do."""
    return StoreError("this plan is in no database", code="store.no_database", hint="import it first: pm import FILE")
