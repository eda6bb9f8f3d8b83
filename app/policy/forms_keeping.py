"""Forms with which the guardian keeps a policy, writes its next version and publishes it."""

from collections.abc import Iterable
from typing import Any

from wtforms.validators import ValidationError

from app.core.forms import (
    CheckboxesField,
    Choice,
    DateField,
    MaxLength,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenField,
    SelectField,
    StringField,
    TextAreaField,
)
from app.policy.models import PolicyDraft, Precision, RevisionCause

ANOTHER = "-another"
"""What is sent for a body that is not offered; no body is called so."""


class ReasonForm(ProbityForm):
    """What changes, and from when, so that the policy should change too?"""

    cause = RadioField("What changes?", validators=[Required("Select what changes")], choices=list(RevisionCause))
    words = TextAreaField(
        "What is it?", validators=[Required("Enter what changes"), MaxLength(500)], rows=3, max_length=500,
        hint="For example the name of the Act, and what it asks for.",
    )  # fmt: skip
    changed_on = DateField(
        "From which day does it count?", validators=[Required("Enter the day from which it counts")], what="the day",
        hint="It may be to come. The next review comes forward to this day, if it would be later.",
    )  # fmt: skip


class ReviewForm(ProbityForm):
    """You looked at the policy and it stays as it is: why, and until when?"""

    words = TextAreaField(
        "Why can it stay as it is?", validators=[Required("Enter why it can stay as it is"), MaxLength(500)], rows=3,
        max_length=500, hint="What you looked at, and whom you asked.",
    )  # fmt: skip
    next_review_on = DateField(
        "When is it reviewed next?", validators=[Required("Enter when it is reviewed next")], what="the next review"
    )


class WithdrawVersionForm(ProbityForm):
    """Why is a published version taken back before it holds?"""

    why = StringField(
        "Why is it withdrawn?", validators=[Required("Enter why it is withdrawn"), MaxLength(300)], max_length=300,
        hint="Everybody reads this beside the version.",
    )  # fmt: skip


def _one_school(form: Any, field: Any) -> None:
    """One school, chosen or entered."""
    chosen = form.known.data if form.known else None
    if chosen and field.data:
        raise ValidationError("Select a school or enter another one, not both")
    if not chosen and not field.data:
        raise ValidationError("Select a school, or enter another one" if form.known else "Enter the school")


class AdoptionForm(ProbityForm):
    """What did a school's governing body decide?"""

    known = SelectField("Which school?", empty="Choose a school", hint="Those that are recorded as employing somebody.")
    school = StringField("Which school?", validators=[_one_school, MaxLength(120)], max_length=120)
    adopted = RadioField(
        "What did its governing body decide?", validators=[Required("Select what it decided")],
        choices=[Choice("yes", "It adopted the policy"), Choice("no", "It did not adopt the policy")],
    )  # fmt: skip
    decided_on = DateField("When?", validators=[Required("Enter when it decided")], what="the day of the decision")

    def offering(self, schools: list[str]) -> "AdoptionForm":
        """The form with the schools that are known; without that question where none is."""
        if schools:
            self.known.choices = schools
            self.school.label.text = "Or another school"
        else:
            del self.known
        return self

    @property
    def school_meant(self) -> str:
        """The school that was chosen, or entered."""
        return (self.known.data if self.known else None) or self.school.data


