"""The promise of the room: whatever happens, no shared password that somebody who has gone knew is ever without a change,
made since or waiting to be made. And nobody's leaving is complete before what was changed because of them is verified; no
password is to be changed once more because of somebody who could not get in any more when it was changed; and the keeper of
the register is asked to find somebody for each account whose last administrator goes. Each change that is due is asked of
somebody, or somebody is asked to find who makes it.

Random histories of access given and ended, people who leave, leave on another day or stay after all, who move or are away,
do so on another day or not at all, ways of signing in that are corrected, passwords changed (and told of late, or as if
earlier) and verified by anybody, also by who leaves later or is to leave, and mornings on which the jobs run.
"""

import os
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, invariant, precondition, rule
from sqlalchemy.orm import joinedload, selectinload

from app.account_register.models import AccessGrant, AccessLevel, EndReason, LoginMode
from app.account_register.operations.access import begin_access
from app.account_register.operations.following import let_rooms_follow
from app.core import clock
from app.core.audit import ActorKind
from app.core.db import begin_writing, commit, db
from app.core.errors import Refusal
from app.credential_rotation import operations
from app.credential_rotation.due import DUE_KINDS
from app.credential_rotation.models import (
    OPEN_ROTATION,
    CredentialRotation,
    LeaverNotice,
    Move,
    MoveKind,
    MoveStatus,
    NoticeSource,
    NoticeStatus,
    RotationCause,
    RotationStatus,
    Sighting,
    Trigger,
)
from app.credential_rotation.queries import accesses_after, chain_of, owned_by
from app.credential_rotation.queries.permitting import waits_for_judgement
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, account
from tests.credential_rotation.factories import grant as held
from tests.databases import rolled_back
from tests.factories import Factory

PEOPLE, ACCOUNTS, MOST_DAYS = 3, 2, 8
STARTING = os.environ.get("PROBITY_HISTORIES", "1,2,3").split(",")
"""From which numbers histories are made: the same on every run, so that a run says what a change did. `make explore` asks
for others, which nobody has seen yet.
"""
person_s = st.integers(0, PEOPLE - 1)
anybody_s = st.integers(0, PEOPLE + 1)
somebody_s = st.sampled_from([None, None, *range(PEOPLE + 2)])
sighting_s = st.sampled_from([Sighting.SIGNED_IN, Sighting.SIGNED_IN, Sighting.VAULT_DATE])
account_s = st.sampled_from([0, 0, 0, 1])
rarely = st.sampled_from([False, False, False, True])
days_s = st.integers(0, MOST_DAYS)


def _made_at(rotation: CredentialRotation) -> datetime | None:
    """When it was changed: what a second person saw was not changed was not."""
    return rotation.changed_at if rotation.status is not RotationStatus.NOT_MADE else None


def _was_changed(since: datetime) -> sa.ColumnElement[bool]:
    """The same as a condition, since a moment."""
    return sa.and_(CredentialRotation.changed_at >= since, CredentialRotation.status != RotationStatus.NOT_MADE)


