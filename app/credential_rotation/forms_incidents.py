"""What happened to an account; how each step of the plan was answered; how it ended."""

from datetime import date
from typing import cast

from app.core.forms import (
    Choice,
    DateField,
    NoBarePassword,
    NoSecrets,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SeenForm,
    StringField,
    TextAreaField,
)
from app.credential_rotation.models import (
    AccountIncident,
    Credentials,
    Ending,
    IncidentKind,
    IncidentReport,
    PlanStep,
    StepAnswered,
    StepOutcome,
)

REFERENCE_HINT = "The number under which ICT logged it, if there is one already."
HINTS = {
    PlanStep.DECLARED: "Probity noted this when it was declared.",
    PlanStep.INFORMED: "Probity sends a message to each. Where nobody has one of these parts, tell whoever stands in.",
    PlanStep.PLATFORM: "Use its form for hacked accounts. Note when you wrote, and its answer, in the record.",
    PlanStep.CREDENTIALS: "On the platform, sign out everybody who is still signed in.",
    PlanStep.RECOVERY: "The recovery e-mail and telephone are ours, and nobody has added another.",
    PlanStep.ADMINISTRATORS: "Remove everybody whom the register does not name.",
    PlanStep.CONNECTED_TOOLS: "Remove scheduling tools and apps that nobody uses, and renew the access of the others.",
    PlanStep.FORWARDING: "Messages and codes are not sent on to somebody else, in the account or its mailbox.",
    PlanStep.EVIDENCE: "Take pictures of what was published and changed, before you remove it.",
    PlanStep.CONTENT: "Posts, messages and changes of the profile that were not ours.",
    PlanStep.STATEMENT: "So that nobody trusts what was published, or answers messages that were not ours.",
    PlanStep.POLICE: "Report Fraud took over from Action Fraud. In danger, call 999.",
    PlanStep.REFERENCE: "The reference of the organisation’s own incident log.",
    PlanStep.LESSONS: "What should be different next time.",
}  # fmt: skip

OF_CREDENTIALS = {
    Credentials.SHARED: "Mark each as changed first, under “New passwords”. A second person verifies it.",
    Credentials.OWN: "Everybody who has a login of their own says first that it is secured.",
    Credentials.BOTH: (
        "Mark each as changed first, under “New passwords”; a second person verifies it. Everybody who has a login of "
        "their own says that it is secured."
    ),
    Credentials.NONE: HINTS[PlanStep.CREDENTIALS],
}  # fmt: skip


def hint_of(incident: AccountIncident, step: PlanStep) -> str:
    """What helps to take a step, true of how people sign in to this account."""
    return OF_CREDENTIALS[incident.credentials] if step is PlanStep.CREDENTIALS else HINTS[step]


class FindAccountForm(ProbityForm):
    """Which account is it?"""

    account = StringField(
        "Which account is it?", [Required("Enter the name, handle or web address of the account"), NoSecrets()],
        max_length=500, hint="Its name as on the register, its handle, or its web address.", what="the account",
    )  # fmt: skip


class IncidentForm(ProbityForm):
    """What happened to this account?"""

    kind = RadioField(
        "What happened?",
        [Required("Select what happened")],
        choices=(
            Choice(
                IncidentKind.COMPROMISE.value, "Somebody else got in, or may have got in",
                hint="The account is marked as compromised, and whatever lets people in is made new at once.",
            ),
            Choice(
                IncidentKind.MEDIA_INTEREST.value, "The media are interested", reveals=("by_whom", "what_was_said"),
                hint="A journalist asks about the account, or something on it is in the news.",
            ),
            Choice(
                IncidentKind.ONLINE_ATTACK.value, "It is attacked, but nobody got in",
                hint="For example many false reports, insults or attempts to sign in.",
            ),
            Choice(IncidentKind.OTHER.value, "Something else"),
        ),
    )  # fmt: skip
    by_whom = StringField(
        "Who is interested?",
        [RequiredIf("kind", IncidentKind.MEDIA_INTEREST.value, "Enter who is interested"), NoSecrets()],
        hint="The newspaper or station, and the journalist if you know them.", what="who is interested",
    )  # fmt: skip
    what_was_said = TextAreaField(
        "What have we said to them?", [NoSecrets()], rows=3, max_length=2000, what="what was said",
        hint="Leave it empty if nobody has answered yet.",
    )  # fmt: skip
    noticed_on = DateField(
        "When was it noticed?", [Required("Enter the day it was noticed")], what="the day", hint="Today or earlier."
    )
    what_happened = TextAreaField(
        "What do we know?", [Required("Enter what happened"), NoSecrets()], rows=4, max_length=3000,
        what="what happened", hint="What was seen, by whom, and what was done so far. No passwords.",
    )  # fmt: skip
    reference = StringField(
        "Reference under the incident policy", [NoSecrets(), NoBarePassword()], max_length=60, width=20, hint=REFERENCE_HINT,
        what="the reference",
    )  # fmt: skip

    @property
    def report(self) -> IncidentReport:
        """What was entered, as the act takes it."""
        is_media = self.kind.data == IncidentKind.MEDIA_INTEREST.value
        return IncidentReport(
            noticed_on=cast(date, self.noticed_on.data), what_happened=self.what_happened.data,
            by_whom=self.by_whom.data if is_media else "", what_was_said=self.what_was_said.data if is_media else "",
            reference=self.reference.data,
        )  # fmt: skip


