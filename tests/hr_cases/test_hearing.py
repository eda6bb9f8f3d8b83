"""The notice of a hearing, the answer, postponements, and the hearing: every guard, and the days at their edges."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import commit, db
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import OutboxMessage
from app.core.presentation import uk_weekday_date
from app.hr_cases.models import (
    Came,
    CameBy,
    CaseStatus,
    CompanionKind,
    InvestigationReport,
    LetterKind,
    ReportState,
)
from app.hr_cases.operations import (
    answer_notice,
    earliest_hearing_day,
    issue_notice,
    judge_companion,
    postpone_hearing,
    preview_notice,
    record_answer,
    record_hearing,
)
from app.hr_cases.operations.hearing import latest_day_by_right
from app.hr_cases.queries import records
from app.people.models import DeclaredRelationship, Person, PersonKind, RelationshipKind
from tests.factories import Factory
from tests.hr_cases.stages import START, accepted_case, notified, people_for, with_decision
from tests.pages import PageClient

EASTER = datetime(2027, 3, 22, 10, 0, tzinfo=UTC)  # the Monday before Good Friday, 26 March 2027


def local(day: date, hour: int = 14) -> datetime:
    return clock.at_local(day, hour)


@pytest.mark.parametrize(
    ("issued", "dismissal", "earliest"),
    [
        (date(2027, 3, 3), False, date(2027, 3, 10)),
        (date(2027, 3, 3), True, date(2027, 3, 17)),
        (date(2027, 3, 22), False, date(2027, 3, 31)),  # over Good Friday and Easter Monday
        (date(2027, 3, 25), False, date(2027, 4, 5)),
        (date(2027, 3, 26), False, date(2027, 4, 5)),  # issued on the bank holiday itself
        (date(2027, 3, 22), True, date(2027, 4, 7)),
        (date(2027, 12, 23), False, date(2028, 1, 4)),  # 27 and 28 December are substitutes; 3 January 2028 too
    ],
)
def test_the_earliest_day(app: object, issued: date, dismissal: bool, earliest: date) -> None:
    """Five working days, ten where dismissal is possible; the day of issue does not count."""
    assert earliest_hearing_day(issued, dismissal) == earliest


def give(case: object, people: object, **values: object) -> object:
    """A notice as valid as can be, but for what the test names."""
    return issue_notice(
        case,  # type: ignore[arg-type]
        **{
            "hearing_at": local(date(2027, 3, 31)), "place": "Room 4", "dismissal_possible": False,
            "by": people.owner, "at": EASTER, **values,  # type: ignore[attr-defined]
        },  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence", "field"),
    [
        ({"hearing_at": local(date(2027, 3, 30))}, "earliest day for the hearing is Wednesday 31 March 2027", "hearing_at"),
        ({"hearing_at": EASTER - timedelta(days=1)}, "The earliest day for the hearing is", "hearing_at"),
        (
            {"hearing_at": local(date(2027, 4, 6)), "dismissal_possible": True},
            "The earliest day for the hearing is Wednesday 7 April 2027", "hearing_at",
        ),
        ({"hearing_at": local(date(2027, 4, 3))}, "must be on a working day.*Saturday", "hearing_at"),
        ({"hearing_at": local(date(2099, 3, 25))}, "within 60 months from today", "hearing_at"),
        ({"hearing_at": local(date(2027, 5, 3))}, "must be on a working day.*Early May bank holiday", "hearing_at"),
        ({"place": " "}, "Enter where the hearing takes place", "place"),
    ],
)  # fmt: skip
def test_what_a_notice_needs(make: Factory, values: dict, sentence: str, field: str) -> None:
    """Long enough, on a working day, with a place; else 422 and nothing is sent."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    with pytest.raises(InvalidInput, match=sentence) as error:
        give(case, people, **values)
    assert error.value.field == field
    assert case.status is CaseStatus.HEARING_SET_UP
    assert records.letters(case) == []


