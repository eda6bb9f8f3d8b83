"""What came another way than through Probity: appeals and answers that the owner records, and who cannot sign in."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from app.core import clock
from app.core.audit import AuditEvent, record_read
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.hr_cases.documents import case_report
from app.hr_cases.documents.rendering_afterwards import afterwards_parts
from app.hr_cases.models import Came, CameBy, CaseStatus, CompanionKind, LetterKind
from app.hr_cases.operations import (
    answer_notice,
    judge_companion,
    judge_late_appeal,
    make_final,
    record_answer,
    record_appeal,
    submit_appeal,
)
from app.hr_cases.queries import CASE_READ, records, why_not_reached
from app.policy.queries import due_within, installation
from tests.factories import Factory
from tests.hr_cases.at_stage import address, after_appeal_window, own_address, world_at
from tests.hr_cases.stages import LATER, accepted_case, decided, end_of_day, notified, people_for
from tests.pages import PageClient

S = CaseStatus
ClientOf = Callable[..., PageClient]
ALONE = {"companion_kind": None, "companion": "", "reply": "I did not write it."}


def moment(day: date, days: int = 0) -> datetime:
    """Noon on a day, or so many days later."""
    return clock.at_local(day + timedelta(days=days), 12)


# Who cannot be reached


@pytest.mark.parametrize(
    ("password", "email", "last_day", "at_once", "reached"),
    [
        (True, "sam@demo.example", None, False, True),
        (True, "sam@demo.example", date(2027, 3, 4), True, True),
        (True, "sam@demo.example", date(2027, 3, 3), False, True),
        (True, "sam@demo.example", date(2027, 3, 3), True, False),
        (True, "sam@demo.example", date(2027, 3, 2), False, False),
        (False, "sam@demo.example", None, False, False),
        (True, None, None, False, False),
    ],
)
def test_who_cannot_sign_in(
    make: Factory, password: bool, email: str | None, last_day: date | None, at_once: bool, reached: bool
) -> None:
    """Whoever left, from the day on, or has no address or no password: the three that signing in asks for."""
    sam = make.person("Sam", email=email, last_working_day=last_day, left_at_once=at_once)
    if password:
        make.password(sam)
    assert (why_not_reached(sam, date(2027, 3, 3)) is None) is reached


# Appeals


@pytest.mark.parametrize(("after", "in_time"), [(0, True), (1, False)])
def test_in_time_goes_by_the_day_on_which_it_came(make: Factory, after: int, in_time: bool) -> None:
    """Recorded a week after the last day: in time if it came on that day, else kept for HR to judge, not lost."""
    people = people_for(make)
    case = accepted_case(make, people)
    last = decided(case, people).appeal_by
    came = Came(last + timedelta(days=after), CameBy.LETTER)
    at = moment(last, 7)
    appeal = record_appeal(case, grounds="Too hard.", came=came, by=people.owner, at=at)
    commit()
    assert appeal.in_time is in_time
    assert case.status is (S.APPEALED if in_time else S.DECIDED)
    assert (appeal.recorded_by, appeal.received_at) == (people.owner, at)
    letter = records.letters(case)[-1]
    assert letter.kind is LetterKind.APPEAL_RECEIVED
    assert "by letter. Human Resources recorded it in Probity" in letter.words
    assert ("after the last day" in letter.words) is not in_time
    if in_time:
        assert appeal.heard_by == date(2027, 4, 23)  # counted from when it came, not when recorded
        # nobody could appoint who hears it before it was recorded
        assert case.step_due_on == due_within("appeal_officer_appointment_working_days", clock.local_day(at))
        return
    with pytest.raises(AlreadyDone, match="nobody has decided yet"):
        make_final(case, by=people.owner, at=at, none_came=True)
    judge_late_appeal(appeal, accepted=True, reasons="In hospital.", by=people.owner, at=at)
    assert case.status.value == "appealed"


@pytest.mark.parametrize(
    ("days", "grounds", "field"), [(-1, "Too hard.", "came_on"), (2, "Too hard.", "came_on"), (0, " ", "grounds")]
)
def test_what_a_recorded_appeal_needs(make: Factory, days: int, grounds: str, field: str) -> None:
    """Not before the outcome, not in the future, and their words; nothing is kept of what is refused."""
    people = people_for(make)
    case = accepted_case(make, people)
    day = decided(case, people).issued_on
    with pytest.raises(InvalidInput) as refused:
        record_appeal(
            case, grounds=grounds, came=Came(day + timedelta(days=days), CameBy.EMAIL), by=people.owner, at=moment(day, 1)
        )
    assert refused.value.field == field
    db.session.rollback()
    assert records.appeal(case) is None


def test_there_is_one_appeal_however_it_came(make: Factory) -> None:
    """Whoever comes second, the owner or the person concerned, reads who was first; nobody else records one."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = moment(decided(case, people).issued_on, 1)
    came = Came(at.date(), CameBy.SPOKEN)
    for other in (people.manager, people.investigator, people.decision_maker):
        with pytest.raises(NotAllowed):
            record_appeal(case, grounds="Too hard.", came=came, by=other, at=at)
    record_appeal(case, grounds="Too hard.", came=came, by=people.owner, at=at)
    commit()
    with pytest.raises(AlreadyDone) as again:
        record_appeal(case, grounds="Too hard.", came=came, by=people.owner, at=at)
    assert (again.value.who, again.value.when) == (people.owner.name, at)
    with pytest.raises(AlreadyDone, match="There is one appeal") as own:
        submit_appeal(case, grounds="Mine.", by=people.subject, at=at)
    assert own.value.who == people.owner.name


