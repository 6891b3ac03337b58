"""Where the sample projects are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

TITLES = {
    "software-launch": "Software launch: Atlas Customer Data Platform, in progress, with a baseline",
    "construction": "Construction: a community library, several calendars, weather and holidays",
    "production-ramp-up": "Production ramp-up: a new line in three shifts, materials with lead times",
    "portfolio": "Portfolio: three projects that share people",
}
"""What each sample shows, by file name without ending, in the order they are offered."""


def sample_folder() -> Path:
    """Return the folder that holds the sample projects."""
    package = Path(__file__).resolve().parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parent / "sample_projects"


def sample_paths(extension: str = ".toml") -> list[Path]:
    """Return the sample projects with `extension` (``.toml`` or ``.xml``), in the order they are offered."""
    folder = sample_folder()
    return [path for name in TITLES if (path := folder / f"{name}{extension}").is_file()]
