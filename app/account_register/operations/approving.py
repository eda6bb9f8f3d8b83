"""Who approves somebody's access, and what comes of access that its holder never took up."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from app.account_register.chains import anybody_meant, in_words, is_meant
from app.account_register.models import AccessGrant, Account, EndReason
from app.account_register.models.requests import ADVISED_BY, APPROVED_BY
from app.account_register.operations import messages
from app.account_register.operations.ending import end_access
from app.account_register.operations.following import let_rooms_follow
from app.account_register.queries.access import acknowledged_at
from app.account_register.queries.agreements import ever_agreed, has_been_let_in
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import db
from app.core.errors import InvalidInput
from app.core.outbox import notify
from app.core.registries import Registries
from app.core.secrets_guard import REFUSAL, looks_like_secret
from app.people.models import KEEPERS, Person
from app.policy.queries import due_within, pack
from app.policy.queries.daily import asked_of_a_day

TO_ACKNOWLEDGE = "grant_acknowledgement_working_days"
BITE = 50
LAPSED_AFTER_USE = "access:lapsed-after-use"


def check_approval(
    account: Account, grantee: Person, approver: Person, *, advice: str, by: Person, at: datetime
) -> None:
    """Refuse an approval that is not the grantee's own manager's, and one without the advice that was sought.

    Where nobody stands above the grantee, whoever gives the access approves it. A keeper who gives it advises by that;
    nobody else says what a keeper advised.
    """
    chain, day = pack().chains[APPROVED_BY], clock.local_day(at)
    paragraph = pack().cite(chain.sources)
    if approver.id == grantee.id:
        raise InvalidInput(f"Nobody approves access of their own. Enter somebody else ({paragraph})", field="approved_by")
    owner_id = account.owner_id or grantee.id
    if anybody_meant(chain.value, grantee, owner_id, day) and not is_meant(approver, chain.value, grantee, owner_id, day):
        meant = in_words(chain.value, grantee, account.owner or grantee, day)
        raise InvalidInput(
            f"The access of {grantee.name} is approved by {meant}. Enter them once they have approved it ({paragraph})",
            field="approved_by",
        )
    if not advice and not by.holds(*KEEPERS):
        asked = pack().chains[ADVISED_BY]
        who = " or ".join(f"the {pack().role_titles[word].value}" for word in asked.value)
        raise InvalidInput(
            f"You can approve this once {who} has advised ({pack().cite(asked.sources)}). You are told then",
            field="decision",
        )
    if looks_like_secret(advice):
        raise InvalidInput(REFUSAL, field="advice")


def acknowledge_by(day: date, starts_on: date) -> date:
    """Until when a holder can agree to the policy before their access lapses (local setting)."""
    return due_within(TO_ACKNOWLEDGE, max(day, starts_on))


def has_lapsed(day: Any) -> sa.ColumnElement[bool]:
    """That the holder of the row's grant did not agree in time, or agreed and is asked anew and did not, as a condition of
    a query. What ended meanwhile with a later day never ran, unless they had agreed once: then its own end stays.
    """
    it = AccessGrant
    never_ran = sa.and_(it.ends_on > it.acknowledge_by, sa.not_(ever_agreed()))
    return sa.and_(
        sa.or_(it.ends_on.is_(None), it.ends_on > day, never_ran), it.required_version_id.is_not(None),
        it.acknowledge_by < day, acknowledged_at().is_(None),
    )  # fmt: skip


def is_lapsed(grant: AccessGrant, day: date) -> bool:
    """Whether the holder of this grant did not agree in time."""
    return bool(db.session.execute(sa.select(has_lapsed(day)).where(AccessGrant.id == grant.id)).scalar_one())


@asked_of_a_day
def _lapsed(day: Any) -> sa.Select[Any]:
    """The grants that have lapsed, at most a bite."""
    return (
        sa.select(AccessGrant)
        .where(has_lapsed(day))
        .options(joinedload(AccessGrant.account), joinedload(AccessGrant.person))
        .order_by(AccessGrant.acknowledge_by, AccessGrant.id)
        .limit(BITE)
    )


def end_lapsed_access(at: datetime) -> int:
    """End access whose holder did not agree to the policy in time; gives how many of these there were, at most a bite."""
    return sum(lapse(grant, at=at) for grant in _lapsed(clock.local_day(at)).scalars())


def lapse(grant: AccessGrant, *, at: datetime) -> int:
    """End one grant that has lapsed. Where nobody was ever let in by it, the day on which it lapsed is its last.

    Where its holder had been let in, and the agreement that did it was taken back as a mistake, it ends today: a past day
    stays as it was. They are told, and rooms higher up see to the password that they know.
    """
    today = clock.local_day(at)
    if has_been_let_in(grant, today):
        end_access(grant, by=ActorKind.SYSTEM, at=at, ends_on=today, reason=EndReason.LAPSED)
        notify(grant.person_id, messages.ACCESS_LAPSED, grant.id, at=at)
        registries: Registries = current_app.extensions["registries"]
        registries.follow(LAPSED_AFTER_USE, grant, by=ActorKind.SYSTEM, at=at)
    else:
        last = max(grant.acknowledge_by or grant.starts_on, grant.starts_on)
        end_access(grant, by=ActorKind.SYSTEM, at=at, ends_on=last, reason=EndReason.LAPSED)
    let_rooms_follow(grant.account, by=ActorKind.SYSTEM, at=at)
    return 1
