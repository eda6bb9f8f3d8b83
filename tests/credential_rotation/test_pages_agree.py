"""The pages of a leaver, of a move and of a change say the same of one account."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import begin_writing, commit, db
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, MoveKind
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, changed, grant, leave, moved
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, HOUR = "/credential-rotation", timedelta(hours=1)


def _rows(page_of: PageClient, where: str) -> dict[str, str]:
    """By account, what is said of the access to it."""
    rows = page_of.get(where).soup.select("main table tbody tr")
    return {row.select_one("th").get_text(" ", strip=True): row.select("td")[0].get_text(" ", strip=True) for row in rows}


@pytest.mark.parametrize("kind", list(MoveKind))
def test_who_is_away_or_moved_leaves_at_once(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person, kind: MoveKind
) -> None:
    """The page of the move says that they left, where that is followed up, and nothing else of their access."""
    of, own = account(make, "Lib", owner), account(make, "Own", jo)
    given, kept = grant(make, of, jo), grant(make, own, jo)
    absent = kind is MoveKind.LONG_ABSENCE
    back = date(2027, 6, 1) if absent else None
    move = moved(jo, hr, {given: False, kept: True, own: True}, day=TODAY, kind=kind, back_on=back)
    where, browser = f"{ROOM}/moves/{move.id}", client_of(hr)
    assert ("They are back on" in browser.get(where).text) is absent
    assert "See what follows from their leaving" not in browser.get(where).text
    with clock.set_to(NOW + HOUR):
        notice = leave(jo, hr, at=NOW + HOUR)
        page = browser.get(where)
        assert "They left on Wednesday 3 March 2027. See what follows from their leaving" in page.text
        assert f"{ROOM}/leavers/{notice.id}" in page.html
        assert "They are back on" not in page.text
        assert "Goes on" not in page.text
        assert _rows(browser, where) == _rows(browser, f"{ROOM}/leavers/{notice.id}")
        begin_writing(notice)
        operations.withdraw_leaver(notice, by=hr, at=NOW + HOUR)
        commit()
        assert "See what follows from their leaving" not in browser.get(where).text


@pytest.mark.usefixtures("partnership")
def test_the_chain_shows_permission_that_was_given_before(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """From when it was given, and with the change that was made by it."""
    of, ann = account(make, "Lib", owner), make.person("Ann Rowe")
    for person in (jo, ann):
        grant(make, of, person)
    where, browser = f"{ROOM}/leavers/{leave(jo, hr).id}", client_of(hr)
    rotation = db.session.execute(sa.select(CredentialRotation)).scalar_one()
    begin_writing(rotation)
    operations.ask_for_permission(rotation, by=owner, at=NOW)
    commit()
    assert "Permitted" not in browser.get(where).text
    begin_writing(rotation)
    operations.permit_rotation(rotation, by=ann, at=NOW)
    commit()
    assert "Olu Abara is to change it" in browser.get(where).text
    assert "Permitted by Ann Rowe, 3 March 2027" in browser.get(where).text
    changed(rotation, owner)
    with clock.set_to(NOW + 2 * HOUR):
        assert "Permitted before by Ann Rowe, 3 March 2027" in client_of(hr).get(where).text
