"""How the dates of a password change are explained, and to whom it says why."""

from collections.abc import Callable
from datetime import date, timedelta

from app.core import clock
from app.core.db import db
from app.credential_rotation.models import CredentialRotation, LeaverNotice
from app.people.models import Role
from tests.conftest import NOW
from tests.credential_rotation.factories import account, changed, grant, leave, started
from tests.factories import Factory
from tests.pages import PageClient

ClientOf = Callable[..., PageClient]
FRIDAY = date(2027, 3, 5)


def _the_rotation() -> CredentialRotation:
    return db.session.execute(db.select(CredentialRotation)).scalar_one()


def test_the_preview_of_a_leaver_says_how_its_date_is_counted(make: Factory, client_of: ClientOf) -> None:
    """Before anything is recorded; a last day on a Saturday leads to the Monday after."""
    jo = make.person("Jo Bell")
    grant(make, account(make, "Libraries", make.person()), jo)
    client = client_of(make.person("Hana Reed", Role.HR_MANAGER))
    page = client.get(f"/credential-rotation/leavers/preview?person={jo.id}&day=2027-03-06&immediate=no")
    assert "The last working day of Jo Bell falls on Saturday 6 March 2027" in page.text
    assert "Monday 8 March 2027" in page.text


def test_a_leaver_is_named_only_to_those_who_may_know(make: Factory, client_of: ClientOf) -> None:
    """Owner and keeper read the same dates; the owner of the account reads nothing of somebody leaving."""
    hr, keeper = make.person("Hana HR", Role.HR_INTAKE), make.person("Kit Keeper", Role.SCA)
    owner, leaver = make.person("Olga Owner"), make.person("Lee Leaver")
    on = account(make, "Libraries", owner)
    grant(make, on, leaver)
    grant(make, on, owner)
    notice = leave(leaver, hr, day=FRIDAY, immediate=False)
    rotation = _the_rotation()
    assert (rotation.causes[0].due_counted_from, rotation.due_on) == (FRIDAY, FRIDAY)
    where = f"/credential-rotation/rotations/{rotation.id}"
    page = client_of(keeper).get(where)
    assert "The last working day of Lee Leaver falls on Friday 5 March 2027. It is due on the same day" in page.text
    neutral = client_of(owner).get(where)
    assert "The day that was set is Friday 5 March 2027." in neutral.text
    assert "falls on" not in neutral.text
    assert "Lee" not in neutral.text
    assert "leave" not in neutral.soup.select("details.app-worked-out")[0].get_text()
    chain = client_of(hr).get(f"/credential-rotation/leavers/{notice.id}")
    assert "The last working day of Lee Leaver falls on Friday 5 March 2027." in chain.text


def test_somebody_who_leaves_at_once_on_a_holiday(make: Factory) -> None:
    """Recorded on Good Friday: the next working day is the Tuesday after Easter."""
    hr, owner, leaver = make.person(None, Role.HR_INTAKE), make.person(), make.person("Lee Leaver")
    on = account(make, "Libraries", owner)
    grant(make, on, leaver)
    at = clock.at_local(date(2027, 3, 26), 11)
    leave(leaver, hr, day=date(2027, 3, 26), immediate=True, at=at)
    assert _the_rotation().due_on == date(2027, 3, 30)
    assert db.session.execute(db.select(LeaverNotice)).scalar_one().immediate


def test_a_change_explains_by_when_it_is_verified(make: Factory, client_of: ClientOf) -> None:
    keeper, owner = make.person("Kit Keeper", Role.SCA), make.person("Olga Owner")
    on = account(make, "Libraries", owner)
    rotation = started(on, keeper)
    page = client_of(owner).get(f"/credential-rotation/rotations/{rotation.id}")
    assert "The day that was set is Wednesday 3 March 2027." in page.text
    changed(rotation, owner)
    with clock.set_to(NOW + timedelta(hours=2)):
        page = client_of(keeper).get(f"/credential-rotation/rotations/{rotation.id}")
    assert "It was marked as changed on Wednesday 3 March 2027. That day does not count." in page.text
    assert "So it is Friday 5 March 2027." in page.text


def test_a_cause_from_before_the_day_was_kept(make: Factory, client_of: ClientOf) -> None:
    """Where it follows from the rest it is explained; of a leaver nothing is made up."""
    keeper, owner = make.person(None, Role.SCA), make.person()
    on = account(make, "Libraries", owner)
    rotation = started(on, keeper)
    rotation.causes[0].due_counted_from = rotation.causes[0].due_period = None
    db.session.commit()
    where = f"/credential-rotation/rotations/{rotation.id}"
    assert "The password was found to be old on Wednesday 3 March 2027." in client_of(keeper).get(where).text
    leaver, other = make.person(), account(make, "Museums", owner)
    grant(make, other, leaver)
    leave(leaver, make.person(None, Role.HR_INTAKE), day=NOW.date())
    of_leaver = db.session.execute(
        db.select(CredentialRotation).where(CredentialRotation.account_id == other.id)
    ).scalar_one()
    of_leaver.causes[0].due_counted_from = of_leaver.causes[0].due_period = None
    db.session.commit()
    page = client_of(keeper).get(f"/credential-rotation/rotations/{of_leaver.id}")
    assert "How was this worked out?" not in page.text


def test_the_chain_of_a_leaver_says_by_when_each_change_is_verified(make: Factory, client_of: ClientOf) -> None:
    """One explanation for each day, however many accounts wait for it: counted from when it was recorded."""
    hr, owner, leaver = make.person(None, Role.HR_INTAKE), make.person(), make.person("Lee Leaver")
    for name in ("Libraries", "Museums"):
        on = account(make, name, owner)
        grant(make, on, leaver)
        grant(make, on, owner)
    notice = leave(leaver, hr, day=NOW.date())
    where = f"/credential-rotation/leavers/{notice.id}"
    assert "verify it by" not in client_of(hr).get(where).text
    with clock.set_to(NOW + timedelta(days=2)):
        for rotation in db.session.execute(db.select(CredentialRotation)).scalars().all():
            changed(rotation, owner, at=clock.now(), made_at=NOW + timedelta(days=1))
        page = client_of(hr).get(where)
    assert page.text.count("How was “verify it by 9 March 2027” worked out?") == 1
    assert "It was marked as changed on Friday 5 March 2027." in page.text
    assert "By the closed days known today" not in page.text


def test_the_page_of_an_account_says_how_its_next_review_is_counted(make: Factory, client_of: ClientOf) -> None:
    """Months from the day it came onto the register, until somebody has looked at who has access."""
    on, keeper = account(make, "Libraries", make.person()), make.person(None, Role.SCA)
    on.access_review_due_on = date(2027, 6, 3)
    db.session.commit()
    page = client_of(keeper).get(f"/account-register/{on.id}")
    assert "It came onto the register on" in page.text
    assert "Thursday 3 June 2027" in page.text
