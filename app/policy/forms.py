"""Forms of the policy."""

from app.core.forms import BooleanField, ProbityForm, Required


class AcknowledgeForm(ProbityForm):
    """Have you read this, and will you keep it?"""

    agreed = BooleanField(
        "I have read this version and I will keep to it",
        validators=[Required("Select the box to say that you have read this version")],
    )
