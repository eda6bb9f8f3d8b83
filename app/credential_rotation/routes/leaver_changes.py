"""Another last working day, leaving at once, or staying after all: what was recorded of a leaver is changed."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for

from app.account_register.models import SEES_EVERYTHING
from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.presentation import count_words
from app.credential_rotation import blueprint, forms, operations, queries
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.operations.leaving import ONLY_HR_OR_MANAGER, TELL_HR, already_withdrawn, demand_may_undo
from app.credential_rotation.routes.shared import reader
from app.credential_rotation.routes.worked_out import plan_worked_out
from app.policy.queries import pack, working_calendar

ROOM = "credential_rotation"


@blueprint.route("/leavers/<uuid:notice_id>/change", methods=["GET", "POST"])
def change_leaver(notice_id: uuid.UUID) -> Any:
    """Ask for the other day, and whether they leave at once. What will follow is shown before anything changes."""
    notice = _to_be_changed(notice_id)
    known = {"last_working_day": notice.last_working_day, "immediate": "yes" if notice.immediate else "no"}
    form = forms.ChangeLeaverForm(data=known)
    if not form.validate_on_submit():
        return _change_page(form, notice, 422 if form.errors else 200)
    day, immediate = cast(date, form.last_working_day.data), form.immediate.data == "yes"
    try:
        operations.preview_change(notice, last_working_day=day, immediate=immediate, by=reader(), at=clock.now())
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return _change_page(form, notice, 422)
    where = url_for(
        ".preview_leaver_change", notice_id=notice.id, day=day.isoformat(), immediate="yes" if immediate else "no"
    )
    return redirect(where, 303)


@blueprint.get("/leavers/<uuid:notice_id>/change/preview")
def preview_leaver_change(notice_id: uuid.UUID) -> Any:
    """What will follow from the change; nothing is changed yet."""
    notice = _to_be_changed(notice_id)
    day, immediate = _answers(request.args)
    plan = operations.preview_change(notice, last_working_day=day, immediate=immediate, by=reader(), at=clock.now())
    form = forms.ConfirmChangeForm(formdata=None, day=day.isoformat(), immediate="yes" if immediate else "no")
    return render_template(
        f"{ROOM}/preview.html", plan=plan, form=form, today=clock.today(), calendar=working_calendar(), notice=notice,
        how=plan_worked_out(plan), pack=pack(), opens_accounts=reader().holds(*SEES_EVERYTHING),
        lost=[] if plan.leaving.is_gone else queries.not_given_back(notice, clock.today(), called_off=False),
    )  # fmt: skip


@blueprint.post("/leavers/<uuid:notice_id>/change/record")
def record_leaver_change(notice_id: uuid.UUID) -> Any:
    """Record the change: access and what is still to be changed move with it."""
    notice = _to_be_changed(notice_id)
    day, immediate = _answers(request.form)
    now = clock.now()
    begin_writing(notice)
    operations.change_leaving(notice, last_working_day=day, immediate=immediate, by=reader(), at=now)
    gone = notice.locks_out
    again = "" if gone else _to_give_again(queries.not_given_back(notice, clock.local_day(now), called_off=False))
    commit()
    flash(f"You recorded that {notice.person.name} {notice.leaves} on another day or in another way.{again}", "success")
    return redirect(url_for(".leaver", notice_id=notice.id), 303)


@blueprint.route("/leavers/<uuid:notice_id>/withdraw", methods=["GET", "POST"])
def withdraw_leaver(notice_id: uuid.UUID) -> Any:
    """They stay after all: what is not done yet is stood down."""
    notice = _to_be_changed(notice_id)
    demand_may_undo(notice, reader(), at=clock.now())
    form = forms.WithdrawLeaverForm()
    if not form.validate_on_submit():
        page = render_template(
            f"{ROOM}/withdraw-leaver.html", form=form, notice=notice, pack=pack(), locked_out=notice.locks_out,
            lost=queries.not_given_back(notice, clock.today()), opens_accounts=reader().holds(*SEES_EVERYTHING),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    now = clock.now()
    begin_writing(notice)
    operations.withdraw_leaver(notice, by=reader(), at=now)
    again = _to_give_again(queries.not_given_back(notice, clock.local_day(now)))
    commit()
    flash(f"You recorded that {notice.person.name} stays.{again}", "success")
    return redirect(url_for(".leaver", notice_id=notice.id), 303)


def _change_page(form: forms.ChangeLeaverForm, notice: LeaverNotice, status: int) -> Any:
    page = render_template(
        f"{ROOM}/change-leaver.html", form=form, notice=notice, pack=pack(),
        lost=queries.not_given_back(notice, clock.today()), opens_accounts=reader().holds(*SEES_EVERYTHING),
    )  # fmt: skip
    return page, status


def _to_give_again(lost: Sequence[Any]) -> str:
    if not lost:
        return ""
    return f" They have no access to {count_words(len(lost), 'account')} any more: the list is below."


def _to_be_changed(notice_id: uuid.UUID) -> LeaverNotice:
    notice = queries.notice_for(reader(), notice_id)
    if notice is None:
        raise NothingHere
    demand(queries.may_record_leaver(reader(), notice.person), ONLY_HR_OR_MANAGER, what_now=TELL_HR)
    if notice.is_withdrawn:
        raise already_withdrawn(notice)
    return notice


def _answers(sent: Any) -> tuple[date, bool]:
    """What a preview was asked for, from its address or its button; what cannot be read was not made by our page."""
    try:
        return date.fromisoformat(sent.get("day", "")), sent.get("immediate") == "yes"
    except ValueError as error:
        raise NothingHere from error
