"""My record: what I hold and have agreed to, on a page and as a PDF."""

from typing import Any

from flask import render_template, request
from flask_login import current_user

from app.core import clock
from app.core.headers import as_attachment
from app.figures import blueprint, documents, queries
from app.figures.models import how_agreed
from app.people.models import Person


@blueprint.get("/my-record")
def my_record() -> Any:
    """What the reader holds and has agreed to."""
    record = queries.my_record(_reader(), clock.today())
    return render_template("figures/my-record.html", record=record, how_agreed=how_agreed)


@blueprint.get("/my-record.pdf")
def my_record_pdf() -> Any:
    """The same as a tagged PDF, or in large print."""
    now = clock.now()
    record = queries.my_record(_reader(), clock.local_day(now))
    made = documents.record_document(record, at=now, large_print=request.args.get("print") == "large")
    return as_attachment(made, "application/pdf", f"my-record-{record.day.isoformat()}.pdf")


def _reader() -> Person:
    person: Person = current_user._get_current_object()
    return person
