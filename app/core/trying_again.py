"""How long to wait before something that failed is tried again: the same for jobs and for mail."""

from datetime import timedelta

LONGEST_WAIT = timedelta(hours=6)


def wait_after(tries: int) -> timedelta:
    """After 1, 2, 3 ... failures 1, 2, 4 ... minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(tries - 1, 16)), LONGEST_WAIT)
