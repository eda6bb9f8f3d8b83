"""How form fields are drawn: the widgets of govuk-frontend-wtf with their defects mended.

Mended: a date posted in other than three parts (was a 500), the link from the error summary to a date (moved no focus),
empty hints, lost groups in selects, lines of a text that moved in by two blanks each time inside a fieldset, and
rendering through Flask's `render_template`, which ran every context processor once for each field.
"""

import re
from typing import Any

from flask import current_app
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovFormBase,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from markupsafe import Markup, escape

DATE_PARTS = ("day", "month", "year")


class _Mended:
    """What every widget of ours does differently from the package's."""

    template: str

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """The parameters of the macro: the package's, less the empty hint, with the looks of our field."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        size = getattr(field, "label_size", "")
        if size and "fieldset" in params:
            params["fieldset"]["legend"]["classes"] = f"govuk-fieldset__legend--{size}"
        elif size and "label" in params:
            params["label"]["classes"] = f"govuk-label--{size}"
        return {**params, **getattr(field, "look", {})}

    def render(self, params: dict[str, Any]) -> Markup:
        """Render the macro without Flask's context processors: a field needs nothing of the request."""
        return Markup(current_app.jinja_env.get_template(self.template).render(params=params))


class TextWidget(_Mended, GovTextInput):  # type: ignore[misc]
    """A text box of one line."""

    def __init__(self, input_type: str = "text") -> None:
        self.input_type = input_type


class PasswordWidget(_Mended, GovPasswordInput):  # type: ignore[misc]
    """A password box with its Show button. What was typed is never sent back."""


class SubmitWidget(_Mended, GovSubmitInput):  # type: ignore[misc]
    """A button."""


class FileWidget(_Mended, GovFileInput):  # type: ignore[misc]
    """A file box."""


class TextAreaWidget(_Mended, GovTextArea):  # type: ignore[misc]
    """A text of several lines."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Write line ends as `&#10;`: the macros indent their output, which would add blanks to what was typed."""
        params = super().map_gov_params(field, **kwargs)
        params["value"] = Markup(str(escape(params.get("value") or "")).replace("\n", "&#10;"))
        return params


class CountedTextAreaWidget(TextAreaWidget):
    """A text of several lines that says how many characters are left."""

    template = GovCharacterCount.template


class SelectWidget(_Mended, GovSelect):  # type: ignore[misc]
    """A select, with groups where the choices name them."""

    template = "components/select.html"

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Draw the field."""
        kwargs.setdefault("id", field.id)
        params = self.map_gov_params(field, items=[], **kwargs)
        params["groups"] = list(field.iter_groups())
        return self.render(params)

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """The parameters without a list of items: groups take their place."""
        return _Mended.map_gov_params(self, field, **kwargs)


def _choice_items(field: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    chosen = set(field.data) if isinstance(field.data, list) else {field.data}
    for choice in field.choices or ():
        item: dict[str, Any] = {"text": choice.label, "value": choice.value}
        if field.coerce(choice.value) in chosen:
            item["checked"] = True
        if choice.hint:
            item["hint"] = {"text": choice.hint}
        if choice.reveals:
            item["conditional"] = {"html": Markup("").join(field.form_of()[name]() for name in choice.reveals)}
        if choice.exclusive:
            items.append({"divider": "or"})
            item["behaviour"] = "exclusive"
        items.append(item)
    return items


class _ChoicesWidget(_Mended):
    """Radios or checkboxes with a hint and further fields for each choice."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Draw the field and, below a choice, the fields it reveals.

        Our style sheet reveals them, with or without scripts. The script of the Design System would do it too, but it
        puts `aria-expanded` on radios, which ARIA does not allow there; so its hooks are taken away.
        """
        kwargs.pop("id", None)
        params = self.map_gov_params(field, items=_choice_items(field), **kwargs)
        drawn = str(self.render({**params, "idPrefix": field.id}))
        drawn = re.sub(r' data-aria-controls="[^"]*"', "", drawn)
        return Markup(re.sub(r' govuk-(?:radios|checkboxes)__conditional--hidden"', '"', drawn))


class RadioWidget(_ChoicesWidget, GovRadioInput):  # type: ignore[misc]
    """One of a few choices."""


class CheckboxesWidget(_ChoicesWidget, GovRadioInput):  # type: ignore[misc]
    """Any of a few choices."""

    template = GovCheckboxInput.template


class CheckboxWidget(_Mended, GovRadioInput):  # type: ignore[misc]
    """One box to tick, with its hint beside it."""

    template = GovCheckboxInput.template

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Draw the box. It has no fieldset, as it is one question with its own label."""
        kwargs.pop("id", None)
        item: dict[str, Any] = {"text": field.label.text, "value": "y", "checked": bool(field.data)}
        if field.description:
            item["hint"] = {"text": field.description}
        params = self.map_gov_params(field, items=[item], **kwargs)
        for not_for_one in ("fieldset", "hint"):
            params.pop(not_for_one, None)
        return self.render({**params, "idPrefix": field.id})


class DateWidget(_Mended, GovDateInput):  # type: ignore[misc]
    """Day, month and year as three boxes; only the boxes that are wrong are marked."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """The parameters of the macro, whatever number of parts was posted."""
        params: dict[str, Any] = GovFormBase.map_gov_params(self, field, **kwargs)
        params.pop("value", None)
        if not field.description:
            params.pop("hint", None)
        legend = {"text": field.label.text, "classes": f"govuk-fieldset__legend--{field.label_size}"}
        wrong = field.wrong_parts if field.errors else ()
        params["fieldset"] = {"legend": legend}
        params["items"] = [
            {
                "label": part.capitalize(),
                "id": f"{field.id}-{part}",
                "name": field.name,
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if part in wrong else ""),
                "value": value,
                "attributes": {"aria-describedby": f"{field.id}-error"} if part in wrong else {},
            }
            for part, value in zip(DATE_PARTS, field.parts(), strict=True)
        ]
        return {**params, **field.look}
