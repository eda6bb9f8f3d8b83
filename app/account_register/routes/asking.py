"""Asking for access, and the page on which it is advised on, approved or refused."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.account_register import blueprint, operations, queries
from app.account_register.forms import AdviseOnAccessForm, AskForAccessForm, DecideAccessForm
from app.account_register.models import SEES_EVERYTHING, AccessLevel, AccessRequest, AccessRequestStatus, LoginMode
from app.account_register.operations import WantedAccess
from app.account_register.operations.asking import ADVISED_WITHIN, DECIDED_WITHIN, refuse_older_request
from app.account_register.queries import RequestsShown
from app.account_register.routes.shared import reader
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, seen_or_nothing
from app.core.forms import ProbityForm
from app.core.paging import Cursor
from app.people.models import KEEPERS, Person
from app.policy.explaining import counted_from_receipt
from app.policy.queries import pack, working_calendar

FOLDER = "account_register/access"


@blueprint.get("/access-requests")
def access_requests() -> Any:
    """The access that was asked for, as far as the reader sees it, newest first."""
    shown = request.args.get("show", "")
    chosen = RequestsShown(shown) if shown in set(RequestsShown) else RequestsShown.OPEN
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    return render_template(
        f"{FOLDER}/requests.html", page=queries.requests_page(reader(), chosen, clock.today(), cursor), shown=chosen,
        parts=RequestsShown, today=clock.today(), calendar=working_calendar(),
    )  # fmt: skip


@blueprint.route("/ask-for-access", methods=["GET", "POST"])
def ask_for_access() -> Any:
    """Ask that somebody may use an account; their own manager approves it."""
    person, now = reader(), clock.now()
    account = queries.account_in_address(request.args.get("account"), person, clock.local_day(now))
    known: dict[str, Any] = {}
    if account is not None:
        known = {"account": f"{account.name} ({account.platform})", "login_mode": account.login_mode}
    asks_for_others = account is not None and account.owner_id == person.id
    known["person"] = "" if asks_for_others else person.email or person.name
    form = AskForAccessForm(data={"starts_on": clock.local_day(now), **known})
    if not pack().switches["training_before_access"].value:
        del form.trained_on
    if not person.holds(*KEEPERS):
        del form.advice
    if not form.validate_on_submit():
        return _ask_page(form), 422 if form.errors else 200
    try:
        wanted = _wanted(form, now)
        begin_writing(wanted.account)
        made = operations.ask_for_access(
            wanted, by=person, at=now, reason=form.reason.data, advice=form.advice.data if form.advice else ""
        )
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _ask_page(form), refusal.status
    commit()
    flash(_said(made), "success")
    return redirect(url_for(".show_access_request", request_id=made.id), 303)


def _wanted(form: AskForAccessForm, now: datetime) -> WantedAccess:
    day = clock.local_day(now)
    return WantedAccess(
        account=queries.account_meant(form.account.data, None, day),
        person=queries.person_to_choose(form.person.data, day, field="person"),
        level=AccessLevel(str(form.level.data)), login_mode=LoginMode(str(form.login_mode.data)),
        starts_on=form.starts_on.data or day, trained_on=form.trained_on.data if form.trained_on else None,
    )  # fmt: skip


def _said(made: AccessRequest) -> str:
    if made.status is AccessRequestStatus.APPROVED:
        return f"You approved access for {made.person.name}. They can use it once they have read the policy."
    return f"You asked for access for {made.person.name}. It waits for {made.who_decides(clock.today())} now."


@blueprint.get("/access-requests/<uuid:request_id>")
def show_access_request(request_id: uuid.UUID) -> Any:
    """What is asked for and why, who decides by when, and the form for whoever does."""
    return _page(_asked_or_nothing(request_id))


@blueprint.post("/access-requests/<uuid:request_id>/decide")
def decide_access(request_id: uuid.UUID) -> Any:
    """Approve or refuse access for somebody in one's team."""
    form = DecideAccessForm()

    def act(asked: AccessRequest, by: Person, at: datetime) -> str:
        if asked.can_be_decided_by(by):
            refuse_older_request(asked, form.seen.data or "")
        if form.decision.data == "refuse":
            operations.refuse_access(asked, by=by, at=at, reasons=form.reasons.data)
            return f"You refused access for {asked.person.name}."
        operations.approve_access(asked, by=by, at=at)
        return f"You approved access for {asked.person.name} to {asked.account.name}."

    return _carry_out(request_id, form, AccessRequest.can_be_decided_by, act)


