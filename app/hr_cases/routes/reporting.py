"""The investigation report: findings with reasons, its texts, its submission and its review."""

from typing import Any

from app.core.errors import NothingHere
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.documents.masking import Masking
from app.hr_cases.forms.investigating import FindingForm, ReportForm, ReviewReportForm
from app.hr_cases.models import Basis, Finding, InvestigationReport, Recommendation, ReportState, Section
from app.hr_cases.routes.common import Visit, act_page, ask, carried_out, case_page, done, visit
from app.hr_cases.routes.opening import INVESTIGATOR, OWNER, allegation_numbered
from app.hr_cases.routes.tabs import readable_versions

TEXTS = {
    "background": "background",
    "process": "steps",
    "mitigation": "mitigation",
    "equality": "equality",
    "recommendation_reasons": "recommendation_reasons",
    "other_matters": "other_matters",
}
"""The texts of the report, each with the name of its field."""


@blueprint.get("/<reference>/report")
def report(reference: str) -> Any:
    """The report as it stands: a draft for its author, a submitted version for the others."""
    here = visit(reference)
    versions = readable_versions(here)
    if not versions:
        raise NothingHere(secret=True)
    return case_page(
        "report",
        here,
        "Investigation report",
        report=versions[-1],
        earlier=versions[:-1],
        review_reasons=versions[-1].review_reasons if here.sees(Section.SUBMITTED) else "",
        findings={finding.allegation_id: finding for finding in versions[-1].findings},
        has_pdf=any(version.status is ReportState.ACCEPTED for version in versions),
    )


@blueprint.route("/<reference>/write-report", methods=["GET", "POST"])
def write_report(reference: str) -> Any:
    """The investigator writes the texts of the report; they are kept as a draft until it is submitted."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_investigated_by(me), can=case.can_write_report(me), whose=INVESTIGATOR)
    newest = queries.last_report(case)
    form = ReportForm(data=_recorded(newest))
    if form.validate_on_submit():

        def act() -> None:
            draft = operations.report_in_progress(case, by=me, at=here.now)
            operations.write_report(
                draft,
                **{text: form[field].data for text, field in TEXTS.items()},
                recommendation=Recommendation(form.recommendation.data) if form.recommendation.data else None,
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done("You saved the report as a draft.", "write_report", reference=here.reference)
    return _writing_page(here, form, newest)


def _writing_page(here: Visit, form: ReportForm, newest: InvestigationReport | None) -> Any:
    return act_page(
        here,
        form,
        "Write the report",
        "Save the draft",
        template="write_report",
        findings={found.allegation_id: found for found in newest.findings} if newest else {},
        report=newest,
        missing=operations.what_is_missing(newest, here.today) if newest else [],
        unanswered=[given.label for given in queries.statements(here.case) if given.waits_for_answer],
    )


def _recorded(newest: InvestigationReport | None) -> dict[str, Any]:
    if newest is None:
        return {}
    chosen = newest.recommendation.value if newest.recommendation else None
    return {**{field: getattr(newest, text) for text, field in TEXTS.items()}, "recommendation": chosen}


@blueprint.route("/<reference>/allegations/<int:number>/finding", methods=["GET", "POST"])
def record_finding(reference: str, number: int) -> Any:
    """The investigator records what they found on one allegation, on which basis, and why."""
    here = visit(reference)
    case, me = here.case, here.me
    allegation = allegation_numbered(here, number)
    ask(here, who=case.is_investigated_by(me), can=case.can_write_report(me), whose=INVESTIGATOR)
    newest = queries.last_report(case)
    found = next((one for one in newest.findings if one.allegation_id == allegation.id), None) if newest else None
    recorded = {"finding": found.finding.value, "basis": found.basis.value, "reasons": found.reasons} if found else {}
    form = FindingForm(data=recorded)
    if form.validate_on_submit():

        def act() -> None:
            draft = operations.report_in_progress(case, by=me, at=here.now)
            operations.record_finding(
                draft,
                allegation,
                finding=Finding(form.finding.data or ""),
                basis=Basis(form.basis.data or ""),
                reasons=form.reasons.data,
                by=me,
                at=here.now,
            )

        if carried_out(form, act, case):
            return done(f"You recorded your finding on allegation {number}.", "allegations", reference=here.reference)
    return act_page(
        here,
        form,
        f"Your finding on allegation {number}",
        "Record finding",
        recalled=(f"Allegation {number}", allegation.wording),
    )


@blueprint.post("/<reference>/submit-report")
def submit_report(reference: str) -> Any:
    """The investigator submits the report; what is missing is listed, and the draft stays."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_investigated_by(me), can=case.can_write_report(me), whose=INVESTIGATOR)
    newest = queries.last_report(case)
    form = ReportForm(data=_recorded(newest), formdata=None)

    def act() -> None:
        operations.submit_report(operations.report_in_progress(case, by=me, at=here.now), by=me, at=here.now)

    if carried_out(form, act, case):
        return done("You submitted the report. It goes to the owner of the case for review.", reference=here.reference)
    return _writing_page(here, form, newest)


@blueprint.route("/<reference>/review-report", methods=["GET", "POST"])
def review_report(reference: str) -> Any:
    """The owner accepts the report, or sends it back with what is missing; not a word of it can be changed here."""
    here = visit(reference)
    case, me = here.case, here.me
    ask(here, who=case.is_owned_by(me), can=case.can_review_report(me), whose=OWNER)
    submitted = queries.last_report(case)
    if submitted is None:
        raise NothingHere(secret=True)
    form = ReviewReportForm(data={"version_seen": str(submitted.number)})
    if form.validate_on_submit():
        accepts = form.decision.data == "accept"

        def act() -> None:
            seen = form.version_seen.data
            if accepts:
                operations.accept_report(submitted, by=me, at=here.now, version_seen=seen)
            else:
                operations.return_report(
                    submitted, reasons=form.reasons.data, by=me, at=here.now, version_seen=seen
                )

        if carried_out(form, act, case, submitted):
            said = "You accepted the report." if accepts else "You sent the report back to the investigator."
            return done(said, reference=here.reference)
    return act_page(
        here,
        form,
        "Review the report",
        "Record the review",
        template="review_report",
        report=submitted,
        findings={finding.allegation_id: finding for finding in submitted.findings},
        names_reporter=_names_reporter(submitted),
    )


def _names_reporter(report: InvestigationReport) -> bool:
    mask = Masking.of(report.case)
    said = [*(getattr(report, text) for text in TEXTS), *(finding.reasons for finding in report.findings)]
    return any(mask(text) != text for text in said)
