"""The fields of every form: what is taken, what is refused and with which sentence, what a browser shows."""

import io
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, render_template_string
from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from app.core.errors import InvalidInput
from app.core.forms import (
    BooleanField,
    CheckboxesField,
    Choice,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    NoSecrets,
    PasswordField,
    ProbityForm,
    RadioField,
    Required,
    RequiredIf,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    error_summary,
    register_forms,
)
from app.core.presentation import INLINE_SCRIPT_HASH, register_presentation
from app.core.typed_text import clean_line
from tests.browser import assert_accessible, serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = """{% extends "layout.html" %}{% from "components/form.html" import form_page %}{% set heading = "Ask" %}
{% block content %}{{ form_page(form, heading, "Send to my manager") }}{% endblock %}"""


class AskForm(ProbityForm):
    """Every kind of field once."""

    make = StringField("Make and model", [Required("Enter the make and model")], max_length=20)
    vault = StringField("Vault reference", [NoSecrets()])
    email = EmailField("Work email address")
    password = PasswordField("Password")
    why = TextAreaField("Why?", what="the reason", max_length=30, count=True)
    months = IntegerField("Months", minimum=1, maximum=24)
    decision = RadioField(
        "Decision",
        [Required("Choose what you decide")],
        choices=[Choice("approve", "Approve", "Until a date", reveals=("until",)), ("refuse", "Refuse")],
    )
    until = DateField("Until", [RequiredIf("decision", "approve", "Enter the end date")], what="the end date")
    service = SelectField("Service")
    checks = CheckboxesField("Checks", choices=["PIN", "Encrypted", Choice("none", "None of these", exclusive=True)])
    found = DateField("When did you find it?", what="the date you found it", hint="For example, 27 3 2027")
    at = TimeField("At what time?", what="the time")
    file = FileField("Screenshot")
    agree = BooleanField("I have read it", hint="Version 4")
    origin = HiddenField()


GOOD = {"make": "Galaxy A55", "decision": "refuse"}


def ask(**kwargs: Any) -> AskForm:
    """The form with its choices."""
    groups = {"People": [("hr", "Human Resources")], "Places": ["Highways", "Libraries"]}
    return AskForm(choices={"service": groups}, **kwargs)


@pytest.fixture
def shell() -> Flask:
    """An app with one page: the form."""
    app = Flask("shell", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="only for tests", WTF_CSRF_ENABLED=False)
    register_presentation(app)
    register_forms(app)
    app.add_template_filter(str, "with_citations")  # the policy's: it links the paragraphs that a sentence names
    home = Blueprint("home", __name__)
    home.add_url_rule("/accessibility", "accessibility", lambda: "")
    app.register_blueprint(home)

    @app.route("/", methods=["GET", "POST"])
    def index() -> tuple[str, int, dict[str, str]]:
        form = ask()
        status = 200 if not form.is_submitted() or form.validate() else 422
        policy = f"default-src 'none'; script-src 'self' '{INLINE_SCRIPT_HASH}'; style-src 'self'; img-src 'self'"
        return render_template_string(PAGE, form=form), status, {"Content-Security-Policy": policy}

    return app


@pytest.fixture(autouse=True)
def request_context(shell: Flask) -> Iterator[None]:
    """Forms look at the request."""
    with shell.test_request_context("/", method="POST"):
        yield


def sent(**values: Any) -> AskForm:
    """The form as posted with these values, judged."""
    form = ask(formdata=MultiDict({**GOOD, **values}))
    form.validate()
    return form


def errors(**values: Any) -> dict[str, str]:
    """The first sentence of each field."""
    return {name: found[0] for name, found in sent(**values).errors.items()}


def test_an_empty_form_is_refused_with_what_to_enter() -> None:
    """Also one that carries nothing at all."""
    form = ask(formdata=MultiDict())
    assert not form.validate()
    assert error_summary(form) == [
        {"text": "Enter the make and model", "href": "#make"},
        {"text": "Choose what you decide", "href": "#decision"},
    ]
    assert ask().validate() is False


def test_text_is_stripped_normalised_and_bounded() -> None:
    """One Unicode form, plain line ends; too long says by how much."""
    form = sent(make="  Lly\u0302n  ", why="one\r\ntwo\rthree ")
    assert form.make.data == "Llŷn"
    assert form.why.data == "one\ntwo\nthree"
    assert errors(make="x" * 23) == {"make": "Make and model must be 20 characters or fewer. Shorten it by 3."}
    assert sent(make=" \t ").errors["make"] == ["Enter the make and model"]


