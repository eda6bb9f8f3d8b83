"""Forms of the investigation: evidence, statements, pauses, findings and the report."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from app.core.forms import (
    BooleanField,
    Choice,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SelectField,
    StringField,
    TextAreaField,
)
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.forms.opening import SOMEBODY_ELSE, people_choices
from app.hr_cases.models import (
    Allegation,
    Attribution,
    Basis,
    Bearing,
    EvidenceItem,
    EvidenceKind,
    Finding,
    PauseReason,
    Recommendation,
    StatementKind,
    StatementState,
    Visibility,
)
from app.people.models import Person

NEITHER = "neither"

EVIDENCE_KINDS = [
    Choice(EvidenceKind.POST, "A post"),
    Choice(EvidenceKind.COMMENT, "A comment"),
    Choice(EvidenceKind.REPOST, "A repost or share"),
    Choice(EvidenceKind.IMAGE, "A picture"),
    Choice(EvidenceKind.MESSAGE, "A message"),
    Choice(EvidenceKind.LOG, "A system log"),
    Choice(EvidenceKind.DOCUMENT, "A document"),
]
VISIBILITIES = [
    Choice(Visibility.PUBLIC, "Anybody"),
    Choice(Visibility.MEMBERS, "Anybody with an account on the platform"),
    Choice(Visibility.FRIENDS, "Only friends or followers"),
    Choice(Visibility.SUPPLIED, "It was not published: somebody supplied it"),
    Choice(Visibility.NOT_KNOWN, "Not known"),
]
ATTRIBUTIONS = [
    Choice(Attribution.PRESUMED, "Presumed to be the account holder’s"),
    Choice(Attribution.ADMITTED, "They agree it is theirs"),
    Choice(Attribution.DISPUTED, "They say it is not theirs"),
    Choice(Attribution.REBUTTED, "Shown not to be theirs"),
    Choice(Attribution.NOT_APPLICABLE, "Nobody’s words"),
]
BEARINGS = [
    Choice(Bearing.FOR, "It supports the allegation"),
    Choice(Bearing.AGAINST, "It speaks against the allegation"),
    Choice(NEITHER, "It does not bear on it"),
]


class EvidenceForm(NamingForm):
    """One exhibit: what it is, where it comes from, and what it shows."""

    title = StringField(
        "What is it?",
        [Required("Enter what it is")],
        hint="A few words, like “Comment below the library’s post of 2 March”.",
        what="what it is",
    )
    kind = SelectField("Kind", [Required("Select what kind of evidence it is")], choices=EVIDENCE_KINDS, what="kind")
    file = FileField(
        "The file",
        hint="A PNG or JPEG picture, a PDF or plain text, at most 20 MB. Leave this empty if there is only the text below.",
        accept=".png,.jpg,.jpeg,.pdf,.txt",
    )
    transcript = TextAreaField(
        "What does it say or show, in words?",
        [Required("Enter what it says or shows")],
        hint="Everybody who works on the case reads this, also those who cannot see the picture.",
        rows=5,
        max_length=10000,
    )
    address = StringField(
        "Web address", hint="Kept as text. Probity never opens it.", max_length=2000, what="the web address"
    )
    captured_on = DateField("When was it captured?", hint="Leave this empty if it is not known.", what="the day of capture")
    captured_by = StringField(
        "Who captured it, and how?",
        hint="For example “Screenshot by the reporter on a phone”.",
        max_length=500,
        what="who captured it",
    )
    visibility = RadioField(
        "Who could see it then?", [Required("Select who could see it")], choices=VISIBILITIES, what="who could see it"
    )
    attribution = RadioField(
        "Whose words are they?", [Required("Select whose words they are")], choices=ATTRIBUTIONS, what="whose words"
    )
    lawful_source = StringField(
        "How did we lawfully come by it?",
        [Required("Enter how we came by it")],
        hint="For example “Public page, opened without signing in” or “Sent in with the report”.",
        max_length=500,
    )
    special_category = BooleanField(
        "It tells something about health, belief, ethnicity, union membership, politics or sexual life"
    )
    third_party_data = BooleanField("It names or shows people who have nothing to do with this")



def _bearing_fields(allegations: Sequence[Allegation]) -> dict[str, Any]:
    return {
        f"bearing_{one.number}": RadioField(
            f"How does it bear on allegation {one.number}?",
            [Required(f"Select how it bears on allegation {one.number}")],
            choices=BEARINGS,
        )
        for one in allegations
    }


def evidence_form(allegations: Sequence[Allegation], **kwargs: Any) -> EvidenceForm:
    """The evidence form, with one question for each allegation."""
    made: type[EvidenceForm] = type("EvidenceFormOfCase", (EvidenceForm,), _bearing_fields(allegations))
    return made(**kwargs)


class WeighingForm(ProbityForm):
    """What an exhibit speaks for."""

    weighing_seen = HiddenField()


def weighing_form(allegations: Sequence[Allegation], item: EvidenceItem) -> WeighingForm:
    """What an exhibit speaks for: one question for each allegation, filled with what is known."""
    known = {one.allegation_id: one.bearing for one in item.bearings}
    data = {f"bearing_{one.number}": known.get(one.id, NEITHER) for one in allegations} if known else {}
    made: type[WeighingForm] = type("WeighingFormOfExhibit", (WeighingForm,), _bearing_fields(allegations))
    return made(data={**data, "weighing_seen": item.weighing})


def bearings_from(form: ProbityForm, allegations: Sequence[Allegation]) -> dict[uuid.UUID, Bearing]:
    """The answers by allegation; "it does not bear on it" is none."""
    answers = {one.id: form[f"bearing_{one.number}"].data for one in allegations}
    return {allegation_id: Bearing(answer) for allegation_id, answer in answers.items() if answer != NEITHER}


class StatementForm(NamingForm):
    """Somebody's account, as it was written down."""

    person = RadioField("Whose account is it?", [Required("Select whose account it is")], what="whose account it is")
    person_email = EmailField(
        "Their work e-mail address",
        [RequiredIf("person", SOMEBODY_ELSE, "Enter the work e-mail address of the witness")],
        hint="They will be a witness in this case, and will not be able to work on it as an officer.",
        what="the e-mail address",
    )
    kind = RadioField(
        "How was it given?",
        [Required("Select how it was given")],
        choices=[
            Choice(StatementKind.INTERVIEW, "At a meeting"),
            Choice(StatementKind.WRITTEN, "In writing"),
            Choice(StatementKind.SUBJECT_REPLY, "As the written reply of the person concerned"),
        ],
    )
    taken_on = DateField("On which day?", [Required("Enter the day on which it was given")], what="the day")
    present = StringField(
        "Who was present?", hint="Names and why they were there. Leave this empty for a written account.", max_length=500
    )
    words = TextAreaField(
        "What did they say?",
        [Required("Enter what they said")],
        hint="As close to their own words as you can. They will be asked to check it.",
        rows=14,
        max_length=20000,
        what="the statement",
    )

    def __init__(self, *args: Any, known: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = Choice(SOMEBODY_ELSE, "Somebody else", reveals=("person_email",))
        self.person.choices = [*people_choices(known), other]


class StatementCheckForm(NamingForm):
    """What did they answer when they checked it?"""

    state = RadioField(
        "What did they answer?",
        [Required("Select what they answered")],
        choices=[
            Choice(StatementState.AGREED, "It is right"),
            Choice(StatementState.AGREED_WITH_AMENDMENTS, "It is right with changes", reveals=("amendments",)),
            Choice(StatementState.NOT_AGREED, "They do not agree with it", reveals=("objections",)),
        ],
    )
    amendments = TextAreaField(
        "Which changes?",
        [RequiredIf("state", StatementState.AGREED_WITH_AMENDMENTS.value, "Enter the changes they asked for")],
        hint="They stand beside the first wording, which stays as it was.",
        max_length=10000,
    )
    objections = TextAreaField(
        "What do they not agree with?", hint="Leave this empty if they did not say.", max_length=10000
    )
    checked_on = DateField("On which day did they answer?", [Required("Enter the day of their answer")], what="the day")


class PauseForm(NamingForm):
    """Why does the investigation stand still?"""

    reason = RadioField(
        "Why must it stand still?",
        [Required("Select why it must stand still")],
        choices=[
            Choice(PauseReason.POLICE, "The police asked for it"),
            Choice(PauseReason.SAFEGUARDING, "A safeguarding inquiry comes first"),
            Choice(PauseReason.GRIEVANCE, "A grievance about the same matter"),
            Choice(PauseReason.SICKNESS, "Somebody is ill"),
            Choice(PauseReason.COMPANION, "The companion cannot come"),
            Choice(PauseReason.OTHER, "Another reason"),
        ],
        what="the reason",
    )
    note = TextAreaField(
        "What has been agreed?", [Required("Enter what has been agreed, and with whom")], rows=4, max_length=3000
    )


class FindingForm(NamingForm):
    """What did you find on this allegation?"""

    finding = RadioField(
        "What did you find?",
        [Required("Select what you found")],
        hint="On the balance of probabilities: is it more likely than not that it happened?",
        choices=[
            Choice(Finding.ESTABLISHED, "It happened"),
            Choice(Finding.NOT_ESTABLISHED, "It did not happen"),
            Choice(Finding.UNABLE, "I cannot say either way"),
        ],
        what="the finding",
    )
    basis = RadioField(
        "What does that rest on?",
        [Required("Select what it rests on")],
        choices=[
            Choice(Basis.UNCONTESTED, "Nobody disputes the facts"),
            Choice(Basis.CONTESTED, "The facts are disputed, and I weighed the evidence"),
            Choice(Basis.UNSUBSTANTIATED, "There is nothing to support it"),
        ],
        what="the basis",
    )
    reasons = TextAreaField(
        "Why?",
        [Required("Enter the reasons for your finding")],
        hint="Name the exhibits and statements you rely on (E1, S2), and say why you prefer one account to another.",
        rows=8,
        max_length=10000,
        what="the reasons",
    )


class ReportForm(NamingForm):
    """The texts of the investigation report. Findings are written allegation by allegation."""

    background = TextAreaField(
        "Background", hint="How the matter came up, and what you were asked to find out.", rows=6, max_length=20000
    )
    # Not "process": that is what WTForms calls its own method.
    steps = TextAreaField(
        "What you did", hint="Whom you spoke to, what you looked at, and what you could not do.", rows=6, max_length=20000
    )
    mitigation = TextAreaField(
        "What speaks for the person",
        hint="Their explanation, training they did not have, unclear rules, health, length of service.",
        rows=5,
        max_length=20000,
    )
    equality = TextAreaField(
        "Equality",
        hint="Could disability, belief or another protected characteristic matter here? Was anybody else treated otherwise?",
        rows=4,
        max_length=10000,
    )
    recommendation = RadioField(
        "What do you recommend?",
        hint="A recommendation only. What happens to the person is not yours to say.",
        choices=[
            Choice(Recommendation.FORMAL, "There should be a hearing"),
            Choice(Recommendation.INFORMAL, "It can be settled informally"),
            Choice(Recommendation.NO_FURTHER_ACTION, "Nothing more should happen"),
        ],
        what="the recommendation",
    )
    recommendation_reasons = TextAreaField("Why do you recommend this?", rows=5, max_length=10000, what="the reasons")
    other_matters = TextAreaField(
        "Anything else that should be looked at",
        hint="For example unclear guidance or missing training. Leave this empty if there is nothing.",
        rows=3,
        max_length=10000,
    )


class ReviewReportForm(NamingForm):
    """Is the report complete?"""

    version_seen = HiddenField()
    decision = RadioField(
        "Is the report complete?",
        [Required("Select whether the report is complete")],
        hint="You judge whether the work is complete. You may not change what it says.",
        choices=[
            Choice("accept", "Yes, accept it"),
            Choice("return", "No, send it back for more work", reveals=("reasons",)),
        ],
        what="the answer",
    )
    reasons = TextAreaField(
        "What is missing?",
        [RequiredIf("decision", "return", "Enter what is missing")],
        hint="The investigator reads this.",
        max_length=5000,
    )
