"""A guess is never confirmed: the words of the person concerned stand as said, and who writes of them leaves names out."""

import io
from collections.abc import Callable

import pypdf
import pytest

from app.core import clock
from app.core.db import db
from app.hr_cases import queries
from app.hr_cases.forms.naming import NAMES_REPORTER, THEY_NAME_REPORTER
from app.hr_cases.models import CLOSING_ITEMS, CaseStatus, CompanionKind, LetterKind
from app.hr_cases.operations.letters import issue_letter
from app.matters.models import Capacity
from app.people.models import Role
from tests.factories import Factory
from tests.hr_cases.at_stage import _AFTER, address, own_address, world_at
from tests.hr_cases.factories import World, a_statement, bring_to, case_at
from tests.hr_cases.test_routes_acts import _outcome
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S = CaseStatus
GUESS = "I can only think that Carys, Rita or Aled complained about me."
HEARD = "They said that Carys, Rita or Aled did it."
MASKED = "They said that Carys, [the reporter] or Aled did it."


def _world(make: Factory) -> World:
    """A case under appeal in which the person concerned guessed wherever they could, and those who decided wrote it down."""
    world = case_at(make, S.INVESTIGATING)
    a_statement(world, world.subject, words=GUESS)
    a_statement(world, world.stranger, words="Rita told me on Monday.")
    bring_to(world, S.ACCEPTED)
    _AFTER[S.APPEALED](world)
    case = world.case
    queries.statement(case, 1).amendments = GUESS  # type: ignore[union-attr]
    notice = queries.notices(case)[-1]
    notice.reply, notice.companion = GUESS, "Rita Reporter"
    notice.replied_at, notice.companion_kind = notice.issued_at, CompanionKind.FELLOW_WORKER
    queries.appeal(case).grounds = GUESS  # type: ignore[union-attr]
    queries.hearings(case)[-1].minutes = HEARD
    queries.outcome(case).reasons = HEARD  # type: ignore[union-attr]
    case.allegations[0].wording = "It is alleged that Sam called Rita a liar."
    words = f"Allegation 1: {case.allegations[0].wording}\n\nWhy\n{HEARD}"
    letter = issue_letter(case, kind=LetterKind.OUTCOME, words=words, by=world.decision_maker, at=world.at)
    db.session.commit()
    world.kept["letter"] = letter.id
    return world


READ_AS = {
    "decision_maker": {"statement": GUESS, "reply": GUESS, "witness": False, "minutes": HEARD, "letter": HEARD},
    "appeal_officer": {"statement": GUESS, "reply": GUESS, "witness": False, "minutes": MASKED, "letter": MASKED},
    "investigator": {"statement": GUESS, "witness": True},
    "owner": {"statement": GUESS, "reply": GUESS, "witness": True, "minutes": HEARD, "letter": HEARD},
    "manager": {"statement": GUESS, "reply": GUESS, "witness": True, "minutes": HEARD, "letter": HEARD},
}


@pytest.mark.parametrize("name", READ_AS)
def test_what_each_officer_reads_of_a_guess(make: Factory, client_of: ClientOf, name: str) -> None:
    """Nobody reads a mask in what the person concerned said, nor in what they wrote themselves; all others do."""
    world, reads = _world(make), READ_AS[name]
    with clock.set_to(world.at):
        browser = client_of(world.everybody()[name])
        own = browser.get(address(world, "/meetings/statements/1")).text
        assert own.count(str(reads["statement"])) == 2
        assert "[the reporter]" not in own
        witness = browser.get(address(world, "/meetings/statements/2")).text
        assert ("Rita told me" in witness, "[the reporter] told me" in witness) == (reads["witness"], not reads["witness"])
        if "reply" in reads:
            meetings = browser.get(address(world, "/meetings")).text
            assert str(reads["reply"]) in meetings
            assert "Rita Reporter, " in meetings
            assert str(reads["minutes"]) in meetings
            letter = browser.get(address(world, f"/letters/{world.kept['letter']}")).text
            assert str(reads["letter"]) in letter
            assert ("called Rita a liar" in letter) is reads["witness"], "what others wrote in it stays behind the mask"
        if name == "appeal_officer":
            asked = browser.get(address(world, "/decide-appeal")).text
            assert GUESS in asked
            assert "Where somebody says who they think reported this" in asked


