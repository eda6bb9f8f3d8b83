"""Which version of the policy held on a day, its paragraphs, and what its guardian keeps about it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.errors import NothingHere
from app.core.plain_letters import name_key, plain_letters
from app.core.registries import Viewer
from app.people.everybody import carries, opening
from app.people.models import Person, PersonKind
from app.policy.models import (
    GUARDIANS,
    SEES_KEEPING,
    PolicyDocument,
    PolicyDraft,
    PolicyParagraph,
    PolicyReview,
    PolicyVersion,
    RevisionReason,
    SchoolAdoption,
)

REVIEW = "policy:review"


def in_force(day: Any, version: Any = PolicyVersion) -> sa.ColumnElement[bool]:
    """`PolicyVersion.in_force_on` as a condition of a query."""
    return sa.and_(version.effective_on <= day, sa.or_(version.superseded_on.is_(None), version.superseded_on > day))


def current_version(day: date) -> PolicyVersion:
    """The version of the policy in force on a day. Raises NothingHere if none was."""
    found = version_in_force(day)
    if found is None:
        raise NothingHere("No version of the policy was in force on that day.")
    return found


def version_in_force(day: date) -> PolicyVersion | None:
    """The version of the policy that held on a day, or None."""
    return db.session.execute(
        sa.select(PolicyVersion)
        .where(in_force(day))
        .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.id)
        .limit(1)
    ).scalar_one_or_none()


def earliest_version() -> PolicyVersion | None:
    """The version of the policy that held before every other on record; none that was withdrawn."""
    return db.session.execute(
        sa.select(PolicyVersion)
        .where(PolicyVersion.withdrawn_at.is_(None))
        .order_by(PolicyVersion.effective_on, PolicyVersion.id)
        .limit(1)
    ).scalar_one_or_none()


def version_with_paragraphs(slug: str, day: date) -> PolicyVersion | None:
    """The version of a document in force on a day with all its paragraphs, for reading."""
    return (
        db.session.execute(
            sa.select(PolicyVersion)
            .where(PolicyVersion.slug == slug, in_force(day))
            .options(joinedload(PolicyVersion.paragraphs))
        )
        .unique()
        .scalar_one_or_none()
    )


def latest_published(slug: str, *, before: date | None = None) -> PolicyVersion | None:
    """The version that the next one follows, with its paragraphs and who approved it; it need not be in force yet.

    With a day, the version that one which holds from that day followed.
    """
    earlier = [PolicyVersion.effective_on < before] if before is not None else []
    query = (
        sa.select(PolicyVersion)
        .where(PolicyVersion.slug == slug, PolicyVersion.withdrawn_at.is_(None), *earlier)
        .options(joinedload(PolicyVersion.paragraphs), selectinload(PolicyVersion.approvals))
        .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.id)
        .limit(1)
    )
    return db.session.execute(query).unique().scalar_one_or_none()


def followed_by(draft: PolicyDraft) -> PolicyVersion | None:
    """The version from which a draft differs: the one that it follows, or followed once it was published."""
    return latest_published(draft.slug, before=draft.published.effective_on if draft.published else None)


def version_called(slug: str, version_id: uuid.UUID) -> PolicyVersion | None:
    """One version of a document at its address, in force or not, with who published and who withdrew it."""
    return db.session.execute(
        sa.select(PolicyVersion)
        .where(PolicyVersion.slug == slug, PolicyVersion.id == version_id)
        .options(
            joinedload(PolicyVersion.document), joinedload(PolicyVersion.published_by),
            joinedload(PolicyVersion.withdrawn_by),
        )
    ).scalar_one_or_none()  # fmt: skip


def labels_of(slug: str) -> set[str]:
    """What the versions of a document are called, withdrawn ones too."""
    return set(db.session.execute(sa.select(PolicyVersion.label).where(PolicyVersion.slug == slug)).scalars())


def versions_to_come(slug: str, day: date) -> list[PolicyVersion]:
    """The versions that are published and begin to hold after a day, the next one first."""
    return list(
        db.session.execute(
            sa.select(PolicyVersion)
            .where(PolicyVersion.slug == slug, PolicyVersion.effective_on > day, PolicyVersion.withdrawn_at.is_(None))
            .order_by(PolicyVersion.effective_on, PolicyVersion.id)
        ).scalars()
    )


def version_as_published(slug: str, version_id: uuid.UUID) -> PolicyVersion | None:
    """One exact version of a document with all its paragraphs, in force, before or to come; none that was withdrawn."""
    return (
        db.session.execute(
            sa.select(PolicyVersion)
            .where(PolicyVersion.slug == slug, PolicyVersion.id == version_id, PolicyVersion.withdrawn_at.is_(None))
            .options(joinedload(PolicyVersion.paragraphs))
        )
        .unique()
        .scalar_one_or_none()
    )


def matching(version: PolicyVersion, words: str) -> list[PolicyParagraph]:
    """The paragraphs of a version in which each of these words stands, whatever its letters look like."""
    wanted = plain_letters(words).split()
    return [one for one in version.paragraphs if wanted and all(word in _searched(one) for word in wanted)]


def _searched(paragraph: PolicyParagraph) -> str:
    return plain_letters(f"{paragraph.number} {paragraph.section} {paragraph.heading} {paragraph.summary}")


def anchor_of(slug: str, number: str, day: date) -> str | None:
    """Where a paragraph of the version in force on a day stands on its page; None where it has none of this number."""
    return db.session.execute(
        sa.select(PolicyParagraph.anchor)
        .join(PolicyParagraph.version)
        .where(PolicyVersion.slug == slug, in_force(day), PolicyParagraph.number == number)
    ).scalar_one_or_none()


def paragraphs_by_number(version: PolicyVersion, numbers: Iterable[str]) -> list[PolicyParagraph]:
    """The paragraphs of a version with these numbers, in its order."""
    return list(
        db.session.execute(
            sa.select(PolicyParagraph)
            .where(PolicyParagraph.version_id == version.id, PolicyParagraph.number.in_(list(numbers)))
            .order_by(PolicyParagraph.position)
        ).scalars()
    )


def document_called(slug: str) -> PolicyDocument | None:
    """The document at an address."""
    return db.session.execute(sa.select(PolicyDocument).where(PolicyDocument.slug == slug)).scalar_one_or_none()


def versions_of(slug: str, *, most: int = 50) -> list[PolicyVersion]:
    """The versions of a document, newest first, each with who approved it, who published and who withdrew it.

    What was withdrawn stands among them, below what took its place.
    """
    return list(
        db.session.execute(
            sa.select(PolicyVersion)
            .where(PolicyVersion.slug == slug)
            .options(
                selectinload(PolicyVersion.approvals), joinedload(PolicyVersion.published_by),
                joinedload(PolicyVersion.withdrawn_by),
            )
            .order_by(PolicyVersion.effective_on.desc(), PolicyVersion.withdrawn_at.is_not(None), PolicyVersion.id)
            .limit(most)
        ).scalars()
    )


@dataclass(frozen=True)
class Changed:
    """One paragraph that a version has differently from the one before it."""

    number: str
    heading: str
    what: str


def changes_between(before: Iterable[Any], after: Iterable[Any]) -> list[Changed]:
    """Which paragraphs are new, worded differently, moved or left out; of versions and drafts alike."""
    old = {one.number: one for one in before}
    new = {one.number: one for one in after}
    moved = _moved([number for number in old if number in new], [number for number in new if number in old])
    changed = [
        Changed(number, one.heading, what) for number, one in new.items() if (what := _what(old.get(number), one, moved))
    ]
    return changed + [Changed(number, one.heading, "left out") for number, one in old.items() if number not in new]


def facts_as_before(before: Iterable[Any], after: Iterable[Any]) -> list[Any]:
    """Paragraphs without a number of their own, such as those of a front page, that tell a date, a version or another figure
    and that a new version words as the one before it: most of those are no longer so.
    """
    old = {one.number: one.summary for one in before}
    return [
        one for one in after
        if not one.number[:1].isdigit() and old.get(one.number) == one.summary and any(map(str.isdigit, one.summary))
    ]  # fmt: skip


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest numbers that need to have moved for one order to have become the other."""
    kept = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return set(after) - {number for block in kept for number in before[block.a : block.a + block.size]}


