"""Plans in a database: loading them as columns, and everything that changes them, each in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pm.errors import ConflictError
from pm.model import ENTITIES, Changeset, Link, Plan, Project, Table, fields_of
from pm.store import journal
from pm.store.batch import Batch, batch_of, batch_of_plan
from pm.store.checkup import checkup
from pm.store.connection import Connection
from pm.store.database import Database
from pm.store.history import rewound
from pm.store.importing import give_ids, rows_of_projects, settle_codes, shared_rows
from pm.store.journal import JournalEntry
from pm.store.stamps import CheckLogic, Committed, Stamp
from pm.store.writer import conflict, describe, moved_on, write_batch


class Repository:
    """The plans and the journal of one database.

    Args:
        database: Where they are.
        check_logic: Raises `CycleError` where the tasks of a plan wait for each other.
    """

    def __init__(self, database: Database, check_logic: CheckLogic) -> None:
        self.database = database
        self._check_logic = check_logic

    # Reading

    def projects(self) -> Table[Project]:
        """Return every project, in order of position and id."""
        with self.database.read() as connection:
            return _projects(connection)

    def is_linked(self, project_id: int) -> bool:
        """Return whether a link joins a task of the project to one of another."""
        with self.database.read() as connection:
            if connection.rows("SELECT count(*) FROM projects")[0][0] == 1:
                return False
            found = connection.rows(
                "SELECT 1 FROM links JOIN tasks a ON a.id = predecessor_id JOIN tasks b ON b.id = successor_id"
                " WHERE a.project_id <> b.project_id AND (a.project_id = ? OR b.project_id = ?) LIMIT 1",
                (project_id, project_id),
            )
        return bool(found)

    def stamp(self, project_id: int | None) -> Stamp:
        """Return what the plan of a project (of all, if None) would be stamped with if it were read now."""
        with self.database.read() as connection:
            return _stamp(connection, project_id)

    def load(self, code: str | None) -> tuple[Plan, Stamp]:
        """Return the plan of the project called `code` with the shared pool, or of everything.

        A link to a task of another project is part of the plan of everything only.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        with self.database.read() as connection:
            project_id = None if code is None else Plan({"projects": _projects(connection)}).project(code).id
            return load_plan(connection, project_id), _stamp(connection, project_id)

    def log(self, limit: int, code: str | None) -> list[JournalEntry]:
        """Return the newest entries of the journal, newest first."""
        with self.database.read() as connection:
            project_id = None if code is None else Plan({"projects": _projects(connection)}).project(code).id
            return journal.entries(connection, limit, project_id)

    def past(self, entry_id: int) -> Plan:
        """Return everything as it was after an entry of the journal, by taking back what was done since.

        Raises:
            StoreError: `journal.gap`, the journal does not lead back there; `store.journal_format`, `store.damaged`.
        """
        with self.database.read() as connection:
            return rewound(load_plan(connection, None), journal.batches_since(connection, entry_id))

    def entry_at(self, moment: datetime) -> int:
        """Return the newest entry of the journal written up to a time, 0 where there is none."""
        with self.database.read() as connection:
            return journal.entry_at(connection, int(moment.timestamp() * 1000))

    def baseline_entry(self, baseline_id: int) -> int | None:
        """Return the entry of the journal that took a baseline, None where none did (it came with a file)."""
        with self.database.read() as connection:
            return journal.entry_that_added(connection, "baselines", baseline_id, journal.BASELINE)

    def next_undo(self, author: str) -> JournalEntry | None:
        """Return what an undo would take back."""
        with self.database.read() as connection:
            return journal.next_undo(connection, author)

    def next_redo(self, author: str) -> JournalEntry | None:
        """Return what a redo would do again."""
        with self.database.read() as connection:
            return journal.next_redo(connection, author)

    def checkup(self) -> list[str]:
        """Return what is wrong with the database, one sentence each."""
        return checkup(self.database, self._check_logic)

    # Writing

    def commit(self, changeset: Changeset, plan: Plan) -> Committed:
        """Write what a command changes in `plan`.

        Raises:
            ConflictError: a row is not as it was in `plan`.
            CycleError: together with what others wrote, tasks wait for each other.
        """
        batch = batch_of(changeset, plan)
        with self.database.write() as connection:
            renumbered = give_ids(connection, batch)
            if moved_on(connection, plan.revision):
                renumbered |= _fresh_uids(connection, batch)
            _check_codes(connection, batch)
            written = write_batch(connection, batch, base=changeset.base_revision, check_logic=self._check_logic)
            journal.drop_undone(connection, changeset.author)
            journal.record(
                connection,
                journal.DO,
                changeset.label,
                author=changeset.author,
                reason=changeset.reason,
                batch=batch,
                size=batch.size,
                projects=written.touched,
                base=changeset.base_revision,
            )
        final = Changeset(changeset.label, batch.changes(), changeset.author, changeset.reason, changeset.base_revision)
        return Committed(final, written, renumbered)

    def import_plan(self, plan: Plan, *, replace: bool, label: str, author: str) -> list[str]:
        """Add the projects of `plan`, as one entry of the journal, and return their codes.

        Calendars and resources of the shared pool that are there already are used, not added again.

        Raises:
            InputError: `import.code_exists`.
            PlanError: `plan.dangling`.
            CycleError: tasks wait for each other.
        """
        plan.check_references()
        self._check_logic(plan)
        with self.database.write() as connection:
            same = shared_rows(_pool(connection), plan)
            batch = batch_of_plan(plan, lambda name, p: plan.tables[name].ids[p] not in same.get(name, ()))
            _drop_hanging_on(batch, same)
            codes, replaced = settle_codes(batch, _codes(connection), replace)
            give_ids(connection, batch, same)
            if replaced:
                _merge(batch, rows_of_projects(connection, replaced))
            written = write_batch(connection, batch, base={}, check_logic=_unchecked, fresh=True)
            journal.drop_undone(connection, author)
            journal.record(
                connection,
                journal.IMPORT,
                label or f"Import {', '.join(codes)}",
                author=author,
                batch=batch,
                size=batch.size,
                projects=written.touched,
                base={},
            )
        return codes

    def delete_project(self, code: str, author: str) -> str:
        """Delete the project called `code` with all its rows, as one entry of the journal, and return the entry's label."""
        with self.database.write() as connection:
            project = Plan({"projects": _projects(connection)}).project(code)
            batch = rows_of_projects(connection, [project.id])
            written = write_batch(connection, batch, base={}, check_logic=_unchecked)
            journal.drop_undone(connection, author)
            label = f"Delete project {project.code or project.name}"
            journal.record(
                connection,
                journal.DO,
                label,
                author=author,
                batch=batch,
                size=batch.size,
                projects=written.touched,
                base={project.id: project.revision},
            )
        return label

    def undo(self, author: str) -> str:
        """Take back the newest change and return its label.

        Raises:
            PlanError: `journal.nothing_to_undo`.
            ConflictError: what it changed has been changed again since.
        """
        return self._step(author, undo=True)

    def redo(self, author: str) -> str:
        """Do again what was undone last and return its label.

        Raises:
            PlanError: `journal.nothing_to_redo`.
            ConflictError: what it changed has been changed since.
        """
        return self._step(author, undo=False)

    def _step(self, author: str, *, undo: bool) -> str:
        verb, kind, state = ("undo", journal.UNDO, journal.UNDONE) if undo else ("redo", journal.REDO, journal.DONE)
        with self.database.write() as connection:
            entry = (journal.next_undo if undo else journal.next_redo)(connection, author)
            if entry is None:
                raise journal.nothing_to(verb)
            batch = journal.batch_in(connection, entry.id)
            batch = batch.inverse() if undo else batch
            try:
                _check_codes(connection, batch)
                _check_uids(connection, batch)
                written = write_batch(connection, batch, base={}, check_logic=self._check_logic)
            except ConflictError as error:
                raise ConflictError(
                    f"cannot {verb} {entry.label!r}: what it changed has been changed since",
                    conflicts=error.conflicts,
                    subject=error.subject,
                ) from error
            journal.set_state(connection, entry.id, state)
            journal.record(
                connection,
                kind,
                entry.label,
                author=author or entry.author,
                size=batch.size,
                projects=written.touched,
                base={},
                target=entry.id,
            )
        return entry.label


