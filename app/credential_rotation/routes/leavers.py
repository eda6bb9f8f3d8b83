"""Recording that somebody leaves, and the chain of what follows."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register.models import SEES_EVERYTHING
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.error_pages import answer_refusal
from app.core.errors import InvalidInput, NotAllowed, NothingHere
from app.core.paging import Cursor
from app.credential_rotation import blueprint, forms, operations, queries
from app.credential_rotation.models import SEES_CAUSES, ChainRow, LeaverNotice, NoticeStatus, RotationStatus, proof_words
from app.credential_rotation.operations.leaving import LeavesAlready
from app.credential_rotation.routes.shared import person_of_line, reader, titled
from app.credential_rotation.routes.worked_out import (
    hand_overs_worked_out,
    leaver_worked_out,
    plan_worked_out,
    verifications_worked_out,
)
from app.people.models import HR_OFFICERS, KEEPERS, Person
from app.people.naming import labels_to_choose
from app.people.queries import person_by_id, timeline
from app.policy.queries import pack, working_calendar

ROOM = "credential_rotation"
Answers = tuple[Person, date, bool]


@blueprint.get("/leavers")
def leavers() -> Any:
    """Who leaves, and what is still to be seen to."""
    cursor, person = Cursor.read(request.args.get("after"), request.args.get("before")), reader()
    return render_template(
        f"{ROOM}/leavers.html", page=queries.leavers_page(person, cursor),
        sees_figures=person.holds(*SEES_CAUSES), can_import=person.holds(*HR_OFFICERS),
        can_record=person.holds(*HR_OFFICERS) or bool(queries.team_of(person, clock.today())),
    )  # fmt: skip


@blueprint.route("/leavers/new", methods=["GET", "POST"])
def new_leaver() -> Any:
    """Ask who leaves, when and how. What will follow is shown before anything is recorded."""
    form = _form(reader())
    if not form.validate_on_submit():
        return render_template(f"{ROOM}/new-leaver.html", form=form), 422 if form.errors else 200
    try:
        person = _chosen(form)
        day, immediate = cast(date, form.last_working_day.data), form.immediate.data == "yes"
        operations.preview_leaver(person, last_working_day=day, immediate=immediate, by=reader(), at=clock.now())
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return render_template(f"{ROOM}/new-leaver.html", form=form), 422
    where = url_for(".preview", person=person.id, day=day.isoformat(), immediate="yes" if immediate else "no")
    return redirect(where, 303)


@blueprint.errorhandler(LeavesAlready)
def leaves_already(refusal: LeavesAlready) -> Any:
    """Lead to what was recorded first."""
    refusal.back_href, refusal.back_text = url_for(".leaver", notice_id=refusal.first_id), "Open what was recorded"
    return answer_refusal(refusal)


@blueprint.get("/leavers/preview")
def preview() -> Any:
    """What will follow, as three numbers and account by account; nothing is recorded yet."""
    person, day, immediate = _answers(request.args)
    plan = operations.preview_leaver(
        person, last_working_day=day, immediate=immediate, by=reader(), at=clock.now()
    )
    form = forms.ConfirmLeaverForm(
        formdata=None, person=str(person.id), day=day.isoformat(), immediate="yes" if immediate else "no"
    )
    return render_template(
        f"{ROOM}/preview.html", plan=plan, form=form, today=clock.today(), calendar=working_calendar(), pack=pack(),
        how=plan_worked_out(plan), left_empty=titled(operations.roles_left_empty([person], clock.today())),
        deputises=queries.deputy_of(person),
    )  # fmt: skip


@blueprint.post("/leavers")
def record() -> Any:
    """Record it: access ends, passwords change, hand-overs are asked for."""
    person, day, immediate = _answers(request.form)
    teller, now = reader(), clock.now()
    begin_writing(person)
    notice = operations.record_leaver(person, last_working_day=day, immediate=immediate, by=teller, at=now)
    commit()
    flash(f"You recorded that {person.name} {notice.leaves}.", "success")
    return redirect(url_for(".leaver", notice_id=notice.id), 303)


@blueprint.get("/leavers/<uuid:notice_id>")
def leaver(notice_id: uuid.UUID) -> Any:
    """The chain: one line for each account, from access ended to the keeper of the register told."""
    notice = queries.notice_for(reader(), notice_id)
    if notice is None:
        raise NothingHere
    chain = queries.chain_of(notice, clock.today())
    return render_template(
        f"{ROOM}/leaver.html", notice=notice, chain=chain, today=clock.today(), how=leaver_worked_out(notice, chain),
        verified_how=verifications_worked_out(chain),
        hand_over_how=hand_overs_worked_out(row.hand_over_by for row in chain if row.still_to_hand_over),
        calendar=working_calendar(), taken=_time_taken(notice, chain), history=timeline([notice.id]), pack=pack(),
        complete=notice.status is NoticeStatus.COMPLETE, opens_rotations=reader().holds(*SEES_CAUSES),
        can_change_passwords=reader().holds(*KEEPERS) and any(row.status is RotationStatus.DUE for row in chain),
        takings=queries.certificate_takings(notice) if notice.status is NoticeStatus.COMPLETE else [],
        deputises=[] if notice.is_withdrawn or notice.came_back else queries.deputy_of(notice.person),
        lost=_lost(notice), opens_accounts=reader().holds(*SEES_EVERYTHING),
        takes_certificate=notice.certificate_can_be_taken_by(reader()), **_acts(notice, reader()),
    )  # fmt: skip


def _acts(notice: LeaverNotice, person: Person) -> dict[str, bool]:
    """What the reader may record of it now; the acts say why not."""
    stands = not notice.is_withdrawn and not notice.came_back
    return {
        "can_change": stands and queries.may_record_leaver(person, notice.person),
        "can_undo": notice.can_be_undone_by(person) and not notice.is_over_for_good(clock.today()),
        "can_take_back": notice.can_be_taken_back_by(person),
    }


def _lost(notice: LeaverNotice) -> list[Any]:
    """What somebody who stays, or leaves later than at once, has no access to any more."""
    if notice.is_withdrawn:
        return queries.not_given_back(notice, clock.today()) if notice.person.last_working_day is None else []
    works_on = notice.changed_at is not None and not notice.locks_out
    return queries.not_given_back(notice, clock.today(), called_off=False) if works_on else []


def _form(person: Person) -> forms.AnyLeaverForm | forms.TeamLeaverForm:
    if person.holds(*HR_OFFICERS):
        return forms.AnyLeaverForm()
    team = queries.team_of(person, clock.today())
    if not team:
        raise NotAllowed("Only HR or a line manager can record that somebody leaves.", what_now="Tell HR when they leave.")
    if len(team) > queries.MOST_TO_CHOOSE:
        return forms.AnyLeaverForm()
    choices = [(str(one.id), label) for one, label in labels_to_choose(team)]
    return forms.TeamLeaverForm(choices={"person": choices})


def _chosen(form: forms.AnyLeaverForm | forms.TeamLeaverForm) -> Person:
    if isinstance(form, forms.AnyLeaverForm):
        return person_of_line(form.person.data)
    found = person_by_id(uuid.UUID(form.person.data))
    if found is None:
        raise InvalidInput("Select who leaves", field="person")
    return found


def _answers(sent: Any) -> Answers:
    """What a preview was asked for, from its address or its button; what cannot be read was not made by our page."""
    try:
        person = person_by_id(uuid.UUID(sent.get("person", "")))
        day = date.fromisoformat(sent.get("day", ""))
    except ValueError:
        person = None
    if person is None:
        raise NothingHere
    return person, day, sent.get("immediate") == "yes"


def _time_taken(notice: LeaverNotice, chain: Sequence[ChainRow]) -> str:
    """How long it took from their leaving until the last change was verified; nothing where no password had to change."""
    verified = [row.verified_at for row in chain if row.verified_at is not None]
    return proof_words(notice.gone_at, max(verified)) if verified else ""