def _what(before: Any, after: Any, moved: set[str]) -> str:
    if before is None:
        return "new"
    words = [] if (before.heading, before.summary) == (after.heading, after.summary) else ["changed"]
    return " and ".join([*words, *(["moved"] if after.number in moved else [])])


def paragraphs_of(version_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PolicyParagraph]]:
    """The paragraphs of some versions, each in its order."""
    rows = db.session.execute(
        sa.select(PolicyParagraph)
        .where(PolicyParagraph.version_id.in_(list(version_ids)))
        .order_by(PolicyParagraph.position, PolicyParagraph.id)
    ).scalars()
    found: dict[uuid.UUID, list[PolicyParagraph]] = {}
    for paragraph in rows:
        found.setdefault(paragraph.version_id, []).append(paragraph)
    return found


def changes_of_versions(versions: Sequence[PolicyVersion], day: date) -> dict[uuid.UUID, list[Changed]]:
    """What each version in force or to come changed against the one before it, by version; of them all, newest first."""
    standing = [version for version in versions if not version.is_withdrawn]
    pairs = [(new, old) for new, old in pairwise(standing) if new.superseded_on is None or new.superseded_on > day]
    texts = paragraphs_of({one.id for pair in pairs for one in pair}) if pairs else {}
    return {new.id: changes_between(texts.get(old.id, ()), texts.get(new.id, ())) for new, old in pairs}


