"""What the person concerned answers to the notice of their hearing: who comes with them, and what they want said.

And what HR decides about a companion who has no right to come. Sources: domain 3.6, row Notified; Acas Code paragraphs 13
to 16.
"""

from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.errors import AlreadyDone, InvalidInput
from app.core.outbox import as_news, notify
from app.core.presentation import uk_datetime
from app.hr_cases.models import CompanionKind, HearingNotice
from app.hr_cases.operations import messages
from app.hr_cases.operations.common import ask_officer, ask_subject, must_hold
from app.hr_cases.operations.companions import change_companion, name_companion
from app.hr_cases.operations.guards import ask_stage, need
from app.hr_cases.operations.hearing import HEARING_HELD, HEARING_POSTPONED
from app.hr_cases.operations.owners import tell_owner
from app.hr_cases.operations.step_dates import COMPANION_DECISION
from app.people.models import Person
from app.policy.queries import due_at_once, received

NOTICE_ANSWERED = event_kind("case:hearing-notice-answered", "answered the notice of the hearing")
ANSWER_RECORDED = event_kind(
    "case:hearing-answer-recorded", "recorded an answer to the notice of the hearing that came another way"
)
COMPANION_JUDGED = event_kind("case:companion-judged", "decided whether the companion may come: {answer}")


def ask_answer(notice: HearingNotice, *, by: Person, at: datetime) -> None:
    """Refuse whoever cannot answer this notice; the person concerned who comes late reads when and by whom it ended."""
    case = notice.case
    sentence = "The notice of your hearing cannot be answered now."
    act = HEARING_HELD if notice.postponed_at is None else HEARING_POSTPONED
    ask_subject(case, case.can_answer_notice(by), by=by, act=act, sentence=sentence)
    must_hold(notice)
    if at >= notice.hearing_at:
        raise AlreadyDone(
            f"The hearing was set for {uk_datetime(notice.hearing_at)}, so the answer can no longer be changed.",
            when=notice.hearing_at,
            what_now="Ask your contact, who is named on the page “Something about you”.",
        )


def answer_notice(
    notice: HearingNotice, *, companion_kind: CompanionKind | None, companion: str, reply: str, by: Person, at: datetime
) -> None:
    """The person concerned says who comes with them and what they want said. They may change it until the hearing.

    Colleagues and union people come as of right; anybody else is for HR to judge, never refused by itself. From now on a
    companion who works here has no officer's view of the case; whoever works on it cannot be named.
    """
    ask_answer(notice, by=by, at=at)
    notice.came_through_probity()
    take_answer(notice, companion_kind=companion_kind, companion=companion, reply=reply, by=by, at=at)
    case = notice.case
    record(NOTICE_ANSWERED, case.id, by=by.id, at=at, facts={"notice": notice.id})
    tell_owner(case, messages.HEARING_ANSWERED, notice.id, at=at, number=as_news(notice))


def take_answer(
    notice: HearingNotice, *, companion_kind: CompanionKind | None, companion: str, reply: str, by: Person, at: datetime
) -> None:
    """Take an answer in, however it came; what was answered before gives way to it."""
    companion = companion.strip()
    if companion_kind is None and companion:
        raise InvalidInput("Select who the companion is", field="companion_kind")
    if companion_kind is not None:
        need(companion, "Enter the name of the companion", "companion")
    companion = name_companion(notice, companion_kind, companion, by=by, at=at)
    unchanged = (companion_kind, companion) == (notice.companion_kind, notice.companion)
    if not unchanged or notice.companion_allowed is None:
        statutory = companion_kind is not None and companion_kind != CompanionKind.OTHER
        notice.companion_allowed = True if statutory else None
    if notice.companion_allowed is None:
        asked_on, hearing_on = received(at).day, clock.local_day(notice.hearing_at)
        notice.companion_decide_by = min(due_at_once(COMPANION_DECISION, asked_on), hearing_on)
    notice.companion_kind = companion_kind
    notice.companion = companion
    notice.reply = reply.strip()
    notice.replied_at = at


def judge_companion(
    notice: HearingNotice, *, allowed: bool, by: Person, at: datetime, answer_seen: datetime | None = None
) -> None:
    """HR's discretion about a companion who has no right to come (Acas Code paragraph 14). Who may not come has no part.

    `answer_seen` is when the answer was sent that the page showed: a click from an older page is told of the newer one.
    """
    case = notice.case
    ask_officer(
        case, case.is_owned_by(by), case.can_judge_companion(by), by=by, at=at, whose="the case owner", act=COMPANION_JUDGED
    )
    must_hold(notice)
    if answer_seen is not None and answer_seen != notice.replied_at:
        raise AlreadyDone(
            "The answer about the companion has been changed in the meantime.",
            who=notice.answered_by.name,
            when=notice.replied_at,
            did="recorded another answer" if notice.is_recorded else "sent another answer",
            what_now="Open the meetings of the case to see who is to come now.",
        )
    if notice.companion_kind is None:
        raise InvalidInput("No companion has been named", field="allowed")
    if notice.companion_kind != CompanionKind.OTHER:
        raise InvalidInput("This companion may come as of right. There is nothing to decide", field="allowed")
    ask_stage(
        case, notice.companion_allowed is None, doing=COMPANION_JUDGED, sentence="This companion was decided about already."
    )
    notice.companion_allowed = allowed
    if not allowed:
        change_companion(case, None, at=at)
    record(
        COMPANION_JUDGED, case.id, by=by.id, at=at,
        facts={"notice": notice.id, "answer": "yes" if allowed else "no"},
    )  # fmt: skip
    notify(case.subject.id, messages.YOURS_COMPANION, notice.id, at=at, number=as_news(notice))
