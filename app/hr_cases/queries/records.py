"""What a case holds, each list in one or two SELECTs whatever its length."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.audit import ReadEvent
from app.core.db import db, named
from app.hr_cases.models import (
    Appeal,
    Case,
    CasePause,
    CaseToAnswerDecision,
    ClosingItem,
    EvidenceDisclosure,
    EvidenceItem,
    Hearing,
    HearingNotice,
    InvestigationReport,
    Letter,
    Outcome,
    Reappointment,
    ReportState,
    Statement,
)
from app.hr_cases.queries.reaching import has_password
from app.people.models import Person
from app.policy.models import PolicyParagraph

MOST_READINGS = 200


_WITH_AN_EXHIBIT = (
    joinedload(EvidenceItem.bearings), joinedload(EvidenceItem.disclosures), joinedload(EvidenceItem.added_by)
)  # fmt: skip


def exhibits(case: Case) -> list[EvidenceItem]:
    """The exhibits in their order, with what they speak for and against."""
    return list(
        db.session.execute(
            sa.select(EvidenceItem)
            .where(EvidenceItem.case_id == case.id)
            .options(*_WITH_AN_EXHIBIT)
            .order_by(EvidenceItem.number)
        )
        .unique()
        .scalars()
    )


def exhibit(case: Case, number: int) -> EvidenceItem | None:
    """One exhibit by its number."""
    return (
        db.session.execute(
            sa.select(EvidenceItem)
            .where(EvidenceItem.case_id == case.id, EvidenceItem.number == number)
            .options(*_WITH_AN_EXHIBIT)
        )
        .unique()
        .scalar_one_or_none()
    )


def undecided_files(case: Case) -> Sequence[EvidenceItem]:
    """The exhibits whose file came with the report and of which nobody decided yet what the person concerned gets."""
    return (
        db.session.execute(
            sa.select(EvidenceItem).where(EvidenceItem.case_id == case.id, is_undecided()).order_by(EvidenceItem.number)
        )
        .scalars()
        .all()
    )


def is_undecided() -> sa.ColumnElement[bool]:
    """That a file came with the report and nobody decided yet what the person concerned gets, as a condition on exhibits."""
    decided = sa.exists().where(EvidenceDisclosure.item_id == EvidenceItem.id).correlate_except(EvidenceDisclosure)
    return sa.and_(EvidenceItem.stored_as.is_not(None), EvidenceItem.from_report_evidence_id.is_not(None), ~decided)


def custody(item: EvidenceItem) -> Sequence[sa.Row[str, datetime, str]]:
    """Who opened an exhibit, newest first: name, at, act."""
    return _readings(ReadEvent.subject_id == item.id)


def reads_of(case: Case) -> Sequence[sa.Row[str, datetime, str]]:
    """Who read the case or opened one of its exhibits lately, newest first: name, at, act."""
    exhibits_of = sa.select(EvidenceItem.id).where(EvidenceItem.case_id == case.id)
    return _readings(sa.or_(ReadEvent.subject_id == case.id, ReadEvent.subject_id.in_(exhibits_of)))


def _readings(which: sa.ColumnElement[bool]) -> Sequence[sa.Row[str, datetime, str]]:
    return db.session.execute(
        sa.select(Person.name, ReadEvent.at, ReadEvent.act)
        .join(Person, Person.id == ReadEvent.actor_id)
        .where(which)
        .order_by(ReadEvent.number.desc())
        .limit(MOST_READINGS)
    ).all()


def statements(case: Case) -> list[Statement]:
    """The statements in their order, with who gave them."""
    return list(
        db.session.execute(
            sa.select(Statement)
            .where(Statement.case_id == case.id)
            .options(joinedload(Statement.person))
            .order_by(Statement.number)
        ).scalars()
    )


def statement(case: Case, number: int) -> Statement | None:
    """One statement by its number."""
    return db.session.execute(
        sa.select(Statement)
        .where(Statement.case_id == case.id, Statement.number == number)
        .options(joinedload(Statement.person))
    ).scalar_one_or_none()


def letters(case: Case) -> list[Letter]:
    """The letters in the order in which they were issued."""
    return list(
        db.session.execute(
            sa.select(Letter)
            .where(Letter.case_id == case.id)
            .options(joinedload(Letter.to), joinedload(Letter.sending))
            .order_by(Letter.issued_at, Letter.id)
        ).scalars()
    )


def reports(case: Case) -> list[InvestigationReport]:
    """Every version of the report with its findings, the first one first."""
    return list(
        db.session.execute(
            sa.select(InvestigationReport)
            .where(InvestigationReport.case_id == case.id)
            .options(
                joinedload(InvestigationReport.author),
                joinedload(InvestigationReport.reviewed_by),
                joinedload(InvestigationReport.findings),
            )
            .order_by(InvestigationReport.number)
        )
        .unique()
        .scalars()
    )


def last_report(case: Case) -> InvestigationReport | None:
    """The newest version of the report."""
    found = reports(case)
    return found[-1] if found else None


def accepted_report(case: Case) -> InvestigationReport | None:
    """The version that was accepted."""
    return next((report for report in reports(case) if report.status is ReportState.ACCEPTED), None)


def tells_until(case: Case, person: Person) -> datetime | None:
    """The moment up to which somebody is told of a case: the acceptance of the report, where they see nothing of what
    followed; None where they see all of it. Asks the database only where there is such a moment.
    """
    if not case.has_ended_for(person):
        return None
    submitted, reviewed = db.session.execute(
        sa.select(InvestigationReport.submitted_at, InvestigationReport.reviewed_at)
        .where(InvestigationReport.case_id == case.id, InvestigationReport.status == ReportState.ACCEPTED)
        .order_by(InvestigationReport.number.desc())
        .limit(1)
    ).one()
    return reviewed or submitted or case.opened_at


def pauses(case: Case) -> list[CasePause]:
    """Every time in which the case stood still."""
    return list(
        db.session.execute(
            sa.select(CasePause).where(CasePause.case_id == case.id).order_by(CasePause.started_at, CasePause.id)
        ).scalars()
    )


def pauses_and_password(case: Case) -> tuple[list[CasePause], bool]:
    """`pauses`, and whether the person concerned has a password, in one SELECT for the overview."""
    rows = db.session.execute(
        sa.select(has_password(case.subject), CasePause)
        .select_from(Case)
        .outerjoin(CasePause, CasePause.case_id == Case.id)
        .where(Case.id == case.id)
        .order_by(CasePause.started_at, CasePause.id)
    ).all()
    return [pause for _has, pause in rows if pause is not None], rows[0][0]


def decision(case: Case) -> CaseToAnswerDecision | None:
    """Whether there is a case to answer, with reasons for each allegation."""
    return db.session.execute(
        sa.select(CaseToAnswerDecision)
        .where(CaseToAnswerDecision.case_id == case.id)
        .options(joinedload(CaseToAnswerDecision.decided_by), joinedload(CaseToAnswerDecision.reasons))
    ).unique().scalar_one_or_none()


@dataclass(frozen=True)
class SoFar:
    """What was decided in a case so far, the notice of the hearing that was given last, and whether the person concerned
    has a password (None: not asked).
    """

    decision: CaseToAnswerDecision | None = None
    outcome: Outcome | None = None
    notice: HearingNotice | None = None
    appeal: Appeal | None = None
    subject_has_password: bool | None = None


def so_far(case: Case) -> SoFar:
    """`decision`, `outcome`, the last of `notices` and `appeal` together, for the overview."""
    newer = named(HearingNotice, "newer_notice")
    is_newer = sa.exists().where(newer.case_id == HearingNotice.case_id, newer.number > HearingNotice.number)
    is_last = ~is_newer.correlate_except(newer)
    found = db.session.execute(
        sa.select(CaseToAnswerDecision, Outcome, HearingNotice, Appeal, has_password(case.subject))
        .outerjoin_from(Case, CaseToAnswerDecision, CaseToAnswerDecision.case_id == Case.id)
        .outerjoin(Outcome, Outcome.case_id == Case.id)
        .outerjoin(HearingNotice, sa.and_(HearingNotice.case_id == Case.id, is_last))
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .where(Case.id == case.id)
        .options(joinedload(CaseToAnswerDecision.decided_by), joinedload(CaseToAnswerDecision.reasons))
        .options(joinedload(Outcome.decided_by), joinedload(Outcome.findings), joinedload(Outcome.relied_on))
        .options(joinedload(Appeal.decided_by), joinedload(Appeal.recorded_by), joinedload(HearingNotice.recorded_by))
    ).unique().one()
    return SoFar(*found)


def notices(case: Case) -> list[HearingNotice]:
    """Every notice of the hearing, the first one first."""
    return list(
        db.session.execute(
            sa.select(HearingNotice)
            .where(HearingNotice.case_id == case.id)
            .options(joinedload(HearingNotice.recorded_by))
            .order_by(HearingNotice.number)
        ).scalars()
    )


def hearings(case: Case) -> Sequence[Hearing]:
    """What happened at the hearing; there is another where somebody else came to decide and heard the person again."""
    return (
        db.session.execute(sa.select(Hearing).where(Hearing.case_id == case.id).order_by(Hearing.recorded_at, Hearing.id))
        .scalars()
        .all()
    )


def last_hearing_at(case: Case) -> datetime | None:
    """When the last hearing was recorded at which the person concerned was heard."""
    attended = sa.select(sa.func.max(Hearing.recorded_at)).where(Hearing.case_id == case.id, Hearing.in_absence.is_(False))
    return db.session.execute(attended).scalar_one()


def reappointments(case: Case) -> Sequence[Reappointment]:
    """Who took over which part from whom, and why."""
    return (
        db.session.execute(
            sa.select(Reappointment)
            .where(Reappointment.case_id == case.id)
            .options(joinedload(Reappointment.former), joinedload(Reappointment.successor))
            .order_by(Reappointment.made_at, Reappointment.id)
        )
        .scalars()
        .all()
    )


def outcome(case: Case) -> Outcome | None:
    """What was decided after the hearing, with a finding for each allegation."""
    return db.session.execute(
        sa.select(Outcome)
        .where(Outcome.case_id == case.id)
        .options(joinedload(Outcome.decided_by), joinedload(Outcome.findings), joinedload(Outcome.relied_on))
    ).unique().scalar_one_or_none()


def appeal(case: Case) -> Appeal | None:
    """The appeal against the outcome."""
    return db.session.execute(
        sa.select(Appeal)
        .where(Appeal.case_id == case.id)
        .options(joinedload(Appeal.decided_by), joinedload(Appeal.recorded_by))
    ).scalar_one_or_none()


def closing_items(case: Case) -> list[ClosingItem]:
    """The answered items of the closing list."""
    return list(
        db.session.execute(
            sa.select(ClosingItem).where(ClosingItem.case_id == case.id).order_by(ClosingItem.code)
        ).scalars()
    )


def paragraphs_by_id(ids: Iterable[uuid.UUID]) -> list[PolicyParagraph]:
    """The paragraphs of the policy with these ids, in the order of the policy."""
    return list(
        db.session.execute(
            sa.select(PolicyParagraph)
            .where(PolicyParagraph.id.in_(list(ids)))
            .order_by(PolicyParagraph.position, PolicyParagraph.id)
        ).scalars()
    )
