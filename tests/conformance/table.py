"""Which tasks of the corpus are not as the tools stored them, and why: the tables of docs/conformance.md.

    python -m tests.conformance.table

schedules every plan of the corpus, compares it with its stored answers and writes the tables between the marks in the page.
Why a task differs is what the import report says of it: evidence, worked out anew each time.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pm.errors import PMError
from pm.formats import read_plan
from pm.formats.registry import read_bytes
from pm.formats.report import import_report
from pm.schedule import compute_schedule
from tests.conformance.corpus import MSPROJECT, P6, ROOT, STORED, WHY_NONE
from tests.conformance.merged import answers, golden, with_answers

PAGE = ROOT / "docs" / "conformance.md"
TOOLS = {MSPROJECT: "msproject", P6: "p6"}
SCOPES = ("open", "summary", "rest")
MOST_NUMBERS = 12
"""Numbers of tasks listed for one cause; of more, how many."""


@dataclass(frozen=True)
class Outcome:
    """What became of one plan.

    Attributes:
        tasks, exact: How many tasks there are in each scope, and how many are exact in all values.
        why: For each cause with its evidence, the tasks in the order of the plan and the scope each is in.
        failed: Why it cannot be scheduled; empty where it can.
    """

    path: Path
    tasks: Mapping[str, int]
    exact: Mapping[str, int]
    why: Mapping[str, list[tuple[int, str]]]
    failed: str = ""


def scope(task: Mapping[str, Any]) -> str:
    """Return the scope of a task of the stored answers: automatic, active, unfinished leaves are open, as the scorer has it."""
    if task["kind"] in ("summary", "wbs_summary"):
        return "summary"
    kept = any(task.get(name) for name in ("manual", "inactive", "complete", "external"))
    return "rest" if kept else "open"


def outcome(path: Path) -> Outcome:
    """Schedule one plan and compare it with its stored answers."""
    scopes = {task["uid"]: scope(task) for task in golden(path)["tasks"] if task["kind"] != "project"}
    tasks = Counter(scopes.values())
    try:
        schedule = compute_schedule(read_plan(path).plan)
    except PMError as error:
        return Outcome(path, tasks, Counter(), {}, f"{error.code}: {error}")
    report = import_report(read_bytes(with_answers(path, answers(path)), path.name), schedule)
    uid = dict(zip(report.plan.tasks.ids, report.plan.tasks.column("uid"), strict=True))
    reasons = {(o.task_id, o.cause, o.detail): o.reason for o in report.origins}
    why: dict[str, list[tuple[int, str]]] = {}
    differing: dict[int, str] = {}
    for d in report.differences:
        text = _cause(d.cause.value, d.detail, reasons[d.origin, d.cause, d.detail])
        differing.setdefault(uid[d.task_id], text)
    for number, text in differing.items():
        why.setdefault(text, []).append((number, scopes.get(number, "rest")))
    exact = tasks - Counter(scopes.get(number, "rest") for number in differing)
    return Outcome(path, tasks, exact, why)


def _cause(cause: str, detail: str, reason: str) -> str:
    """Return a cause as the page says it; the evidence where there is no detail that tells."""
    words = cause.replace("_", " ")
    known = f"{words}: {detail.replace('_', ' ')}" if detail and not detail.startswith("rule:") else words
    return known if detail and not detail.startswith("rule:") else f"{known}: {reason}"


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Hand out the lines of the tables about the plans of one tool."""
    listed = list(outcomes)
    total: dict[str, Counter[str]] = {"tasks": Counter(), "exact": Counter()}
    for one in listed:
        total["tasks"].update(one.tasks)
        total["exact"].update(one.exact)
    whole = sum(one.exact["open"] == one.tasks["open"] for one in listed)
    yield f"{len(listed)} plans, {whole} wholly exact in what is open."
    yield ""
    yield "| scope | tasks | exact |"
    yield "| --- | ---: | ---: |"
    for name, title in zip(SCOPES, ("open leaves", "summaries", "manual, inactive and finished leaves"), strict=True):
        tasks, exact = total["tasks"][name], total["exact"][name]
        if tasks:
            yield f"| {title} | {tasks:,} | {exact:,} ({100 * exact / tasks:.1f} %) |"
    yield ""
    yield "| plan | open, exact | tasks that differ, by number, and why |"
    yield "| --- | ---: | --- |"
    for one in listed:
        if one.failed:
            yield f"| {one.path.stem} | none of {one.tasks['open']:,} | {one.failed} |"
        elif one.why:
            causes = "; ".join(f"{_numbers(numbers)}: {text}" for text, numbers in one.why.items())
            yield f"| {one.path.stem} | {one.exact['open']:,} of {one.tasks['open']:,} | {causes} |"


def _numbers(numbers: Iterable[tuple[int, str]]) -> str:
    marks = {"open": "", "summary": " (summary)", "rest": " (not open)"}
    listed = [f"{number}{marks[where]}" for number, where in sorted(numbers)]
    more = len(listed) - MOST_NUMBERS
    return ", ".join(listed[:MOST_NUMBERS]) + (f" and {more} more" if more > 0 else "")


def replaced(page: str, name: str, lines: Iterable[str]) -> str:
    """Return the page with what stands between the marks of `name` replaced."""
    begin, end = f"<!-- {name}: made by tests/conformance/table.py -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{PAGE.name} has no marks for {name}: {begin} ... {end}")
    return f"{before}{begin}\n\n" + "\n".join(lines) + f"\n\n{end}{after}"


def main() -> int:
    """Write the tables into the page."""
    if not STORED:
        print(WHY_NONE, file=sys.stderr)
        return 1
    page = PAGE.read_text(encoding="utf-8")
    for folder, name in TOOLS.items():
        outcomes = [outcome(path) for path in STORED if path.is_relative_to(folder)]
        if outcomes:
            page = replaced(page, name, table(outcomes))
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
