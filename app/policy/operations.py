"""Setting up the organisation, publishing a version of its policy, acknowledging it."""

from datetime import date, datetime

from app.core import clock
from app.core.audit import ActorKind, event_kind, record
from app.core.db import db
from app.core.errors import AlreadyDone
from app.people.models import Person
from app.policy.models import Acknowledgement, Installation, PolicyParagraph, PolicyVersion, Precision
from app.policy.pack import Pack, PolicyDate, load_pack
from app.policy.queries import acknowledged_at, current_version, installation

PUBLISHED = event_kind("policy:published", "published the policy", neutral="published the policy")
ACKNOWLEDGED = event_kind("policy:acknowledged", "read the policy and agreed to keep it")


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


