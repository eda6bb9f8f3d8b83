"""Each step has a day of its own: whose turn it is hears in time, and nobody is late for what could not be done."""

from collections.abc import Callable
from datetime import date, timedelta

from app.core import clock
from app.core.db import commit
from app.core.presentation import uk_weekday_date
from app.hr_cases.models import Appeal, Came, CameBy, CaseStatus, CompanionKind, LetterKind, SentBy
from app.hr_cases.operations import (
    answer_notice,
    appoint_appeal_officer,
    appoint_decision_maker,
    judge_companion,
    judge_late_appeal,
    make_final,
    record_appeal,
    record_sending,
    submit_appeal,
)
from app.hr_cases.queries import next_step, records
from tests.factories import Factory
from tests.hr_cases.at_stage import address, days_of, own_address, world_at
from tests.hr_cases.factories import World, case_at
from tests.hr_cases.stages import outcome_in
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
S = CaseStatus
DAY = timedelta(days=1)


def how(world: World, client_of: ClientOf, day: date) -> str:
    """How the owner's page says that the day of the next step was worked out."""
    with clock.set_to(clock.at_local(day, 12)):
        page = client_of(world.owner).get(address(world))
    return " ".join(page.soup.select("details.app-worked-out")[0].get_text(" ").split())


def appealed_on(world: World, day: date, hour: int = 11) -> Appeal:
    """The person concerned appeals."""
    appeal = submit_appeal(world.case, grounds="Too hard.", by=world.subject, at=clock.at_local(day, hour))
    commit()
    return appeal


def test_appointing_who_hears_an_appeal_and_hearing_it_have_days_of_their_own(
    make: Factory, client_of: ClientOf
) -> None:
    """The owner is asked within three working days; whoever hears it has the twenty that the person was told of."""
    world = world_at(make, S.DECIDED)
    monday, thursday, heard_by = date(2027, 3, 15), date(2027, 3, 18), date(2027, 4, 14)
    appeal = appealed_on(world, monday)
    assert (world.case.step_due_on, appeal.heard_by) == (thursday, heard_by)
    assert days_of(world.owner, monday) == {"case-appoint-appeal-officer": thursday}
    step = next_step(world.case)
    assert step is not None
    assert (step.words, step.due_on) == ("appoint an appeal officer", thursday)
    assert "The appeal was received on Monday 15 March 2027" in how(world, client_of, monday)
    at = clock.at_local(thursday, 11)
    appoint_appeal_officer(world.case, officer=world.appeal_officer, by=world.owner, at=at)
    commit()
    assert days_of(world.appeal_officer, thursday) == {"case-decide-appeal": heard_by}
    step = next_step(world.case)
    assert step is not None
    assert (step.words, step.due_on) == ("decide the appeal", heard_by)
    assert "The appeal was taken on Monday 15 March 2027" in how(world, client_of, thursday)


def test_whoever_decides_has_the_whole_time_from_their_appointment(make: Factory, client_of: ClientOf) -> None:
    """Found on the last day, in time: they are not late on the next for what they had an afternoon to do."""
    world = case_at(make, S.ACCEPTED)
    last, whole = date(2027, 3, 10), date(2027, 3, 17)
    assert days_of(world.manager, last)["case-appoint-decision-maker"] == last
    assert "The report was accepted on Wednesday 3 March 2027" in how(world, client_of, last)
    at = clock.at_local(last, 15)
    appoint_decision_maker(world.case, decision_maker=world.decision_maker, by=world.manager, at=at)
    commit()
    assert days_of(world.decision_maker, last) == {"case-decide-to-answer": whole}
    assert "The decision maker was appointed on Wednesday 10 March 2027" in how(world, client_of, last)


