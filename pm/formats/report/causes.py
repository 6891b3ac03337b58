"""The classes of cause that a differing date can have."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a computed value differs from the one in the file, as far as there is evidence."""

    ACTUALS = "actuals"
    """Progress pins the task, and the tools treat what remains differently."""
    MANUAL = "manual"
    """The task, or a summary above it, keeps dates of its own."""
    LEVELLED = "levelled"
    """A levelling delay shifts it."""
    RESOURCE_CALENDAR = "resource_calendar"
    """Its people work at other times than the project."""
    TOOL_QUIRK = "tool_quirk"
    """A habit of the tool that wrote the file; which one is said beside it."""
    NOT_MODELLED = "not_modelled"
    """It depends on something that is kept but not computed, such as another file."""
    UNEXPLAINED = "unexplained"
    """None of these."""


class Quirk(StrEnum):
    """A habit of the tool that wrote a file."""

    ROUNDING = "rounding"
    """Its dates are cut to the minute, and others are computed from those."""
    SPREAD = "spread_of_work"
    """The file holds work that is spread unevenly in dates cut to the minute."""
    STALE = "stale_late_dates"
    """Its late dates are of several generations: they contradict each other."""
    OTHER_SLACK = "slack_of_other_dates"
    """Its slack is not the difference of its own dates."""
    STALE_SLACK = "stale_slack"
    """Its slack is of an earlier run: the tool tells that of an as-late-as-possible task anew only when it moves it."""
    RULE = "rule:"
    """One rule of the scheduling profile (its name follows) is another than the plan says."""
