"""Cases for tests, at any stage, brought there by their acts only.

`case_at(make, CaseStatus.INVESTIGATING)` gives a `World`: the case and everybody in it. How a stage is reached stands in
`REACHED`: a stage, the stage before it, and the act that leads from one to the other. Add a stage with `@reached`.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.breach_reports.models import BreachReport, ReportEvidence, Route
from app.core.db import db
from app.core.errors import AlreadyDone, NotAllowed, NothingHere
from app.core.evidence_files import seal_file
from app.hr_cases.models import (
    Attribution,
    Basis,
    Case,
    CaseStatus,
    ConductCapacity,
    EvidenceItem,
    EvidenceKind,
    Finding,
    InvestigationReport,
    PauseReason,
    Recommendation,
    Statement,
    StatementKind,
    Visibility,
)
from app.hr_cases.operations import (
    AllegationDraft,
    EvidenceDetails,
    LetterWords,
    accept_report,
    add_evidence,
    add_statement,
    appoint_investigator,
    approve_plan,
    open_case,
    pause_case,
    prepare_copies,
    record_finding,
    report_in_progress,
    submit_report,
    tell_subject,
    write_report,
)
from app.people.models import Person, Role
from app.policy.queries import current_version, paragraphs_by_number
from tests.breach_reports.factories import decided, in_triage
from tests.conftest import NOW
from tests.evidence import a_png
from tests.factories import Factory

HAPPENED = date(2027, 2, 24)
PNG = a_png(b"picture" * 40)


@dataclass
class World:
    """A case and everybody in it. `tells` says whether the person concerned is told while it is planned."""

    make: Factory
    reporter: Person
    subject: Person
    line_manager: Person
    owner: Person
    manager: Person
    investigator: Person
    decision_maker: Person
    appeal_officer: Person
    stranger: Person
    report: BreachReport
    tells: bool = True
    at: datetime = NOW
    kept: dict[str, Any] = field(default_factory=dict)
    """What later stages want to hand on."""

    case: Case = field(init=False)

    def everybody(self) -> dict[str, Person]:
        """Everybody by what they are to the case."""
        names = (
            "reporter", "subject", "line_manager", "owner", "manager", "investigator", "decision_maker",
            "appeal_officer", "stranger",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


def people_and_report(
    make: Factory, *, files: int = 0, tells: bool = True, about: Person | None = None, **subject_values: Any
) -> World:
    """Everybody, and a report about one of them, or about somebody there is, that HR decided to make a case of."""
    line_manager = make.person("Lena Manager")
    subject = about or make.password(make.person("Sam Subject", manager=line_manager, **subject_values))
    reporter = make.person("Rita Reporter")
    owner = make.person("Olga Owner", Role.HR_INTAKE, Role.HR_CASE_OWNER)
    report = in_triage(reporter, owner, subject=subject)
    for number in range(1, files + 1):
        attach(report, number)
    decided(report, owner, Route.CASE)
    return World(
        make=make,
        reporter=reporter,
        subject=subject,
        line_manager=line_manager,
        owner=owner,
        manager=make.person("Mary HR-Manager", Role.HR_MANAGER),
        investigator=make.person("Ian Investigator", Role.INVESTIGATOR),
        decision_maker=make.person("Dora Decider", Role.DECISION_MAKER, Role.DISMISSAL_AUTHORITY),
        appeal_officer=make.person("Abe Appeals", Role.APPEAL_OFFICER),
        stranger=make.person("Stella Stranger"),
        report=report,
        tells=tells,
    )


def attach(report: BreachReport, number: int = 1, content: bytes = PNG) -> ReportEvidence:
    """A file of a report, sealed on disk."""
    sealed = seal_file(io.BytesIO(content), report.data_key)
    evidence = ReportEvidence(
        report=report,
        report_id=report.id,
        number=number,
        stored_as=sealed.stored_as,
        sha256=sealed.sha256,
        size=sealed.size,
        media_type=sealed.kind.media_type,
        added_at=NOW,
    )
    evidence.file_name, evidence.description = f"shot{number}.png", f"Screenshot {number}"
    db.session.add(evidence)
    db.session.commit()
    return evidence


def draft(*numbers: str, **values: Any) -> AllegationDraft:
    """An allegation under these paragraphs of the policy (8.1(a)(1) if none is named)."""
    version = current_version(HAPPENED)
    paragraphs = paragraphs_by_number(version, numbers or ("8.1(a)(1)",))
    said = {
        "wording": "It is alleged that Sam Subject called a resident a liar in a public group.",
        "category": "DISREPUTE-ARGUE",
        "paragraph_ids": tuple(paragraph.id for paragraph in paragraphs),
        "happened_on": HAPPENED,
        "capacity": ConductCapacity.NAMED_THE_COUNCIL,
    }
    return AllegationDraft(**{**said, **values})


def opened(world: World, *drafts: AllegationDraft, **values: Any) -> Case:
    """The world's case, just opened, with two allegations if none is given."""
    given = {
        "prepared": prepare_copies(world.report, at=world.at),
        "subject": world.subject,
        "allegations": drafts or (draft(), draft("7.10(5)", wording="It is alleged that he repeated it.")),
        "owner": world.owner,
        "by": world.owner,
        "at": world.at,
    }
    world.case = open_case(world.report, **{**given, **values})
    db.session.commit()
    return world.case


