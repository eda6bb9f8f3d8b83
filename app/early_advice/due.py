"""What this room puts on home pages: what was told or asked early, for those who hear of it, and one's own."""

from typing import Any

from app.core.registries import DueKind
from app.early_advice.queries import waiting
from app.early_advice.queries.worked_out import ends_of_breaches
from app.people.everybody import everybody_with

TOLD_EARLY = "among what is told and asked early"
ALERT = ("early_advice.show_alert", "reference")
QUESTION = ("early_advice.show_question", "reference")
DECLARATION = ("early_advice.show_declaration", "reference")


def _chased(name: str, sentence: str, page: tuple[str, str], select: Any, unopened: str = "", **more: Any) -> DueKind:
    return DueKind(name, sentence, *page, select, everybody=everybody_with(select), unopened=unopened, **more)


DUE_KINDS = (
    _chased(
        "early_alert_see", "See what {who} told you early", ALERT, waiting.alerts_to_see, TOLD_EARLY, ends=ends_of_breaches
    ),
    _chased(
        "early_alert_decide", "Say what comes of what {who} told you", ALERT, waiting.alerts_to_decide, TOLD_EARLY,
        ends=ends_of_breaches,
    ),
    _chased(
        "early_alert_take_down", "Take down what you told us of, and say so", ALERT, waiting.alerts_to_take_down, TOLD_EARLY
    ),
    _chased(
        "early_alert_breach", "Look at personal data in what {who} told of", ALERT, waiting.breaches_to_judge, TOLD_EARLY,
        urgent=True, ends=ends_of_breaches,
    ),
    _chased("early_question", "Answer {who}, who asks before posting", QUESTION, waiting.questions_to_answer, TOLD_EARLY),
    _chased(
        "early_manager", "Record who manages {who}: something of theirs waits for nobody",
        ("early_advice.manager", "person_id"), waiting.managers_to_record, TOLD_EARLY,
    ),
    _chased(
        "early_declaration_review", "Decide on {who}’s declaration", DECLARATION, waiting.declarations_to_review, TOLD_EARLY
    ),
    _chased(
        "early_declaration_act", "End the connection online that you declared", DECLARATION,
        waiting.declarations_to_act_on, TOLD_EARLY,
    ),
    _chased(
        "early_declaration_hr", "See whether {who}’s declaration bears on somebody’s safety", DECLARATION,
        waiting.declarations_for_hr, TOLD_EARLY,
    ),
    _chased(
        "early_declaration_lead", "Take over {who}’s declaration: somebody may need protection", DECLARATION,
        waiting.declarations_to_take_over, TOLD_EARLY,
    ),
    _chased(
        "early_declaration_again", "Say whether your declaration still holds", DECLARATION, waiting.declarations_of_long_ago
    ),
    _chased("early_profile", "Look through your own profile", ("early_advice.profile", "asked"), waiting.profile_to_check),
    DueKind("early_alert_waiting", "What you told of early", *ALERT, waiting.own_alerts_waiting, waiting=True),
    DueKind(
        "early_take_down_waiting", "{who} to take down what they told you of", *ALERT, waiting.take_downs_waiting,
        waiting=True,
    ),
    DueKind(
        "early_question_waiting", "Your question before posting", *QUESTION, waiting.own_questions_waiting, waiting=True
    ),
    DueKind(
        "early_declaration_waiting", "Your declaration, which is being looked at", *DECLARATION,
        waiting.own_declarations_waiting, waiting=True,
    ),
)  # fmt: skip
