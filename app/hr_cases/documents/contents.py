"""What a case report says: frozen, in words ready to print, and independent of the database it came from.

Names come from records only. Whoever reported the matter is "the reporter" in every field.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.documents.pictures import Picture

THE_REPORTER = "The reporter"


@dataclass(frozen=True)
class PolicyLine:
    """A paragraph of the policy that an allegation relies on: its citation, heading and our summary of it."""

    cite: str
    heading: str
    summary: str


@dataclass(frozen=True)
class ChronologyRow:
    """One thing that happened; a plain date where the record keeps no time of day, with when it was written down."""

    when: date | datetime
    what: str
    by: str = ""
    noted_at: datetime | None = None


@dataclass(frozen=True)
class ExhibitFile:
    """The file of an exhibit: kind and size in words, its fingerprint, and what of it can be printed.

    ``check`` says in a sentence whether the sealed file is still the one that was fingerprinted. ``pictures`` are its
    printable pictures in order: several for a very long screen capture, none for a file that is no picture or cannot be
    read. ``text`` is the content of a plain text file. ``withheld``: the file is not for whom this copy is made.
    """

    kind: str
    size: str
    fingerprint: str
    check: str
    is_picture: bool = False
    pictures: tuple[Picture, ...] = ()
    text: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Exhibit:
    """One exhibit: what it is, how it was come by, for which allegations it matters, its words."""

    label: str
    title: str
    kind: str
    captured: str
    captured_by: str
    lawful_source: str
    visibility: str
    attribution: str
    address: str
    added: str
    bears_on: tuple[str, ...]
    cautions: tuple[str, ...] = ()
    transcript: str = ""
    file: ExhibitFile | None = None


@dataclass(frozen=True)
class StatementPart:
    """Somebody's account, with what they said of how it was written down. `part` says who they are without a name."""

    label: str
    person: str
    kind: str
    taken_on: date
    state: str
    present: str
    words: str
    amendments: str = ""
    part: str = "witness"


@dataclass(frozen=True)
class AllegationPart:
    """One allegation with the evidence either way and what the investigator found."""

    number: int
    category: str
    wording: str
    happened_on: date
    capacity: str
    cites: tuple[str, ...]
    evidence_for: tuple[Exhibit, ...] = ()
    evidence_against: tuple[Exhibit, ...] = ()
    finding: str = ""
    basis: str = ""
    reasons: str = ""


@dataclass(frozen=True)
class Investigation:
    """The investigation report as its author wrote it, beside the allegations."""

    version: int
    status: str
    author: str
    fingerprint: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    accepted_by: str
    background: str
    process: str
    mitigation: str
    equality: str
    recommendation: str
    recommendation_reasons: str
    other_matters: str


@dataclass(frozen=True)
class Judgement:
    """What was decided on one allegation, and why."""

    allegation: int
    result: str
    reasons: str


@dataclass(frozen=True)
class DecisionPart:
    """Whether there is a case to answer."""

    decision: str
    decided_by: str
    decided_at: datetime
    reasons: tuple[Judgement, ...]
    equality: str
    no_finding: str = ""


@dataclass(frozen=True)
class NoticePart:
    """A notice of the hearing, and the answer to it."""

    number: int
    issued_at: datetime
    hearing_at: datetime
    place: str
    papers_by: date
    dismissal_possible: bool
    companion: str
    reply: str
    reply_came: str = ""
    postponed_at: datetime | None = None
    postponed_reason: str = ""


@dataclass(frozen=True)
class HearingPart:
    """What happened at the hearing."""

    held_on: date
    in_absence: bool
    absence_reasons: str
    present: str
    minutes: str


@dataclass(frozen=True)
class OutcomePart:
    """What was decided after the hearing; a warning has its first and its last live day.

    ``relied_on`` are the live warnings that counted besides; None where the procedure knows no warnings.
    """

    outcome: str
    is_replaced: bool
    issued_on: date
    months: int | None
    last_live_day: date | None
    appeal_by: date | None
    decided_by: str
    findings: tuple[Judgement, ...]
    reasons: str
    mitigation: str
    change_required: str
    equality: str
    employment_ends_on: date | None = None
    notice: str = ""
    relied_on: tuple[str, ...] | None = None


@dataclass(frozen=True)
class AppealPart:
    """The appeal and what came of it."""

    received_at: datetime
    in_time: bool
    late: str
    grounds: str
    result: str
    stands: str
    decided_at: datetime | None
    decided_by: str
    result_reasons: str
    came: str = ""


@dataclass(frozen=True)
class ClosingPart:
    """When the matter became final and was closed, and what was settled before."""

    final_at: datetime | None
    closed_at: datetime | None
    items: tuple[tuple[str, str, str], ...]
    lessons: str


@dataclass(frozen=True)
class Afterwards:
    """What followed the investigation: never a part of the investigator's report."""

    decision: DecisionPart
    hearing_is_due: bool
    informal_note: str = ""
    notices: tuple[NoticePart, ...] = ()
    hearings: tuple[HearingPart, ...] = ()
    outcome: OutcomePart | None = None
    appeal: AppealPart | None = None
    closing: ClosingPart | None = None


@dataclass(frozen=True)
class LeavingPart:
    """What was decided because the person concerned leaves while their case is open."""

    last_working_day: date
    decision: str
    decided_at: datetime
    decided_by: str
    reasons: str
    no_finding: str = ""
    referral: str = ""
    stands: bool = True


@dataclass(frozen=True)
class PersonConcerned:
    """Whom the case is about, and what is on record of them that matters here.

    `acknowledged` says in words whether they had agreed to the version of the policy when it happened, as far as that was
    on record when the investigation report was sent; post, service and manager are those of the day of printing.
    """

    name: str
    post: str
    service: str
    line_manager: str
    kind: str
    started: date | None
    acknowledged: str
    told_at: datetime | None


@dataclass(frozen=True)
class LetterLine:
    """A letter that was sent to the person concerned."""

    kind: str
    issued_at: datetime
    fingerprint: str


@dataclass(frozen=True)
class CaseReport:
    """Everything that a case report says.

    ``issued_at`` is the recorded moment that makes the document what it is (acceptance of the investigation report, or
    the last decision after it); None while it is a draft. ``ending`` says how it ended to whom ``afterwards`` is not shown.
    ``generated_at`` is given by the caller, never by the clock.
    """

    reference: str
    organisation: str
    marking: str
    handling_line: str
    copy_line: str
    generated_at: datetime
    issued_at: datetime | None
    stage: str
    person: PersonConcerned
    investigator: str
    commissioned_by: str
    commissioned_at: datetime | None
    terms: str
    plan: str
    policy_name: str
    policy_in_force: str
    report_reference: str
    received_at: datetime
    allegations: tuple[AllegationPart, ...] = ()
    paragraphs: tuple[PolicyLine, ...] = ()
    chronology: tuple[ChronologyRow, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[StatementPart, ...] = ()
    letters: tuple[LetterLine, ...] = ()
    investigation: Investigation | None = None
    afterwards: Afterwards | None = None
    ending: tuple[str, ...] = ()
    leavings: tuple[LeavingPart, ...] = ()
    investigated_before: tuple[tuple[str, datetime, datetime | None], ...] = ()
    """Who else investigated, with from when to when."""

    @property
    def title(self) -> str:
        """What the document is: the investigation report until something was decided on it."""
        return "Investigation report" if self.afterwards is None else "Case report"

    @property
    def version(self) -> str:
        """The version of the investigation report that it holds."""
        return "Not yet written" if self.investigation is None else f"Version {self.investigation.version}"