@pytest.mark.parametrize("typed", ["a\x00b", "a\x07b", "a\nb", "a\ud800b", "a\x7fb"])
def test_control_characters_are_refused(typed: str) -> None:
    """They cannot be seen, printed or kept."""
    assert "cannot be shown" in errors(make=typed)["make"]


@pytest.mark.parametrize("hidden", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\ufeff", "\u2060"])
def test_marks_that_turn_or_hide_letters_are_left_out_everywhere(hidden: str) -> None:
    """In a line and in a text alike: nobody reads "gpj.exe" as "exe.jpg"."""
    form = sent(make=f"a{hidden}gpj.exe", why=f"one {hidden}two")
    assert (form.make.data, form.why.data) == ("agpj.exe", "one two")


@pytest.mark.parametrize(
    "name",
    ["Siân Llŷr", "عبد الرحمن", "מרים לוי", "نیم\u200cفاصله", "א\u200fב", "\U0001f3f4\U000e0067\U000e0062\U000e007f"],
)
def test_names_of_every_writing_stay_as_they_are(name: str) -> None:
    """Welsh, Arabic, Hebrew and Persian, with the marks these need; and the flag of Wales."""
    assert sent(make=name, why=name).why.data == name
    assert clean_line(name) == name


def test_names_of_files_hold_nothing_that_cannot_be_shown() -> None:
    assert clean_line("screen\u202egnp.exe\x00\x07\n.png\ud800") == "screengnp.exe .png"


def test_long_texts_may_have_lines_and_tabs() -> None:
    """But no NUL, which no database takes."""
    assert errors(why="a\n\tb") == {}
    assert "why" in errors(why="a\x00")


@pytest.mark.parametrize("typed", ["plain", "a@b", "a b@c.org", "a@@c.org", "a@c.", "a@c..org", "<a@c.org>"])
def test_addresses_that_cannot_be(typed: str) -> None:
    """With an example of one that can."""
    assert errors(email=typed)["email"].endswith("like name@example.com")


def test_addresses_names_and_passwords_are_taken_as_they_are() -> None:
    """Apostrophes and accents belong to names; blanks may belong to a password."""
    form = sent(email="siân.o'neil@council.gov.uk", password=" two blanks ")
    assert not form.errors
    assert form.password.data == " two blanks "


def test_secrets_are_refused_in_register_fields() -> None:
    """Rule 10."""
    assert errors(vault="password: x")["vault"].startswith("Do not write a password")
    assert errors(vault="VLT-2041, password changed in March") == {}


@pytest.mark.parametrize(("typed", "number"), [("7", 7), (" 12 ", 12), ("", None)])
def test_numbers(typed: str, number: int | None) -> None:
    """Whole ones."""
    assert sent(months=typed).months.data == number


@pytest.mark.parametrize("typed", ["x", "1.5", "1_0", "0x1", "٣", "0", "25", "9" * 5000])
def test_numbers_that_are_none_or_out_of_bounds(typed: str) -> None:
    """And what was typed stays in the box."""
    form = sent(months=typed)
    assert form.months.errors
    assert form.months._value() == typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2:05pm", time(14, 5)),
        ("2.05 p.m.", time(14, 5)),
        ("14:05", time(14, 5)),
        ("1405", time(14, 5)),
        ("2pm", time(14)),
        ("12am", time(0)),
        ("12:30pm", time(12, 30)),
        ("midday", time(12)),
        ("Midnight", time(0)),
        ("", None),
    ],
)
def test_times(typed: str, value: time | None) -> None:
    """As people write them."""
    assert sent(at=typed).at.data == value


@pytest.mark.parametrize("typed", ["2", "25:00", "14:60", "13pm", "0am", "soon", "2:5", "٢pm"])
def test_times_that_are_none(typed: str) -> None:
    """With two ways to write one."""
    assert errors(at=typed) == {"at": "The time must be a time, like 2:05pm or 14:05"}


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (["3", "3", "2027"], date(2027, 3, 3)),
        (["29", "2", "2028"], date(2028, 2, 29)),
        (["03", "Mar", "2027"], date(2027, 3, 3)),
        (["", "", ""], None),
        ([], None),
        ([" "], None),
    ],
)
def test_dates(parts: list[str], value: date | None) -> None:
    """The month may be a word."""
    form = sent(found=parts)
    assert not form.errors
    assert form.found.data == value


