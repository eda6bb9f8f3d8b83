"""The steps of a case in the demo: on which working day after the report, by whom, and in which words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.breach_reports.models import Route
from app.breach_reports.operations import acknowledge_report, route_report
from app.core import clock
from app.core.db import db
from app.demo.timeline import act_at
from app.hr_cases.models import (
    CLOSING_ITEMS,
    Attribution,
    Basis,
    Bearing,
    CaseStatus,
    CaseToAnswer,
    ClosingAnswer,
    CompanionKind,
    ConductCapacity,
    EvidenceKind,
    Finding,
    HearingNotice,
    Manner,
    PauseReason,
    Proof,
    Recommendation,
    Statement,
    StatementKind,
    StatementState,
    Visibility,
)
from app.hr_cases.operations import (
    AllegationDraft,
    EvidenceDetails,
    LetterWords,
    accept_report,
    add_evidence,
    add_statement,
    answer_closing_item,
    answer_notice,
    appoint_appeal_officer,
    appoint_decision_maker,
    appoint_investigator,
    approve_plan,
    close_case,
    decide_case_to_answer,
    decide_disclosure,
    decide_outcome,
    earliest_hearing_day,
    issue_notice,
    make_final,
    open_case,
    pause_case,
    prepare_copies,
    record_finding,
    record_hearing,
    record_statement_check,
    report_in_progress,
    submit_appeal,
    submit_report,
    tell_subject,
    weigh_evidence,
    write_report,
)
from app.hr_cases.queries import exhibit, last_report, notices, undecided_files
from app.policy.queries import current_version, pack, paragraphs_by_number

S = CaseStatus
EVERY = frozenset(S)
HEARING = frozenset({S.HEARING_SET_UP, S.NOTIFIED, S.HEARD, S.DECIDED, S.APPEALED, S.FINAL, S.CLOSED})


@dataclass(frozen=True)
class Step:
    """One act of the story: its working day, what it does, the stages it reaches, and the stages it leads to."""

    day: int
    act: Callable[[Any, datetime], None]
    reaches: frozenset[CaseStatus]
    leads_to: frozenset[CaseStatus]


def _acknowledged(scene: Any, at: datetime) -> None:
    with act_at(at):
        acknowledge_report(scene.report, by=scene.cast["hr"], at=at)


def _routed(scene: Any, at: datetime) -> None:
    with act_at(at):
        reasons = "The post can be seen by everybody and names the Council. It needs to be looked into fairly."
        route_report(scene.report, route=Route.CASE, reasons=reasons, by=scene.cast["hr"], at=at)


def _opened(scene: Any, at: datetime) -> None:
    happened = scene.report.happened_on or clock.local_day(scene.report.received_at)
    version = current_version(happened)
    category = pack().category(scene.story.category)
    first = paragraphs_by_number(version, category.paragraphs)
    second = paragraphs_by_number(version, ["7.10(5)"])
    wordings = (
        f"It is alleged that on {happened:%-d %B %Y} you posted: “{scene.story.post}”",
        "It is alleged that your profile named the Council while you did.",
    )
    drafts = [
        AllegationDraft(words, code, tuple(p.id for p in paragraphs), happened, ConductCapacity.NAMED_THE_COUNCIL)
        for words, code, paragraphs in zip(wordings, (category.code, "DISREPUTE-OTHER"), (first, second), strict=True)
    ]  # fmt: skip
    prepared = prepare_copies(scene.report, at=at)
    with act_at(at):
        case = open_case(
            scene.report, prepared=prepared, subject=scene.subject, allegations=drafts,
            owner=scene.cast.get("owner", scene.cast["hr"]), by=scene.cast["hr"], at=at,
        )  # fmt: skip
        scene.case_id = case.id


def _appointed(scene: Any, at: datetime) -> None:
    with act_at(at):
        terms = "Find out who wrote the post, who could see it, and what the writer says. Report within 20 working days."
        appoint_investigator(
            scene.case, investigator=scene.cast["investigator"], terms=terms, by=scene.cast["hr2"], at=at
        )


def _told(scene: Any, at: datetime) -> None:
    words = LetterWords(
        what_happens_next="The investigator will ask you to a meeting within ten working days. Nothing has been decided.",
        contact=f"{scene.cast['hr'].name}, Human Resources, on the Council's own telephone directory",
        support="The employee assistance line is open day and night. Your manager does not need to know that you called.",
        companion="You may bring a colleague or a trade union representative to the meeting.",
        confidentiality="Please talk about this only with those who help you. We do the same.",
    )
    with act_at(at):
        tell_subject(scene.case, letter_words=words, by=scene.cast["hr"], at=at)


def _planned(scene: Any, at: datetime) -> None:
    plan = (
        "Look at the post and its comments. Ask the reporter what they saw. Hear the person concerned. "
        "Ask Communications for the account's own records. Report by the date of the terms."
    )
    with act_at(at):
        approve_plan(scene.case, plan=plan, by=scene.cast["investigator"], at=at)


def _evidence(scene: Any, at: datetime) -> None:
    details = EvidenceDetails(
        title="Record of the group's settings",
        kind=EvidenceKind.DOCUMENT,
        visibility=Visibility.PUBLIC,
        attribution=Attribution.NOT_APPLICABLE,
        lawful_source="Read on the public page without signing in",
        transcript="The group is public. Anybody can read posts without joining. It has about 2,300 members.",
        captured_on=clock.local_day(at),
        captured_by="The investigator",
    )
    with act_at(at):
        first, second = scene.case.allegations
        bearings = {first.id: Bearing.FOR, second.id: Bearing.AGAINST}
        shown = exhibit(scene.case, 1)
        if shown is not None:
            weigh_evidence(shown, bearings={first.id: Bearing.FOR}, by=scene.cast["investigator"], at=at)
        add_evidence(
            scene.case, details=details, file=None, bearings=bearings, by=scene.cast["investigator"], at=at
        )


def _statement(scene: Any, at: datetime) -> None:
    with act_at(at):
        statement = add_statement(
            scene.case, person=scene.subject, kind=StatementKind.INTERVIEW, taken_on=clock.local_day(at),
            words="I wrote it late in the evening after a long day. I took it down the next morning. I am sorry that people "
            "read it. I did not think that my profile still named the Council.",
            present="The investigator, a note-taker", by=scene.cast["investigator"], at=at,
        )  # fmt: skip
        scene.kept["statement"] = statement.id


def _checked(scene: Any, at: datetime) -> None:
    with act_at(at):
        record_statement_check(
            db.session.get_one(Statement, scene.kept["statement"]), state=StatementState.AGREED, amendments="",
            checked_on=clock.local_day(at), by=scene.cast["investigator"], at=at,
        )  # fmt: skip


def _paused(scene: Any, at: datetime) -> None:
    with act_at(at):
        pause_case(
            scene.case, reason=PauseReason.SICKNESS, by=scene.cast["hr"], at=at,
            note="The person concerned is signed off for two weeks. We agreed to look again then.",
        )  # fmt: skip


def _submitted(scene: Any, at: datetime) -> None:
    by = scene.cast["investigator"]
    with act_at(at):
        report = report_in_progress(scene.case, by=by, at=at)
        first, second = scene.case.allegations
        record_finding(
            report, first, finding=Finding.ESTABLISHED, basis=Basis.UNCONTESTED, by=by, at=at,
            reasons="The post is in exhibit E1. The person concerned says that they wrote it.",
        )  # fmt: skip
        record_finding(
            report, second, finding=Finding.NOT_ESTABLISHED, basis=Basis.CONTESTED, by=by, at=at,
            reasons="The profile named the Council on the day, but it was set up so years ago. On balance it was not "
            "meant to lend the post any weight.",
        )  # fmt: skip
        write_report(
            report, by=by, at=at, recommendation=Recommendation.FORMAL,
            background="The person concerned has worked here for years without any complaint.",
            process="I looked at the post and the group, heard the person concerned and had their statement checked.",
            mitigation="The post was taken down the next morning. They apologised without being asked.",
            equality="No protected belief and no union activity is engaged. Looking into a public post is proportionate.",
            recommendation_reasons="The words were public and named the employer. A panel should hear both sides.",
            other_matters="The policy's wording on personal use in the evening could be plainer.",
        )  # fmt: skip
        submit_report(report, by=by, at=at)


def _accepted(scene: Any, at: datetime) -> None:
    with act_at(at):
        report = last_report(scene.case)
        assert report is not None
        accept_report(report, by=scene.cast["hr"], at=at)


def _decider(scene: Any, at: datetime) -> None:
    with act_at(at):
        appoint_decision_maker(scene.case, decision_maker=scene.cast["decision"], by=scene.cast["hr2"], at=at)


def _decide(scene: Any, at: datetime, decision: CaseToAnswer) -> None:
    with act_at(at):
        first, second = scene.case.allegations
        reasons = {
            first.id: (True, "The post is not disputed and could be read by everybody."),
            second.id: (False, "The profile was an oversight; nothing turns on it."),
        }
        decide_case_to_answer(
            scene.case, decision=decision, reasons=reasons, by=scene.cast["decision"], at=at,
            equality="I weighed the right to a private life and to free expression; the words were about the job.",
        )  # fmt: skip


def _informal(scene: Any, at: datetime) -> None:
    _decide(scene, at, CaseToAnswer.INFORMAL)


def _to_answer(scene: Any, at: datetime) -> None:
    _decide(scene, at, CaseToAnswer.CASE_TO_ANSWER)


def _noticed(scene: Any, at: datetime) -> None:
    day = earliest_hearing_day(clock.local_day(at), dismissal_possible=False)
    with act_at(at):
        for item in undecided_files(scene.case):
            decide_disclosure(item, manner=Manner.FILE, shown=True, by=scene.cast["hr"], at=at)
        issue_notice(
            scene.case, hearing_at=clock.at_local(day, 10, 30), place="Meeting room 2, Council offices",
            dismissal_possible=False, by=scene.cast["hr"], at=at,
        )  # fmt: skip


def _answered(scene: Any, at: datetime) -> None:
    with act_at(at):
        notice = _notice(scene)
        answer_notice(
            notice, companion_kind=CompanionKind.UNION_REPRESENTATIVE, companion="Our branch's representative",
            reply="I will come. I would like to say that I am sorry, and how it came about.", by=scene.subject, at=at,
        )  # fmt: skip


def _notice(scene: Any) -> HearingNotice:
    return notices(scene.case)[-1]


def _heard(scene: Any, _at: datetime) -> None:
    at = _notice(scene).hearing_at + timedelta(hours=2)
    with act_at(at):
        record_hearing(
            scene.case, held_on=clock.local_day(at), in_absence=False, absence_reasons="", by=scene.cast["decision"], at=at,
            present="The decision maker, HR, the person concerned and their representative, a note-taker",
            minutes="The investigator's report was gone through. The person concerned said that they are sorry, and that "
            "the day had been a hard one. The representative asked that the clean record be weighed.",
        )  # fmt: skip


def _decided(scene: Any, at: datetime) -> None:
    with act_at(at):
        first = scene.case.allegations[0]
        decide_outcome(
            scene.case, kind="first_written_warning", months=6, by=scene.cast["decision"], at=at,
            findings={first.id: (Proof.PROVED, "The words were public, named the employer, and are not disputed.")},
            reasons="The post ran down people whom the Council serves.",
            mitigation="It was taken down at once, with an apology, after years without any complaint.",
            change_required="Do not write about the people you serve in a way that could be read as contempt.",
            equality="Nothing in the outcome bears on a protected characteristic. It is the lightest formal step.",
        )  # fmt: skip


def _appealed(scene: Any, at: datetime) -> None:
    with act_at(at):
        submit_appeal(
            scene.case, grounds="I think that six months is too long for one post that I took down.", by=scene.subject, at=at
        )


def _appeal_officer(scene: Any, at: datetime) -> None:
    with act_at(at):
        appoint_appeal_officer(scene.case, officer=scene.cast["appeal"], by=scene.cast["hr"], at=at)


def _final(scene: Any, at: datetime) -> None:
    with act_at(at):
        make_final(scene.case, by=scene.cast["hr"], at=at, none_came=True)


def _closed(scene: Any, at: datetime) -> None:
    with act_at(at):
        for item in CLOSING_ITEMS:
            answer_closing_item(
                scene.case, code=item.code, answer=ClosingAnswer.DONE, note="This has been dealt with.",
                by=scene.cast["hr"], at=at,
            )  # fmt: skip
    with act_at(at + timedelta(minutes=30)) as now:
        close_case(scene.case, by=scene.cast["hr"], at=now)


def _only(*stages: CaseStatus) -> frozenset[CaseStatus]:
    return frozenset(stages)


FROM_PLANNING = EVERY - {S.OPENED}
FROM_INVESTIGATING = FROM_PLANNING - {S.PLANNING}
FROM_REVIEW = FROM_INVESTIGATING - {S.INVESTIGATING, S.PAUSED}
FROM_ACCEPTED = FROM_REVIEW - {S.REPORT_REVIEW}
FROM_NOTIFIED = HEARING - {S.HEARING_SET_UP}
FROM_HEARD = FROM_NOTIFIED - {S.NOTIFIED}
FROM_DECIDED = FROM_HEARD - {S.HEARD}
ENDED = _only(S.FINAL, S.CLOSED)

STEPS = (
    Step(1, _acknowledged, frozenset(), EVERY),
    Step(2, _routed, frozenset(), EVERY),
    Step(3, _opened, _only(S.OPENED), EVERY),
    Step(5, _appointed, frozenset(), FROM_PLANNING),
    Step(6, _told, _only(S.PLANNING), FROM_PLANNING),
    Step(8, _planned, frozenset(), FROM_INVESTIGATING),
    Step(10, _evidence, frozenset(), FROM_INVESTIGATING),
    Step(12, _statement, _only(S.INVESTIGATING), FROM_INVESTIGATING),
    Step(13, _paused, _only(S.PAUSED), _only(S.PAUSED)),
    Step(14, _checked, frozenset(), FROM_REVIEW),
    Step(20, _submitted, _only(S.REPORT_REVIEW), FROM_REVIEW),
    Step(22, _accepted, frozenset(), FROM_ACCEPTED),
    Step(23, _decider, _only(S.ACCEPTED), FROM_ACCEPTED),
    Step(25, _informal, _only(S.INFORMAL), _only(S.INFORMAL)),
    Step(25, _to_answer, _only(S.HEARING_SET_UP), HEARING),
    Step(26, _noticed, frozenset(), FROM_NOTIFIED),
    Step(28, _answered, _only(S.NOTIFIED), FROM_NOTIFIED),
    Step(33, _heard, _only(S.HEARD), FROM_HEARD),
    Step(35, _decided, _only(S.DECIDED), FROM_DECIDED),
    Step(39, _appealed, frozenset(), _only(S.APPEALED)),
    Step(40, _appeal_officer, _only(S.APPEALED), _only(S.APPEALED)),
    Step(47, _final, _only(S.FINAL), ENDED),
    Step(48, _closed, _only(S.CLOSED), _only(S.CLOSED)),
)


BY_DUTY: Mapping[str, Callable[[Any, datetime], None]] = {
    "breach_reports:open-case": _opened,
    "case-appoint-investigator": _appointed,
    "case-tell-subject": _told,
    "case-approve-plan": _planned,
    "case-review-report": _accepted,
    "case-appoint-decision-maker": _decider,
    "case-issue-notice": _noticed,
    "case-decide-outcome": _decided,
    "case-appoint-appeal-officer": _appeal_officer,
    "case-make-final": _final,
    "case-close": _closed,
}
"""What whoever has one of these duties does about it, where one act is enough."""


INVESTIGATION = (_evidence, _statement, _checked, _submitted)
"""The whole of an investigation on one day: exhibits, a statement, its check, findings and the report."""


def investigate(scene: Any, at: datetime, acts: Sequence[Callable[[Any, datetime], None]] = INVESTIGATION) -> None:
    """Do all of that, or a part of it, one after the other."""
    for number, act in enumerate(acts):
        act(scene, at + timedelta(minutes=number))
