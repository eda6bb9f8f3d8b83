"""How holders of an account sign in, from which day that was true, and how somebody knows it."""

import uuid
from collections.abc import Collection, Sequence

from app.account_register.models import AccessGrant, LoginMode
from app.core.forms import CheckboxesField, Choice, DateField, NoSecrets, ProbityForm, RadioField, Required, TextAreaField
from app.people.naming import labels_to_choose

NEVER = "never"
_MODES = [(one.value, one.label) for one in LoginMode]


class SignInForm(ProbityForm):
    """For whom is it true, and since when?"""

    holders = CheckboxesField("For whom is this true?", validators=[Required("Select for whom this is true")])
    login_mode = RadioField("How do they sign in?", [Required("Select how they sign in")], choices=_MODES)
    true_from = DateField(
        "From which day was it true?", what="the day",
        hint="For example 27 3 2027. Leave it empty if it was so since their access began.",
    )  # fmt: skip
    never = CheckboxesField(
        "Did they ever know the shared password?",
        choices=[
            Choice(
                NEVER, "They never knew it: the register was wrong",
                hint="Whoever is not ticked here goes on counting as knowing it until it is changed.",
            )
        ],
    )  # fmt: skip
    reason = TextAreaField(
        "How do you know?", [Required("Enter how you know it"), NoSecrets()], rows=3, max_length=1000,
        what="how you know it",
    )  # fmt: skip

    @property
    def never_shared(self) -> bool:
        """Whether it is said that they never knew the shared password."""
        return NEVER in (self.never.data or [])

    def chosen(self, grants: Sequence[AccessGrant]) -> list[AccessGrant]:
        """The accesses of those for whom it is true."""
        return [grant for grant in grants if str(grant.id) in (self.holders.data or [])]


def sign_in_form(grants: Sequence[AccessGrant], mode: LoginMode, marked: Collection[uuid.UUID]) -> SignInForm:
    """The form for an account, with the way that the register says of it and those for whom it surely is true."""
    labels = {person.id: label for person, label in labels_to_choose({one.person for one in grants})}
    choices = [Choice(str(one.id), labels[one.person_id], hint=f"{one.login_mode.label} now") for one in grants]
    return SignInForm(
        data={"login_mode": mode.value, "holders": [str(one) for one in marked]}, choices={"holders": choices}
    )
