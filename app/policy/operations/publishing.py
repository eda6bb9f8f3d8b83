"""Publishing the next version of a policy: it is in force from a day on, and can be withdrawn until then (domain 3.5)."""

import re
from collections.abc import Collection
from datetime import date, datetime

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.presentation import uk_date
from app.people.models import Person
from app.policy.models import (
    DraftParagraph,
    DraftStatus,
    PolicyDraft,
    PolicyParagraph,
    PolicyVersion,
    Precision,
    ReviewBasis,
    RevisionReason,
)
from app.policy.operations.drafting import must_be_in_approval, take_back
from app.policy.operations.fingerprints import text_fingerprint
from app.policy.operations.keeping import NOT_THE_GUARDIAN, bring_forward, review_as_before, set_review
from app.policy.operations.setting_up import PUBLISHED
from app.policy.queries import labels_of, latest_published, open_draft, reasons_of, versions_to_come

VERSION_WITHDRAWN = event_kind(
    "policy-version:withdrawn", "withdrew a version of the policy that was to hold from {effective_on}"
)


def publish_draft(
    draft: PolicyDraft,
    *,
    answers: Collection[RevisionReason],
    why_before_approval: str = "",
    by: Person,
    at: datetime,
) -> PolicyVersion:
    """Publish a draft as the version that holds from its day on; the one before ends the day before.

    Refuses one of which no approval is recorded, one that would hold before its last approval unless it is said why, and
    one that would not follow the latest.
    """
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    must_be_in_approval(draft, by)
    today = local_day(at)
    before = latest_published(draft.slug)
    assert before is not None
    effective_on = _checked(draft, before, today, why_before_approval)
    version = _version(draft, before, effective_on, at=at, by=by)
    version.effective_note = f"It holds from before its last approval: {why_before_approval}" if why_before_approval else ""
    before.superseded_on = effective_on
    db.session.add(version)
    db.session.flush()
    for approval in list(draft.approvals):
        approval.draft_id, approval.version_id = None, version.id
    draft.move_to(DraftStatus.PUBLISHED)
    draft.ended_by_id, draft.ended_at, draft.version_id = by.id, at, version.id
    for reason in answers:
        reason.answered_on, reason.version_id = today, version.id
    assert draft.next_review_on is not None
    precision = draft.next_review_precision or Precision.DAY
    set_review(draft.document, draft.next_review_on, basis=ReviewBasis.STATED, today=today, precision=precision)
    bring_forward(draft.document, today)
    record(PUBLISHED, version.id, by=by.id, at=at, facts={"effective_on": effective_on, "material": version.is_material})
    return version


def withdraw_version(version: PolicyVersion, *, why: str, by: Person, at: datetime) -> None:
    """Take a version back that is published and does not hold yet: the one before it goes on, and nobody is asked.

    Only the last one: another that follows it has its text. What it answered is open again, and the review is due as before.
    A draft of the next version has its text too, so that draft is written on, and it is said anew whether it changes a rule.
    """
    demand(version.document.is_kept_by(by), NOT_THE_GUARDIAN)
    must_be_to_come(version, by=by, today=local_day(at))
    if not why:
        raise InvalidInput("Enter why it is withdrawn", field="why")
    before = latest_published(version.slug, before=version.effective_on)
    assert before is not None
    version.withdrawn_by_id, version.withdrawn_at, version.withdrawn_why = by.id, at, why
    version.superseded_on, before.superseded_on = version.effective_on, None
    for reason in reasons_of(version.slug):
        if reason.version_id == version.id:
            reason.answered_on = reason.version = None
    draft = open_draft(version.slug)
    if draft is not None:
        if draft.status is DraftStatus.IN_APPROVAL:
            take_back(draft, by=by, at=at)
        draft.is_material = None
    review_as_before(version.document, version, before, local_day(at))
    record(VERSION_WITHDRAWN, version.id, by=by.id, at=at, facts={"effective_on": version.effective_on})


def must_be_to_come(version: PolicyVersion, *, by: Person, today: date) -> None:
    """Refuse (409) a version that cannot be withdrawn any more, or not before another one."""
    if version.can_be_withdrawn_by(by, today):
        return
    if version.is_withdrawn:
        raise AlreadyDone(
            f"{version.label} is withdrawn already.", who=version.withdrawn_by.name if version.withdrawn_by else None,
            when=version.withdrawn_at, did="withdrew it",
        )  # fmt: skip
    if version.effective_on <= today:
        raise AlreadyDone(
            f"{version.label} holds since {uk_date(version.effective_on)}, so it cannot be withdrawn.",
            what_now="Begin the next version, which ends it.",
        )
    following = versions_to_come(version.slug, version.effective_on)[0]
    raise AlreadyDone(f"{following.label} follows it.", what_now=f"Withdraw {following.label} first.")


def _checked(draft: PolicyDraft, before: PolicyVersion, today: date, why_before_approval: str) -> date:
    effective_on = draft.effective_on
    if effective_on is None or effective_on < today:
        raise InvalidInput("The day from which it holds has passed. Take the draft back and enter a later one")
    if draft.label in labels_of(draft.slug):
        raise InvalidInput(f"There is a version called {draft.label} already. Take the draft back and call it otherwise")
    if before.effective_on >= effective_on:
        raise InvalidInput(f"It must hold from after {uk_date(before.effective_on)}, when the version before it begins")
    if not draft.approvals:
        raise InvalidInput("Record at least one body that approved it, with the day or with why none is recorded")
    last = max((one.approved_on for one in draft.approvals if one.approved_on), default=None)
    if last is not None and last > effective_on and not why_before_approval:
        raise InvalidInput(
            f"The last approval is of {uk_date(last)}, after the day from which it holds. Enter why that is right",
            field="why_before_approval",
        )
    return effective_on


def _version(draft: PolicyDraft, before: PolicyVersion, effective_on: date, *, by: Person, at: datetime) -> PolicyVersion:
    version = PolicyVersion(
        slug=draft.slug, title=draft.title, label=draft.label, guardian=draft.guardian, owner=draft.owner,
        reviewer=draft.reviewer, produced_on=local_day(at), produced_precision=Precision.DAY, effective_on=effective_on,
        effective_precision=Precision.DAY, next_review_on=draft.next_review_on,
        next_review_precision=draft.next_review_precision, change_note=draft.change_note,
        linked_documents=draft.linked_documents, published_by_id=by.id, published_at=at,
        material_since=effective_on if draft.is_material else before.material_since,
    )  # fmt: skip
    ordered = sorted(draft.paragraphs, key=lambda one: one.position)
    version.paragraphs = [_paragraph(one, number) for number, one in enumerate(ordered, start=1)]
    version.text_hash = text_fingerprint(version.paragraphs)
    return version


def _paragraph(drafted: DraftParagraph, position: int) -> PolicyParagraph:
    """A paragraph with its stable anchor; cited as in the pack: by number, or by section and heading where it has none."""
    number = drafted.number
    by_number = f"paragraph {number}"
    return PolicyParagraph(
        number=number,
        cite=by_number if number[0].isdigit() else f'"{drafted.section}: {drafted.heading}"'[:80],
        anchor="p-" + re.sub(r"[^a-z0-9]+", "-", number.lower()).strip("-"),
        section=drafted.section, heading=drafted.heading, parent=number.rpartition("(")[0] or None,
        summary=drafted.summary, position=position,
    )  # fmt: skip
