"""The import report: what was read, and why dates differ."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pm.formats.report import Cause, ImportReport, import_report
from pm.formats.result import StoredDates
from pm.model import instant
from pm.schedule import compute_schedule
from tests.conformance.corpus import MSPROJECT, PLANS, WHY_NONE
from tests.formats.mspdi.documents import document, link, read_text, task

DAY = 86400


def report_on(tasks: list[str], **moved: dict[int, int]) -> ImportReport:
    """Report on a file that holds what we compute ourselves, but for the columns in `moved` (seconds by task)."""
    result = read_text(document(tasks))
    schedule = compute_schedule(result.plan)
    columns: dict[str, Any] = {}
    for name in ("start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_slack"):
        values = dict(zip(result.plan.tasks.ids, getattr(schedule, name).tolist(), strict=True))
        columns[name] = {t: v + moved.get(name, {}).get(t, 0) for t, v in values.items()}
    return import_report(replace(result, stored=StoredDates(**columns)), schedule)


def test_nothing_differs_where_nothing_does() -> None:
    report = report_on([task(1), task(2, link(1))])
    assert (report.compared, report.equal, report.moved, report.differences) == (2, 2, 0, ())
    assert report.counts["tasks"] == 2
    assert report.counts["links"] == 1


@pytest.mark.parametrize(
    ("more", "moved", "cause"),
    [
        ("", {"finish": {1: DAY}}, Cause.UNEXPLAINED),
        ("", {"late_finish": {1: DAY}, "total_slack": {1: DAY}}, Cause.STALE),
        ("", {"finish": {1: 60}}, Cause.ROUNDING),
        ("<Manual>1</Manual><ManualStart>2026-01-05T08:00:00</ManualStart>", {"start": {1: DAY}}, Cause.MANUAL),
        ("<ActualStart>2026-01-05T08:00:00</ActualStart>", {"finish": {1: DAY}}, Cause.ACTUALS),
        ("<LevelingDelay>4800</LevelingDelay>", {"start": {1: DAY}}, Cause.LEVELLED),
    ],
)
def test_causes(more: str, moved: dict[str, dict[int, int]], cause: Cause) -> None:
    report = report_on([task(1, more)], **moved)
    assert {d.cause for d in report.differences} == {cause}
    assert report.equal == 0


def test_a_difference_is_traced_back_along_the_links() -> None:
    manual = "<Manual>1</Manual><ManualStart>2026-01-05T08:00:00</ManualStart><ManualFinish>2026-01-05T17:00:00</ManualFinish>"
    shift = dict.fromkeys((1, 2, 3), DAY)
    report = report_on([task(1, manual), task(2, link(1)), task(3, link(2))], start=shift, finish=shift)
    assert {(d.task_id, d.cause, d.origin) for d in report.differences} == {(t, Cause.MANUAL, 1) for t in (1, 2, 3)}
    assert report.causes == {"manual": 3}


def test_the_json_is_complete_and_plain() -> None:
    report = report_on([task(1, "<Contact>Ana</Contact>"), task(2, link(99))], finish={1: DAY}, total_slack={1: 90})
    found = json.loads(json.dumps(report.to_json()))
    assert found["schema"] == "pm.import/1"
    assert found["kept"]["Contact"] == 1
    assert found["problems"][0]["code"] == "mspdi.dangling_link"
    assert found["tasks_moved"] == 1
    first = next(d for d in found["differences"] if d["field"] == "finish")
    assert first["stored"] == "2026-01-06T17:00"
    assert first["computed"] == "2026-01-05T17:00"
    slack = next(d for d in found["differences"] if d["field"] == "total_slack_minutes")
    assert slack["stored"] - slack["computed"] == 1.5


def test_without_a_schedule_nothing_is_compared() -> None:
    result = read_text(document([task(1, link(2)), task(2, link(1))]))
    report = import_report(result, None)
    assert (report.compared, report.differences) == (0, ())


@pytest.mark.skipif(not PLANS, reason=WHY_NONE)
def test_most_of_the_corpus_agrees_and_the_rest_has_a_cause() -> None:
    compared = equal = unexplained = 0
    for path in PLANS[::4]:
        golden = json.loads((MSPROJECT / "golden" / f"{path.stem}.json").read_text())
        result = read_text(path.read_bytes())
        ids = dict(zip(result.plan.tasks.column("uid"), result.plan.tasks.ids, strict=True))
        stored = {
            name: {ids[t["uid"]]: instant(t[name]) for t in golden["tasks"] if t["uid"] in ids and t.get(name)}
            for name in ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
        }
        report = import_report(replace(result, stored=StoredDates(**stored)), compute_schedule(result.plan))
        compared, equal = compared + report.compared, equal + report.equal
        unexplained += report.causes.get("unexplained", 0)
    assert equal >= 0.6 * compared > 0
    assert unexplained <= 0.05 * compared
