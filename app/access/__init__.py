"""The access table: for every route, who may come as far as it, and what it then asks.

One part for each room. A route that does not stand here is refused and fails the suite.
"""

from app.access import people, policy, start
from app.core.access import Access

ACCESS: dict[str, Access] = {
    **start.ACCESS,
    **people.ACCESS,
    **policy.ACCESS,
}
