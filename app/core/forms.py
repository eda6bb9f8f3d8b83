"""What every form of the house is made of; a room's forms import from here. Choices come as arguments.

Text is stripped, brought to one Unicode form and rid of marks that hide or turn letters; control characters are refused,
every text has a greatest length, and what was typed is shown again when it is refused. Every sentence says what to do.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Flask, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms.widgets import HiddenInput

from app.core.db import db
from app.core.errors import InvalidInput
from app.core.form_choices import (
    BooleanField,
    CheckboxesField,
    Choice,
    Choices,
    DateField,
    FileField,
    RadioField,
    SelectField,
    SubmitField,
)
from app.core.form_fields import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SeenField,
    StringField,
    TextAreaField,
    TimeField,
    as_heading,
)
from app.core.form_validators import (
    MaxLength,
    NoBarePassword,
    NoControlCharacters,
    NoSecrets,
    Required,
    RequiredIf,
)
from app.core.seen import ChangedBySomebody, is_older

__all__ = [
    "BooleanField",
    "CheckboxesField",
    "Choice",
    "Choices",
    "DateField",
    "EmailField",
    "FileField",
    "HiddenField",
    "IntegerField",
    "MaxLength",
    "NoBarePassword",
    "NoControlCharacters",
    "NoSecrets",
    "PasswordField",
    "ProbityForm",
    "RadioField",
    "Required",
    "RequiredIf",
    "SeenField",
    "SeenForm",
    "SelectField",
    "StringField",
    "SubmitField",
    "TextAreaField",
    "TimeField",
    "as_heading",
    "error_summary",
    "register_forms",
]

STALE_FORM = "This page was open in another session. What you entered is still here: send it again"
FILE_AGAIN = "Select the file again. A browser does not keep it when something else on the page has to be put right"


class ProbityForm(FlaskForm):  # type: ignore[misc]
    """A form of the house. `choices` gives the choices of its fields by name."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """A form may lie open as long as its session lives; only what a form sends is read, never JSON."""

        csrf_time_limit = None

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ARG002
            """What was posted, even where it is nothing: an empty form is refused as empty, not taken as not sent."""
            if formdata is None or isinstance(formdata, MultiDict | CombinedMultiDict):
                return formdata
            if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
                return None
            return CombinedMultiDict([request.files, request.form]) if request.files else request.form

    def __init__(self, *args: Any, choices: Mapping[str, Choices] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused_as = InvalidInput.status
        for name, given in (choices or {}).items():
            self[name].choices = given

    def error_list(self) -> list[dict[str, str]]:
        """Every problem with the link to its field, in the order of the page."""
        problems: list[dict[str, str]] = []
        for field in self:
            if not field.errors:
                continue
            if field.name == self.meta.csrf_field_name:
                problems.append({"text": STALE_FORM})
            elif isinstance(field.widget, HiddenInput):
                problems.append({"text": str(field.errors[0])})  # nothing on the page to lead to
            else:
                first_id = field.first_id() if hasattr(field, "first_id") else field.id
                problems.append({"text": str(field.errors[0]), "href": f"#{first_id}"})
        return problems + [{"text": str(sentence)} for sentence in self.form_errors]

    @property
    def answered_as(self) -> int:
        """The status of the page that shows this form: what was refused, or was too large, is sent back with all typed."""
        return self._refused_as if self.errors else 200

    def add_refusal(self, refusal: InvalidInput) -> None:
        """Show the sentence of a refused act where it belongs: at its field, else at the top of the form."""
        self._refused_as = refusal.status
        if refusal.field and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.sentence]
        else:
            self.form_errors.append(refusal.sentence)
        self._ask_for_files_again()

    def answers(self) -> dict[str, Any]:
        """What was entered, by field, as a draft keeps it."""
        kept = {field.name: field.data for field in self if field.name != self.meta.csrf_field_name}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}

    def hidden_tag(self, *_fields: Any) -> Markup:
        """The token and what else is hidden, without ids: nothing leads to it, and two forms may stand on one page."""
        return Markup("\n").join(field(id=False) for field in self if isinstance(field.widget, HiddenInput))

    def has_files(self) -> bool:
        """Whether the form must be sent in parts."""
        return any(isinstance(field, FileField) for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge what was sent. A field below a choice that was not made cannot be seen, so nothing is said about it."""
        super().validate(extra_validators=extra_validators)
        for name in self._revealed(chosen=False) - self._revealed(chosen=True):
            self[name].errors = []
        if self.errors:
            self._ask_for_files_again()
        return not self.errors

    def _ask_for_files_again(self) -> None:
        """A file that was selected on a page which is sent back is gone: say so, or somebody takes it for added."""
        for field in self:
            if isinstance(field, FileField) and field.data and not field.errors:
                field.errors = [FILE_AGAIN]

    def fields_to_show(self) -> list[Any]:
        """The fields a page shows one below the other; those a choice reveals stand below that choice."""
        below = self._revealed(chosen=False) | self._revealed(chosen=True)
        return [
            field
            for field in self
            if field.short_name not in below
            and not isinstance(field, SubmitField)
            and not isinstance(field.widget, HiddenInput)
        ]

    def _revealed(self, *, chosen: bool) -> set[str]:
        """The fields below choices that were made, or below those that were not."""
        names: set[str] = set()
        for field in self:
            if isinstance(field, RadioField | CheckboxesField):
                picked = field.data if isinstance(field.data, list) else [field.data]
                for choice in field.choices:
                    if (choice.value in picked) is chosen:
                        names.update(choice.reveals)
        return names


class SeenForm(ProbityForm):
    """A form that changes what is there already, with the mark of what its page showed."""

    seen = SeenField()
    there_now: Sequence[Mapping[str, Any]] = ()
    """What somebody else saved since, for the page to show beside what was entered."""

    @property
    def is_of_older_page(self) -> bool:
        """Whether its page showed something else than what it was made with now, as far as that is known before writing."""
        return is_older(self.seen.data or "", self.seen.object_data or "")

    def add_refusal(self, refusal: InvalidInput) -> None:
        """Whoever is shown what is there now, and sends the form again, has seen it."""
        super().add_refusal(refusal)
        if isinstance(refusal, ChangedBySomebody):
            self.seen.data = refusal.mark
            self.there_now = [{"key": key, "value": words, "as_typed": True} for key, words in refusal.says.items()]


def tried(act: Callable[[], object], form: ProbityForm) -> bool:
    """Carry an act out; where what was entered cannot be taken, nothing is changed and that stands at its field.

    So it is where the page was older than what it showed: it is sent back with that said, to be read again.
    """
    try:
        act()
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return False
    return True


def error_summary(form: ProbityForm) -> list[dict[str, str]]:
    """Every problem of the form as text and link, for a page that draws its own summary."""
    return form.error_list()


def register_forms(app: Flask) -> None:
    """Tokens live as long as their session: nobody loses a long text to a clock."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
