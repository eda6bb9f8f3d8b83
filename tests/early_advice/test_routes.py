"""The light tracks through pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.breach_reports.models import BreachReport
from app.core import clock
from app.core.db import db
from app.core.presentation import uk_weekday_date
from app.early_advice.models import AdviceQuestion, AlertOutcome, DeclarationOfInterest, MistakeAlert, Seat
from app.hr_cases.models import CaseStatus
from app.people.models import Person, RelationshipKind, Role, RoleAssignment
from app.people.relating import relate
from app.policy.queries import installation
from tests.conftest import NOW
from tests.early_advice.factories import TODAY, People, asked, declared, seen, settled, told
from tests.factories import Factory
from tests.hr_cases.factories import case_at
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
MARKUP = "<script>alert(1)</script>"
DAY = [str(TODAY.day), str(TODAY.month), str(TODAY.year)]
MISTAKE = {
    "what": f"I posted it twice. {MARKUP}", "place": "elsewhere", "platform": "Facebook", "noticed_on": DAY,
    "personal_data": "no", "done": "I deleted one.",
}  # fmt: skip
NOTHING = "/early-advice/mistake/CCCC-CCCC-CCCC"


@pytest.fixture
def people(make: Factory) -> People:
    """Who is there."""
    return People(make)


def _all(model: Any) -> list[Any]:
    return list(db.session.execute(sa.select(model)).unique().scalars())


def test_an_alert_is_one_page_that_says_who_reads_it_and_what_it_is_used_for(client_of: Clients, people: People) -> None:
    browser = client_of(people.author)
    assert "I think I made a mistake" in browser.get("/").text
    page = browser.get("/early-advice/mistake")
    for words in ("Mary Manager", "Sally Keeper", "Dan Deputy", "It is not an admission", "in your favour"):
        assert words in page.text, words
    bad = browser.post("/early-advice/mistake", {**MISTAKE, "platform": "", "personal_data": ""}, status=422)
    assert bad.errors == ["Enter the website or app", "Select whether it could have shown details about other people"]
    assert MARKUP in bad.field("what")
    typed = {**MISTAKE, "page": page.field("page")}
    sent = browser.follow("/early-advice/mistake", typed)
    assert sent.heading == "Thank you for telling us"
    assert "Thursday 4 March 2027" in sent.text
    again = browser.post("/early-advice/mistake", typed)
    assert again.location.endswith("/sent")
    (alert,) = _all(MistakeAlert)
    shown = browser.get(f"/early-advice/mistake/{alert.reference}")
    assert MARKUP in shown.text
    assert "<script>alert" not in shown.html
    assert not shown.has_button("I have seen this")


def test_both_tick_and_one_of_them_says_what_comes_of_it(client_of: Clients, people: People) -> None:
    alert = told(people.author)
    address = f"/early-advice/mistake/{alert.reference}"
    manager, sca = client_of(people.manager), client_of(people.sca)
    assert "See what Alan Author told you early" in manager.get("/").text
    page = manager.follow(f"{address}/seen")
    assert page.text.count("not yet") == 1
    urgent = {str(box["value"]) for box in page.soup.find_all("input", attrs={"name": "outcome"})}
    assert urgent == {"take_down"}
    assert "Send it to the data protection officer" in page.text
    late = manager.post(f"{address}/seen", status=409)
    assert "Mary Manager" in late.text
    sca.follow(f"{address}/seen")
    assert "Say what comes of what Alan Author told you" in sca.get("/").text
    bad = sca.post(f"{address}/decide", {"outcome": "advice"}, status=422)
    assert bad.errors == ["Enter what the person is to do or to know"]
    done = sca.follow(f"{address}/decide", {"outcome": "advice", "words": "Thank you. Look at the date."})
    assert "Advice, by Sally Keeper" in done.text
    late = manager.post(f"{address}/decide", {"outcome": "corrected"}, status=409)
    assert "Sally Keeper" in late.text
    assert "Look at the date." in client_of(people.author).get(address).text


def test_nobody_else_learns_that_there_is_an_alert(client_of: Clients, people: People) -> None:
    """HR, the data protection officer before it is theirs, a stranger: the same answer as for none."""
    alert = told(people.author)
    for person in (people.hr, people.hr_manager, people.dpo, people.stranger, people.head):
        browser = client_of(person)
        there, none = browser.look(f"/early-advice/mistake/{alert.reference}"), browser.look(NOTHING)
        assert there.status == none.status == 404
        assert there.response.data == none.response.data
        assert alert.reference not in browser.get("/early-advice/for-me").html
        for act in ("seen", "decide", "taken-down", "personal-data", "report", "officer"):
            assert browser.look(f"/early-advice/mistake/{alert.reference}").status == 404
            browser.post(f"/early-advice/mistake/{alert.reference}/{act}", status=404)


def test_whoever_sent_it_decides_nothing(client_of: Clients, people: People) -> None:
    """Whatever their roles."""
    alert = told(people.sca)
    browser, address = client_of(people.sca), f"/early-advice/mistake/{alert.reference}"
    for act in ("seen", "decide"):
        browser.post(f"{address}/{act}", {"outcome": "corrected"}, status=403)
    for act in ("report", "officer"):
        browser.get(f"{address}/{act}", status=403)
        browser.post(f"{address}/{act}", {"why": "x", "at_risk": "no"}, status=403)
    assert client_of(people.deputy).get(address).has_button("I have seen this")


def test_taking_down_and_personal_data(client_of: Clients, people: People) -> None:
    """Both of one alert, each with its own date and duty, before the second reader; the author confirms that it is down, the
    data protection officer records what was found.
    """
    down, data = told(people.author), told(people.author, personal_data="yes")
    manager, author, dpo = client_of(people.manager), client_of(people.author), client_of(people.dpo)
    for alert in (down, data):
        manager.follow(f"/early-advice/mistake/{alert.reference}/seen")
    words = {"outcome": "take_down", "words": "The picture with the names."}
    manager.follow(f"/early-advice/mistake/{down.reference}/decide", words)
    address = f"/early-advice/mistake/{data.reference}"
    assert "may have to be reported by 6 March 2027 at 10:00am. Do not wait" in manager.get(address).text
    bad = manager.post(f"{address}/decide", words, status=422)
    assert bad.errors == ["Select whether the data protection officer has to look at it"]
    bad = manager.post(f"{address}/decide", {**words, "to_officer": "no"}, status=422)
    assert bad.errors == ["Enter why the data protection officer need not look at it"]
    page = manager.follow(f"{address}/decide", {**words, "to_officer": "yes"})
    for said in ("It must come down, by Mary Manager", "By Mary Manager on 3 March", "With data protection", "4 March"):
        assert said in page.text, said
    assert "Send it to the data protection officer" not in page.text
    assert author.get("/").text.count("Take down what you told us of") == 2
    assert "Look at personal data in what Alan Author told of" in dpo.get("/").text
    listed = dpo.get("/early-advice/for-me")
    assert data.reference in listed.html
    assert down.reference not in listed.html
    assert "To be taken down With data protection" in " ".join(listed.text.split())
    assert "until 6 March 2027 at 10:00am" in dpo.get(address).text
    assert dpo.post(f"{address}/personal-data", {"answer": "reported"}, status=422).errors
    page = dpo.follow(f"{address}/personal-data", {"answer": "reported", "found": "IC-1"})
    assert "reported to the regulator" in page.text
    assert "IC-1" not in author.get(address).text
    dpo.post(f"{address}/personal-data", {"answer": "reported", "found": "Again"}, status=409)
    manager.post(f"{address}/personal-data", {"answer": "reported", "found": "Mine"}, status=403)
    assert author.get(address).has_button("It is taken down")
    assert "Confirmed on" in author.follow(f"{address}/taken-down", {"words": "Nobody shared it."}).text
    author.post(f"{address}/taken-down", {}, status=409)


def test_a_report_to_hr_is_known_to_its_maker_and_hr_alone(client_of: Clients, people: People) -> None:
    """Nothing on the alert differs for who sent it and for the other reader; HR reads that it was told early."""
    plain = settled(seen(told(people.author), people.manager, people.sca), people.sca, AlertOutcome.SETTLED, "")
    alert = settled(seen(told(people.author), people.manager, people.sca), people.sca, AlertOutcome.SETTLED, "")
    address = f"/early-advice/mistake/{alert.reference}"
    before = {one.id: client_of(one).get(address).text for one in (people.author, people.sca)}
    manager = client_of(people.manager)
    assert manager.post(f"{address}/report", {"why": ""}, status=422).errors
    receipt = manager.follow(f"{address}/report", {"why": "It named a resident.", "at_risk": "no"})
    (report,) = _all(BreachReport)
    assert report.reference in receipt.text
    assert report.subject == people.author
    assert "You reported this to Human Resources" in manager.get(address).text
    manager.post(f"{address}/report", {"why": "Again", "at_risk": "no"}, status=409)
    for person in (people.author, people.sca):
        page = client_of(person).get(address).text
        assert page == before[person.id]
        assert page.replace(alert.reference, "X") == client_of(person).get(
            f"/early-advice/mistake/{plain.reference}").text.replace(plain.reference, "X")  # fmt: skip
    shown = client_of(people.hr).get(f"/breach-reports/{report.reference}")
    assert "Told early" in shown.text
    assert "told of this by themselves on" in shown.text
    assert "Noticed by them on 3 March 2027" in shown.text


def test_hr_counts_what_was_told_early_and_can_take_it_back(client_of: Clients, people: People) -> None:
    alert = seen(told(people.author), people.sca)
    sca = client_of(people.sca)
    sca.follow(f"/early-advice/mistake/{alert.reference}/report", {"why": "It named a resident.", "at_risk": "no"})
    (report,) = _all(BreachReport)
    hr, act = client_of(people.hr), f"/early-advice/told-early/{report.reference}/{alert.reference}"
    assert "Counts here" in hr.follow(f"{act}/count").text
    hr.post(f"{act}/count", status=409)
    assert "Counts here" not in hr.follow(f"{act}/take-back").text
    hr.post(f"{act}/take-back", status=409)
    assert "Counts here" in hr.follow(f"{act}/count").text
    hr.post(f"{act}/other", status=404)
    hr.post(f"/early-advice/told-early/{report.reference}/CCCC-CCCC-CCCC/count", status=404)
    for person in (people.sca, people.author, people.manager, people.stranger):
        client_of(person).post(f"{act}/count", status=404)


def test_hr_reads_what_was_told_on_the_day_of_the_report_after_it(client_of: Clients, people: People) -> None:
    """HR decides what it counts for; and an alert of years ago is there as promised."""
    told(people.author, at=clock.at_local(date(2024, 5, 7), 10))
    alert = seen(told(people.author, at=NOW - timedelta(days=1)), people.sca)
    promise = "if this is ever reported, Human Resources sees that you told us first"
    assert promise in client_of(people.author).get(f"/early-advice/mistake/{alert.reference}").text
    why = {"why": "It named a resident.", "at_risk": "no"}
    client_of(people.sca).follow(f"/early-advice/mistake/{alert.reference}/report", why)
    (report,) = _all(BreachReport)
    hr, address = client_of(people.hr), f"/breach-reports/{report.reference}"
    page = hr.get(address).text
    assert "by themselves, before this was reported. Who" in page
    assert "7 May 2024" in page
    after = told(people.author, at=NOW + timedelta(hours=1))
    page = hr.get(address).text
    assert "by themselves, before this was reported or on the same day." in page
    assert page.count("told on the same day, after the report. Whether they knew of the report by then, and what it") == 1
    assert "Counts here" in hr.follow(f"/early-advice/told-early/{report.reference}/{after.reference}/count").text


def test_asking_first(client_of: Clients, people: People) -> None:
    browser, manager = client_of(people.author), client_of(people.manager)
    assert "Ask before I post" in browser.get("/").text
    page = browser.get("/early-advice/ask")
    bad = browser.post("/early-advice/ask", {"post": MARKUP, "seat": "manager"}, status=422)
    assert bad.errors == ["Enter what you are not sure about"]
    typed = {"post": MARKUP, "doubt": "Is it public?", "seat": "manager", "page": page.field("page")}
    shown = browser.follow("/early-advice/ask", typed)
    browser.post("/early-advice/ask", typed)
    (question,) = _all(AdviceQuestion)
    assert MARKUP in shown.text
    assert "<script>alert" not in shown.html
    assert "5 March 2027" in shown.text
    address = f"/early-advice/ask/{question.reference}"
    assert "Answer Alan Author, who asks before posting" in manager.get("/").text
    assert manager.post(f"{address}/answer", {"verdict": "do_not_post"}, status=422).errors == [
        "Enter what should change, or why it should not be posted"
    ]
    page = manager.follow(f"{address}/answer", {"verdict": "do_not_post", "answer": "Not yet."})
    assert "Please do not post it" in page.text
    manager.post(f"{address}/answer", {"verdict": "go_ahead"}, status=409)
    browser.post(f"{address}/withdraw", status=409)
    assert "Not yet." in browser.get(address).text
    for person in (people.sca, people.hr, people.stranger, people.dpo):
        client_of(person).get(address, status=404)
        client_of(person).post(f"{address}/answer", {"verdict": "go_ahead"}, status=404)
        client_of(person).post(f"{address}/withdraw", status=404)
    browser.post(f"{address}/answer", {"verdict": "go_ahead"}, status=403)


def test_a_question_is_taken_back(client_of: Clients, people: People) -> None:
    question = asked(people.author, seat=Seat.SCA)
    address = f"/early-advice/ask/{question.reference}"
    assert "Withdrawn" in client_of(people.author).follow(f"{address}/withdraw").text
    client_of(people.sca).post(f"{address}/answer", {"verdict": "go_ahead"}, status=404)
    client_of(people.sca).get(address, status=404)


def test_declaring_without_a_name(client_of: Clients, people: People) -> None:
    browser, manager = client_of(people.author), client_of(people.manager)
    page = browser.get("/early-advice/declare")
    typed = {
        "connection": "former", "where": "Facebook", "words": "We played football.", "at_risk": "no", "marker": "Rita Tan",
        "page": page.field("page"),
    }  # fmt: skip
    bad = browser.post("/early-advice/declare", typed, status=422)
    assert bad.errors == [
        "“Rita Tan” may be a name. If it is the person’s, take it out. If it is not, select the box to say so"
    ]
    assert "names nobody" not in page.text
    shown = browser.follow("/early-advice/declare", {**typed, "marker": "R.T."})
    (one,) = _all(DeclarationOfInterest)
    assert "To be decided" in shown.text
    assert "10 March 2027" in shown.text
    address = f"/early-advice/declare/{one.reference}"
    assert "Decide on Alan Author’s declaration" in manager.get("/").text
    assert manager.post(f"{address}/review", {"action": "unlink"}, status=422).errors
    manager.follow(f"{address}/review", {"action": "unlink", "reasons": "You know the family through work."})
    manager.post(f"{address}/review", {"action": "may_stay", "reasons": "x"}, status=409)
    assert "End the connection online that you declared" in browser.get("/").text
    browser.post(f"{address}/still-holds", status=409)
    assert "3 March 2028" in browser.follow(f"{address}/done").text
    browser.follow(f"{address}/still-holds")
    assert "No longer holds" in browser.follow(f"{address}/over").text
    browser.post(f"{address}/over", status=409)
    browser.post(f"{address}/nothing", status=404)
    for person in (people.sca, people.hr, people.stranger, people.dpo):
        client_of(person).get(address, status=404)
        client_of(person).post(f"{address}/review", {"action": "may_stay", "reasons": "x"}, status=404)
    manager.post(f"{address}/over", status=403)


def test_what_bears_on_safety_goes_to_hr_and_hr_alone(client_of: Clients, make: Factory, people: People) -> None:
    lead = make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = declared(people.author, at_risk="unknown")
    address = f"/early-advice/declare/{one.reference}"
    hr = client_of(people.hr)
    assert "See whether Alan Author’s declaration bears on somebody’s safety" in hr.get("/").text
    assert "4 March 2027" in hr.get(address).text
    client_of(lead).get(address, status=404)
    hr.follow(f"{address}/hr", {"answer": "passed_on", "words": "Spoke to her at noon."})
    hr.post(f"{address}/hr", {"answer": "no_concern", "words": "x"}, status=409)
    assert "Spoke to her at noon." in client_of(lead).get(address).text
    for person in (people.author, people.manager):
        page = client_of(person).get(address)
        assert "Spoke to her" not in page.text
        assert "recorded what Human Resources did" not in page.text
        assert "passed on" not in page.text
    client_of(people.manager).post(f"{address}/hr", {"answer": "no_concern", "words": "x"}, status=403)


def test_a_profile_check_is_seen_by_nobody_else(client_of: Clients, people: People) -> None:
    """Its address is the same for everybody and shows the reader's own; no other page names it."""
    browser = client_of(people.author)
    bad = browser.post("/early-advice/profile", {"note": "x" * 1100}, status=422)
    assert bad.errors
    page = browser.follow("/early-advice/profile", {"lines": ["accurate", "respectful"], "note": f"Old post {MARKUP}"})
    assert "There is something to put right" in page.text
    assert "Old post" in page.text
    assert "<script>alert" not in page.html
    assert "3 March 2028" in page.text
    assert "3 March 2028" not in browser.follow("/early-advice/profile/stop").text
    browser.post("/early-advice/profile/stop", status=409)
    for person in people.everybody:
        if person.id != people.author.id:
            other = client_of(person)
            for path in ("/", "/early-advice/profile", "/early-advice/", "/early-advice/for-me", "/duties/mine"):
                assert "Old post" not in other.get(path).text
                assert "3 March 2027" not in other.get(path).text


