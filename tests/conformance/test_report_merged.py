"""The import report over the corpus: with the answers put back into the files, what it lists is exactly what differs."""

from __future__ import annotations

import importlib.util
import random
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pm.cli.documents import schedule_document
from pm.formats import read_plan
from pm.formats.registry import read_bytes
from pm.formats.report import Cause, ImportReport, import_report
from pm.model import instant, iso
from pm.schedule import compute_schedule
from pm.schedule.result import Schedule
from tests.conformance.corpus import SHARED, STORED, WHY_NONE
from tests.conformance.merged import Answers, answers, fields_read, listed, with_answers

pytestmark = pytest.mark.skipif(not STORED, reason=WHY_NONE)
each_plan = pytest.mark.parametrize("path", STORED, ids=[p.stem for p in STORED])

DAY = 24 * 3600
MOVED = 15
"""Values that are moved in each plan."""


@cache
def scorer() -> ModuleType:
    """Return the scorer of the reference data, the second opinion on what is equal."""
    spec = importlib.util.spec_from_file_location("conformance_score", SHARED / "conformance" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def scheduled(path: Path) -> Schedule:
    """Return the schedule of a plan as it stands in the corpus, without its answers."""
    return compute_schedule(read_plan(path).plan)


def report_with(path: Path, values: Answers) -> ImportReport:
    """Return the report on a plan of the corpus with `values` written into it as its own."""
    result = read_bytes(with_answers(path, values), path.name)
    schedule = scheduled(path)
    assert result.plan.tasks.column("uid") == schedule.plan.tasks.column("uid")
    return import_report(result, schedule)


def scored_as_different(path: Path, values: Answers) -> set[tuple[int, str]]:
    """Return the task and field of every value that the scorer takes for another than ours."""
    computed = {task["uid"]: task for task in schedule_document(scheduled(path))["tasks"]}
    same = scorer().same
    return {
        (uid, field)
        for uid, held in values.items()
        for field, value in held.items()
        if field in fields_read(path) and not same(field, value, computed.get(uid, {}).get(field))
    }


@each_plan
def test_the_answers_are_no_input(path: Path) -> None:
    merged, plain = read_bytes(with_answers(path, answers(path)), path.name).plan, read_plan(path).plan
    ours = [compute_schedule(plan) for plan in (merged, plain)]
    for name in ("start", "finish", "early_start", "late_finish", "total_slack", "critical"):
        assert getattr(ours[0], name).tolist() == getattr(ours[1], name).tolist(), name


@each_plan
def test_what_is_listed_is_what_the_scorer_finds(path: Path) -> None:
    values = answers(path)
    report = report_with(path, values)
    assert listed(path, report.to_json()) == scored_as_different(path, values)
    assert report.compared - report.equal == len({d.task_id for d in report.differences})
    assert sum(o.dates for o in report.origins) == len(report.differences)


@each_plan
def test_every_move_is_found_and_nothing_else(path: Path) -> None:
    chance = random.Random(path.stem)
    values = answers(path)
    before = listed(path, report_with(path, values).to_json())
    agreeing = [
        (uid, field)
        for uid, held in values.items()
        for field in sorted(held.keys() & fields_read(path))
        if (uid, field) not in before
    ]
    moves = set(chance.sample(agreeing, min(MOVED, len(agreeing))))
    moved = {uid: {f: _moved(f, v, chance) if (uid, f) in moves else v for f, v in held.items()} for uid, held in values.items()}
    report = report_with(path, moved)
    assert listed(path, report.to_json()) == before | moves
    assert all(isinstance(d.cause, Cause) and d.origin in report.plan.tasks for d in report.differences)
    assert {d.task_id for d in report.differences} <= {t for o in report.origins for t in _following(report, o.task_id)}


def _following(report: ImportReport, origin: int) -> set[int]:
    return {d.task_id for d in report.differences if d.origin == origin}


def _moved(field: str, value: Any, chance: random.Random) -> Any:
    """Return another value: by more than files leave open (a minute, for slack less than two), hours or days, either way."""
    if field == "critical":
        return not value
    least = 2 if field.endswith("_minutes") else 1
    minutes = chance.choice((least, 37, 60, 480, 1440, 7200)) * chance.choice((-1, 1))
    return value + minutes if field.endswith("_minutes") else iso(instant(value) + minutes * 60)
