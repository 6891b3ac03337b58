"""Scheduling profiles: where tools differ, the difference is data on the plan, never a fork of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pm.errors import InputError
from pm.model.enums import LagCalendar, OutOfSequence, ProfileName, SlackRule


@dataclass(frozen=True)
class SchedulingProfile:
    """The rules a schedule follows where tools differ.

    Attributes:
        lag_calendar: The calendar that working lags are counted on.
        slack_rule: Which slack of a task not started is its total slack.
        project_start_is_floor: Tasks may not start before the project does, even when a link or constraint says so.
        start_links_bound_late_dates: SS and SF successors always bound their predecessor's late dates. MS Project
            ignores them when a task has no other successors and every lag is at least the task's duration.
        status_date_is_floor: Work that has not started lies after the status date, and so does what remains of started
            work (which also waits for its predecessors: retained logic).
        out_of_sequence: What remains of a task that started before its predecessors allowed it.
        dates_of_remaining_work: Early and late dates are those of what remains: those of a started task begin where its rest
            resumes; a finished one lies where the status date and its unfinished predecessors let its successors go on, and
            has no late dates. Else they are the actual dates.
        musts_are_hard: Must-start-on and must-finish-on hold against predecessors, as P6's mandatory constraints do; else
            they bound the date from both sides and yield to logic.
        milestones_keep_to_shifts: A milestone lies where its calendar works: a start milestone at a start of work, a finish
            milestone at an end of it. Else it lies at the very instant it is bound by.
        shifts_end_exactly: A start never lies on the end of a shift nor a finish on the start of one, by the minute, even
            where a link asks for that instant.
        expected_finish_rules: A task's expected finish decides its remaining duration.
        duration_decides: Assignments move no date of a task that ignores resource calendars.
        start_lag_from_early_start: What is left of the lag of an SS link from a started task counts from where the rest of that
            task may start; else from the status date.
        free_slack_by_link: Free slack is measured on each link alone, from the date that it asks for to the successor's early
            date, and without successors to the last early finish of the project; an expected or mandatory finish leaves none.
            Else it is also never more than the total slack.
        external_links_count: Links from and to other projects bound dates.
        slack_to_last_project: Late dates are counted back from the last finish of all projects at hand; else each from its own.
        open_ends_critical: A task without successors finishes late when it finishes early, and is critical.
        late_tasks_take_total_slack: An as-late-as-possible task moves to its late start; else only as far as it moves no
            successor.
        late_start_by_assignment: Where assignments run on different calendars, the late start is the earliest of theirs, each
            counted back by its own work; else the duration is counted back on the calendar it was counted forward on.
        late_dates_by_position: A milestone may be as late as the last instant at the finish's working position.
        longest_path_critical: Criticality follows the longest path instead of the slack limit.
        manual_can_be_critical: Manually scheduled tasks may be critical.
        late_constraints_hold: SNLT and FNLT hold against predecessors too, and MSO and MFO set the late dates as well, whatever
            successors ask for. Nothing does in a project that does not honour its constraints.
        manual_tasks_are_held: Summaries above a manual task, and what is linked to them, see its own dates for its late ones;
            and no SS or SF link bounds its late dates, since its start stays where it is.
    """

    lag_calendar: LagCalendar = LagCalendar.SUCCESSOR
    slack_rule: SlackRule = SlackRule.SMALLEST
    project_start_is_floor: bool = False
    start_links_bound_late_dates: bool = True
    status_date_is_floor: bool = True
    out_of_sequence: OutOfSequence = OutOfSequence.RETAINED_LOGIC
    dates_of_remaining_work: bool = False
    musts_are_hard: bool = True
    milestones_keep_to_shifts: bool = False
    shifts_end_exactly: bool = False
    expected_finish_rules: bool = False
    duration_decides: bool = False
    start_lag_from_early_start: bool = False
    free_slack_by_link: bool = False
    external_links_count: bool = True
    slack_to_last_project: bool = False
    open_ends_critical: bool = False
    late_tasks_take_total_slack: bool = False
    late_start_by_assignment: bool = False
    late_dates_by_position: bool = True
    longest_path_critical: bool = False
    manual_can_be_critical: bool = False
    late_constraints_hold: bool = False
    manual_tasks_are_held: bool = False


PROFILES: Mapping[ProfileName, SchedulingProfile] = {
    ProfileName.SLACKLINE: SchedulingProfile(),
    ProfileName.MS_PROJECT: SchedulingProfile(
        start_links_bound_late_dates=False,
        status_date_is_floor=False,
        late_tasks_take_total_slack=True,
        late_start_by_assignment=True,
        late_dates_by_position=False,
        late_constraints_hold=True,
        manual_tasks_are_held=True,
    ),
    ProfileName.PRIMAVERA: SchedulingProfile(
        lag_calendar=LagCalendar.PREDECESSOR,
        slack_rule=SlackRule.FINISH,
        dates_of_remaining_work=True,
        musts_are_hard=False,
        milestones_keep_to_shifts=True,
        shifts_end_exactly=True,
        expected_finish_rules=True,
        duration_decides=True,
        start_lag_from_early_start=True,
        free_slack_by_link=True,
        late_dates_by_position=False,
    ),
}


_CHOICES: Mapping[str, Any] = {
    "lag_calendar": LagCalendar,
    "slack_rule": SlackRule,
    "out_of_sequence": OutOfSequence,
}


def scheduling_profile(name: str, overrides: Mapping[str, Any] | None = None) -> SchedulingProfile:
    """Return the profile called `name` with `overrides` (attribute name to value) applied.

    Raises:
        InputError: `profile.unknown`, the profile or one of the overridden attributes does not exist.
    """
    if overrides is not None and not isinstance(overrides, Mapping):
        raise InputError("the overrides of a scheduling profile are not a table", code="profile.unknown")
    try:
        base = PROFILES[ProfileName(name)]
        known = {f.name: f.type for f in fields(SchedulingProfile)}
        values: dict[str, Any] = {}
        for key, value in (overrides or {}).items():
            if key not in known:
                raise ValueError(key)
            values[key] = _CHOICES.get(key, bool)(value)
    except ValueError as error:
        raise InputError(
            f"the scheduling profile has no {error}", code="profile.unknown", hint=f"profiles: {', '.join(ProfileName)}"
        ) from error
    return replace(base, **values)
