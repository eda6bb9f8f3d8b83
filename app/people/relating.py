"""Who is close to whom, as it bears on fairness: declared by one of the two, or recorded by HR (domain 3.11, rule 1).

It counts once an HR manager or the independent person, who is neither of the two and did not record it, has confirmed it;
and no longer once such a person has confirmed that it is over. No act here, and no end of a role, leaves nobody of HR for
whoever is close to somebody (rule 7). An only HR manager cannot read what concerns themselves or their own line, and the
last one may leave: the page that ends a role says the first, the pages of a matter that nobody is left for it.
What HR recorded is over, or was a mistake, once an HR officer who is near neither of the two said so and another confirmed
it; the installation needs nobody else (`flask people unrelate`).
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
from app.core.paging import Cursor, KeyPage, key_page
from app.core.sealing import new_data_key
from app.people.models import CONFIRM_TIES, HR_OFFICERS, DeclaredRelationship, Person, RelationshipKind, Role
from app.people.queries import hold_still, holders_of, hr_recorded, last_act, tie_runs, waits_for

# What is recorded about somebody names nobody else, and has no neutral line: a timeline must not tell who is close to whom.
RELATED = event_kind("relationship:recorded", "recorded a close relationship of {about}")
CONFIRMED = event_kind("relationship:confirmed", "confirmed a close relationship of {about}")
TURNED_DOWN = event_kind("relationship:turned-down", "did not confirm what was said of a close relationship of {about}")
SAID_OVER = event_kind("relationship:said-over", "said that a close relationship of {about} is over")
UNRELATED = event_kind("relationship:ended", "recorded that a close relationship of {about} is over")
SAID_MISTAKE = event_kind("relationship:said-mistake", "said that a close relationship of {about} was recorded by mistake")
MISTAKEN = event_kind("relationship:mistaken", "recorded that a close relationship of {about} was a mistake")
ABOUT_YOU = "This is about you. Declare it on the page “People close to you at work”"
TO_CONFIRM = message_kind("relationship:to-confirm", "A close relationship waits to be confirmed", "people.relationships")
ANSWERED = message_kind(
    "relationship:answered", "What you said of a close relationship has been looked at", "people.recorded_relationships"
)
TIES_A_PAGE = 25


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


def confirm_relationship(tie: DeclaredRelationship, *, by: Person, at: datetime, seen: str | None = None) -> None:
    """Confirm that two people are close, from today on; or, where its declarer said so, that they are no longer.

    Raises `NotAllowed` for who is a part of it, `AlreadyDone` for what does not wait, and `InvalidInput` where nobody of HR
    would be left for what concerns one of the two. `seen` is what waited on the page (`what_waits`): who means to confirm
    that two are close does not end it where that was said since.
    """
    _ask_who_judges(tie, by, at, seen)
    if tie.said_over_on is not None:
        _end(tie, by.id, at)
        _answer(tie, tie.said_over_by_id, at)
        return
    day = local_day(at)
    _keep_somebody_in_hr(tie, day)
    tie.since, tie.confirmed_by_id = day, by.id
    record(CONFIRMED, tie.id, by=by.id, at=at, about=tie.person_id, facts={"since": day})
    _answer(tie, tie.recorded_by_id, at)


def say_recorded_over(
    tie: DeclaredRelationship, *, by: Person, at: datetime, over_from: date | None, reason: str
) -> None:
    """Say of what HR recorded that the two are no longer close since a day; or, without a day, that they never were.

    It counts until somebody who has no part in it confirms that: nobody opens a matter to somebody by their word alone. What
    does not count yet is taken back at once by who recorded it. Raises `NotAllowed` for one of the two and whoever is near
    one of them, `AlreadyDone` for what is over or said to be.
    """
    day = local_day(at)
    if not is_open_to(tie, by, day):
        raise NotAllowed("Somebody else in Human Resources has to say this.", what_now="Ask them to.")
    demand_word(tie, by)
    if tie.since is None:
        _end(tie, by.id, at)
        return
    if not reason.strip():
        raise InvalidInput("Enter how you know it", field="reason")
    if over_from is not None and over_from > day:
        raise InvalidInput("The day must be today or in the past. Come back on that day", field="over_from")
    if tie.data_key is None:
        tie.data_key = new_data_key(at)
        tie.data_key_id = tie.data_key.id
    tie.said_over_on, tie.said_over_by_id = day, by.id
    tie.over_from, tie.was_mistake, tie.over_reason = over_from, over_from is None, reason.strip()
    said = SAID_MISTAKE if tie.was_mistake else SAID_OVER
    record(said, tie.id, by=by.id, at=at, about=tie.person_id, facts={"from": over_from} if over_from else {})
    _tell_who_confirms(tie, at)


def demand_word(tie: DeclaredRelationship, officer: Person) -> None:
    """Refuse what nothing more can be said of: what is over, or said to be, or does not count yet."""
    if tie.awaits_word_of(officer):
        return
    if tie.until is not None:
        who, when = last_act(tie.id, TURNED_DOWN, UNRELATED, MISTAKEN)
        raise AlreadyDone("This counts no longer.", who=who, when=when, what_now="You need do nothing.")
    if tie.said_over_on is not None:
        who, when = last_act(tie.id, SAID_OVER, SAID_MISTAKE)
        raise AlreadyDone("This has been said already.", who=who, when=when, what_now="It waits to be confirmed.")
    raise AlreadyDone(
        "This does not count yet: it waits to be confirmed.",
        what_now="Tell who confirms it that it is not so, or ask who recorded it to take it back.",
    )


def turn_down_relationship(tie: DeclaredRelationship, *, by: Person, at: datetime, seen: str | None = None) -> None:
    """Do not confirm what was said: it never counts; or, where its declarer said that it is over, it goes on to count.

    `seen` as with `confirm_relationship`.
    """
    _ask_who_judges(tie, by, at, seen)
    said_by = tie.said_over_by_id or tie.recorded_by_id
    if tie.since is None:
        tie.until = local_day(at)
    tie.said_over_on = tie.said_over_by_id = tie.over_from = tie.over_reason = None
    tie.was_mistake = False
    record(TURNED_DOWN, tie.id, by=by.id, at=at, about=tie.person_id)
    _answer(tie, said_by, at)


def end_relationship(tie: DeclaredRelationship, *, by: Person | None, at: datetime) -> None:
    """Say that two people are no longer close; it counts until that is confirmed, and is never deleted.

    What does not count yet is taken back at once. What the installation says (`by` None) needs nobody else: it counts until
    the end of today.
    """
    if by is not None and not by.id == tie.person_id == tie.recorded_by_id:
        raise NotAllowed(
            "Only who declared this can say that it is over.",
            what_now="Of what HR recorded, HR says so on the page “Close relationships that HR recorded”.",
        )
    if tie.until is not None:
        raise AlreadyDone("This is over already.", what_now="You need do nothing.")
    if by is None or tie.since is None:
        _end(tie, by.id if by is not None else ActorKind.INSTALLATION, at)
        return
    if tie.said_over_on is not None:
        raise AlreadyDone("You have said so.", what_now="It counts until Human Resources have confirmed it.")
    tie.said_over_on, tie.said_over_by_id = local_day(at), by.id
    record(SAID_OVER, tie.id, by=by.id, at=at, about=tie.person_id)
    _tell_who_confirms(tie, at)


def _end(tie: DeclaredRelationship, actor: Actor, at: datetime) -> None:
    tie.until = max(tie.since or local_day(at), local_day(at))
    ended = MISTAKEN if tie.was_mistake else UNRELATED
    record(ended, tie.id, by=actor, at=at, about=tie.person_id, facts={"until": tie.until})


def _answer(tie: DeclaredRelationship, said_by_id: uuid.UUID | None, at: datetime) -> None:
    """Tell the HR officer who said it; whoever declared something reads it on their own page."""
    if said_by_id is not None and said_by_id != tie.person_id:
        day = local_day(at)
        if said_by_id in {officer.id for officer in holders_of(HR_OFFICERS, day)}:
            notify(said_by_id, ANSWERED, tie.id, at=at, number=day.toordinal())


def _tell_who_confirms(tie: DeclaredRelationship, at: datetime) -> None:
    for person in holders_of(CONFIRM_TIES, local_day(at)):
        if may_judge(tie, person, local_day(at)):
            notify(person.id, TO_CONFIRM, tie.id, at=at, number=local_day(at).toordinal())


def _ask_who_judges(tie: DeclaredRelationship, by: Person, at: datetime, seen: str | None) -> None:
    if not may_judge(tie, by, local_day(at)):
        raise NotAllowed(
            "Somebody else has to confirm this.",
            what_now="Leave it to another HR manager or to the independent person.",
        )
    if not tie.waits:
        who, when = last_act(tie.id, CONFIRMED, TURNED_DOWN, UNRELATED, MISTAKEN)
        raise AlreadyDone("This has been dealt with already.", who=who, when=when, what_now="You need do nothing.")
    if seen not in (None, tie.what_waits):
        who, when = last_act(tie.id, SAID_OVER, SAID_MISTAKE)
        raise AlreadyDone(
            "Something else has been said of these two in the meantime.",
            who=who,
            when=when,
            did="said it",
            what_now="Nothing was changed by what you sent. Open “Close relationships to confirm” again and read it first.",
        )


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


def to_confirm(person: Person, day: date) -> Sequence[DeclaredRelationship]:
    """What waits for this person to confirm it, the oldest first."""
    tie = DeclaredRelationship
    asked = (
        sa.select(tie)
        .where(waits_for(person.id, day))
        .options(*(joinedload(one) for one in (tie.person, tie.other, tie.recorded_by, tie.said_over_by, tie.data_key)))
        .order_by(sa.func.coalesce(tie.said_over_on, tie.declared_on), tie.id)
        .limit(200)
    )
    return db.session.execute(asked).scalars().all() if person.holds(*CONFIRM_TIES) else []


def recorded_page(reader: Person, day: date, cursor: Cursor) -> KeyPage:
    """What HR recorded and may be read by this HR officer, newest first, a page at a time; rows with it as
    `DeclaredRelationship`.
    """
    tie = DeclaredRelationship
    asked = (
        sa.select(tie, tie.id.label("id"))
        .where(hr_recorded(reader.id, day))
        .options(*(joinedload(one) for one in (tie.person, tie.other, tie.recorded_by, tie.said_over_by)))
    )
    begun = sa.func.coalesce(tie.declared_on, tie.since)
    return key_page(asked, [begun], tie.id, cursor, size=TIES_A_PAGE, descending=True)


def is_open_to(tie: DeclaredRelationship, officer: Person, day: date) -> bool:
    """`hr_recorded`, asked of one for an HR officer: the same condition, so that the two can never differ."""
    return officer.holds(*HR_OFFICERS) and _may_read_what_hr_recorded(tie, officer, day)


def may_judge(tie: DeclaredRelationship, person: Person, day: date) -> bool:
    """Whether this person may confirm it, or that it is over; of what HR recorded only who may read that."""
    declared = tie.recorded_by_id == tie.person_id
    return tie.is_judged_by(person) and (declared or _may_read_what_hr_recorded(tie, person, day))


def _may_read_what_hr_recorded(tie: DeclaredRelationship, person: Person, day: date) -> bool:
    asked = sa.exists().where(DeclaredRelationship.id == tie.id, hr_recorded(person.id, day))
    return bool(db.session.execute(sa.select(asked)).scalar_one())


def recorded_relationship(tie_id: uuid.UUID, officer: Person, day: date) -> DeclaredRelationship | None:
    """What HR recorded with this id, for an HR officer who may read it."""
    tie = db.session.get(DeclaredRelationship, tie_id)
    return tie if tie is not None and is_open_to(tie, officer, day) else None


def relationship_to_judge(tie_id: uuid.UUID, person: Person, day: date) -> DeclaredRelationship | None:
    """What somebody said with this id, for whoever may confirm it, also when that is done."""
    tie = db.session.get(DeclaredRelationship, tie_id)
    return tie if tie is not None and may_judge(tie, person, day) else None


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
