"""A plan: one project or several, with the calendars and the resource pool they share, as one immutable revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pm.errors import ConflictError, NotFoundError, PlanError
from pm.model.baseline import AssignmentBaseline, Baseline, ResourceBaseline, TaskBaseline
from pm.model.calendar import Calendar, CalendarException, WorkWeek
from pm.model.changeset import Change, Changeset
from pm.model.check import CheckRule
from pm.model.kinds import Entity, fields_of
from pm.model.money import BudgetLine, CostEntry, EarnedValueRule
from pm.model.outline import Outline, outline_order
from pm.model.project import COUNTED, CustomField, Portfolio, Project
from pm.model.resource import Assignment, Availability, Resource, ResourceRate
from pm.model.risk import BranchOption, CorrelationGroup, Estimate, Risk, RiskImpact
from pm.model.table import Row, Table
from pm.model.task import Link, Task

ENTITIES: Mapping[str, type[Entity]] = {
    "portfolios": Portfolio,
    "projects": Project,
    "calendars": Calendar,
    "calendar_exceptions": CalendarException,
    "work_weeks": WorkWeek,
    "resources": Resource,
    "availabilities": Availability,
    "resource_rates": ResourceRate,
    "tasks": Task,
    "links": Link,
    "assignments": Assignment,
    "baselines": Baseline,
    "task_baselines": TaskBaseline,
    "assignment_baselines": AssignmentBaseline,
    "resource_baselines": ResourceBaseline,
    "custom_fields": CustomField,
    "budget_lines": BudgetLine,
    "cost_entries": CostEntry,
    "earned_value_rules": EarnedValueRule,
    "estimates": Estimate,
    "correlation_groups": CorrelationGroup,
    "branch_options": BranchOption,
    "risks": Risk,
    "risk_impacts": RiskImpact,
    "check_rules": CheckRule,
}
"""Every table of a plan, each after the tables it refers to (tasks and calendars also refer to themselves)."""


class Plan:
    """An immutable revision of one project or several. Tasks stand in outline order.

    Args:
        tables: Tables by name, as in `ENTITIES`; those left out are empty.
    """

    def __init__(self, tables: Mapping[str, Table[Any]] | None = None) -> None:
        given = dict(tables or {})
        unknown = given.keys() - ENTITIES.keys()
        if unknown:
            raise KeyError(f"a plan has no table {', '.join(sorted(unknown))}")
        self.tables: dict[str, Table[Any]] = {n: given[n] if n in given else Table(model) for n, model in ENTITIES.items()}
        tasks = self.tasks
        projects = self.projects
        ordered = sorted(zip(projects.column("position"), projects.ids, strict=True))
        order = outline_order(tasks, [project_id for _, project_id in ordered])
        if order is not None:
            self.tables["tasks"] = tasks.reordered(order)

    @classmethod
    def from_rows(cls, **rows: Iterable[Row]) -> Plan:
        """Build a plan from rows by table name: ``Plan.from_rows(projects=[{...}], tasks=[{...}])``."""
        return cls({name: Table.from_rows(ENTITIES[name], listed) for name, listed in rows.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.tables == other.tables

    __hash__ = None  # type: ignore[assignment]

    @property
    def portfolios(self) -> Table[Portfolio]:
        return self.tables["portfolios"]

    @property
    def projects(self) -> Table[Project]:
        return self.tables["projects"]

    @property
    def calendars(self) -> Table[Calendar]:
        return self.tables["calendars"]

    @property
    def calendar_exceptions(self) -> Table[CalendarException]:
        return self.tables["calendar_exceptions"]

    @property
    def work_weeks(self) -> Table[WorkWeek]:
        return self.tables["work_weeks"]

    @property
    def resources(self) -> Table[Resource]:
        return self.tables["resources"]

    @property
    def tasks(self) -> Table[Task]:
        return self.tables["tasks"]

    @property
    def links(self) -> Table[Link]:
        return self.tables["links"]

    @property
    def assignments(self) -> Table[Assignment]:
        return self.tables["assignments"]

    @property
    def baselines(self) -> Table[Baseline]:
        return self.tables["baselines"]

    @property
    def task_baselines(self) -> Table[TaskBaseline]:
        return self.tables["task_baselines"]

    @cached_property
    def outline(self) -> Outline:
        """The work-breakdown tree."""
        return Outline(self.tasks)

    @property
    def revision(self) -> dict[int, int]:
        """Revision of every project by its id."""
        return dict(zip(self.projects.ids, self.projects.column("revision"), strict=True))

    def project(self, code: str | None = None) -> Project:
        """Return the project called `code`, or the only one.

        Raises:
            NotFoundError: `plan.no_project`, no project is called so, or none was named and there are several.
        """
        projects = list(self.projects)
        if code is None and len(projects) == 1:
            return projects[0]
        for project in projects:
            if code is not None and project.code.casefold() == code.casefold():
                return project
        hint = f"projects: {', '.join(p.code or p.name for p in projects)}" if projects else "there are no projects yet"
        message = f"no project is called {code!r}" if code is not None else "the plan holds several projects: name one"
        raise NotFoundError(message, code="plan.no_project", hint=hint)

    def task(self, task_id: int) -> Task:
        """Return the task with `task_id` as a typed object.

        Raises:
            NotFoundError: `plan.not_found`.
        """
        return self.tasks[task_id]

    def find_task(self, text: str, project_id: int | None = None) -> int:
        """Return the id of the task a person means: an outline number ``3.2.1``, a uid ``#12``, a WBS code, or a name.

        Raises:
            NotFoundError: `plan.no_task` where nothing fits, `plan.ambiguous_task` where several do.
        """
        wanted = text.strip()
        tasks, projects = self.tasks, self.tasks.column("project_id")
        inside = [i for i in range(len(tasks)) if project_id is None or projects[i] == project_id]
        columns: list[tuple[Any, Any]] = []
        if wanted.startswith("#") and wanted[1:].isdigit():
            columns.append((tasks.column("uid"), int(wanted[1:])))
        else:
            columns.append((self.outline.numbers, wanted))
            columns.append((tasks.column("wbs"), wanted))
            columns.append((tasks.column("name"), wanted))
            columns.append(([str(n).casefold() for n in tasks.column("name")], wanted.casefold()))
        for values, value in columns:
            found = [i for i in inside if values[i] == value]
            if len(found) == 1:
                return tasks.ids[found[0]]
            if found:
                numbers = ", ".join(self.outline.numbers[i] for i in found[:5])
                raise NotFoundError(
                    f"{len(found)} tasks are called {wanted!r}",
                    code="plan.ambiguous_task",
                    hint=f"say which: {numbers}",
                )
        near = _near_names(wanted, [str(tasks.column("name")[i]) for i in inside[:MOST_COMPARED]])
        hint = "name it by outline number (3.2.1), uid (#12) or its whole name"
        raise NotFoundError(
            f"no task is called {wanted!r}",
            code="plan.no_task",
            hint=f"did you mean {', '.join(repr(name) for name in near)}?" if near else hint,
        )

    def next_id(self, table: str) -> int:
        """Return an id that no row of `table` has; the database gives the real one when the row is stored."""
        return max(self.tables[table].ids, default=0) + 1

    def apply(self, changeset: Changeset) -> Plan:
        """Return the plan after `changeset`.

        Raises:
            ConflictError: a row it changes is not as it was before; names each field.
            PlanError: `plan.broken_tree`, the tree would be broken; `plan.dangling`, a row would refer to nothing.
        """
        by_table: dict[str, list[Change]] = {}
        for change in changeset.changes:
            by_table.setdefault(change.table, []).append(change)
        conflicts = tuple(text for table, listed in by_table.items() for text in _conflicts(self.tables[table], listed))
        if conflicts:
            raise ConflictError("the plan has changed meanwhile", conflicts=conflicts, hint="look again, then repeat")
        tables = dict(self.tables)
        for name, listed in by_table.items():
            tables[name] = _changed(tables[name], listed)
        changed = Plan(tables) if _moves_tree(changeset) else self._with_same_tree(tables)
        changed.check_references(changeset.changes)
        return changed

    def with_columns(self, table: str, columns: Mapping[str, Sequence[Any]]) -> Plan:
        """Return the plan with other values in some columns of a table, in row order; none of those that make the tree."""
        return self._with_same_tree(self.tables | {table: self.tables[table].with_columns(columns)})

    def _with_same_tree(self, tables: dict[str, Table[Any]]) -> Plan:
        plan = Plan.__new__(Plan)
        plan.tables = tables
        plan.__dict__["outline"] = self.outline
        return plan

    def check_references(self, changes: Iterable[Change] | None = None) -> None:
        """Raise `plan.dangling` where a row refers to nothing; looks only at what `changes` can have broken, if given."""
        for name, model in ENTITIES.items():
            for f in fields_of(model).values():
                if f.ref is None or (changes is not None and not _may_dangle(changes, name, f.name, f.ref)):
                    continue
                lost = set(self.tables[name].column(f.name)).difference(self.tables[f.ref].ids, {None})
                if lost:
                    raise PlanError(f"{name}.{f.name} refers to {f.ref} {min(lost)}, which does not exist", code="plan.dangling")


MOST_COMPARED = 5_000
"""Names that a mistyped one is compared with at most; more would take seconds."""


def _near_names(wanted: str, names: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(wanted, list(dict.fromkeys(names)), n=3, cutoff=0.7)


TREE_FIELDS = frozenset({"parent_id", "position", "project_id"})


def _moves_tree(changeset: Changeset) -> bool:
    return any(
        c.before is None or c.after is None or c.after.keys() & TREE_FIELDS
        for c in changeset.changes
        if c.table in ("tasks", "projects")
    )


def _may_dangle(changes: Iterable[Change], table: str, name: str, ref: str) -> bool:
    return any((c.table == table and name in (c.after or ())) or (c.table == ref and c.after is None) for c in changes)


def _conflicts(table: Table[Any], changes: list[Change]) -> Iterable[str]:
    inserted: set[int] = set()
    for change in changes:
        present = change.id in table
        if change.before is None:
            if present or change.id in inserted:
                yield f"{table.model.__name__.lower()} {change.id} exists already"
            inserted.add(change.id)
        elif not present:
            yield f"{table.model.__name__.lower()} {change.id} is gone"
        else:
            counted = COUNTED if table.model is Project else frozenset()
            for name, expected in change.before.items():
                found = table.value(change.id, name)
                if found != expected and name not in counted:
                    yield f"{table.model.__name__.lower()} {change.id}: {name} is {found!r}, not {expected!r}"


def _changed(table: Table[Any], changes: list[Change]) -> Table[Any]:
    updates: dict[int, dict[str, Any]] = {}
    inserts: dict[int, Row] = {}
    deletes: set[int] = set()
    for change in changes:
        if change.after is None:
            deletes.add(change.id)
        elif change.before is None:
            inserts[change.id] = {**change.after, "id": change.id}
        elif change.id in inserts:
            inserts[change.id] = {**inserts[change.id], **change.after}
        else:
            updates.setdefault(change.id, {}).update(change.after)
    return table.changed(updates, inserts.values(), deletes)