def test_a_late_appeal_is_judged_by_a_day_of_its_own(make: Factory, client_of: ClientOf) -> None:
    """Five working days from its receipt, after hours from the next; once it is accepted, three for finding somebody."""
    world = world_at(make, S.DECIDED)
    came, by = date(2027, 3, 31), date(2027, 4, 8)
    appeal = appealed_on(world, came, hour=20)
    assert appeal.waits_for_judgement
    assert days_of(world.owner, came) == {"case-judge-late-appeal": by}
    step = next_step(world.case)
    assert step is not None
    assert (step.words, step.due_on) == ("decide about the late appeal", by)
    explained = how(world, client_of, came)
    assert "The late appeal was received on 31 March 2027" in explained
    assert "it counts from Thursday 1 April 2027" in explained
    at = clock.at_local(by, 11)
    judge_late_appeal(appeal, accepted=True, reasons="In hospital.", by=world.owner, at=at)
    commit()
    assert days_of(world.owner, by) == {"case-appoint-appeal-officer": date(2027, 4, 13)}
    assert "It was decided to hear the late appeal on Thursday 8 April 2027" in how(world, client_of, by)
    appoint_appeal_officer(world.case, officer=world.appeal_officer, by=world.owner, at=at)
    commit()
    assert days_of(world.appeal_officer, by) == {"case-decide-appeal": appeal.heard_by}
    assert "It was decided to hear the late appeal on Thursday 8 April 2027" in how(world, client_of, by)


def test_where_a_late_appeal_is_refused_making_final_is_not_late(make: Factory, client_of: ClientOf) -> None:
    """It can be done at once, and is due on the next working day: before, it could not be done."""
    world = world_at(make, S.DECIDED)
    judged, by = date(2027, 4, 6), date(2027, 4, 7)
    appeal = appealed_on(world, date(2027, 3, 31))
    at = clock.at_local(judged, 11)
    judge_late_appeal(appeal, accepted=False, reasons="No reason was given.", by=world.owner, at=at)
    commit()
    assert days_of(world.owner, judged) == days_of(world.owner, by) == {"case-make-final": by}
    assert "It was decided not to hear the late appeal on Tuesday 6 April 2027" in how(world, client_of, judged)
    make_final(world.case, by=world.owner, at=at)
    commit()
    assert world.case.status is S.FINAL
    assert "The outcome became final on Tuesday 6 April 2027" in how(world, client_of, judged)


def test_a_letter_sent_while_a_late_appeal_waits_leaves_it_its_day(make: Factory) -> None:
    """They appealed late and then left without having read the outcome: sending it opens their time to appeal anew, which
    making final waits for once the late appeal was refused.
    """
    world = world_at(make, S.DECIDED)
    came, by = date(2027, 3, 31), date(2027, 4, 7)
    at = clock.at_local(came, 11)
    appeal = record_appeal(world.case, grounds="Too hard.", came=Came(came, CameBy.LETTER), by=world.owner, at=at)
    world.subject.last_working_day, world.subject.left_at_once = came, True
    commit()
    assert days_of(world.owner, came)["case-judge-late-appeal"] == by
    letter = next(one for one in records.letters(world.case) if one.kind is LetterKind.OUTCOME)
    at += DAY
    record_sending(letter, sent_on=clock.local_day(at), sent_by=SentBy.POST, note="By post", by=world.owner, at=at)
    commit()
    assert days_of(world.owner, clock.local_day(at))["case-judge-late-appeal"] == by
    judge_late_appeal(appeal, accepted=False, reasons="No reason was given.", by=world.owner, at=at)
    commit()
    assert world.case.step_counted_from == outcome_in(world.case).appeal_by > clock.local_day(at)
    assert "case-make-final" not in days_of(world.owner, clock.local_day(at))