def letter_words(**values: str) -> LetterWords:
    """What HR writes in the letter that tells somebody."""
    said = {
        "what_happens_next": "Ian Investigator will ask you to a meeting.",
        "contact": "Olga Owner, Human Resources",
        "support": "You can talk to occupational health.",
        "companion": "You may bring a colleague or a trade union representative.",
        "confidentiality": "Please talk about this only with those who help you.",
    }
    return LetterWords(**{**said, **values})


def details(**values: Any) -> EvidenceDetails:
    """What is written down about an exhibit."""
    said: dict[str, Any] = {
        "title": "The post of 24 February",
        "kind": EvidenceKind.POST,
        "visibility": Visibility.PUBLIC,
        "attribution": Attribution.PRESUMED,
        "lawful_source": "Public page, opened without signing in",
        "transcript": "You are a liar.",
    }
    return EvidenceDetails(**{**said, **values})


def an_exhibit(world: World, **values: Any) -> EvidenceItem:
    """An exhibit without a file, added by the investigator."""
    item = add_evidence(
        world.case, details=details(**values), file=None, bearings={}, by=world.investigator, at=world.at
    )
    db.session.commit()
    return item


def a_statement(world: World, person: Person, **values: Any) -> Statement:
    """A statement that the investigator took."""
    given: dict[str, Any] = {
        "kind": StatementKind.INTERVIEW,
        "taken_on": world.at.date(),
        "words": "I saw the post on Wednesday.",
        "present": "",
        "by": world.investigator,
        "at": world.at,
    }
    statement = add_statement(world.case, person=person, **{**given, **values})
    db.session.commit()
    return statement


def complete(world: World) -> InvestigationReport:
    """The report in progress, with all that it needs."""
    by, at = world.investigator, world.at
    report = report_in_progress(world.case, by=by, at=at)
    for allegation in world.case.allegations:
        record_finding(
            report,
            allegation,
            # Nothing is established against somebody who was never told.
            finding=Finding.ESTABLISHED if world.tells else Finding.NOT_ESTABLISHED,
            basis=Basis.CONTESTED,
            reasons="The post was public and the account is his.",
            by=by,
            at=at,
        )
    texts = {
        "background": "HR had a report.",
        "process": "I looked at the post.",
        "mitigation": "He was angry.",
        "equality": "I looked at belief and private life: neither is in play.",
        "recommendation_reasons": "Both allegations are established.",
        "other_matters": "",
    }
    write_report(report, **texts, recommendation=Recommendation.FORMAL, by=by, at=at)
    return report


