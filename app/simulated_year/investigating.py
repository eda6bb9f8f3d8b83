"""An investigation in the simulated year: somebody is heard, checks what was written down, and a report is written."""

from collections.abc import Mapping

from app.core import clock
from app.demo.case_steps import INVESTIGATION, investigate
from app.demo.timeline import act_at
from app.hr_cases.models import StatementState
from app.hr_cases.operations import record_statement_check
from app.hr_cases.queries import statements
from app.hr_cases.queries.sending import is_told
from app.simulated_year.doing import MOST, Act, Doing
from app.simulated_year.scenes import case_of, scene_of_case

HEARING_THEM, REPORTING = INVESTIGATION[:2], INVESTIGATION[3:]


def _investigate(doing: Doing) -> None:
    """Some answer at once what was written down, some take their time; and some reports do not wait for them."""
    case = case_of(doing)
    if not is_told(case, clock.local_day(doing.at)):
        return
    if statements(case):
        investigate(scene_of_case(case, doing), doing.at, REPORTING)
    else:
        at_once = doing.chance.random() > MOST
        investigate(scene_of_case(case, doing), doing.at, INVESTIGATION if at_once else HEARING_THEM)


def _check_statement(doing: Doing) -> None:
    with act_at(doing.at):
        given = next(one for one in statements(case_of(doing)) if one.waits_for_answer)
        record_statement_check(
            given, state=StatementState.AGREED, amendments="", checked_on=clock.local_day(doing.at), by=doing.by,
            at=doing.at,
        )  # fmt: skip


INVESTIGATING_ACTS: Mapping[str, Act] = {
    "case-submit-report": _investigate,
    "case-check-statement": _check_statement,
}
