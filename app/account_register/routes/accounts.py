"""The register as a list, one account, and the acts on it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from app.account_register import blueprint, operations, queries
from app.account_register.forms import AccountForm, CloseForm, StatusForm, platform_choices
from app.account_register.health import what_is_missing
from app.account_register.models import SEES_EVERYTHING, Account, AccountStatus, LoginMode, TwoStep
from app.account_register.naming import (
    OTHER,
    OTHER_PLATFORM,
    canonical_platform,
    clean_url,
    former_names,
    platform_fields,
    platform_on,
)
from app.account_register.operations import AccountDetails
from app.account_register.operations.accounts import WHAT_IS_LEFT, refuse_closing_early
from app.account_register.operations.details import Seen, mark_of_details
from app.account_register.queries.same import Known
from app.account_register.queries.watch import how_many_to_settle, settled_with
from app.account_register.queries.worked_out import review_worked_out
from app.account_register.routes.filtering import (
    chosen_filters,
    export_href,
    filter_fields,
    left_out,
    page_href,
    read_filters,
)
from app.account_register.routes.shared import account_or_nothing, reader, warn_of_its_handle
from app.account_register.routes.worked_out import acknowledgement_worked_out
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere
from app.core.forms import Choice, Choices
from app.core.paging import Cursor
from app.core.registries import Registries
from app.people.models import KEEPERS
from app.people.queries import timeline
from app.policy.queries import current_version

STATUS_CHOICES = {
    AccountStatus.LIVE: Choice("live", "Put it back to live", hint="It is in use again."),
    AccountStatus.PAUSED: Choice("paused", "Pause it", hint="Nobody posts for a while."),
    AccountStatus.DORMANT: Choice("dormant", "Mark it as dormant", hint="It stays up, but nobody uses it any more."),
    AccountStatus.CLOSING: Choice(
        "closing", "Begin to close it", hint="Nobody new gets access. You close it once all access has ended."
    ),
}


OF_STATE = ("status",)


@blueprint.get("/")
def index() -> Any:
    """The accounts that the reader may see, with what is wrong with each."""
    viewer, day, filters = reader(), clock.today(), read_filters(request.args)
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    services = queries.services()
    page = queries.accounts_page(viewer, filters, cursor, day)
    return render_template(
        "account_register/index.html",
        overview=queries.overview(viewer, filters, day),
        page=page,
        next_href=page_href(filters, after=page.next_after),
        previous_href=page_href(filters, before=page.previous_before),
        fields=filter_fields(filters, services),
        chosen=chosen_filters(filters, services),
        left_out=left_out(request.args, filters),
        filters=filters,
        keeps=viewer.holds(*KEEPERS),
        sees_everything=viewer.holds(*SEES_EVERYTHING),
        csv_href=export_href(filters, "csv"),
        xlsx_href=export_href(filters, "xlsx"),
    )


@blueprint.get("/<uuid:account_id>")
def show(account_id: uuid.UUID) -> Any:
    """One account: what is wrong, what the register says, who has access, what happened."""
    viewer, day = reader(), clock.today()
    found = queries.account_with_health(viewer, account_id, day)
    if found is None:
        raise NothingHere
    account, health = found
    registries: Registries = current_app.extensions["registries"]
    linked = [one.id for one in (account.parent, *account.children_in_use) if one is not None]
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    holders = queries.holders_page(account, viewer, cursor, day)
    own = next((one.grant for one in holders.rows if one.grant.person_id == viewer.id and one.waits_for_its_holder), None)
    return render_template(
        "account_register/show.html",
        account=account,
        health=health,
        missing=what_is_missing(account),
        holders=holders,
        to_agree=own,
        opened=queries.accounts_opened_by(viewer, linked, day) if linked else set(),
        policy_slug=current_version(day).slug if own else "",
        how=acknowledgement_worked_out(own) if own else None,
        review_how=review_worked_out(account),
        panels=[
            Markup(render_template(panel.template, **panel.context))
            for panel in registries.panels_for("account", account, viewer)
        ],
        events=timeline(
            [account.id], knows_causes=account.causes_are_known_to(viewer), reader_id=viewer.id, most=25
        ),
        viewer=viewer,
        platform_was=former_names(account.platform),
        opened_as=platform_on(account.platform, account.opened_on) if account.opened_on else account.platform,
    )


@blueprint.route("/new", methods=["GET", "POST"])
def add_account() -> Any:
    """Put an account on the register; one that belongs to another begins with what is the same there."""
    parent = queries.account_in_address(request.args.get("belongs_to"), reader(), clock.today())
    form = account_form(_like(parent) if parent else None)
    if not form.validate_on_submit():
        return _account_page(form, parent), 422 if form.errors else 200
    now = clock.now()
    begin_writing(reader())  # of two clicks the second sees what the first has added
    try:
        details = entered_details(form, parent.id if parent else None)
        account = operations.register_account(details, by=reader(), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        known = refusal.known if isinstance(refusal, operations.AlreadyRegistered) else None
        return _account_page(form, parent, known), refusal.status
    commit()
    told = [f"{found.recorded_by.name} had told of it: that is settled with it."] if (found := settled_with(account)) else []
    said = ["Now give people access.", *told, *([form.derived] if form.derived else [])]
    flash(f"You put {account.name} on the register. {' '.join(said)}", "success")
    warn_of_its_handle(account)
    return redirect(url_for("account_register.show", account_id=account.id), 303)


def _like(parent: Account) -> dict[str, Any]:
    """What a linked group or tool has from the account that it belongs to."""
    return {
        **platform_fields(parent.platform), "service": str(parent.service_id or ""), "login_mode": parent.login_mode,
        "owner": (parent.owner.email or parent.owner.name) if parent.owner else "", "target_group": parent.target_group,
    }  # fmt: skip


@blueprint.route("/<uuid:account_id>/status", methods=["GET", "POST"])
def change_status(account_id: uuid.UUID) -> Any:
    """Pause an account, mark it as dormant, begin to close it, or put it back to live."""
    account = account_or_nothing(account_id)
    form = StatusForm(
        choices={"status": _states_after(account)}, data={"seen": mark_of_details(account, OF_STATE)}
    )  # fmt: skip
    if not form.is_submitted():
        return _status_page(form, account)
    if not form.validate() and not form.is_of_older_page:  # what it offered may not be there to choose any more
        return _status_page(form, account), 422
    now, seen = clock.now(), Seen(OF_STATE, form.seen.data or "")
    begin_writing(account)
    try:
        wanted = AccountStatus(str(form.status.data)) if form.status.data in set(AccountStatus) else account.status
        operations.change_status(account, wanted, by=reader(), at=now, reason=form.reason.data, seen=seen)
    except InvalidInput as refusal:
        db.session.rollback()
        account = account_or_nothing(account_id)
        form.status.choices, form.status.errors, form.reason.errors = _states_after(account), [], []
        form.add_refusal(refusal)
        return _status_page(form, account), refusal.status
    commit()
    flash(f"{account.name} is now {account.status.value}.", "success")
    return redirect(url_for("account_register.show", account_id=account.id), 303)


@blueprint.route("/<uuid:account_id>/close", methods=["GET", "POST"])
def close_account(account_id: uuid.UUID) -> Any:
    """Close an account to which nobody has access any more."""
    account, form = account_or_nothing(account_id), CloseForm()
    if not account.can_move_to(AccountStatus.CLOSED):
        raise AlreadyDone(
            "This account is closed already." if account.is_closed else "This account is not being closed yet.",
            what_now=_before_closing(account),
        )
    now = clock.now()
    if not form.is_submitted():
        return _close_page(form, account, _in_the_way(account, now))
    if not form.validate():
        return _close_page(form, account), 422
    begin_writing(account)
    _refuse_closing_early(account, now)
    operations.close_account(
        account, by=reader(), at=now, archive_kept=form.archive_kept.data, redirect_notice=form.redirect_notice.data
    )
    commit()
    flash(f"You closed {account.name}.", "success")
    return redirect(url_for("account_register.show", account_id=account.id), 303)


def _before_closing(account: Account) -> str:
    if account.is_closed:
        return "You need do nothing."
    return WHAT_IS_LEFT if account.status is AccountStatus.COMPROMISED else "Begin to close it first: change its state."


def _refuse_closing_early(account: Account, at: datetime) -> None:
    """Refuse while other rooms hold something against it, anybody has access, or what belongs to it is in use."""
    registries: Registries = current_app.extensions["registries"]
    reasons = registries.reasons_against("account:close", account)
    if reasons:
        raise AlreadyDone(" ".join(reasons), what_now="Do this first. Then close the account.")
    refuse_closing_early(account, at=at)


def _in_the_way(account: Account, at: datetime) -> AlreadyDone | None:
    """What keeps an account from being closed now, to be said before anybody writes the last words."""
    try:
        _refuse_closing_early(account, at)
    except AlreadyDone as refusal:
        return refusal
    return None


def _close_page(form: CloseForm, account: Account, in_the_way: AlreadyDone | None = None) -> str:
    return render_template("account_register/close.html", form=form, account=account, in_the_way=in_the_way)


def _states_after(account: Account) -> list[Choice]:
    """What the state of an account can be changed into by hand."""
    choices = [choice for status, choice in STATUS_CHOICES.items() if account.can_move_to(status)]
    if account.status == AccountStatus.COMPROMISED:
        raise AlreadyDone("The state of this account cannot be changed here.", what_now=WHAT_IS_LEFT)
    if not choices or account.gone is not None:
        raise AlreadyDone(
            "The state of this account cannot be changed any more.",
            what_now="You need do nothing." if account.is_closed else "It no longer exists or is lost: close it.",
        )
    return choices


def _status_page(form: StatusForm, account: Account) -> str:
    return render_template("account_register/status.html", form=form, account=account)


def account_form(known: Mapping[str, Any] | None, asks: type[AccountForm] = AccountForm) -> AccountForm:
    """The form of an account, with what is known of it already."""
    choices: dict[str, Choices] = {
        "platform": platform_choices(),
        "service": [(service.id, service.name) for service in queries.services()],
    }
    return asks(data=known, choices=choices)


def entered_details(form: AccountForm, parent_id: uuid.UUID | None = None) -> AccountDetails:
    """What was entered, as the register keeps it. Raises InvalidInput at a field."""
    day = clock.today()
    platform = form.platform.data or ""
    if platform == OTHER_PLATFORM:
        platform = OTHER + form.other_platform.data
    owner = queries.person_to_choose(form.owner.data, day, field="owner") if form.owner.data else None
    return AccountDetails(
        name=form.name.data,
        platform=canonical_platform(platform),
        handle=(form.handle.data.strip(" @") and form.handle.data) or None,
        url=clean_url(form.url.data),
        service_id=uuid.UUID(form.service.data) if form.service.data else None,
        owner_id=owner.id if owner else None,
        purpose=form.purpose.data,
        target_group=form.target_group.data,
        identification=form.identification.data,
        parent_id=parent_id,
        login_mode=LoginMode(str(form.login_mode.data)),
        two_step=TwoStep(str(form.two_step.data)),
    )


def _account_page(form: AccountForm, parent: Account | None, known: Known | None = None) -> str:
    return render_template(
        "account_register/account_form.html", form=form, parent=parent, known=known,
        found_in_use=how_many_to_settle(reader(), clock.today()),
    )  # fmt: skip
