"""The risk register and what tasks are estimated to take: list, add, edit, remove, impact, correlate, branch, estimate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import current, target
from pm.cli.output import say, say_json, say_table, window_width
from pm.errors import InputError, UsageError

if TYPE_CHECKING:
    from pm.commands import Command
    from pm.model import Project, RiskImpact

Risk = Annotated[str, typer.Argument(metavar="RISK", help="Number (R3) or name of a risk.")]
_WIDE = 100
"""Cells below which the register is shown without its less important columns."""
_DELAY = "What it adds to the duration: 2d, or low..likely..high as 1d..2d..5d; less for an opportunity: --delay=-3d."
_COST = "What it adds to the cost: 500, or low..likely..high as 200..500..2000."
_DISTRIBUTION = "triangular, pert, uniform, lognormal or trigen; of the last two LOW and HIGH are percentiles."
_PERCENTILES = "Which percentiles LOW and HIGH are: 10%..90%."
_BRANCH = "The way of a branch that the task belongs to: BRANCH=WAY."


def register(group: typer.Typer) -> None:
    """Add the commands of this module to the group ``risk``."""
    group.command("list")(list_risks)
    group.command("add")(add_risk)
    group.command("edit")(edit_risk)
    group.command("remove")(remove_risks)
    group.command("impact")(set_impact)
    group.command("estimates")(list_estimates)
    group.command("correlate")(correlate)
    group.command("branch")(branch)


def _id(subject: Subject, text: str) -> int:
    from pm.commands.risks import find_risk

    return find_risk(subject.plan, text, subject.project.id)


@changing
def add_risk(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What may happen.")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE...", help="As probability=30% owner=Ann.")] = None,
) -> Make:
    """Add a risk to the register."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddRisk

        return AddRisk(subject.project.id, name, subject.reader.read("risks", fields or ()))

    return make


@changing
def edit_risk(
    risk: Risk,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Fields to set, as probability=30%.")],
) -> Make:
    """Set fields of a risk."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditRisk

        return EditRisk(_id(subject, risk), subject.reader.read("risks", fields))

    return make


@changing
def remove_risks(
    risks: Annotated[list[str], typer.Argument(metavar="RISK...", help="Numbers (R3) or names of risks.")],
) -> Make:
    """Remove risks and what they do to tasks."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveRisks

        return RemoveRisks(list(dict.fromkeys(_id(subject, text) for text in risks)))

    return make


@changing
def set_impact(
    risk: Risk,
    task: options.Task,
    delay: Annotated[str | None, typer.Option("--delay", metavar="TIME", help=_DELAY)] = None,
    cost: Annotated[str | None, typer.Option("--cost", metavar="MONEY", help=_COST)] = None,
    remove: Annotated[bool, typer.Option("--remove", help="It does nothing to the task.")] = False,
) -> Make:
    """Say what a risk does to a task when it happens."""
    if remove == (delay is not None or cost is not None):
        raise UsageError(
            "say --delay, --cost or both, or else --remove", code="usage.impact", hint="--delay 1d..2d..5d --cost 500"
        )

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveImpact, SetImpact

        risk_id, task_id = _id(subject, risk), subject.task(task)
        if remove:
            return RemoveImpact(risk_id, task_id)
        values: dict[str, Any] = {}
        for what, text in (("delay", delay), ("cost", cost)):
            if text is not None:
                points = _three(text)
                if what == "delay":
                    _same_kind_of_time(subject, task_id, points.values())
                values |= subject.reader.read("risk_impacts", [f"{what}_{n}={p}" for n, p in points.items()])
        return SetImpact(risk_id, task_id, values)

    return make


def _three(text: str) -> dict[str, str]:
    """Return low, likely and high of ``1d..2d..5d``; of one value the ends are open."""
    points = [p.strip() for p in text.split("..")]
    if len(points) == 1:
        return {"low": "none", "likely": points[0], "high": "none"}
    if len(points) != 3:
        raise UsageError(f"{text!r} is neither one value nor low..likely..high", code="usage.impact", hint="write 1d..2d..5d")
    return dict(zip(("low", "likely", "high"), points, strict=True))


