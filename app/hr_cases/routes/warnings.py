"""Which earlier warnings of the person concerned are live, for those who may know it; that it is read is written down."""

from typing import Any

from app.core.audit import record_read
from app.core.errors import NothingHere
from app.hr_cases import blueprint, queries
from app.hr_cases.forms.relying import named_warnings
from app.hr_cases.routes.common import Visit, case_page, visit
from app.policy.queries import knows_warnings


def record_looked_up(here: Visit) -> None:
    """Write down that live warnings are shown. It stands with this case: readers of the other need not know of this one."""
    record_read(queries.LIVE_WARNINGS_READ, here.case.id, by=here.me.id, at=here.now)


@blueprint.get("/<reference>/live-warnings")
def live_warnings(reference: str) -> Any:
    """What is live on the day of reading; for the owner, and for whoever hears an appeal."""
    here = visit(reference)
    case, me = here.case, here.me
    if not (case.can_see_live_warnings(me) and knows_warnings(case.subject.person_kind)):
        raise NothingHere(secret=True)
    record_looked_up(here)
    warnings = named_warnings(queries.live_warnings(case, me, here.today))
    return case_page("live_warnings", here, "Live warnings", warnings=warnings)