@pytest.mark.parametrize(("path", "number"), [("declare", "7.6"), ("profile", "7.8")])
def test_the_rule_that_a_page_names_is_a_link_to_it(client_of: Clients, people: People, path: str, number: str) -> None:
    browser = client_of(people.author)
    (link,) = browser.get(f"/early-advice/{path}").soup.select(".app-rule a")
    assert str(link["href"]).endswith(f"/{number}")
    assert "#p-" in browser.get(str(link["href"]), status=303).location


def test_where_the_policy_has_no_such_track_there_is_none(
    client_of: Clients, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation(), "pack_name", "rudheath-and-witton-together")
    browser = client_of(people.author)
    for path in ("declare", "profile"):
        browser.get(f"/early-advice/{path}", status=404)
    page = browser.get("/early-advice/")
    assert "connected online" not in page.text
    assert "Ask before I post something" in page.text
    alert = told(people.author)
    assert [one.seat for one in alert.receipts] == [Seat.SCA]


@pytest.mark.parametrize("number", [1, 12])
def test_pages_ask_a_fixed_number_of_queries(client_of: Clients, people: People, number: int) -> None:
    for _ in range(number):
        alert, question = told(people.author), asked(people.author)
        one = declared(people.author, at_risk="yes")
    seen(alert, people.manager)
    most = {
        "/early-advice/": 4, "/early-advice/for-me": 4, "/early-advice/for-me?show=questions": 4,
        "/early-advice/for-me?show=declarations": 4, f"/early-advice/mistake/{alert.reference}": 8,
        f"/early-advice/ask/{question.reference}": 8, f"/early-advice/declare/{one.reference}": 8,
        "/early-advice/mistake": 8, "/early-advice/ask": 8, "/early-advice/declare": 8, "/early-advice/profile": 4,
    }  # fmt: skip
    references = (alert.reference, question.reference, one.reference)
    told_of = [path for path in most if "for-me" in path or path.endswith(references)]
    for person, paths in ((people.author, most), (people.manager, told_of)):
        browser = client_of(person)
        for path in paths:
            with counted_queries() as asked_for:
                browser.get(path)
            assert len(asked_for) <= most[path], (path, len(asked_for), asked_for)


