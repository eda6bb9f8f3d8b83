"""The access table: for every route, who may come as far as it, and what it then asks.

One part for each room. A route that does not stand here is refused and fails the suite.
"""

from app.access import (
    account_register,
    breach_reports,
    credential_rotation,
    device_permissions,
    duties,
    early_advice,
    figures,
    hr_cases,
    people,
    policy,
    start,
)
from app.core.access import Access

ACCESS: dict[str, Access] = {
    **start.ACCESS,
    **people.ACCESS,
    **policy.ACCESS,
    **account_register.ACCESS,
    **credential_rotation.ACCESS,
    **device_permissions.ACCESS,
    **breach_reports.ACCESS,
    **hr_cases.ACCESS,
    **early_advice.ACCESS,
    **duties.ACCESS,
    **figures.ACCESS,
}
