"""Forms about people."""

from app.core.forms import Choice, EmailField, PasswordField, ProbityForm, RadioField, Required
from app.people.models import MailChoice

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
