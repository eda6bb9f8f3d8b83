"""The form in which the owner decides what becomes of a case whose person concerned leaves."""

from datetime import datetime
from typing import Any

from app.core.forms import Choice, HiddenField, RadioField, Required, TextAreaField
from app.hr_cases.forms.ending_early import no_finding_field, referral_fields
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import CaseLeaving, LeavingDecision


class AfterLeavingForm(NamingForm):
    """Does the case go on?"""

    decision_seen = HiddenField()
    decision = RadioField(
        "What do you decide?",
        [Required("Select whether the case goes on")],
        choices=[
            Choice(LeavingDecision.GO_ON, "Go on with the case", "Every step stays as it is, also once they have left."),
            Choice(
                LeavingDecision.CLOSE,
                "End the case",
                "Only once they have left. The person concerned gets a letter if they know of the case.",
            ),
        ],
        what="the decision",
    )
    reasons = TextAreaField(
        "Why?",
        [Required("Enter why you decide this")],
        hint="Weigh what is alleged, how far the case is, and what others may need to know later. The person concerned does "
        "not read this.",
        rows=5,
        max_length=5000,
        what="the reasons",
    )

    @property
    def seen(self) -> datetime | None:
        """When what the page showed was decided; None where nothing was decided yet."""
        try:
            return datetime.fromisoformat(self.decision_seen.data or "")
        except ValueError:
            return None


def after_leaving_form(leaving: CaseLeaving, *, asks_referral: bool, asks_no_finding: bool) -> AfterLeavingForm:
    """The form, and what is needed where the case may end."""
    fields: dict[str, Any] = {
        **(no_finding_field() if asks_no_finding else {}), **(referral_fields() if asks_referral else {}),
    }  # fmt: skip
    made: type[AfterLeavingForm] = type("AfterLeavingFormOfCase", (AfterLeavingForm,), fields)
    shown = leaving.decided_at.isoformat() if leaving.decided_at else ""
    return made(data={"decision_seen": shown})
