"""The pages of cases. Whoever the one look-up does not admit gets the constant page, the same as for no such case."""

from app.hr_cases.routes import (
    another_way,
    cases,
    deciding,
    disclosing,
    files,
    hearing,
    investigating,
    leaving,
    opening,
    outcome,
    replacing,
    reporting,
    sending,
    subject,
    tabs,
    warnings,
)

__all__ = [
    "another_way",
    "cases",
    "deciding",
    "disclosing",
    "files",
    "hearing",
    "investigating",
    "leaving",
    "opening",
    "outcome",
    "replacing",
    "reporting",
    "sending",
    "subject",
    "tabs",
    "warnings",
]
