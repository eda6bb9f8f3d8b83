"""The pages: reporting, HR's pages, and the one answer for what may not be known."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.breach_reports.models import BreachReport, ReportStatus, Route, WaitingEvidence, YesNoUnknown
from app.breach_reports.operations import name_subject
from app.core.audit import AuditEvent, ReadEvent
from app.core.db import db
from app.matters.models import Capacity as Part
from app.matters.operations import add_party
from app.people.models import DeclaredRelationship, Person, PersonKind, RelationshipKind, Role
from tests.breach_reports.factories import PNG, a_report, decided, in_triage, shown_by, upload
from tests.conftest import NOW
from tests.evidence import a_jpeg, a_pdf, a_png_that_claims
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

REPORT, HOME = "/breach-reports/report", "/breach-reports/"
ClientOf = Callable[..., PageClient]
SCREENING = dict.fromkeys(("malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed"), "no")


@pytest.fixture
def hr(make: Factory) -> Person:
    """An intake officer."""
    return make.person("Hr One", Role.HR_INTAKE)


@pytest.fixture
def reporter(make: Factory) -> Person:
    """Who saw something."""
    return make.person("Rep Orter")


def _answered(browser: PageClient, **changed: object) -> None:
    """The two pages that everybody answers."""
    browser.post(f"{REPORT}/what-happened", {"what_happened": "It was <b>bad</b>"})
    browser.post(f"{REPORT}/first-questions", {**SCREENING, **changed})


def _count(table: type) -> int:
    return int(db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# Reporting


def test_the_first_page_says_who_sees_it_and_the_other_doors(
    make: Factory, client_of: ClientOf, reporter: Person
) -> None:
    """Before anything is asked: danger, whistleblowing by name, who will know; and no way that does not exist."""
    make.person("Whi Stle", Role.WHISTLEBLOWING_OFFICER)
    page = client_of(reporter).get(REPORT)
    for words in ("999", "101", "Whi Stle", "HR will know that it was you", "2 working days", "5 working days"):
        assert words in page.text
    assert "anonym" not in page.text.lower()
    assert "confiden" not in page.text.lower()
    assert client_of(reporter).get("/").soup.find("a", string="Report something to HR")


def test_a_report_from_the_first_question_to_the_receipt(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """Each answer leads on; the check page has them all; the receipt has the reference and the dates."""
    subject = make.person("Siân Łąka", post="Librarian")
    browser = client_of(reporter)
    steps = (
        ("what-happened", {"what_happened": "It was <b>bad</b>"}, "Where did you see it?"),
        ("where", {"platform": "Facebook", "address": "https://facebook.com/x"}, "When did it happen?"),
        ("when", {"when_known": "yes", "happened_on": ["1", "3", "2027"]}, "Who is it about?"),
        ("who", {"who_known": "yes", "name": "sian"}, "Which of these people is it?"),
        ("who-is-it", {"subject_id": str(subject.id)}, "Which rule may it be about?"),
        ("rule", {"category": "BULLY"}, "How were they acting?"),
        ("capacity", {"capacity": "named_the_council"}, "Was it in their working hours?"),
        ("working-hours", {"in_working_hours": "unknown"}, "Who must see this first?"),
        ("first-questions", SCREENING, "Add what you have"),
    )
    for step, said, heading in steps:
        assert browser.follow(f"{REPORT}/{step}", said).heading == heading
    browser.follow(f"{REPORT}/evidence", upload(), content_type="multipart/form-data")
    check = browser.get(f"{REPORT}/check")
    for words in ("It was <b>bad</b>", "Facebook", "1 March 2027", "Siân Łąka", "Bullying", "1 file"):
        assert words in check.text
    assert check.soup.find("a", href="https://facebook.com/x") is None
    receipt = browser.follow(f"{REPORT}/check", {"draft": check.field("draft")})
    report = db.session.execute(sa.select(BreachReport)).scalar_one()
    assert receipt.heading == "Report sent"
    for words in (report.reference, "Friday 5 March 2027", "Wednesday 10 March 2027"):
        assert words in receipt.text
    assert "Siân" not in receipt.text
    assert len(report.evidence) == 1


def test_two_clicks_on_send_make_one_report(client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """The second is led to the same receipt, even when a new draft was begun since."""
    browser = client_of(reporter)
    _answered(browser)
    token = browser.get(f"{REPORT}/check").field("draft")
    first = browser.post(f"{REPORT}/check", {"draft": token}).location
    assert browser.post(f"{REPORT}/check", {"draft": token}).location == first
    _answered(browser)
    assert browser.post(f"{REPORT}/check", {"draft": token}).location == first
    assert _count(BreachReport) == 1
    assert client_of(hr).post(f"{REPORT}/check", {"draft": token}).location == REPORT
    for nonsense in ("", "x", "0" * 32):
        assert client_of(hr).post(f"{REPORT}/check", {"draft": nonsense}).location == REPORT


def test_a_draft_survives_signing_out(client_of: ClientOf, reporter: Person) -> None:
    """What was entered is there again in another browser, and only for its owner."""
    _answered(client_of(reporter))
    assert client_of(reporter).get(f"{REPORT}/what-happened").field("what_happened") == "It was <b>bad</b>"
    assert "Continue your report" in client_of(reporter).get(REPORT).text


@pytest.mark.parametrize(
    ("step", "said", "errors"),
    [
        ("what-happened", {}, ["Enter what happened"]),
        ("what-happened", {"what_happened": "x" * 10001},
         ["What happened must be 10,000 characters or fewer. Shorten it by 1."]),
        ("where", {"platform": "Nowhere"}, ["Choose one of the answers given for “Website or app”"]),
        ("when", {}, ["Select whether you know the date"]),
        ("when", {"when_known": "yes"}, ["Enter the date when it happened"]),
        ("when", {"when_known": "yes", "happened_on": ["31", "2", "2027"]},
         ["The date when it happened must be a real date"]),
        ("when", {"when_known": "yes", "happened_on": ["4", "3", "2027"]},
         ["The date when it happened must be 3 March 2027 or earlier"]),
        ("when", {"when_known": "yes", "happened_on": ["4", "3", "27"]},
         ["The date when it happened must have a year of 4 figures, like 2027"]),
        ("who", {"who_known": "yes"}, ["Enter their name or part of it"]),
        ("rule", {}, ["Select a rule, or that you are not sure"]),
        ("rule", {"category": "NOTHING"}, ["Choose one of the answers given for “Which rule may it be about?”"]),
        ("capacity", {}, ["Select how they were acting, or that you do not know"]),
        ("first-questions", {**SCREENING, "malpractice": ""},
         ["Select whether it is about serious wrongdoing by the organisation"]),
    ],
)  # fmt: skip
def test_bad_answers_are_refused_in_words(
    client_of: ClientOf, reporter: Person, step: str, said: dict[str, object], errors: list[str]
) -> None:
    """422, the sentence says what to do, and nothing is kept of it."""
    assert client_of(reporter).post(f"{REPORT}/{step}", said, status=422).errors == errors


def test_unknown_answers_are_answers(client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """Somebody who knows nothing but what happened can send it; a name nobody has is kept as words."""
    browser = client_of(reporter)
    asked = browser.follow(f"{REPORT}/who", {"who_known": "yes", "name": "Nobody Known"})
    assert asked.heading == "We did not find that person"
    assert browser.post(f"{REPORT}/not-found", {"again": "no"}).location.endswith("/rule")
    browser.post(f"{REPORT}/when", {"when_known": "no", "roughly_when": "some time in March"})
    browser.post(f"{REPORT}/where", {"other_platform": "twitter"})
    browser.post(f"{REPORT}/rule", {"category": "not_sure"})
    _answered(browser)
    check = browser.get(f"{REPORT}/check")
    for words in ("Nobody Known", "some time in March", "I am not sure", "Not answered"):
        assert words in check.text
    browser.post(f"{REPORT}/check", {"draft": check.field("draft")})
    report = db.session.execute(sa.select(BreachReport)).scalar_one()
    assert (report.who, report.subject, report.platform) == ("Nobody Known", None, "X")


def test_a_platform_typed_in_free_words_is_sealed_like_all_words(
    client_of: ClientOf, reporter: Person, hr: Person
) -> None:
    """What somebody types there may tell more than a platform: no column holds it in clear."""
    typed = "Sam Okoro's walking group on Qwertyzon"
    report = a_report(reporter, platform=typed)
    row = db.session.execute(sa.text("SELECT * FROM breach_report")).mappings().one()
    assert not [name for name, value in row.items() if "Qwertyzon" in str(value) or b"Qwertyzon" in _bytes(value)]
    assert (report.platform, report.other_platform, report.where_seen) == ("", typed, typed)
    assert typed in client_of(hr).get(f"/breach-reports/{report.reference}").text
    known = a_report(reporter, platform="twitter")
    assert (known.platform, known.other_platform, known.where_seen) == ("X", "", "X")


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def test_whoever_was_not_found_is_asked_for_once_more(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """By another writing or a work address, before the report is sent; who it is, is asked and never guessed."""
    browser = client_of(reporter)
    wanted = make.person("Siân Łąka", email="s.laka@demo.example")
    browser.post(f"{REPORT}/who", {"who_known": "yes", "name": "Mystery"})
    _answered(browser)
    check = browser.get(f"{REPORT}/check")
    asked = browser.follow(f"{REPORT}/check", {"draft": check.field("draft")})
    assert asked.heading == "We did not find that person"
    assert "work e-mail address" in asked.text
    assert _count(BreachReport) == 0
    path = f"{REPORT}/not-found?from=check"
    errors = browser.post(path, {"again": "yes", "name": ""}, status=422).errors
    assert errors == ["Enter their name or their work e-mail address"]
    assert browser.follow(path, {"again": "yes", "name": "Enigma"}).heading == "We did not find that person"
    found = browser.follow(path, {"again": "yes", "name": "S.LAKA@Demo.Example"})
    assert found.heading == "Which of these people is it?"
    assert "Siân Łąka" in found.text
    browser.post(f"{REPORT}/who-is-it?from=check", {"subject_id": str(wanted.id)})
    browser.post(f"{REPORT}/check", {"draft": check.field("draft")})
    report = db.session.execute(sa.select(BreachReport)).scalar_one()
    assert report.subject == wanted


def test_hr_sees_whom_the_reporter_may_mean_and_says_who(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """Two of one name: both walled off; HR chooses one, and the other may work on it again. No case before that."""
    one, two = (make.person("Jo Bell", Role.HR_MANAGER, post=post) for post in ("HR manager", "HR adviser"))
    report = in_triage(reporter, hr, named="bell, JO", who="bell, JO")
    address = f"{HOME}{report.reference}"
    for walled in (one, two):
        client_of(walled).get(address, status=404)
        assert report.reference not in client_of(walled).get(HOME).text
    browser = client_of(hr)
    page = browser.get(address)
    assert "Say who it is." in page.text
    assert "HR adviser" in page.text
    refused = browser.post(f"{address}/decision", {"route": "case", "reasons": "x", "decisions_seen": "0"}, status=422)
    assert "Record first who this report is about" in refused.text
    browser.post(f"{address}/subject", {"typed": "", "subject_id": str(one.id)})
    client_of(one).get(address, status=404)
    client_of(two).get(address)


def test_hr_is_told_that_nobody_was_matched(client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """And that it must say who it is before a case can be opened."""
    report = in_triage(reporter, hr, named="Mystery", who="Mystery")
    page = client_of(hr).get(f"{HOME}{report.reference}")
    assert "Nobody was matched to what the reporter wrote" in page.text
    assert "A case cannot be opened before the person is recorded" in page.text


def test_an_unfinished_draft_is_not_sent_and_not_lost(client_of: ClientOf, reporter: Person) -> None:
    """The check page says what is missing."""
    browser = client_of(reporter)
    browser.post(f"{REPORT}/what-happened", {"what_happened": "x"})
    token = browser.get(f"{REPORT}/check").field("draft")
    page = browser.post(f"{REPORT}/check", {"draft": token}, status=422)
    assert page.errors == ["Answer the four questions that decide who must see your report first"]
    assert browser.get(f"{REPORT}/what-happened").field("what_happened") == "x"


def test_changing_an_answer_leads_back_to_the_check_page(make: Factory, client_of: ClientOf, reporter: Person) -> None:
    """Another name is asked about once more."""
    make.person("Ann Other")
    browser = client_of(reporter)
    _answered(browser)
    assert browser.post(f"{REPORT}/capacity?from=check", {"capacity": "personal"}).location.endswith("/check")
    found = browser.post(f"{REPORT}/who?from=check", {"who_known": "yes", "name": "Ann"}).location
    assert found.endswith("/who-is-it?from=check")
    assert browser.post(found, {"subject_id": "none"}).location.endswith("/check")


def test_whistleblowing_is_shown_again_before_sending(make: Factory, client_of: ClientOf, reporter: Person) -> None:
    """Whoever says that it is wrongdoing by the organisation sees the better door, and may still send it."""
    make.person("Whi Stle", Role.WHISTLEBLOWING_OFFICER)
    browser = client_of(reporter)
    _answered(browser, malpractice="yes", person_at_risk="yes")
    page = browser.get(f"{REPORT}/check")
    assert "Whi Stle" in page.text
    assert "call 999" in page.text
    assert page.has_button("Send report")


def test_steps_without_a_draft_lead_to_the_beginning(client_of: ClientOf, reporter: Person) -> None:
    """A bookmark of a page in the middle."""
    browser = client_of(reporter)
    for page in ("evidence", "check", "throw-away"):
        assert browser.get(f"{REPORT}/{page}", status=303).location == REPORT
    browser.get(f"{REPORT}/nothing-like-this", status=404)


# Evidence


def _disk(app: Flask) -> set[Path]:
    return {path for path in (Path(app.instance_path) / "evidence").rglob("*") if path.is_file()}


def test_evidence_is_kept_when_a_later_step_is_refused_and_can_be_removed(
    app: Flask, client_of: ClientOf, reporter: Person
) -> None:
    """It is sealed at once; removing it deletes it from disk."""
    before, browser = _disk(app), client_of(reporter)
    _answered(browser)
    page = browser.follow(f"{REPORT}/evidence", upload(name="C:/secret/shot <1>.png"))
    assert "shot <1>.png" in page.text
    assert "secret" not in page.text
    assert len(_disk(app) - before) == 1
    browser.post(f"{REPORT}/what-happened", {"what_happened": ""}, status=422)
    browser.post(f"{REPORT}/evidence", upload(b"GIF89a\0\0", "x.png"), status=422)
    assert _count(WaitingEvidence) == 1
    item_id = db.session.execute(sa.select(WaitingEvidence.id)).scalar_one()
    other = client_of(_someone())
    strange = other.post(f"{REPORT}/evidence/{item_id}/remove", status=404)
    nothing = other.post(f"{REPORT}/evidence/{uuid.uuid4()}/remove", status=404)
    assert strange.response.data == nothing.response.data
    assert "no file yet" in browser.follow(f"{REPORT}/evidence/{item_id}/remove").text
    assert _disk(app) == before
    browser.post(f"{REPORT}/evidence/{item_id}/remove", status=404)


def _someone() -> Person:
    return Factory().person()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "holiday.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.svg"),
        (b"PK\x03\x04", "statement.docx"),
        (b"", "empty.png"),
    ],
)
def test_a_kind_not_taken_is_refused_with_everything_kept(
    app: Flask, client_of: ClientOf, reporter: Person, content: bytes, name: str
) -> None:
    """422 whatever its name says; the description stays in its box, and nothing lies on disk."""
    before, browser = _disk(app), client_of(reporter)
    _answered(browser)
    page = browser.post(f"{REPORT}/evidence", upload(content, name, "My words"), status=422)
    assert len(page.errors) == 1
    assert page.field("description") == "My words"
    assert _disk(app) == before


def test_a_wrong_ending_is_taken_under_the_true_kind(client_of: ClientOf, reporter: Person) -> None:
    """A JPEG called .pdf is a JPEG."""
    browser = client_of(reporter)
    _answered(browser)
    assert "JPEG picture" in browser.follow(f"{REPORT}/evidence", upload(a_jpeg(), "scan.pdf")).text


def test_a_file_needs_its_description(app: Flask, client_of: ClientOf, reporter: Person) -> None:
    """Somebody who cannot see it must know what it shows."""
    browser = client_of(reporter)
    _answered(browser)
    page = browser.post(f"{REPORT}/evidence", {"file": (io.BytesIO(PNG), "a.png")}, status=422)
    again, missing = page.errors
    assert again.startswith("Select the file again.")
    assert missing == "Enter what the file shows"
    assert browser.post(f"{REPORT}/evidence", {"description": "x"}, status=422).errors == ["Select a file"]


def test_what_was_typed_beside_a_file_that_is_too_large_is_kept(
    app: Flask, client_of: ClientOf, reporter: Person
) -> None:
    """The answer stands at the field; a picture of too many pixels is told so and not called damaged."""
    browser = client_of(reporter)
    _answered(browser)
    large = {"file": (io.BytesIO(b"MZ" + bytes(20 * 1024 * 1024)), "a.txt"), "description": "The <i>post</i>"}
    page = browser.post(f"{REPORT}/evidence", large, status=413)
    assert page.errors == ["The file is larger than 20 MB. Select a smaller file, or send it in parts."]
    assert page.field("description") == "The <i>post</i>"
    wide = {"file": (io.BytesIO(a_png_that_claims(60_000, 60_000)), "a.png"), "description": "The post"}
    assert "Make it smaller" in browser.post(f"{REPORT}/evidence", wide, status=422).errors[0]


@pytest.mark.parametrize("over", [1, 2 * 1024 * 1024])
def test_over_twenty_megabytes_is_too_large(app: Flask, client_of: ClientOf, reporter: Person, over: int) -> None:
    """413 with a page that says what to do, a little over the limit and far over it."""
    before, browser = _disk(app), client_of(reporter)
    _answered(browser)
    page = browser.post(f"{REPORT}/evidence", upload(b"x" * (20 * 1024 * 1024 + over)), status=413)
    assert "20 MB" in page.text
    assert "smaller file" in page.text
    assert _disk(app) == before


def test_throwing_a_draft_away_asks_first(app: Flask, client_of: ClientOf, reporter: Person) -> None:
    """Then nothing is left of it, on disk either."""
    before, browser = _disk(app), client_of(reporter)
    _answered(browser)
    browser.post(f"{REPORT}/evidence", upload())
    assert browser.get(f"{REPORT}/throw-away").has_button("Throw it away")
    assert "threw your draft away" in browser.follow(f"{REPORT}/throw-away").text
    assert _disk(app) == before
    assert _count(WaitingEvidence) == 0


# What somebody reported


def test_my_list_says_received_or_closed_and_nothing_else(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """A case that came of it reads "Received" like any other."""
    subject = make.person("Sub Ject")
    decided(in_triage(reporter, hr, subject=subject), hr, Route.CASE)
    done = decided(in_triage(reporter, hr), hr, Route.ADVICE)
    page = client_of(reporter).get("/breach-reports/mine")
    cells = sorted(" ".join(c.get_text(" ").split()) for c in page.soup.select("td[data-label='Where it is']"))
    assert cells == ["Closed", "Received"]
    assert "Sub Ject" not in page.text
    receipt = client_of(reporter).get(f"/breach-reports/sent/{done.reference}")
    assert "confirmed on 3 March 2027" in receipt.text
    assert "Advice" not in receipt.text
    assert "reported nothing" in client_of(subject).get("/breach-reports/mine").text


# HR


def test_the_queue_and_the_way_through(make: Factory, client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """From the queue to the report, the conflict check, the decision, the second officer, closed."""
    report, second = a_report(reporter, category="BULLY"), client_of(make.person("Hr Two", Role.HR_MANAGER))
    browser, address = client_of(hr), f"{HOME}{report.reference}"
    queue = browser.get(HOME)
    assert "1 to deal with" in queue.text
    assert queue.soup.find("a", href=address)
    assert browser.get(address).has_button("Confirm that it arrived")
    assert browser.post(f"{address}/acknowledge", {}, status=422).errors == [
        "Select the box to say that you are not concerned in this"
    ]
    browser.follow(f"{address}/acknowledge", {"clear": "y"})
    page = browser.post(f"{address}/decision", {"route": "no_further_action"}, status=422)
    assert page.errors == ["Enter your reasons"]
    said = {"route": "no_further_action", "reasons": "<i>old</i>", "decisions_seen": "0"}
    page = browser.follow(f"{address}/decision", said)
    assert not page.has_button("Record your answer")
    browser.post(f"{address}/second", {"agrees": "yes", "decisions_seen": "1"}, status=403)
    page = second.get(address)
    assert "<i>old</i>" in page.text
    assert page.field("decisions_seen") == "1"
    seen = {"decisions_seen": "1"}
    assert second.post(f"{address}/second", {"agrees": "no", **seen}, status=422).errors == ["Enter why you send it back"]
    second.post(f"{address}/second", {"agrees": "yes", "decisions_seen": "0"}, status=409)  # from an older page
    assert "Closed" in second.follow(f"{address}/second", {"agrees": "yes", **seen}).text
    assert "1 dealt with" in browser.get(f"{HOME}?show=dealt-with").text


def test_late_clicks_are_told_who_and_when(make: Factory, client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """409 for each act that another officer did first."""
    report, other = a_report(reporter), client_of(make.person("Hr Two", Role.HR_MANAGER))
    browser, address = client_of(hr), f"{HOME}{report.reference}"
    browser.post(f"{address}/acknowledge", {"clear": "y"})
    page = other.post(f"{address}/acknowledge", {"clear": "y"}, status=409)
    assert "It is confirmed already" in page.text
    decision = {"route": "advice", "reasons": "x", "decisions_seen": "0"}
    browser.post(f"{address}/decision", decision)
    assert "Advice only" in other.post(f"{address}/decision", decision, status=409).text
    other.post(f"{address}/second", {"agrees": "yes", "decisions_seen": "1"}, status=409)


def test_the_wrong_way_for_a_person_is_refused_by_name(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """A volunteer is not offered a case, and posting one says which way is right; the reasons stay."""
    subject = make.person("Vol Unteer", kind=PersonKind.VOLUNTEER)
    report = in_triage(reporter, hr, subject=subject)
    browser, address = client_of(hr), f"{HOME}{report.reference}"
    assert not browser.get(address).soup.find("input", value="case")
    wrong = {"route": "case", "reasons": "My reasons", **shown_by(browser.get(address), "/decision")}
    page = browser.post(f"{address}/decision", wrong, status=422)
    assert page.errors == ["Vol Unteer is a volunteer, so this way is not open. Choose “Problem-solving procedure”."]
    assert page.field("reasons") == "My reasons"


def test_hr_finds_and_records_whom_it_is_about(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """By part of a name; naming oneself closes the door at once."""
    subject = make.person("Siân Łąka")
    report = in_triage(reporter, hr, who="some librarian")
    browser, address = client_of(hr), f"{HOME}{report.reference}"
    assert "some librarian" in browser.get(address).text
    assert "Nobody who works here, or did," in browser.get(f"{address}?name=zzz").text
    page = browser.get(f"{address}?name=sian")
    assert page.has_button("Record this person")
    browser.post(f"{address}/subject", {"typed": "sian"}, status=422)
    browser.post(f"{address}/subject", {"typed": "sian", "subject_id": str(hr.id)}, status=422)
    page = browser.follow(f"{address}/subject", {"typed": "sian", "subject_id": str(subject.id)})
    assert "Siân Łąka, an employee" in page.text
    found = browser.get(f"{address}?name=Hr+One")
    gone = browser.post(f"{address}/subject", {"subject_id": str(hr.id), **shown_by(found, "/subject")})
    assert gone.location == HOME
    browser.get(address, status=404)


def test_hr_records_somebody_who_has_left(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """Their last day tells them apart; a case can be opened about them, and who is close to them is kept from it."""
    subject = make.person("Leroy Left", last_working_day=date(2027, 1, 5))
    tied = make.person("Hr Friend", Role.HR_INTAKE)
    make.keep(
        DeclaredRelationship(
            person_id=tied.id, other_id=subject.id, kind=RelationshipKind.FAMILY, since=date(2020, 1, 6)
        )
    )
    report = in_triage(reporter, hr, who="Leroy")
    browser, address = client_of(hr), f"{HOME}{report.reference}"
    client_of(tied).get(address)
    page = browser.get(f"{address}?name=leroy+left")
    assert "left on 5 January 2027" in page.text
    sent = {"typed": "leroy left", "subject_id": str(subject.id), **shown_by(page, "/subject")}
    assert "Leroy Left, an employee" in browser.follow(f"{address}/subject", sent).text
    assert browser.get(address).soup.find("input", value="case")
    client_of(tied).get(address, status=404)


def test_referrals_reach_their_officer_only(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """The safeguarding lead answers on the page; a whistleblowing referral leaves HR's sight."""
    lead, whistle = make.person(None, Role.SAFEGUARDING_LEAD), make.person(None, Role.WHISTLEBLOWING_OFFICER)
    safe = in_triage(reporter, hr, person_at_risk=YesNoUnknown.YES)
    browser = client_of(hr)
    said = {"reasons": "x", "decisions_seen": "0"}
    page = browser.follow(f"{HOME}{safe.reference}/decision", {**said, "route": "safeguarding"})
    assert "On hold for safeguarding" in page.text
    assert client_of(lead).get(f"{HOME}{safe.reference}").has_button("Record your answer")
    client_of(lead).post(f"{HOME}{safe.reference}/answer", {}, status=422)
    answered = {"reasons": "Done", "decisions_seen": "1"}
    assert client_of(lead).post(f"{HOME}{safe.reference}/answer", answered).location == HOME
    sealed = in_triage(reporter, hr)
    left = browser.post(f"{HOME}{sealed.reference}/decision", {**said, "route": "whistleblowing"})
    assert left.location == HOME
    browser.get(f"{HOME}{sealed.reference}", status=404)
    assert "This was referred to you" in client_of(whistle).get(f"{HOME}{sealed.reference}").text


