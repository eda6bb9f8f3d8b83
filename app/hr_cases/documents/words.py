"""The words that case documents use for what records keep as enums, figures and fingerprints."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final

from app.breach_reports.models import Route
from app.core.presentation import count_words, uk_date, uk_datetime, uk_weekday_date
from app.hr_cases.models import (
    Appeal,
    AppealResult,
    Attribution,
    Basis,
    Bearing,
    CaseToAnswer,
    ClosingAnswer,
    CompanionKind,
    ConductCapacity,
    EvidenceKind,
    Finding,
    LeavingDecision,
    Letter,
    LetterKind,
    Manner,
    MayComeAnotherWay,
    PauseReason,
    Proof,
    ReappointmentReason,
    Recommendation,
    ReliedOnWarning,
    ReportState,
    Standing,
    StatementKind,
    StatementState,
    Visibility,
)
from app.policy.queries import outcome_label

_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (ConductCapacity.OFFICIAL, "For the organisation"),
    (ConductCapacity.PERSONAL, "Personal"),
    (ConductCapacity.NAMED_THE_COUNCIL, "Personal, but naming the organisation"),
    (EvidenceKind.POST, "Post"),
    (EvidenceKind.COMMENT, "Comment"),
    (EvidenceKind.REPOST, "Repost of somebody else's post"),
    (EvidenceKind.IMAGE, "Picture"),
    (EvidenceKind.MESSAGE, "Message"),
    (EvidenceKind.LOG, "Log"),
    (EvidenceKind.DOCUMENT, "Document"),
    (Visibility.PUBLIC, "Anyone"),
    (Visibility.MEMBERS, "Members of a group"),
    (Visibility.FRIENDS, "Friends or followers"),
    (Visibility.SUPPLIED, "Supplied to Human Resources by somebody who could see it"),
    (Visibility.NOT_KNOWN, "Not known"),
    (Attribution.PRESUMED, "Presumed to be the account holder's"),
    (Attribution.ADMITTED, "Admitted"),
    (Attribution.DISPUTED, "Disputed"),
    (Attribution.REBUTTED, "Shown to be somebody else's"),
    (Attribution.NOT_APPLICABLE, "Does not apply"),
    (Bearing.FOR, "for"),
    (Bearing.AGAINST, "against"),
    (StatementKind.INTERVIEW, "Interview"),
    (StatementKind.WRITTEN, "Written statement"),
    (StatementKind.SUBJECT_REPLY, "Reply of the person concerned"),
    (StatementState.SENT_FOR_CHECKING, "Sent for checking, no answer recorded"),
    (StatementState.AGREED, "Agreed"),
    (Manner.FILE, "The file"),
    (Manner.COPY, "Another copy of the file"),
    (Manner.WORDS, "A description in words"),
    (Manner.WITHHELD, "Nothing: the file is withheld"),
    (Manner.NOT_RELIED_ON, "Nothing: the hearing does not rely on it"),
    (StatementState.AGREED_WITH_AMENDMENTS, "Agreed with amendments"),
    (StatementState.NOT_AGREED, "Not agreed"),
    (Finding.ESTABLISHED, "Established"),
    (Finding.NOT_ESTABLISHED, "Not established"),
    (Finding.UNABLE, "Unable to conclude"),
    (Basis.UNCONTESTED, "The facts are not contested"),
    (Basis.CONTESTED, "The facts are contested"),
    (Basis.UNSUBSTANTIATED, "Nothing supports the allegation"),
    (Recommendation.FORMAL, "Formal action"),
    (Recommendation.INFORMAL, "Informal action"),
    (Recommendation.NO_FURTHER_ACTION, "No further action"),
    (ReportState.DRAFT, "Draft"),
    (ReportState.SUBMITTED, "Submitted for review"),
    (ReportState.RETURNED, "Returned to the investigator"),
    (ReportState.ACCEPTED, "Accepted"),
    (PauseReason.POLICE, "at the request of the police"),
    (PauseReason.SAFEGUARDING, "for a safeguarding process"),
    (PauseReason.GRIEVANCE, "for a grievance"),
    (PauseReason.SICKNESS, "because of sickness"),
    (PauseReason.COMPANION, "because a companion was not available"),
    (PauseReason.OTHER, "for another reason"),
    (CaseToAnswer.NO_CASE, "No case to answer"),
    (CaseToAnswer.INFORMAL, "To be dealt with informally"),
    (CaseToAnswer.CASE_TO_ANSWER, "A case to answer at a hearing"),
    (Standing.NO_CASE, "No case to answer, and not taken further"),
    (Standing.INFORMAL, "Dealt with informally, without a hearing"),
    (Standing.TO_BE_HEARD, "To be answered at the hearing"),
    (Standing.HEARD, "Heard, and not decided yet"),
    (Standing.PROVED, "Found proved at the hearing"),
    (Standing.PARTLY, "Found proved in part at the hearing"),
    (Standing.NOT_PROVED, "Found not proved at the hearing"),
    (CompanionKind.FELLOW_WORKER, "a fellow worker"),
    (CompanionKind.UNION_REPRESENTATIVE, "a trade union representative"),
    (CompanionKind.UNION_OFFICIAL, "an official of a trade union"),
    (CompanionKind.OTHER, "somebody else"),
    (Proof.PROVED, "Proved"),
    (Proof.PARTLY, "Proved in part"),
    (Proof.NOT_PROVED, "Not proved"),
    (AppealResult.DISMISSED, "Dismissed"),
    (AppealResult.ALLOWED, "Allowed"),
    (AppealResult.ALLOWED_IN_PART, "Allowed in part"),
    (ClosingAnswer.DONE, "Done"),
    (ClosingAnswer.NOT_APPLICABLE, "Does not apply"),
    (LetterKind.INVESTIGATION, "Notice of the investigation"),
    (LetterKind.NO_CASE, "No case to answer"),
    (LetterKind.INFORMAL, "To be dealt with informally"),
    (LetterKind.HEARING, "Notice of the hearing"),
    (LetterKind.POSTPONED, "Hearing postponed"),
    (LetterKind.OUTCOME, "Outcome"),
    (LetterKind.APPEAL_RECEIVED, "Appeal received"),
    (LetterKind.APPEAL_RESULT, "Result of the appeal"),
    (LetterKind.REAPPOINTMENT, "Somebody else deals with the case"),
    (LetterKind.ENDED, "The case has ended"),
    (LeavingDecision.GO_ON, "The case goes on"),
    (LeavingDecision.CLOSE, "The case is ended"),
    (ReappointmentReason.LEAVING, "leaves the organisation or this work"),
    (ReappointmentReason.AWAY, "is away for too long"),
    (ReappointmentReason.CONFLICT, "has a conflict of interest"),
    (ReappointmentReason.OTHER, "another reason"),
)
# By kind of enum as well: two enums of strings with the same value are equal to each other.
_WORDS: Final[Mapping[tuple[type, Enum], str]] = {(type(value), value): words for value, words in _PAIRS}

ROUTES: Final[Mapping[Route, str]] = {
    Route.CASE: "open a case",
    Route.WHISTLEBLOWING: "refer under the whistleblowing procedure",
    Route.SAFEGUARDING: "refer to safeguarding",
    Route.GRIEVANCE: "treat as a grievance",
    Route.MONITORING_OFFICER: "refer to the Monitoring Officer",
    Route.EMPLOYER: "refer to the employer",
    Route.SCHOOL: "refer to the school",
    Route.PROBLEM_SOLVING: "take the problem-solving path",
    Route.ADVICE: "give advice",
    Route.DUPLICATE: "treat as a duplicate",
    Route.NO_FURTHER_ACTION: "no further action",
}

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "application/pdf": "PDF document",
    "text/plain": "Plain text",
}

_KILOBYTE = 1000
_GROUP = 8


def words_for(value: Enum | None) -> str:
    """What a document prints for an enum of a record; nothing for None."""
    return "" if value is None else _WORDS[type(value), value]


def letter_name(letter: Letter, appeal: Appeal | None) -> str:
    """How a letter is called where several stand together: those about an appeal are told apart by what they say."""
    if letter.kind is not LetterKind.APPEAL_RECEIVED or appeal is None or letter.issued_at == appeal.received_at:
        return words_for(letter.kind)
    return "Late appeal is heard" if letter.issued_at == appeal.late_judged_at else "Who hears the appeal"


def came_words(record: MayComeAnotherWay, recorded_by: str, recorded_at: datetime | None) -> str:
    """How and when something came that HR recorded, and who recorded it when; nothing for what came through Probity."""
    if record.came_by is None or recorded_at is None:
        return ""
    came = f"{uk_date(record.came_on)}, {record.came_by.words}"
    return f"{came}. Recorded by {recorded_by}, Human Resources, on {uk_date(recorded_at)}"


def relied_on_words(relied: ReliedOnWarning) -> str:
    """A warning that an outcome relied on, as it stood then, and that an appeal changed it since if one did."""
    live = f"given on {uk_date(relied.issued_on)}, live up to and including {uk_weekday_date(relied.last_live_day)}"
    changed = f". An appeal changed it on {uk_date(relied.changed_on)}" if relied.changed_on else ""
    return f"{outcome_label(relied.kind)}, {live}{changed}"


def size_words(size: int) -> str:
    """The size of a file as people read it: "812 bytes", "184 KB", "3.2 MB"."""
    if size < _KILOBYTE:
        return count_words(size, "byte")
    if size < _KILOBYTE**2:
        return f"{max(1, round(size / _KILOBYTE))} KB"
    return f"{size / _KILOBYTE**2:.1f} MB"


def fingerprint_groups(fingerprint: str) -> str:
    """A fingerprint in groups that two people can compare by eye."""
    return " ".join(fingerprint[start : start + _GROUP] for start in range(0, len(fingerprint), _GROUP))


def when_words(when: date | datetime | None) -> str:
    """A day, or a moment with its time in Europe/London."""
    return uk_datetime(when) if isinstance(when, datetime) else uk_date(when)


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:") + "…"
