"""Writing the next version of a policy, having it approved, and publishing it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import begin_writing, commit
from app.core.errors import NothingHere, demand
from app.core.forms import ProbityForm, tried
from app.core.seen import ChangedSince
from app.policy import blueprint, forms_keeping, operations, queries
from app.policy.models import DraftParagraph, PolicyDraft, Precision
from app.policy.routes.shared import document_or_nothing, reader


@blueprint.post("/<slug>/drafts")
def begin_draft(slug: str) -> Any:
    """Begin the next version as a copy of the one that it will follow."""
    document, now = document_or_nothing(slug), clock.now()
    begin_writing(document)  # one at a time: there is one draft
    draft = operations.begin_draft(document, by=reader(), at=now)
    commit()
    flash("You began the next version. Nobody is asked to agree to it before you publish it.", "success")
    return redirect(url_for("policy.draft", draft_id=draft.id), 303)


@blueprint.get("/drafts/<uuid:draft_id>")
def draft(draft_id: UUID) -> Any:
    """The draft: what is still missing, what it changes, who approved it, and what comes next."""
    found = _draft(draft_id)
    sections = list(dict.fromkeys(one.section for one in found.paragraphs))
    return render_template(
        "policy/draft.html", draft=found, sections=sections, person=reader(), today=clock.today(), **_compared(found)
    )


@blueprint.get("/drafts/<uuid:draft_id>/sections/<int:number>")
def draft_section(draft_id: UUID, number: int) -> Any:
    """One section of the draft, paragraph by paragraph."""
    found = _draft(draft_id)
    sections = list(dict.fromkeys(one.section for one in found.paragraphs))
    if not 1 <= number <= len(sections):
        raise NothingHere
    lines = [one for one in found.paragraphs if one.section == sections[number - 1]]
    return render_template(
        "policy/draft-section.html", draft=found, section=sections[number - 1], lines=lines,
        can_write=found.can_be_written_by(reader()),
    )  # fmt: skip


@blueprint.route("/drafts/<uuid:draft_id>/details", methods=["GET", "POST"])
def draft_details(draft_id: UUID) -> Any:
    """What is said about the version beside its text."""
    found, now = _draft(draft_id), clock.now()
    if request.method == "GET":  # what is posted is refused by the act
        operations.must_be_writable(found, reader())
    form = forms_keeping.DetailsForm.of(found)
    if form.validate_on_submit():
        details = operations.DraftDetails(
            label=form.label.data, guardian=form.guardian.data, owner=form.owner.data, reviewer=form.reviewer.data,
            effective_on=form.effective_on.data, next_review_on=form.next_review_on.data,
            next_review_precision=Precision(form.next_review_precision.data or "day"),
            is_material={"yes": True, "no": False}.get(form.is_material.data or ""),
            change_note=form.change_note.data, linked_documents=form.linked_documents.data,
        )  # fmt: skip
        seen = form.seen.number
        if _carried_out(form, [found], lambda: operations.describe_draft(found, details, by=reader(), at=now, seen=seen)):
            flash("You saved what is said about the version.", "success")
            return _back(found)
    form.seen.data = str(found.version)
    return _form_page("policy/draft-details.html", form, draft=found, before=queries.followed_by(found))


@blueprint.route("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>", methods=["GET", "POST"])
def draft_paragraph(draft_id: UUID, paragraph_id: UUID) -> Any:
    """Word a paragraph anew."""
    found, now = _draft(draft_id), clock.now()
    paragraph = _paragraph(found, paragraph_id)
    form = forms_keeping.ParagraphForm(obj=paragraph)
    if form.validate_on_submit():
        heading, summary, seen = form.heading.data, form.summary.data, form.seen.data
        if _carried_out(
            form, [found],
            lambda: operations.change_paragraph(
                paragraph, heading=heading, summary=summary, by=reader(), at=now, seen=seen
            ),
        ):  # fmt: skip
            flash(f"You changed paragraph {paragraph.number}.", "success")
            return _to_section(found, paragraph)
    form.seen.data = operations.text_fingerprint([paragraph])
    return _form_page(
        "policy/draft-paragraph.html", form, draft=found, paragraph=paragraph, beside=paragraph.beside(),
        can_write=found.can_be_written_by(reader()),
    )  # fmt: skip


@blueprint.route("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/add", methods=["GET", "POST"])
def add_paragraph(draft_id: UUID, paragraph_id: UUID) -> Any:
    """Add a paragraph behind another."""
    found, now = _draft(draft_id), clock.now()
    after, form = _paragraph(found, paragraph_id), forms_keeping.NewParagraphForm()
    if form.validate_on_submit():
        number, heading, summary = form.number.data, form.heading.data, form.summary.data
        if _carried_out(
            form, [found],
            lambda: operations.add_paragraph(
                found, after, number=number, heading=heading, summary=summary, by=reader(), at=now
            ),
        ):  # fmt: skip
            flash(f"You added paragraph {number}.", "success")
            return _to_section(found, after)
    return _form_page("policy/draft-new-paragraph.html", form, draft=found, after=after)


@blueprint.post("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/<where>/<uuid:past_id>")
def move_paragraph(draft_id: UUID, paragraph_id: UUID, where: str, past_id: UUID) -> Any:
    """Move a paragraph up or down past another, which is named: a second click moves it no further."""
    found, now = _draft(draft_id), clock.now()
    if where not in ("above", "below"):
        raise NothingHere
    paragraph, past = _paragraph(found, paragraph_id), _paragraph(found, past_id)
    begin_writing(found)
    if operations.move_paragraph(paragraph, past, up=where == "above", by=reader(), at=now):
        commit()
        flash(f"You moved paragraph {paragraph.number}: it stands {where} {past.number} now.", "success")
    return redirect(url_for("policy.draft_paragraph", draft_id=draft_id, paragraph_id=paragraph_id), 303)


@blueprint.post("/drafts/<uuid:draft_id>/paragraphs/<uuid:paragraph_id>/remove")
def remove_paragraph(draft_id: UUID, paragraph_id: UUID) -> Any:
    """Leave a paragraph out."""
    found, now = _draft(draft_id), clock.now()
    paragraph = _paragraph(found, paragraph_id)
    begin_writing(found)
    operations.remove_paragraph(paragraph, by=reader(), at=now)
    commit()
    flash(f"You left paragraph {paragraph.number} out of the next version.", "success")
    return _back(found)


@blueprint.post("/drafts/<uuid:draft_id>/send")
def send_draft(draft_id: UUID) -> Any:
    """Give the draft to those who approve it."""
    found, now = _draft(draft_id), clock.now()
    begin_writing(found)
    operations.send_for_approval(found, by=reader(), at=now)
    commit()
    flash("The draft is ready to be approved. Its text stays as it is now.", "success")
    return _back(found)


@blueprint.post("/drafts/<uuid:draft_id>/take-back")
def take_draft_back(draft_id: UUID) -> Any:
    """Take the draft back to change it."""
    found, now = _draft(draft_id), clock.now()
    begin_writing(found)
    operations.take_back(found, by=reader(), at=now)
    commit()
    flash("You took the draft back. Its approvals were of another text, so they are gone.", "success")
    return _back(found)


@blueprint.route("/drafts/<uuid:draft_id>/approvals", methods=["GET", "POST"])
def draft_approval(draft_id: UUID) -> Any:
    """Record that a body approved the draft."""
    found, now = _draft(draft_id), clock.now()
    operations.must_be_in_approval(found, reader())
    form = forms_keeping.ApprovalForm(data={"body": request.args.get("body")}).offering(_bodies(found))
    if form.validate_on_submit():
        body, on, why = form.body_meant, form.approved_on.data, form.why_no_day.data
        if _carried_out(
            form, [found],
            lambda: operations.record_approval(found, body, on, why_no_day=why, by=reader(), at=now),
        ):  # fmt: skip
            flash(f"You recorded the approval of {body}.", "success")
            return _back(found)
    return _form_page("policy/draft-approval.html", form, draft=found)


@blueprint.route("/drafts/<uuid:draft_id>/publish", methods=["GET", "POST"])
def publish_draft(draft_id: UUID) -> Any:
    """Check everything once more, and publish."""
    found, now = _draft(draft_id), clock.now()
    operations.must_be_in_approval(found, reader())
    open_reasons = queries.reasons_of(found.slug, only_open=True)
    form = forms_keeping.PublishForm().offering(open_reasons)
    if form.validate_on_submit():
        chosen = set(form.reasons.data) if form.reasons else set()
        answers = [one for one in open_reasons if str(one.id) in chosen]
        why = form.why_before_approval.data
        if _carried_out(
            form, [found.document, found],  # the document too: nobody withdraws the version that it follows meanwhile
            lambda: operations.publish_draft(found, answers=answers, why_before_approval=why, by=reader(), at=now),
        ):  # fmt: skip
            flash("You published the version.", "success")
            return redirect(url_for("policy.versions", slug=found.slug), 303)
    return _form_page("policy/publish.html", form, draft=found, today=clock.today(), **_compared(found))


@blueprint.post("/drafts/<uuid:draft_id>/withdraw")
def withdraw_draft(draft_id: UUID) -> Any:
    """Give the next version up."""
    found, now = _draft(draft_id), clock.now()
    begin_writing(found)
    operations.withdraw_draft(found, by=reader(), at=now)
    commit()
    flash("You gave the draft up. The version in force stays as it is.", "success")
    return redirect(url_for("policy.keeping", slug=found.slug), 303)


def _draft(draft_id: UUID) -> PolicyDraft:
    found = queries.draft_by_id(draft_id)
    if found is None:
        raise NothingHere
    demand(found.is_kept_by(reader()), operations.NOT_THE_GUARDIAN)
    return found


def _compared(found: PolicyDraft) -> dict[str, Any]:
    """The version that a draft follows, and what the draft changes against it."""
    before = queries.followed_by(found)
    paragraphs = before.paragraphs if before else ()
    return {
        "before": before, "changes": queries.changes_between(paragraphs, found.paragraphs),
        "facts_as_before": queries.facts_as_before(paragraphs, found.paragraphs),
        "outstanding": found.outstanding(one.body for one in before.approvals) if before and found.is_open else [],
    }  # fmt: skip


def _bodies(found: PolicyDraft) -> list[str]:
    """The bodies that approved the version before, and those that are recorded of the draft beside them."""
    before = queries.followed_by(found)
    known = [one.body for one in found.approvals]
    return [*(found.outstanding(one.body for one in before.approvals) if before else []), *known]


def _paragraph(found: PolicyDraft, paragraph_id: UUID) -> DraftParagraph:
    paragraph = next((one for one in found.paragraphs if one.id == paragraph_id), None)
    if paragraph is None:
        raise NothingHere
    return paragraph


def _carried_out(form: ProbityForm, things: Sequence[Any], act: Any) -> bool:
    """Carry an act out on what it changes as that stands now; where it is refused, its sentence stands in the form."""
    begin_writing(*things)
    if not tried(act, form):
        return False
    commit()
    return True


def _form_page(template: str, form: ProbityForm, **shown: Any) -> tuple[str, int]:
    is_newer = form.answered_as == ChangedSince.status
    return render_template(template, form=form, is_newer=is_newer, **shown), form.answered_as


def _back(found: PolicyDraft) -> Response:
    return redirect(url_for("policy.draft", draft_id=found.id), 303)


def _to_section(found: PolicyDraft, paragraph: DraftParagraph) -> Response:
    sections = list(dict.fromkeys(one.section for one in found.paragraphs))
    number = sections.index(paragraph.section) + 1
    return redirect(url_for("policy.draft_section", draft_id=found.id, number=number), 303)
