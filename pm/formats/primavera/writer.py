"""A plan to the tables of a P6 file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pm.errors import FormatError
from pm.formats.losses import Losses
from pm.formats.primavera import encoding
from pm.formats.primavera.adapt import adapted, finish_driven
from pm.formats.primavera.attached import Attached
from pm.formats.primavera.bands import STEP
from pm.formats.primavera.columns import COLUMNS, DEFAULTS, TABLES
from pm.formats.primavera.encoding import Texts
from pm.formats.primavera.keep import MODELLED
from pm.formats.primavera.losses import lost_fields
from pm.formats.primavera.options import TABLE as OPTIONS
from pm.formats.primavera.results import computed_of, of_activity, planned
from pm.formats.primavera.rows import all_rows
from pm.formats.primavera.tables import Document, TextTable
from pm.formats.primavera.values import DATE, read_whole, write_text
from pm.formats.primavera.writing import NOTHING, Row, Writing, carried, merged, numbered
from pm.model import Plan

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

REFERENCES = {"task_id": "TASK", "pred_task_id": "TASK", "taskrsrc_id": "TASKRSRC", "rsrc_id": "RSRC", "wbs_id": "PROJWBS"}
REFERENCES |= {"clndr_id": "CALENDAR", "proj_id": "PROJECT", "pred_proj_id": "PROJECT"}
"""Columns of kept rows that refer to rows of the plan, whose numbers may have had to change."""
FLAGS = {"1": "Y", "0": "N", "true": "Y", "false": "N"}
OWNERS = ("task_id", "taskrsrc_id", "rsrc_id")
"""Columns whose rows go where what they refer to has gone."""


def document(plan: Plan, schedule: Schedule | None) -> tuple[Document, Losses]:
    """Return `plan` as a P6 file, and how often each thing was not written, or not as it is, in words.

    Args:
        plan: One project or several.
        schedule: Where computed dates come from; without it a file's own results are written back, and a plan that comes
            from elsewhere has none.

    Raises:
        FormatError: ``p6.no_project``, there is no project in the plan.
    """
    if not len(plan.projects):
        raise FormatError("a P6 file holds at least one project", code="p6.no_project", hint="add a project first")
    fitting, losses = adapted(plan, schedule)
    writing = Writing(fitting, schedule)
    writing.losses = losses
    written = _Document(writing).build()
    losses.update(lost_fields(plan))
    losses["start of {n} project(s) that are scheduled back from their finish"] += finish_driven(plan)
    fixed = sum(bool(row["fixed_cost"]) for row in writing.bands)
    losses["fixed cost of {n} summary task(s)"] += fixed
    return written, +losses


class _Document:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._projects = writing.rows["projects"]
        self._kept = {row["id"]: carried(row) for row in self._projects}
        self._file: Any = next((kept["file"] for kept in self._kept.values() if "file" in kept), NOTHING)
        self._rows: dict[str, list[Texts]] = {name: [] for name in (*MODELLED, OPTIONS)}

    def build(self) -> Document:
        """Return the document."""
        self._own_rows()
        self._bands()
        self._options()
        built = Document(currency=self._file.get("currency", ""), header=dict(self._file.get("header", {})))
        if "line" not in built.header:
            # What comes from P6 in another form has neither this form's order nor its words for yes and no.
            self._file = {}
            for rows in self._rows.values():
                for row in rows:
                    row.update({c: FLAGS[text] for c, text in row.items() if c.endswith("_flag") and text in FLAGS})
        file = (
            []
            if not self._file
            else [name for kept in self._kept.values() for name in kept.get("file", NOTHING).get("tables", ())]
        )
        for name in _ordered(file, [name for name, rows in self._rows.items() if rows]):
            built.tables[name] = TextTable(name, self._columns(name) if name in self._rows else [])
            self._fill(built.tables[name])
        self._kept_rows(built)
        Attached(self._writing, built).write()
        if "line" not in built.header:
            # A file of another kind need not have them; one of this kind is written back as it is.
            for name, add in (("CURRTYPE", _add_currency), ("OBS", _add_owner)):
                if name not in built.tables or not built.tables[name].rows:
                    add(built, self._projects[0])
        built.currency = built.currency or self._projects[0]["currency"]
        order = _ordered(file, [name for name, table in built.tables.items() if table.rows])
        built.tables = {name: built.tables[name] for name in order}
        return built

    # Rows of the plan

    def _own_rows(self) -> None:
        schedule = self._writing.schedule
        for source, row, texts in all_rows(self._writing):
            line = merged(texts, carried(row), DEFAULTS.get(source, NOTHING))
            if schedule is not None and source == "TASK":
                computed = computed_of(self._writing, row["id"])
                if computed is not None:
                    line |= of_activity(computed, row)
                    planned(line, computed)
            elif schedule is not None and source == "TASKRSRC":
                computed = computed_of(self._writing, row["task_id"])
                if computed is not None:
                    planned(line, computed)
            elif schedule is not None and source == "PROJECT" and row["id"] in schedule.project_finish:
                line["scd_end_date"] = DATE.encode(schedule.project_finish[row["id"]])
            self._rows[source].append(line)
        defaults = [line for line in self._rows["CALENDAR"] if line.get("default_flag") == "Y"]
        for line in defaults[1:]:
            line["default_flag"] = "N"

    def _bands(self) -> None:
        """Number the bands below each other in the order they have, and put each project's own before them."""
        rows = self._rows["PROJWBS"]
        below: dict[str, list[tuple[int, Texts]]] = {}
        for row, texts in zip(self._writing.bands, rows, strict=True):
            below.setdefault(texts["parent_wbs_id"], []).append((row["position"], texts))
        for listed in below.values():
            ordered = [texts for _, texts in sorted(listed, key=lambda pair: pair[0])]
            numbers = [_whole(texts.get("seq_num", "")) for texts in ordered]
            if None in numbers or numbers != sorted(numbers, key=lambda n: n or 0):
                for i, texts in enumerate(ordered, start=1):
                    texts["seq_num"] = str(i * 10)
        for project in reversed(self._projects):
            held = self._kept[project["id"]].get("root", NOTHING)
            texts = encoding.top_band(self._writing, project)
            line = merged(texts, held, DEFAULTS["PROJWBS"])
            if not held:
                line["seq_num"] = str(project["position"] // STEP * 100)
            at = next((i for i, row in enumerate(rows) if row["proj_id"] == texts["proj_id"]), 0)
            rows.insert(at, line)

    def _options(self) -> None:
        wanted = [
            (row["id"], self._kept[row["id"]].get("options", NOTHING).get("id", 0))
            for row in self._projects
            # A project of a P6 file that has no options there, and none of its own since, follows P6's usual ones.
            if "options" in self._kept[row["id"]] or not self._kept[row["id"]] or row["profile_overrides"]
        ]
        for project_id, number in numbered(wanted).items():
            texts = encoding.options(self._writing, self._writing.projects[project_id], number)
            held = self._kept[project_id].get("options", NOTHING)
            self._rows[OPTIONS].append(merged(texts, held, DEFAULTS[OPTIONS]))

    def _columns(self, name: str) -> list[str]:
        columns = list(self._file.get("columns", NOTHING).get(name, ())) or list(COLUMNS.get(name, ()))
        known = set(columns)
        for row in self._rows.get(name, ()):
            for column, text in row.items():
                if text and column not in known and text != DEFAULTS.get(name, NOTHING).get(column):
                    known.add(column)
                    columns.append(column)
        return columns

    def _fill(self, table: TextTable) -> None:
        table.rows = [[row.get(column, "") for column in table.columns] for row in self._rows.get(table.name, ())]

    # Rows that were kept

    def _kept_rows(self, built: Document) -> None:
        """Add the tables and rows that stand for nothing of ours; what two files share is written once."""
        renumbered = self._renumbered()
        present: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for project_id, kept in self._kept.items():
            numbers = renumbered[project_id]
            for name, entry in kept.get("tables", NOTHING).items():
                columns, rows = list(entry["columns"]), [list(row) for row in entry["rows"]]
                table = built.tables.setdefault(name, TextTable(name, list(columns)))
                if not table.columns:
                    table.columns = list(columns)
                kept_rows = [row for row in rows if self._mapped(name, columns, row, numbers)]
                shape = (name, *columns)
                if shape not in present:
                    present[shape] = set(map(tuple, table.rows)) if table.columns == columns else set()
                new = [row for row in kept_rows if tuple(row) not in present[shape]]
                present[shape].update(map(tuple, new))
                table.add(columns, new, [])

    def _renumbered(self) -> dict[int, dict[str, dict[str, str]]]:
        """Return the numbers of today by those each project's kept rows know, by project and P6's table."""
        writing = self._writing
        shared = {"RSRC": writing.rows["resources"], "CALENDAR": writing.rows["calendars"]}
        own = {"TASK": writing.activities, "PROJWBS": writing.bands, "TASKRSRC": writing.rows["assignments"]}
        everybody = {
            source: {str(carried(r).get("id", r["uid"])): writing.number(source, r["id"]) for r in rows}
            for source, rows in shared.items()
        }
        found: dict[int, dict[str, dict[str, str]]] = {}
        for project_id, project in writing.projects.items():
            found[project_id] = everybody | {source: {} for source in own}
            found[project_id]["PROJECT"] = {str(project["uid"]): writing.number("PROJECT", project_id)}
        for source, rows in own.items():
            for r in rows:
                found[r["project_id"]][source][str(carried(r).get("id", r["uid"]))] = writing.number(source, r["id"])
        for project_id, kept in self._kept.items():
            root = kept.get("root", NOTHING).get("id")
            found[project_id]["PROJWBS"][str(root)] = writing.number("PROJWBS", -project_id)
        return found

    def _mapped(self, name: str, columns: list[str], row: list[str], numbers: dict[str, dict[str, str]]) -> bool:
        """Put today's numbers into a kept row; return whether what it belongs to is still there."""
        if name in MODELLED and name != "TASKPRED":
            return True
        place = {column: i for i, column in enumerate(columns)}
        if name == "UDFVALUE":
            return self._mapped_value(row, place, numbers)
        gone = []
        for column in REFERENCES.keys() & place.keys():
            old = row[place[column]].strip()
            new = numbers[REFERENCES[column]].get(old)
            if new is not None:
                row[place[column]] = new
            elif column in (*OWNERS, "pred_task_id") and old:
                gone.append(column)
        if name == "TASKPRED":
            return len(gone) < len(("task_id", "pred_task_id"))
        return not gone

    def _mapped_value(self, row: list[str], place: dict[str, int], numbers: dict[str, dict[str, str]]) -> bool:
        """The same for the value of a user-defined field, whose field says which table it belongs to."""
        for column, source in (("proj_id", "PROJECT"),):
            if column in place and (new := numbers[source].get(row[place[column]].strip())) is not None:
                row[place[column]] = new
        source = self._tables_of_fields.get(row[place["udf_type_id"]].strip(), "") if "udf_type_id" in place else ""
        if source not in numbers or "fk_id" not in place:
            return True
        new = numbers[source].get(row[place["fk_id"]].strip())
        if new is not None:
            row[place["fk_id"]] = new
        return new is not None

    @property
    def _tables_of_fields(self) -> dict[str, str]:
        if "_field_tables" not in self.__dict__:
            self._field_tables: dict[str, str] = {}
            for kept in self._kept.values():
                entry = kept.get("tables", NOTHING).get("UDFTYPE")
                for row in entry["rows"] if entry is not None else ():
                    record = dict(zip(entry["columns"], row, strict=True))
                    self._field_tables[record.get("udf_type_id", "").strip()] = record.get("table_name", "").strip().upper()
        return self._field_tables


def _ordered(file: Iterable[str], more: Iterable[str]) -> list[str]:
    """Return the tables of a file in its order, and between them those it does not have, where P6 has them."""
    rank = {name: i for i, name in enumerate(TABLES)}
    placed = list(dict.fromkeys(file))
    for name in more:
        if name not in placed:
            later = (i for i, other in enumerate(placed) if rank.get(other, -1) > rank.get(name, len(rank)))
            placed.insert(next(later, len(placed)), name)
    return placed


def _whole(text: str) -> int | None:
    try:
        return read_whole(text)
    except ValueError:
        return None


def _add_currency(built: Document, project: Row) -> None:
    """Write the currency of a plan that comes from elsewhere."""
    table = built.tables["CURRTYPE"] = TextTable("CURRTYPE", list(COLUMNS["CURRTYPE"]))
    values = {
        "curr_id": "1",
        "decimal_digit_cnt": str(project["currency_digits"]),
        "curr_symbol": write_text(project["currency_symbol"] or project["currency"]),
        "decimal_symbol": ".",
        "digit_group_symbol": ",",
        "pos_curr_fmt_type": "#1.1",
        "neg_curr_fmt_type": "(#1.1)",
        "curr_type": project["currency"],
        "curr_short_name": project["currency"],
        "group_digit_cnt": "3",
        "base_exch_rate": "1",
    }
    table.rows.append([values[column] for column in table.columns])


def _add_owner(built: Document, _project: Row) -> None:
    """Write the organisation that the bands of a plan from elsewhere belong to, which P6 wants them to have."""
    table = built.tables["OBS"] = TextTable("OBS", list(COLUMNS["OBS"]))
    values = {"obs_id": "1", "seq_num": "0", "obs_name": "Enterprise"}
    table.rows.append([values.get(column, "") for column in table.columns])
    bands = built.tables["PROJWBS"]
    if "obs_id" in bands.columns:
        place = bands.columns.index("obs_id")
        for row in bands.rows:
            row[place] = row[place] or "1"
