"""A plan as P6 can hold it: what it has no word for is said in its own, or left out; a plan that came from it stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pm.formats.building import rows_of
from pm.formats.losses import Losses
from pm.formats.primavera.encoding import profile_of
from pm.model import Plan
from pm.model.enums import ActivityType, ConstraintType, DurationUnit, LagCalendar, LagKind, LinkType, ResourceType, ScheduleFrom
from pm.model.kinds import DAY, FULL

if TYPE_CHECKING:
    from pm.schedule.result import Schedule
    from pm.worktime import WorkCalendar

Rows = list[dict[str, Any]]
ASAP = ConstraintType.AS_SOON_AS_POSSIBLE.value
ALAP = ConstraintType.AS_LATE_AS_POSSIBLE.value
ELAPSED_UNITS = frozenset(unit.value for unit in DurationUnit if unit.value.startswith("e"))
FROM_FINISH = frozenset({LinkType.FINISH_START.value, LinkType.FINISH_FINISH.value})
TO_START = frozenset({LinkType.FINISH_START.value, LinkType.START_START.value})
MOST_LINKS = 50_000
"""Links between activities that links of summaries become, at most."""


def adapted(plan: Plan, schedule: Schedule | None) -> tuple[Plan, Losses]:
    """Return `plan` in P6's words, and how often each thing had to be changed for it, in words of ours."""
    adaption = _Adaption(plan, schedule)
    return adaption.plan(), adaption.losses


