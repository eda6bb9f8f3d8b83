"""Which procedure is somebody's: only where it is the disciplinary one can there be a case (domain 3.7)."""

from app.breach_reports.models import Route
from app.breach_reports.queries import route_label
from app.breach_reports.queries.paths import route_for_kind
from app.core.errors import InvalidInput
from app.people.models import Person


def refuse_wrong_path(subject: Person) -> None:
    """Refuse (422) a case about somebody who has another procedure, and say where it goes instead."""
    right = route_for_kind(subject)
    if right is not Route.CASE:
        kind = subject.person_kind.words
        raise InvalidInput(
            f"There can be no disciplinary case about {subject.name}, whose kind of person is “{kind}”. "
            f"It goes another way: {route_label(right)}.",
            field="subject",
        )
