"""Where the real plans are, and how two MSPDI documents are compared."""

from __future__ import annotations

import os
from pathlib import Path

from lxml import etree

from pm.formats.mspdi.fields import Role, elements
from pm.formats.registry import FORMATS

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SLACKLINE_SHARED") or ROOT.parent / "shared")
MSPROJECT = SHARED / "conformance" / "msproject"
PLANS = sorted((MSPROJECT / "inputs").glob("*.xml"))
P6 = SHARED / "conformance" / "p6"
P6_PLANS = sorted((P6 / "inputs").glob("*.xer"))
_READ = tuple(ending for kind in FORMATS if kind.reads for ending in kind.extensions)
STORED = [path for path in (*PLANS, *P6_PLANS) if path.name.endswith(_READ)]
"""The plans that come with stored answers."""
WHY_NONE = "the plans of the conformance corpus are not here: set SLACKLINE_SHARED to the folder that holds conformance/"

RECORDS = {"Task": "tasks", "Assignment": "assignments", "Resource": "resources"}
ALWAYS_COMPUTED = {
    record: frozenset(e.name for e in elements(table).values() if e.role is Role.COMPUTED) for record, table in RECORDS.items()
}
"""Dates, slacks, variances and criticality: results of the schedule, not part of the plan."""
SUMMARY_COMPUTED = frozenset({"Duration", "PercentComplete"})
"""What is computed for automatic summaries only."""


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _is_automatic_summary(task: etree._Element) -> bool:
    found = {_name(child): child.text for child in task}
    return found.get("Summary") == "1" and found.get("Manual", "0") == "0"


def without_results(content: bytes) -> etree._Element:
    """Return the document without computed elements, comments and the white space between elements."""
    root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for element in list(root.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        record, name = _name(parent), _name(element)
        always = name in ALWAYS_COMPUTED.get(record, ()) or (record == "Project" and name == "FinishDate")
        if always or (record == "Task" and name in SUMMARY_COMPUTED and _is_automatic_summary(parent)):
            parent.remove(element)
    return root


def canonical(content: bytes) -> list[str]:
    """Return the canonical XML of a document without its results, an element a line."""
    root = without_results(content)
    etree.indent(root, "")
    return etree.tostring(root, method="c14n").decode().splitlines()
