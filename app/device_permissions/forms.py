"""The questions somebody answers who asks to use a device, and those the manager answers."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

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
from app.core.presentation import uk_date
from app.device_permissions.models import DeviceAnswers, DeviceKind, SecurityCheck
from app.people.models import Person

OTHER = "other"
CHECK_WORDS = {
    SecurityCheck.LOCKED: "It locks itself and needs a code, password or fingerprint to open",
    SecurityCheck.UPDATED: "It gets its updates and they are installed",
    SecurityCheck.TWO_STEP: "I use 2-step verification for the accounts, where they have it",
    SecurityCheck.NO_SAVED_PASSWORD: "No shared password is saved on it",
    SecurityCheck.SEPARATE_PROFILE: "Nobody else uses it, or I have a profile of my own on it",
}
KIND_WORDS = {
    DeviceKind.HOME_COMPUTER: "A home computer",
    DeviceKind.PHONE: "A phone",
    DeviceKind.TABLET: "A tablet",
    DeviceKind.OTHER: "Something else",
}


class DeviceForm(ProbityForm):
    """Which device?"""

    device_kind = RadioField(
        "Kind of device", validators=[Required("Select the device you want to use")]
    )
    device_words = StringField(
        "Which one?",
        hint="For example “my laptop at home”. You can leave this empty if you have only one.",
        what="the device",
        max_length=120,
        validators=[
            RequiredIf("device_kind", DeviceKind.OTHER, "Enter what kind of device it is", always_kept=True), NoSecrets(),
        ],
    )


class AccountsForm(ProbityForm):
    """Which accounts?"""

    accounts = CheckboxesField(
        "Accounts",
        hint="Select all that apply.",
        validators=[Required("Select at least one account, or select “Another platform”")],
    )
    other_platform = StringField(
        "Which platform?",
        what="the platform",
        max_length=120,
        validators=[RequiredIf("accounts", OTHER, "Enter the name of the platform"), NoSecrets()],
    )


class WhyForm(ProbityForm):
    """Why, and since when?"""

    reason = TextAreaField(
        "Why do you need it for work?",
        hint="For example posting road closures at weekends. Do not write passwords here.",
        what="the reason",
        max_length=1000,
        count=True,
        validators=[Required("Enter why you need this device for work"), NoSecrets()],
    )
    already = RadioField(
        "Do you already use it for this?",
        hint="Many people do. Saying so has no bad effect: it is what the policy asks of you.",
        choices=[Choice("yes", "Yes", reveals=("using_since",)), ("no", "No")],
        validators=[Required("Select yes if you already use it for this")],
    )
    using_since = DateField(
        "Since when?",
        hint="As well as you remember, for example 27 3 2026",
        what="the date since which you use it",
        validators=[RequiredIf("already", "yes", "Enter since when you use it")],
    )
    asks_for_working_hours = RadioField(
        "Do you also need to use it during working hours?",
        hint="Without that, your own device stays off social media while you are working.",
        choices=[("yes", "Yes"), ("no", "No")],
        validators=[Required("Select yes if you also need it during working hours")],
    )


class SecurityForm(ProbityForm):
    """Is the device safe?"""

    checks = CheckboxesField(
        "About the device",
        hint="Select all that are true. You can go on if some are not: your manager sees which, and can help.",
        choices=[(check, words) for check, words in CHECK_WORDS.items()],
    )


class UndertakingForm(ProbityForm):
    """Will you keep to the policy?"""

    undertaken = BooleanField(
        "I will keep to the social media policy when I use this device for work",
        validators=[Required("Select the box to say that you will keep to the policy")],
    )


STEPS: dict[str, type[ProbityForm]] = {
    "device": DeviceForm,
    "accounts": AccountsForm,
    "why": WhyForm,
    "security": SecurityForm,
    "undertaking": UndertakingForm,
}
STEP_HEADINGS = {
    "device": "Which device do you want to use?",
    "accounts": "Which accounts will you use on it?",
    "why": "Why and since when",
    "security": "Which of these are true for your device?",
    "undertaking": "Keep to the policy",
}


ASKED_FIRST = ("device_kind", "accounts", "reason", "checks", "undertaken")


def filled_in(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a draft, as a form shows them again."""
    since = answers.get("using_since")
    return {**answers, "using_since": date.fromisoformat(since) if since else None}


def missing_steps(answers: Mapping[str, Any]) -> list[str]:
    """The question pages without their answers, in order."""
    return [step for step, name in zip(STEPS, ASKED_FIRST, strict=True) if name not in answers]


def answers_from(draft: Mapping[str, Any]) -> DeviceAnswers:
    """A whole draft, as the act takes it."""
    filled = filled_in(draft)
    return DeviceAnswers(
        device_kind=DeviceKind(filled["device_kind"]),
        device_words=filled.get("device_words") or "",
        account_ids=tuple(uuid.UUID(chosen) for chosen in filled["accounts"] if chosen != OTHER),
        other_platform=filled.get("other_platform") or "" if OTHER in filled["accounts"] else "",
        reason=filled["reason"],
        using_since=filled["using_since"] if filled.get("already") == "yes" else None,
        asks_for_working_hours=filled.get("asks_for_working_hours") == "yes",
        checks=frozenset(SecurityCheck(check) for check in filled["checks"]),
        undertaken=bool(filled["undertaken"]),
    )


class DecideForm(ProbityForm):
    """What do you decide?"""

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


def end_hint(person: Person, latest: date, *, is_leaving: bool) -> str:
    """Until when a permission may run at most, and why."""
    why = f"That is the last working day of {person.name}." if is_leaving else "That is the longest a permission may run."
    return f"{uk_date(latest)} at the latest. {why}"


class AnswerForm(ProbityForm):
    """Your answer."""

    answer = TextAreaField(
        "Your answer", [Required("Enter your answer"), NoSecrets()], what="your answer", rows=4, max_length=1000
    )


class RevokeForm(ProbityForm):
    """Why does it end?"""

    reasons = TextAreaField(
        "Why does the permission end?", what="the reasons", rows=3, max_length=1000,
        hint="The holder reads this.", validators=[Required("Enter why the permission ends"), NoSecrets()],
    )  # fmt: skip


class ManagerForm(ProbityForm):
    """Who manages them now?"""

    manager = StringField(
        "Line manager", max_length=254, what="the manager", hint="Their work e-mail address or full name.",
        validators=[Required("Enter who manages them now"), NoSecrets()],
    )  # fmt: skip


class SendForm(ProbityForm):
    """Send the request. The draft's id makes a second click harmless."""

    draft = HiddenField()