class _Adaption:
    def __init__(self, plan: Plan, schedule: Schedule | None) -> None:
        self._plan, self._schedule = plan, schedule
        self.losses: Losses = Losses()
        self._projects = {row["id"]: row for row in rows_of(plan, "projects", whole=True)}
        self._tasks = rows_of(plan, "tasks", whole=True)
        self._by_id = {row["id"]: row for row in self._tasks}
        outline = plan.outline
        self._summaries = {row["id"] for i, row in enumerate(self._tasks) if outline.is_summary(i)}
        heading = ActivityType.HEADING.value
        self._bands = self._summaries | {row["id"] for row in self._tasks if row["activity_type"] == heading}
        self._gone: set[int] = set()
        self._tables: dict[str, Rows] = {}

    def plan(self) -> Plan:
        """Return the adapted plan; the very same where nothing is to be adapted."""
        before = [dict(row) for row in self._tasks]
        self._leave_out()
        for row in self._tasks:
            if row["id"] in self._bands:
                self._summary(row)
            else:
                self._activity(row)
        self._codes()
        self._links()
        self._resources()
        self._assignments_of_bands()
        changed = {row["id"]: row for old, row in zip(before, self._tasks, strict=True) if old != row}
        if not changed and not self._gone and not self._tables:
            return self._plan
        tables = dict(self._plan.tables)
        tables["tasks"] = tables["tasks"].changed({i: row for i, row in changed.items() if i not in self._gone})
        for name, rows in self._tables.items():
            tables[name] = type(tables[name]).from_rows(tables[name].model, rows)
        return Plan(self._without(tables))

    def _without(self, tables: dict[str, Any]) -> dict[str, Any]:
        """Take out the tasks that are left out, with all that belongs to them."""
        gone = self._gone
        if not gone:
            return tables
        tables["tasks"] = tables["tasks"].changed({}, deletes=gone)
        for name, columns in (("links", ("predecessor_id", "successor_id")), ("assignments", ("task_id",))):
            table = tables[name]
            held = zip(table.ids, *(table.column(column) for column in columns), strict=True)
            tables[name] = table.changed({}, deletes={row_id for row_id, *tasks in held if gone.intersection(tasks)})
        return tables

    def _leave_out(self) -> None:
        reasons = (
            ("blank", "{n} blank row(s)", lambda row: row["blank"]),
            ("inactive", "{n} inactive task(s)", lambda row: not row["active"]),
            ("external", "{n} task(s) of other files", lambda row: row["external"]),
        )
        for row in self._tasks:
            for _, words, applies in reasons:
                if applies(row) and row["id"] not in self._summaries:
                    self._gone.add(row["id"])
                    self.losses[words] += 1
                    break

    def _summary(self, row: dict[str, Any]) -> None:
        if row["constraint_type"] != ASAP or row["deadline"] is not None:
            self.losses["constraint or deadline of {n} summary task(s)"] += 1
        if row["manual"]:
            self.losses["dates of {n} manual summary task(s)"] += 1

    def _activity(self, row: dict[str, Any]) -> None:
        if row["duration_unit"] in ELAPSED_UNITS and row["duration"]:
            row["calendar_id"] = self._round_the_clock()
            row["duration_unit"] = DurationUnit.DAYS.value
            row["ignore_resource_calendars"] = True
            self.losses["elapsed duration of {n} task(s), written as working time of a 24-hour calendar"] += 1
        elif row["calendar_id"] is not None and not row["ignore_resource_calendars"] and self._has_other_hours(row):
            row["ignore_resource_calendars"] = True
            self.losses["calendars of the people at {n} task(s) that have a calendar of their own"] += 1
        if row["splits"] or any(a for a in self._profiles(row["id"])):
            self.losses["interruptions and contours of work of {n} task(s)"] += 1
        if row["manual"]:
            self._manual(row)
        if row["deadline"] is not None:
            self._deadline(row)
        if row["levelling_delay"]:
            self.losses["levelling delay of {n} task(s)"] += 1

    def _has_other_hours(self, row: dict[str, Any]) -> bool:
        """Whether those who work on a task do so on another calendar than its own."""
        assignments, resources = self._plan.assignments, self._plan.resources
        held = (assignments.column("resource_id")[p] for p in self._assigned.get(row["id"], ()))
        working = (r for r in held if r is not None and resources.value(r, "type") == ResourceType.WORK.value)
        return any(resources.value(r, "calendar_id") not in (None, row["calendar_id"]) for r in working)

    def _profiles(self, task_id: int) -> Iterator[Any]:
        assignments = self._plan.assignments
        if "profile" in assignments.stored:
            profiles = assignments.column("profile")
            yield from (profiles[p] for p in self._assigned.get(task_id, ()))

    @property
    def _assigned(self) -> dict[int, list[int]]:
        if "_groups" not in self.__dict__:
            self._groups = dict(self._plan.assignments.groups("task_id"))
        return self._groups

    def _manual(self, row: dict[str, Any]) -> None:
        """Hold a manual task where it is by P6's mandatory start, unless work on it has begun."""
        row["manual"] = False
        if row["manual_duration"] is not None:
            row["duration"] = row["manual_duration"]
        start = row["manual_start"]
        if start is not None and row["actual_start"] is None:
            row.update(constraint_type=ConstraintType.MANDATORY_START.value, constraint_date=start)
        row.update(manual_start=None, manual_finish=None, manual_duration=None)
        self.losses["{n} manual task(s), written with a mandatory start"] += 1

    def _deadline(self, row: dict[str, Any]) -> None:
        """A deadline moves late dates only, as finish-on-or-before does; where both places are taken it is lost."""
        kind = ConstraintType.FINISH_NO_LATER_THAN.value
        if row["constraint_type"] == ASAP:
            row.update(constraint_type=kind, constraint_date=row["deadline"])
            self.losses["{n} deadline(s), written as finish on or before"] += 1
        elif row["secondary_constraint_type"] == ASAP and row["constraint_type"] != ALAP:
            row.update(secondary_constraint_type=kind, secondary_constraint_date=row["deadline"])
            self.losses["{n} deadline(s), written as finish on or before"] += 1
        else:
            self.losses["{n} deadline(s)"] += 1
        row["deadline"] = None

    def _codes(self) -> None:
        """Give every activity a code of its own, as P6 wants it; bands have theirs from the outline."""
        numbers, taken = self._plan.outline.numbers, dict[int, set[str]]()
        for i, row in enumerate(self._tasks):
            if row["id"] in self._bands:
                row["wbs"] = row["wbs"] or numbers[i].rpartition(".")[2]
                continue
            known = taken.setdefault(row["project_id"], set())
            code = row["wbs"] or f"A{row['uid'] * 10:04}"
            number = 1
            while code.casefold() in known:
                number += 1
                code = f"{row['wbs'] or 'A'}-{row['uid'] + number - 2}"
            if row["wbs"] and code != row["wbs"]:
                self.losses["{n} code(s) of tasks that others have, too"] += 1
            known.add(code.casefold())
            row["wbs"] = code

    def _round_the_clock(self) -> int:
        rows = self._tables.get("calendars") or rows_of(self._plan, "calendars", whole=True)
        self._tables["calendars"] = rows
        found = next((row["id"] for row in rows if row["week"] == [[[0, DAY]]] * 7 and row["base_id"] is None), None)
        if found is None:
            found = max((row["id"] for row in rows), default=0) + 1
            rows.append({"id": found, "name": "24 Hours", "week": [[[0, DAY]]] * 7, "uid": 0})
        return int(found)

    # Links

    def _links(self) -> None:
        rows = rows_of(self._plan, "links", whole=True)
        written: Rows = []
        for row in rows:
            lag = self._lag(row)
            ends = self._bands & {row["predecessor_id"], row["successor_id"]}
            if not ends and lag == row["lag"] and row["lag_kind"] == LagKind.WORKING.value:
                written.append(row)
                continue
            changed = {**row, "lag": lag, "lag_kind": LagKind.WORKING.value}
            if not ends:
                written.append(changed)
                continue
            self.losses["{n} link(s) of summary tasks, written as links of the activities in them"] += 1
            if len(written) < MOST_LINKS:
                written += self._spread(changed)
        if written != rows:
            seen: set[int] = set()
            top = max((row["id"] for row in rows), default=0)
            for row in written:
                if row["id"] in seen:
                    top += 1
                    row.update(id=top, extra=None)
                seen.add(row["id"])
            self._tables["links"] = written

    def _lag(self, row: dict[str, Any]) -> int:
        """Return a lag as working time: a share of the predecessor's duration, or the working time in an elapsed one."""
        kind, lag = row["lag_kind"], row["lag"]
        if kind == LagKind.WORKING.value or not lag:
            return int(lag)
        if kind == LagKind.PERCENT.value:
            self.losses["{n} lag(s) in percent, written as hours"] += 1
            return int(self._by_id[row["predecessor_id"]]["duration"] * lag // FULL)
        self.losses["{n} elapsed lag(s), written as the working hours in them"] += 1
        if kind == LagKind.ELAPSED_PERCENT.value:
            lag = self._by_id[row["predecessor_id"]]["duration"] * lag // FULL
        if self._schedule is None:
            return int(lag)
        tasks = self._schedule.plan.tasks
        if row["predecessor_id"] not in tasks:
            return int(lag)
        from pm.schedule.result import MISSING

        dates = self._schedule.finish if row["type"] in FROM_FINISH else self._schedule.start
        at = int(dates[tasks.position(row["predecessor_id"])])
        return int(lag) if at == MISSING else self._lag_calendar(row).between(at, at + int(lag))

    def _lag_calendar(self, row: dict[str, Any]) -> WorkCalendar:
        """Return the calendar that the lag of a link will be counted on."""
        schedule = self._schedule
        assert schedule is not None
        project_id = self._by_id[row["successor_id"]]["project_id"]
        rule = profile_of(self._projects[project_id]).lag_calendar
        if rule == LagCalendar.ROUND_THE_CLOCK:
            return schedule.calendars.round_the_clock
        task = self._by_id[row["successor_id" if rule == LagCalendar.SUCCESSOR else "predecessor_id"]]
        own = task["calendar_id"]
        if rule == LagCalendar.PROJECT or own is None or own not in self._plan.calendars:
            return schedule.calendars.project(project_id)
        return schedule.calendars.get(own)

    def _spread(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kind = row["type"]
        predecessors = self._ends(row["predecessor_id"], last=kind in FROM_FINISH, every=kind in FROM_FINISH)
        successors = self._ends(row["successor_id"], last=kind not in TO_START, every=kind in TO_START)
        for predecessor in predecessors:
            for successor in successors:
                yield {**row, "predecessor_id": predecessor, "successor_id": successor}

    def _ends(self, task_id: int, *, last: bool, every: bool) -> list[int]:
        """Return the activities that stand for an end of a summary: all at that end of its logic, or the outermost alone."""
        if task_id not in self._bands:
            return [task_id]
        plan, outline = self._plan, self._plan.outline
        position = plan.tasks.position(task_id)
        inside, waiting = list[int](), [position]
        while waiting:
            at = waiting.pop()
            below = list(outline.children(at))
            waiting += below
            row_id = plan.tasks.ids[at]
            if not below and row_id not in self._bands and row_id not in self._gone:
                inside.append(row_id)
        inside.sort()
        if not inside:
            return []
        if not every:
            return [(max if last else min)(inside, key=self._when(last=last))]
        within = set(inside)
        bound = {a if last else b for a, b in self._pairs() if a in within and b in within}
        return [task for task in inside if task not in bound] or inside

    def _pairs(self) -> Iterable[tuple[int, int]]:
        links = self._plan.links
        rows = zip(links.column("predecessor_id"), links.column("successor_id"), links.column("type"), strict=True)
        return ((a, b) for a, b, kind in rows if kind == LinkType.FINISH_START.value)

    def _when(self, *, last: bool) -> Any:
        if self._schedule is None:
            return lambda task_id: task_id
        tasks = self._schedule.plan.tasks
        dates = self._schedule.finish if last else self._schedule.start
        return lambda task_id: int(dates[tasks.position(task_id)])

    # Resources and the rest

    def _resources(self) -> None:
        """A cost is written as a material of the price 1: P6 keeps such costs at activities."""
        cost = ResourceType.COST.value
        if cost not in self._plan.resources.column("type"):
            return
        rows = rows_of(self._plan, "resources", whole=True)
        costs = {row["id"] for row in rows if row["type"] == cost}
        self.losses["kind of {n} cost resource(s), written as materials"] += len(costs)
        for row in rows:
            if row["id"] in costs:
                row.update(type=ResourceType.MATERIAL.value, standard_rate=FULL)
        self._tables["resources"] = rows
        assignments = rows_of(self._plan, "assignments", whole=True)
        for row in assignments:
            if row["resource_id"] in costs:
                row["units"] = row["cost"] * 100
        self._tables["assignments"] = assignments

    def _assignments_of_bands(self) -> None:
        """Leave out who works on a summary: P6 knows work on activities only."""
        rows = self._tables.get("assignments") or rows_of(self._plan, "assignments", whole=True)
        written = [row for row in rows if row["task_id"] not in self._bands]
        if len(written) < len(rows):
            self.losses["{n} assignment(s) of summary tasks"] += len(rows) - len(written)
            self._tables["assignments"] = written


def finish_driven(plan: Plan) -> int:
    """Return how many projects are scheduled back from their finish, which P6 does not do."""
    return sum(kind == ScheduleFrom.FINISH.value for kind in plan.projects.column("schedule_from"))
