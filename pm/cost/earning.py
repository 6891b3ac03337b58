"""How much of its budget each task has earned: the eight rules, and when it was earned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pm.cost.flow import Flow, FlowBuilder, Ints
from pm.cost.problems import Problem, listed
from pm.cost.spans import TaskSpans
from pm.model import FULL, EarnedValueRule, Plan
from pm.model.enums import EarnedValueMethod, PercentType

_MOST_STEPS = 10_000


class Earning:
    """The share of its budget that each task of a plan has earned.

    Args:
        plan: The plan.
        spans: Where its tasks lie, and what is done of them.
        budget: Each task's own part of the budget, without what is below it.
        planned: What of that is planned to be done by the status date.
    """

    def __init__(self, plan: Plan, spans: TaskSpans, budget: Ints, planned: Ints) -> None:
        self._plan, self._spans = plan, spans
        self._budget, self._planned = budget.tolist(), planned.tolist()
        self._rules: dict[int, EarnedValueRule] = {
            plan.tasks.index[rule.task_id]: rule for rule in plan.tables["earned_value_rules"]
        }
        names = ("percent_type", "percent_work_complete", "physical_percent_complete", "name")
        self._rows = {n: plan.tasks.column(n) for n in names}
        self._over: list[str] = []
        self._empty: list[str] = []
        self._circles: list[str] = []

    def method(self, task: int) -> EarnedValueMethod:
        """Return the rule that a task earns by; a summary's own part is earned as its branch is done."""
        rule = self._rules.get(task)
        if rule is None or self._plan.outline.is_summary(task):
            return EarnedValueMethod.PERCENT_COMPLETE
        return EarnedValueMethod(rule.method)

    def earned(self, task: int) -> int:
        """Return what a task itself has earned, in minor units."""
        budget = self._budget[task]
        if not budget:
            return 0
        if self.method(task) is EarnedValueMethod.LEVEL_OF_EFFORT:
            return int(self._planned[task])
        exact = budget * self._share(task, ())
        return int(exact + Fraction(1, 2)) if exact >= 0 else -int(Fraction(1, 2) - exact)

    def problems(self, project_id: int) -> Iterator[Problem]:
        """Hand out what was odd about the tasks asked for so far."""
        if self._over:
            yield Problem("evm.percent", f"more than 100% complete, counted as 100%: {listed(self._over)}", project_id)
        if self._empty:
            yield Problem("evm.rule_empty", f"steps or units to earn by are missing: {listed(self._empty)}", project_id)
        if self._circles:
            yield Problem(
                "evm.apportioned_loop", f"in step with themselves, nothing is earned: {listed(self._circles)}", project_id
            )

    def _share(self, task: int, asking: tuple[int, ...]) -> Fraction:
        rule, name = self._rules.get(task), str(self._rows["name"][task])
        match self.method(task):
            case EarnedValueMethod.ZERO_HUNDRED:
                return Fraction(int(self._spans.ended(task)))
            case EarnedValueMethod.FIFTY_FIFTY:
                return Fraction(int(self._spans.begun(task)) + int(self._spans.ended(task)), 2)
            case EarnedValueMethod.WEIGHTED_MILESTONES if rule is not None:
                return self._steps(rule, name)
            case EarnedValueMethod.UNITS if rule is not None:
                if rule.units_planned <= 0:
                    self._empty.append(name)
                    return Fraction(0)
                return self._at_most_all(Fraction(rule.units_done, rule.units_planned), name)
            case EarnedValueMethod.APPORTIONED if rule is not None:
                return self._in_step(task, rule, (*asking, task))
            case EarnedValueMethod.LEVEL_OF_EFFORT:
                return Fraction(self._planned[task], self._budget[task]) if self._budget[task] else Fraction(0)
            case EarnedValueMethod.PHYSICAL:
                return self._percent(self._rows["physical_percent_complete"][task], name)
            case _:
                return self._reported(task, name)

    def _reported(self, task: int, name: str) -> Fraction:
        kind = self._rows["percent_type"][task]
        if self._plan.outline.is_summary(task) or kind == PercentType.DURATION:
            return self._percent(self._spans.reported(task), name)
        column = "percent_work_complete" if kind == PercentType.WORK else "physical_percent_complete"
        return self._percent(self._rows[column][task], name)

    def _percent(self, hundredths: int, name: str) -> Fraction:
        return self._at_most_all(Fraction(hundredths, FULL), name)

    def _at_most_all(self, share: Fraction, name: str) -> Fraction:
        if share > 1:
            self._over.append(name)
        return min(max(share, Fraction(0)), Fraction(1))

    def _steps(self, rule: EarnedValueRule, name: str) -> Fraction:
        steps = [step for step in (rule.steps or ())[:_MOST_STEPS] if isinstance(step, dict)]
        weights = [max(0, int(step.get("weight", 0) or 0)) for step in steps]
        if not sum(weights):
            self._empty.append(name)
            return Fraction(0)
        done = sum(weight for weight, step in zip(weights, steps, strict=True) if step.get("done"))
        return Fraction(done, sum(weights))

    def _in_step(self, task: int, rule: EarnedValueRule, asking: tuple[int, ...]) -> Fraction:
        """Return the share that another task, or its branch, has earned."""
        other = self._plan.tasks.index.get(rule.apportioned_to_id) if rule.apportioned_to_id is not None else None
        if other is None:
            self._empty.append(str(self._rows["name"][task]))
            return Fraction(0)
        branch = range(other, self._plan.outline.end[other])
        if any(i in asking for i in branch):
            self._circles.append(str(self._rows["name"][task]))
            return Fraction(0)
        budget = sum(self._budget[i] for i in branch)
        if not budget:
            return self._share(other, asking)
        earned = sum((self._budget[i] * self._share(i, asking) for i in branch), Fraction(0))
        return Fraction(earned, budget)

    def flow(self, planned: Flow, earned: Sequence[int], status: int) -> Flow:
        """Return when each task earned what it has, until the status date.

        By percent it is taken to have come evenly from the task's start to where its progress ends.
        """
        builder, spans = FlowBuilder(), self._spans
        loe: list[bool] = []
        for task, amount in enumerate(earned):
            method = self.method(task)
            loe.append(method is EarnedValueMethod.LEVEL_OF_EFFORT)
            if not amount or loe[-1]:
                continue
            calendar = spans.calendar(task)
            start, stop = (status, status) if not spans.dated(task) else spans.worked(task)
            start, stop = min(start, status), min(stop, status)
            if method is EarnedValueMethod.ZERO_HUNDRED:
                start = stop
            elif method is EarnedValueMethod.FIFTY_FIFTY:
                half = amount if not spans.ended(task) else amount // 2
                builder.add(half, start, start, calendar, task=task)
                amount, start = amount - half, stop
            builder.add(amount, start, stop, calendar, task=task)
        return _with_effort(builder, planned, loe, status)


def _with_effort(builder: FlowBuilder, planned: Flow, loe: Sequence[bool], status: int) -> Flow:
    """Return the pieces, with those of level of effort, which earns as planned, until the status date."""
    done = planned.until(status + 1).tolist()
    columns = (planned.task, planned.calendar, planned.begin, planned.end)
    for (task, calendar, begin, end), amount in zip(zip(*(c.tolist() for c in columns), strict=True), done, strict=True):
        if loe[task] if task < len(loe) else False:
            builder.add(amount, min(begin, status), min(end, status), planned.calendars[calendar], task=task)
    return builder.flow()
