"""When what is told and asked early is due, who is reminded, around bank holidays and the changes of the clock."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.breach_reports.models import BreachReport, YesNoUnknown
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.duties.models import Reminder
from app.duties.queries import desk_of
from app.early_advice import operations, queries
from app.early_advice.models import (
    AlertOutcome,
    AlertStatus,
    BreachAnswer,
    DeclarationAction,
    HrAnswer,
    MistakeAlert,
    ProfileCheck,
    Verdict,
)
from app.early_advice.queries.worked_out import alert_worked_out, deadline_of_breach
from app.people.models import DeclaredRelationship, Person, RelationshipKind, Role, RoleAssignment
from tests.conftest import NOW
from tests.due_equality import assert_same_duties
from tests.duties.factories import morning
from tests.early_advice.factories import (
    QUESTION,
    TODAY,
    People,
    answered,
    asked,
    declared,
    gone,
    reminded_on,
    reviewed,
    seen,
    sent_on,
    settled,
    told,
)
from tests.factories import Factory

DAY = timedelta(days=1)
MAUNDY, EASTER_TUESDAY = date(2027, 3, 25), date(2027, 3, 30)


@pytest.mark.parametrize(
    ("at", "due_on"),
    [
        (clock.at_local(MAUNDY, 10), EASTER_TUESDAY),
        (clock.at_local(MAUNDY, 16, 59), EASTER_TUESDAY),
        (clock.at_local(MAUNDY, 17), EASTER_TUESDAY + DAY),
        (clock.at_local(date(2027, 3, 27), 12), EASTER_TUESDAY + DAY),
        (clock.at_local(date(2027, 10, 29), 12), date(2027, 11, 1)),
        (clock.at_local(date(2027, 12, 24), 12), date(2027, 12, 29)),
    ],
)
def test_an_alert_is_due_on_the_next_working_day(make: Factory, at: datetime, due_on: date) -> None:
    """Over Easter, over the end of summer time, over Christmas with its substitute days; after hours a day later."""
    people = People(make)
    with clock.set_to(at):
        assert told(people.author, at=at).due_on == due_on


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (clock.at_local(date(2027, 3, 26), 10), clock.at_local(date(2027, 3, 29), 11)),
        (clock.at_local(date(2027, 10, 29), 10), clock.at_local(date(2027, 11, 1), 9)),
        (clock.at_local(date(2027, 10, 28), 0, 30), clock.at_local(date(2027, 10, 30), 23, 30) + timedelta(hours=1)),
    ],
)
def test_the_72_hours_are_real_hours(make: Factory, at: datetime, ends: datetime) -> None:
    """In spring the clock shows an hour more at their end, in autumn an hour less; weekends and bank holidays count."""
    people = People(make)
    with clock.set_to(at):
        alert = seen(told(people.author, at=at, personal_data=YesNoUnknown.UNKNOWN), people.manager, at=at)
        assert deadline_of_breach(sent_on(alert, people.manager, at=at + DAY)) == ends == at + timedelta(hours=72)
        assert alert.officer_due_on == clock.local_day(ends)
        assert any("72 hours" in sentence for _, how in alert_worked_out(alert) if how for sentence in how.sentences)


def test_reminders_of_an_alert_over_easter(app: Flask, make: Factory) -> None:
    """On the day, a working day later with the manager's manager; a tick ends them."""
    people = People(make)
    with clock.set_to(clock.at_local(MAUNDY, 10)):
        alert = told(people.author, at=clock.now())
    for number in range(8):
        morning(MAUNDY + number * DAY)
    assert reminded_on(people.manager, "early_alert_see") == [
        (EASTER_TUESDAY, False), (EASTER_TUESDAY + DAY, False), (EASTER_TUESDAY + 2 * DAY, False),
    ]  # fmt: skip
    assert reminded_on(people.head, "early_alert_see")[0] == (EASTER_TUESDAY + DAY, True)
    assert reminded_on(people.stranger, "early_alert_see") == []
    with clock.set_to(clock.at_local(EASTER_TUESDAY + 2 * DAY, 10)):
        seen(alert, people.manager, people.sca, at=clock.now())
    morning(EASTER_TUESDAY + 3 * DAY)
    assert reminded_on(people.manager, "early_alert_see")[-1][0] == EASTER_TUESDAY + 2 * DAY
    assert reminded_on(people.manager, "early_alert_decide")[-1][0] == EASTER_TUESDAY + 3 * DAY


