"""The questions somebody answers who asks to use a device, or tells what they use."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.account_register.models import Account
from app.core.clock import local_day
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
    as_heading,
)
from app.device_permissions.models import (
    AS_WELL,
    CHECK_WORDS,
    Declared,
    DeviceAnswers,
    DeviceKind,
    DevicePermissionRequest,
    Equipment,
    SecurityCheck,
)

STEP_HEADINGS = {
    "device": "Which device do you want to use?",
    "accounts": "Which accounts will you use on it?",
    "instead": "Do you use it instead of the one you have, or as well?",
    "why": "Why do you need it for work?",
    "since": "Do you already use it for this?",
    "hours": "Do you also need to use it during your working hours?",
    "security": "Which of these are true for your device?",
    "undertaking": "Keep to the policy",
}
LEGEND = "fieldset__legend"
AS_REMEMBERED = "For example 27 3 2026. If you are not sure of the day, enter 1."
OTHER = "other"
PLATFORM = "platform:"
KIND_WORDS = {
    DeviceKind.HOME_COMPUTER: "A home computer",
    DeviceKind.PHONE: "A phone",
    DeviceKind.TABLET: "A tablet",
    DeviceKind.OTHER: "Something else",
}


class DeviceForm(ProbityForm):
    """Which device?"""

    device_kind = RadioField(
        STEP_HEADINGS["device"], look=as_heading(LEGEND, STEP_HEADINGS["device"]),
        validators=[Required("Select the device you want to use")],
    )  # fmt: skip
    device_words = StringField(
        "Which one is it?",
        hint="For example “my laptop at home”. Only if you have several.",
        what="the device",
        max_length=120,
        validators=[
            RequiredIf("device_kind", DeviceKind.OTHER, "Enter what kind of device it is", always_kept=True), NoSecrets(),
        ],
    )


class AccountsForm(ProbityForm):
    """Which accounts?"""

    accounts = CheckboxesField(
        STEP_HEADINGS["accounts"],
        look=as_heading(LEGEND, STEP_HEADINGS["accounts"]),
        hint="Select all that apply.",
        validators=[Required("Select at least one account, or select “Another platform”")],
    )
    other_platform = StringField(
        "Which platform?",
        what="the platform",
        max_length=120,
        validators=[RequiredIf("accounts", OTHER, "Enter the name of the platform"), NoSecrets()],
    )


class InsteadForm(ProbityForm):
    """Instead of a device that is permitted already, or as well? Asked only of somebody who has one for the same."""

    instead_of = RadioField(
        STEP_HEADINGS["instead"], look=as_heading(LEGEND, STEP_HEADINGS["instead"]),
        validators=[Required("Select whether you use it instead of the one you have, or as well")],
    )  # fmt: skip

    def offer(self, held: Sequence[DevicePermissionRequest]) -> None:
        """Each permission that could end, and none of them."""
        self.instead_of.choices = [
            *(
                Choice(
                    one.reference, f"Instead of {one.device}",
                    hint=f"Your permission for it ends once this one is approved. It is used for {one.used_for}.",
                )
                for one in held
            ),
            Choice(AS_WELL, "As well"),
        ]  # fmt: skip


class WhyForm(ProbityForm):
    """Why?"""

    reason = TextAreaField(
        STEP_HEADINGS["why"],
        look=as_heading("label", STEP_HEADINGS["why"]),
        hint="One sentence is enough, for example: posting road closures at weekends.",
        what="the reason",
        rows=3,
        max_length=1000,
        validators=[Required("Enter why you need this device for work"), NoSecrets()],
    )


class SinceForm(ProbityForm):
    """Since when?"""

    already = RadioField(
        STEP_HEADINGS["since"],
        look=as_heading(LEGEND, STEP_HEADINGS["since"]),
        hint="Many people do, and saying so has no bad effect.",
        choices=[Choice("yes", "Yes", reveals=("using_since",)), ("no", "No")],
        validators=[Required("Select yes if you already use it for this")],
    )
    using_since = DateField(
        "Since when?",
        hint=AS_REMEMBERED,
        what="the date since which you use it",
        validators=[RequiredIf("already", "yes", "Enter since when you use it")],
    )


class HoursForm(ProbityForm):
    """Working hours too?"""

    asks_for_working_hours = RadioField(
        STEP_HEADINGS["hours"],
        look=as_heading(LEGEND, STEP_HEADINGS["hours"]),
        hint="Otherwise you use it in breaks and time off only.",
        choices=[("yes", "Yes"), ("no", "No")],
        validators=[Required("Select yes if you also need it during working hours")],
    )


class SecurityForm(ProbityForm):
    """Is the device safe?"""

    checks = CheckboxesField(
        STEP_HEADINGS["security"],
        look=as_heading(LEGEND, STEP_HEADINGS["security"]),
        hint="Select all that are true. If some are not, your manager can help.",
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
    "instead": InsteadForm,
    "why": WhyForm,
    "since": SinceForm,
    "hours": HoursForm,
    "security": SecurityForm,
    "undertaking": UndertakingForm,
}
ASKED_FIRST = {
    "device": "device_kind",
    "accounts": "accounts",
    "instead": "instead_of",
    "why": "reason",
    "since": "already",
    "hours": "asks_for_working_hours",
    "security": "checks",
    "undertaking": "undertaken",
}
ASKED_ANEW = ("checks", "undertaken", "instead_of")
"""What somebody answers once more who asks for a permission again: the device may have changed since."""


def filled_in(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a draft, as a form shows them again."""
    since = answers.get("using_since")
    return {**answers, "using_since": date.fromisoformat(since) if since else None}


