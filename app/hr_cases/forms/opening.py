"""Forms of the opening of a case: the first allegation, who investigates, the plan, telling the person concerned."""

from collections.abc import Iterable

from app.core.forms import (
    Choice,
    DateField,
    RadioField,
    Required,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.models import ConductCapacity, UnrecordedPolicy
from app.people.models import Person
from app.people.naming import addresses_of_namesakes

SOMEBODY_ELSE = "somebody_else"

CAPACITIES = [
    Choice(ConductCapacity.OFFICIAL, "Speaking for the organisation", "For example on one of its own accounts."),
    Choice(ConductCapacity.PERSONAL, "Personal use", "On their own account, without naming the organisation."),
    Choice(
        ConductCapacity.NAMED_THE_COUNCIL,
        "Personal use that named the organisation",
        "On their own account, where readers can tell where they work.",
    ),
]


def people_choices(people: Iterable[Person]) -> list[Choice]:
    """People to choose from, each with what tells two of the same name apart."""
    listed = list(people)
    addresses = addresses_of_namesakes(listed)
    return [Choice(str(one.id), one.name, ", ".join(filter(None, (one.post, addresses.get(one.id))))) for one in listed]


class AllegationForm(NamingForm):
    """What is alleged, under which paragraphs of the policy?"""

    wording = TextAreaField(
        "What is alleged?",
        [Required("Enter what is alleged, in one or two sentences")],
        hint="One thing only: who did what, where and when. Write “it is alleged that”. The person will read these words.",
        max_length=2000,
        count=True,
    )
    happened_on = DateField(
        "When did it happen?",
        [Required("Enter the day on which it happened")],
        hint="If it went on for some time, the first day. The policy that was in force on that day counts.",
        what="the day on which it happened",
    )
    category = SelectField(
        "What kind of breach would it be?", [Required("Select what kind of breach it would be")], what="kind of breach"
    )
    paragraphs = StringField(
        "Which paragraphs of the policy does it rely on?",
        hint="Numbers with semicolons between them, like 7.4; 8.1(a)(2). Leave this empty to rely on the paragraphs that "
        "belong to the kind of breach.",
        width=20,
        what="the paragraphs",
    )
    capacity = RadioField(
        "In which capacity?", [Required("Select in which capacity it happened")], choices=CAPACITIES, what="capacity"
    )


class OpenCaseForm(AllegationForm):
    """Who is concerned, who owns the case, and the first allegation."""

    subject = RadioField(
        "Who is the person concerned?",
        [Required("Select the person concerned")],
        hint="One person for each case. Only people whom the report is about are listed.",
        what="the person concerned",
    )
    owner = RadioField(
        "Which HR officer owns the case?",
        [Required("Select who owns the case")],
        hint="The owner keeps the case moving and is the contact for the person concerned.",
        what="the owner",
    )


    policy_choice = RadioField(
        "The version of that day is not recorded. What does the case rely on?",
        choices=[
            Choice(UnrecordedPolicy.EARLIEST, "The earliest recorded version is used", "Its paragraphs are cited."),
            Choice(UnrecordedPolicy.CODE_OF_CONDUCT, "Code of conduct only", "No paragraph of the policy is cited."),
        ],
        what="what the case relies on",
    )
    policy_reason = TextAreaField(
        "Why?",
        hint="The case and its report say this. The letter says only that the version of that day is not recorded.",
        rows=2,
        max_length=1000,
        what="the reason",
    )


class AppointInvestigatorForm(NamingForm):
    """Who investigates, and what are they asked to find out?"""

    investigator = RadioField(
        "Who investigates?",
        [Required("Select who investigates")],
        hint="Only trained investigators are listed. Nobody may be investigator and decide on the case later.",
        what="the investigator",
    )
    terms = TextAreaField(
        "What are they asked to find out?",
        [Required("Enter what the investigator is asked to find out")],
        hint="The terms of reference: which allegations, what is outside the task, and when the report is expected.",
        max_length=5000,
        rows=8,
    )


class ApprovePlanForm(NamingForm):
    """How will this be investigated?"""

    plan = TextAreaField(
        "How will you investigate?",
        [Required("Enter the plan of the investigation")],
        hint="What you will look at, whom you will speak to and in which order, what must be secured, and by when.",
        max_length=10000,
        rows=12,
        what="the plan",
    )


class TellSubjectForm(NamingForm):
    """The words of the letter to the person concerned, besides the allegations themselves."""

    what_happens_next = TextAreaField(
        "What happens next?", [Required("Enter what happens next")], rows=4, max_length=3000
    )
    contact = TextAreaField(
        "Who can they ask?",
        [Required("Enter whom they can ask, with a telephone number or address")],
        hint="A name and how to reach them.",
        rows=2,
        max_length=1000,
    )
    support = TextAreaField(
        "What support is there?", [Required("Enter what support they can have")], rows=3, max_length=3000
    )
    companion = TextAreaField(
        "Who may come with them?", [Required("Enter who may come with them to meetings")], rows=3, max_length=3000
    )
    confidentiality = TextAreaField(
        "What must stay confidential?", [Required("Enter what must stay confidential")], rows=3, max_length=3000
    )
    preview = SubmitField("Show the letter with these words")
