"""Who takes other work or is away for long, and which access they keep."""

import uuid
from collections.abc import Sequence
from typing import Any

from app.account_register.models import AccessGrant
from app.core.forms import Choice, DateField, ProbityForm, RadioField, Required, SelectField, StringField
from app.core.presentation import uk_date
from app.credential_rotation.models import MoveKind

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
    new_post = StringField("What do they do from then on?", hint="You may leave this empty.", max_length=120)
    back_on = DateField("First day back", hint="Leave this empty if nobody knows yet.", what="the first day back")
    last_day = DateField(
        "The last day on which they need their access", hint="For example 27 3 2027", what="the last day",
        validators=[Required("Enter the last day on which they need their access")],
    )  # fmt: skip


class AnyMoveForm(MoveForm):
    """The same for HR, who write a name or an address."""

    person = StringField(
        "Who is it?", hint="Their work e-mail address, or their full name", what="who it is",
        validators=[Required("Enter who it is")],
    )  # fmt: skip


class TeamMoveForm(MoveForm):
    """The same for a line manager, who selects somebody of their line."""

    person = SelectField("Who is it?", validators=[Required("Select who it is")])


class AccessGoesOnForm(ProbityForm):
    """Which access goes on? Made by `access_form`."""

    @property
    def goes_on(self) -> dict[uuid.UUID, bool]:
        """What was answered, by id of the grant."""
        return {
            uuid.UUID(hex=field.short_name.removeprefix("grant_")): field.data == GOES_ON
            for field in self
            if field.short_name.startswith("grant_")
        }


def access_form(grants: Sequence[AccessGrant], kind: MoveKind, *, fresh: bool) -> AccessGoesOnForm:
    """One question for each access; what an absent person holds is taken to end."""
    fields: dict[str, Any] = {}
    for grant in grants:
        name = f"{grant.account.name} ({grant.account.platform})"
        fields[f"grant_{grant.id.hex}"] = RadioField(
            name,
            [Required(f"Select whether their access to {name} goes on")],
            hint=f"{grant.level.value.capitalize()} since {uk_date(grant.starts_on)}, {grant.login_mode.label.lower()}",
            choices=(Choice(GOES_ON, "Goes on"), Choice(ENDS, "Ends")),
            inline=True,
        )
    made: type[AccessGoesOnForm] = type("AccessGoesOnFormOfPerson", (AccessGoesOnForm,), fields)
    if not fresh:
        return made()
    return made(formdata=None, data=dict.fromkeys(fields, ENDS) if kind is MoveKind.LONG_ABSENCE else {})
