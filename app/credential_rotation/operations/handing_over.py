"""Which accounts somebody else has to take over when their owner or only administrator leaves, moves or is away for long."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from app.account_register.models import AccessGrant, AccessLevel, Account
from app.credential_rotation.models import HandOver


def what_to_hand_over(
    account: Account, ending: Sequence[AccessGrant], last_day: date, today: date, *, owner_goes: bool,
    also_go: Mapping[UUID, date] | None = None,
) -> HandOver | None:  # fmt: skip
    """What somebody else takes over of an account: its ownership, or letting others in where only this access could.

    `ending` is the access of whoever goes that ends or is called off because of it; `also_go` are people who are recorded
    in the same act, with the day until which they can let others in.
    """
    until = also_go or {}
    others = any(
        grant.level is AccessLevel.ADMIN and grant not in ending
        and grant.starts_on <= max(last_day, today) and _goes_on(grant.ends_on, last_day, today)
        and _goes_on(grant.person.last_working_day, last_day, today) and not grant.person.has_left_on(today)
        and _goes_on(until.get(grant.person_id), last_day, today)
        for grant in account.grants
    )  # fmt: skip
    only = any(grant.level is AccessLevel.ADMIN for grant in ending) and not others
    if owner_goes and only:
        return HandOver.BOTH
    return HandOver.OWNER if owner_goes else HandOver.ONLY_ADMINISTRATOR if only else None


def _goes_on(until: date | None, last_day: date, today: date) -> bool:
    return until is None or (until > last_day and until >= today)
