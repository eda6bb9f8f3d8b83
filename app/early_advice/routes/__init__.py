"""The pages of this room."""

from app.early_advice.routes import alerts, declarations, hub, profiles, questions

__all__ = ["alerts", "declarations", "hub", "profiles", "questions"]
