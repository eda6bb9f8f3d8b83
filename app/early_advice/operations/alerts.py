"""Telling of a mistake, seeing it, and saying what comes of it (policy 6.3; domain 3.6, side workflows)."""

import uuid
from datetime import date, datetime

from app.breach_reports.models import BreachReport, YesNoUnknown
from app.breach_reports.operations import ReportAnswers, submit_report
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.outbox import as_news, notify
from app.core.presentation import uk_date, uk_datetime
from app.core.references import new_reference
from app.core.sealing import new_data_key
from app.early_advice.models import (
    UNDECIDED,
    AlertAnswers,
    AlertOutcome,
    AlertReceipt,
    AlertReport,
    AlertStatus,
    EarlierOutcome,
    MistakeAlert,
    Seat,
)
from app.early_advice.operations import messages
from app.early_advice.operations.guards import decided_already, must_have_seen, must_hear
from app.early_advice.operations.officer import ask_officer_at_once, say_about_officer
from app.early_advice.queries import ALERTS, own_report_of, seats_of_chain, waits_for_a_tick, who_hears
from app.early_advice.queries.worked_out import REMOVAL, REMOVAL_TODAY, alert_due_on, noticed_from
from app.people.models import Person
from app.policy.queries import due_at_once, pack

SENT = event_kind("early-alert:sent", "told of a mistake")
SEEN = event_kind("early-alert:seen", "ticked that they have seen it")
DECIDED = event_kind("early-alert:decided", "said what comes of it: {outcome}")
AFTER_ALL = event_kind("early-alert:after-all", "said that it must come down after all")
TAKEN_DOWN = event_kind("early-alert:taken-down", "confirmed that it is taken down")
REPORTED = event_kind("report:from-alert", "made this report from what the person concerned told them early")

ONLY_TOLD = "Only those who were told of it and have ticked it, and whom such things are told today, can do this."


def send_alert(
    answers: AlertAnswers, *, by: Person, at: datetime, alert_id: uuid.UUID | None = None
) -> MistakeAlert:
    """Tell of a mistake, in every place that the pack names at once: the manager and the register's keeper (policy 6.3).

    It is never refused for want of a reader: a place where nobody sits is left out, but for the manager's, whom HR records.
    Where it showed details about others the data protection officer is asked at once, whenever the others come to read it.
    """
    demand(bool(pack().switches["mistake_alerts"].value), "The policy of this organisation has no alerts of mistakes.")
    _refuse_unfinished(answers, clock.local_day(at))
    key = new_data_key(at)
    known = pack().find_platform(answers.platform) if answers.platform else None
    alert = MistakeAlert(
        id=alert_id or uuid.uuid4(), reference=new_reference(), author_id=by.id, author=by, data_key_id=key.id, data_key=key,
        account_id=answers.account.id if answers.account else None,
        platform=answers.account.platform if answers.account else known.name if known else "",
        personal_data=answers.personal_data, noticed_on=answers.noticed_on, sent_at=at,
    )  # fmt: skip
    alert.due_on = alert_due_on(alert)
    alert.what, alert.address, alert.done = answers.what, answers.address, answers.done
    alert.other_platform = "" if known or answers.account else answers.platform
    seats = _seats(by, clock.local_day(at))
    alert.receipts = [AlertReceipt(position=number, seat=seat) for number, seat in enumerate(seats)]
    db.session.add_all([key, alert])
    for reader in {one.id: one for seat in seats for one in who_hears(seat, by, clock.local_day(at))}.values():
        notify(reader.id, messages.TOLD, alert.id, at=at)
    record(SENT, alert.id, by=by.id, at=at)
    if alert.personal_data is YesNoUnknown.YES:
        ask_officer_at_once(alert, at)
    return alert


def _refuse_unfinished(answers: AlertAnswers, today: date) -> None:
    if not answers.what:
        raise InvalidInput("Enter what happened", field="what")
    if answers.account is None and not answers.platform:
        raise InvalidInput("Enter where it happened", field="platform")
    if answers.noticed_on > today:
        raise InvalidInput("The day on which you noticed must be today or in the past", field="noticed_on")
    first = noticed_from(today)
    if answers.noticed_on < first:
        longer_ago = "If you noticed before that, enter that day and say in “What happened?” when it was"
        raise InvalidInput(f"Enter a day from {uk_date(first)} on. {longer_ago}", field="noticed_on")


