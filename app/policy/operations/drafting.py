"""Writing the next version of a policy, up to the bodies that approve it (domain 3.5)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.plain_letters import name_key
from app.core.seen import ChangedSince
from app.people.models import Person
from app.policy.models import (
    DraftParagraph,
    DraftStatus,
    PolicyApproval,
    PolicyDocument,
    PolicyDraft,
    Precision,
)
from app.policy.operations.fingerprints import text_fingerprint
from app.policy.operations.keeping import NOT_THE_GUARDIAN
from app.policy.queries import latest_published, open_draft

DRAFT_BEGUN = event_kind("policy-draft:begun", "began the next version of the policy")
DRAFT_DESCRIBED = event_kind("policy-draft:described", "said what the next version of the policy is and from when it holds")
DRAFT_REWORDED = event_kind("policy-draft:reworded", "changed paragraph {paragraph} of the next version of the policy")
DRAFT_ADDED = event_kind("policy-draft:added", "added paragraph {paragraph} to the next version of the policy")
DRAFT_MOVED = event_kind("policy-draft:moved", "moved paragraph {paragraph} within the next version of the policy")
DRAFT_LEFT_OUT = event_kind("policy-draft:left-out", "left paragraph {paragraph} out of the next version of the policy")
DRAFT_SENT = event_kind("policy-draft:sent", "sent the next version of the policy for approval")
DRAFT_BACK = event_kind("policy-draft:back", "took the next version of the policy back to change it")
DRAFT_APPROVED = event_kind("policy-draft:approval", "recorded who approved the next version of the policy")
DRAFT_WITHDRAWN = event_kind("policy-draft:withdrawn", "gave up the next version of the policy")
CHANGED_SINCE = "This was changed after you opened the page. Nothing was saved. Read what is there now, then save again"
_NUMBER = re.compile(r"[a-z0-9]+(?:[.(][a-z0-9]+\)?)*", re.IGNORECASE)


@dataclass(frozen=True)
class DraftDetails:
    """What is said about a version beside its text."""

    label: str
    guardian: str
    owner: str
    reviewer: str
    effective_on: date | None
    next_review_on: date | None
    next_review_precision: Precision
    is_material: bool | None
    change_note: str
    linked_documents: str


def begin_draft(document: PolicyDocument, *, by: Person, at: datetime) -> PolicyDraft:
    """Begin the next version as a copy of the one that it will follow, be that in force already or still to come."""
    demand(document.is_kept_by(by), NOT_THE_GUARDIAN)
    before = open_draft(document.slug)
    if before is not None:
        raise AlreadyDone(
            "The next version is being written already.", who=before.started_by.name, when=before.started_at,
            did="began it", what_now="Open the draft and go on with it.",
        )  # fmt: skip
    current = latest_published(document.slug)
    if current is None:
        raise AlreadyDone("No version of this document is published, so there is nothing to begin with.")
    draft = PolicyDraft(
        slug=document.slug, title=current.title, guardian=current.guardian, owner=current.owner, reviewer=current.reviewer,
        linked_documents=current.linked_documents, started_by_id=by.id, started_at=at, status=DraftStatus.DRAFT,
    )  # fmt: skip
    draft.paragraphs = [
        DraftParagraph(
            number=one.number, section=one.section, heading=one.heading, summary=one.summary, position=one.position
        )
        for one in current.paragraphs
    ]
    db.session.add(draft)
    record(DRAFT_BEGUN, draft.id, by=by.id, at=at)
    return draft


def describe_draft(
    draft: PolicyDraft, details: DraftDetails, *, by: Person, at: datetime, seen: int | None = None
) -> None:
    """Say what the version is called, from when it holds, when it is reviewed next, and what it changes.

    `seen` is the version of the draft that the page showed: nobody saves over what they did not read.
    """
    must_be_writable(draft, by)
    if seen is not None and seen != draft.version:
        raise ChangedSince(CHANGED_SINCE)
    if details.effective_on and details.effective_on < local_day(at):
        raise InvalidInput("It must hold from today or later: what held before stays as it was", field="effective_on")
    if details.effective_on and details.next_review_on and details.next_review_on <= details.effective_on:
        raise InvalidInput("The next review must be after the day from which it holds", field="next_review_on")
    for name, value in vars(details).items():
        setattr(draft, name, value)
    if draft.next_review_on is None:
        draft.next_review_precision = None
    record(DRAFT_DESCRIBED, draft.id, by=by.id, at=at)


def change_paragraph(
    paragraph: DraftParagraph, *, heading: str, summary: str, by: Person, at: datetime, seen: str | None = None
) -> None:
    """Word a paragraph anew; its number stays, so that what cites it still finds it.

    `seen` is the fingerprint of the words that the page showed: nobody saves over what they did not read.
    """
    must_be_writable(paragraph.draft, by)
    if seen and seen != text_fingerprint([paragraph]):
        raise ChangedSince(CHANGED_SINCE)
    if not heading or not summary:
        raise InvalidInput("Enter a heading and what the paragraph says", field="summary" if heading else "heading")
    paragraph.heading, paragraph.summary = heading, summary
    record(DRAFT_REWORDED, paragraph.draft_id, by=by.id, at=at, facts={"paragraph": paragraph.number})


def add_paragraph(
    draft: PolicyDraft, after: DraftParagraph, *, number: str, heading: str, summary: str, by: Person, at: datetime
) -> DraftParagraph:
    """Add a paragraph behind another one, in its section, with a number that no other has."""
    must_be_writable(draft, by)
    if not _NUMBER.fullmatch(number):
        raise InvalidInput("Enter a number like 6.4 or 6.4(1)", field="number")
    if _folded(number) in {_folded(one.number) for one in draft.paragraphs}:
        raise InvalidInput(f"There is a paragraph {number} already", field="number")
    parent = number.rpartition("(")[0]
    if parent and parent not in {one.number for one in draft.paragraphs if one.position <= after.position}:
        raise InvalidInput(f"Paragraph {parent} must stand before {number}", field="number")
    for one in draft.paragraphs:
        if one.position > after.position:
            one.position += 1
    made = DraftParagraph(
        number=number, section=after.section, heading=heading, summary=summary, position=after.position + 1
    )
    draft.paragraphs.append(made)
    draft.paragraphs.sort(key=lambda one: one.position)
    record(DRAFT_ADDED, draft.id, by=by.id, at=at, facts={"paragraph": number})
    return made


def move_paragraph(paragraph: DraftParagraph, past: DraftParagraph, *, up: bool, by: Person, at: datetime) -> bool:
    """Move a paragraph up or down past the next one of its level, with what stands below it. Gives whether it has moved.

    Where it stands there already, because a button was pressed twice, nothing happens.
    """
    draft = paragraph.draft
    must_be_writable(draft, by)
    beside = paragraph.beside()
    if past is not (beside.above if up else beside.below):
        return False
    first, second = (past, paragraph) if up else (paragraph, past)
    lines, start = draft.paragraphs, draft.paragraphs.index(second)
    end = start + 1
    while end < len(lines) and lines[end].stands_below(second):
        end += 1
    begin = lines.index(first)
    ordered = [*lines[:begin], *lines[start:end], *lines[begin:start], *lines[end:]]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    lines.sort(key=lambda one: one.position)
    record(DRAFT_MOVED, draft.id, by=by.id, at=at, facts={"paragraph": paragraph.number})
    return True


def remove_paragraph(paragraph: DraftParagraph, *, by: Person, at: datetime) -> None:
    """Leave a paragraph out of the next version; those below it have to go first."""
    draft = paragraph.draft
    must_be_writable(draft, by)
    if any(one.number.startswith(f"{paragraph.number}(") for one in draft.paragraphs):
        raise InvalidInput(f"Leave out what stands below paragraph {paragraph.number} first")
    draft.paragraphs.remove(paragraph)
    record(DRAFT_LEFT_OUT, draft.id, by=by.id, at=at, facts={"paragraph": paragraph.number})


def send_for_approval(draft: PolicyDraft, *, by: Person, at: datetime) -> None:
    """Give the draft to the bodies that approve it: from now on its text stays as it is."""
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    _must_be_open(draft)
    if draft.status is DraftStatus.DRAFT and draft.missing():
        raise InvalidInput("Say first: " + "; ".join(words[:1].lower() + words[1:] for words in draft.missing()))
    draft.move_to(DraftStatus.IN_APPROVAL)
    record(DRAFT_SENT, draft.id, by=by.id, at=at)


def take_back(draft: PolicyDraft, *, by: Person, at: datetime) -> None:
    """Take the draft back to change it. What was approved was another text, so the approvals go."""
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    _must_be_open(draft)
    draft.move_to(DraftStatus.DRAFT)
    for approval in list(draft.approvals):
        db.session.delete(approval)
    draft.approvals.clear()
    record(DRAFT_BACK, draft.id, by=by.id, at=at)


def record_approval(
    draft: PolicyDraft, body: str, approved_on: date | None, *, why_no_day: str = "", by: Person, at: datetime
) -> PolicyApproval:
    """Record that a body approved the draft, on a day, or why none is recorded; the same body again corrects it."""
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    must_be_in_approval(draft, by)
    if not body:
        raise InvalidInput("Enter which body approved it", field="body")
    if approved_on is not None and approved_on > local_day(at):
        raise InvalidInput("The day of the approval must be today or earlier", field="approved_on")
    if approved_on is None and not why_no_day:
        raise InvalidInput("Enter the day of the approval, or why none is recorded", field="approved_on")
    found = next((one for one in draft.approvals if name_key(one.body) == name_key(body)), None)
    if found is None:
        found = PolicyApproval(body=body, position=len(draft.approvals))
        draft.approvals.append(found)
    found.approved_on, found.precision = approved_on, Precision.DAY if approved_on else None
    found.why_no_day = "" if approved_on else why_no_day
    record(DRAFT_APPROVED, draft.id, by=by.id, at=at, facts={"approved_on": approved_on})
    return found


def withdraw_draft(draft: PolicyDraft, *, by: Person, at: datetime) -> None:
    """Give the next version up; another can be begun."""
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    _must_be_open(draft)
    draft.move_to(DraftStatus.WITHDRAWN)
    draft.ended_by_id, draft.ended_at = by.id, at
    record(DRAFT_WITHDRAWN, draft.id, by=by.id, at=at)


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _must_be_open(draft: PolicyDraft) -> None:
    if not draft.is_open:
        raise AlreadyDone(
            "This draft is no draft any more.", who=draft.ended_by.name if draft.ended_by else None, when=draft.ended_at,
            did="published it" if draft.status is DraftStatus.PUBLISHED else "gave it up",
            what_now="Open the policy to see the version in force.",
        )  # fmt: skip


def must_be_in_approval(draft: PolicyDraft, by: Person) -> None:
    """Say why approvals of a draft cannot be recorded, and why it cannot be published."""
    _must_be_open(draft)
    if draft.can_be_published_by(by):
        return
    missing = "; ".join(words[:1].lower() + words[1:] for words in draft.missing())
    now = f"Say first: {missing}. Then send it for approval." if missing else "Send it for approval first."
    raise AlreadyDone("The draft is being written.", what_now=now)


def must_be_writable(draft: PolicyDraft, by: Person) -> None:
    """Say why the text of a draft and what is said about it cannot be changed."""
    demand(draft.is_kept_by(by), NOT_THE_GUARDIAN)
    _must_be_open(draft)
    if not draft.can_be_written_by(by):
        raise AlreadyDone("The draft is with those who approve it.", what_now="Take it back first, then change it.")
