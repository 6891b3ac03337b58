"""The schedule that follows from the dates of both passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pm.schedule.facts import (
    critical_tasks,
    free_slacks,
    project_finishes,
    project_starts,
    summary_durations,
    summary_percents,
    total_slacks,
)
from pm.schedule.manual import ManualSummaries
from pm.schedule.result import MISSING, Dates, Schedule
from pm.schedule.slack import independent_slack

if TYPE_CHECKING:
    from pm.schedule.engine import Network


def outcome(network: Network, early: Dates, late: Dates) -> Schedule:
    """Return the schedule of a network whose progress and longest path are computed; `late` is brought to what is shown."""
    tasks = network.tasks
    scheduled = scheduled_dates(network, early, late)
    ManualSummaries(network.plan, network.topology, tasks).show_late(late.start, late.finish)
    early_dates, late_dates = (early.start, early.finish), (late.start, late.finish)
    start_slack, finish_slack, total = total_slacks(network, early_dates, late_dates, network.begun)
    free = free_slacks(network, early_dates, total)
    independent = independent_slack(network.links, tasks.bank, tasks, early_dates, late_dates, free)
    nothing = early.start == MISSING
    for column in (start_slack, finish_slack, total, free, independent):
        column[nothing] = MISSING
    rests = np.array([p.dates_of_remaining_work for p in tasks.profiles] or [False], dtype=bool)
    if rests.any():  # nothing remains that could slip
        over = network.finished & rests[tasks.project]
        total[over] = free[over] = MISSING
    on_path = network.longest.on_path()
    duration, percent, summaries = tasks.duration.copy(), tasks.percent.copy(), network.rollup.summaries
    duration[summaries] = summary_durations(network, scheduled.start, scheduled.finish, summaries)
    percent[summaries] = summary_percents(network.progress[:, summaries])
    return Schedule(
        plan=network.plan,
        calendars=network.calendars,
        start=scheduled.start,
        finish=scheduled.finish,
        early_start=early.start,
        early_finish=early.finish,
        late_start=late.start,
        late_finish=late.finish,
        duration=duration,
        total_slack=total,
        free_slack=free,
        start_slack=start_slack,
        finish_slack=finish_slack,
        independent_slack=independent,
        percent_complete=percent,
        critical=critical_tasks(network, total, on_path, network.finished),
        longest_path=on_path,
        driving=network.longest.of_links(),
        project_start=project_starts(network, scheduled.start),
        project_finish=project_finishes(network, scheduled.finish),
    )


def scheduled_dates(network: Network, early: Dates, late: Dates) -> Dates:
    """Return the dates work is scheduled at: the early ones, the late ones where a project is scheduled from its finish."""
    start, finish = early.start.copy(), early.finish.copy()
    tasks = network.tasks
    if (rest := tasks.rest).any():
        start[rest] = tasks.fixed_start[rest]
        finish[rest] = np.where(tasks.done[rest], tasks.fixed_finish[rest], finish[rest])
        network.roll_up(start, finish)
    from_finish = np.array([p.schedule_from == "finish" for p in tasks.projects], dtype=bool)
    if from_finish.any():
        free = network.late_as_possible & from_finish[tasks.project]
        start[free], finish[free] = late.start[free], late.finish[free]
        network.roll_up(start, finish)
    return Dates(start, finish)
