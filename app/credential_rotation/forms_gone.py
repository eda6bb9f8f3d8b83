"""That an account no longer exists or is lost; confirming it, and taking it back."""

from datetime import date
from typing import cast

from app.account_register.models import Gone
from app.core.forms import Choice, DateField, NoSecrets, ProbityForm, RadioField, Required, TextAreaField
from app.credential_rotation.models import GoneReport


class GoneForm(ProbityForm):
    """What became of this account?"""

    what = RadioField(
        "What became of it?",
        [Required("Select what became of it")],
        choices=(
            Choice(
                Gone.DELETED.value, "It no longer exists on the platform",
                hint="Deleted by us or by the platform, or shut down for good.",
            ),
            Choice(
                Gone.LOST.value, "We have lost it for good",
                hint="Somebody else has it, and the platform does not give it back.",
            ),
        ),
    )  # fmt: skip
    since = DateField("Since when?", [Required("Enter the day since when")], what="the day", hint="Today or earlier.")
    reason = TextAreaField(
        "How do you know?", [Required("Enter how you know"), NoSecrets()], rows=3, max_length=2000, what="how you know",
        hint="What the platform shows or wrote, and what was tried. No passwords.",
    )  # fmt: skip

    @property
    def report(self) -> GoneReport:
        """What was entered, as the act takes it."""
        return GoneReport(Gone(str(self.what.data)), cast(date, self.since.data), self.reason.data)


class ConfirmGoneForm(ProbityForm):
    """How do you know that it is so?"""

    how_known = TextAreaField(
        "How do you know?", [Required("Enter how you know"), NoSecrets()], rows=2, max_length=2000, what="how you know",
        hint="What you saw yourself, for example the page that the platform shows instead. No passwords.",
    )  # fmt: skip


class NotGoneForm(ProbityForm):
    """Why is it not so?"""

    why = TextAreaField(
        "Why is it not so?", [Required("Enter why it is not so"), NoSecrets()], rows=2, max_length=2000, what="why",
    )  # fmt: skip