def test_a_case_shows_its_officers_what_counts_and_hr_what_may(client_of: Clients, make: Factory) -> None:
    """The owner counts it beside the allegations; the investigator reads it once it counts; the person's words nobody."""
    world = case_at(make, CaseStatus.INVESTIGATING)
    report = world.case.report
    alert = told(world.subject, at=report.received_at - timedelta(hours=1))
    address = f"/hr-cases/{world.case.reference}/allegations"
    with clock.set_to(world.at):
        owner, investigator = client_of(world.case.owner), client_of(world.case.investigator)
        page = owner.get(address)
        assert "Told early" in page.text
        assert alert.what not in page.text
        assert "Told early" not in investigator.get(address).text
        owner.post(f"/early-advice/told-early/{report.reference}/{alert.reference}/count")
        page = investigator.get(address)
        assert "Counts here" in page.text
        assert not page.soup.select("form[action*='told-early']")


def test_what_hr_takes_to_the_safeguarding_lead_is_theirs_with_a_date_and_a_receipt(
    client_of: Clients, make: Factory, people: People
) -> None:
    """On their first page and in their list, with a form; HR reads who took it over, the person and the manager nothing."""
    lead_person = make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = declared(people.author, at_risk="yes")
    address, hr, lead = f"/early-advice/declare/{one.reference}", client_of(people.hr), client_of(lead_person)
    lead.post(f"{address}/take-over", {"words": "x"}, status=404)
    assert "No declaration has come" in lead.get("/early-advice/for-me?show=declarations").text
    page = hr.follow(f"{address}/hr", {"answer": "passed_on", "words": "Spoke to her at noon."})
    assert "to be taken over by 4 March 2027" in page.text
    line = "Take over Alan Author’s declaration: somebody may need protection"
    assert line in lead.get("/").text
    assert line not in hr.get("/").text
    assert "Something waits for the safeguarding lead" in lead.get("/messages").text
    assert "Alan Author" in lead.get("/early-advice/for-me").text
    hr.post(f"{address}/take-over", {"words": "x"}, status=403)
    assert lead.get(address).has_button("Take it over")
    assert lead.post(f"{address}/take-over", {}, status=422).errors == ["Enter what you do about it"]
    assert "By Lena Lead on 3 March 2027" in lead.follow(f"{address}/take-over", {"words": "I spoke to the family."}).text
    lead.post(f"{address}/take-over", {"words": "x"}, status=409)
    assert line not in lead.get("/").text
    assert "I spoke to the family." in hr.get(address).text
    assert "What you passed on has been taken over" in hr.get("/messages").text
    for person in (people.author, people.manager):
        page = client_of(person).get(address)
        for words in ("I spoke to the family.", "took it over", "Lena Lead", "Safeguarding lead"):
            assert words not in page.text
        client_of(person).post(f"{address}/take-over", {"words": "x"}, status=403)


