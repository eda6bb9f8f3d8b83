"""Writing down, before it leaves, that somebody took a certificate away: it says who held which account."""

import hashlib
from datetime import datetime

from app.core.audit import event_kind, record_read
from app.credential_rotation.models import LeaverNotice
from app.credential_rotation.queries import CERTIFICATE_TAKEN
from app.people.models import Person

_WORDS = "took the certificate of a leaver away"
TAKEN = event_kind(CERTIFICATE_TAKEN, _WORDS, neutral=_WORDS)


def note_certificate_taken(notice: LeaverNotice, pdf: bytes, *, by: Person, at: datetime) -> None:
    """Write down who took the certificate away, when, and the fingerprint of the very bytes they were given."""
    record_read(TAKEN, notice.id, by=by.id, at=at, facts={"sha256": hashlib.sha256(pdf).hexdigest()})
