"""What the person concerned gets of each file before the hearing: a guard, a duty on the page, and never a dead link."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from app.core import clock
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.evidence_files import seal_file
from app.hr_cases.models import CaseStatus, EvidenceItem, HearingNotice, Manner
from app.hr_cases.operations import can_be_shown, decide_disclosure, earliest_hearing_day, issue_notice
from app.hr_cases.queries import exhibit, undecided_files
from tests.evidence import a_pdf, a_png, a_png_that_cannot_be_shown
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address
from tests.hr_cases.factories import World, attach, bring_to, people_and_report
from tests.hr_cases.stages import notified, with_decision
from tests.pages import PageClient

S = CaseStatus
ClientOf = Callable[..., PageClient]


def to_be_heard(make: Factory, *contents: bytes) -> World:
    """A case whose hearing is being set up, with these files from the report."""
    world = people_and_report(make)
    for number, content in enumerate(contents, 1):
        attach(world.report, number, content)
    bring_to(world, S.ACCEPTED)
    with_decision(world.case, world)  # type: ignore[arg-type]
    return world


def the_item(world: World, number: int = 1) -> EvidenceItem:
    """One of its exhibits."""
    found = exhibit(world.case, number)
    assert found is not None
    return found


def give_notice(world: World) -> HearingNotice:
    """A notice that has all it needs but, perhaps, the evidence."""
    day = earliest_hearing_day(world.at.date(), False)
    return issue_notice(
        world.case, hearing_at=clock.at_local(day, 14), place="Room 4", dismissal_possible=False, by=world.owner, at=world.at
    )


def decide(world: World, manner: Manner, *, number: int = 1, words: str = "", shown: bool = True, **values: object) -> None:
    """What the owner decides about one file."""
    given = {"by": world.owner, "at": world.at, **values}
    decide_disclosure(the_item(world, number), manner=manner, words=words, shown=shown, **given)  # type: ignore[arg-type]
    db.session.commit()


def test_no_hearing_before_it_is_decided_what_they_get_of_each_file(make: Factory) -> None:
    """The sentence names the files and the ways ahead; each way will do, and a reason is kept."""
    world = to_be_heard(make, *(a_png(bytes([number])) for number in range(4)))
    with pytest.raises(InvalidInput, match=r"E1, E2, E3, E4: give each file, or record why it is withheld or not relied on"):
        give_notice(world)
    decide(world, Manner.FILE)
    decide(world, Manner.WORDS, number=2, words="A post that says “liar”.")
    decide(world, Manner.WITHHELD, number=3, words="It shows who sent it.")
    with pytest.raises(InvalidInput, match="what they get of E4: give"):
        give_notice(world)
    decide(world, Manner.NOT_RELIED_ON, number=4, words="It is about something else.")
    assert not undecided_files(world.case)
    give_notice(world)
    assert [bool(the_item(world, number).file_given) for number in (1, 2, 3, 4)] == [True, False, False, False]
    last = the_item(world, 3).disclosure
    assert last is not None
    assert last.words == "It shows who sent it."


@pytest.mark.parametrize("manner", [Manner.WORDS, Manner.WITHHELD, Manner.NOT_RELIED_ON])
def test_a_decision_needs_its_words(make: Factory, manner: Manner) -> None:
    """At the field where they are typed."""
    world = to_be_heard(make, a_png())
    with pytest.raises(InvalidInput, match="Enter w") as refused:
        decide(world, manner, words=" ")
    assert refused.value.field == manner.value


def test_who_decides_and_how_often(make: Factory) -> None:
    """The owner alone; to give the same file twice is late; what holds is the last decision."""
    world = to_be_heard(make, a_png())
    for stranger, kind in ((world.investigator, NotAllowed), (world.subject, NothingHere), (world.stranger, NothingHere)):
        with pytest.raises(kind):
            decide(world, Manner.FILE, by=stranger)
    decide(world, Manner.FILE)
    with pytest.raises(AlreadyDone) as late:
        decide(world, Manner.FILE)
    assert (late.value.who, late.value.did) == ("Olga Owner", "let the person concerned have the file of exhibit E1")
    decide(world, Manner.WITHHELD, words="It shows who sent it after all.", at=world.at + timedelta(hours=1))
    assert the_item(world).file_given is None
    assert [one.number for one in the_item(world).disclosures] == [1, 2]


def test_a_decision_from_an_older_page_is_told_of_the_newer_one(make: Factory, client_of: ClientOf) -> None:
    """Two windows, or an owner who took over: nothing that was withheld in the meantime is given by a late click."""
    world = to_be_heard(make, a_png())
    page, browser = address(world, "/evidence/1/release"), client_of(world.owner)
    older = browser.get(page)
    decide(world, Manner.WITHHELD, words="It shows who sent it.")
    sent = {"manner": "file", "decisions_seen": older.field("decisions_seen")}
    late = browser.post(page, sent, status=409)
    assert "It was decided already what the person concerned gets of exhibit E1" in late.text
    assert "Olga Owner decided so" in late.text
    assert the_item(world).file_given is None
    for wrong in ("x", "²", "9" * 5000):
        assert browser.post(page, {**sent, "manner": "", "decisions_seen": wrong}, status=422).errors
    sent["decisions_seen"] = browser.get(page).field("decisions_seen")
    browser.post(page, sent)
    assert the_item(world).file_given is not None


def test_the_form_leads_to_the_file_that_is_to_be_looked_at(make: Factory, client_of: ClientOf) -> None:
    """Who decides looks first."""
    world = to_be_heard(make, a_png())
    shown = client_of(world.owner).get(address(world, "/evidence/1/release"))
    assert shown.soup.select_one(f'main a[href="{address(world, "/evidence/1")}"]') is not None


def test_a_picture_that_cannot_be_made_anew_is_not_given(make: Factory) -> None:
    """HR is told so when they decide, and may give a copy that opens, or a description."""
    world = to_be_heard(make, a_png_that_cannot_be_shown())
    item = the_item(world)
    assert not can_be_shown(item.stored_as or "", item.media_type or "", item.data_key)
    with pytest.raises(InvalidInput, match="Give them another copy, or describe what it shows"):
        decide(world, Manner.FILE, shown=False)
    copy = seal_file(io.BytesIO(a_pdf()), world.case.data_key)
    assert can_be_shown(copy.stored_as, copy.kind.media_type, world.case.data_key)
    with pytest.raises(InvalidInput, match="Select the copy") as missing:
        decide(world, Manner.COPY)
    assert missing.value.field == "copy"
    decide(world, Manner.COPY, copy=copy)
    given = the_item(world).file_given
    assert given is not None
    assert (given.stored_as, given.media_type) == (copy.stored_as, "application/pdf")


def test_the_page_says_it_before_hr_chooses_and_the_person_never_meets_a_dead_link(
    make: Factory, client_of: ClientOf
) -> None:
    """From the duty on the case page to the papers: a picture that cannot be shown, another copy, its words."""
    world = to_be_heard(make, a_png_that_cannot_be_shown(), a_png(b"2"))
    hr, path = client_of(world.owner), address(world, "/evidence/1/release")
    case = hr.get(address(world, ""))
    assert "Before the hearing: the evidence" in case.text
    assert case.soup.find("a", href=path) is not None
    refused = hr.post(address(world, "/issue-notice"), {
        "dismissal_possible": "no", "hearing_at": ["31", "3", "2027"], "hearing_time": "2pm", "place": "Room 4",
        "union_standing": "not_known",
    }, status=422)  # fmt: skip
    assert "Decide first what they get of E1, E2" in refused.errors[0]
    assert refused.soup.find("a", href=path) is not None
    assert "This picture cannot be made anew" in hr.get(path).text
    assert "cannot be made anew" in hr.post(path, {"manner": "file"}, status=422).errors[0]
    assert hr.post(path, {"manner": "copy"}, status=422).errors == ["Select the copy that they get"]
    broken = {"manner": "copy", "copy": (io.BytesIO(a_png_that_cannot_be_shown()), "a.png")}
    assert "cannot be made anew" in hr.post(path, broken, status=422).errors[0]
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(picture, "JPEG")
    picture.seek(0)
    large = {"manner": "copy", "copy": (io.BytesIO(bytes(20 * 1024 * 1024 + 1)), "a.txt")}
    assert "larger than 20 MB" in hr.post(path, large, status=413).errors[0]
    hr.post(path, {"manner": "copy", "copy": (picture, "b.jpg")})
    hr.post(address(world, "/evidence/2/release"), {"manner": "words", "words": "A post that says “liar”."})
    assert "Before the hearing: the evidence" not in hr.get(address(world, "")).text
    give_notice(world)
    db.session.commit()
    reader = client_of(world.subject)
    papers = reader.get(own_address(world, "/papers"))
    assert "A post that says “liar”." in papers.text
    links = [link["href"] for link in papers.soup.select("main a") if "/papers/" in link["href"]]
    assert links == [own_address(world, "/papers/1/picture")]
    assert Image.open(io.BytesIO(reader.get(links[0]).response.data)).size == (20, 10)
    reader.get(own_address(world, "/papers/2/picture"), status=404)


def test_an_older_picture_that_cannot_be_shown_says_whom_to_ask(make: Factory, client_of: ClientOf) -> None:
    """Given before anybody looked whether it opens: a page in plain words, with what it shows."""
    world = to_be_heard(make, a_png_that_cannot_be_shown())
    decide(world, Manner.FILE)  # `shown` as if somebody had looked
    notified(world.case, world)  # type: ignore[arg-type]
    page = client_of(world.subject).get(own_address(world, "/papers/1/picture"))
    assert page.heading == "Exhibit E1 cannot be shown"
    for words in ("Olga Owner", "Screenshot 1"):
        assert words in page.text


def test_an_exhibit_added_to_the_case_must_open(make: Factory, client_of: ClientOf) -> None:
    """Whoever adds it has it at hand and can take another copy."""
    world = people_and_report(make)
    bring_to(world, S.INVESTIGATING)
    said = {
        "title": "A post", "kind": "post", "transcript": "You are a liar.", "visibility": "public",
        "attribution": "presumed", "lawful_source": "Public page",
        "file": (io.BytesIO(a_png_that_cannot_be_shown()), "a.png"),
        **{f"bearing_{one.number}": "for" for one in world.case.allegations},
    }  # fmt: skip
    page = client_of(world.investigator).post(address(world, "/add-evidence"), said, status=422)
    assert "This picture cannot be opened" in page.errors[0]
