"""Writing down, before it leaves, that the register was taken away: it names people."""

from datetime import datetime

from app.core.audit import event_kind, record_read
from app.core.db import new_id
from app.people.models import Person

_AS_TABLE, _AS_DOCUMENT = "took the register away as a table", "took the register away as a document"
TABLE = event_kind("register:table-taken", _AS_TABLE, neutral=_AS_TABLE)
DOCUMENT = event_kind("register:document-taken", _AS_DOCUMENT, neutral=_AS_DOCUMENT)


def note_export(*, as_document: bool, by: Person, at: datetime) -> None:
    """Write down who took the register away, and in which form."""
    record_read(DOCUMENT if as_document else TABLE, new_id(), by=by.id, at=at)
