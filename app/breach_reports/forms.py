"""Forms for reporting, one question each, and for what HR decides."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from app.breach_reports.models import Capacity, Route, YesNoUnknown
from app.core.forms import (
    BooleanField,
    Choice,
    DateField,
    FileField,
    HiddenField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenField,
    SelectField,
    StringField,
    TextAreaField,
    as_heading,
)
from app.people.naming import addresses_of_namesakes
from app.policy.pack import BreachCategory, Pack

NOT_SURE = "not_sure"
NOBODY_OF_THESE = "none"


class StartForm(ProbityForm):
    """A button without questions."""


class WhatForm(ProbityForm):
    """What happened?"""

    what_happened = TextAreaField(
        "What happened?",
        [Required("Enter what happened")],
        hint="Tell it in your own words. What did you see, who said or showed what, and what worries you about it?",
        look=as_heading("label", "What happened?"),
        rows=10,
        max_length=10000,
        count=True,
        what="what happened",
    )


class WhereForm(ProbityForm):
    """Where did you see it?"""

    platform = SelectField("Website or app", empty="I do not know", what="the website or app")
    other_platform = StringField("If it is not in the list, its name", max_length=80, what="the name")
    address = StringField(
        "Address of the post, page or profile",
        max_length=2000,
        hint="Copy it from the top of your browser. Probity never opens it.",
        autocomplete="off",
        what="the address",
    )


class WhenForm(ProbityForm):
    """When did it happen?"""

    when_known = RadioField(
        "When did it happen?",
        [Required("Select whether you know the date")],
        choices=[
            Choice("yes", "I know the date", reveals=("happened_on",)),
            Choice("no", "I do not know the date", reveals=("roughly_when",)),
        ],
        look=as_heading("fieldset__legend", "When did it happen?"),
    )
    happened_on = DateField(
        "Date",
        [RequiredIf("when_known", "yes", "Enter the date when it happened")],
        hint="For example, 27 3 2027",
        what="the date when it happened",
    )
    roughly_when = StringField(
        "Roughly when, if you can say", max_length=200, hint="For example: some time in March", what="roughly when"
    )


class WhoForm(ProbityForm):
    """Who was it?"""

    who_known = RadioField(
        "Who is it about?",
        [Required("Select whether you know who it is about")],
        choices=[
            Choice("yes", "I know their name", reveals=("name",)),
            Choice("no", "I do not know who it is", reveals=("who",)),
        ],
        look=as_heading("fieldset__legend", "Who is it about?"),
    )
    name = StringField(
        "Their name, part of it, or their work e-mail address",
        [RequiredIf("who_known", "yes", "Enter their name or part of it")],
        max_length=120,
        autocomplete="off",
        what="the name",
    )
    who = TextAreaField(
        "What you know about them",
        max_length=1000,
        rows=3,
        hint="For example the name of the account, where they seem to work, or what they look like.",
        what="what you know about them",
    )


class WhoIsItForm(ProbityForm):
    """Which of these people is it?"""

    subject_id = RadioField(
        "Which of these people is it?",
        [Required("Select who it is")],
        look=as_heading("fieldset__legend", "Which of these people is it?"),
    )

    @staticmethod
    def choices_for(people: Sequence[Any], typed: str) -> list[Choice]:
        """The people somebody may mean, and that it is none of them."""
        addresses = addresses_of_namesakes(people)
        told = ((p, (p.post, p.service, addresses.get(p.id))) for p in people)
        found = [Choice(str(p.id), p.name, hint=", ".join(filter(None, words))) for p, words in told]
        return [*found, Choice(NOBODY_OF_THESE, f"None of these, or I am not sure. Keep “{typed}” as I typed it")]


NOT_FOUND = "We did not find that person"


class NotFoundForm(ProbityForm):
    """Nobody here is called like that: who is it?"""

    again = RadioField(
        NOT_FOUND,
        [Required("Select whether you can say it another way")],
        hint="Nobody who works here has a name or a work e-mail address like the one you entered. If you can tell us who it "
        "is, they can never see your report, whatever their job. If you cannot, HR finds out.",
        look=as_heading("fieldset__legend", NOT_FOUND),
    )
    name = StringField(
        "Their name as it is written, or their work e-mail address",
        [RequiredIf("again", "yes", "Enter their name or their work e-mail address")],
        max_length=120,
        autocomplete="off",
        what="the name",
    )

    @staticmethod
    def choices_for(typed: str) -> list[Choice]:
        """To try again, or to leave it as it was typed."""
        return [
            Choice("yes", "I can say it another way", reveals=("name",)),
            Choice("no", f"I do not know more. Keep “{typed}” as I typed it"),
        ]


class RuleForm(ProbityForm):
    """Which rule may it be about?"""

    category = RadioField("Which rule may it be about?", [Required("Select a rule, or that you are not sure")])

    @staticmethod
    def choices_for(pack: Pack) -> list[Choice]:
        """What may be alleged under this organisation's policy, by head, and that one is not sure."""
        named = [_rule(one, pack) for one in pack.categories if not one.advice_only]
        return [Choice(NOT_SURE, "I am not sure", hint="That is fine: HR works it out."), *named]