def test_whoever_has_answered_keeps_the_day_for_papers_of_their_own(make: Factory, client_of: ClientOf) -> None:
    """On their page, with how it was worked out, and on the first page; over once the day is, for they need not have any."""
    world = world_at(make, S.NOTIFIED)
    notice = records.notices(world.case)[-1]
    before, papers_by = notice.papers_by - DAY, notice.papers_by

    def page(day: date) -> str:
        with clock.set_to(clock.at_local(day, 12)):
            return " ".join(client_of(world.subject).get(own_address(world)).soup.get_text(" ").split())

    hearing_on = clock.local_day(notice.hearing_at)
    due = days_of(world.subject, before)
    assert (due["case-about-you-notice"], due["case-about-you-meeting"]) == (papers_by, hearing_on)
    assert "Tell us who comes with you" in page(before)
    answered = clock.at_local(before, 11)
    answer_notice(notice, companion_kind=None, companion="", reply="", by=world.subject, at=answered)
    commit()
    for day, ahead in ((before, True), (papers_by, True), (papers_by + DAY, False)):
        due = days_of(world.subject, day)
        assert due.get("case-about-you-papers") == (papers_by if ahead else None)
        assert "case-about-you-notice" not in due
        assert ("If you have papers of your own, send them to us" in page(day)) is ahead
        assert ("It is counted backwards from the hearing" in page(day)) is ahead


def test_the_person_concerned_is_told_of_the_day_of_their_hearing_and_of_the_last_to_appeal(
    make: Factory, client_of: ClientOf
) -> None:
    """Each on its day, explained where it leads; over once it is past, put off, or done."""
    world = world_at(make, S.NOTIFIED)
    notice = records.notices(world.case)[-1]
    hearing_on = clock.local_day(notice.hearing_at)
    for day, ahead in ((hearing_on, True), (hearing_on + DAY, False)):
        assert days_of(world.subject, day).get("case-about-you-meeting") == (hearing_on if ahead else None)
    with clock.set_to(clock.at_local(hearing_on, 8)):
        said = client_of(world.subject).get(own_address(world)).soup.select(".app-worked-out")
        assert any(uk_weekday_date(hearing_on) in part.get_text() for part in said)
    for name in ("investigator", "owner", "decision_maker"):
        assert not {kind for kind in days_of(getattr(world, name), hearing_on) if kind.startswith("case-about-you")}

    world = world_at(make, S.DECIDED)
    appeal_by = outcome_in(world.case).appeal_by
    for day, ahead in ((appeal_by, True), (appeal_by + DAY, False)):
        assert days_of(world.subject, day).get("case-about-you-appeal") == (appeal_by if ahead else None)
    appealed_on(world, appeal_by)
    assert "case-about-you-appeal" not in days_of(world.subject, appeal_by)


def test_a_companion_who_has_no_right_to_come_is_decided_about_within_days_and_never_after_the_hearing(
    make: Factory, client_of: ClientOf
) -> None:
    """Two working days from the answer, or the day of the hearing if that is sooner; another answer begins anew."""
    world = world_at(make, S.NOTIFIED)
    notice = records.notices(world.case)[-1]
    hearing_on = clock.local_day(notice.hearing_at)
    thursday, friday = date(2027, 3, 4), date(2027, 3, 5)

    def name(companion: str, day: date) -> date:
        at = clock.at_local(day, 11)
        answer_notice(
            notice, companion_kind=CompanionKind.OTHER, companion=companion, reply="", by=world.subject, at=at
        )
        commit()
        return days_of(world.owner, day)["case-judge-companion"]

    assert name("A neighbour", thursday) == date(2027, 3, 8)
    with clock.set_to(clock.at_local(thursday, 12)):
        page = client_of(world.owner).get(address(world, "/meetings"))
    said = " ".join(page.soup.get_text(" ").split())
    assert "To be decided by 8 March 2027" in said
    assert "The answer came on Thursday 4 March 2027" in said
    assert name("A neighbour", friday) == date(2027, 3, 9)
    assert name("An uncle", hearing_on - DAY) == hearing_on
    with clock.set_to(clock.at_local(hearing_on - DAY, 12)):
        page = client_of(world.owner).get(address(world, "/meetings"))
    assert "chose this day when they set the hearing for it" in " ".join(page.soup.get_text(" ").split())
    with clock.set_to(clock.at_local(hearing_on - DAY, 13)):
        judge_companion(notice, allowed=True, by=world.owner, at=clock.now())
        commit()
        page = client_of(world.owner).get(address(world, "/meetings"))
    assert "To be decided by" not in page.soup.get_text(" ")
