"""Working time: from wall clock to seconds of work and back, on compiled calendars."""

from pm.worktime.calendar import WorkCalendar
from pm.worktime.calendars import Calendars

__all__ = ["Calendars", "WorkCalendar"]
