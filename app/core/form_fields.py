"""The fields in which people type: text, addresses, passwords, numbers, times."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any

import wtforms
from wtforms.validators import StopValidation

from app.core import form_widgets as widgets
from app.core.form_validators import MaxLength, NoControlCharacters
from app.core.typed_text import clean_text

Validators = Sequence[Callable[[Any, Any], None]]

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*(?:([ap])\.?m?\.?)?", re.IGNORECASE)


def sentence_start(words: str) -> str:
    """The words with a capital, to begin a sentence."""
    return words[:1].upper() + words[1:]


def as_heading(kind: str, text: str) -> dict[str, Any]:
    """How a question looks that is the heading of its page: its label or legend holds the h1."""
    words = {"text": text, "isPageHeading": True, "classes": f"govuk-{kind}--l"}
    return {"label": words} if kind == "label" else {"fieldset": {"legend": words}}


class OurField:
    """What our fields share: a hint, the size of the label, and the words that stand for them in sentences."""

    subject: str
    look: dict[str, Any]

    def __init__(
        self,
        label: str = "",
        validators: Validators = (),
        *,
        hint: str = "",
        label_size: str = "s",
        what: str = "",
        look: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("description", hint)
        super().__init__(label, [*self.always(), *validators], **kwargs)  # type: ignore[call-arg]
        self.label_size = label_size
        self.what = what or (label[:1].lower() + label[1:]).rstrip("?")
        self.subject = sentence_start(self.what)
        self.look = {**self.looks(), **(look or {})}

    def always(self) -> list[Callable[[Any, Any], None]]:
        """The validators every field of this kind has."""
        return []

    def looks(self) -> dict[str, Any]:
        """The parameters of the macro that every field of this kind has."""
        return {}

    def form_of(self) -> Any:
        """The form this field belongs to."""
        form: Any = self._form  # type: ignore[attr-defined]
        return form

    def first_id(self) -> str:
        """Where the error summary leads."""
        return str(self.id)  # type: ignore[attr-defined]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take text only: a file posted under this name is nothing."""
        self.raw_data = [value for value in valuelist if isinstance(value, str)]
        super().process_formdata(self.raw_data)  # type: ignore[misc]


