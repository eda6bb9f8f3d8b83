"""Every act of a case with its button and the predicate that says who sees it, in the order in which a case goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.hr_cases.models import Case, HearingNotice, Letter, LetterKind
from app.people.models import Person


@dataclass(frozen=True)
class Act:
    """One act: its page, the words of its button, and whether this person may do it on this day; of some also whether the
    notice that was given last asks for it, or the letters that wait to be sent another way allow it.
    """

    endpoint: str
    button: str
    can: Callable[[Case, Person, date], bool]
    asked_by: Callable[[HearingNotice], bool] | None = None
    with_letters: Callable[[Sequence[Letter]], bool] | None = None

    def href(self, case: Case) -> str:
        """The page on which it is done."""
        return url_for(f"hr_cases.{self.endpoint}", reference=case.reference)


ACTS = (
    Act("appoint_investigator", "Appoint an investigator", lambda c, p, _: c.can_appoint_investigator(p)),
    Act("add_allegation", "Add an allegation", lambda c, p, _: c.can_change_allegations(p)),
    Act("approve_plan", "Write down the plan", lambda c, p, _: c.can_approve_plan(p)),
    Act("tell_subject", "Tell the person concerned", lambda c, p, _: c.can_tell_subject(p)),
    Act("add_evidence", "Add evidence", lambda c, p, _: c.can_add_evidence(p)),
    Act("add_statement", "Add a statement", lambda c, p, _: c.can_add_statement(p)),
    Act("write_report", "Write the report", lambda c, p, _: c.can_write_report(p)),
    Act("pause", "Pause the investigation", lambda c, p, _: c.can_pause(p)),
    Act("resume", "Resume the investigation", lambda c, p, _: c.can_resume(p)),
    Act("review_report", "Review the report", lambda c, p, _: c.can_review_report(p)),
    Act("appoint_decision_maker", "Appoint a decision maker", lambda c, p, _: c.can_appoint_decision_maker(p)),
    Act("decide_case_to_answer", "Decide if there is a case to answer", lambda c, p, _: c.can_decide_case_to_answer(p)),
    Act("complete_informal", "Record what was agreed", lambda c, p, _: c.can_complete_informal(p)),
    Act("issue_notice", "Give notice of the hearing", lambda c, p, _: c.can_issue_notice(p)),
    Act("record_hearing", "Record the hearing", lambda c, p, _: c.can_record_hearing(p)),
    Act(
        "judge_companion",
        "Decide about the companion",
        lambda c, p, _: c.can_judge_companion(p),
        lambda notice: notice.companion_waits,
    ),
    Act("record_answer", "Record an answer that came another way", lambda c, p, _: c.can_record_answer(p)),
    Act("postpone", "Put the hearing off", lambda c, p, _: c.can_postpone(p)),
    Act("decide_outcome", "Decide the outcome", lambda c, p, _: c.can_decide_outcome(p)),
    Act("record_appeal", "Record an appeal that came another way", lambda c, p, _: c.can_record_appeal(p)),
    Act("judge_late_appeal", "Decide about the late appeal", lambda c, p, _: c.can_judge_late_appeal(p)),
    Act("appoint_appeal_officer", "Appoint an appeal officer", lambda c, p, _: c.can_appoint_appeal_officer(p)),
    Act("decide_appeal", "Decide the appeal", lambda c, p, _: c.can_decide_appeal(p)),
    Act(
        "make_final",
        "Make the outcome final",
        lambda c, p, day: c.can_make_final(p, day),
        with_letters=lambda waiting: all(letter.kind is not LetterKind.OUTCOME for letter in waiting),
    ),
    Act("send_letter", "Record how a letter was sent", lambda c, p, _: c.can_send_letters(p), with_letters=bool),
    Act("after_leaving", "Decide whether the case goes on", lambda c, p, _: c.can_decide_after_leaving(p)),
    Act("closing", "Answer the closing list", lambda c, p, _: c.can_close(p)),
)
BY_ENDPOINT = {act.endpoint: act for act in ACTS}


def acts_open_to(
    case: Case, person: Person, day: date, notice: HearingNotice | None, waiting: Sequence[Letter] = ()
) -> list[Act]:
    """What this person may do in the case now; `notice` is the one that was given last, `waiting` are the letters that wait
    to be sent another way.
    """

    def is_asked_for(act: Act) -> bool:
        asked = act.asked_by is None or (notice is not None and act.asked_by(notice))
        return asked and (act.with_letters is None or act.with_letters(waiting))

    return [act for act in ACTS if act.can(case, person, day) and is_asked_for(act)]
