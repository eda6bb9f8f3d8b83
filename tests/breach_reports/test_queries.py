"""Who sees which report, the queue, and finding people."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from app.breach_reports.models import BreachReport, ReportStatus, Route, YesNoUnknown
from app.breach_reports.operations import (
    acknowledge_report,
    answer_referral,
    mark_case_opened,
    name_subject,
    route_report,
    second_closing,
)
from app.breach_reports.operations.messages import RECEIVED
from app.breach_reports.queries import (
    QUEUE_PAGE,
    QueueFilter,
    count_queue,
    evidence_for,
    may_see,
    own_report,
    people_called,
    queue_page,
    report_for,
    reports_of,
    same_address,
    visible_to,
)
from app.core.db import db
from app.core.errors import NothingHere
from app.core.outbox import OutboxMessage, messages_page, notify
from app.core.paging import Cursor
from app.core.plain_letters import PlainLetters, plain_letters
from app.matters.models import Capacity as Part
from app.matters.operations import add_party
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role
from tests.breach_reports.factories import a_report, decided, in_triage
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import counted_queries
from tests.plans import plan_of

TODAY = NOW.date()
OPEN = QueueFilter()


def _seen_in_lists(person: Person) -> set[str]:
    return {row.reference for dealt in (False, True) for row in queue_page(person, TODAY, QueueFilter(dealt))[0]}


def _world(make: Factory) -> tuple[list[Person], list[BreachReport]]:
    """Everybody with a role, some concerned in some reports, and reports in every state."""
    people = [make.person(role.value, role) for role in Role]
    by_role = dict(zip(Role, people, strict=True))
    intake, manager, owner = (by_role[r] for r in (Role.HR_INTAKE, Role.HR_MANAGER, Role.HR_CASE_OWNER))
    friend, nobody, reporter = make.person("friend", Role.HR_MANAGER), make.person("nobody"), make.person("reporter")
    make.keep(
        DeclaredRelationship(person_id=friend.id, other_id=manager.id, kind=RelationshipKind.FAMILY, since=TODAY)
    )
    yes = YesNoUnknown.YES
    reports = [
        a_report(reporter),
        a_report(intake),
        a_report(reporter, subject=manager),
        a_report(manager, subject=owner),
        in_triage(reporter, intake, subject=nobody),
        decided(in_triage(reporter, intake), intake, Route.WHISTLEBLOWING),
        decided(in_triage(reporter, intake, person_at_risk=yes), intake, Route.SAFEGUARDING),
        decided(in_triage(reporter, intake), intake, Route.NO_FURTHER_ACTION),
        decided(in_triage(reporter, intake, subject=by_role[Role.SAFEGUARDING_LEAD]), manager, Route.ADVICE),
    ]
    everybody = a_report(reporter, subject=intake)
    for officer in (manager, owner, friend):
        add_party(everybody.matter, officer, Part.WITNESS, at=NOW)
    alone = in_triage(reporter, intake)
    for officer in (manager, owner, friend):
        add_party(alone.matter, officer, Part.WITNESS, at=NOW)
    db.session.commit()
    decided(alone, intake, Route.NO_FURTHER_ACTION)
    db.session.commit()
    return [*people, friend, nobody, reporter], [*reports, everybody, alone]


def test_list_single_look_up_act_and_count_agree(make: Factory) -> None:
    """For everybody and every report: what the queue shows, one look-up, the acts' own question and the count."""
    people, reports = _world(make)
    seen_at_all = 0
    for person in people:
        listed = _seen_in_lists(person)
        single = {r.reference for r in reports if report_for(r.reference, person, TODAY) is not None}
        asked = {r.reference for r in reports if may_see(r, person, TODAY)}
        counted = sum(count_queue(person, TODAY, QueueFilter(dealt)).all for dealt in (False, True))
        assert listed == single == asked, person.name
        assert counted == len(listed)
        seen_at_all += len(listed)
    assert seen_at_all > 20


