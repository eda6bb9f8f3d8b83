"""What somebody tells of an account that is in use or looks like ours; what is new; and what became of each."""

from datetime import date
from typing import cast

from app.account_register.forms import PERSON_HINT, PlaceForm, other_platform_field
from app.account_register.forms_proposals import platform_in
from app.account_register.models import DiscoveredAccount, LookAlikeOutcome, LookResult, Noticed
from app.account_register.naming import clean_url, platform_fields
from app.core.forms import (
    Choice,
    DateField,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    SeenForm,
    SelectField,
    StringField,
    TextAreaField,
)

NO_HANDLE_HINT = "With or without @, or the whole address of its profile. Leave it empty if it has none."


class _FoundForm(PlaceForm):
    """Where is it?"""

    platform = SelectField("Platform", [Required("Select the platform")])
    other_platform = other_platform_field()
    handle = StringField("Handle", [NoSecrets()], max_length=120, width=20, what="the handle", hint=NO_HANDLE_HINT)
    url = StringField("Web address", [NoSecrets()], max_length=500, what="the web address")

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """The platform, the handle and the address as they are kept. Raises InvalidInput at a field."""
        handle = (self.handle.data.strip(" @") and self.handle.data) or None
        return platform_in(self.answers()), handle, clean_url(self.url.data)


class DiscoveredForm(_FoundForm):
    """Which account did you find?"""

    name = StringField(
        "Name", [Required("Enter the name of the account"), NoSecrets()], max_length=160,
        hint="As it stands on the account.",
    )  # fmt: skip
    service = SelectField("Service", empty="I do not know", hint="The part of the organisation it seems to speak for.")
    found_on = DateField("When did you find it?", [Required("Enter the day you found it")], what="the day")
    how_found = TextAreaField(
        "How did you find it, and what is it used for?", [Required("Enter how you found it"), NoSecrets()], rows=3,
        max_length=2000, what="how you found it",
    )  # fmt: skip


class LookAlikeForm(_FoundForm):
    """Which account looks like ours?"""

    noticed_on = DateField("When did you notice it?", [Required("Enter the day you noticed it")], what="the day")
    pretends = TextAreaField(
        "How does it look like ours, and what does it do?", [Required("Enter how it looks like ours"), NoSecrets()],
        rows=3, max_length=2000, what="how it looks like ours",
        hint="For example our logo, our name with one letter changed, or messages that ask for money.",
    )  # fmt: skip

    @property
    def noticed(self) -> Noticed:
        """What was entered, as the act takes it. Raises InvalidInput at a field."""
        platform, handle, url = self.place
        return Noticed(platform, handle, url, cast(date, self.noticed_on.data), self.pretends.data)


class AskForm(SeenForm):
    """Who should propose it?"""

    person = StringField(
        "Who should propose it?", [Required("Enter who should propose it"), NoSecrets()], max_length=254, what="the person",
        hint=PERSON_HINT + " The proposal they find begun says what is known already.",
    )  # fmt: skip


class CloseDiscoveredForm(ProbityForm):
    """What became of it?"""

    outcome = TextAreaField(
        "What became of it?", [Required("Enter what became of it"), NoSecrets()], rows=3, max_length=2000,
        what="the outcome", hint="For example that it was deleted, or that it is not ours after all.",
    )  # fmt: skip


class ReportedForm(ProbityForm):
    """When was it reported?"""

    reported_on = DateField(
        "When was it reported to the platform?", [Required("Enter the day it was reported")], what="the day"
    )
    reference = StringField(
        "The platform’s reference", [NoSecrets()], max_length=60, width=20, what="the reference",
        hint="If it gave you one.",
    )  # fmt: skip


class CloseLookAlikeForm(ProbityForm):
    """What came of it?"""

    outcome = RadioField(
        "What came of it?", [Required("Select what came of it")],
        choices=[Choice(one.value, one.label) for one in LookAlikeOutcome],
    )  # fmt: skip
    words = TextAreaField("Anything to add?", [NoSecrets()], rows=3, max_length=2000, what="what you add")


class HorizonForm(ProbityForm):
    """What is new?"""

    name = StringField(
        "Platform or feature", [Required("Enter the platform or feature"), NoSecrets()], max_length=160,
        what="the platform or feature",
    )  # fmt: skip
    what = TextAreaField(
        "What is new about it?", [Required("Enter what is new about it"), NoSecrets()], rows=3, max_length=2000,
        what="what is new",
    )  # fmt: skip
    next_look_on = DateField(
        "When should somebody look at it?", [Required("Enter when somebody should look at it")], what="the day",
        hint="After today.",
    )  # fmt: skip


class LookForm(SeenForm):
    """What did you find?"""

    result = RadioField(
        "What follows from it?", [Required("Select what follows from it")],
        choices=[Choice(one.value, one.label) for one in LookResult],
    )  # fmt: skip
    words = TextAreaField(
        "What did you find?", [Required("Enter what you found"), NoSecrets()], rows=3, max_length=2000,
        what="what you found", hint="Who uses it, what could go wrong, what our people should know.",
    )  # fmt: skip
    next_look_on = DateField(
        "When should somebody look at it next?", what="the day", hint="Leave it empty if it is not for us."
    )


def known_of(found: DiscoveredAccount) -> dict[str, str]:
    """What is known of an account found in use, as the form of the register shows it."""
    return {
        "name": found.name, **platform_fields(found.platform), "handle": found.handle or "", "url": found.url or "",
        "service": str(found.service_id or ""),
    }  # fmt: skip