Act = Callable[[World], None]
REACHED: dict[CaseStatus, tuple[CaseStatus | None, Act]] = {}


def reached(stage: CaseStatus, *, after: CaseStatus | None) -> Callable[[Act], Act]:
    """Say by which act a stage is reached, and from which other."""

    def note(act: Act) -> Act:
        REACHED[stage] = (after, act)
        return act

    return note


def case_at(make: Factory, stage: CaseStatus, *, files: int = 0, tells: bool = True, **subject_values: Any) -> World:
    """A case at a stage, with everybody in it, brought there by its acts."""
    world = people_and_report(make, files=files, tells=tells, **subject_values)
    bring_to(world, stage)
    return world


def bring_to(world: World, stage: CaseStatus) -> None:
    """Carry out the acts that lead to a stage, from wherever the case is on the way to it."""
    before, act = REACHED[stage]
    if before is not None and not (hasattr(world, "case") and world.case.status is before):
        bring_to(world, before)
    act(world)
    db.session.commit()
    assert world.case.status is stage


@reached(CaseStatus.OPENED, after=None)
def _open(world: World) -> None:
    opened(world)


@reached(CaseStatus.PLANNING, after=CaseStatus.OPENED)
def _appoint(world: World) -> None:
    appoint_investigator(
        world.case, investigator=world.investigator, terms="Find out what was posted.", by=world.manager, at=world.at
    )
    if world.tells:
        tell_subject(world.case, letter_words=letter_words(), by=world.owner, at=world.at)


@reached(CaseStatus.INVESTIGATING, after=CaseStatus.PLANNING)
def _plan(world: World) -> None:
    approve_plan(world.case, plan="Look at the post, ask the moderators.", by=world.investigator, at=world.at)


@reached(CaseStatus.PAUSED, after=CaseStatus.INVESTIGATING)
def _pause(world: World) -> None:
    pause_case(world.case, reason=PauseReason.SICKNESS, note="Sam is ill.", by=world.owner, at=world.at)


@reached(CaseStatus.REPORT_REVIEW, after=CaseStatus.INVESTIGATING)
def _submit(world: World) -> None:
    submit_report(complete(world), by=world.investigator, at=world.at)


@reached(CaseStatus.ACCEPTED, after=CaseStatus.REPORT_REVIEW)
def _accept(world: World) -> None:
    world.kept["report"] = report = last_version(world)
    accept_report(report, by=world.owner, at=world.at)


def last_version(world: World) -> InvestigationReport:
    """The newest version of the report."""
    from app.hr_cases.queries import last_report

    report = last_report(world.case)
    assert report is not None
    return report


def later(world: World, **span: float) -> datetime:
    """A moment after the world's, which becomes the world's."""
    world.at += timedelta(**span)
    return world.at


AskedAct = tuple[Callable[..., Any], set[str], set[CaseStatus]]


def asked_by_everybody(world: World, acts: Iterable[AskedAct], *, readers: set[str]) -> None:
    """Try acts (each with whose it is and at which stages) by everybody at every stage: who first, stage second.

    An act takes the world and `by`. Strangers learn nothing and other readers of the case get 403, early and late; the
    rightful get 409 at every stage that is not the act's.
    """
    with db.session.no_autoflush:
        for act, whose, stages in acts:
            for stage in (min(stages), CaseStatus.CLOSED):
                world.case.status = stage
                for name in world.everybody().keys() - whose:
                    with pytest.raises(NotAllowed if name in readers else NothingHere):
                        act(world, by=world.everybody()[name])
            for stage in set(CaseStatus) - stages:
                world.case.status = stage
                for name in whose:
                    with pytest.raises(AlreadyDone):
                        act(world, by=world.everybody()[name])
    db.session.rollback()
