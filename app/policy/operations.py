"""Setting up the organisation, publishing a version of its policy, acknowledging it, and saying when it is closed."""

from datetime import date, datetime

from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, demand
from app.core.presentation import uk_date, uk_weekday_date
from app.people.models import Person
from app.policy.models import (
    SET_HERE,
    Acknowledgement,
    ClosedDay,
    Installation,
    LocalSetting,
    PolicyParagraph,
    PolicyVersion,
    Precision,
    may_keep_closed_days,
    may_set_switches,
)
from app.policy.pack import Pack, PolicyDate, load_pack
from app.policy.queries import (
    acknowledged_at,
    closed_day_on,
    closed_days,
    current_version,
    installation,
    is_switched_on,
    last_setting,
    working_calendar,
)

PUBLISHED = event_kind("policy:published", "published the policy", neutral="published the policy")
CLOSED = event_kind("closed-day:recorded", "recorded that the organisation is closed on {day}")
CLOSED_WITHDRAWN = event_kind("closed-day:withdrawn", "withdrew the closed day {day}")
SWITCHED = event_kind("local-setting:changed", "turned {switch} {state}", neutral="turned {switch} {state}")
ACKNOWLEDGED = event_kind("policy:acknowledged", "read the policy and agreed to keep it")

NOT_YOUR_SWITCH = "Only the system administrator or a keeper of the register can change this."
NOT_YOURS = "Only the system administrator or an HR manager can say when the organisation is closed."


def set_up_installation(pack_name: str, *, at: datetime, organisation_name: str | None = None) -> Installation:
    """Give this installation its organisation and pack, and publish the pack's policy. Once only."""
    if db.session.get(Installation, 1) is not None:
        raise AlreadyDone("This installation already serves an organisation.")
    pack = load_pack(pack_name)
    made = Installation(
        id=1, organisation_name=organisation_name or pack.organisation_name, pack_name=pack.name, set_up_at=at
    )
    db.session.add(made)
    installation.forget()
    publish_pack_policy(pack, at=at)
    return made


def publish_pack_policy(pack: Pack, *, at: datetime) -> PolicyVersion:
    """Publish the policy text of a pack as a version with its citable paragraphs.

    Where a policy gives no date on which it took effect, it counts as in force from the first day it could be: the
    pack's note says so on the page.
    """
    text = pack.policy
    version = PolicyVersion(
        slug=text.slug,
        title=text.title,
        label=text.version_label,
        guardian=text.guardian,
        effective_on=text.effective.first_day if text.effective else date(2000, 1, 1),
        effective_precision=_precision(text.effective) or Precision.DAY,
        effective_note=text.effective_note,
        next_review_on=text.next_review.last_day if text.next_review else None,
        next_review_precision=_precision(text.next_review),
    )
    headings = {section.id: section.heading for section in text.sections}
    version.paragraphs = [
        PolicyParagraph(
            number=p.id,
            cite=p.cite,
            anchor=p.anchor,
            section=headings.get(p.section, p.section),
            heading=p.heading,
            parent=p.parent,
            summary=p.summary,
            position=p.order,
        )
        for p in text.paragraphs
    ]
    db.session.add(version)
    record(PUBLISHED, version.id, by=ActorKind.INSTALLATION, at=at)
    return version


def _precision(when: PolicyDate | None) -> Precision | None:
    return Precision(when.precision) if when else None


def acknowledge(person: Person, version: PolicyVersion, *, at: datetime) -> Acknowledgement:
    """Note that somebody read a version and agreed to keep it. Refuses an old version, and a second time (409)."""
    if current_version(clock.local_day(at)).id != version.id:
        raise AlreadyDone("There is a newer version of the policy.", what_now="Open the policy and read that one.")
    before = acknowledged_at(person.id, version.id)
    if before is not None:
        raise AlreadyDone("You have already agreed to this version of the policy.", who=person.name, when=before)
    made = Acknowledgement(person_id=person.id, version_id=version.id, at=at)
    db.session.add(made)
    record(ACKNOWLEDGED, person.id, by=person.id, at=at, about=person.id, facts={"version": version.label})
    return made


def record_closed_day(day: date, *, reason: str, by: Person, at: datetime) -> ClosedDay:
    """Record that the organisation is closed on a day, so that it counts for no deadline set from now on.

    Refuses a day that is past, one that does not count anyway, and a second record of one day.
    """
    demand(may_keep_closed_days(by), NOT_YOURS)
    if day < clock.local_day(at):
        raise InvalidInput("The closed day must be today or later: what was counted before stays as it is", field="day")
    before = closed_day_on(day)
    if before is not None:
        raise AlreadyDone(
            f"{uk_weekday_date(day)} is already recorded as closed.", who=before.recorded_by.name, when=before.recorded_at,
            what_now="Open the list of days that do not count.",
        )  # fmt: skip
    why = working_calendar().why_not_worked(day)
    if why:
        raise InvalidInput(f"{uk_date(day)} does not count anyway ({why})", field="day")
    if not reason.strip():
        raise InvalidInput("Enter why the organisation is closed", field="reason")
    made = ClosedDay(day=day, reason=reason.strip(), recorded_by_id=by.id, recorded_at=at)
    db.session.add(made)
    record(CLOSED, made.id, by=by.id, at=at, facts={"day": day})
    closed_days.forget_after_commit()
    return made


def withdraw_closed_day(closed_day: ClosedDay, *, reason: str, by: Person, at: datetime) -> None:
    """Take a closed day back that has not passed: it counts again for what is set from now on."""
    demand(may_keep_closed_days(by), NOT_YOURS)
    if closed_day.withdrawn_at is not None:
        who = closed_day.withdrawn_by.name if closed_day.withdrawn_by else None
        raise AlreadyDone("This closed day was withdrawn already.", who=who, when=closed_day.withdrawn_at)
    if not closed_day.can_be_withdrawn_by(by, clock.local_day(at)):
        raise AlreadyDone("This closed day has passed, so it stays as it was.", what_now="You need do nothing.")
    if not reason.strip():
        raise InvalidInput("Enter why the day is worked after all", field="reason")
    closed_day.withdrawn_by_id, closed_day.withdrawn_at = by.id, at
    closed_day.withdrawn_reason = reason.strip()
    record(CLOSED_WITHDRAWN, closed_day.id, by=by.id, at=at, facts={"day": closed_day.day})
    closed_days.forget_after_commit()


def set_switch(switch: str, is_on: bool, *, reason: str, by: Person, at: datetime) -> LocalSetting:
    """Turn a switch of the pack on or off from now on, with the reason. Refuses (409) what somebody did already."""
    demand(may_set_switches(by), NOT_YOUR_SWITCH)
    last = last_setting(switch)
    if is_switched_on(switch) is is_on:
        raise AlreadyDone(
            f"{SET_HERE[switch]} is {'on' if is_on else 'off'} already.", who=last.set_by.name if last else None,
            when=last.set_at if last else None,
        )  # fmt: skip
    if not reason.strip():
        raise InvalidInput("Enter why you change this", field="reason")
    number = last.number + 1 if last else 1
    made = LocalSetting(
        switch=switch, number=number, is_on=is_on, reason=reason.strip(), set_by=by, set_by_id=by.id, set_at=at
    )
    db.session.add(made)
    facts = {"switch": SET_HERE[switch], "state": "on" if is_on else "off"}
    record(SWITCHED, made.id, by=by.id, at=at, facts=facts)
    return made
