"""Where two schedules differ, and where a schedule differs from what the oracle says."""

from __future__ import annotations

import numpy as np

from pm.model import Plan
from pm.schedule import Network, Schedule, compile_network
from tests.schedule import oracle
from tests.schedule.oracle_assignments import AssignmentOracle
from tests.schedule.oracle_primavera import PrimaveraOracle
from tests.schedule.plans import CALENDARS

COLUMNS = [n for n, t in Schedule.__annotations__.items() if t in ("Ints", "Flags")]


def differences(a: Schedule, b: Schedule) -> list[str]:
    """Return the names of the columns, and of the dates of projects, that are not the same in both."""
    found = [n for n in COLUMNS if not np.array_equal(getattr(a, n), getattr(b, n))]
    return found + [n for n in ("project_start", "project_finish") if getattr(a, n) != getattr(b, n)]


def against_oracle(plan: Plan, network: Network | None = None) -> list[str]:
    """Return what the engine says of a plan of one project otherwise than the oracle of its profile, a line each.

    `network` is that of the plan, where there is one already.
    """
    by_p6 = next(iter(plan.projects)).profile == "primavera"
    schedule = (network or compile_network(plan)).schedule
    return oracle.differences(plan, CALENDARS, schedule, PrimaveraOracle if by_p6 else AssignmentOracle)
