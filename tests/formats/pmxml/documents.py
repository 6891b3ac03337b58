"""Small PMXML documents for tests."""

from __future__ import annotations

import io

from pm.formats.pmxml import read
from pm.formats.result import ImportResult, Source

NAMESPACE = "http://xmlns.oracle.com/Primavera/P6/V8.3/API/BusinessObjects"
NIL = 'xsi:nil="true"'


def day(name: str, *shifts: tuple[str, str]) -> str:
    times = "".join(f"<WorkTime><Start>{a}</Start><Finish>{b}</Finish></WorkTime>" for a, b in shifts)
    return f"<StandardWorkHours><DayOfWeek>{name}</DayOfWeek>{times or '<WorkTime/>'}</StandardWorkHours>"


WORKDAY = (("08:00:00", "11:59:00"), ("13:00:00", "16:59:00"))
WEEK = "".join(day(name, *WORKDAY) for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"))
WEEK = day("Sunday") + WEEK + day("Saturday", ("22:00:00", "05:59:00"))
CALENDARS = f"""
<Calendar><ObjectId>1</ObjectId><Name>Site</Name><Type>Global</Type><IsDefault>1</IsDefault><HoursPerDay>8</HoursPerDay>
<StandardWorkWeek>{WEEK}</StandardWorkWeek><HolidayOrExceptions>
<HolidayOrException><Date>2026-01-06T00:00:00</Date><WorkTime {NIL}/></HolidayOrException>
<HolidayOrException><Date>2026-01-10T00:00:00</Date><WorkTime><Start>08:00:00</Start><Finish>12:00:00</Finish></WorkTime>
</HolidayOrException></HolidayOrExceptions></Calendar>
"""
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<APIBusinessObjects xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Currency><ObjectId>1</ObjectId><Id>NOK</Id><Symbol>kr</Symbol><DecimalPlaces>2</DecimalPlaces><ExchangeRate>1</ExchangeRate></Currency>
{CALENDARS}
<Role><ObjectId>4</ObjectId><Name>Welder</Name></Role>
<Resource><ObjectId>5</ObjectId><Id>ANN</Id><Name>Ann</Name><ResourceType>Labor</ResourceType><CalendarObjectId>1</CalendarObjectId>
<PrimaryRoleObjectId>4</PrimaryRoleObjectId><EmailAddress>ann@example.org</EmailAddress></Resource>
<ResourceRate><ObjectId>6</ObjectId><ResourceObjectId>5</ResourceObjectId><PricePerUnit>62.5</PricePerUnit>
<MaxUnitsPerTime>2</MaxUnitsPerTime><EffectiveDate>2026-01-01T00:00:00</EffectiveDate></ResourceRate>
"""
OPTIONS = """<ScheduleOptions><ProjectObjectId>7</ProjectObjectId>
<ComputeTotalFloatType>Smallest of Start Float and Finish Float</ComputeTotalFloatType>
<RelationshipLagCalendar>24 Hour Calendar</RelationshipLagCalendar>
<OutOfSequenceScheduleType>Progress Override</OutOfSequenceScheduleType>
<MakeOpenEndedActivitiesCritical>1</MakeOpenEndedActivitiesCritical></ScheduleOptions>"""


def activity(object_id: int, code: str, hours: int = 8, more: str = "") -> str:
    """Return an activity's element; `more` goes behind the usual ones."""
    return (
        f"<Activity><ObjectId>{object_id}</ObjectId><ProjectObjectId>7</ProjectObjectId><WBSObjectId>71</WBSObjectId>"
        f"<CalendarObjectId>1</CalendarObjectId><Id>{code}</Id><Name>Activity {code}</Name><Type>Task Dependent</Type>"
        f"<DurationType>Fixed Units/Time</DurationType><Status>Not Started</Status><PlannedDuration>{hours}</PlannedDuration>"
        f"<RemainingDuration>{hours}</RemainingDuration>{more}</Activity>"
    )


def link(object_id: int, predecessor: int, successor: int, kind: str = "Finish to Start", lag: int = 0) -> str:
    """Return a link's element."""
    return (
        f"<Relationship><ObjectId>{object_id}</ObjectId><PredecessorActivityObjectId>{predecessor}</PredecessorActivityObjectId>"
        f"<SuccessorActivityObjectId>{successor}</SuccessorActivityObjectId><PredecessorProjectObjectId>7</PredecessorProjectObjectId>"
        f"<SuccessorProjectObjectId>7</SuccessorProjectObjectId><Type>{kind}</Type><Lag>{lag}</Lag></Relationship>"
    )


STARTED = """<Status>In Progress</Status><ActualStartDate>2026-01-05T08:00:00</ActualStartDate>
<PhysicalPercentComplete>0.25</PhysicalPercentComplete><PercentCompleteType>Physical</PercentCompleteType>"""
HELD = """<PrimaryConstraintType>Start On or After</PrimaryConstraintType>
<PrimaryConstraintDate>2026-01-12T08:00:00</PrimaryConstraintDate>
<SecondaryConstraintType>Mandatory Finish</SecondaryConstraintType>
<SecondaryConstraintDate>2026-01-30T17:00:00</SecondaryConstraintDate><LevelingPriority>Top</LevelingPriority>
<RemainingEarlyStartDate>2026-01-12T08:00:00</RemainingEarlyStartDate><TotalFloat>16</TotalFloat>"""


def project(inside: str, bands: str = "") -> str:
    """Return a project's element."""
    bands = bands or (
        f"<WBS><ObjectId>71</ObjectId><Code>B1</Code><Name>Band</Name><ProjectObjectId>7</ProjectObjectId>"
        f"<ParentObjectId {NIL}/></WBS>"
    )
    return (
        "<Project><ObjectId>7</ObjectId><Id>SMALL</Id><Name>Small one</Name>"
        "<PlannedStartDate>2026-01-05T08:00:00</PlannedStartDate>"
        "<DataDate>2026-01-05T08:00:00</DataDate><MustFinishByDate>2026-02-27T17:00:00</MustFinishByDate>"
        "<ActivityDefaultCalendarObjectId>1</ActivityDefaultCalendarObjectId><CriticalActivityPathType>Longest Path"
        f"</CriticalActivityPathType>{bands}{inside}</Project>"
    )


ASSIGNED = """<ResourceAssignment><ObjectId>9</ObjectId><ActivityObjectId>102</ActivityObjectId>
<ResourceObjectId>5</ResourceObjectId>
<PlannedUnits>16</PlannedUnits><RemainingUnits>16</RemainingUnits><PlannedUnitsPerTime>0.5</PlannedUnitsPerTime>
<DrivingActivityDatesFlag>1</DrivingActivityDatesFlag><PlannedCost>1000</PlannedCost></ResourceAssignment>
<ActivityExpense><ObjectId>10</ObjectId><ActivityObjectId>101</ActivityObjectId><PlannedCost>250.5</PlannedCost></ActivityExpense>"""
PLAN = (
    HEAD
    + project(
        activity(101, "A", 16, STARTED).replace("<Status>Not Started</Status>", "")
        + activity(102, "B", 8, HELD)
        + "<Activity><ObjectId>103</ObjectId><Id>M</Id><Name>Done</Name><Type>Finish Milestone</Type></Activity>"
        + link(1, 101, 102)
        + link(2, 102, 103, "Finish to Finish", 4)
        + ASSIGNED
        + OPTIONS
    )
    + "\n</APIBusinessObjects>\n"
)


def read_text(text: str | bytes, *, strict: bool = False) -> ImportResult:
    """Read a document given as text."""
    content = text.encode() if isinstance(text, str) else text
    return read(Source(io.BytesIO(content), "small.xml", strict))


def codes(result: ImportResult) -> list[str]:
    """Return the codes of the problems met."""
    return [p.code for p in result.problems]