def test_nothing_is_passed_on_where_no_safeguarding_lead_is_there(client_of: Clients, make: Factory, people: People) -> None:
    """Nobody holds the role, or every one of them has a part in it: HR reads what to do, and what it wrote is kept."""
    one = declared(people.author, at_risk="yes")
    address, hr = f"/early-advice/declare/{one.reference}", client_of(people.hr)
    typed = {"answer": "passed_on", "words": "Spoke to the manager."}
    bad = hr.post(f"{address}/hr", typed, status=422)
    assert bad.errors[0].startswith("Nobody is the safeguarding lead. Ask your administrator to appoint one.")
    assert bad.field("words") == "Spoke to the manager."
    make.keep(RoleAssignment(person_id=people.manager.id, role=Role.SAFEGUARDING_LEAD, since=TODAY))
    close = make.person("Close", Role.SAFEGUARDING_LEAD)
    relate(close, people.author, RelationshipKind.FAMILY, by=None, at=NOW)
    db.session.commit()
    bad = hr.post(f"{address}/hr", typed, status=422)
    assert bad.errors[0].startswith("Every safeguarding lead has a part in this.")
    assert db.session.get_one(DeclarationOfInterest, one.id).hr_answer is None
    assert "recorded" in hr.follow(f"{address}/hr", {**typed, "answer": "no_concern"}).text


