"""What happened to an account: recording it, the steps after a compromise, recovery and closing (domain 2.8, 3.2)."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app.account_register.chains import roles_of
from app.account_register.models import Account, AccountStatus
from app.account_register.operations.accounts import set_status
from app.account_register.queries import accountable_owner
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.outbox import MessageKind, notify
from app.core.secrets_guard import BARE_REFUSAL, REFUSAL, holds_bare_password, looks_like_secret
from app.core.seen import ChangedBySomebody, is_older
from app.credential_rotation.models import (
    HANDLERS,
    AccountIncident,
    Ending,
    IncidentKind,
    IncidentNote,
    IncidentReport,
    IncidentStatus,
    IncidentStep,
    PlanStep,
    StepAnswered,
    StepOutcome,
)
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.own_logins import renew_credentials, tell_holders, tell_that_it_is_live
from app.credential_rotation.queries import open_incident_of, parts_of
from app.people.models import Person, Role
from app.people.queries import holders_of
from app.policy.queries import due_at_once, pack

RECORDED = event_kind("incident:recorded", "recorded what happened: {kind}", neutral="recorded what happened: {kind}")
ANSWERED = event_kind(
    "incident:step", "answered a step of the plan ({step}): {outcome}",
    neutral="answered a step of the plan ({step}): {outcome}",
)
NOTED = event_kind("incident:noted", "added to the record", neutral="added to the record")
RECOVERED = event_kind("incident:recovered", "put the account back to live", neutral="put the account back to live")
_WITH_IT = "ended it, because the account no longer exists or is lost"
ENDED_WITH_IT = event_kind("incident:account-gone", _WITH_IT, neutral=_WITH_IT)
CLOSED = event_kind("incident:closed", "closed it with its outcome", neutral="closed it with its outcome")

TOLD = "compromise_told"
CHECKLIST_PERIOD, CLOSING_PERIOD = "compromise_checklist_working_days", "incident_closing_working_days"
ONLY_HANDLERS = "Only the keepers of the register and ICT do this."
TELL_A_HANDLER = "Tell the keeper of the register what you know, at once."


class NotRecovered(InvalidInput):
    """The account cannot be put back to live yet (422): `left` says each thing that is still to be done."""

    def __init__(self, left: list[str]) -> None:
        super().__init__(f"The account cannot be put back to live yet. Still to be done: {'; '.join(left)}")
        self.left = left


class RecordedAlready(AlreadyDone):
    """Another of its kind is open (409). `first_id` is that of the one that was recorded first."""

    def __init__(self, first: AccountIncident, sentence: str, what_now: str) -> None:
        super().__init__(
            sentence, who=first.recorded_by.name, when=first.recorded_at, did="recorded it", what_now=what_now
        )
        self.first_id = first.id


def declare_compromise(account: Account, report: IncidentReport, *, by: Person, at: datetime) -> AccountIncident:
    """Declare that somebody else got into an account, and have every credential of it changed, in one act.

    The account is compromised from now on, the shared passwords of it and of what hangs on it are due, and whoever gets in
    by a login of their own is asked to secure that. The keepers, ICT, the data protection officer, the owner and everybody
    who has access are told (domain 2.8; 3.2: immediately).
    """
    _must_be_handler(by)
    _check(report, at)
    _refuse_second(account, IncidentKind.COMPROMISE, report)
    _mark_compromised(account, by=by, at=at)
    incident = _new(account, IncidentKind.COMPROMISE, report, CHECKLIST_PERIOD, by=by, at=at)
    _keep(incident, by=by, at=at)
    accounts = (account, *parts_of(account))
    asked = {person for one in accounts for person in renew_credentials(incident, one, by=by, at=at)}
    _answer(incident, PlanStep.DECLARED, StepAnswered(StepOutcome.DONE), by=by, at=at)
    if report.reference:
        _answer(incident, PlanStep.REFERENCE, StepAnswered(StepOutcome.DONE), by=by, at=at)
    told = _tell(incident, messages.INCIDENT, without=by, at=at)
    tell_holders(incident, accounts, asked, told=[one.id for one in told], at=at)
    if all(any(one.holds(*roles) for one in told) for roles in _roles_to_tell()):
        _answer(incident, PlanStep.INFORMED, StepAnswered(StepOutcome.DONE), by=by, at=at)
    return incident


def _mark_compromised(account: Account, *, by: Person, at: datetime) -> None:
    if account.status is AccountStatus.COMPROMISED:  # by a file of an older register, without any steps
        return
    if not account.can_move_to(AccountStatus.COMPROMISED):
        raise AlreadyDone(
            f"This account is {account.status.value}, so it cannot be declared as compromised.",
            what_now=(
                "It no longer exists or is lost: record what else happened to it instead." if account.gone
                else "If it is being closed, put it back to live first. If it is closed, nobody can use it any more."
            ),
        )
    set_status(account, AccountStatus.COMPROMISED, by=by.id, at=at)


def record_incident(
    account: Account, kind: IncidentKind, report: IncidentReport, *, by: Person, at: datetime
) -> AccountIncident:
    """Record interest of the media, an online attack or something else (domain 3.1; S2 5.5). The same people are told.

    Refuses (409) one while another of its kind is open: what comes later is added to that.
    """
    _must_be_handler(by)
    if kind is IncidentKind.COMPROMISE:
        return declare_compromise(account, report, by=by, at=at)
    _check(report, at)
    if account.is_closed:
        raise AlreadyDone("This account is closed.", what_now="If it is in use all the same, register it anew.")
    if kind is IncidentKind.MEDIA_INTEREST and not report.by_whom:
        raise InvalidInput("Enter who is interested", field="by_whom")
    _refuse_second(account, kind, report)
    incident = _new(account, kind, report, CLOSING_PERIOD, by=by, at=at)
    _keep(incident, by=by, at=at)
    _tell(incident, messages.INCIDENT, without=by, at=at)
    return incident


def answer_step(incident: AccountIncident, step: PlanStep, answered: StepAnswered, *, by: Person, at: datetime) -> None:
    """Answer one step of the plan: done, or does not apply with the reason. What does not apply may be done later.

    Refuses a step that was done (409) and, for the credentials, while a password is not marked as changed or a login not
    secured.
    """
    _must_be_worker(incident, by)
    if step is PlanStep.LESSONS:
        raise InvalidInput("Write down the outcome and what was learnt", field="outcome")
    known = incident.answer_to(step)
    done_later = known is not None and known.outcome is not answered.outcome is StepOutcome.DONE
    if known is not None and not done_later:
        raise AlreadyDone(
            "This step has been answered already.", who=known.answered_by.name, when=known.answered_at,
            what_now="Go back to the list of steps to see what is left.",
        )  # fmt: skip
    _check_answer(incident, step, answered, clock.local_day(at))
    if step is PlanStep.REFERENCE:
        incident.reference = answered.reference
    _answer(incident, step, answered, by=by, at=at)


def _check_answer(incident: AccountIncident, step: PlanStep, answered: StepAnswered, day: date) -> None:
    """What does not apply says why. That the password was changed is read from the change itself, that logins are secured
    from what their holders said; that it is logged, from its number.
    """
    _refuse_secrets(reason=answered.reason, reference=answered.reference)
    if answered.outcome is StepOutcome.NOT_APPLICABLE:
        if step is PlanStep.CREDENTIALS:
            raise InvalidInput("Every password must be changed after a compromise", field="outcome")
        if not answered.reason:
            raise InvalidInput("Enter why this step does not apply", field="reason")
    elif step is PlanStep.CREDENTIALS and incident.to_change:
        names = " and ".join(one.account.name for one in incident.to_change)
        raise InvalidInput(f"Nobody has marked the password of {names} as changed yet. Do that first", field="outcome")
    elif step is PlanStep.CREDENTIALS and incident.to_secure_on(day):
        names = " and ".join(dict.fromkeys(one.grant.person.name for one in incident.to_secure_on(day)))
        raise InvalidInput(f"Nobody has said that the own login of {names} is secured yet. Do that first", field="outcome")
    elif step is PlanStep.REFERENCE and not answered.reference:
        raise InvalidInput("Enter the reference", field="reference")


def record_lessons(
    incident: AccountIncident, ending: Ending, *, by: Person, at: datetime, seen: str = ""
) -> None:
    """Write down how it ended and what was learnt: the last step of the plan. It may be written anew until recovery.

    `seen` is the mark of what the page showed: where somebody wrote it down since, that is told first (409).
    """
    _must_be_worker(incident, by)
    before = incident.answer_to(PlanStep.LESSONS)
    is_another = (incident.outcome, incident.lessons) != (ending.outcome, ending.lessons)
    if before is not None and is_another and is_older(seen, incident.mark_of_lessons):
        raise ChangedBySomebody(
            incident.mark_of_lessons, who=before.answered_by.name, when=before.answered_at,
            says={"The outcome": incident.outcome, "What was learnt": incident.lessons},
        )  # fmt: skip
    if not ending.lessons:
        raise InvalidInput("Enter what was learnt", field="lessons")
    _fill_outcome(incident, ending)
    _answer(incident, PlanStep.LESSONS, StepAnswered(StepOutcome.DONE), by=by, at=at)


def recover_account(incident: AccountIncident, *, by: Person, at: datetime) -> None:
    """Put a compromised account back to live. Refuses (422) while a step is unanswered, a password change open or an own
    login not secured.
    """
    _must_be_handler(by)
    _must_be_open(incident)
    if not incident.is_compromise:
        raise AlreadyDone("This account was not compromised.", what_now="Close what was recorded instead.")
    if left := incident.left_on(clock.local_day(at)):
        raise NotRecovered(left)
    set_status(incident.account, AccountStatus.LIVE, by=by.id, at=at)
    told = _end(incident, by=by, at=at)
    tell_that_it_is_live(incident.account, told=[one.id for one in told], at=at)
    record(RECOVERED, incident.id, by=by.id, at=at)


def close_incident(incident: AccountIncident, ending: Ending, *, by: Person, at: datetime) -> None:
    """Close media interest, an attack or something else with its outcome. An attack has its reference (A32; S2 5.5)."""
    _must_be_handler(by)
    _must_be_open(incident)
    if incident.is_compromise:
        raise AlreadyDone(
            "A compromise ends when the account is put back to live.", what_now="Open it to see which steps are left."
        )
    _refuse_secrets(reference=ending.reference)
    if incident.kind is IncidentKind.ONLINE_ATTACK and not ending.reference:
        raise InvalidInput("Enter the reference under which the attack is logged", field="reference")
    _fill_outcome(incident, ending)
    incident.reference = ending.reference
    _end(incident, by=by, at=at)
    record(CLOSED, incident.id, by=by.id, at=at)


def end_with_account(incident: AccountIncident, outcome: str, *, by: Person, at: datetime) -> None:
    """End a compromise whose account no longer exists or is lost, as two people said: it is never called recovered.

    An outcome that was written down before stays above it.
    """
    _must_be_open(incident)
    incident.outcome = f"{incident.outcome}\n{outcome}" if incident.outcome else outcome
    _end(incident, by=by, at=at)
    record(ENDED_WITH_IT, incident.id, by=by.id, at=at)


def add_note(incident: AccountIncident, text: str, *, by: Person, at: datetime) -> IncidentNote:
    """Add to the record what was done, asked or said since. It cannot be changed afterwards."""
    _must_be_worker(incident, by)
    if not text:
        raise InvalidInput("Enter what was done or said", field="text")
    _refuse_secrets(text=text)
    note = IncidentNote(incident_id=incident.id, written_at=at, written_by_id=by.id, text=text)
    db.session.add(note)
    record(NOTED, incident.id, by=by.id, at=at)
    return note


def _new(
    account: Account, kind: IncidentKind, report: IncidentReport, period: str, *, by: Person, at: datetime
) -> AccountIncident:
    incident = AccountIncident(
        account_id=account.id, kind=kind, noticed_on=report.noticed_on, what_happened=report.what_happened,
        by_whom=report.by_whom, what_was_said=report.what_was_said, reference=report.reference,
        recorded_at=at, recorded_by_id=by.id, due_on=due_at_once(period, clock.local_day(at)),
    )  # fmt: skip
    incident.account, incident.recorded_by = account, by
    return incident


def _keep(incident: AccountIncident, *, by: Person, at: datetime) -> None:
    db.session.add(incident)
    try:
        db.session.flush()
    except IntegrityError as error:  # one open compromise of an account is the database's rule too
        raise AlreadyDone("Somebody else declared this account as compromised at the same moment.") from error
    record(RECORDED, incident.id, by=by.id, at=at, facts={"kind": incident.kind})


def _answer(
    incident: AccountIncident, step: PlanStep, answered: StepAnswered, *, by: Person, at: datetime
) -> None:
    answer = incident.answer_to(step)
    if answer is None:
        answer = IncidentStep(incident_id=incident.id, kind=step)
        incident.steps.append(answer)
    answer.outcome, answer.reason = answered.outcome, answered.reason
    answer.answered_at, answer.answered_by, answer.answered_by_id = at, by, by.id
    record(ANSWERED, incident.id, by=by.id, at=at, facts={"step": step, "outcome": answered.outcome})


def _end(incident: AccountIncident, *, by: Person, at: datetime) -> list[Person]:
    incident.move_to(IncidentStatus.CLOSED)
    incident.closed_at, incident.closed_by, incident.closed_by_id = at, by, by.id
    return _tell(incident, messages.INCIDENT_OVER, without=by, at=at)


def _tell(incident: AccountIncident, kind: MessageKind, *, without: Person, at: datetime) -> list[Person]:
    """Tell those whom the pack names and the owner; gives all who know of it now."""
    day = clock.local_day(at)
    roles = [role for some in _roles_to_tell() for role in some]
    told: Iterable[Person | None] = (*holders_of(roles, day), accountable_owner(incident.account, day))
    people = {person.id: person for person in (*told, without) if person is not None}
    for person in people.values():
        if person.id != without.id:
            notify(person.id, kind, incident.id, at=at)
    return list(people.values())


def _roles_to_tell() -> list[tuple[Role, ...]]:
    """Who is told, as the pack says: for each word the roles that it means."""
    return [roles_of(word) for word in pack().chains[TOLD].value if word in set(Role)]


def _must_be_handler(by: Person) -> None:
    demand(by.holds(*HANDLERS), ONLY_HANDLERS, what_now=TELL_A_HANDLER)


def _must_be_worker(incident: AccountIncident, by: Person) -> None:
    if not incident.is_worker(by):
        raise NotAllowed("You cannot change this record.", what_now=TELL_A_HANDLER)
    _must_be_open(incident)


def _must_be_open(incident: AccountIncident) -> None:
    if not incident.is_open:
        raise AlreadyDone(
            "This is closed already, so nothing about it can change.",
            who=incident.closed_by.name if incident.closed_by else None,
            when=incident.closed_at,
        )


def _refuse_second(account: Account, kind: IncidentKind, report: IncidentReport) -> None:
    """One of a kind at a time; of what has no kind of its own, one of which the same is said."""
    known = open_incident_of(account, kind, report.what_happened if kind is IncidentKind.OTHER else "")
    if known is None:
        return
    if kind is IncidentKind.COMPROMISE:
        sentence = "This account has been declared as compromised already."
        what_now = "Open what was recorded to see which steps are left."
    else:
        sentence = f"This has been recorded already ({kind.label.lower()}), and is open."
        what_now = "Open it and add what you know. If this is something new, close what is open with its outcome first."
    raise RecordedAlready(known, sentence, what_now)


def _check(report: IncidentReport, at: datetime) -> None:
    if report.noticed_on > clock.local_day(at):
        raise InvalidInput("The day must be today or in the past", field="noticed_on")
    if not report.what_happened:
        raise InvalidInput("Enter what happened", field="what_happened")
    _refuse_secrets(
        what_happened=report.what_happened, by_whom=report.by_whom, what_was_said=report.what_was_said,
        reference=report.reference,
    )  # fmt: skip


def _fill_outcome(incident: AccountIncident, ending: Ending) -> None:
    if not ending.outcome:
        raise InvalidInput("Enter the outcome", field="outcome")
    _refuse_secrets(outcome=ending.outcome, lessons=ending.lessons)
    incident.outcome, incident.lessons = ending.outcome, ending.lessons


def _refuse_secrets(**texts: str) -> None:
    for field, text in texts.items():
        if looks_like_secret(text):
            raise InvalidInput(REFUSAL, field=field)
        if field == "reference" and holds_bare_password(text):
            raise InvalidInput(BARE_REFUSAL, field=field)
