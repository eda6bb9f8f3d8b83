"""What HR does with a report: confirm it arrived, record whom it is about, decide where it belongs, agree to close it.

Every act asks first whether the actor may see the report at all, by the same condition as the pages; a stranger, or an
officer who has been walled off in the meantime, is told the same as for a report that does not exist.
"""

from dataclasses import dataclass
from datetime import datetime

from app.breach_reports.models import (
    NEEDS_SECOND_OFFICER,
    REFERRED_TO,
    BreachReport,
    ReportStatus,
    Route,
    TriageDecision,
)
from app.breach_reports.operations import messages
from app.breach_reports.operations.repeats import carry_reporters_on, report_repeated, take_in_reporters
from app.breach_reports.queries import (
    is_left_unanswered,
    may_see,
    route_label,
    stand_in_roles,
    stands_in_for,
    why_not,
)
from app.breach_reports.queries.worked_out import TRIAGE
from app.core import clock
from app.core.audit import event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, NothingHere
from app.core.outbox import notify
from app.matters.models import Capacity as Part
from app.matters.operations import add_party
from app.matters.queries import holders_not_kept_from
from app.people.models import HR_OFFICERS, Person
from app.people.queries import timeline
from app.policy.queries import due_within, pack

REPORT_READ = event_kind("report:read", "read the report")
EVIDENCE_READ = event_kind("report:evidence-read", "opened a file of the report")
ACKNOWLEDGED = event_kind("report:acknowledged", "confirmed that the report arrived")
SUBJECT_NAMED = event_kind("report:subject-named", "recorded whom the report is about")
ROUTED = event_kind("report:routed", "decided where the report belongs: {route}")
CLOSING_PROPOSED = event_kind("report:closing-proposed", "proposed to close the report: {route}")
CLOSING_AGREED = event_kind("report:closing-agreed", "agreed to close the report")
CLOSING_SENT_BACK = event_kind("report:closing-sent-back", "sent the closing back")
REFERRAL_ANSWERED = event_kind("report:referral-answered", "answered the referral: {route}")
REFERRAL_TAKEN_BACK = event_kind("report:referral-taken-back", "took the referral back: {route}")
CASE_OPENED = event_kind("report:case-opened", "opened a case from the report")
CASE_CLOSED = event_kind("report:case-closed", "closed the case that came of the report")


@dataclass(frozen=True)
class ReportSeen:
    """How a report stood on the page from which an act is sent: how many decisions, and whose id as the person concerned."""

    decisions: int
    subject: str


def acknowledge_report(report: BreachReport, *, by: Person, at: datetime) -> None:
    """Confirm that a report arrived; its reporter is told that something waits for them (domain 3.6, Received)."""
    _demand_officer(report, by, at)
    if not report.can_be_acknowledged_by(by):
        raise AlreadyDone(
            "It is confirmed already that this report arrived.",
            who=report.acknowledged_by.name if report.acknowledged_by else None,
            when=report.acknowledged_at,
            what_now="Open the report to see what is to be done next.",
        )
    report.move_to(ReportStatus.TRIAGE)
    report.acknowledged_at, report.acknowledged_by = at, by
    report.next_due = report.triage_by
    record(ACKNOWLEDGED, report.id, by=by.id, at=at)
    if report.reporter is not None:
        notify(report.reporter.id, messages.YOURS_ACKNOWLEDGED, report.id, at=at)


def ask_to_name_subject(report: BreachReport, *, by: Person, at: datetime, seen: ReportSeen | None = None) -> None:
    """Refuse whoever may not record now whom a report is about, and a click from a page that shows it as it was."""
    _demand_officer(report, by, at)
    if not report.can_name_subject(by):
        raise too_late(report)
    _demand_as_seen(report, seen)


def name_subject(
    report: BreachReport, person: Person, *, by: Person, at: datetime, seen: ReportSeen | None = None
) -> None:
    """Record whom a report is about, where the reporter did not know or named somebody else.

    From this moment the wall stands between that person, whoever is close to them, and the report. The others who may
    have been meant are no longer kept from it. A decision to open a case stands where one may be opened about this
    person too; else it is to be decided anew. `seen` as with `route_report`: nobody replaces a person whom their page did
    not show.
    """
    ask_to_name_subject(report, by=by, at=at, seen=seen)
    for party in report.matter.parties:
        is_former = party.capacity == Part.SUBJECT and party.person_id != person.id
        if party.until is None and (is_former or party.capacity == Part.POSSIBLE_SUBJECT):
            party.until = at
    add_party(report.matter, person, Part.SUBJECT, at=at)
    take_in_reporters(report, at=at)
    if report.route is not None and why_not(report, report.route) is not None:
        report.route = None
    record(SUBJECT_NAMED, report.id, by=by.id, at=at)


