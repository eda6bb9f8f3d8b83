"""Forms in which somebody who may know who reported writes what others read: a text with that name in it is asked about.

A mask takes the name out for the others, but a gap tells whoever knows the wording: the person concerned, of their own
post or of what they said. Only who writes can prevent that, so a text that names the reporter is refused once.
"""

from collections.abc import Callable
from typing import Any

from app.core.errors import InvalidInput
from app.core.forms import BooleanField, EmailField, HiddenField, ProbityForm, StringField

NAMES_REPORTER = (
    "This names the person who reported. Write “the reporter” for whoever reported, and “a colleague” where you repeat whom "
    "somebody suspects, or tick “Leave the name” below"
)
THEY_NAME_REPORTER = (
    "The words of the person concerned are shown to everybody as they said them, and these name the person who reported. "
    "Make sure that it is they who say the name and not a question to them, then tick “Leave the name” below"
)


class NamingForm(ProbityForm):
    """A form whose texts others read behind a mask. `own_words` are the fields that hold words of the person concerned."""

    own_words: tuple[str, ...] = ()
    asks_about_name = False
    leaves_name = BooleanField(
        "Leave the name. It means somebody else, or it must stand. Except in what the person concerned said, others read "
        "“[the reporter]” in its place"
    )

    def names_nobody(self, mask: Callable[[str], str]) -> bool:
        """Whether no text here holds what a mask would take out, or it was left on purpose; else each is asked about."""
        if self.leaves_name.data:
            return True
        for field in self:
            is_text = isinstance(field, StringField) and not isinstance(field, EmailField | HiddenField)
            if is_text and isinstance(field.data, str) and mask(field.data) != field.data:
                self.asks_about_name = True
                said = THEY_NAME_REPORTER if field.short_name in self.own_words else NAMES_REPORTER
                self.add_refusal(InvalidInput(said, field=field.short_name))
        return not self.asks_about_name

    def fields_to_show(self) -> list[Any]:
        """As in every form; the tick comes last, and only where it is needed."""
        shown = [field for field in super().fields_to_show() if field.short_name != "leaves_name"]
        return [*shown, self.leaves_name] if self.asks_about_name or self.leaves_name.data else shown
