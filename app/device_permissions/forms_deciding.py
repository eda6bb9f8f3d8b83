"""What managers answer about a device: the decision, what becomes of their question, why it ends, and who manages whom."""

from datetime import date

from app.core.forms import (
    Choice,
    DateField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenField,
    StringField,
    TextAreaField,
)
from app.core.presentation import uk_date
from app.people.managing import MANAGER_HINT
from app.people.models import Person


class DecideForm(ProbityForm):
    """What do you decide?"""

    seen = SeenField()
    decision = RadioField(
        "What do you decide?",
        label_size="m",
        choices=[
            Choice("approve", "Approve until a date", reveals=("expires_on", "covers", "conditions")),
            Choice("return", "Ask a question first", reveals=("question",)),
            Choice("refuse", "Refuse", reveals=("reasons",)),
        ],
        validators=[Required("Select what you decide")],
    )
    expires_on = DateField(
        "Until when?",
        what="the end date",
        validators=[RequiredIf("decision", "approve", "Enter the last day of the permission")],
    )
    covers = RadioField(
        "Does this include working hours?",
        choices=[("yes", "Yes, working hours too"), ("no", "No, only breaks and time off")],
        validators=[RequiredIf("decision", "approve", "Select whether this includes working hours")],
    )
    conditions = TextAreaField(
        "Conditions, if any", [NoSecrets()], what="the conditions", rows=3, max_length=1000,
        hint="For example “turn on automatic updates first”.",
    )  # fmt: skip
    question = TextAreaField(
        "What do you want to know?", what="the question", rows=3, max_length=1000,
        validators=[RequiredIf("decision", "return", "Enter what you want to know"), NoSecrets()],
    )  # fmt: skip
    reasons = TextAreaField(
        "Why do you refuse?", what="the reasons", rows=3, max_length=1000,
        hint="The person who asked reads this.",
        validators=[RequiredIf("decision", "refuse", "Enter why you refuse this"), NoSecrets()],
    )  # fmt: skip

    def offer_to_take_back(self) -> None:
        """Instead of another question: the one that was asked is not answered."""
        approve, _ask, refuse = self.decision.choices
        self.decision.choices = [approve, Choice("take_back", "Take your question back, and decide later"), refuse]


def end_hint(person: Person, latest: date, *, is_leaving: bool) -> str:
    """Until when a permission may run at most, and why."""
    why = f"That is the last working day of {person.name}." if is_leaving else "That is the longest a permission may run."
    return f"{uk_date(latest)} at the latest. {why}"


class QuestionForm(ProbityForm):
    """What becomes of your question, while it can still be answered?"""

    seen = SeenField()
    settle = RadioField(
        "What becomes of your question?",
        label_size="m",
        choices=[
            Choice("answered", "They told me the answer", hint="Then you decide.", reveals=("answer",)),
            Choice("take_back", "I take it back", hint="It is not needed, or was asked by mistake. Then you decide."),
        ],
        validators=[Required("Select what becomes of your question")],
    )
    answer = TextAreaField(
        "What did they say?", what="what they said", rows=4, max_length=1000,
        hint="They are told that you wrote it down, and read it.",
        validators=[RequiredIf("settle", "answered", "Enter what they said"), NoSecrets()],
    )  # fmt: skip


class RevokeForm(ProbityForm):
    """Why does it end?"""

    reasons = TextAreaField(
        "Why does the permission end?", what="the reasons", rows=3, max_length=1000,
        hint="The holder reads this.", validators=[Required("Enter why the permission ends"), NoSecrets()],
    )  # fmt: skip


class ManagerForm(ProbityForm):
    """Who manages them now?"""

    manager = StringField(
        "Line manager", max_length=254, what="the manager", hint=MANAGER_HINT,
        validators=[Required("Enter who manages them now"), NoSecrets()],
    )  # fmt: skip
