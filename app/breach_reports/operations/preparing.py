"""Preparing a report: its answers are kept sealed as they come, and its files are sealed at once under its final key.

A draft is no record yet: nobody but its owner knows of it, so it writes no audit event. Its first answer makes the
matter whose key the report will have; files already there stay when a later step is refused (house rule 12).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.breach_reports.models import WaitingEvidence
from app.core.db import db
from app.core.drafts import Draft, discard_draft, find_draft, keep_draft
from app.core.errors import AlreadyDone, InvalidInput, NothingHere
from app.core.evidence_files import SealedFile
from app.matters.models import Matter, MatterKind
from app.people.models import Person

DRAFT_KIND = "breach_report"
MOST_FILES = 20


def keep_answers(owner: Person, answers: Mapping[str, Any], *, at: datetime) -> Draft:
    """Keep what somebody entered on one page. The first time it also makes the matter whose key the report will have."""
    draft = find_draft(owner.id, DRAFT_KIND)
    if draft is None:
        matter = Matter.new(MatterKind.REPORT, at=at)
        db.session.add(matter)
        db.session.flush()
        answers = {"matter_id": str(matter.id), **answers}
    return keep_draft(owner.id, DRAFT_KIND, answers, at=at)


def draft_matter(draft: Draft) -> Matter:
    """The matter that the report of this draft will be."""
    return db.session.get_one(Matter, uuid.UUID(draft.answers["matter_id"]))


def waiting_evidence(owner: Person) -> list[WaitingEvidence]:
    """The files that wait for somebody's report to be sent, in the order in which they were added."""
    return list(
        db.session.execute(
            sa.select(WaitingEvidence).where(WaitingEvidence.owner_id == owner.id).order_by(WaitingEvidence.number)
        ).scalars()
    )


def add_waiting_evidence(
    draft: Draft, sealed: SealedFile, *, file_name: str, description: str, by: Person, at: datetime
) -> WaitingEvidence:
    """Name a sealed file as evidence of a draft. Raises InvalidInput at too many files."""
    if draft.owner_id != by.id:
        raise AlreadyDone("This draft is somebody else's.")
    there = waiting_evidence(by)
    if len(there) >= MOST_FILES:
        raise InvalidInput(
            f"You can add {MOST_FILES} files. Send the report with these, and give HR the others later.", field="file"
        )
    matter = draft_matter(draft)
    item = WaitingEvidence(
        owner_id=by.id,
        matter_id=matter.id,
        matter=matter,
        number=there[-1].number + 1 if there else 1,
        stored_as=sealed.stored_as,
        sha256=sealed.sha256,
        size=sealed.size,
        media_type=sealed.kind.media_type,
        added_at=at,
    )
    item.file_name, item.description = file_name, description
    db.session.add(item)
    return item


def remove_waiting_evidence(owner: Person, evidence_id: uuid.UUID) -> str:
    """Take a file back before sending. Gives the name under which it lies on disk, to be deleted after the commit.

    A file of somebody else's is the same as no such file: whether anybody prepares a report is secret.
    """
    for item in waiting_evidence(owner):
        if item.id == evidence_id:
            db.session.delete(item)
            return item.stored_as
    raise NothingHere(secret=True)


def throw_draft_away(draft: Draft, *, by: Person) -> list[str]:
    """Delete a draft with its files and keys. Gives the names on disk, to be deleted after the commit."""
    files = waiting_evidence(by)
    matter = draft_matter(draft)
    for item in files:
        db.session.delete(item)
    db.session.flush()
    key = matter.data_key
    db.session.delete(matter)
    db.session.flush()
    db.session.delete(key)
    discard_draft(draft)
    return [item.stored_as for item in files]
