"""Forms of the decisions: is there a case to answer, the hearing, the outcome, the appeal, the closing."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.core.forms import (
    Choice,
    DateField,
    HiddenField,
    IntegerField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    TimeField,
)
from app.hr_cases.forms.answer_seen import AnswerSeenForm
from app.hr_cases.forms.ending_early import no_finding_field, referral_fields
from app.hr_cases.forms.ending_employment import ENDS_AT_ONCE, NOTICE_HINT, TELL_LEAVERS, end_fields
from app.hr_cases.forms.naming import NamingForm
from app.hr_cases.forms.relying import AfterFindingsForm
from app.hr_cases.models import (
    Allegation,
    AppealResult,
    CaseToAnswer,
    CompanionKind,
    Proof,
    UnionStanding,
)
from app.policy.pack import OutcomeKind

YES_NO = [Choice("yes", "Yes"), Choice("no", "No")]
IN_PLACE = ("kind", "months", "ends_on", "notice")
"""What is asked where another outcome stands in place of the first."""


class AppointDecisionMakerForm(ProbityForm):
    """Who decides on the report, and hears the case if there is one to answer?"""

    decision_maker = RadioField(
        "Who decides?",
        [Required("Select who decides")],
        hint="Only people who may decide cases are listed. Whoever investigated or owns the case cannot decide it.",
        what="the decision maker",
    )


class AppointAppealOfficerForm(ProbityForm):
    """Who hears the appeal?"""

    officer = RadioField(
        "Who hears the appeal?",
        [Required("Select who hears the appeal")],
        hint="Somebody who was not involved before and, where possible, is senior to whoever decided.",
        what="the appeal officer",
    )


class CaseToAnswerForm(ProbityForm):
    """Is there a case to answer?"""

    decision = RadioField(
        "What do you decide?",
        [Required("Select what you decide")],
        choices=[
            Choice(CaseToAnswer.CASE_TO_ANSWER, "There is a case to answer", "A hearing is set up."),
            Choice(CaseToAnswer.INFORMAL, "Settle it informally", "A conversation with agreed steps. It is not a warning."),
            Choice(CaseToAnswer.NO_CASE, "There is no case to answer", "The case is closed, and the person is told."),
        ],
        what="the decision",
    )
    equality = TextAreaField(
        "Equality and human rights",
        hint="Always needed where the allegation is about what somebody said or showed. How did you weigh the rights to "
        "private life, belief and free expression? Would somebody else have been treated the same way?",
        rows=4,
        max_length=5000,
    )


def case_to_answer_form(
    allegations: Sequence[Allegation], *, asks_referral: bool = False, asks_no_finding: bool = False, **kwargs: Any
) -> CaseToAnswerForm:
    """The form, with an answer and its reasons for each allegation, and what is needed where the case may not just end."""
    fields: dict[str, Any] = {
        **(no_finding_field() if asks_no_finding else {}), **(referral_fields() if asks_referral else {}),
    }  # fmt: skip
    for one in allegations:
        fields[f"answer_{one.number}"] = RadioField(
            f"Allegation {one.number}: is there a case to answer?",
            [Required(f"Select whether there is a case to answer on allegation {one.number}")],
            choices=YES_NO,
            inline=True,
        )
        fields[f"reasons_{one.number}"] = TextAreaField(
            f"Why, on allegation {one.number}?",
            [Required(f"Enter your reasons on allegation {one.number}")],
            hint="If this is not taken further, or there is no hearing, the person reads this in a letter.",
            max_length=5000,
        )
    made: type[CaseToAnswerForm] = type("CaseToAnswerFormOfCase", (CaseToAnswerForm,), fields)
    return made(**kwargs)


class InformalForm(NamingForm):
    """What was agreed informally."""

    note = TextAreaField(
        "What was agreed?",
        [Required("Enter what was agreed")],
        hint="This is a note, not a warning: it has no length and does not count against the person later.",
        max_length=5000,
    )
    review_on = DateField(
        "When will you look at it again?", [Required("Enter the day on which you will look at it again")], what="the day"
    )


def informal_form(*, asks_referral: bool) -> InformalForm:
    """The form, and what is needed where the case may not just end."""
    fields = referral_fields() if asks_referral else {}
    made: type[InformalForm] = type("InformalFormOfCase", (InformalForm,), fields)
    return made()


class NoticeForm(NamingForm):
    """When and where is the hearing?"""

    dismissal_possible = RadioField(
        "Could the hearing end in dismissal?",
        [Required("Select whether the hearing could end in dismissal")],
        hint="If it could, the person must be told so and has a longer notice.",
        choices=YES_NO,
        inline=True,
        what="the answer",
    )
    union_standing = RadioField(
        "Do they represent a trade union?",
        [Required("Select whether they represent a trade union")],
        hint="If they do, discuss this with an official of their union first, once they have agreed to that. Only those who "
        "work on this case read your answer; it is in no letter.",
        choices=[
            Choice(UnionStanding.REPRESENTATIVE, "Yes", reveals=("union_official", "union_consulted_on")),
            Choice(UnionStanding.NOT_REPRESENTATIVE, "No"),
            Choice(UnionStanding.NOT_KNOWN, "It is not known"),
        ],
        what="whether they represent a trade union",
    )
    union_official = StringField(
        "Which official did you ask?",
        [RequiredIf("union_standing", UnionStanding.REPRESENTATIVE.value, "Enter which official of the union you asked")],
        hint="Their name and union. If you asked nobody yet, do that first.",
        max_length=300,
        what="the official",
    )
    union_consulted_on = DateField(
        "On which day did you ask them?",
        [RequiredIf("union_standing", UnionStanding.REPRESENTATIVE.value, "Enter the day on which you asked them")],
        what="the day on which you asked them",
    )
    hearing_at = DateField("On which day?", [Required("Enter the day of the hearing")], what="the day of the hearing")
    hearing_time = TimeField(
        "At what time?", [Required("Enter the time of the hearing")], hint="Like 2:05pm or 14:05.", what="the time"
    )
    place = StringField(
        "Where?", [Required("Enter where it takes place")], hint="A room, or how to join online.", max_length=500
    )
    preview = SubmitField("Show the letter with these words")


class PostponeForm(NamingForm):
    """Why is the hearing put off?"""

    notice_seen = HiddenField()
    reason = TextAreaField(
        "Why is it put off?",
        [Required("Enter why it is put off")],
        hint="The person reads this in a letter, and gets a new notice.",
        rows=3,
        max_length=2000,
    )
    proposed_day = DateField(
        "Which day did they propose?",
        hint="Only if their companion cannot come and they proposed another day: they have a right to it once. "
        "Leave this empty if you put the hearing off for another reason.",
        what="the proposed day",
    )


class CompanionForm(AnswerSeenForm):
    """May this companion come?"""

    allowed = RadioField(
        "May this companion come?",
        [Required("Select whether the companion may come")],
        hint="A fellow worker, union representative or union official may come by right. For others it is your decision.",
        choices=YES_NO,
        inline=True,
        what="the answer",
    )


class HearingForm(ProbityForm):
    """What happened at the hearing."""

    held_on = DateField("On which day was it held?", [Required("Enter the day of the hearing")], what="the day")
    in_absence = RadioField(
        "Was the person concerned there?",
        [Required("Select whether the person concerned was there")],
        choices=[Choice("no", "Yes"), Choice("yes", "No, it went ahead without them", reveals=("absence_reasons",))],
        what="the answer",
    )
    absence_reasons = TextAreaField(
        "Why did it go ahead without them?",
        [RequiredIf("in_absence", "yes", "Enter why the hearing went ahead without them")],
        max_length=3000,
    )
    present = TextAreaField(
        "Who was present?", [Required("Enter who was present, and as what")], rows=3, max_length=1000
    )
    minutes = TextAreaField(
        "What was said?", [Required("Enter the minutes of the hearing")], rows=14, max_length=20000, what="the minutes"
    )


class OutcomeForm(AfterFindingsForm):
    """What do you decide after the hearing?"""

    kind = RadioField(
        "What is the outcome?",
        [Required("Select the outcome")],
        hint="Only what the procedure for this person allows is listed.",
        what="the outcome",
    )
    reasons = TextAreaField(
        "Why this outcome?",
        [Required("Enter the reasons for the outcome")],
        hint="The person reads this in the letter.",
        rows=6,
        max_length=10000,
        what="the reasons",
    )
    mitigation = TextAreaField(
        "What did you take into account for the person?",
        [Required("Enter what you took into account for the person")],
        rows=4,
        max_length=10000,
    )
    change_required = TextAreaField(
        "What must change, and what help will they have?",
        hint="Needed for a warning. Leave this empty if nothing must change.",
        rows=3,
        max_length=5000,
    )
    equality = TextAreaField(
        "Equality and human rights",
        hint="Always needed where the allegation is about what somebody said or showed. How did you weigh the rights to "
        "private life, belief and free expression? How were comparable cases decided?",
        rows=3,
        max_length=5000,
    )
    preview = SubmitField("Show the letter with these words")


def outcome_form(allegations: Sequence[Allegation], kinds: Iterable[OutcomeKind], **kwargs: Any) -> OutcomeForm:
    """The form with a finding for each allegation, and a length below each outcome that has one."""
    fields: dict[str, Any] = {}
    of_findings: list[str] = []
    for one in allegations:
        of_findings += (f"proof_{one.number}", f"finding_reasons_{one.number}")
        fields[f"proof_{one.number}"] = RadioField(
            f"Allegation {one.number}: what do you find?",
            [Required(f"Select what you find on allegation {one.number}")],
            choices=[
                Choice(Proof.PROVED, "It is proved"),
                Choice(Proof.PARTLY, "It is proved in part"),
                Choice(Proof.NOT_PROVED, "It is not proved"),
            ],
        )
        fields[f"finding_reasons_{one.number}"] = TextAreaField(
            f"Why, on allegation {one.number}?",
            [Required(f"Enter your reasons on allegation {one.number}")],
            rows=4,
            max_length=5000,
        )
    choices = []
    for kind in kinds:
        asked = _length_fields(kind) if kind.months is not None else end_fields(kind)
        fields |= asked
        repeats = kind.label.lower() in kind.words.lower() or kind.words.lower() in kind.label.lower()
        hints = ([] if repeats else [f"{kind.words}."]) + ([ENDS_AT_ONCE] if kind.gross_misconduct_only else [])
        choices.append(Choice(kind.code, kind.label, " ".join(hints), reveals=tuple(asked)))
    made: type[OutcomeForm] = type("OutcomeFormOfCase", (OutcomeForm,), fields | {"of_findings": tuple(of_findings)})
    return made(choices={"kind": choices}, **kwargs)


def _length_fields(kind: OutcomeKind) -> dict[str, Any]:
    """For how many months a warning counts and, where it may be longer than usual, why."""
    usual = kind.months.value if kind.months else 1
    longest = kind.max_months.value if kind.max_months else usual
    fields: dict[str, Any] = {
        f"months_{kind.code}": IntegerField(
            "For how many months?",
            [RequiredIf("kind", kind.code, "Enter for how many months the warning counts")],
            hint=f"Usually {usual}{f', at most {longest}' if longest > usual else ''}. "
            "The day of the letter is the first day that counts.",
            minimum=1,
            maximum=longest,
            default=usual,
            what="the number of months",
        )
    }
    if longest > usual:
        fields[f"length_reasons_{kind.code}"] = TextAreaField(
            f"If more than {usual}: why?", rows=2, max_length=3000, what="the reasons for the length"
        )
    return fields


class LateAppealForm(NamingForm):
    """Is the late appeal heard all the same?"""

    accepted = RadioField(
        "Should it be heard although it came late?",
        [Required("Select whether it should be heard")],
        choices=YES_NO,
        inline=True,
        what="the answer",
    )
    reasons = TextAreaField("Why?", [Required("Enter your reasons")], max_length=3000, what="the reasons")


class AppealDecisionForm(ProbityForm):
    """What comes of the appeal?"""

    result = RadioField(
        "What do you decide?",
        [Required("Select what you decide")],
        hint="An appeal never makes an outcome harder.",
        choices=[
            Choice(AppealResult.DISMISSED, "The outcome stands"),
            Choice(AppealResult.ALLOWED_IN_PART, "The appeal succeeds in part", reveals=IN_PLACE),
            Choice(AppealResult.ALLOWED, "The appeal succeeds", "No action follows, and the outcome no longer stands."),
        ],
        what="the result",
    )
    kind = SelectField(
        "Which outcome stands instead?",
        [RequiredIf("result", AppealResult.ALLOWED_IN_PART.value, "Select the outcome that stands instead")],
        hint="Only lighter outcomes are listed.",
        what="the outcome",
    )
    months = IntegerField(
        "For how many months, if it is a warning?",
        hint="It runs from the day of the first outcome. If it is longer than is usual for such a warning, say why below.",
        minimum=1,
        maximum=60,
        what="the number of months",
    )
    ends_on = DateField(
        "On which day does employment end, if it is a dismissal with notice?",
        hint=f"On or after the day of the first decision. {TELL_LEAVERS}",
        what="the day on which employment ends",
    )
    notice = StringField(
        "What notice is given, if it is a dismissal with notice?", hint=NOTICE_HINT, max_length=300, what="the notice period"
    )
    reasons = TextAreaField(
        "Why?",
        [Required("Enter the reasons for your decision")],
        hint="The person reads this in the letter.",
        rows=8,
        max_length=10000,
        what="the reasons",
    )


COMPANION_KINDS = [
    Choice(CompanionKind.FELLOW_WORKER, "A colleague"),
    Choice(CompanionKind.UNION_REPRESENTATIVE, "A trade union representative"),
    Choice(CompanionKind.UNION_OFFICIAL, "A full-time trade union official"),
    Choice(CompanionKind.OTHER, "Somebody else", "HR decides whether they may come, and tells you."),
]
