"""What an allegation must have: words, a day, a category, and paragraphs of the policy that was in force that day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.db import db
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.hr_cases.models import Allegation, AllegationParagraph, Case, ConductCapacity, UnrecordedPolicy
from app.hr_cases.operations.guards import need
from app.hr_cases.queries.records import paragraphs_by_id
from app.policy.models import PolicyParagraph, PolicyVersion
from app.policy.queries import earliest_version, pack, version_in_force


@dataclass(frozen=True)
class AllegationDraft:
    """One thing that is to be alleged."""

    wording: str
    category: str
    paragraph_ids: tuple[uuid.UUID, ...]
    happened_on: date
    capacity: ConductCapacity


@dataclass(frozen=True)
class PolicyBasis:
    """What a case relies on: the version of the day, or what HR chose with a reason where that is not recorded."""

    version: PolicyVersion
    chosen: UnrecordedPolicy | None = None
    reason: str = ""

    @property
    def code_only(self) -> bool:
        """Whether no paragraph of the policy is cited."""
        return self.chosen is UnrecordedPolicy.CODE_OF_CONDUCT

    def covers(self, day: date) -> bool:
        """Whether conduct of this day can be dealt with so: one version for a case, and the choice for days before it."""
        is_before = self.chosen is not None and day < self.version.effective_on
        return is_before or (not self.code_only and self.version.in_force_on(day))


def basis_of(case: Case) -> PolicyBasis:
    """What a case relies on already."""
    return PolicyBasis(case.policy_version, case.unrecorded_policy, case.policy_reason)


def basis_for(day: date, chosen: UnrecordedPolicy | None, reason: str) -> PolicyBasis:
    """What conduct of a day relies on. Before the first version on record HR chooses, with a reason (domain 3.6)."""
    version = version_in_force(day)
    if version is not None:
        return PolicyBasis(version)
    earliest = earliest_version()
    if earliest is None or day >= earliest.effective_on:
        raise InvalidInput(f"No version of the policy was in force on {uk_date(day)}. Check the day", field="happened_on")
    if chosen is None:
        raise InvalidInput(
            f"The version of {uk_date(day)} is not recorded. Select what the case relies on, or correct the day",
            field="policy_choice",
        )
    return PolicyBasis(earliest, chosen, need(reason, "Enter why the case relies on this", "policy_reason"))


def check_drafts(drafts: Sequence[AllegationDraft], today: date, basis: PolicyBasis) -> None:
    """Ask whether all drafts can be alleged on this basis.

    Refuses (422) no draft at all, empty words, a day in the future or not covered by the basis, unknown categories, and
    paragraphs that are not of its version.
    """
    check_days(drafts, today)
    for draft in drafts:
        need(draft.wording, "Enter what is alleged", "wording")
        if draft.category not in {category.code for category in pack().categories}:
            raise InvalidInput("Select what kind of breach it would be", field="category")
        if not basis.covers(draft.happened_on):
            raise InvalidInput(_not_covered(basis, draft.happened_on), field="happened_on")
        _check_paragraphs(draft, basis)


def check_days(drafts: Sequence[AllegationDraft], today: date) -> None:
    """Ask for at least one draft, and for days that are not ahead."""
    if not drafts:
        raise InvalidInput("Enter at least one allegation", field="wording")
    if max(draft.happened_on for draft in drafts) > today:
        raise InvalidInput("The day on which it happened must be today or in the past", field="happened_on")


def _not_covered(basis: PolicyBasis, day: date) -> str:
    if basis.code_only:
        return (
            f"On {uk_date(day)} the policy was in force, and this case relies on the code of conduct only: leave this out, "
            "or deal with it in a case of its own."
        )
    return (
        f"{basis.version.title}, {basis.version.label} was not in force on {uk_date(day)}. A case is decided under one "
        "version of the policy: leave this out, or deal with it in a case of its own."
    )


def _check_paragraphs(draft: AllegationDraft, basis: PolicyBasis) -> None:
    version = basis.version
    if basis.code_only:
        if draft.paragraph_ids:
            raise InvalidInput("Select no paragraph: the case relies on the code of conduct only", field="paragraphs")
        return
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
