"""Who may dismiss, and whom HR asked before a union representative is heard.

Sources: domain 3.1 and 3.6, rows Hearing set up and Heard; Acas Code paragraph 30 for representatives of a union. Who may
dismiss is for the organisation to say, so it is a role with dates that an administrator gives.
"""

from dataclasses import dataclass
from datetime import date

from app.core.errors import InvalidInput
from app.hr_cases.models import Case, CaseStatus, UnionStanding
from app.hr_cases.operations.common import current_notice
from app.hr_cases.operations.guards import need
from app.people.models import Person, Role

MAY_NOT_DISMISS = "does not hold the authority to dismiss, and the notice of the hearing says that dismissal is possible"


def lacks_authority(case: Case, person: Person) -> bool:
    """Whether a notice holds that says that dismissal is possible, and somebody may not dismiss."""
    if case.status not in (CaseStatus.NOTIFIED, CaseStatus.HEARD):
        return False
    return current_notice(case).dismissal_possible and not person.holds(Role.DISMISSAL_AUTHORITY)


@dataclass(frozen=True)
class UnionSaid:
    """What HR says of the person concerned as a representative of a union, and which official it asked, when."""

    standing: UnionStanding = UnionStanding.NOT_KNOWN
    official: str = ""
    consulted_on: date | None = None


def check_union(said: UnionSaid, today: date) -> UnionSaid:
    """What is kept of it: of a representative with whom it was discussed and on which day, of others nothing else."""
    if said.standing is not UnionStanding.REPRESENTATIVE:
        return UnionSaid(said.standing)
    official = need(
        said.official,
        "Enter which official of the union you asked. If you asked nobody yet, do that before you give the notice",
        "union_official",
    )
    if said.consulted_on is None:
        raise InvalidInput("Enter the day on which you asked them", field="union_consulted_on")
    if said.consulted_on > today:
        raise InvalidInput("The day on which you asked them must be today or in the past", field="union_consulted_on")
    return UnionSaid(said.standing, official, said.consulted_on)