def _seats(author: Person, day: date) -> list[Seat]:
    """The places of the chain in which somebody else sits, and the manager's, which HR fills where it is empty."""
    named = seats_of_chain(ALERTS)
    return [seat for seat in named if seat is Seat.MANAGER or who_hears(seat, author, day)] or [Seat.MANAGER]


def mark_alert_seen(alert: MistakeAlert, *, by: Person, at: datetime) -> None:
    """Tick that one has seen it, in every place in which one sits. Once all have, it waits to be decided."""
    must_hear(alert, by)
    unseen = [one for one in alert.seats_of(by) if one.seen_at is None]
    if not unseen:
        ticked = alert.seats_of(by)[0]
        raise AlreadyDone(
            "It is ticked already that this has been seen.", who=ticked.seen_by.name if ticked.seen_by else None,
            when=ticked.seen_at, what_now="Open it to see what is to be done next.",
        )  # fmt: skip
    for one in unseen:
        one.seen_at, one.seen_by = at, by
    record(SEEN, alert.id, by=by.id, at=at)
    db.session.flush()
    _go_on_if_all_have_seen(alert, at)


def _go_on_if_all_have_seen(alert: MistakeAlert, at: datetime) -> None:
    if alert.status is AlertStatus.SENT and not waits_for_a_tick(alert, clock.local_day(at)):
        alert.move_to(AlertStatus.SEEN)


def decide_alert(
    alert: MistakeAlert, outcome: AlertOutcome, *, words: str, by: Person, at: datetime, same_day: bool = False,
    to_officer: bool | None = None, why_not: str = "",
) -> None:
    """Say what comes of it, and where details about others may have been shown whether the data protection officer has to
    look at it: yes, or why not. What must come down need not wait for the second reader.
    """
    must_hear(alert, by)
    if alert.status not in UNDECIDED:
        raise decided_already(alert)
    if not alert.has_been_seen_by(by):
        raise InvalidInput("Tick first that you have seen it", field="outcome")
    _go_on_if_all_have_seen(alert, at)
    takes_down = outcome is AlertOutcome.TAKE_DOWN
    if alert.status is AlertStatus.SENT and not takes_down:
        waits = "Wait until the other person has seen it too. Only what must come down goes before"
        raise InvalidInput(waits, field="outcome")
    if (takes_down or outcome is AlertOutcome.ADVICE) and not words:
        raise InvalidInput("Enter what the person is to do or to know", field="words")
    say_about_officer(alert, to_officer, why_not, by, at)
    alert.move_to(AlertStatus.TAKING_DOWN if takes_down else AlertStatus.CLOSED)
    alert.outcome, alert.decided_by, alert.decided_at, alert.words = outcome, by, at, words
    alert.decided_by_id = by.id
    if takes_down:
        _take_down_by_a_day(alert, same_day, at)
    else:
        alert.closed_at = at
    record(DECIDED, alert.id, by=by.id, at=at, about=alert.author_id, facts={"outcome": outcome.label})
    notify(alert.author_id, messages.YOURS, alert.id, at=at)


def _take_down_by_a_day(alert: MistakeAlert, same_day: bool, at: datetime) -> None:
    alert.same_day = same_day
    alert.take_down_by = due_at_once(REMOVAL_TODAY if same_day else REMOVAL, clock.local_day(at))


