"""“Something about you”: nothing before the person concerned is told, everything that is theirs after it."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import db
from app.hr_cases import queries
from app.hr_cases.models import Case, CaseStatus, CompanionKind
from app.hr_cases.operations import judge_late_appeal, submit_appeal
from app.matters.models import Capacity
from tests.conftest import NOW
from tests.factories import Factory
from tests.hr_cases.at_stage import address, after_appeal_window, own_address, world_at
from tests.hr_cases.factories import World, a_statement, an_exhibit, attach, bring_to, case_at, people_and_report
from tests.hr_cases.stages import notified, with_decision
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
S = CaseStatus
OWN_PAGES = ("", "/papers", "/answer", "/appeal", "/papers/1/original")


@pytest.mark.parametrize("stage", [S.OPENED, S.PLANNING, S.INVESTIGATING, S.REPORT_REVIEW])
def test_before_they_are_told_nothing_anywhere_differs(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Every page of theirs is the same, byte for byte, as that of somebody without a case."""
    world = case_at(make, stage, tells=False, files=1)
    twin = make.person("Sam Subject", manager=world.line_manager)
    theirs, other = client_of(world.subject), client_of(twin)
    for path in ("/hr-cases/about-me", *(own_address(world, page) for page in OWN_PAGES), address(world)):
        mine = theirs.get(path, status=404).response
        assert mine.data == other.get(path, status=404).response.data
        assert list(mine.headers) == list(theirs.get("/hr-cases/nothing-such", status=404).response.headers)
    without_tokens = [
        [str(tag) for tag in browser.get("/").soup.select("main, nav, footer")] for browser in (theirs, other)
    ]
    assert without_tokens[0] == without_tokens[1]
    with counted_queries() as for_them:
        theirs.get("/hr-cases/about-me", status=404)
    with counted_queries() as for_others:
        other.get("/hr-cases/about-me", status=404)
    assert len(for_them) == len(for_others)


@pytest.mark.parametrize("stage", list(CaseStatus)[1:])
def test_once_told_the_page_says_what_and_what_next_at_every_stage(
    make: Factory, client_of: ClientOf, stage: CaseStatus
) -> None:
    """What is alleged, what happens next, whom to ask, the rights, and the letters; never who reported it."""
    world = world_at(make, stage)
    with clock.set_to(world.at):
        browser = client_of(world.subject)
        page = browser.get("/hr-cases/about-me")
        assert page.heading == "Something about you"
        for words in ("called a resident a liar", "Olga Owner", "Your rights", "Your letters", "paragraph 8.1(a)(1)"):
            assert words in page.text
        assert "Rita" not in page.text
        letter = page.soup.select_one("main li a")
        assert letter is not None
        assert "Dear Sam Subject" in browser.get(str(letter["href"])).text
        assert page.has_button("Answer the notice") is (stage is S.NOTIFIED)
        assert page.has_button("Appeal") is (stage is S.DECIDED)


def test_the_door_stands_on_the_home_page_of_those_who_were_told_only(make: Factory, client_of: ClientOf) -> None:
    """No menu, and nobody else's page."""
    world = case_at(make, S.PLANNING)
    assert client_of(world.subject).get("/").soup.find("a", href="/hr-cases/about-me")
    for other in (world.stranger, world.line_manager, world.owner):
        assert not client_of(other).get("/").soup.find("a", href="/hr-cases/about-me")


def test_their_reading_is_written_down_and_their_letter_is_read(make: Factory, client_of: ClientOf) -> None:
    """The duty to read it goes when they have read it."""
    world = case_at(make, S.PLANNING)
    browser = client_of(world.subject)
    assert "Read something about you" in browser.get("/").text
    browser.get("/hr-cases/about-me")
    of_theirs = sa.select(sa.func.count()).select_from(ReadEvent).where(ReadEvent.actor_id == world.subject.id)
    assert db.session.execute(of_theirs).scalar_one() == 1
    assert "Read something about you" not in browser.get("/").text


def test_reading_one_matter_leaves_the_other_to_be_read(make: Factory, client_of: ClientOf) -> None:
    """And the calendar entry of a hearing is no reading of the letter."""
    one = case_at(make, S.PLANNING)
    other = world_at(make, S.NOTIFIED, about=one.subject)
    browser = client_of(one.subject)
    lines = {f"Read something about you ({world.case.reference})" for world in (one, other)}

    def waiting() -> set[str]:
        home = browser.get("/").text
        return {line for line in lines if line in home}

    browser.get(own_address(other, "/meeting.ics"))
    assert waiting() == lines
    browser.get(own_address(one))
    assert waiting() == {f"Read something about you ({other.case.reference})"}
    with clock.set_to(NOW + timedelta(hours=2)):  # after the notice was issued
        client_of(one.subject).get(own_address(other))
    assert waiting() == set()


