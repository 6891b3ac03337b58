"""What is said in words about the plan and the selected task: header, strip of details, dialog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pm.model.enums import ConstraintType
from pm.schedule.result import MISSING
from tui.glyphs import Glyphs
from tui.text import clean, day_of, day_text, long_day_text, moment_text, percent_text, span_text
from tui.widgets.bars import Run, runs_width
from tui.widgets.gantt.model import GanttModel, LinkEnd

CONSTRAINTS = {
    ConstraintType.AS_SOON_AS_POSSIBLE: "as soon as possible",
    ConstraintType.AS_LATE_AS_POSSIBLE: "as late as possible",
    ConstraintType.START_NO_EARLIER_THAN: "start no earlier than",
    ConstraintType.START_NO_LATER_THAN: "start no later than",
    ConstraintType.FINISH_NO_EARLIER_THAN: "finish no earlier than",
    ConstraintType.FINISH_NO_LATER_THAN: "finish no later than",
    ConstraintType.MUST_START_ON: "must start on",
    ConstraintType.MUST_FINISH_ON: "must finish on",
    ConstraintType.MANDATORY_START: "starts on, whatever waits",
    ConstraintType.MANDATORY_FINISH: "finishes on, whatever waits",
}


def variance_runs(seconds: int | None, per_day: int, glyphs: Glyphs, *, words: str = "") -> list[Run]:
    """Return a difference to the baseline with its sign, in its colour; nothing where there is no baseline."""
    if seconds is None:
        return []
    tail = f" {words}" if words else ""
    if seconds == 0:
        return [Run(f"= on {words.removeprefix('vs ')}" if words else "= 0d", "good")]
    if seconds > 0:
        return [Run(f"{glyphs.warning} {span_text(seconds, per_day)}{tail}", "late")]
    return [Run(f"{glyphs.earlier} {span_text(-seconds, per_day)} early{tail}", "good")]


def header(model: GanttModel, glyphs: Glyphs, status_day: int, zoom: str) -> list[list[Run]]:
    """Return the facts about the whole plan, the most important first."""
    chips: list[list[Run]] = []
    finish = model.project_finish
    if finish is not None:
        day = long_day_text(day_of(finish, finish=True))
        chip = [Run("Finish ", "muted"), Run(day, "text", True)]
        late = variance_runs(model.baseline_variance, model.per_day, glyphs, words="vs baseline")
        chips.append([*chip, *([Run(" "), *late] if late else [])])
    count = model.critical_count
    if count:
        chips.append([Run("Critical ", "muted"), Run(f"{glyphs.critical} {count} open", "critical")])
    reported = model.project.status_date is not None
    chips.append([Run("Status date " if reported else "Today ", "muted"), Run(day_text(status_day), "today")])
    chips.append([Run("Zoom ", "muted"), Run(zoom, "text", True)])
    return chips


def _date(instant: int, glyphs: Glyphs, *, finish: bool, years: bool) -> str:
    return glyphs.dash if instant == MISSING else day_text(day_of(instant, finish=finish), year=years)


def slack_run(model: GanttModel, position: int, seconds: int, glyphs: Glyphs) -> Run:
    """Return total slack in its colour."""
    if seconds == MISSING:
        return Run(glyphs.dash, "muted")
    ink = "critical" if model.critical[position] else "text"
    return Run(span_text(seconds, model.per_day, minus=glyphs.minus), ink)


def links_runs(model: GanttModel, links: Sequence[LinkEnd], ink: str, *, most: int = 4) -> list[Run]:
    """Return links as ``3.2.1 FS-5d``, the driving ones bold."""
    runs: list[Run] = []
    for link in links[:most]:
        number = model.numbers[link.other]
        runs.append(Run(f"{'  ' if runs else ''}{number} {link.type}{link.lag}", ink, link.driving))
    if len(links) > most:
        runs.append(Run(f"  and {len(links) - most} more", "muted"))
    return runs or [Run("none", "hint")]


def baseline_runs(model: GanttModel, position: int, glyphs: Glyphs) -> list[Run]:
    """Return the baseline's finish of a task and how far it has moved since."""
    before = int(model.baseline_instants[1][position])
    now = int(model.schedule.finish[position])
    if before == MISSING or now == MISSING:
        return []
    moved = model.working_between(before, now)
    shown = span_text(moved, model.per_day, sign=True, minus=glyphs.minus) if moved else "="
    return [
        Run("Baseline ", "muted"),
        Run(f"{_date(before, glyphs, finish=True, years=model.years_shown)} "),
        Run(shown, "late" if moved > 0 else "good"),
    ]


def _title(model: GanttModel, position: int, glyphs: Glyphs) -> list[Run]:
    runs = [Run(f"{model.numbers[position]} {model.name(position)}", "text", True)]
    if who := model.resources(position):
        runs.append(Run(f"  {who}", "muted"))
    if model.open_critical[position]:
        runs.append(Run(f"   {glyphs.critical} critical", "critical"))
    if not model.active[position]:
        runs.append(Run("   inactive", "hint"))
    tasks = model.plan.tasks
    if tasks.column("manual")[position]:
        runs.append(Run("   scheduled by hand", "warning"))
    kind = ConstraintType(tasks.column("constraint_type")[position])
    date = tasks.column("constraint_date")[position]
    if kind is not ConstraintType.AS_SOON_AS_POSSIBLE:
        late = kind in (ConstraintType.FINISH_NO_EARLIER_THAN, ConstraintType.FINISH_NO_LATER_THAN, ConstraintType.MUST_FINISH_ON)
        when = f" {day_text(day_of(date, finish=late), year=model.years_shown)}" if date is not None else ""
        runs.append(Run(f"   {CONSTRAINTS[kind]}{when}", "warning"))
    deadline = tasks.column("deadline")[position]
    if deadline is not None:
        when = day_text(day_of(deadline, finish=True), year=model.years_shown)
        ink = "late" if model.late[position] else "good"
        runs.append(Run(f"   {glyphs.deadline} {when}", ink))
    return runs