def _rule(category: BreachCategory, pack: Pack) -> Choice:
    choice = Choice(category.code, category.label, hint=category.plain)
    choice.optgroup = pack.heads[category.head].value
    return choice


class CapacityForm(ProbityForm):
    """On whose account was it?"""

    capacity = RadioField(
        "How were they acting?",
        [Required("Select how they were acting, or that you do not know")],
        choices=list(Capacity),
        look=as_heading("fieldset__legend", "How were they acting?"),
    )


class HoursForm(ProbityForm):
    """Was it in their working hours?"""

    in_working_hours = RadioField(
        "Was it in their working hours?",
        [Required("Select whether it was in their working hours, or that you do not know")],
        choices=list(YesNoUnknown),
        look=as_heading("fieldset__legend", "Was it in their working hours?"),
    )


class ScreeningForm(ProbityForm):
    """Four questions that decide who must see the report first."""

    malpractice = RadioField(
        "Is it about serious wrongdoing by the organisation, or hidden inside it?",
        [Required("Select whether it is about serious wrongdoing by the organisation")],
        hint="For example a crime, a danger to health, or covering something up.",
        choices=list(YesNoUnknown),
        inline=True,
    )
    person_at_risk = RadioField(
        "Could a child, or an adult who needs care or support, be harmed?",
        [Required("Select whether a child or an adult at risk could be harmed")],
        choices=list(YesNoUnknown),
        inline=True,
    )
    personal_data_exposed = RadioField(
        "Can others see private details about somebody because of it?",
        [Required("Select whether private details can be seen")],
        hint="For example names, health, addresses or photographs.",
        choices=list(YesNoUnknown),
        inline=True,
    )
    reporter_harmed = RadioField(
        "Was it done to you?",
        [Required("Select whether it was done to you")],
        hint="If it was, HR will also tell you about making a grievance.",
        choices=list(YesNoUnknown),
        inline=True,
    )


class EvidenceForm(ProbityForm):
    """One file, and what it shows."""

    file = FileField(
        "Choose a file",
        [Required("Select a file")],
        hint="A PNG or JPEG picture, a PDF or a plain text file, up to 20 MB.",
        accept=".png,.jpg,.jpeg,.pdf,.txt",
        what="the file",
    )
    description = TextAreaField(
        "What does it show?",
        [Required("Enter what the file shows")],
        hint="One or two sentences, so that somebody who cannot see it knows what is in it.",
        rows=3,
        max_length=1000,
        what="what it shows",
    )


class SendForm(ProbityForm):
    """Send the report. The draft's id makes a second click harmless."""

    draft = HiddenField()


class ReportSeenForm(ProbityForm):
    """A form that knows how the report stood on its page, so that nobody replaces what somebody decided since."""

    decisions_seen = SeenField()
    subject_seen = HiddenField()


