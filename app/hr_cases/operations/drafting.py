"""What an allegation must have: words, a day, a category, and paragraphs of the policy that was in force that day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.hr_cases.models import Allegation, AllegationParagraph, Case, ConductCapacity
from app.hr_cases.operations.guards import need
from app.hr_cases.queries.records import paragraphs_by_id
from app.policy.models import PolicyParagraph, PolicyVersion
from app.policy.queries import pack, version_in_force


@dataclass(frozen=True)
class AllegationDraft:
    """One thing that is to be alleged."""

    wording: str
    category: str
    paragraph_ids: tuple[uuid.UUID, ...]
    happened_on: date
    capacity: ConductCapacity


def check_drafts(
    drafts: Sequence[AllegationDraft], today: date, *, version: PolicyVersion | None = None
) -> PolicyVersion:
    """The version of the policy that all drafts rely on: that of the first day of conduct, or the case's own.

    Refuses (422) no draft at all, empty words, a day in the future or without a policy, days under different
    versions, unknown categories, and paragraphs that are not of the version.
    """
    if not drafts:
        raise InvalidInput("Enter at least one allegation", field="wording")
    for draft in drafts:
        need(draft.wording, "Enter what is alleged", "wording")
        if draft.happened_on > today:
            raise InvalidInput("The day on which it happened must be today or in the past", field="happened_on")
        if draft.category not in {category.code for category in pack().categories}:
            raise InvalidInput("Select what kind of breach it would be", field="category")
    version = version or _in_force(min(draft.happened_on for draft in drafts))
    for draft in drafts:
        if not version.in_force_on(draft.happened_on):
            raise InvalidInput(
                f"{version.title}, {version.label} was not in force on {uk_date(draft.happened_on)}. A case is decided "
                "under one version of the policy: leave this out, or deal with it in a case of its own.",
                field="happened_on",
            )
        _check_paragraphs(draft, version)
    return version


def _in_force(day: date) -> PolicyVersion:
    version = version_in_force(day)
    if version is None:
        raise InvalidInput(
            f"No version of the policy was in force on {uk_date(day)}. Enter another day, or deal with it under the "
            "code of conduct only.",
            field="happened_on",
        )
    return version


def _check_paragraphs(draft: AllegationDraft, version: PolicyVersion) -> None:
    if not draft.paragraph_ids:
        raise InvalidInput("Select at least one paragraph of the policy", field="paragraphs")
    known = {paragraph.id for paragraph in paragraphs_by_id(draft.paragraph_ids) if paragraph.version_id == version.id}
    if known != set(draft.paragraph_ids):
        raise InvalidInput(
            f"Select paragraphs of {version.title}, {version.label}, which was in force on that day", field="paragraphs"
        )


def new_allegation(case: Case, number: int, draft: AllegationDraft) -> Allegation:
    """A new allegation of a case, from a checked draft."""
    paragraphs = paragraphs_by_id(draft.paragraph_ids)
    allegation = Allegation(case=case, case_id=case.id, number=number)
    _write(allegation, draft, paragraphs)
    db.session.add(allegation)
    return allegation


def rewrite_allegation(allegation: Allegation, draft: AllegationDraft) -> None:
    """Give an allegation the words, day, category and paragraphs of a checked draft."""
    _write(allegation, draft, paragraphs_by_id(draft.paragraph_ids))


def _write(allegation: Allegation, draft: AllegationDraft, paragraphs: Sequence[PolicyParagraph]) -> None:
    allegation.wording = draft.wording.strip()
    allegation.category = draft.category
    allegation.happened_on = draft.happened_on
    allegation.capacity = draft.capacity
    kept = {link.paragraph_id: link for link in allegation.paragraphs}
    allegation.paragraphs = [
        kept.get(paragraph.id) or AllegationParagraph(paragraph_id=paragraph.id, paragraph=paragraph)
        for paragraph in paragraphs
    ]
