"""Cost, budgets, baselines and earned value on the command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from tests.cli.conftest import Cli

ATLAS = Path(__file__).resolve().parents[2] / "sample_projects" / "software-launch.toml"


@pytest.fixture
def atlas(cli: Cli) -> Cli:
    """The software launch in the database, on the tenth of November 2026."""
    cli("import", ATLAS)
    return cli


def test_every_listing_adds_up_to_the_whole(cli: Cli) -> None:
    whole = cli("cost", ATLAS, "--json").json()["total"]
    assert whole["forecast"] == "249576.00"
    assert Decimal(whole["spent"]) + Decimal(whole["to_come"]) == Decimal(whole["forecast"])
    listings = [["--by", "resource"], ["--by", "account"], ["--by", "period"], ["--bucket", "day"], ["--level", "1"]]
    for words in listings:
        document = cli("cost", ATLAS, *words, "--json").json()
        assert document["schema"] == "pm.cost/1"
        assert document["total"] == whole
        for name in ("spent", "to_come"):
            assert sum(Decimal(row[name]) for row in document["rows"]) == Decimal(whole[name])
    assert cli("cost", ATLAS, "--bucket", "month", "--json").json()["rows"][-1]["forecast_so_far"] == whole["forecast"]


def test_budgets_and_bookings_from_first_to_last(atlas: Cli) -> None:
    with time_machine.travel("2026-11-10T09:00", tick=False):
        atlas("budget", "add", "ATLAS", "20000", "account=Identity", "kind=capex", "spread=bell", "from=1 Sep", "to=30 Nov")
        atlas("edit", "ATLAS", "3.2", "account=identity")
        atlas("booking", "add", "ATLAS", "24000.50", "task=3.2.1", "date=30 Oct", "reference=INV-7")
        atlas("booking", "add", "ATLAS", "500", "kind=committed", "date=1 Dec 2027")
        future = atlas("booking", "add", "ATLAS", "1", "date=tomorrow", status=3)
        assert future.err.startswith("error[booking.future]: ")
        atlas("booking", "edit", "ATLAS", "2", "kind=actual", status=3)
        rows = {row["account"]: row for row in atlas("cost", "ATLAS", "--by", "account", "--json").json()["rows"]}
        assert (rows["identity"]["spent"], rows["identity"]["kind"], rows["identity"]["budget"]) == (
            "24000.50",
            "capex",
            "20000.00",
        )
        assert rows["identity"]["breach"] == "2026-10-30"
        assert "runs out" in atlas("cost", "ATLAS", "--by", "account").out
        (first, second) = atlas("booking", "list", "ATLAS", "--json").json()["bookings"]
        assert (first["task"], first["amount"], first["reference"]) == ("Identity graph service", "24000.50", "INV-7")
        assert (second["kind"], second["amount"]) == ("committed", "500.00")
        assert "INV-7" in atlas("booking", "list", "ATLAS").out
        (line,) = atlas("budget", "list", "ATLAS", "--json").json()["lines"]
        assert (line["number"], line["spread"], line["period_start"]) == (1, "bell", "2026-09-01T08:00")
        assert "Identity" in atlas("budget", "list", "ATLAS").out
        atlas("budget", "edit", "ATLAS", "1", "amount=90000")
        atlas("booking", "remove", "ATLAS", "1")
        atlas("booking", "remove", "ATLAS", "1", status=3)
        atlas("budget", "remove", "ATLAS", "1")
        for _ in range(3):
            atlas("undo")
        rows = {row["account"]: row for row in atlas("cost", "ATLAS", "--by", "account", "--json").json()["rows"]}
        assert (rows["identity"]["spent"], rows["identity"]["budget"]) == ("24000.50", "20000.00")


def test_a_rate_from_a_day_on(atlas: Cli) -> None:
    before = Decimal(atlas("cost", "ATLAS", "--json").json()["total"]["forecast"])
    atlas("rate", "add", "ATLAS", "Ravi", "108", "--from", "2026-11-09", "--overtime", "150", "--per-use", "0")
    after = atlas("cost", "ATLAS", "--by", "resource", "--json").json()
    assert Decimal(after["total"]["forecast"]) - before == 1440  # 144 hours to come, 10 more each
    (rate,) = atlas("rate", "list", "ATLAS", "--json").json()["rates"]
    assert (rate["resource"], rate["table"], rate["standard_rate"], rate["start"]) == ("Ravi", "A", "108", "2026-11-09T00:00")
    assert "2026-11-09" in atlas("rate", "list", "ATLAS").out
    atlas("rate", "add", "ATLAS", "Ravi", "108", "--from", "2026-11-09", status=3)
    atlas("rate", "remove", "ATLAS", "1")
    atlas("rate", "remove", "ATLAS", "1", status=3)


def test_earned_value_of_the_sample(cli: Cli) -> None:
    document = cli("evm", ATLAS, "--json", "--by", "task", "--bucket", "week").json()
    assert document["schema"] == "pm.evm/1"
    amounts = {name: Decimal(document[name]) for name in ("bac", "pv", "ev", "ac", "sv", "cv")}
    assert amounts["sv"] == amounts["ev"] - amounts["pv"]
    assert amounts["cv"] == amounts["ev"] - amounts["ac"]
    leaves = [t for t in document["tasks"] if not any(o["number"].startswith(f"{t['number']}.") for o in document["tasks"])]
    for name in ("bac", "pv", "ev", "ac"):
        assert sum(Decimal(t[name]) for t in leaves) == amounts[name]
    assert set(document["estimates"]) == {"cpi", "budget", "cpi_spi", "weighted", "bottom_up"}
    assert document["estimates"]["bottom_up"]["eac"] == cli("cost", ATLAS, "--json").json()["total"]["forecast"]
    assert document["earned_schedule"]["at"] == 50
    assert [p["pv"] for p in document["curve"]][-1] == document["bac"]
    shown = cli("evm", ATLAS, "--curve", "--by", "wbs").out
    assert "BAC / CPI" in shown
    assert "^ status date" in shown
    assert "3.2  Identity & profiles" in shown


def test_how_tasks_earn(atlas: Cli) -> None:
    task = "Streaming pipeline"

    def earned() -> str:
        rows = atlas("evm", "ATLAS", "--by", "task", "--json").json()["tasks"]
        return next(str(row["ev"]) for row in rows if row["name"] == task)

    atlas("earn", "ATLAS", task, "0/100")
    assert earned() == "0.00"
    atlas("earn", "ATLAS", task, "weighted-milestones", "--step", "Design=1", "--step", "Code=3", "--done", "design")
    assert earned() == "2700.00"
    atlas("earn", "ATLAS", task, "weighted_milestones", "--done", "Code")
    assert earned() == "10800.00"
    atlas("earn", "ATLAS", task, "units", "--units", "1/10")
    assert earned() == "1080.00"
    atlas("earn", "ATLAS", task, "apportioned", "--with", "Batch connectors")
    assert earned() == "5400.00"
    for words in (["magic"], ["units", "--units", "4"], ["weighted_milestones", "--step", "x"], ["50/50", "--done", "Roof"]):
        atlas("earn", "ATLAS", task, *words, status=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["evm", "EMPTY"], "evm.no_status_date"),
        (["evm", "EMPTY", "--at", "2026-01-06"], "baseline.not_found"),
        (["cost", "EMPTY", "--bucket", "fortnight"], "usage.option"),
        (["baseline", "show", "EMPTY"], "baseline.not_found"),
        (["budget", "edit", "EMPTY", "1", "amount=1"], "plan.not_found"),
        (["rate", "add", "EMPTY", "Ann", "-5"], "usage"),
    ],
)
def test_what_is_missing_is_said(cli: Cli, words: list[str], code: str) -> None:
    cli("new", "EMPTY", "--start", "2026-01-05")
    assert cli(*words, status=None).err.startswith(f"error[{code}]: ")
    assert cli("cost", "EMPTY").lines[0] == "EMPTY  EMPTY: 0.00 EUR"


def test_a_baseline_tells_dates_work_and_cost_apart(atlas: Cli) -> None:
    atlas("baseline", "set", "ATLAS", status=0)
    atlas("edit", "ATLAS", "Hypercare", "duration=20d")
    found = atlas("baseline", "show", "ATLAS", "1", "--json").json()
    assert (found["finish_variance_minutes"], found["work_variance_minutes"], found["cost_variance"]) == (4800, 4800, "7600.00")
    assert "+10d at the end, +80h work, +7 600.00 EUR" in atlas("baseline", "show", "ATLAS", "1").out
    atlas("baseline", "set", "ATLAS", "1", status=3)
    atlas("baseline", "set", "ATLAS", "1", "--replace")
    assert atlas("baseline", "show", "ATLAS", "1", "--json").json()["cost_variance"] == "0.00"
