"""What is uncertain: estimates of tasks, what goes together, which way things may go, and the risk register."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import Distribution, RiskKind, RiskResponse, RiskStatus
from pm.model.kinds import FULL, Data, Entity, Instant, Money, Percent, Ref, WorkTime, choice, data, text, whole


class Estimate(Entity):
    """How long a task may take, and what its fixed cost may be. A task has one at most.

    Attributes:
        low, most_likely, high: The whole duration, in the unit of the task's own (working or elapsed time). None for
            `most_likely` is the task's duration.
        low_percentile, high_percentile: The chance of a value below `low` and `high`, where the distribution takes them for
            percentiles.
        fixed_cost_low, fixed_cost_high: Ends of a triangle around the task's fixed cost; None where that is certain.
        correlation_group: Tasks of a group tend to be long or short together; see `CorrelationGroup`.
        branch, branch_option: The task exists only where this option of the branch is the one that happens; see
            `BranchOption`.
    """

    task_id: Annotated[int, Ref("tasks")] = whole(0)
    distribution: Distribution = choice(Distribution.TRIANGULAR)
    low: WorkTime | None = whole()
    most_likely: WorkTime | None = whole()
    high: WorkTime | None = whole()
    low_percentile: Percent = whole(1000)
    high_percentile: Percent = whole(9000)
    fixed_cost_low: Money | None = whole()
    fixed_cost_high: Money | None = whole()
    correlation_group: str = text()
    branch: str = text()
    branch_option: str = text()


class CorrelationGroup(Entity):
    """How strongly the durations of the tasks of a group go together.

    Attributes:
        coefficient: The rank correlation of any two of them; FULL is 1.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    name: str = text()
    coefficient: Percent = whole(FULL // 2)


class BranchOption(Entity):
    """One of the ways that a branch may go; exactly one of a branch's options happens.

    Attributes:
        probability: Relative to those of the other options of the branch.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    branch: str = text()
    name: str = text()
    probability: Percent = whole(FULL // 2)


class Risk(Entity):
    """An entry of the risk register.

    Attributes:
        uid: The number people know it by, R1, R2 ...; unique in its project.
        probability: That it happens; `residual_probability` the same after the response, None where nobody estimated it.
        response, response_plan, response_cost: What is done about it, in a word, in a sentence, and for how much.
        due: When the response, or the next look at it, is due.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    position: int = whole(0)
    uid: int = whole(0)
    name: str = text()
    description: str = text()
    category: str = text()
    kind: RiskKind = choice(RiskKind.THREAT)
    status: RiskStatus = choice(RiskStatus.OPEN)
    owner: str = text()
    probability: Percent = whole(FULL // 2)
    residual_probability: Percent | None = whole()
    response: RiskResponse = choice(RiskResponse.NONE)
    response_plan: str = text()
    response_cost: Money = whole(0)
    due: Instant | None = whole()
    notes: str = text()
    custom: Data = data()
    extra: Data = data()


class RiskImpact(Entity):
    """What a risk does to a task when it happens: more time, more money (less, where negative).

    Attributes:
        delay_low, delay_likely, delay_high: Added to the duration, in its unit; a triangle. A None is like its neighbour.
        cost_low, cost_likely, cost_high: Added to the cost; a triangle.
    """

    risk_id: Annotated[int, Ref("risks")] = whole(0)
    task_id: Annotated[int, Ref("tasks")] = whole(0)
    delay_low: WorkTime | None = whole()
    delay_likely: WorkTime = whole(0)
    delay_high: WorkTime | None = whole()
    cost_low: Money | None = whole()
    cost_likely: Money = whole(0)
    cost_high: Money | None = whole()