def test_the_papers_say_that_it_came_another_way(make: Factory) -> None:
    """Audit, chronology and PDF: who recorded it, when it came and how; the audit has no word of it."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    heard_of = LATER + timedelta(days=1)
    answer = Came(LATER.date(), CameBy.EMAIL)
    record_answer(notice, **ALONE, came=answer, by=people.owner, at=heard_of)  # type: ignore[arg-type]
    commit()
    day = decided(case, people).issued_on
    record_appeal(case, grounds="Too hard.", came=Came(day, CameBy.LETTER), by=people.owner, at=moment(day, 2))
    commit()
    report = case_report(case, at=moment(day, 3), reader=people.owner)
    rows = {row.what: row for row in report.chronology}
    appealed = next(row for what, row in rows.items() if what.startswith("Appeal received by letter, recorded by Human"))
    assert (appealed.when, appealed.by) == (day, people.owner.name)
    assert any(what.startswith("Notice of the hearing answered by e-mail, recorded") for what in rows)
    said = str(list(afterwards_parts(report.afterwards, None)))  # type: ignore[arg-type]
    assert f"by letter. Recorded by {people.owner.name}, Human Resources, on" in said
    assert f"by e-mail. Recorded by {people.owner.name}, Human Resources, on" in said
    events = db.session.query(AuditEvent).filter_by(subject_id=case.id)
    kept = {event.act: event for event in events}
    for act in ("case:appeal-recorded", "case:hearing-answer-recorded"):
        assert kept[act].actor_id == people.owner.id
        assert "came_on" in kept[act].facts
        assert "hard" not in kept[act].facts


# Answers


def test_an_answer_by_letter_has_its_companion_judged_like_any_other(make: Factory) -> None:
    """Kept with how it came; the person concerned who answers themselves later takes its place, and how it came goes."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    said = {"companion_kind": CompanionKind.OTHER, "companion": "My aunt", "reply": "It was not me."}
    came = Came(LATER.date(), CameBy.PASSED_ON)
    record_answer(notice, **said, came=came, by=people.owner, at=LATER)  # type: ignore[arg-type]
    commit()
    assert (notice.reply, notice.companion, notice.came_by) == ("It was not me.", "My aunt", CameBy.PASSED_ON)
    assert (notice.answered_by, notice.companion_waits) == (people.owner, True)
    judge_companion(notice, allowed=True, by=people.owner, at=LATER, answer_seen=notice.replied_at)
    later = LATER + timedelta(hours=1)
    answer_notice(notice, **ALONE, by=people.subject, at=later)  # type: ignore[arg-type]
    commit()
    assert not notice.is_recorded
    assert notice.answered_by == people.subject
    with pytest.raises(AlreadyDone, match="answered in the meantime") as late:
        record_answer(notice, **said, came=came, by=people.owner, at=later, answer_seen=LATER)  # type: ignore[arg-type]
    assert (late.value.who, late.value.when) == (people.subject.name, later)


