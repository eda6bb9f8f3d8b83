"""The truth table of domain 3.11: capacity, section of the file, stage; and pages, lists, files and PDF that keep to it."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from app.core import clock
from app.core.db import commit, db
from app.core.sealing import SealedText
from app.hr_cases import queries
from app.hr_cases.documents.said_by import said_by
from app.hr_cases.models import CaseStatus, Reader, Section
from app.hr_cases.queries import case_list
from tests.factories import Factory
from tests.hr_cases.at_stage import TABS, address, own_address, world_at
from tests.hr_cases.factories import World, a_statement, an_exhibit, case_at
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S, R = CaseStatus, Reader
BEFORE = (S.OPENED, S.PLANNING, S.INVESTIGATING, S.PAUSED, S.REPORT_REVIEW)
AFTER = tuple(stage for stage in S if stage not in BEFORE)
HR = {"owner", "manager"}
INVESTIGATES, DECIDES = HR | {"investigator"}, HR | {"decision_maker", "appeal_officer"}
OFFICERS = INVESTIGATES | DECIDES
TABLE: dict[Section, tuple[set[str], tuple[CaseStatus, ...]]] = {
    Section.ALLEGATIONS: (OFFICERS | {"subject"}, tuple(S)),
    Section.EVIDENCE: (OFFICERS | {"subject"}, tuple(S)),
    Section.EVERY_FILE: (INVESTIGATES, tuple(S)),
    Section.STATEMENTS: (OFFICERS | {"subject"}, tuple(S)),
    Section.DRAFT: ({"investigator"}, tuple(S)),
    Section.SUBMITTED: (INVESTIGATES, tuple(S)),
    Section.REPORT: (OFFICERS | {"subject"}, AFTER),
    Section.AFTERWARDS: (DECIDES, AFTER),
    Section.ENDING: (OFFICERS | {"subject"}, (S.FINAL, S.CLOSED)),
    Section.APPEAL_PAPERS: (HR | {"appeal_officer"}, (S.DECIDED, S.APPEALED, S.FINAL, S.CLOSED)),
    Section.REPORTER: (INVESTIGATES, tuple(S)),
    Section.READINGS: ({"owner"}, tuple(S)),
}
APPOINTED = {
    "owner": tuple(S),
    "manager": tuple(S),
    "investigator": tuple(S)[1:],
    "decision_maker": (S.INFORMAL, S.HEARING_SET_UP, S.NOTIFIED, S.HEARD, S.DECIDED, S.APPEALED, S.FINAL, S.CLOSED),
    "appeal_officer": (S.APPEALED,),
    "subject": tuple(S)[1:],
}
"""At which stages somebody has their part in the worlds of these tests; the subject is told while it is planned."""


@pytest.mark.parametrize("stage", list(S))
def test_the_table_of_who_sees_what(make: Factory, stage: CaseStatus) -> None:
    """Each capacity, each section, each stage; reporter, line manager and strangers see nothing."""
    world = world_at(make, stage)
    for name, person in world.everybody().items():
        has_part = stage in APPOINTED.get(name, ())
        assert (world.case.read_as(person) is not None) is has_part, name
        for section, (readers, stages) in TABLE.items():
            expected = has_part and name in readers and stage in stages
            assert world.case.shows(section, person) is expected, (name, section)


def _text(browser: PageClient, path: str) -> str:
    answer = browser._send("get", path)
    if answer.mimetype != "application/pdf":
        main = re.search(r"<main.*</main>", answer.get_data(as_text=True), re.S) if answer.status_code == 200 else None
        return re.sub(r"<[^>]+>", " ", main[0]) if main else ""
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)


def _paths(app: Flask, world: World) -> list[str]:
    """Every address of the case that a GET answers, with every number and id that there is."""
    case = world.case
    ids = [one.id for one in queries.letters(case)]
    values: dict[str, list[Any]] = {"number": [1, 2, 3], "letter_id": ids, "part_id": [p.id for p in case.matter.parties]}

    def of(rule: Rule) -> list[str]:
        asked = rule.arguments - {"reference"}
        name = next(iter(asked), None)
        chosen: list[dict[str, Any]] = [{name: value} for value in values[name]] if name else [{}]
        return [url_for(rule.endpoint, reference=case.reference, **one) for one in chosen]

    with app.test_request_context():
        rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("hr_cases.") and "GET" in (r.methods or ())]
        return [path for r in rules if "reference" in r.arguments and r.endpoint != "hr_cases.open" for path in of(r)]


@pytest.mark.parametrize("stage", [S.NOTIFIED, S.APPEALED, S.CLOSED])
def test_nothing_of_what_followed_is_told_to_the_investigator(
    make: Factory, client_of: ClientOf, app: Flask, stage: CaseStatus
) -> None:
    """Every page, file and form that they can fetch reads the same as on the day of the acceptance; the list too."""
    world = world_at(make, S.ACCEPTED)
    paths = [path for path in _paths(app, world) if "/about-me/" not in path]
    investigator = client_of(world.investigator)
    then = {path: _text(investigator, path) for path in paths}
    rows = case_list(world.investigator, on=clock.local_day(world.at)).rows
    from tests.hr_cases.at_stage import _AFTER

    _AFTER[stage](world)
    db.session.commit()
    later = [path for path in _paths(app, world) if "/about-me/" not in path]
    with clock.set_to(world.at + timedelta(days=1)):
        investigator = client_of(world.investigator)
        for path in later:
            now = _text(investigator, path)
            if path in then and not path.endswith("report.pdf") and not (stage is S.CLOSED and path == address(world)):
                assert _undated(now) == _undated(then[path]), path
            assert not [word for word in ("Dora Decider", "Abe Appeals", "written warning", "Room 4") if word in now], path
        assert investigator._send("get", address(world, "/meetings/meeting.ics")).status_code == 404
        shown = _text(investigator, address(world))
        assert ("Allegation 1: proved." in shown) is (stage is S.CLOSED)
        assert ("Allegation 1: proved." in _text(investigator, address(world, "/report.pdf"))) is (stage is S.CLOSED)
        assert case_list(world.investigator, on=clock.today()).rows == rows
        assert "Dora Decider" in _text(client_of(world.owner), address(world, "/people"))


def _undated(text: str) -> str:
    return " ".join(text.split())


def _names(words: str) -> str:
    return f"{words}: Rita Reporter (rita.reporter@old.example), Ms Reporter, R. Reporter; Rita_Reporter.png, RitaReporter"


@pytest.mark.parametrize("stage", [S.ACCEPTED, S.NOTIFIED, S.HEARD, S.APPEALED])
def test_nobody_who_decides_and_not_the_subject_reads_who_reported(
    make: Factory, client_of: ClientOf, app: Flask, stage: CaseStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever text names the reporter, on any page or in the PDF; owner and investigator do read it.

    But for the words of the person concerned and the reader's own: those tell what somebody believes (test_own_words).
    """
    world = world_at(make, S.INVESTIGATING, files=1)
    an_exhibit(world)
    a_statement(world, world.reporter)
    from tests.hr_cases.at_stage import _AFTER
    from tests.hr_cases.factories import bring_to
    from tests.hr_cases.stages import with_decision_maker

    bring_to(world, S.ACCEPTED)
    if stage is S.ACCEPTED:
        with_decision_maker(world.case, world)  # type: ignore[arg-type]
    else:
        _AFTER[stage](world)
    db.session.commit()
    world.reporter.email = "rita.reporter@demo.example"
    db.session.commit()
    read = SealedText.__get__

    def naming(self: SealedText, item: Any, owner: Any = None) -> Any:
        found = read(self, item, owner)
        is_case_text = item is not None and type(item).__module__.startswith("app.hr_cases")
        is_free = is_case_text and said_by(item, self.column.removesuffix("_sealed")) in speak_freely
        return _names(found) if is_case_text and not is_free and isinstance(found, str) else found

    speak_freely: set[Any] = set()
    monkeypatch.setattr(SealedText, "__get__", naming)
    paths = _paths(app, world)
    with clock.set_to(world.at):
        for name in ("decision_maker", "appeal_officer", "subject"):
            browser = client_of(world.everybody()[name])
            speak_freely.clear()
            speak_freely.update((world.subject.id, world.everybody()[name].id))
            for path in paths:
                text = _without_own_words(browser, path)
                assert not re.search("rita|ms reporter|r. reporter", text, re.I), (name, path, text)
        assert "Rita Reporter" in _text(client_of(world.owner), address(world, "/allegations/1"))
        assert "Rita Reporter" in _text(client_of(world.investigator), address(world, "/report"))
        assert "[the reporter]" in _text(client_of(world.decision_maker), address(world, "/report"))


