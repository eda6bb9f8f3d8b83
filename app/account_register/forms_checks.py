"""The questions somebody answers who looks again: at what an account says, at its results, and at a risk."""

from app.account_register.forms import PERSON_HINT
from app.account_register.forms_proposals import RATINGS, PlanForm
from app.core.forms import (
    Choice,
    DateField,
    NoSecrets,
    RadioField,
    Required,
    RequiredIf,
    SeenForm,
    SelectField,
    StringField,
    TextAreaField,
)

STILL, DROPPED = "still", "dropped"
_RATED_ANEW = ("control", "likelihood", "impact", "owner", "next_on")


class FoundForm(SeenForm):
    """What did you find?"""

    words = TextAreaField(
        "What did you find, and what did you mend?", [Required("Enter what you found"), NoSecrets()], rows=4,
        max_length=2000, what="what you found",
    )  # fmt: skip


class FoundAndNextForm(FoundForm):
    """What did you find, and when do you look again?"""

    next_on = DateField("When do you look again?", what="the next date", hint="Leave it empty for results that are final.")


class RiskAgainForm(FoundForm):
    """What did you find, and how do you rate it now?"""

    still = RadioField(
        "Is it still a risk?", [Required("Select whether it is still a risk")],
        choices=(
            Choice(STILL, "Yes", hint="Rate it as it is now.", reveals=_RATED_ANEW),
            Choice(DROPPED, "No, not any more", hint="What you found says why. It stays in the history."),
        ),
    )  # fmt: skip
    control = TextAreaField(
        "What keeps it in check?", [RequiredIf("still", STILL, "Enter what keeps it in check"), NoSecrets()], rows=3,
        max_length=1000, what="the control",
    )  # fmt: skip
    likelihood = SelectField(
        "How likely is it then?", [RequiredIf("still", STILL, "Select how likely it is")], choices=RATINGS["likelihood"],
    )  # fmt: skip
    impact = SelectField(
        "How bad would it be?", [RequiredIf("still", STILL, "Select how bad it would be")], choices=RATINGS["impact"]
    )
    owner = StringField(
        "Who sees to it?", [RequiredIf("still", STILL, "Enter who sees to it"), NoSecrets()], max_length=254,
        what="who sees to it", hint=PERSON_HINT,
    )  # fmt: skip
    next_on = DateField(
        "When do you look again?", [RequiredIf("still", STILL, "Enter when to look at it again")], what="the next date",
        hint="For example 27 9 2027. A risk is looked at again for as long as it is one.",
    )  # fmt: skip


class AccountPlanForm(SeenForm, PlanForm):
    """The plan of an account, with the mark of the one that it replaces."""
