"""What must be true of every explanation, whatever the plan: that it adds up, and that each step is what it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from pm.model import Plan, iso
from pm.model.kinds import FULL, MINUTE
from pm.schedule import Explanation, Network, Step, StepKind
from pm.schedule.steps import ORIGINS


def flaws(explanation: Explanation) -> list[str]:
    """Return what does not add up: where the chain begins, its gaps, where it ends, each step's length on the clock."""
    steps = explanation.steps
    if not steps:
        return ["no steps"]
    found = []
    if steps[0].kind not in ORIGINS or steps[0].start != steps[0].finish:
        found.append(f"begins with {steps[0].kind}")
    found += [f"{step.kind} in the middle" for step in steps[1:] if step.kind in ORIGINS]
    if steps[-1].finish != explanation.date:
        found.append(f"ends at {iso(steps[-1].finish)}, not {iso(explanation.date)}")
    found += [f"gap before {b.kind}" for a, b in pairwise(steps) if a.finish != b.start]
    for step in steps:
        idle = sum(p.finish - p.start for p in step.pauses)
        sign = 1 if step.finish >= step.start else -1
        if step.working + sign * idle != step.finish - step.start:
            found.append(f"{step.kind} does not add up")
        low, high = sorted((step.start, step.finish))
        if any(not low <= p.start < p.finish <= high or not p.name for p in step.pauses):
            found.append(f"{step.kind} has pauses outside of it")
    return found


def lies(explanation: Explanation, network: Network) -> list[str]:
    """Return what is not so in the plan: amounts of work and lag, links, origins."""
    return [*_work(explanation, network), *_links(explanation, network), *_origin(explanation, network)]


def _work(explanation: Explanation, network: Network) -> Iterator[str]:
    """Work of a task that has not started is all of its duration, either way, once; assignments apart, where they decide."""
    plan, tasks = network.plan, network.tasks
    worked = [s for s in explanation.steps if s.kind is StepKind.WORK and s.task_id is not None]
    for (task_id, back), group in groupby(worked, key=lambda s: (s.task_id, s.working < 0)):
        assert task_id is not None
        listed, at = list(group), plan.tasks.position(task_id)
        seconds = abs(sum(s.working for s in listed))
        if any(s.assignment_id is not None for s in listed) or at in tasks.spans:
            continue
        whole, left = int(tasks.length[at]), int(tasks.remaining[at])
        allowed = {whole, left, whole - left} if tasks.started[at] else {whole}
        if tasks.rest[at]:
            begun, resume = int(tasks.fixed_start[at]), int(tasks.resume[at])
            before = tasks.bank.between(begun, resume, int(tasks.calendar[at]))
            allowed = {before} if at in network.hammocks.kinds else {left, before, left + before}
        if plan.tasks.value(task_id, "expected_finish") is not None and tasks.profiles[tasks.project[at]].expected_finish_rules:
            if tasks.projects[tasks.project[at]].schedule_from == "finish":
                continue  # counted back by what it took before the project's start was known
            schedule, k = network.schedule, int(tasks.calendar[at])
            allowed.add(tasks.bank.between(int(schedule.early_start[at]), int(schedule.early_finish[at]), k))
        if explanation.late or back or tasks.projects[tasks.project[at]].schedule_from == "finish":
            allowed.add(int(tasks.late_length[at]))
        if tasks.started[at] and not tasks.rest[at] and plan.tasks.value(task_id, "resume") is not None and not back:
            continue  # done and remaining work as reported, which need not make up the duration
        if seconds not in allowed:
            yield f"work of task {task_id} is {seconds}, not one of {allowed}"


def _links(explanation: Explanation, network: Network) -> Iterator[str]:
    """Links are of the plan, at the right end of their task; a lag step is as long as the lag, or what is left of it."""
    plan = network.plan
    for step in explanation.steps:
        for tie in step.also:
            if tie.link_id is not None and tie.task_id not in ends(plan.links[tie.link_id]):
                yield f"link {tie.link_id} does not join task {tie.task_id}"
        if step.link_id is None:
            continue
        if step.task_id not in ends(plan.links[step.link_id]):
            yield f"link {step.link_id} does not join task {step.task_id}"
        if step.kind is StepKind.LAG:
            lag = network.lags.of(plan.links.position(step.link_id))[0]
            back = step.task_id == plan.links[step.link_id].predecessor_id
            if step.working != (-lag if back else lag):
                yield f"lag of link {step.link_id} is {step.working}, not {lag}"
            if step.whole is not None and not (network.tasks.rest[_predecessor(plan, step)] and 0 < lag < step.whole):
                yield f"lag of link {step.link_id} is {lag}, which is not a part of {step.whole}"
            row = plan.links[step.link_id]
            if row.lag_kind == "working" and abs(row.lag - (lag if step.whole is None else step.whole)) >= MINUTE:
                yield f"lag of link {step.link_id} is not {row.lag}"


def _predecessor(plan: Plan, step: Step) -> int:
    assert step.link_id is not None
    return plan.tasks.position(plan.links[step.link_id].predecessor_id)


def ends(link: object) -> tuple[int, int]:
    return link.predecessor_id, link.successor_id  # type: ignore[attr-defined]


def _origin(explanation: Explanation, network: Network) -> Iterator[str]:
    """An origin is a date that somebody gave, or that the project has."""
    plan, step = network.plan, explanation.steps[0]
    assert step.task_id is not None
    task = plan.tasks[step.task_id]
    project = plan.projects[task.project_id]
    ancestors = [plan.tasks.at(a) for a in plan.outline.ancestors(plan.tasks.position(task.id))]
    number = network.tasks.project[plan.tasks.position(task.id)]
    last = network.tasks.profiles[number].slack_to_last_project
    finish = int(network.project_finish.max() if last else network.project_finish[number])
    known: dict[StepKind, set[int | None]] = {
        StepKind.PROJECT_START: {project.start},
        StepKind.PROJECT_FINISH: {finish},
        StepKind.OPEN_END: {int(network.schedule.early_finish[plan.tasks.position(task.id)])},
        StepKind.MUST_FINISH_BY: {project.must_finish_by},
        StepKind.DEADLINE: {task.deadline},
        StepKind.CONSTRAINT: {task.constraint_date, task.secondary_constraint_date},
        StepKind.STATUS_DATE: {project.status_date},
        StepKind.EXPECTED: {task.expected_finish},
        StepKind.EXTERNAL: {task.external_early_start, task.external_late_finish},
        StepKind.ACTUAL: {task.actual_start, task.actual_finish, task.resume},
    }
    if step.kind is StepKind.PROJECT_START and project.schedule_from == "finish":
        return
    if step.kind is StepKind.MANUAL and not (task.manual or any(a.manual for a in ancestors)):
        yield f"task {task.id} is not manual"
    if step.kind is StepKind.ACTUAL and task.percent_complete >= FULL and task.actual_start is not None:
        return
    if step.kind in known and step.start not in known[step.kind]:
        yield f"{step.kind} of task {task.id} is not on {iso(step.start)}"
