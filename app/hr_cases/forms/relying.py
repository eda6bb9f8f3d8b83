"""Which live warning is relied on: asked where a sanction is decided, of those that are live on that day."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from app.core.forms import CheckboxesField, Choice, ProbityForm, Required, SubmitField
from app.core.presentation import uk_date, uk_weekday_date
from app.hr_cases.models import EarlierWarning
from app.policy.queries import outcome_label

NONE = "none"


class WarningsField(CheckboxesField):
    """Warnings by their ids. Of one that is not offered, or not any more since its last day, the act says why."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no id of a warning at all, and "none" together with something."""
        if all(value == NONE or _is_id(value) for value in self.data):
            offered = {choice.value for choice in self.choices}
            if not set(self.data) <= offered:
                return
        super().pre_validate(form)


def _is_id(value: str) -> bool:
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return False


def named_warnings(warnings: Iterable[EarlierWarning]) -> list[Choice]:
    """Live warnings by name, with what there is to know of each."""
    return [Choice(str(one.id), f"{outcome_label(one.kind)} of {uk_date(one.issued_on)}", _known(one)) for one in warnings]


def _known(warning: EarlierWarning) -> str:
    said = [f"Live up to and including {uk_weekday_date(warning.last_live_day)}."]
    if warning.appeal_is_open:
        said.append("There is an appeal against it that is not decided yet.")
    if warning.reference:
        said.append(f"Case {warning.reference}.")
    return " ".join(said)


def chosen_warnings(chosen: Iterable[str]) -> list[uuid.UUID]:
    """The ids of the warnings that were chosen."""
    return [uuid.UUID(value) for value in chosen if value != NONE]


class AfterFindingsForm(ProbityForm):
    """A form that finds on allegations and then asks which live warning is relied on, which it shows only from then on."""

    of_findings: Sequence[str] = ()
    """The names of the fields in which something is found, with reasons."""

    relies_on = WarningsField(
        "Which live warning do you rely on?",
        [Required("Select which live warning you rely on, or that you rely on none")],
        hint="The person reads in the letter which one was relied on.",
        what="the live warning",
    )
    show_warnings = SubmitField("Show live warnings")

    def has_findings(self) -> bool:
        """Whether something was found, with reasons, on every allegation; else the form says what is missing."""
        return all([self[name].validate(self) for name in self.of_findings])

    def asks_reliance(self, warnings: Sequence[EarlierWarning] | None) -> None:
        """Ask which of these is relied on. Nothing is asked before they were looked up (None), nor where there is none; but
        what was chosen while there was one goes to the act, which says why it cannot be relied on any more.
        """
        if warnings is None or not (warnings or self.relies_on.data):
            del self.relies_on
        else:
            on_none = Choice(NONE, "I do not rely on a live warning", exclusive=bool(warnings))
            self.relies_on.choices = [*named_warnings(warnings), on_none]
