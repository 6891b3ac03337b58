"""Groups of rules that random plans may use: a few at a time, and then together."""

from __future__ import annotations

from dataclasses import replace

from tests.schedule.plans import Rules

PLAIN = Rules(lags=False, deadlines=False, calendars=False, elapsed=False, manual=False, inactive=False, summaries=False)
EVERYTHING = Rules()
SOFT = ("SNET", "FNET", "SNLT", "FNLT")
HARD = ("ASAP", *SOFT, "MSO", "MFO")
PRIMAVERA = replace(
    EVERYTHING,
    profiles=("primavera",),
    link_types=("FS", "SS", "FF"),
    elapsed=False,
    manual=False,
    inactive=False,
    summaries=False,
    must_finish=True,
)
GROUPS = {
    "links": PLAIN,
    "lags": replace(PLAIN, lags=True),
    "calendars": replace(PLAIN, lags=True, calendars=True),
    "elapsed": replace(PLAIN, elapsed=True, calendars=True),
    "constraints": replace(PLAIN, constraints=HARD, deadlines=True, calendars=True),
    "late": replace(
        PLAIN, constraints=("ASAP", "ALAP"), deadlines=True, lags=True, summaries=True, profiles=("slackline", "msproject")
    ),
    "summaries": replace(PLAIN, summaries=True, manual=True, lags=True),
    "finish": replace(PLAIN, from_finish=True, constraints=("ALAP", "ASAP"), summaries=True, calendars=True),
    "everything": replace(EVERYTHING, constraints=HARD),
    "project everything": replace(EVERYTHING, constraints=(*HARD, "ALAP"), profiles=("msproject",)),
    "not honoured": replace(EVERYTHING, constraints=HARD, profiles=("slackline", "msproject"), honor=False),
    "progress": replace(PLAIN, progress=True, lags=True),
    "progress everything": replace(EVERYTHING, constraints=(*HARD, "ALAP"), progress=True),
    "project progress": replace(PLAIN, progress=True, lags=True, profiles=("msproject",)),
    "project progress everything": replace(EVERYTHING, constraints=(*HARD, "ALAP"), profiles=("msproject",), progress=True),
    "assignments": replace(PLAIN, assignments=True, calendars=True, profiles=("slackline", "msproject")),
    "assignments everything": replace(
        EVERYTHING, constraints=("ASAP", "ALAP", *SOFT), profiles=("slackline", "msproject"), assignments=True
    ),
    "p6 links": PRIMAVERA,
    "p6 everything": replace(PRIMAVERA, constraints=(*HARD, "ALAP", "MANDATORY_START", "MANDATORY_FINISH")),
}
