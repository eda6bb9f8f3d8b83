"""What the pages of the policy share: who reads, and which document an address means."""

from flask_login import current_user

from app.core.errors import NothingHere
from app.people.models import Person
from app.policy import queries
from app.policy.models import PolicyDocument


def reader() -> Person:
    """Whoever is signed in."""
    person: Person = current_user._get_current_object()
    return person


def document_or_nothing(slug: str) -> PolicyDocument:
    """The document at an address, or the page that says that there is none."""
    found = queries.document_called(slug)
    if found is None:
        raise NothingHere
    return found
