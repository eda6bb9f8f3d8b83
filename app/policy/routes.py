"""Reading the policy and agreeing to it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere
from app.policy import blueprint, operations, queries
from app.policy.forms import AcknowledgeForm
from app.policy.models import PolicyVersion


@blueprint.get("/")
def index() -> Any:
    """The policy in force today."""
    version = queries.current_version(clock.today())
    return redirect(url_for("policy.show", slug=version.slug), 303)


@blueprint.get("/<slug>")
def show(slug: str) -> Any:
    """The rules in force as readable text with numbered paragraphs."""
    return _page(_version(slug), AcknowledgeForm())


@blueprint.post("/<slug>/acknowledge")
def acknowledge(slug: str) -> Any:
    """Note that the reader agreed to the version they read."""
    form = AcknowledgeForm()
    if not form.validate():
        return _page(_version(slug), form), 422
    version = queries.version_in_force(clock.today())  # to agree, its hundred paragraphs need not be read again
    if version is None or version.slug != slug:
        raise NothingHere
    person = current_user._get_current_object()
    begin_writing(person)
    operations.acknowledge(person, version, at=clock.now())
    commit()
    flash("You agreed to this version of the policy.", "success")
    return redirect(url_for("policy.show", slug=slug), 303)


def _version(slug: str) -> PolicyVersion:
    version = queries.version_with_paragraphs(slug, clock.today())
    if version is None:
        raise NothingHere
    return version


def _page(version: PolicyVersion, form: AcknowledgeForm) -> str:
    return render_template(
        "policy/show.html",
        version=version,
        form=form,
        acknowledged_at=queries.acknowledged_at(current_user.id, version.id),
        pack=queries.pack(),
    )
