"""Reporting a breach to HR, and deciding where the report belongs.

Anybody who sees something that may break the policy tells HR, not the manager and not the register keeper (policy
7.10). A report is always taken if it says what happened; everything said in it, and every file, is sealed under a key
of its own. HR officers confirm that it arrived and decide where it belongs, with reasons; who the person concerned is
decides which ways are open. Nothing is closed without a second officer. Whoever is concerned, or close to somebody who
is, cannot learn that the report exists, whatever role they hold.
"""

from flask import Blueprint

from app.breach_reports.due import register

blueprint = Blueprint("breach_reports", __name__, url_prefix="/breach-reports")

from app.breach_reports import routes  # noqa: E402, F401 - the routes attach themselves to the blueprint

__all__ = ["blueprint", "register"]
