"""Where an assignment's work lies, read out of its timephased data."""

from __future__ import annotations

from pm.formats.mspdi.rows import Report
from pm.model import Plan


def add_profiles(plan: Plan, report: Report) -> Plan:
    """Return `plan` with a profile for each assignment whose work is not spread evenly."""
    return plan
