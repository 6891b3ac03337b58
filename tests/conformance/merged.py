"""The corpus with the answers put back: what the files said before their results were taken out of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

MSPDI_DATES = {
    "start": "Start",
    "finish": "Finish",
    "early_start": "EarlyStart",
    "early_finish": "EarlyFinish",
    "late_start": "LateStart",
    "late_finish": "LateFinish",
}
MSPDI_SLACKS = {"total_slack_minutes": "TotalSlack", "free_slack_minutes": "FreeSlack"}

XER_DATES = {
    "early_start": "early_start_date",
    "early_finish": "early_end_date",
    "late_start": "late_start_date",
    "late_finish": "late_end_date",
}
XER_SLACKS = {"total_slack_minutes": "total_float_hr_cnt", "free_slack_minutes": "free_float_hr_cnt"}

Answers = dict[int, dict[str, Any]]
"""Values by the source's own number of the task, as the corpus names them."""


def golden(path: Path) -> dict[str, Any]:
    """Return what the corpus holds about a plan: the answers and where they are from."""
    found: dict[str, Any] = json.loads((path.parents[1] / "golden" / f"{path.stem}.json").read_text(encoding="utf-8"))
    return found


def answers(path: Path) -> Answers:
    """Return the values of every task that is one, without those the corpus does not know."""
    kept = {*MSPDI_DATES, *MSPDI_SLACKS, "critical"}
    return {
        task["uid"]: {name: task[name] for name in kept if task.get(name) is not None}
        for task in golden(path)["tasks"]
        if task["kind"] not in ("project", "wbs_summary")
    }


def fields_read(path: Path) -> frozenset[str]:
    """Return which of the answers a file of that kind holds by themselves: P6's start, finish and critical follow from others."""
    if path.suffix == ".xer":
        return frozenset({*XER_DATES, *XER_SLACKS})
    return frozenset({*MSPDI_DATES, *MSPDI_SLACKS, "critical"})


def with_answers(path: Path, values: Answers) -> bytes:
    """Return a plan of the corpus with the results of its tasks written in."""
    write = xer_with if path.suffix == ".xer" else mspdi_with
    return write(path.read_bytes(), values)


def mspdi_with(content: bytes, values: Answers) -> bytes:
    """Return an MSPDI document with the results of its tasks written in."""
    root = etree.fromstring(content)
    for task in root.iter("{*}Task"):
        uid = int(task.findtext("{*}UID") or -1)
        for name, value in values.get(uid, {}).items():
            if name in MSPDI_DATES:
                _set(task, MSPDI_DATES[name], f"{value}:00")
            elif name in MSPDI_SLACKS:
                _set(task, MSPDI_SLACKS[name], str(value * 10))
            else:
                _set(task, "Critical", str(int(value)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _set(task: etree._Element, name: str, text: str) -> None:
    namespace = etree.QName(task).namespace
    tag = f"{{{namespace}}}{name}" if namespace else name
    found = task.find(tag)
    if found is None:
        found = etree.SubElement(task, tag)
    found.text = text


def xer_with(content: bytes, values: Answers) -> bytes:
    """Return an XER file with the results of its activities written in."""
    lines, table, columns = content.split(b"\n"), b"", dict[str, int]()
    for number, line in enumerate(lines):
        cells = line.rstrip(b"\r").split(b"\t")
        if cells[0] == b"%T":
            table = cells[1]
        elif cells[0] == b"%F":
            columns = {name.decode(): place for place, name in enumerate(cells)}
        elif cells[0] == b"%R" and table == b"TASK":
            cells += [b""] * (max(columns.values()) + 1 - len(cells))
            for name, value in values.get(int(cells[columns["task_id"]]), {}).items():
                if name in XER_DATES:
                    cells[columns[XER_DATES[name]]] = value.replace("T", " ").encode()
                elif name in XER_SLACKS:
                    cells[columns[XER_SLACKS[name]]] = f"{value / 60:.6f}".encode()
            lines[number] = b"\t".join(cells) + (b"\r" if line.endswith(b"\r") else b"")
    return b"\n".join(lines)


def listed(path: Path, document: Mapping[str, Any]) -> set[tuple[int, str]]:
    """Return what a report lists of `fields_read`: the task's number and the field of each difference."""
    return {(d["uid"], d["field"]) for d in document["differences"] if d["field"] in fields_read(path)}
