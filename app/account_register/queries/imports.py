"""Who imported a register file last, for whoever comes second."""

import uuid

from app.people.queries import TimelineEntry, timeline

THE_REGISTER = uuid.uuid5(uuid.NAMESPACE_OID, "account register")
"""The register as a whole, as the subject of what is done to all of it."""


def last_import() -> TimelineEntry | None:
    """The last import of a register file: by whom and when."""
    return next(iter(timeline([THE_REGISTER], most=1)), None)