def test_what_the_author_does_not_do_is_told_to_the_manager(app: Flask, make: Factory) -> None:
    """What must come down a working day late, a connection that is to end five; where it is and with whom, no more."""
    people = People(make)
    down = settled(seen(told(people.author), people.manager), people.manager, AlertOutcome.TAKE_DOWN, same_day=True)
    end = reviewed(declared(people.author), people.manager, DeclarationAction.UNLINK)
    assert (down.take_down_by, end.act_by) == (TODAY, date(2027, 3, 10))
    for number in range(1, 15):
        morning(TODAY + number * DAY)
    urgent, other = (reminded_on(people.manager, kind) for kind in ("early_alert_take_down", "early_declaration_act"))
    assert urgent[:2] == [(TODAY + DAY, True), (TODAY + 2 * DAY, True)]
    assert other == [(date(2027, 3, 17), True)]
    with app.test_request_context(), clock.set_to(clock.at_local(TODAY + 14 * DAY, 9)):
        lines = [(line.text, line.day) for line in desk_of(people.manager, clock.today()).late if not line.href]
    assert lines == [("Late with Alan Author: 2 things among what is told and asked early", TODAY)]


def test_whoever_said_that_it_must_come_down_waits_for_it(app: Flask, make: Factory) -> None:
    """They alone, until it is said to be down; once its author has gone it is for those who were told to see to it."""
    people = People(make)
    down, other = (
        settled(seen(told(people.author), people.manager), people.manager, AlertOutcome.TAKE_DOWN) for _ in range(2)
    )
    settled(seen(told(people.author), people.manager, people.sca), people.manager)

    def waits(person: Person) -> list[tuple[str, str, date | None]]:
        with app.test_request_context():
            return [(line.text, line.href, line.day) for line in desk_of(person, TODAY).waiting]

    def line(alert: MistakeAlert) -> tuple[str, str, date | None]:
        href = f"/early-advice/mistake/{alert.reference}"
        return "Alan Author to take down what they told you of", href, alert.take_down_by

    assert sorted(waits(people.manager)) == sorted([line(down), line(other)])
    assert [waits(one) for one in (people.author, people.sca, people.deputy, people.head, people.hr)] == [[]] * 5
    begin_writing(down)
    operations.confirm_taken_down(down, words="Removed.", by=people.author, at=NOW)
    commit()
    assert waits(people.manager) == [line(other)]
    gone(people.author, TODAY - DAY)
    assert waits(people.manager) == []
    assert other.can_be_confirmed_by(people.manager)


def test_the_officer_is_reminded_before_the_weekend_on_which_the_72_hours_end(app: Flask, make: Factory) -> None:
    people = People(make)  # sent on Wednesday 3 March, so the 72 hours end on a Saturday
    sent_on(seen(told(people.author), people.manager), people.manager)
    for number in range(1, 6):
        morning(TODAY + number * DAY)
    days = [day for day, _ in reminded_on(people.dpo, "early_alert_breach")]
    assert days == [date(2027, 3, 4), date(2027, 3, 5), date(2027, 3, 8)]


def test_what_bears_on_safety_counts_from_the_day_it_came_whatever_the_hour(make: Factory) -> None:
    people = People(make)
    at = clock.at_local(MAUNDY, 22)
    with clock.set_to(at):
        one = declared(people.author, at=at, at_risk="yes")
        assert (one.hr_due_on, one.review_by) == (EASTER_TUESDAY, date(2027, 4, 6))


def test_a_year_later_it_is_asked_again_and_its_owner_alone_is_reminded(app: Flask, make: Factory) -> None:
    people = People(make)
    one = reviewed(declared(people.author), people.manager)
    operations.check_profile([], note="", by=people.author, at=NOW)
    commit()
    assert one.again_on == date(2028, 3, 3)
    assert one.again_from is not None
    for number in range(1, 22):
        morning(one.again_from - 3 * DAY + number * DAY)
    for kind in ("early_declaration_again", "early_profile"):
        assert [day for day, _ in reminded_on(people.author, kind)] == [date(2028, 2, 25), date(2028, 3, 3)]
        others = sa.select(sa.func.count()).where(Reminder.kind == kind, Reminder.to_person_id != people.author.id)
        assert db.session.execute(others).scalar_one() == 0
    with clock.set_to(clock.at_local(date(2028, 3, 4), 10)):
        operations.still_holds(one, by=people.author, at=clock.now())
        assert one.again_on == date(2029, 3, 4)


