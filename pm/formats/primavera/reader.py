"""Tables of a P6 file to a plan."""

from __future__ import annotations

from pm.errors import FormatError
from pm.formats.building import Findings, build_plan
from pm.formats.primavera.activities import read_activities, read_links, stored_dates
from pm.formats.primavera.bands import number_bands, place_all, read_bands
from pm.formats.primavera.calendars import read_calendars
from pm.formats.primavera.custom import read_custom
from pm.formats.primavera.keep import with_kept
from pm.formats.primavera.notes import read_notes
from pm.formats.primavera.pool import find_calendars, read_assignments, read_resources, sum_up
from pm.formats.primavera.projects import currency_digits, currency_of, finish_projects, read_projects
from pm.formats.primavera.reading import Reading
from pm.formats.primavera.tables import Document
from pm.formats.primavera.values import money
from pm.formats.result import ImportResult


def read_document(document: Document, findings: Findings) -> ImportResult:
    """Return the plan in `document`; what cannot be taken as it stands is added to `findings`.

    Raises:
        FormatError: ``<area>.no_project``, there is no project in it; where `findings` is strict also any problem's code.
    """
    reading = Reading(document, findings, money(currency_digits(currency_of(document))))
    read_projects(reading)
    if not reading.rows["projects"]:
        hint = "export it again from P6, with at least one project chosen"
        raise FormatError("there is no project in it", code=f"{findings.area}.no_project", subject=findings.name, hint=hint)
    read_calendars(reading)
    read_bands(reading)
    read_activities(reading)
    number_bands(reading)
    read_links(reading)
    finish_projects(reading)
    read_resources(reading)
    read_assignments(reading)
    find_calendars(reading)
    sum_up(reading)
    place_all(reading)
    read_custom(reading)
    read_notes(reading)
    stored = stored_dates(reading)
    return ImportResult(
        plan=with_kept(reading, build_plan(reading.rows, findings, {})),
        format=findings.area,
        problems=tuple(findings.problems),
        stored=stored,
    )
