"""The fields in which people choose: radios, checkboxes, selects, dates and files."""

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import groupby
from typing import Any

import wtforms
from flask_wtf.file import FileField as FlaskFileField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.core import form_widgets as widgets
from app.core.form_fields import OurField, Validators, sentence_start
from app.core.presentation import status_words, uk_date

_MONTHS = tuple(name.lower() for name in calendar.month_name[1:])


@dataclass(init=False)
class Choice(SelectChoice):  # type: ignore[misc]
    """One choice: what is sent, what is read, and what helps to choose. `reveals` names fields shown below it."""

    hint: str
    reveals: tuple[str, ...]
    exclusive: bool

    def __init__(
        self,
        value: str,
        label: str | None = None,
        hint: str = "",
        *,
        reveals: tuple[str, ...] = (),
        exclusive: bool = False,
        render_kw: dict[str, Any] | None = None,
        optgroup: str | None = None,
    ) -> None:
        # Written out, because the library's own fields would come before the hint.
        super().__init__(value, label, {} if render_kw is None else render_kw, optgroup)
        self.hint, self.reveals, self.exclusive = hint, reveals, exclusive


Choosable = Choice | Enum | str | tuple[Any, str]
Choices = Iterable[Choosable] | Mapping[str, Iterable[Choosable]]


def _choice(given: Choosable, group: str | None = None) -> Choice:
    if isinstance(given, Choice):
        choice = given
    elif isinstance(given, Enum):
        choice = Choice(str(given.value), status_words(given))
    elif isinstance(given, str):
        choice = Choice(given, given)
    else:
        value, label = given
        choice = Choice(str(value.value) if isinstance(value, Enum) else str(value), label)
    if group is not None:
        choice.optgroup = group
    return choice


def choices_from(given: Choices | None) -> list[Choice]:
    """Choices however they were given: a list of enum members, strings, pairs or Choice, or a mapping of groups."""
    if isinstance(given, Mapping):
        return [_choice(one, group) for group, several in given.items() for one in several]
    return [_choice(one) for one in given or ()]


