"""Forms of the register, one for each act."""

from typing import Any

from app.account_register.addresses import Place, is_address, with_what_the_address_says
from app.account_register.correcting import LAST_DAY_HINT, correction_field
from app.account_register.models import AccessLevel, EndReason, LoginMode, Recovery, TwoStep
from app.account_register.naming import OTHER_PLATFORM, platform_names
from app.core.errors import InvalidInput
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
    TextAreaField,
)

LOGIN_CHOICES = (
    Choice(LoginMode.SHARED.value, LoginMode.SHARED.label, hint="Everybody signs in with the same password."),
    Choice(LoginMode.INDIVIDUAL.value, LoginMode.INDIVIDUAL.label, hint="Each person has a name and password of their own."),
    Choice(
        LoginMode.DELEGATED.value, LoginMode.DELEGATED.label, hint="Each person’s own profile has a role on the account."
    ),
)
LEVEL_CHOICES = (
    Choice(AccessLevel.ADMIN.value, "Admin", hint="Can do everything, and let others in."),
    Choice(AccessLevel.EDITOR.value, "Editor", hint="Can publish and answer."),
    Choice(AccessLevel.RESPONDER.value, "Responder", hint="Can answer messages and comments."),
    Choice(AccessLevel.VIEWER.value, "Viewer", hint="Can look at figures and drafts only."),
)
END_CHOICES = (
    Choice(EndReason.NO_LONGER_NEEDED.value, "They no longer need it"),
    Choice(EndReason.MOVED.value, "They moved to other work"),
    Choice(EndReason.LEFT.value, "They left"),
    Choice(EndReason.WITHDRAWN.value, "It was withdrawn"),
    Choice(EndReason.ACCOUNT_CLOSED.value, "The account is being closed"),
)


PERSON_HINT = "Their work e-mail address or full name."


def platform_choices() -> list[str]:
    """Every platform by name, and that it is another."""
    return [*platform_names(), OTHER_PLATFORM]


def other_platform_field() -> StringField:
    """The name of a platform that is not in the list, asked for where Other is selected."""
    return StringField(
        "Name of the other platform",
        [RequiredIf("platform", OTHER_PLATFORM, "Enter the name of the platform"), NoSecrets()],
        max_length=70, width=20, hint="Only if you selected Other.",
    )  # fmt: skip


NOT_KNOWN_BY_ADDRESS = (
    "Select the platform: the address does not say which it is. If it is not in the list, select Other and enter its name"
)


def two_step_waiver_field() -> StringField:
    """Why an account does without 2-step verification."""
    return StringField(
        "If it is off: who agreed to that, and why?", [NoSecrets()], max_length=300,
        what="why there is no 2-step verification", hint="For example “the platform offers none”.",
    )  # fmt: skip


def recovery_kind_field() -> RadioField:
    """To whom the recovery details belong."""
    return RadioField(
        "Whose address and telephone number let somebody back in?", [Required("Select whose they are")],
        choices=[(one, one.label) for one in Recovery],
        hint="If they are one person’s own, the account is lost when that person leaves.",
    )  # fmt: skip


