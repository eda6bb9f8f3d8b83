"""The case report built from records: each stage, who is named, files checked, queries counted."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app.breach_reports.models import Route
from app.core import clock
from app.core.audit import kind_named
from app.core.db import db
from app.documents.parts import PageBreak
from app.hr_cases.documents import case_report, render_case_report
from app.hr_cases.documents.chronology import place_of
from app.hr_cases.documents.contents import ChronologyRow
from app.hr_cases.documents.exhibits import UNCHANGED, UNREADABLE
from app.hr_cases.documents.records import ONLY_IN_THE_AUDIT, records_of
from app.hr_cases.documents.rendering import parts_of
from app.hr_cases.models import Case, CaseStatus, CaseToAnswer, EvidenceItem
from tests.conftest import NOW
from tests.documents.reading import flat, page_texts
from tests.evidence import a_pdf
from tests.factories import Factory
from tests.hr_cases.at_stage import world_at
from tests.hr_cases.factories import World, a_statement, an_exhibit, attach, case_at, opened, people_and_report
from tests.hr_cases.stages import accepted_case, closed, people_for, with_decision
from tests.pages import counted_queries

AT = NOW + timedelta(days=1)


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (300, 200), "#1d3d5c").save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize("act", ONLY_IN_THE_AUDIT)
def test_every_act_asked_of_the_audit_is_one_that_is_recorded(act: str) -> None:
    """A report that asks for an act of another name would print nobody."""
    assert kind_named(act).name == act


def test_an_opened_case_is_a_draft_with_empty_sections(make: Factory) -> None:
    world = case_at(make, CaseStatus.OPENED)
    said = case_report(world.case, at=AT, reader=world.owner)
    assert (said.title, said.version, said.issued_at, said.investigation) == (
        "Investigation report", "Not yet written", None, None,
    )  # fmt: skip
    assert [row.what for row in said.chronology][:1] == ["Report received by Human Resources"]
    assert "DRAFT" in page_texts(render_case_report(said))[0]


def test_an_accepted_report_is_issued_at_its_acceptance(make: Factory) -> None:
    world = case_at(make, CaseStatus.ACCEPTED)
    said = case_report(world.case, at=AT, reader=world.owner)
    assert said.issued_at == world.kept["report"].reviewed_at
    assert said.investigator == "Ian Investigator"
    assert said.commissioned_by == "Mary HR-Manager"
    assert said.terms == "Find out what was posted."
    assert [part.finding for part in said.allegations] == ["Established", "Established"]
    assert [len(part.cites) for part in said.allegations] == [1, 1]
    assert said.investigation is not None
    assert said.investigation.recommendation == "Formal action"
    text = flat("".join(page_texts(render_case_report(said))))
    assert "Issued 3 March 2027 at 10:00am" in text
    assert "DRAFT" not in text


def test_the_same_records_give_the_same_bytes(make: Factory) -> None:
    world = case_at(make, CaseStatus.ACCEPTED, files=1)
    first = render_case_report(case_report(world.case, at=AT, reader=world.owner))
    db.session.expire_all()
    assert render_case_report(case_report(world.case, at=AT, reader=world.owner)) == first


def test_the_reporter_is_named_nowhere_even_as_a_witness(make: Factory) -> None:
    world = case_at(make, CaseStatus.INVESTIGATING)
    an_exhibit(world, transcript="Rita Reporter: I will tell Human Resources.")
    a_statement(world, world.reporter, words="I am rita reporter and I saw it.", present="Rita Reporter")
    said = case_report(world.case, at=AT, reader=world.owner)
    assert said.statements[0].person == "The reporter"
    assert said.exhibits[0].transcript.startswith("[the reporter]: I will")
    assert "rita" not in repr(said).casefold()
    assert "Statement S1 taken: The reporter" in [row.what for row in said.chronology]


def test_files_are_opened_checked_and_drawn(make: Factory, app: Flask) -> None:
    world = _with_files(make, png(), png(), b"One line.\nAnother <b>line</b>.", a_pdf())
    said = case_report(world.case, at=AT, reader=world.owner)
    files = [exhibit.file for exhibit in said.exhibits]
    assert all(file is not None and file.check == UNCHANGED for file in files)
    assert [len(file.pictures) for file in files if file] == [1, 1, 0, 0]
    assert files[2] is not None
    assert files[2].text == "One line.\nAnother <b>line</b>."


def test_a_file_that_is_gone_or_altered_says_so(make: Factory, app: Flask) -> None:
    world = _with_files(make, png(), png())
    items = sorted(case_items(world.case), key=lambda item: item.number)
    folder = Path(app.instance_path) / "evidence"
    (folder / items[0].stored_as[:2] / items[0].stored_as).unlink()
    altered = folder / items[1].stored_as[:2] / items[1].stored_as
    altered.write_bytes(altered.read_bytes()[:-1] + b"x")
    said = case_report(world.case, at=AT, reader=world.owner)
    assert [exhibit.file.check for exhibit in said.exhibits if exhibit.file] == [UNREADABLE, UNREADABLE]
    assert render_case_report(said)


def test_pauses_are_told_with_their_reason(make: Factory) -> None:
    said = case_report((world := case_at(make, CaseStatus.PAUSED)).case, at=AT, reader=world.owner)
    assert any(row.what.startswith("Case paused because of sickness: Sam is ill.") for row in said.chronology)


def test_a_closed_case_tells_all_that_followed(make: Factory) -> None:
    people = people_for(make)
    case = accepted_case(make, people)
    closed(case, people)
    said = case_report(case, at=AT, reader=people.owner)
    after = said.afterwards
    assert said.title == "Case report"
    assert after is not None
    assert after.outcome is not None
    assert after.closing is not None
    assert said.issued_at is not None
    assert said.issued_at >= (case.closed_at or NOW)
    only = case_report(case, at=AT, reader=people.investigator)
    assert only.title == "Investigation report"
    assert only.ending == ("Allegation 1: proved.",)
    assert only.afterwards is None
    assert not [row for row in only.chronology if "Outcome" in row.what or "Hearing" in row.what]
    assert "After the investigation" in flat("".join(page_texts(render_case_report(said))))


def test_a_draft_says_once_that_nothing_is_recommended_yet(make: Factory) -> None:
    """Neither the recommendation nor its reasons are there, and one line says so."""
    world = case_at(make, CaseStatus.INVESTIGATING)
    parts = list(parts_of(case_report(world.case, at=AT, reader=world.owner)))
    headings = [getattr(part, "text", "") for part in parts]
    assert headings.index("10. Other matters") - headings.index("9. Recommendation") == 2


def test_each_line_of_the_chronology_says_who_did_it(make: Factory) -> None:
    """Also where no record but the audit keeps that; a letter stands behind the act that issued it."""
    world = world_at(make, CaseStatus.CLOSED)
    rows = case_report(world.case, at=AT, reader=world.owner).chronology
    assert [row.what for row in rows if not row.by] == []
    what = [row.what for row in rows]
    for act, letter in (
        ("Person concerned told of the investigation", "Letter issued: Notice of the investigation"),
        ("Outcome decided", "Letter issued: Outcome"),
    ):
        assert what.index(act) < what.index(letter)


def test_who_closes_a_case_without_a_hearing_is_named(make: Factory) -> None:
    """A case is closed by its closing list, or by the decision that leaves nothing for a hearing."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, CaseToAnswer.NO_CASE)
    (row,) = (row for row in case_report(case, at=AT, reader=people.owner).chronology if row.what == "Case closed")
    assert row.by == people.decision_maker.name


