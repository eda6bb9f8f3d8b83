"""What the data protection officer is told of an alert and finds (UK GDPR, Article 33), whatever else comes of it."""

from datetime import datetime

from app.core import clock
from app.core.audit import event_kind, record
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.outbox import as_news, notify
from app.core.presentation import uk_datetime
from app.early_advice.models import BreachAnswer, MistakeAlert, OfficerStep
from app.early_advice.operations import messages
from app.early_advice.operations.guards import must_have_seen
from app.early_advice.queries import other_officers
from app.early_advice.queries.worked_out import goes_on, hours_end
from app.people.models import Person, Role
from app.people.queries import holders_of

ASKED_AT_ONCE = event_kind(
    "early-alert:officer-asked", "said that details about other people were shown: the data protection officer was asked"
)
TO_OFFICER = event_kind("early-alert:to-officer", "sent it to the data protection officer")
MORE_TO_OFFICER = event_kind("early-alert:more-to-officer", "told the data protection officer more")
NEW_TO_OFFICER = event_kind(
    "early-alert:new-to-officer", "told the data protection officer something new: they look at it again"
)
BREACH_ANSWERED = event_kind("early-alert:breach-answered", "recorded what was found about personal data: {answer}")
CORRECTED = event_kind("early-alert:finding-corrected", "corrected what was found about personal data: {answer}")

ONLY_OFFICER = "Only the data protection officer can record this."
OPEN_IT = "Open it to see how it stands."
WHAT_WAS_FOUND = "Enter what you found, and the reference of the regulator if you reported it"


class OfficerAskedMeanwhile(InvalidInput):
    """Somebody says why the officer need not look, who was asked or has answered since their page was made (409)."""

    status = 409

    def __init__(self, alert: MistakeAlert) -> None:
        last = alert.officer_record[-1]
        did = "sent this to the data protection officer" if last.answer is None else "recorded what was found"
        super().__init__(
            f"{last.by.name} {did} on {uk_datetime(last.at)}, after you opened this page. Read what is there now, "
            "then say what comes of it"
        )


def ask_officer_at_once(alert: MistakeAlert, at: datetime) -> None:
    """Ask the officer as it is sent, since whoever told of it says that details about others were shown."""
    _ask_officer(alert, at)
    record(ASKED_AT_ONCE, alert.id, by=alert.author_id, at=at)


def say_about_officer(alert: MistakeAlert, to_officer: bool | None, why_not: str, by: Person, at: datetime) -> None:
    """No outcome takes the data protection officer's look away without a word."""
    if to_officer and not alert.is_sent_to_officer:
        _pass_to_officer(alert, "", by, at)
    if not alert.leaves_officer_open:
        if to_officer is False and alert.may_be_breach:
            raise OfficerAskedMeanwhile(alert)
        return
    if to_officer is None:
        raise InvalidInput("Select whether the data protection officer has to look at it", field="to_officer")
    if not why_not:
        raise InvalidInput("Enter why the data protection officer need not look at it", field="why_not")
    alert.why_no_officer = why_not


def send_to_officer(alert: MistakeAlert, *, words: str, by: Person, at: datetime) -> None:
    """Send it to the data protection officer, or tell them more, before or after it is decided what comes of it, and
    whatever that is. Where they have answered and are told something new, they look at it again; the answer is kept.
    """
    must_have_seen(alert, by, field="words")
    if alert.officer_asked_at is not None:
        _refuse_what_they_know(alert, words)
    _pass_to_officer(alert, words, by, at)
    notify(alert.author_id, messages.YOURS, alert.id, at=at, number=as_news(alert))


def _refuse_what_they_know(alert: MistakeAlert, words: str) -> None:
    """Only the same a second time is too late: whatever is new reaches the officer."""
    sent = [note for note in alert.officer_record if note.answer is None]
    same = [note for note in sent if note.words == words] if words else sent[-1:]
    if same and (words or (alert.waits_for_officer and not same[0].words)):
        said = "This has been sent to the data protection officer already" + (", in these words." if words else ".")
        what_now = f"Enter what they do not know yet, if there is more. {OPEN_IT}"
        raise AlreadyDone(said, who=same[-1].by.name, when=same[-1].at, did="sent it", what_now=what_now)
    if not words:
        raise InvalidInput("Enter what the data protection officer does not know yet", field="words")


def _pass_to_officer(alert: MistakeAlert, words: str, by: Person, at: datetime) -> None:
    """What was told before stays beside it, and an answer that it opens again does too."""
    kind = TO_OFFICER if alert.officer_asked_by is None else MORE_TO_OFFICER
    if alert.officer_asked_by is not None and alert.sent_on_at is not None:
        _keep(alert, alert.officer_asked_by, alert.sent_on_at, alert.for_officer)
    if alert.breach_answer is not None:
        kind = NEW_TO_OFFICER
        _open_again(alert, at)
    alert.officer_asked_by, alert.officer_asked_by_id = by, by.id
    alert.sent_on_at, alert.for_officer = at, words
    _ask_officer(alert, at)
    record(kind, alert.id, by=by.id, at=at, about=alert.author_id)


