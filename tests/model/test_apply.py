"""Applying changesets to a plan: all of it or nothing, and never two rows in one place."""

from __future__ import annotations

import pytest

from pm.errors import ConflictError
from pm.model import Change, Changeset, Plan


def test_two_rows_with_one_id_are_a_conflict_not_one_row_lost() -> None:
    plan = Plan.from_rows(projects=[{"id": 1}])
    rows = tuple(Change("tasks", 5, None, {"project_id": 1, "name": name}) for name in ("first", "second"))
    with pytest.raises(ConflictError) as caught:
        plan.apply(Changeset("add", rows))
    assert caught.value.conflicts == ("task 5 exists already",)
    assert list(plan.apply(Changeset("add", rows[:1])).tasks.column("name")) == ["first"]
