"""Schedules of a plan that was changed for comparison: as many as are worth their time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pm.errors import PMError
from pm.model import Plan
from pm.model.kinds import FIRST_INSTANT

if TYPE_CHECKING:
    from pm.schedule.engine import Network
    from pm.schedule.result import Schedule

BUDGET = 120_000
"""Tasks scheduled in all trials together, about three seconds; counted, not timed: a report is the same everywhere."""
AFAR = 10
"""How much more a task costs in a plan with dates thousands of years away."""


class Trials:
    """Schedules variants of a plan, within a budget and within the years of the plan's own schedule.

    A trial whose dates run out of those years is given up: a duration that a rule hides may be nonsense, thousands of years.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan, self._spent = plan, 0

    @cached_property
    def _network(self) -> Network:
        from pm.schedule.engine import compile_network

        network = compile_network(self._plan)
        network.passes()
        return network

    @cached_property
    def _price(self) -> int:
        afar = self._network.tasks.bank.first <= FIRST_INSTANT
        return len(self._plan.tasks) * (AFAR if afar else 1)

    def may_go_on(self, reserved: int = 0) -> bool:
        """Whether the budget has room for one more trial, and `reserved` others."""
        return self._spent + (1 + reserved) * self._price <= BUDGET

    def schedule(self, plan: Plan) -> Schedule | None:
        """Return the schedule of a variant; None where it cannot be scheduled, or only in other years."""
        from pm.schedule.engine import compile_network

        self._spent += self._price
        own = self._network.tasks.bank
        try:
            network = compile_network(plan, self._network)
            network.tasks.bank = network.tasks.bank.limited(own.first, own.last)
            return network.compute()
        except PMError:
            return None
