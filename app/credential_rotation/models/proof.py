"""How long it took from somebody's leaving until every password they knew was proved changed."""

from datetime import datetime

from app.core.presentation import count_words
from app.core.working_days import elapsed_hours


def proof_words(gone_at: datetime, proved_at: datetime) -> str:
    """How long it took, as it is said."""
    if proved_at <= gone_at:
        return "before the last working day was over"
    hours = elapsed_hours(gone_at, proved_at)
    return f"after {hours_words(hours)}" if hours else "within the hour"


def hours_words(hours: int) -> str:
    """A number of hours; more than two days are told in days too."""
    if hours < 48:
        return count_words(hours, "hour")
    days, rest = divmod(hours, 24)
    return f"{count_words(days, 'day')} and {count_words(rest, 'hour')}" if rest else count_words(days, "day")
