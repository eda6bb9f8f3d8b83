"""Another day for somebody who moves or is away, or going on as before after all."""

import uuid
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, demand
from app.core.presentation import count_words, uk_date
from app.credential_rotation import blueprint, operations, queries
from app.credential_rotation.forms_moves import ChangeMoveForm, WithdrawMoveForm
from app.credential_rotation.models import SEES_CAUSES, Move, MoveKind
from app.credential_rotation.operations.move_changes import already_withdrawn
from app.credential_rotation.operations.moving import ONLY_HR_OR_MANAGER, TELL_HR
from app.credential_rotation.routes.moves import move_or_nothing
from app.credential_rotation.routes.shared import reader
from app.policy.queries import pack, working_calendar

ROOM = "credential_rotation"


@blueprint.route("/moves/<uuid:move_id>/change", methods=["GET", "POST"])
def change_move(move_id: uuid.UUID) -> Any:
    """Ask for the other day, say what moves with it, and record it."""
    move, now = _to_be_changed(move_id), clock.now()
    form = ChangeMoveForm(data={"last_day": move.last_day, "back_on": move.back_on})
    if not form.validate_on_submit():
        return _change_page(form, move, 422 if form.errors else 200)
    day = cast(date, form.last_day.data)
    back = form.back_on.data if move.kind is MoveKind.LONG_ABSENCE else None
    begin_writing(move)
    try:
        operations.change_move(move, last_day=day, back_on=back, by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _change_page(form, move, 422)
    commit()
    moved = "What had not ended yet, and passwords still to be changed, moved with it."
    flash(f"You changed the last day to {uk_date(day)}. {moved}", "success")
    return redirect(url_for(".move", move_id=move.id), 303)


@blueprint.route("/moves/<uuid:move_id>/withdraw", methods=["GET", "POST"])
def withdraw_move(move_id: uuid.UUID) -> Any:
    """They go on as before after all: what is not done yet is stood down."""
    move, form, now = _to_be_changed(move_id), WithdrawMoveForm(), clock.now()
    if not form.validate_on_submit():
        page = render_template(
            f"{ROOM}/withdraw-move.html", form=form, move=move, pack=pack(),
            lost=queries.lost_by_move(move, clock.today()), **_as_it_stands(move),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    begin_writing(move)
    operations.withdraw_move(move, by=reader(), at=now)
    lost = queries.lost_by_move(move, clock.local_day(now))
    commit()
    again = f" They have no access to {count_words(len(lost), 'account')} any more: the list is below." if lost else ""
    flash(f"You recorded that {move.person.name} goes on as before.{again}", "success")
    return redirect(url_for(".move", move_id=move.id), 303)


def _change_page(form: ChangeMoveForm, move: Move, status: int) -> Any:
    page = render_template(f"{ROOM}/change-move.html", form=form, move=move, kinds=MoveKind, **_as_it_stands(move))
    return page, status


def _as_it_stands(move: Move) -> dict[str, Any]:
    """What the list of accounts asks for: whoever changes something sees what it is about."""
    return {
        "holdings": queries.holdings_of(move), "today": clock.today(), "calendar": working_calendar(),
        "opens_rotations": reader().holds(*SEES_CAUSES),
    }  # fmt: skip


def _to_be_changed(move_id: uuid.UUID) -> Move:
    move = move_or_nothing(move_id)
    demand(queries.may_record_leaver(reader(), move.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if move.is_withdrawn:
        raise already_withdrawn(move)
    return move
