"""The one page on which somebody tells or asks something, and the short answers of those who hear of it."""

import re
from itertools import pairwise
from typing import Any

from app.breach_reports.models import YesNoUnknown
from app.core.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    HiddenField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    StringField,
    TextAreaField,
)
from app.early_advice.models import AlertOutcome, BreachAnswer, Connection, DeclarationAction, HrAnswer, ProfileLine, Verdict
from app.people.managing import MANAGER_HINT
from app.policy.queries import pack

ELSEWHERE = "elsewhere"
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W\d_])?")


def possible_name(text: str) -> str:
    """The first words of a text that look like a first name and a surname, in letters of any kind; empty where none do.

    Names of places and of schools look the same, so nobody is refused for it: they are asked.
    """
    for one, other in pairwise(_WORD.finditer(text)):
        first, second, between = one.group(), other.group(), text[one.end() : other.start()]
        stop = "." if len(first) == 1 else ""
        is_joined = between.isspace() or (between.startswith(stop) and between[len(stop) :].isspace())
        looks_like_one = is_joined and _begins_a_name(first) and _is_capitalised(second)
        if looks_like_one and not pack().find_platform(f"{first} {second}"):
            return f"{first} {second}"
    return ""


def _is_capitalised(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def _begins_a_name(word: str) -> bool:
    """A capitalised word, or one initial; “I met” and “A friend” begin no name."""
    return _is_capitalised(word) or (len(word) == 1 and word.isupper() and word not in "AI")


def possible_name_of_marker(text: str) -> str:
    """What is more than initials or a reference: a word of three letters or more that is not in capitals, and no digit."""
    if any(letter.isdigit() for letter in text):
        return possible_name(text)
    plain = (word.strip(".,()") for word in text.split())
    return text if any(len(word) > 2 and word.isalpha() and not word.isupper() for word in plain) else ""


class AlertForm(ProbityForm):
    """I think I made a mistake."""

    what = TextAreaField(
        "What happened?", [Required("Enter what happened"), NoSecrets()],
        hint="In your own words. A few lines are enough.", rows=4, max_length=4000, what="what happened",
    )  # fmt: skip
    place = RadioField("Where?", [Required("Select where it happened")])
    platform = StringField(
        "Website or app", [RequiredIf("place", ELSEWHERE, "Enter the website or app"), NoSecrets()],
        max_length=80, what="the website or app",
    )  # fmt: skip
    address = StringField(
        "Link to it, if you have one", [NoSecrets()], max_length=500, what="the link",
        hint="You can leave this empty.",
    )  # fmt: skip
    noticed_on = DateField(
        "When did you notice?", [Required("Enter the day on which you noticed")], what="the day on which you noticed",
    )  # fmt: skip
    personal_data = RadioField(
        "Could it have shown details about other people?",
        [Required("Select whether it could have shown details about other people")],
        hint="Names, photographs, addresses, anything about a person. If it did, we may have only 72 hours, so it helps to "
        "know now.",
        choices=list(YesNoUnknown),
    )
    done = TextAreaField(
        "What have you done about it so far?", [NoSecrets()],
        hint="For example “I deleted it after ten minutes”. You can leave this empty.", rows=3, max_length=2000,
        what="what you have done",
    )  # fmt: skip
    page = HiddenField()


OUTCOME_CHOICES = {
    AlertOutcome.CORRECTED: ("It has been put right", "Nothing else is to be done."),
    AlertOutcome.ADVICE: ("I give advice", "What to do differently, or where to learn it."),
    AlertOutcome.TAKE_DOWN: ("It must come down", "Ask them to keep a copy first, then to remove it."),
    AlertOutcome.SETTLED: ("Nothing more is needed here", ""),
}  # fmt: skip


ASKED_AT_ONCE = "They were asked when it was sent, since it showed details about other people, and record what they find."
OFFICER_AFTER_ALL = (
    Choice("yes", "Yes, or I am not sure"), Choice("no", "No", hint="They read your reason.", reveals=("why_not",)),
)  # fmt: skip


class DecideAlertForm(ProbityForm):
    """What comes of it?"""

    outcome = RadioField("What comes of it?", [Required("Select what comes of it")], label_size="m")
    words = TextAreaField(
        "What should they do or know?", [NoSecrets()], rows=4, max_length=3000, what="what they should do or know",
        hint="They read this, and so does everybody who was told. Thank them: they need not have found it easy.",
    )  # fmt: skip
    same_day = BooleanField("Somebody could come to harm: it must come down today")
    to_officer = RadioField(
        "Has the data protection officer to look at it?",
        [Required("Select whether the data protection officer has to look at it")],
        hint="It may have shown details about other people. If so, it may have to be reported within 72 hours from when it "
        "was sent to you.",
        choices=[
            Choice("yes", "Yes, or I am not sure", hint="They are told now."),
            Choice("no", "No", reveals=("why_not",)),
        ],
    )
    why_not = TextAreaField(
        "Why not?", [
            RequiredIf("to_officer", "no", "Enter why the data protection officer need not look at it"), NoSecrets(),
        ],
        hint="This is kept. For example “the list had no names on it”.", rows=2, max_length=1000,
        what="why the data protection officer need not look at it",
    )  # fmt: skip


class ToOfficerForm(ProbityForm):
    """Send it to the data protection officer."""

    words = TextAreaField(
        "What should they know that is not said yet?", [NoSecrets()], rows=4, max_length=3000,
        what="what they should know",
        hint="For example whose details could be seen. Whoever told you of it reads this too. You can leave this empty.",
    )  # fmt: skip


TELL_MORE = "What do they not know yet?"
TELL_MORE_HINT = "For example whose details could be seen. Whoever told you of it reads this too."


class AfterAllForm(ProbityForm):
    """It must come down after all."""

    words = TextAreaField(
        "What was found, and what should they do?",
        [Required("Enter what the person is to do, and what was found"), NoSecrets()], rows=4, max_length=3000,
        what="what they should do",
        hint="They read this, and so does everybody who was told. Ask them to keep a copy first, then to remove it.",
    )  # fmt: skip
    same_day = BooleanField("Somebody could come to harm: it must come down today")


class TakenDownForm(ProbityForm):
    """It is taken down."""

    words = TextAreaField(
        "Anything to add?", [NoSecrets()], rows=2, max_length=1000, what="what you add",
        hint="For example that somebody has shared it. You can leave this empty.",
    )  # fmt: skip


class BreachForm(ProbityForm):
    """What was found about personal data?"""

    answer = RadioField(
        "What did you find?", [Required("Select what you found")], choices=[(one, one.label) for one in BreachAnswer],
    )  # fmt: skip
    found = TextAreaField(
        "What happened, what follows from it and what was done",
        [Required("Enter what you found, and the reference of the regulator if you reported it"), NoSecrets()],
        hint="With the regulator’s reference if you reported it, and why if that was after the 72 hours.", rows=5,
        max_length=4000, what="what you found",
    )  # fmt: skip


class CorrectBreachForm(BreachForm):
    """What do you find now?"""

    found = TextAreaField(
        "What you find now, and why it is not as you recorded it",
        [Required("Enter what you find now, and why it is not as you recorded it"), NoSecrets()],
        hint="What you recorded before is kept. Add the regulator’s reference if you reported it, and why if that was after "
        "the 72 hours.", rows=5, max_length=4000, what="what you find now",
    )  # fmt: skip


class ReportAlertForm(ProbityForm):
    """Report it to HR."""

    why = TextAreaField(
        "Why should HR look at it?", [Required("Enter why HR should look at it"), NoSecrets()], rows=4, max_length=4000,
        what="why HR should look at it",
        hint="HR also gets what the person told you, in their words, and when they told you.",
    )  # fmt: skip
    at_risk = RadioField(
        "Could a child or an adult at risk come to harm?", [Required("Select whether somebody could come to harm")],
        choices=list(YesNoUnknown),
    )  # fmt: skip


class QuestionForm(ProbityForm):
    """Ask before posting."""

    post = TextAreaField(
        "What do you want to post?", [Required("Enter what you want to post"), NoSecrets()], rows=5, max_length=4000,
        what="what you want to post", hint="The words, or what the picture shows.",
    )  # fmt: skip
    where = StringField(
        "Where?", [NoSecrets()], max_length=200, what="where",
        hint="For example “my own LinkedIn”. You can leave this empty.",
    )  # fmt: skip
    doubt = TextAreaField(
        "What are you not sure about?", [Required("Enter what you are not sure about"), NoSecrets()], rows=3,
        max_length=2000, what="what you are not sure about", hint="For example whether it is public already.",
    )  # fmt: skip
    seat = RadioField("Whom do you want to ask?", [Required("Select whom you want to ask")])
    page = HiddenField()


class AnswerForm(ProbityForm):
    """Answer the question."""

    verdict = RadioField(
        "Your answer", [Required("Select your answer")],
        choices=[
            (Verdict.GO_AHEAD, "Go ahead"), (Verdict.CHANGE_FIRST, "Go ahead after a change"),
            (Verdict.DO_NOT_POST, "Please do not post it"),
        ],
    )  # fmt: skip
    answer = TextAreaField(
        "In your words", [NoSecrets()], rows=4, max_length=3000, what="your answer",
        hint="What should change, or why not. You can leave this empty if they can go ahead.",
    )  # fmt: skip


class DeclarationForm(ProbityForm):
    """Declare a connection."""

    connection = RadioField(
        "Who is it?", [Required("Select who it is")], choices=[(one, one.label) for one in Connection],
        hint="Do not say their name anywhere on this page.",
    )  # fmt: skip
    marker = StringField(
        "Initials or case reference", [NoSecrets()], max_length=20, width=10, what="the initials or reference",
        hint="Only if your manager needs it to know whom you mean. You can leave this empty.",
    )  # fmt: skip
    where = StringField(
        "Where are you connected?", [Required("Enter where you are connected"), NoSecrets()], max_length=120,
        what="where you are connected", hint="For example Facebook.",
    )  # fmt: skip
    words = TextAreaField(
        "How do you know each other?", [Required("Enter how you are connected"), NoSecrets()], rows=4,
        max_length=2000, what="how you are connected",
        hint="For example “we were at school together, long before I worked here”. No names.",
    )  # fmt: skip
    at_risk = RadioField(
        "Is it a child, or an adult who needs care or protection?",
        [Required("Select whether it is a child or an adult who needs care or protection")],
        hint="If you answer yes or are not sure, Human Resources reads this too.", choices=list(YesNoUnknown),
    )  # fmt: skip
    names_nobody = BooleanField("What I wrote names nobody who uses our services, nor their family")
    page = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """What looks like a name is asked about once, and never refused: nobody is to be named who did not ask for it
        (policy 7.6), but a school and a church are no people.
        """
        super().validate(extra_validators=extra_validators)
        found = self._possible_name()
        if found and not self.names_nobody.data:
            said = f"“{found}” may be a name. If it is the person’s, take it out. If it is not, select the box to say so"
            self.names_nobody.errors = [*self.names_nobody.errors, said]
        return not self.errors

    def fields_to_show(self) -> list[Any]:
        """Without the question about names, until there is a reason to ask it."""
        is_asked = bool(self.names_nobody.errors or self.names_nobody.data)
        return [field for field in super().fields_to_show() if is_asked or field is not self.names_nobody]

    def _possible_name(self) -> str:
        free = possible_name(self.where.data or "") or possible_name(self.words.data or "")
        return possible_name_of_marker(self.marker.data or "") or free


class ReviewForm(ProbityForm):
    """What do you decide?"""

    action = RadioField(
        "What do you decide?", [Required("Select what you decide")], label_size="m",
        choices=[
            Choice(DeclarationAction.UNLINK, "They should end the connection online"),
            Choice(DeclarationAction.MAY_STAY, "It may stay", hint="For example family, with nothing to do with the work."),
            Choice(
                DeclarationAction.REFER, "Human Resources should look at it",
                hint="Then you decide. The person reads this. If you fear for somebody’s safety, speak to the safeguarding "
                "lead first.",
            ),
        ],
    )  # fmt: skip
    reasons = TextAreaField(
        "Your reasons", [Required("Enter your reasons. The person who declared it reads them"), NoSecrets()], rows=4,
        max_length=3000, what="your reasons", hint="The person who declared it reads them.",
    )  # fmt: skip


class HrForm(ProbityForm):
    """What did HR do?"""

    answer = RadioField(
        "What came of it?", [Required("Select what came of it")], choices=[(one, one.label) for one in HrAnswer],
    )  # fmt: skip
    words = TextAreaField(
        "What you did, and why", [Required("Enter what you did, and why"), NoSecrets()], rows=4, max_length=3000,
        what="what you did", hint="Only Human Resources and, where you passed it on, the safeguarding lead read this.",
    )  # fmt: skip
    advice = TextAreaField(
        "Your words for the manager", [NoSecrets()], rows=3, max_length=3000, what="your words for the manager",
        hint="For example what should be agreed. Whoever declared it does not read this. If the manager has "
        "decided already, they decide again. You can leave it empty if you have no advice.",
    )  # fmt: skip


class TakeOverForm(ProbityForm):
    """What do you do about it?"""

    words = TextAreaField(
        "What you do about it, or why nothing is needed", [Required("Enter what you do about it"), NoSecrets()], rows=4,
        max_length=3000, what="what you do about it", hint="Only Human Resources and the safeguarding lead read this.",
    )  # fmt: skip


LINE_WORDS = {
    ProfileLine.ACCURATE: "What it says about my work here is right",
    ProfileLine.NOTHING_CONFIDENTIAL: "It gives nothing away that is confidential or could harm our good name",
    ProfileLine.RESPECTFUL: "It speaks with respect of the organisation and the people I work with",
    ProfileLine.CONSISTENT: "It fits with how I want colleagues and the public to see me",
}


class ProfileForm(ProbityForm):
    """What is true of your profile?"""

    lines = CheckboxesField(
        "Which of these are true?", choices=[(line, words) for line, words in LINE_WORDS.items()],
        hint="Select all that are true. Only you will see this.",
    )  # fmt: skip
    note = TextAreaField(
        "A note to yourself", [NoSecrets()], rows=3, max_length=1000, what="your note",
        hint="For example what you want to change. You can leave this empty.",
    )  # fmt: skip


class ManagerForm(ProbityForm):
    """Who manages them now?"""

    manager = StringField(
        "Line manager", [Required("Enter who manages them now"), NoSecrets()], max_length=254, what="the manager",
        hint=MANAGER_HINT,
    )  # fmt: skip