@pytest.mark.parametrize(
    ("came", "at", "sentence"),
    [(-1, 0, "the notice was issued"), (1, 0, "today or in the past"), (30, 30, "The hearing was set for")],
)
def test_when_an_answer_can_have_come(make: Factory, came: int, at: int, sentence: str) -> None:
    """From the notice to the day of the hearing, and not in the future."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    day, now = LATER.date() + timedelta(days=came), LATER + timedelta(days=at)
    with pytest.raises(InvalidInput, match=sentence) as refused:
        record_answer(notice, **ALONE, came=Came(day, CameBy.LETTER), by=people.owner, at=now)  # type: ignore[arg-type]
    assert refused.value.field == "came_on"


def test_what_came_before_the_hearing_is_recorded_until_the_hearing_is(make: Factory) -> None:
    """A letter that lay in the post room is not lost by the hour of the hearing."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    after = notice.hearing_at + timedelta(hours=1)
    record_answer(
        notice, **ALONE, came=Came(notice.hearing_at.date(), CameBy.LETTER), by=people.owner, at=after  # type: ignore[arg-type]
    )
    assert notice.replied_at == after


@pytest.mark.parametrize(("part", "sentence"), [("subject", "their own companion"), ("decision_maker", "Ask the person")])
def test_who_is_no_companion_is_said_to_the_owner_in_words_for_them(make: Factory, part: str, sentence: str) -> None:
    """The refusal tells the owner what to do, not the person concerned."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    with pytest.raises(InvalidInput, match=sentence):
        record_answer(
            notice, companion_kind=CompanionKind.FELLOW_WORKER, companion=people.everybody()[part].name, reply="",
            came=Came(LATER.date(), CameBy.LETTER), by=people.owner, at=LATER,
        )  # fmt: skip


# Making final


@pytest.mark.parametrize(
    ("can_sign_in", "confirmed", "refused"),
    [(True, False, False), (True, True, False), (False, False, True), (False, True, False)],
)
def test_final_without_their_appeal_needs_a_word_where_they_cannot_sign_in(
    make: Factory, can_sign_in: bool, confirmed: bool, refused: bool
) -> None:
    """Whoever cannot appeal in Probity did not keep silent by not doing so there."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = end_of_day(decided(case, people).appeal_by) + timedelta(hours=1)
    if not can_sign_in:
        record_read(CASE_READ, case.id, by=people.subject.id, at=at)
        make.no_password(people.subject)
    if refused:
        with pytest.raises(InvalidInput, match="no appeal came another way") as asked:
            make_final(case, by=people.owner, at=at, none_came=confirmed)
        assert asked.value.field == "none_came"
        assert case.status is S.DECIDED
        return
    make_final(case, by=people.owner, at=at, none_came=confirmed)
    assert case.status.value == "final"


def test_the_page_that_makes_final_asks_whoever_could_not_be_heard(make: Factory, client_of: ClientOf) -> None:
    """Without a password there is a box to tick; with one only the warning; both lead to where an appeal is recorded."""
    world = world_at(make, S.DECIDED)
    record_read(CASE_READ, world.case.id, by=world.subject.id, at=world.at)
    make.no_password(world.subject)
    path = address(world, "/make-final")
    with clock.set_to(after_appeal_window(world)):
        owner = client_of(world.owner)
        page = owner.get(path)
        assert "no appeal came through Probity" in page.text
        assert "has no password to sign in with" in page.text
        assert page.soup.select(f"a[href='{address(world, '/record-appeal')}']")
        assert owner.post(path, {}, status=422).errors == [
            "Confirm that no appeal came another way, or record the one that came"
        ]
        make.password(world.subject)
        page = owner.get(path)
        assert "no appeal came through Probity" in page.text
        assert not page.soup.select("input[name=none_came]")
        owner.follow(path, {})
    db.session.refresh(world.case)
    assert world.case.status is S.FINAL