@pytest.mark.parametrize("more", [0, 8])
def test_queries_do_not_grow_with_the_case(make: Factory, more: int) -> None:
    world = case_at(make, CaseStatus.INVESTIGATING)
    for number in range(1 + more):
        an_exhibit(world, title=f"Post {number}")
        a_statement(world, make.person(f"Witness {number}"))
    reference = world.case.id
    db.session.expire_all()
    case, owner = db.session.get(Case, reference), world.owner
    assert case is not None
    with counted_queries() as statements:
        said = case_report(case, at=AT, reader=owner)
    assert len(said.exhibits) == 1 + more
    assert len(statements) <= 30


def _with_files(make: Factory, *contents: bytes) -> World:
    """A case opened from a report with these files."""
    world = people_and_report(make)
    for number, content in enumerate(contents, start=1):
        attach(world.report, number, content)
    assert world.report.decisions[-1].route is Route.CASE
    opened(world)
    return world


def case_items(case: Case) -> list[EvidenceItem]:
    return records_of(case).evidence


def test_a_day_without_a_time_stands_after_what_came_before_it_was_written_down() -> None:
    """A statement taken today stands after the morning's letter; one written down days later ends its day."""
    day = date(2027, 3, 10)
    morning, noon, afternoon = (clock.at_local(day, hour) for hour in (9, 12, 15))
    same_day = ChronologyRow(day, "Statement taken", noted_at=noon)
    later = ChronologyRow(day, "Hearing held", noted_at=clock.at_local(date(2027, 3, 12), 9))
    rows = [later, ChronologyRow(afternoon, "Letter issued"), same_day, ChronologyRow(morning, "Told")]
    said = [row.what for row in sorted(rows, key=place_of)]
    assert said == ["Told", "Statement taken", "Letter issued", "Hearing held"]


def test_parts_follow_each_other_without_pages_of_a_heading_alone(make: Factory) -> None:
    """A new page begins where the report begins, and for each picture; nowhere else."""
    world = case_at(make, CaseStatus.ACCEPTED)
    said = case_report(world.case, at=AT, reader=world.owner)
    parts = list(parts_of(said))
    before = [parts[i + 1].text for i, one in enumerate(parts[:-1]) if isinstance(one, PageBreak)]
    assert [text for text in before if not text.startswith("Exhibit")] == ["1. Summary"]

