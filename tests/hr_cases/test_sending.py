"""Letters to whoever cannot sign in: they have told nobody anything until it is recorded that they were sent another way."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.audit import AuditEvent, record_read
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.presentation import uk_weekday_date
from app.hr_cases.documents import case_report
from app.hr_cases.documents.rendering_afterwards import afterwards_parts
from app.hr_cases.models import Case, CaseStatus, CaseToAnswer, HearingNotice, Letter, LetterKind, SentBy
from app.hr_cases.operations import (
    close_case,
    make_final,
    postpone_hearing,
    record_hearing,
    record_sending,
    submit_appeal,
)
from app.hr_cases.operations.deciding import decide_case_to_answer
from app.hr_cases.operations.letters import issue_letter
from app.hr_cases.operations.sending import told_from
from app.hr_cases.queries import CASE_READ, letters_to_send, next_step, records
from app.hr_cases.queries.sending import is_told
from app.people.models import Person
from app.policy.queries import due_within
from tests.documents.reading import flat, page_texts
from tests.factories import Factory
from tests.hr_cases.at_stage import address, after_appeal_window, days_of, world_at
from tests.hr_cases.factories import a_statement
from tests.hr_cases.stages import (
    LATER,
    START,
    People,
    accepted_case,
    answered,
    decided,
    final,
    heard,
    next_working_day,
    notified,
    outcome_in,
    people_for,
    with_decision,
    with_decision_maker,
)
from tests.pages import PageClient

S = CaseStatus
ClientOf = Callable[..., PageClient]
NOTE = "Home address on record, recorded delivery"
DAY = timedelta(days=1)


def sent(letter: Letter, by: Person, on: date, days: int = 0) -> None:
    """Record that a letter went by post on a day, so many days later."""
    at = clock.at_local(on + timedelta(days=days), 15)
    record_sending(letter, sent_on=on, sent_by=SentBy.POST, note=NOTE, by=by, at=at)
    commit()


def all_sent(case: Case, by: Person, on: date) -> None:
    """Record that everything that waits went by post on a day."""
    for letter in letters_to_send(case, on):
        sent(letter, by, on)


# Which letters wait


@pytest.mark.parametrize(
    ("at_issue", "later", "read", "waits"),
    [
        (True, True, False, False),
        (True, False, False, True),
        (True, False, True, False),
        (False, False, False, True),
        (False, True, False, True),
    ],
)
def test_which_letters_wait(make: Factory, at_issue: bool, later: bool, read: bool, waits: bool) -> None:
    """Issued to somebody who could not sign in, or unread by somebody who cannot any more."""
    people = people_for(make)
    if not at_issue:
        make.no_password(people.subject)
    case = accepted_case(make, people)
    with_decision(case, people)
    notified(case, people)
    if read:
        record_read(CASE_READ, case.id, by=people.subject.id, at=LATER)
    if at_issue and not later:
        make.no_password(people.subject)
    if later and not at_issue:
        make.password(people.subject)
    waiting = letters_to_send(case, LATER.date())
    assert [letter.kind for letter in waiting] == ([LetterKind.HEARING] if waits else [])
    assert all((letter.send_by is None) is at_issue for letter in waiting)


def test_what_sending_a_letter_refuses(make: Factory) -> None:
    """Before its issue, in the future, without a note, twice, by anybody else, and where its reader can sign in."""
    people = people_for(make)
    case = accepted_case(make, people)
    notified(case, people)
    letter, day = records.letters(case)[0], LATER.date()
    with pytest.raises(AlreadyDone, match="can sign in"):
        sent(letter, people.owner, day)
    make.no_password(people.subject)
    for on, days, field in ((day - DAY, 2, "sent_on"), (day + DAY, -1, "sent_on")):
        with pytest.raises(InvalidInput) as refused:
            sent(letter, people.owner, on, days)
        assert refused.value.field == field
    with pytest.raises(InvalidInput) as refused:
        record_sending(letter, sent_on=day, sent_by=SentBy.POST, note=" ", by=people.owner, at=LATER)
    assert refused.value.field == "note"
    for other in (people.manager, people.investigator, people.decision_maker):
        with pytest.raises(NotAllowed):
            sent(letter, other, day)
    sent(letter, people.owner, day)
    with pytest.raises(AlreadyDone, match="recorded already") as again:
        sent(letter, people.owner, day)
    assert again.value.who == people.owner.name
    event = db.session.query(AuditEvent).filter_by(act="case:letter-sent").one()
    assert (event.subject_id, event.about_id) == (case.id, people.subject.id)
    assert NOTE not in event.facts


# What counts as told


def test_nothing_relies_on_a_letter_that_tells_while_it_waits(make: Factory) -> None:
    """No statement of the person concerned before; from the day on which it was sent they are told."""
    world = world_at(make, S.INVESTIGATING)
    today = clock.local_day(world.at)
    assert is_told(world.case, today)
    make.no_password(world.subject)
    assert not is_told(world.case, today)
    with pytest.raises(AlreadyDone, match="has not been sent to them yet"):
        a_statement(world, world.subject)
    all_sent(world.case, world.owner, today)
    assert is_told(world.case, today)
    assert told_from(world.case) == today
    a_statement(world, world.subject)


def test_nothing_is_decided_against_somebody_whose_letter_waits(make: Factory) -> None:
    """The decision asks that they were told, which a letter that nobody could read did not do."""
    world = world_at(make, S.ACCEPTED)
    case = world.case
    with_decision_maker(case, world, world.at)  # type: ignore[arg-type]
    make.no_password(world.subject)

    def decide() -> None:
        with_reasons = {one.id: (True, "It stands there.") for one in case.allegations}
        decide_case_to_answer(
            case, decision="case_to_answer", reasons=with_reasons, equality="Weighed.",  # type: ignore[arg-type]
            by=world.decision_maker, at=world.at,
        )  # fmt: skip

    with pytest.raises(InvalidInput, match="send them the letter") as refused:
        decide()
    assert refused.value.field == "decision"
    all_sent(case, world.owner, clock.local_day(world.at))
    decide()
    assert case.status is S.HEARING_SET_UP


# The notice of the hearing


def test_no_hearing_on_a_notice_that_was_not_sent(make: Factory) -> None:
    """The hearing cannot be recorded before."""
    people = people_for(make)
    case = accepted_case(make, people)
    make.no_password(people.subject)
    all_sent(case, people.owner, LATER.date())
    notice = notified(case, people, at=LATER)
    with pytest.raises(AlreadyDone, match="notice of the hearing has not been sent"):
        heard(case, people)
    db.session.rollback()
    sent(letters_to_send(case, LATER.date())[0], people.owner, LATER.date(), 0)
    heard(case, people)
    assert case.status is S.HEARD
    assert notice.replied_at is None


def a_second_notice(make: Factory, *, proposed: bool = False) -> tuple[Case, People, HearingNotice]:
    """A hearing that was put off once, by their proposal or not, and set again for somebody who cannot sign in."""
    people = people_for(make)
    case = accepted_case(make, people)
    make.no_password(people.subject)
    first = notified(case, people)
    today = clock.local_day(LATER)
    all_sent(case, people.owner, today)
    day = next_working_day(clock.local_day(first.hearing_at)) if proposed else None
    postpone_hearing(first, reason="Their companion is away.", proposed_day=day, by=people.owner, at=LATER)
    commit()
    return case, people, notified(case, people, at=LATER + timedelta(hours=1), day=day)


def in_absence(case: Case, people: People, notice: HearingNotice) -> None:
    """The hearing goes ahead without the person concerned."""
    after = notice.hearing_at + timedelta(hours=2)
    record_hearing(
        case, held_on=clock.local_day(after), in_absence=True, absence_reasons="They did not come, and sent no word.",
        present="Dan Decider", minutes="Nobody came.", by=people.decision_maker, at=after,
    )  # fmt: skip


@pytest.mark.parametrize("late", [False, True])
def test_nobody_is_heard_in_their_absence_on_a_notice_sent_too_late(make: Factory, late: bool) -> None:
    """The least notice counts from the day on which it was sent; one working day less is too short."""
    case, people, notice = a_second_notice(make)
    today = clock.local_day(LATER)
    all_sent(case, people.owner, next_working_day(today) if late else today)
    if late:
        with pytest.raises(InvalidInput, match="which was too short a notice") as error:
            in_absence(case, people, notice)
        assert error.value.field == "in_absence"
        return
    in_absence(case, people, notice)
    assert case.status is S.HEARD


def test_a_day_that_they_proposed_needs_no_full_notice_again(make: Factory) -> None:
    """They named it themselves, after a notice of the whole length; sent in between, it still counts."""
    case, people, notice = a_second_notice(make, proposed=True)
    all_sent(case, people.owner, clock.local_day(LATER) + 3 * DAY)
    in_absence(case, people, notice)
    assert case.status is S.HEARD


# The outcome and the time to appeal


def test_the_time_to_appeal_runs_from_the_day_of_sending(make: Factory) -> None:
    """Issued to somebody without a password: nothing is final, and no appeal is late, until the letter has gone out."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    make.no_password(people.subject)
    record_read(CASE_READ, case.id, by=people.subject.id, at=at)
    outcome = decided(case, people, at=at)
    letter = records.letters(case)[-1]
    assert "within 10 working days after the day on which this letter is sent to you" in letter.words
    assert uk_weekday_date(outcome.appeal_by) not in letter.words
    step = next_step(case)
    assert step is not None
    assert (step.words, step.due_on) == ("send the letter about the outcome another way", letter.send_by)
    appeal = "case-about-you-appeal"
    assert appeal not in days_of(people.subject, outcome.appeal_by)
    long_after = clock.at_local(outcome.appeal_by + 20 * DAY, 12)
    with pytest.raises(AlreadyDone, match="has not been sent"):
        make_final(case, by=people.owner, at=long_after, none_came=True)
    day = outcome.appeal_by + 21 * DAY
    sent(letter, people.owner, day)
    assert (outcome.told_on, outcome.appeal_by) == (day, due_within("appeal_window_working_days", day))
    assert case.step_counted_from == outcome.appeal_by
    assert days_of(people.subject, day)[appeal] == outcome.appeal_by
    with pytest.raises(AlreadyDone, match="may appeal up to the end of"):
        make_final(case, by=people.owner, at=clock.at_local(outcome.appeal_by, 12), none_came=True)
    make_final(case, by=people.owner, at=clock.at_local(outcome.appeal_by + DAY, 12), none_came=True)
    assert case.status is S.FINAL


