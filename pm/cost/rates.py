"""What a resource costs at a moment: its five rate tables, each a line of dates."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from pm.model import Plan
from pm.model.enums import RateTable


@dataclass(frozen=True)
class Rates:
    """The rates of one line of a table: ten-thousandths of the currency per hour (per unit of a material); minor units a use."""

    standard: int = 0
    overtime: int = 0
    per_use: int = 0


@dataclass(frozen=True)
class Timeline:
    """The rates of a resource by one of its tables.

    Attributes:
        starts: From when each of `lines` but the first holds; instants, ascending.
        lines: The rates; the first holds from ever.
    """

    starts: tuple[int, ...]
    lines: tuple[Rates, ...]

    def at(self, instant: int) -> Rates:
        """Return the rates at an instant."""
        return self.lines[bisect_right(self.starts, instant)]

    @property
    def free(self) -> bool:
        """Whether it never costs anything."""
        return all(line == Rates() for line in self.lines)


FREE = Timeline((), (Rates(),))


class RateBook:
    """The timelines of a plan's resources.

    Table A holds what stands on the resource itself where no dated line does; the other tables hold nothing there.
    """

    def __init__(self, plan: Plan) -> None:
        resources, rows = plan.resources, plan.tables["resource_rates"]
        self._own = {
            resource_id: Rates(*line)
            for resource_id, *line in zip(
                resources.ids, *(resources.column(n) for n in ("standard_rate", "overtime_rate", "cost_per_use")), strict=True
            )
        }
        self._dated: dict[tuple[int, str], list[tuple[int | None, int | None, Rates]]] = {}
        names = ("resource_id", "table", "start", "finish", "standard_rate", "overtime_rate", "cost_per_use")
        for resource_id, table, start, finish, *line in zip(*(rows.column(n) for n in names), strict=True):
            self._dated.setdefault((resource_id, str(table)), []).append((start, finish, Rates(*line)))
        self._known: dict[tuple[int, str], Timeline] = {}

    def timeline(self, resource_id: int | None, table: str = RateTable.A.value) -> Timeline:
        """Return the rates of a resource by one of its tables; nothing costs where nobody is named."""
        if resource_id is None:
            return FREE
        key = resource_id, str(table)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._compiled(*key)
        return found

    def _compiled(self, resource_id: int, table: str) -> Timeline:
        base = self._own[resource_id] if table == RateTable.A else Rates()
        dated = sorted(self._dated.get((resource_id, table), ()), key=lambda line: (line[0] is not None, line[0] or 0))
        first = base
        starts: list[int] = []
        lines: list[Rates] = []
        for n, (start, finish, rates) in enumerate(dated):
            if start is None:
                first = rates
            elif starts and starts[-1] == start:
                lines[-1] = rates
            else:
                starts.append(start)
                lines.append(rates)
            next_start = dated[n + 1][0] if n + 1 < len(dated) else None
            if finish is not None and (start is None or finish > start) and (next_start is None or finish < next_start):
                starts.append(finish)
                lines.append(base)
        return Timeline(tuple(starts), (first, *lines))


def hourly_divisor(digits: int) -> int:
    """Return what seconds of work times a rate are divided by to be minor units of a currency with `digits` decimals (0 to 4)."""
    return 36_000_000 // int(10**digits)
