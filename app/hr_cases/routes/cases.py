"""The list of cases, and the opening of a case from a report."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.breach_reports import operations as report_acts
from app.breach_reports.models import BreachReport, ReportStatus
from app.breach_reports.queries import report_for
from app.core import clock
from app.core.audit import record_read
from app.core.errors import AlreadyDone, NothingHere
from app.core.presentation import status_words
from app.hr_cases import blueprint, operations, queries
from app.hr_cases.forms.opening import OpenCaseForm, people_choices
from app.hr_cases.models import Case, CaseStatus, UnrecordedPolicy
from app.hr_cases.operations.drafting import PolicyBasis, basis_for
from app.hr_cases.routes.choosing import category_choices, chosen_person
from app.hr_cases.routes.common import carried_out, done, reader
from app.hr_cases.routes.deciding import day_of
from app.hr_cases.routes.opening import drafted
from app.matters.models import Capacity
from app.matters.queries import holders_not_kept_from
from app.people.models import Person, Role
from app.policy.queries import marked, working_calendar


@blueprint.get("/")
def index() -> Any:
    """The cases that the reader takes part in, by when their next step is due; an HR manager's are all."""
    today = clock.today()
    asked = request.args.get("stage", "")
    stage = CaseStatus(asked) if asked in list(CaseStatus) else None
    found = queries.case_list(reader(), on=today, status=stage, after=request.args.get("after"))
    of_stage = stage.value if stage else None  # an address leaves out what is None
    return render_template(
        "hr_cases/index.html",
        heading="Cases",
        width="full",
        found=found,
        stage=stage,
        stage_options=[(one.value, status_words(one)) for one in CaseStatus],
        today=today,
        between=working_calendar().between,
        older=url_for("hr_cases.index", after=found.following, stage=of_stage) if found.following else None,
        first=url_for("hr_cases.index", stage=of_stage) if request.args.get("after") else None,
        **marked(),
    )


@blueprint.route("/open/<reference>", methods=["GET", "POST"], endpoint="open")
def open_from_report(reference: str) -> Any:
    """HR opens a case about one person from a report. The report's files are sealed again before the act begins."""
    now, me = clock.now(), reader()
    today = clock.local_day(now)
    report = report_for(reference, me, today)
    if report is None or not report.is_work_of(me):
        raise NothingHere(secret=True)
    if not report.can_become_case_by(me):
        raise _too_late(report, me, today)
    owners = holders_not_kept_from(report.matter, [Role.HR_CASE_OWNER], today)
    needed = (Role.HR_MANAGER, Role.HR_CASE_OWNER)
    nobody = next((said for role in needed if (said := queries.nobody_left(report.matter, today, to=role))), None)
    form = _opening_form(report, owners, today)
    if form.validate_on_submit():
        subjects = report.matter.people_as(Capacity.SUBJECT)
        prepared = operations.prepare_copies(report, at=now)
        opened_case: list[Case] = []

        def act() -> None:
            opened_case.append(
                operations.open_case(
                    report,
                    prepared=prepared,
                    subject=chosen_person(subjects, form.subject.data),
                    allegations=[drafted(form, _basis_typed(form))],
                    policy_choice=_policy_choice(form),
                    policy_reason=form.policy_reason.data,
                    owner=chosen_person(owners, form.owner.data),
                    by=me,
                    at=now,
                )
            )

        if carried_out(form, act, report):
            return _opened(opened_case[0], me, today)
    return _opening_page(report, form, me, nobody)


def _basis_typed(form: OpenCaseForm) -> PolicyBasis:
    """What the case would rely on, by the day and the choice that were entered."""
    return basis_for(day_of(form.happened_on.data), _policy_choice(form), form.policy_reason.data)


def _policy_choice(form: OpenCaseForm) -> UnrecordedPolicy | None:
    return UnrecordedPolicy(form.policy_choice.data) if form.policy_choice.data else None


def _too_late(report: BreachReport, me: Person, today: date) -> AlreadyDone:
    """Who opened the case and when, or what was decided instead; and for those who may read the case, which it is."""
    late, opened = report_acts.too_late(report), queries.case_of_report(report.id, me, today)
    if opened is not None:
        late.what_now = f"Open case {opened} from the list of cases to see its next step."
    elif report.status is not ReportStatus.CASE_OPENED:
        late.what_now = "Open the report to see what was decided. A case needs a recorded decision with reasons."
    return late


def _opening_form(report: BreachReport, owners: list[Person], today: date) -> OpenCaseForm:
    subjects = report.matter.people_as(Capacity.SUBJECT)
    form = OpenCaseForm(
        choices={
            "category": category_choices(),
            "subject": people_choices(subjects),
            "owner": people_choices(owners),
        },
        data={
            "category": report.category,
            "happened_on": report.happened_on,
            "capacity": report.capacity.value,
            "subject": str(subjects[0].id) if len(subjects) == 1 else None,
        },
    )
    form.happened_on.not_after = today
    return form


def _opened(case: Case, me: Person, today: date) -> Any:
    if queries.find_case(case.reference, me, on=today) is not None:
        return done(f"You opened case {case.reference}.", reference=case.reference)
    flash(f"You opened case {case.reference}. It is with its owner now.", "success")
    return redirect(url_for("breach_reports.queue"), 303)


def _opening_page(report: BreachReport, form: OpenCaseForm, me: Person, nobody: str | None) -> Any:
    record_read(report_acts.REPORT_READ, report.id, by=me.id, at=clock.now())
    page = render_template(
        "hr_cases/open.html",
        heading="Open a case",
        report=report,
        form=form,
        nobody_left=nobody,
        has_subject=bool(report.matter.people_as(Capacity.SUBJECT)),
        back=url_for("breach_reports.show", reference=report.reference),
        width="full",
        **marked(),
    )
    return page, 422 if form.errors else 200