class AcknowledgeForm(ProbityForm):
    """The conflict check, before anything else."""

    clear = BooleanField(
        "I am not concerned in this, and I am not close to anybody who is",
        [Required("Select the box to say that you are not concerned in this")],
        hint="If you are family, a close friend or in business with somebody concerned, do not go on. "
        "Ask another HR officer, and have the relationship recorded.",
    )


class SubjectForm(ProbityForm):
    """Part of a name, or an address, to find whom the report is about."""

    name = StringField(
        "Name, part of it, or work e-mail address", [Required("Enter their name or part of it")], max_length=120,
        autocomplete="off", what="the name", width=20,
    )  # fmt: skip


class SubjectChoiceForm(ReportSeenForm):
    """Whom the report is about."""

    subject_id = RadioField("Which of these people is it?", [Required("Select who it is")])


ANOTHER_REPORT = "another"
_OF_REPEATS = ("repeats", "repeats_reference")


def _one_report(form: "DecisionForm", field: StringField) -> None:
    """Refuse to guess which is meant where one report is selected and a reference is entered too."""
    is_selected = (form.repeats.data or ANOTHER_REPORT) != ANOTHER_REPORT
    if form.route.data == Route.DUPLICATE and is_selected and field.data.strip():
        raise ValidationError("Select “Another report”, or leave the reference empty")


class DecisionForm(ReportSeenForm):
    """Where the report belongs, and why; of one that was reported before, which it repeats."""

    route = RadioField("Where does this report belong?", [Required("Select where it belongs")])
    repeats = RadioField("Which report does it repeat?", what="the report that it repeats")
    repeats_reference = StringField(
        "Reference of the report that it repeats",
        [_one_report],
        max_length=40,
        autocomplete="off",
        hint="As the list of reports has it, for example K7MQ-4DXW-9PTR.",
        what="the reference",
        width=20,
    )
    reasons = TextAreaField(
        "Your reasons",
        [Required("Enter your reasons")],
        hint="They are kept with the report. Say in which context it happened.",
        rows=5,
        max_length=5000,
        what="your reasons",
    )

    def offer(self, routes: Sequence[Choice], same_address: Sequence[Choice]) -> None:
        """The ways that are open; below the one for repeats, which reports about the same address it may repeat."""
        for choice in routes:
            if choice.value == Route.DUPLICATE:
                choice.reveals = _OF_REPEATS if same_address else _OF_REPEATS[1:]
        self.route.choices = routes
        another = Choice(ANOTHER_REPORT, "Another report", hint="Enter its reference below.")
        self.repeats.choices = [*same_address, another] if same_address else []

    def repeated(self) -> str:
        """The reference of the report that it repeats: the one selected, else as it was typed."""
        selected = self.repeats.data or ANOTHER_REPORT
        return self.repeats_reference.data if selected == ANOTHER_REPORT else selected

    def fields_to_show(self) -> list[Any]:
        """As in every form; which report it repeats is asked only below the way for repeats, where that is open."""
        return [field for field in super().fields_to_show() if field.short_name not in _OF_REPEATS]


class SecondForm(ReportSeenForm):
    """Do you agree that this report is closed?"""

    agrees = RadioField(
        "Do you agree that it is closed?",
        [Required("Select whether you agree")],
        choices=[
            Choice("yes", "Yes, close it"),
            Choice("no", "No, send it back to be decided again"),
        ],
    )
    reasons = TextAreaField(
        "Your reasons",
        hint="Needed if you send it back.",
        rows=4,
        max_length=5000,
        what="your reasons",
    )


class AnswerForm(ReportSeenForm):
    """The answer of the person to whom the report was referred."""

    reasons = TextAreaField(
        "Your answer",
        [Required("Enter your answer")],
        hint="What you decided or arranged, and with whom you spoke. It is kept with the report.",
        rows=5,
        max_length=5000,
        what="your answer",
    )


class TakeBackForm(ReportSeenForm):
    """A referral that nobody is left to answer."""

    reasons = TextAreaField(
        "Why do you take it back?",
        [Required("Enter your reasons")],
        hint="For example that the safeguarding lead has left.",
        rows=3,
        max_length=4000,
        what="your reasons",
    )
