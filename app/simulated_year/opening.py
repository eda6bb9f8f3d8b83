"""For whom the page of a duty opens, asked of the thing itself, and that nobody is led to a page which does not.

The checks share no condition with the queries that they check, so this asks what the pages ask.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.account_register.models import AccessRequest, Account, AccountProposal, RiskRow
from app.account_register.models.watch import DiscoveredAccount, HorizonItem, LookAlike
from app.breach_reports.models import BreachReport, Route
from app.core import clock
from app.core.db import db
from app.core.registries import Registries
from app.credential_rotation.models import (
    AccountGone,
    AccountIncident,
    CredentialRotation,
    LeaverNotice,
    LoginToSecure,
    Move,
    WorkChange,
)
from app.credential_rotation.queries import may_record_leaver
from app.device_permissions.models import DevicePermissionRequest
from app.duties.models import Reminder
from app.duties.queries import DueItem, address_of, desk_of
from app.early_advice.models import AdviceQuestion, DeclarationOfInterest, MistakeAlert
from app.early_advice.queries import may_read_declaration
from app.hr_cases.models import Case
from app.people.models import HR_OFFICERS, KEEPERS, Person, Role, Service
from app.policy.models import Acknowledgement, FormatRequest, PolicyAsk, PolicyDocument, ReminderTurn
from app.policy.queries import document_called, pack
from app.simulated_year.known import Known

Opens = Callable[[str, Person], bool]
_TO_OTHERS = sa.select(Reminder.to_person_id, Reminder.kind, Reminder.key).where(
    Reminder.escalated, Reminder.settled_on.is_(None)
)


def _of(model: Any, asked: Callable[[Any, Person], bool]) -> Opens:
    return lambda key, person: asked(db.session.get_one(model, uuid.UUID(key)), person)


def _named(model: Any, asked: Callable[[Any, Person], bool]) -> Opens:
    return lambda key, person: asked(_by_reference(model, key), person)


def _by_reference(model: Any, reference: str) -> Any:
    return db.session.execute(sa.select(model).where(model.reference == reference)).scalar_one()


def _risk(row: RiskRow, person: Person) -> bool:
    account = row.assessment.account
    return account is not None and (account.is_looked_after_by(person) or row.owner_id == person.id)


def _hand_over(notice: LeaverNotice | Move, person: Person) -> bool:
    return notice.person_id != person.id and person.holds(*KEEPERS, Role.HR_MANAGER)


def _document(slug: str, person: Person) -> bool:
    document: PolicyDocument | None = document_called(slug)
    return document is not None and document.keeping_seen_by(person)


def _declaration(declaration: DeclarationOfInterest, person: Person) -> bool:
    return may_read_declaration(declaration, person, clock.today())


PAGES: dict[str, Opens] = {
    **dict.fromkeys(
        ("register_keeper", "breach_reports:vacant-role", "people:no-hr-manager"),
        lambda _key, person: person.holds(Role.ADMINISTRATOR),
    ),
    "people:head-of-service": _of(Service, Service.head_can_be_recorded_by),
    "policy:review": _document,
    "policy:acknowledge": _of(PolicyAsk, PolicyAsk.can_be_seen_by),
    "policy:remind": _of(ReminderTurn, ReminderTurn.can_be_seen_by),
    "policy:disputed": _of(Acknowledgement, Acknowledgement.can_be_seen_by),
    "policy:format": _of(FormatRequest, FormatRequest.can_be_seen_by),
    **dict.fromkeys(
        ("rotation_change", "rotation_no_changer", "rotation_verify", "rotation_no_verifier", "rotation_permit"),
        _of(CredentialRotation, CredentialRotation.can_be_seen_by),
    ),
    "leaver_hand_over": _of(LeaverNotice, _hand_over),
    "move_hand_over": _of(Move, _hand_over),
    "work_change": _of(WorkChange, lambda change, person: may_record_leaver(person, change.person)),
    **dict.fromkeys(("account_gone", "account_gone_close"), _of(AccountGone, AccountGone.can_be_seen_by)),
    **dict.fromkeys(("incident_steps", "incident_close"), _of(AccountIncident, AccountIncident.can_be_seen_by)),
    "own_login": _of(LoginToSecure, LoginToSecure.can_be_seen_by),
    **dict.fromkeys(("access_approve", "access_advise"), _of(AccessRequest, AccessRequest.can_be_seen_by)),
    **dict.fromkeys(
        (
            "proposal_support", "proposal_answer", "proposal_advise", "proposal_assess", "proposal_accept",
            "proposal_approve",
        ),
        _named(AccountProposal, AccountProposal.can_be_seen_by),
    ),
    "proposal_manager": _of(Person, lambda one, person: person.holds(Role.HR_MANAGER) and person.id != one.id),
    "discovered_settle": _of(DiscoveredAccount, DiscoveredAccount.can_be_seen_by),
    "look_alike_settle": _of(LookAlike, LookAlike.can_be_seen_by),
    "horizon_look": _of(HorizonItem, HorizonItem.can_be_seen_by),
    "account_review": _of(Account, Account.access_can_be_reviewed_by),
    **dict.fromkeys(("content_review", "account_results", "account_papers"), _of(Account, Account.is_looked_after_by)),
    "risk_review": _of(RiskRow, _risk),
    "risk_accept": lambda _key, person: person.holds(*KEEPERS),
    **dict.fromkeys(("notice_password", "notice_device", "notice_use"), lambda _key, person: person.holds(*KEEPERS)),
    **dict.fromkeys(
        ("device_decide", "device_answer", "device_unanswered"),
        _named(DevicePermissionRequest, DevicePermissionRequest.can_be_seen_by),
    ),
    "device_manager": _named(DevicePermissionRequest, DevicePermissionRequest.can_be_given_a_manager_by),
    **dict.fromkeys(
        ("early_alert_see", "early_alert_decide", "early_alert_take_down", "early_alert_breach"),
        _named(MistakeAlert, MistakeAlert.can_be_seen_by),
    ),
    "early_question": _named(AdviceQuestion, AdviceQuestion.can_be_seen_by),
    **dict.fromkeys(
        ("early_declaration_review", "early_declaration_act", "early_declaration_hr", "early_declaration_lead"),
        _named(DeclarationOfInterest, _declaration),
    ),
    "early_manager": _of(Person, lambda one, person: person.holds(Role.HR_MANAGER) and person.id != one.id),
}
"""What the page of each kind asks, of those kinds of which others are told; pages of matters ask the wall as well."""


def page_opens(kind: str, key: str, person: Person, known: Known) -> bool:
    """Whether the page to which a duty leads opens for somebody who is told that it is late with somebody else."""
    if not pack().chases[kind].about_matters:
        return PAGES[kind](key, person)
    if kind.startswith("breach_reports:"):
        report: BreachReport = _by_reference(BreachReport, key)
        is_sealed = report.route == Route.WHISTLEBLOWING
        return person.holds(*HR_OFFICERS) and not is_sealed and not known.is_kept_from(report.matter_id, person.id)
    case: Case = _by_reference(Case, key)
    return person.holds(Role.HR_MANAGER) and not known.is_kept_from(case.matter_id, person.id)


def may_be_told(kind: str, key: str, person: Person, known: Known) -> bool:
    """Whether somebody may learn that this is late with somebody else: neutrally, or since its page opens for them."""
    registries: Registries = current_app.extensions["registries"]
    return bool(registries.due[kind].unopened) or page_opens(kind, key, person, known)


def led_to_what_is_closed(known: Known) -> Iterator[str]:
    """That no first page leads anybody who was told to a page which does not open for them, nor names what is on it."""
    registries: Registries = current_app.extensions["registries"]
    told: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    for person_id, kind, key in db.session.execute(_TO_OTHERS):
        told[person_id].add((kind, key))
    places = tuple(kind.unopened for kind in registries.due.values() if kind.unopened)
    for person_id, things in told.items():
        person = db.session.get_one(Person, person_id)
        with current_app.test_request_context():
            desk = desk_of(person, known.day)
            leads = {address_of(registries.due[kind], key): (kind, key) for kind, key in things}
        yield from _wrong_lines(person, (*desk.late, *desk.needs), leads, places, known)


def _wrong_lines(
    person: Person, lines: tuple[DueItem, ...], leads: dict[str, tuple[str, str]], places: tuple[str, ...], known: Known
) -> Iterator[str]:
    for line in lines:
        if line.href in leads and not page_opens(*leads[line.href], person, known):
            yield f"{person.email} is led to a page that does not open: {leads[line.href]}"
        if not line.href and not line.text.endswith(places):
            yield f"{person.email} reads of what does not open for them: {line.text}"