@pytest.mark.parametrize(
    ("parts", "sentence", "box"),
    [
        (["31", "2", "2027"], "must be a real date", "found-day"),
        (["29", "2", "2027"], "must be a real date", "found-day"),
        (["0", "2", "2027"], "must be a real date", "found-day"),
        (["x", "2", "2027"], "must be a real date", "found-day"),
        (["1", "13", "2027"], "must be a real date: the month is a number from 1 to 12", "found-month"),
        (["1", "ma", "2027"], "must be a real date: the month is a number from 1 to 12", "found-month"),
        (["1", "2", "27"], "must have a year of 4 figures, like 2027", "found-year"),
        (["1", "2", "0000"], "must have a year from 1900 on", "found-year"),
        (["1", "11", "1026"], "must have a year from 1900 on", "found-year"),
        (["31", "12", "9999"], "must have a year up to 2199", "found-year"),
        (["1", "2", "٢٠٢٧"], "must have a year of 4 figures, like 2027", "found-year"),
        (["1", "", "2027"], "must include a month", "found-month"),
        (["1"], "must include a month and year", "found-month"),
    ],
)
def test_dates_that_are_none(parts: list[str], sentence: str, box: str) -> None:
    """The summary leads to the box that is wrong."""
    form = sent(found=parts)
    assert error_summary(form) == [{"text": f"The date you found it {sentence}", "href": f"#{box}"}]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_a_date_can_be_posted_in_any_number_of_parts(shell: Flask, count: int) -> None:
    """The package answered 500 to all but three."""
    answer = shell.test_client().post("/", data={**GOOD, "found": ["1"] * count})
    assert answer.status_code in (200, 422)


def test_dates_within_bounds() -> None:
    """The route, which knows today, sets them."""
    form = ask(formdata=MultiDict({**GOOD, "found": ["4", "3", "2027"]}))
    form.found.not_after = date(2027, 3, 3)
    assert not form.validate()
    assert form.found.errors == ["The date you found it must be 3 March 2027 or earlier"]
    form.found.not_after, form.found.not_before = None, date(2027, 3, 5)
    form.validate()
    assert form.found.errors == ["The date you found it must be 5 March 2027 or later"]


class SuggestingForm(ProbityForm):
    """A form whose page suggests every answer."""

    words = TextAreaField("Words", [Required("Enter the words")])
    kind = RadioField("Kind", [Required("Select a kind")], choices=[Choice("one", "One")])
    note = StringField("Note")
    seen = HiddenField()


def test_what_a_page_suggests_counts_only_once_it_is_sent() -> None:
    """A form that comes without its fields is refused like an empty one; hidden ones are nothing. Sent, it is taken."""
    suggested = {"words": "As usual", "kind": "one", "note": "None", "seen": "4"}
    left_out = SuggestingForm(MultiDict(), meta={"csrf": False}, data=suggested)
    assert not left_out.validate()
    assert [one["text"] for one in left_out.error_list()] == ["Enter the words", "Select a kind"]
    assert left_out.seen.data is None
    sent = SuggestingForm(MultiDict(suggested), meta={"csrf": False}, data=suggested)
    assert sent.validate()
    assert sent.seen.data == "4"


def test_only_what_was_offered_can_be_chosen() -> None:
    """In radios, selects and checkboxes; "none" stands alone."""
    assert set(errors(decision="burn", service="moon", checks=["PIN", "moon"])) == {"decision", "service", "checks"}
    assert "alone" in errors(checks=["PIN", "none"])["checks"]
    form = sent(service="Highways", checks=["PIN", "Encrypted"])
    assert (form.service.data, form.checks.data) == ("Highways", ["PIN", "Encrypted"])
    assert sent().checks.data == []


def test_fields_below_a_choice_are_asked_only_when_it_is_made() -> None:
    """And a mistake in one that cannot be seen is not held against anybody."""
    assert errors(decision="approve") == {"until": "Enter the end date"}
    assert errors(decision="refuse") == {}
    assert errors(decision="refuse", until=["31", "2", "2027"]) == {}
    assert errors(decision="approve", until=["31", "2", "2027"])["until"] == "The end date must be a real date"


def test_text_and_files_under_the_wrong_name_are_nothing(shell: Flask) -> None:
    """A file in place of a text, a text in place of a file, JSON in place of a form."""
    client = shell.test_client()
    file = (io.BytesIO(b"x"), "x.png")
    answer = client.post("/", data={**GOOD, "make": file, "found": (io.BytesIO(b"x"), "y.png"), "file": "text"})
    assert answer.status_code == 422
    assert "Enter the make and model" in answer.text
    assert client.post("/", json={"make": 5, "decision": ["refuse"]}).status_code == 422


