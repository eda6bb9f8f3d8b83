"""What a case needs to end before any hearing, where safeguarding was asked or the person concerned has left.

Sources: domain 3.6, row Any after leaving: neither leaving nor “no case” may end a matter of safeguarding without a finding,
or why none can be reached, and without deciding on a referral.
"""

from dataclasses import dataclass
from datetime import date

from app.hr_cases.models import Case, CaseToAnswer, ClosingAnswer, Finding
from app.hr_cases.operations.guards import need
from app.hr_cases.queries import records


@dataclass(frozen=True)
class EarlyEnd:
    """What is said when a case ends early: is a referral decided, who decided it and why, and why there is no finding."""

    answer: ClosingAnswer | None = None
    note: str = ""
    no_finding: str = ""


NOTHING_SAID = EarlyEnd()


def asks_why_no_finding(case: Case, day: date) -> bool:
    """Whether a case that ends without a hearing must say why no finding can be reached: the report reached none."""
    if not case.asks_for_referral(day):
        return False
    report = records.accepted_report(case)
    return report is None or all(found.finding is Finding.UNABLE for found in report.findings)


def checked_no_finding(case: Case, decision: CaseToAnswer, why: str, *, day: date) -> str:
    """Why no finding can be reached, where that must be said of this decision; else nothing is kept."""
    if decision == CaseToAnswer.CASE_TO_ANSWER or not asks_why_no_finding(case, day):
        return ""
    return need(why, "Enter why no finding can be reached", "no_finding")