def test_who_sees_what(make: Factory) -> None:
    """The table of domain 3.11 for reports, line by line."""
    people, reports = _world(make)
    by_name = {person.name: person for person in people}
    names = ("new", "by-intake", "about-manager", "by-manager-about-owner", "triage", "whistle", "safe", "closing",
             "advice", "all-walled", "lone-proposer")  # fmt: skip
    named = dict(zip(names, reports, strict=True))

    def seen(name: str) -> set[str]:
        return {key for key, report in named.items() if may_see(report, by_name[name], TODAY)}

    assert seen("hr_intake") == set(names) - {"by-intake", "whistle", "all-walled"}
    assert seen("hr_manager") == {"new", "by-intake", "triage", "safe", "closing", "advice"}
    assert seen("hr_case_owner") == {"new", "by-intake", "about-manager", "triage", "safe", "closing", "advice"}
    assert seen("friend") == {"new", "by-intake", "triage", "safe", "closing", "advice"}
    assert seen("independent") == {"all-walled", "lone-proposer"}
    assert seen("whistleblowing_officer") == {"whistle"}
    assert seen("safeguarding_lead") == {"safe"}
    for nobody in ("sca", "deputy_sca", "auditor", "administrator", "dpo", "ict", "investigator", "nobody", "reporter"):
        assert seen(nobody) == set()


def test_the_wall_falls_retroactively(make: Factory) -> None:
    """An officer who had it open yesterday and is named today finds nothing any more, in no list and no count."""
    hr, other = make.person(None, Role.HR_INTAKE), make.person(None, Role.HR_INTAKE)
    report = in_triage(make.person(), hr)
    assert report_for(report.reference, hr, TODAY) is not None
    add_party(report.matter, hr, Part.SUBJECT, at=NOW)
    db.session.commit()
    assert report_for(report.reference, hr, TODAY) is None
    assert queue_page(hr, TODAY, OPEN)[0] == []
    assert count_queue(hr, TODAY, OPEN).all == 0
    assert count_queue(other, TODAY, OPEN).all == 1


def test_a_stand_in_loses_sight_when_an_officer_is_back(make: Factory) -> None:
    """The independent person sees it only as long as no officer may."""
    independent, subject = make.person(None, Role.INDEPENDENT), make.person(None, Role.HR_INTAKE)
    report = a_report(make.person(), subject=subject)
    assert may_see(report, independent, TODAY)
    make.person(None, Role.HR_MANAGER, last_working_day=TODAY - timedelta(days=1))
    assert may_see(report, independent, TODAY)
    make.person(None, Role.HR_MANAGER)
    assert not may_see(report, independent, TODAY)


def test_late_and_new_first(make: Factory) -> None:
    """By the next date; ended reports are elsewhere, newest first; the count says how many are late."""
    hr, reporter = make.person("Hr", Role.HR_INTAKE), make.person()
    old = a_report(reporter, at=NOW - timedelta(days=12))
    new, waiting = a_report(reporter), in_triage(reporter, hr)
    done = decided(in_triage(reporter, hr), hr, Route.ADVICE)
    rows, following = queue_page(hr, TODAY, OPEN)
    assert [row.reference for row in rows] == [r.reference for r in (old, new, waiting)]
    assert following is None
    assert (count_queue(hr, TODAY, OPEN).all, count_queue(hr, TODAY, OPEN).late) == (3, 1)
    assert [r.has_it for r in rows] == [None, None, "Hr"]
    assert [row.reference for row in queue_page(hr, TODAY, QueueFilter(dealt_with=True))[0]] == [done.reference]


def test_filters(make: Factory) -> None:
    """By state and by rule."""
    hr, reporter = make.person(None, Role.HR_INTAKE), make.person()
    bully = a_report(reporter, category="BULLY")
    waiting = in_triage(reporter, hr, category="HARASS")
    for which, expected in (
        (QueueFilter(status=ReportStatus.TRIAGE), {waiting.reference}),
        (QueueFilter(category="BULLY"), {bully.reference}),
        (QueueFilter(status=ReportStatus.TRIAGE, category="BULLY"), set()),
    ):
        assert {row.reference for row in queue_page(hr, TODAY, which)[0]} == expected
        assert count_queue(hr, TODAY, which).all == len(expected)


