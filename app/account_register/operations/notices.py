"""Telling the keepers of the register, and their receipt of it (policy 6.1, 6.2)."""

import uuid
from datetime import datetime

import sqlalchemy as sa

from app.account_register.models import Account, KeeperNotice, NoticeKind
from app.account_register.operations import messages
from app.account_register.queries.notices import keepers_on
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.core.outbox import notify
from app.people.models import Person
from app.policy.queries import due_at_once

NOTED = event_kind("notice:noted", "noted what the keeper was told", neutral="noted what the keeper was told")

NOTING_PERIODS = {
    NoticeKind.PASSWORD_CHANGED: "rotation_register_keeper_noting_working_days",
    NoticeKind.DEVICE_PERMISSION: "device_register_keeper_noting_working_days",
    NoticeKind.WORK_USE: "work_use_register_keeper_noting_working_days",
}


def tell_keeper(
    kind: NoticeKind, subject_id: uuid.UUID, *, about: Person | None, account: Account | None, at: datetime
) -> KeeperNotice:
    """Tell the keepers of the register something, in the act that it tells of; the same thing only once.

    The act that calls it writes the audit event. That the notice is noted within so many working days is a local setting.
    """
    told = db.session.execute(
        sa.select(KeeperNotice).where(KeeperNotice.kind == kind, KeeperNotice.subject_id == subject_id)
    ).scalar_one_or_none()
    if told is not None:
        return told
    day = clock.local_day(at)
    notice = KeeperNotice(
        kind=kind, subject_id=subject_id, about_id=about.id if about else None, account_id=account.id if account else None,
        sent_at=at, due_on=due_at_once(NOTING_PERIODS[kind], day),
    )  # fmt: skip
    db.session.add(notice)
    for keeper in keepers_on(day):
        notify(keeper.id, messages.FOR_KEEPER[kind], notice.id, at=at)
    return notice


def note_notice(notice: KeeperNotice, *, by: Person, at: datetime) -> None:
    """Note that a notice was read. Nobody notes one about themselves while there is another keeper."""
    demand(
        notice.can_be_noted_by(by, keepers_on(clock.local_day(at))),
        "You cannot note this.",
        what_now="A notice about a keeper of the register is noted by the other keeper.",
    )
    if notice.noted_at is not None:
        raise AlreadyDone(
            "This notice has been noted already.",
            who=notice.noted_by.name if notice.noted_by else None,
            when=notice.noted_at,
        )
    notice.noted_at, notice.noted_by = at, by
    facts = {"notice": notice.id, "kind": notice.kind}
    record(NOTED, notice.subject_id, by=by.id, at=at, about=notice.about_id, facts=facts)
