"""What the register asks of an account, in parts: one page of questions each."""

from typing import Any

from app.account_register.addresses import handle_at, is_address
from app.account_register.forms import (
    LOGIN_CHOICES,
    PERSON_HINT,
    PlaceForm,
    other_platform_field,
    recovery_kind_field,
    two_step_waiver_field,
)
from app.account_register.models import TwoStep, TwoStepMethod, Upkeep
from app.account_register.naming import handle_key
from app.core.forms import (
    Choice,
    DateField,
    NoBarePassword,
    NoSecrets,
    RadioField,
    Required,
    SeenForm,
    SelectField,
    StringField,
    TextAreaField,
)

UPKEEP_CHOICES = [(one, one.label) for one in Upkeep]


class NamesForm(SeenForm, PlaceForm):
    """What is it called, and where is it?"""

    name = StringField(
        "Name", [Required("Enter the name of the account"), NoSecrets()], max_length=160,
        hint="As the public knows it, for example Northmere Libraries.",
    )  # fmt: skip
    platform = SelectField("Platform", [Required("Select the platform")])
    other_platform = other_platform_field()
    handle = StringField(
        "Handle", [NoSecrets()], max_length=120, width=20, what="the handle",
        hint="The account’s own name on the platform, or the whole address of its profile. Leave it empty if it has none.",
    )  # fmt: skip
    url = StringField("Web address", [NoSecrets()], max_length=500, what="the web address")
    parent = StringField(
        "Does it belong to another account?", [NoSecrets()], max_length=250, what="the other account",
        hint="For a linked group or a website tool: the name of the account to which it belongs. Else leave it empty.",
    )  # fmt: skip
    opened_on = DateField("When was it opened?", what="the day it was opened", hint="Leave it empty if nobody knows.")

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """What the register said before gives way to what a new address says: of two, the one that was not touched."""
        was_url, was_handle = self.url.object_data or "", self.handle.object_data or ""
        url, handle = self.url.data or "", self.handle.data or ""
        if self.is_of_older_page:  # what was not touched cannot be told there
            return super().validate(*args, **kwargs)
        if is_address(handle) and url == was_url:
            self.url.data = ""
        elif was_url and url != was_url and handle == was_handle:
            said = handle_at(url)
            platform = self.platform.data or ""
            if said and handle_key(said, platform) != handle_key(was_handle, platform):
                self.handle.data = ""
        return super().validate(*args, **kwargs)


class OwnersForm(SeenForm):
    """Who answers for it?"""

    owner = StringField(
        "Accountable owner", [NoSecrets()], max_length=254, what="the owner",
        hint=f"{PERSON_HINT} They answer for the account, and ask for access for others.",
    )  # fmt: skip
    deputy = StringField(
        "Deputy owner", [NoSecrets()], max_length=254, what="the deputy",
        hint=f"{PERSON_HINT} Somebody other than the owner.",
    )  # fmt: skip
    service = SelectField("Service", empty="Not recorded", hint="The part of the organisation the account speaks for.")
    brand = StringField(
        "Brand", [NoSecrets()], max_length=120, width=20, what="the brand", hint="If it has a name and logo of its own."
    )
    emergency_contact = StringField(
        "Whom to call out of hours", [NoSecrets(), NoBarePassword()], max_length=200, what="the emergency contact",
        hint="A duty desk or a post, and its telephone number.",
    )  # fmt: skip


class AudienceForm(SeenForm):
    """Why does it exist, and for whom?"""

    purpose = TextAreaField("Why does it exist?", [NoSecrets()], rows=3, max_length=2000, what="the purpose")
    target_group = TextAreaField("Whom is it for?", [NoSecrets()], rows=2, max_length=1000, what="the target group")
    identification = TextAreaField(
        "How can the public tell that it is ours?", [NoSecrets()], rows=2, max_length=1000,
        what="how the public can tell that it is official",
        hint="For example a tick from the platform, our logo, a link from our website.",
    )  # fmt: skip


