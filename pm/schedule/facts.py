"""What a schedule says of tasks beside dates: what is critical, how long summaries are, how much is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pm.model import FULL
from pm.schedule.result import MISSING, Flags, Ints

if TYPE_CHECKING:
    from pm.schedule.engine import Dates, Network


def critical_tasks(network: Network, total: Ints, on_path: Flags) -> Flags:
    """Return what is critical: not finished, not manual, and within the slack limit or on the longest path."""
    tasks = network.tasks
    limits = np.array([p.critical_slack_limit for p in tasks.projects] or [0], dtype=np.int64)
    by_path = np.array([p.longest_path_critical for p in tasks.profiles] or [False], dtype=bool)
    manual_may = np.array([p.manual_can_be_critical for p in tasks.profiles] or [False], dtype=bool)
    n = tasks.project
    if not len(n):
        return np.zeros(0, dtype=bool)
    done = tasks.done.copy()
    summaries = network.rollup.summaries
    if len(summaries):
        done[summaries] = ~network.rollup.any(~tasks.done)
    critical = np.where(by_path[n], on_path, total <= limits[n])
    open_ends = np.array([p.open_ends_critical for p in tasks.profiles], dtype=bool)
    if open_ends.any():
        last = network.drives.copy()
        last[network.links.predecessor[network.active[network.links.successor]]] = False
        critical |= last & open_ends[n]
    result: Flags = critical & network.active & (total != MISSING) & ~done & ~(tasks.manual & network.leaf & ~manual_may[n])
    return result


def durations(network: Network, early: Dates) -> Ints:
    """Return every task's duration; of a summary the working time its branch spans."""
    tasks = network.tasks
    duration = np.array(network.plan.tasks.column("duration"), dtype=np.int64)
    s = network.rollup.summaries
    if len(s):
        has = early.start[s] != MISSING
        a, b = np.where(has, early.start[s], 0), np.where(has, early.finish[s], 0)
        duration[s] = tasks.bank.spans(a, b, tasks.slack_calendar[s])
    return duration


def percent_complete(network: Network) -> Ints:
    """Return how much of every task is done; of a summary the share of its branch, weighted by duration."""
    percent = np.array(network.plan.tasks.column("percent_complete"), dtype=np.int64)
    s = network.rollup.summaries
    if len(s):
        length = network.tasks.length
        done, whole = network.rollup.total(percent * length // FULL), network.rollup.total(length)
        finished = ~network.rollup.any(percent < FULL)
        percent[s] = np.where(whole > 0, done * FULL // np.maximum(whole, 1), np.where(finished, FULL, 0))
    return percent
