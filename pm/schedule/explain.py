"""Why a date is what it is: the chain of what decides it, step by step, adding up exactly.

A chain is a walk over instants: every step begins where the one before it ends. A step's working time and the non-working
time it crosses, by name, make up its length on the clock. The chain of the date a task is scheduled at comes from what it
waited for; that of a late date from what limits it, counted back from the project's finish, a deadline or a constraint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pm.errors import ScheduleError
from pm.model import Plan
from pm.schedule.engine import Network
from pm.schedule.explain_early import EarlyTrail
from pm.schedule.explain_late import LateTrail
from pm.schedule.network import FINISH, START
from pm.schedule.result import MISSING
from pm.schedule.slack import LinkView
from pm.schedule.steps import Step, StepKind, Tie


@dataclass(frozen=True)
class SlackReason:
    """How far a task can slip, and what stops it.

    Attributes:
        total: Total slack, working seconds; negative where a date is missed already.
        free: How far it can slip before the first successor moves.
        first: The links whose successors move first, where they move before the limit is reached or with it.
        limit: The step that total slack is measured to: the project's finish, a deadline, a constraint.
        finished: The task is done; nothing can slip.
    """

    total: int
    free: int
    first: tuple[Tie, ...]
    limit: Step
    finished: bool


@dataclass(frozen=True)
class Explanation:
    """Why a date is what it is: `steps` lead from an origin to `date`, without a gap.

    Attributes:
        plan: The plan.
        task_id: The task.
        end: ``start`` or ``finish``.
        date: The instant that is explained.
        steps: The chain.
        late: The date is the late one, and the chain leads back from what limits it.
        slack: How far the task can slip; of late dates only.
    """

    plan: Plan
    task_id: int
    end: str
    date: int
    steps: tuple[Step, ...]
    late: bool = False
    slack: SlackReason | None = None


def explain(plan: Plan, task_id: int, *, finish: bool = False, late: bool = False, network: Network | None = None) -> Explanation:
    """Return the chain that leads to the start of a task, or to its finish.

    Args:
        plan: The plan.
        task_id: The task.
        finish: Explain the finish instead of the start.
        late: Explain the late date instead of the scheduled one: what limits it, and how far the task can slip.
        network: The plan's compiled network, where there is one.

    Raises:
        NotFoundError: `plan.not_found`.
        ScheduleError: `schedule.no_dates`, the task has none; else as `compute_schedule`.
        CycleError: as `compute_schedule`.
    """
    network = network or Network(plan)
    position, end, schedule = plan.tasks.position(task_id), FINISH if finish else START, network.schedule
    starts, finishes = (schedule.late_start, schedule.late_finish) if late else (schedule.start, schedule.finish)
    date = int((finishes if finish else starts)[position])
    if date == MISSING:
        name = str(plan.tasks.column("name")[position])
        hint = "it is a blank row, or a summary that holds nothing active"
        raise ScheduleError("the task has no dates", code="schedule.no_dates", subject=name, hint=hint)
    steps = _chain(network, position, end, late=late)
    reason = _slack_reason(network, position, end, steps) if late else None
    return Explanation(plan, task_id, "finish" if finish else "start", date, steps, late, reason)


def _chain(network: Network, position: int, end: int, *, late: bool) -> tuple[Step, ...]:
    at = position if late else _decided_by(network, position, end)
    trail = LateTrail(network) if late or _scheduled_late(network, at) else EarlyTrail(network)
    trail.lead_to(at, end)
    return trail.taken()


def _scheduled_late(network: Network, position: int) -> bool:
    """Whether a task is scheduled at its late dates: as late as possible, in a project scheduled from its finish."""
    tasks = network.tasks
    return bool(network.late_as_possible[position]) and tasks.projects[tasks.project[position]].schedule_from == "finish"


def _decided_by(network: Network, position: int, end: int) -> int:
    """Return the task whose early or late date is the scheduled date of `position`: of a summary, one that it holds."""
    schedule = network.schedule
    early, shown = (schedule.early_finish, schedule.finish) if end == FINISH else (schedule.early_start, schedule.start)
    while early[position] != shown[position] and not network.leaf[position]:
        inside = [c for c in network.plan.outline.children(position) if shown[c] == shown[position]]
        if not inside:
            break
        position = inside[0]
    return position


def _slack_reason(network: Network, position: int, end: int, steps: tuple[Step, ...]) -> SlackReason:
    """Return how far a task can slip: until a successor moves, and until the limit of its late dates."""
    schedule, tasks = network.schedule, network.tasks
    total, free = int(schedule.total_slack[position]), int(schedule.free_slack[position])
    if tasks.done[position]:
        return SlackReason(0, 0, (), steps[0], finished=True)
    measured = START if total == schedule.start_slack[position] else FINISH
    if end != measured and total != (schedule.finish_slack if end == FINISH else schedule.start_slack)[position]:
        steps = _chain(network, position, measured, late=True)
    return SlackReason(
        total, free, _moves_first(network, position, free) if free <= max(total, 0) else (), steps[0], finished=False
    )


def _moves_first(network: Network, position: int, free: int) -> tuple[Tie, ...]:
    """Return the links that leave a task its free slack and no more."""
    schedule, tasks, view = network.schedule, network.tasks, network.links
    mine = view.predecessor == position
    out = LinkView(*(getattr(view, name)[mine] for name in LinkView.__annotations__))
    early = schedule.early_start, schedule.early_finish
    if tasks.profiles[tasks.project[position]].free_slack_by_link:
        rooms, counts = out.room(tasks.bank, tasks, early), network.active[out.successor]
    else:
        rooms, counts = out.slack(tasks.bank, tasks, early, early), (network.active & ~tasks.done)[out.successor]
    ids, links = network.plan.tasks.ids, network.plan.links.ids
    found = np.flatnonzero(counts & (np.maximum(rooms, 0) == free)).tolist()
    return tuple(Tie(StepKind.LINK, ids[out.successor[i]], links[out.link[i]]) for i in found)


__all__ = ["Explanation", "SlackReason", "explain"]
