"""The guardian's desk: when the policy is reviewed next, why it should be revised, and which schools adopted it."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NothingHere, demand
from app.core.presentation import uk_date
from app.policy import blueprint, operations, queries
from app.policy.explaining import review_worked_out
from app.policy.forms_keeping import AdoptionForm, ReasonForm, ReviewForm, WithdrawVersionForm
from app.policy.models import PolicyDocument, RevisionCause
from app.policy.routes.shared import document_or_nothing, reader

SEES = "Only HR, the keepers of the register and the auditor see how the policy is kept."


@blueprint.get("/<slug>/keeping")
def keeping(slug: str) -> Any:
    """When a document is reviewed next, what asks for a revision, and the draft of its next version."""
    document, person = _seen(slug), reader()
    today = clock.today()
    return render_template(
        "policy/keeping.html", document=document, draft=queries.open_draft(slug), reasons=queries.reasons_of(slug),
        to_come=queries.versions_to_come(slug, today), review=queries.last_review(slug), how=review_worked_out(document),
        today=today, calendar=queries.working_calendar().estimating(), is_guardian=document.is_kept_by(person),
        schools=queries.pack().switches["schools_adopt"].value,
    )  # fmt: skip


@blueprint.route("/<slug>/reasons/new", methods=["GET", "POST"])
def new_reason(slug: str) -> Any:
    """Record that something changed and asks for a revision."""
    document, form, now = _kept(slug), ReasonForm(), clock.now()
    if not form.validate_on_submit():
        return render_template("policy/reason.html", form=form, document=document), 422 if form.errors else 200
    begin_writing(document)
    operations.record_reason(
        document, cause=RevisionCause(form.cause.data or ""), words=form.words.data,
        changed_on=cast(date, form.changed_on.data), by=reader(), at=now,
    )  # fmt: skip
    commit()
    flash("You recorded a reason to revise the policy.", "success")
    return redirect(url_for("policy.keeping", slug=slug), 303)


@blueprint.route("/<slug>/review", methods=["GET", "POST"])
def review(slug: str) -> Any:
    """Record that the version in force stays, and until when."""
    document, form, now = _kept(slug), ReviewForm(), clock.now()
    if form.validate_on_submit():
        next_on = cast(date, form.next_review_on.data)
        begin_writing(document)
        try:
            operations.record_review(document, words=form.words.data, next_review_on=next_on, by=reader(), at=now)
        except InvalidInput as refusal:
            db.session.rollback()
            form.add_refusal(refusal)
        else:
            commit()
            flash(f"You recorded the review. The next one is due on {uk_date(document.next_review_on)}.", "success")
            return redirect(url_for("policy.keeping", slug=slug), 303)
    return render_template("policy/review.html", form=form, document=document), 422 if form.errors else 200


@blueprint.route("/<slug>/versions/<uuid:version_id>/withdraw", methods=["GET", "POST"])
def withdraw_version(slug: str, version_id: UUID) -> Any:
    """Take a version back that is published and does not hold yet, and say why."""
    document, form, now = _kept(slug), WithdrawVersionForm(), clock.now()
    found = queries.version_called(slug, version_id)
    if found is None:
        raise NothingHere
    if form.validate_on_submit():
        begin_writing(document, found)  # the document too: nobody publishes what follows it meanwhile
        operations.withdraw_version(found, why=form.why.data, by=reader(), at=now)
        commit()
        flash(f"You withdrew {found.label}. It will not hold.", "success")
        return redirect(url_for("policy.versions", slug=slug), 303)
    operations.must_be_to_come(found, by=reader(), today=clock.local_day(now))
    before = queries.latest_published(slug, before=found.effective_on)
    return render_template(
        "policy/withdraw-version.html", form=form, version=found, before=before, draft=queries.open_draft(slug)
    ), 422 if form.errors else 200


@blueprint.get("/<slug>/schools")
def schools(slug: str) -> Any:
    """Which schools adopted the policy, which did not, and since when."""
    return _schools_page(_with_schools(_seen(slug)), AdoptionForm(formdata=None).offering(queries.schools_of_staff()))


@blueprint.post("/<slug>/schools")
def record_school(slug: str) -> Any:
    """Record what a school decided."""
    document, now = _with_schools(_kept(slug)), clock.now()
    form = AdoptionForm().offering(queries.schools_of_staff())
    if not form.validate():
        return _schools_page(document, form), 422
    begin_writing(document)  # one at a time: two must not record the same school
    try:
        made = operations.record_adoption(
            document, form.school_meant, adopted=form.adopted.data == "yes", decided_on=cast(date, form.decided_on.data),
            by=reader(), at=now,
        )  # fmt: skip
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _schools_page(document, form), 422
    commit()
    flash(f"You recorded what {made.school} decided.", "success")
    return redirect(url_for("policy.schools", slug=slug), 303)


def _schools_page(document: PolicyDocument, form: AdoptionForm) -> str:
    switch = queries.pack().switches["schools_adopt"]
    return render_template(
        "policy/schools.html", form=form, document=document, adoptions=queries.adoptions(document.slug),
        is_guardian=document.is_kept_by(reader()), source=queries.pack().cite(switch.sources),
    )  # fmt: skip


def _seen(slug: str) -> PolicyDocument:
    document = document_or_nothing(slug)
    demand(document.keeping_seen_by(reader()), SEES)
    return document


def _kept(slug: str) -> PolicyDocument:
    document = document_or_nothing(slug)
    demand(document.is_kept_by(reader()), operations.NOT_THE_GUARDIAN)
    return document


def _with_schools(document: PolicyDocument) -> PolicyDocument:
    if not queries.pack().switches["schools_adopt"].value:
        raise NothingHere
    return document
