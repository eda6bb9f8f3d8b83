"""Asking for the policy in large print or another format, and sending it (council policy, back page)."""

from datetime import datetime

from app.core.audit import event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.outbox import message_kind, notify
from app.people.models import HR_OFFICERS, Person
from app.people.queries import holders_of
from app.policy.models import Format, FormatRequest, FormatStatus
from app.policy.queries import current_version, due_after_receipt, format_requests

FORMAT_ASKED = event_kind("policy-format:asked", "asked for the policy in another format ({format})")
FORMAT_SENT = event_kind("policy-format:sent", "sent the policy in another format")
FORMAT_WITHDRAWN = event_kind("policy-format:withdrawn", "took back that another format is needed")
TO_SEND = message_kind("policy_format", "Somebody needs something in another format", "policy.formats")
YOURS_SENT = message_kind("policy_format_sent", "What you asked for in another format was sent", "policy.formats")

SENT_WITHIN = "alternative_format_working_days"


def ask_for_format(kind: Format, words: str, *, by: Person, at: datetime) -> FormatRequest:
    """Ask for the version in force in another format. The same one a second time, while it waits, is refused (409)."""
    if kind is Format.OTHER and not words:
        raise InvalidInput("Enter which format you need", field="words")
    for one in format_requests(by, everybodys=False):
        if one.status is FormatStatus.REQUESTED and (one.format, one.words) == (kind, words):
            raise AlreadyDone(
                "You have asked for this already.", who=by.name, when=one.asked_at, did="asked for it",
                what_now="It is on its way. You need do nothing.",
            )  # fmt: skip
    version = current_version(local_day(at))
    made = FormatRequest(
        person_id=by.id, version_id=version.id, format=kind, words=words, asked_at=at,
        due_on=due_after_receipt(SENT_WITHIN, at), status=FormatStatus.REQUESTED,
    )  # fmt: skip
    db.session.add(made)
    record(FORMAT_ASKED, made.id, by=by.id, at=at, about=by.id, facts={"format": kind})
    for officer in holders_of(HR_OFFICERS, local_day(at)):
        if officer.id != by.id:
            notify(officer.id, TO_SEND, made.id, at=at)
    return made


def send_format(asked: FormatRequest, how: str, *, by: Person, at: datetime) -> None:
    """Record that it was sent, and how."""
    demand(asked.is_sent_by(by), "Only Human Resources sends the policy in another format.")
    _must_wait(asked)
    if not how:
        raise InvalidInput("Enter how you sent it", field="how_sent")
    asked.move_to(FormatStatus.SENT)
    asked.ended_at, asked.ended_by_id, asked.how_sent = at, by.id, how
    record(FORMAT_SENT, asked.id, by=by.id, at=at, about=asked.person_id)
    notify(asked.person_id, YOURS_SENT, asked.id, at=at)


def withdraw_format_request(asked: FormatRequest, *, by: Person, at: datetime) -> None:
    """Take the request back; nobody need send anything."""
    demand(asked.person_id == by.id, "Only the person who asked can take it back.")
    _must_wait(asked)
    asked.move_to(FormatStatus.WITHDRAWN)
    asked.ended_at, asked.ended_by_id = at, by.id
    record(FORMAT_WITHDRAWN, asked.id, by=by.id, at=at, about=asked.person_id)


def _must_wait(asked: FormatRequest) -> None:
    if asked.ended_at is not None:
        raise AlreadyDone(
            "This does not wait any more.", who=asked.ended_by.name if asked.ended_by else None, when=asked.ended_at,
            did="sent it" if asked.status is FormatStatus.SENT else "took it back", what_now="You need do nothing.",
        )  # fmt: skip