class PasswordsOfTheGone(RuleBasedStateMachine):
    """A small register, its people, and a clock that only goes forward."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.at, self.open = NOW, ExitStack()
        self.ended_at_once: dict[uuid.UUID, datetime] = {}
        self.still_had_it: dict[uuid.UUID, datetime] = {}
        self.withdrawn: dict[uuid.UUID, date] = {}
        # When they were said at last to know it, by access of which the way of signing in was corrected; and of which access
        # it was said that they never did.
        self.said_to_know: dict[uuid.UUID, datetime] = {}
        self.open.enter_context(rolled_back(app))
        self.clock = self.open.enter_context(ExitStack())
        self._set_clock(timedelta())
        make = Factory()
        self.hr, self.sca = make.person("Hana", Role.HR_MANAGER), make.person("Cleo", Role.SCA)
        self.deputy = make.person("Dep", Role.DEPUTY_SCA)
        # Two of them answer for passwords without having access: they know those that they change, or sign in with.
        self.people = [make.person(f"P{number}") for number in range(PEOPLE)]
        self.people += [make.person("Kip", Role.SCA), make.person("Kit", Role.DEPUTY_SCA)]
        owners = (make.person("Olu"), self.people[0])
        self.accounts = [account(make, f"A{number}", owners[number]) for number in range(ACCOUNTS)]
        for who in self.people[:PEOPLE]:
            held(make, self.accounts[0], who)

    def teardown(self) -> None:
        self.open.close()

    def _set_clock(self, later: timedelta) -> None:
        self.at += later
        self.clock.close()
        self.clock.enter_context(clock.set_to(self.at))

    def _try(self, act: Callable[[], Any]) -> None:
        """People meet refusals; whatever is refused changes nothing."""
        self._set_clock(timedelta(minutes=30))
        today = self.at.date()
        running = [one.id for who in self.people for one in self._grants(who) if one.runs_on(today)]
        for who in self.people:
            for one in self._grants(who):
                # On a last day that was known before, a change counts; so only until then is it kept that they had it.
                if one.runs_on(today) and who.is_here_on(today) and self._last_day(one) != today:
                    self.still_had_it[one.id] = self.at
        begin_writing()
        try:
            act()
            commit()
        except Refusal:
            db.session.rollback()
        for who in self.people:
            if who.left_at_once and not who.is_here_on(self.at.date()):
                gone = min(self.at, clock.at_local(who.last_working_day + timedelta(days=1)))
                self.ended_at_once |= {one.id: gone for one in self._grants(who) if one.id in running}

    def _grants(self, person: Person) -> list[AccessGrant]:
        found = sa.select(AccessGrant).where(AccessGrant.person_id == person.id).order_by(AccessGrant.id)
        return list(db.session.execute(found).scalars())

    def _last_day(self, grant: AccessGrant) -> date | None:
        """When it is to end, as far as that is recorded."""
        return min((day for day in (grant.ends_on, grant.person.last_working_day) if day), default=None)

    def _rotations(self, status: RotationStatus) -> list[CredentialRotation]:
        it = CredentialRotation
        return list(db.session.execute(sa.select(it).where(it.status == status).order_by(it.due_on, it.id)).scalars())

    def _notices(self) -> list[LeaverNotice]:
        """Those not withdrawn, the latest first."""
        found = sa.select(LeaverNotice).where(LeaverNotice.status != NoticeStatus.WITHDRAWN)
        return list(db.session.execute(found.order_by(LeaverNotice.notified_at.desc(), LeaverNotice.id)).scalars())

    def _moves(self) -> list[Move]:
        """Those not withdrawn, the latest first."""
        found = sa.select(Move).where(Move.status == MoveStatus.RECORDED)
        return list(db.session.execute(found.order_by(Move.recorded_at.desc(), Move.id)).scalars())

    @rule(person=person_s, on=account_s, start=days_s, shared=st.sampled_from([True, True, False]))
    def give_access(self, person: int, on: int, start: int, shared: bool) -> None:
        """From today or a later day, as an administrator or an editor."""
        who, what, first = self.people[person], self.accounts[on], self.at.date() + timedelta(days=start)
        before = [one for one in self._grants(who) if one.account_id == what.id]
        if any(one.ends_on is None or one.ends_on >= first for one in before):
            return
        mode = LoginMode.SHARED if shared else LoginMode.INDIVIDUAL

        def _give() -> None:
            begin_access(
                what, who, level=AccessLevel.ADMIN, login_mode=mode, starts_on=first, required_version_id=None,
                by=self.sca, at=self.at,
            )  # fmt: skip
            let_rooms_follow(what, by=self.sca.id, at=self.at)

        self._try(_give)

    @rule(person=anybody_s, days=st.integers(-2, MOST_DAYS), immediate=rarely)
    def leave(self, person: int, days: int, immediate: bool) -> None:
        """As planned, at once, or told after the day."""
        last = self.at.date() + timedelta(days=min(days, 0) if immediate else days)
        self._try(
            lambda: operations.record_leaver(
                self.people[person], last_working_day=last, immediate=immediate, by=self.hr, at=self.at
            )
        )

    @precondition(lambda self: self._notices())
    @rule(which=person_s, days=st.integers(-1, MOST_DAYS), immediate=rarely, stays=rarely)
    def think_again(self, which: int, days: int, immediate: bool, stays: bool) -> None:
        """They leave earlier, later or at once, or stay after all."""
        notices = self._notices()
        notice = notices[which % len(notices)]
        last = self.at.date() + timedelta(days=min(days, 0) if immediate else days)
        if stays:
            self._try(lambda: operations.withdraw_leaver(notice, by=self.hr, at=self.at))
        else:
            self._try(
                lambda: operations.change_leaving(
                    notice, last_working_day=last, immediate=immediate, by=self.hr, at=self.at
                )
            )

    @rule(
        person=anybody_s, days=st.integers(-6, MOST_DAYS), why=st.sampled_from([*MoveKind, EndReason.WITHDRAWN]),
        keeps=st.integers(0, 3),
    )  # fmt: skip
    def lose_access(self, person: int, days: int, why: MoveKind | EndReason, keeps: int) -> None:
        """They move, are away, or access is withdrawn from them; some of it goes on."""
        who, last = self.people[person], self.at.date() + timedelta(days=days)
        found = accesses_after(who, last)
        goes_on = {one.id: bool(keeps >> number & 1) for number, one in enumerate(found)}
        if isinstance(why, MoveKind):
            goes_on |= {one.id: not keeps for one in owned_by(who)}
            moving = operations.Moving(who, why, last)
            self._try(lambda: operations.record_move(moving, goes_on, by=self.hr, at=self.at))
            return
        for one in found:
            if not goes_on[one.id]:
                self._try(lambda one=one: self._withdraw(one, last, why))  # type: ignore[misc]

    def _withdraw(self, grant: AccessGrant, last: date, why: EndReason) -> None:
        operations.end_shared_access(grant, by=self.sca, at=self.at, ends_on=last, reason=why)
        self.withdrawn[grant.id] = last

    @rule(person=person_s, on=account_s, mode=st.sampled_from(LoginMode), never=rarely)
    def correct_how_they_sign_in(self, person: int, on: int, mode: LoginMode, never: bool) -> None:
        """Of access that goes on; rarely somebody says that they never knew the password."""
        theirs = [one for one in self._grants(self.people[person]) if one.account_id == self.accounts[on].id]
        for one in theirs:
            self._try(lambda one=one: self._correct(one, mode, never))  # type: ignore[misc]

    def _correct(self, grant: AccessGrant, mode: LoginMode, never: bool) -> None:
        before, has_begun = grant.login_mode, grant.starts_on <= self.at.date()
        operations.correct_ways_of_signing_in(
            [grant], mode, true_from=None, reason="Known", never_shared=never, by=self.sca, at=self.at
        )
        if never and mode is not LoginMode.SHARED:
            self.said_to_know.pop(grant.id, None)
        elif has_begun and LoginMode.SHARED in (before, mode):
            self.said_to_know[grant.id] = self.at

    @precondition(lambda self: self._moves())
    @rule(which=person_s, days=st.integers(-1, MOST_DAYS), stays=rarely)
    def move_otherwise(self, which: int, days: int, stays: bool) -> None:
        """They move earlier or later, or go on as before after all."""
        moves = self._moves()
        move, last = moves[which % len(moves)], self.at.date() + timedelta(days=days)
        if stays:
            self._try(lambda: operations.withdraw_move(move, by=self.hr, at=self.at))
        else:
            self._try(lambda: operations.change_move(move, last_day=last, back_on=None, by=self.hr, at=self.at))

    def _here(self, number: int | None, otherwise: Person) -> Person:
        """One of the people while they work here, else somebody who never leaves."""
        if number is None or not self.people[number].is_here_on(self.at.date()):
            return otherwise
        return self.people[number]

    @precondition(lambda self: self._rotations(RotationStatus.DUE))
    @rule(which=account_s, ago=st.sampled_from([0, 0, 0, 10, 45, 300, 2000, 9000]), who=somebody_s)
    def change_password(self, which: int, ago: int, who: int | None) -> None:
        """One that waits, changed now or so many minutes ago; refused before the moment from which it counts."""
        rotation, by = self._rotations(RotationStatus.DUE)[-1 if which else 0], self._here(who, self.sca)
        self._try(
            lambda: operations.mark_changed(
                rotation, by=by, at=self.at, changed_at=self.at - timedelta(minutes=ago), steps=ALL_DONE
            )
        )

    @precondition(lambda self: self._rotations(RotationStatus.TO_VERIFY))
    @rule(who=somebody_s, saw=sighting_s)
    def verify(self, who: int | None, saw: Sighting) -> None:
        """By anybody but who changed it; some sign in with it."""
        rotation, by = self._rotations(RotationStatus.TO_VERIFY)[0], self._here(who, self.deputy)
        self._try(lambda: operations.verify_rotation(rotation, by=by, at=self.at, saw=saw))

    @precondition(lambda self: self._rotations(RotationStatus.TO_VERIFY))
    @rule(who=somebody_s)
    def see_that_it_was_not_made(self, who: int | None) -> None:
        """By anybody but who said that they changed it."""
        rotation, by = self._rotations(RotationStatus.TO_VERIFY)[-1], self._here(who, self.deputy)
        self._try(lambda: operations.say_not_made(rotation, why="The vault has the old date", by=by, at=self.at))

    @precondition(lambda self: not self._rotations(RotationStatus.DUE))
    @rule(on=account_s)
    def ask_for_new_password(self, on: int) -> None:
        """It is time to renew it."""
        self._try(
            lambda: operations.start_rotation(self.accounts[on], trigger=Trigger.SCHEDULED, by=self.sca, at=self.at)
        )

    @rule(days=st.integers(1, 9))
    def mornings(self, days: int) -> None:
        """Days pass, and the jobs of each morning run."""
        self._set_clock(timedelta(days=days))
        self._try(lambda: operations.settle_owners(self.at))
        self._try(lambda: operations.complete_leavers(self.at))
        self._try(lambda: operations.change_what_is_still_known(self.at))
        self._try(lambda: operations.renew_old_passwords(self.at))

    @precondition(lambda self: self.at > NOW)
    @invariant()
    def nobody_gone_knows_a_password(self) -> None:
        """Each shared login that somebody could use and cannot any more: its password was changed since, or is due."""
        today, changed, due = self.at.date(), defaultdict(list), set()
        for rotation in db.session.execute(sa.select(CredentialRotation)).scalars():
            if rotation.status is RotationStatus.DUE:
                due.add(rotation.account_id)
            if made_at := _made_at(rotation):
                changed[rotation.account_id].append(made_at)
        shared = sa.select(AccessGrant).where(AccessGrant.login_mode == LoginMode.SHARED)
        for grant in db.session.execute(shared.options(joinedload(AccessGrant.person))).scalars():
            gone = not grant.person.is_here_on(today)
            until = min(day for day in (grant.ends_on, grant.person.last_working_day if gone else None, today) if day)
            had_it = not grant.is_called_off and grant.starts_on <= min(today, until)
            ended_today = until == today and grant.ended_at is not None and grant.end_reason is not EndReason.LEFT
            if had_it and (gone or until < today or ended_today) and grant.account_id not in due:
                over = self.still_had_it.get(grant.id, NOW)
                if gone or grant.end_reason is EndReason.LEFT:  # they were not there any more, whenever it was told
                    over = min(over, clock.at_local(until + timedelta(days=1)))
                over = max(clock.at_local(until), over)
                since = [moment for moment in changed[grant.account_id] if moment >= over]
                assert since, f"{grant.person.name} still knows the password of {grant.account.name}"

    @invariant()
    def nobody_gone_knows_what_they_changed_or_signed_in_with(self) -> None:
        """Nor who has moved and keeps nothing there, of what they came to know until the end of their last day, whenever the
        move was recorded: whoever made the last change, or signed in to verify it, knows the password.
        """
        it, today = CredentialRotation, self.at.date()
        every = sa.select(it).options(joinedload(it.done_by), joinedload(it.verified_by))
        made = list(db.session.execute(every).scalars())
        due = {one.account_id for one in made if one.status is RotationStatus.DUE}
        moved: dict[uuid.UUID, Move] = {}
        for move in self._moves():
            if move.ends_on < today and (move.person_id not in moved or moved[move.person_id].ends_on < move.ends_on):
                moved[move.person_id] = move
        for one in made:
            changes = [_made_at(other) for other in made if other.account_id == one.account_id and _made_at(other)]
            signed_in = (one.verified_by, one.verified_at) if one.saw is Sighting.SIGNED_IN else (None, None)
            for person, since in ((one.done_by, one.changed_at), signed_in):
                if person is None or since is None or one.account_id in due or max(changes, default=since) > since:
                    continue
                told = f"{person.name} knows the password of {one.account.name}"
                assert person.is_here_on(today), told
                move = moved.get(person.id)
                assert move is None or clock.local_day(since) > move.ends_on or move.keeps(one.account), told

    @invariant()
    def nobody_gone_knows_what_they_signed_in_with_before(self) -> None:
        """By a shared login that was corrected since: it was changed after that, or is due once they have gone."""
        it, today = CredentialRotation, self.at.date()
        for grant_id, since in self.said_to_know.items():
            grant = db.session.get_one(AccessGrant, grant_id)
            over = grant.ends_on is not None and grant.ends_on < today
            by_a_move = grant.end_reason in (EndReason.MOVED, EndReason.LEFT) and grant.person.is_here_on(today)
            if grant.person.is_here_on(today) and (not over or by_a_move or grant.is_called_off):
                continue
            waits = sa.or_(it.status == RotationStatus.DUE, _was_changed(since))
            found = db.session.execute(sa.select(it.id).where(it.account_id == grant.account_id, waits)).first()
            assert found, f"{grant.person.name} still knows the password of {grant.account.name}"

    @invariant()
    def what_ended_at_once_is_over(self) -> None:
        """Whatever is thought again of the leaving: nobody has that access again, and what they knew changes."""
        asked = sa.select(AccessGrant).where(AccessGrant.id.in_(list(self.ended_at_once)))
        for grant in db.session.execute(asked.options(joinedload(AccessGrant.person))).scalars():
            assert grant.end_reason is not EndReason.LEFT or grant.is_over_on(self.at.date()), grant.person.name
            assert grant.ends_on is not None, grant.person.name
            if grant.login_mode == LoginMode.SHARED:
                it, since = CredentialRotation, self.ended_at_once[grant.id]
                waits = sa.or_(it.status == RotationStatus.DUE, _was_changed(since))
                found = db.session.execute(sa.select(it.id).where(it.account_id == grant.account_id, waits)).first()
                assert found, f"{grant.person.name} still knows the password of {grant.account.name}"

    @invariant()
    def what_was_withdrawn_never_comes_back_by_itself(self) -> None:
        """Whatever is thought again of a leaving or of another move: access ends when it was to end."""
        for grant in db.session.execute(sa.select(AccessGrant).where(AccessGrant.id.in_(list(self.withdrawn)))).scalars():
            assert grant.ends_on is not None, f"{grant.person.name} has their access back"
            assert grant.ends_on <= self.withdrawn[grant.id], f"{grant.person.name} has access for longer"
        for move in self._moves():
            for holding in move.holdings:
                if holding.grant is not None and not holding.goes_on:
                    last = max(move.ends_on, holding.grant.starts_on)
                    told = f"{move.person.name} has access after they moved"
                    assert holding.grant.ends_on is not None, told
                    assert holding.grant.ends_on <= last, told

    @invariant()
    def nothing_is_complete_before_what_was_because_of_them_is_proved(self) -> None:
        """Whatever it was changed for: and while it is open, the chain of whoever leaves shows it."""
        it, because = CredentialRotation, RotationCause
        waits = sa.or_(it.status.in_(OPEN_ROTATION), waits_for_judgement())
        for notice in self._notices():
            theirs = sa.select(it.id).join(because).where(
                because.person_id == notice.person_id, because.stood_down_at.is_(None), waits
            )  # fmt: skip
            to_prove = set(db.session.execute(theirs).scalars())
            shown = {row.rotation_id for row in chain_of(notice, self.at.date())}
            assert to_prove <= shown, f"the chain of {notice.person.name} does not show what is to be proved"
            assert not to_prove or notice.status is not NoticeStatus.COMPLETE, f"{notice.person.name} is complete"

    @invariant()
    def nobody_is_a_reason_for_another_change_who_knew_only_what_was_changed(self) -> None:
        """Of who had access that is over, and comes to know no password otherwise: a change since then is the last."""
        it, others = CredentialRotation, {one.id for one in (self.sca, self.deputy, *self.people[PEOPLE:])}
        made = list(db.session.execute(sa.select(it).options(selectinload(it.causes))).scalars())
        for due in made:
            waits = due.status is RotationStatus.DUE
            for person in {one.person_id: one.person for one in due.standing_causes if waits}.values():
                if person is None or person.id in {*others, due.account.owner_id}:
                    continue
                of_account = [one for one in made if one.account_id == due.account_id]
                over = self._could_get_in_until(person, of_account)
                was_said = any(
                    one.status is RotationStatus.NOT_MADE and one.is_caused_by(person) for one in of_account
                )
                since = [one.changed_at for one in of_account if over and (moment := _made_at(one)) and moment >= over]
                assert was_said or not since, f"{due.account.name} changes once more because of {person.name}"

    def _could_get_in_until(self, person: Person, of_account: list[CredentialRotation]) -> datetime | None:
        """From when on a change settles what somebody knew by access to an account, or by changing its password or signing
        in with it; None while they have access, or where they never had any.
        """
        grants = [one for one in self._grants(person) if one.account_id == of_account[0].account_id]
        counted = [one for one in grants if not one.is_called_off and one.may_know_password]
        ended = [one.settled_from for one in counted]
        known: list[datetime] = [
            one.changed_at for one in of_account if one.done_by_id == person.id and one.changed_at
        ]
        known += [one.verified_at for one in of_account if one.verified_by_id == person.id and one.verified_at]
        known += [self.said_to_know[one.id] for one in grants if one.id in self.said_to_know]
        over = [moment for moment in ended if moment is not None]
        if not over or len(over) < len(ended):
            return None
        # Who is sent away on the day on which it was to end had it until then.
        sent_away = [self.ended_at_once[one.id] for one in counted if one.id in self.ended_at_once]
        return max([*over, *sent_away, *(moment + timedelta(minutes=1) for moment in known)])

    @invariant()
    def somebody_is_asked_for_where_the_last_administrator_goes(self) -> None:
        """Because they leave, move or are away, whatever was recorded first; not where a keeper ends access by itself."""
        today = self.at.date()
        asked: set[str] = set()
        for kind in DUE_KINDS:
            rows = kind.select(self.sca, today) if kind.name in ("leaver_hand_over", "move_hand_over") else None
            asked |= {row.who for row in db.session.execute(rows)} if rows is not None else set()
        for on in self.accounts:
            of_account = sa.select(AccessGrant).where(AccessGrant.account_id == on.id)
            found = of_account.where(AccessGrant.level == AccessLevel.ADMIN).options(joinedload(AccessGrant.person))
            admins = [one for one in db.session.execute(found).scalars() if not one.is_called_off]
            for ending, last, is_tie in self._go_with(admins):
                others = [one for one in admins if one is not ending and one.starts_on <= max(last, today)]
                ends = [self._last_day(one) for one in others]
                if not any(end is None or end > last or (is_tie and end == last) for end in ends):
                    told = f"nobody takes over {on.name} from {ending.person.name}"
                    assert f"{on.name} ({on.platform})" in asked, told

    def _go_with(self, admins: list[AccessGrant]) -> list[tuple[AccessGrant, date, bool]]:
        """What ends because its holder leaves or moves, with the last day; and whether a move of today was told late: then
        others can let somebody in for the rest of that day.
        """
        leaves = {one.person_id: one.last_working_day for one in self._notices()}
        found = [
            (one, leaves[one.person_id], False) for one in admins
            if one.end_reason is EndReason.LEFT
            and one.person_id in leaves and leaves[one.person_id] == one.person.last_working_day
        ]  # fmt: skip
        for move in self._moves():
            for holding in move.holdings:
                ending = holding.grant
                if ending in admins and ending is not None and not holding.goes_on and ending.end_follows:
                    found.append((ending, move.ends_on, move.last_day < move.ends_on == self.at.date()))
        return found

    @invariant()
    def each_change_is_asked_of_somebody(self) -> None:
        """By what all people at once are asked for: to make it, or to find somebody who does."""
        asked: set[uuid.UUID] = set()
        for kind in DUE_KINDS:
            if kind.name in ("rotation_change", "rotation_no_changer") and kind.everybody is not None:
                rows = db.session.execute(kind.everybody(), {"today": self.at.date()})
                asked |= {uuid.UUID(row.key) for row in rows}
        due = {one.id for one in self._rotations(RotationStatus.DUE)}
        assert due == asked, "nobody is asked to change a password, or for one that is changed"

    @invariant()
    def one_because_of_whom_it_changes_never_sees_to_it(self) -> None:
        """Neither as the owner of the change, nor as who made or verified it."""
        every = sa.select(CredentialRotation).options(selectinload(CredentialRotation.causes))
        for rotation in db.session.execute(every).scalars():
            causes = {cause.person_id for cause in rotation.causes}
            assert not causes & {rotation.owner_id, rotation.done_by_id, rotation.verified_by_id} - {None}


class LeaversOfAFeed(PasswordsOfTheGone):
    """The same where the staff directory tells of leavers too, and repeats itself. No access ends otherwise, so that most
    of a history is about when they leave.
    """

    lose_access = move_otherwise = correct_how_they_sign_in = None  # type: ignore[assignment]

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        # The day that the directory told last of each.
        self.told: dict[Person, date | None] = {}

    @rule(person=anybody_s, days=st.integers(-2, MOST_DAYS))
    def hear_from_the_directory(self, person: int, days: int) -> None:
        """A day that may be new, or what was recorded already."""
        who, last = self.people[person], self.at.date() + timedelta(days=days)
        self._try(lambda: self._hear({who: last}))

    @precondition(lambda self: self.told)
    @rule(person=anybody_s)
    def hear_of_no_day(self, person: int) -> None:
        """It lets nobody back in who has left."""
        who = self.people[person]
        had_left = who.has_left_on(self.at.date())
        self._try(lambda: self._hear({who: None}))
        assert who.has_left_on(self.at.date()) or not had_left, "a day taken out let somebody back in"

    @precondition(lambda self: self.told)
    @rule()
    def hear_the_same_again(self) -> None:
        """What people recorded since stands, of everybody."""
        before = self._recorded()
        self._try(lambda: self._hear(self.told))
        assert before == self._recorded(), "what the directory only repeats changed something"

    def _hear(self, told: dict[Person, date | None]) -> None:
        every = [operations.LeaverTold(who, day) for who, day in told.items()]
        by, source = ActorKind.INSTALLATION, NoticeSource.DIRECTORY
        outcome = operations.hear_of_leavers(every, source=source, by=by, at=self.at)
        refused = {who for who, _why in outcome.refused}
        self.told = self.told | {who: day for who, day in told.items() if who not in refused}

    def _recorded(self) -> list[Any]:
        """When everybody leaves, as it stands."""
        rows = sa.select(LeaverNotice).order_by(LeaverNotice.id)
        notices = list(db.session.execute(rows).scalars())
        return [
            *((one.id, one.is_withdrawn, one.last_working_day, one.immediate, one.told_at) for one in notices),
            *((one.last_working_day, one.left_at_once) for one in self.people),
        ]  # fmt: skip


def _histories(app: Flask, number: int, starting: int, of: type[PasswordsOfTheGone] = PasswordsOfTheGone) -> None:
    """So many histories that follow from a starting number."""
    asked = settings(
        max_examples=number, stateful_step_count=20, deadline=None, database=None,
        phases=[Phase.generate],  # a history of twenty steps reads well enough; making it shorter takes minutes
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seed(starting)(get_state_machine_test(lambda: of(app), settings=asked))()  # type: ignore[arg-type]


@pytest.mark.parametrize("starting", STARTING)
def test_whatever_happens_nobody_who_has_gone_knows_a_password_for_good(shared_app: Flask, starting: str) -> None:
    """What fails names the number from which the history can be made again."""
    _histories(shared_app, 8, int(starting))


@pytest.mark.parametrize("starting", STARTING)
def test_what_a_feed_only_repeats_changes_nothing(shared_app: Flask, starting: str) -> None:
    """And with all that it tells, nobody who has gone knows a password for good."""
    _histories(shared_app, 8, int(starting), LeaversOfAFeed)