def test_the_person_concerned_reads_their_own_words(make: Factory, client_of: ClientOf) -> None:
    """In the papers and on their page nothing that they said is masked; what a witness and the minutes say is."""
    world = _world(make)
    with clock.set_to(world.at):
        browser = client_of(world.subject)
        papers = browser.get(own_address(world, "/papers")).text
        assert papers.count(GUESS) == 2
        assert "[the reporter] told me on Monday." in papers
        assert "Rita told" not in papers
        assert papers.count("[the reporter]") == 1
        letter = browser.get(own_address(world, f"/letters/{world.kept['letter']}")).text
        assert MASKED in letter
        assert "Rita" not in letter


@pytest.mark.parametrize("name", READ_AS)
def test_the_document_keeps_to_it_too(make: Factory, client_of: ClientOf, name: str) -> None:
    """Every copy has what the person concerned said as it was said; the decision maker's has their own minutes so."""
    world = _world(make)
    with clock.set_to(world.at):
        answer = client_of(world.everybody()[name])._send("get", address(world, "/report.pdf"))
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    guesses = {"decision_maker": 3, "appeal_officer": 4, "investigator": 2, "owner": 4, "manager": 4}
    assert text.count(GUESS) == guesses[name], "statement, changes, answer and grounds, as far as the copy has them"
    assert "[the reporter] told me on Monday." in text
    assert "Rita told" not in text
    if name != "investigator":
        assert ("Rita or Aled did it" in text) is (name == "decision_maker")


def test_the_letter_in_the_making_does_not_tell_who_it_was(make: Factory, client_of: ClientOf) -> None:
    """Whoever decides cannot find out by typing names and looking at the letter; what HR alleged stays masked."""
    world = case_at(make, S.ACCEPTED)
    _AFTER[S.HEARD](world)
    world.case.allegations[0].wording = "it is alleged that Sam called Rita a liar"
    db.session.commit()
    typed = {**_outcome(world), "reasons": HEARD}
    with clock.set_to(world.at):
        page = client_of(world.decision_maker).post(address(world, "/decide-outcome"), {**typed, "preview": "y"}, status=200)
    letter = page.text[page.text.index("The letter as it reads now") :]
    assert HEARD in letter
    assert "[the reporter] or Aled" not in letter
    assert "called [the reporter] a liar" in letter


FINDING = {"finding": "established", "basis": "contested", "reasons": "Sam thinks it was Carys or Rita."}


def test_who_may_know_is_asked_about_a_text_with_the_name(make: Factory, client_of: ClientOf) -> None:
    """A finding that repeats the guess is refused once with what was typed kept; left on purpose, it is taken."""
    world = case_at(make, S.INVESTIGATING)
    path = address(world, "/allegations/1/finding")
    browser = client_of(world.investigator)
    assert "Leave the name" not in browser.get(path).text
    page = browser.post(path, FINDING, status=422)
    assert page.errors == [NAMES_REPORTER]
    assert page.field("reasons") == FINDING["reasons"]
    assert "Leave the name" in page.text
    browser.post(path, {**FINDING, "leaves_name": "y"})
    browser.post(path, {**FINDING, "reasons": "Sam thinks it was a colleague."})
    assert "send it back and ask" not in browser.get(address(world, "/report")).text


def _part_of_investigator(world: World) -> str:
    part = next(one for one in world.case.matter.parties if one.capacity is Capacity.INVESTIGATOR)
    return f"/people/{part.id}/appoint-instead"


