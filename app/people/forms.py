"""Forms about people."""

from app.core.forms import (
    Choice,
    DateField,
    EmailField,
    PasswordField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenForm,
    SelectField,
    TextAreaField,
)
from app.people.models import MailChoice, RelationshipKind, Role

MAIL_CHOICES = (
    Choice(MailChoice.AT_ONCE, "At once", hint="Within a few minutes. Several new things make one e-mail."),
    Choice(MailChoice.DAILY, "Once a day", hint="At 8:00am on working days, and only if something new waits for you."),
)


class SignInForm(ProbityForm):
    """Who are you?"""

    email = EmailField("E-mail address", validators=[Required("Enter your work e-mail address")])
    password = PasswordField("Password", validators=[Required("Enter your password")])


class MailChoiceForm(ProbityForm):
    """How should we write to you?"""

    mail_choice = RadioField(
        "When should we e-mail you?", [Required("Select when we should e-mail you")], choices=MAIL_CHOICES
    )


KINDS_OF_TIES = tuple(Choice(kind.value, kind.label) for kind in RelationshipKind)


class CloseToMeForm(ProbityForm):
    """Who is close to you at work?"""

    email = EmailField("Their work e-mail address", validators=[Required("Enter their work e-mail address")])
    kind = RadioField("How are you close?", [Required("Select how you are close")], choices=KINDS_OF_TIES)


class RelationshipForm(ProbityForm):
    """Which two people are close, and how do you know it?"""

    email = EmailField(
        "Work e-mail address of the one", validators=[Required("Enter the work e-mail address of the one")]
    )
    other_email = EmailField(
        "Work e-mail address of the other", validators=[Required("Enter the work e-mail address of the other")]
    )
    kind = RadioField("How are they close?", [Required("Select how they are close")], choices=KINDS_OF_TIES)
    reason = TextAreaField(
        "How do you know it?", [Required("Enter how you know it")], rows=3, max_length=1000, what="how you know it",
        hint="For example that one of them told you, and when. It is kept sealed.",
    )  # fmt: skip


class RecordedOverForm(ProbityForm):
    """Is what HR recorded over, or was it a mistake?"""

    what = RadioField(
        "Which is it?",
        [Required("Select whether it is over or was a mistake")],
        choices=(
            Choice("over", "They are no longer close", reveals=("over_from",)),
            Choice("mistake", "It was recorded by mistake: they never were"),
        ),
    )
    over_from = DateField(
        "Since when?", [RequiredIf("what", "over", "Enter since when they are no longer close")], what="the day",
        hint="For example 27 3 2027",
    )
    reason = TextAreaField(
        "How do you know it?", [Required("Enter how you know it")], rows=3, max_length=1000, what="how you know it",
        hint="For example that one of them told you, and when. It is kept sealed.",
    )  # fmt: skip


class TakeBackForm(ProbityForm):
    """Take back what does not count yet: nothing to fill in."""


class EndRoleForm(ProbityForm):
    """Does the role end now? Nothing to fill in."""


class AppointForm(ProbityForm):
    """Who becomes what?"""

    email = EmailField("Their work e-mail address", validators=[Required("Enter their work e-mail address")])
    role = SelectField(
        "Role", [Required("Select the role")], choices=[("", "Select a role"), *((role.value, role.label) for role in Role)]
    )


class HeadForm(SeenForm):
    """Who heads a service from now on?"""

    who = RadioField(
        "Who heads it from now on?",
        [Required("Select who heads it from now on")],
        choices=(
            Choice("somebody", "Somebody who works here", reveals=("email",)),
            Choice("nobody", "Nobody", hint="The line managers decide alone then. You can record somebody later."),
        ),
    )
    email = EmailField(
        "Their work e-mail address", validators=[RequiredIf("who", "somebody", "Enter their work e-mail address")]
    )
