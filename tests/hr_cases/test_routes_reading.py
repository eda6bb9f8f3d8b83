"""The pages of a case: who reads them, who learns nothing, what they show, and what they cost."""

import io
from collections.abc import Callable
from datetime import date

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask, url_for

from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import db
from app.hr_cases import queries
from app.hr_cases.models import CaseStatus
from app.hr_cases.routes.acts import ACTS, acts_open_to
from app.people.models import DeclaredRelationship, RelationshipKind, Role
from tests.factories import Factory
from tests.hr_cases.at_stage import READERS, TABS, address, world_at
from tests.hr_cases.factories import (
    PNG,
    a_statement,
    an_exhibit,
    bring_to,
    case_at,
    complete,
    draft,
    opened,
    people_and_report,
)
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
OTHERS = ("reporter", "subject", "line_manager", "stranger")
S = CaseStatus


@pytest.mark.parametrize("stage", list(CaseStatus))
def test_every_page_opens_for_its_readers_at_every_stage(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Owner, HR manager, investigator, and whoever was appointed by then; what each reads there: test_who_sees_what.

    An investigator whose report was accepted reads the investigation, and neither a next step nor a later stage.
    """
    world = world_at(make, stage)
    people = world.everybody()
    with clock.set_to(world.at):
        for name in READERS:
            reads = world.case.can_be_read_by(people[name])
            browser = client_of(people[name])
            for tab in TABS if name == "owner" else TABS[:1]:
                page = browser.get(address(world, tab), status=200 if reads else 404)
                assert ("OFFICIAL-SENSITIVE" in page.text) is reads
                if name == "investigator" and reads:
                    is_over = world.case.has_ended_for(people[name])
                    assert ("You handed this over" in page.text) is is_over
                    assert ("Next step" in page.text) is not is_over


@pytest.mark.parametrize("told", [True, False])
def test_for_all_others_a_case_is_the_same_as_no_case(make: Factory, client_of: ClientOf, told: bool) -> None:
    """The same bytes and headers for stranger, reporter, subject, manager and register keeper, guessed or not."""
    world = case_at(make, S.INVESTIGATING, tells=told, files=1)
    keeper = make.person("Kit Keeper", Role.SCA, Role.DEPUTY_SCA, Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO)
    not_appointed = make.person("Nia", Role.INVESTIGATOR, Role.DECISION_MAKER, Role.APPEAL_OFFICER, Role.HR_INTAKE)
    pages = [*TABS, "/access", "/evidence/1", "/evidence/1/original", "/report.pdf", "/tell-subject", "/allegations/1"]
    for person in [world.everybody()[name] for name in OTHERS] + [keeper, not_appointed]:
        browser = client_of(person)
        for tab in pages:
            real = browser.get(address(world, tab), status=404).response
            guessed = browser.get(f"/hr-cases/CCCC-DDDD-FFFF{tab}", status=404).response
            assert real.data == guessed.data
            assert list(real.headers) == list(guessed.headers)
        posted = browser.post(address(world, "/tell-subject"), status=404).response
        assert posted.data == browser.post("/hr-cases/CCCC-DDDD-FFFF/tell-subject", status=404).response.data
        assert b"csrf" not in posted.data


def test_method_slash_and_size_do_not_depend_on_existence(make: Factory, client_of: ClientOf) -> None:
    """What is answered before the look-up is answered alike."""
    world = case_at(make, S.OPENED)
    browser = client_of(world.stranger)
    for reference in (world.case.reference, "CCCC-DDDD-FFFF"):
        assert browser.browser.delete(f"/hr-cases/{reference}").status_code == 405
        assert browser.browser.get(f"/hr-cases/{reference}/").status_code == 404
        assert browser.browser.post(f"/hr-cases/{reference}/tell-subject").status_code == 400
        too_large = {"file": (io.BytesIO(b"x" * (21 * 1024 * 1024)), "a.txt")}
        answer = browser.browser.post(f"/hr-cases/{reference}/add-evidence", data=too_large)
        assert answer.status_code == 413


def test_a_manager_who_becomes_close_to_a_party_is_walled_off(make: Factory, client_of: ClientOf) -> None:
    """The wall stands inside the look-up, and the list forgets the case."""
    world = case_at(make, S.INVESTIGATING)
    browser = client_of(world.manager)
    assert world.case.reference in browser.get("/hr-cases/").text
    browser.get(address(world))
    relation = DeclaredRelationship(
        person_id=world.manager.id, other_id=world.subject.id, kind=RelationshipKind.CLOSE_FRIEND, since=date(2027, 1, 1)
    )
    make.keep(relation)
    browser.get(address(world), status=404)
    assert world.case.reference not in browser.get("/hr-cases/").text


@pytest.mark.parametrize("stage", list(CaseStatus))
def test_buttons_stand_exactly_where_the_predicate_says_so(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Every link to an act on the overview is one that this reader may do now, and its page opens."""
    world = world_at(make, stage)
    with clock.set_to(world.at):
        for name in READERS:
            person = world.everybody()[name]
            if not world.case.can_be_read_by(person):
                continue
            notice = next(reversed(queries.notices(world.case)), None)
            offered = {act.endpoint for act in acts_open_to(world.case, person, clock.today(), notice)}
            browser = client_of(person)
            links = {str(a["href"]) for a in browser.get(address(world)).soup.select("main a[href]")}
            for act in ACTS:
                path = address(world, "/" + act.endpoint.replace("_", "-"))
                if act.endpoint in offered:
                    assert path in links, act.endpoint
                    browser.get(path)
                else:
                    assert path not in links, act.endpoint


def test_the_investigator_has_the_investigation_and_nothing_of_what_followed(
    make: Factory, client_of: ClientOf
) -> None:
    """Each reader's copy says whose it is; the outcome is not in the investigator's (domain 3.11)."""
    world = world_at(make, S.DECIDED)
    words = {}
    with clock.set_to(world.at):
        for name in ("owner", "investigator", "decision_maker"):
            answer = client_of(world.everybody()[name]).get(address(world, "/report.pdf"))
            pages = pypdf.PdfReader(io.BytesIO(answer.response.data)).pages
            words[name] = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "written warning" in words["owner"]
    assert "written warning" in words["decision_maker"]
    assert "written warning" not in words["investigator"]
    assert "Copy 4: investigator" in words["investigator"]


def test_every_page_is_written_down_before_it_leaves(make: Factory, client_of: ClientOf) -> None:
    """Each page of a case adds one line to the log of reads; the owner sees it, nobody else does."""
    world = case_at(make, S.INVESTIGATING, files=1)
    browser = client_of(world.investigator)

    def lines() -> int:
        of_case = sa.select(sa.func.count()).select_from(ReadEvent).where(ReadEvent.actor_id == world.investigator.id)
        return int(db.session.execute(of_case).scalar_one())

    for tab in TABS:
        before = lines()
        browser.get(address(world, tab))
        assert lines() == before + 1
    browser.get(address(world, "/access"), status=404)
    browser.get(address(world, "/evidence/1/original"))
    page = client_of(world.owner).get(address(world, "/access"))
    assert "Ian Investigator" in page.text
    assert "downloaded an exhibit" in page.text


def test_a_page_whose_reading_cannot_be_written_is_not_shown(
    make: Factory, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No log, no page."""
    world = case_at(make, S.OPENED)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr("app.hr_cases.routes.common.record_read", fails)
    with pytest.raises(RuntimeError):
        client_of(world.owner).get(address(world))


@pytest.mark.parametrize("tab", [*TABS, "/allegations/1", "/evidence/1", "/meetings/statements/1", "/access"])
def test_a_page_costs_at_most_eight_queries_however_much_it_holds(make: Factory, client_of: ClientOf, tab: str) -> None:
    """The same number with little and with much."""
    counts = []
    for much in (1, 12):
        world = people_and_report(make, files=1)
        opened(world, *(draft(wording=f"It is alleged that he did thing {n}.") for n in range(much)))
        bring_to(world, S.INVESTIGATING)
        for number in range(much):
            an_exhibit(world, title=f"Post {number}")
            a_statement(world, make.person(), words=f"I saw it {number}.")
        browser = client_of(world.owner)
        path = address(world, tab)
        browser.get(path)
        with counted_queries() as asked:
            browser.get(path)
        counts.append(len(asked))
        assert len(asked) <= 8, asked
    assert counts[0] == counts[1]


@pytest.mark.parametrize("stage", [S.DECIDED, S.APPEALED, S.CLOSED])
def test_late_stages_cost_no_more(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """The overview with decision, outcome and appeal stays within the same budget."""
    world = world_at(make, stage)
    with clock.set_to(world.at):
        browser = client_of(world.owner)
        for tab in TABS:
            path = address(world, tab)
            with counted_queries() as asked:
                browser.get(path)
            assert len(asked) <= 8, (tab, asked)


def test_the_list_costs_four_queries_with_ten_cases_and_with_many(make: Factory, client_of: ClientOf) -> None:
    """Core rows, paged by key."""
    manager = make.person("Mona", Role.HR_MANAGER)
    browser = client_of(manager)
    counts = []
    for _ in range(2):
        for _ in range(15):
            opened(people_and_report(make))
        browser.get("/hr-cases/")
        with counted_queries() as asked:
            page = browser.get("/hr-cases/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4
    older = page.soup.find("a", rel="next")
    assert older is not None
    assert browser.get(str(older["href"])).soup.select("tbody tr")


def test_the_list_filters_by_stage(make: Factory, client_of: ClientOf) -> None:
    """The filter lives in the address; a stage that does not exist is no filter."""
    world = case_at(make, S.PLANNING)
    browser = client_of(world.owner)
    assert world.case.reference in browser.get("/hr-cases/?stage=planning").text
    assert world.case.reference not in browser.get("/hr-cases/?stage=heard").text
    assert world.case.reference in browser.get("/hr-cases/?stage=nonsense").text


def test_markup_is_shown_as_text(make: Factory, client_of: ClientOf) -> None:
    """What somebody typed never becomes part of the page."""
    world = people_and_report(make)
    nasty = "<script>alert(1)</script> & <b>bold</b>"
    opened(world, draft(wording=nasty))
    bring_to(world, S.INVESTIGATING)
    an_exhibit(world, title=nasty, transcript=nasty, address="javascript:alert(1)")
    a_statement(world, world.reporter, words=nasty, present=nasty)
    browser = client_of(world.owner)
    for tab in ("", "/allegations", "/allegations/1", "/evidence", "/evidence/1", "/meetings/statements/1", "/letters"):
        page = browser.get(address(world, tab))
        assert "<script>alert(1)" not in page.html
        assert not page.soup.select("main b")
        assert not page.soup.select("a[href^='javascript']")
        assert nasty in page.text or tab == "/letters"


def test_an_exhibit_is_a_picture_in_isolation_and_a_logged_download(make: Factory, client_of: ClientOf) -> None:
    """Inline only for pictures, sandboxed and not sniffed; the original with its bytes and a name without case words."""
    world = case_at(make, S.INVESTIGATING, files=1)
    an_exhibit(world)
    browser = client_of(world.investigator)
    page = browser.get(address(world, "/evidence/1"))
    assert page.soup.find("img")["src"] == address(world, "/evidence/1/picture")
    picture = browser.get(address(world, "/evidence/1/picture")).response
    original = browser.get(address(world, "/evidence/1/original")).response
    for answer in (picture, original):
        assert answer.data == PNG
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "image/png"
    assert picture.headers["Content-Disposition"] == f'inline; filename="{world.case.reference}-E1.png"'
    assert original.headers["Content-Disposition"].startswith("attachment")
    without_file = browser.get(address(world, "/evidence/2"))
    assert "You are a liar." in without_file.text
    browser.get(address(world, "/evidence/2/original"), status=404)
    browser.get(address(world, "/evidence/9"), status=404)


def test_the_report_as_a_pdf_is_named_by_its_reference_only(make: Factory, client_of: ClientOf) -> None:
    """From the accepted report on, for each of its readers; logged."""
    world = case_at(make, S.REPORT_REVIEW)
    client_of(world.owner).get(address(world, "/report.pdf"), status=404)
    bring_to(world, S.ACCEPTED)
    for reader in (world.owner, world.manager, world.investigator):
        answer = client_of(reader).get(address(world, "/report.pdf")).response
        assert answer.data.startswith(b"%PDF")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{world.case.reference}.pdf"'
    assert "opened the case report" in client_of(world.owner).get(address(world, "/access")).text


def test_a_draft_of_the_report_is_seen_by_its_author_only(make: Factory, client_of: ClientOf) -> None:
    """Others see a version from its submission on (domain 3.11)."""
    world = case_at(make, S.INVESTIGATING)
    complete(world)
    db.session.commit()
    assert "I looked at the post." in client_of(world.investigator).get(address(world, "/report")).text
    client_of(world.owner).get(address(world, "/report"), status=404)
    assert "the account is his" not in client_of(world.owner).get(address(world, "/allegations/1")).text
    bring_to(world, S.REPORT_REVIEW)
    assert "I looked at the post." in client_of(world.owner).get(address(world, "/report")).text


def test_who_reported_is_not_named_to_those_who_decide(make: Factory, client_of: ClientOf) -> None:
    """Owner, HR manager and investigator know; decision maker and appeal officer read "the reporter"."""
    world = world_at(make, S.NOTIFIED)
    for person, knows in ((world.owner, True), (world.investigator, True), (world.decision_maker, False)):
        assert ("Rita Reporter" in client_of(person).get(address(world, "/people")).text) is knows


def test_the_next_step_names_what_by_when_and_who(make: Factory, client_of: ClientOf) -> None:
    """Whoever does it has the button; the others read who does it."""
    world = case_at(make, S.PLANNING)
    page = client_of(world.owner).get(address(world))
    assert "Next step: approve the plan, by Wednesday 10 March 2027" in page.text
    assert "Ian Investigator does this." in page.text
    assert not page.has_button("Write down the plan")
    assert client_of(world.investigator).get(address(world)).has_button("Write down the plan")


def test_the_menu_has_cases_for_case_workers_only(make: Factory, client_of: ClientOf) -> None:
    """Nobody else can tell that the room exists."""
    world = case_at(make, S.OPENED)
    assert client_of(world.owner).get("/").soup.find("a", string="Cases")
    assert not client_of(world.subject).get("/").soup.find("a", string="Cases")
    client_of(world.subject).get("/hr-cases/", status=404)



@pytest.mark.parametrize("stage", list(CaseStatus))
def test_the_rail_shows_what_was_and_when(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Every stage that is done carries its date, and what this case never had is not ticked."""
    world = world_at(make, stage)
    with clock.set_to(world.at):
        rail = client_of(world.owner).get(address(world)).soup.select(".app-stages__item")
    assert all(item.select_one(".app-stages__date") for item in rail if "app-stages__item--done" in item["class"])
    texts = [" ".join(item.get_text(" ").split()).partition(" :")[0] for item in rail]
    if stage in (S.FINAL, S.CLOSED):
        assert ("Appeal" in texts) is (queries.appeal(world.case) is not None)
    assert not {"Informal steps", "Hearing"} <= set(texts)


@pytest.mark.parametrize("stage", [S.OPENED, S.REPORT_REVIEW, S.NOTIFIED, S.CLOSED])
def test_every_page_about_people_carries_the_marking(
    make: Factory, client_of: ClientOf, app: Flask, stage: CaseStatus
) -> None:
    """Every GET page of reports and cases that opens for its reader, but those that say nothing of anybody."""
    world = world_at(make, stage)
    silent = {
        "breach_reports.before_you_start", "breach_reports.receipt", "breach_reports.mine", "breach_reports.throw_away",
    }  # fmt: skip
    values = {"reference": world.case.reference, "number": 1, "step": "who"}
    marked, missing = set(), set()
    with clock.set_to(world.at):
        for person in (world.owner, world.subject, world.investigator, world.decision_maker):
            browser = client_of(person)
            for rule in app.url_map.iter_rules():
                if rule.endpoint.partition(".")[0] not in ("breach_reports", "hr_cases") or "GET" not in rule.methods:
                    continue
                if rule.arguments - set(values) or rule.endpoint in silent:
                    continue
                given = dict(values)
                if rule.endpoint.startswith("breach_reports."):
                    given["reference"] = world.report.reference
                with app.test_request_context():
                    path = url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
                answer = browser.browser.get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    (marked if b"app-marking" in answer.data else missing).add(rule.endpoint)
    assert missing == set()
    assert {"breach_reports.queue", "breach_reports.show", "hr_cases.index", "hr_cases.show"} <= marked
