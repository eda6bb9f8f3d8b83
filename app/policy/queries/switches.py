"""Which switches of the pack are on here."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.policy.models import LocalSetting
from app.policy.queries.settings import pack


def last_setting(switch: str) -> LocalSetting | None:
    """Who turned a switch on or off last, when and why; nobody where it is as the pack has it."""
    return db.session.execute(_settings_of(switch).limit(1)).scalar_one_or_none()


def all_settings(switch: str) -> list[LocalSetting]:
    """Every time a switch was turned on or off, the last first."""
    return list(db.session.execute(_settings_of(switch)).scalars())


def _settings_of(switch: str) -> sa.Select[LocalSetting]:
    it = LocalSetting
    ordered = sa.select(it).where(it.switch == switch).order_by(it.number.desc(), it.id)
    return ordered.options(joinedload(it.set_by))


def is_switched_on(switch: str) -> bool:
    """Whether a switch that is set here is on: by who turned it last, else as the pack has it."""
    last = last_setting(switch)
    return last.is_on if last is not None else bool(pack().switches[switch].value)
