"""How sure the date is: risk and its register, estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
import typer.core

from pm.cli import options
from pm.cli import register as verbs
from pm.cli.context import current, target
from pm.cli.output import Progress, say_json

if TYPE_CHECKING:
    from pm.risk.inputs import Settings

_SPREAD = "How far tasks without an estimate may be off: --spread=-10%..+20%. They are certain without it."


class _RunByDefault(typer.core.TyperGroup):
    """A group whose `run` may be left out: ``pm risk PLAN`` is ``pm risk run PLAN``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    text = "How sure the date is: simulate PLAN, keep its risk register."
    group = typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, cls=_RunByDefault)
    group.command("run")(run)
    verbs.register(group)
    app.add_typer(group, name="risk")
    app.command("estimate")(verbs.estimate)


def run(
    plan: options.Plan,
    iterations: Annotated[int, typer.Option("--iterations", "-n", metavar="N", help="How many times it is scheduled.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="What is drawn from; the same draws the same.")] = 1,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=0, help="Threads; 0 for one a processor.")] = 0,
    spread: Annotated[str | None, typer.Option("--spread", metavar="LESS..MORE", help=_SPREAD)] = None,
    date: Annotated[str | None, typer.Option("--target", metavar="DATE", help="A date whose chance you want to know.")] = None,
    after: Annotated[bool, typer.Option("--after-response", help="Count on the responses to risks.")] = False,
    drivers: Annotated[bool, typer.Option("--drivers/--no-drivers", help="Compute the finish without each risk.")] = True,
    buffers: Annotated[bool, typer.Option("--buffers", help="Show the buffers that critical chain would have.")] = False,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Simulate a plan: how sure its dates are, and what decides them."""
    from pm.cli.fields import FieldReader
    from pm.cli.risk_report import document, say_report
    from pm.risk.report import analyse
    from pm.risk.simulation import Simulation

    with target(plan) as found:
        owner, whole = found.project(project), found.plan
    invocation = current()
    reader = FieldReader(whole, invocation.today, invocation.settings.date_order, owner)
    wanted = reader.instant(date, end=True) if date is not None else None
    progress = Progress(what="simulating")
    with progress.running():
        simulation = Simulation(
            whole,
            _settings(spread, after),
            iterations=iterations,
            seed=seed,
            workers=workers or _processors(),
            project_id=owner.id,
        )

        def begin(total: int, what: str) -> None:
            progress.done, progress.total, progress.what = 0, total, what

        def step(count: int) -> None:
            progress.done += count

        report = analyse(simulation, target=wanted, with_drivers=drivers, begin=begin, step=step)
    if as_json:
        say_json("risk", document(report, seed))
    else:
        say_report(report, seed, buffers=buffers)


def _settings(spread: str | None, after: bool) -> Settings:
    from pm.errors import UsageError
    from pm.risk.inputs import Settings
    from pm.words import parse_percent

    if spread is None:
        return Settings(after_response=after)
    less, dots, more = spread.partition("..")
    if not dots:
        raise UsageError(f"{spread!r} is no spread", code="usage.spread", hint="write --spread=-10%..+20%")
    return Settings((parse_percent(less), parse_percent(more)), after)


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