class StepForm(ProbityForm):
    """Is this step done, or does it not apply?"""

    outcome = RadioField(
        "Is it done?",
        [Required("Select whether it is done")],
        choices=(
            Choice(StepOutcome.DONE.value, "Done"),
            Choice(StepOutcome.NOT_APPLICABLE.value, "Does not apply", reveals=("reason",)),
        ),
    )
    reason = StringField(
        "Why not?",
        [RequiredIf("outcome", StepOutcome.NOT_APPLICABLE.value, "Enter why this step does not apply"), NoSecrets()],
        what="the reason", max_length=300,
    )  # fmt: skip

    @property
    def answered(self) -> StepAnswered:
        """What was answered, as the act takes it."""
        applies = self.outcome.data == StepOutcome.DONE.value
        return StepAnswered(StepOutcome(str(self.outcome.data)), "" if applies else self.reason.data)


class CredentialsForm(StepForm):
    """Is everything made new that lets people in? After a compromise that always applies."""

    outcome = RadioField(
        "Is it done?",
        [Required("Select whether it is done")],
        choices=(Choice(StepOutcome.DONE.value, "Done: every password is new, and everybody was signed out"),),
    )


class ReferenceForm(StepForm):
    """Under which reference is it logged?"""

    outcome = RadioField(
        "Is it logged?",
        [Required("Select whether it is logged")],
        choices=(
            Choice(StepOutcome.DONE.value, "Yes", reveals=("reference",)),
            Choice(StepOutcome.NOT_APPLICABLE.value, "Does not apply", reveals=("reason",)),
        ),
    )
    reference = StringField(
        "Reference", [RequiredIf("outcome", StepOutcome.DONE.value, "Enter the reference"), NoSecrets(), NoBarePassword()],
        max_length=60, width=20, what="the reference",
    )  # fmt: skip

    @property
    def answered(self) -> StepAnswered:
        """What was answered, with the reference."""
        answered = super().answered
        done = answered.outcome is StepOutcome.DONE
        return StepAnswered(answered.outcome, answered.reason, self.reference.data if done else "")


class LessonsForm(SeenForm):
    """How did it end, and what was learnt?"""

    outcome = TextAreaField(
        "What is the outcome?", [Required("Enter the outcome"), NoSecrets()], rows=3, max_length=2000, what="the outcome",
        hint="How somebody got in, as far as it is known, and what came of it.",
    )  # fmt: skip
    lessons = TextAreaField(
        "What was learnt?", [Required("Enter what was learnt"), NoSecrets()], rows=3, max_length=2000,
        what="what was learnt", hint="What should be different next time, and who sees to it.",
    )  # fmt: skip

    @property
    def ending(self) -> Ending:
        """How it ended and what was learnt, as the act takes it."""
        return Ending(self.outcome.data, self.lessons.data)


class CloseIncidentForm(ProbityForm):
    """How did it end?"""

    outcome = TextAreaField(
        "How did it end?", [Required("Enter how it ended"), NoSecrets()], rows=3, max_length=2000, what="the outcome"
    )
    lessons = TextAreaField(
        "What was learnt?", [NoSecrets()], rows=3, max_length=2000, what="what was learnt", hint="Leave it empty if nothing."
    )
    reference = StringField(
        "Reference under the incident policy", [NoSecrets(), NoBarePassword()], max_length=60, width=20,
        what="the reference", hint="For an attack it is needed: ICT gives it.",
    )  # fmt: skip

    @property
    def ending(self) -> Ending:
        """How it ended, as the act takes it; nothing where nothing was sent."""
        return Ending(self.outcome.data or "", self.lessons.data or "", self.reference.data or "")


class NoteForm(ProbityForm):
    """What was done or said since?"""

    text = TextAreaField(
        "Add to the record", [Required("Enter what was done or said"), NoSecrets()], rows=3, max_length=2000,
        what="the note", hint="What was done, asked or said, and by whom. It cannot be changed afterwards.",
    )  # fmt: skip


class RecoverForm(ProbityForm):
    """Put the account back to live?"""
