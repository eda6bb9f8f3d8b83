"""“How was this worked out?”: for any stored date, from which day it was counted, by which setting, and each day on the way.

A date stays as it was set. So it is explained with the days it really got, counted from the day it was counted from, and
where the setting or the closed days have changed since, that is said.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.core.clock import local_day
from app.core.presentation import count_words, uk_date, uk_datetime, uk_weekday_date
from app.core.worked_out import WorkedOut, days_in_words
from app.core.working_days import HolidayDataEnds, Pause, WorkingCalendar, last_live_day, months_after
from app.policy.models import PolicyDocument, Precision, ReviewBasis, day_in_words
from app.policy.pack import LOCAL_SETTING, Setting
from app.policy.queries import calendar_then, closed_days, pack, period, received, working_calendar

THAT_DAY_DOES_NOT_COUNT = "That day does not count."
NONE_WAS_LEFT = (
    "It stopped on its last day. With no day left it is due on the day on which it went on, or on the next working day "
    "where that is not one."
)


def counted_from(name: str, start: date, due: date, *, since: str, pauses: Iterable[Pause] = ()) -> WorkedOut:
    """How a period of working days led from a day to a date. `since` says what happened on that day: "It was opened".

    Where the days cannot be named, because they lie beyond the bank holidays known here, that is said instead.
    """
    said = f"{since} on {uk_weekday_date(start)}."
    try:
        return _counted(name, start, due, (said,), tuple(pauses), working_calendar())
    except HolidayDataEnds:
        return _estimated(name, said, due)


def counted_from_receipt(name: str, at: datetime, due: date, *, since: str) -> WorkedOut:
    """The same for something that came at a moment, which may count from the next working day only.

    From which day it was counted is looked for with the closed days of today, then with those that were known when it came.
    Where neither leads to the stored date, that is all that is said.
    """
    try:
        receipt = received(at)
        found = None
        if local_day(at) not in dict(closed_days()):  # which may have been recorded after it came
            found = _from_receipt(name, at, due, since, working_calendar(), may_be_plain=not receipt.why)
        found = found or _from_receipt(name, at, due, since, calendar_then(at), may_be_plain=True)
        if found is not None:
            return found
        by_now = working_calendar().add(receipt.day, period(name).value)
    except HolidayDataEnds:
        return _estimated(name, f"{since} on {uk_datetime(at)}.", due)
    counts = f"since {receipt.why}, it would count" if receipt.why else "it would count"
    return WorkedOut(
        (
            f"{since} on {uk_datetime(at)}. The date was worked out by the rules and closed days as they stood then, and a "
            "date that was set stays as it is.",
            f"By those of today, {counts} from {uk_weekday_date(receipt.day)} and be {uk_weekday_date(by_now)}.",
        ),
        (),
        f"The date that was set is {uk_weekday_date(due)}.",
    )


def _from_receipt(
    name: str, at: datetime, due: date, since: str, calendar: WorkingCalendar, *, may_be_plain: bool
) -> WorkedOut | None:
    """How it was counted with these working days: by the rule about what comes after hours, or plainly from that day."""
    receipt, days = received(at, calendar), period(name).value
    if receipt.why and due == calendar.add(receipt.day, days):
        said = f"{since} on {uk_datetime(at)}. Since {receipt.why}, it counts from {uk_weekday_date(receipt.day)}"
        return _counted(name, receipt.day, due, (f"{said} ({LOCAL_SETTING}).",), (), calendar)
    if may_be_plain and due == calendar.add(local_day(at), days):
        said = f"{since} on {uk_weekday_date(local_day(at))}."
        return _counted(name, local_day(at), due, (said,), (), calendar)
    return None


def notice_before(name: str, last: date, day: date, *, what: str) -> WorkedOut | None:
    """How notice counted backwards from a day led to the last day for something. `what` names the day: "the hearing"."""
    setting = period(name)
    try:
        worked = working_calendar().explain(day, last)
    except HolidayDataEnds:
        return None
    said = f"It is counted backwards from {what} on {uk_weekday_date(day)}. {THAT_DAY_DOES_NOT_COUNT}"
    return WorkedOut((said, _got(setting, len(worked.counted))), days_in_words(worked), _result(last))


def notice_given(name: str, at: datetime, day: date) -> WorkedOut | None:
    """How many working days of notice somebody was given of a day that was chosen, and how many they must have at least.

    It is counted by the closed days known when the notice was given; where those of today make another number, that is said.
    """
    setting, given = period(name), local_day(at)
    try:
        then, today = calendar_then(at).explain(given, day), working_calendar().explain(given, day)
    except HolidayDataEnds:
        return None
    least = count_words(setting.value, "working day")
    said = f"The notice was given on {uk_weekday_date(given)}. {THAT_DAY_DOES_NOT_COUNT} The least notice is {least}"
    made, makes = (count_words(len(worked.counted), "working day") for worked in (then, today))
    result = f"That makes {made}, the day itself included."
    if made != makes:
        result = (
            f"That made {made} by the closed days known when it was given, the day itself included. By the closed days "
            f"known today it makes {makes}; a day that was set stays as it is."
        )
    return WorkedOut((f"{said} ({_source(setting)}).",), days_in_words(then), result)


def lasting_months(issued: date, months: int, last: date, *, since: str, source: str) -> WorkedOut:
    """How a period of months led to its last day: the day of issue counts as its first."""
    length = count_words(months, "month")
    following = last + timedelta(days=1)
    said = f"{since} on {uk_weekday_date(issued)}, for {length} ({source}). That day counts as the first."
    if last != last_live_day(issued, months):
        usual = last_live_day(issued, months)
        why = f"{length} would end on {uk_date(usual)}; it was set to end {'sooner' if last < usual else 'later'}."
    elif following.day == issued.day:
        why = f"The {_ordinal(issued.day)} of the month comes round again on {uk_date(following)}, which no longer counts."
    else:
        why = f"{last:%B} {last.year} has no {_ordinal(issued.day)}, so it ends with that month."
    return WorkedOut((said, why), (), f"So the last day is {uk_weekday_date(last)}.")


def months_from(name: str, start: date, due: date, *, since: str) -> WorkedOut:
    """How a period of months led from a day to a date. `since` says what happened on that day: "It was last read"."""
    setting = period(name)
    length = count_words(setting.value, "month")
    got = f"The time for it is {length} ({_source(setting)})."
    if due != months_after(start, setting.value):
        got = f"Today the time for it is {length} ({_source(setting)}); a date that was set stays as it is."
    return WorkedOut((f"{since} on {uk_weekday_date(start)}.", got), (), _result(due))


def chosen(due: date, *, by: str, at: datetime | None, when: str) -> WorkedOut:
    """A day that somebody chose, and when. `when` says what they did then: "wrote the plan"."""
    on = f" on {uk_weekday_date(local_day(at))}" if at else ""
    return WorkedOut((f"No days were counted: {by} chose this day when they {when}{on}.",), (), _result(due))


def review_worked_out(document: PolicyDocument) -> WorkedOut:
    """How the day by which a document is to be reviewed came about."""
    due, basis, since = document.next_review_on, document.review_basis, document.review_counted_from
    if basis is ReviewBasis.NOT_STATED:
        return months_from("policy_review_months", since, due, since="The document says nothing of a review. It came here")
    said = {
        ReviewBasis.STATED: f"The document says that its next review is due in {due:%B} {due.year}."
        if document.next_review_precision is Precision.MONTH
        else f"The document says that its next review is due on {uk_date(due)}.",
        ReviewBasis.CHOSEN: f"Its guardian chose this day when it was looked at on {uk_weekday_date(since)}.",
        ReviewBasis.REASON: f"A reason to revise it was recorded on {uk_weekday_date(since)}, and the review came forward: "
        "to the day from which that counts, or at once where that day had passed.",
    }[basis]
    month = (f"What is due in {day_in_words(due, Precision.MONTH)} is due on the last day of that month.",)
    is_month = basis is ReviewBasis.STATED and document.next_review_precision is Precision.MONTH
    return WorkedOut((said, *(month if is_month else ())), (), _result(due))


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _counted(
    name: str, start: date, due: date, said: tuple[str, ...], pauses: tuple[Pause, ...], calendar: WorkingCalendar
) -> WorkedOut:
    setting = period(name)
    is_no_days = setting.value == 0 and due == calendar.add(start, 0)
    worked = calendar.within(0, start) if is_no_days and due != start else calendar.explain(start, due, pauses)
    none_left = not is_no_days and _none_was_left(setting.value, start, due, pauses, calendar)
    if is_no_days:
        return WorkedOut((*said, _no_days(setting, start, due)), days_in_words(worked), _result(due))
    first = (*said[:-1], f"{said[-1]} {THAT_DAY_DOES_NOT_COUNT}", *_stood_still(pauses))
    if none_left:
        first = (*first, NONE_WAS_LEFT)
        worked = worked.without(due, "no day was left to count")
    return WorkedOut((*first, _got(setting, len(worked.counted))), days_in_words(worked), _result(due))


def _estimated(name: str, said: str, due: date) -> WorkedOut:
    """What is said of a date beyond the known bank holidays: days are counted as if none were kept after them."""
    setting, ends = period(name), working_calendar().ends
    days = count_words(setting.value, "working day")
    return WorkedOut(
        (
            f"{said} {days[0].upper()}{days[1:]} were counted from then ({_source(setting)}).",
            f"Bank holidays after {uk_date(ends)} are not known here yet, so every Monday to Friday after that day counts.",
        ),
        (),
        f"{_result(due)} It stays as it was set when those holidays become known.",
    )


def _none_was_left(days: int, start: date, due: date, pauses: tuple[Pause, ...], calendar: WorkingCalendar) -> bool:
    """Whether a period stopped on its very last day, so that the date is the day on which it went on, or the next one."""
    end, none_left = calendar.add(start, days), False
    for stopped, went_on in pauses:
        none_left = end == stopped
        end = calendar.resumed(end, stopped, went_on).due
    return none_left and end == due


def _no_days(setting: Setting[int], start: date, due: date) -> str:
    if start == due:
        return f"It is due on the same day ({_source(setting)})."
    return f"It is due on the same day ({_source(setting)}), or on the next working day where that is not one."


def _got(setting: Setting[int], number: int) -> str:
    days = count_words(number, "working day")
    if number == setting.value:
        return f"The time for it is {days} ({_source(setting)})."
    now = count_words(setting.value, "working day")
    return (
        f"By the closed days known today it got {days}, and the time for it is {now} ({_source(setting)}). It was worked "
        "out by the rules and closed days as they stood then, and a date that was set stays as it is."
    )


def _stood_still(pauses: tuple[Pause, ...]) -> tuple[str, ...]:
    return tuple(
        f"It stood still from {uk_weekday_date(stopped)} to {uk_weekday_date(went_on)}. The working days that were left "
        "then run on from there."
        for stopped, went_on in pauses
    )


def _source(setting: Setting[int]) -> str:
    return pack().cite(setting.sources)


def _result(due: date) -> str:
    return f"So it is {uk_weekday_date(due)}."