def test_a_notice_on_the_last_day_is_in_time(make: Factory) -> None:
    """Exactly five working days are enough; the day to hand in papers skips the holidays too."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    notice = give(case, people, hearing_at=local(date(2027, 3, 31)))
    commit()
    assert case.status is CaseStatus.NOTIFIED
    assert case.step_due_on == date(2027, 3, 31)
    assert notice.papers_by == date(2027, 3, 25)
    assert notice.pack_fingerprint == records.accepted_report(case).fingerprint
    assert [letter.kind for letter in records.letters(case)] == [LetterKind.HEARING]
    told = {m.to_person_id: m.occasion for m in db.session.query(OutboxMessage) if "hearing" in m.occasion}
    assert told == {people.decision_maker.id: "case:hearing-set"}


def test_no_hearing_without_an_accepted_report(make: Factory) -> None:
    """The pack must be complete."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    db.session.query(InvestigationReport).update({"status": ReportState.SUBMITTED})
    with pytest.raises(AlreadyDone, match="no accepted report"):
        give(case, people)


@pytest.mark.parametrize("kind", [PersonKind.CHIEF_OFFICER, PersonKind.STATUTORY_OFFICER, PersonKind.COUNCILLOR])
def test_whoever_has_a_procedure_of_their_own_has_no_hearing_here(make: Factory, kind: PersonKind) -> None:
    """409: somebody who became a statutory officer since the case was opened."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    people.subject.person_kind = kind
    with pytest.raises(AlreadyDone, match="procedure of their own"):
        give(case, people)


def test_dismissal_is_not_announced_to_whom_it_cannot_happen(make: Factory) -> None:
    """The pack knows no dismissal of agency staff."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    people.subject.person_kind = PersonKind.AGENCY
    with pytest.raises(InvalidInput, match="not a possible outcome"):
        give(case, people, dismissal_possible=True, hearing_at=local(date(2027, 4, 20)))