class SecurityForm(SeenForm):
    """How is it protected?"""

    login_mode = RadioField("How do people sign in?", [Required("Select how people sign in")], choices=LOGIN_CHOICES)
    two_step = RadioField(
        "Is 2-step verification on?", [Required("Select whether 2-step verification is on")],
        choices=[
            Choice(TwoStep.ON, "Yes", reveals=("two_step_method", "two_step_custody")),
            Choice(TwoStep.OFF, "No", reveals=("two_step_waiver",)),
            Choice(TwoStep.NOT_RECORDED, "I do not know"),
        ],
        hint="Signing in then takes a code as well as the password.",
    )  # fmt: skip
    two_step_method = SelectField(
        "What is the second step?", empty="Not recorded", choices=[(one.value, one.label) for one in TwoStepMethod]
    )
    two_step_custody = StringField(
        "Where is it kept?", [NoSecrets(), NoBarePassword()], max_length=200, what="where the second step is kept",
        hint="For example “the duty desk’s telephone” or “the app of each holder”. Never the code itself.",
    )  # fmt: skip
    two_step_waiver = two_step_waiver_field()
    recovery_kind = recovery_kind_field()
    recovery = StringField(
        "Which mailbox and telephone are these?", [NoSecrets(), NoBarePassword()], max_length=200,
        what="the recovery details", hint="For example “the digital team’s mailbox, the duty desk’s telephone”.",
    )  # fmt: skip
    vault_item = StringField(
        "Name of its entry in the password vault", [NoSecrets(), NoBarePassword()], max_length=200,
        what="the vault reference",
        hint="Only the name of the entry, never the password. Keepers of the register, ICT and the owner read this.",
    )  # fmt: skip
    connected_tools = TextAreaField(
        "Which tools are connected to it?", [NoSecrets(), NoBarePassword()], rows=2, max_length=1000,
        what="the connected tools",
        hint="For example a planning tool or a chat assistant that can post. Read by those who read the entry in the vault.",
    )  # fmt: skip
    compromise_drill_on = DateField(
        "When did you last practise what to do if it is taken over?", what="the day of the drill",
        hint="Leave it empty if never.",
    )  # fmt: skip


class CareForm(SeenForm):
    """How is it looked after?"""

    alerts = RadioField(
        "Are alerts on?", [Required("Select whether alerts are on")], choices=UPKEEP_CHOICES,
        hint="Somebody is told of messages, mentions and new sign-ins.",
    )  # fmt: skip
    auto_acknowledgement = RadioField(
        "Do messages get an automatic acknowledgement?", [Required("Select whether messages are acknowledged")],
        choices=UPKEEP_CHOICES,
    )  # fmt: skip
    pre_election_pause = RadioField(
        "Does it pause before elections?", [Required("Select whether it pauses before elections")],
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not decided")], inline=True,
    )  # fmt: skip


class PublicForm(SeenForm):
    """What may the public read of it?"""

    listed_publicly = RadioField(
        "May anybody read that it is ours?", [Required("Select whether anybody may read that it is ours")], inline=True,
        choices=[("yes", "Yes"), ("no", "No")],
        hint="Its name, platform, handle and address stand on the public list then, if that is turned on.",
    )  # fmt: skip
    public_words = StringField(
        "What should the public read about it?", [NoSecrets()], max_length=200, what="what the public should read",
        hint="One sentence, or nothing. No person, no e-mail address, no telephone number.",
    )  # fmt: skip


SECTIONS: dict[str, tuple[str, type[SeenForm]]] = {
    "names": ("What it is called", NamesForm),
    "owners": ("Who answers for it", OwnersForm),
    "audience": ("Why it exists", AudienceForm),
    "security": ("How it is protected", SecurityForm),
    "care": ("How it is looked after", CareForm),
    "public": ("What the public reads", PublicForm),
}
"""The parts of an account's entry: the heading of each and its questions."""

DETAILS: dict[str, tuple[str, ...]] = {
    "names": ("name", "platform", "handle", "url", "parent_id", "opened_on"),
    "owners": ("owner_id", "deputy_id", "service_id", "brand", "emergency_contact"),
    "audience": ("purpose", "target_group", "identification"),
    "security": (
        "login_mode", "two_step", "two_step_method", "two_step_custody", "two_step_waiver", "recovery_kind", "recovery",
        "vault_item", "connected_tools", "compromise_drill_on",
    ),
    "care": ("alerts", "auto_acknowledgement", "pre_election_pause"),
    "public": ("listed_publicly", "public_words"),
}  # fmt: skip
"""The details of an account that each part shows and changes."""
