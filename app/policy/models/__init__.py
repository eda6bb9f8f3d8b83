"""The installation, policy documents with their versions and drafts, acknowledgements, and closed days."""

from app.policy.models.acknowledging import (
    NOT_ASKED,
    Acknowledgement,
    AgreedBy,
    AgreementNote,
    NoteKind,
    PolicyAsk,
    may_attest,
)
from app.policy.models.coverage import CoverageRow, ShownRow, shown
from app.policy.models.drafts import DRAFT_TRANSITIONS, DraftParagraph, DraftStatus, PolicyDraft
from app.policy.models.formats import FORMAT_TRANSITIONS, Format, FormatRequest, FormatStatus
from app.policy.models.installation import KEEP_CLOSED_DAYS, ClosedDay, Installation, may_keep_closed_days
from app.policy.models.keeping import PolicyReview, RevisionCause, RevisionReason, SchoolAdoption
from app.policy.models.reminders import SEES_REMINDERS, RemindedBy, ReminderTo, ReminderTurn, TeamReminder
from app.policy.models.switches import SET_HERE, SET_THE_SWITCHES, LocalSetting, may_set_switches
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
    "FORMAT_TRANSITIONS",
    "GUARDIANS",
    "KEEP_CLOSED_DAYS",
    "NOT_ASKED",
    "SEES_KEEPING",
    "SEES_REMINDERS",
    "SET_HERE",
    "SET_THE_SWITCHES",
    "UNDATED_FROM",
    "Acknowledgement",
    "AgreedBy",
    "AgreementNote",
    "ClosedDay",
    "CoverageRow",
    "DraftParagraph",
    "DraftStatus",
    "Format",
    "FormatRequest",
    "FormatStatus",
    "Installation",
    "LocalSetting",
    "NoteKind",
    "PolicyApproval",
    "PolicyAsk",
    "PolicyDocument",
    "PolicyDraft",
    "PolicyParagraph",
    "PolicyReview",
    "PolicyVersion",
    "Precision",
    "RemindedBy",
    "ReminderTo",
    "ReminderTurn",
    "ReviewBasis",
    "RevisionCause",
    "RevisionReason",
    "SchoolAdoption",
    "ShownRow",
    "TeamReminder",
    "day_in_words",
    "due_day",
    "may_attest",
    "may_keep_closed_days",
    "may_set_switches",
    "shown",
]
