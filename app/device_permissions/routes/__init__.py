"""The pages of this room: asking, deciding, lists, and telling what one uses for work."""

from app.device_permissions.routes import asking, lists, requests, uses

__all__ = ["asking", "lists", "requests", "uses"]