@pytest.mark.parametrize(
    ("where", "words", "marker", "asked_about"),
    [
        ("Facebook", "We were at Oakham School together", "", "Oakham School"),
        ("Facebook", "I know them from St Peters Church", "", "St Peters"),
        ("Facebook", "I met Siân Llŷr there", "", "Siân Llŷr"),
        ("Facebook", "Zoë Öztürk is my neighbour", "", "Zoë Öztürk"),
        ("Facebook", "They know J. O’Brien", "", "J O’Brien"),
        ("Facebook group of Jane Smith", "We sing together", "", "Jane Smith"),
        ("Facebook", "We sing together", "jane smith", "jane smith"),
        ("Facebook", "We sing together. We met there. I Was late", "K.M.", ""),
        ("Facebook", "We sing together", "Ref 2027/114", ""),
        ("Facebook", "We sing together", "ABCD-12", ""),
    ],
)
def test_what_looks_like_a_name_is_asked_about_and_not_refused(
    client_of: Clients, people: People, where: str, words: str, marker: str, asked_about: str
) -> None:
    """In all three fields and in letters with marks; who says that it is none sends it as it is."""
    browser, typed = client_of(people.author), {"where": where, "words": words, "marker": marker}
    form = {"connection": "former", "at_risk": "no", **typed}
    if asked_about:
        bad = browser.post("/early-advice/declare", form, status=422)
        assert f"“{asked_about}” may be a name" in bad.errors[0]
        assert bad.field("words") == words
        form = {**form, "names_nobody": "y"}
    browser.post("/early-advice/declare", form)
    (one,) = _all(DeclarationOfInterest)
    assert (one.where, one.words, one.marker) == (where, words, marker)


@pytest.mark.parametrize("what", [told, declared])
def test_hr_records_a_manager_without_learning_what_waits(
    client_of: Clients, make: Factory, people: People, what: Callable[[Person], Any]
) -> None:
    """A day, but neither the moment nor how long there is: each kind has a time of its own (policy 6.3)."""
    alone = make.person("Alma Alone")
    one = what(alone)
    page = client_of(people.hr_manager).get(f"/early-advice/people/{alone.id}/manager")
    due_on = one.due_on if isinstance(one, MistakeAlert) else one.review_by
    assert uk_weekday_date(due_on) in page.text
    assert "How was this worked out?" in page.text
    for words in ("10:00am", "3 March", "working day", "istake", "eclar", "sent on"):
        assert words not in page.text, words
