"""How long somebody needs who never asked before: every word read once, every box filled in, nobody to help."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
# Reading in silence: Brysbaert (2019), doi 10.1016/j.jml.2019.104047. Typing: 40 words of five letters a minute.
WORDS_A_MINUTE, SECONDS_A_PAGE, SECONDS_A_BOX, LETTERS_A_SECOND = 238, 2, 1.5, 3.3
ASKING: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("device", {"device_kind": "phone"}),
    ("accounts", {"accounts": ["platform:Facebook"]}),
    ("why", {"reason": "I post road closures at weekends"}),
    ("since", {"already": "yes", "using_since": ["1", "11", "2026"]}),
    ("hours", {"asks_for_working_hours": "no"}),
    ("security", {"checks": ["locked", "updated", "two_step", "no_saved_password"]}),
    ("undertaking", {"undertaken": "y"}),
)


def _reading(browser: PageClient, path: str) -> float:
    main = browser.get(path).soup.select_one("main")
    assert main is not None
    for unseen in main.select(".govuk-visually-hidden"):
        unseen.decompose()
    return len(main.get_text(" ").split()) / WORDS_A_MINUTE * 60 + SECONDS_A_PAGE


def _typing(answers: Mapping[str, Any]) -> float:
    said = [one for value in answers.values() for one in (value if isinstance(value, list) else [value])]
    typed = answers.get("reason", "")
    return len(said) * SECONDS_A_BOX + len(typed) / LETTERS_A_SECOND


def test_asking_for_the_first_time_takes_less_than_three_minutes(make: Factory, client_of: Clients) -> None:
    """From the door on the first page to the confirmation."""
    browser = client_of(make.person("Nell New", manager=make.person("Priya Shah")))
    door = browser.get("/").soup.find("a", string="Ask to use a device of my own")
    assert door is not None
    assert "/device-permissions/ask/device" in browser.get(str(door["href"])).html
    seconds = _reading(browser, "/device-permissions/")
    for step, answers in ASKING:
        path = f"/device-permissions/ask/{step}"
        seconds += _reading(browser, path) + _typing(answers)
        browser.post(path, answers)
    seconds += _reading(browser, "/device-permissions/ask/check-answers")
    seconds += _reading(browser, browser.post("/device-permissions/ask/send").location)
    assert seconds < 180, seconds


@pytest.mark.parametrize("since", [[], ["1", "11", "2026"]])
def test_telling_what_one_uses_takes_about_a_minute(make: Factory, client_of: Clients, since: list[str]) -> None:
    """One page, one button."""
    browser, path = client_of(make.person("Nell New")), "/device-permissions/uses/new"
    answers = {"accounts": ["platform:Facebook"], "equipment": ["phone"], **({"using_since": since} if since else {})}
    assert _reading(browser, path) + _typing(answers) < 75
    browser.post(path, answers)