@pytest.mark.parametrize("dealt_with", [False, True])
def test_paging_by_key_shows_everything_once(make: Factory, dealt_with: bool) -> None:
    """Also where many came in the same second; a key that cannot be read begins at the top."""
    hr, reporter = make.person(None, Role.HR_INTAKE), make.person()
    for number in range(QUEUE_PAGE + 7):
        report = a_report(reporter, at=NOW - timedelta(days=number // 5))
        if dealt_with:
            report.next_due, report.status = None, ReportStatus.CLOSED
    db.session.commit()
    which = QueueFilter(dealt_with)
    first, following = queue_page(hr, TODAY, which)
    assert following is not None
    second, end = queue_page(hr, TODAY, which, after=following)
    assert end is None
    assert len({row.id for row in first} | {row.id for row in second}) == QUEUE_PAGE + 7
    for wrong in ("x", "_", "2027-01-01", "2027-01-01_1_2", "9999-99-99_20270101T000000_" + "0" * 32):
        assert queue_page(hr, TODAY, which, after=wrong)[0][0] == first[0]


def test_the_queue_reads_an_index(make: Factory) -> None:
    """No sorting and no reading of the whole table, on both databases."""
    hr = make.person(None, Role.HR_INTAKE)
    for which in (OPEN, QueueFilter(status=ReportStatus.TRIAGE), QueueFilter(category="BULLY")):
        plan = plan_of(
            sa.select(BreachReport.id)
            .where(*which.conditions(), visible_to(hr, TODAY))
            .order_by(BreachReport.next_due, BreachReport.received_at, BreachReport.id)
            .limit(26)
        )
        assert "ix_breach_report" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "Sort" not in plan, plan


def test_own_reports_say_nothing_about_anybody(make: Factory) -> None:
    """Reference, when sent, when closed: and only one's own, whatever role one holds."""
    hr, reporter = make.person(None, Role.HR_INTAKE), make.person()
    report = a_report(reporter, subject=make.person())
    (row,) = reports_of(reporter)
    assert set(row._fields) == {"reference", "received_at", "closed_at"}
    assert reports_of(hr) == []
    assert own_report(report.reference.lower().replace("-", " "), reporter) is not None
    for reference in (report.reference, "CCCC-CCCC-CCCC", "x", ""):
        assert own_report(reference, hr) is None


def test_a_reference_is_read_as_people_write_it(make: Factory) -> None:
    """Small letters and blanks do not matter; nonsense finds nothing."""
    hr = make.person(None, Role.HR_INTAKE)
    report = a_report(make.person())
    assert report_for(report.reference.lower().replace("-", ""), hr, TODAY) is not None
    for reference in ("", "x", "' OR 1=1", "CCCC-CCCC-CCCC", "0" * 12):
        assert report_for(reference, hr, TODAY) is None
        assert evidence_for(reference, 1, hr, TODAY) is None


def test_the_same_address_shows_only_what_the_reader_may_see(make: Factory) -> None:
    """Two reports of one post are found by the mark; one about the reader is not."""
    hr, reporter = make.person(None, Role.HR_INTAKE), make.person()
    one, two = (a_report(reporter, address="https://x.com/post") for _ in range(2))
    a_report(reporter, address="x.com/post/", subject=hr)
    assert [row.reference for row in same_address(one, hr, TODAY)] == [two.reference]
    assert same_address(a_report(reporter), hr, TODAY) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sian", {"Siân O'Dowda"}),
        ("O’Dowda siân", {"Siân O'Dowda"}),
        ("lucja", {"Łucja Nowińska"}),
        ("NOWINSKA", {"Łucja Nowińska"}),
        ("suryani", {"Suryani"}),
        ("an", {"Siân O'Dowda", "Suryani"}),
        ("tudur", {"Gwilym Ap-Tudurson"}),
        ("nobody", set()),
        ("", set()),
        ("%", set()),
        ("gone", set()),
        ("Nowińska, Łucja", {"Łucja Nowińska"}),
        ("NOWINSKA ŁUCJA", {"Łucja Nowińska"}),
        ("Ms Łucja M. Nowińska", {"Łucja Nowińska"}),
        ("ODowda", {"Siân O'Dowda"}),
        ("Gwilym Ap Tudurson", {"Gwilym Ap-Tudurson"}),
        ("gap@demo.example", {"Gwilym Ap-Tudurson"}),
        ("GAP@Demo.Example", {"Gwilym Ap-Tudurson"}),
        ("Gwilym <gap@demo.example>, Museums", {"Gwilym Ap-Tudurson"}),
        ("mailto:gap@demo.example.", {"Gwilym Ap-Tudurson"}),
        ("lucja.nowinska@elsewhere.example", {"Łucja Nowińska"}),
        ("left@demo.example", set()),
    ],
)
def test_people_are_found_as_people_spell(make: Factory, typed: str, found: set[str]) -> None:
    """Without marks, in any order, part of a name; who has left is not offered."""
    for name in ("Siân O'Dowda", "Łucja Nowińska", "Suryani"):
        make.person(name)
    make.person("Gwilym Ap-Tudurson", email="gap@demo.example")
    make.person("Gone Away", email="left@demo.example", last_working_day=TODAY - timedelta(days=1))
    assert {row.name for row in people_called(typed, TODAY)} == found


