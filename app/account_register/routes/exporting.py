"""The register to take away: as a table, as a document for an auditor, and as a list for the public."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from app.account_register import blueprint, documents, queries
from app.account_register.forms import RegisterOnDayForm
from app.account_register.operations import OPTIONAL_HEADERS, REGISTER_HEADERS, note_export
from app.account_register.routes.filtering import read_filters
from app.account_register.routes.shared import reader
from app.core import clock
from app.core.errors import NothingHere
from app.core.headers import as_attachment
from app.core.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_of, xlsx_of
from app.policy.queries import is_switched_on, pack

COLUMNS = (*REGISTER_HEADERS, *OPTIONAL_HEADERS)
PUBLIC_HEADERS = ("platform", "name", "handle", "url", "about")


@blueprint.get("/export.csv")
def export_csv() -> Response:
    """The list with its filters as CSV, in the columns of an import."""
    return as_attachment(csv_of(COLUMNS, _rows_to_take_away()), CSV_TYPE, "account-register.csv")


@blueprint.get("/export.xlsx")
def export_xlsx() -> Response:
    """The list with its filters as a workbook."""
    return as_attachment(xlsx_of("Accounts", COLUMNS, _rows_to_take_away()), XLSX_TYPE, "account-register.xlsx")


@blueprint.route("/as-it-stood", methods=["GET", "POST"])
def as_it_stood() -> Any:
    """Ask for a day, and give the register as it stood at its end, as a document for an auditor."""
    now = clock.now()
    form = RegisterOnDayForm(data={"day": clock.local_day(now)})
    form.day.not_before, form.day.not_after = queries.register_begins_on(), clock.local_day(now)
    if not form.validate_on_submit():
        page = render_template("account_register/as_it_stood.html", form=form, begins_on=form.day.not_before)
        return page, 422 if form.errors else 200
    day = form.day.data or clock.local_day(now)
    note_export(as_document=True, by=reader(), at=now)
    content = documents.register_document(queries.register_on(day), day, at=now)
    return as_attachment(content, "application/pdf", f"account-register-{day.isoformat()}.pdf")


@blueprint.get("/official")
def official() -> Any:
    """Which accounts are really ours: for anybody, if the organisation wants that."""
    _demand_public()
    text = request.args.get("q", "").strip()[:200]
    return render_template(
        "account_register/official.html", answer=queries.answer_about(text), verdicts=queries.Verdict, text=text,
        action=url_for("account_register.official"), without_session=True,
    )  # fmt: skip


@blueprint.get("/official.json")
def official_json() -> Response:
    """The same for other programs."""
    _demand_public()
    answer: Response = jsonify(
        {
            "organisation": pack().organisation_name,
            "on": clock.today().isoformat(),
            "accounts": [
                {name: getattr(row, name) for name in PUBLIC_HEADERS} for row in queries.official_accounts()
            ],
        }
    )
    return answer


@blueprint.get("/official.csv")
def official_csv() -> Response:
    """The same for spreadsheets."""
    _demand_public()
    rows = [[getattr(row, name) or "" for name in PUBLIC_HEADERS] for row in queries.official_accounts()]
    return as_attachment(csv_of(PUBLIC_HEADERS, rows), CSV_TYPE, "official-accounts.csv")


def _rows_to_take_away() -> list[list[str]]:
    """What the list shows, written down that it was taken away."""
    person, now = reader(), clock.now()
    rows = queries.register_rows(person, read_filters(request.args), clock.local_day(now))
    note_export(as_document=False, by=person, at=now)
    return [[row[header] for header in COLUMNS] for row in rows]


def _demand_public() -> None:
    if not is_switched_on("official_accounts_page"):
        raise NothingHere(secret=True)