def test_who_leaves_with_an_unread_outcome_keeps_their_time(make: Factory) -> None:
    """The window that the letter named is not shortened, and nothing is final before they were told."""
    people = people_for(make)
    case = accepted_case(make, people)
    outcome = decided(case, people)
    named = outcome.appeal_by
    people.subject.last_working_day, people.subject.left_at_once = outcome.issued_on, True
    db.session.commit()
    after = clock.at_local(named + DAY, 12)
    with pytest.raises(AlreadyDone, match="has not been sent") as refused:
        make_final(case, by=people.owner, at=after, none_came=True)
    assert refused.value.what_now.startswith("Send it another way first")
    kinds = [letter.kind for letter in letters_to_send(case, named)]
    assert LetterKind.OUTCOME in kinds
    outcome_letter = next(one for one in records.letters(case) if one.kind is LetterKind.OUTCOME)
    sent(outcome_letter, people.owner, outcome.issued_on)
    assert outcome_in(case).appeal_by == named
    make_final(case, by=people.owner, at=after, none_came=True)


def test_an_appeal_is_in_time_while_the_outcome_waits(make: Factory) -> None:
    """A time that has not begun cannot be over."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    make.no_password(people.subject)
    outcome = decided(case, people, at=at)
    appeal = submit_appeal(
        case, grounds="I heard of it.", by=people.subject, at=clock.at_local(outcome.appeal_by + 9 * DAY, 12)
    )
    assert appeal.in_time
    assert case.status is S.APPEALED


def test_no_case_is_closed_over_a_letter_that_waits(make: Factory) -> None:
    """The closing would end the duty to send it."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = final(case, people)
    answered(case, people, at)
    make.no_password(people.subject)
    with pytest.raises(AlreadyDone, match="has not been sent"):
        close_case(case, by=people.owner, at=at)
    all_sent(case, people.owner, clock.local_day(at))
    close_case(case, by=people.owner, at=at)
    assert case.status is S.CLOSED