def test_a_profile_is_reminded_of_once_however_often_it_is_looked_at(make: Factory) -> None:
    people = People(make)
    for number in range(3):
        operations.check_profile([], note="", by=people.author, at=NOW + number * DAY)
        commit()
    checks = queries.own_checks(people.author)
    assert [check.again_on is None for check in checks] == [False, True, True]
    operations.stop_reminders(by=people.author, at=NOW)
    commit()
    assert db.session.query(ProfileCheck).filter(ProfileCheck.again_on.is_not(None)).count() == 0
    assert len(queries.own_checks(people.author)) == 3
    assert queries.own_checks(people.manager) == []


def test_nobody_is_there_to_be_the_manager(make: Factory) -> None:
    """HR records one, and reads nothing of what waits; the alert goes on meanwhile."""
    people = People(make)
    alone = make.person("Alma Alone")
    alert = told(alone)
    with pytest.raises(InvalidInput, match="Nobody is there"):
        operations.ask_first(QUESTION, by=alone, at=NOW)
    db.session.rollback()
    seen(alert, people.sca)
    assert alert.status is AlertStatus.SEEN
    assert queries.waits_for_a_manager(alone, TODAY)
    assert not alert.can_be_seen_by(people.hr_manager)
    for who in (alone, people.hr):
        with pytest.raises(NotAllowed):
            operations.record_manager(alone, people.manager, by=who, at=NOW)
    operations.record_manager(alone, people.manager, by=people.hr_manager, at=NOW)
    commit()
    assert alert.can_be_ticked_by(people.manager)
    with pytest.raises(AlreadyDone):
        operations.record_manager(alone, people.manager, by=people.hr_manager, at=NOW)


def test_those_who_left_hold_nothing_up(make: Factory) -> None:
    """The head stands in for the manager; without a keeper the manager decides alone; an author's removal is looked at."""
    people = People(make)
    alert = told(people.author)
    gone(people.manager, TODAY - DAY)
    assert {who for who, one in vars(people).items() if alert.can_be_ticked_by(one)} == {"head", "sca", "deputy"}
    seen(alert, people.head)
    for keeper in (people.sca, people.deputy):
        gone(keeper, TODAY - DAY)
    assert assert_same_duties(TODAY) > 0
    settled(alert, people.head)
    assert alert.status is AlertStatus.CLOSED
    down = settled(seen(told(people.author), people.head), people.head, AlertOutcome.TAKE_DOWN)
    gone(people.author, TODAY - DAY)
    assert assert_same_duties(TODAY) > 0
    operations.confirm_taken_down(down, by=people.head, at=NOW)
    assert down.status is AlertStatus.CLOSED


def test_an_officer_who_sent_it_does_not_judge_it(make: Factory) -> None:
    """The other data protection officer does; where there is none, those who were told."""
    people = People(make)
    people.dpo.line_manager_id = people.manager.id
    make.keep(people.dpo)
    alert = sent_on(seen(told(people.dpo), people.manager), people.manager)
    with pytest.raises(NotAllowed):
        operations.answer_breach(alert, BreachAnswer.NO_BREACH, words="Mine.", by=people.dpo, at=NOW)
    second = make.person("Dirk Data", Role.DPO)
    assert assert_same_duties(TODAY) > 0
    with pytest.raises(NotAllowed):
        operations.answer_breach(alert, BreachAnswer.NO_BREACH, words="Mine.", by=people.manager, at=NOW)
    gone(second, TODAY - DAY)
    assert assert_same_duties(TODAY) > 0
    operations.answer_breach(alert, BreachAnswer.NO_BREACH, words="No names.", by=people.manager, at=NOW)
    assert not alert.waits_for_officer


