"""Accounts: what each task is booked on, and the money set aside for it."""

from __future__ import annotations

from collections.abc import Sequence

from pm.model import Plan

NO_ACCOUNT = 0
"""The index of the account without a name."""


class Accounts:
    """The accounts of a plan, numbered; number 0 is that of what has none.

    Attributes:
        names: The name of each account. Names that differ only in case are one account, spelled as it comes first.
        of_task: The account of each task: its own, else that of the nearest summary above that has one.
    """

    def __init__(self, plan: Plan) -> None:
        self.names: list[str] = [""]
        self._numbers: dict[str, int] = {"": NO_ACCOUNT}
        self.of_task: Sequence[int] = self._inherited(plan)
        for table in ("budget_lines", "cost_entries"):
            for name in plan.tables[table].column("account"):
                self.number(name)

    def number(self, name: str) -> int:
        """Return the number of an account, a new one where it is not known yet."""
        key = name.strip().casefold()
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.names)
            self.names.append(name.strip())
        return found

    def booked(self, name: str, row: int) -> int:
        """Return the account of a booking or a budget line: its own, else its task's.

        Args:
            name: Its own.
            row: The position of its task; beyond the tasks for none.
        """
        if name.strip():
            return self.number(name)
        return self.of_task[row] if row < len(self.of_task) else NO_ACCOUNT

    def _inherited(self, plan: Plan) -> list[int]:
        names, depth = plan.tasks.column("account"), plan.outline.depth
        above: list[int] = []
        found = []
        for name, level in zip(names, depth, strict=True):
            del above[level:]
            number = self.number(name) if name.strip() else (above[-1] if above else NO_ACCOUNT)
            above.append(number)
            found.append(number)
        return found
