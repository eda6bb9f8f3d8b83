"""When everything is done for a leaver, and what the certificate says of changes that nobody permitted or saw."""

import io
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.account_register.models import AccessLevel, Account
from app.core import clock
from app.core.db import begin_writing, commit, db
from app.core.errors import InvalidInput, NotAllowed
from app.credential_rotation import operations
from app.credential_rotation.models import CredentialRotation, LeaverNotice, NoticeStatus, RotationStatus, Sighting, StepKind
from app.credential_rotation.queries import rotations_of
from app.people.models import Person, Role
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, TODAY, account, changed, grant, leave, verified
from tests.documents.reading import flat
from tests.factories import Factory
from tests.pages import PageClient

Clients = Callable[..., PageClient]
ROOM, HOUR, DAY = "/credential-rotation", timedelta(hours=1), timedelta(days=1)
STEPS = {kind.value: "done" for kind in StepKind}


@pytest.fixture
def on(make: Factory, owner: Person, jo: Person) -> Account:
    """An account of which Jo knows the password."""
    made = account(make, "Libraries", owner)
    grant(make, made, jo, level=AccessLevel.EDITOR)
    return made


def _rotation() -> CredentialRotation:
    return db.session.execute(sa.select(CredentialRotation)).scalar_one()


def _certificate(client_of: Clients, reader: Person, notice: LeaverNotice) -> str:
    """The words of the certificate."""
    answer = client_of(reader).browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf")
    assert answer.status_code == 200
    return flat(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages))


def test_nothing_is_complete_before_they_are_gone(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, on: Account, jo: Person
) -> None:
    """On the last day they still have access, and may be given more; those who hold nothing too."""
    notice, idle = leave(jo, hr, day=TODAY, immediate=False), leave(make.person(), hr, day=TODAY, immediate=False)
    changed(_rotation(), owner)
    verified(_rotation(), sca)
    assert {notice.status, idle.status} == {NoticeStatus.NOTIFIED}
    assert client_of(hr).browser.get(f"{ROOM}/leavers/{notice.id}/certificate.pdf").status_code == 409
    assert "Certificate" not in client_of(hr).get(f"{ROOM}/leavers/{notice.id}").text
    with clock.set_to(NOW + DAY):
        begin_writing()
        assert operations.complete_leavers(NOW + DAY) == 2
        commit()
    assert notice.completed_at is not None
    assert notice.completed_at > notice.gone_at


def _in_an_emergency(rotation: CredentialRotation, owner: Person) -> None:
    begin_writing(rotation)
    at = NOW + HOUR
    operations.mark_changed(
        rotation, by=owner, at=at, changed_at=at, steps=ALL_DONE, emergency_reason="Somebody was posting"
    )
    commit()


def test_an_emergency_is_judged_before_everything_is_done(
    client_of: Clients, partnership: None, hr: Person, sca: Person, owner: Person, on: Account, jo: Person
) -> None:
    """Permission afterwards is the last thing for which the notice waited, and stands on the certificate."""
    notice = leave(jo, hr)
    _in_an_emergency(_rotation(), owner)
    verified(_rotation(), sca)
    assert notice.status is NoticeStatus.NOTIFIED
    assert "still to be permitted afterwards" in client_of(hr).get(f"{ROOM}/leavers/{notice.id}").text
    begin_writing(_rotation())
    operations.permit_rotation(_rotation(), by=sca, at=NOW + 3 * HOUR)
    commit()
    assert (notice.status, notice.completed_at) == (NoticeStatus.COMPLETE, NOW + 3 * HOUR)
    said = _certificate(client_of, hr, notice)
    assert "Permission for each change" in said
    assert "Somebody was posting" in said
    assert "after the change" in said


def test_that_it_could_have_waited_is_said_with_a_reason(
    client_of: Clients, partnership: None, hr: Person, sca: Person, owner: Person, on: Account, jo: Person
) -> None:
    """Through the page; nobody permits it any more; the certificate says both reasons."""
    notice = leave(jo, hr)
    _in_an_emergency(_rotation(), owner)
    verified(_rotation(), sca)
    where = f"{ROOM}/rotations/{_rotation().id}"
    with clock.set_to(NOW + 3 * HOUR):
        browser = client_of(sca)
        browser.post(f"{where}/refused", {"why": ""}, status=422)
        page = browser.follow(f"{where}/refused", {"why": "The page could have been hidden first"})
        assert "could have waited" in page.text
        assert notice.status is NoticeStatus.COMPLETE
        browser.post(f"{where}/permitted", {}, status=409)
        browser.post(f"{where}/refused", {"why": "Again"}, status=409)
    with pytest.raises(NotAllowed):
        operations.refuse_permission(_rotation(), "x", by=owner, at=NOW + 4 * HOUR)
    said = _certificate(client_of, hr, notice)
    assert "Nobody permitted it. Cleo Marsh" in said
    assert "The page could have been hidden first" in said


def test_who_changed_it_verifies_it_only_where_nobody_else_can(
    make: Factory, client_of: Clients, partnership: None, hr: Person, owner: Person, on: Account, jo: Person
) -> None:
    """With a reason, which stands on the certificate; the duty is theirs."""
    notice = leave(jo, hr)
    _in_an_emergency(_rotation(), owner)
    with pytest.raises(InvalidInput):
        operations.verify_rotation(_rotation(), by=owner, at=NOW + 2 * HOUR, saw=Sighting.VAULT_DATE)
    assert [row.id for row in rotations_of(owner, TODAY).to_verify] == [_rotation().id]
    where = f"{ROOM}/rotations/{_rotation().id}"
    with clock.set_to(NOW + 2 * HOUR):
        browser = client_of(owner)
        browser.post(f"{where}/verified", {"saw": "vault_date", "alone_because": ""}, status=422)
        page = browser.follow(f"{where}/verified", {"saw": "vault_date", "alone_because": "The other holder has left"})
    assert "because nobody else could" in page.text
    chair = make.person("Chris", Role.SCA)
    begin_writing(_rotation())
    operations.permit_rotation(_rotation(), by=chair, at=NOW + 3 * HOUR)
    commit()
    assert "Nobody else could: The other holder has left" in _certificate(client_of, hr, notice)


@pytest.mark.parametrize("other", ["keeper", "holder", "nobody, but the pack does not allow it"])
def test_the_same_person_verifies_never_where_somebody_else_can(
    make: Factory, request: pytest.FixtureRequest, hr: Person, owner: Person, on: Account, jo: Person, other: str
) -> None:
    if not other.startswith("nobody"):
        request.getfixturevalue("partnership")
        person = make.person("Other", *([Role.SCA] if other == "keeper" else []))
        if other == "holder":
            grant(make, on, person)
    leave(jo, hr)
    _in_an_emergency(_rotation(), owner)
    assert rotations_of(owner, TODAY).to_verify == []
    with pytest.raises(NotAllowed):
        operations.verify_rotation(
            _rotation(), by=owner, at=NOW + 2 * HOUR, saw=Sighting.VAULT_DATE, alone_because="I am in a hurry"
        )


def test_the_database_asks_for_the_reason_too(make: Factory, hr: Person, sca: Person, owner: Person, on: Account) -> None:
    leave(on.grants[0].person, hr)
    rotation = _rotation()
    changed(rotation, owner)
    rotation.status, rotation.saw = RotationStatus.COMPLETE, Sighting.VAULT_DATE
    rotation.verified_by_id, rotation.verified_at = owner.id, NOW + 2 * HOUR
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