# Pages


def test_the_case_says_from_the_day_on_that_they_cannot_be_reached(make: Factory, client_of: ClientOf) -> None:
    """HR reads why and what to do, others who work on it only that; nobody reads it before the day or after the end."""
    world = world_at(make, S.DECIDED)
    world.subject.last_working_day = clock.local_day(world.at)
    db.session.commit()
    note = f"{world.subject.name} cannot sign in to Probity"
    with clock.set_to(world.at):
        assert note not in client_of(world.owner).get(address(world)).text
    with clock.set_to(world.at + timedelta(days=1)):
        for who in (world.owner, world.manager):
            text = client_of(who).get(address(world)).text
            assert note in text
            assert "has left: the last working day was" in text
            assert "Send them every letter another way" in text
        text = client_of(world.decision_maker).get(address(world)).text
        assert note in text
        assert "has left" not in text
        client_of(world.stranger).get(address(world), status=404)


@pytest.mark.parametrize("stage", list(S))
def test_at_which_stages_the_note_stands(make: Factory, client_of: ClientOf, stage: CaseStatus) -> None:
    """Until the case is closed."""
    world = world_at(make, stage)
    make.no_password(world.subject)
    with clock.set_to(world.at):
        text = client_of(world.owner).get(address(world)).text
    assert ("cannot sign in to Probity" in text) is (stage is not S.CLOSED)


def test_an_appeal_is_recorded_on_a_page_and_both_sides_read_how_it_came(make: Factory, client_of: ClientOf) -> None:
    """The second send is told who and when; the person concerned reads that HR recorded it."""
    world = world_at(make, S.DECIDED)
    path, day = address(world, "/record-appeal"), clock.local_day(world.at)
    sent = {"came_on": [str(day.day), str(day.month), str(day.year)], "came_by": "letter", "grounds": "<b>Too hard</b>."}
    with clock.set_to(world.at):
        owner, subject = client_of(world.owner), client_of(world.subject)
        assert path in owner.get(address(world)).html
        refused = owner.post(path, {"grounds": "<b>Too hard</b>."}, status=422)
        assert refused.errors == ["Enter the day on which it came", "Select how it came"]
        owner.follow(path, sent)
        assert world.owner.name in owner.post(path, sent, status=409).text
        assert f"by letter. Recorded by {world.owner.name}, Human Resources" in owner.get(address(world)).text
        assert "by letter, and Human Resources recorded it" in subject.get(own_address(world)).text
        assert world.owner.name in subject.get(own_address(world, "/appeal"), status=409).text


def test_an_answer_is_recorded_on_a_page(make: Factory, client_of: ClientOf) -> None:
    """From the page of the meetings, where it says how it came; a form from before another answer replaces nothing."""
    world = world_at(make, S.NOTIFIED)
    path, day = address(world, "/record-answer"), clock.local_day(world.at)
    sent = {
        "came_on": [str(day.day), str(day.month), str(day.year)], "came_by": "email", "companion_kind": "alone",
        "reply": "I will not come.", "answer_seen": "",
    }  # fmt: skip
    with clock.set_to(world.at):
        owner, subject = client_of(world.owner), client_of(world.subject)
        assert path in owner.get(address(world, "/meetings")).html
        owner.follow(path, sent)
        page = owner.get(address(world, "/meetings")).text
        assert "I will not come." in page
        assert f"by e-mail. Recorded by {world.owner.name}" in page
        assert "answered in the meantime" in owner.post(path, sent, status=409).text
        assert "by e-mail, and Human Resources recorded it" in subject.get(own_address(world)).text


def test_letters_name_a_second_way(make: Factory) -> None:
    """Beside signing in: whom to write to, by role and organisation, and with which reference."""
    people = people_for(make)
    case = accepted_case(make, people)
    decided(case, people)
    wanted = f"marked for the HR case owner, {installation().organisation_name}, with the reference {case.reference}"
    for letter in records.letters(case):
        if letter.kind in (LetterKind.HEARING, LetterKind.OUTCOME):
            assert wanted in letter.words
