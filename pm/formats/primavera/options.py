"""SCHEDOPTIONS: the rules a project is scheduled by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pm.formats.primavera.reading import Reading
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import FLAG, Codec, choices
from pm.model import PROFILES
from pm.model.enums import LagCalendar, OutOfSequence, ProfileName, SlackRule

TABLE = "SCHEDOPTIONS"
USUAL = PROFILES[ProfileName.PRIMAVERA]

SLACK_RULES = choices(
    {
        "FT_FF": SlackRule.FINISH,
        "FT_SS": SlackRule.START,
        "FT_SF": SlackRule.START,
        "FT_Min": SlackRule.SMALLEST,
        "FT_Both": SlackRule.SMALLEST,
    }
)
LAG_CALENDARS = choices(
    {
        "rcal_Predecessor": LagCalendar.PREDECESSOR,
        "rcal_Successor": LagCalendar.SUCCESSOR,
        "rcal_ProjDefault": LagCalendar.PROJECT,
        "rcal_Project": LagCalendar.PROJECT,
        "rcal_24Hour": LagCalendar.ROUND_THE_CLOCK,
    }
)
EXTERNAL_LINKS = choices({"SD_Both": True, "SD_None": False})
NOT = Codec(lambda text: not FLAG.decode(text), lambda value: FLAG.encode(not value))
PATHS = choices({"CT_TotFloat": False, "CT_DrivPath": True})

OPTIONS: Mapping[str, tuple[str, Codec]] = {
    "sched_float_type": ("slack_rule", SLACK_RULES),
    "sched_calendar_on_relationship_lag": ("lag_calendar", LAG_CALENDARS),
    "sched_use_expect_end_flag": ("expected_finish_rules", FLAG),
    "sched_lag_early_start_flag": ("start_lag_from_early_start", FLAG),
    "sched_open_critical_flag": ("open_ends_critical", FLAG),
    "sched_outer_depend_type": ("external_links_count", EXTERNAL_LINKS),
    # Y: each project's own finish; N: the last of those that are open together.
    "sched_use_project_end_date_for_float": ("slack_to_last_project", NOT),
}


def read_options(reading: Reading, *, quiet: bool = False) -> dict[str, tuple[Fields, str]]:
    """Return the options of each project by P6's number of it; ``""`` stands for a project without any of its own.

    `quiet` where what is wrong with them has been reported already.
    """
    found: dict[str, tuple[Fields, str]] = {}
    for record, where in reading.document.records(TABLE):
        p6_id = record.get("proj_id", "").strip()
        if p6_id in found and not quiet:
            reading.warn("duplicate_options", f"project {p6_id[:20]} has scheduling options twice; the first count", where)
        found.setdefault(p6_id, (record, where))
    if len(found) == 1:
        found.setdefault("", next(iter(found.values())))
    return found


def overrides(reading: Reading, project: Fields, where: str, options: tuple[Fields, str] | None) -> dict[str, Any]:
    """Return what differs from P6's usual rules, by attribute of the profile."""
    found: dict[str, Any] = {}
    if options is not None:
        record, place = options
        for column, (name, codec) in OPTIONS.items():
            if (value := reading.value(codec, record, column, place)) is not None:
                found[name] = value
        found["out_of_sequence"] = _out_of_sequence(reading, record, place)
    if (longest := reading.value(PATHS, project, "critical_path_type", where)) is not None:
        found["longest_path_critical"] = longest
    return {name: plain(value) for name, value in found.items() if value != getattr(USUAL, name)}


def plain(value: Any) -> Any:
    """Return an attribute of a profile as JSON has it."""
    return value.value if isinstance(value, StrEnum) else value


def _out_of_sequence(reading: Reading, record: Fields, where: str) -> OutOfSequence:
    if reading.value(FLAG, record, "sched_progress_override", where):
        return OutOfSequence.PROGRESS_OVERRIDE
    retained = reading.value(FLAG, record, "sched_retained_logic", where)
    return OutOfSequence.ACTUAL_DATES if retained is False else OutOfSequence.RETAINED_LOGIC
