"""What is asked when a case may end before any hearing, where safeguarding was asked or the person concerned has left."""

from typing import Any

from app.core.forms import Choice, RadioField, TextAreaField
from app.hr_cases.models import CLOSING_ITEMS, REFERRAL, ClosingAnswer

CLOSING_ANSWERS = [Choice(ClosingAnswer.DONE, "Done"), Choice(ClosingAnswer.NOT_APPLICABLE, "Does not apply here")]


def referral_fields() -> dict[str, Any]:
    """Whether the referral is decided, and by whom and why: the question of the closing list."""
    words = next(item.words for item in CLOSING_ITEMS if item.code == REFERRAL)
    return {
        f"answer_{REFERRAL}": RadioField(
            words,
            hint="The case cannot end before this is decided. Agree it first with whoever owns the case.",
            choices=CLOSING_ANSWERS,
            inline=True,
        ),
        REFERRAL: TextAreaField("What was decided, by whom, and why?", rows=3, max_length=1000),
    }


def no_finding_field() -> dict[str, Any]:
    """Why no finding can be reached, where the report could not conclude on any allegation."""
    return {
        "no_finding": TextAreaField(
            "Why can no finding be reached?",
            hint="The report could not conclude on any allegation. That somebody has left is not by itself a reason.",
            rows=3,
            max_length=5000,
        )
    }