def load_plan(connection: Connection, project_id: int | None) -> Plan:
    """Return the plan of one project with the shared pool, or of everything."""
    if connection.rows("SELECT count(*) FROM projects")[0][0] == 1:
        # Everything there is belongs to it: no need to look at every row's project.
        project_id = None
    tables: dict[str, Table[Any]] = {}
    for name, model in ENTITIES.items():
        where, parameters = ("", ()) if project_id is None else _of_project(name, project_id)
        tables[name] = Table(model, connection.read(name, where, parameters))
    if project_id is not None:
        tables["links"] = _inner_links(tables["links"], set(tables["tasks"].ids))
    return Plan(tables)


def _inner_links(links: Table[Link], tasks: Collection[int]) -> Table[Link]:
    ends = zip(links.column("predecessor_id"), links.column("successor_id"), strict=True)
    inside = [p for p, (a, b) in enumerate(ends) if a in tasks and b in tasks]
    return links if len(inside) == len(links) else links.reordered(inside)


def _of_project(name: str, project_id: int) -> tuple[str, tuple[int, ...]]:
    fields = fields_of(ENTITIES[name])
    if name == "projects":
        return "id = ?", (project_id,)
    if "project_id" in fields:
        where = "(project_id = ? OR project_id IS NULL)" if fields["project_id"].optional else "project_id = ?"
        return where, (project_id,)
    owner = next((f for f in fields.values() if f.ref is not None and not f.optional), None)
    if owner is None or owner.ref is None:
        return "", ()
    where, parameters = _of_project(owner.ref, project_id)
    return f'"{owner.name}" IN (SELECT id FROM {owner.ref} WHERE {where})', parameters


