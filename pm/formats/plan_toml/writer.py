"""A plan as canonical TOML text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pm.formats.building import SCHEMA
from pm.formats.plan_toml.block import Block, Pairs, as_dict, comment_part, toml_extra
from pm.formats.plan_toml.codec import (
    ASSIGNMENT_FOLLOWS,
    OWN_KEYS,
    PORTFOLIO_SECTION,
    SECTIONS,
    TASK_FOLLOWS,
    Frame,
    follows,
    usual_time,
)
from pm.formats.plan_toml.entries import Entries, Row, week_pairs
from pm.formats.plan_toml.short import format_after, format_resources
from pm.formats.plan_toml.text import inline_table, list_of_tables, toml_instant, toml_string
from pm.model import ENTITIES, Plan, fields_of
from pm.words import duration_text

_FIRST = (
    "id", "level", "name", "wbs", "milestone", "manual", "active", "duration",
    "after", "links", "resources", "assignments", "constraint",
)  # fmt: skip
_LAST = ("estimate", "earned_value", "baseline", "baselines", "hyperlink", "notes", "custom", "extra")
_SEVERAL = {"baseline": "baselines"}
_TASK_ORDER = {key: i - 100 for i, key in enumerate(_FIRST)} | {key: i + 100 for i, key in enumerate(_LAST)}


class Writer:
    """Writes one plan."""

    def __init__(self, plan: Plan) -> None:
        self.entries = Entries(plan)
        self.plan = self.entries.plan
        self.single = len(self.plan.projects) == 1
        resources = self.plan.resources
        types = list(zip(resources.ids, resources.column("type"), strict=True))
        self.materials = frozenset(i for i, kind in types if kind == "material")
        self.workers = frozenset(i for i, kind in types if kind == "work")

    def text(self) -> str:
        """Return the whole file."""
        first = next((t for n in ("projects", "calendars", "resources") if len(t := self.plan.tables[n])), None)
        self.host = toml_extra(first.row(1).get("extra")) if first is not None else {}
        kept = as_dict(self.host.get("file"))
        lines = Block(f"schema = {toml_string(SCHEMA)}", [], comments={"": kept.get("schema")}).lines()[1:]
        for block in self._blocks():
            lines += block.lines()
        end = comment_part([kept.get("end"), ""], 0)
        if end:
            lines += ["", *end.split("\n")]
        return "\n".join(lines) + "\n"

    def _blocks(self) -> Iterable[Block]:
        yield from self._section(*PORTFOLIO_SECTION, None, "")
        if not self.single:
            yield from self._section("calendar", "calendars", None, "")
            yield from self._section("resource", "resources", None, "")
        for project in self.plan.projects.ids:
            row = self.plan.projects.row(project)
            comments = as_dict(toml_extra(row.get("extra")).get("comment"))
            header = "[project]" if self.single else "[[project]]"
            yield Block(header, self.entries.fields("projects", row, project), comments=comments)
            for key, table in SECTIONS:
                if self.single and table in ("calendars", "resources"):
                    yield from self._section(key, table, None, "")
                if self.single:
                    yield from self._section(key, table, project, "")
                else:
                    yield from self._section(OWN_KEYS.get(table, key), table, project, "project.")

    def _section(self, key: str, table: str, project: int | None, prefix: str) -> Iterable[Block]:
        rows = self.plan.tables[table]
        grouped = "project_id" in fields_of(ENTITIES[table])
        positions = self.entries.groups(table, "project_id").get(project, []) if grouped else range(len(rows))
        for number, position in enumerate(positions):
            row = rows.row(rows.ids[position])
            header = f"[[{prefix}{key}]]"
            if table == "tasks":
                yield self._task(header, row, position, project or 0)
                continue
            pairs = self.entries.fields(table, row, project)
            if self.single and project is None and table in ("calendars", "resources"):
                pairs.insert(0, ("shared", "true"))
            below: tuple[str, Pairs] | None = None
            if table == "calendars":
                pairs += week_pairs(row, inherits=row.get("base_id") is not None)
                exceptions = self.entries.exceptions(row["id"], project)
                below = (f"{prefix}{key}.exceptions", exceptions) if exceptions else None
            pairs += self.entries.lists(table, row, project)
            comments = self._comments(table, row, f"{key} {number}", project)
            yield Block(header, pairs, below=below, comments=comments)

    def _comments(self, table: str, row: Row, label: str, project: int | None) -> Mapping[str, Any]:
        if "extra" in fields_of(ENTITIES[table]):
            return as_dict(toml_extra(row.get("extra")).get("comment"))
        owner = toml_extra(self.plan.projects.row(project).get("extra")) if project is not None else self.host
        return as_dict(as_dict(owner.get("other")).get(label))

    def _task(self, header: str, row: dict[str, Any], position: int, project: int) -> Block:
        frame, depth = self.entries.frames[project], self.plan.outline.depth[position]
        indent = "  " * depth
        assignments = self.entries.owned("assignments", "task_id", row["id"])
        for own in assignments:
            resource = own.get("resource_id")
            own["works"] = resource is None or resource in self.workers
        given = follows(row, TASK_FOLLOWS, {}, assignments)
        pairs = [p for p in self.entries.fields("tasks", row, project, given=given) if p[0] not in ("id", "duration")]
        pairs.append(("id", str(row.get("uid", 0))))
        if depth:
            pairs.append(("level", str(depth + 1)))
        pairs += self._duration(row, frame)
        pairs += self._links(row, frame, indent)
        pairs += self._resources(row, assignments, frame, indent)
        for key, table in (("baseline", "task_baselines"), ("estimate", "estimates"), ("earned_value", "earned_value_rules")):
            pairs += self._owned(key, table, row, frame, indent)
        pairs = [(k, v) if k != "constraint_type" else ("constraint", self._constraint(row, frame)) for k, v in pairs]
        if row.get("constraint_date") is not None and "constraint_type" not in row:
            pairs.append(("constraint", self._constraint(row, frame)))
        pairs.sort(key=lambda pair: _TASK_ORDER.get(pair[0], 0))
        comments = as_dict(toml_extra(row.get("extra")).get("comment"))
        return Block(header, pairs, indent=indent, comments=comments)

    def _duration(self, row: Row, frame: Frame) -> Pairs:
        unit, estimated = str(row.get("duration_unit", "d")), bool(row.get("estimated", False))
        value = row.get("duration", 0)
        if not value and unit == "d" and not estimated:
            return []
        text = toml_string(duration_text(value, unit, frame.units, estimated=estimated))
        return [("duration", text), *([("duration_unit", toml_string(unit))] if "%" in unit else [])]

    def _constraint(self, row: Row, frame: Frame) -> str:
        kind, when = str(row.get("constraint_type", "ASAP")), row.get("constraint_date")
        date = "" if when is None else f" {toml_instant(when, usual_time('tasks', 'constraint_date', row, frame))}"
        return toml_string(f"{kind}{date}")

    def _links(self, row: Row, frame: Frame, indent: str) -> Pairs:
        links = self.entries.owned("links", "successor_id", row["id"])
        if not links:
            return []
        text = format_after(links, frame, self.entries.names)
        if text is not None:
            return [("after", toml_string(text))]
        full = [self.entries.fields("links", link, frame.project, inline=True) for link in links]
        return [("links", list_of_tables(full, indent))]

    def _resources(self, row: Row, assignments: list[dict[str, Any]], frame: Frame, indent: str) -> Pairs:
        if not assignments:
            return []
        baselines = [self.entries.lists("assignments", own, frame.project, None) for own in assignments]
        if not any(baselines):
            text = format_resources(assignments, row, frame, self.entries.names, self.materials)
            if text is not None:
                return [("resources", toml_string(text))]
        full = []
        for own, below in zip(assignments, baselines, strict=True):
            given = follows(own, ASSIGNMENT_FOLLOWS, row, [])
            pairs = self.entries.fields("assignments", own, frame.project, given=given, inline=True)
            full.append(pairs + below)
        return [("assignments", list_of_tables(full, indent))]

    def _owned(self, key: str, table: str, row: Row, frame: Frame, indent: str) -> Pairs:
        """Return the rows of `table` that hang on a task: one inline where there is one of the usual kind, else a list."""
        rows = self.entries.owned(table, "task_id", row["id"])
        pairs = [self.entries.fields(table, r, frame.project, inline=True) for r in rows]
        if len(rows) == 1 and not rows[0].get("number"):
            return [(key, inline_table(pairs[0]))]
        return [(_SEVERAL.get(key, key), list_of_tables(pairs, indent))] if pairs else []
