"""The installation, policy documents with their versions and drafts, acknowledgements, and closed days."""

from app.policy.models.acknowledging import Acknowledgement
from app.policy.models.drafts import DRAFT_TRANSITIONS, DraftParagraph, DraftStatus, PolicyDraft
from app.policy.models.installation import KEEP_CLOSED_DAYS, ClosedDay, Installation, may_keep_closed_days
from app.policy.models.keeping import PolicyReview, RevisionCause, RevisionReason, SchoolAdoption
from app.policy.models.versions import (
    GUARDIANS,
    SEES_KEEPING,
    UNDATED_FROM,
    PolicyApproval,
    PolicyDocument,
    PolicyParagraph,
    PolicyVersion,
    Precision,
    ReviewBasis,
    day_in_words,
    due_day,
)

__all__ = [
    "DRAFT_TRANSITIONS",
    "GUARDIANS",
    "KEEP_CLOSED_DAYS",
    "SEES_KEEPING",
    "UNDATED_FROM",
    "Acknowledgement",
    "ClosedDay",
    "DraftParagraph",
    "DraftStatus",
    "Installation",
    "PolicyApproval",
    "PolicyDocument",
    "PolicyDraft",
    "PolicyParagraph",
    "PolicyReview",
    "PolicyVersion",
    "Precision",
    "ReviewBasis",
    "RevisionCause",
    "RevisionReason",
    "SchoolAdoption",
    "day_in_words",
    "due_day",
    "may_keep_closed_days",
]
