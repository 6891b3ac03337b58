"""What is uncertain about a plan, checked and ready to be sampled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pm.errors import InputError, PlanError
from pm.model import FULL, Estimate, Plan, Risk, RiskImpact
from pm.model.enums import Distribution, RiskStatus
from pm.risk.distributions import Shape, three_points

Ints = NDArray[np.int64]

HAMMOCKS = ("level_of_effort", "wbs_summary")


@dataclass(frozen=True)
class Settings:
    """How a plan's uncertainty is read.

    Attributes:
        spread: How far the tasks nobody estimated may be off: the ends of a triangle around their duration, in hundredths of
            a percent (-1000, 2000 is from 10 % less to 20 % more). None: they are certain.
        after_response: Risks happen with the chance that is left after the response, and responses cost what they cost.
    """

    spread: tuple[int, int] | None = None
    after_response: bool = False

    def __post_init__(self) -> None:
        if self.spread is not None and not -FULL <= self.spread[0] <= 0 <= self.spread[1]:
            raise InputError(
                "a spread goes from at most 100% less to more", code="risk.spread", hint="write e.g. --spread=-10%..+20%"
            )


@dataclass(frozen=True)
class Group:
    """Tasks that tend to be long or short together: columns, and the rank correlation of any two."""

    name: str
    columns: Ints
    coefficient: float


@dataclass(frozen=True)
class Branch:
    """Ways of which one happens: their chances, adding up to 1, and the columns of the tasks of each."""

    name: str
    options: tuple[str, ...]
    chances: tuple[float, ...]
    columns: tuple[Ints, ...]


@dataclass(frozen=True)
class Event:
    """A risk that may happen.

    Attributes:
        risk: Its row in the register.
        chance: That it happens, 0 to 1.
        columns, delays: The tasks it delays, and by how much (seconds); one severity is drawn for all of them.
        cost: What it adds to the cost, minor units.
    """

    risk: Risk
    chance: float
    columns: Ints
    delays: tuple[Shape, ...]
    cost: tuple[Shape, ...]


@dataclass
class Uncertainty:
    """What is uncertain about the tasks of a plan; a column is a task.

    Attributes:
        at: Positions of the tasks in the plan.
        base: Their durations as planned; `least` what of them is done: a sample is never below it. Seconds.
        shapes: Their durations, seconds; certain ones are a point.
        estimated: Whether somebody estimated them, or a spread does.
        fixed_costs: Shapes of uncertain fixed costs by position in the plan; minor units.
        notes: What was left out, in words.
    """

    plan: Plan
    settings: Settings
    at: Ints
    base: Ints
    least: Ints
    shapes: list[Shape]
    groups: list[Group]
    branches: list[Branch]
    events: list[Event]
    fixed_costs: dict[int, Shape] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def certain(self) -> bool:
        """Whether nothing is uncertain."""
        return not (self.branches or self.events or self.fixed_costs) and all(s.certain for s in self.shapes)


def uncertainty(plan: Plan, settings: Settings | None = None) -> Uncertainty:
    """Return what is uncertain about a plan.

    Raises:
        InputError: an estimate, a risk, a group or a branch that cannot be: `estimate.order`, `estimate.low`,
            `estimate.percentiles`, `estimate.no_group`, `risk.probability`, `risk.impact`, `risk.correlation`,
            `branch.unknown`, `branch.chances`.
        PlanError: `risk.no_task`, an impact or an estimate of a task that is gone.
    """
    return _Reader(plan, settings or Settings()).read()


def point(value: float) -> Shape:
    """Return the shape of a certain amount."""
    return Shape(Distribution.TRIANGULAR, value, value, value)


class _Reader:
    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan, self.settings = plan, settings
        self.names: Sequence[Any] = plan.tasks.column("name")
        self.durations: Sequence[Any] = plan.tasks.column("duration")
        self.shapes: dict[int, Shape] = {}
        self.notes: list[str] = []
        self.fixed: dict[int, Shape] = {}
        self.groups: dict[tuple[int, str], list[int]] = {}
        self.branches: dict[tuple[int, str], dict[str, list[int]]] = {}
        self.open = self._open_tasks()

    def _open_tasks(self) -> set[int]:
        """Return the positions of the tasks that have a duration of their own of which something is left."""
        tasks, outline = self.plan.tasks, self.plan.outline
        column = tasks.column
        kinds, finished, percent = column("activity_type"), column("actual_finish"), column("percent_complete")
        active, blank = column("active"), column("blank")
        return {
            i
            for i in range(len(tasks))
            if outline.end[i] == i + 1
            and active[i]
            and not blank[i]
            and kinds[i] not in HAMMOCKS
            and finished[i] is None
            and percent[i] < FULL
        }

    def read(self) -> Uncertainty:
        for estimate in self.plan.tables["estimates"]:
            self._estimate(estimate)
        if self.settings.spread is not None:
            self._spread(*self.settings.spread)
        events = list(self._events())
        touched = {i for _, _, impacts in events for i, _ in impacts}
        positions = sorted({*self.shapes, *touched})
        column = {i: n for n, i in enumerate(positions)}
        base = np.array([self.durations[i] for i in positions], dtype=np.int64)
        return Uncertainty(
            plan=self.plan,
            settings=self.settings,
            at=np.array(positions, dtype=np.int64),
            base=base,
            least=np.array([self._done(i) for i in positions], dtype=np.int64),
            shapes=[self.shapes.get(i) or point(self.durations[i]) for i in positions],
            groups=[self._group(key, [column[i] for i in members]) for key, members in self.groups.items()],
            branches=[self._branch(key, column) for key in self.branches],
            events=[self._event(risk, chance, impacts, column) for risk, chance, impacts in events],
            fixed_costs=self.fixed,
            notes=self.notes,
        )

    def _position(self, task_id: int, what: str) -> int:
        if task_id not in self.plan.tasks:
            raise PlanError(f"{what} is about a task that is gone", code="risk.no_task", hint="remove it, or name another task")
        return self.plan.tasks.position(task_id)

    def _done(self, i: int) -> int:
        column, duration = self.plan.tasks.column, int(self.durations[i])
        left = column("remaining_duration")[i]
        if column("actual_start")[i] is None:
            return 0
        return max(0, duration - left) if left is not None else duration * int(column("percent_complete")[i]) // FULL

    # estimates ----------------------------------------------------------------------------------------

    def _estimate(self, estimate: Estimate) -> None:
        i = self._position(estimate.task_id, "an estimate")
        if i not in self.open:
            if self.plan.outline.is_summary(i):
                self.notes.append(f"the estimate of {self.names[i]} is left out: a summary lasts as long as its tasks")
            return
        self.shapes[i] = duration_shape(estimate, self.durations[i], self.names[i])
        cost = self._fixed_cost(estimate, i)
        if cost is not None and not cost.certain:
            self.fixed[i] = cost
        project = self.plan.tasks.column("project_id")[i]
        if estimate.correlation_group:
            self.groups.setdefault((project, estimate.correlation_group), []).append(i)
        if estimate.branch:
            options = self.branches.setdefault((project, estimate.branch), {})
            options.setdefault(estimate.branch_option, []).append(i)

    def _fixed_cost(self, estimate: Estimate, i: int) -> Shape | None:
        if estimate.fixed_cost_low is None and estimate.fixed_cost_high is None:
            return None
        fixed = int(self.plan.tasks.column("fixed_cost")[i])
        low = estimate.fixed_cost_low if estimate.fixed_cost_low is not None else fixed
        high = estimate.fixed_cost_high if estimate.fixed_cost_high is not None else fixed
        return three_points(low, fixed, high, Distribution.TRIANGULAR, (1000, 9000), f"fixed cost of {self.names[i]}")

    def _spread(self, less: int, more: int) -> None:
        for i in self.open.difference(self.shapes):
            d = int(self.durations[i])
            if d:
                self.shapes[i] = Shape(Distribution.TRIANGULAR, d * (FULL + less) / FULL, d, d * (FULL + more) / FULL)

    def _group(self, key: tuple[int, str], columns: list[int]) -> Group:
        for group in self.plan.tables["correlation_groups"]:
            if (group.project_id, group.name) == key:
                if abs(group.coefficient) > FULL:
                    raise InputError("a correlation lies between -1 and 1", code="risk.correlation", subject=group.name)
                return Group(group.name, np.array(columns, dtype=np.int64), group.coefficient / FULL)
        raise InputError(
            f"no correlation group is called {key[1]!r}", code="estimate.no_group", hint="pm risk correlate PLAN GROUP 50%"
        )

    def _branch(self, key: tuple[int, str], column: Mapping[int, int]) -> Branch:
        rows = [o for o in self.plan.tables["branch_options"] if (o.project_id, o.branch) == key]
        tasks = self.branches[key]
        known = {o.name for o in rows}
        lost = next((name for name in tasks if name not in known), None)
        if lost is not None:
            raise InputError(
                f"the branch {key[1]!r} has no option {lost!r}",
                code="branch.unknown",
                subject=str(self.names[tasks[lost][0]]),
                hint="pm risk branch PLAN BRANCH OPTION 60%",
            )
        total = sum(o.probability for o in rows)
        if total <= 0 or any(o.probability < 0 for o in rows):
            raise InputError("the options of a branch need chances above zero", code="branch.chances", subject=key[1])
        columns = tuple(np.array([column[i] for i in tasks.get(o.name, ())], dtype=np.int64) for o in rows)
        return Branch(key[1], tuple(o.name for o in rows), tuple(o.probability / total for o in rows), columns)

    # the register -------------------------------------------------------------------------------------

    def _events(self) -> Iterator[tuple[Risk, float, list[tuple[int, RiskImpact]]]]:
        impacts: dict[int, list[RiskImpact]] = {}
        for impact in self.plan.tables["risk_impacts"]:
            impacts.setdefault(impact.risk_id, []).append(impact)
        for risk in sorted(self.plan.tables["risks"], key=lambda r: (r.project_id, r.position, r.uid)):
            mine = impacts.get(risk.id, [])
            found = [(self._position(impact.task_id, f"an impact of {risk.name}"), impact) for impact in mine]
            if risk.status != RiskStatus.OPEN:
                continue
            residual = risk.residual_probability if self.settings.after_response else None
            chance = risk.probability if residual is None else residual
            if not 0 <= chance <= FULL:
                raise InputError("a probability lies between 0% and 100%", code="risk.probability", subject=risk.name)
            counting = [(i, impact) for i, impact in found if i in self.open]
            lost = ", ".join(str(self.names[i]) for i, _ in found if i not in self.open)
            if lost:
                self.notes.append(f"R{risk.uid} {risk.name} does nothing to {lost}: finished, inactive or a summary")
            if counting:
                yield risk, chance / FULL, counting

    def _event(self, risk: Risk, chance: float, impacts: list[tuple[int, RiskImpact]], column: Mapping[int, int]) -> Event:
        columns = np.array([column[i] for i, _ in impacts], dtype=np.int64)
        what = [f"R{risk.uid} {risk.name} on {self.names[i]}" for i, _ in impacts]
        delays = tuple(_impact(impact, "delay", name) for (_, impact), name in zip(impacts, what, strict=True))
        costs = tuple(_impact(impact, "cost", name) for (_, impact), name in zip(impacts, what, strict=True))
        return Event(risk, chance, columns, delays, costs)


def duration_shape(estimate: Estimate, duration: int, name: str) -> Shape:
    """Return the shape of a task's duration, seconds; a point that nobody gave is like its neighbour.

    Raises:
        InputError: as `three_points`; the lognormal and the uniform need both ends.
    """
    likely = estimate.most_likely if estimate.most_likely is not None else duration
    low = estimate.low if estimate.low is not None else likely
    high = estimate.high if estimate.high is not None else likely
    kind = Distribution(estimate.distribution)
    if kind in (Distribution.LOGNORMAL, Distribution.UNIFORM) and estimate.most_likely is None:
        likely = min(max(likely, low), high)
    return three_points(low, likely, high, kind, (estimate.low_percentile, estimate.high_percentile), name)


def _impact(impact: RiskImpact, what: str, subject: str) -> Shape:
    low, likely, high = (getattr(impact, f"{what}_{n}") for n in ("low", "likely", "high"))
    low, high = (likely if end is None else end for end in (low, high))
    if not low <= likely <= high:
        raise InputError(
            f"the {what} of an impact goes from low over likely to high",
            code="risk.impact",
            subject=subject,
            hint="write 1d 2d 5d",
        )
    return Shape(Distribution.TRIANGULAR, low, likely, high)
