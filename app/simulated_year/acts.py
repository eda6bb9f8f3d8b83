"""What somebody does about each kind of duty in the simulated year: one act each, through the operations of its room."""

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from app.account_register.models import AccessLevel, Account, KeeperNotice, LoginMode
from app.account_register.operations import change_account, details_of, give_access, note_notice
from app.account_register.queries import grants_to_review
from app.breach_reports.models import BreachReport, Route
from app.breach_reports.operations import (
    acknowledge_report,
    answer_referral,
    propose_closing,
    route_report,
    second_closing,
    take_back_referral,
)
from app.breach_reports.queries import visible_to, why_not
from app.breach_reports.queries.repeats import leads_to
from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, LeaverNotice, Move, Sighting, Trigger, WorkChange
from app.credential_rotation.operations import mark_changed, permit_rotation, review_access, verify_rotation
from app.credential_rotation.operations.other_work import say_all_goes_on
from app.demo.case_steps import BY_DUTY
from app.demo.leavers import DONE
from app.demo.letters import send_what_waits
from app.demo.timeline import act_at
from app.hr_cases.models import (
    ROLE_FOR,
    AppealResult,
    CaseToAnswer,
    ClosingAnswer,
    CompanionKind,
    LeavingDecision,
    ReappointmentReason,
)
from app.hr_cases.operations import (
    EarlyEnd,
    answer_notice,
    complete_informal,
    decide_after_leaving,
    decide_appeal,
    decide_case_to_answer,
    judge_companion,
    judge_late_appeal,
    record_hearing,
    replace_officer,
    resume_case,
)
from app.hr_cases.queries import appeal as appeal_of
from app.hr_cases.queries import notices, officers_to_replace
from app.matters.models import Capacity, MatterParty
from app.people.models import KEEPERS, Person, Role
from app.simulated_year.asking import ASKING_ACTS
from app.simulated_year.devices import DEVICE_ACTS
from app.simulated_year.doing import MOST, NEARLY_ALL, Act, Doing, one_of, some_manager
from app.simulated_year.early import EARLY_ACTS
from app.simulated_year.gone import GONE_ACTS
from app.simulated_year.incidents import INCIDENT_ACTS
from app.simulated_year.investigating import INVESTIGATING_ACTS
from app.simulated_year.keeping import KEEPING_ACTS, appoint_somebody
from app.simulated_year.looking_again import LOOKING_AGAIN_ACTS
from app.simulated_year.policy import POLICY_ACTS
from app.simulated_year.proposals import PROPOSAL_ACTS
from app.simulated_year.scenes import by_reference, case_of, free_for, scene_of_case, scene_of_report
from app.simulated_year.watch import WATCH_ACTS


def _notice(doing: Doing) -> None:
    with act_at(doing.at):
        note_notice(db.session.get_one(KeeperNotice, doing.id), by=doing.by, at=doing.at)


def _change_password(doing: Doing) -> None:
    """Done once the day has come from which a change counts."""
    rotation = db.session.get_one(CredentialRotation, doing.id)
    standing = rotation.standing_causes
    dated = [cause for cause in standing if cause.trigger is not Trigger.SCHEDULED] or standing
    if max(cause.counts_from for cause in dated) > doing.at - timedelta(minutes=5):
        return
    with act_at(doing.at):
        rotation = db.session.get_one(CredentialRotation, doing.id)
        mark_changed(rotation, by=doing.by, at=doing.at, changed_at=doing.at - timedelta(minutes=5), steps=DONE)


def _verify_password(doing: Doing) -> None:
    with act_at(doing.at):
        verify_rotation(
            db.session.get_one(CredentialRotation, doing.id), by=doing.by, at=doing.at, saw=Sighting.NO_SESSIONS
        )


