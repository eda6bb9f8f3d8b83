"""Who takes other work or is away for long, and which access they keep."""

import uuid
from typing import Any

from app.account_register.models import AccessGrant, Account
from app.core.forms import Choice, DateField, NoSecrets, ProbityForm, RadioField, Required, SelectField, StringField
from app.core.presentation import uk_date
from app.credential_rotation.models import MoveKind, MoveQuestions

GOES_ON, ENDS = "goes_on", "ends"


class MoveForm(ProbityForm):
    """Who, why and from when?"""

    kind = RadioField(
        "What changes for them?",
        choices=[
            Choice(MoveKind.MOVED.value, "They take other work", hint="Another post or service.", reveals=("new_post",)),
            Choice(MoveKind.LONG_ABSENCE.value, "They are away for long", reveals=("back_on",)),
        ],
        validators=[Required("Select what changes for them")],
    )
    new_post = StringField(
        "What do they do from then on?", [NoSecrets()], hint="You may leave this empty.", max_length=120
    )
    back_on = DateField("First day back", hint="Leave this empty if nobody knows yet.", what="the first day back")
    last_day = DateField(
        "The last day on which they need their access", hint="For example 27 3 2027", what="the last day",
        validators=[Required("Enter the last day on which they need their access")],
    )  # fmt: skip


class AnyMoveForm(MoveForm):
    """The same for HR, who write a name or an address."""

    person = StringField(
        "Who is it?", hint="Their work e-mail address, or their full name", what="who it is",
        validators=[Required("Enter who it is"), NoSecrets()],
    )  # fmt: skip


class TeamMoveForm(MoveForm):
    """The same for a line manager, who selects somebody of their line."""

    person = SelectField("Who is it?", validators=[Required("Select who it is")])


class ChangeMoveForm(ProbityForm):
    """On which other day? The first day back is asked only of somebody who is away."""

    last_day = DateField(
        "The last day on which they need their access", hint="For example 27 3 2027", what="the last day",
        validators=[Required("Enter the last day on which they need their access")],
    )  # fmt: skip
    back_on = DateField("First day back", hint="Leave this empty if nobody knows yet.", what="the first day back")


class WithdrawMoveForm(ProbityForm):
    """They go on as before after all."""


class AccessGoesOnForm(ProbityForm):
    """Which access goes on, and do they go on owning what they own? Made by `access_form`."""

    @property
    def goes_on(self) -> dict[uuid.UUID, bool]:
        """What was answered, by id of the grant or of the account that they own."""
        return {
            uuid.UUID(hex=field.short_name.removeprefix(prefix)): field.data == GOES_ON
            for field in self
            for prefix in ("grant_", "owned_")
            if field.short_name.startswith(prefix)
        }


def access_form(asked: MoveQuestions, kind: MoveKind, *, fresh: bool) -> AccessGoesOnForm:
    """One question for each access and each account they own; what an absent person has is taken to end."""
    fields: dict[str, Any] = {f"grant_{grant.id.hex}": _access_field(grant, asked) for grant in asked.grants}
    fields |= {f"owned_{account.id.hex}": _owner_field(account) for account in asked.owned}
    made: type[AccessGoesOnForm] = type("AccessGoesOnFormOfPerson", (AccessGoesOnForm,), fields)
    if not fresh:
        return made()
    return made(formdata=None, data=dict.fromkeys(fields, ENDS) if kind is MoveKind.LONG_ABSENCE else {})


def _named(account: Account) -> str:
    return f"{account.name} ({account.platform})"


def _access_field(grant: AccessGrant, asked: MoveQuestions) -> RadioField:
    name = _named(grant.account)
    since = f"{grant.level.value.capitalize()} since {uk_date(grant.starts_on)}, {grant.login_mode.label.lower()}."
    return RadioField(
        name,
        [Required(f"Select whether their access to {name} goes on")],
        hint=f"{since} Nobody else administers it." if grant.account_id in asked.alone else since,
        choices=(Choice(GOES_ON, "Goes on"), Choice(ENDS, "Ends")),
        inline=True,
    )


def _owner_field(account: Account) -> RadioField:
    name = _named(account)
    return RadioField(
        f"Accountable owner of {name}",
        [Required(f"Select whether they go on as accountable owner of {name}")],
        choices=(Choice(GOES_ON, "Goes on"), Choice(ENDS, "Somebody else takes over")),
        inline=True,
    )
