"""The calendar file of a hearing: a time that is taken, and not a word of what for.

Calendars are shared, synchronised and shown on telephones: the entry is called a meeting, is private, and has neither a
place nor anybody's name. Its id stays the same when the hearing is put off, so that a new file moves the old entry.
"""

from datetime import timedelta
from uuid import uuid5

from app.hr_cases.models import HearingNotice

FILE_NAME = "meeting.ics"
SUMMARY = "Meeting"
LENGTH = timedelta(hours=1)
"""A notice names no end; the entry needs one."""


def calendar_file(notice: HearingNotice, *, own_host: str) -> bytes:
    """The entry for the day and time that a notice names, in UTC, so that clock changes cannot move it (RFC 5545)."""
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", f"{uuid5(notice.case_id, 'calendar')}@{own_host}")
    event.add("sequence", notice.number - 1)
    event.add("dtstamp", notice.issued_at)
    event.add("dtstart", notice.hearing_at)
    event.add("dtend", notice.hearing_at + LENGTH)
    event.add("summary", SUMMARY)
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Probity//EN")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
