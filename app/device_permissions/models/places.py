"""What social media is used: an account of the register, or a platform in words."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.account_register.models import Account, AccountStatus
from app.policy.packs.shape import squeezed

PlaceKey = uuid.UUID | str


def place_key(account_id: uuid.UUID | None, platform: str) -> PlaceKey:
    """What is compared of a place: the account, which is no other of its platform, or the platform in words."""
    return account_id or squeezed(platform)


class PlaceOfUse:
    """One account, or one platform in words: what requests and declarations of use have several of."""

    position: Mapped[int]
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    platform: Mapped[str] = mapped_column(sa.String(120))

    @declared_attr
    def account(cls) -> Mapped[Account | None]:
        """The account of the register, where it is one."""
        return relationship()

    @property
    def words(self) -> str:
        """What it is used for, as people say it."""
        return f"{self.account.name} ({self.platform})" if self.account else self.platform

    @property
    def key(self) -> PlaceKey:
        """What is compared of it, also before it is kept."""
        return place_key(self.account.id if self.account else None, self.platform)

    @property
    def is_open(self) -> bool:
        """Whether there is still something to use: a platform in words always is, a closed account is not."""
        return self.account is None or self.account.status is not AccountStatus.CLOSED
