"""The pages of one case: overview, allegations, evidence, people, meetings, letters, timeline, who has read it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for

from app.core.audit import kind_named
from app.core.errors import NothingHere
from app.core.form_fields import sentence_start
from app.core.presentation import status_words
from app.hr_cases import blueprint, queries
from app.hr_cases.models import Case, CaseStatus, EvidenceItem, InvestigationReport
from app.hr_cases.routes.acts import BY_ENDPOINT, acts_open_to
from app.hr_cases.routes.common import Visit, case_page, tab_page, visit
from app.hr_cases.routes.opening import allegation_numbered
from app.hr_cases.routes.stage_rail import DONE_BY, stages_of
from app.hr_cases.routes.worked_out import notice_worked_out, outcome_worked_out, statement_worked_out, step_worked_out
from app.matters.models import Capacity
from app.people.models import Person
from app.people.queries import timeline as events_of
from app.policy.queries import pack


@blueprint.get("/<reference>")
def show(reference: str) -> Any:
    """Where the case is, what comes next, by when and by whom, and what the reader can do."""
    here = visit(reference)
    acts = acts_open_to(here.case, here.me, here.today)
    step = queries.next_step(here.case)
    main = BY_ENDPOINT.get(step.endpoint.rpartition(".")[2]) if step else None
    main = main if main in acts else None
    untold = BY_ENDPOINT["tell_subject"]
    if main is None and untold in acts:
        main = untold
    decision, outcome = queries.decision_and_outcome(here.case) if here.case.decision_maker else (None, None)
    before_hearing = here.case.status in (CaseStatus.HEARING_SET_UP, CaseStatus.NOTIFIED)
    pauses = queries.pauses(here.case) if here.case.status is CaseStatus.INVESTIGATING else []
    return tab_page(
        "show",
        here,
        f"Case {here.reference}",
        step=step,
        to_replace=_to_replace(here),
        stages=stages_of(here.case, queries.last_moments(here.case, DONE_BY.values())),
        main=main,
        others=[act for act in acts if act is not main],
        decision=decision,
        outcome=outcome,
        how={"step": step_worked_out(here.case, pauses), **outcome_worked_out(outcome)},
        outcome_words=outcome_words,
        category_words=category_words,
        officer_row=officer_row,
        undecided=queries.undecided_files(here.case) if before_hearing and here.case.can_release_files(here.me) else [],
    )


def officer_row(case: Case, me: Person, words: str, capacity: str) -> dict[str, Any]:
    """A line of the overview: who has a part now, and for those who may, the way to give it to somebody else."""
    part = next((one for one in case.matter.parties if one.capacity == capacity and one.until is None), None)
    if part is None:
        return {"key": words, "value": ""}
    row: dict[str, Any] = {"key": words, "value": part.person.name}
    if case.can_replace(part, me):
        href = url_for("hr_cases.appoint_instead", reference=case.reference, part_id=part.id)
        row["actions"] = [{"text": "Change", "href": href}]
    return row


def _keeps_it_moving(here: Visit) -> bool:
    """Whether the reader sees that a case is worked on, and may know why somebody cannot go on."""
    return here.case.is_managed_by(here.me) or here.case.is_owned_by(here.me)


def _to_replace(here: Visit) -> Sequence[queries.ToReplace]:
    others = [part for part in here.case.parts_at_work() if part.person_id != here.me.id]
    return queries.officers_to_replace(here.case, here.today) if others and _keeps_it_moving(here) else []


def outcome_words(code: str) -> str:
    """An outcome as the pack names it."""
    return next((kind.label for kinds in pack().outcomes.values() for kind in kinds if kind.code == code), code)


def category_words(code: str) -> str:
    """A kind of breach as the pack names it."""
    return next((category.label for category in pack().categories if category.code == code), code)


@blueprint.get("/<reference>/allegations")
def allegations(reference: str) -> Any:
    """Every allegation with its paragraphs, the evidence for and against it, and what was found."""
    here = visit(reference)
    report = _newest_report(here)
    return tab_page(
        "allegations",
        here,
        "Allegations",
        exhibits=queries.exhibits(here.case),
        findings={finding.allegation_id: finding for finding in report.findings} if report else {},
        category_words=category_words,
        can_change=here.case.can_change_allegations(here.me),
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
    )


def _newest_report(here: Visit) -> InvestigationReport | None:
    """The version this reader may see: the investigator every one, all others what was submitted (domain 3.11)."""
    versions = queries.reports(here.case)
    if not here.case.is_investigated_by(here.me):
        versions = [version for version in versions if version.submitted_at is not None]
    return versions[-1] if versions else None


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
        parties=here.case.matter.parties,
        to_replace=_to_replace(here),
        changes=queries.reappointments(here.case) if _keeps_it_moving(here) else [],
        name_of=lambda party: name_for(here, party.person),
        part_words=lambda party: status_words(party.capacity).lower(),
    )


def name_for(here: Visit, person: Person) -> str:
    """The name, but for the reporter's to those who decide: they need the words, not who said them (domain 3.11)."""
    knows = here.case.is_owned_by(here.me) or here.case.is_investigated_by(here.me) or here.case.is_managed_by(here.me)
    is_reporter = here.case.matter.has_party(person, Capacity.REPORTER)
    return "The reporter" if is_reporter and not knows else person.name


@blueprint.get("/<reference>/meetings")
def meetings(reference: str) -> Any:
    """Statements, notices of the hearing, and the hearing."""
    here = visit(reference)
    notices = queries.notices(here.case)
    return tab_page(
        "meetings",
        here,
        "Meetings",
        statements=queries.statements(here.case),
        notices=notices,
        how={notice.id: notice_worked_out(notice) for notice in notices},
        hearings=queries.hearings(here.case),
        name_of_person=lambda person: name_for(here, person),
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
        name_of_person=lambda person: name_for(here, person),
    )


@blueprint.get("/<reference>/letters")
def letters(reference: str) -> Any:
    """Every letter to the person concerned."""
    here = visit(reference)
    return tab_page("letters", here, "Letters", letters=queries.letters(here.case))


@blueprint.get("/<reference>/letters/<uuid:letter_id>")
def letter(reference: str, letter_id: UUID) -> Any:
    """One letter as it was issued."""
    here = visit(reference)
    found = next((one for one in queries.letters(here.case) if one.id == letter_id), None)
    if found is None:
        raise NothingHere(secret=True)
    return case_page("letter", here, "Letter", letter=found)


@blueprint.get("/<reference>/timeline")
def timeline(reference: str) -> Any:
    """What happened in the case, newest first."""
    here = visit(reference)
    entries = [{"title": sentence_start(one.words), "at": one.at, "who": one.actor} for one in events_of([here.case.id])]
    return tab_page("timeline", here, "Timeline", entries=entries)


@blueprint.get("/<reference>/access")
def access(reference: str) -> Any:
    """Who has read the case, for its owner."""
    here = visit(reference)
    if not here.case.is_owned_by(here.me):
        raise NothingHere(secret=True)
    reads = [{"name": row.name, "at": row.at, "words": kind_named(row.act).reads} for row in queries.reads_of(here.case)]
    return tab_page("access", here, "Access to this case", reads=reads)