def steps_for(held: Sequence[DevicePermissionRequest]) -> list[str]:
    """The question pages in order; that of what is held on other devices only where there is such a thing."""
    return [step for step in STEPS if held or step != "instead"]


def missing_steps(answers: Mapping[str, Any], held: Sequence[DevicePermissionRequest]) -> list[str]:
    """The question pages without their answers, in order; what was said of another permission than can end now is none."""
    said = {**answers}
    if said.get("instead_of") not in (AS_WELL, *(one.reference for one in held)):
        said.pop("instead_of", None)
    return [step for step in steps_for(held) if ASKED_FIRST[step] not in said]


def account_choices(accounts: Sequence[Account], names: Sequence[str]) -> list[Choice]:
    """The accounts somebody works with, then platforms by name, then whatever else."""
    return [
        *(Choice(str(account.id), account.name, hint=account.platform) for account in accounts),
        *(Choice(f"{PLATFORM}{name}", name) for name in names),
        Choice(OTHER, "Another platform", reveals=("other_platform",)),
    ]


def account_ids_in(chosen: Sequence[str]) -> tuple[uuid.UUID, ...]:
    """The accounts among what was ticked."""
    return tuple(uuid.UUID(one) for one in chosen if one != OTHER and not one.startswith(PLATFORM))


def platforms_in(chosen: Sequence[str], other: str) -> tuple[str, ...]:
    """The platforms among what was ticked, with the one that was typed."""
    named = tuple(one.removeprefix(PLATFORM) for one in chosen if one.startswith(PLATFORM))
    return (*named, other) if OTHER in chosen and other else named


def answers_of(device_request: DevicePermissionRequest, *, anew: bool) -> dict[str, Any]:
    """The answers with which a request is changed or, with some asked anew, made again; as a draft keeps them."""
    since = device_request.using_since
    if anew and since is None and device_request.decided_at is not None:
        since = local_day(device_request.decided_at)
    answers: dict[str, Any] = {
        "device_kind": device_request.device_kind.value,
        "device_words": device_request.device_words,
        "accounts": [
            str(use.account_id) if use.account_id else f"{PLATFORM}{use.platform}" for use in device_request.uses
        ],
        "reason": device_request.reason,
        "already": "yes" if since else "no",
        "using_since": since.isoformat() if since else None,
        "asks_for_working_hours": "yes" if device_request.asks_for_working_hours else "no",
        "checks": [check.value for check, met in device_request.checks.items() if met],
        "undertaken": True,
        "instead_of": device_request.renews.reference if device_request.renews is not None else AS_WELL,
    }
    return {name: value for name, value in answers.items() if not (anew and name in ASKED_ANEW)}


def answers_from(draft: Mapping[str, Any]) -> DeviceAnswers:
    """A draft, as the act takes it; also one that says no more yet than which device and for which places."""
    filled = {"reason": "", "checks": (), "undertaken": False, **filled_in(draft)}
    return DeviceAnswers(
        device_kind=DeviceKind(filled["device_kind"]),
        device_words=filled.get("device_words") or "",
        account_ids=account_ids_in(filled["accounts"]),
        platforms=platforms_in(filled["accounts"], filled.get("other_platform") or ""),
        reason=filled["reason"],
        using_since=filled["using_since"] if filled.get("already") == "yes" else None,
        asks_for_working_hours=filled.get("asks_for_working_hours") == "yes",
        checks=frozenset(SecurityCheck(check) for check in filled["checks"]),
        undertaken=bool(filled["undertaken"]),
        instead_of=filled.get("instead_of") or "",
    )


class AnswerForm(ProbityForm):
    """Your answer."""

    answer = TextAreaField(
        "Your answer", [Required("Enter your answer"), NoSecrets()], what="your answer", rows=4, max_length=1000
    )


class SendForm(ProbityForm):
    """Send the request. The draft's id makes a second click harmless."""

    draft = HiddenField()


class UseForm(ProbityForm):
    """Which social media do you use for work, and on what?"""

    accounts = CheckboxesField(
        "Which accounts or platforms do you use for work?",
        hint="Select all that apply. For your own private use nothing has to be told.",
        validators=[Required("Select at least one account, or select “Another platform”")],
    )
    other_platform = StringField(
        "Which platform?", what="the platform", max_length=120,
        validators=[RequiredIf("accounts", OTHER, "Enter the name of the platform"), NoSecrets()],
    )  # fmt: skip
    equipment = CheckboxesField(
        "What do you use it on?", hint="Select all that apply.",
        choices=[(one, one.label) for one in Equipment],
        validators=[Required("Select what you use it on")],
    )  # fmt: skip
    using_since = DateField(
        "Since when? (optional)", hint=AS_REMEMBERED,
        what="the date since which you use it",
    )  # fmt: skip

    @property
    def declared(self) -> Declared:
        """What was told, as the act takes it."""
        chosen = self.accounts.data or []
        return Declared(
            account_ids=account_ids_in(chosen),
            platforms=platforms_in(chosen, self.other_platform.data),
            equipment=frozenset(Equipment(one) for one in self.equipment.data or []),
            using_since=self.using_since.data,
        )
