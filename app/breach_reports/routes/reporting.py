"""Reporting something: what to know before, one question a page, evidence, check, send."""

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from app.breach_reports import blueprint, forms, operations
from app.breach_reports.routes.steps import FINDING, NUMBERED, STEP_NAMED, Step, before, finding, following
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.drafts import Draft, draft_id, find_draft
from app.core.errors import InvalidInput, NothingHere
from app.core.evidence_files import remove_file, seal_file
from app.core.file_kinds import kind_called
from app.core.forms import ProbityForm
from app.core.typed_text import clean_line
from app.people.models import Person, Role
from app.people.queries import holders_of, person_by_id
from app.policy.queries import marked, pack, period


def _me() -> Person:
    person: Person = current_user._get_current_object()
    return person


def _draft() -> Draft | None:
    return find_draft(current_user.id, operations.DRAFT_KIND)


@blueprint.get("/report")
def before_you_start() -> Any:
    """Who will see a report, what happens then, and the other doors, before anything is asked."""
    return render_template(
        "breach_reports/before_you_start.html",
        draft=_draft(),
        form=forms.StartForm(),
        whistleblowing_officers=_whistleblowing_officers(),
        acknowledge_days=period("report_acknowledgement_working_days").value,
        triage_days=period("triage_working_days").value,
    )


def _whistleblowing_officers() -> list[Person]:
    if not pack().switches["whistleblowing"].value:
        return []
    return holders_of([Role.WHISTLEBLOWING_OFFICER], clock.today())


@blueprint.route("/report/<step>", methods=["GET", "POST"])
def question(step: str) -> Any:
    """One question of the report; the answer is kept sealed at once."""
    if step not in STEP_NAMED:
        raise NothingHere
    asked, today = STEP_NAMED[step], clock.today()
    draft = _draft()
    form = asked.make(draft.answers if draft is not None else {}, today)
    if request.method == "GET" or not form.validate():
        return _question_page(asked, form), 422 if form.errors else 200
    kept = asked.kept(form, today)
    person = _me()
    begin_writing(person)
    operations.keep_answers(person, kept, at=clock.now())
    commit()
    return redirect(_after(asked, kept), 303)


def _question_page(asked: Step, form: ProbityForm) -> str:
    earlier = before(asked)
    back = url_for("breach_reports.question", step=earlier) if earlier else url_for("breach_reports.before_you_start")
    number = NUMBERED.index(asked.name) + 1 if asked.name in NUMBERED else NUMBERED.index("who") + 1
    return render_template(
        f"breach_reports/{asked.template}.html",
        heading=asked.heading,
        form=form,
        caption=f"Report something: question {number} of {len(NUMBERED)}",
        back_href=url_for("breach_reports.check") if _changing() else back,
        **marked(),
    )


def _changing() -> bool:
    return request.args.get("from") == "check"


def _after(asked: Step, kept: dict[str, Any]) -> str:
    next_name = following(asked, kept, clock.today())
    if _changing():
        if next_name in FINDING:
            return f"{url_for('breach_reports.question', step=next_name)}?from=check"
        return url_for("breach_reports.check")
    if next_name is None:
        return url_for("breach_reports.evidence")
    return url_for("breach_reports.question", step=next_name)


@blueprint.route("/report/evidence", methods=["GET", "POST"])
def evidence() -> Any:
    """Files that show it: each is sealed as it arrives, and stays when something else is refused."""
    draft, form = _draft(), forms.EvidenceForm()
    if draft is None:
        return redirect(url_for("breach_reports.before_you_start"), 303)
    if request.method == "GET" or not form.validate():
        return _evidence_page(form), 422 if form.errors else 200
    try:
        _take_file(draft, form)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _evidence_page(form), form.answered_as
    flash("You added a file.", "success")
    return redirect(url_for("breach_reports.evidence"), 303)


def _take_file(draft: Draft, form: forms.EvidenceForm) -> None:
    """Seal the file outside any transaction, then name it by a row; without its row no file is left behind."""
    person, upload = _me(), form["file"].data
    key = operations.draft_matter(draft).data_key
    _ = key.secret
    db.session.commit()  # end the reading transaction: sealing takes a while
    sealed = seal_file(upload.stream, key)
    try:
        begin_writing(person)
        current = _draft()
        if current is None or current.id != draft.id:
            raise InvalidInput("Your report was sent or thrown away in another window.", field="file")
        operations.add_waiting_evidence(
            current,
            sealed,
            file_name=_file_name(upload.filename),
            description=form.description.data,
            by=person,
            at=clock.now(),
        )
        commit()
    except BaseException:
        remove_file(sealed.stored_as)
        raise


