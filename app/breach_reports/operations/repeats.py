"""Closing a report as one that repeats another: whoever made it counts as a reporter of the other from then on.

Two reports of one public post are everyday, and whoever made the second is no less a reporter than whoever made the first:
they neither work on what comes of it, nor may the person concerned learn who they are (domain 3.11, rules 1 and 6).
"""

from datetime import date, datetime

from flask import current_app

from app.breach_reports.models import BreachReport, ReportStatus
from app.breach_reports.queries.repeats import leads_to, repeated_by, repeats_of, report_called
from app.core.errors import InvalidInput
from app.core.registries import Registries
from app.matters.models import Capacity, Matter
from app.matters.operations import carry_reporters, end_part
from app.people.models import Person

REPORTED_AGAIN = "breach_report:reported-again"
"""Whoever made another report counts as a reporter of this one too."""


def report_repeated(report: BreachReport, reference: str, by: Person, day: date) -> BreachReport:
    """The report that one repeats, by the reference that an officer gave.

    Refuses (422) none at all, one that is unknown or closed to the officer, in the same words, the report itself, and one
    that repeats this one: both would be closed, and nobody would deal with either.
    """
    field = "repeats_reference"
    if not reference.strip():
        raise InvalidInput("Select which report it repeats, or enter its reference", field=field)
    found = report_called(reference, by, day)
    if found is None:
        raise InvalidInput(
            "There is no report with this reference that you can open. Enter the reference as the list of reports has it, "
            "or ask another HR officer to decide",
            field=field,
        )
    if found is report:
        raise InvalidInput("A report cannot repeat itself. Enter the reference of the other report", field=field)
    if leads_to(found, report):
        raise InvalidInput(
            "That report is closed, or is to be closed, as one that repeats this one. Enter another reference, or decide "
            "otherwise where this one belongs",
            field=field,
        )
    return found


def carry_reporters_on(report: BreachReport, *, by: Person, at: datetime) -> None:
    """Count who made a report, closed just now, as reporters of the one that it repeats, of what that repeats itself, and of
    what came of them.

    What was closed before it was asked which report it repeats is left as it is.
    """
    repeated = report.repeats
    if repeated is None:
        return
    if leads_to(repeated, report):
        raise InvalidInput(
            "The report that this one repeats is itself to be closed as one that repeats this. Select “No”, so that one of "
            "them stays open",
            field="agrees",
        )
    registries: Registries = current_app.extensions["registries"]
    for one in repeated_by(report):
        count_reporters_of_repeats(one, one.matter, at=at)
        registries.follow(REPORTED_AGAIN, one, by=by.id, at=at)
        if one.status != ReportStatus.CLOSED:
            return  # what it is only proposed to repeat takes them in when that is agreed


def count_reporters_of_repeats(report: BreachReport, matter: Matter, *, at: datetime) -> None:
    """Count in a matter, the report's own or that of its case, who made the reports that repeat this one."""
    for repeat in repeats_of(report):
        carry_reporters(repeat.matter, matter, at=at)


def take_in_reporters(report: BreachReport, *, at: datetime) -> None:
    """After it was recorded whom a report is about: who counts now as having reported the same, and who does not any more.

    Somebody who told of themselves is no reporter; who was taken for the person concerned and is not, is one after all.
    """
    for part in report.matter.parties:
        if part.capacity is Capacity.ALSO_REPORTED and part.until is None and part.person == report.subject:
            end_part(part, at=at)
    count_reporters_of_repeats(report, report.matter, at=at)
