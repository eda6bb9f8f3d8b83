"""What a case waits for, from its stage alone: one table for the list, the page and the home pages."""

from dataclasses import dataclass
from datetime import date

from app.hr_cases.models import Case, CaseStatus
from app.matters.models import Capacity
from app.policy.queries import pack


@dataclass(frozen=True)
class Step:
    """What comes next in a stage: in words, whose it is (None: an HR manager's), where it is done."""

    words: str
    whose: Capacity | None
    endpoint: str


STEPS: dict[CaseStatus, Step] = {
    CaseStatus.OPENED: Step("appoint an investigator", None, "hr_cases.appoint_investigator"),
    CaseStatus.PLANNING: Step("approve the plan", Capacity.INVESTIGATOR, "hr_cases.approve_plan"),
    CaseStatus.INVESTIGATING: Step("submit the report", Capacity.INVESTIGATOR, "hr_cases.write_report"),
    CaseStatus.PAUSED: Step("review the pause", Capacity.CASE_OWNER, "hr_cases.resume"),
    CaseStatus.REPORT_REVIEW: Step("review the report", Capacity.CASE_OWNER, "hr_cases.review_report"),
    CaseStatus.ACCEPTED: Step(
        "decide whether there is a case to answer", Capacity.DECISION_MAKER, "hr_cases.decide_case_to_answer"
    ),
    CaseStatus.INFORMAL: Step("record what was agreed", Capacity.CASE_OWNER, "hr_cases.complete_informal"),
    CaseStatus.HEARING_SET_UP: Step("give notice of the hearing", Capacity.CASE_OWNER, "hr_cases.issue_notice"),
    CaseStatus.NOTIFIED: Step("hold the hearing and record it", Capacity.DECISION_MAKER, "hr_cases.record_hearing"),
    CaseStatus.HEARD: Step("decide the outcome", Capacity.DECISION_MAKER, "hr_cases.decide_outcome"),
    CaseStatus.DECIDED: Step("make the outcome final", Capacity.CASE_OWNER, "hr_cases.make_final"),
    CaseStatus.APPEALED: Step("decide the appeal", Capacity.APPEAL_OFFICER, "hr_cases.decide_appeal"),
    CaseStatus.FINAL: Step("close the case", Capacity.CASE_OWNER, "hr_cases.closing"),
}
APPOINT_DECISION_MAKER = Step("appoint a decision maker", None, "hr_cases.appoint_decision_maker")
APPOINT_APPEAL_OFFICER = Step("appoint an appeal officer", Capacity.CASE_OWNER, "hr_cases.appoint_appeal_officer")
SEND_OUTCOME = Step("send the letter about the outcome another way", Capacity.CASE_OWNER, "hr_cases.send_letter")
JUDGE_LATE_APPEAL = Step("decide about the late appeal", Capacity.CASE_OWNER, "hr_cases.judge_late_appeal")


@dataclass(frozen=True)
class NextStep:
    """What a case waits for: in words, from whom and in which capacity, by when, and the endpoint where it is done."""

    words: str
    who: str
    whose: Capacity | None
    due_on: date | None
    endpoint: str


def step_of(case: Case) -> Step | None:
    """The next step of a case; None once it is closed."""
    if case.status is CaseStatus.ACCEPTED and case.decision_maker is None:
        return APPOINT_DECISION_MAKER
    if case.status is CaseStatus.APPEALED and case.appeal_officer is None:
        return APPOINT_APPEAL_OFFICER
    if case.status is CaseStatus.DECIDED and case.late_appeal_waits:
        return JUDGE_LATE_APPEAL
    if case.time_to_appeal_waits:
        return SEND_OUTCOME
    return STEPS.get(case.status)


def next_step(case: Case) -> NextStep | None:
    """What a case waits for now, and from whom; None once it is closed."""
    step = step_of(case)
    if step is None:
        return None
    return NextStep(step.words, _who(case, step), step.whose, case.step_due_on, step.endpoint)


def _who(case: Case, step: Step) -> str:
    if step.whose is None:
        return pack().role_titles["hr_manager"].value
    people = case.matter.people_as(step.whose)
    return people[0].name if people else pack().role_titles["hr_case_owner"].value