def take_down_after_all(
    alert: MistakeAlert, *, words: str, by: Person, at: datetime, same_day: bool = False
) -> None:
    """Say that it must come down although it was settled: it proved worse than thought, or is up again. What came of it
    before stays as it was recorded. Who sent it is told, and so are the others who were.
    """
    if not alert.can_be_seen_by(by):
        raise NothingHere(secret=True)
    demand(alert.is_opened_again_by(by), ONLY_TOLD, what_now="Tell them what you know.")
    if alert.status in UNDECIDED:
        raise AlreadyDone("Nothing has been decided yet.", what_now="Say on its page what comes of it.")
    if not alert.can_be_taken_down_after_all_by(by):
        raise decided_already(alert)
    if not words:
        raise InvalidInput("Enter what the person is to do, and what was found", field="words")
    _keep_outcome(alert)
    alert.move_to(AlertStatus.TAKING_DOWN)
    alert.outcome, alert.decided_by, alert.decided_at, alert.words = AlertOutcome.TAKE_DOWN, by, at, words
    alert.decided_by_id = by.id
    _take_down_by_a_day(alert, same_day, at)
    record(AFTER_ALL, alert.id, by=by.id, at=at, about=alert.author_id)
    again = len(alert.earlier)
    notify(alert.author_id, messages.YOURS, alert.id, at=at, number=as_news(alert))
    heard = (one for seat in alert.receipts for one in who_hears(seat.seat, alert.author, clock.local_day(at)))
    for reader_id in {one.id for one in heard} - {by.id}:
        notify(reader_id, messages.TOLD, alert.id, at=at, number=1 + 2 * again)


def _keep_outcome(alert: MistakeAlert) -> None:
    before = EarlierOutcome(
        outcome=alert.outcome, decided_by_id=alert.decided_by_id, decided_at=alert.decided_at, closed_at=alert.closed_at,
        data_key_id=alert.data_key_id, data_key=alert.data_key,
    )  # fmt: skip
    before.words, before.taken_down = alert.words, alert.taken_down
    alert.earlier.append(before)
    alert.closed_at, alert.taken_down = None, ""


def confirm_taken_down(alert: MistakeAlert, *, by: Person, at: datetime, words: str = "") -> None:
    """Confirm that it has come down; who sent it does, or somebody who was told and has looked."""
    if alert.author_id != by.id:
        must_hear(alert, by)
    if not alert.can_be_confirmed_by(by):
        raise decided_already(alert)
    alert.move_to(AlertStatus.CLOSED)
    alert.closed_at, alert.taken_down = at, words
    record(TAKEN_DOWN, alert.id, by=by.id, at=at, about=alert.author_id)
    if alert.decided_by_id is not None and alert.decided_by_id != by.id:
        notify(alert.decided_by_id, messages.TOLD, alert.id, at=at, number=2 + 2 * len(alert.earlier))


def report_alert(alert: MistakeAlert, *, why: str, at_risk: YesNoUnknown, by: Person, at: datetime) -> BreachReport:
    """Report it to HR, as anybody may who sees a possible breach (policy 7.10), with what the person said of themselves.

    Nothing on the alert shows that there is a report: neither who sent it nor the other reader may know (domain 3.11).
    Whoever reports takes part as the reporter from now on, and HR reads that the person told of it first.
    """
    must_have_seen(alert, by, field="why")
    before = own_report_of(alert, by)
    if before is not None:
        raise AlreadyDone("You reported this to HR already.", who=by.name, when=before.reported_at)
    if not why:
        raise InvalidInput("Enter why HR should look at it", field="why")
    report = submit_report(_as_report(alert, why, at_risk), by=by, at=at)
    db.session.add(AlertReport(alert_id=alert.id, report_id=report.id, reported_by_id=by.id, reported_at=at))
    record(REPORTED, report.id, by=by.id, at=at, facts={"alert": alert.id})
    return report


def _as_report(alert: MistakeAlert, why: str, at_risk: YesNoUnknown) -> ReportAnswers:
    told = f"{alert.author.name} told of this by themselves on {uk_datetime(alert.sent_at)}, in these words:"
    done = ["What they had done by then:", alert.done] if alert.done else []
    return ReportAnswers(
        what_happened="\n\n".join([why, told, alert.what, *done]),
        malpractice=YesNoUnknown.UNKNOWN,
        person_at_risk=at_risk,
        personal_data_exposed=alert.personal_data,
        reporter_harmed=YesNoUnknown.NO,
        platform=alert.platform or alert.other_platform,
        address=alert.address,
        roughly_when=f"Noticed by them on {uk_date(alert.noticed_on)}",
        subject=alert.author,
    )