def test_a_conflict_that_came_up_since_stops_the_notice(make: Factory) -> None:
    """The rules are asked again when the notice is given."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    make.keep(
        DeclaredRelationship(
            person_id=people.decision_maker.id, other_id=people.subject.id, kind=RelationshipKind.FAMILY,
            since=date(2027, 3, 1),
        )
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="or is close to one"):
        give(case, people)


def test_the_preview_is_the_letter_and_keeps_nothing(make: Factory) -> None:
    """What HR sees before is what the person gets."""
    people = people_for(make)
    case = with_decision(accepted_case(make, people), people, at=EASTER)
    shown = preview_notice(
        case, hearing_at=local(date(2027, 3, 31)), place="Room 4", dismissal_possible=False, by=people.owner, at=EASTER
    )
    assert records.notices(case) == []
    assert records.letters(case) == []
    give(case, people)
    assert records.letters(case)[0].words == shown


# The answer


@pytest.mark.parametrize("kind", CompanionKind)
def test_statutory_companions_come_by_right_and_others_are_judged(make: Factory, kind: CompanionKind) -> None:
    """Nobody is refused by itself: another companion waits for HR."""
    people = people_for(make)
    make.person("Kim Lee")
    notice = notified(accepted_case(make, people), people)
    answer_notice(notice, companion_kind=kind, companion="Kim Lee", reply="", by=people.subject, at=START)
    assert notice.companion_allowed is (None if kind is CompanionKind.OTHER else True)
    if kind is CompanionKind.OTHER:
        judge_companion(notice, allowed=False, by=people.owner, at=START)
        assert notice.companion_allowed is False
    else:
        with pytest.raises(InvalidInput, match="as of right"):
            judge_companion(notice, allowed=False, by=people.owner, at=START)
        assert notice.companion_allowed is True


def test_a_companion_may_be_changed_until_the_hearing(make: Factory) -> None:
    """Acas Code paragraph 15. The same companion stays judged; another one is judged anew."""
    people = people_for(make)
    notice = notified(accepted_case(make, people), people)
    other = {"companion_kind": CompanionKind.OTHER, "reply": "", "by": people.subject}
    answer_notice(notice, companion="A neighbour", at=START, **other)
    judge_companion(notice, allowed=True, by=people.owner, at=START)
    answer_notice(notice, companion="A neighbour", at=START, **{**other, "reply": "I need a break every hour."})
    assert (notice.companion_allowed, notice.reply) == (True, "I need a break every hour.")
    answer_notice(notice, companion="An uncle", at=START, **other)
    assert notice.companion_allowed is None
    with pytest.raises(AlreadyDone, match="can no longer be changed"):
        answer_notice(notice, companion="A cousin", at=notice.hearing_at, **other)


def test_each_answer_and_each_decision_about_a_companion_is_told(make: Factory) -> None:
    """The owner of each answer, the person concerned of each decision and of each answer that HR recorded."""
    people = people_for(make)
    notice = notified(accepted_case(make, people), people)
    other = {"companion_kind": CompanionKind.OTHER, "reply": "", "by": people.subject}

    def told(person: Person, kind: str) -> int:
        commit()
        about = sa.select(OutboxMessage.occasion).filter_by(to_person_id=person.id, subject_id=notice.id)
        return sum(occasion.startswith(kind) for occasion in db.session.execute(about).scalars())

    for number, name in enumerate(("A neighbour", "An uncle"), start=1):
        answer_notice(notice, companion=name, at=START, **other)
        assert told(people.owner, "case:hearing-answered") == number
        judge_companion(notice, allowed=False, by=people.owner, at=START)
        assert told(people.subject, "case:companion-judged") == number
    answer_notice(notice, companion_kind=None, companion="", reply="Not on that day.", by=people.subject, at=START)
    assert told(people.owner, "case:hearing-answered") == 3
    for number in (1, 2):
        record_answer(
            notice, companion_kind=None, companion="", reply="By letter.", came=Came(clock.local_day(START), CameBy.LETTER),
            by=people.owner, at=START, answer_seen=notice.replied_at,
        )  # fmt: skip
        assert told(people.subject, "case:answer-recorded") == number


@pytest.mark.parametrize(
    ("kind", "name", "field"), [(None, "Kim Lee", "companion_kind"), (CompanionKind.FELLOW_WORKER, " ", "companion")]
)
def test_half_an_answer_about_a_companion(make: Factory, kind: CompanionKind | None, name: str, field: str) -> None:
    """A name needs a kind, and a kind a name."""
    people = people_for(make)
    notice = notified(accepted_case(make, people), people)
    with pytest.raises(InvalidInput) as error:
        answer_notice(notice, companion_kind=kind, companion=name, reply="", by=people.subject, at=START)
    assert error.value.field == field


def test_no_companion_no_judgement(make: Factory) -> None:
    """There is nothing to decide."""
    people = people_for(make)
    notice = notified(accepted_case(make, people), people)
    with pytest.raises(InvalidInput, match="No companion has been named"):
        judge_companion(notice, allowed=True, by=people.owner, at=START)


# Postponement


def test_the_page_says_up_to_when_it_can_be_moved_by_right(make: Factory, client_of: Callable[..., PageClient]) -> None:
    people = people_for(make)
    notice = notified(accepted_case(make, people), people)
    latest = latest_day_by_right(clock.local_day(notice.hearing_at))
    with clock.set_to(notice.issued_at):
        page = client_of(people.owner).get(f"/hr-cases/{notice.case.reference}/postpone")
    assert f"can be moved by right up to {uk_weekday_date(latest)}." in page.text
    assert "How was the latest day worked out?" in page.text
    assert "The time for it is 5 working days (local setting)." in page.text


def test_the_latest_day_by_right(app: object) -> None:
    """Five working days, beginning with the first after the day set: over Easter that is 1 April."""
    assert latest_day_by_right(date(2027, 3, 23)) == date(2027, 4, 1)
    assert latest_day_by_right(date(2027, 3, 10)) == date(2027, 3, 17)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2027, 3, 23), "must be after the day that was set"),
        (date(2027, 3, 26), "must be a working day.*Good Friday"),
        (date(2027, 4, 2), "up to Thursday 1 April 2027"),
    ],
)
def test_what_is_no_right(make: Factory, day: date, sentence: str) -> None:
    """Later than five working days is for HR to decide."""
    people = people_for(make)
    at = datetime(2027, 3, 15, 9, 0, tzinfo=UTC)
    notice = notified(accepted_case(make, people), people, at=at, day=date(2027, 3, 23))
    with pytest.raises(InvalidInput, match=sentence) as error:
        postpone_hearing(notice, reason="The companion is away.", proposed_day=day, by=people.owner, at=at)
    assert error.value.field == "proposed_day"
    assert notice.postponed_at is None


def test_the_postponement_by_right(make: Factory) -> None:
    """The hearing moves to the day proposed, without a new period of notice, and only once by right."""
    people = people_for(make)
    case = accepted_case(make, people)
    first = notified(case, people)  # 10 March
    at = local(date(2027, 3, 9), 9)
    postpone_hearing(first, reason="The companion is away.", proposed_day=date(2027, 3, 12), by=people.owner, at=at)
    commit()
    assert case.status is CaseStatus.HEARING_SET_UP
    assert "Friday 12 March 2027" in records.letters(case)[-1].words
    with pytest.raises(InvalidInput, match="must be on Friday 12 March 2027"):
        give(case, people, hearing_at=local(date(2027, 3, 15)), at=at)
    with pytest.raises(InvalidInput, match="earliest day"):  # a harder notice needs its full time
        give(case, people, hearing_at=local(date(2027, 3, 12)), at=at, dismissal_possible=True)
    on_the_day = local(date(2027, 3, 12)) + timedelta(seconds=41)
    with pytest.raises(InvalidInput, match="must not be in the past"):
        give(case, people, hearing_at=local(date(2027, 3, 12)) - timedelta(minutes=1), at=on_the_day)
    # In the very minute in which it is typed.
    assert preview_notice(
        case, hearing_at=local(date(2027, 3, 12)), place="Room 4", dismissal_possible=False, by=people.owner, at=on_the_day
    )
    second = give(case, people, hearing_at=local(date(2027, 3, 12)), at=at)
    commit()
    assert second.number == 2
    with pytest.raises(InvalidInput, match="was used already"):
        postpone_hearing(second, reason="Again.", proposed_day=date(2027, 3, 15), by=people.owner, at=at)
    postpone_hearing(second, reason="The decision maker is ill.", by=people.owner, at=at)
    commit()
    with pytest.raises(InvalidInput, match="earliest day for the hearing is Tuesday 16 March 2027"):
        give(case, people, hearing_at=local(date(2027, 3, 15)), at=at)


def test_a_postponement_needs_a_reason_and_an_open_notice(make: Factory) -> None:
    """Discretion is recorded; a notice that ended cannot end again."""
    people = people_for(make)
    case = accepted_case(make, people)
    first = notified(case, people)
    with pytest.raises(InvalidInput, match="Enter why"):
        postpone_hearing(first, reason=" ", by=people.owner, at=START)
    postpone_hearing(first, reason="The room is flooded.", by=people.owner, at=START)
    commit()
    notified(case, people)
    for act in (
        lambda: postpone_hearing(first, reason="Again.", by=people.owner, at=START),
        lambda: answer_notice(first, companion_kind=None, companion="", reply="", by=people.subject, at=START),
        lambda: judge_companion(first, allowed=True, by=people.owner, at=START),
    ):
        with pytest.raises(AlreadyDone, match="was put off"):
            act()


# The hearing

HELD = {
    "held_on": date(2027, 3, 10), "in_absence": False, "absence_reasons": "", "present": "All who were asked",
    "minutes": "Sam Subject said that the post was a mistake.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "at", "sentence", "field"),
    [
        ({}, local(date(2027, 3, 10), 14), "10 March 2027 at 2:05pm. It cannot be recorded before", "held_on"),
        ({"held_on": date(2027, 3, 9)}, local(date(2027, 3, 10), 17), "before the day of its notice", "held_on"),
        ({"held_on": date(2027, 3, 11)}, local(date(2027, 3, 10), 17), "must not be in the future", "held_on"),
        ({"present": " "}, local(date(2027, 3, 10), 17), "Enter who was present", "present"),
        ({"minutes": " "}, local(date(2027, 3, 10), 17), "Enter the minutes", "minutes"),
        ({"in_absence": True}, local(date(2027, 3, 10), 17), "Enter why the hearing went ahead", "absence_reasons"),
        (
            {"in_absence": True, "absence_reasons": "They did not come."}, local(date(2027, 3, 10), 17),
            "rearranged at least once", "in_absence",
        ),
    ],
)  # fmt: skip
def test_what_a_hearing_needs(make: Factory, values: dict, at: datetime, sentence: str, field: str) -> None:
    """Not before its time, with minutes; without the person concerned only after it was rearranged."""
    people = people_for(make)
    case = accepted_case(make, people)
    notified(case, people)
    with pytest.raises(InvalidInput, match=sentence) as error:
        record_hearing(case, **{**HELD, **values}, by=people.decision_maker, at=at)
    assert error.value.field == field
    assert case.status is CaseStatus.NOTIFIED


def test_in_absence_after_a_rearrangement(make: Factory) -> None:
    """With reasons, after one hearing was put off, it goes ahead (Acas Code paragraph 25)."""
    people = people_for(make)
    case = accepted_case(make, people)
    first = notified(case, people)
    missed = first.hearing_at + timedelta(hours=1)
    postpone_hearing(first, reason="They did not come.", by=people.owner, at=missed)
    commit()
    second = notified(case, people, at=missed)
    at = second.hearing_at + timedelta(minutes=30)
    held = {**HELD, "held_on": clock.local_day(at), "in_absence": True, "absence_reasons": "Again without a word."}
    after = {**held, "held_on": clock.local_day(at) + timedelta(days=1)}
    with pytest.raises(InvalidInput, match="and of no other day") as error:
        record_hearing(case, **after, by=people.decision_maker, at=at + timedelta(days=2))
    assert (error.value.field, case.status) == ("held_on", CaseStatus.NOTIFIED)
    hearing = record_hearing(case, **held, by=people.decision_maker, at=at)
    commit()
    assert case.status is CaseStatus.HEARD
    assert (hearing.in_absence, hearing.absence_reasons, hearing.notice_id) == (True, "Again without a word.", second.id)


def test_the_outcome_is_due_five_working_days_after_the_hearing(make: Factory) -> None:
    """Counted from the day it was held, over Easter."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people, day=date(2027, 3, 25))
    record_hearing(
        case, **{**HELD, "held_on": date(2027, 3, 25)}, by=people.decision_maker, at=notice.hearing_at + timedelta(hours=1)
    )
    assert case.step_due_on == date(2027, 4, 5)


def test_a_companion_nobody_decided_about(make: Factory) -> None:
    """HR decides first; discretion is never left to chance."""
    people = people_for(make)
    case = accepted_case(make, people)
    notice = notified(case, people)
    answer_notice(
        notice, companion_kind=CompanionKind.OTHER, companion="A neighbour", reply="", by=people.subject, at=START
    )
    at = notice.hearing_at + timedelta(hours=1)
    with pytest.raises(AlreadyDone, match="whether the companion may come"):
        record_hearing(case, **HELD, by=people.decision_maker, at=at)
    judge_companion(notice, allowed=True, by=people.owner, at=at)
    record_hearing(case, **HELD, by=people.decision_maker, at=at)
