"""Keeping a policy document: reasons to revise it, reviews that keep it as it is, and schools that adopted it."""

from datetime import date, datetime, timedelta

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.plain_letters import name_key
from app.core.presentation import uk_date
from app.core.working_days import months_after
from app.people.models import Person
from app.policy.models import (
    PolicyDocument,
    PolicyReview,
    PolicyVersion,
    Precision,
    ReviewBasis,
    RevisionCause,
    RevisionReason,
    SchoolAdoption,
    due_day,
)
from app.policy.operations.setting_up import REVIEW_MONTHS, REVIEW_NOTICE
from app.policy.queries import (
    current_version,
    last_review,
    period,
    reasons_of,
    schools_of_staff,
    standing_adoption,
)

REASON_RECORDED = event_kind("policy:reason", "recorded a reason to revise the policy, of {changed_on}")
REVIEWED = event_kind("policy:reviewed", "reviewed the policy and kept it until {next_review_on}")
SCHOOL_DECIDED = event_kind("policy:school", "recorded what a school decided about the policy on {decided_on}")
NOT_THE_GUARDIAN = "Only the guardian of the policy, an HR manager, can do this."


def set_review(
    document: PolicyDocument, day: date, *, basis: ReviewBasis, today: date, precision: Precision = Precision.DAY
) -> None:
    """Say when a document is to be reviewed next; one to the month is due on its last day."""
    due = due_day(day, precision)
    document.next_review_on, document.next_review_precision = due, precision
    document.review_basis, document.review_counted_from = basis, today
    document.review_shown_from = due - timedelta(days=period(REVIEW_NOTICE).value)


def record_reason(
    document: PolicyDocument, *, cause: RevisionCause, words: str, changed_on: date, by: Person, at: datetime
) -> RevisionReason:
    """Record that the law, guidance or the way of working changes on a day (policy 12.1); the review comes forward to it.

    The same once more, while that is open, is the one there is.
    """
    demand(document.is_kept_by(by), NOT_THE_GUARDIAN)
    if not words:
        raise InvalidInput("Enter what changes", field="words")
    today = local_day(at)
    for one in reasons_of(document.slug, only_open=True):
        if (one.cause, one.words, one.changed_on) == (cause, words, changed_on):
            return one
    made = RevisionReason(
        slug=document.slug, cause=cause, words=words, changed_on=changed_on, recorded_by_id=by.id, recorded_at=at
    )
    db.session.add(made)
    brought_to = max(changed_on, today)
    if brought_to < document.next_review_on:
        set_review(document, brought_to, basis=ReviewBasis.REASON, today=today)
    record(REASON_RECORDED, document.id, by=by.id, at=at, facts={"cause": cause, "changed_on": changed_on})
    return made


def record_review(document: PolicyDocument, *, words: str, next_review_on: date, by: Person, at: datetime) -> PolicyReview:
    """Record that the version in force was looked at and stays; it answers every reason that has come about by now.

    The same once more on the same day is the one there is.
    """
    demand(document.is_kept_by(by), NOT_THE_GUARDIAN)
    today = local_day(at)
    if not words:
        raise InvalidInput("Enter why it can stay as it is", field="words")
    if next_review_on <= today:
        raise InvalidInput("The next review must be after today", field="next_review_on")
    before = last_review(document.slug)
    if before is not None and (before.reviewed_on, before.words, before.next_review_on) == (today, words, next_review_on):
        return before
    made = PolicyReview(
        version_id=current_version(today).id, reviewed_on=today, words=words, next_review_on=next_review_on,
        reviewed_by_id=by.id, at=at,
    )  # fmt: skip
    db.session.add(made)
    for reason in reasons_of(document.slug, only_open=True):
        if reason.changed_on <= today:
            reason.answered_on = today
    set_review(document, next_review_on, basis=ReviewBasis.CHOSEN, today=today)
    bring_forward(document, today)
    record(REVIEWED, document.id, by=by.id, at=at, facts={"next_review_on": next_review_on})
    return made


def bring_forward(document: PolicyDocument, today: date) -> None:
    """What changes before the next review, and was not answered, asks for an earlier one: from that day on, or now."""
    still_open = reasons_of(document.slug, only_open=True)
    if not still_open:
        return
    first = min(still_open, key=lambda reason: (reason.changed_on, reason.recorded_at))
    brought_to = max(first.changed_on, today)
    if brought_to < document.next_review_on:
        set_review(document, brought_to, basis=ReviewBasis.REASON, today=local_day(first.recorded_at))


def review_as_before(document: PolicyDocument, withdrawn: PolicyVersion, before: PolicyVersion, today: date) -> None:
    """Say when a document is reviewed next once a version is withdrawn: as if that one had never been published.

    A review that was recorded since stays; else it is due as the last one before said, or as the version before states it.
    """
    review, published = last_review(document.slug), withdrawn.published_at
    since = before.published_at
    if review is not None and (since is None or review.at >= since):
        if published is None or review.at < published:
            set_review(document, review.next_review_on, basis=ReviewBasis.CHOSEN, today=review.reviewed_on)
    elif before.next_review_on is not None:
        precision = before.next_review_precision or Precision.DAY
        set_review(document, before.next_review_on, basis=ReviewBasis.STATED, today=today, precision=precision)
    else:
        start = local_day(since) if since is not None else today
        due = months_after(start, period(REVIEW_MONTHS).value)
        set_review(document, due, basis=ReviewBasis.NOT_STATED, today=start)
    bring_forward(document, today)


def _as_it_is_called(school: str, before: SchoolAdoption | None) -> str:
    known = {name_key(one): one for one in schools_of_staff()}
    return known.get(name_key(school)) or (before.school if before else " ".join(school.split()))


def record_adoption(
    document: PolicyDocument, school: str, *, adopted: bool, decided_on: date, by: Person, at: datetime
) -> SchoolAdoption:
    """Record what a school's governing body decided about the policy (policy 5.1); it takes the place of what it had.

    The school is called as the record of its staff spells it, or as it was called before.
    """
    demand(document.is_kept_by(by), NOT_THE_GUARDIAN)
    if not school:
        raise InvalidInput("Enter the school", field="school")
    if decided_on > local_day(at):
        raise InvalidInput("The day of the decision must be today or earlier", field="decided_on")
    if not name_key(school):
        raise InvalidInput("Enter the school by its name", field="school")
    before = standing_adoption(document.slug, school)
    school = _as_it_is_called(school, before)
    if before is not None:
        if before.adopted is adopted:
            raise AlreadyDone(
                f"What {school} decided is already recorded, of {uk_date(before.decided_on)}.",
                who=before.recorded_by.name, when=before.recorded_at, did="recorded it",
            )  # fmt: skip
        if decided_on < before.decided_on:
            raise InvalidInput(f"{school} decided last on {uk_date(before.decided_on)}", field="decided_on")
        before.until = decided_on
        db.session.flush()
    made = SchoolAdoption(
        slug=document.slug, school=school, adopted=adopted, decided_on=decided_on, recorded_by_id=by.id, recorded_at=at
    )
    db.session.add(made)
    record(SCHOOL_DECIDED, document.id, by=by.id, at=at, facts={"adopted": adopted, "decided_on": decided_on})
    return made