def _file_name(given: str | None) -> str:
    """The name without folders, and without what cannot be shown."""
    last = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    return clean_line(last)[:120].strip() or "file"


def _evidence_page(form: ProbityForm) -> str:
    return render_template(
        "breach_reports/evidence.html", form=form, files=operations.waiting_evidence(_me()), kind_called=kind_called,
        back_href=url_for("breach_reports.question", step="first-questions"), **marked(),
    )  # fmt: skip


@blueprint.post("/report/evidence/<uuid:evidence_id>/remove")
def remove_evidence(evidence_id: uuid.UUID) -> Any:
    """Take a file back before sending."""
    person = _me()
    begin_writing(person)
    stored_as = operations.remove_waiting_evidence(person, evidence_id)
    commit()
    remove_file(stored_as)
    flash("You removed a file.", "success")
    return redirect(url_for("breach_reports.evidence"), 303)


@blueprint.get("/report/check")
def check() -> Any:
    """Everything that will be sent, with a way to change each answer."""
    draft = _draft()
    if draft is None:
        return redirect(url_for("breach_reports.before_you_start"), 303)
    return _check_page(draft, forms.SendForm(data={"draft": str(draft.id)}))


def _check_page(draft: Draft, form: ProbityForm) -> str:
    answers = draft.answers
    subject_id = answers.get("subject_id")
    return render_template(
        "breach_reports/check.html",
        form=form,
        answers=answers,
        happened_on=date.fromisoformat(answers["happened_on"]) if answers.get("happened_on") else None,
        labels={category.code: category.label for category in pack().categories},
        subject=person_by_id(uuid.UUID(subject_id)) if subject_id else None,
        files=operations.waiting_evidence(_me()),
        whistleblowing_officers=_whistleblowing_officers() if answers.get("malpractice") == "yes" else [],
        back_href=url_for("breach_reports.evidence"),
        **marked(),
    )


@blueprint.post("/report/check")
def send() -> Any:
    """Send the report. The second of two clicks finds the report that the first one made."""
    person, form = _me(), forms.SendForm()
    if not form.validate():
        return redirect(url_for("breach_reports.check"), 303)
    begin_writing(person)  # one at a time for one reporter: the second click waits here for the first
    sent = operations.report_sent_from(draft_id(form.draft.data), person)
    if sent is not None:
        return redirect(url_for("breach_reports.receipt", reference=sent.reference), 303)
    draft = _draft()
    if draft is None:
        return redirect(url_for("breach_reports.before_you_start"), 303)
    if operations.is_to_be_found(draft):
        step = finding(draft.answers["name"], clock.today())
        return redirect(f"{url_for('breach_reports.question', step=step)}?from=check", 303)
    try:
        answers = operations.answers_of(draft)
        report = operations.submit_report(answers, by=person, at=clock.now(), draft=draft)
    except InvalidInput as refusal:
        db.session.rollback()
        form.add_refusal(refusal)
        return _check_page(draft, form), 422
    commit()
    return redirect(url_for("breach_reports.receipt", reference=report.reference), 303)


@blueprint.route("/report/throw-away", methods=["GET", "POST"])
def throw_away() -> Any:
    """Delete what was prepared, with its files."""
    draft, form = _draft(), forms.StartForm()
    if draft is None:
        return redirect(url_for("breach_reports.before_you_start"), 303)
    if request.method == "GET" or not form.validate():
        return render_template(
            "breach_reports/throw_away.html", form=form, back_href=url_for("breach_reports.check")
        )
    person = _me()
    begin_writing(person)
    current = _draft()
    files = operations.throw_draft_away(current, by=person) if current is not None else []
    commit()
    for stored_as in files:
        remove_file(stored_as)
    flash("You threw your draft away. Nothing of it was sent.", "success")
    return redirect(url_for("breach_reports.before_you_start"), 303)


