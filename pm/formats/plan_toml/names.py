"""What calendars, resources, portfolios and tasks are called in the file, and which one a name means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pm.model import Plan

NOTHING = "none"
"""Says that an optional field is empty where the reader would otherwise fill it."""

_ORDINAL = re.compile(r"@([0-9]{1,15})")
_CODE = re.compile(r"[\w.-]+")


class Names:
    """Names of the rows of one table. A name stands for a row of the own project first, then a shared one, then any.

    ``@3`` is the third row of the file, for those that no name singles out; nothing is called so.
    """

    def __init__(self, rows: Iterable[tuple[int, int | None, str]]) -> None:
        self._rows = {row_id: (project, name) for row_id, project, name in rows}
        self._by_name: dict[str, list[int]] = {}
        for row_id, (_, name) in self._rows.items():
            self._by_name.setdefault(name, []).append(row_id)

    def find(self, text: str, project: int | None) -> int | None:
        """Return the id of the row that `text` means in `project`, or None."""
        found = _ORDINAL.fullmatch(text)
        if found:
            return int(found[1]) if int(found[1]) in self._rows else None
        named = self._by_name.get(text, []) if text else []
        for scope in (project, None):
            inside = [i for i in named if self._rows[i][0] == scope]
            if inside:
                return inside[0] if len(inside) == 1 else None
        return named[0] if len(named) == 1 else None

    def label(self, row_id: int, project: int | None) -> str:
        """Return the text that means the row in `project`."""
        name = self._rows[row_id][1]
        plain = name == name.strip() and name != NOTHING
        return name if plain and self.find(name, project) == row_id else f"@{row_id}"


class TaskNames:
    """Tasks by id number: ``3`` in the own project, ``ATLAS:3`` in another, ``@12`` for the twelfth task of the file."""

    def __init__(self, tasks: Iterable[tuple[int, int, int, str]], codes: Mapping[int, str]) -> None:
        self._tasks = {row_id: (project, uid) for row_id, project, uid, _ in tasks}
        self._by_uid: dict[tuple[int, int], list[int]] = {}
        self._by_name: dict[tuple[int, str], list[int]] = {}
        for row_id, project, uid, name in tasks:
            self._by_uid.setdefault((project, uid), []).append(row_id)
            self._by_name.setdefault((project, name), []).append(row_id)
        self._codes = codes
        self._projects: dict[str, list[int]] = {}
        for project, code in codes.items():
            self._projects.setdefault(code.casefold(), []).append(project)

    def find(self, text: str, project: int) -> int | None:
        """Return the id of the task that `text` means in `project`, or None; a whole name does too where it is the only one."""
        code, colon, rest = text.partition(":")
        if colon and len(owners := self._projects.get(code.strip().casefold(), [])) == 1:
            project, text = owners[0], rest.strip()
        found = _ORDINAL.fullmatch(text)
        if found:
            return int(found[1]) if int(found[1]) in self._tasks else None
        matches = self._by_uid.get((project, int(text)), []) if re.fullmatch(r"[0-9]{1,18}", text) else []
        matches = matches or self._by_name.get((project, text), [])
        return matches[0] if len(matches) == 1 else None

    def label(self, task_id: int, project: int) -> str:
        """Return the text that means the task in `project`."""
        owner, uid = self._tasks[task_id]
        if len(self._by_uid[owner, uid]) == 1 and uid >= 0:
            if owner == project:
                return str(uid)
            code = self._codes[owner]
            if _CODE.fullmatch(code) and len(self._projects[code.casefold()]) == 1:
                return f"{code}:{uid}"
        return f"@{task_id}"


class Directory:
    """All names of a plan.

    Args:
        rows: Rows with ids, by table; ids count from 1 in the order of the file.
    """

    def __init__(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        self.codes: dict[int, str] = {r["id"]: r.get("code", "") for r in rows.get("projects", ())}
        self._names = {
            table: Names((r["id"], r.get("project_id"), r.get("name", "")) for r in rows.get(table, ()))
            for table in ("portfolios", "calendars", "resources")
        }
        self._names["projects"] = Names((project, None, code) for project, code in self.codes.items())
        self.tasks = TaskNames(
            [(r["id"], r["project_id"], r.get("uid", 0), r.get("name", "")) for r in rows.get("tasks", ())], self.codes
        )

    @classmethod
    def of(cls, plan: Plan) -> Directory:
        """Return the names of a normalised plan."""
        wanted = {"projects": ("code",), "portfolios": ("name",), "calendars": ("project_id", "name")}
        wanted |= {"resources": ("project_id", "name"), "tasks": ("project_id", "uid", "name")}
        rows = {}
        for table, names in wanted.items():
            columns = [plan.tables[table].column(n) for n in ("id", *names)]
            rows[table] = [dict(zip(("id", *names), values, strict=True)) for values in zip(*columns, strict=True)]
        return cls(rows)

    def find(self, table: str, text: str, project: int | None) -> int | None:
        """Return the id of the row of `table` that `text` means in `project`, or None."""
        if table == "tasks":
            return self.tasks.find(text, project or 0)
        return self._names[table].find(text, project)

    def label(self, table: str, row_id: int, project: int | None) -> str:
        """Return the text that means the row of `table` in `project`."""
        if table == "tasks":
            return self.tasks.label(row_id, project or 0)
        return self._names[table].label(row_id, project)