# Pages and papers


def test_pages_say_that_it_waits_and_how_it_was_sent(make: Factory, client_of: ClientOf) -> None:
    """The duty leads to the case; the page, the list of letters and the letter say that it waits, then how it went."""
    world = world_at(make, S.DECIDED)
    make.no_password(world.subject)
    with clock.set_to(world.at):
        owner = client_of(world.owner)
        assert "Send a letter in case" in owner.get("/").text
        page = owner.get(address(world))
        assert "Letters that wait to be sent another way" in page.text
        assert "Not yet. The letter of" in page.text
        assert "The time to appeal counts from the day on which the letter is sent" in page.text
        assert "Waits to be sent another way" in owner.get(address(world, "/letters")).text
        waiting = letters_to_send(world.case, clock.local_day(world.at))
        for letter in waiting:
            form = owner.get(address(world, "/send-letter"))
            assert form.field("letter_shown") == str(letter.id)
            day = clock.local_day(world.at)
            said = {"sent_by": "post", "sent_on": [str(day.day), str(day.month), str(day.year)], "note": f"<b>{NOTE}"}
            stale = owner.post(address(world, "/send-letter"), {**said, "letter_shown": ""}, status=422)
            assert "Another letter waits now. Check which one you sent, and send this form again" in stale.errors
            owner.follow(address(world, "/send-letter"), {**said, "letter_shown": str(letter.id)})
        assert "Letters that wait" not in owner.get(address(world)).text
        assert "by post on" in owner.get(address(world, "/letters")).text
        assert f"<b>{NOTE}" in owner.get(address(world, f"/letters/{waiting[0].id}")).text
        owner.get(address(world, "/send-letter"), status=409)
    with clock.set_to(after_appeal_window(world)):
        assert "Make the outcome final" in client_of(world.owner).get(address(world)).text


