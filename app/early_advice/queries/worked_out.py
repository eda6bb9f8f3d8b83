"""By which settings this room's dates are worked out, and how each of them came about."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.account_register.queries.managers import missing_manager_of
from app.breach_reports.models import YesNoUnknown
from app.core.clock import local_day
from app.core.db import db
from app.core.presentation import count_words, uk_datetime, uk_weekday_date
from app.core.worked_out import WorkedOut
from app.early_advice.models import (
    AdviceQuestion,
    BreachAnswer,
    DeclarationOfInterest,
    DeclarationStatus,
    MistakeAlert,
    ProfileCheck,
)
from app.people.models import Person
from app.policy.explaining import counted_from, counted_from_receipt, months_from
from app.policy.queries import due_after_receipt, due_at_once, pack, period

ALERT_DUE, REMOVAL, REMOVAL_TODAY = (
    "mistake_alert_working_days", "takedown_working_days", "takedown_serious_harm_working_days",
)  # fmt: skip
BREACH_HOURS = "personal_data_breach_hours"
QUESTION_DUE = "ask_first_working_days"
DECISION, ACTION, HR_LOOK = (
    "declaration_decision_working_days", "declaration_action_working_days", "safeguarding_referral_working_days",
)  # fmt: skip
DECLARATION_YEARLY, PROFILE_YEARLY = "declaration_review_months", "profile_check_months"
NOTICE = "looking_again_notice_working_days"


NOTICED_WITHIN = timedelta(days=365)


def noticed_from(today: date) -> date:
    """The first day that can be given as the one on which a mistake was noticed: what lies further back is mistyped."""
    return today - NOTICED_WITHIN


def hours_end(since: datetime) -> datetime:
    """When the hours end within which the regulator is told: real hours from knowing of a breach, nights, weekends and
    changes of the clock among them (UK GDPR, Article 33(1)).
    """
    return since + timedelta(hours=period(BREACH_HOURS).value)


def deadline_of_breach(alert: MistakeAlert) -> datetime | None:
    """When these hours end for an alert; nothing while nobody has thought of a breach.

    Where it was said that nobody's details were shown, the organisation knows of none before somebody first thinks that it
    may be one; else it is taken to know from the telling, which is the cautious reading of Article 33(1).
    """
    since = alert.officer_counts_from or (alert.sent_at if alert.may_be_breach else None)
    return None if since is None else hours_end(since)


def ends_of_breaches(references: Collection[str]) -> dict[str, datetime]:
    """When the hours end of those of these alerts that may be a personal data breach, by reference."""
    alert = MistakeAlert
    since = sa.func.coalesce(alert.officer_counts_from, alert.sent_at)
    counts = sa.or_(alert.officer_counts_from.is_not(None), alert.personal_data != YesNoUnknown.NO)
    query = sa.select(alert.reference, since).where(alert.reference.in_(references), counts)
    return {reference: hours_end(begun) for reference, begun in db.session.execute(query)}


def hours_counted(alert: MistakeAlert) -> str:
    """From when the hours of an alert count, in words that follow "72 hours"."""
    if alert.officer_counts_from in (None, alert.sent_at):
        return "from when it was sent"
    is_first = alert.officer_counts_from == alert.officer_asked_at
    return "from when somebody first thought that it may be a breach" if is_first else "from when something new was told"


def goes_on(alert: MistakeAlert, at: datetime) -> bool:
    """Whether the hours of a breach that was found, and not reported, run still: they do not begin anew."""
    since = alert.officer_counts_from
    return alert.breach_answer is BreachAnswer.NOT_REPORTABLE and since is not None and hours_end(since) > at


def hours_after_news(answer: BreachAnswer | None) -> str:
    """What the law asks once something new is told after an answer, as far as it is sure (UK GDPR, Article 33)."""
    if answer is BreachAnswer.REPORTED:
        return (
            "It was reported to the regulator. What is found later is given to them without undue further delay (UK GDPR, "
            "Article 33(4)): the day here is the last, not the first, on which to do so."
        )
    if answer is BreachAnswer.NOT_REPORTABLE:
        return (
            "It was found to be a breach before, so the 72 hours of the law may have begun with that, or be over. If it has "
            "to be reported after all, do so without waiting for this day, and say why it is late. Check with HR or legal."
        )
    return (
        "It was found to be no breach before, so the 72 hours begin with what is new at the latest. If somebody here knew "
        "sooner that it is one, the time began then. Check with HR or legal."
    )


def alert_due_on(alert: MistakeAlert) -> date:
    """By when those who were told see an alert. Where it may be a personal data breach the hours do not wait for the next
    morning, nor for a working day: what comes after hours counts at once, and the day is never after that of their end.
    """
    if not alert.may_be_breach:
        return due_after_receipt(ALERT_DUE, alert.sent_at)
    return min(due_at_once(ALERT_DUE, local_day(alert.sent_at)), local_day(hours_end(alert.sent_at)))


def manager_worked_out(person: Person, due_on: date) -> WorkedOut:
    """How the day came about by which HR records who manages somebody, for whom what waits is not theirs to know: neither
    when it was sent nor how long there is, since either would say what kind of thing it is.
    """
    kept = missing_manager_of("early_manager", person)
    said: tuple[str, ...] = (
        "It is the day by which whoever manages them has to act, as it was set when it was sent. When that was and how long "
        "there is depends on what it is, so it is not said here. Where several things wait, it is the first of their days.",
    )
    if kept is not None and kept.missing_since is not None:
        said = (
            f"Somebody was last there to act on it on {uk_weekday_date(kept.missing_since)}. That day does not count. You "
            "have the time that whoever manages them would have had, counted from then. How long that is depends on what it "
            "is, so it is not said here.",
        )
    return WorkedOut(said, (), f"The date that was set is {uk_weekday_date(due_on)}.")


def alert_worked_out(alert: MistakeAlert) -> list[tuple[str, WorkedOut | None]]:
    """How each date of an alert came about, with what the date is for."""
    found: list[tuple[str, WorkedOut | None]] = [("seen and decided by", _seen_by(alert))]
    if alert.take_down_by is not None and alert.decided_at is not None:
        name = REMOVAL_TODAY if alert.same_day else REMOVAL
        how = counted_from(name, local_day(alert.decided_at), alert.take_down_by, since="It was decided")
        found.append(("taken down by", how))
    if alert.officer_counts_from is not None:
        found.append(("judged by", _of_breach(alert, alert.officer_counts_from)))
    return found


def _seen_by(alert: MistakeAlert) -> WorkedOut:
    """What was sent before that rule, or when other days were closed, is explained as anything that came at a moment."""
    if alert.may_be_breach:
        sent_on, last = local_day(alert.sent_at), local_day(hours_end(alert.sent_at))
        counted = due_at_once(ALERT_DUE, sent_on)
        if alert.due_on == last < counted:
            return _not_after_the_hours(alert, counted)
        if alert.due_on == counted:
            since = "It may have shown details about other people, so it counts from that day at whatever hour. It was sent"
            return counted_from(ALERT_DUE, sent_on, alert.due_on, since=since)
    return counted_from_receipt(ALERT_DUE, alert.sent_at, alert.due_on, since="It was sent")


def _not_after_the_hours(alert: MistakeAlert, counted: date) -> WorkedOut:
    setting, hours, end = period(ALERT_DUE), period(BREACH_HOURS), hours_end(alert.sent_at)
    said = (
        f"It was sent on {uk_datetime(alert.sent_at)}. The time for it is {count_words(setting.value, 'working day')} "
        f"({pack().cite(setting.sources)}), which would be {uk_weekday_date(counted)}.",
        f"It may have shown details about other people. A personal data breach is reported within {hours.value} hours, "
        f"where it has to be (UK GDPR, Article 33; {pack().cite(hours.sources)}). They end on {uk_datetime(end)}, so the "
        "day is never later than that.",
    )
    return WorkedOut(said, (), f"So it is {uk_weekday_date(alert.due_on)}.")


def _of_breach(alert: MistakeAlert, since: datetime) -> WorkedOut:
    hours, end = period(BREACH_HOURS), hours_end(since)
    law = f"UK GDPR, Article 33; {pack().cite(hours.sources)}"
    reported = f"A personal data breach is reported within {hours.value} hours of that, where it has to be ({law})."
    always = "Nights, weekends and bank holidays count."
    sooner = f"{always} If somebody here knew of it sooner, the time began then."
    said: tuple[str, ...]
    if alert.found_before is not None:
        told = f"Something new was told on {uk_datetime(since)}: there are {hours.value} hours to look at it again ({law})."
        said = (told, hours_after_news(alert.found_before), always)
    elif since == alert.sent_at:
        said = (f"It was sent on {uk_datetime(since)}: since then the organisation knows of it. {reported}", sooner)
    else:
        first = f"On {uk_datetime(since)} somebody first thought that it may be a breach"
        said = (f"{first}; whoever told of it had said that it showed nobody’s details. {reported}", sooner)
    return WorkedOut(said, (), f"So it ends on {uk_weekday_date(end)}, at {uk_datetime(end).rpartition(' at ')[2]}.")


def question_worked_out(question: AdviceQuestion) -> WorkedOut | None:
    """How the day came about by which a question is answered."""
    return counted_from_receipt(QUESTION_DUE, question.asked_at, question.due_on, since="It was asked")


def declaration_worked_out(declaration: DeclarationOfInterest) -> list[tuple[str, WorkedOut | None]]:
    """How each date of a declaration came about, with what the date is for; that of HR only while all know that it looks."""
    one = declaration
    if one.status is DeclarationStatus.WITH_HR:
        return [("looked at by", hr_worked_out(one))]
    since = "It was declared" if one.review_since == one.declared_at else "Human Resources had looked at it"
    decided = counted_from_receipt(DECISION, one.review_since, one.review_by, since=since)
    found: list[tuple[str, WorkedOut | None]] = [("decided by", decided)]
    if one.act_by is not None and one.reviewed_at is not None:
        found.append(("done by", counted_from(ACTION, local_day(one.reviewed_at), one.act_by, since="It was decided")))
    if one.again_on is not None and one.agreed_at is not None:
        how = months_from(DECLARATION_YEARLY, local_day(one.agreed_at), one.again_on, since="It was last agreed")
        found.append(("looked at again by", how))
    return found


def hr_worked_out(declaration: DeclarationOfInterest) -> WorkedOut | None:
    """How the day came about by which HR looks at it; for those alone who may know that HR was asked."""
    if declaration.hr_asked_at is None or declaration.hr_due_on is None:
        return None
    day = local_day(declaration.hr_asked_at)
    return counted_from(HR_LOOK, day, declaration.hr_due_on, since="Human Resources was asked")


def lead_worked_out(declaration: DeclarationOfInterest) -> WorkedOut | None:
    """How the day came about by which the safeguarding lead takes it over; for those alone who may know of that."""
    if declaration.lead_asked_at is None or declaration.lead_due_on is None:
        return None
    since = "Human Resources took it to the safeguarding lead"
    return counted_from(HR_LOOK, local_day(declaration.lead_asked_at), declaration.lead_due_on, since=since)


def profile_worked_out(check: ProfileCheck) -> WorkedOut | None:
    """How the day came about on which somebody is reminded of their profile."""
    if check.again_on is None:
        return None
    return months_from(PROFILE_YEARLY, local_day(check.checked_at), check.again_on, since="You last looked")
