"""Plans of P6 in a database, as TOML and as JSON: they come back as the file they were read from."""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType

import pytest

from pm.formats import native, plan_toml
from pm.formats.result import Source
from pm.formats.xer import write
from pm.workspace import Workspace
from tests.formats.xer.documents import activity, document, link, plan_of, read_text, rich, small

RICH = document(rich()).encode("cp1252")


def test_a_file_survives_a_database(tmp_path: Path) -> None:
    with Workspace.open(f"sqlite:///{tmp_path / 'plans.db'}") as workspace:
        (code,) = workspace.import_plan(read_text(RICH).plan)
        assert code == "SMALL"
        assert write(workspace.plan(code), None) == RICH


def test_projects_of_one_file_are_imported_under_their_short_names(tmp_path: Path) -> None:
    tables = small()
    tables["PROJECT"].append(
        {"proj_id": 8, "proj_short_name": "OTHER", "clndr_id": 1, "plan_start_date": "2026-03-02 08:00", "export_flag": "Y"}
    )
    tables["PROJWBS"].append({"wbs_id": 80, "proj_id": 8, "proj_node_flag": "Y", "wbs_short_name": "OTHER", "wbs_name": "Other"})
    tables["TASK"].append(activity(201, "A", 8, proj_id=8, wbs_id=80))
    tables["TASKPRED"].append(link(2, 102, 201, proj_id=8))
    with Workspace.open(f"sqlite:///{tmp_path / 'plans.db'}") as workspace:
        assert workspace.import_plan(plan_of(tables)) == ["SMALL", "OTHER"]
        plan = workspace.plan()
        assert len(plan.links) == 2
        assert workspace.schedule().project_finish[plan.project("OTHER").id] > workspace.plan("SMALL").project().start
        assert [t.name for t in workspace.plan("OTHER").tasks] == ["Activity A"]


def test_files_with_the_same_numbers_are_written_together_with_numbers_of_their_own() -> None:
    """Two exports of the same project, one called otherwise, as a copy in one plan would be."""
    tables = small()
    tables["PROJECT"].append({**tables["PROJECT"][0], "proj_id": 8, "proj_short_name": "COPY"})
    tables["TASK"] += [activity(201, "A", proj_id=8, wbs_id=80), activity(202, "B", proj_id=8, wbs_id=80)]
    tables["PROJWBS"].append({"wbs_id": 80, "proj_id": 8, "proj_node_flag": "Y", "wbs_short_name": "COPY", "wbs_name": "Copy"})
    plan = plan_of(tables)
    copies = {t.id: {"uid": t.uid - 100, "extra": None} for t in plan.tasks if t.project_id == 2}
    plan = type(plan)({**plan.tables, "tasks": plan.tables["tasks"].changed(copies)})
    again = read_text(write(plan, None), strict=True).plan
    uids = list(again.tasks.column("uid"))
    assert len(set(uids)) == len(uids)
    assert [t.wbs for t in again.tasks] == [t.wbs for t in plan.tasks]


@pytest.mark.parametrize("module", [native, plan_toml], ids=["json", "toml"])
def test_a_file_survives_our_own_formats(module: ModuleType) -> None:
    plan = read_text(RICH).plan
    text = module.write(plan)
    result = module.read(Source(io.BytesIO(text), "plan", strict=True))
    assert write(result.plan, None) == RICH