def _same_kind_of_time(subject: Subject, task_id: int, points: Iterable[str]) -> None:
    """Raise where one of the times runs round the clock and the task's duration does not, or the other way round."""
    from pm.words import Units, is_elapsed, parse_duration

    unit = str(subject.plan.tasks.value(task_id, "duration_unit"))
    for text in points:
        if text != "none" and is_elapsed(parse_duration(text, Units.of(subject.project)).unit) != is_elapsed(unit):
            how = "round the clock" if is_elapsed(unit) else "working time"
            name = str(subject.plan.tasks.value(task_id, "name"))
            hint = "write 3ed, not 3d" if is_elapsed(unit) else "write 3d, not 3ed"
            raise InputError(
                f"{text!r} is another kind of time: the task takes {how}", code="estimate.unit", subject=name, hint=hint
            )


@changing
def correlate(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="A name of your own for tasks that go together.")],
    coefficient: Annotated[str | None, typer.Argument(metavar="SHARE", help="How strongly, as 50%.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the group.")] = False,
) -> Make:
    """Say how strongly the durations of tasks go together.

    It is the rank correlation of any two of the group.
    """
    _either(coefficient, remove)

    def make(subject: Subject) -> Command:
        from pm.commands import SetCorrelation
        from pm.words import parse_percent

        return SetCorrelation(subject.project.id, group, parse_percent(coefficient) if coefficient is not None else None)

    return make


@changing
def branch(
    name: Annotated[str, typer.Argument(metavar="BRANCH", help="A name of your own for what may go one way or another.")],
    way: Annotated[str, typer.Argument(metavar="WAY", help="One of the ways.")],
    chance: Annotated[str | None, typer.Argument(metavar="CHANCE", help="Its chance, as 60%.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the way.")] = False,
) -> Make:
    """Give one of the ways that things may go its chance.

    The tasks of the other ways do not happen.
    """
    _either(chance, remove)

    def make(subject: Subject) -> Command:
        from pm.commands import SetBranchOption
        from pm.words import parse_percent

        return SetBranchOption(subject.project.id, name, way, parse_percent(chance) if chance is not None else None)

    return make


def _either(value: str | None, remove: bool) -> None:
    if (value is None) != remove:
        raise UsageError("give a percentage, or else --remove", code="usage.share", hint="write 50%")


@changing
def estimate(
    task: options.Task,
    points: Annotated[
        list[str] | None, typer.Argument(metavar="LOW [LIKELY] HIGH", help="As 3d 5d 9d; LIKELY is the duration if left out.")
    ] = None,
    distribution: Annotated[str | None, typer.Option("--distribution", metavar="NAME", help=_DISTRIBUTION)] = None,
    percentiles: Annotated[str | None, typer.Option("--percentiles", metavar="LOW..HIGH", help=_PERCENTILES)] = None,
    cost: Annotated[str | None, typer.Option("--cost", metavar="LOW..HIGH", help="What the fixed cost may come to.")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="GROUP", help="The tasks it goes together with.")] = None,
    branch: Annotated[str | None, typer.Option("--branch", metavar="BRANCH=WAY", help=_BRANCH)] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the estimate back.")] = False,
) -> Make:
    """Say how long a task may take, and what may go with it."""
    words = _estimate_words(points or [], distribution, percentiles, cost, group, branch)
    if clear == bool(words):
        raise UsageError(
            "say how long it may take, or else --clear", code="usage.estimate", hint="pm estimate PLAN TASK 3d 5d 9d"
        )

    def make(subject: Subject) -> Command:
        from pm.commands import ClearEstimate, SetEstimate

        task_id = subject.task(task)
        if clear:
            return ClearEstimate(task_id)
        values = subject.reader.read("estimates", words)
        _same_kind_of_time(subject, task_id, points or ())
        return SetEstimate(task_id, values)

    return make


def _estimate_words(
    points: list[str], distribution: str | None, percentiles: str | None, cost: str | None, group: str | None, branch: str | None
) -> list[str]:
    """Return the options of an estimate as ``FIELD=VALUE`` words."""
    words = []
    if points:
        if len(points) not in (2, 3):
            raise UsageError("an estimate has two points or three", code="usage.estimate", hint="write 3d 9d, or 3d 5d 9d")
        likely = points[1] if len(points) == 3 else "none"
        words += [f"low={points[0]}", f"most_likely={likely}", f"high={points[-1]}"]
    if distribution is not None:
        words.append(f"distribution={distribution}")
    for text, low, high in ((percentiles, "low_percentile", "high_percentile"), (cost, "fixed_cost_low", "fixed_cost_high")):
        if text is not None:
            first, dots, last = text.partition("..")
            if not dots:
                raise UsageError(f"{text!r} is not LOW..HIGH", code="usage.estimate", hint="write 10%..90%, or 800..1500")
            words += [f"{low}={first}", f"{high}={last}"]
    if group is not None:
        words.append(f"correlation_group={group}")
    if branch is not None:
        name, equals, way = branch.partition("=")
        if bool(name) != bool(equals) or bool(way) != bool(name):
            raise UsageError(f"{branch!r} is not BRANCH=WAY", code="usage.estimate", hint="write --branch permit=refused")
        words += [f"branch={name}", f"branch_option={way}"]
    return words


