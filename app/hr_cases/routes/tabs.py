"""The pages of one case beside its first: allegations, evidence, people, meetings, letters, timeline, who has read it."""

from typing import Any
from uuid import UUID

from flask import current_app

from app.core.audit import kind_named
from app.core.errors import NothingHere
from app.core.form_fields import sentence_start
from app.core.presentation import status_words
from app.core.registries import Registries
from app.hr_cases import blueprint, queries
from app.hr_cases.models import (
    Case,
    EvidenceItem,
    InvestigationReport,
    Letter,
    ReportState,
    Section,
)
from app.hr_cases.routes.common import Visit, case_page, tab_page, visit
from app.hr_cases.routes.opening import allegation_numbered
from app.hr_cases.routes.overview import category_words, dispatches_of, in_the_way_of, keeps_it_moving
from app.hr_cases.routes.worked_out import (
    first_answer_worked_out,
    notice_worked_out,
    statement_worked_out,
)
from app.matters.models import Capacity, MatterParty
from app.people.queries import timeline as events_of


@blueprint.get("/<reference>/allegations")
def allegations(reference: str) -> Any:
    """Every allegation with its paragraphs, the evidence for and against it, and what was found."""
    here = visit(reference)
    report = _newest_report(here)
    registries: Registries = current_app.extensions["registries"]
    return tab_page(
        "allegations",
        here,
        "Allegations",
        exhibits=queries.exhibits(here.case),
        findings={finding.allegation_id: finding for finding in report.findings} if report else {},
        category_words=category_words,
        can_change=here.case.can_change_allegations(here.me),
        panels=registries.panels_for("case", here.case, here.me) if here.until is None else [],
    )


@blueprint.get("/<reference>/allegations/<int:number>")
def allegation(reference: str, number: int) -> Any:
    """One allegation: its wording and paragraphs, what speaks for and against it, and what was found and why."""
    here = visit(reference)
    one = allegation_numbered(here, number)
    report = _newest_report(here)
    finding = next((found for found in report.findings if found.allegation_id == one.id), None) if report else None
    return case_page(
        "allegation",
        here,
        f"Allegation {number}",
        allegation=one,
        exhibits=queries.exhibits(here.case),
        statements=[given for given in queries.statements(here.case) if given.person_id == here.case.subject.id],
        finding=finding,
        report=report,
        category_words=category_words,
        devices=queries.device_permissions_of(one, here.case.subject),
    )


def _newest_report(here: Visit) -> InvestigationReport | None:
    versions = readable_versions(here)
    return versions[-1] if versions else None


def readable_versions(here: Visit) -> list[InvestigationReport]:
    """The versions this reader sees: a draft its author, what was submitted HR too, all others what was accepted."""

    def is_readable(version: InvestigationReport) -> bool:
        if version.status is ReportState.ACCEPTED:
            return here.sees(Section.REPORT)
        return here.sees(Section.DRAFT if version.submitted_at is None else Section.SUBMITTED)

    return [version for version in queries.reports(here.case) if is_readable(version)]


@blueprint.get("/<reference>/evidence")
def evidence(reference: str) -> Any:
    """Every exhibit, with what it speaks for and against."""
    here = visit(reference)
    return tab_page("evidence", here, "Evidence", exhibits=queries.exhibits(here.case), speaks=_speaks(here.case))


def _speaks(case: Case) -> Any:
    numbers: dict[UUID, int] = {one.id: one.number for one in case.allegations}

    def speaks(item: EvidenceItem) -> str:
        """What an exhibit speaks for and against, in words."""
        said = sorted((numbers[bearing.allegation_id], bearing.bearing.value) for bearing in item.bearings)
        return ", ".join(f"{value} allegation {number}" for number, value in said)

    return speaks


@blueprint.get("/<reference>/people")
def people(reference: str) -> Any:
    """Who takes part, in which capacity, and since when."""
    here = visit(reference)
    return tab_page(
        "people",
        here,
        "People",
        parties=[party for party in here.case.matter.parties if _is_told_of(here, party)],
        until_of=lambda party: party.until if party.until and here.is_told(party.until) else None,
        to_replace=in_the_way_of(here).to_replace,
        changes=queries.reappointments(here.case) if keeps_it_moving(here) else [],
        part_words=lambda party: status_words(party.capacity).lower(),
    )


def _is_told_of(here: Visit, party: MatterParty) -> bool:
    """Whether the reader is told that somebody takes part: those who came later only where what followed is shown.

    Who comes as companion stands with the notice; beside the mask of a reporter, the part would tell who that is. So it
    would of an officer who reported the same, and whose name is not masked.
    """
    if party.capacity in (Capacity.COMPANION, Capacity.ALSO_REPORTED) and not here.sees(Section.REPORTER):
        return False
    return here.is_told(party.since) or (party.capacity is Capacity.CASE_OWNER and party.until is None)


@blueprint.get("/<reference>/meetings")
def meetings(reference: str) -> Any:
    """Statements, notices of the hearing, and the hearing."""
    here = visit(reference)
    sees_hearing = here.sees(Section.AFTERWARDS)
    notices = queries.notices(here.case) if sees_hearing else []
    given = queries.statements(here.case)
    return tab_page(
        "meetings",
        here,
        "Meetings",
        statements=given,
        first_answer=first_answer_worked_out(given),
        notices=notices,
        how={notice.id: notice_worked_out(notice) for notice in notices},
        hearings=queries.hearings(here.case) if sees_hearing else [],
        is_over=here.until is not None,
    )


@blueprint.get("/<reference>/meetings/statements/<int:number>")
def statement(reference: str, number: int) -> Any:
    """One statement as it was written down, with what its giver answered."""
    here = visit(reference)
    found = queries.statement(here.case, number)
    if found is None:
        raise NothingHere(secret=True)
    return case_page(
        "statement",
        here,
        f"Statement S{number}",
        statement=found,
        how=statement_worked_out(found),
    )


@blueprint.get("/<reference>/letters")
def letters(reference: str) -> Any:
    """Every letter to the person concerned."""
    here = visit(reference)
    waiting = {one.letter.id for one in dispatches_of(here) if one.waits}
    return tab_page("letters", here, "Letters", letters=_letters(here), waiting=waiting)


def _letters(here: Visit) -> list[Letter]:
    return [one for one in queries.letters(here.case) if here.is_told(one.issued_at)]


@blueprint.get("/<reference>/letters/<uuid:letter_id>")
def letter(reference: str, letter_id: UUID) -> Any:
    """One letter as it was issued."""
    here = visit(reference)
    found = next((one for one in _letters(here) if one.id == letter_id), None)
    if found is None:
        raise NothingHere(secret=True)
    waits = any(one.waits and one.letter.id == letter_id for one in dispatches_of(here))
    return case_page("letter", here, "Letter", letter=found, waits=waits)


@blueprint.get("/<reference>/timeline")
def timeline(reference: str) -> Any:
    """What happened in the case, newest first."""
    here = visit(reference)
    events = events_of([here.case.id], until=here.until)
    entries = [{"title": sentence_start(one.words), "at": one.at, "who": one.actor} for one in events]
    return tab_page("timeline", here, "Timeline", entries=entries)


@blueprint.get("/<reference>/access")
def access(reference: str) -> Any:
    """Who has read the case, for its owner."""
    here = visit(reference)
    if not here.sees(Section.READINGS):
        raise NothingHere(secret=True)
    reads = [{"name": row.name, "at": row.at, "words": kind_named(row.act).reads} for row in queries.reads_of(here.case)]
    return tab_page("access", here, "Access to this case", reads=reads)