BEGINNINGS = ("/", "//", "http://", "@", "“", "'", "(", " ", "\n", "-", "")
"""How a text may begin; none of them makes it an address of the service."""


def test_however_a_text_begins_and_if_it_is_the_name_alone(make: Factory, client_of: ClientOf) -> None:
    """A statement, a transcript and a title that begin like an address, a handle or a quotation, or end with the name."""
    world = case_at(make, S.INVESTIGATING)
    world.reporter.email = "rita.reporter@demo.example"
    names = ("Rita Reporter", "rita.reporter")
    for text in [f"{beginning}{name}{end}" for beginning in BEGINNINGS for name in names for end in ("", " says so")]:
        an_exhibit(world, title=text, transcript=text)
        a_statement(world, world.stranger, words=text, present=text)
    from tests.hr_cases.at_stage import _AFTER
    from tests.hr_cases.factories import bring_to

    bring_to(world, S.ACCEPTED)
    _AFTER[S.NOTIFIED](world)
    db.session.commit()
    with clock.set_to(world.at):
        pages = [(world.subject, own_address(world, "/papers")), (world.decision_maker, address(world, "/evidence"))]
        pages += [(world.decision_maker, address(world, f"/meetings/statements/{number}")) for number in range(1, 45)]
        pages += [(world.decision_maker, address(world, f"/evidence/{number}")) for number in range(1, 45)]
        for person, path in pages:
            assert not re.search("rita", client_of(person).get(path).text, re.I), path
        assert "[the reporter]" in client_of(world.subject).get(own_address(world, "/papers")).text


