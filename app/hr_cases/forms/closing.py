"""The closing list of a case, and how a form of it looks."""

from collections.abc import Iterable
from typing import Any

from app.core.forms import RadioField, TextAreaField
from app.hr_cases.forms.ending_early import CLOSING_ANSWERS
from app.hr_cases.forms.naming import NamingForm

NOTES = {
    "lessons": "What was learned?",
    "dbs_regulator": "What was decided, and why?",
    "reporter": "What were they told? Neither who it was about nor what came of it",
    "retention": "How long is it kept, and is there a reason to hold it?",
}


def closing_form(items: Iterable[tuple[str, str]], **kwargs: Any) -> NamingForm:
    """One question and a note for each item of the closing list; what is left open is answered another time."""
    fields: dict[str, Any] = {}
    for code, words in items:
        fields[f"answer_{code}"] = RadioField(words, choices=CLOSING_ANSWERS, inline=True)
        fields[code] = TextAreaField(NOTES.get(code, "Note"), rows=2, max_length=1000)
    made: type[NamingForm] = type("ClosingForm", (NamingForm,), fields)
    return made(**kwargs)
