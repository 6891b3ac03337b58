"""Canonical text comes back byte for byte from a real database, also when other plans were stored before."""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType

import pytest

from pm.formats import native, plan_toml, read_plan
from pm.formats.result import Source
from pm.sample_files import sample_paths
from pm.workspace import Workspace
from tests.formats.native.test_toml import PLAN


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    opened = Workspace.open(f"sqlite:///{tmp_path / 'plans.db'}")
    filler = '[project]\ncode = "FILLER"\nstart = 2026-01-05\n[[calendar]]\n[[task]]\n[[task]]\n[[resource]]\n'
    opened.import_plan(plan_toml.read(Source(io.BytesIO(filler.encode()), "filler.toml")).plan)
    return opened


@pytest.mark.parametrize("module", [native, plan_toml], ids=["json", "toml"])
@pytest.mark.parametrize("path", [p for p in sample_paths() if p.stem != "portfolio"], ids=lambda p: p.stem)
def test_samples_survive_a_database(workspace: Workspace, path: Path, module: ModuleType) -> None:
    plan = read_plan(path, strict=True).plan
    text = module.write(plan)
    (code,) = workspace.import_plan(plan)
    with workspace:
        assert module.write(workspace.plan(code)) == text


def test_comments_survive_a_database(workspace: Workspace) -> None:
    plan = plan_toml.read(Source(io.BytesIO(PLAN.encode()), "plan.toml")).plan
    text = plan_toml.write(plan)
    assert b"# Ask Ana" in text
    (code,) = workspace.import_plan(plan)
    with workspace:
        assert plan_toml.write(workspace.plan(code)) == text


@pytest.mark.parametrize("module", [native, plan_toml], ids=["json", "toml"])
def test_a_portfolio_survives_a_database(tmp_path: Path, module: ModuleType) -> None:
    """All of a database is one portfolio, so it has one of its own here."""
    (path,) = [p for p in sample_paths() if p.stem == "portfolio"]
    plan = read_plan(path, strict=True).plan
    text = module.write(plan)
    with Workspace.open(f"sqlite:///{tmp_path / 'portfolio.db'}") as workspace:
        assert workspace.import_plan(plan) == ["CRM", "PORTAL", "VOICE"]
        assert module.write(workspace.plan()) == text