def test_the_review_and_the_change_of_an_officer_ask_about_the_name(make: Factory, client_of: ClientOf) -> None:
    """Others read what the owner writes to the investigator, and what the file says of a change."""
    other = make.person("Ivo", Role.INVESTIGATOR)
    instead = {"successor": str(other.id), "reason": "other", "note": "Rita asked for somebody else."}
    review = {"decision": "return", "reasons": "Ask Rita again."}
    investigating, submitted = case_at(make, S.INVESTIGATING), case_at(make, S.REPORT_REVIEW)
    for world, one, path, typed, field in (
        (investigating, investigating.manager, _part_of_investigator(investigating), instead, "note"),
        (submitted, submitted.owner, "/review-report", review, "reasons"),
    ):
        browser = client_of(one)
        page = browser.post(address(world, path), typed, status=422)
        assert page.errors == [NAMES_REPORTER]
        assert page.field(field) == typed[field]
        assert "Leave the name" in page.text
        browser.post(address(world, path), {**typed, "leaves_name": "y"})


def test_the_closing_list_asks_about_the_name_once(make: Factory, client_of: ClientOf) -> None:
    """When it is saved, point by point; not again when the case is closed."""
    world = world_at(make, S.FINAL)
    path = address(world, "/closing")
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        typed = {f"answer_{item.code}": "done" for item in CLOSING_ITEMS}
        typed |= {item.code: "Dealt with." for item in CLOSING_ITEMS}
        typed["reporter"] = "Rita Reporter was thanked."
        assert "Leave the name" not in browser.get(path).text
        page = browser.post(path, typed, status=422)
        assert page.errors == [NAMES_REPORTER]
        assert page.field("reporter") == typed["reporter"]
        assert "Leave the name" in page.text
        browser.post(path, {**typed, "leaves_name": "y"})
        browser.post(address(world, "/close"))
    assert world.case.status is S.CLOSED


def test_the_words_of_the_person_concerned_are_kept_as_they_are_once_looked_at(
    make: Factory, client_of: ClientOf
) -> None:
    """The investigator is told that nothing will be masked there; of a witness's words, that others read a mask."""
    world = case_at(make, S.INVESTIGATING)
    said = {"kind": "interview", "taken_on": ["3", "3", "2027"], "words": GUESS, "present": ""}
    browser, path = client_of(world.investigator), address(world, "/add-statement")
    with clock.set_to(world.at):
        page = browser.post(path, {**said, "person": str(world.subject.id)}, status=422)
        assert page.errors == [THEY_NAME_REPORTER]
        browser.post(path, {**said, "person": str(world.subject.id), "leaves_name": "y"})
        witness = {**said, "person": "somebody_else", "person_email": world.stranger.email}
        assert browser.post(path, witness, status=422).errors == [NAMES_REPORTER]
    assert GUESS in queries.statement(world.case, 1).words  # type: ignore[union-attr]


def test_whoever_decides_is_asked_nothing(make: Factory, client_of: ClientOf) -> None:
    """A question about their words would tell them; what they are told does not depend on what they type."""
    world = case_at(make, S.ACCEPTED)
    _AFTER[S.NOTIFIED](world)
    db.session.commit()
    hearing = queries.notices(world.case)[-1].hearing_at
    said = {"in_absence": "no", "present": "Sam, Rita", "minutes": HEARD}
    with clock.set_to(hearing):
        browser, path = client_of(world.decision_maker), address(world, "/record-hearing")
        assert "Where somebody says who they think reported this" in browser.get(path).text
        browser.post(path, {**said, "held_on": [str(hearing.day), str(hearing.month), str(hearing.year)]})
    assert queries.hearings(world.case)[-1].minutes == HEARD


def test_the_owner_is_told_before_accepting_a_report_that_names_them(make: Factory, client_of: ClientOf) -> None:
    """The owner may know, and can send it back."""
    world = case_at(make, S.REPORT_REVIEW)
    path = address(world, "/review-report")
    assert "This report names the person who reported" not in client_of(world.owner).get(path).text
    queries.last_report(world.case).findings[0].reasons = "Sam guessed Rita."  # type: ignore[union-attr]
    db.session.commit()
    assert "This report names the person who reported" in client_of(world.owner).get(path).text
