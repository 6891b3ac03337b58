"""What a simulation says, as people read it and as JSON has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pm.cli.context import current
from pm.cli.documents import json_field, json_name
from pm.cli.output import BOLD, minutes, paint, say, say_folded, say_table, window_width
from pm.display import clean
from pm.model import ENTITIES, Kind, fields_of, iso
from pm.words import Units, date_text, duration_text, instant_text, money_text

if TYPE_CHECKING:
    from pm.model import Estimate, Plan, Project, Risk, RiskImpact
    from pm.risk.report import RiskReport

_SHOWN = (10, 50, 80, 90)
_BAR = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"


def say_report(report: RiskReport, seed: int, *, buffers: bool) -> None:
    """Write what a simulation says."""
    teller = _Teller(report)
    name, count = clean(report.project.name), report.outcome.iterations
    say(f"{name}: {count:,} iterations, seed {seed}")
    say()
    teller.percentiles()
    teller.targets()
    teller.histogram()
    teller.tornado()
    teller.risks()
    teller.merges()
    if buffers:
        teller.buffers()
    for note in report.notes:
        say_folded(clean(note), "note: ")


class _Teller:
    def __init__(self, report: RiskReport) -> None:
        self.report, self.project = report, report.project
        self.plan: Plan = report.outcome.plan
        settings = current().settings
        self.style, self.ascii = settings.date_format, settings.ascii
        self.units = Units.of(report.project)

    def percentiles(self) -> None:
        report = self.report
        day = self.units.day
        money = report.cost[-1].value != report.cost[0].value or report.planned.total
        start = report.outcome.planned_finish
        rows = [["as planned", _share(report.planned_chance), instant_text(start, self.style), "", ""]]
        cost = {p.percent: p for p in report.cost}
        for p in report.finish:
            if p.percent in _SHOWN:
                later = self._later(p.value)
                rows.append(
                    [f"P{p.percent}", f"{p.percent}%", instant_text(p.value, self.style), later, f"±{p.error / day:.1f}d"]
                )
        header = ["", "make it", "finish", "later by", ""]
        if money:
            rows[0].append(self._money(report.planned.total))
            for row in rows[1:]:
                row.append(self._money(cost[int(row[0][1:])].value))
            header.append(f"cost {self.project.currency}".strip())
        say_table(header, rows, right=(1, 3, 5), instants=(2,), flexible=0)

    def _later(self, finish: int) -> str:
        report = self.report
        calendar = report.outcome.schedule.calendars.project(self.project.id)
        return self._days(calendar.between(report.outcome.planned_finish, finish))

    def _days(self, seconds: float) -> str:
        return duration_text(round(seconds), "d", self.units, places=1)

    def _money(self, amount: int) -> str:
        return money_text(amount, self.project.currency_digits)

    def _task(self, position: int) -> str:
        return f"{self.plan.outline.numbers[position]} {clean(self.plan.tasks.column('name')[position])}"

    def targets(self) -> None:
        report = self.report
        say()
        for target, classical in zip(report.targets, report.pert_chances, strict=True):
            about = f"{clean(target.what).capitalize() if target.what in _OWN else clean(target.what)}"
            beside = f", by PERT {_share(classical)}" if target.what in _OWN else ""
            say_folded(f"{about} {instant_text(target.date, self.style)}: {_share(target.chance)} make it{beside}")
        pert = report.pert
        parts = [f"PERT by hand: {instant_text(pert.finish, self.style)}, standard deviation {self._days(pert.deviation)}"]
        parts.append(f"contingency to P80: {self._days(report.contingency)}")
        if report.cost_contingency:
            parts.append(f"and {self._money(report.cost_contingency)} {self.project.currency}".rstrip())
        say_folded("; ".join(parts[:2]) + (f" {parts[2]}" if len(parts) > 2 else ""))

    def histogram(self) -> None:
        bins = self.report.bins
        say()
        most = max(b.share for b in bins)
        width = _BAR if window_width() is None else max(8, min(_BAR, (window_width() or 80) - 32))
        rows = [
            [date_text(b.start, self.style), _share(b.share), _share(b.up_to), self._bar(b.share / most, width)]
            for b in bins
            if b.share
        ]
        say_table(["finish", "share", "by then", ""], rows, right=(1, 2), flexible=3)

    def _bar(self, share: float, width: int) -> str:
        if self.ascii:
            return "#" * round(share * width)
        eighths = round(share * width * 8)
        return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()

    def tornado(self) -> None:
        bars = self.report.bars
        if not bars:
            return
        say()
        rows = []
        for bar in bars[:10]:
            numbers = [f"{bar.ssi:.2f}", _share(bar.criticality), f"{bar.cruciality:.2f}"]
            rows.append([self._task(bar.position), *numbers, self._signed(bar.earlier), self._signed(bar.later)])
        header = ["what drives the finish", "SSI", "critical", "cruciality", "if quick", "if slow"]
        say_table(header, rows, right=(1, 2, 3, 4, 5))

    def _signed(self, seconds: float) -> str:
        text = self._days(seconds)
        return text if text.startswith("-") or text == "0d" else f"+{text}"

    def risks(self) -> None:
        drivers = self.report.drivers
        if drivers is None:
            return
        say()
        rows = []
        for d in drivers.each:
            row = [f"R{d.event.risk.uid}", clean(d.event.risk.name), _share(d.event.chance)]
            rows.append([*row, date_text(d.finish, self.style), self._signed(-d.gain), self._money(-d.cost_gain)])
        header = ["", "risk", "chance", "P80 without it", "days", "cost"]
        if not any(d.cost_gain for d in drivers.each):
            header, rows = header[:-1], [row[:-1] for row in rows]
        say_table(header, rows, right=tuple(range(2, len(header))), flexible=1)
        if len(drivers.each) > 1:
            say(f"Without any risk: {date_text(drivers.finish, self.style)} ({self._signed(-drivers.together)})")

    def merges(self) -> None:
        if not self.report.merges:
            return
        say()
        say(paint("where paths meet", BOLD, _stdout()))
        for merge in self.report.merges:
            each = ", ".join(f"{self._task(p)} {_share(chance)}" for p, chance in merge.each)
            say_folded(f"{self._task(merge.position)} starts as planned: {_share(merge.joint)}; alone: {each}")

    def buffers(self) -> None:
        say()
        rows = []
        for buffer in self.report.buffers:
            feeds = buffer.chain.feeds
            where = "the project" if feeds is None else f"before {self._task(feeds)}"
            size = max(buffer.squares, buffer.least)
            rows.append([where, *(self._days(x) for x in (buffer.length, size, buffer.squares, buffer.half))])
        say_table(["buffer", "chain", "advised", "by squares", "half"], rows, right=(1, 2, 3, 4))
        fever = self.report.fever
        if fever is not None:
            say(f"Fever chart: {_share(fever.done)} of the chain done, {_share(fever.used)} of the buffer used: {fever.zone}")


_OWN = ("target", "must finish by")


def _stdout() -> Any:
    import sys

    return sys.stdout


def _share(share: float) -> str:
    """Return a share as a percentage; nearly none and nearly all are not rounded to none and all."""
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


# JSON -----------------------------------------------------------------------------------------------------


def document(report: RiskReport, seed: int) -> dict[str, Any]:
    """Return the ``pm.risk/1`` document."""
    outcome, project = report.outcome, report.project
    digits = project.currency_digits
    cost = {p.percent: p for p in report.cost}
    found: dict[str, Any] = {
        "project": {"code": project.code, "name": project.name},
        "iterations": outcome.iterations,
        "seed": seed,
        "planned": {
            "finish": iso(outcome.planned_finish),
            "chance": _rounded(report.planned_chance),
            "cost": money_text(report.planned.total, digits),
        },
        "currency": project.currency,
        "mean_minutes": _minutes(report.mean),
        "standard_deviation_minutes": _minutes(report.deviation),
        "percentiles": [
            {
                "percent": p.percent,
                "finish": iso(p.value),
                "finish_error_minutes": _minutes(p.error),
                "cost": money_text(cost[p.percent].value, digits),
                "cost_error": money_text(round(cost[p.percent].error), digits),
            }
            for p in report.finish
        ],
        "contingency_minutes": minutes(report.contingency),
        "cost_contingency": money_text(report.cost_contingency, digits),
        "targets": [
            {"what": t.what, "date": iso(t.date), "chance": _rounded(t.chance), "error": _rounded(t.error), "pert": _rounded(p)}
            for t, p in zip(report.targets, report.pert_chances, strict=True)
        ],
        "histogram": [
            {"from": iso(b.start), "to": iso(b.finish), "share": _rounded(b.share), "up_to": _rounded(b.up_to)}
            for b in report.bins
        ],
    }
    return found | _decisive(report) | {"notes": list(report.notes)}


def _decisive(report: RiskReport) -> dict[str, Any]:
    """Return what decides the finish: tasks, risks, merging paths, and the classical views beside them."""
    plan = report.outcome.plan
    names = ("ssi", "criticality", "cruciality", "rank_cruciality", "kendall", "significance")
    drivers = None
    if report.drivers is not None:
        digits = report.project.currency_digits
        drivers = {
            "risks": [
                {
                    "uid": d.event.risk.uid,
                    "name": d.event.risk.name,
                    "chance": _rounded(d.event.chance),
                    "happened": d.happened,
                    "finish_without": iso(d.finish),
                    "gain_minutes": minutes(d.gain),
                    "cost_gain": money_text(d.cost_gain, digits),
                }
                for d in report.drivers.each
            ],
            "finish_without_any": iso(report.drivers.finish),
            "gain_minutes": minutes(report.drivers.together),
        }
    pert, fever = report.pert, report.fever
    return {
        "tornado": [
            {
                **_named(plan, bar.position),
                **{name: _rounded(getattr(bar, name)) for name in names},
                "standard_deviation_minutes": _minutes(bar.deviation),
                "if_quick_minutes": minutes(bar.earlier),
                "if_slow_minutes": minutes(bar.later),
            }
            for bar in report.bars
        ],
        "drivers": drivers,
        "merges": [
            {
                **_named(plan, m.position),
                "joint": _rounded(m.joint),
                "paths": [{**_named(plan, p), "chance": _rounded(chance)} for p, chance in m.each],
            }
            for m in report.merges
        ],
        "pert": {
            "finish": iso(pert.finish),
            "standard_deviation_minutes": _minutes(pert.deviation),
            "path": [_named(plan, i) for i in pert.path],
        },
        "buffers": [
            {
                "feeds": None if b.chain.feeds is None else _named(plan, b.chain.feeds),
                "chain": [_named(plan, i) for i in b.chain.tasks],
                "chain_minutes": _minutes(b.length),
                "squares_minutes": _minutes(b.squares),
                "half_minutes": _minutes(b.half),
                "least_minutes": _minutes(b.least),
            }
            for b in report.buffers
        ],
        "fever": None if fever is None else {"done": _rounded(fever.done), "used": _rounded(fever.used), "zone": str(fever.zone)},
    }


def _named(plan: Plan, position: int) -> dict[str, Any]:
    tasks = plan.tasks
    return {
        "uid": tasks.column("uid")[position],
        "number": plan.outline.numbers[position],
        "name": tasks.column("name")[position],
    }


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _rounded(value: float) -> float:
    return round(float(value), 4)


def risk_document(risk: Risk, impacts: Sequence[RiskImpact], plan: Plan, project: Project) -> dict[str, Any]:
    """Return a risk as JSON has it, with what it does to tasks."""
    listed = [
        {**_named(plan, plan.tasks.position(i.task_id)), **_fields("risk_impacts", i, project, {"id", "risk_id", "task_id"})}
        for i in impacts
    ]
    return {**_fields("risks", risk, project, {"id", "project_id", "position", "extra"}), "impacts": listed}


def estimate_document(estimate: Estimate, plan: Plan, project: Project) -> dict[str, Any]:
    """Return an estimate as JSON has it."""
    named = _named(plan, plan.tasks.position(estimate.task_id))
    return {**named, **_fields("estimates", estimate, project, {"id", "task_id"})}


def _fields(table: str, row: Any, project: Project, without: set[str]) -> dict[str, Any]:
    known = fields_of(ENTITIES[table])
    wanted = [f for name, f in known.items() if name not in without and f.kind is not Kind.DATA]
    return {json_name(f): json_field(f, getattr(row, f.name), project) for f in wanted}
