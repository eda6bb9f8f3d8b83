"""Which accounts somebody else has to take over when their owner or only administrator leaves, moves or is away for long."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.account_register.models import AccessGrant, AccessLevel, Account
from app.account_register.queries.agreements import waiting_among
from app.credential_rotation.models import HandOver


@dataclass(frozen=True)
class Others:
    """What keeps others from taking over: the accesses that let nobody in until their holder agrees to the policy, and the
    people who are recorded in the same act, with the day until which they can let others in.
    """

    waiting: Collection[UUID]
    also_go: Mapping[UUID, date] = field(default_factory=dict)


def others_on(accounts: Iterable[Account], also_go: Mapping[UUID, date] | None = None) -> Others:
    """What keeps others from taking over these accounts, asked for all of them at once."""
    administer = (grant for account in accounts for grant in account.grants if grant.level is AccessLevel.ADMIN)
    return Others(waiting_among(administer), also_go or {})


def what_to_hand_over(
    account: Account, ending: Sequence[AccessGrant], last_day: date, today: date, *, owner_goes: bool, others: Others
) -> HandOver | None:
    """What somebody else takes over of an account: its ownership, or letting others in where only this access could.

    `ending` is the access of whoever goes that ends or is called off because of it. Who has still to agree to the policy
    goes on with nothing: they cannot let others in yet, and may never.
    """
    somebody_goes_on = any(
        grant.level is AccessLevel.ADMIN and grant not in ending and grant.id not in others.waiting
        and grant.starts_on <= max(last_day, today) and _goes_on(grant.ends_on, last_day, today)
        and _goes_on(grant.person.last_working_day, last_day, today) and not grant.person.has_left_on(today)
        and _goes_on(others.also_go.get(grant.person_id), last_day, today)
        for grant in account.grants
    )  # fmt: skip
    only = any(grant.level is AccessLevel.ADMIN for grant in ending) and not somebody_goes_on
    if owner_goes and only:
        return HandOver.BOTH
    return HandOver.OWNER if owner_goes else HandOver.ONLY_ADMINISTRATOR if only else None


def _goes_on(until: date | None, last_day: date, today: date) -> bool:
    return until is None or (until > last_day and until >= today)
