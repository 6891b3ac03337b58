"""Earned value: evm, earn."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import current, target
from pm.cli.cost import Level, bucket_of, first_weekday
from pm.cli.money import NOTHING, Purse, json_of_problems, ratio_json, ratio_text, warn_of_figures
from pm.cli.output import lines, say, say_json, say_table, window_width
from pm.display import clean
from pm.errors import UsageError

if TYPE_CHECKING:
    from pm.commands import Command
    from pm.cost.earned import EarnedValue, Point
    from pm.cost.earned_schedule import EarnedSchedule
    from pm.cost.measures import Measures

_NARROW = 100
_USUAL_WIDTH = 80


class By(StrEnum):
    """What earned value is listed by."""

    PROJECT = "project"
    WBS = "wbs"
    TASK = "task"


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("evm")(show_earned_value)
    app.command("earn")(earn)


def show_earned_value(
    plan: options.Plan,
    baseline: Annotated[int, typer.Option("--baseline", metavar="NUMBER", min=0, help="What value is planned by.")] = 0,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="The status date; the project's own if left out.")
    ] = None,
    by: Annotated[By, typer.Option("--by", help="List summaries, or all tasks, too.")] = By.PROJECT,
    level: Level = None,
    curve: Annotated[bool, typer.Option("--curve", help="Draw the S-curve.")] = False,
    bucket: Annotated[str | None, typer.Option("--bucket", metavar="PERIOD", help="Periods of the curve in JSON.")] = None,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Show earned value: what was planned, earned and spent by the status date, and where it leads."""
    from pm.cost.costs import compute_costs
    from pm.cost.earned import compute_earned_value

    period = bucket_of(bucket or "month")
    with target(plan) as found:
        owner = found.project(project)
        status = None
        if at is not None:
            from pm.cli.fields import FieldReader

            reader = FieldReader(found.plan, current().today, current().settings.date_order, owner)
            status = reader.instant(at, end=True)
        value = compute_earned_value(compute_costs(found.schedule), owner, baseline, status)
    rows = [] if by is By.PROJECT else list(_rows(value, by, level))
    if as_json:
        document = _document(value)
        if rows:
            document |= {"by": str(by), "tasks": [_row_json(value, row) for row in rows]}
        if curve or bucket:
            document |= {"bucket": str(period), "curve": _curve_json(value, value.curve(period, first_weekday()))}
        say_json("evm", {**document, "problems": json_of_problems(value.problems)})
        return
    _say(value)
    warn_of_figures(value.problems)
    if curve:
        _say_curve(value)
    if rows:
        _say_rows(value, rows)


def _rows(value: EarnedValue, by: By, level: int | None) -> Iterator[int]:
    plan = value.costs.plan
    outline, blank, owners = plan.outline, plan.tasks.column("blank"), plan.tasks.column("project_id")
    for i in range(len(plan.tasks)):
        shown = by is By.TASK or outline.is_summary(i)
        if shown and owners[i] == value.project.id and not blank[i] and (level is None or outline.depth[i] < level):
            yield i


# JSON


def _document(value: EarnedValue) -> dict[str, Any]:
    from pm.cost.measures import ASSUMPTIONS, FORMULAS, Eac
    from pm.model import iso

    m, purse = value.measures(), Purse.of(value.project)
    forms = {
        str(form): {
            "formula": FORMULAS[form],
            "assumes": ASSUMPTIONS[form],
            "eac": purse.json(m.eac(form)),
            "etc": purse.json(m.etc(form)),
            "vac": purse.json(m.vac(form)),
            "tcpi": ratio_json(m.tcpi_eac(form)),
        }
        for form in Eac
    }
    return {
        "project": value.project.code,
        "currency": value.project.currency,
        "status_date": iso(value.status),
        "baseline": value.number,
        **_measures_json(m, purse),
        "tcpi_bac": ratio_json(m.tcpi),
        "tcpi_unattainable": m.unattainable,
        "estimates": forms,
        "earned_schedule": _schedule_json(value, value.schedule()),
    }


def _measures_json(m: Measures, purse: Purse) -> dict[str, Any]:
    amounts = {name: purse.json(getattr(m, name)) for name in ("bac", "pv", "ev", "ac", "sv", "cv", "remaining")}
    return {**amounts, **{name: ratio_json(getattr(m, name)) for name in ("spi", "cpi", "sv_percent", "cv_percent")}}


