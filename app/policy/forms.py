"""Forms of the policy."""

from collections.abc import Iterable
from typing import Any

from app.core.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    HiddenField,
    MaxLength,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    StringField,
    TextAreaField,
)
from app.people.naming import labels_to_choose
from app.policy.models import AgreedBy, Format


class AcknowledgeForm(ProbityForm):
    """Have you read this, and will you keep it?"""

    version = HiddenField()

    agreed = BooleanField(
        "I have read this version and I will keep to it",
        validators=[Required("Select the box to say that you have read this version")],
    )


class AttestForm(ProbityForm):
    """Who agreed on paper or at a briefing, when, and do you attest it?"""

    people = CheckboxesField("Who agreed?", validators=[Required("Select who agreed")])
    method = RadioField(
        "How did they agree?", validators=[Required("Select how they agreed")], choices=[AgreedBy.PAPER, AgreedBy.BRIEFING]
    )
    agreed_on = DateField(
        "On which day?", validators=[Required("Enter the day on which they agreed")], what="the day",
        hint="What is recorded is that they agreed to the version that held on that day.",
    )  # fmt: skip
    attested = BooleanField(
        "I attest that they were shown the version of that day and said that they will keep to it",
        validators=[Required("Select the box to attest it")],
    )

    def offering(self, people: Iterable[Any]) -> "AttestForm":
        """The form for these people; where it is one, they are chosen already."""
        self.people.choices = [Choice(str(one.id), label) for one, label in labels_to_choose(people)]
        if len(self.people.choices) == 1 and self.people.raw_data is None:
            self.people.data = [self.people.choices[0].value]
        return self


class TakeBackForm(ProbityForm):
    """Why was it a mistake?"""

    reason = TextAreaField(
        "Why was it a mistake?", validators=[Required("Enter why it was a mistake"), MaxLength(1000)], rows=3,
        hint="For example “I selected the wrong name”. The person reads this.",
    )  # fmt: skip


class UpholdForm(ProbityForm):
    """Why is it right all the same?"""

    why_right = TextAreaField(
        "Why is it right?", validators=[Required("Enter why it is right"), MaxLength(1000)], rows=3, what="why it is right",
        hint="For example “I saw the form with their signature”. The person reads this.",
    )  # fmt: skip


class RemindForm(ProbityForm):
    """How do you remind your team, whom, and in which words?"""

    method = RadioField(
        "How do you remind them?", validators=[Required("Select how you remind them")],
        choices=[
            Choice("message", "Send these words in my name now", hint="They read them in Probity."),
            Choice("briefing", "I held a team briefing", reveals=("given_on",)),
        ],
    )  # fmt: skip
    given_on = DateField(
        "On which day was the briefing?", validators=[RequiredIf("method", "briefing", "Enter the day of the briefing")],
        what="the day of the briefing",
    )  # fmt: skip
    people = CheckboxesField("Whom do you remind?", validators=[Required("Select whom you remind")])
    words = TextAreaField(
        "What do you remind them of?", validators=[Required("Enter what you remind them of"), MaxLength(2000)],
        max_length=2000, rows=6, hint="You can change these words. Write nothing about one person.",
    )  # fmt: skip

    def offering(self, people: Iterable[Any]) -> "RemindForm":
        """The form for the people of a team."""
        self.people.choices = [Choice(str(one.id), label) for one, label in labels_to_choose(people)]
        return self


class FormatForm(ProbityForm):
    """Which format do you need?"""

    format = RadioField(
        "Which format do you need?", validators=[Required("Select which format you need")], choices=list(Format)
    )
    words = StringField(
        "Anything we should know? (optional)", validators=[MaxLength(300)], max_length=300,
        hint="For example another format, whom it is for, or where it should go.",
    )  # fmt: skip


class SentForm(ProbityForm):
    """How was it sent?"""

    how_sent = StringField(
        "How did you send it?", validators=[Required("Enter how you sent it"), MaxLength(300)], max_length=300
    )


class ClosedDayForm(ProbityForm):
    """On which day is the organisation closed, and why?"""

    day = DateField(
        "Which day is it?", validators=[Required("Enter the closed day")], what="the closed day",
        description="It must not be past, and not be a weekend or a bank holiday.",
    )  # fmt: skip
    reason = StringField(
        "Why is the organisation closed?",
        validators=[Required("Enter why the organisation is closed"), MaxLength(80)],
        description="For example “Closed between Christmas and New Year”. Everybody who signs in reads this.",
    )


class WithdrawClosedDayForm(ProbityForm):
    """Why is the day worked after all?"""

    reason = StringField(
        "Why is it worked after all?",
        validators=[Required("Enter why the day is worked after all"), MaxLength(200)],
    )


class SwitchForm(ProbityForm):
    """Why is this turned on or off?"""

    to = HiddenField()
    reason = StringField(
        "Why do you change this?",
        validators=[Required("Enter why you change this"), MaxLength(200)],
        description="Administrators and keepers of the register read this.",
    )