def route_report(
    report: BreachReport,
    *,
    route: Route,
    reasons: str,
    by: Person,
    at: datetime,
    seen: ReportSeen | None = None,
    repeats: str = "",
) -> TriageDecision:
    """Decide with reasons where a report belongs (policy 7.10; domain 3.6). Closing it goes through `propose_closing`.

    `seen` is how the report stood on the page: a click from an older page is told what was decided since.
    """
    if route in NEEDS_SECOND_OFFICER:
        return propose_closing(report, route=route, reasons=reasons, by=by, at=at, seen=seen, repeats=repeats)
    _demand_triage(report, route, reasons, by, at, seen)
    if route in REFERRED_TO:
        _tell_referred(report, route, at, by)
    decision = _decide(report, route, reasons, by, at)
    if route == Route.CASE:
        report.next_due = report.triage_by
    else:
        report.move_to(ReportStatus.ROUTED)
        report.next_due = report.triage_by if route in REFERRED_TO else None
        if route not in REFERRED_TO:
            _close_for_reporter(report, at)
    record(ROUTED, report.id, by=by.id, at=at, facts={"route": route})
    return decision


def propose_closing(
    report: BreachReport,
    *,
    route: Route,
    reasons: str,
    by: Person,
    at: datetime,
    seen: ReportSeen | None = None,
    repeats: str = "",
) -> TriageDecision:
    """Propose that nothing further happens, or that it was reported before; a second officer must agree.

    `repeats` is the reference of the report that it repeats.
    """
    if route not in NEEDS_SECOND_OFFICER:
        raise InvalidInput("Choose whether no further action is needed or it was reported before", field="route")
    _demand_triage(report, route, reasons, by, at, seen)
    repeated = report_repeated(report, repeats, by, clock.local_day(at)) if route == Route.DUPLICATE else None
    decision = _decide(report, route, reasons, by, at)
    decision.repeats_id, decision.repeats = repeated.id if repeated is not None else None, repeated
    report.move_to(ReportStatus.CLOSING)
    report.next_due = report.triage_by
    which = {"repeats": repeated.id} if repeated is not None else {}
    record(CLOSING_PROPOSED, report.id, by=by.id, at=at, facts={"route": route, **which})
    others = [o for o in holders_not_kept_from(report.matter, HR_OFFICERS, clock.local_day(at)) if o.id != by.id]
    for officer in others or holders_not_kept_from(report.matter, stand_in_roles(), clock.local_day(at)):
        notify(
            officer.id, messages.TO_SECOND, report.id, at=at, number=decision.number, matter_id=report.matter_id
        )  # fmt: skip
    return decision


def second_closing(
    report: BreachReport, *, agrees: bool, reasons: str, by: Person, at: datetime, seen: ReportSeen | None = None
) -> None:
    """Agree as second officer that a report is closed, or send it back to be decided again. Never who proposed it.

    `seen` as with `route_report`: nobody agrees to a decision that their page did not show.
    """
    _demand_officer(report, by, at)
    waiting = report.waiting_decision
    if report.status != ReportStatus.CLOSING or waiting is None or _is_newer(report, seen):
        raise too_late(report)
    if not report.can_be_seconded_by(by):
        raise NotAllowed(
            "You proposed to close this report, so somebody else has to agree.", what_now="Ask another HR officer."
        )
    if not agrees:
        _demand_reasons(reasons, "Enter why you send it back")
    _answer(waiting, agrees, reasons, by, at)
    if agrees:
        report.move_to(ReportStatus.CLOSED)
        report.next_due = None
        carry_reporters_on(report, by=by, at=at)
        _close_for_reporter(report, at)
    else:
        report.move_to(ReportStatus.TRIAGE)
        report.route, report.next_due = None, report.triage_by
    record(CLOSING_AGREED if agrees else CLOSING_SENT_BACK, report.id, by=by.id, at=at, facts={"route": waiting.route})