def test_a_refused_act_shows_its_sentence_at_the_field_or_on_top() -> None:
    """As if the form had said it."""
    form = sent()
    form.add_refusal(InvalidInput("Choose another account.", field="service"))
    form.add_refusal(InvalidInput("The register is closed."))
    assert error_summary(form) == [
        {"text": "Choose another account.", "href": "#service"},
        {"text": "The register is closed."},
    ]


def test_what_was_typed_is_shown_again_unchanged_and_escaped(shell: Flask) -> None:
    """Line by line, with its blanks; and nothing of a password."""
    typed = {**GOOD, "make": "", "why": 'a\r\n  b & "c"\r\n</textarea><b>', "password": "hunter2", "months": "x"}
    html = shell.test_client().post("/", data=typed).text
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert area
    assert area[1] == "a&#10;  b &amp; &#34;c&#34;&#10;&lt;/textarea&gt;&lt;b&gt;"
    assert "hunter2" not in html
    assert 'value="x"' in html


def test_the_markup_has_no_empty_hints_and_keeps_groups(shell: Flask) -> None:
    """And every aria-describedby leads somewhere."""
    html = shell.test_client().post("/", data={}).text
    assert re.search(r'govuk-radios__hint">\s*Until a date', html)
    assert '<optgroup label="Places">' in html
    assert '<option value="" selected>Choose one</option>' in html
    assert not re.search(r'class="govuk-hint[^"]*">\s*<', html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    named = {one for several in re.findall(r'aria-describedby="([^"]+)"', html) for one in several.split()}
    assert named <= set(ids)
    assert "aria-expanded" not in html
    assert html.index("<title>Error: Ask – Probity") > 0


@pytest.mark.browser
def test_the_error_summary_leads_to_every_field(shell: Flask, page: Page) -> None:
    """With the keyboard alone, the date included."""
    with serving(shell) as address:
        page.goto(address)
        assert_accessible(page)
        page.check("[value=approve]")
        for box, typed in {"#found-day": "31", "#found-month": "2", "#found-year": "2027", "#months": "x"}.items():
            page.fill(box, typed)
        page.click("button:has-text('Send to my manager')")
        assert_accessible(page)
        links = page.locator(".govuk-error-summary a").all()
        assert len(links) == 4
        for link in links:
            link.focus()
            page.keyboard.press("Enter")
            assert "#" + page.evaluate("document.activeElement.id") == link.get_attribute("href")
        assert page.input_value("#found-day") == "31"


@pytest.mark.browser
def test_choices_reveal_their_fields_without_scripts(shell: Flask, page_without_javascript: Page) -> None:
    """By the style sheet."""
    page = page_without_javascript
    with serving(shell) as address:
        page.goto(address)
        assert not page.is_visible("#until-day")
        page.check("[value=approve]")
        assert page.is_visible("#until-day")
        page.fill("#make", "Galaxy")
        page.click("button:has-text('Send to my manager')")
        assert page.is_visible("text=Enter the end date >> nth=0")


@pytest.mark.browser
def test_the_page_fits_a_narrow_phone(shell: Flask, page: Page) -> None:
    """No sideways scrolling at 320 pixels."""
    page.set_viewport_size({"width": 320, "height": 700})
    with serving(shell) as address:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_file_has_to_be_selected_again_when_something_else_is_wrong(shell: Flask) -> None:
    """A browser keeps no file of a page that is sent back; where the file itself is wrong, that alone is said."""
    shell.config["WTF_CSRF_ENABLED"] = False
    for sent, said in (({"make": ""}, True), (GOOD, False)):
        data = {**sent, "file": (io.BytesIO(b"x"), "shot.png")}
        with shell.test_request_context("/", method="POST", data=data, content_type="multipart/form-data"):
            form = ask()
            form.validate()
            assert ("Select the file again" in str(form["file"].errors)) is said
            form.add_refusal(InvalidInput("The selected file is empty", field="file"))
            assert ("Select the file again" in str(form["file"].errors)) is said
            assert "The selected file is empty" in form["file"].errors
    with shell.test_request_context("/", method="POST", data={"make": ""}):
        form = ask()
        form.validate()
        assert not form["file"].errors
