"""Signing in and out, and how the reader wants to be written to."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import InvalidInput
from app.people import blueprint, operations, signing_in
from app.people.forms import MailChoiceForm, SignInForm
from app.people.models import MailChoice


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