def test_nobody_reads_somebody_elses_page(make: Factory, client_of: ClientOf) -> None:
    """Not the owner, not the subject of another case."""
    world, another = case_at(make, S.PLANNING), case_at(make, S.PLANNING)
    for person in (world.owner, another.subject, world.line_manager, world.reporter):
        browser = client_of(person)
        gone = browser.get(own_address(world), status=404).response
        assert gone.data == browser.get("/hr-cases/about-me/CCCC-DDDD-FFFF", status=404).response.data
    letter = queries.letters(another.case)[0]
    client_of(world.subject).get(own_address(world, f"/letters/{letter.id}"), status=404)


def test_they_answer_the_notice_and_may_change_it(make: Factory, client_of: ClientOf) -> None:
    """A colleague comes by right; somebody else is for HR; what was typed is kept."""
    world = world_at(make, S.NOTIFIED)
    make.person("Uma Colleague")
    browser = client_of(world.subject)
    path = own_address(world, "/answer")
    refused = browser.post(path, {"companion_kind": "fellow_worker", "companion": "", "reply": "My side."}, status=422)
    assert refused.errors == ["Enter the name of your companion"]
    assert refused.field("reply") == "My side."
    page = browser.follow(path, {"companion_kind": "fellow_worker", "companion": "Uma", "reply": "My side."})
    assert "Uma Colleague comes with you" in page.text
    browser.post(path, {"companion_kind": "other", "companion": "A neighbour", "reply": ""})
    notice = queries.notices(world.case)[-1]
    assert notice.companion_kind is CompanionKind.OTHER
    assert notice.companion_waits
    assert "A neighbour" in client_of(world.owner).get(address(world, "/judge-companion")).text
    client_of(world.stranger).post(path, {"companion_kind": "alone"}, status=404)
    with clock.set_to(notice.hearing_at):
        client_of(world.subject).post(path, {"companion_kind": "alone"}, status=409)


SECRET = b"taken by Rita Reporter"


def a_picture_with_a_secret() -> bytes:
    """A picture whose file says who took it."""
    target, said = io.BytesIO(), PngInfo()
    said.add_text("Author", SECRET.decode())
    Image.new("RGB", (40, 30), "teal").save(target, "PNG", pnginfo=said)
    assert SECRET in target.getvalue()
    return target.getvalue()


def test_they_read_the_papers_once_notice_is_given_without_the_reporters_name(
    make: Factory, client_of: ClientOf
) -> None:
    """Exhibits, statements, findings; a file of the report only once HR looked at it, and then made anew."""
    world = people_and_report(make)
    attach(world.report, content=a_picture_with_a_secret())
    bring_to(world, S.INVESTIGATING)
    an_exhibit(world, title="Sent by Rita Reporter", third_party_data=True)
    a_statement(world, world.reporter, words="I, Rita Reporter, saw it.")
    bring_to(world, S.ACCEPTED)
    browser = client_of(world.subject)
    browser.get(own_address(world, "/papers"), status=404)
    browser.get(own_address(world, "/papers/1/original"), status=404)
    with_decision(world.case, world)  # type: ignore[arg-type]
    release = address(world, "/evidence/1/release")
    client_of(world.investigator).post(release, {"manner": "file"}, status=403)
    client_of(world.owner).post(release, {"manner": "file"})
    client_of(world.owner).post(release, {"manner": "file"}, status=409)
    browser.get(own_address(world, "/papers/1/picture"), status=404)
    notified(world.case, world)  # type: ignore[arg-type]
    page = browser.get(own_address(world, "/papers"))
    assert "Rita" not in page.text
    assert "the reporter" in page.text
    picture = browser.get(own_address(world, "/papers/1/picture")).response
    assert SECRET not in picture.data
    assert Image.open(io.BytesIO(picture.data)).size == (40, 30)
    browser.get(own_address(world, "/papers/1/original"), status=404)
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    browser.get(own_address(world, "/papers/2/original"), status=404)