def _find_somebody(doing: Doing) -> None:
    """A keeper gives the account to another owner; the administrator appoints somebody who keeps the register too."""
    rotation = db.session.get_one(CredentialRotation, doing.id)
    if not doing.by.holds(*KEEPERS):
        appoint_somebody(Role.DEPUTY_SCA, doing)
        return
    account_id, heir = rotation.account_id, some_manager(doing.by.id, doing).id
    with act_at(doing.at):
        account = db.session.get_one(Account, account_id)
        change_account(account, replace(details_of(account), owner_id=heir, deputy_id=None), by=doing.by, at=doing.at)


def _permit_password(doing: Doing) -> None:
    with act_at(doing.at):
        permit_rotation(db.session.get_one(CredentialRotation, doing.id), by=doing.by, at=doing.at)


def _all_goes_on(doing: Doing) -> None:
    with act_at(doing.at):
        say_all_goes_on(db.session.get_one(WorkChange, doing.id), by=doing.by, at=doing.at)


def _hand_over(doing: Doing) -> None:
    """Everything that a leaver alone owned or administered goes to somebody of the same service who stays."""
    notice = db.session.get_one(LeaverNotice, doing.id)
    _take_over([one.account_id for one in notice.holdings if one.hand_over is not None], notice.person, doing)


def _hand_over_of_mover(doing: Doing) -> None:
    """The same for somebody who takes other work or is away."""
    move = db.session.get_one(Move, doing.id)
    _take_over([one.account_id for one in move.hand_overs], move.person, doing)


def _take_over(account_ids: Sequence[uuid.UUID], former: Person, doing: Doing) -> None:
    for number, account_id in enumerate(account_ids):
        at = doing.at + timedelta(minutes=2 * number)
        heir = _who_stays(former, doing.chance)
        with act_at(at):
            account = db.session.get_one(Account, account_id)
            change_account(account, replace(details_of(account), owner_id=heir.id), by=doing.by, at=at)
        with act_at(at + timedelta(minutes=1)) as now:
            account = db.session.get_one(Account, account_id)
            if all(grant.person_id != heir.id or not grant.runs_on(clock.local_day(now)) for grant in account.grants):
                give_access(
                    account, heir, level=AccessLevel.ADMIN, login_mode=LoginMode.SHARED,
                    starts_on=clock.local_day(now), by=doing.by, at=now, approved_by=heir.line_manager,
                )  # fmt: skip


def _who_stays(leaver: Person, chance: random.Random) -> Person:
    colleagues = db.session.execute(
        sa.select(Person)
        .where(Person.service_id == leaver.service_id, Person.id != leaver.id, Person.last_working_day.is_(None))
        .order_by(Person.email)
    ).scalars()
    return one_of(list(colleagues), chance)


def _acknowledge(doing: Doing) -> None:
    with act_at(doing.at):
        acknowledge_report(by_reference(BreachReport, doing.key), by=doing.by, at=doing.at)


def _triage(doing: Doing) -> None:
    reasons = "The post names the Council and everybody can see it."
    with act_at(doing.at):
        report = by_reference(BreachReport, doing.key)
        if why_not(report, Route.CASE):
            route_report(report, route=Route.SAFEGUARDING, reasons=reasons, by=doing.by, at=doing.at)
        elif doing.chance.random() < MOST:
            route_report(report, route=Route.CASE, reasons=reasons, by=doing.by, at=doing.at)
        else:
            repeated = _reported_before(report, doing)
            route = Route.DUPLICATE if repeated else Route.NO_FURTHER_ACTION
            propose_closing(report, route=route, reasons=reasons, by=doing.by, at=doing.at, repeats=repeated)


def _reported_before(report: BreachReport, doing: Doing) -> str:
    """The reference of the report before this one that the officer may see, and that does not repeat this one; else none."""
    before = sa.select(BreachReport).where(
        BreachReport.received_at < report.received_at, visible_to(doing.by, clock.local_day(doing.at))
    )
    found = db.session.execute(before.order_by(BreachReport.received_at.desc()).limit(1)).scalar_one_or_none()
    return found.reference if found is not None and not leads_to(found, report) else ""


