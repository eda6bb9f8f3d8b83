"""Forgetting mail: rows of mails that left or were given up, and the files of those that were written as files."""

import os
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.core.db import db
from app.core.mail import Mail
from app.core.outbox import OutboxMessage

MOST_FORGOTTEN = 500


def forget_mails(before: datetime) -> int:
    """Delete some mails that left or were given up before a moment; gives how many. What stands behind the bell stays.

    A mail that still waits to leave is never deleted, however old it is.
    """
    ended = sa.func.coalesce(Mail.sent_at, Mail.given_up_at)
    old = sa.select(Mail.id).where(ended < before).order_by(ended, Mail.id).limit(MOST_FORGOTTEN)
    ids = list(db.session.execute(old).scalars())
    db.session.execute(sa.update(OutboxMessage).where(OutboxMessage.mail_id.in_(ids)).values(mail_id=None))
    db.session.execute(sa.delete(Mail).where(Mail.id.in_(ids)))
    return len(ids)


def delete_mail_files(before: datetime) -> int:
    """Delete the files of mails that were written before a moment, half-written ones too; gives how many went."""
    folder, limit = current_app.extensions["settings"].instance / "mail", before.timestamp()
    if not folder.exists():
        return 0
    with os.scandir(folder) as files:  # which asks of each once: on most mornings none of thousands is old
        old = [Path(one.path) for one in files if _is_older(one, limit)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_older(one: os.DirEntry[str], limit: float) -> bool:
    """A half-written file may have got its name meanwhile, or have gone."""
    try:
        return one.is_file() and one.stat().st_mtime < limit
    except FileNotFoundError:
        return False