@pytest.mark.parametrize("typed", ["gone", "gone@demo.example", "Gonzo Gone"])
def test_hr_finds_whoever_has_left_too(make: Factory, typed: str) -> None:
    """After those who work here, with their last day; only where it is asked for."""
    day_before = TODAY - timedelta(days=1)
    make.person("Aaron Gone", email="gone@demo.example", last_working_day=day_before)
    make.person("Gone Atonce", last_working_day=TODAY, left_at_once=True)
    make.person("Zoe Gone", last_working_day=TODAY)
    here, left = [("Zoe Gone", None)], [("Aaron Gone", day_before)]
    assert [(row.name, row.left_on) for row in people_called(typed, TODAY)] == here
    everybody = left if "@" in typed else [*here, *left, ("Gone Atonce", TODAY)]
    assert [(row.name, row.left_on) for row in people_called(typed, TODAY, with_leavers=True)] == everybody


OLGA = {"name": "Olga Van-Owner", "email": "o.vanowner@demo.example"}


@pytest.mark.parametrize(
    "said",
    [
        {"named": "o.vanowner@demo.example"},
        {"named": "O.VANOWNER@DEMO.EXAMPLE"},
        {"named": "olga.van.owner@private.example"},
        {"named": "VAN-OWNER, OLGA"},
        {"named": "Van Owner Olga"},
        {"named": "Olga"},
        {"named": "Mrs V. Owner"},
        {"who": "Somebody called Olga in HR"},
        {"who": "Write to o.vanowner@demo.example, she knows"},
        {"what_happened": "The page is by Olga Van-Owner, who is in HR."},
        {"what_happened": "It was sent from o.vanowner@demo.example."},
        {"address": "https://x.com/olga.van.owner/status/1"},
    ],
)
def test_an_officer_never_reads_a_report_that_may_be_about_them(make: Factory, said: dict[str, str]) -> None:
    """However the reporter wrote it and though nobody was chosen: by no page, list, count, file, message or act."""
    olga = make.person(OLGA["name"], Role.HR_MANAGER, Role.HR_INTAKE, email=OLGA["email"])
    hr, reporter = make.person("Hana Intake", Role.HR_INTAKE), make.person("Rita Reporter")
    report = a_report(reporter, **said)
    assert not may_see(report, olga, TODAY)
    assert may_see(report, hr, TODAY)
    assert report_for(report.reference, olga, TODAY) is None
    assert queue_page(olga, TODAY, QueueFilter())[0] == []
    assert count_queue(olga, TODAY, QueueFilter()).all == 0
    assert evidence_for(report.reference, 1, olga, TODAY) is None
    told = db.session.execute(sa.select(OutboxMessage.to_person_id)).scalars().all()
    assert olga.id not in told
    for act in (
        lambda: acknowledge_report(report, by=olga, at=NOW),
        lambda: name_subject(report, hr, by=olga, at=NOW),
        lambda: route_report(report, route=Route.NO_FURTHER_ACTION, reasons="x", by=olga, at=NOW),
    ):
        with pytest.raises(NothingHere):
            act()


