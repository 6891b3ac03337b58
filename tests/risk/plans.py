"""Small plans with something uncertain in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pm.model import Plan, instant
from pm.model.kinds import DAY, HOUR

START = instant("2026-03-02T08:00")
DAY_WORK = 8 * HOUR
ELAPSED = {"duration_unit": "ed"}


def network_plan(
    tasks: Mapping[str, float],
    before: Mapping[str, str] | None = None,
    estimates: Mapping[str, tuple[float, float, float]] | None = None,
    *,
    elapsed: bool = False,
    day: int | None = None,
    distribution: str = "triangular",
    **tables: Sequence[Mapping[str, Any]],
) -> Plan:
    """Return a plan of tasks by name with their days, who waits for whom, and three-point estimates in days.

    Args:
        tasks: Durations.
        before: The predecessors of each task, a letter each.
        estimates: Low, most likely, high.
        elapsed: Days run round the clock, so that dates are sums.
        day: Seconds of a day, where they are not those of the unit.
        distribution: Of all estimates.
        **tables: Rows of other tables.
    """
    length = day or (DAY if elapsed else DAY_WORK)
    ids = {name: i for i, name in enumerate(tasks, 1)}
    rows: list[dict[str, Any]] = [
        {"id": i, "uid": i, "project_id": 1, "position": i, "name": name, "duration": round(tasks[name] * length)}
        | (ELAPSED if elapsed else {})
        for name, i in ids.items()
    ]
    pairs = [(ids[p], ids[name]) for name, listed in (before or {}).items() for p in listed]
    links = [{"id": n, "project_id": 1, "predecessor_id": p, "successor_id": s} for n, (p, s) in enumerate(pairs, 1)]
    given = [
        {"id": n, "task_id": ids[name], "distribution": distribution}
        | {key: round(value * length) for key, value in zip(("low", "most_likely", "high"), points, strict=True)}
        for n, (name, points) in enumerate((estimates or {}).items(), 1)
    ]
    project = {"id": 1, "code": "P", "name": "Project", "start": START}
    return Plan.from_rows(projects=[project], tasks=rows, links=links, estimates=given, **tables)
