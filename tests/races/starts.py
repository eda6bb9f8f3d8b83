"""What eight people at once want: each start brings things to where one request may win, and says which."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.account_register.models import KeeperNotice, LoginMode
from app.account_register.operations.proposals import DRAFT as PROPOSAL_DRAFT
from app.breach_reports.models import Route
from app.breach_reports.operations import DRAFT_KIND, keep_answers, route_report
from app.core.db import db
from app.core.drafts import find_draft, keep_draft
from app.device_permissions.operations import DRAFT
from app.hr_cases.operations import submit_appeal
from app.matters.models import Capacity
from app.people.models import Person, Role
from tests.account_register.asking import asked
from tests.account_register.factories import make_account, make_grant
from tests.account_register.proposing import Way
from tests.account_register.watching import found_in_use, looks_like_ours
from tests.breach_reports.factories import a_report, in_triage
from tests.conftest import NOW
from tests.credential_rotation import factories as rotations
from tests.credential_rotation.incidents import answered, compromised, happened, said_to_be_gone
from tests.device_permissions import factories as devices
from tests.factories import Factory
from tests.hr_cases.at_stage import address, own_address, world_at
from tests.hr_cases.factories import complete, letter_words, people_and_report
from tests.hr_cases.stages import answered as notice_answered
from tests.hr_cases.test_routes_acts import ALLEGATION, FORMS, Form, S, relying


@dataclass
class Race:
    """What is raced for: by whom, with which form, when, and the kind of event that the one winner leaves (None if none)."""

    people: list[Person]
    path: str
    data: dict[str, Any]
    event: str | None
    at: datetime = NOW


Start = Callable[[Factory], Race]
SCREENING = dict.fromkeys(("malpractice", "person_at_risk", "personal_data_exposed", "reporter_harmed"), "no")
DEVICE = {
    "device_kind": "phone", "device_words": "mine", "accounts": ["other"], "other_platform": "Instagram",
    "reason": "Closures", "already": "no", "using_since": None, "asks_for_working_hours": "no", "checks": ["locked"],
    "undertaken": True,
}  # fmt: skip


def _policy(make: Factory) -> Race:
    return Race([make.person()], "/policy/social-media-policy/acknowledge", {"agreed": "y"}, "policy:acknowledged")


def _device_decision(make: Factory) -> Race:
    manager = make.person()
    asked = devices.submitted(make.person(manager=manager))
    said = {"decision": "approve", "expires_on": ["1", "6", "2027"], "covers": "no", "conditions": ""}
    return Race([manager], f"/device-permissions/requests/{asked.reference}/decide", said, "device:approved")


def _keeper_notice(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    manager = make.person()
    permission = devices.approved(make.person(manager=manager), manager)
    notice = db.session.query(KeeperNotice).filter_by(subject_id=permission.id).one()
    return Race(keepers, f"/account-register/notices/{notice.id}/note", {}, "notice:noted")


def _rotation_changed(make: Factory) -> Race:
    owner = make.person()
    due = rotations.started(rotations.account(make, f"News {make.id()}", owner), make.person("Keeper", Role.SCA))
    steps = dict.fromkeys(rotations.ALL_DONE, "done")
    said = {**steps, "changed_on": ["3", "3", "2027"], "changed_time": "10:30am"}
    path = f"/credential-rotation/rotations/{due.id}/changed"
    return Race([owner], path, said, "rotation:changed", NOW + timedelta(hours=1))


def _rotation_verified(make: Factory) -> Race:
    owner, keepers = make.person(), [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    due = rotations.started(rotations.account(make, f"News {make.id()}", owner), keepers[0])
    rotations.changed(due, owner)
    path = f"/credential-rotation/rotations/{due.id}/verified"
    return Race(keepers, path, {"saw": "no_sessions"}, "rotation:verified", NOW + timedelta(hours=2))


def _rotation_started(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    held = rotations.account(make, f"News {make.id()}", make.person())
    path = f"/credential-rotation/accounts/{held.id}/start"
    return Race(keepers, path, {"trigger": "scheduled"}, "rotation:opened")


def _access_given(make: Factory) -> Race:
    keepers, person = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)], make.person()
    said = {"person": person.email, "level": "editor", "login_mode": "individual", "starts_on": ["3", "3", "2027"]}
    return Race(keepers, f"/account-register/{make_account(make).id}/give-access", said, "access:given")


def _access_ended(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    grant = make_grant(make, make_account(make), make.person())
    said = {"ends_on": ["3", "3", "2027"], "reason": "no_longer_needed"}
    return Race(keepers, f"/account-register/access/{grant.id}/end", said, "access:ended")


def _shared_access_ended(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    grant = make_grant(make, make_account(make), make.person(), login_mode=LoginMode.SHARED)
    said = {"ends_on": ["3", "3", "2027"], "reason": "no_longer_needed"}
    return Race(keepers, f"/credential-rotation/grants/{grant.id}/end", said, "access:ended")


def _account_registered(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    said = {
        "name": "Libraries", "platform": "Facebook", "handle": f"h{make.id()}", "login_mode": "shared", "two_step": "on",
        "purpose": "News",
    }  # fmt: skip
    return Race(keepers, "/account-register/new", said, "account:registered")


def _account_found(make: Factory) -> Race:
    said = {"platform": "Facebook", "handle": f"h{make.id()}", "name": "News", "found_on": ["3", "3", "2027"],
            "how_found": "A resident"}  # fmt: skip
    return Race([make.person(), make.person()], "/account-register/discovered/new", said, "discovered:recorded")


def _account_found_registered(make: Factory) -> Race:
    keepers, handle = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)], f"h{make.id()}"
    found = found_in_use(make.person(), handle=handle)
    said = {"name": "Reads", "platform": "Facebook", "handle": handle, "login_mode": "shared", "two_step": "on"}
    return Race(keepers, f"/account-register/discovered/{found.id}/register", said, "discovered:registered")


def _look_alike_reported(make: Factory) -> Race:
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    found = looks_like_ours(make.person(), handle=f"h{make.id()}")
    path = f"/account-register/look-alikes/{found.id}/reported"
    return Race(keepers, path, {"reported_on": ["3", "3", "2027"]}, "look-alike:reported")


def _handlers(make: Factory) -> list[Person]:
    return [make.person("Keeper", Role.SCA), make.person("Ict", Role.ICT)]


def _compromise_declared(make: Factory) -> Race:
    held = rotations.account(make, f"News {make.id()}", make.person())
    said = {"kind": "compromise", "noticed_on": ["3", "3", "2027"], "what_happened": "Strange posts"}
    return Race(_handlers(make), f"/credential-rotation/accounts/{held.id}/incident", said, "incident:recorded")


def _incident_step(make: Factory) -> Race:
    handlers = _handlers(make)
    incident = compromised(rotations.account(make, f"News {make.id()}", make.person()), handlers[0])
    path = f"/credential-rotation/incidents/{incident.id}/steps/platform"
    return Race(handlers, path, {"outcome": "done"}, "incident:step")


def _own_login_secured(make: Factory) -> Race:
    handlers, owner, holder = _handlers(make), make.person(), make.person()
    held = rotations.account(make, f"News {make.id()}", owner)
    rotations.grant(make, held, holder, mode=LoginMode.INDIVIDUAL)
    (login,) = compromised(held, handlers[0]).logins
    path = f"/credential-rotation/own-logins/{login.id}/secured"
    return Race([holder, owner], path, {}, "incident:login-secured")


def _account_said_to_be_gone(make: Factory) -> Race:
    held = rotations.account(make, f"News {make.id()}", make.person())
    keepers = [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    said = {"what": "lost", "since": ["1", "3", "2027"], "reason": "It shows the name of somebody else"}
    return Race(keepers, f"/credential-rotation/accounts/{held.id}/gone", said, "account:gone-recorded")


def _account_confirmed_to_be_gone(make: Factory) -> Race:
    owner, keepers = make.person(), [make.person("Keeper One", Role.SCA), make.person("Keeper Two", Role.DEPUTY_SCA)]
    gone = said_to_be_gone(rotations.account(make, f"News {make.id()}", owner), keepers[0])
    path = f"/credential-rotation/gone/{gone.id}/confirmed"
    return Race([keepers[1], owner], path, {"how_known": "I saw it too"}, "account:gone-confirmed")


def _account_recovered(make: Factory) -> Race:
    handlers, owner = _handlers(make), make.person()
    incident = compromised(rotations.account(make, f"News {make.id()}", owner), handlers[0])
    for rotation in incident.rotations:
        rotations.changed(rotation, owner)
        rotations.verified(rotation, handlers[0])
    answered(incident, handlers[0], *incident.unanswered, at=NOW + timedelta(hours=3))
    path = f"/credential-rotation/incidents/{incident.id}/recover"
    return Race(handlers, path, {}, "incident:recovered", NOW + timedelta(hours=4))


def _incident_closed(make: Factory) -> Race:
    handlers = _handlers(make)
    incident = happened(rotations.account(make, f"News {make.id()}", make.person()), handlers[0])
    path = f"/credential-rotation/incidents/{incident.id}/close"
    return Race(handlers, path, {"outcome": "Nothing was printed."}, "incident:closed")


def _leaver(make: Factory) -> Race:
    person = make.person()
    rotations.grant(make, rotations.account(make, f"News {make.id()}", person), person)
    said = {"person": str(person.id), "day": "2027-03-05", "immediate": "no"}
    officers = [make.person("Hr One", Role.HR_INTAKE), make.person("Hr Two", Role.HR_MANAGER)]
    return Race(officers, "/credential-rotation/leavers", said, "leaver:recorded")


def _report_acknowledged(make: Factory) -> Race:
    officers = [make.person("Hr One", Role.HR_INTAKE), make.person("Hr Two", Role.HR_MANAGER)]
    sent = a_report(make.person())
    return Race(officers, f"/breach-reports/{sent.reference}/acknowledge", {"clear": "y"}, "report:acknowledged")


def _report_decided(make: Factory) -> Race:
    officers = [make.person("Hr One", Role.HR_INTAKE), make.person("Hr Two", Role.HR_MANAGER)]
    taken = in_triage(make.person(), officers[0])
    said = {"route": "advice", "reasons": "It was a slip.", "decisions_seen": "0"}
    return Race(officers, f"/breach-reports/{taken.reference}/decision", said, "report:routed")


def _report_to_case(make: Factory) -> Race:
    officers = [make.person("Hr One", Role.HR_INTAKE), make.person("Hr Two", Role.HR_MANAGER)]
    subject = make.person()
    taken = in_triage(make.person(), officers[0], subject=subject)
    said = {"route": "case", "reasons": "It is serious.", "decisions_seen": "0", "subject_seen": str(subject.id)}
    return Race(officers, f"/breach-reports/{taken.reference}/decision", said, "report:routed")


def _second_officer(make: Factory) -> Race:
    officers = [make.person(f"Hr {number}", Role.HR_INTAKE) for number in range(3)]
    taken = in_triage(make.person(), officers[0])
    route_report(taken, route=Route.NO_FURTHER_ACTION, reasons="Nothing in it.", by=officers[0], at=NOW)
    said = {"agrees": "yes", "decisions_seen": "1"}
    return Race(officers[1:], f"/breach-reports/{taken.reference}/second", said, "report:closing-agreed")


def _second_officer_of_repeat(make: Factory) -> Race:
    officers = [make.person(f"Hr {number}", Role.HR_INTAKE) for number in range(3)]
    repeated, taken = in_triage(make.person(), officers[0]), in_triage(make.person(), officers[0])
    route_report(
        taken, route=Route.DUPLICATE, reasons="The same.", by=officers[0], at=NOW, repeats=repeated.reference
    )
    said = {"agrees": "yes", "decisions_seen": "1"}
    return Race(officers[1:], f"/breach-reports/{taken.reference}/second", said, "report:closing-agreed")


def _appeal(make: Factory) -> Race:
    world = world_at(make, S.DECIDED)
    return Race([world.subject], own_address(world, "/appeal"), {"grounds": "Too hard."}, "case:appeal-submitted", world.at)


def _appeal_officer(make: Factory) -> Race:
    world = world_at(make, S.DECIDED)
    submit_appeal(world.case, grounds="Too hard.", by=world.subject, at=world.at)
    said = {"officer": str(world.appeal_officer.id)}
    path = address(world, "/appoint-appeal-officer")
    return Race([world.owner], path, said, "case:appeal-officer-appointed", world.at)


def _officer_replaced(make: Factory) -> Race:
    world = world_at(make, S.INVESTIGATING)
    part = next(one for one in world.case.matter.parties if one.capacity is Capacity.INVESTIGATOR)
    said = {"successor": str(make.person("Next", Role.INVESTIGATOR).id), "reason": "leaving", "note": ""}
    managers = [world.manager, make.person("Hr Two", Role.HR_MANAGER)]
    return Race(managers, address(world, f"/people/{part.id}/appoint-instead"), said, "case:reappointed")


def _subject_told(make: Factory) -> Race:
    world = world_at(make, S.PLANNING, tells=False)
    return Race([world.owner], address(world, "/tell-subject"), vars(letter_words()), "case:subject-told")


def _report_submitted(make: Factory) -> Race:
    world = world_at(make, S.INVESTIGATING)
    complete(world)
    return Race([world.investigator], address(world, "/submit-report"), {}, "case:report-submitted")


def _closed(make: Factory) -> Race:
    world = world_at(make, S.FINAL)
    notice_answered(world.case, world, world.at)  # type: ignore[arg-type]
    return Race([world.owner], address(world, "/close"), {}, "case:closed", world.at)


CASE_EVENTS = {
    "/appoint-investigator": "case:investigator-appointed",
    "/approve-plan": "case:plan-approved",
    "/pause": "case:paused",
    "/resume": "case:resumed",
    "/review-report": "case:report-accepted",
    "/appoint-decision-maker": "case:decision-maker-appointed",
    "/decide-case-to-answer": "case:case-to-answer-decided",
    "/complete-informal": "case:informal-completed",
    "/issue-notice": "case:hearing-notice-issued",
    "/judge-companion": "case:companion-judged",
    "/postpone": "case:hearing-postponed",
    "/record-hearing": "case:hearing-held",
    "/decide-outcome": "case:outcome-decided",
    "/record-appeal": "case:appeal-recorded",
    "/judge-late-appeal": "case:late-appeal-judged",
    "/decide-appeal": "case:appeal-decided",
    "/make-final": "case:made-final",
    "/send-letter": "case:letter-sent",
    "/after-leaving": "case:leaving-decided",
}


def _case_name(form: Form) -> str:
    return f"case{form.path}{', a warning relied on' if form.data is relying else ''}"


def _case_act(form: Form) -> Start:
    def start(make: Factory) -> Race:
        world = world_at(make, form.stage)
        form.after(world)
        return Race(
            [getattr(world, form.who)], address(world, form.path), form.data(world), CASE_EVENTS[form.path], world.at
        )

    return start


def _access_asked_for(make: Factory) -> Race:
    person = make.person(manager=make.person())
    make_account(make, make.person(), name="Wanted by eight")
    said = {
        "account": "Wanted by eight", "person": str(person.email), "reason": "To answer", "level": "editor",
        "login_mode": "individual", "starts_on": ["3", "3", "2027"],
    }  # fmt: skip
    return Race([person], "/account-register/ask-for-access", said, "access:asked-for")


def _access_approved(make: Factory) -> Race:
    manager = make.person()
    keeper = make.person("Keeper One", Role.SCA)
    made = asked(make_account(make, make.person()), make.person(manager=manager), advised_by=keeper)
    path = f"/account-register/access-requests/{made.id}/decide"
    return Race([manager], path, {"decision": "approve"}, "access:approved")


ONCE_ONLY: dict[str, Start] = {
    "policy acknowledged": _policy,
    "device decided": _device_decision,
    "notice noted": _keeper_notice,
    "rotation started": _rotation_started,
    "rotation changed": _rotation_changed,
    "rotation verified": _rotation_verified,
    "access given": _access_given,
    "access asked for": _access_asked_for,
    "access approved": _access_approved,
    "access ended": _access_ended,
    "shared access ended": _shared_access_ended,
    "leaver recorded": _leaver,
    "account found in use": _account_found,
    "account found put on the register": _account_found_registered,
    "look-alike reported": _look_alike_reported,
    "compromise declared": _compromise_declared,
    "step after a compromise": _incident_step,
    "own login secured": _own_login_secured,
    "account said to be gone": _account_said_to_be_gone,
    "account confirmed to be gone": _account_confirmed_to_be_gone,
    "account put back to live": _account_recovered,
    "incident closed": _incident_closed,
    "report acknowledged": _report_acknowledged,
    "report decided": _report_decided,
    "report to become a case": _report_to_case,
    "second officer": _second_officer,
    "second officer of a repeat": _second_officer_of_repeat,
    "officer replaced": _officer_replaced,
    "person concerned told": _subject_told,
    "investigation report submitted": _report_submitted,
    "appeal submitted": _appeal,
    "appeal officer appointed": _appeal_officer,
    "case closed": _closed,
    **{_case_name(form): _case_act(form) for form in FORMS if not form.repeats or form.path == "/after-leaving"},
}


def _open_case(make: Factory) -> Race:
    world = people_and_report(make, files=1)
    said = {**ALLEGATION, "subject": str(world.subject.id), "owner": str(world.owner.id)}
    return Race([world.owner], f"/hr-cases/open/{world.report.reference}", said, "case:opened")


def _report_sent(make: Factory) -> Race:
    person = make.person()
    keep_answers(person, {"what_happened": "It was bad", **SCREENING}, at=NOW)
    draft = find_draft(person.id, DRAFT_KIND)
    assert draft is not None
    return Race([person], "/breach-reports/report/check", {"draft": str(draft.id)}, "report:sent")


def _device_asked(make: Factory) -> Race:
    person = make.person(manager=make.person())
    draft = keep_draft(person.id, DRAFT, DEVICE, at=NOW)
    return Race([person], "/device-permissions/ask/send", {"draft": str(draft.id)}, "device:submitted")


def _proposal_sent(make: Factory) -> Race:
    way = Way(make)
    answers = {
        "kind": "new_platform", "name": "Youth voice", "platform": "Instagram", "other_platform": "",
        "handle": f"youth{way.proposer.id.hex}", "url": "", "purpose": "News", "target_group": "Young people",
        "benefit": "They answer", "cost": "Nothing", "owner": way.owner.email, "owner_id": str(way.owner.id),
        "owner_name": way.owner.name,
    }  # fmt: skip
    draft = keep_draft(way.proposer.id, PROPOSAL_DRAFT, answers, at=NOW)
    return Race([way.proposer], "/account-register/proposals/propose/send", {"draft": str(draft.id)}, "proposal:made")


def _proposal_sent_twice(make: Factory) -> Race:
    race = _proposal_sent(make)
    return Race(race.people, race.path, {}, race.event)


def _device_question(make: Factory) -> Race:
    return Race(
        [make.person(manager=make.person())], "/device-permissions/ask/device", {"device_kind": "phone"}, None
    )


def _device_thrown_away(make: Factory) -> Race:
    person = make.person(manager=make.person())
    keep_draft(person.id, DRAFT, {"device_kind": "phone"}, at=NOW)
    return Race([person], "/device-permissions/ask/discard", {}, None)


def _report_question(make: Factory) -> Race:
    path = "/breach-reports/report/what-happened"
    return Race([make.person()], path, {"what_happened": "It was bad"}, None)


def _report_thrown_away(make: Factory) -> Race:
    person = make.person()
    keep_answers(person, {"what_happened": "It was bad"}, at=NOW)
    return Race([person], "/breach-reports/report/throw-away", {}, None)


def _finding(make: Factory) -> Race:
    world = world_at(make, S.INVESTIGATING)
    said = {"finding": "established", "basis": "contested", "reasons": "The post shows it."}
    return Race([world.investigator], address(world, "/allegations/1/finding"), said, None)


HARMLESS: dict[str, Start] = {
    "account registered": _account_registered,
    "case opened": _open_case,
    "report sent": _report_sent,
    "device asked for": _device_asked,
    "proposal sent": _proposal_sent,
    "proposal sent by a page without its draft": _proposal_sent_twice,
    "question about a device": _device_question,
    "request thrown away": _device_thrown_away,
    "question of a report": _report_question,
    "report thrown away": _report_thrown_away,
    "finding of an investigation": _finding,
}
"""What may be sent again: the second is led to what the first did, or is told; it is done once."""
RECEIPTS = ("report sent", "device asked for", "proposal sent")
"""Of these, what ends on a receipt: every click leads to the one that the first made."""
