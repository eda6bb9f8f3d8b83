"""What is asked of every field: something there, nothing unseen, nothing endless, no secrets."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from wtforms.validators import StopValidation, ValidationError

from app.core.secrets_guard import BARE_REFUSAL, REFUSAL, holds_bare_password, looks_like_secret


class Required:
    """Something must be entered; `message` says what ("Enter the make and model").

    What a page suggests counts only once it was sent: a form that comes without the field is refused like an empty one.
    """

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Refuse nothing; say nothing where a better sentence has been said already."""
        if field.errors:
            raise StopValidation()
        was_left_out = field.raw_data == [] and field.data == field.object_data
        if was_left_out or field.data is None or field.data is False or field.data == "" or field.data == []:
            raise StopValidation(self.message)


class RequiredIf(Required):
    """Required where another field of the form has one of these values: for fields that a choice reveals.

    What is typed elsewhere does not matter, unless it is `always_kept`: then it is judged in any case.
    """

    def __init__(self, other: str, values: str | Iterable[str], message: str, *, always_kept: bool = False) -> None:
        super().__init__(message)
        self.other = other
        self.always_kept = always_kept
        self.values = {values} if isinstance(values, str) else set(values)

    def __call__(self, form: Any, field: Any) -> None:
        """Ask only where the other field says so."""
        data = form[self.other].data
        if self.values.intersection(data if isinstance(data, list) else [data]):
            super().__call__(form, field)
        elif not self.always_kept:
            field.errors = []
            raise StopValidation()


class MaxLength:
    """At most so many characters, counted as the page counts them (a line end is one)."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Refuse a longer text, saying by how much."""
        over = len(field.data or "") - self.length
        if over > 0:
            raise ValidationError(f"{field.subject} must be {self.length:,} characters or fewer. Shorten it by {over:,}.")


class NoControlCharacters:
    """No character that cannot be seen or printed; line ends and tabs are allowed in texts of several lines."""

    def __init__(self, *, allow: str = "") -> None:
        self.allow = allow

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Refuse control characters and half characters; marks that hide or turn letters were left out before."""
        for character in field.data or "":
            if unicodedata.category(character) in ("Cc", "Cs") and character not in self.allow:
                raise ValidationError(
                    f"{field.subject} contains a character that cannot be shown. Delete it and type it again."
                )


class NoSecrets:
    """No field of the register holds a password (rule 10)."""

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Refuse what looks like a password, a code or a key."""
        if looks_like_secret(field.data or ""):
            raise ValidationError(REFUSAL)


class NoBarePassword:
    """No password stands alone where the register says in a few words where something is kept or whom to ask (rule 10)."""

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Refuse what is nothing but a password, where nothing else has been refused."""
        if not field.errors and holds_bare_password(field.data or ""):
            raise ValidationError(BARE_REFUSAL)
