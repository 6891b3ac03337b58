"""Differences in people's words."""

from __future__ import annotations

from typing import Any

import pytest

from pm.comparison import compare
from pm.model import FULL, STANDARD_WEEK, Change, Changeset, instant
from pm.model.kinds import HOUR
from tests.commands.plans import house

DAY = 8 * HOUR
HOLIDAY = {"calendar_id": 1, "name": "Easter", "start": instant("2026-04-03"), "finish": instant("2026-04-06"), "shifts": []}


def update(table: str, row_id: int, **values: Any) -> Change:
    return Change(table, row_id, {n: house().tables[table].value(row_id, n) for n in values}, values)


def insert(table: str, row_id: int, **values: Any) -> Change:
    return Change(table, row_id, None, values)


def delete(table: str, row_id: int) -> Change:
    return Change(table, row_id, house().tables[table].row(row_id), None)


@pytest.mark.parametrize(
    ("change", "cause", "kind", "said"),
    [
        (update("tasks", 3, duration=8 * DAY), "durations", "changed", "1.2 Pour slab: duration 3d → 8d"),
        (update("tasks", 3, work=5 * DAY), "durations", "changed", "1.2 Pour slab: work 24h → 40h"),
        (update("tasks", 3, name="Cast"), "other", "renamed", "1.2 Cast: was called 'Pour slab'"),
        (update("tasks", 3, parent_id=4), "scope", "moved", "2.2 Pour slab: moved from 1 Foundation to 2 Walls"),
        (update("tasks", 3, parent_id=None), "scope", "moved", "2 Pour slab: moved from 1 Foundation to the top"),
        (update("tasks", 3, active=False), "scope", "changed", "1.2 Pour slab: made inactive"),
        (update("tasks", 3, calendar_id=1), "calendars", "changed", "1.2 Pour slab: calendar none → Standard"),
        (update("tasks", 3, deadline=instant("2026-02-01T17:00")), "constraints", "changed",
         "1.2 Pour slab: deadline none → 2026-02-01 17:00"),
        (update("tasks", 3, percent_complete=5000), "progress", "changed", "1.2 Pour slab: percent complete 0% → 50%"),
        (update("tasks", 3, levelling_delay=DAY), "levelling", "changed", "1.2 Pour slab: levelling delay 0d → 1d"),
        (update("tasks", 3, manual=True), "manual", "changed", "1.2 Pour slab: manual no → yes"),
        (update("tasks", 3, notes="wet"), "other", "changed", "1.2 Pour slab: notes changed"),
        (update("tasks", 3, remaining_duration=DAY), "durations", "changed", "1.2 Pour slab: remaining duration none → 1d"),
        (insert("tasks", 9, project_id=1, name="Paint", duration=DAY, position=9999), "scope", "added", "4 Paint: added, 1d"),
        (delete("tasks", 7), "scope", "removed", "3 Hand over: removed, a milestone"),
        (insert("links", 9, project_id=1, predecessor_id=5, successor_id=6, lag=2 * DAY), "links", "added",
         "2.2 Roof: link from 2.1 Frame FS+2d added"),
        (delete("links", 1), "links", "removed", "1.2 Pour slab: link from 1.1 Dig FS removed"),
        (update("links", 2, type="FS", lag=0), "links", "changed", "2.1 Frame: link from 1.2 Pour slab SS+1d → FS"),
        (update("projects", 1, start=instant("2026-01-12T08:00")), "project", "changed",
         "Project HOUSE: start 2026-01-05 08:00 → 2026-01-12 08:00"),
        (update("projects", 1, status_date=instant("2026-01-12T08:00")), "progress", "changed",
         "Project HOUSE: status date none → 2026-01-12 08:00"),
        (update("projects", 1, profile="primavera"), "project", "changed", "Project HOUSE: profile slackline → primavera"),
        (insert("calendar_exceptions", 1, **HOLIDAY), "calendars", "added",
         "Calendar Standard: days off Easter (2026-04-03 to 2026-04-06) added"),
        (update("calendars", 1, week=[[[28800, 57600]]] * 2 + [*STANDARD_WEEK[2:]]), "calendars", "changed",
         "Calendar Standard: Mon Tue 8:00-12:00,13:00-17:00 → 8:00-16:00"),
        (insert("calendars", 2, name="Night", project_id=1), "calendars", "added", "Calendar Night: added"),
        (update("resources", 2, max_units=FULL), "resources", "changed", "Resource Bob: max units 50% → 100%"),
        (insert("assignments", 2, project_id=1, task_id=5, resource_id=2, units=5000), "resources", "added",
         "2.1 Frame: assignment of Bob at 50% added"),
        (delete("assignments", 1), "resources", "removed", "1.2 Pour slab: assignment of Ann at 100% removed"),
        (update("assignments", 1, units=5000), "resources", "changed", "1.2 Pour slab: Ann: units 100% → 50%"),
        (insert("baselines", 1, project_id=1, number=0), "other", "added", "Project HOUSE: baseline 0 added"),
    ],
)  # fmt: skip
def test_one_change_is_one_line(change: Change, cause: str, kind: str, said: str) -> None:
    before = house()
    found = compare(before, before.apply(Changeset("", (change,))), same_ids=True)
    (line,) = found.lines
    assert (line.cause, line.kind, f"{line.about}: {line.text}") == (cause, kind, said)
    if line.field and change.after is not None:
        assert line.after == change.after[line.field]


@pytest.mark.parametrize(
    "change",
    [
        update("tasks", 1, duration=3 * DAY, percent_complete=100),  # of a summary: it comes from the tasks below
        update("tasks", 3, position=2000),  # in the same order as before
        update("tasks", 3, extra={"x": 1}, uid=77),
        update("tasks", 3, custom={}),
    ],
)
def test_what_means_nothing_is_not_told(change: Change) -> None:
    before = house()
    assert compare(before, before.apply(Changeset("", (change,))), same_ids=True).equal


def test_lines_stand_by_cause_and_in_outline_order() -> None:
    before = house()
    changes = (
        delete("tasks", 7),
        update("tasks", 6, duration=DAY),
        update("tasks", 2, duration=DAY),
        update("projects", 1, start=0),
        insert("tasks", 8, project_id=1, name="Fence", position=4096),
    )
    found = compare(before, before.apply(Changeset("", changes)), same_ids=True)
    assert [line.about for line in found.lines] == ["Project HOUSE", "3 Fence", "3 Hand over", "1.1 Dig", "2.2 Roof"]


def test_a_removed_task_takes_its_part_of_a_baseline_along_without_a_word() -> None:
    before = house()
    rows = tuple(insert("task_baselines", n, task_id=n, number=0, start=0, finish=n) for n in (6, 7))
    before = before.apply(Changeset("", rows))
    gone = (delete("tasks", 7), Change("task_baselines", 7, before.task_baselines.row(7), None))
    found = compare(before, before.apply(Changeset("", gone)), same_ids=True)
    assert [line.text for line in found.lines] == ["removed, a milestone"]
    other = Change("task_baselines", 6, {"finish": 6}, {"finish": 9})
    found = compare(before, before.apply(Changeset("", (other,))), same_ids=True)
    assert [line.text for line in found.lines] == ["baseline 0 changed"]
