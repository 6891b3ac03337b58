from __future__ import annotations

import os
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from pm.settings import Settings, load_settings, read_settings, settings_path, settings_toml


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == (Settings(), ())


def test_good_values_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('date_format = "long"\nhours_per_day = 7.5\nascii = true\ncurrency = "CHF"\n')
    settings, warnings = load_settings(path)
    assert (settings.date_format, settings.hours_per_day, settings.ascii, settings.currency) == ("long", 7.5, True, "CHF")
    assert warnings == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [("date_format", "roman"), ("date_order", "ddd"), ("week_start", "Monday"), ("currency", "eur"), ("currency", 1),
     ("hours_per_day", 0), ("hours_per_day", 25), ("hours_per_day", True), ("hours_per_day", float("nan")), ("theme", "pink"),
     ("ascii", "yes"), ("author", 7), ("database", []), ("colour", "red")],
)  # fmt: skip
def test_a_bad_value_is_warned_of_by_file_and_key_and_its_default_used(key: str, value: object) -> None:
    settings, warnings = read_settings({key: value, "author": "Zoë"} if key != "author" else {key: value}, "my.toml")
    assert len(warnings) == 1
    assert warnings[0].startswith("my.toml: ")
    assert key in warnings[0]
    assert getattr(settings, key, None) == getattr(Settings(), key, None)


@pytest.mark.parametrize("content", [b"not toml at all", b"\xff\xfe", b"a = [1", b"author = 'x'\nauthor = 'y'"])
def test_a_file_that_is_no_toml_is_warned_of(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    settings, warnings = load_settings(path)
    assert settings == Settings()
    assert len(warnings) == 1
    assert str(path) in warnings[0]


def test_a_folder_is_warned_of(tmp_path: Path) -> None:
    assert load_settings(tmp_path)[1]


def test_the_file_we_print_documents_every_key_and_means_what_it_says() -> None:
    settings = Settings(author='Zoë "Z" \\', hours_per_day=7.5, ascii=True)
    text = settings_toml(settings)
    assert read_settings(tomllib.loads(text), "x") == (settings, ())
    for f in fields(Settings):
        assert f.metadata["doc"] in text
        assert f"{f.name} = " in text
    uncommented = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    assert read_settings(tomllib.loads(uncommented), "x") == (settings, ())


def test_the_environment_names_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PM_CONFIG", str(tmp_path / "mine.toml"))
    assert settings_path() == tmp_path / "mine.toml"
    monkeypatch.delenv("PM_CONFIG")
    assert settings_path().name == "settings.toml"
    assert os.sep + "slackline" + os.sep in str(settings_path())
