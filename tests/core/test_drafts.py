"""Drafts: kept sealed, one for each person and form, thrown away with their key."""

import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.core.drafts import Draft, discard_draft, find_draft, keep_draft
from app.core.sealing import DataKey
from tests.conftest import NOW
from tests.factories import Factory


def test_answers_are_kept_together_and_sealed(make: Factory) -> None:
    """A later page adds to an earlier one and can change it; the row holds nothing readable."""
    owner = make.person()
    keep_draft(owner.id, "report", {"what": "Siân’s words", "n": 1}, at=NOW)
    keep_draft(owner.id, "report", {"n": 2, "where": None}, at=NOW)
    db.session.commit()
    draft = find_draft(owner.id, "report")
    assert draft is not None
    assert draft.answers == {"what": "Siân’s words", "n": 2, "where": None}
    assert b"words" not in (draft.content_sealed or b"")


def test_drafts_of_other_people_and_forms_are_apart(make: Factory) -> None:
    """Nobody finds another's draft."""
    one, two = make.person(), make.person()
    keep_draft(one.id, "report", {"a": 1}, at=NOW)
    keep_draft(one.id, "device", {"a": 2}, at=NOW)
    db.session.commit()
    assert find_draft(two.id, "report") is None
    assert (find_draft(one.id, "device") or Draft()).answers == {"a": 2}


def test_a_discarded_draft_takes_its_key_with_it(app: Flask, make: Factory) -> None:
    """Nothing of it can be read again, in a backup either."""
    draft = keep_draft(make.person().id, "report", {"a": 1}, at=NOW)
    db.session.commit()
    key_id = draft.data_key_id
    discard_draft(draft)
    db.session.commit()
    assert db.session.execute(sa.select(sa.func.count()).select_from(Draft)).scalar_one() == 0
    assert db.session.get(DataKey, key_id) is None
