"""The questions somebody answers who proposes something, and those that others answer about it on its way."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.account_register.forms import PERSON_HINT, PlaceForm, other_platform_field
from app.account_register.models import (
    AccountProposal,
    Advice,
    Frequency,
    PlanEntry,
    ProposalAnswers,
    ProposalKind,
    RiskEntry,
)
from app.account_register.models.assessments import HIGHEST, OTHER_RISK
from app.account_register.naming import OTHER, OTHER_PLATFORM, canonical_platform, clean_url, platform_fields
from app.core.forms import (
    Choice,
    DateField,
    HiddenField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenForm,
    SelectField,
    StringField,
    TextAreaField,
)

KIND_CHOICES = (
    Choice(ProposalKind.NEW_PLATFORM.value, "A platform we are not on yet", hint="With the first account on it."),
    Choice(ProposalKind.NEW_ACCOUNT.value, "Another account on a platform we use"),
    Choice(ProposalKind.EXPANSION.value, "To expand an account", hint="For example a group, a page in another language."),
    Choice(
        ProposalKind.OPERATIONAL_CHANGE.value, "To change how an account is run", hint="For example who answers, and when."
    ),
    Choice(ProposalKind.MAJOR_CHANGE.value, "To change what an account is for", hint="A new direction, or a high cost."),
    Choice(ProposalKind.CLOSURE.value, "To close an account"),
)


class KindForm(ProbityForm):
    """What do you propose?"""

    kind = RadioField("What do you propose?", [Required("Select what you propose")], choices=KIND_CHOICES)


class NewAccountForm(PlaceForm):
    """Which account should there be?"""

    name = StringField(
        "Name", [Required("Enter the name of the account"), NoSecrets()], max_length=160,
        hint="As the public will know it, for example the name of a library or a project.",
    )  # fmt: skip
    platform = SelectField("Platform", [Required("Select the platform")])
    other_platform = other_platform_field()
    handle = StringField(
        "Handle", [NoSecrets()], max_length=120, width=20, what="the handle",
        hint="The name you would like on the platform. Leave it empty if you do not know it yet.",
    )  # fmt: skip
    url = StringField(
        "Web address", [NoSecrets()], max_length=500, what="the web address", hint="If you know it already."
    )


class ChangedAccountForm(ProbityForm):
    """Which account, and what should change?"""

    account = StringField(
        "Which account?", [Required("Enter which account"), NoSecrets()], max_length=260, what="the account",
        hint="Its name as it stands on the register, its handle or its web address.",
    )  # fmt: skip
    change = TextAreaField(
        "What should change?", [Required("Enter what should change"), NoSecrets()], rows=4, max_length=2000,
        what="what should change", hint="Also by when, if that matters.",
    )  # fmt: skip


class PurposeForm(ProbityForm):
    """Why?"""

    purpose = TextAreaField(
        "Why do you propose this?", [Required("Enter why you propose this"), NoSecrets()], rows=5, max_length=2000,
        count=True, what="the purpose", hint="What it is for, and why what there is does not do.",
    )  # fmt: skip


class PeopleForm(ProbityForm):
    """Whom is it for?"""

    target_group = TextAreaField(
        "Whom is it meant to reach?", [NoSecrets()], rows=3, max_length=1000, what="whom it is meant to reach",
        hint="For example parents of children under 5 in the county.",
    )  # fmt: skip
    benefit = TextAreaField(
        "How will it help to reach and involve them?", [Required("Enter how it will help"), NoSecrets()], rows=4,
        max_length=2000, what="how it will help",
    )  # fmt: skip


class CostForm(ProbityForm):
    """Who answers for the new account, and what does it cost?"""

    owner = StringField(
        "Who will answer for the account?", [Required("Enter who will answer for the account"), NoSecrets()], max_length=254,
        what="the owner",
        hint=f"{PERSON_HINT} They assess the risks, and see that it is looked after. It can be you.",
    )  # fmt: skip
    cost = TextAreaField(
        "What will it cost?", [Required("Enter what it will cost, or “nothing”"), NoSecrets()], rows=3, max_length=1000,
        what="the cost", hint="In money and in working time each week. Write “nothing” if it costs nothing.",
    )  # fmt: skip


class ChangeCostForm(CostForm):
    """The same of a change or a closure: the account keeps its owner."""

    owner = StringField(
        "Who will see this through?", [Required("Enter who will see this through"), NoSecrets()], max_length=254,
        what="who sees this through",
        hint=f"{PERSON_HINT} They assess the risks of a change, and see that it is done. The account keeps its owner.",
    )  # fmt: skip


HEADINGS = {
    "kind": "What do you propose?",
    "account": "The account",
    "purpose": "Purpose",
    "people": "People it is for",
    "cost": "Responsibility and cost",
}
STEPS = tuple(HEADINGS)
_FORMS: dict[str, type[ProbityForm]] = {
    "kind": KindForm, "purpose": PurposeForm, "people": PeopleForm, "cost": CostForm,
}  # fmt: skip


def kind_of(answers: Mapping[str, Any]) -> ProposalKind | None:
    """What is proposed, if that was answered."""
    return ProposalKind(answers["kind"]) if answers.get("kind") else None


def form_class(step: str, answers: Mapping[str, Any]) -> type[ProbityForm]:
    """The form of a question page: about the account and who sees to it, it depends on what is proposed."""
    kind = kind_of(answers)
    is_new = kind is not None and kind.makes_an_account
    if step == "account":
        return NewAccountForm if is_new else ChangedAccountForm
    if step == "cost" and kind is not None and not is_new:
        return ChangeCostForm
    return _FORMS[step]


def is_answered(step: str, answers: Mapping[str, Any]) -> bool:
    """Whether a question page has its answers."""
    kind = kind_of(answers)
    if step == "account":
        return kind is not None and ("name" if kind.makes_an_account else "account_id") in answers
    return {"kind": "kind", "purpose": "purpose", "people": "benefit", "cost": "owner_id"}[step] in answers


def missing_steps(answers: Mapping[str, Any]) -> list[str]:
    """The question pages without their answers, in order."""
    return [step for step in STEPS if not is_answered(step, answers)]


def platform_in(answers: Mapping[str, Any]) -> str:
    """The platform of a new account as it is kept. Raises InvalidInput for none that there could be."""
    typed = answers["platform"]
    return canonical_platform(OTHER + answers["other_platform"] if typed == OTHER_PLATFORM else typed)


def answers_from(answers: Mapping[str, Any]) -> ProposalAnswers:
    """A whole draft, as the act takes it. Raises InvalidInput at a field."""
    kind = ProposalKind(answers["kind"])
    is_new = kind.makes_an_account
    return ProposalAnswers(
        kind=kind,
        account_id=None if is_new else uuid.UUID(answers["account_id"]),
        name=answers["name"] if is_new else answers["account_name"],
        platform=platform_in(answers) if is_new else answers["account_platform"],
        handle=(answers["handle"].strip(" @") and answers["handle"]) or None if is_new else None,
        url=clean_url(answers["url"]) if is_new else None,
        change="" if is_new else answers["change"],
        purpose=answers["purpose"],
        target_group=answers["target_group"],
        benefit=answers["benefit"],
        cost=answers["cost"],
        owner_id=uuid.UUID(answers["owner_id"]),
    )


def answers_of(proposal: AccountProposal) -> dict[str, Any]:
    """What a proposal says, as its question pages show it again when it is changed."""
    known: dict[str, Any] = {
        "kind": proposal.kind.value, "purpose": proposal.purpose, "target_group": proposal.target_group,
        "benefit": proposal.benefit, "cost": proposal.cost, "owner": proposal.owner.email or proposal.owner.name,
        "owner_id": str(proposal.owner_id), "owner_name": proposal.owner.name,
    }  # fmt: skip
    if proposal.kind.makes_an_account:
        return {
            **known, **platform_fields(proposal.platform),
            "name": proposal.name, "handle": proposal.handle or "", "url": proposal.url or "",
        }  # fmt: skip
    return {
        **known, "account": proposal.title, "account_id": str(proposal.account_id), "account_name": proposal.name,
        "account_platform": proposal.platform, "change": proposal.change,
    }  # fmt: skip


class SupportForm(SeenForm):
    """Do you support it?"""

    decision = RadioField(
        "Do you support this?", label_size="m",
        choices=[
            Choice("support", "Yes, I support it", reveals=("words",)),
            Choice("return", "Ask a question first", reveals=("question",)),
            Choice("decline", "No, I decline it", reveals=("reasons",)),
        ],
        validators=[Required("Select whether you support it")],
    )  # fmt: skip
    words = TextAreaField("Anything to add?", [NoSecrets()], what="what you add", rows=3, max_length=1000)
    question = TextAreaField(
        "What do you want to know?", [RequiredIf("decision", "return", "Enter what you want to know"), NoSecrets()],
        what="the question", rows=3, max_length=1000,
    )  # fmt: skip
    reasons = TextAreaField(
        "Why do you decline it?", [RequiredIf("decision", "decline", "Enter why you decline this"), NoSecrets()],
        what="the reasons", rows=3, max_length=1000, hint="The person who proposed it reads this.",
    )  # fmt: skip


class AnswerForm(ProbityForm):
    """Your answer."""

    answer = TextAreaField(
        "Your answer to the question", [Required("Enter your answer"), NoSecrets()], what="your answer", rows=4,
        max_length=2000,
    )  # fmt: skip


class AdviseForm(SeenForm):
    """What do you advise?"""

    advice = RadioField(
        "What do you advise?", [Required("Select what you advise")], label_size="m",
        choices=[(advice, advice.label) for advice in Advice],
    )  # fmt: skip
    words = TextAreaField(
        "Your advice in words", [Required("Enter your advice"), NoSecrets()], what="your advice", rows=5, max_length=4000,
        hint="The proposer, whoever assesses the risks and whoever approves it read this.",
    )  # fmt: skip


class DecideForm(SeenForm):
    """What do you decide?"""

    decision = RadioField("What do you decide?", [Required("Select what you decide")], label_size="m")
    conditions = TextAreaField(
        "Conditions, if any", [NoSecrets()], what="the conditions", rows=3, max_length=2000,
        hint="For example “not before somebody answers at weekends”.",
    )  # fmt: skip
    changes = TextAreaField(
        "What should change?", [RequiredIf("decision", "return", "Enter what should change"), NoSecrets()],
        what="what should change", rows=3, max_length=2000, hint="Whoever assesses the risks reads this and sends it again.",
    )  # fmt: skip
    reasons = TextAreaField(
        "Why do you refuse it?", [RequiredIf("decision", "refuse", "Enter why you refuse this"), NoSecrets()],
        what="the reasons", rows=3, max_length=2000, hint="The person who proposed it reads this.",
    )  # fmt: skip


def decide_choices(*, is_assessed: bool) -> list[Choice]:
    """What an approver may decide: a closure has nothing that its owner could change."""
    back = [Choice("return", "Send it back for changes", reveals=("changes",))] if is_assessed else []
    return [
        Choice("approve", "Approve it", reveals=("conditions",)),
        *back,
        Choice("refuse", "Refuse it", reveals=("reasons",)),
    ]


SCALE = {
    "likelihood": ("Very unlikely", "Unlikely", "Possible", "Likely", "Very likely"),
    "impact": ("Very small", "Small", "Medium", "Large", "Very large"),
}
RATINGS = {
    name: [(str(number), f"{number}: {words[number - 1]}") for number in range(1, HIGHEST + 1)]
    for name, words in SCALE.items()
}


class RiskForm(ProbityForm):
    """What may go wrong?"""

    heading = SelectField("What is at risk?", [Required("Select what is at risk")])
    risk = TextAreaField(
        "What may go wrong?", [Required("Enter what may go wrong"), NoSecrets()], rows=3, max_length=1000, what="the risk",
        hint="For example “a message about a child at risk is not seen over the weekend”.",
    )  # fmt: skip
    control = TextAreaField(
        "What keeps it in check?", [Required("Enter what keeps it in check"), NoSecrets()], rows=3, max_length=1000,
        what="the control", hint="For example training, a second reader, hours in which messages are answered.",
    )  # fmt: skip
    likelihood = SelectField(
        "How likely is it then?", [Required("Select how likely it is")], choices=RATINGS["likelihood"],
        hint="With what keeps it in check in place.",
    )  # fmt: skip
    impact = SelectField("How bad would it be?", [Required("Select how bad it would be")], choices=RATINGS["impact"])
    owner = StringField(
        "Who sees to it?", [Required("Enter who sees to it"), NoSecrets()], max_length=254, what="who sees to it",
        hint=PERSON_HINT,
    )  # fmt: skip
    review_on = DateField(
        "By when do they look at it again?", what="the day",
        hint="For example 27 9 2027. Leave it empty to look at it with the whole assessment.",
    )  # fmt: skip


class DraftRiskForm(SeenForm, RiskForm):
    """The same for a risk that is not sent yet."""


class PlanForm(ProbityForm):
    """How will you know whether it works?"""

    objectives = TextAreaField(
        "What should it achieve?", [Required("Enter what it should achieve"), NoSecrets()], rows=3, max_length=2000,
        what="what it should achieve",
    )  # fmt: skip
    measures = TextAreaField(
        "How will you measure that?", [Required("Enter at least one measure"), NoSecrets()], rows=3, max_length=2000,
        what="the measures", hint="For example questions answered within a day, people reached in the target group.",
    )  # fmt: skip
    responsible = StringField(
        "Who looks at the figures?", [Required("Enter who looks at the figures"), NoSecrets()], max_length=254,
        what="who looks at the figures", hint=PERSON_HINT,
    )  # fmt: skip
    frequency = RadioField(
        "How often?", [Required("Select how often")], choices=[(one, one.label) for one in Frequency]
    )
    evaluation_on = DateField(
        "When do you decide whether it was worth it?", [Required("Enter the evaluation date")], what="the evaluation date",
        hint="For example 27 3 2028. It can be closed then if it does not work.",
    )  # fmt: skip


def heading_choices(headings: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is at risk, by the pack; something else is always allowed."""
    return [*headings.items(), (OTHER_RISK, "Something else")]


