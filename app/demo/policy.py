"""The policy in use at the demo organisation: asked and agreed, reminded, revised, sent in large print."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.clock import local_day
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person
from app.policy.models import AgreedBy, Format, PolicyAsk, RemindedBy, RevisionCause
from app.policy.operations import (
    acknowledge,
    ask_for_format,
    ask_to_acknowledge,
    attest,
    begin_draft,
    change_paragraph,
    give_turns,
    record_adoption,
    record_reason,
    remind_team,
    send_format,
)
from app.policy.queries import current_version, document_called, draft_by_id, is_covered, pack, team_to_remind

LATE = ("employee@demo.example", "hr3@demo.example", "leaver@demo.example")
ON_PAPER = "library-officer@demo.example"


def give_turns_to_managers(at: datetime) -> None:
    """Every manager learns by when to remind the team."""
    with act_at(at) as now:
        give_turns(now)


def ask_everybody(at: datetime) -> None:
    """Everybody who has not agreed is asked to."""
    with act_at(at) as now:
        ask_to_acknowledge(now)


def some_agree(at: datetime) -> None:
    """Most agree on the page; one signed on paper, which their manager attests; a few are late."""
    version = current_version(local_day(at))
    waiting = sa.select(PolicyAsk.person_id).join(PolicyAsk.person).order_by(Person.name, Person.id)
    for number, person_id in enumerate(db.session.execute(waiting).scalars().all()):
        with act_at(at + timedelta(minutes=7 * number)) as now:
            person = db.session.get_one(Person, person_id)
            if person.email in LATE or is_covered(person.id, version):
                continue
            if person.email == ON_PAPER and person.line_manager is not None:
                manager, day = person.line_manager, local_day(at)
                attest([person], version, method=AgreedBy.PAPER, agreed_on=day, by=manager, at=now)
            else:
                acknowledge(person, version, at=now)


def remind_some(cast: Mapping[str, Person], at: datetime) -> None:
    """The manager of the cast reminded the team; the others are to do it by and by."""
    with act_at(at) as now:
        team = team_to_remind(cast["manager"], local_day(now))
        remind_team(
            cast["manager"], method=RemindedBy.MESSAGE, people=team, given_on=local_day(now), at=now,
            words="Please keep the policy in mind, above all before you post from an event. If you are not sure, ask me.",
        )  # fmt: skip


def keep_it_up(cast: Mapping[str, Person], at: datetime) -> None:
    """The law changed; the guardian began the next version; one school adopted the policy, another did not."""
    slug, guardian = pack().policy.slug, cast["hr2"]
    with act_at(at) as now:
        document = document_called(slug)
        assert document is not None
        record_reason(
            document, cause=RevisionCause.LAW, changed_on=local_day(now) - timedelta(days=60), by=guardian, at=now,
            words="Data protection law has changed since this version was written.",
        )  # fmt: skip
        for school, adopted in (("Oakfield Primary School", True), ("St Brigid’s School", False)):
            record_adoption(
                document, school, adopted=adopted, decided_on=local_day(now) - timedelta(days=30), by=guardian, at=now
            )
    with act_at(at + timedelta(hours=1)) as now:
        document = document_called(slug)
        assert document is not None
        draft_id = begin_draft(document, by=guardian, at=now).id
    with act_at(at + timedelta(hours=2)) as now:
        draft = draft_by_id(draft_id)
        assert draft is not None
        changed = next(one for one in draft.paragraphs if one.number == "6.2(2)")
        words = "A glance at your own phone is fine where work does not wait for it."
        change_paragraph(changed, heading=changed.heading, summary=words, by=guardian, at=now)


def other_formats(cast: Mapping[str, Person], at: datetime, lately: datetime) -> None:
    """One request was answered; one waits for Human Resources."""
    with act_at(at) as now:
        asked = ask_for_format(Format.LARGE_PRINT, "For the noticeboard of the library", by=cast["manager"], at=now)
    with act_at(at + timedelta(days=1)) as now:
        send_format(db.session.merge(asked), "Printed on A3 and sent by internal post.", by=cast["hr"], at=now)
    with act_at(lately) as now:
        ask_for_format(Format.AUDIO, "", by=cast["employee"], at=now)
