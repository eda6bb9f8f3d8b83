"""The draft of the next version: paragraphs in another order, what is said of that, and two who write at once."""

from collections.abc import Callable

from flask import Flask

from app.core.db import commit
from app.people.models import Role
from app.policy.models import DraftParagraph
from app.policy.operations import move_paragraph, publish_draft, record_approval, send_for_approval
from app.policy.operations.drafting import CHANGED_SINCE as CHANGED
from app.policy.queries import changes_between, facts_as_before, paragraphs_by_number, versions_of
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient
from tests.policy.factories import SLUG, TODAY, again, drafted


def test_a_paragraph_is_moved_with_what_stands_below_it(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Past the next of its level, in its section; a second click moves it no further; its number and anchor stay."""
    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft = drafted(guardian)
    browser = client_of(guardian)

    def line(number: str) -> DraftParagraph:
        return next(one for one in again(draft).paragraphs if one.number == number)

    def section() -> list[str]:
        return [one.number for one in again(draft).paragraphs if one.number.startswith("6.")]

    first = section()
    below = [one for one in first if one.startswith("6.3(")]
    assert below
    place = f"/policy/drafts/{draft.id}/paragraphs/{line('6.3').id}"
    up, down = (f"{place}/{where}/{line('6.2').id}" for where in ("above", "below"))
    assert "Move it up, above 6.2" in browser.get(place).text
    page = browser.follow(up)
    assert "You moved paragraph 6.3: it stands above 6.2 now." in page.text
    moved, moved_past = section(), first[first.index("6.2") : first.index("6.3")]
    assert moved[moved.index("6.3") :][: len(below) + 2] == ["6.3", *below, "6.2"]
    assert sorted(moved) == sorted(first)
    assert "You moved" not in browser.follow(up).text
    assert section() == moved
    said = [one.get_text(" ", strip=True) for one in browser.get(f"/policy/drafts/{draft.id}").soup.select("main li")]
    assert [one.split(" ")[0] for one in said if one.endswith(": moved")] in (["6.3", *below], moved_past)
    page = browser.follow(down)
    assert "You moved paragraph 6.3: it stands below 6.2 now." in page.text
    assert section() == first
    assert "No paragraph differs" in browser.get(f"/policy/drafts/{draft.id}").text
    point, past = line("6.2(1)"), line("6.2(2)")
    assert (point.beside().above, line("6.2").beside().above) == (None, line("6.1"))
    for other, is_up in ((line("6.3"), False), (past, True), (point, False)):
        assert not move_paragraph(point, other, up=is_up, by=guardian, at=NOW)
    assert move_paragraph(point, past, up=False, by=guardian, at=NOW)
    commit()
    assert [one for one in section() if one.startswith("6.2")][:3] == ["6.2", "6.2(2)", "6.2(1)"]
    assert ": moved" in browser.get(f"/policy/drafts/{draft.id}").text
    browser.post(f"{place}/above/{Factory.id()}", status=404)
    browser.post(f"{place}/beside/{line('6.2').id}", status=404)
    client_of(make.person()).post(up, status=403)
    send_for_approval(again(draft), by=guardian, at=NOW)
    commit()
    browser.post(up, status=409)
    assert "Move it" not in browser.get(place).text
    record_approval(again(draft), "LJC", TODAY, by=guardian, at=NOW)
    commit()
    version = publish_draft(again(draft), answers=(), by=guardian, at=NOW)
    commit()
    assert version.text_hash != versions_of(SLUG)[1].text_hash
    numbers = [one.number for one in sorted(version.paragraphs, key=lambda one: one.position)]
    assert numbers[numbers.index("6.2") :][:3] == ["6.2", "6.2(2)", "6.2(1)"]
    assert paragraphs_by_number(version, ["6.2(1)"])[0].anchor == "p-6-2-1"


def test_nobody_saves_over_words_that_they_did_not_read(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """The older page is sent back with what is there now and what was typed; that paragraphs moved is nothing newer."""
    first, second = make.person("First", Role.HR_MANAGER), make.person("Second", Role.HR_MANAGER)
    draft = drafted(first)
    lines = {one.number: one for one in again(draft).paragraphs}
    place = f"/policy/drafts/{draft.id}/paragraphs/{lines['6.3'].id}"
    one, other = client_of(first), client_of(second)
    older = other.get(place).field("seen")
    one.follow(f"{place}/above/{lines['6.2'].id}")
    one.follow(place, {"heading": "Theirs", "summary": "What they wrote.", "seen": older})
    page = other.post(place, {"heading": "Mine", "summary": "What I wrote.", "seen": older}, status=409)
    assert page.errors == [CHANGED]
    assert "What is there now Heading Theirs What it says What they wrote." in page.text
    assert (page.field("heading"), page.field("summary")) == ("Mine", "What I wrote.")
    now = next(one for one in again(draft).paragraphs if one.number == "6.3")
    assert now.summary == "What they wrote."
    page = other.follow(place, {"heading": "Mine", "summary": "What I wrote.", "seen": page.field("seen")})
    assert "You changed paragraph 6.3." in page.text


def test_nobody_saves_over_details_that_they_did_not_read(make: Factory, client_of: Callable[..., PageClient]) -> None:
    first, second = make.person("First", Role.HR_MANAGER), make.person("Second", Role.HR_MANAGER)
    draft = drafted(first)
    place = f"/policy/drafts/{draft.id}/details"
    one, other = client_of(first), client_of(second)
    older = other.get(place).field("seen")
    typed = {"label": "Version 3", "change_note": "Theirs", "is_material": "yes", "seen": older}
    one.follow(place, typed)
    page = other.post(place, {**typed, "change_note": "Mine"}, status=409)
    assert page.errors == [CHANGED]
    assert "What changes Theirs" in page.text
    assert page.field("change_note") == "Mine"
    assert again(draft).change_note == "Theirs"
    other.follow(place, {**typed, "change_note": "Mine", "seen": page.field("seen")})
    assert again(draft).change_note == "Mine"


def test_what_moved_is_said_of_as_few_paragraphs_as_can_be(app: Flask) -> None:
    def lines(order: str, **words: str) -> list[DraftParagraph]:
        return [DraftParagraph(number=one, heading=one, summary=words.get(one, "")) for one in order]

    def said(before: str, after: str, **words: str) -> list[str]:
        return [f"{one.number} {one.what}" for one in changes_between(lines(before), lines(after, **words))]

    assert said("abcdef", "abcdef") == []
    assert said("abcdef", "abdecf") == ["c moved"]
    assert said("abcdef", "abdecf", c="x", a="y") == ["a changed", "c changed and moved"]
    assert said("abc", "cxa") == ["c moved", "x new", "b left out"]


def test_facts_of_a_front_page_that_stayed_are_said(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Those that tell a figure and were not touched, as long as something can be done about it; numbered ones are rules."""

    def lines(**words: str) -> list[DraftParagraph]:
        return [DraftParagraph(number=number, heading="", summary=said) for number, said in words.items()]

    rule = DraftParagraph(number="6.2", summary="5")
    was = [*lines(front1="Version 2", front2="HR keeps it", back="Since 2017"), rule]
    now = [*lines(front1="Version 3", front2="HR keeps it", back="Since 2017", more="9"), rule]
    assert [one.number for one in facts_as_before(was, now)] == ["back"]

    guardian = make.person("Guardian", Role.HR_MANAGER)
    draft = drafted(guardian)
    browser = client_of(guardian)
    place = f"/policy/drafts/{draft.id}"
    page = browser.get(place)
    assert "Worded as in Version 2, with dates or numbers. Check that they are still so: Version and guardian :" in page.text
    link = page.soup.find("a", string="Review date")
    assert link is not None
    browser.follow(str(link["href"]), {"heading": "Review date", "summary": "It is looked at again in 2030."})
    page = browser.get(place)
    assert page.soup.find("a", string="Review date") is None
    assert page.soup.find("a", string="Approvals") is not None
    send_for_approval(again(draft), by=guardian, at=NOW)
    commit()
    page = browser.get(f"{place}/publish")
    assert "to change one, take the draft back first: Version and guardian: This is" in page.text
    assert page.soup.find("a", string="Approvals") is None
