"""The pages of this room: for whoever reports, and for HR."""

from app.breach_reports.routes import own, reporting, triage

__all__ = ["own", "reporting", "triage"]
