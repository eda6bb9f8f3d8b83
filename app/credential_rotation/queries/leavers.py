"""Who is leaving, and what their pages show."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.account_register.health import goes_on
from app.account_register.models import (
    AccessGrant,
    Account,
    EndReason,
    KeeperNotice,
    LoginMode,
    NoticeKind,
    is_there,
)
from app.core.db import db
from app.core.paging import Cursor, KeyPage, key_page
from app.credential_rotation.models import (
    OPEN_ROTATION,
    AccountGone,
    ChainRow,
    CredentialRotation,
    LeaverHolding,
    LeaverNotice,
    NoticeSource,
    NoticeStatus,
    RotationCause,
    ToldByFeed,
)
from app.credential_rotation.queries.because_of import causes_of_leaving, unproved_because_of
from app.credential_rotation.queries.hand_overs import still_to_hand_over
from app.credential_rotation.queries.known_passwords import may_be_known
from app.credential_rotation.queries.permitting import waits_for_judgement
from app.people.knowing import knows_of, managed_of
from app.people.models import HR_OFFICERS, Person
from app.people.queries import has_left, is_here, people_below
from app.policy.queries.daily import asked_of_a_day

PAGE = 25
MOST_TO_CHOOSE = 100


def manages_up_the_line(manager: Person, person_ids: Collection[uuid.UUID]) -> bool:
    """Whether somebody manages one of these people, directly or further up."""
    return bool(managed_of(manager, person_ids))


def may_record_leaver(by: Person, person: Person) -> bool:
    """Whether this person may record that the other leaves: HR, or a manager up the line; never for oneself."""
    return by.id != person.id and (by.holds(*HR_OFFICERS) or manages_up_the_line(by, [person.id]))


def team_of(manager: Person, day: date) -> list[Person]:
    """Everybody in a manager's line who still works here, by name; where that are more than can be chosen from, one more
    than that: then they are asked for by name.
    """
    return list(
        db.session.execute(
            sa.select(Person)
            .where(Person.id.in_(people_below(manager.id)), Person.id != manager.id, sa.not_(has_left(day)))
            .order_by(Person.name, Person.id)
            .limit(MOST_TO_CHOOSE + 1)
        ).scalars()
    )


def latest_notice_of(person: Person) -> LeaverNotice | None:
    """The last notice that this person leaves, with who recorded and changed it; one that was withdrawn too."""
    return db.session.execute(
        sa.select(LeaverNotice)
        .where(LeaverNotice.person_id == person.id)
        .options(joinedload(LeaverNotice.notified_by), joinedload(LeaverNotice.changed_by))
        .order_by(LeaverNotice.notified_at.desc(), LeaverNotice.id)
        .limit(1)
    ).scalar_one_or_none()


def leaving_of(person: Person) -> LeaverNotice | None:
    """The notice because of which this person is to leave or has left, unless they stayed or came back."""
    notice = latest_notice_of(person)
    return None if notice is None or notice.is_withdrawn or notice.came_back else notice


def told_by(source: NoticeSource, person: Person) -> ToldByFeed | None:
    """What a feed told last of when somebody leaves, if it ever told anything."""
    return db.session.execute(
        sa.select(ToldByFeed).where(ToldByFeed.person_id == person.id, ToldByFeed.source == source)
    ).scalar_one_or_none()


def every_day_told_by(source: NoticeSource) -> list[ToldByFeed]:
    """What a feed told last of everybody who leaves, with the people; also where it tells no day any more, and what is
    recorded stands against that.
    """
    it = ToldByFeed
    told = sa.select(it).where(it.source == source, sa.or_(it.last_working_day.is_not(None), it.against_id.is_not(None)))
    return list(db.session.execute(told.options(joinedload(it.person)).order_by(it.id)).scalars())


def notice_for(viewer: Person, notice_id: uuid.UUID) -> LeaverNotice | None:
    """A notice with its people, if this person may know of it."""
    return db.session.execute(
        sa.select(LeaverNotice)
        .where(LeaverNotice.id == notice_id, knows_of(viewer, LeaverNotice.person_id))
        .options(
            joinedload(LeaverNotice.person), joinedload(LeaverNotice.notified_by), joinedload(LeaverNotice.changed_by)
        )
    ).scalar_one_or_none()


def leavers_page(viewer: Person, cursor: Cursor) -> KeyPage:
    """Leavers this person may know of, latest last day first, with how many passwords are still to be seen to."""
    still_open = (
        sa.select(sa.func.count(RotationCause.id))
        .select_from(LeaverHolding)
        .join(RotationCause, causes_of_leaving(LeaverNotice))
        .join(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .where(LeaverHolding.notice_id == LeaverNotice.id, CredentialRotation.status.in_(OPEN_ROTATION))
        .correlate(LeaverNotice)
        .scalar_subquery()
    )
    query = (
        sa.select(
            LeaverNotice.id, Person.name, Person.post, LeaverNotice.last_working_day, LeaverNotice.status,
            LeaverNotice.completed_at, still_open.label("still_open"),
            sa.exists().where(ToldByFeed.against_id == LeaverNotice.id).label("told_otherwise"),
        )
        .join(Person, Person.id == LeaverNotice.person_id)
        .where(knows_of(viewer, LeaverNotice.person_id))
    )  # fmt: skip
    return key_page(query, [LeaverNotice.last_working_day], LeaverNotice.id, cursor, size=PAGE, descending=True)


def came_back() -> sa.ColumnElement[bool]:
    """`LeaverNotice.came_back` as a condition of a query of notices that were not withdrawn."""
    it = LeaverNotice
    back = sa.exists().where(Person.id == it.person_id, Person.came_back_at > it.notified_at)
    return back.correlate_except(Person)


def chain_of(notice: LeaverNotice, day: date) -> list[ChainRow]:
    """Every account of a notice with the changes of its password, by name, in one query."""
    owner, doer, verifier = aliased(Person), aliased(Person), aliased(Person)
    permitter, refuser = aliased(Person), aliased(Person)
    gone_said_by, gone_confirmed_by = aliased(Person), aliased(Person)
    columns: list[Any] = [
        Account.id, Account.name, Account.platform, AccessGrant.ends_on, LeaverHolding.hand_over, CredentialRotation.id,
        CredentialRotation.status, CredentialRotation.due_on, owner.name, doer.name, CredentialRotation.changed_at,
        verifier.name, CredentialRotation.verified_at, KeeperNotice.sent_at, KeeperNotice.noted_at,
        _left_to_hand_over(notice, day), LeaverHolding.grant_id.is_not(None),
        sa.case((AccessGrant.end_reason == EndReason.CALLED_OFF, AccessGrant.starts_on)),
        CredentialRotation.saw, CredentialRotation.verify_by,
        sa.not_(goes_on(day)), RotationCause.due_on,
        RotationCause.due_period, RotationCause.due_counted_from,
        CredentialRotation.emergency_reason, permitter.name, CredentialRotation.permitted_at,
        refuser.name, CredentialRotation.permission_refused_at, CredentialRotation.permission_refused_why,
        CredentialRotation.alone_because, LeaverHolding.hand_over_by, AccessGrant.login_mode == LoginMode.SHARED,
        AccountGone.what, gone_said_by.name, gone_confirmed_by.name, AccountGone.settled_at, CredentialRotation.done_at,
    ]  # fmt: skip
    rows = db.session.execute(
        sa.select(*columns)
        .select_from(LeaverHolding)
        .join(Account, Account.id == LeaverHolding.account_id)
        .outerjoin(AccessGrant, AccessGrant.id == LeaverHolding.grant_id)
        .outerjoin(RotationCause, causes_of_leaving(notice))
        .outerjoin(CredentialRotation, CredentialRotation.id == RotationCause.rotation_id)
        .outerjoin(owner, owner.id == CredentialRotation.owner_id)
        .outerjoin(doer, doer.id == CredentialRotation.done_by_id)
        .outerjoin(verifier, verifier.id == CredentialRotation.verified_by_id)
        .outerjoin(permitter, permitter.id == CredentialRotation.permitted_by_id)
        .outerjoin(refuser, refuser.id == CredentialRotation.permission_refused_by_id)
        .outerjoin(AccountGone, AccountGone.id == CredentialRotation.gone_id)
        .outerjoin(gone_said_by, gone_said_by.id == AccountGone.recorded_by_id)
        .outerjoin(gone_confirmed_by, gone_confirmed_by.id == AccountGone.settled_by_id)
        .outerjoin(
            KeeperNotice,
            sa.and_(
                KeeperNotice.kind == NoticeKind.PASSWORD_CHANGED, KeeperNotice.subject_id == CredentialRotation.id
            ),
        )
        .where(LeaverHolding.notice_id == notice.id)
        .order_by(
            Account.name, Account.platform, Account.id, RotationCause.id != LeaverHolding.cause_id,
            CredentialRotation.due_on, CredentialRotation.id,
        )
    )  # fmt: skip
    return _handed_over_once([ChainRow(*row) for row in rows])


def _handed_over_once(chain: list[ChainRow]) -> list[ChainRow]:
    """An account with two changes because of one person stands there twice; who takes it over is said once."""
    first = {row.account_id: row for row in reversed(chain)}
    again = {"hand_over": None, "hand_over_by": None, "still_to_hand_over": False}
    return [row if first[row.account_id] is row else replace(row, **again) for row in chain]  # type: ignore[arg-type]


def _left_to_hand_over(notice: Any, day: Any) -> sa.ColumnElement[bool]:
    """`still_to_hand_over` of one notice, or of the class of them as a part of the query."""
    if isinstance(notice, LeaverNotice) and notice.came_back:
        return sa.false()
    return still_to_hand_over(LeaverHolding, notice.person_id, notice.last_working_day, day)


def not_given_back(notice: LeaverNotice, day: date, *, called_off: bool = True) -> list[Any]:
    """The accounts to which somebody who stays has to be given access again, if they need it: rows of id, name,
    platform and owner.

    With those whose access was `called_off`, or only those whose access is over.
    """
    held = sa.select(LeaverHolding.account_id).where(LeaverHolding.notice_id == notice.id)
    return lost_access(notice.person_id, held, EndReason.LEFT, day, called_off=called_off)


def lost_access(
    person_id: uuid.UUID, accounts: sa.Select[Any], reason: EndReason, day: date, *, called_off: bool = True
) -> list[Any]:
    """Which of these accounts somebody has no access to any more: rows of id, name, platform and who owns it now.

    Their access ended for this reason and is over, or was called off before it began; and they have no other.
    """
    it, another, owner = AccessGrant, aliased(AccessGrant), aliased(Person)
    over = sa.and_(it.end_reason == reason, sa.not_(goes_on(day)))
    if called_off:
        over = sa.or_(it.end_reason == EndReason.CALLED_OFF, over)
    has_other = (
        sa.select(another.id)
        .where(
            another.account_id == it.account_id, another.person_id == it.person_id,
            goes_on(day, another),
        )
        .exists()
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(Account.id, Account.name, Account.platform, owner.name.label("owner"))
        .distinct()
        .join(it, it.account_id == Account.id)
        .outerjoin(owner, sa.and_(owner.id == Account.owner_id, owner.id != person_id, is_here(day, owner)))
        .where(
            Account.id.in_(accounts), it.person_id == person_id, over, ~has_other,
            is_there(),
        )
        .order_by(Account.name, Account.platform, Account.id)
    )  # fmt: skip
    return list(rows)


@asked_of_a_day
def _settled(day: Any) -> sa.Select[Any]:
    """The notices of a `status` for which all is done."""
    is_gone = sa.or_(LeaverNotice.immediate, LeaverNotice.last_working_day < day)
    of_notice = LeaverHolding.notice_id == LeaverNotice.id
    access = (
        sa.select(AccessGrant.id)
        .join(LeaverHolding, LeaverHolding.account_id == AccessGrant.account_id)
        .where(
            of_notice, AccessGrant.person_id == LeaverNotice.person_id,
            sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > day),
        )
        .correlate(LeaverNotice)
    )  # fmt: skip
    password = (
        sa.select(CredentialRotation.id)
        .join(RotationCause, RotationCause.rotation_id == CredentialRotation.id)
        .join(LeaverHolding, LeaverHolding.cause_id == RotationCause.id)
        .where(of_notice, sa.or_(CredentialRotation.status.in_(OPEN_ROTATION), waits_for_judgement()))
        .correlate(LeaverNotice)
    )
    because_of_them = (
        sa.select(CredentialRotation.id)
        .join(RotationCause, RotationCause.rotation_id == CredentialRotation.id)
        .where(unproved_because_of(LeaverNotice.person_id))
        .correlate(LeaverNotice)
    )
    to_hand_over = (
        sa.select(LeaverHolding.id)
        .join(Account, Account.id == LeaverHolding.account_id)
        .where(of_notice, _left_to_hand_over(LeaverNotice, day))
        .correlate(LeaverNotice)
    )
    return (
        sa.select(LeaverNotice)
        .where(
            LeaverNotice.status == sa.bindparam("status"), is_gone,
            sa.not_(access.exists()), sa.not_(password.exists()), sa.not_(because_of_them.exists()),
            sa.not_(to_hand_over.exists()),
        )
        .order_by(LeaverNotice.notified_at, LeaverNotice.id)
    )  # fmt: skip


def settled_notices(
    day: date, *, only: sa.ColumnElement[bool] | None = None, status: NoticeStatus = NoticeStatus.NOTIFIED
) -> list[LeaverNotice]:
    """Notices for which all is done: they are gone, access is over, passwords are changed and verified, nobody is to judge
    a change that nobody permitted, nothing is left to hand over (domain 3.3). A change counts whatever it was made for, as
    long as it was because of them.
    """
    return list(_settled(day, only=only, status=status).scalars())


def notices_touching(account: Account, day: date) -> list[LeaverNotice]:
    """Whoever is to leave, or leaves today, and holds or owns this account, or came to know its password without access:
    their notices, with the people.
    """
    holds = (
        sa.select(AccessGrant.id)
        .where(
            AccessGrant.account_id == account.id, AccessGrant.person_id == LeaverNotice.person_id,
            sa.or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on >= day),
        )
        .correlate(LeaverNotice)
        .exists()
    )  # fmt: skip
    knows = may_be_known(account.id, LeaverNotice.person_id)
    return list(
        db.session.execute(
            sa.select(LeaverNotice)
            .join(LeaverNotice.person)
            .where(
                LeaverNotice.status != NoticeStatus.WITHDRAWN,
                LeaverNotice.last_working_day == Person.last_working_day,
                LeaverNotice.last_working_day >= day,
                sa.or_(holds, LeaverNotice.person_id == account.owner_id, knows),
            )
            .options(contains_eager(LeaverNotice.person))
            .order_by(LeaverNotice.notified_at, LeaverNotice.id)
        ).scalars()
    )
