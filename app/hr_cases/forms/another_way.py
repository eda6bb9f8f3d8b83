"""Forms in which HR records what the person concerned sent without Probity, and that nothing more came."""

from datetime import date
from typing import Any

from app.core.forms import (
    BooleanField,
    Choice,
    DateField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    StringField,
    TextAreaField,
)
from app.hr_cases.forms.answer_seen import AnswerSeenForm
from app.hr_cases.forms.deciding import COMPANION_KINDS
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.forms.subject import ALONE
from app.hr_cases.models import Came, CameBy


class AnotherWayForm(NamingForm):
    """When and how did it come?"""

    came_on = DateField(
        "On which day did it come?",
        [Required("Enter the day on which it came")],
        hint="When it reached the organisation, not when somebody opened it. Whether it is in time goes by this day.",
        what="the day on which it came",
    )
    came_by = RadioField(
        "How did it come?",
        [Required("Select how it came")],
        choices=[
            Choice(CameBy.LETTER, "By letter"),
            Choice(CameBy.EMAIL, "By e-mail"),
            Choice(CameBy.BY_HAND, "It was handed in"),
            Choice(CameBy.SPOKEN, "They said it in person or on the telephone"),
            Choice(CameBy.PASSED_ON, "Somebody else passed it on for them"),
        ],
        what="how it came",
    )

    @property
    def came(self) -> Came:
        """The day and the way, of a form that was found good."""
        day: date | None = self.came_on.data
        if day is None:
            raise ValueError("a required day is missing")
        return Came(day, CameBy(self.came_by.data or ""))


class RecordAppealForm(AnotherWayForm):
    """Why do they appeal?"""

    own_words = ("grounds",)
    grounds = TextAreaField(
        "Why do they appeal?",
        [Required("Enter why they appeal, in their own words")],
        hint="Copy their words as they are, and add none of your own. If they give no reason, write that they give none.",
        rows=10,
        max_length=10000,
        what="their reasons",
    )


class RecordAnswerForm(AnswerSeenForm, AnotherWayForm):
    """Who comes with them, and what do they say?"""

    own_words = ("companion", "reply")
    companion_kind = RadioField(
        "Who will come with them?",
        [Required("Select who will come with them")],
        choices=[*COMPANION_KINDS, Choice(ALONE, "Nobody, or they did not say")],
        what="the companion",
    )
    companion = StringField(
        "What is the companion’s name?",
        [RequiredIf("companion_kind", [one.value for one in COMPANION_KINDS], "Enter the name of the companion")],
        hint="A colleague’s full name or work e-mail address. Leave this empty if nobody comes along.",
        what="the name",
    )
    reply = TextAreaField(
        "What do they say?",
        hint="Copy their words as they are, and add none of your own. This stands in place of what was answered before.",
        rows=8,
        max_length=10000,
        what="their reply",
    )


class MakeFinalForm(ProbityForm):
    """Is it certain that no appeal came?"""


class MakeFinalUnreachedForm(MakeFinalForm):
    """Is it certain that no appeal came another way either?"""

    none_came = BooleanField(
        "I have asked where post and e-mail for Human Resources come in: no appeal came by letter, by e-mail, in person or "
        "through somebody else",
        [Required("Confirm that no appeal came another way, or record the one that came")],
    )


def make_final_form(cannot_appeal_here: bool, **kwargs: Any) -> MakeFinalForm:
    """The form, which asks about other ways where the person concerned could not appeal in Probity."""
    return MakeFinalUnreachedForm(**kwargs) if cannot_appeal_here else MakeFinalForm(**kwargs)