@blueprint.post("/access-requests/<uuid:request_id>/advise")
def advise_on_access(request_id: uuid.UUID) -> Any:
    """Give the advice of the keeper of the register."""
    form = AdviseOnAccessForm()

    def act(asked: AccessRequest, by: Person, at: datetime) -> str:
        operations.advise_on_access(asked, by=by, at=at, advice=form.advice.data)
        return f"You gave your advice on access for {asked.person.name}."

    return _carry_out(request_id, form, AccessRequest.can_be_advised_by, act)


@blueprint.post("/access-requests/<uuid:request_id>/withdraw")
def withdraw_access_request(request_id: uuid.UUID) -> Any:
    """Take back what was asked for."""
    asked, person, now = _asked_or_nothing(request_id), reader(), clock.now()
    begin_writing(asked)
    operations.withdraw_access_request(asked, by=person, at=now)
    commit()
    flash("You took it back. Nobody need decide it any more.", "success")
    return redirect(url_for(".show_access_request", request_id=asked.id), 303)


def _carry_out(
    request_id: uuid.UUID,
    form: ProbityForm,
    may: Callable[[AccessRequest, Person], bool],
    act: Callable[[AccessRequest, Person, datetime], str],
) -> Any:
    """One answer on the page of a request. Whoever may not, or comes late, is told so by the act.

    The account is locked first, as it is where access is given directly: of the two at once one waits for the other.
    """
    asked, person, now = _asked_or_nothing(request_id), reader(), clock.now()
    if may(asked, person) and not form.validate():
        return _page(asked, form), 422
    begin_writing(asked.account, asked)
    try:
        said = act(asked, person, now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _page(_asked_or_nothing(request_id), form), refusal.status
    commit()
    flash(said, "success")
    return redirect(url_for(".show_access_request", request_id=asked.id), 303)


def _asked_or_nothing(request_id: uuid.UUID) -> AccessRequest:
    """The request, if the reader may see it. That it exists is no secret."""
    return seen_or_nothing(
        queries.request_by_id(request_id), reader(), "This request for access is not yours to see.",
        what_now="Ask whoever it is for, or the keeper of the register.",
    )  # fmt: skip


def _sees_account(asked: AccessRequest, person: Person) -> bool:
    """Whether the page of the account surely opens for this reader."""
    own = asked.person_id if asked.grant_id else None
    return person.holds(*SEES_EVERYTHING) or person.id in (own, asked.account.owner_id, asked.account.deputy_id)


def _ask_page(form: AskForAccessForm) -> str:
    chains = pack().chains
    sources = (*chains["access_approved_by"].sources, *chains["proposal_advised_by"].sources)
    cited = pack().cite(tuple(dict.fromkeys(sources)))
    return render_template(f"{FOLDER}/ask.html", form=form, cited=cited)


def _page(asked: AccessRequest, sent: ProbityForm | None = None) -> str:
    person, today = reader(), clock.today()
    decides, advises = asked.can_be_decided_by(person), asked.can_be_advised_by(person)
    form = sent if decides or advises else None
    if sent is None and decides:
        form = DecideAccessForm(formdata=None, data={"seen": asked.mark})
    elif sent is None and advises:
        form = AdviseOnAccessForm(formdata=None)
    how = {
        "advice": counted_from_receipt(ADVISED_WITHIN, asked.asked_at, asked.advise_by, since="It was asked for"),
        "decision": counted_from_receipt(DECIDED_WITHIN, asked.asked_at, asked.due_on, since="It was asked for"),
    }
    return render_template(
        f"{FOLDER}/request.html", asked=asked, reader=person, today=today, form=form, decides=decides, how=how,
        approves=asked.can_be_approved_by(person),
        first=queries.agreement_refusal(asked.person, today) if decides and asked.is_for_more else None,
        ended=asked.ended_by_itself(today), opens=_sees_account(asked, person), who=asked.who_decides(today),
        calendar=working_calendar(), pack=pack(), chains=pack().chains,
    )  # fmt: skip
