"""Own logins to an account that no longer exists or is lost: nobody is asked to secure them any more."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.account_register.models import LoginMode
from app.core.db import begin_writing, db
from app.core.errors import AlreadyDone
from app.credential_rotation import operations
from app.credential_rotation.models import LoginEnd
from app.credential_rotation.queries import open_rotations_of
from app.credential_rotation.queries.own_logins import mine_to_secure
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import TODAY, account, grant
from tests.credential_rotation.incidents import compromised, found_gone, said_to_be_gone
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"


def _asked(person: Person) -> list[sa.Row[tuple[object, ...]]]:
    return list(db.session.execute(mine_to_secure(person, TODAY)))


def test_no_login_to_a_part_that_is_gone_is_asked_for(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    on = account(make, "Museum", owner)
    part, holder = account(make, "Friends of the museum", owner), make.person("Part Holder")
    part.parent_id = on.id
    make.keep(part)
    held = grant(make, part, holder, mode=LoginMode.INDIVIDUAL)
    incident = compromised(on, sca)
    (login,) = incident.logins
    assert len(_asked(holder)) == 1
    found_gone(said_to_be_gone(part, sca), owner)
    assert (login.end_on(TODAY), _asked(holder)) == (LoginEnd.GONE, [])
    assert incident.to_secure_on(TODAY) == []
    page = client_of(holder).get(f"{ROOM}/own-logins/{login.id}")
    assert "need not be secured any more, for the account no longer exists or is lost" in page.text
    begin_writing(held)
    with pytest.raises(AlreadyDone, match="has ended"):  # it ended with the account, on the same day
        operations.correct_ways_of_signing_in([held], LoginMode.SHARED, true_from=None, reason="Seen.", by=sca, at=NOW)
    assert open_rotations_of(part) == [], "nothing of what is gone changes"


def test_a_compromise_that_ends_with_its_account_asks_for_no_login(
    make: Factory, client_of: Clients, sca: Person, owner: Person
) -> None:
    on, holder = account(make, "Museum", owner), make.person("Holder")
    grant(make, on, holder, mode=LoginMode.INDIVIDUAL)
    incident = compromised(on, sca)
    gone = said_to_be_gone(on, sca)
    page = client_of(owner).get(f"{ROOM}/gone/{gone.id}")
    assert "Have every own login secured and sign out everywhere" in page.text
    found_gone(gone, owner)
    (login,) = incident.logins
    assert (incident.is_open, login.is_asked_on(TODAY), _asked(holder)) == (False, False, [])
    with pytest.raises(AlreadyDone, match="no longer exists or is lost"):
        operations.secure_login(login, by=holder, at=NOW)