class DetailsForm(ProbityForm):
    """What is said about the next version beside its text. Anything may be left for later."""

    seen = SeenField()

    label = StringField("What is the version called?", validators=[MaxLength(40)], hint="For example “Version 3”.", width=20)
    effective_on = DateField("From which day does it hold?", what="the day from which it holds")
    next_review_on = DateField("When is it reviewed next?", what="the next review")
    next_review_precision = RadioField(
        "Is that day meant, or its month?", default=Precision.DAY.value,
        choices=[
            Choice("day", "That day"), Choice("month", "That month", hint="It is then due on the last day of the month."),
        ],
    )  # fmt: skip
    is_material = RadioField(
        "Does it change a rule?",
        choices=[
            Choice("yes", "Yes", hint="Everybody is asked to agree to it."),
            Choice("no", "No, only words or details", hint="Whoever agreed to the version before is not asked again."),
        ],
    )
    change_note = TextAreaField(
        "What changes, in a few words?", validators=[MaxLength(1000)], rows=3, max_length=1000,
        hint="Everybody reads this beside the new version.",
    )  # fmt: skip
    guardian = StringField("Who is its guardian?", validators=[MaxLength(120)])
    owner = StringField("Who owns it? (optional)", validators=[MaxLength(120)])
    reviewer = StringField("Who reviews it? (optional)", validators=[MaxLength(120)])
    linked_documents = TextAreaField(
        "Which other documents belong beside it?", validators=[MaxLength(3000)], rows=6, max_length=3000,
        hint="One on each line.",
    )  # fmt: skip

    @classmethod
    def of(cls, draft: PolicyDraft) -> "DetailsForm":
        """The form with what the draft has so far."""
        form = cls(obj=draft)
        if form.is_material.raw_data is None:
            form.is_material.data = {True: "yes", False: "no", None: None}[draft.is_material]
        if form.next_review_precision.data is None:
            form.next_review_precision.data = Precision.DAY.value
        return form


class NewParagraphForm(ProbityForm):
    """Which number does the new paragraph get, and how does it read?"""

    number = StringField(
        "Number", validators=[Required("Enter the number of the paragraph"), MaxLength(20)], width=10,
        hint="For example 6.4, or 6.4(1) for a point below it. It never changes afterwards.",
    )  # fmt: skip
    heading = StringField("Heading", validators=[Required("Enter a heading"), MaxLength(160)])
    summary = TextAreaField(
        "What it says, in plain words", validators=[Required("Enter what the paragraph says"), MaxLength(2000)], rows=6,
        max_length=2000,
    )  # fmt: skip


class ParagraphForm(NewParagraphForm):
    """How does the paragraph read?"""

    seen = SeenField()

    number = None  # type: ignore[assignment]


class ApprovalForm(ProbityForm):
    """Which body approved it, and when?"""

    body = RadioField("Which body?", validators=[Required("Select which body approved it")])
    other = StringField(
        "What is it called?", validators=[RequiredIf("body", ANOTHER, "Enter which body approved it"), MaxLength(80)],
        max_length=80,
    )  # fmt: skip
    approved_on = DateField(
        "When did it approve it?", what="the day of the approval", hint="Leave it empty where no day is recorded."
    )
    why_no_day = StringField(
        "Why is no day recorded? (only if none is)", validators=[MaxLength(300)], max_length=300,
        hint="For example “By e-mail; the minutes are not out yet”. Everybody reads this beside the version.",
    )  # fmt: skip

    def offering(self, bodies: Iterable[str]) -> "ApprovalForm":
        """The form with the bodies that are known; where none is, the name of one is asked for."""
        self.body.choices = [*bodies, Choice(ANOTHER, "Another body", reveals=("other",))]
        if len(self.body.choices) == 1:
            self.body.data = ANOTHER
        return self

    @property
    def body_meant(self) -> str:
        """The body that was chosen, or entered."""
        return self.other.data if self.body.data == ANOTHER else self.body.data or ""


class PublishForm(ProbityForm):
    """Which reasons does the version answer?"""

    reasons = CheckboxesField(
        "Which reasons to revise does it answer?",
        hint="What it does not answer stays open and brings the next review forward.",
    )
    why_before_approval = TextAreaField(
        "Why does it hold from before its last approval? (only if it does)", validators=[MaxLength(300)], rows=2,
        max_length=300,
    )  # fmt: skip

    def offering(self, reasons: list[Any]) -> "PublishForm":
        """The form with the reasons that are open; without the question where there are none."""
        self.reasons.choices = [Choice(str(one.id), one.words) for one in reasons]
        if not reasons:
            del self.reasons
        return self