class StringField(OurField, wtforms.StringField):  # type: ignore[misc]
    """One line. `width` in characters (2, 3, 4, 5, 10, 20 or 30) hints at how much is expected."""

    widget = widgets.TextWidget()
    data: str

    def __init__(
        self,
        label: str = "",
        validators: Validators = (),
        *,
        max_length: int = 200,
        width: int | None = None,
        autocomplete: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.max_length, self.width, self.autocomplete = max_length, width, autocomplete
        kwargs.setdefault("filters", [clean_text])
        super().__init__(label, validators, **kwargs)

    def always(self) -> list[Callable[[Any, Any], None]]:
        """Nothing unseen, nothing endless."""
        return [NoControlCharacters(), MaxLength(self.max_length)]

    def looks(self) -> dict[str, Any]:
        """Width and what a browser may fill in."""
        looks: dict[str, Any] = {"autocomplete": self.autocomplete} if self.autocomplete else {}
        if self.width:
            looks["classes"] = f"govuk-input--width-{self.width}"
        return looks


class EmailField(StringField):
    """An email address."""

    widget = widgets.TextWidget("email")

    def looks(self) -> dict[str, Any]:
        """Addresses are not words: no spelling marks."""
        return {"spellcheck": False, "autocomplete": "off", **super().looks()}

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse what cannot be an address."""
        if self.data and not _EMAIL.fullmatch(self.data):
            raise StopValidation("Enter an email address in the correct format, like name@example.com")


class PasswordField(StringField):
    """A password, as typed: blanks around it may belong to it."""

    widget = widgets.PasswordWidget()

    def __init__(self, label: str = "Password", validators: Validators = (), **kwargs: Any) -> None:
        kwargs.setdefault("autocomplete", "current-password")
        kwargs.setdefault("filters", [lambda typed: unicodedata.normalize("NFC", typed or "")])
        super().__init__(label, validators, **kwargs)


class TextAreaField(StringField):
    """Several lines. With `count` the page says how many characters are left."""

    widget = widgets.TextAreaWidget()

    def __init__(
        self,
        label: str = "",
        validators: Validators = (),
        *,
        rows: int = 5,
        max_length: int = 5000,
        count: bool = False,
        **kwargs: Any,
    ) -> None:
        self.rows, self.count = rows, count
        super().__init__(label, validators, max_length=max_length, **kwargs)
        if count:
            self.widget = widgets.CountedTextAreaWidget()

    def always(self) -> list[Callable[[Any, Any], None]]:
        """Line ends and tabs belong to a text."""
        return [NoControlCharacters(allow="\n\t"), MaxLength(self.max_length)]

    def looks(self) -> dict[str, Any]:
        """Height, and the length that the page counts down from."""
        return {"rows": self.rows, **({"maxlength": self.max_length} if self.count else {})}


class HiddenField(OurField, wtforms.HiddenField):  # type: ignore[misc]
    """A value that travels with the form. It comes back from the browser, so it proves nothing."""

    data: str | None

    def always(self) -> list[Callable[[Any, Any], None]]:
        """Bounded like every text."""
        return [NoControlCharacters(), MaxLength(200)]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent; a form without the field says nothing, whatever its page would have said."""
        self.data = None
        super().process_formdata(valuelist)


class SeenField(HiddenField):
    """How far the thing had come that the page showed, as a token: whoever sends an older page is told of what is newer."""

    @property
    def number(self) -> int | None:
        """The token as a number, such as a count or a version; None where the page carried none."""
        shown = self.data or ""
        return int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else None


class _ParsedField(StringField):
    """One line that is read as something else; what was typed is shown again where it could not be read."""

    data: Any

    def __init__(self, label: str = "", validators: Validators = (), **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[], **kwargs)

    def always(self) -> list[Callable[[Any, Any], None]]:
        """What cannot be read is refused while reading."""
        return []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; nothing typed is None."""
        self.raw_data = [value for value in valuelist if isinstance(value, str)]
        typed = clean_text(self.raw_data[0]) if self.raw_data else ""
        self.data = None
        self.data = self.read(typed) if typed else None

    def read(self, typed: str) -> Any:
        """Read the text or raise ValueError with a sentence."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return clean_text(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def write(self, value: Any) -> str:
        """How a value stands in the box."""
        return str(value)


class IntegerField(_ParsedField):
    """A whole number between two bounds, typed without arrows."""

    data: int | None

    def __init__(
        self,
        label: str = "",
        validators: Validators = (),
        *,
        minimum: int = 0,
        maximum: int = 1_000_000,
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        kwargs.setdefault("width", 5)
        super().__init__(label, validators, **kwargs)

    def looks(self) -> dict[str, Any]:
        """Figures on a phone's keyboard."""
        return {"inputmode": "numeric", "spellcheck": False, **super().looks()}

    def read(self, typed: str) -> int:
        """Figures, with commas or blanks between thousands."""
        plain = re.sub(r"[, ]", "", typed)
        if not re.fullmatch(r"-?[0-9]{1,15}", plain):
            raise ValueError(f"{self.subject} must be a whole number, like {max(self.minimum, 3)}")
        if not self.minimum <= int(plain) <= self.maximum:
            raise ValueError(f"{self.subject} must be between {self.minimum:,} and {self.maximum:,}")
        return int(plain)


class TimeField(_ParsedField):
    """A time of day as people type it: 2:05pm, 14:05, 2pm, midday."""

    data: time | None

    def __init__(self, label: str = "", validators: Validators = (), **kwargs: Any) -> None:
        kwargs.setdefault("width", 5)
        super().__init__(label, validators, **kwargs)

    def read(self, typed: str) -> time:
        """A time, or a sentence that shows two ways to write one."""
        words = {"midday": time(12), "noon": time(12), "midnight": time(0)}
        if typed.lower() in words:
            return words[typed.lower()]
        found = _TIME.fullmatch(typed)
        if found and (found[2] or found[3]):
            hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
            if half and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "p" else 0)
                half = ""
            if not half and hour < 24 and minute < 60:
                return time(hour, minute)
        raise ValueError(f"{self.subject} must be a time, like 2:05pm or 14:05")

    def write(self, value: time) -> str:
        """As the pages show times."""
        return f"{value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"