def _without_own_words(browser: PageClient, path: str) -> str:
    """A page without what the reader typed into a form themselves."""
    answer = browser._send("get", path)
    if answer.mimetype != "text/html":
        return _text(browser, path) if answer.mimetype == "application/pdf" else ""
    return re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", answer.get_data(as_text=True), flags=re.S)


def test_who_decides_has_the_files_that_the_subject_may_have(make: Factory, client_of: ClientOf) -> None:
    """A file of the report is open to HR and the investigator; to others after HR looked at it, in pages and PDF."""
    world = case_at(make, S.ACCEPTED, files=1)
    from tests.hr_cases.stages import with_decision_maker

    with_decision_maker(world.case, world)  # type: ignore[arg-type]
    db.session.commit()
    pages = [address(world, f"/evidence/1/{kind}") for kind in ("picture", "original")]
    for person, opens in ((world.owner, True), (world.investigator, True), (world.decision_maker, False)):
        browser = client_of(person)
        assert [browser._send("get", path).status_code for path in pages] == ([200, 200] if opens else [404, 404])
        assert ("not part of this copy" in _text(browser, address(world, "/report.pdf"))) is not opens
    client_of(world.owner).post(address(world, "/evidence/1/release"), {"manner": "file"})
    assert client_of(world.decision_maker)._send("get", pages[0]).status_code == 200


def test_only_the_owner_reads_who_read(make: Factory, client_of: ClientOf) -> None:
    """The log of readings stands on the page of an exhibit too (3.11: nobody else)."""
    world = case_at(make, S.INVESTIGATING, files=1)
    for person in (world.manager, world.investigator, world.owner):
        page = client_of(person).get(address(world, "/evidence/1"))
        assert ("Who opened it" in page.text) is (person is world.owner)


def test_a_former_officer_finds_nothing(make: Factory, client_of: ClientOf) -> None:
    """Whoever handed over their part has the constant page, and no row in their list."""
    world = case_at(make, S.INVESTIGATING)
    for party in world.case.matter.parties:
        if party.person_id == world.investigator.id:
            party.until = world.at + timedelta(minutes=1)
    commit()
    assert world.case.read_as(world.investigator) is None
    assert case_list(world.investigator, on=clock.local_day(world.at)).rows == []
    for tab in (*TABS, "/report.pdf", "/evidence/1"):
        client_of(world.investigator).get(address(world, tab), status=404)


def test_a_late_act_tells_the_investigator_nothing_of_what_followed(make: Factory, client_of: ClientOf) -> None:
    """The refusal names the last step that is for them; what is not theirs is refused alike at every stage."""
    world = world_at(make, S.CLOSED)
    with clock.set_to(world.at):
        browser = client_of(world.investigator)
        page = browser.get(address(world, "/write-report"), status=409)
        assert "accepted" in page.text
        assert "closed" not in page.text
        for act in ("judge-companion", "postpone", "judge-late-appeal", "decide-appeal", "closing"):
            browser.get(address(world, f"/{act}"), status=403)


def test_the_subject_reads_the_papers_and_nothing_of_the_officers_pages(make: Factory, client_of: ClientOf) -> None:
    """Told, but no officer."""
    world = world_at(make, S.NOTIFIED)
    with clock.set_to(world.at):
        browser = client_of(world.subject)
        browser.get(own_address(world, "/papers"))
        for tab in TABS:
            browser.get(address(world, tab), status=404)