def _ask_officer(alert: MistakeAlert, at: datetime) -> None:
    """Those who were asked already are written to again only where there are words for them."""
    is_known = alert.officer_asked_at is not None
    if alert.officer_asked_at is None:
        alert.officer_asked_at = at
        alert.officer_counts_from = alert.sent_at if alert.may_be_breach else at
    assert alert.officer_counts_from is not None
    alert.officer_due_on = clock.local_day(hours_end(alert.officer_counts_from))
    number = as_news(alert) if is_known and alert.for_officer else None
    for officer in other_officers(alert.author_id, clock.local_day(at)):
        notify(officer.id, messages.PERSONAL_DATA, alert.id, at=at, number=number)


def _open_again(alert: MistakeAlert, at: datetime) -> None:
    """The hours count anew from what is new, but for those of a breach that run still."""
    if not goes_on(alert, at):
        alert.officer_counts_from = at
    _keep_finding(alert)
    alert.breach_answer = alert.answered_by = alert.answered_by_id = alert.answered_at = None
    alert.breach_words = ""


def _keep_finding(alert: MistakeAlert) -> None:
    if alert.answered_by is not None and alert.answered_at is not None:
        _keep(alert, alert.answered_by, alert.answered_at, alert.breach_words, alert.breach_answer)


def _keep(alert: MistakeAlert, by: Person, at: datetime, words: str, answer: BreachAnswer | None = None) -> None:
    step = OfficerStep(by=by, by_id=by.id, at=at, answer=answer, data_key_id=alert.data_key_id, data_key=alert.data_key)
    step.words = words
    alert.officer_before.append(step)


def answer_breach(alert: MistakeAlert, answer: BreachAnswer, *, words: str, by: Person, at: datetime) -> None:
    """Record what was found about personal data: reported, or not, with reasons that are kept (UK GDPR, Article 33(5)).

    Whoever does it in the place of a missing officer ticks first that they have seen it.
    """
    officers = _officers_for(alert, by, at)
    if not alert.waits_for_officer:
        raise _found_already(alert)
    if not alert.can_be_answered_by(by, officers):
        raise InvalidInput("Tick first that you have seen it")
    _record_finding(alert, answer, words, by, at)
    record(BREACH_ANSWERED, alert.id, by=by.id, at=at, about=alert.author_id, facts={"answer": answer.label})


def correct_finding(alert: MistakeAlert, answer: BreachAnswer, *, words: str, by: Person, at: datetime) -> None:
    """Put right what was found about personal data, with reasons. What was recorded first is kept beside it."""
    officers = _officers_for(alert, by, at)
    if alert.breach_answer is None:
        raise AlreadyDone("It waits for what is found.", what_now="Record what was found on its page.")
    demand(alert.can_be_corrected_by(by, officers), "Only whoever recorded it can correct it.")
    if (answer, words) == (alert.breach_answer, alert.breach_words):
        raise _found_already(alert)
    _keep_finding(alert)
    _record_finding(alert, answer, words, by, at)
    record(CORRECTED, alert.id, by=by.id, at=at, about=alert.author_id, facts={"answer": answer.label})


def _officers_for(alert: MistakeAlert, by: Person, at: datetime) -> list[Person]:
    """The officers of the day; whoever is none of them, and has not answered it, is refused."""
    if not alert.can_be_seen_by(by):
        raise NothingHere(secret=True)
    officers = holders_of([Role.DPO], clock.local_day(at))
    demand(alert.answered_by_id == by.id or alert.is_officer(by, officers), ONLY_OFFICER)
    return officers


def _found_already(alert: MistakeAlert) -> AlreadyDone:
    return AlreadyDone(
        "What was found about personal data is recorded, or nobody asked for it.",
        who=alert.answered_by.name if alert.answered_by else None, when=alert.answered_at, did="recorded it",
        what_now=OPEN_IT,
    )  # fmt: skip


def _record_finding(alert: MistakeAlert, answer: BreachAnswer, words: str, by: Person, at: datetime) -> None:
    if not words:
        raise InvalidInput(WHAT_WAS_FOUND, field="found")
    alert.breach_answer, alert.answered_by, alert.answered_at = answer, by, at
    alert.answered_by_id, alert.breach_words = by.id, words
    notify(alert.author_id, messages.YOURS, alert.id, at=at, number=as_news(alert))