class PlaceForm(ProbityForm):
    """A form with the fields platform, other_platform, handle and url: a pasted address fills in what it says.

    `derived` says what that was, for the page that follows.
    """

    derived = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Read the address first, so that nothing is asked for that it says; what contradicts it is refused at its field."""
        names = ("platform", "other_platform", "handle", "url")
        refused: InvalidInput | None = None
        try:
            place = with_what_the_address_says(Place(*((self[name].data or "").strip() for name in names)))
        except InvalidInput as refusal:
            refused = refusal
        else:
            self.derived = place.derived
            for name in names:
                self[name].data = getattr(place, name)
        was_address = is_address(self["handle"].data or "") or bool(self["url"].data)
        is_valid = super().validate(*args, **kwargs)
        if was_address and not self["platform"].data and self["platform"].errors:
            self["platform"].errors = [NOT_KNOWN_BY_ADDRESS]
        if refused is not None:
            self.add_refusal(refused)
        return bool(is_valid) and refused is None


class AccountForm(PlaceForm):
    """What should the register say of this account?"""

    name = StringField(
        "Name", [Required("Enter the name of the account"), NoSecrets()], max_length=160,
        hint="As the public knows it, for example the name of a library or a project.",
    )  # fmt: skip
    platform = SelectField("Platform", [Required("Select the platform")])
    other_platform = other_platform_field()
    handle = StringField(
        "Handle", [NoSecrets()], max_length=120, width=20, what="the handle",
        hint="The account’s own name on the platform, or the whole address of its profile. Leave it empty if it has none.",
    )  # fmt: skip
    url = StringField("Web address", [NoSecrets()], max_length=500, what="the web address")
    service = SelectField("Service", empty="Not recorded", hint="The part of the organisation the account speaks for.")
    owner = StringField(
        "Accountable owner", [NoSecrets()], max_length=254, what="the owner",
        hint=f"{PERSON_HINT} They answer for the account, and ask for access for others.",
    )  # fmt: skip
    purpose = TextAreaField("Why does it exist?", [NoSecrets()], rows=3, max_length=2000, what="the purpose")
    target_group = TextAreaField("Whom is it for?", [NoSecrets()], rows=2, max_length=1000, what="the target group")
    identification = TextAreaField(
        "How can the public tell that it is ours?", [NoSecrets()], rows=2, max_length=1000,
        what="how the public can tell that it is official",
        hint="For example a tick from the platform, our logo, a link from our website.",
    )  # fmt: skip
    login_mode = RadioField("How do people sign in?", [Required("Select how people sign in")], choices=LOGIN_CHOICES)
    two_step = RadioField(
        "Is 2-step verification on?", [Required("Select whether 2-step verification is on")], inline=True,
        choices=((TwoStep.ON, "Yes"), (TwoStep.OFF, "No"), (TwoStep.NOT_RECORDED, "I do not know")),
        hint="Signing in then takes a code as well as the password.",
    )  # fmt: skip


class RegisterForm(AccountForm):
    """What is known of the approved account now that it is set up?"""

    two_step_waiver = two_step_waiver_field()
    recovery_kind = recovery_kind_field()


class StatusForm(SeenForm):
    """What should become of this account?"""

    status = RadioField("What should change?", [Required("Select what should change")])
    reason = TextAreaField(
        "Reason", [Required("Enter the reason"), NoSecrets()], rows=3, max_length=1000, what="the reason",
        hint="Everybody who can see this account can read it. Do not name anybody.",
    )  # fmt: skip


class CloseForm(ProbityForm):
    """Close this account?"""

    archive_kept = TextAreaField(
        "Where is the archive of what it published kept?", [Required("Enter where the archive is kept"), NoSecrets()],
        rows=2, max_length=1000, what="where the archive is kept",
        hint="For example the name of a folder. If nothing is kept, say why not.",
    )  # fmt: skip
    redirect_notice = TextAreaField(
        "What tells people where to go now?", [Required("Enter what tells people where to go now"), NoSecrets()],
        rows=2, max_length=1000, what="what tells people where to go",
        hint="For example a last post with a link to our website, and until when it stays. If there is none, say why not.",
    )  # fmt: skip


class GiveAccessForm(ProbityForm):
    """Who should have access?"""

    person = StringField(
        "Who should have access?", [Required("Enter who should have access"), NoSecrets()], max_length=254,
        what="the person",
        hint=f"{PERSON_HINT} You cannot give access to yourself.",
    )  # fmt: skip
    level = RadioField("What may they do?", [Required("Select what they may do")], choices=LEVEL_CHOICES)
    login_mode = RadioField("How will they sign in?", [Required("Select how they will sign in")], choices=LOGIN_CHOICES)
    approved_by = StringField(
        "Who approved it?", [NoSecrets()], max_length=254, what="who approved it",
        hint="Their own line manager, who is told that you wrote it down. Leave it empty if you approve it yourself.",
    )  # fmt: skip
    advice = TextAreaField(
        "What do you advise?", [NoSecrets()], rows=3, max_length=1000, what="the advice",
        hint="You may leave it empty: giving access is your advice.",
    )  # fmt: skip
    trained_on = DateField("When were they trained?", what="the day of their training", hint="If training is asked for.")
    starts_on = DateField(
        "From which day?", [Required("Enter the day on which access starts")], what="the start date",
        hint="Today or later.",
    )  # fmt: skip


class AskForAccessForm(ProbityForm):
    """Who should have access to what?"""

    account = StringField(
        "Which account?", [Required("Enter the account"), NoSecrets()], max_length=254, what="the account",
        hint="Its name as the public knows it, its handle or its web address.",
    )  # fmt: skip
    person = StringField(
        "Who should have access?", [Required("Enter who should have access"), NoSecrets()], max_length=254,
        what="the person",
        hint="Yourself, somebody in your team, or anybody for an account that you own. Work e-mail address or full name.",
    )  # fmt: skip
    reason = TextAreaField(
        "What do they need it for?", [Required("Enter why they need it"), NoSecrets()], rows=3, max_length=1000,
        what="the reason",
    )  # fmt: skip
    level = RadioField("What may they do?", [Required("Select what they may do")], choices=LEVEL_CHOICES)
    login_mode = RadioField("How will they sign in?", [Required("Select how they will sign in")], choices=LOGIN_CHOICES)
    starts_on = DateField(
        "From which day?", [Required("Enter the day on which access starts")], what="the start date",
        hint="Today or later.",
    )  # fmt: skip
    trained_on = DateField("When were they trained?", what="the day of their training", hint="If training is asked for.")
    advice = TextAreaField(
        "What do you advise?", [NoSecrets()], rows=3, max_length=1000, what="the advice",
        hint="As a keeper of the register. Leave it empty to advise later.",
    )  # fmt: skip


class ChangeLevelForm(ProbityForm):
    """What may they do?"""

    level = RadioField("What may they do?", [Required("Select what they may do")])
    reason = TextAreaField(
        "What do they need it for?", [NoSecrets()], rows=3, max_length=1000, what="the reason",
        hint="Only where they are to do more: their manager reads it, who approves that.",
    )  # fmt: skip
    trained_on = DateField(
        "When were they trained?", what="the day of their training", hint="Only where they are to do more."
    )
    advice = TextAreaField(
        "What do you advise?", [NoSecrets()], rows=3, max_length=1000, what="the advice",
        hint="As a keeper of the register, where they are to do more. Leave it empty to advise later.",
    )  # fmt: skip


class AdviseOnAccessForm(ProbityForm):
    """What do you advise?"""

    advice = TextAreaField(
        "What do you advise?", [Required("Enter what you advise"), NoSecrets()], rows=3, max_length=1000, what="the advice",
        hint="The manager reads it before they decide.", label_size="m",
    )  # fmt: skip


_REFUSE_ACCESS = Choice("refuse", "Refuse it", reveals=("reasons",))


class DecideAccessForm(SeenForm):
    """What do you decide?"""

    decision = RadioField(
        "What do you decide?", [Required("Select what you decide")], label_size="m",
        choices=(Choice("approve", "Approve it"), _REFUSE_ACCESS),
    )  # fmt: skip
    reasons = TextAreaField(
        "Why do you refuse it?", [RequiredIf("decision", "refuse", "Enter why you refuse this"), NoSecrets()],
        what="the reasons", rows=3, max_length=1000, hint="Whoever asked reads this.",
    )  # fmt: skip


class EndAccessForm(ProbityForm):
    """When does this access end?"""

    ends_on = DateField(
        "Last day of access", [Required("Enter the last day of access")], what="the last day",
        hint=LAST_DAY_HINT,
    )  # fmt: skip
    reason = RadioField("Why does it end?", [Required("Select why it ends")], choices=END_CHOICES)
    correction = correction_field()


class RegisterOnDayForm(ProbityForm):
    """As it stood on which day?"""

    day = DateField(
        "As it stood at the end of which day?", [Required("Enter the day")], what="the day",
        hint="For example 31 3 2027. Today or earlier.",
    )  # fmt: skip


class ImportForm(ProbityForm):
    """Which file?"""

    file = FileField("CSV file", [Required("Select a CSV file")], accept=".csv,text/csv")


class ConfirmImportForm(ProbityForm):
    """Import what was shown?"""

    plan = HiddenField()
