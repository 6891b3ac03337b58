"""What the writers of P6's tables share: numbers, results, what was kept of a file, and what is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pm.formats.building import rows_of
from pm.formats.losses import Losses
from pm.formats.primavera.tables import KEY
from pm.formats.primavera.values import Codec, money
from pm.model import Plan
from pm.model.enums import ActivityType

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

Row = Mapping[str, Any]
EQUIPMENT = "RT_EQUIP"
"""What P6 calls resources that are machines, in capitals."""
LAST = 10**9
"""Where rows stand that a file does not have."""
NOTHING: Mapping[str, Any] = {}


def carried(row: Row) -> Mapping[str, Any]:
    """Return what is kept of the row of a P6 file that `row` comes from."""
    extra = row.get("extra")
    held = extra.get(KEY) if isinstance(extra, Mapping) else None
    return held if isinstance(held, Mapping) else NOTHING


def numbered(wanted: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return a number for each row (id, number wanted): the wanted one where it is free, else one above all others."""
    pairs = list(wanted)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for row_id, number in pairs:
        if number > 0 and number not in taken:
            taken.add(number)
            found[row_id] = number
    top = max(taken, default=0)
    for row_id, _ in pairs:
        if row_id not in found:
            top += 1
            found[row_id] = top
    return found


class Writing:
    """A plan on its way to become a P6 file.

    Attributes:
        rows: Its rows by table, all fields.
        ids: P6's number of each row, by P6's table and the row's id; the band at the top of a project stands under the
            project's id, negative.
        equipment: Ids of the resources that P6 calls nonlabour; the model does not tell them from others.
        losses: How often each thing was not written, in words; see `pm.formats.losses`.
    """

    def __init__(self, plan: Plan, schedule: Schedule | None, *, all_from_file: bool = False) -> None:
        self._all_from_file = all_from_file
        self.plan, self.schedule = plan, schedule
        self.losses: Losses = Losses()
        names = ("projects", "calendars", "resources", "resource_rates", "availabilities", "tasks", "links", "assignments")
        self.rows: dict[str, list[dict[str, Any]]] = {name: rows_of(plan, name, whole=True) for name in names}
        outline = plan.outline
        heading = ActivityType.HEADING.value
        is_band = [outline.is_summary(i) or row["activity_type"] == heading for i, row in enumerate(self.rows["tasks"])]
        in_order = sorted(zip(self.rows["tasks"], is_band, strict=True), key=lambda pair: carried(pair[0]).get("at", LAST))
        self.bands = [row for row, band in in_order if band]
        self.activities = [row for row, band in in_order if not band]
        self.tasks = {row["id"]: row for row in self.rows["tasks"]}
        self.resources = {row["id"]: row for row in self.rows["resources"]}
        self.projects = {row["id"]: row for row in self.rows["projects"]}
        self.moneys = {row["id"]: money(row["currency_digits"]) for row in self.rows["projects"]}
        self.ids = self._numbers()
        self.equipment = {row["id"] for row in self.rows["resources"] if _is_equipment(row)}

    def comes_from_file(self, row: Row) -> bool:
        """Whether a row was read from a P6 file."""
        return self._all_from_file or bool(carried(row))

    def _numbers(self) -> dict[str, dict[int, int]]:
        def uids(rows: Iterable[Row]) -> dict[int, int]:
            return numbered((row["id"], carried(row).get("id", row.get("uid", 0))) for row in rows)

        tops = [(-row["id"], carried(row).get("root", NOTHING).get("id", 0)) for row in self.rows["projects"]]
        bands = [(row["id"], carried(row).get("id", row["uid"])) for row in self.bands]
        return {
            "PROJECT": uids(self.rows["projects"]),
            "CALENDAR": uids(self.rows["calendars"]),
            "RSRC": uids(self.rows["resources"]),
            "PROJWBS": numbered([*bands, *tops]),
            "TASK": uids(self.activities),
            "RSRCRATE": {},
            "TASKPRED": uids(self.rows["links"]),
            "TASKRSRC": uids(self.rows["assignments"]),
        }

    def number(self, source: str, row_id: int | None) -> str:
        """Return P6's number of a row as text, an empty one where there is none."""
        number = self.ids[source].get(row_id) if row_id is not None else None
        return "" if number is None else str(number)

    def money(self, row: Row) -> Codec:
        """Return the codec of costs of a row's project."""
        return self.moneys[row["project_id"]]


def _is_equipment(row: Row) -> bool:
    was = carried(row).get("was", NOTHING).get("rsrc_type")
    return was is not None and str(was[1]).strip().upper() == EQUIPMENT


def merged(encoded: Mapping[str, str], held: Mapping[str, Any], defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a row: what we write, in the words of the file it comes from where those still mean the same."""
    texts = {**defaults, **held.get("kept", NOTHING)}
    was = held.get("was", NOTHING)
    for column, text in encoded.items():
        before = was.get(column)
        texts[column] = before[1] if before is not None and before[0] == text else text
    return texts


def difference(encoded: Mapping[str, str], record: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, Any]:
    """Return what has to be kept of a file's row so that `merged` gives it back."""
    kept = {c: text for c, text in record.items() if c not in encoded and text != defaults.get(c, "")}
    was = {c: [text, record.get(c, "")] for c, text in encoded.items() if record.get(c, "") != text}
    return {name: part for name, part in (("kept", kept), ("was", was)) if part}