def answer_referral(
    report: BreachReport, *, reasons: str, by: Person, at: datetime, seen: ReportSeen | None = None
) -> None:
    """Answer a referral: the safeguarding lead gives the report back, the whistleblowing officer takes it over.

    What the safeguarding lead answers ends the hold, and HR decides what else is to be done. A report that the
    whistleblowing officer took over stays closed to HR.
    """
    if not may_see(report, by, clock.local_day(at)):
        raise NothingHere(secret=True)
    role = REFERRED_TO.get(report.route) if report.route is not None else None
    stands_in = stands_in_for(report, by, clock.local_day(at))
    if role is None or not (stands_in or by.holds(role)):
        raise NotAllowed("Only the person to whom this was referred can answer.")
    waiting = report.waiting_decision
    if waiting is None or _is_newer(report, seen):
        raise too_late(report)
    if not report.can_be_answered_by(by, stands_in=stands_in):
        raise NotAllowed("You referred this yourself, so somebody else has to answer.")
    _demand_reasons(reasons, "Enter your answer")
    _answer(waiting, True, reasons, by, at)
    if waiting.route == Route.SAFEGUARDING:
        report.move_to(ReportStatus.TRIAGE)
        report.route = None
        report.triage_by = report.next_due = due_within(TRIAGE, clock.local_day(at))
        notify(
            waiting.decided_by_id, messages.ANSWERED, report.id, at=at, number=waiting.number, matter_id=report.matter_id
        )  # fmt: skip
    else:
        report.next_due = None
        _close_for_reporter(report, at)
    record(REFERRAL_ANSWERED, report.id, by=by.id, at=at, facts={"route": waiting.route})


def take_back_referral(
    report: BreachReport, *, reasons: str, by: Person, at: datetime, seen: ReportSeen | None = None
) -> None:
    """Take back what was referred to the safeguarding lead, where nobody is left to answer it, to refer it again.

    The hold goes on: nobody contacts the person concerned until somebody with the role has answered.
    """
    _demand_officer(report, by, at)
    waiting = report.waiting_decision
    if not report.can_be_taken_back_by(by) or waiting is None or _is_newer(report, seen):
        raise too_late(report)
    if not is_left_unanswered(report, clock.local_day(at)):
        raise NotAllowed("There is somebody who answers this referral.", what_now="Wait for their answer, or ask them.")
    _demand_reasons(reasons, "Enter your reasons")
    waiting.taken_back_by_id, waiting.taken_back_by, waiting.taken_back_at = by.id, by, at
    waiting.taken_back_reasons = reasons.strip()
    report.move_to(ReportStatus.TRIAGE)
    report.route, report.next_due = None, report.triage_by
    record(REFERRAL_TAKEN_BACK, report.id, by=by.id, at=at, facts={"route": waiting.route})


def mark_case_opened(report: BreachReport, *, by: Person, at: datetime) -> None:
    """Note that a case was opened from a report after HR decided so with reasons. Called by the act that opens it."""
    _demand_officer(report, by, at)
    if report.status == ReportStatus.TRIAGE and report.route != Route.CASE:
        raise InvalidInput("Record first, with reasons, that this report becomes a case.")
    if not report.can_become_case_by(by):
        raise too_late(report)
    report.move_to(ReportStatus.CASE_OPENED)
    report.next_due = None
    record(CASE_OPENED, report.id, by=by.id, at=at)


def mark_case_closed(report: BreachReport, *, by: Person, at: datetime) -> None:
    """Note that the case of a report is closed, so that its reporter reads "closed" and nothing more."""
    if report.status != ReportStatus.CASE_OPENED or report.closed_at is not None:
        raise AlreadyDone("There is no open case of this report.")
    _close_for_reporter(report, at)
    record(CASE_CLOSED, report.id, by=by.id, at=at)


def _demand_officer(report: BreachReport, by: Person, at: datetime) -> None:
    """The same answer to all who may not deal with it: there is nothing here."""
    if not may_see(report, by, clock.local_day(at)):
        raise NothingHere(secret=True)
    if not report.is_work_of(by):
        raise NotAllowed("Only an HR officer can do this.")


