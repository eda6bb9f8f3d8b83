"""After a compromise every credential is made new: shared passwords, and the logins and roles that people have for
themselves (domain 2.8, 3.2). Each holder of one is asked to secure theirs, in the act that declares the compromise.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from app.account_register.models import AccessGrant, Account
from app.account_register.operations.messages import STATE_CHANGED
from app.account_register.queries.access import who_has_access
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.core.outbox import MessageKind, notify
from app.credential_rotation.models import AccountIncident, IncidentKind, LoginToSecure, Trigger
from app.credential_rotation.operations import messages
from app.credential_rotation.operations.opening import OTHER_TRIGGER, begin_rotation
from app.credential_rotation.queries import open_incident_of
from app.credential_rotation.queries.own_logins import has_shared_password, own_logins_of
from app.people.models import Person
from app.policy.queries import due_at_once

ASKED = event_kind("incident:login-asked", "asked {about} to secure their own login")
SECURED = event_kind("incident:login-secured", "noted that the own login of {about} is secured")


def renew_credentials(incident: AccountIncident, account: Account, *, by: Person, at: datetime) -> set[uuid.UUID]:
    """Have whatever lets people into an account made new because of a compromise, unless that was asked for already: its
    shared password, where it has one, and each login or role that somebody has for themselves. Gives who was asked.
    """
    day = clock.local_day(at)
    if has_shared_password(account, day) and account.id not in {one.account_id for one in incident.rotations}:
        cause = begin_rotation(
            account, trigger=Trigger.COMPROMISE, person=None, counts_from=at, period=OTHER_TRIGGER, since=day,
            by=by.id, at=at,
        )  # fmt: skip
        incident.causes.append(cause)
    known = {one.grant_id for one in incident.logins}
    asked = [grant for grant in own_logins_of(account, day) if grant.id not in known]
    for grant in asked:
        _ask(incident, grant, by=by, at=at)
    return {grant.person_id for grant in asked}


def _ask(incident: AccountIncident, grant: AccessGrant, *, by: Person, at: datetime) -> None:
    login = LoginToSecure(grant_id=grant.id, asked_at=at, due_on=due_at_once(OTHER_TRIGGER, clock.local_day(at)))
    login.grant = grant
    incident.logins.append(login)
    db.session.flush()
    record(ASKED, incident.id, by=by.id, at=at, about=grant.person_id)


def follow_corrected_sign_in(account: Account, *, by: Person, at: datetime) -> None:
    """Where a compromise is open, ask for what nobody had asked for while the register said something else of how people
    sign in to the account.
    """
    if not account.is_there:
        return
    for one in (account, account.parent):
        incident = open_incident_of(one, IncidentKind.COMPROMISE) if one is not None else None
        if incident is not None:
            asked = renew_credentials(incident, account, by=by, at=at)
            _tell_asked(incident, asked - {by.id}, at=at)


def tell_holders(
    incident: AccountIncident, accounts: Collection[Account], asked: Collection[uuid.UUID], *,
    told: Collection[uuid.UUID], at: datetime,
) -> None:  # fmt: skip
    """Tell everybody who has access to what is compromised, by one message each, and the deputy owner: those who were
    `asked` to secure a login that they are. Those who are `told` as keepers, owner or else are not told again.
    """
    known = {*told, *asked}
    _tell_asked(incident, set(asked) - set(told), at=at)
    for account in accounts:
        known |= _tell_users(account, messages.INCIDENT_HOLDER, incident.id, told=known, at=at)


def _tell_asked(incident: AccountIncident, people: Collection[uuid.UUID], *, at: datetime) -> None:
    for person_id in people:
        notify(person_id, messages.SECURE_LOGIN, incident.id, at=at)


def tell_that_it_is_live(account: Account, *, told: Collection[uuid.UUID], at: datetime) -> None:
    """Tell the same people that an account is theirs to use again."""
    _tell_users(account, STATE_CHANGED, account.id, told=told, at=at, number=account.version)


def _tell_users(
    account: Account, kind: MessageKind, about: uuid.UUID, *, told: Collection[uuid.UUID], at: datetime,
    number: int | None = None,
) -> set[uuid.UUID]:  # fmt: skip
    day = clock.local_day(at)
    users = {*who_has_access(account, day), account.deputy_id} - {None, *told}
    here = {one for one in users if one is not None and not db.session.get_one(Person, one).has_left_on(day)}
    for person_id in here:
        notify(person_id, kind, about, at=at, number=number)
    return here


def secure_login(login: LoginToSecure, *, by: Person, at: datetime) -> None:
    """Say that a login is secured: its password changed, every session signed out, the second step renewed.

    Its holder says so; a keeper or the account's owner may write it down for a holder who told them. Refuses (409) one
    that is secured already or need not be any more.
    """
    holder = login.grant.person
    demand(
        login.is_recorder(by), f"Only {holder.name}, the account’s owner and the keepers of the register say this.",
        what_now=f"Ask {holder.name} to say it themselves.",
    )  # fmt: skip
    if login.done_at is not None:
        raise AlreadyDone(
            "It is recorded already that this login is secured.", who=login.done_by.name if login.done_by else None,
            when=login.done_at, did="recorded it", what_now="You need do nothing more.",
        )  # fmt: skip
    if not login.is_asked_on(clock.local_day(at)):
        end = login.end_on(clock.local_day(at))
        why = end.label if end is not None else "what happened to the account is over"
        raise AlreadyDone(f"This login need not be secured any more: {why}.", what_now="You need do nothing.")
    login.done_at, login.done_by, login.done_by_id = at, by, by.id
    record(SECURED, login.incident_id, by=by.id, at=at, about=login.grant.person_id)
