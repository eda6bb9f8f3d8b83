"""Reviews of access: when one is due, and writing down that one was made (domain 3.2: quarterly, a local setting)."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from app.account_register.models import AccessReview, AccessReviewAnswer, Account
from app.account_register.queries.reviews import grants_to_review, review_before
from app.account_register.queries.worked_out import REVIEW_MONTHS
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, demand
from app.core.seen import is_older
from app.core.working_days import months_after
from app.people.models import Person
from app.policy.queries import ask_from, period

REVIEWED = event_kind(
    "access:reviewed",
    "looked at who has access: {stay} stay, {end} end",
    neutral="looked at who has access: {stay} stay, {end} end",
)
NOTICE = "access_review_notice_working_days"


def plan_review(account: Account, since: date) -> None:
    """The next review is due so many months after a day, and is asked for some working days before it."""
    account.access_review_due_on = months_after(since, period(REVIEW_MONTHS).value)
    account.access_review_from = ask_from(NOTICE, account.access_review_due_on)


def record_access_review(
    account: Account, stays: Mapping[uuid.UUID, bool], *, by: Person, at: datetime, seen: str = ""
) -> AccessReview:
    """Write down that somebody answered for every person's access, by id of the grant, and plan the next review.

    Ending the access of those who do not stay belongs to the room of password changes, which calls this. Refuses (409)
    where somebody got or lost access since the questions were asked, and where another review was made since then: `seen` is
    the mark of the last one that the page knew. What has not begun ends nothing.
    """
    demand(
        account.access_can_be_reviewed_by(by),
        "Only the owner of this account and the keepers of the register review who has access.",
        what_now="Tell the owner what should change.",
    )
    if account.is_closed:
        raise AlreadyDone("This account is closed, so nobody has access to it any more.")
    mark, last = review_before(account)
    if last is not None and is_older(seen, mark):
        raise AlreadyDone(
            "Who has access to this account was reviewed since you opened the page.", who=last.reviewed_by.name,
            when=last.reviewed_at, did="reviewed it", what_now="If you see it otherwise, review it anew.",
        )  # fmt: skip
    day, grants = clock.local_day(at), grants_to_review(account)
    if {grant.id for grant in grants} != set(stays):
        raise AlreadyDone(
            "Somebody was given access, or lost it, since you opened the page.", what_now="Look at the list again."
        )
    review = AccessReview(account=account, account_id=account.id, reviewed_at=at, reviewed_by=by, reviewed_by_id=by.id)
    db.session.add(review)
    for grant_id, answer in stays.items():
        db.session.add(AccessReviewAnswer(review=review, review_id=review.id, grant_id=grant_id, stays=answer))
    account.last_access_review_on = day
    plan_review(account, day)
    ended = sum(not stays[grant.id] and not grant.is_to_come(day) for grant in grants)
    kept = sum(stays.values())
    record(REVIEWED, account.id, by=by.id, at=at, facts={"review": review.id, "stay": kept, "end": ended})
    return review
