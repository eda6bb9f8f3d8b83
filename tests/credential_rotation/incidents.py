"""What happens to accounts, for tests."""

from datetime import datetime, timedelta

from app.account_register.models import Account, Gone
from app.core.db import begin_writing, commit
from app.credential_rotation import operations
from app.credential_rotation.models import (
    AccountGone,
    AccountIncident,
    Ending,
    GoneReport,
    IncidentKind,
    IncidentReport,
    PlanStep,
    StepAnswered,
    StepOutcome,
)
from app.people.models import Person
from tests.conftest import NOW

REPORT = IncidentReport(noticed_on=NOW.date(), what_happened="It shows posts that nobody here wrote.")
MEDIA = IncidentReport(NOW.date(), "A question about gritting.", by_whom="The Northmere Echo", what_was_said="Not yet.")

LOST = GoneReport(Gone.LOST, NOW.date() - timedelta(days=3), "The platform wrote that it does not give it back.")
DELETED = GoneReport(Gone.DELETED, NOW.date() - timedelta(days=3), "The platform shows nothing there.")


def compromised(on: Account, by: Person, *, report: IncidentReport = REPORT, at: datetime = NOW) -> AccountIncident:
    """A compromise that was just declared."""
    begin_writing(on)
    made = operations.declare_compromise(on, report, by=by, at=at)
    commit()
    return made


def happened(
    on: Account, by: Person, kind: IncidentKind = IncidentKind.MEDIA_INTEREST, *, report: IncidentReport = MEDIA
) -> AccountIncident:
    """Something else that was just recorded."""
    begin_writing(on)
    made = operations.record_incident(on, kind, report, by=by, at=NOW)
    commit()
    return made


def said_to_be_gone(on: Account, by: Person, *, report: GoneReport = LOST) -> AccountGone:
    """What somebody just said of an account that no longer exists or is lost."""
    begin_writing(on)
    made = operations.record_gone(on, report, by=by, at=NOW)
    commit()
    return made


def found_gone(gone: AccountGone, by: Person, *, at: datetime = NOW) -> None:
    """A second person confirms it."""
    begin_writing(gone, gone.account)
    operations.confirm_gone(gone, "I looked for it myself.", by=by, at=at)
    commit()


def answered(incident: AccountIncident, by: Person, *steps: PlanStep, at: datetime = NOW) -> None:
    """Answer steps: the change of the password is done, all others do not apply."""
    begin_writing(incident)
    for step in steps:
        if step is PlanStep.LESSONS:
            operations.record_lessons(incident, Ending("An old password.", "Use 2 steps."), by=by, at=at)
        elif step is PlanStep.CREDENTIALS:
            operations.answer_step(incident, step, StepAnswered(StepOutcome.DONE), by=by, at=at)
        else:
            words = StepAnswered(StepOutcome.NOT_APPLICABLE, "There is nothing of that.")
            operations.answer_step(incident, step, words, by=by, at=at)
    commit()
