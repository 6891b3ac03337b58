"""``pm load``: the table, the document, and what is wrong usage."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SAMPLES = Path(__file__).resolve().parents[2] / "sample_projects"
LAUNCH = SAMPLES / "software-launch.toml"


def test_the_document_adds_up(cli: Cli) -> None:
    found = cli("load", LAUNCH, "--bucket", "month", "--json").json()
    assert found["schema"] == "pm.load/1"
    assert found["bucket"] == "month"
    tom = next(row for row in found["rows"] if row["name"] == "Tom")
    assert sum(tom["load_minutes"]) == tom["load_total_minutes"] == 44 * 480
    assert len(tom["load_minutes"]) == len(found["buckets"])
    assert {o["resource"] for o in found["overloads"]} == {row["name"] for row in found["rows"] if row["over_total_minutes"]}
    assert {"number": "4.2", "name": "Load & soak test"}.items() <= found["overloads"][0]["tasks"][0].items()


def test_only_who_is_over(cli: Cli) -> None:
    out = cli("load", LAUNCH, "--over").out
    assert "Lena" in out
    assert "Sofia" not in out


@pytest.mark.parametrize("by", ["resource", "role", "team", "project"])
@pytest.mark.parametrize("bucket", ["day", "week", "quarter"])
def test_no_line_is_wider_than_the_window(cli: Cli, by: str, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pm.cli.output._is_terminal", lambda stream: True)
    for width in (80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("NO_COLOR", "1")
        for line in cli("load", SAMPLES / "portfolio.toml", "--by", by, "--bucket", bucket).lines[1:]:
            assert len(line) <= width


def test_without_a_plan_all_projects_of_the_database(cli: Cli) -> None:
    cli("import", LAUNCH)
    cli("import", SAMPLES / "portfolio.toml")
    found = cli("load", "--by", "project", "--json").json()
    assert [row["name"] for row in found["rows"]] == ["ATLAS", "CRM", "PORTAL", "VOICE"]
    assert all(sum(row["load_minutes"]) for row in found["rows"])
    assert [row["name"] for row in cli("load", "ATLAS", "--by", "project", "--json").json()["rows"]] == ["ATLAS"]


@pytest.mark.parametrize("words", [("--by", "colour"), ("--bucket", "decade"), ("--from", "2026-12-01", "--to", "2026-11-01")])
def test_wrong_usage(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli("load", LAUNCH, *words, status=2).err.startswith("error[usage.option]")