def test_they_appeal_once_in_time_or_late(make: Factory, client_of: ClientOf) -> None:
    """Empty grounds are refused; a second appeal is told when the first came; a late one is taken."""
    world = world_at(make, S.DECIDED)
    path = own_address(world, "/appeal")
    with clock.set_to(world.at):
        browser = client_of(world.subject)
        assert browser.post(path, {"grounds": ""}, status=422).errors == ["Enter why you appeal"]
        assert "You appealed on" in browser.follow(path, {"grounds": "Too hard."}).text
        assert "Sam Subject" in browser.post(path, {"grounds": "Too hard."}, status=409).text
    late = world_at(make, S.DECIDED)
    with clock.set_to(after_appeal_window(late)):
        browser = client_of(late.subject)
        assert "The last day was" in browser.get(own_address(late, "/appeal")).text
        assert "You can appeal" in browser.get(own_address(late)).text
        page = browser.follow(own_address(late, "/appeal"), {"grounds": "I was ill."})
        assert "You can appeal" not in page.text
        assert "Your appeal came late: you will get a letter that says whether it is heard." in page.text
        assert "HR decides whether it is heard" in page.text
        assert not page.has_button("Appeal")
        appeal = late.case.appeal
        assert appeal is not None
        judge_late_appeal(appeal, accepted=False, reasons="There was time.", by=late.owner, at=clock.now())
        page = browser.get(own_address(late))
        assert "You can appeal" not in page.text
        assert "your late appeal is not heard" in page.text


@pytest.mark.parametrize("stage", [S.PLANNING, S.NOTIFIED, S.APPEALED, S.CLOSED])
def test_their_page_costs_little(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """A record with everything takes at most eight, the home page four."""
    world = world_at(make, stage)
    with clock.set_to(world.at):
        browser = client_of(world.subject)
        browser.get("/hr-cases/about-me")
        with counted_queries() as found:
            browser.get("/hr-cases/about-me")
        assert len(found) <= 8, found
        with counted_queries() as found:
            browser.get("/")
        assert len(found) <= 4


def test_an_outcome_on_appeal_is_said_in_words(make: Factory, client_of: ClientOf) -> None:
    """Waiting for HR's decision about a late appeal reads as that."""
    world = world_at(make, S.DECIDED)
    at = after_appeal_window(world)
    submit_appeal(world.case, grounds="I was ill.", by=world.subject, at=at)
    db.session.commit()
    with clock.set_to(at):
        assert "It came after the last day" in client_of(world.subject).get("/hr-cases/about-me").text


def test_two_matters_are_told_apart(make: Factory, client_of: ClientOf) -> None:
    """A list with a page for each, and lines on the home page that say which; what they were not told of is not there."""
    world = case_at(make, S.PLANNING)
    browser = client_of(world.subject)
    untold = case_about(world, tells=False)
    assert browser.get("/hr-cases/about-me").soup.find("h2", string="What is alleged") is not None
    assert untold.reference not in browser.get("/").text
    other = case_about(world, tells=True)
    page = browser.get("/hr-cases/about-me")
    links = [link["href"] for link in page.soup.select("main li a")]
    assert sorted(links) == sorted(f"/hr-cases/about-me/{one.reference}" for one in (world.case, other))
    assert untold.reference not in page.text
    home = browser.get("/").text
    for one in (world.case, other):
        browser.get(f"/hr-cases/about-me/{one.reference}")
        assert one.reference in home
    with counted_queries() as queries:
        browser.get("/hr-cases/about-me")
    assert len(queries) <= 4, queries


def case_about(world: World, *, tells: bool) -> Case:
    """Another case about the same person."""
    another = case_at(world.make, S.PLANNING, tells=tells)
    party = next(one for one in another.case.matter.parties if one.capacity is Capacity.SUBJECT)
    party.person, party.person_id = world.subject, world.subject.id
    db.session.commit()
    return another.case


def test_the_rules_are_linked_as_they_were_that_day(make: Factory, client_of: ClientOf) -> None:
    """To the exact version that the allegation relies on, for HR and for the person concerned."""
    world = case_at(make, S.PLANNING)
    version = world.case.policy_version
    version.superseded_on = clock.local_day(world.at)
    db.session.commit()
    for person, path in ((world.subject, own_address(world)), (world.owner, address(world, "/allegations"))):
        link = client_of(person).get(path).soup.select_one('main a[href^="/policy/"]')
        assert link is not None
        there, _, anchor = str(link["href"]).partition("#")
        assert there == f"/policy/{version.slug}/versions/{version.id}"
        assert client_of(person).get(there).soup.find(id=anchor) is not None
