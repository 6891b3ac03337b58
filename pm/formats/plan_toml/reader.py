"""TOML text as a plan.

First every entry gets its id, so that names can be looked up wherever they stand in the file; then the fields are read.
What cannot be read is reported with its line and left at its default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pm.errors import FormatError, InputError
from pm.formats.building import LARGEST, Findings, Rows, build_plan, check_schema
from pm.formats.canonical import POSITION_STEP, decimals, normalised
from pm.formats.plan_toml.branches import read_branches
from pm.formats.plan_toml.codec import (
    FRAME_FIELDS,
    OWN_KEYS,
    PORTFOLIO_SECTION,
    SECTIONS,
    Frame,
    fields_by_key,
    frame_of,
    key_of,
    parse_field,
)
from pm.formats.plan_toml.names import Directory
from pm.formats.plan_toml.scan import Address, Places
from pm.formats.result import Severity
from pm.model import ENTITIES, Plan, fields_of
from pm.model.kinds import FieldInfo

_TOP = {key for key, _ in SECTIONS} | {PORTFOLIO_SECTION[0], "schema", "project"}


@dataclass
class Entry:
    """One entry of the file: what it says, where it stands, whose it is, and the row it becomes."""

    table: str
    raw: Mapping[str, Any]
    address: Address
    project: int | None
    row: dict[str, Any]
    label: str = ""


class Reader:
    """Reads one file."""

    def __init__(self, text: str, findings: Findings) -> None:
        self.findings = findings
        self.document = _parse(text, findings.name)
        check_schema(self.document.get("schema", "pm.plan/1"), "toml", findings.name)
        if not self.document.keys() & _TOP:
            raise FormatError(
                "it is TOML, but no plan", code="toml.not_a_plan", subject=findings.name, hint="a plan has a [project]"
            )
        self.places = Places(text)
        self.rows: Rows = {name: [] for name in ENTITIES}
        self.where: dict[tuple[str, int], str] = {}
        self.ignored: dict[str, int] = {}
        self.entries: list[Entry] = []
        self.frames: dict[int | None, Frame] = {}
        self.names = Directory({})

    def plan(self) -> Plan:
        """Return the plan, comments kept in the `extra` of what they belong to.

        Raises:
            FormatError: `toml.broken_tree`, or in a strict reading the first problem.
        """
        self._collect()
        self._number_tasks()
        self._frame()
        self.names = Directory(self.rows)
        for entry in self.entries:
            read_branches(self, entry)
        self._keep_comments()
        return normalised(build_plan(self.rows, self.findings, self.where))

    # What there is

    def _collect(self) -> None:
        top = self.document
        for key in top.keys() - _TOP:
            self.unknown(key, (), "a plan")
        single = isinstance(top.get("project"), dict)
        for raw, address in self._tables(top, PORTFOLIO_SECTION[0], ()):
            self._enter(PORTFOLIO_SECTION[1], raw, address, None)
        projects = [(top["project"], ("project",))] if single else list(self._tables(top, "project", ()))
        owners = [self._enter("projects", raw, address, None).row["id"] for raw, address in projects]
        only = owners[0] if single else None
        for key, table in SECTIONS:
            for raw, address in self._tables(top, key, ()):
                shared = table in ("calendars", "resources") and (only is None or raw.get("shared") is True)
                if only is None and not shared:
                    self.problem("no_project", f"[[{key}]] belongs to no project; left out", address, lost=True)
                    continue
                self._enter(table, raw, address, None if shared else only)
            for owner, (project, where) in zip(owners, projects, strict=True):
                for raw, address in self._tables(project, OWN_KEYS.get(table, key), where):
                    self._enter(table, raw, address, owner)

    def _tables(self, parent: Mapping[str, Any], key: str, address: Address) -> Iterator[tuple[Mapping[str, Any], Address]]:
        listed = parent.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(raw, dict) for raw in listed):
            self.problem("bad_table", f"{key} is not a list of tables; ignored", address, key, lost=True)
            return
        for i, raw in enumerate(listed):
            yield raw, (*address, key, i)

    def _enter(self, table: str, raw: Mapping[str, Any], address: Address, project: int | None) -> Entry:
        row = self.new_row(table, address)
        fields = fields_of(ENTITIES[table])
        if "project_id" in fields:
            row["project_id"] = project
        if "position" in fields:
            row["position"] = row["id"] * POSITION_STEP
        for name in ("name", "code"):
            if name in fields and isinstance(raw.get(name), str):
                row[name] = raw[name]
        number = sum(1 for e in self.entries if e.table == table and e.project == project) if table in _UNKEPT else 0
        entry = Entry(table, raw, address, row["id"] if table == "projects" else project, row, f"{_singular(table)} {number}")
        self.entries.append(entry)
        return entry

    def new_row(self, table: str, address: Address, key: str = "") -> dict[str, Any]:
        """Add a row with the next id to `table`."""
        row: dict[str, Any] = {"id": len(self.rows[table]) + 1}
        self.rows[table].append(row)
        self.where[table, row["id"]] = str(self.places.line(address, key))
        return row

    def _number_tasks(self) -> None:
        """Give every task its uid and its summary: the last task before it that stands one level higher."""
        used: dict[int | None, int] = {e.project: _last_uid(e.raw) for e in self.entries if e.table == "projects"}
        open_: dict[int | None, list[int]] = {}
        tasks = [e for e in self.entries if e.table == "tasks"]
        for entry in tasks:
            uid = entry.raw.get("id")
            if type(uid) is int and -LARGEST <= uid <= LARGEST:
                entry.row["uid"] = uid
                used[entry.project] = max(used.get(entry.project, 0), uid)
            elif uid is not None:
                self.problem("bad_value", f"id cannot be {str(uid)[:40]!r}; the next free one is used", entry.address, "id")
        for entry in tasks:
            if "uid" not in entry.row:
                used[entry.project] = entry.row["uid"] = min(used.get(entry.project, 0) + 1, LARGEST)
            level = entry.raw.get("level", 1)
            above = open_.setdefault(entry.project, [])
            if type(level) is not int or not 1 <= level <= len(above) + 1:
                self.problem("bad_level", f"level {str(level)[:20]} has no summary above it", entry.address, "level")
                level = len(above) + 1 if type(level) is int and level > 0 else 1
            del above[level - 1 :]
            entry.row["parent_id"] = above[-1] if above else None
            above.append(entry.row["id"])

    def _frame(self) -> None:
        """Read what the values of every project depend on: its decimals, lengths of units and usual times."""
        nothing = Frame()
        for entry in self.entries:
            if entry.table == "projects":
                row = {"id": entry.row["id"]}
                for name in FRAME_FIELDS:
                    info = fields_of(ENTITIES["projects"])[name]
                    if name in entry.raw:
                        row[name] = self.value("projects", info, entry.raw[name], row, nothing, entry.address, quiet=True)
                self.frames[row["id"]] = frame_of(row)
        digits = {f.digits for f in self.frames.values()}
        self.frames[None] = Frame(digits=decimals(digits.pop()) if len(digits) == 1 else 2)

    # One entry

    def fields(self, entry: Entry, row: dict[str, Any], table: str, raw: Mapping[str, Any], skip: frozenset[str]) -> None:
        """Read the keys of `raw` that are fields of `table` into `row`; `skip` names keys that others read."""
        known = fields_by_key(table)
        frame = self.frames[entry.project]
        for key, value in raw.items():
            if key in skip:
                continue
            info = known.get(key)
            if info is None:
                self.unknown(key, entry.address, f"an entry of {table}")
            else:
                found = self.value(table, info, value, row, frame, entry.address)
                if (
                    key == "extra" and isinstance(found, dict) and "toml" in found
                ):  # "toml" is ours: the comments, which the text itself holds
                    found = {k: v for k, v in found.items() if k != "toml"} or None
                row[info.name] = found

    def value(
        self,
        table: str,
        info: FieldInfo,
        value: Any,
        row: Mapping[str, Any],
        frame: Frame,
        address: Address,
        *,
        quiet: bool = False,
    ) -> Any:
        """Return the value of a field, its default where what stands there cannot be one (reported unless `quiet`)."""
        try:
            return parse_field(table, info, value, row, frame, self.names)
        except InputError as error:
            if not quiet:
                message = f"{error.message}; {info.default!r} is used"
                self.problem("bad_value", message, address, key_of(table, info.name), hint=error.hint)
            return info.default

    def problem(self, what: str, message: str, address: Address, key: str = "", *, hint: str = "", lost: bool = False) -> None:
        """Report a problem with the line of `key` in the entry at `address`."""
        severity = Severity.ERROR if lost else Severity.WARNING
        self.findings.add(what, message, str(self.places.line(address, key)), hint=hint, severity=severity)

    def unknown(self, key: str, address: Address, owner: str) -> None:
        """Report a key that means nothing."""
        self.ignored[key[:40]] = self.ignored.get(key[:40], 0) + 1
        self.problem("unknown_key", f"{owner} has no {key[:40]!r}; ignored", address, key)

    # Comments

    def _keep_comments(self) -> None:
        """Keep comments with the row they belong to; those of rows without `extra` with their project's."""
        tables = ("projects", "calendars", "resources")
        host = next((self.rows[t][0] for t in tables if self.rows[t]), None)
        for entry in self.entries:
            kept = self.places.comments(entry.address)
            if not kept:
                continue
            if entry.table not in _UNKEPT:
                _toml_of(entry.row)["comment"] = kept
            else:
                owner = self.rows["projects"][entry.project - 1] if entry.project is not None else host
                if owner is not None:
                    _toml_of(owner).setdefault("other", {})[entry.label] = kept
        if host is not None:
            head = self.places.comments(()).get("schema")
            file: dict[str, Any] = {"schema": head} if head else {}
            if self.places.end:
                file["end"] = self.places.end
            if file:
                _toml_of(host)["file"] = file


_UNKEPT = frozenset(name for name, model in ENTITIES.items() if "extra" not in fields_of(model))


def _singular(table: str) -> str:
    return next((key for key, name in (*SECTIONS, PORTFOLIO_SECTION) if name == table), table)


def _last_uid(project: Mapping[str, Any]) -> int:
    """Return the highest number of a task that is gone from a project."""
    marks = project.get("last_uids")
    found = marks.get("tasks") if isinstance(marks, dict) else None
    return found if type(found) is int and 0 < found < LARGEST else 0


def _toml_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the place in a row's `extra` where this format keeps things."""
    if row.get("extra") is None:
        row["extra"] = {}
    if not isinstance(row["extra"], dict):
        return {}
    kept: dict[str, Any] = row["extra"].setdefault("toml", {})
    return kept


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line = "".join(c for c in place.partition(",")[0] if c.isdigit()) or str(text.count("\n") + 1)
        raise FormatError(message, code="toml.syntax", subject=f"{name}:{line}", hint="mend it there") from None
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise FormatError(f"it cannot be read: {error}", code="toml.syntax", subject=name) from None