def _schedule_json(value: EarnedValue, s: EarnedSchedule | None, row: int | None = None) -> dict[str, Any] | None:
    from pm.model import iso

    if s is None:
        return None
    names = ("es", "at", "pd", "sv", "spi", "ieac", "ieac_as_planned", "ieac_cost", "tspi")
    finishes = {
        f"{name}_finish": None if (days := getattr(s, name)) is None else iso(value.instant(days, row))
        for name in ("ieac", "ieac_as_planned", "ieac_cost")
    }
    found = {"unit": "working days", **{name: ratio_json(getattr(s, name)) for name in names}}
    return {**found, "es_date": iso(value.instant(s.es, row)), **finishes, "tspi_unattainable": s.unattainable}


def _row_json(value: EarnedValue, row: int) -> dict[str, Any]:
    plan, m, s = value.costs.plan, value.measures(row), value.schedule(row)
    named = {"uid": plan.tasks.column("uid")[row], "number": plan.outline.numbers[row], "name": plan.tasks.column("name")[row]}
    purse = Purse.of(value.project)
    times = {"es": None, "spi_t": None} if s is None else {"es": ratio_json(s.es), "spi_t": ratio_json(s.spi)}
    return {**named, **_measures_json(m, purse), **times, "eac": purse.json(m.eac()), "tcpi_bac": ratio_json(m.tcpi)}


def _curve_json(value: EarnedValue, points: list[Point]) -> list[dict[str, Any]]:
    from pm.model import iso

    purse = Purse.of(value.project)
    return [
        {"start": iso(p.start)[:10]}
        | {name: purse.json(getattr(p, key)) for name, key in (("pv", "planned"), ("ev", "earned"), ("ac", "spent"))}
        | {"forecast": purse.json(p.forecast)}
        for p in points
    ]


# for people


def _say(value: EarnedValue) -> None:
    from pm.cost.measures import ASSUMPTIONS, FORMULAS, Eac
    from pm.words import instant_text

    m, purse, style = value.measures(), Purse.of(value.project), current().settings.date_format
    name, at = clean(value.project.code), instant_text(value.status, style)
    say(f"{name} at {at}, by baseline {value.number}, in {clean(purse.currency)}")
    amounts = " ".join(f" {n.upper()} {purse.text(getattr(m, n))}" for n in ("bac", "pv", "ev", "ac"))
    say(amounts.strip())
    early, cheap = ("late", "early"), ("over", "under")
    say(f"SV {purse.text(m.sv)} ({_share(m.sv_percent)}, {_side(m.sv, early)})  SPI {ratio_text(m.spi)}")
    say(f"CV {purse.text(m.cv)} ({_share(m.cv_percent)}, {_side(m.cv, cheap)})  CPI {ratio_text(m.cpi)}")
    say(f"TCPI {_reach(m.tcpi, m.unattainable)} to keep to the budget, {ratio_text(m.tcpi_eac())} to keep to EAC")
    say()
    cells = [
        [FORMULAS[form], purse.text(m.eac(form)), purse.text(m.etc(form)), purse.text(m.vac(form)), ASSUMPTIONS[form]]
        for form in Eac
    ]
    say_table(["estimate at completion", "EAC", "ETC", "VAC", "assumes"], cells, right=(1, 2, 3), flexible=4)
    _say_schedule(value, value.schedule(), style)


def _say_schedule(value: EarnedValue, s: EarnedSchedule | None, style: str) -> None:
    if s is None:
        return
    say()
    say(f"ES {_days(s.es)} of {_days(s.pd)} working days, after {_days(s.at)}: earned by {_when(value, s.es, style)} in the plan")
    tspi = _reach(s.tspi, s.unattainable)
    say(f"SV(t) {_days(s.sv)} days  SPI(t) {ratio_text(s.spi)}  TSPI {tspi} to end as planned")
    cells = [
        [how, _days(days), NOTHING if days is None else _when(value, days, style)]
        for how, days in (
            ("AT + (PD - ES)", s.ieac_as_planned),
            ("AT + (PD - ES) / SPI(t)", s.ieac),
            ("AT + (PD - ES) / (SPI(t) x CPI)", s.ieac_cost),
        )
    ]
    say_table(["time at completion", "days", "finish"], cells, right=(1,))


def _when(value: EarnedValue, days: Fraction, style: str) -> str:
    from pm.words import instant_text

    return instant_text(value.instant(days), style)


def _days(days: Fraction | None) -> str:
    from decimal import Decimal

    from pm.words import number

    return NOTHING if days is None else number(Decimal(f"{float(days):.2f}"))


def _share(share: Fraction | None) -> str:
    return NOTHING if share is None else f"{float(share) * 100:.1f}%"


