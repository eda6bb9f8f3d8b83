"""Several accounts on one page: what was done to change each password, and what was seen of each change."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from app.core import clock
from app.core.forms import (
    Choice,
    DateField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    StringField,
    TimeField,
)
from app.credential_rotation.forms import NOT_MADE, NOT_MADE_WORDS, SIGHTING_WORDS, STEP_WORDS, WHY_NOT_MADE_HINT
from app.credential_rotation.models import CredentialRotation, Sighting, StepAnswer, StepKind, StepOutcome

ALL_DONE, SOME_DONE, NOTHING = "all", "some", "nothing"
LEFT_OUT = "Changed, but the steps with a reason above do not apply"
MAY_NOT_APPLY = tuple(kind for kind in StepKind if kind is not StepKind.PASSWORD)


def _why_not(kind: StepKind) -> StringField:
    return StringField(
        f"{STEP_WORDS[kind][0]}: why does it not apply?", [NoSecrets()], what="the reason", max_length=200
    )


class TogetherForm(ProbityForm):
    """What was done for each account? Made by `together_form`, with the questions of each rotation under its id.

    Why a step does not apply is asked once. Each reason is recorded for every account of which it is said that the steps
    with a reason do not apply, as the page says.
    """

    changed_on = DateField(
        "Which day did you change them?", what="the day of the changes",
        validators=[Required("Enter the day you changed them")],
    )  # fmt: skip
    why_sessions = _why_not(StepKind.SESSIONS)
    why_recovery = _why_not(StepKind.RECOVERY)
    why_second_factor = _why_not(StepKind.SECOND_FACTOR)
    why_backup_codes = _why_not(StepKind.BACKUP_CODES)
    why_connected_tools = _why_not(StepKind.CONNECTED_TOOLS)
    named: Mapping[str, str] = {}

    @property
    def why_not(self) -> list[Any]:
        """The fields that ask why a step does not apply."""
        return [self[f"why_{kind.value}"] for kind in MAY_NOT_APPLY]

    def answered(self, rotation: CredentialRotation) -> bool:
        """Whether something is to be recorded for an account."""
        return self[f"outcome_{rotation.id.hex}"].data in (ALL_DONE, SOME_DONE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the time of an account only where something was done for it; a step left out needs its reason."""
        super().validate(extra_validators=extra_validators)
        outcomes = {key: self[f"outcome_{key}"].data for key in self.named}
        for key, outcome in outcomes.items():
            if outcome == NOTHING:
                self[f"time_{key}"].errors = []
        if SOME_DONE in outcomes.values() and not self._reasons():
            self.why_not[0].errors = ["Enter which step does not apply, and why"]
        return not self.errors

    def changed_at(self, rotation: CredentialRotation) -> datetime:
        """The moment at which the password of an account was changed."""
        day, at = cast(date, self.changed_on.data), cast(time, self[f"time_{rotation.id.hex}"].data)
        return clock.at_local(day, at.hour, at.minute)

    def steps(self, rotation: CredentialRotation) -> dict[StepKind, StepAnswer]:
        """The answers to the steps of an account, as the act takes them."""
        left_out = self._reasons() if self[f"outcome_{rotation.id.hex}"].data == SOME_DONE else {}
        return {kind: left_out.get(kind, StepAnswer(StepOutcome.DONE)) for kind in StepKind}

    def emergency(self, rotation: CredentialRotation) -> str:
        """Why the change could not wait for permission; empty where that was not asked."""
        name = f"emergency_{rotation.id.hex}"
        return str(self[name].data or "") if name in self else ""

    def _reasons(self) -> dict[StepKind, StepAnswer]:
        typed = {kind: str(self[f"why_{kind.value}"].data or "").strip() for kind in MAY_NOT_APPLY}
        return {kind: StepAnswer(StepOutcome.NOT_APPLICABLE, reason) for kind, reason in typed.items() if reason}


