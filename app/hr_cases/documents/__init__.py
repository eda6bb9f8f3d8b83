"""What the documents of a case say: the case report, built from records and set out for the documents room to draw."""

from app.hr_cases.documents.contents import CaseReport
from app.hr_cases.documents.gathering import case_report
from app.hr_cases.documents.rendering import render_case_report

__all__ = ["CaseReport", "case_report", "render_case_report"]
