"""The one table of the columns of MPX's tasks and resources: number, English name, and what each is in our model.

A *target* is a field of the model; ``?column`` a result, kept in `StoredDates`; ``_part`` makes up something with others;
``custom`` a custom field, its key made of the name; ``-`` follows from other columns and is left out; ``!`` is not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pm.model.enums import ConstraintType

TASK_COLUMNS = """
1 Name name text; 2 WBS _wbs text; 3 Outline Level _level integer; 14 Notes - text; 15 Contact ! text
16 Resource Group - text; 20 Work work work; 21 Baseline Work _base.work work; 22 Actual Work actual_work work
23 Remaining Work remaining_work work; 24 Work Variance - work; 25 % Work Complete percent_work_complete percent
30 Cost cost money; 31 Baseline Cost _base.cost money; 32 Actual Cost actual_cost money
33 Remaining Cost remaining_cost money; 34 Cost Variance - money; 35 Fixed Cost fixed_cost money
40 Duration _duration duration; 41 Baseline Duration _base.duration amount; 42 Actual Duration actual_duration amount
43 Remaining Duration remaining_duration amount; 44 % Complete percent_complete percent; 45 Duration Variance - amount
50 Start ?start start; 51 Finish ?finish finish; 52 Early Start ?early_start start; 53 Early Finish ?early_finish finish
54 Late Start ?late_start start; 55 Late Finish ?late_finish finish; 56 Baseline Start _base.start start
57 Baseline Finish _base.finish finish; 58 Actual Start actual_start start; 59 Actual Finish actual_finish finish
66 Start Variance - amount; 67 Finish Variance - amount; 68 Constraint Date _constraint text
70 Predecessors _predecessors text; 71 Successors _successors text; 72 Resource Names - text; 73 Resource Initials - text
74 Unique ID Predecessors _unique_predecessors text; 75 Unique ID Successors _unique_successors text; 80 Fixed _fixed flag
81 Milestone milestone flag; 82 Critical ?critical flag; 83 Marked ! flag; 84 Rollup ! flag; 85 BCWS - money; 86 BCWP - money
87 SV - money; 88 CV - money; 90 ID _id integer; 91 Constraint Type constraint_type constraint; 92 Delay levelling_delay elapsed
93 Free Slack ?free_slack amount; 94 Total Slack ?total_slack amount; 95 Priority priority priority
96 Subproject File ! text; 97 Project - text; 98 Unique ID uid integer; 99 Outline Number _number text; 120 Summary - flag
121 Objects - integer; 122 Linked Fields - flag; 123 Hide Bar ! flag; 125 Created - text; 135 Confirmed - flag
136 Update Needed - flag; 150 Stop stop finish; 151 Resume No Earlier Than _resume start; 152 Resume resume start
"""

RESOURCE_COLUMNS = """
1 Name name text; 2 Initials initials text; 3 Group group text; 4 Code ! text; 10 Notes - text; 11 Email Address email text
20 Work - work; 21 Baseline Work _base.work work; 22 Actual Work - work; 23 Remaining Work - work; 24 Overtime Work - work
25 Work Variance - work; 26 % Work Complete - percent; 30 Cost - money; 31 Baseline Cost _base.cost money
32 Actual Cost - money; 33 Remaining Cost - money; 34 Cost Variance - money; 40 ID _id integer; 41 Max Units max_units share
42 Standard Rate standard_rate rate; 43 Overtime Rate overtime_rate rate; 44 Cost Per Use cost_per_use money
45 Accrue At accrual accrual; 46 Overallocated - flag; 47 Peak - share; 48 Base Calendar _calendar text
49 Unique ID uid integer; 50 Objects - integer; 51 Linked Fields - flag
"""

_CUSTOM = {
    "tasks": {
        "Text": [*range(4, 14)],
        "Cost": [36, 37, 38],
        "Duration": [46, 47, 48],
        "Start": [60, 62, 64, 126, 128],
        "Finish": [61, 63, 65, 127, 129],
        "Flag": [*range(110, 120)],
        "Number": [*range(140, 145)],
    },
    "resources": {"Text": [*range(5, 10)]},
}
_KINDS = {"Text": "text", "Cost": "money", "Duration": "amount", "Start": "start", "Finish": "finish", "Flag": "flag"}

CONSTRAINTS = {
    "as soon as possible": ConstraintType.AS_SOON_AS_POSSIBLE,
    "as late as possible": ConstraintType.AS_LATE_AS_POSSIBLE,
    "must start on": ConstraintType.MUST_START_ON,
    "must finish on": ConstraintType.MUST_FINISH_ON,
    "start no earlier than": ConstraintType.START_NO_EARLIER_THAN,
    "start no later than": ConstraintType.START_NO_LATER_THAN,
    "finish no earlier than": ConstraintType.FINISH_NO_EARLIER_THAN,
    "finish no later than": ConstraintType.FINISH_NO_LATER_THAN,
}
PRIORITIES = {
    "lowest": 100,
    "very low": 200,
    "lower": 300,
    "low": 400,
    "medium": 500,
    "high": 600,
    "higher": 700,
    "very high": 800,
    "highest": 900,
    "do not level": 1000,
}
"""Where Microsoft Project has put its old words on its scale since it has numbers."""


@dataclass(frozen=True)
class Column:
    """A column of the tasks or of the resources; `kind` says how its texts are read."""

    name: str
    target: str
    kind: str


def _parse(item: str) -> tuple[int, Column]:
    number, rest = item.split(maxsplit=1)
    name, target, kind = rest.rsplit(maxsplit=2)
    return int(number), Column(name, target, kind)


@cache
def columns(table: str) -> dict[int, Column]:
    """Return the columns of ``tasks`` or ``resources`` by number."""
    text = TASK_COLUMNS if table == "tasks" else RESOURCE_COLUMNS
    found = dict(_parse(item) for line in text.strip().splitlines() for item in line.split(";"))
    for word, numbers in _CUSTOM[table].items():
        for place, number in enumerate(numbers, start=1):
            found[number] = Column(f"{word}{place}", "custom", _KINDS.get(word, "number"))
    return found


@cache
def column_numbers(table: str) -> dict[str, int]:
    """Return the number of each column by its English name, in lower case."""
    return {column.name.casefold(): number for number, column in columns(table).items()}