def test_an_officer_whom_the_words_name_beside_the_subject_never_reads_it(make: Factory) -> None:
    """Somebody was chosen, and somebody else is said to have had a part in it; a first name alone is no reason."""
    olga = make.person(OLGA["name"], Role.HR_MANAGER, Role.HR_INTAKE, email=OLGA["email"])
    hana = make.person("Hana Intake", Role.HR_INTAKE)
    tom, reporter = make.person("Tomasz Chosen"), make.person("Rita Reporter")
    said = {"what_happened": "He posted it together with o.vanowner@demo.example, and I told Hana."}
    report = a_report(reporter, subject=tom, **said)
    assert report.subject == tom
    assert not may_see(report, olga, TODAY)
    assert may_see(report, hana, TODAY)


def test_where_every_officer_may_be_meant_the_independent_person_takes_it(make: Factory) -> None:
    """Nobody left in HR: the report is not lost, and none of them sees it."""
    officers = [make.person("Jo Bell", Role.HR_INTAKE), make.person("Jo Bell", Role.HR_MANAGER)]
    independent = make.person("Ines Independent", Role.INDEPENDENT)
    report = a_report(make.person("Rita Reporter"), named="jo bell", who="jo bell")
    assert not any(may_see(report, officer, TODAY) for officer in officers)
    assert may_see(report, independent, TODAY)


def test_somebody_chosen_is_the_only_one_meant(make: Factory) -> None:
    """Where the reporter chose a person, another of that name deals with it as before."""
    chosen, other = (make.person("Jo Bell", Role.HR_INTAKE) for _ in range(2))
    report = a_report(make.person("Rita Reporter"), named="Jo Bell", who="Jo Bell", subject=chosen)
    assert may_see(report, other, TODAY)
    assert not may_see(report, chosen, TODAY)
    assert report.possible_subjects == []


def test_home_shows_each_step_to_who_takes_it(app: object, make: Factory) -> None:
    """And to nobody whom the wall keeps out."""
    from app.duties.queries import desk_of

    hr, hr2, lead = make.person(None, Role.HR_INTAKE), make.person(None, Role.HR_MANAGER), make.person(
        None, Role.SAFEGUARDING_LEAD
    )
    reporter = make.person()
    with app.test_request_context():  # type: ignore[attr-defined]

        def lines(person: Person) -> list[str]:
            desk = desk_of(person, TODAY)
            return [item.text for item in (*desk.late, *desk.needs) if "report" in item.text.lower()]

        new = a_report(reporter)
        assert lines(hr) == [f"Confirm that report {new.reference} has arrived"]
        assert lines(reporter) == lines(lead) == []
        a_report(hr2, subject=hr)
        assert len(lines(hr)) == len(lines(hr2)) == 1
        closing = decided(in_triage(reporter, hr), hr, Route.NO_FURTHER_ACTION)
        wanted = f"Agree to close report {closing.reference}, or send it back"
        assert wanted in lines(hr2)
        assert wanted not in lines(hr)
        second_closing(closing, agrees=True, reasons="", by=hr2, at=NOW)
        safe = decided(in_triage(reporter, hr, person_at_risk=YesNoUnknown.YES), hr, Route.SAFEGUARDING)
        db.session.commit()
        assert lines(lead) == [f"Answer the referral of report {safe.reference}"]
        answer_referral(safe, reasons="x", by=lead, at=NOW)
        case = decided(in_triage(reporter, hr, subject=make.person()), hr, Route.CASE)
        db.session.commit()
        assert f"Decide where report {safe.reference} belongs" in lines(hr2)
        assert f"Open the case about report {case.reference}" in lines(hr2)
        mark_case_opened(case, by=hr2, at=NOW)
        db.session.commit()
        assert not any(case.reference in line for line in lines(hr2))


def test_a_search_for_people_is_one_limited_query(make: Factory) -> None:
    """Whatever number works here."""
    for number in range(30):
        make.person(f"Éva Nagy {number:02}")
    with counted_queries() as queries:
        found = people_called("eva NAGY", TODAY, most=5)
    assert [row.name for row in found] == [f"Éva Nagy {number:02}" for number in range(5)]
    assert len(queries) == 1
    assert "LIMIT" in str(queries[0]).upper()


