"""Asking people to read the policy, and noting that they agreed to it."""

from collections.abc import Collection
from datetime import date, datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import message_kind, notify
from app.core.presentation import uk_date
from app.people.models import Person
from app.policy.models import Acknowledgement, AgreedBy, PolicyAsk, PolicyVersion, may_attest
from app.policy.queries import agreement_to, current_version, due_at_once, times_recorded, to_ask, version_in_force

ACKNOWLEDGED = event_kind("policy:acknowledged", "read the policy and agreed to keep it")
ATTESTED = event_kind("policy:attested", "recorded that {about} agreed to the policy ({method})")
TO_READ = message_kind("policy_to_read", "There is something for you to read and agree to", "policy.index")
ATTESTED_OF_YOU = message_kind(
    "policy_attested", "It was recorded for you that you agreed to the policy: see whether it is right", "figures.my_record"
)

AGREE_WITHIN = "acknowledgement_working_days"
STATEMENT = "I have read this version and I will keep to it"
BITE = 200
NOT_THEIR_MANAGER = "Only their line manager or an HR manager can record that somebody agreed."


def ask_to_acknowledge(at: datetime) -> int:
    """Ask whoever is to be asked and was not: everybody when a version changed a rule, and starters and those who come back
    on their first day.

    Some at a time; gives how many were asked. By when is a local setting; nobody loses access by being asked.
    """
    today = clock.local_day(at)
    rows = to_ask(today, most=BITE).all()
    due_on = due_at_once(AGREE_WITHIN, today) if rows else today
    for row in rows:
        made = PolicyAsk(
            person_id=row.person_id, version_id=row.version_id, asked_on=today, due_on=due_on, again=row.again
        )
        db.session.add(made)
        notify(row.person_id, TO_READ, made.id, at=at)
    return len(rows)


def acknowledge(person: Person, version: PolicyVersion, *, at: datetime) -> Acknowledgement:
    """Note that somebody read a version and agreed to keep it. Refuses an old version, and a second time (409), but for
    whoever says that they did not agree as it was recorded.
    """
    _must_be_current(version, clock.local_day(at))
    before = agreement_to(version, person.id)
    if before is not None and before.disputed is None:
        raise AlreadyDone("You have already agreed to this version of the policy.", who=person.name, when=before.at)
    again = times_recorded(person.id, version.id)
    made = Acknowledgement(person_id=person.id, version_id=version.id, at=at, statement=STATEMENT, again=again)
    db.session.add(made)
    record(ACKNOWLEDGED, person.id, by=person.id, at=at, about=person.id, facts={"version": version.label})
    return made


def attest(
    people: Collection[Person], version: PolicyVersion, *, method: AgreedBy, agreed_on: date, by: Person, at: datetime
) -> list[Acknowledgement]:
    """Record that people agreed on paper or at a briefing, attested by their manager or HR; it counts from now on.

    They agreed to the version that held on that day, which may be one before `version`, the one in force: that counts for it
    as long as no rule has changed since. A day before somebody began here is refused. Each of them is told, so that who
    knows best sees a mistake.
    """
    today = clock.local_day(at)
    for person in people:
        demand(may_attest(by, person), NOT_THEIR_MANAGER)
    if not people:
        raise InvalidInput("Select who agreed", field="people")
    if method is AgreedBy.ONLINE:
        raise InvalidInput("Select how they agreed", field="method")
    _must_be_current(version, today)
    held = version_in_force(agreed_on) if agreed_on <= today else None
    if held is None:
        raise InvalidInput("Enter today or an earlier day on which the policy was in force", field="agreed_on")
    must_have_begun(people, agreed_on, field="agreed_on")
    return [_attested(person, held, method, agreed_on, by=by, at=at) for person in people]


def must_have_begun(people: Collection[Person], day: date, *, field: str) -> None:
    """Refuse a day on which one of them did not work here yet."""
    for person in people:
        if person.started is not None and day < person.started:
            began = f"{person.name} began here on {uk_date(person.started)}"
            raise InvalidInput(f"Enter a day on which they worked here: {began}", field=field)


def _attested(
    person: Person, version: PolicyVersion, method: AgreedBy, agreed_on: date, *, by: Person, at: datetime
) -> Acknowledgement:
    before = agreement_to(version, person.id)
    if before is not None:
        raise AlreadyDone(
            f"{person.name} has already agreed to {version.label}.", who=person.name, when=before.at, did="agreed",
            what_now="Open your team again and select the others.",
        )  # fmt: skip
    made = Acknowledgement(
        person_id=person.id, version_id=version.id, at=at, method=method, agreed_on=agreed_on, statement=STATEMENT,
        attested_by_id=by.id, again=times_recorded(person.id, version.id),
    )  # fmt: skip
    db.session.add(made)
    facts = {"version": version.label, "method": method, "agreed_on": agreed_on}
    record(ATTESTED, person.id, by=by.id, at=at, about=person.id, facts=facts)
    notify(person.id, ATTESTED_OF_YOU, made.id, at=at)
    return made


def _must_be_current(version: PolicyVersion, today: date) -> None:
    if current_version(today).id != version.id:
        raise AlreadyDone("There is a newer version of the policy.", what_now="Open the policy and read that one.")