def test_hr_does_not_judge_the_declaration_of_somebody_close_nor_of_their_own_team(make: Factory) -> None:
    people = People(make)
    make.keep(
        DeclaredRelationship(
            person_id=people.author.id, other_id=people.hr.id, kind=RelationshipKind.FAMILY, since=TODAY - DAY
        )
    )
    one = declared(people.author, at_risk="yes")
    with pytest.raises(NothingHere):
        operations.answer_for_hr(one, HrAnswer.ADVICE, words="x", by=people.hr, at=NOW)
    assert queries.may_read_declaration(one, people.hr_manager, TODAY)
    team = make.person("Tess Team", manager=people.hr_manager)
    theirs = declared(team, at_risk="yes")
    with pytest.raises(NotAllowed):
        operations.answer_for_hr(theirs, HrAnswer.ADVICE, words="x", by=people.hr_manager, at=NOW)
    mine = declared(people.hr_manager, at_risk="yes")
    with pytest.raises(NotAllowed):
        operations.answer_for_hr(mine, HrAnswer.ADVICE, words="x", by=people.hr_manager, at=NOW)
    assert assert_same_duties(TODAY) > 0


def _reported(alert: MistakeAlert, by: Person, at: datetime = NOW) -> BreachReport:
    begin_writing(alert)
    report = operations.report_alert(alert, why="It named a resident.", at_risk="no", by=by, at=at)
    commit()
    return report


def test_told_early_counts_for_hr_who_are_not_walled_off(make: Factory) -> None:
    """Neither the reporter nor the subject's line sees or counts it."""
    people = People(make)
    later = NOW + timedelta(hours=2)
    alert = seen(told(people.author), people.sca)
    report = _reported(alert, people.sca, NOW + timedelta(hours=1))
    (one,) = queries.told_before(report, report.subject)
    assert one.alert.id == alert.id
    for person in (people.sca, people.author, people.manager, people.dpo):
        with pytest.raises(NothingHere):
            operations.count_as_told_early(report, one, by=person, at=later)
    boss = make.person("Hr Boss", Role.HR_MANAGER)
    people.head.line_manager_id = boss.id
    make.keep(people.head)
    with pytest.raises(NothingHere):
        operations.count_as_told_early(report, one, by=boss, at=later)
    operations.count_as_told_early(report, one, by=people.hr, at=later)
    commit()
    (one,) = queries.told_before(report, report.subject)
    assert one.counted is not None
    assert one.counted.counted_by_id == people.hr.id
    other = make.person("Other")
    assert queries.told_before(report, other) == []


@pytest.mark.parametrize(
    ("sent", "received", "offered", "is_after"),
    [
        (datetime(2023, 3, 3, 9), datetime(2027, 3, 3, 9), True, False),  # however long ago
        (datetime(2027, 3, 3, 8, 59), datetime(2027, 3, 3, 9), True, False),
        (datetime(2027, 3, 3, 9), datetime(2027, 3, 3, 9), True, False),
        (datetime(2027, 3, 3, 10), datetime(2027, 3, 3, 9), True, True),
        (datetime(2027, 3, 3, 23, 59), datetime(2027, 3, 3, 0, 1), True, True),
        (datetime(2027, 3, 4, 0, 0), datetime(2027, 3, 3, 23, 59), False, False),
        (datetime(2027, 3, 28, 23, 59), datetime(2027, 3, 28, 9), True, True),  # the clocks go forward
        (datetime(2027, 3, 29, 0, 1), datetime(2027, 3, 28, 9), False, False),
        (datetime(2027, 10, 31, 23, 59), datetime(2027, 10, 31, 0, 30), True, True),  # and back
    ],
)
def test_what_was_told_until_the_end_of_the_day_of_the_report_is_offered(
    make: Factory, sent: datetime, received: datetime, offered: bool, is_after: bool
) -> None:
    """By the clock of the council; what came after the report says so."""
    people = People(make)
    report = _reported(seen(told(people.author), people.sca), people.sca)
    sent_at, report.received_at = (
        clock.at_local(local.date(), local.hour, local.minute) for local in (sent, received)
    )  # fmt: skip
    commit()
    alert = told(people.author, at=sent_at)
    found = [one for one in queries.told_before(report, report.subject) if one.alert.id == alert.id]
    assert [one.is_after_report for one in found] == ([is_after] if offered else [])