def together_form(
    rotations: Sequence[CredentialRotation], at: datetime, *, ask_for_emergency: Sequence[uuid.UUID] = (),
    fresh: bool = False,
) -> TogetherForm:  # fmt: skip
    """The questions of each account one below the other; `ask_for_emergency` names those that nobody has permitted."""
    fields: dict[str, Any] = {}
    for rotation in rotations:
        fields.update(_questions(rotation, emergency=rotation.id in ask_for_emergency))
    made: type[TogetherForm] = type("TogetherFormOfAccounts", (TogetherForm,), fields)
    if not fresh:
        form = made()
    else:
        local = at.astimezone(clock.LONDON)
        known: dict[str, Any] = {"changed_on": local.date()}
        for one in rotations:
            known[f"outcome_{one.id.hex}"] = NOTHING
            known[f"time_{one.id.hex}"] = local.time().replace(second=0, microsecond=0)
        form = made(formdata=None, data=known)
    form.changed_on.not_after = clock.local_day(at)
    form.named = {one.id.hex: _name(one) for one in rotations}
    return form


def _name(rotation: CredentialRotation) -> str:
    """Which account, for people who look after several of the same name."""
    return f"{rotation.account.name} ({rotation.account.platform})"


def _questions(rotation: CredentialRotation, *, emergency: bool) -> dict[str, Any]:
    key, name = rotation.id.hex, _name(rotation)
    asked: dict[str, Any] = {
        f"outcome_{key}": RadioField(
            name,
            choices=[(ALL_DONE, "Changed, every step done"), (SOME_DONE, LEFT_OUT),
                (NOTHING, "Nothing to record now")],
            validators=[Required(f"Select what you did for {name}")],
        ),
        f"time_{key}": TimeField(
            f"When did you change {name}?", what=f"the time of the change of {name}",
            validators=[Required(f"Enter the time you changed {name}")],
        ),
    }  # fmt: skip
    if emergency:
        asked[f"emergency_{key}"] = StringField(
            f"If nobody has permitted the change of {name}: why could it not wait?", [NoSecrets()], what="the reason",
            max_length=300,
        )  # fmt: skip
    return asked


class VerifyTogetherForm(ProbityForm):
    """What was seen of each change? Made by `verify_together_form`. How one knows that some were not made is asked once."""

    why_not_made = StringField(
        "If any has not been changed: how do you know?", [NoSecrets()], what="how you know", max_length=300,
        hint=WHY_NOT_MADE_HINT,
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """What has not been changed needs its reason."""
        super().validate(extra_validators=extra_validators)
        if not self.why_not_made.errors and not self._why and NOT_MADE in (field.data for field in self):
            self.why_not_made.errors = ["Enter how you know that it has not been changed"]
        return not self.errors

    @property
    def _why(self) -> str:
        return str(self.why_not_made.data or "").strip()

    @property
    def saw(self) -> dict[uuid.UUID, Sighting | str]:
        """What was seen, by rotation, or how one knows that it was not changed; nothing for those not looked at."""
        found: dict[uuid.UUID, Sighting | str] = {}
        for field in self:
            key = field.short_name.removeprefix("saw_")
            if field.short_name.startswith("saw_") and field.data in (*Sighting, NOT_MADE):
                found[uuid.UUID(hex=key)] = self._why if field.data == NOT_MADE else Sighting(field.data)
        return found


def verify_together_form(rotations: Sequence[CredentialRotation], *, fresh: bool = False) -> VerifyTogetherForm:
    """One question for each change."""
    fields: dict[str, Any] = {}
    for rotation in rotations:
        done_by = rotation.done_by.name if rotation.done_by else "Somebody"
        name = _name(rotation)
        fields[f"saw_{rotation.id.hex}"] = RadioField(
            name, [Required(f"Select what you saw of {name}")],
            hint=f"Changed by {done_by}. You need not know the password.",
            choices=[*SIGHTING_WORDS.items(), Choice(NOT_MADE, NOT_MADE_WORDS), Choice(NOTHING, "Not looked yet")],
        )  # fmt: skip
    made: type[VerifyTogetherForm] = type("VerifyTogetherFormOfAccounts", (VerifyTogetherForm,), fields)
    return made(formdata=None, data=dict.fromkeys(fields, NOTHING)) if fresh else made()
