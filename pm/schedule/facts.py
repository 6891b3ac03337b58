"""What a schedule says of tasks beside dates: what is critical, how long summaries are, how much is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pm.model import FULL
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.result import MISSING, Flags, Ints
from pm.schedule.slack import EVERY, free_slack, link_slack

if TYPE_CHECKING:
    from pm.schedule.engine import Network


DONE, WHOLE, OPEN, BEGUN, UNFINISHED = range(5)
"""Rows of what branches add up to: work done and work as a whole (durations), and how many tasks are not complete, have
begun, have no finish."""


def contributions(tasks: TaskArrays, at: Ints | slice = EVERY) -> Ints:
    """Return what each of the tasks at `at` adds to the branches it is in, a row each."""
    percent, done = tasks.percent[at], tasks.done[at]
    length = np.where(tasks.rest[at], tasks.duration[at], tasks.length[at])  # what remains is not the whole
    return np.array([percent * length // FULL, length, percent < FULL, tasks.started[at] | done, ~done], dtype=np.int64)


def progress(network: Network) -> Ints:
    """Return what the branch of every summary adds up to, a column a task; those of other tasks are zero."""
    found = np.zeros((5, len(network.counts)), dtype=np.int64)
    for row, values in zip(found, contributions(network.tasks), strict=True):
        row[network.rollup.summaries] = network.rollup.total(values)
    return found


def begun_tasks(network: Network, sums: Ints) -> Flags:
    """Return which tasks are in progress; of the summaries, by their `progress`, those that hold work which has started."""
    begun = network.tasks.started.copy()
    begun[network.rollup.summaries] = sums[BEGUN, network.rollup.summaries] > 0
    return begun


def finished_tasks(network: Network, sums: Ints) -> Flags:
    """Return which tasks are finished; of the summaries, by their `progress`, those that hold nothing else."""
    finished = network.tasks.done.copy()
    finished[network.rollup.summaries] = sums[UNFINISHED, network.rollup.summaries] == 0
    return finished


def total_slacks(
    network: Network, early: tuple[Ints, Ints], late: tuple[Ints, Ints], begun: Flags, at: Ints | slice = EVERY
) -> tuple[Ints, Ints, Ints]:
    """Return start, finish and total slack of the tasks at `at`, working time on each task's own calendar.

    Args:
        network: The network.
        early, late: Start and finish of all tasks.
        begun: Which tasks are in progress, summaries included.
        at: The tasks that are asked for.
    """
    tasks, bank = network.tasks, network.tasks.bank
    has = early[0][at] != MISSING
    safe = [np.where(has, x[at], 0) for x in (early[0], late[0], early[1], late[1])]
    k, project = tasks.slack_calendar[at], tasks.project[at]
    start_slack, finish_slack = bank.spans(safe[0], safe[1], k), bank.spans(safe[2], safe[3], k)
    smallest = np.minimum(start_slack, finish_slack)
    rules = np.array([("smallest", "start", "finish").index(p.slack_rule) for p in tasks.profiles] or [0])
    rule = rules[project] if len(project) else project
    total = np.choose(rule, [smallest, start_slack, finish_slack])
    rest, done = tasks.rest[at], tasks.done[at]
    total = np.where(begun[at] & ~((rule == 1) & rest), finish_slack, total)
    total[done] = np.where(rest[done], MISSING, 0)
    return start_slack, finish_slack, total


def free_slacks(network: Network, early: tuple[Ints, Ints], total: Ints) -> Ints:
    """Return how far each task may slip before a successor's early date moves, by the project's profile."""
    view, tasks, finish = network.links, network.tasks, early[1]
    counts = (network.active & ~tasks.done)[view.successor]
    free = free_slack(view, view.slack(tasks.bank, tasks, early, early), total, counts)
    by_link = np.array([p.free_slack_by_link for p in tasks.profiles] or [False], dtype=bool)
    if by_link.any() and len(free):
        has = np.where(finish == MISSING, 0, finish)
        left = tasks.bank.spans(has, network.project_finish[tasks.project], tasks.slack_calendar)
        own = link_slack(view, view.room(tasks.bank, tasks, early), left, network.active)
        last = np.ones(len(own), dtype=bool)
        last[view.predecessor] = False
        own[tasks.decided | (last & tasks.decided_last)] = 0
        own[list(network.hammocks.kinds)] = 0
        free = np.where(by_link[tasks.project], own, free)
    return free


def project_starts(network: Network, start: Ints) -> dict[int, int]:
    """Return the first start of every project, by its id."""
    counts = network.counts & (start != MISSING)
    return {
        p.id: int(start[a:b][counts[a:b]].min(initial=FOREVER)) if counts[a:b].any() else p.start
        for p, (a, b) in zip(network.tasks.projects, network.ranges, strict=True)
    }


def project_finishes(network: Network, finish: Ints) -> dict[int, int]:
    """Return the finish of every project, by its id."""
    found = {}
    for number, (project, (a, b)) in enumerate(zip(network.tasks.projects, network.ranges, strict=True)):
        mine = finish[a:b][network.counts[a:b]]
        last = int(network.project_finish[number]) if project.schedule_from == "start" else NEVER
        found[project.id] = max(last, int(mine.max(initial=NEVER))) if len(mine) else project.start
    return found


def critical_tasks(network: Network, total: Ints, on_path: Flags, finished: Flags, at: Ints | slice = EVERY) -> Flags:
    """Return what of the tasks at `at` is critical: not finished, not manual, within the slack limit or on the longest path.

    Args:
        network: The network.
        total: Total slack of all tasks.
        on_path: Which tasks are on the longest path.
        finished: Which tasks are finished, summaries included.
        at: The tasks that are asked for.
    """
    tasks = network.tasks
    limits = np.array([p.critical_slack_limit for p in tasks.projects] or [0], dtype=np.int64)
    by_path = np.array([p.longest_path_critical for p in tasks.profiles] or [False], dtype=bool)
    manual_may = np.array([p.manual_can_be_critical for p in tasks.profiles] or [False], dtype=bool)
    n = tasks.project[at]
    if not len(n):
        return np.zeros(0, dtype=bool)
    critical = np.where(by_path[n], on_path[at], total[at] <= limits[n])
    open_ends = np.array([p.open_ends_critical for p in tasks.profiles], dtype=bool)
    if open_ends.any():
        last = network.drives.copy()
        last[network.links.predecessor[network.active[network.links.successor]]] = False
        critical |= last[at] & open_ends[n]
    manual = tasks.manual[at] & network.leaf[at] & ~manual_may[n]
    result: Flags = critical & network.active[at] & (total[at] != MISSING) & ~finished[at] & ~manual
    return result


def summary_durations(network: Network, start: Ints, finish: Ints, summaries: Ints) -> Ints:
    """Return how long summaries are: the working time their branches span, by the dates of all tasks."""
    bank, k = network.tasks.bank, network.tasks.slack_calendar[summaries]
    has = start[summaries] != MISSING
    return bank.spans(np.where(has, start[summaries], 0), np.where(has, finish[summaries], 0), k)


def summary_percents(sums: Ints) -> Ints:
    """Return how much of summaries is done, by their `progress`: the share of their branches, weighted by duration."""
    whole = sums[WHOLE]
    return np.where(whole > 0, sums[DONE] * FULL // np.maximum(whole, 1), np.where(sums[OPEN] == 0, FULL, 0))