def test_what_was_reported_from_an_alert_is_never_lost_among_many(make: Factory) -> None:
    """Nor what counts, nor what was on the same platform; and where one stands tells nobody which of these it is."""
    people = People(make)
    alert = seen(told(people.author, platform="Something else"), people.sca)
    same, counts = told(people.author), told(people.author, platform="Elsewhere")
    late = NOW + timedelta(days=200)
    report = _reported(alert, people.sca, late)
    (one,) = [one for one in queries.told_before(report, report.subject) if one.alert.id == counts.id]
    operations.count_as_told_early(report, one, by=people.hr, at=late)
    report.platform = same.platform
    commit()
    for day in range(1, 13):
        told(people.author, at=NOW + timedelta(days=day), platform="Yet another")
    found = [one.alert for one in queries.told_before(report, report.subject)]
    assert len(found) == 10
    assert {alert.id, same.id, counts.id} <= {one.id for one in found}
    assert [one.sent_at for one in found] == sorted((one.sent_at for one in found), reverse=True)


def test_an_hr_officer_who_was_told_as_manager_is_walled_off_from_what_they_reported(make: Factory) -> None:
    people = People(make)
    author = make.person("Tess Team", manager=people.hr_manager)
    alert = seen(told(author), people.hr_manager)
    report = _reported(alert, people.hr_manager)
    assert not queries.can_count(report, people.hr_manager, TODAY)
    assert queries.can_count(report, people.hr, TODAY)


def test_what_nobody_may_decide_is_refused_with_a_reason(make: Factory) -> None:
    people = People(make)
    alert = told(people.author)
    with pytest.raises(InvalidInput, match="Tick first"):
        operations.decide_alert(alert, AlertOutcome.CORRECTED, words="", by=people.manager, at=NOW)
    with pytest.raises(InvalidInput, match="Tick first"):
        operations.report_alert(alert, why="x", at_risk="no", by=people.manager, at=NOW)
    seen(alert, people.manager)
    with pytest.raises(InvalidInput, match="Wait until the other person"):
        operations.decide_alert(alert, AlertOutcome.CORRECTED, words="", by=people.manager, at=NOW)
    with pytest.raises(InvalidInput, match="what the person is to do"):
        operations.decide_alert(alert, AlertOutcome.TAKE_DOWN, words="", by=people.manager, at=NOW)
    question = asked(people.author)
    with pytest.raises(NotAllowed):
        operations.answer_question(question, Verdict.GO_AHEAD, answer="", by=people.author, at=NOW)
    with pytest.raises(NothingHere):
        operations.answer_question(question, Verdict.GO_AHEAD, answer="", by=people.sca, at=NOW)
    assert answered(question, people.manager).answer == "Fine."


def test_what_was_taken_to_a_lead_who_is_gone_falls_to_hr(app: Flask, make: Factory) -> None:
    """Reminded as the lead is; nobody who has a part in it takes it over, whatever their roles."""
    people = People(make)
    lead = make.person("Lena Lead", Role.SAFEGUARDING_LEAD)
    one = declared(people.author, at_risk="yes")
    operations.answer_for_hr(one, HrAnswer.PASSED_ON, words="x", by=people.hr, at=NOW)
    commit()
    assert one.lead_due_on == TODAY + DAY
    assert assert_same_duties(TODAY) > 0
    for number in range(1, 3):
        morning(TODAY + number * DAY)
    assert reminded_on(lead, "early_declaration_lead") == [(TODAY + DAY, False), (TODAY + 2 * DAY, False)]
    with pytest.raises(NotAllowed):
        operations.take_over_declaration(one, words="x", by=people.hr, at=NOW)
    gone(lead, TODAY - DAY)
    make.keep(RoleAssignment(person_id=people.manager.id, role=Role.SAFEGUARDING_LEAD, since=TODAY - DAY))
    assert assert_same_duties(TODAY) > 0
    with pytest.raises(NotAllowed):
        operations.take_over_declaration(one, words="x", by=people.manager, at=NOW)
    operations.take_over_declaration(one, words="I told the local authority.", by=people.hr_manager, at=NOW)
    commit()
    assert (one.lead_by, one.lead_words) == (people.hr_manager, "I told the local authority.")
