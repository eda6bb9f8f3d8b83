"""Forms of the policy."""

from app.core.forms import BooleanField, DateField, HiddenField, MaxLength, ProbityForm, Required, StringField


class AcknowledgeForm(ProbityForm):
    """Have you read this, and will you keep it?"""

    agreed = BooleanField(
        "I have read this version and I will keep to it",
        validators=[Required("Select the box to say that you have read this version")],
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