def risk_entry(kept: Mapping[str, Any], headings: Mapping[str, str]) -> RiskEntry:
    """A risk of a draft, as the act takes it."""
    return RiskEntry(
        heading=headings.get(kept["heading"], "Something else"), risk=kept["risk"], likelihood=int(kept["likelihood"]),
        impact=int(kept["impact"]), control=kept["control"], owner_id=uuid.UUID(kept["owner_id"]),
        review_on=_day(kept.get("review_on")),
    )  # fmt: skip


def filled_risk(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A risk of a draft, as its page shows it again."""
    return {**kept, "review_on": _day(kept.get("review_on"))}


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def filled_plan(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a draft, as its page shows it again."""
    return {**kept, "evaluation_on": date.fromisoformat(kept["evaluation_on"])}


def plan_entry(kept: Mapping[str, Any]) -> PlanEntry:
    """The plan of a draft, as the act takes it."""
    return PlanEntry(
        objectives=kept["objectives"], measures=kept["measures"], responsible_id=uuid.UUID(kept["responsible_id"]),
        frequency=Frequency(kept["frequency"]), evaluation_on=date.fromisoformat(kept["evaluation_on"]),
    )  # fmt: skip


class SendForm(ProbityForm):
    """Send the proposal. The draft's id makes a second click harmless."""

    draft = HiddenField()


class NothingToAskForm(ProbityForm):
    """An act without questions."""