def _side(variance: int, words: tuple[str, str]) -> str:
    return words[0] if variance < 0 else words[1] if variance else "as planned"


def _reach(index: Fraction | None, unattainable: bool) -> str:
    return "unattainable" if unattainable else ratio_text(index)


def _say_rows(value: EarnedValue, rows: list[int]) -> None:
    plan, purse = value.costs.plan, Purse.of(value.project)
    names, numbers = plan.tasks.column("name"), plan.outline.numbers
    amounts = ["bac", "pv", "ev", "ac", "sv", "cv"]
    if (window_width() or _NARROW) < _NARROW:
        amounts = amounts[:4]
    cells = []
    late = []
    for n, row in enumerate(rows):
        m, s = value.measures(row), value.schedule(row)
        if (m.spi is not None and m.spi < 1) or (m.cpi is not None and m.cpi < 1):
            late.append(n)
        indices = [ratio_text(m.spi), ratio_text(m.cpi), ratio_text(s.spi if s is not None else None)]
        cells.append([numbers[row], names[row], *(purse.whole(getattr(m, a)) for a in amounts), *indices])
    say()
    titles = ["#", "task", *(a.upper() for a in amounts), "SPI", "CPI", "SPI(t)"]
    say_table(titles, cells, right=range(2, len(titles)), flexible=1, red=late)


def _say_curve(value: EarnedValue) -> None:
    from pm.cli.curve import draw
    from pm.resources.buckets import Bucket

    width = min(window_width() or _USUAL_WIDTH, 160)
    purse = Purse.of(value.project)
    say()
    lines(draw(value.curve(Bucket.DAY), value.status, width, purse.whole))


# how tasks earn


@changing
def earn(
    task: options.Task,
    method: Annotated[str, typer.Argument(metavar="RULE", help="percent_complete, physical, 0/100, 50/50, units, ...")],
    steps: Annotated[
        list[str] | None, typer.Option("--step", metavar="NAME=WEIGHT", help="A step of weighted_milestones.")
    ] = None,
    reached: Annotated[list[str] | None, typer.Option("--done", metavar="NAME", help="A step that is done.")] = None,
    units: Annotated[str | None, typer.Option("--units", metavar="DONE/PLANNED", help="For units, as 12/40.")] = None,
    other: Annotated[str | None, typer.Option("--with", metavar="TASK", help="For apportioned, the task it follows.")] = None,
) -> Make:
    """Say how a task earns its budget: by percent complete, steps, units, at its ends, or in step with another."""

    def make(subject: Subject) -> Command:
        from pm.commands import SetEarnedValueRule
        from pm.model.enums import EarnedValueMethod

        try:
            rule = EarnedValueMethod(method.strip().lower().replace("-", "_"))
        except ValueError:
            hint = f"rules: {', '.join(EarnedValueMethod)}"
            raise UsageError(f"no task earns by {method!r}", code="usage.rule", hint=hint) from None
        task_id = subject.task(task)
        values: dict[str, Any] = {}
        if units is not None:
            values |= _units(units)
        if other is not None:
            values["apportioned_to_id"] = subject.task(other)
        if steps or reached:
            known = next((r.steps for r in subject.plan.tables["earned_value_rules"] if r.task_id == task_id), None)
            values["steps"] = _steps(steps, reached or [], known or [])
        return SetEarnedValueRule(task_id, rule, values)

    return make


def _units(text: str) -> dict[str, int]:
    from pm.words import parse_whole

    done, slash, planned = text.partition("/")
    if not slash:
        raise UsageError(f"{text!r} says no units", code="usage.units", hint="write --units 12/40: done of planned")
    return {"units_done": parse_whole(done), "units_planned": parse_whole(planned)}


def _steps(given: list[str] | None, reached: list[str], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps that were given, or those known so far, with those that are done."""
    from pm.words import parse_whole

    listed = [dict(step) for step in known]
    if given:
        listed = []
        for text in given:
            name, equals, weight = text.rpartition("=")
            if not equals or not name.strip():
                raise UsageError(f"{text!r} is no step", code="usage.step", hint="write --step Walls=40")
            listed.append({"name": name.strip(), "weight": parse_whole(weight), "done": False})
    for name in reached:
        found = [step for step in listed if str(step.get("name", "")).casefold() == name.strip().casefold()]
        if not found:
            names = ", ".join(str(step.get("name", "")) for step in listed)
            raise UsageError(f"no step is called {name!r}", code="usage.step", hint=f"steps: {names}" if names else "")
        for step in found:
            step["done"] = True
    return listed