def test_a_closed_case_still_asks_for_its_last_letter(make: Factory, client_of: ClientOf) -> None:
    """A case that ends without a hearing is closed at once, and its letter has to reach its reader all the same."""
    world = world_at(make, S.ACCEPTED)
    make.no_password(world.subject)
    all_sent(world.case, world.owner, clock.local_day(world.at))
    with_decision(world.case, world, CaseToAnswer.NO_CASE, world.at)  # type: ignore[arg-type]
    assert world.case.status is S.CLOSED
    with clock.set_to(world.at):
        assert "Send a letter in case" in client_of(world.owner).get("/").text
        assert "Letters that wait" in client_of(world.owner).get(address(world)).text


def test_the_papers_say_how_a_letter_was_sent(make: Factory) -> None:
    """The chronology has the day, and while the outcome waits the report names no last day to appeal."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    make.no_password(people.subject)
    decided(case, people, at=at)

    def said() -> str:
        return str(list(afterwards_parts(report().afterwards, None)))  # type: ignore[arg-type]

    def report():  # type: ignore[no-untyped-def]
        waiting = letters_to_send(case, clock.local_day(at))
        return case_report(case, at=at, reader=people.owner, waiting=waiting)

    assert "The time counts from the day on which the letter is sent another way" in said()
    all_sent(case, people.owner, clock.local_day(at))
    assert "The time counts from" not in said()
    rows = [row.what for row in report().chronology]
    assert any(what.startswith("Letter sent by post: ") for what in rows)


def test_what_somebody_left_without_reading_has_told_them_nothing_in_the_papers(
    make: Factory, client_of: ClientOf
) -> None:
    """Issued while they could sign in, unread when they left: not told at its issue, but from the day of sending on."""
    people = people_for(make)
    case = accepted_case(make, people)
    issue_letter(case, kind=LetterKind.INVESTIGATION, words="What is alleged.", by=people.owner, at=START)
    outcome = decided(case, people)
    people.subject.last_working_day, people.subject.left_at_once = outcome.issued_on, True
    db.session.commit()
    today = outcome.issued_on + DAY

    def papers() -> tuple[list[str], date | None]:
        waiting = letters_to_send(case, today)
        report = case_report(case, at=clock.at_local(today, 12), reader=people.owner, waiting=waiting)
        assert report.afterwards
        assert report.afterwards.outcome
        return [row.what for row in report.chronology], report.afterwards.outcome.appeal_by

    rows, appeal_by = papers()
    assert "Letter about the investigation issued; it waits to be sent another way" in rows
    assert not any(what.startswith("Person concerned told") for what in rows)
    assert appeal_by is None
    with clock.set_to(clock.at_local(today, 12)):
        pdf = client_of(people.owner).get(f"/hr-cases/{case.reference}/report.pdf").response.data
    assert "it waits to be sent another way" in flat("".join(page_texts(pdf)))
    all_sent(case, people.owner, today)
    rows, appeal_by = papers()
    assert "Person concerned told of the investigation by post" in rows
    assert appeal_by == outcome.appeal_by


def test_whoever_issues_a_letter_reads_that_it_waits_to_be_sent(make: Factory, client_of: ClientOf) -> None:
    """Before and after the click; nobody is said to have been told who could not read it."""
    world = world_at(make, S.INVESTIGATING, tells=False)
    make.no_password(world.subject)
    path = address(world, "/tell-subject")
    with clock.set_to(world.at):
        owner = client_of(world.owner)
        page = owner.get(path)
        assert "it tells them nothing before" in page.text
        names = ("what_happens_next", "contact", "support", "companion", "confidentiality")
        page = owner.follow(path, {name: page.field(name) or "Words" for name in names})
        assert "until the case owner sends it another way" in page.text
        assert "waits in Probity" not in page.text
        assert "Not yet. The letter of" in page.text


def test_a_password_that_comes_later_shows_no_last_day_to_appeal(make: Factory, client_of: ClientOf) -> None:
    """Their own page names none while the letter waits, and their appeal is not called late."""
    people = people_for(make)
    case = accepted_case(make, people)
    at = heard(case, people)
    make.no_password(people.subject)
    outcome = decided(case, people, at=at)
    make.password(people.subject)
    waits = "The time to appeal counts from the day on which the letter about the outcome is sent to you"
    with clock.set_to(clock.at_local(outcome.appeal_by + 9 * DAY, 12)):
        theirs, owner = client_of(people.subject), client_of(people.owner)
        page = theirs.get(f"/hr-cases/about-me/{case.reference}")
        assert waits in page.text
        assert uk_weekday_date(outcome.appeal_by) not in page.text
        assert waits in theirs.get(f"/hr-cases/about-me/{case.reference}/appeal").text
        assert "The time to appeal has not begun" in owner.get(f"/hr-cases/{case.reference}/record-appeal").text


def test_the_page_that_makes_final_asks_for_the_letter_first(make: Factory, client_of: ClientOf) -> None:
    """Of somebody who left with the outcome unread: 409 with what to do."""
    world = world_at(make, S.DECIDED)
    world.subject.last_working_day = clock.local_day(world.at)
    db.session.commit()
    with clock.set_to(after_appeal_window(world)):
        page = client_of(world.owner).get(address(world, "/make-final"), status=409)
        assert "Send it another way first" in page.text