def _second(doing: Doing) -> None:
    with act_at(doing.at):
        report = by_reference(BreachReport, doing.key)
        second_closing(report, agrees=True, reasons="I agree.", by=doing.by, at=doing.at)


def _take_back(doing: Doing) -> None:
    with act_at(doing.at):
        report = by_reference(BreachReport, doing.key)
        take_back_referral(report, reasons="Nobody is left to answer.", by=doing.by, at=doing.at)


def _referral(doing: Doing) -> None:
    with act_at(doing.at):
        answer_referral(by_reference(BreachReport, doing.key), reasons="It is dealt with.", by=doing.by, at=doing.at)


def _open_case(doing: Doing) -> None:
    report: BreachReport = by_reference(BreachReport, doing.key)
    owners = free_for(report.matter, Role.HR_CASE_OWNER, Capacity.CASE_OWNER, doing)
    scene = scene_of_report(report, doing.by, doing.chance.choice(owners))
    BY_DUTY["breach_reports:open-case"](scene, doing.at)


def _case_step(name: str) -> Act:
    def act(doing: Doing) -> None:
        BY_DUTY[name](scene_of_case(case_of(doing), doing), doing.at)

    return act


def _send_letters(doing: Doing) -> None:
    send_what_waits(scene_of_case(case_of(doing), doing), doing.at)


def _go_on(doing: Doing) -> None:
    with act_at(doing.at):
        decide_after_leaving(
            case_of(doing), decision=LeavingDecision.GO_ON, reasons="Others rely on what is found.", by=doing.by, at=doing.at
        )


def _to_answer(doing: Doing) -> None:
    informal = doing.chance.random() > MOST
    with act_at(doing.at):
        case = case_of(doing)
        first, second = case.allegations
        reasons = {first.id: (not informal, "The post is not disputed."), second.id: (False, "An oversight.")}
        decide_case_to_answer(
            case, decision=CaseToAnswer.INFORMAL if informal else CaseToAnswer.CASE_TO_ANSWER, reasons=reasons,
            by=doing.by, at=doing.at, equality="The right to a private life was weighed.",
        )  # fmt: skip


def _informal(doing: Doing) -> None:
    with act_at(doing.at):
        complete_informal(
            case_of(doing), note="They talked about it.", review_on=clock.local_day(doing.at) + timedelta(days=60),
            by=doing.by, at=doing.at, early_end=EarlyEnd(ClosingAnswer.DONE, "HR decided that nobody has to be told."),
        )  # fmt: skip


def _hearing(doing: Doing) -> None:
    """Recorded once its day and hour have come."""
    case = case_of(doing)
    held_at = notices(case)[-1].hearing_at
    if held_at > doing.at:
        return
    with act_at(doing.at):
        record_hearing(
            case_of(doing), held_on=clock.local_day(held_at), in_absence=False, absence_reasons="",
            present="All who should be", minutes="Both sides were heard.", by=doing.by, at=doing.at,
        )  # fmt: skip


def _resume(doing: Doing) -> None:
    with act_at(doing.at):
        resume_case(case_of(doing), by=doing.by, at=doing.at)


def _answer_notice(doing: Doing) -> None:
    """Most bring somebody from the union, some a friend, about whom HR has to decide."""
    kind = CompanionKind.UNION_REPRESENTATIVE if doing.chance.random() < MOST else CompanionKind.OTHER
    with act_at(doing.at):
        notice = notices(case_of(doing))[-1]
        answer_notice(notice, companion_kind=kind, companion="Somebody I trust", reply="I come.", by=doing.by, at=doing.at)


def _answer_again(doing: Doing) -> None:
    """Something that they need on the day, or somebody else who comes."""
    with act_at(doing.at):
        notice = notices(case_of(doing))[-1]
        kind = CompanionKind.UNION_OFFICIAL if notice.companion_allowed is False else notice.companion_kind
        answer_notice(
            notice, companion_kind=kind, companion=notice.companion, reply="I need a break.", by=doing.by, at=doing.at
        )


