"""Setting up the organisation, and publishing the policy of its pack."""

from datetime import date, datetime, timedelta

from app.core.audit import ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone
from app.core.working_days import months_after
from app.policy.models import (
    UNDATED_FROM,
    Installation,
    PolicyApproval,
    PolicyDocument,
    PolicyParagraph,
    PolicyVersion,
    Precision,
    ReviewBasis,
)
from app.policy.operations.fingerprints import text_fingerprint
from app.policy.pack import Pack, PolicyDate, load_pack
from app.policy.queries import installation

PUBLISHED = event_kind("policy:published", "published the policy", neutral="published the policy")
REVIEW_MONTHS, REVIEW_NOTICE = "policy_review_months", "policy_review_notice_days"


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
    pack's note says so on the page. Its review is due as it says itself, else a period after today (local setting).
    """
    db.session.add(_document(pack, local_day(at)))
    db.session.flush()
    text = pack.policy
    effective_on = text.effective.first_day if text.effective else UNDATED_FROM.date()
    version = PolicyVersion(
        slug=text.slug,
        title=text.title,
        label=text.version_label,
        guardian=text.guardian,
        produced_on=text.produced.first_day if text.produced else None,
        produced_precision=_precision(text.produced),
        effective_on=effective_on,
        material_since=effective_on,
        effective_precision=_precision(text.effective) or Precision.DAY,
        effective_note=text.effective_note,
        next_review_on=text.next_review.last_day if text.next_review else None,
        next_review_precision=_precision(text.next_review),
        linked_documents="\n".join(_link(one.title, one.aliases) for one in text.linked_documents),
        published_at=at,
    )
    version.paragraphs = _paragraphs(pack)
    version.text_hash = text_fingerprint(version.paragraphs)
    version.approvals = [
        PolicyApproval(
            body=one.body, approved_on=one.on.first_day if one.on else None, precision=_precision(one.on), position=number
        )
        for number, one in enumerate(text.approvals)
    ]
    db.session.add(version)
    record(PUBLISHED, version.id, by=ActorKind.INSTALLATION, at=at)
    return version


def _document(pack: Pack, today: date) -> PolicyDocument:
    stated = pack.policy.next_review
    due = stated.last_day if stated else months_after(today, pack.periods[REVIEW_MONTHS].value)
    return PolicyDocument(
        slug=pack.policy.slug,
        title=pack.policy.title,
        next_review_on=due,
        next_review_precision=_precision(stated) or Precision.DAY,
        review_basis=ReviewBasis.STATED if stated else ReviewBasis.NOT_STATED,
        review_shown_from=due - timedelta(days=pack.periods[REVIEW_NOTICE].value),
        review_counted_from=today,
    )


def _paragraphs(pack: Pack) -> list[PolicyParagraph]:
    headings = {section.id: section.heading for section in pack.policy.sections}
    return [
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
        for p in pack.policy.paragraphs
    ]


def _link(title: str, aliases: tuple[str, ...]) -> str:
    return f"{title} (also: {', '.join(aliases)})" if aliases else title


def _precision(when: PolicyDate | None) -> Precision | None:
    return Precision(when.precision) if when else None
