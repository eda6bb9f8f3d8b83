"""What somebody reported: the receipt, and their own list."""

from typing import Any

from flask import render_template
from flask_login import current_user

from app.breach_reports import blueprint, queries
from app.core.errors import NothingHere


@blueprint.get("/sent/<reference>")
def receipt(reference: str) -> Any:
    """The reference, and what happens next with its dates."""
    report = queries.own_report(reference, current_user)
    if report is None:
        raise NothingHere(secret=True)
    return render_template("breach_reports/receipt.html", report=report, how=queries.told_to_reporter(report))


@blueprint.get("/mine")
def mine() -> Any:
    """What I reported: when, and whether it is closed. Nothing about anybody else."""
    return render_template("breach_reports/mine.html", reports=queries.reports_of(current_user))
