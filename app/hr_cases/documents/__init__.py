"""What the documents of a case say: the case report, built from records and set out for the documents room to draw."""

from app.hr_cases.documents.contents import CaseReport
from app.hr_cases.documents.gathering import HR_COPY, case_report, copy_of_report_for
from app.hr_cases.documents.rendering import render_case_report

__all__ = ["HR_COPY", "CaseReport", "case_report", "copy_of_report_for", "render_case_report"]
