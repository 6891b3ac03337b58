"""What a user prefers, in one TOML file; every key is declared once, here, with its default and its documentation."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pm.names import DATE_FORMATS, WEEKDAYS

ENVIRONMENT = "PM_CONFIG"
"""Environment variable that names the settings file."""

THEMES = ("dark", "light", "high-contrast")

Check = Callable[[Any], "str | None"]


def _one_of(*allowed: str) -> Check:
    return lambda value: None if value in allowed else f"must be one of {', '.join(allowed)}"


def _text(longest: int = 1000) -> Check:
    return lambda value: None if isinstance(value, str) and len(value) <= longest else "must be text"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _currency(value: Any) -> str | None:
    fits = isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()
    return None if fits else "must be three capital letters, as EUR"


def _hours(value: Any) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 24
    return None if fits and value * 60 == int(value * 60) else "must be a number of hours above 0, at most 24, in whole minutes"


def _key(default: Any, doc: str, check: Check) -> Any:
    return field(default=default, metadata={"doc": doc, "check": check})


@dataclass(frozen=True)
class Settings:
    """The user's preferences."""

    date_format: str = _key("iso", f"How dates are written: {', '.join(DATE_FORMATS)}.", _one_of(*DATE_FORMATS))
    date_order: str = _key(
        "dmy",
        "What 3/4/2026 means: dmy (3 April), mdy (4 March) or ymd; ISO dates are always understood.",
        _one_of("dmy", "mdy", "ymd"),
    )
    week_start: str = _key("Mon", f"The first day of the week: {', '.join(WEEKDAYS)}.", _one_of(*WEEKDAYS))
    currency: str = _key("EUR", "The currency of new projects.", _currency)
    hours_per_day: float = _key(8, "Hours of work that a typed 1d stands for in new projects.", _hours)
    author: str = _key("", "Who the journal says made a change; empty for the name you are logged in by.", _text())
    theme: str = _key(
        "dark", "Colours of the terminal interface: dark, light or high-contrast.", _one_of("dark", "light", "high-contrast")
    )
    ascii: bool = _key(False, "Draw with ASCII characters only.", _flag)
    database: str = _key("", "URL of the database; empty for a file in your data folder. PM_DATABASE_URL and --db win.", _text())

    def as_mapping(self) -> dict[str, Any]:
        """Return every key with its value."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def settings_path() -> Path:
    """Return where the settings file is, or would be."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("slackline", appauthor=False)) / "settings.toml"


def load_settings(path: Path | None = None) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings in the file at `path` (by default the user's) and a warning for each thing wrong in it.

    A key that is unknown or has a bad value is warned of and its default used; a file that is not there is no fault.
    """
    path = path or settings_path()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        return Settings(), (f"cannot read the settings in {path}: {error.strerror or error}",)
    import tomllib

    try:
        given = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(), (f"the settings in {path} are no TOML, defaults are used: {error}",)
    return read_settings(given, str(path))


def read_settings(given: Mapping[str, Any], where: str) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings that the parsed file `given` holds, and a warning for each bad key; `where` names the file."""
    known = {f.name: f for f in fields(Settings)}
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in given.items():
        if name not in known:
            warnings.append(f"{where}: there is no setting {name!r}; settings: {', '.join(known)}")
            continue
        wrong = known[name].metadata["check"](value)
        if wrong:
            warnings.append(f"{where}: {name} {wrong}, not {value!r}; using {known[name].default!r}")
        else:
            values[name] = value
    return Settings(**values), tuple(warnings)


def settings_toml(settings: Settings) -> str:
    """Return the settings as a documented TOML file; keys that have their defaults are commented out."""
    lines: list[str] = []
    for f in fields(settings):
        value = getattr(settings, f.name)
        lines.append(f"# {f.metadata['doc']}")
        lines.append(f"{'# ' if value == f.default else ''}{f.name} = {_toml(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    import json

    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
