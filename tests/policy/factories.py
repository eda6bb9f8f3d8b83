"""Drafts and versions for tests of the policy."""

from datetime import date, timedelta
from typing import Any

from app.core.db import commit, db
from app.people.models import Person
from app.policy.models import PolicyDocument, PolicyDraft, PolicyVersion, Precision, ReviewBasis
from app.policy.operations import (
    DraftDetails,
    begin_draft,
    describe_draft,
    publish_draft,
    record_approval,
    send_for_approval,
)
from app.policy.queries import document_called, draft_by_id
from tests.conftest import NOW
from tests.factories import Factory

SLUG = "social-media-policy"
TODAY, DAY = NOW.date(), timedelta(days=1)


def the_document() -> PolicyDocument:
    """The one policy of the council."""
    found = document_called(SLUG)
    assert found is not None
    return found


def another_document(make: Factory, slug: str) -> PolicyDocument:
    """A document beside the council's policy."""
    made: PolicyDocument = make.keep(
        PolicyDocument(slug=slug, title="Policy", next_review_on=TODAY, review_shown_from=TODAY,
                       review_counted_from=TODAY, review_basis=ReviewBasis.CHOSEN)
    )  # fmt: skip
    return made


def details(**changed: Any) -> DraftDetails:
    """Everything that is asked for beside the text."""
    values: dict[str, Any] = {
        "label": "Version 3", "guardian": "Human Resources", "owner": "", "reviewer": "", "effective_on": TODAY + DAY,
        "next_review_on": date(2030, 3, 1), "next_review_precision": Precision.MONTH, "is_material": True,
        "change_note": "Home computers are told apart from phones.", "linked_documents": "Employee Code of Conduct",
    }  # fmt: skip
    return DraftDetails(**{**values, **changed})


def drafted(by: Person, **changed: Any) -> PolicyDraft:
    """A draft with all that is said about it."""
    draft = begin_draft(the_document(), by=by, at=NOW)
    describe_draft(draft, details(**changed), by=by, at=NOW)
    commit()
    return again(draft)


def again(draft: PolicyDraft) -> PolicyDraft:
    """The draft as it stands in the database."""
    db.session.expire_all()
    found = draft_by_id(draft.id)
    assert found is not None
    return found


def published(by: Person, **changed: Any) -> PolicyVersion:
    """A version that followed the one in force."""
    draft = drafted(by, **changed)
    send_for_approval(draft, by=by, at=NOW)
    record_approval(draft, "LJC", TODAY, by=by, at=NOW)
    made = publish_draft(draft, answers=(), by=by, at=NOW)
    commit()
    return made
