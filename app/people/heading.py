"""Recording who heads a service."""

from datetime import datetime

from app.core.audit import Actor, ActorKind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed, demand
from app.core.seen import ChangedBySomebody, is_older, mark_of
from app.people.heads import HEAD_ENDED, HEAD_NAMED
from app.people.models import Person, Service
from app.people.queries import last_act


def mark_of_head(service: Service) -> str:
    """Different once somebody else heads the service."""
    return mark_of(service.head_id)


def name_head(service: Service, head: Person | None, *, by: Person | None, at: datetime, seen: str = "") -> None:
    """Record who heads a service from now on, or that nobody does; `by` None is the installation.

    A head decides about people and is told of what they leave undone, so nobody records themselves. `seen` is the mark of
    whom the page showed: where somebody else was recorded since, that is told first (409).
    """
    if by is not None:
        demand(service.head_can_be_recorded_by(by), "Only an administrator or an HR manager records who heads a service.")
    if by is not None and head is not None and by.id == head.id:
        raise NotAllowed("You cannot record yourself as head of a service.", what_now="Ask an HR manager or administrator.")
    who, when = last_act(service.id, HEAD_NAMED, HEAD_ENDED)
    if service.head_id == (head.id if head is not None else None):
        said = f"{head.name} heads {service.name} already." if head is not None else f"Nobody heads {service.name} already."
        raise AlreadyDone(said, who=who, when=when, what_now="You need do nothing.")
    if is_older(seen, mark_of_head(service)):
        raise ChangedBySomebody(mark_of_head(service), who=who or "Somebody", when=when, did="recorded another head")
    if head is not None and head.has_left_on(local_day(at)):
        raise InvalidInput(f"{head.name} does not work here. Enter somebody who does", field="email")
    former_id, service.head_id = service.head_id, head.id if head is not None else None
    db.session.flush()
    db.session.expire(service, ["head"])
    actor: Actor = by.id if by is not None else ActorKind.INSTALLATION
    if head is not None:
        record(HEAD_NAMED, service.id, by=actor, at=at, about=head.id, facts={"before": former_id})
    else:
        record(HEAD_ENDED, service.id, by=actor, at=at, about=former_id)