def _leave_it(_doing: Doing) -> None:
    """Nothing to record: they come on the day, and need not appeal."""


def _companion(doing: Doing) -> None:
    with act_at(doing.at):
        allowed = doing.chance.random() < MOST
        judge_companion(notices(case_of(doing))[-1], allowed=allowed, by=doing.by, at=doing.at)


def _late_appeal(doing: Doing) -> None:
    with act_at(doing.at):
        appeal = appeal_of(case_of(doing))
        assert appeal is not None
        judge_late_appeal(appeal, accepted=True, reasons="They were ill.", by=doing.by, at=doing.at)


def _appoint_instead(doing: Doing) -> None:
    """One part at a time; whoever had it until now is not free for it."""
    day = clock.local_day(doing.at)
    part = officers_to_replace(case_of(doing), day)[0].part
    free = free_for(part.matter, ROLE_FOR[part.capacity], part.capacity, doing)
    successor = one_of([one for one in free if one.id != part.person_id], doing.chance)
    part_id = part.id
    with act_at(doing.at):
        replace_officer(
            case_of(doing), db.session.get_one(MatterParty, part_id), successor=successor,
            reason=ReappointmentReason.LEAVING, note="", by=doing.by, at=doing.at,
        )  # fmt: skip


def _appeal(doing: Doing) -> None:
    with act_at(doing.at):
        appeal = appeal_of(case_of(doing))
        assert appeal is not None
        decide_appeal(appeal, result=AppealResult.DISMISSED, reasons="The decision was fair.", by=doing.by, at=doing.at)


def _review_access(doing: Doing) -> None:
    """Most stay; now and then somebody does not need it any more."""
    with act_at(doing.at):
        account = db.session.get_one(Account, doing.id)
        stays = {grant.id: doing.chance.random() < NEARLY_ALL for grant in grants_to_review(account)}
        review_access(account, stays, by=doing.by, at=doing.at)


ACTS: Mapping[str, Act] = {
    "account_review": _review_access,
    **LOOKING_AGAIN_ACTS,
    **POLICY_ACTS,
    **PROPOSAL_ACTS,
    **ASKING_ACTS,
    **INCIDENT_ACTS,
    **GONE_ACTS,
    **WATCH_ACTS,
    **EARLY_ACTS,
    **KEEPING_ACTS,
    "notice_password": _notice,
    "notice_device": _notice,
    "notice_use": _notice,
    "rotation_change": _change_password,
    "rotation_verify": _verify_password,
    **dict.fromkeys(("rotation_no_changer", "rotation_no_verifier"), _find_somebody),
    "rotation_permit": _permit_password,
    "work_change": _all_goes_on,
    "leaver_hand_over": _hand_over,
    "move_hand_over": _hand_over_of_mover,
    **DEVICE_ACTS,
    "breach_reports:acknowledge": _acknowledge,
    "breach_reports:triage": _triage,
    "breach_reports:open-case": _open_case,
    "breach_reports:second": _second,
    "breach_reports:referral": _referral,
    "breach_reports:take-back": _take_back,
    "case-send-letter": _send_letters,
    **INVESTIGATING_ACTS,
    "case-decide-leaving": _go_on,
    "case-decide-to-answer": _to_answer,
    "case-complete-informal": _informal,
    "case-record-hearing": _hearing,
    "case-review-pause": _resume,
    **{name: _case_step(name) for name in BY_DUTY if name.startswith("case-")},
    "case-about-you-notice": _answer_notice,
    "case-about-you-papers": _answer_again,
    **dict.fromkeys(("case-about-you-meeting", "case-about-you-appeal"), _leave_it),
    "case-judge-companion": _companion,
    "case-appoint-instead": _appoint_instead,
    "case-judge-late-appeal": _late_appeal,
    "case-decide-appeal": _appeal,
}
"""Every kind of duty that is chased has its act here; a test holds the two equal."""
