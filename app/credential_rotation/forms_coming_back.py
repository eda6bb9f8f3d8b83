"""When somebody came back who had left."""

from app.core.forms import DateField, ProbityForm, Required


class ComeBackForm(ProbityForm):
    """Since when do they work here again?"""

    started = DateField(
        "Their first working day since they came back", hint="For example 27 3 2027. Today or an earlier day",
        what="the day they came back", validators=[Required("Enter the day they came back")],
    )  # fmt: skip
