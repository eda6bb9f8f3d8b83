"""“How was this worked out?”: for any stored date, from which day it was counted, by which setting, and each day on the way.

A date stays as it was set. So it is explained with the days it really got, counted from the day it was counted from, and
where the setting or the closed days have changed since, that is said.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.core.clock import local_day
from app.core.presentation import count_words, uk_date, uk_datetime, uk_weekday_date
from app.core.worked_out import WorkedOut, days_in_words
from app.core.working_days import HolidayDataEnds, Pause, last_live_day, months_after
from app.policy.pack import LOCAL_SETTING, Setting
from app.policy.queries import pack, period, received, working_calendar

THAT_DAY_DOES_NOT_COUNT = "That day does not count."


def counted_from(name: str, start: date, due: date, *, since: str, pauses: Iterable[Pause] = ()) -> WorkedOut | None:
    """How a period of working days led from a day to a date. `since` says what happened on that day: "It was opened".

    None where the days cannot be named, because they lie beyond the bank holidays known here.
    """
    said = f"{since} on {uk_weekday_date(start)}."
    return _counted(name, start, due, (said,), tuple(pauses))


def counted_from_receipt(name: str, at: datetime, due: date, *, since: str) -> WorkedOut | None:
    """The same for something that came at a moment, which may count from the next working day only."""
    try:
        receipt = received(at)
        as_late = receipt.why and due == working_calendar().add(receipt.day, period(name).value)
    except HolidayDataEnds:
        return None
    if not as_late:
        return counted_from(name, local_day(at), due, since=since)
    said = f"{since} on {uk_datetime(at)}. Since {receipt.why}, it counts from {uk_weekday_date(receipt.day)}"
    return _counted(name, receipt.day, due, (f"{said} ({LOCAL_SETTING}).",), ())


def notice_before(name: str, last: date, day: date, *, what: str) -> WorkedOut | None:
    """How notice counted backwards from a day led to the last day for something. `what` names the day: "the hearing"."""
    setting = period(name)
    try:
        worked = working_calendar().explain(day, last)
    except HolidayDataEnds:
        return None
    said = f"It is counted backwards from {what} on {uk_weekday_date(day)}. {THAT_DAY_DOES_NOT_COUNT}"
    return WorkedOut((said, _got(setting, len(worked.counted))), days_in_words(worked), _result(last))


def notice_given(name: str, given: date, day: date) -> WorkedOut | None:
    """How many working days of notice somebody has of a day that was chosen, and how many they must have at least."""
    setting = period(name)
    try:
        worked = working_calendar().explain(given, day)
    except HolidayDataEnds:
        return None
    least = count_words(setting.value, "working day")
    said = f"The notice was given on {uk_weekday_date(given)}. {THAT_DAY_DOES_NOT_COUNT} The least notice is {least}"
    there = count_words(len(worked.counted), "working day")
    said = f"{said} ({_source(setting)})."
    return WorkedOut((said,), days_in_words(worked), f"That makes {there}, the day itself included.")


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


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _counted(
    name: str, start: date, due: date, said: tuple[str, ...], pauses: tuple[Pause, ...]
) -> WorkedOut | None:
    setting, calendar = period(name), working_calendar()
    try:
        is_no_days = setting.value == 0 and due == calendar.add(start, 0)
        worked = calendar.within(0, start) if is_no_days and due != start else calendar.explain(start, due, pauses)
    except HolidayDataEnds:
        return None
    if is_no_days:
        return WorkedOut((*said, _no_days(setting, start, due)), days_in_words(worked), _result(due))
    first = (*said[:-1], f"{said[-1]} {THAT_DAY_DOES_NOT_COUNT}", *_stood_still(pauses))
    return WorkedOut((*first, _got(setting, len(worked.counted))), days_in_words(worked), _result(due))


def _no_days(setting: Setting[int], start: date, due: date) -> str:
    if start == due:
        return f"It is due on the same day ({_source(setting)})."
    return f"It is due on the same day ({_source(setting)}), or on the next working day where that is not one."


def _got(setting: Setting[int], number: int) -> str:
    days = count_words(number, "working day")
    if number == setting.value:
        return f"The time for it is {days} ({_source(setting)})."
    now = count_words(setting.value, "working day")
    return f"It got {days}. Today the time for it is {now} ({_source(setting)}); a date that was set stays as it is."


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
