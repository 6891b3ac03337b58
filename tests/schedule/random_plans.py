"""Random plans that use every feature the engine knows, many at once; the same seed gives the same plan.

A third of them are P6's through and through, with the features that only P6 has on many of their tasks.
"""

from __future__ import annotations

import random
from typing import Any

from pm.model import FULL, Plan, instant
from pm.model.kinds import DAY, HOUR

START = instant("2026-03-02T08:00")
DAY_WORK = 8 * HOUR


def random_plan(seed: int, *, size: int = 30, wide: bool = False) -> Plan:
    """Return a plan of about `size` tasks. `wide` makes few links, so that generations hold many tasks."""
    return _Maker(random.Random(seed), size, wide).make()


class _Maker:
    def __init__(self, rng: random.Random, size: int, wide: bool) -> None:
        self.rng, self.size, self.wide = rng, size, wide
        self.primavera = rng.random() < 0.35
        self.rows: dict[str, list[dict[str, Any]]] = {
            n: [] for n in ("projects", "calendars", "calendar_exceptions", "resources", "tasks", "links", "assignments")
        }

    def make(self) -> Plan:
        for project in range(1, self.rng.choice((1, 1, 2)) + 1):
            self._project(project)
        self._calendars()
        for resource in range(1, 5):
            row = {"id": resource, "name": f"R{resource}", "calendar_id": self.rng.choice((None, 1, 2, 3))}
            self.rows["resources"].append(row | {"type": self.rng.choice(("work", "work", "material"))})
        self._tasks()
        self._links()
        self._assignments()
        return Plan.from_rows(**self.rows)

    def _date(self, spread: int = 40) -> int:
        return START + self.rng.randint(-5, spread) * DAY + self.rng.choice((0, 0, 4 * HOUR, 9 * HOUR, 90 * 60))

    def _project(self, project: int) -> None:
        rng = self.rng
        row: dict[str, Any] = {"id": project, "code": f"P{project}", "start": START + rng.randint(0, 3) * DAY}
        row["calendar_id"] = rng.choice((None, 1, 2))
        row["profile"] = "primavera" if self.primavera else rng.choice(("slackline", "msproject", "primavera"))
        if rng.random() < 0.2:
            row |= {"schedule_from": "finish", "finish": START + 60 * DAY + 9 * HOUR}
        if rng.random() < 0.5:
            row["status_date"] = START + rng.randint(0, 10) * DAY
        if rng.random() < 0.2:
            row["critical_slack_limit"] = DAY_WORK
        overrides: dict[str, Any] = {}
        if rng.random() < 0.2:
            overrides["lag_calendar"] = rng.choice(("24h", "project", "predecessor", "successor"))
        if rng.random() < (0.6 if self.primavera else 0.1):
            overrides["out_of_sequence"] = rng.choice(("retained_logic", "progress_override", "actual_dates"))
        for name in ("start_lag_from_early_start", "slack_to_last_project", "external_links_count", "open_ends_critical"):
            if rng.random() < 0.15:
                overrides[name] = rng.random() < 0.5
        if rng.random() < (0.4 if self.primavera else 0.1):
            row["must_finish_by"] = self._date(80)
        self.rows["projects"].append(row | ({"profile_overrides": overrides} if overrides else {}))

    def _calendars(self) -> None:
        day, night = [[8 * HOUR, 12 * HOUR], [13 * HOUR, 17 * HOUR]], [[10 * HOUR, 12 * HOUR], [22 * HOUR, 30 * HOUR]]
        weeks = ([day] * 5 + [[], []], [[[6 * HOUR, 14 * HOUR]]] * 6 + [[]], [night] * 5 + [[], []])
        self.rows["calendars"] = [{"id": i + 1, "name": f"C{i + 1}", "week": week} for i, week in enumerate(weeks)]
        for i in range(3):
            start = START - START % DAY + self.rng.randint(0, 30) * DAY
            exception = {"id": i + 1, "calendar_id": i + 1, "name": f"Holiday {i}", "start": start, "shifts": []}
            self.rows["calendar_exceptions"].append(exception | {"finish": start + self.rng.randint(0, 3) * DAY})

    def _tasks(self) -> None:
        parents: list[int | None] = [None]
        for task_id in range(1, self.size + 1):
            project = self.rng.choice(self.rows["projects"])["id"]
            parent = self.rng.choice(parents)
            if parent is not None:
                project = self.rows["tasks"][parent - 1]["project_id"]
            row = {"id": task_id, "uid": task_id, "name": f"T{task_id}", "project_id": project, "parent_id": parent}
            self.rows["tasks"].append(row | {"position": task_id} | self._features())
            if self.rng.random() < 0.2:
                parents.append(task_id)

    def _features(self) -> dict[str, Any]:
        rng = self.rng
        row: dict[str, Any] = {"duration": rng.choice((0, 90 * 60, 4 * HOUR, DAY_WORK, 3 * DAY_WORK, 5 * DAY_WORK))}
        chance = rng.random
        if chance() < 0.1:
            row |= {"duration_unit": "ed", "duration": 2 * DAY}
        if chance() < 0.2:
            row["calendar_id"] = rng.choice((1, 2, 3))
        if chance() < 0.35:
            row["constraint_type"] = rng.choice(("ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"))
            row["constraint_date"] = None if row["constraint_type"] == "ALAP" else self._date()
        if chance() < 0.1:
            row["deadline"] = self._date()
        if chance() < 0.08:
            row |= {"manual": True, "manual_start": self._date()}
        if chance() < 0.05:
            row["active"] = False
        if chance() < 0.1:
            row["levelling_delay"] = rng.choice((3 * HOUR, 2 * DAY))
        if chance() < 0.1:
            row["ignore_resource_calendars"] = True
        if self.primavera or chance() < 0.1:
            row |= self._only_in_p6()
        return row | self._progress()

    def _only_in_p6(self) -> dict[str, Any]:
        """Features that come from P6; the profile of the project decides what they do."""
        rng, row = self.rng, dict[str, Any]()
        chance = rng.random
        if chance() < 0.3:
            row["activity_type"] = rng.choice(("start_milestone", "finish_milestone", "level_of_effort", "wbs_summary"))
            if row["activity_type"].endswith("milestone"):
                row["duration"] = 0
        if chance() < 0.1:
            row["expected_finish"] = self._date()
        if chance() < 0.12:
            row |= {"constraint_type": rng.choice(("MANDATORY_START", "MANDATORY_FINISH")), "constraint_date": self._date()}
        if chance() < 0.15:
            row["secondary_constraint_type"] = rng.choice(("SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO", "MANDATORY_FINISH"))
            row["secondary_constraint_date"] = self._date()
        if chance() < 0.08:
            row["external_early_start"] = self._date()
        if chance() < 0.08:
            row["external_late_finish"] = self._date(60)
        if chance() < 0.1:
            row["remaining_duration"] = rng.choice((0, 2 * HOUR + 20, 2 * DAY_WORK))
        return row

    def _progress(self) -> dict[str, Any]:
        rng = self.rng
        kind = rng.random()
        if kind > 0.2:
            return {}
        begun: dict[str, Any] = {"actual_start": START + rng.randint(0, 3) * DAY, "percent_complete": 4000}
        if kind < 0.07:
            return begun | {"actual_finish": begun["actual_start"] + rng.randint(1, 4) * DAY, "percent_complete": FULL}
        if kind < 0.12:
            begun |= {"stop": START + 4 * DAY, "resume": START + 6 * DAY, "remaining_duration": DAY_WORK}
        return begun

    def _links(self) -> None:
        rng = self.rng
        tasks = self.rows["tasks"]
        above = {t["id"]: t["parent_id"] for t in tasks}
        summaries = {t["parent_id"] for t in tasks}
        rank = {t["id"]: t["id"] for t in tasks}
        known: set[tuple[int, int, str]] = set()
        for _ in range(self.size // 3 if self.wide else self.size * 3 // 2):
            a, b = sorted(rng.sample(range(1, self.size + 1), 2), key=rank.__getitem__)
            kind = rng.choice(("FS", "FS", "FS", "SS", "FF", "SF"))
            family = _line(a, above) | _line(b, above)
            if (a, b, kind) in known or a in _line(b, above) or b in _line(a, above):
                continue
            if family & summaries and rng.random() < 0.6:
                continue
            known.add((a, b, kind))
            row = {"id": len(self.rows["links"]) + 1, "project_id": 1, "predecessor_id": a, "successor_id": b, "type": kind}
            if rng.random() < 0.4:
                row["lag_kind"] = rng.choice(("working", "elapsed", "percent", "elapsed_percent"))
                row["lag"] = rng.choice((-5000, 2500, 10000)) if "percent" in row["lag_kind"] else rng.choice((-4, 3, 16)) * HOUR
            self.rows["links"].append(row)

    def _assignments(self) -> None:
        rng = self.rng
        summaries = {t["parent_id"] for t in self.rows["tasks"]}
        for task in self.rows["tasks"]:
            if task["id"] in summaries or rng.random() < 0.6:
                continue
            for resource in rng.sample((1, 2, 3, 4), rng.choice((1, 1, 2))):
                row = {"id": len(self.rows["assignments"]) + 1, "project_id": task["project_id"], "task_id": task["id"]}
                row |= {"resource_id": resource, "units": rng.choice((5000, FULL, FULL, 2 * FULL)), "work": task["duration"]}
                if rng.random() < 0.15:
                    row["delay"] = 4 * HOUR
                if rng.random() < 0.15:
                    row["profile"] = [[4 * HOUR, 4 * HOUR], [8 * HOUR, 0], [4 * HOUR, 4 * HOUR]]
                self.rows["assignments"].append(row)


def _line(task: int, above: dict[int, int | None]) -> set[int]:
    """Return the task and all summaries over it."""
    found = set()
    at: int | None = task
    while at is not None:
        found.add(at)
        at = above[at]
    return found