def list_risks(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the risk register."""
    from pm.risk.register import rating
    from pm.words import date_text, percent_text

    with target(plan) as found:
        owner, whole = found.project(project), found.plan
    mine = (r for r in whole.tables["risks"] if r.project_id == owner.id)
    risks = sorted(mine, key=lambda r: (r.position, r.uid))
    impacts: dict[int, list[RiskImpact]] = {}
    for impact in whole.tables["risk_impacts"]:
        impacts.setdefault(impact.risk_id, []).append(impact)
    if as_json:
        from pm.cli.risk_report import risk_document

        say_json("risks", {"risks": [risk_document(r, impacts.get(r.id, []), whole, owner) for r in risks]})
        return
    if not risks:
        say("The register is empty.")
        return
    style = current().settings.date_format
    rows = [
        [
            f"R{r.uid}",
            r.name,
            rating(r, impacts.get(r.id, []), owner).text,
            percent_text(r.probability),
            "" if r.residual_probability is None else percent_text(r.residual_probability),
            _sums(impacts.get(r.id, []), owner),
            r.owner,
            str(r.response) if r.response != "none" else "",
            str(r.status),
            date_text(r.due, style) if r.due is not None else "",
        ]
        for r in risks
    ]
    header = ["#", "risk", "P×I", "chance", "after", "if it happens", "owner", "response", "status", "due"]
    narrow = (window_width() or _WIDE) < _WIDE
    left_out = ("after", "response", "due") if narrow else ()
    used = [n for n, name in enumerate(header) if name not in left_out and (n < 4 or any(row[n] for row in rows))]
    say_table([header[n] for n in used], [[row[n] for n in used] for row in rows], flexible=1)


def _sums(impacts: list[RiskImpact], owner: Project) -> str:
    """Return the likely delays and costs of a risk: ``+5d on 2 tasks, +500.00``."""
    from pm.words import Units, duration_text, money_text

    units = Units.of(owner)
    delays = [i for i in impacts if i.delay_likely or i.delay_high or i.delay_low]
    cost = sum(i.cost_likely for i in impacts)
    parts = []
    if delays:
        text = ", ".join(dict.fromkeys(_signed(duration_text(i.delay_likely, "d", units, places=2)) for i in delays))
        parts.append(text if len(delays) == 1 else f"{text} on {len(delays)} tasks")
    if cost:
        parts.append(_signed(money_text(cost, owner.currency_digits)))
    return "; ".join(parts)


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def list_estimates(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List how long tasks may take."""
    from pm.words import Units, duration_text

    with target(plan) as found:
        owner, whole = found.project(project), found.plan
    tasks = whole.tasks
    listed = [e for e in whole.tables["estimates"] if tasks.value(e.task_id, "project_id") == owner.id]
    listed.sort(key=lambda e: tasks.position(e.task_id))
    if as_json:
        from pm.cli.risk_report import estimate_document

        say_json("estimates", {"estimates": [estimate_document(e, whole, owner) for e in listed]})
        return
    if not listed:
        say("Nobody has estimated a task.")
        return
    units, rows = Units.of(owner), []
    for e in listed:
        i = tasks.position(e.task_id)
        unit, duration = tasks.column("duration_unit")[i], tasks.column("duration")[i]
        points = (e.low, duration if e.most_likely is None else e.most_likely, e.high)
        times = ["" if p is None else duration_text(p, unit, units, places=2) for p in points]
        ways = f"{e.branch}: {e.branch_option}" if e.branch else ""
        rows.append([whole.outline.numbers[i], tasks.column("name")[i], *times, str(e.distribution), e.correlation_group, ways])
    header = ["#", "task", "low", "likely", "high", "distribution", "group", "branch"]
    used = [n for n in range(len(header)) if n < 6 or any(row[n] for row in rows)]
    say_table([header[n] for n in used], [[row[n] for n in used] for row in rows], right=(2, 3, 4), flexible=1)
