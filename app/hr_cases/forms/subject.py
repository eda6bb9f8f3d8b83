"""Forms for the person concerned: who comes with them, what they want to say, an appeal."""

from app.core.forms import Choice, ProbityForm, RadioField, Required, RequiredIf, StringField, TextAreaField
from app.hr_cases.forms.deciding import COMPANION_KINDS

ALONE = "alone"


class AnswerNoticeForm(ProbityForm):
    """Who will come with you, and is there anything we should know before the hearing?"""

    companion_kind = RadioField(
        "Who will come with you?",
        [Required("Select who will come with you")],
        hint="You have the right to bring a companion. You can change this later.",
        choices=[
            *COMPANION_KINDS,
            Choice(ALONE, "Nobody: I will come alone"),
        ],
        what="the companion",
    )
    companion = StringField(
        "What is your companion’s name?",
        [RequiredIf("companion_kind", [one.value for one in COMPANION_KINDS], "Enter the name of your companion")],
        hint="A colleague’s full name or work e-mail address. Leave this empty if you will come alone.",
        what="the name",
    )
    reply = TextAreaField(
        "Is there anything you want to say?",
        hint="For example something you need on the day, a day that does not suit your companion, witnesses, or your answer "
        "to what is alleged. You can leave this empty and speak at the hearing.",
        rows=8,
        max_length=10000,
        what="your reply",
    )


class AppealForm(ProbityForm):
    """Why do you appeal?"""

    grounds = TextAreaField(
        "Why do you appeal?",
        [Required("Enter why you appeal")],
        hint="For example: the procedure was not fair, the evidence does not show it, the outcome is too hard, or there is "
        "something new.",
        rows=10,
        max_length=10000,
        what="your reasons",
    )