class _ChoiceField(OurField):
    """What radios, checkboxes and selects share."""

    _given: list[Choice]
    data: Any

    def __init__(self, label: str = "", validators: Validators = (), *, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.choices = choices

    @property
    def choices(self) -> list[Choice]:
        """The choices, in order."""
        return self._given

    @choices.setter
    def choices(self, given: Choices | None) -> None:
        self._given = choices_from(given)

    def coerce(self, value: Any) -> Any:
        """Choices are compared as text; an enum member counts as its value."""
        return str(value.value if isinstance(value, Enum) else value)

    def iter_groups(self) -> Iterator[tuple[str | None, list[dict[str, Any]]]]:
        """The choices by group, for a select."""
        for group, several in groupby(self.choices, key=lambda choice: choice.optgroup):
            yield (
                group,
                [{"value": one.value, "label": one.label, "selected": one.value == (self.data or "")} for one in several],
            )

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse what was not offered. Nothing chosen is for Required to judge."""
        chosen = self.data if isinstance(self.data, list) else [self.data]
        offered = {choice.value for choice in self.choices}
        if any(value not in offered for value in chosen if value not in (None, "")):
            raise ValidationError(f"Choose one of the answers given for “{self.label.text}”")  # type: ignore[attr-defined]


class RadioField(_ChoiceField, wtforms.RadioField):  # type: ignore[misc]
    """One of a few. `inline` sets two short choices beside one another."""

    widget = widgets.RadioWidget()
    data: str | None

    def __init__(self, label: str = "", validators: Validators = (), *, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(label, validators, **kwargs)

    def looks(self) -> dict[str, Any]:
        """Beside or below one another."""
        return {"classes": "govuk-radios--inline"} if self.inline else {}


class SelectField(_ChoiceField, wtforms.SelectField):  # type: ignore[misc]
    """One of many. The first choice is empty, so that nobody sends one they did not choose."""

    widget = widgets.SelectWidget()
    data: str | None

    def __init__(
        self, label: str = "", validators: Validators = (), *, empty: str | None = "Choose one", **kwargs: Any
    ) -> None:
        self.empty = empty
        super().__init__(label, validators, **kwargs)

    def iter_groups(self) -> Iterator[tuple[str | None, list[dict[str, Any]]]]:
        """The empty choice, then the others by group."""
        if self.empty is not None:
            yield None, [{"value": "", "label": self.empty, "selected": not self.data}]
        yield from super().iter_groups()


class CheckboxesField(_ChoiceField, wtforms.SelectMultipleField):  # type: ignore[misc]
    """Any of a few; a choice marked `exclusive` ("None of these") stands alone."""

    widget = widgets.CheckboxesWidget()
    data: list[str]

    def process_data(self, value: Any) -> None:
        """A list, never None."""
        self.data = [self.coerce(one) for one in value or ()]

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered, and "none" together with something."""
        super().pre_validate(form)
        alone = next((choice for choice in self.choices if choice.exclusive and choice.value in self.data), None)
        if alone and len(self.data) > 1:
            raise ValidationError(f"Choose the answers that apply, or choose “{alone.label}” alone")


class BooleanField(OurField, wtforms.BooleanField):  # type: ignore[misc]
    """One box to tick."""

    widget = widgets.CheckboxWidget()
    data: bool


EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""Nothing that is recorded here happened before; what is typed so is a slip of the hand."""


class DateField(OurField, wtforms.Field):  # type: ignore[misc]
    """A day, in three boxes. `not_before` and `not_after` can be set by the form or the route, which knows today."""

    widget = widgets.DateWidget()
    data: date | None

    def __init__(
        self,
        label: str = "",
        validators: Validators = (),
        *,
        not_before: date | None = None,
        not_after: date | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("what", "the date")
        super().__init__(label, validators, **kwargs)
        self.not_before, self.not_after = not_before, not_after
        self.wrong_parts: tuple[str, ...] = widgets.DATE_PARTS

    def parts(self) -> list[str]:
        """What stands in the three boxes: what was typed, else the date, else nothing. Always three."""
        if self.raw_data is not None:
            return ([str(part).strip() for part in self.raw_data] + ["", "", ""])[:3]
        return [str(self.data.day), str(self.data.month), str(self.data.year)] if self.data else ["", "", ""]

    def _value(self) -> str:
        return " ".join(self.parts()).strip()

    def first_id(self) -> str:
        """The error summary leads to the first box that is wrong."""
        return f"{self.id}-{self.wrong_parts[0]}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the three boxes; all empty is None."""
        self.raw_data = [value for value in valuelist if isinstance(value, str)]
        self.data = None
        parts = self.parts()
        if any(parts):
            self.data = self._read(*parts)

    def _read(self, day: str, month: str, year: str) -> date:
        typed = dict(zip(widgets.DATE_PARTS, (day, month, year), strict=True))
        missing = tuple(part for part, value in typed.items() if not value)
        if missing:
            self._refuse(missing, f"must include a {' and '.join(missing)}")
        if not (year.isascii() and year.isdecimal() and len(year) == 4):
            self._refuse(("year",), "must have a year of 4 figures, like 2027")
        if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
            bound = f"from {EARLIEST_YEAR} on" if int(year) < EARLIEST_YEAR else f"up to {LATEST_YEAR}"
            self._refuse(("year",), f"must have a year {bound}")
        number = next((n for n, name in enumerate(_MONTHS, 1) if len(month) >= 3 and name.startswith(month.lower())), 0)
        if not number and month.isascii() and month.isdecimal() and len(month) < 3:
            number = int(month)
        if not 1 <= number <= 12:
            self._refuse(("month",), "must be a real date: the month is a number from 1 to 12")
        try:
            return date(int(year), number, int(day) if day.isascii() and day.isdecimal() else 0)
        except ValueError:
            self._refuse(("day",), "must be a real date")
            raise

    def _refuse(self, wrong: tuple[str, ...], words: str) -> None:
        self.wrong_parts = wrong
        raise ValueError(f"{self.subject} {words}")

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse a day outside the bounds."""
        if self.data and self.not_before and self.data < self.not_before:
            raise ValidationError(f"{self.subject} must be {uk_date(self.not_before)} or later")
        if self.data and self.not_after and self.data > self.not_after:
            raise ValidationError(f"{self.subject} must be {uk_date(self.not_after)} or earlier")


class FileField(OurField, FlaskFileField):  # type: ignore[misc]
    """A file. `accept` only helps the browser choose: the kind is looked at on arrival."""

    widget = widgets.FileWidget()

    def __init__(self, label: str = "", validators: Validators = (), *, accept: str = "", **kwargs: Any) -> None:
        self.accept = accept
        super().__init__(label, validators, **kwargs)

    def looks(self) -> dict[str, Any]:
        """What the browser offers first."""
        return {"attributes": {"accept": self.accept}} if self.accept else {}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take a file only: text posted under this name is nothing."""
        self.data = None
        FlaskFileField.process_formdata(self, valuelist)


class SubmitField(OurField, wtforms.SubmitField):  # type: ignore[misc]
    """A second button, where a form has two ("Save and finish later")."""

    widget = widgets.SubmitWidget()


__all__ = [
    "BooleanField",
    "CheckboxesField",
    "Choice",
    "Choices",
    "DateField",
    "FileField",
    "RadioField",
    "SelectField",
    "SubmitField",
    "choices_from",
    "sentence_start",
]
