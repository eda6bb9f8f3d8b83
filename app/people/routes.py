"""Signing in and out, how the reader wants to be written to, and who is close to whom."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import AlreadyDone, InvalidInput, NothingHere, demand
from app.core.forms import ProbityForm
from app.core.paging import Cursor
from app.people import blueprint, operations, relating, signing_in
from app.people.forms import (
    AppointForm,
    CloseToMeForm,
    EndRoleForm,
    MailChoiceForm,
    RecordedOverForm,
    RelationshipForm,
    SignInForm,
    TakeBackForm,
)
from app.people.models import DeclaredRelationship, MailChoice, Person, RelationshipKind, Role
from app.people.queries import appointments, person_by_email, person_by_id, who_has_now


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Ask who somebody is, and begin their session."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form), 422 if form.errors else 200
    now = clock.now()
    try:
        person = signing_in.check_password(
            form.email.data, form.password.data, address=request.remote_addr or "", at=now
        )
    except InvalidInput as refusal:
        form.add_refusal(refusal)
        return render_template("people/sign_in.html", form=form), 422
    begin_writing()
    signing_in.start_session(person, at=now)
    commit()
    session.clear()  # a fresh cookie for a fresh session: nothing set before the sign-in survives it
    login_user(person)
    return redirect(_wanted_page(), 303)


@blueprint.post("/sign-out")
def sign_out() -> Any:
    """End the session, here and for whoever copied its cookie."""
    person = current_user._get_current_object()
    begin_writing()
    signing_in.end_session(person, at=clock.now())
    commit()
    logout_user()
    session.clear()
    flash("You signed out.", "success")
    return redirect(url_for("people.sign_in"), 303)


@blueprint.route("/how-we-write-to-you", methods=["GET", "POST"])
def mail_choice() -> Any:
    """The reader chooses when they are told by e-mail that something waits for them."""
    person = current_user._get_current_object()
    form = MailChoiceForm(data={"mail_choice": person.mail_choice})
    if not form.validate_on_submit():
        return render_template("people/mail_choice.html", form=form, person=person), 422 if form.errors else 200
    now = clock.now()
    begin_writing(person)
    operations.choose_mail(person, MailChoice(form.mail_choice.data or ""), by=person, at=now)
    commit()
    flash("You chose how we write to you.", "success")
    return redirect(url_for("home.messages"), 303)


def _wanted_page() -> str:
    """The page somebody wanted before they had to sign in, if it is one of ours that can be opened."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    is_plain = wanted.isprintable() and "\\" not in wanted
    is_ours = is_plain and wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and not parts.scheme
    return wanted if is_ours and _opens(parts.path) else url_for("home.index")


