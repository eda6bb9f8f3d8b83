"""When employment ends by a dismissal, and with which notice.

Sources: Acas Code paragraph 22 (somebody dismissed is told the reasons, the day on which the contract ends, the notice and
the right of appeal, as soon as possible).
"""

from datetime import date

from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.core.working_days import months_after
from app.hr_cases.operations.guards import need
from app.policy.pack import OutcomeKind

MOST_MONTHS_OF_NOTICE = 12  # a slip of the hand beyond


def checked_end(
    kind: OutcomeKind, ends_on: date | None, notice: str, *, decided_on: date
) -> tuple[date | None, str]:
    """The day on which employment ends by this outcome, and the notice in words; neither where it is no dismissal.

    Summary dismissal ends it on the day of the decision. With notice a day is needed, on or after the decision.
    """
    notice = notice.strip()
    if not kind.needs_dismissal_authority:
        if ends_on is not None or notice:
            raise InvalidInput("This outcome does not end employment. Leave the day and the notice empty", field="ends_on")
        return None, ""
    if kind.gross_misconduct_only:
        if notice or ends_on not in (None, decided_on):
            raise InvalidInput(
                "This outcome ends employment on the day of the decision, without notice. Leave both empty",
                field="ends_on",
            )
        return decided_on, ""
    if ends_on is None:
        raise InvalidInput("Enter the day on which employment ends", field="ends_on")
    if ends_on < decided_on:
        raise InvalidInput(
            f"The day on which employment ends must be on or after {uk_date(decided_on)}, the day of the decision",
            field="ends_on",
        )
    if ends_on > months_after(decided_on, MOST_MONTHS_OF_NOTICE):
        raise InvalidInput(
            f"The day on which employment ends must be within {MOST_MONTHS_OF_NOTICE} months from the decision",
            field="ends_on",
        )
    return ends_on, need(notice, "Enter the notice period in words", "notice")
