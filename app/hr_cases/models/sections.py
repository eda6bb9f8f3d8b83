"""Who sees which section of a case's file, and from which stage on: the table of domain 3.11.

One truth for pages, lists, downloads and the PDF: whoever shows something of a case asks `Case.shows`. Existence itself
is `can_be_read_by` and, in queries, `visible_case`. An officer whose part has ended, the reporter, witnesses and the line
manager have no view of the file at all.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.hr_cases.models.stages import CaseStatus


class Reader(StrEnum):
    """As whom somebody reads a case: the part they take in it, or HR manager, who appoints people to it."""

    OWNER = "owner"
    MANAGER = "manager"
    INVESTIGATOR = "investigator"
    DECISION_MAKER = "decision_maker"
    APPEAL_OFFICER = "appeal_officer"
    SUBJECT = "subject"


class Section(StrEnum):
    """A section of the file that some of its readers see and others do not."""

    ALLEGATIONS = "allegations"
    EVIDENCE = "evidence"
    EVERY_FILE = "every_file"
    STATEMENTS = "statements"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REPORT = "report"
    AFTERWARDS = "afterwards"
    ENDING = "ending"
    APPEAL_PAPERS = "appeal_papers"
    REPORTER = "reporter"
    READINGS = "readings"


_R, _S = Reader, CaseStatus
_HR = frozenset({_R.OWNER, _R.MANAGER})
_INVESTIGATES = _HR | {_R.INVESTIGATOR}
_DECIDES = _HR | {_R.DECISION_MAKER, _R.APPEAL_OFFICER}
_OFFICERS = _INVESTIGATES | _DECIDES

SEEN_BY: Mapping[Section, frozenset[Reader]] = {
    Section.ALLEGATIONS: _OFFICERS | {_R.SUBJECT},
    Section.EVIDENCE: _OFFICERS | {_R.SUBJECT},
    Section.EVERY_FILE: _INVESTIGATES,
    Section.STATEMENTS: _OFFICERS | {_R.SUBJECT},
    Section.DRAFT: frozenset({_R.INVESTIGATOR}),
    Section.SUBMITTED: _INVESTIGATES,
    Section.REPORT: _OFFICERS | {_R.SUBJECT},
    Section.AFTERWARDS: _DECIDES,
    Section.ENDING: _OFFICERS | {_R.SUBJECT},
    Section.APPEAL_PAPERS: _HR | {_R.APPEAL_OFFICER},
    Section.REPORTER: _INVESTIGATES,
    Section.READINGS: frozenset({_R.OWNER}),
}
"""Who sees a section. EVERY_FILE: also the files that HR has not looked at for others; all others see the pack. ENDING:
how it ended, without the sanction and its reasons. AFTERWARDS: all that followed the acceptance of the report.
"""

HANDED_OVER = tuple(_S)[tuple(_S).index(_S.ACCEPTED) :]
"""The stages from the acceptance of the report on: the investigation is over, and what follows is for others."""

FROM: Mapping[Section, tuple[CaseStatus, ...]] = {
    Section.REPORT: HANDED_OVER,
    Section.AFTERWARDS: HANDED_OVER,
    Section.ENDING: (_S.FINAL, _S.CLOSED),
    Section.APPEAL_PAPERS: (_S.DECIDED, _S.APPEALED, _S.FINAL, _S.CLOSED),
}
"""At which stages there is something to see; where nothing stands here, at all."""
