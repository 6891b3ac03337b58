"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="A plan file, or the code of a project in the database.")]
Task = Annotated[str, typer.Argument(metavar="TASK", help="Outline number (3.2.1), uid (#12), WBS code or name.")]
Fields = Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE...", help="Fields to set, as duration=5d.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
Out = Annotated[Path | None, typer.Option("--output", "-o", metavar="OUT", help="Where to write the changed file.")]
InPlace = Annotated[bool, typer.Option("--in-place", help="Write the change back to the file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the log.")]
Project = Annotated[str | None, typer.Option("--project", metavar="CODE", help="Which project of a file that holds several.")]