def _projects(connection: Connection) -> Table[Project]:
    table: Table[Project] = Table(Project, connection.read("projects"))
    order = sorted(range(len(table)), key=lambda p: (table.column("position")[p], table.ids[p]))
    return table.reordered(order)


def _codes(connection: Connection) -> dict[str, int]:
    return {code: i for i, code in connection.rows("SELECT id, code FROM projects") if code}


def _stamp(connection: Connection, project_id: int | None) -> Stamp:
    generation, pool = connection.rows("SELECT generation, pool_revision FROM store_state WHERE id = 1")[0]
    where = "" if project_id is None else f" WHERE id = {project_id:d}"
    return Stamp(generation, pool, dict(connection.rows(f"SELECT id, revision FROM projects{where}")))


def _pool(connection: Connection) -> Plan:
    """Return the shared pool alone."""
    pooled = {"portfolios": "", "calendars": "project_id IS NULL", "resources": "project_id IS NULL"}
    tables = {name: Table(ENTITIES[name], connection.read(name, where)) for name, where in pooled.items()}
    for name in ("calendar_exceptions", "work_weeks", "availabilities", "resource_rates", "resource_baselines"):
        owner = next(f for f in fields_of(ENTITIES[name]).values() if f.ref is not None)
        where = f"{owner.name} IN (SELECT id FROM {owner.ref} WHERE project_id IS NULL)"
        tables[name] = Table(ENTITIES[name], connection.read(name, where))
    return Plan(tables)


def _unchecked(_plan: Plan) -> None:
    """Stand in for a check of logic that has been made already, or that deletions cannot need."""


def _merge(batch: Batch, deletions: Batch) -> None:
    for name, table in deletions.tables.items():
        if name in batch.tables:
            batch.tables[name].deletes = table.deletes
        else:
            batch.tables[name] = table


def _drop_hanging_on(batch: Batch, same: Mapping[str, Mapping[int, int]]) -> None:
    """Take out the rows that hang on rows which are there already: they are there too."""
    for name, table in batch.tables.items():
        owner = next((f for f in fields_of(ENTITIES[name]).values() if f.ref is not None and not f.optional), None)
        known = same.get(owner.ref or "") if owner is not None else None
        if owner is None or not known or "project_id" in fields_of(ENTITIES[name]):
            continue
        keep = [p for p, key in enumerate(table.inserts[owner.name]) if key not in known]
        table.inserts = {n: [v[p] for p in keep] for n, v in table.inserts.items()}


def _check_codes(connection: Connection, batch: Batch) -> None:
    """Refuse a project's code that another has by now."""
    table = batch.tables.get("projects")
    if table is None:
        return
    taken = {code.casefold(): i for code, i in _codes(connection).items() if i not in set(table.deletes["id"])}
    wanted = list(zip(table.inserts["id"], table.inserts.get("code", [""] * len(table.inserts["id"])), strict=True))
    wanted += [(i, after["code"]) for i, _, after in table.updates if after.get("code")]
    if clashes := [code for i, code in wanted if code and taken.get(code.casefold(), i) != i]:
        raise conflict(f"another project is called {code!r} by now" for code in clashes)


def _check_uids(connection: Connection, batch: Batch) -> None:
    """Refuse rows that come back under a number that somebody else has given to another row of their project meanwhile."""
    clashes: list[str] = []
    for name in ("tasks", "resources", "assignments"):
        table = batch.tables.get(name)
        if table is None or "uid" not in table.inserts or "project_id" not in table.inserts:
            continue
        back = {(owner, uid) for owner, uid in zip(table.inserts["project_id"], table.inserts["uid"], strict=True) if uid}
        going = set(table.deletes["id"])
        for project in {owner for owner, _ in back} - {None}:
            for row_id, uid in connection.rows(f"SELECT id, uid FROM {name} WHERE project_id = ?", (project,)):
                if (project, uid) in back and row_id not in going:
                    clashes.append(f"{describe(name, row_id)} has the number {uid} by now")
    if clashes:
        raise conflict(clashes)


def _fresh_uids(connection: Connection, batch: Batch) -> bool:
    """Give new rows numbers that no row of their project has taken, or had, meanwhile; return whether any changed."""
    changed = False
    gone = {i: marks or {} for i, marks in zip(*connection.read("projects", only=["last_uids"]).values(), strict=True)}
    for name, table in batch.tables.items():
        fields = fields_of(ENTITIES[name])
        uids = table.inserts.get("uid")
        if uids is None or "project_id" not in fields:
            continue
        uids = list(uids)
        owners = table.inserts.get("project_id", [None] * len(uids))
        for project in set(owners) - {None}:
            taken = {uid for (uid,) in connection.rows(f"SELECT uid FROM {name} WHERE project_id = ? AND uid > 0", (project,))}
            mark = gone.get(project, {}).get(name, 0)
            following = max([*taken, *uids, mark], default=0)
            for i, uid in enumerate(uids):
                if owners[i] == project and (uid in taken or 0 < uid <= mark):
                    following += 1
                    uids[i] = following
                    changed = True
        table.inserts["uid"] = uids
    return changed