def test_markup_shows_as_text_and_addresses_are_no_links(client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """Whatever a reporter typed."""
    nasty = "<script>alert(1)</script>"
    report = a_report(
        reporter, what_happened=nasty, address="javascript:alert(1)", who=nasty, platform=nasty, roughly_when=nasty
    )
    page = client_of(hr).get(f"{HOME}{report.reference}")
    assert page.text.count(nasty) == 4
    assert not [s for s in page.soup.find_all("script") if "alert(1)" in s.get_text()]
    assert page.soup.find("a", href=re.compile("javascript")) is None


def _with_evidence(client_of: ClientOf, reporter: Person, content: bytes, name: str) -> str:
    browser = client_of(reporter)
    _answered(browser)
    browser.post(f"{REPORT}/evidence", upload(content, name))
    receipt = browser.post(f"{REPORT}/check", {"draft": browser.get(f"{REPORT}/check").field("draft")}).location
    return HOME + receipt.rsplit("/", 1)[-1]


@pytest.mark.parametrize(
    ("content", "name", "how", "kind"),
    [
        (PNG, "x.png", "inline", "image/png"),
        (a_pdf(), "x.pdf", "attachment", "application/pdf"),
        (b"plain <b>words</b>", "x.html", "attachment", "text/plain; charset=utf-8"),
    ],
)
def test_evidence_is_given_out_in_isolation(
    client_of: ClientOf, hr: Person, reporter: Person, content: bytes, name: str, how: str, kind: str
) -> None:
    """Decrypted, never executed: sandboxed, not sniffed, not stored, under a neutral name, and each reading on record."""
    address = _with_evidence(client_of, reporter, content, name)
    response = client_of(hr).get(f"{address}/evidence/1").response
    assert response.data == content
    headers = response.headers
    assert headers["Content-Disposition"].startswith(f'{how}; filename="')
    assert name not in headers["Content-Disposition"]
    assert headers["Content-Type"] == kind
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert db.session.execute(sa.select(ReadEvent.act)).scalars().all() == ["report:evidence-read"]
    client_of(hr).get(f"{address}/evidence/2", status=404)


def test_each_reading_is_written_down_or_the_page_is_refused(
    client_of: ClientOf, hr: Person, reporter: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any word leaves."""
    report = a_report(reporter)
    browser = client_of(hr)
    browser.get(f"{HOME}{report.reference}")
    event = db.session.execute(sa.select(ReadEvent)).scalar_one()
    assert (event.act, event.subject_id, event.actor_id) == ("report:read", report.id, hr.id)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("app.breach_reports.routes.triage.record_read", broken)
    for address in (f"{HOME}{report.reference}", f"{HOME}{report.reference}/acknowledge"):
        with pytest.raises(RuntimeError, match="full"):
            browser._send("post" if "ack" in address else "get", address, data={"csrf_token": browser._token()})
    client_of(reporter).get(f"/breach-reports/sent/{report.reference}")
    assert _count(ReadEvent) == 1


# What may not be known

SECRET_GETS = ("", "/evidence/1")
SECRET_POSTS = ("/acknowledge", "/subject", "/decision", "/second", "/answer")


def test_one_answer_for_what_does_not_exist_and_what_may_not_be_known(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """Guessed reference, somebody else's report, a walled-off officer: same status, bytes and headers, GET and POST."""
    walled = make.person("Walled Off", Role.HR_INTAKE)
    about_walled = a_report(reporter, subject=walled)
    by_walled = a_report(walled)
    ordinary = a_report(reporter)
    named_since = in_triage(reporter, walled)
    add_party(named_since.matter, walled, Part.WITNESS, at=NOW)
    db.session.commit()
    employee, sca = make.person(), make.person(None, Role.SCA, Role.ADMINISTRATOR, Role.AUDITOR, Role.DPO)
    cases = [(walled, report.reference) for report in (about_walled, by_walled, named_since)]
    cases += [(person, ordinary.reference) for person in (employee, sca, reporter, make.person(None, Role.INDEPENDENT))]
    cases += [(person, ref) for person in (hr, walled, employee) for ref in ("CCCC-CCCC-CCCC", "nonsense", "1")]
    answers: dict[str, set[object]] = {}
    for person, reference in cases:
        browser = client_of(person)
        for tail in SECRET_GETS:
            answers.setdefault("get" + tail, set()).add(_answer(browser, "get", f"{HOME}{reference}{tail}"))
        for tail in SECRET_POSTS:
            answers.setdefault("post" + tail, set()).add(_answer(browser, "post", f"{HOME}{reference}{tail}"))
        if person.id != reporter.id and reference != by_walled.reference:
            answers.setdefault("receipt", set()).add(_answer(browser, "get", f"/breach-reports/sent/{reference}"))
    assert {tail: len(different) for tail, different in answers.items()} == dict.fromkeys(answers, 1)
    (one,) = set().union(*answers.values())
    assert one[0] == 404  # type: ignore[index]
    assert _count(ReadEvent) == 0


def _answer(browser: PageClient, method: str, url: str) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    data = {"clear": "y", "agrees": "yes", "route": "advice", "reasons": "x", "csrf_token": browser._token()}
    response = browser._send(method, url, **({"data": data} if method == "post" else {}))
    headers = tuple(sorted((name, value) for name, value in response.headers.items() if name != "Date"))
    return response.status_code, response.data, headers


def test_a_walled_off_officer_sees_no_trace(make: Factory, client_of: ClientOf, reporter: Person) -> None:
    """Not in the list, its count, its filters, or on the home page."""
    walled = make.person("Walled Off", Role.HR_MANAGER)
    report = a_report(reporter, subject=walled, category="BULLY")
    browser = client_of(walled)
    empty = browser.get(HOME)
    assert "Nothing waits" in empty.text
    for address in (f"{HOME}?category=BULLY", f"{HOME}?status=received", "/", "/breach-reports/mine"):
        page = browser.get(address)
        assert report.reference not in page.text
    report.matter.parties[-1].capacity = Part.CASE_OWNER
    assert _count(AuditEvent) > 0


# Queries


def test_query_counts_do_not_grow(make: Factory, client_of: ClientOf, hr: Person, reporter: Person) -> None:
    """Lists take at most four, a report with everything at most eight, whatever the number of rows."""
    lead = make.person(None, Role.SAFEGUARDING_LEAD, Role.HR_MANAGER)
    first = in_triage(reporter, hr, subject=make.person(), address="x.example/1")
    staff, own = client_of(hr), client_of(reporter)
    addresses = {
        (staff, HOME): 4,
        (staff, f"{HOME}?show=dealt-with&status=closed&category=BULLY"): 4,
        (own, "/breach-reports/mine"): 4,
        (own, f"/breach-reports/sent/{first.reference}"): 4,
        (own, REPORT): 4,
        (own, f"{REPORT}/what-happened"): 4,
        (own, f"{REPORT}/rule"): 4,
        (staff, f"{HOME}{first.reference}"): 8,
    }
    own.post(f"{REPORT}/what-happened", {"what_happened": "x"})
    few = {key: _queries(*key) for key in addresses}
    for number in range(30):
        a_report(reporter, address="x.example/1", at=NOW - timedelta(hours=number), category="BULLY")
    decided(first, hr, Route.SAFEGUARDING)
    from app.breach_reports.operations import answer_referral

    answer_referral(first, reasons="x", by=lead, at=NOW)
    for _ in range(3):
        add_party(first.matter, make.person(), Part.CASE_OWNER, at=NOW)
    db.session.commit()
    many = {key: _queries(*key) for key in addresses}
    for key, most in addresses.items():
        assert few[key] <= most, (key[1], few[key])
        assert many[key] <= max(few[key], most), (key[1], few[key], many[key])


def _queries(browser: PageClient, url: str) -> int:
    browser.get(url)
    with counted_queries() as statements:
        browser.get(url)
    return len(statements)


def test_the_draft_pages_stay_within_their_queries(client_of: ClientOf, reporter: Person) -> None:
    """Check and evidence, with files."""
    browser = client_of(reporter)
    _answered(browser)
    for _ in range(3):
        browser.post(f"{REPORT}/evidence", upload())
    assert _queries(browser, f"{REPORT}/evidence") <= 4
    assert _queries(browser, f"{REPORT}/check") <= 5


def test_the_page_lets_a_wrong_subject_be_mended_after_a_case_was_decided(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """Until the case is opened; where no case can be opened about the right one, HR is told to decide again."""
    report = decided(in_triage(reporter, hr, subject=make.person("Ann Wrong")), hr, Route.CASE)
    volunteer, browser = make.person("Vera Right", kind=PersonKind.VOLUNTEER), client_of(hr)
    assert "It is about somebody else" in browser.get(f"/breach-reports/{report.reference}").text
    found = browser.get(f"/breach-reports/{report.reference}?name=Vera")
    data = {"subject_id": str(volunteer.id), **shown_by(found, "/subject")}
    page = browser.follow(f"/breach-reports/{report.reference}/subject", data)
    assert "Decide again where it belongs" in page.text
    assert "4. Where does it belong?" in page.text
    assert "Vera Right" in page.text


@pytest.mark.parametrize("typed", ["", "Bell"])
def test_a_person_recorded_since_is_not_replaced_from_an_older_page(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person, typed: str
) -> None:
    """409 says who is recorded, by whom and when; nothing has changed, and a fresh page lets the officer say otherwise."""
    one, two = make.person("Jo Bell", post="Cook"), make.person("Jo Bell", post="Clerk")
    report = in_triage(reporter, hr, named="bell, JO", who="bell, JO")
    address = f"{HOME}{report.reference}"
    first, second = client_of(hr), client_of(make.person("Hr Two", Role.HR_MANAGER))
    page = second.get(f"{address}?name={typed}")
    first.follow(f"{address}/subject", {"subject_id": str(one.id), **shown_by(first.get(address), "/subject")})
    choice, decision = shown_by(page, "/subject"), shown_by(page, "/decision")
    for tail, said in (
        ("/subject", {"subject_id": str(two.id), **choice}),
        ("/subject", {"subject_id": str(two.id), "typed": typed}),  # without the fields of the page
        ("/decision", {"route": "case", "reasons": "x", **decision}),
    ):
        late = second.post(f"{address}{tail}", said, status=409)
        for words in ("about Jo Bell", "Hr One recorded it, on 3 March 2027", "Open the report again"):
            assert words in late.text
    assert (report.subject, report.decisions) == (one, [])
    fresh = second.get(f"{address}?name=Bell")
    assert shown_by(fresh, "/subject")["subject_seen"] == str(one.id)
    second.follow(f"{address}/subject", {"subject_id": str(two.id), **shown_by(fresh, "/subject")})
    assert report.subject == two


def test_a_case_is_opened_about_nobody_whom_its_page_did_not_show(
    make: Factory, client_of: ClientOf, hr: Person, reporter: Person
) -> None:
    """The page still offers the one recorded before; the other is asked for, and no case is opened."""
    wrong, right = make.person("Ann Wrong"), make.person("Siân Right")
    make.person(None, Role.HR_CASE_OWNER, Role.HR_MANAGER)
    report = decided(in_triage(reporter, hr, subject=wrong), hr, Route.CASE)
    name_subject(report, right, by=hr, at=NOW)
    db.session.commit()
    said = {"subject": str(wrong.id), "wording": "x", "happened_on": ["1", "3", "2027"], "capacity": "personal"}
    page = client_of(hr).post(f"/hr-cases/open/{report.reference}", said, status=422)
    assert "Choose one of the answers given for “Who is the person concerned?”" in page.errors
    assert "Siân Right" in page.text
    assert report.status == ReportStatus.TRIAGE
