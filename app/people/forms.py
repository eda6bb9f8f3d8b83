"""Forms about people."""

from app.core.forms import EmailField, PasswordField, ProbityForm, Required


class SignInForm(ProbityForm):
    """Who are you?"""

    email = EmailField("E-mail address", validators=[Required("Enter your work e-mail address")])
    password = PasswordField("Password", validators=[Required("Enter your password")])