def _joined(groups: Iterable[Sequence[Run]], gap: str = "   ") -> list[Run]:
    runs: list[Run] = []
    for group in groups:
        if group:
            runs += [Run(gap), *group] if runs else group
    return runs


def strip(model: GanttModel, position: int, glyphs: Glyphs, width: int, height: int) -> list[list[Run]]:
    """Return the strip of details: name and conditions, then dates, slack and links in `height` lines of `width` cells."""
    if not model.count:
        return [[Run("no tasks yet", "muted")]]
    schedule, years = model.schedule, model.years_shown
    dates = [
        [Run(f"{label} ", "muted"), Run(_date(int(column[position]), glyphs, finish=finish, years=years))]
        for label, column, finish in (
            ("ES", schedule.early_start, False),
            ("EF", schedule.early_finish, True),
            ("LS", schedule.late_start, False),
            ("LF", schedule.late_finish, True),
        )
    ]
    slacks = [[Run("Total slack ", "muted"), slack_run(model, position, model.slack[position], glyphs)]]
    free = int(schedule.free_slack[position])
    if free != MISSING and not model.summary[position]:
        slacks.append([Run("Free ", "muted"), Run(span_text(free, model.per_day, minus=glyphs.minus))])
    baseline = baseline_runs(model, position, glyphs)
    before, after = model.predecessors(position), model.successors(position)
    most = 4 if width >= 150 else 2
    links = [
        [Run("Predecessors ", "muted"), *links_runs(model, before, "predecessor", most=most)],
        [Run("Successors ", "muted"), *links_runs(model, after, "successor", most=most)],
    ]
    title = _title(model, position, glyphs)
    facts = _joined([_joined(dates, "  "), _joined(slacks, "  "), baseline])
    if height == 2:
        while most > 1 and runs_width(_joined([facts, *links])) > width - 2:
            most -= 1
            links = [
                [Run("Predecessors ", "muted"), *links_runs(model, before, "predecessor", most=most)],
                [Run("Successors ", "muted"), *links_runs(model, after, "successor", most=most)],
            ]
        return [title, _joined([facts, *links])]
    narrow = _joined([_joined(dates, "  "), _joined(slacks[:1], "  ")])
    return [title, narrow, _joined([baseline, *links] if width >= 96 else [*links, baseline], "  ")]


def everything(model: GanttModel, position: int, glyphs: Glyphs) -> list[tuple[str, str]]:
    """Return all that is known of a task as pairs of label and text."""
    task = model.plan.tasks.at(position)
    schedule, per_day = model.schedule.at(position), model.per_day

    def moment(instant: int | None) -> str:
        return glyphs.dash if instant is None else moment_text(instant)

    def span(seconds: int | None) -> str:
        return glyphs.dash if seconds is None else span_text(seconds, per_day, minus=glyphs.minus)

    kind = ConstraintType(task.constraint_type)
    constraint = CONSTRAINTS[kind] + (f" {moment_text(task.constraint_date)}" if task.constraint_date is not None else "")
    pairs = [
        ("Name", model.name(position)),
        ("Number", f"{model.numbers[position]}   uid {task.uid}" + (f"   WBS {clean(task.wbs)}" if task.wbs else "")),
        ("Duration", model.duration_text(position)),
        ("Start", moment(schedule.start)),
        ("Finish", moment(schedule.finish)),
        ("Early", f"{moment(schedule.early_start)}  {glyphs.to}  {moment(schedule.early_finish)}"),
        ("Late", f"{moment(schedule.late_start)}  {glyphs.to}  {moment(schedule.late_finish)}"),
        ("Total slack", span(schedule.total_slack)),
        ("Free slack", span(schedule.free_slack)),
        ("Critical", "yes" if schedule.critical else "no"),
        ("Longest path", "yes" if schedule.longest_path else "no"),
        ("Complete", percent_text(schedule.percent_complete)),
        ("Constraint", constraint),
        ("Deadline", moment(task.deadline)),
        (
            "Baseline",
            "".join(run.text for run in baseline_runs(model, position, glyphs)).removeprefix("Baseline ") or glyphs.dash,
        ),
        ("Resources", model.resources(position) or glyphs.dash),
    ]
    for label, links in (("Predecessors", model.predecessors(position)), ("Successors", model.successors(position))):
        texts = [
            f"{model.numbers[k.other]} {model.name(k.other)}  {k.type}{k.lag}{'  drives' if k.driving else ''}" for k in links
        ]
        pairs += [(label if i == 0 else "", text) for i, text in enumerate(texts)] or [(label, glyphs.dash)]
    if task.notes:
        pairs.append(("Notes", clean(task.notes)))
    return pairs
