"""What happens at the simulated council on a working day: new things begin, and people do what waits for them, or forget."""

import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.account_register.models import AccessGrant
from app.breach_reports.models import YesNoUnknown as Answer
from app.breach_reports.operations import ReportAnswers, keep_answers, submit_report
from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.core.registries import Registries
from app.credential_rotation.operations import record_leaver
from app.demo.timeline import act_at
from app.hr_cases.models import ROLE_FOR, Case, CaseStatus, PauseReason
from app.hr_cases.operations import pause_case, submit_appeal
from app.people.models import Person, Service
from app.people.operations import appoint
from app.people.queries import carrying, has_begun
from app.policy.queries import working_calendar
from app.simulated_year.acts import ACTS
from app.simulated_year.asking import ask as ask_for_access
from app.simulated_year.devices import ask_for_device, give_up_or_end, tell_use
from app.simulated_year.doing import Doing, one_of
from app.simulated_year.early import tell_or_ask
from app.simulated_year.incidents import happen
from app.simulated_year.leavers import move_on, move_otherwise, think_again
from app.simulated_year.policy import dispute, need_format
from app.simulated_year.proposals import propose
from app.simulated_year.reading import Ask, ask_in_session
from app.simulated_year.starters import Announced, announce_manager, begin_managing
from app.simulated_year.watch import notice

LEAVERS, REQUESTS, REPORTS, PAUSES, APPEALS, CHANGES, PROPOSALS = 0.2, 0.25, 0.1, 0.05, 0.04, 0.03, 0.08
SECOND_THOUGHTS, INCIDENTS, NOTICED, ACCESS_ASKED, MOVES, FORMATS = 0.05, 0.05, 0.08, 0.15, 0.06, 0.04
TOLD_EARLY = 0.15
"""How likely each begins on a working day: some 50 leavers, 60 requests for devices and 40 for access, 25 reports, 20
proposals, 12 incidents, 20 things noticed outside the register, 15 moves, 7 changes, 40 things told or asked early a year:
more of each than a council of 600 people sees."""

HEADS_GO = (4, 130)
"""On which of their working days a head of service says that they leave."""
MANAGERS_COME = (6, 60, 140)
"""On which of them the next line manager of a team is announced, who begins weeks later."""
MANAGERS_AMONG_LEAVERS = 0.2
MOST_HOLD = 0.6
"""How many of the leavers hold access to something: those are what rotations come from."""

FIRST_WEEK = 5
DILIGENCE = (0.6, 0.6, 0.6, 0.3, 0.1)
"""How likely a thing is done on a day on which it waits: most soon, some slowly, one in five hardly ever."""


