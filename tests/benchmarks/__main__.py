"""``python -m tests.benchmarks [GROUP ...] [--small] [--json] [--write FILE]``: measure and print the figures."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.harness import Figure, document, report, write_into

GROUPS = (
    "engine",
    "edits",
    "mpxj",
    "database",
    "files",
    "explain",
    "diff",
    "resources",
    "cost",
    "risk",
    "startup",
    "gantt",
)


def measured(group: str, *, small: bool) -> Iterable[Figure]:
    """Return the figures of one group; `small` leaves out plans above 10,000 tasks."""
    if group == "engine":
        engine = importlib.import_module("tests.benchmarks.engine")
        return engine.figures((1_000, 10_000)) if small else engine.figures()
    if group in ("edits", "mpxj") and small:
        return importlib.import_module(f"tests.benchmarks.{group}").figures((10_000,))  # type: ignore[no-any-return]
    module = importlib.import_module(f"tests.benchmarks.{'gantt_repaint' if group == 'gantt' else group}")
    return module.figures(10_000, 1_000) if small and group == "database" else module.figures()


def main() -> int:
    """Run the groups that were asked for, all of them if none was named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("group", nargs="*", choices=[*GROUPS, []], help="which figures; all if none is named")
    parser.add_argument("--small", action="store_true", help="no plan above 10,000 tasks")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into a Markdown file, between its marks")
    given = parser.parse_args()
    figures: list[Figure] = []
    for group in given.group or GROUPS:
        print(f"{group} ...", file=sys.stderr)
        figures.extend(measured(group, small=given.small))
    print(document(figures) if given.json else report(figures))
    if given.write:
        write_into(given.write, report(figures))
    missed = [f for f in figures if f.met is False]
    for f in missed:
        print(f"missed: {f.name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