def _opens(path: str) -> bool:
    """Whether there is a page to open at a path: what is only sent to, as signing out is, cannot be come back to."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


@blueprint.route("/close-to-you", methods=["GET", "POST"])
def close_to_you() -> Any:
    """What somebody declared of themselves, and the form to declare more."""
    person, now, form = _reader(), clock.now(), CloseToMeForm()
    if not form.validate_on_submit():
        return _own_page(form), 422 if form.errors else 200
    try:
        other = known_by_address(form.email.data, "email")
        begin_writing(person)  # one at a time for one person: the second click finds what the first recorded
        relating.relate(person, other, RelationshipKind(form.kind.data or ""), by=person, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _own_page(form), 422
    commit()
    flash(f"You declared that {other.name} is close to you. It counts once Human Resources have confirmed it.", "success")
    return redirect(url_for(".close_to_you"), 303)


@blueprint.post("/close-to-you/<uuid:tie_id>/end")
def end_close_to_you(tie_id: uuid.UUID) -> Any:
    """Say that it is over."""
    person, now = _reader(), clock.now()
    tie = relating.declared_relationship(tie_id, person)
    if tie is None:
        raise NothingHere
    begin_writing(tie)
    relating.end_relationship(tie, by=person, at=now)
    commit()
    is_over = tie.until is not None
    said = "You took it back." if is_over else "You said that it is over. It counts until Human Resources have confirmed it."
    flash(f"{said} {tie.other.name} is not told.", "success")
    return redirect(url_for(".close_to_you"), 303)


@blueprint.route("/relationships/record", methods=["GET", "POST"])
def record_relationship() -> Any:
    """HR records that two people are close. Nothing that is recorded is shown here."""
    person, now, form = _reader(), clock.now(), RelationshipForm()
    if not form.validate_on_submit():
        return _record_page(form), 422 if form.errors else 200
    try:
        one, other = known_by_address(form.email.data, "email"), known_by_address(form.other_email.data, "other_email")
        begin_writing(person)
        kind = RelationshipKind(form.kind.data or "")
        relating.relate(one, other, kind, by=person, at=now, reason=form.reason.data)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _record_page(form), 422
    commit()
    flash("You recorded it. It counts once somebody else has confirmed it. Neither of the two is told.", "success")
    return redirect(url_for(".record_relationship"), 303)


@blueprint.get("/relationships/recorded")
def recorded_relationships() -> Any:
    """What HR recorded, for HR officers who are near neither of the two."""
    cursor = Cursor.read(request.args.get("after"), request.args.get("before"))
    page = relating.recorded_page(_reader(), clock.today(), cursor)
    ties = [row.DeclaredRelationship for row in page.rows]
    return render_template("people/recorded_relationships.html", page=page, ties=ties, me=_reader())


@blueprint.route("/relationships/<uuid:tie_id>/over", methods=["GET", "POST"])
def say_recorded_over(tie_id: uuid.UUID) -> Any:
    """Say of what HR recorded that it is over or was a mistake; or take it back where it does not count yet."""
    person, now = _reader(), clock.now()
    tie = relating.recorded_relationship(tie_id, person, clock.local_day(now))
    if tie is None:
        raise NothingHere
    relating.demand_word(tie, person)
    form = RecordedOverForm() if tie.since else TakeBackForm()
    if not form.validate_on_submit():
        return _over_page(form, tie), 422 if form.errors else 200
    begin_writing(tie)
    said = form.answers()
    over_from = form.over_from.data if said.get("what") == "over" else None
    try:
        relating.say_recorded_over(tie, by=person, at=now, over_from=over_from, reason=said.get("reason", ""))
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _over_page(form, tie), 422
    commit()
    waits = "It counts until somebody else has confirmed what you said. Neither of the two is told."
    flash("You took it back." if tie.until else f"You said so. {waits}", "success")
    return redirect(url_for(".recorded_relationships"), 303)


@blueprint.get("/relationships")
def relationships() -> Any:
    """What was declared or recorded of close relationships and waits for the reader to confirm it."""
    return _to_confirm_page()


@blueprint.post("/relationships/<uuid:tie_id>/confirm")
def confirm_relationship(tie_id: uuid.UUID) -> Any:
    """Confirm what was said of a close relationship."""
    tie, now = _to_judge(tie_id), clock.now()
    begin_writing(tie)
    try:
        relating.confirm_relationship(tie, by=_reader(), at=now, seen=request.form.get("what_waits"))
    except InvalidInput as refusal:
        db.session.rollback()
        return _to_confirm_page(refusal), 422
    commit()
    flash("You confirmed it.", "success")
    return redirect(url_for(".relationships"), 303)


@blueprint.post("/relationships/<uuid:tie_id>/turn-down")
def turn_down_relationship(tie_id: uuid.UUID) -> Any:
    """Do not confirm what was said of a close relationship."""
    tie, now = _to_judge(tie_id), clock.now()
    begin_writing(tie)
    relating.turn_down_relationship(tie, by=_reader(), at=now, seen=request.form.get("what_waits"))
    commit()
    flash("You did not confirm it.", "success")
    return redirect(url_for(".relationships"), 303)


def _to_judge(tie_id: uuid.UUID) -> DeclaredRelationship:
    tie = relating.relationship_to_judge(tie_id, _reader(), clock.today())
    if tie is None:
        raise NothingHere
    return tie


def _to_confirm_page(refusal: InvalidInput | None = None) -> str:
    form = ProbityForm(formdata=None)
    if refusal is not None:
        form.add_refusal(refusal)
    return render_template("people/relationships.html", form=form, ties=relating.to_confirm(_reader(), clock.today()))


@blueprint.route("/roles", methods=["GET", "POST"])
def roles() -> Any:
    """Who holds which role since when; an administrator appoints from today on."""
    person, now, form = _reader(), clock.now(), AppointForm()
    if not form.validate_on_submit():
        return _roles_page(form), 422 if form.errors else 200
    try:
        appointed, role = known_by_address(form.email.data, "email"), Role(form.role.data or "")
        begin_writing(appointed)
        operations.appoint(appointed, role, by=person, since=clock.local_day(now), at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _roles_page(form), 422
    commit()
    flash(f"You appointed {appointed.name} as {role.label}, from today on.", "success")
    return redirect(url_for(".roles"), 303)


@blueprint.route("/roles/<uuid:person_id>/<role_name>/end", methods=["GET", "POST"])
def end_role(person_id: uuid.UUID, role_name: str) -> Any:
    """Ask whether a role is to end, with what follows; then take it away, at once."""
    person, now, whose = _reader(), clock.now(), person_by_id(person_id)
    if whose is None or role_name not in list(Role):
        raise NothingHere
    form = EndRoleForm()
    if not form.validate_on_submit():
        return _end_role_page(form, whose, Role(role_name)), 422 if form.errors else 200
    begin_writing(whose)
    last_day = clock.local_day(now) - timedelta(days=1)
    try:
        operations.end_role(whose, Role(role_name), by=person, last_day=last_day, at=now)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _end_role_page(form, whose, Role(role_name)), 422
    commit()
    flash(f"{whose.name} is no longer {Role(role_name).label}, from this moment on.", "success")
    return redirect(url_for(".roles"), 303)


def _end_role_page(form: EndRoleForm, whose: Person, role: Role) -> str:
    demand(_reader().may_give_roles_to(whose), "Only another administrator can end this role.", what_now="Ask one.")
    today = clock.today()
    held = appointments(today)[role]
    if all(one.person_id != whose.id for one in held):
        raise AlreadyDone(f"{whose.name} does not hold this role any more.", what_now="You need do nothing.")
    others = [one.person.name for one in held if one.person_id != whose.id and one.runs_on(today)]
    alone = role is Role.HR_MANAGER and len(others) == 1
    return render_template("people/end-role.html", form=form, whose=whose, role=role, others=others, alone=alone)


def _roles_page(form: AppointForm) -> str:
    if request.method == "GET":
        form = AppointForm(formdata=None, role=request.args.get("role", ""))
    today = clock.today()
    panels = current_app.extensions["registries"].panels_for("roles", today, _reader())
    return render_template("people/roles.html", form=form, held=appointments(today), me=_reader(), panels=panels)


def _own_page(form: CloseToMeForm) -> str:
    if request.method == "GET":
        form = CloseToMeForm(formdata=None)
    return render_template("people/close_to_you.html", form=form, ties=relating.declared_by(_reader()), me=_reader())


def _record_page(form: RelationshipForm) -> str:
    return render_template("people/record_relationship.html", form=form)


def _over_page(form: ProbityForm, tie: DeclaredRelationship) -> str:
    return render_template("people/recorded_over.html", form=form, tie=tie)


def known_by_address(email: str | None, field: str) -> Person:
    """The person whose work address somebody typed; it is refused at its field where nobody has it."""
    typed = email or ""
    person = person_by_email(typed)
    if person is None:
        now = who_has_now(typed)
        what_now = f"{now}. Enter that one" if now else "Check it, or ask HR"
        words = f"Nobody is recorded with the address {typed.strip()}. {what_now}"
        raise InvalidInput(words, field=field)
    return person


def _reader() -> Person:
    person: Person = current_user._get_current_object()
    return person