def _demand_triage(
    report: BreachReport, route: Route, reasons: str, by: Person, at: datetime, seen: ReportSeen | None
) -> None:
    _demand_officer(report, by, at)
    if not report.can_be_triaged_by(by):
        raise too_late(report)
    _demand_as_seen(report, seen)
    reason_against = why_not(report, route)
    if reason_against is not None:
        raise InvalidInput(reason_against, field="route")
    _demand_reasons(reasons, "Enter your reasons")


def _demand_as_seen(report: BreachReport, seen: ReportSeen | None) -> None:
    """Refuse a click from a page since which something was decided, or somebody else recorded whom it is about."""
    if _is_newer(report, seen):
        raise too_late(report)
    subject = report.subject
    if seen is None or subject is None or seen.subject == str(subject.id):
        return
    named = next(iter(timeline([report.id], most=1, of=SUBJECT_NAMED)), None)
    raise AlreadyDone(
        f"It was recorded in the meantime that this report is about {subject.name}.",
        who=named.actor if named else None,
        when=named.at if named else None,
        did="recorded it",
        what_now="Nothing was changed by what you sent. Open the report again to see how it stands, then decide.",
    )


def _is_newer(report: BreachReport, seen: ReportSeen | None) -> bool:
    """Whether something was decided since a page was shown."""
    return seen is not None and seen.decisions != len(report.decisions)


def _demand_reasons(reasons: str, sentence: str) -> None:
    if not reasons.strip():
        raise InvalidInput(sentence, field="reasons")


def too_late(report: BreachReport) -> AlreadyDone:
    """Why a step of triage cannot be done now: what was decided last, by whom and when, and what to do next."""
    opened = next(iter(timeline([report.id], most=1, of=CASE_OPENED)), None)
    if report.status == ReportStatus.CASE_OPENED and opened is not None:
        return AlreadyDone(
            "A case has been opened from this report already.",
            who=opened.actor,
            when=opened.at,
            what_now="Open “Cases”: everything else is done there, by those who work on the case.",
        )
    if report.status == ReportStatus.RECEIVED:
        return AlreadyDone(
            "Confirm first that this report arrived.", what_now="Open the report and answer the first question."
        )
    last = report.decisions[-1] if report.decisions else None
    if last is None:
        return AlreadyDone("This report has changed in the meantime.", what_now="Open it again to see how it stands.")
    is_answered = last.second_by is not None
    return AlreadyDone(
        f"It was decided already: {route_label(last.route)}.",
        who=last.second_by.name if last.second_by is not None else last.decided_by.name,
        when=last.second_at if is_answered else last.decided_at,
        did="answered it" if is_answered else "decided so",
        what_now="Open the report again to see how it stands.",
    )


def _decide(report: BreachReport, route: Route, reasons: str, by: Person, at: datetime) -> TriageDecision:
    decision = TriageDecision(
        report_id=report.id,
        report=report,
        number=len(report.decisions) + 1,
        route=route,
        decided_by_id=by.id,
        decided_by=by,
        decided_at=at,
    )
    decision.reasons = reasons.strip()
    db.session.add(decision)
    report.route = route
    return decision


def _answer(decision: TriageDecision, agrees: bool, reasons: str, by: Person, at: datetime) -> None:
    decision.second_by_id, decision.second_by = by.id, by
    decision.second_at, decision.second_agreed = at, agrees
    decision.second_reasons = reasons.strip()


def _tell_referred(report: BreachReport, route: Route, at: datetime, by: Person) -> None:
    role = REFERRED_TO[route]
    told = [p for p in holders_not_kept_from(report.matter, [role], clock.local_day(at)) if p.id != by.id]
    if not told:
        title = pack().role_titles[role.value].value.lower()
        raise InvalidInput(
            f"There is no {title} in Probity who can take this report: each takes part in it, is close to somebody who "
            "does, or is in the same reporting line as the person concerned. Pass it on by telephone today, and ask the "
            "administrator to appoint a deputy to the role; then record it here.",
            field="route",
        )
    for person in told:
        number = len(report.decisions) + 1
        notify(person.id, messages.REFERRED, report.id, at=at, number=number, matter_id=report.matter_id)


def _close_for_reporter(report: BreachReport, at: datetime) -> None:
    report.closed_at = at
    if report.reporter is not None:
        notify(report.reporter.id, messages.YOURS_CLOSED, report.id, at=at)
