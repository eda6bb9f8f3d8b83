"""Reading the policy: the version in force, earlier ones, one paragraph, some words, on paper."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.errors import NothingHere
from app.core.headers import as_attachment
from app.policy import blueprint, queries
from app.policy.documents import policy_document
from app.policy.models import SET_HERE, PolicyVersion, may_set_switches
from app.policy.routes.shared import document_or_nothing, reader


@blueprint.get("/")
def index() -> Any:
    """The policy in force today."""
    version = queries.current_version(clock.today())
    return redirect(url_for("policy.show", slug=version.slug), 303)


@blueprint.get("/<slug>")
def show(slug: str) -> Any:
    """The rules in force as readable text with numbered paragraphs."""
    return _page(_version(slug))


@blueprint.get("/<slug>/search")
def search(slug: str) -> Any:
    """The paragraphs of the version in force in which some words stand."""
    words = request.args.get("words", "")[:100]
    version = _version(slug)
    return render_template(
        "policy/search.html", version=version, words=words, found=queries.matching(version, words)
    )


@blueprint.get("/<slug>/<number>")
def paragraph(slug: str, number: str) -> Any:
    """One paragraph by the number with which it is cited, where it stands in the version in force."""
    anchor = queries.anchor_of(slug, number, clock.today())
    if anchor is None:
        raise NothingHere
    return redirect(url_for("policy.show", slug=slug, _anchor=anchor), 303)


@blueprint.get("/<slug>/versions/<uuid:version_id>/policy.pdf")
def pdf(slug: str, version_id: UUID) -> Any:
    """One exact version as a tagged PDF, or in large print."""
    found = queries.version_as_published(slug, version_id)
    if found is None:
        raise NothingHere
    large = request.args.get("print") == "large"
    made = policy_document(found, queries.installation().organisation_name, large_print=large)
    name = f"{slug}-{'large-print-' if large else ''}{found.label.lower().replace(' ', '-')}.pdf"
    return as_attachment(made, "application/pdf", name)


@blueprint.get("/<slug>/versions")
def versions(slug: str) -> Any:
    """Every version with the dates on which it was in force, who approved it and what it changed."""
    document, found, today, person = document_or_nothing(slug), queries.versions_of(slug), clock.today(), reader()
    return render_template(
        "policy/versions.html", document=document, versions=found, today=today,
        changes=queries.changes_of_versions(found, today), sees_keeping=document.keeping_seen_by(person),
        to_withdraw={version.id for version in found if version.can_be_withdrawn_by(person, today)},
    )  # fmt: skip


@blueprint.get("/<slug>/versions/<uuid:version_id>")
def version(slug: str, version_id: UUID) -> Any:
    """One exact version, also when another has taken its place since: what a past decision relied on; or one that is
    published and does not hold yet, for those who will agree to it.
    """
    today = clock.today()
    found = queries.version_as_published(slug, version_id)
    if found is None:
        raise NothingHere
    return _page(found, is_in_force=found.in_force_on(today), names_its_days=True)


def _version(slug: str) -> PolicyVersion:
    version = queries.version_with_paragraphs(slug, clock.today())
    if version is None:
        raise NothingHere
    return version


def _page(version: PolicyVersion, *, is_in_force: bool = True, names_its_days: bool = False) -> str:
    agreed_on, is_covered = queries.how_they_stand(current_user.id, version)
    return render_template(
        "policy/show.html",
        version=version,
        is_in_force=is_in_force,
        names_its_days=names_its_days,
        is_to_come=version.effective_on > clock.today(),
        agreed_on=agreed_on,
        review_is_past=version.next_review_on is not None and version.next_review_on < clock.today(),
        is_asked=is_in_force and not is_covered,
        switches=SET_HERE if may_set_switches(reader()) else {},
    )