@dataclass
class Life:
    """The council and its dice. `refused` counts acts that came to nothing, by duty and reason."""

    chance: random.Random
    ask: Ask = ask_in_session
    all_asked: sa.Executable | None = field(default=None, init=False)
    days_worked: int = 0
    today: date = date.min
    likely: dict[tuple[str, str], float] = field(default_factory=dict)
    announced: list[Announced] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def day(self, day: date) -> None:
        """Live one day: on a working day both, on others now and then a report in the evening."""
        self.today = day
        if working_calendar().is_working_day(day):
            self._begin_things(clock.at_local(day, 9))
            self._do_what_waits(clock.at_local(day, 10), day)
        elif self.chance.random() < REPORTS / 2:
            self._report(clock.at_local(day, 21, 15))

    def _begin_things(self, morning: datetime) -> None:
        """By the dice; in the first week each begins every day, so that even a short life has something of everything."""
        self.days_worked += 1
        for likely, begin, minutes in (
            (LEAVERS, self._leave, 0), (REQUESTS, self._ask, 10), (REPORTS, self._report, 20),
            (PAUSES, self._pause, 30), (APPEALS, self._appeal, 40), (CHANGES, self._change_officer, 50),
            (PROPOSALS, self._propose, 15),
            (SECOND_THOUGHTS, self._think_again, 5), (INCIDENTS, self._something_happens, 35),
            (NOTICED, self._notice, 45), (ACCESS_ASKED, self._ask_for_access, 55), (MOVES, self._move, 57),
            (SECOND_THOUGHTS, self._move_otherwise, 58), (FORMATS, self._need_format, 59), (REQUESTS, self._tell_use, 12),
            (SECOND_THOUGHTS, self._end_device, 14), (TOLD_EARLY, self._tell_early, 52), (FORMATS, self._dispute, 56),
        ):  # fmt: skip
            if self.days_worked <= FIRST_WEEK or self.chance.random() < likely:
                self._try(begin.__name__, begin, morning + timedelta(minutes=minutes))
        if self.days_worked in MANAGERS_COME:
            self._try("_announce_manager", self._announce_manager, morning)
        for one in [one for one in self.announced if one.begins <= self.today]:
            self.announced.remove(one)
            self._try("_begin_managing", begin_managing, one, morning)
        if self.days_worked in HEADS_GO:
            self._try("_head_leaves", self._head_leaves, morning)

    def _announce_manager(self, at: datetime) -> None:
        self.announced.append(announce_manager(self.chance, at))

    def _do_what_waits(self, at: datetime, day: date) -> None:
        registries: Registries = current_app.extensions["registries"]
        questions = [ask() for ask in registries.asked_of_everybody()]
        for number in sorted({row.number for row in self.ask(self._all_of(questions), {"today": day})}):
            for (kind, key), people in self._waiting(questions[number], day).items():
                doer = self.chance.choice(people)
                likely = self.likely.setdefault((kind, key), self.chance.choice(DILIGENCE))
                if self.chance.random() < likely:
                    at += timedelta(minutes=1)
                    self._try(kind, self._do, kind, key, doer, at)
        db.session.rollback()

    def _all_of(self, questions: list[sa.Select[Any]]) -> sa.Executable:
        """Which of these have an answer at all, by their numbers: most kinds of duties wait for nobody on most days."""
        if self.all_asked is None:
            parts = [sa.select(sa.literal(n).label("number")).select_from(one.subquery()) for n, one in enumerate(questions)]
            self.all_asked = sa.union_all(*parts)
        return self.all_asked

    def _waiting(self, question: sa.Select[Any], day: date) -> dict[tuple[str, str], list[uuid.UUID]]:
        """Asked when its turn comes: what was done before may have changed it."""
        waiting: dict[tuple[str, str], list[uuid.UUID]] = defaultdict(list)
        for row in self.ask(question, {"today": day}):
            waiting[row.name, row.key].append(row.person_id)
        return {thing: sorted(people) for thing, people in sorted(waiting.items())}

    def _do(self, kind: str, key: str, doer: uuid.UUID, at: datetime) -> None:
        ACTS[kind](Doing(key, db.session.get_one(Person, doer), at, self.chance))

    def _try(self, name: str, act: Callable[..., None], *arguments: Any) -> None:
        """People meet refusals: two want the same, or a step has to wait for another."""
        try:
            act(*arguments)
            self.done[name] += 1
        except Refusal as refusal:
            self.refused[name, refusal.sentence] += 1
        finally:
            db.session.rollback()
            db.session.expunge_all()

    def _somebody(self, *conditions: sa.ColumnElement[bool]) -> Person:
        """One of the officers with a line manager who stay for now."""
        return self._somebody_who(Person.post == "Officer", *conditions)

    def _somebody_who(self, *conditions: sa.ColumnElement[bool]) -> Person:
        people = db.session.execute(
            sa.select(Person.id)
            .where(Person.last_working_day.is_(None), has_begun(self.today), *conditions)
            .order_by(Person.email)
        ).scalars()
        return db.session.get_one(Person, one_of(people.all(), self.chance))

    def _leave(self, at: datetime) -> None:
        holders = sa.select(AccessGrant.person_id).where(AccessGrant.ends_on.is_(None))
        leaver = self._owner_of_accounts() or (
            self._somebody(Person.id.in_(holders)) if self.chance.random() < MOST_HOLD else self._somebody()
        )
        immediate = self.days_worked <= FIRST_WEEK or self.chance.random() < 0.15
        today = clock.local_day(at)
        last = today if immediate else working_calendar().add(today, self.chance.randint(3, 25))
        with act_at(at):
            assert leaver.line_manager is not None
            record_leaver(leaver, last_working_day=last, immediate=immediate, by=leaver.line_manager, at=at)

    def _head_leaves(self, at: datetime) -> None:
        heads = sa.select(Person).join(Service, Service.head_id == Person.id).where(Person.last_working_day.is_(None))
        head = one_of(list(db.session.execute(heads.order_by(Person.email)).scalars()), self.chance)
        last = working_calendar().add(clock.local_day(at), self.chance.randint(1, 10))
        with act_at(at):
            assert head.line_manager is not None
            record_leaver(head, last_working_day=last, immediate=False, by=head.line_manager, at=at)

    def _think_again(self, at: datetime) -> None:
        think_again(self.chance, at)

    def _move_otherwise(self, at: datetime) -> None:
        move_otherwise(self.chance, at)

    def _move(self, at: datetime) -> None:
        holders = sa.select(AccessGrant.person_id).where(AccessGrant.ends_on.is_(None))
        move_on(self._somebody(Person.id.in_(holders)), self.chance, at)

    def _owner_of_accounts(self) -> Person | None:
        """Now and then it is a manager who goes, whose accounts then have nobody to answer for them; never the last few."""
        managers = db.session.execute(
            sa.select(Person.id)
            .where(Person.post == "Manager", Person.last_working_day.is_(None), has_begun(self.today))
            .order_by(Person.email)
        ).scalars()
        some = managers.all()
        if self.days_worked <= FIRST_WEEK or len(some) <= 4 or self.chance.random() > MANAGERS_AMONG_LEAVERS:
            return None
        return db.session.get_one(Person, self.chance.choice(some))

    def _ask(self, at: datetime) -> None:
        ask_for_device(self._somebody(), at)

    def _tell_use(self, at: datetime) -> None:
        tell_use(self._somebody(), self.chance, at)

    def _end_device(self, at: datetime) -> None:
        give_up_or_end(self.chance, at)

    def _propose(self, at: datetime) -> None:
        propose(self._somebody(), self.chance, at)

    def _something_happens(self, at: datetime) -> None:
        happen(self.chance, at)

    def _notice(self, at: datetime) -> None:
        notice(self._somebody(), self.chance, at)

    def _ask_for_access(self, at: datetime) -> None:
        ask_for_access(self._somebody(), self.chance, at)

    def _need_format(self, at: datetime) -> None:
        need_format(self._somebody(), self.chance, at)

    def _dispute(self, at: datetime) -> None:
        dispute(self.chance, at)

    def _tell_early(self, at: datetime) -> None:
        tell_or_ask(self._somebody(), self.chance, at)

    def _report(self, at: datetime) -> None:
        subject = self._somebody()
        reporter = self._somebody(Person.id != subject.id)
        harmed = self.chance.random() < 0.1
        answers = ReportAnswers(
            what_happened="A rude answer under a post about gritting.", malpractice=Answer.NO,
            person_at_risk=Answer.YES if harmed else Answer.NO, personal_data_exposed=Answer.NO, reporter_harmed=Answer.NO,
            platform="Facebook", address=f"https://example.org/posts/{at:%y%m%d%H%M}",
            happened_on=clock.local_day(at) - timedelta(days=1), subject=subject, category="DISREPUTE-ARGUE",
        )  # fmt: skip
        with act_at(at):
            draft = keep_answers(reporter, {"what_happened": answers.what_happened}, at=at)
            submit_report(answers, by=reporter, at=at, draft=draft)

    def _pause(self, at: datetime) -> None:
        case = self._case_at(CaseStatus.INVESTIGATING)
        if case is not None and case.owner is not None:
            with act_at(at):
                pause_case(case, reason=PauseReason.SICKNESS, note="Signed off for two weeks.", by=case.owner, at=at)

    def _appeal(self, at: datetime) -> None:
        case = self._case_at(CaseStatus.DECIDED)
        if case is not None:
            with act_at(at):
                submit_appeal(case, grounds="I think that this is too long.", by=case.subject, at=at)

    def _change_officer(self, at: datetime) -> None:
        """Somebody who works on a case leaves the council or this work; a manager is trained to come after them."""
        parts = [part for case in self._open_cases() for part in case.parts_at_work()]
        if not parts:
            return
        part = self.chance.choice(parts)
        role, today, officer_id = ROLE_FOR[part.capacity], clock.local_day(at), part.person_id
        newcomer = self._somebody_who(Person.post == "Manager", ~Person.id.in_(carrying([role], today))).id
        leaves = self.chance.random() < 0.5
        with act_at(at):
            officer = db.session.get_one(Person, officer_id)
            if leaves and officer.line_manager is not None and officer.last_working_day is None:
                last = working_calendar().add(today, self.chance.randint(1, 15))
                record_leaver(officer, last_working_day=last, immediate=False, by=officer.line_manager, at=at)
            else:
                for held in officer.roles:
                    if held.role is role and held.until is None:
                        held.until = today
            appoint(db.session.get_one(Person, newcomer), role, by=None, since=today, at=at)

    def _open_cases(self) -> list[Case]:
        waiting = sa.select(Case).where(Case.closed_at.is_(None)).order_by(Case.reference)
        return list(db.session.execute(waiting).unique().scalars())

    def _case_at(self, status: CaseStatus) -> Case | None:
        cases = list(
            db.session.execute(sa.select(Case).where(Case.status == status).order_by(Case.reference)).unique().scalars()
        )
        return self.chance.choice(cases) if cases else None