@pytest.mark.parametrize(
    "name", ["Zoë Müller", "Ørjan Åsæther", "Straße Œuvre", "DŽENAN Čović", "O’Neil Anne-Lise", "OʼNeil O′Dowda ´n"]
)
def test_the_database_folds_letters_as_python_does(make: Factory, name: str) -> None:
    """On both databases."""
    person = make.person(name)
    folded = db.session.execute(sa.select(PlainLetters(Person.name)).where(Person.id == person.id)).scalar_one()
    assert folded == plain_letters(name)


def _finds_nothing(report: BreachReport, person: Person) -> bool:
    """No list, count, look-up or message tells this person of the report, and no act of triage is theirs."""
    walls = current_app.extensions["registries"].message_walls
    told = messages_page(person.id, TODAY, walls, Cursor()).rows
    hidden = report_for(report.reference, person, TODAY) is None
    assert (report.reference not in _seen_in_lists(person)) is hidden
    assert (count_queue(person, TODAY, OPEN).all == 0) is hidden
    assert (told == []) is hidden
    if hidden:
        for act in (
            lambda: acknowledge_report(report, by=person, at=NOW),
            lambda: name_subject(report, person, by=person, at=NOW),
            lambda: route_report(report, route=Route.ADVICE, reasons="They are told.", by=person, at=NOW),
        ):
            with pytest.raises(NothingHere):
                act()
    return hidden


@pytest.mark.parametrize("part", [Part.SUBJECT, Part.POSSIBLE_SUBJECT])
@pytest.mark.parametrize("role", [Role.HR_INTAKE, Role.HR_MANAGER, Role.HR_CASE_OWNER, Role.INDEPENDENT])
def test_the_line_manager_finds_nothing_whatever_their_role(make: Factory, role: Role, part: Part) -> None:
    """Of the person it is about, or may be about: the promise of the start page, and domain 3.11."""
    line_manager, other = make.person("Lena Line", role), make.person("Otto Officer", Role.HR_INTAKE)
    subject = make.person("Sam Subject", Role.HR_INTAKE, manager=line_manager)
    report = a_report(make.person("Rita Reporter"))
    add_party(report.matter, subject, part, at=NOW)
    db.session.commit()
    notify(line_manager.id, RECEIVED, report.id, at=NOW, number=2, matter_id=report.matter_id)
    db.session.commit()
    assert _finds_nothing(report, line_manager)
    assert not _finds_nothing(report, other)
    report.matter.parties[-1].until = NOW
    db.session.commit()
    assert may_see(report, line_manager, TODAY) is (role is not Role.INDEPENDENT)


def test_nobody_judges_a_report_about_somebody_above_them(make: Factory) -> None:
    """Officers anywhere below the person concerned find nothing; where none is left the independent person is told."""
    head = make.person("Hanna Head", Role.HR_MANAGER)
    middle = make.person("Mia Middle", Role.HR_CASE_OWNER, manager=head)
    officer = make.person("Otto Officer", Role.HR_INTAKE, manager=middle)
    independent, reporter = make.person("Ina Independent", Role.INDEPENDENT), make.person("Rita Reporter")
    report = a_report(reporter, subject=head)
    for person in (head, middle, officer):
        assert _finds_nothing(report, person)
    assert not _finds_nothing(report, independent)
    acknowledge_report(report, by=independent, at=NOW)
    beside = make.person("Bea Beside", Role.HR_INTAKE)
    assert may_see(report, beside, TODAY)
    assert not may_see(report, independent, TODAY)
    assert not may_see(report, officer, TODAY)


def test_the_line_above_may_run_in_a_ring(make: Factory) -> None:
    """Whoever stands in such a ring with the person concerned is below them; nobody waits for an end of it."""
    first = make.person("First", Role.HR_INTAKE)
    second = make.person("Second", Role.HR_INTAKE, manager=first)
    third = make.person("Third", Role.HR_INTAKE, manager=second)
    first.line_manager_id = third.id
    make.keep(first)
    report = a_report(make.person("Rita Reporter"), subject=second)
    assert not any(may_see(report, person, TODAY) for person in (first, second, third))
