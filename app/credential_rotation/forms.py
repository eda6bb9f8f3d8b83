"""Who leaves and when; what was done to change a password; what the second person saw."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, cast

from app.account_register.correcting import LAST_DAY_HINT, correction_field
from app.account_register.models import AccessGrant, EndReason
from app.core import clock
from app.core.forms import (
    Choice,
    DateField,
    FileField,
    HiddenField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenForm,
    SelectField,
    StringField,
    TimeField,
)
from app.core.presentation import uk_date
from app.credential_rotation.models import Sighting, StepAnswer, StepKind, StepOutcome, Trigger


def _last_day() -> DateField:
    return DateField(
        "Their last working day",
        hint="For example 27 3 2027",
        what="the last working day",
        validators=[Required("Enter their last working day")],
    )


def _how() -> RadioField:
    return RadioField(
        "How do they leave?",
        choices=[
            Choice("no", "As planned", hint="They work until the end of that day."),
            Choice(
                "yes", "At once",
                hint="They have stopped working here. As soon as you record it they cannot sign in any more, and passwords "
                "change the same working day.",
            ),
        ],
        validators=[Required("Select how they leave")],
    )


class TeamLeaverForm(ProbityForm):
    """Who of my team leaves, and when?"""

    person = SelectField("Who leaves?", validators=[Required("Select who leaves")])
    last_working_day = _last_day()
    immediate = _how()


class AnyLeaverForm(ProbityForm):
    """Who leaves, and when? For HR, who write a name or an address."""

    person = StringField(
        "Who leaves?",
        hint="Their work e-mail address, or their full name",
        what="who leaves",
        validators=[Required("Enter who leaves"), NoSecrets()],
    )
    last_working_day = _last_day()
    immediate = _how()


class ChangeLeaverForm(ProbityForm):
    """When does somebody leave, and how, other than was recorded?"""

    last_working_day = _last_day()
    immediate = _how()


class ConfirmChangeForm(ProbityForm):
    """What the preview of a change was made for."""

    day = HiddenField()
    immediate = HiddenField()


class WithdrawLeaverForm(ProbityForm):
    """They stay: nothing to fill in."""


class ConfirmLeaverForm(ProbityForm):
    """What the preview was made for."""

    person = HiddenField()
    day = HiddenField()
    immediate = HiddenField()


class LeaversFileForm(ProbityForm):
    """Which file of leavers?"""

    file = FileField("CSV file", [Required("Select a CSV file")], accept=".csv,text/csv")


class ConfirmLeaversForm(ProbityForm):
    """Record the leavers that were shown?"""

    plan = HiddenField()


STEP_WORDS: Mapping[StepKind, tuple[str, str]] = {
    StepKind.PASSWORD: ("Change the password", "In the account’s settings, with a new one from the password vault."),
    StepKind.SESSIONS: ("Sign out everywhere", "End every session that is open, on all devices."),
    StepKind.RECOVERY: ("Check the recovery details", "Recovery e-mail and telephone belong to the organisation."),
    StepKind.SECOND_FACTOR: ("Renew 2-step verification", "The second step goes only to people who have access now."),
    StepKind.BACKUP_CODES: ("Make new backup codes", "The old ones stop working. Keep the new ones in the vault only."),
    StepKind.CONNECTED_TOOLS: ("Review connected tools", "Remove scheduling tools and apps that nobody uses now."),
}


def _step(kind: StepKind) -> RadioField:
    words, hint = STEP_WORDS[kind]
    choices = [Choice(StepOutcome.DONE.value, "Done")]
    if kind is not StepKind.PASSWORD:
        choices.append(Choice(StepOutcome.NOT_APPLICABLE.value, "Does not apply", reveals=(f"{kind.value}_reason",)))
    return RadioField(words, hint=hint, choices=choices, validators=[Required(f"Answer the step “{words}”")])


def _reason(kind: StepKind) -> StringField:
    return StringField(
        "Why not?", what="the reason", max_length=200,
        validators=[
            RequiredIf(kind.value, StepOutcome.NOT_APPLICABLE.value, "Enter why this step does not apply"), NoSecrets(),
        ],
    )  # fmt: skip


class ChangedForm(ProbityForm):
    """When was the password changed, and what became of each step?"""

    password = _step(StepKind.PASSWORD)
    sessions = _step(StepKind.SESSIONS)
    sessions_reason = _reason(StepKind.SESSIONS)
    recovery = _step(StepKind.RECOVERY)
    recovery_reason = _reason(StepKind.RECOVERY)
    second_factor = _step(StepKind.SECOND_FACTOR)
    second_factor_reason = _reason(StepKind.SECOND_FACTOR)
    backup_codes = _step(StepKind.BACKUP_CODES)
    backup_codes_reason = _reason(StepKind.BACKUP_CODES)
    connected_tools = _step(StepKind.CONNECTED_TOOLS)
    connected_tools_reason = _reason(StepKind.CONNECTED_TOOLS)
    changed_on = DateField(
        "Which day did you change it?", what="the day of the change", validators=[Required("Enter the day you changed it")]
    )
    changed_time = TimeField(
        "At what time?", hint="For example 2:05pm", what="the time of the change",
        validators=[Required("Enter the time you changed it")],
    )  # fmt: skip
    emergency_reason = StringField(
        "Nobody has permitted it yet: why could it not wait?",
        [Required("Enter why it could not wait, or wait until it is permitted"), NoSecrets()],
        hint="If it can wait, leave this page until it is permitted. Who permits it reads this: name nobody.",
        what="the reason",
        max_length=300,
    )

    def ask_for_emergency(self, asked: bool) -> None:
        """Ask why there was no permission only where the policy wants one and none was given."""
        if not asked:
            del self.emergency_reason

    @property
    def emergency(self) -> str:
        """Why the change could not wait for permission; empty where that was not asked."""
        return str(self.emergency_reason.data or "") if "emergency_reason" in self else ""

    @property
    def changed_at(self) -> datetime:
        """The moment of the change."""
        day, time_of_day = cast(date, self.changed_on.data), cast(time, self.changed_time.data)
        return clock.at_local(day, time_of_day.hour, time_of_day.minute)

    @property
    def steps(self) -> dict[StepKind, StepAnswer]:
        """The answers to the steps, as the act takes them."""
        return {kind: StepAnswer(StepOutcome(self[kind.value].data), self._why_not(kind)) for kind in StepKind}

    def _why_not(self, kind: StepKind) -> str:
        name = f"{kind.value}_reason"
        applies = self[kind.value].data == StepOutcome.DONE
        return "" if applies or name not in self else str(self[name].data)


SIGHTING_WORDS = {
    Sighting.VAULT_DATE: "The password vault shows a new date for this entry",
    Sighting.NO_SESSIONS: "The account’s list of open sessions is empty, or shows only ours",
    Sighting.SIGNED_IN: "I signed in with the new password from the vault",
}


NOT_MADE, NOT_MADE_WORDS = "not_made", "It has not been changed"
WHY_NOT_MADE_HINT = (
    "Whoever looks after the account reads this: name nobody. The password is then to be changed still, by the same day."
)


class VerifyForm(ProbityForm):
    """What did you see?"""

    saw = RadioField(
        "What did you see?",
        hint="You need not know the password.",
        choices=[*SIGHTING_WORDS.items(), Choice(NOT_MADE, NOT_MADE_WORDS, reveals=("why_not_made",))],
        validators=[Required("Select what you saw")],
    )
    why_not_made = StringField(
        "How do you know?", [RequiredIf("saw", NOT_MADE, "Enter how you know that it has not been changed"), NoSecrets()],
        what="how you know", max_length=300, hint=WHY_NOT_MADE_HINT,
    )  # fmt: skip
    alone_because = StringField(
        "You changed it yourself: why can nobody else verify it?",
        [Required("Enter why nobody else can verify it"), NoSecrets()], what="the reason", max_length=300,
        hint="Nobody else who works here today may verify this change. What you enter stands on the certificate.",
    )  # fmt: skip

    @property
    def not_made(self) -> str:
        """How one knows that it has not been changed; empty where they saw that it was."""
        return str(self.why_not_made.data or "") if self.saw.data == NOT_MADE else ""

    def ask_why_alone(self, asked: bool) -> None:
        """Ask why nobody else verifies it only of who made the change, and verifies it."""
        if not asked or self.saw.data == NOT_MADE:
            del self.alone_because

    @property
    def why_alone(self) -> str:
        """Why nobody else verifies it; empty where that was not asked."""
        return str(self.alone_because.data or "") if "alone_because" in self else ""


class RefusalForm(ProbityForm):
    """Why could a change that nobody had permitted have waited?"""

    why = StringField(
        "If it could have waited: why?", [Required("Enter why it could have waited"), NoSecrets()], what="the reason",
        max_length=300, hint="The password stays changed. The record says that nobody permitted it, and why.",
    )  # fmt: skip


END_WORDS = {
    EndReason.NO_LONGER_NEEDED: "They no longer need it",
    EndReason.MOVED: "They moved to other work",
    EndReason.WITHDRAWN: "It is withdrawn",
}


class EndAccessForm(ProbityForm):
    """When does the access end, and why?"""

    ends_on = DateField(
        "Their last day with access", what="the last day", validators=[Required("Enter the last day with access")],
        hint=LAST_DAY_HINT,
    )  # fmt: skip
    reason = RadioField(
        "Why does it end?",
        hint="Other holders read only that it ended.",
        choices=[(reason, words) for reason, words in END_WORDS.items()],
        validators=[Required("Select why the access ends")],
    )
    correction = correction_field()


class CallOffForm(ProbityForm):
    """Access that has not begun does not begin: nothing to fill in."""


class StartForm(ProbityForm):
    """Why does the password change now?"""

    trigger = RadioField(
        "Why does the password have to change?",
        choices=[
            Choice(Trigger.COMPROMISE.value, "Somebody else may know it", hint="For example after a wrong message."),
            Choice(Trigger.SCHEDULED.value, "It is time to renew it"),
        ],
        validators=[Required("Select why the password has to change")],
    )


def today_and_now(at: datetime) -> dict[str, Any]:
    """The present day and time, as a form shows them first."""
    local = at.astimezone(clock.LONDON)
    return {"changed_on": local.date(), "changed_time": local.time().replace(second=0, microsecond=0)}


__all__ = [
    "SIGHTING_WORDS",
    "STEP_WORDS",
    "AnyLeaverForm",
    "ChangedForm",
    "ConfirmLeaverForm",
    "ConfirmLeaversForm",
    "EndAccessForm",
    "LeaversFileForm",
    "RefusalForm",
    "StartForm",
    "TeamLeaverForm",
    "VerifyForm",
    "today_and_now",
]


class ReviewForm(SeenForm):
    """Who still needs access?"""

    @property
    def stays(self) -> dict[uuid.UUID, bool]:
        """What was answered for each person, by id of the grant."""
        return {
            uuid.UUID(hex=name.removeprefix("grant_")): field.data == "yes"
            for name, field in self._fields.items()
            if name.startswith("grant_")
        }


def review_form(grants: Iterable[tuple[AccessGrant, date | None]], day: date, *, seen: str = "") -> ReviewForm:
    """One question for each person who has access on a day, or is to have it, with the day on which it ends as far as the
    reader may know it. `seen` is the mark of the last review.
    """
    fields: dict[str, Any] = {}
    for grant, until in grants:
        begun = "from" if grant.is_to_come(day) else "since"
        since = f"{grant.level.value.capitalize()} {begun} {uk_date(grant.starts_on)}, {grant.login_mode.label.lower()}"
        since += f". Ends on {uk_date(until)}" if until else ""
        fields[f"grant_{grant.id.hex}"] = RadioField(
            grant.person.name,
            [Required(f"Select whether {grant.person.name} still needs access")],
            hint=f"{grant.person.post}. {since}" if grant.person.post else since,
            choices=(Choice("yes", "Still needs it"), Choice("no", "No longer needs it")),
            inline=True,
        )
    made: type[ReviewForm] = type("ReviewFormOfAccount", (ReviewForm,), fields)
    return made(data={"seen": seen})
