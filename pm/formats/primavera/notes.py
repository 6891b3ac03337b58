"""TASKMEMO, WBSMEMO and MEMOTYPE: notes, which P6 keeps as HTML by topic."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from pm.formats.primavera.reading import Reading
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import read_text

TOPICS = "MEMOTYPE"
MEMOS: Mapping[str, tuple[str, str, str]] = {
    "TASKMEMO": ("TASK", "task_id", "task_memo"),
    "WBSMEMO": ("PROJWBS", "wbs_id", "wbs_memo"),
}
"""The tables of notes: whose they are, the column that says so, and the one that holds the text."""

UNTITLED = "Notes"
"""The topic of notes that have no title here."""

_ENDS = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")
_BODY = re.compile(r"<(?:html|body|p|div|br|span|font)\b", re.IGNORECASE)
_SKIPPED = re.compile(r"<(head|style|script)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def plain_text(memo: str) -> str:
    """Return a memo as plain text; one that is no HTML stays as it is."""
    text = read_text(memo)
    if _BODY.search(text):
        text = _SKIPPED.sub("", text)
        text = _TAG.sub("", _ENDS.sub("\n", re.sub(r"\s+", " ", text)))
        text = html.unescape(text).replace("\xa0", " ")
        text = "\n".join(line.strip() for line in text.split("\n")).strip()
    return text


def note_of(memos: Iterable[tuple[str, str]]) -> str:
    """Return the note that memos (topic, text) make: each under its topic, but what is `UNTITLED`."""
    parts = [(topic, plain_text(text)) for topic, text in memos]
    return "\n\n".join(f"{topic}:\n{text}" if topic not in ("", UNTITLED) else text for topic, text in parts if text)


def topic_names(records: Iterable[Fields]) -> dict[str, str]:
    """Return the names of topics by P6's number."""
    return {r.get("memo_type_id", "").strip(): read_text(r.get("memo_type", "")) for r in records}


def memos_by_owner(
    records: Iterable[Fields], owner: str, column: str, topics: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """Return topic and text of the memos in a table, by P6's number of what they belong to."""
    found: dict[str, list[tuple[str, str]]] = {}
    for record in records:
        topic = topics.get(record.get("memo_type_id", "").strip(), "")
        found.setdefault(record.get(owner, "").strip(), []).append((topic, record.get(column, "")))
    return found


def read_notes(reading: Reading) -> None:
    """Read the notes of activities, of bands, and of projects, which are those of the band at their top."""
    topics = topic_names(record for record, _ in reading.document.records(TOPICS))
    for table, (source, owner, column) in MEMOS.items():
        records = (record for record, _ in reading.document.records(table))
        for p6_id, memos in memos_by_owner(records, owner, column, topics).items():
            row_id = reading.known(source, p6_id)
            if row_id == 0:
                tops = reading.records.get(source, {})
                project = next(-i for i, r in tops.items() if i < 0 and r["wbs_id"].strip() == p6_id)
                reading.rows["projects"][project - 1]["notes"] = note_of(memos)
            elif row_id is not None:
                reading.rows["tasks"][row_id - 1]["notes"] = note_of(memos)
