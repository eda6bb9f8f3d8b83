"""Looking through one's own profile. There is one address, the same for everybody, and it shows the reader's own only."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit
from app.early_advice import blueprint, forms, operations, queries
from app.early_advice.models import ProfileLine
from app.early_advice.queries.worked_out import profile_worked_out
from app.early_advice.routes.common import ROOM, me, needs


@blueprint.route("/profile", methods=["GET", "POST"])
def profile() -> Any:
    """Four lines to look for, and what was found before."""
    needs("linkedin_profile_rule")
    person, now, form = me(), clock.now(), forms.ProfileForm()
    if not form.validate_on_submit():
        checks = queries.own_checks(person)
        how = profile_worked_out(checks[0]) if checks else None
        page = render_template(
            f"{ROOM}/profile.html", form=form, checks=checks, how=how, line_words=forms.LINE_WORDS
        )
        return page, 422 if form.errors else 200
    begin_writing(person)
    fine = [ProfileLine(value) for value in form.lines.data]
    check = operations.check_profile(fine, note=form.note.data, by=person, at=now)
    left = len(check.to_put_right)
    commit()
    flash(f"You kept it for yourself. {'There is something to put right.' if left else 'All is well.'}", "success")
    return redirect(url_for(".profile"), 303)


@blueprint.post("/profile/stop")
def stop_profile() -> Any:
    """Be reminded no more."""
    person, now = me(), clock.now()
    begin_writing(person)
    operations.stop_reminders(by=person, at=now)
    commit()
    flash("You will not be reminded of your profile any more.", "success")
    return redirect(url_for(".profile"), 303)
