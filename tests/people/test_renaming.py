"""Another name or e-mail address: who somebody is stays the same, and what they were called before is kept."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.audit import ActorKind, AuditEvent
from app.core.db import db
from app.core.errors import AlreadyDone, InvalidInput
from app.people.models import FormerName, Person, SignInSession
from app.people.operations import import_people, set_last_working_day
from app.people.queries import former_addresses, person_by_email
from app.people.renaming import EMAIL_CHANGED, change_email
from app.people.routes import known_by_address
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.people.test_operations import HEAD, plan_people_import

TODAY = NOW.date()
ADA = "ada@x.example,Ada Lovelace,Officer,Libraries,employee,,2020-01-06,"
INSTALLATION = ActorKind.INSTALLATION


def _problems(*rows: str, new_people: tuple[str, ...] = ()) -> list[str]:
    plan = plan_people_import((HEAD + "\n".join(rows) + "\n").encode(), today=TODAY, new_people=new_people)
    return [f"{problem.number}: {problem.sentence}" for problem in plan.problems]


def _import(*rows: str, new_people: tuple[str, ...] = ()) -> None:
    plan = plan_people_import((HEAD + "\n".join(rows) + "\n").encode(), today=TODAY, new_people=new_people)
    import_people(plan, by=INSTALLATION, at=NOW)
    db.session.commit()


def _ada(email: str = "ada@x.example") -> Person:
    person = person_by_email(email)
    assert person is not None
    return person


def test_another_name_in_a_file_keeps_the_former_one(app: Flask) -> None:
    """With the address of then and the day; the same name again, or another post, keeps nothing."""
    _import(ADA)
    _import(ADA.replace("Officer", "Manager"))
    _import(ADA.replace("Lovelace", "King"))
    _import(ADA.replace("Lovelace", "King"))
    kept = [(one.name, one.email, one.until) for one in _ada().former_names]
    assert (_ada().name, kept) == ("Ada King", [("Ada Lovelace", "ada@x.example", TODAY)])


def test_what_was_kept_cannot_be_changed_or_deleted(app: Flask) -> None:
    _import(ADA)
    _import(ADA.replace("Lovelace", "King"))
    for statement in (sa.update(FormerName).values(name="Nobody"), sa.delete(FormerName)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(statement)


def test_another_address_ends_sessions_and_is_on_record(app: Flask, make: Factory) -> None:
    """They are the same person, who has to sign in again; no address stands in the record of acts."""
    _import(ADA)
    ada = _ada()
    sign_in(app.test_client(), ada)
    change_email(ada, " Ada.King@X.example ", by=INSTALLATION, at=NOW)
    db.session.commit()
    assert _ada("ada.king@x.example").id == ada.id
    assert person_by_email("ada@x.example") is None
    assert [(one.email, one.until) for one in ada.former_names] == [("ada@x.example", TODAY)]
    ended = db.session.execute(sa.select(SignInSession.ended_at).where(SignInSession.person_id == ada.id)).scalars()
    assert all(ended)
    facts = db.session.execute(sa.select(AuditEvent.facts).where(AuditEvent.act == EMAIL_CHANGED.name)).scalar_one()
    assert facts == "{}"
    assert _problems(ADA.replace("ada@", "ada.king@")) == []


def test_addresses_that_are_refused(app: Flask) -> None:
    """One that no mail could reach, one that somebody has, and the one that it is already; nothing is kept of these."""
    _import(ADA, "bo@x.example,Bo,,,employee,,,")
    with pytest.raises(InvalidInput, match="Enter another e-mail address: "):
        change_email(_ada(), "nobody", by=INSTALLATION, at=NOW)
    with pytest.raises(InvalidInput, match="Bo has bo@x"):
        change_email(_ada(), "BO@x.example", by=INSTALLATION, at=NOW)
    with pytest.raises(AlreadyDone, match="already"):
        change_email(_ada(), "Ada@x.example", by=INSTALLATION, at=NOW)
    assert db.session.execute(sa.select(FormerName)).first() is None


def test_somebody_has_their_former_address_again(app: Flask) -> None:
    _import(ADA)
    ada = _ada()
    for address in ("ada.king@x.example", "ada@x.example"):
        change_email(ada, address, by=INSTALLATION, at=NOW)
        db.session.commit()
    assert set(former_addresses()) == {"ada.king@x.example"}
    assert _problems(ADA) == []


ASKED = "Is this ada@x.example, Ada Lovelace, Officer? Use `flask people change-email ada@x.example new@x.example`"


@pytest.mark.parametrize(
    ("row", "is_asked"),
    [
        ("new@x.example,Ada Lovelace,Officer,Libraries,employee,,2020-01-06,", True),
        ("new@x.example,ADA  LÓVELACE,Head,Museums,employee,,2020-01-06,", True),  # first day alone
        ("new@x.example,Ada Lovelace,Officer,Libraries,employee,,2027-01-04,", True),  # work alone
        ("new@x.example,Ada Lovelace,Officer,Libraries,employee,,,", True),
        ("new@x.example,Ada King,Officer,Libraries,employee,,2020-01-06,", True),  # married
        ("new@x.example,Ada King,Officer,Libraries,employee,,2027-01-04,", False),
        ("new@x.example,Ada King,Head,Libraries,employee,,2020-01-06,", False),
        ("new@x.example,Ida King,Officer,Libraries,employee,,2020-01-06,", False),
        ("new@x.example,Ada Lovelace,Head,Libraries,employee,,2027-01-04,", False),
        ("new@x.example,Ada Lovelace,,,employee,,,", False),
    ],
)
def test_a_line_that_may_mean_somebody_on_record_is_asked_about(app: Flask, row: str, is_asked: bool) -> None:
    """By its number, with the command to use; unless somebody said that they are two people."""
    _import(ADA)
    problems = _problems("bo@x.example,Bo,,,employee,,,", row)
    assert [problem.startswith("3: ") and ASKED in problem for problem in problems] == [True] * is_asked
    assert _problems(row, new_people=("new@x.example",)) == []
    assert _problems(ADA, row) == [], "both stand in the file: two people"


def test_a_namesake_of_somebody_who_left_is_not_asked_about(app: Flask) -> None:
    _import(ADA)
    set_last_working_day(_ada(), TODAY - timedelta(days=1), by=INSTALLATION, at=NOW)
    db.session.commit()
    assert _problems(ADA.replace("ada@", "new@")) == []


def test_a_file_with_a_former_address_is_told_the_present_one(app: Flask) -> None:
    """Also where it names a manager; whoever got the address since can be added by saying so."""
    _import(ADA)
    change_email(_ada(), "ada.king@x.example", by=INSTALLATION, at=NOW)
    db.session.commit()
    (problem,) = _problems(ADA)
    assert problem.startswith("2: ada@x.example was the address of Ada Lovelace until 3 March 2027; theirs is ada.king@x.ex")
    assert problem.endswith("--new-person ada@x.example")
    (problem,) = _problems("bo@x.example,Bo,,,employee,ada@x.example,,")
    assert problem == "2: manager_email ada@x.example is ada.king@x.example now"
    _import("ada@x.example,Ada Byron,Clerk,Museums,employee,,2027-03-01,", new_people=("ada@x.example",))
    assert former_addresses() == {}
    assert _ada().started == date(2027, 3, 1)


def test_whoever_types_a_former_address_is_told_the_one_of_today(app: Flask) -> None:
    _import(ADA)
    change_email(_ada(), "ada.king@x.example", by=INSTALLATION, at=NOW)
    db.session.commit()
    with pytest.raises(InvalidInput, match=r"ADA@x.example. Ada Lovelace has ada.king@x.example now. Enter that one"):
        known_by_address(" ADA@x.example ", "email")
    with pytest.raises(InvalidInput, match=r"nobody@x.example. Check it, or ask HR"):
        known_by_address("nobody@x.example", "email")
