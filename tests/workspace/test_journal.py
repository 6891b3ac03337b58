"""Random work on a plan: undoing all of it gives the plan back, doing all of it again gives the result back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pm.errors import PlanError, StoreError
from pm.model import Change, Plan
from pm.workspace import Workspace
from tests.store.plans import content, differences
from tests.workspace.edits import Edit, add_task, delete_task, link, move_under, sample, set_field


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    with Workspace.open(database_url) as opened:
        yield opened


@st.composite
def works(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """A list of things to do, each on the n-th and m-th task there is when its turn comes."""
    kinds = st.sampled_from(["duration", "name", "custom", "add", "delete", "link", "move", "resource", "calendar"])
    numbers = st.integers(0, 30)
    return draw(st.lists(st.tuples(kinds, numbers, numbers, numbers), min_size=1, max_size=8))


def command(plan: Plan, work: tuple[str, int, int, int]) -> Edit | None:
    """Return the command that `work` means in `plan`, None where it means nothing."""
    kind, n, m, value = work
    names = [str(name) for name in plan.tasks.column("name")]
    leaves = [names[i] for i in range(len(names)) if not plan.outline.is_summary(i)]
    one, other = names[n % len(names)], names[m % len(names)]
    if kind == "add":
        return add_task(f"New {value} {len(names)}", parent_id=plan.find_task(one) if m % 2 else None)
    if kind == "delete":
        return delete_task(leaves[n % len(leaves)]) if len(names) > 2 else None
    if kind == "link":
        return link(one, other) if one != other else None
    if kind == "move":
        return move_under(one, other) if one != other else None
    if kind == "resource":
        return set_field("Ada", "max_units", value * 100, "resources")
    if kind == "calendar":
        return Edit(
            lambda p: [
                Change(
                    "calendar_exceptions",
                    p.next_id("calendar_exceptions"),
                    None,
                    {"calendar_id": p.calendars.ids[0], "day": value},
                )
            ]
        )
    return set_field(one, kind, {"duration": value * 900, "name": f"Renamed {value} {n}", "custom": {"text1": [value]}}[kind])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(todo=works(), data=st.data())
def test_undoing_all_is_the_original_and_redoing_all_the_result(
    workspace: Workspace, todo: list[tuple[str, int, int, int]], data: st.DataObject
) -> None:
    workspace.import_plan(sample(), replace=True)
    states = [content(workspace.plan("ATLAS"))]
    for work in todo:
        plan = workspace.plan("ATLAS")
        edit = command(plan, work)
        if edit is None:
            continue
        try:
            workspace.run(edit, "ATLAS")
        except PlanError:
            assert differences(states[-1], content(workspace.plan("ATLAS"))) == []
            continue
        states.append(content(workspace.plan("ATLAS")))
    back = data.draw(st.integers(0, len(states) - 1))
    for walk in (range(len(states) - 2, back - 1, -1), range(back - 1, -1, -1)):
        for position in walk:
            workspace.undo()
            assert differences(states[position], content(workspace.plan("ATLAS"))) == []
    for expected in states[1:]:
        workspace.redo()
        assert differences(expected, content(workspace.plan("ATLAS"))) == []
    assert workspace.redo_label is None
    assert workspace.check() == []


def test_the_same_in_memory() -> None:
    """The memory's journal is another program: it gets the same work."""

    @settings(max_examples=40, deadline=None)
    @given(todo=works())
    def run(todo: list[tuple[str, int, int, int]]) -> None:
        workspace = Workspace.of_plan(sample())
        states = [content(workspace.plan())]
        for work in todo:
            edit = command(workspace.plan(), work)
            try:
                if edit is not None and workspace.run(edit).changeset.changes:
                    states.append(content(workspace.plan()))
            except PlanError:
                assert differences(states[-1], content(workspace.plan())) == []
        for expected in states[-2::-1]:
            workspace.undo()
            assert differences(expected, content(workspace.plan())) == []
        for expected in states[1:]:
            workspace.redo()
            assert differences(expected, content(workspace.plan())) == []
        assert workspace.undo_label == (None if len(states) == 1 else workspace.log(1)[0].label)

    run()


def test_a_bulk_change_is_compressed_and_read_back(workspace: Workspace) -> None:
    rows = [{"id": i, "project_id": 1, "position": i, "name": f"Task {i}", "uid": i} for i in range(1, 1001)]
    workspace.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "BIG"}], tasks=rows))
    assert workspace.database is not None
    with workspace.database.read() as connection:
        (body,) = connection.rows("SELECT body FROM changesets")[0]
    assert bytes(body)[:1] != b"{"
    assert len(body) < 12_000
    before = content(workspace.plan("BIG"))
    workspace.undo()
    workspace.redo()
    assert content(workspace.plan("BIG")) == before


def test_an_entry_in_an_unknown_format_is_an_error_and_not_a_guess(workspace: Workspace) -> None:
    workspace.import_plan(sample())
    assert workspace.database is not None
    with workspace.database.write() as connection:
        connection.run("UPDATE changesets SET format = 99")
    with pytest.raises(StoreError) as caught:
        workspace.undo()
    assert caught.value.code == "store.journal_format"
    with workspace.database.write() as connection:
        connection.run("UPDATE changesets SET format = 1, body = ?", (b"{",))
    with pytest.raises(StoreError) as caught:
        workspace.undo()
    assert caught.value.code == "store.damaged"
