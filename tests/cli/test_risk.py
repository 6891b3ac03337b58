"""``pm risk`` and ``pm estimate``, on a real file and in a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from pm.cli.app import build
from tests.cli.conftest import Cli


@pytest.fixture
def plan(cli: Cli, house_file: Path) -> str:
    """The house in the database, with estimates and a register."""
    cli("import", house_file)
    cli("estimate", "HOUSE", "Dig", "1d", "2d", "6d", "--distribution", "pert", "--group", "ground")
    cli("estimate", "HOUSE", "Pour slab", "2d", "7d", "--group", "ground")
    cli("risk", "correlate", "HOUSE", "ground", "60%")
    cli("risk", "add", "HOUSE", "Rain", "probability=40%", "owner=Ann", "residual_probability=10%", "response=mitigate")
    cli("risk", "impact", "HOUSE", "R1", "Pour slab", "--delay", "1d..3d..8d", "--cost", "500")
    cli("risk", "add", "HOUSE", "Early crane", "kind=opportunity", "probability=20%")
    cli("risk", "impact", "HOUSE", "R2", "Frame", "--delay=-2d")
    return "HOUSE"


def test_a_simulation_is_told_and_the_same_every_time(cli: Cli, plan: str) -> None:
    words = ("risk", plan, "--iterations", 500, "--seed", 7, "--target", "2026-01-19", "--buffers")
    first = cli(*words)
    for text in ("500 iterations, seed 7", "as planned", "P80", "Target", "what drives the finish", "Rain", "by squares"):
        assert text in first.out
    assert cli(*words, "--workers", 3).out == first.out
    assert cli("risk", "run", plan, "-n", 500, "--seed", 7, "--target", "2026-01-19", "--buffers").out == first.out
    assert cli("risk", "--iterations", 500, "--seed", 8, plan).out != first.out


def test_the_document(cli: Cli, plan: str) -> None:
    found = cli("risk", plan, "--json", "--iterations", 800).json()
    assert found["schema"] == "pm.risk/1"
    assert (found["iterations"], found["seed"], found["project"]["code"]) == (800, 1, "HOUSE")
    finishes = [p["finish"] for p in found["percentiles"]]
    assert finishes == sorted(finishes)
    assert [p["percent"] for p in found["percentiles"]] == list(range(10, 100, 10))
    assert sum(b["share"] for b in found["histogram"]) == pytest.approx(1, abs=0.01)
    assert {bar["name"] for bar in found["tornado"]} <= {"Dig", "Pour slab", "Frame"}
    assert [r["uid"] for r in found["drivers"]["risks"]] == [1, 2]
    assert found["drivers"]["risks"][0]["gain_minutes"] > 0 >= found["drivers"]["risks"][1]["gain_minutes"]
    assert [t["name"] for t in found["pert"]["path"]]
    assert found["notes"] == []
    after = cli("risk", plan, "--json", "--iterations", 800, "--after-response", "--no-drivers").json()
    assert after["drivers"] is None
    assert after["percentiles"][7]["finish"] <= found["percentiles"][7]["finish"]


def test_the_register_and_the_estimates_are_listed(cli: Cli, plan: str) -> None:
    out = cli("risk", "list", plan).out
    assert "R1  Rain         4×3 high  40%     10%    +3d; +500.00   Ann    mitigate  open" in out
    assert "R2  Early crane  3×2 gain  20%            -2d" in out
    listed = cli("risk", "list", plan, "--json").json()["risks"]
    assert listed[0]["probability"] == 40
    assert listed[0]["impacts"][0]["delay_high_minutes"] == 8 * 480
    assert "1.1  Dig         1d      2d    6d  pert          ground" in cli("risk", "estimates", plan).out
    assert cli("risk", "estimates", plan, "--json").json()["estimates"][0]["low_minutes"] == 480


def test_every_change_is_one_undo(cli: Cli, plan: str) -> None:
    before = cli("risk", "list", plan, "--json").out
    cli("risk", "remove", plan, "Rain", "R2")
    assert cli("risk", "list", plan).out == "The register is empty.\n"
    cli("undo")
    assert cli("risk", "list", plan, "--json").out == before
    cli("risk", "edit", plan, "Rain", "probability=15%")
    cli("risk", "impact", plan, "R1", "Pour slab", "--remove")
    cli("undo")
    cli("undo")
    assert cli("risk", "list", plan, "--json").out == before


def test_a_risk_added_after_another_went_gets_a_number_of_its_own(cli: Cli, plan: str) -> None:
    cli("risk", "remove", plan, "R2")
    assert cli("risk", "add", plan, "Strike").out == "Add risk R3 Strike\n"


def test_a_branch_and_its_ways(cli: Cli, plan: str) -> None:
    cli("risk", "branch", plan, "soil", "soft", "30%")
    cli("risk", "branch", plan, "soil", "hard", "70%")
    cli("estimate", plan, "Dig", "--branch", "soil=soft")
    assert "soil: soft" in cli("risk", "estimates", plan).out
    assert cli("risk", plan, "--json", "--iterations", 300).json()["percentiles"][0]["finish"] < "2026-01-16"
    cli("risk", "branch", plan, "soil", "hard", "--remove")
    cli("estimate", plan, "Dig", "--clear")
    assert "Dig" not in cli("risk", "estimates", plan).out


def test_tasks_nobody_estimated_may_be_given_a_spread(cli: Cli, house_file: Path) -> None:
    assert "risk.certain" in cli("risk", house_file, status=3).err
    out = cli("risk", house_file, "--spread=-10%..+40%", "--iterations", 300).out
    assert "P90" in out
    assert cli("risk", house_file, "--spread=10%", status=2).err.startswith("error[usage.spread]")
    assert cli("risk", house_file, "--spread=10%..20%", status=3).err.startswith("error[risk.spread]")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("risk", "HOUSE", "--iterations", 0), 3, "risk.iterations"),
        (("risk", "edit", "HOUSE", "R1", "probability=130%"), 3, "value.invalid"),
        (("risk", "edit", "HOUSE", "R9", "probability=30%"), 3, "plan.no_risk"),
        (("risk", "impact", "HOUSE", "R1", "Dig"), 2, "usage.impact"),
        (("risk", "impact", "HOUSE", "R1", "Dig", "--delay", "1d..2d"), 2, "usage.impact"),
        (("risk", "impact", "HOUSE", "R1", "Dig", "--delay", "soon"), 3, "value.duration"),
        (("risk", "correlate", "HOUSE", "ground"), 2, "usage.share"),
        (("estimate", "HOUSE", "Dig"), 2, "usage.estimate"),
        (("estimate", "HOUSE", "Dig", "3d"), 2, "usage.estimate"),
        (("estimate", "HOUSE", "Dig", "3d", "2d", "9d"), 3, "value.invalid"),
        (("estimate", "HOUSE", "Dig", "--percentiles", "5%"), 2, "usage.estimate"),
        (("estimate", "HOUSE", "Dig", "--branch", "soil"), 2, "usage.estimate"),
        (("estimate", "HOUSE", "Foundation", "3d", "9d"), 3, "task.summary"),
        (("estimate", "HOUSE", "Dig", "1ed", "9ed"), 3, "estimate.unit"),
        (("risk", "impact", "HOUSE", "R1", "Dig", "--delay", "2ed"), 3, "estimate.unit"),
    ],
)
def test_what_is_wrong_is_said(cli: Cli, plan: str, words: tuple[object, ...], status: int, code: str) -> None:
    assert cli(*words, status=status).err.startswith(f"error[{code}]")


def test_help_shows_the_verbs() -> None:
    import typer

    group = typer.main.get_command(build("risk")).commands["risk"]  # type: ignore[attr-defined]
    verbs = ["run", "list", "add", "edit", "remove", "impact", "estimates", "correlate", "branch"]
    assert list(group.commands) == verbs
