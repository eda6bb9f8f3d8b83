"""Who is close to whom, as it bears on fairness: declared by one of the two, or recorded by HR (domain 3.11, rule 1).

It counts once an HR manager or the independent person, who is neither of the two and did not record it, has confirmed it;
and no longer once such a person has confirmed that it is over. No act here, and no end of a role, leaves nobody of HR for
whoever is close to somebody (rule 7). An only HR manager cannot read what concerns themselves or their own line, and the
last one may leave: the page that ends a role says the first, the pages of a matter that nobody is left for it.
What HR recorded is ended by the installation, which needs nobody else (`flask people unrelate`).
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.audit import Actor, ActorKind, event_kind, record
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput, NotAllowed
from app.core.outbox import message_kind, notify
from app.core.sealing import new_data_key
from app.people.models import CONFIRM_TIES, HR_OFFICERS, DeclaredRelationship, Person, RelationshipKind, Role
from app.people.queries import hold_still, holders_of, last_act, tie_runs, waits_for

# What is recorded about somebody names nobody else, and has no neutral line: a timeline must not tell who is close to whom.
RELATED = event_kind("relationship:recorded", "recorded a close relationship of {about}")
CONFIRMED = event_kind("relationship:confirmed", "confirmed a close relationship of {about}")
TURNED_DOWN = event_kind("relationship:turned-down", "did not confirm what was said of a close relationship of {about}")
SAID_OVER = event_kind("relationship:said-over", "said that a close relationship of {about} is over")
UNRELATED = event_kind("relationship:ended", "recorded that a close relationship of {about} is over")
ABOUT_YOU = "This is about you. Declare it on the page “People close to you at work”"
TO_CONFIRM = message_kind("relationship:to-confirm", "A close relationship waits to be confirmed", "people.relationships")


def relate(
    person: Person, other: Person, kind: RelationshipKind, *, by: Person | None, at: datetime, reason: str = ""
) -> DeclaredRelationship:
    """Record that two people are close: once confirmed, every matter of the one is closed to the other.

    By the person themself; by an HR officer, who says why, since neither of the two reads it. What the installation records
    (`by` None) counts at once, from today on.
    """
    day = local_day(at)
    if person.id == other.id:
        raise InvalidInput("Enter somebody else", field="email")
    is_own = by is not None and by.id == person.id
    if is_own and reason.strip():
        raise InvalidInput(ABOUT_YOU, field="email")
    if by is not None and not is_own:
        if not by.holds(*HR_OFFICERS):
            raise NotAllowed("You can only say this of yourself.", what_now="Ask HR to record it.")
        if by.id == other.id:
            raise InvalidInput(ABOUT_YOU, field="other_email")
        if not reason.strip():
            raise InvalidInput("Enter how you know it", field="reason")
    recorder = by.id if by is not None else None
    if any(tie.kind is kind for tie in _running(person, other, recorder, day)):
        raise AlreadyDone("This is recorded already.", what_now="You need do nothing.")
    tie = DeclaredRelationship(person=person, other=other, kind=kind, declared_on=day, recorded_by_id=recorder)
    if reason.strip():
        tie.data_key = new_data_key(at)
        tie.data_key_id = tie.data_key.id
        tie.reason = reason.strip()
    db.session.add(tie)
    db.session.flush()
    actor: Actor = recorder or ActorKind.INSTALLATION
    record(RELATED, tie.id, by=actor, at=at, about=person.id, facts={"kind": kind, "other": other.id})
    if by is None:
        _keep_somebody_in_hr(tie, day)
        tie.since = day
    else:
        _tell_who_confirms(tie, at)
    return tie


def confirm_relationship(tie: DeclaredRelationship, *, by: Person, at: datetime) -> None:
    """Confirm that two people are close, from today on; or, where its declarer said so, that they are no longer.

    Raises `NotAllowed` for who is a part of it, `AlreadyDone` for what does not wait, and `InvalidInput` where nobody of HR
    would be left for what concerns one of the two.
    """
    _ask_who_judges(tie, by)
    if tie.said_over_on is not None:
        _end(tie, by.id, at)
        return
    day = local_day(at)
    _keep_somebody_in_hr(tie, day)
    tie.since, tie.confirmed_by_id = day, by.id
    record(CONFIRMED, tie.id, by=by.id, at=at, about=tie.person_id, facts={"since": day})


def turn_down_relationship(tie: DeclaredRelationship, *, by: Person, at: datetime) -> None:
    """Do not confirm what was said: it never counts; or, where its declarer said that it is over, it goes on to count."""
    _ask_who_judges(tie, by)
    if tie.since is None:
        tie.until = local_day(at)
    tie.said_over_on = None
    record(TURNED_DOWN, tie.id, by=by.id, at=at, about=tie.person_id)


def end_relationship(tie: DeclaredRelationship, *, by: Person | None, at: datetime) -> None:
    """Say that two people are no longer close; it counts until that is confirmed, and is never deleted.

    What does not count yet is taken back at once. What the installation says (`by` None) needs nobody else: it counts until
    the end of today.
    """
    if by is not None and not by.id == tie.person_id == tie.recorded_by_id:
        raise NotAllowed(
            "Only who declared this can say that it is over.",
            what_now="Ask who runs Probity here: what HR recorded ends by a command on the server.",
        )
    if tie.until is not None:
        raise AlreadyDone("This is over already.", what_now="You need do nothing.")
    if by is None or tie.since is None:
        _end(tie, by.id if by is not None else ActorKind.INSTALLATION, at)
        return
    if tie.said_over_on is not None:
        raise AlreadyDone("You have said so.", what_now="It counts until Human Resources have confirmed it.")
    tie.said_over_on = local_day(at)
    record(SAID_OVER, tie.id, by=by.id, at=at, about=tie.person_id)
    _tell_who_confirms(tie, at)


def _end(tie: DeclaredRelationship, actor: Actor, at: datetime) -> None:
    tie.until = max(tie.since or local_day(at), local_day(at))
    record(UNRELATED, tie.id, by=actor, at=at, about=tie.person_id, facts={"until": tie.until})


def _tell_who_confirms(tie: DeclaredRelationship, at: datetime) -> None:
    for person in holders_of(CONFIRM_TIES, local_day(at)):
        if tie.is_judged_by(person):
            notify(person.id, TO_CONFIRM, tie.id, at=at, number=local_day(at).toordinal())


def _ask_who_judges(tie: DeclaredRelationship, by: Person) -> None:
    if not tie.is_judged_by(by):
        raise NotAllowed(
            "Somebody else has to confirm this.",
            what_now="Leave it to another HR manager or to the independent person.",
        )
    if not tie.waits:
        who, when = last_act(tie.id, CONFIRMED, TURNED_DOWN, UNRELATED)
        raise AlreadyDone("This has been dealt with already.", who=who, when=when, what_now="You need do nothing.")


def _keep_somebody_in_hr(tie: DeclaredRelationship, day: date) -> None:
    """Nobody is close to every HR manager: somebody has to be left who may read what concerns them (domain 3.11, rule 7)."""
    hold_still(Role.HR_MANAGER)
    managers = holders_of([Role.HR_MANAGER], day)
    for one, other in ((tie.person, tie.other), (tie.other, tie.person)):
        others = [manager for manager in managers if manager != other]
        if other in managers and not is_somebody_left_for(one, others, day):
            raise InvalidInput(
                f"Nobody in Human Resources would be left for what concerns {one.name}. Ask the administrator to appoint"
                " another HR manager first, then confirm this"
            )


def is_somebody_left_for(one: Person, managers: Iterable[Person], day: date) -> bool:
    """Whether one of these may read what concerns somebody: not they themself, nor close to them or in their line."""
    kept_from_it = {one, *_close_to_any([one], day)}
    return any(manager not in kept_from_it and not one.stands_in_line_with(manager) for manager in managers)


def keep_hr_for_everybody(leaving: Person, day: date) -> None:
    """Refuse that somebody is no longer HR manager where nobody would be left for whoever is close to the others."""
    hold_still(Role.HR_MANAGER)
    others = [manager for manager in holders_of([Role.HR_MANAGER], day) if manager != leaving]
    if not others or not all(is_somebody_left_for(one, others, day) for one in _close_to_any(others, day)):
        raise InvalidInput(
            "Nobody in Human Resources would be left for what concerns somebody. Appoint another HR manager first",
            field="email",
        )


def _close_to_any(people: Sequence[Person], day: date) -> set[Person]:
    """Everybody who is close to one of these on a day, with those of them who are close to somebody."""
    tie, ids = DeclaredRelationship, [person.id for person in people]
    asked = (
        sa.select(tie)
        .where(sa.or_(tie.person_id.in_(ids), tie.other_id.in_(ids)), tie_runs(day))
        .options(joinedload(tie.person), joinedload(tie.other))
    )
    ties = db.session.execute(asked).scalars().all()
    return {one for found in ties for one in (found.person, found.other)}


def to_confirm(person: Person) -> Sequence[DeclaredRelationship]:
    """What waits for this person to confirm it, the oldest first."""
    tie = DeclaredRelationship
    asked = (
        sa.select(tie)
        .where(waits_for(person.id))
        .options(*(joinedload(one) for one in (tie.person, tie.other, tie.recorded_by, tie.data_key)))
        .order_by(sa.func.coalesce(tie.said_over_on, tie.declared_on), tie.id)
        .limit(200)
    )
    return db.session.execute(asked).scalars().all() if person.holds(*CONFIRM_TIES) else []


def relationship_to_judge(tie_id: uuid.UUID, person: Person) -> DeclaredRelationship | None:
    """What somebody said with this id, for whoever may confirm it, also when that is done."""
    tie = db.session.get(DeclaredRelationship, tie_id)
    return tie if tie is not None and tie.is_judged_by(person) else None


def declared_by(person: Person) -> Sequence[DeclaredRelationship]:
    """What somebody declared of themselves: what runs first, then what is over, the newest first."""
    tie = DeclaredRelationship
    return (
        db.session.execute(
            sa.select(tie)
            .where(tie.person_id == person.id, tie.recorded_by_id == person.id)
            .options(joinedload(tie.other))
            .order_by(tie.until.is_not(None), sa.func.coalesce(tie.since, tie.declared_on).desc(), tie.id)
            .limit(200)
        )
        .scalars()
        .all()
    )


def declared_relationship(tie_id: uuid.UUID, person: Person) -> DeclaredRelationship | None:
    """What somebody declared of themselves with this id."""
    tie = db.session.get(DeclaredRelationship, tie_id)
    return tie if tie is not None and person.id == tie.person_id == tie.recorded_by_id else None


def running_between(person: Person, other: Person) -> Sequence[DeclaredRelationship]:
    """Everything recorded of two people, by whomever, that is not over."""
    tie = DeclaredRelationship
    one_way = sa.and_(tie.person_id == person.id, tie.other_id == other.id)
    other_way = sa.and_(tie.person_id == other.id, tie.other_id == person.id)
    asked = sa.select(tie).where(sa.or_(one_way, other_way), tie.until.is_(None)).order_by(tie.since, tie.id)
    return db.session.execute(asked).scalars().all()


def _running(
    person: Person, other: Person, recorder: uuid.UUID | None, day: date
) -> Sequence[DeclaredRelationship]:
    tie = DeclaredRelationship
    asked = sa.select(tie).where(
        tie.person_id == person.id,
        tie.other_id == other.id,
        tie.recorded_by_id.is_(None) if recorder is None else tie.recorded_by_id == recorder,
        sa.or_(tie.until.is_(None), tie.until > day),
    )
    return db.session.execute(asked).scalars().all()