def open_draft(slug: str) -> PolicyDraft | None:
    """The next version of a document, while it is written and approved."""
    return db.session.execute(
        sa.select(PolicyDraft)
        .where(PolicyDraft.slug == slug, PolicyDraft.ended_at.is_(None))
        .options(joinedload(PolicyDraft.started_by))
    ).scalar_one_or_none()


def draft_by_id(draft_id: uuid.UUID) -> PolicyDraft | None:
    """A draft with its paragraphs, its approvals and its document."""
    return db.session.execute(
        sa.select(PolicyDraft)
        .where(PolicyDraft.id == draft_id)
        .options(
            selectinload(PolicyDraft.paragraphs), selectinload(PolicyDraft.approvals), joinedload(PolicyDraft.document),
            joinedload(PolicyDraft.started_by), joinedload(PolicyDraft.ended_by),
        )
    ).scalar_one_or_none()  # fmt: skip


def reasons_of(slug: str, *, only_open: bool = False, most: int = 50) -> list[RevisionReason]:
    """Why a document should be revised, latest change first, with what answered it."""
    query = (
        sa.select(RevisionReason)
        .where(RevisionReason.slug == slug, *([RevisionReason.answered_on.is_(None)] if only_open else []))
        .options(joinedload(RevisionReason.recorded_by), joinedload(RevisionReason.version))
        .order_by(RevisionReason.changed_on.desc(), RevisionReason.id)
        .limit(most)
    )
    return list(db.session.execute(query).scalars())


def last_review(slug: str) -> PolicyReview | None:
    """The last time a document was looked at and kept as it is."""
    return db.session.execute(
        sa.select(PolicyReview)
        .join(PolicyVersion, PolicyVersion.id == PolicyReview.version_id)
        .where(PolicyVersion.slug == slug)
        .options(joinedload(PolicyReview.reviewed_by))
        .order_by(PolicyReview.at.desc(), PolicyReview.id)
        .limit(1)
    ).scalar_one_or_none()


def adoptions(slug: str, *, most: int = 500) -> list[SchoolAdoption]:
    """What each school decided about a document: what holds now by school, then what held before, latest first."""
    return list(
        db.session.execute(
            sa.select(SchoolAdoption)
            .where(SchoolAdoption.slug == slug)
            .options(joinedload(SchoolAdoption.recorded_by))
            .order_by(
                SchoolAdoption.until.is_not(None), SchoolAdoption.school, SchoolAdoption.decided_on.desc(), SchoolAdoption.id
            )
            .limit(most)
        ).scalars()
    )


def standing_adoption(slug: str, school: str) -> SchoolAdoption | None:
    """What one school decided last, however its name is typed."""
    return db.session.execute(
        sa.select(SchoolAdoption).where(
            SchoolAdoption.slug == slug, SchoolAdoption.school_key == name_key(school), SchoolAdoption.until.is_(None)
        )
    ).scalar_one_or_none()


def schools_of_staff(*, most: int = 500) -> list[str]:
    """The schools that are recorded as employing somebody, each once, in the spelling that most of their staff have."""
    rows = db.session.execute(
        sa.select(Person.employing_body)
        .where(Person.person_kind == PersonKind.SCHOOL_STAFF, Person.employing_body.is_not(None))
        .group_by(Person.employing_body)
        .order_by(sa.func.count().desc(), Person.employing_body)
        .limit(most)
    ).scalars()
    found: dict[str, str] = {}
    for school in rows:
        if school is not None and name_key(school):
            found.setdefault(name_key(school), " ".join(school.split()))
    return sorted(found.values(), key=name_key)


def to_review(viewer: Viewer, today: date) -> sa.Select[Any] | None:
    """For the guardians: the documents whose review comes near or is late, as due items."""
    if not viewer.holds(*GUARDIANS):
        return None
    columns: list[Any] = [
        sa.literal(REVIEW).label("name"), PolicyDocument.slug.label("key"), PolicyDocument.title.label("who"),
        PolicyDocument.next_review_on.label("due_on"),
    ]  # fmt: skip
    return sa.select(*columns).where(PolicyDocument.review_shown_from <= today)


def _kept(viewer: Viewer, _today: date) -> sa.Select[Any]:
    key: Any = PolicyDocument.slug.label("key")
    return sa.select(key).where(carries(viewer, *SEES_KEEPING))


keeping_open_to = opening(_kept)
