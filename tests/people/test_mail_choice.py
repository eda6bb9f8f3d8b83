"""“How we write to you”: everybody chooses for themselves, and the choice decides from when on messages go out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.audit import AuditEvent
from app.core.db import UtcDateTime, db
from app.core.errors import NotAllowed
from app.people.mailing import recipients
from app.people.models import MailChoice, Person, Role
from app.people.operations import choose_mail
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

ClientOf = Callable[..., PageClient]
PAGE = "/people/how-we-write-to-you"
DAY = timedelta(days=1)


def chosen(person: Person) -> list[str]:
    facts = sa.select(AuditEvent.facts).where(AuditEvent.act == "person:mail-chosen", AuditEvent.subject_id == person.id)
    return list(db.session.execute(facts.order_by(AuditEvent.number)).scalars())


def test_somebody_chooses_and_may_choose_again(make: Factory, client_of: ClientOf) -> None:
    ada = make.person("Ada")
    browser = client_of(ada)
    page = browser.get(PAGE)
    assert (page.heading, ada.email in page.text) == ("How we write to you", True)
    assert page.soup.find("input", checked=True)["value"] == "at_once"
    after = browser.follow(PAGE, {"mail_choice": "daily"})
    assert (after.heading, "You chose how we write to you." in after.text) == ("Your messages", True)
    assert after.soup.find("a", href=PAGE)
    assert db.session.get_one(Person, ada.id).mail_choice is MailChoice.DAILY
    assert browser.get(PAGE).soup.find("input", checked=True)["value"] == "daily"
    browser.post(PAGE, {"mail_choice": "daily"})
    browser.post(PAGE, {"mail_choice": "at_once"})
    assert chosen(ada) == ['{"mail_choice":"daily"}', '{"mail_choice":"at_once"}']


@pytest.mark.parametrize(
    ("given", "words"),
    [("", "Select when we should e-mail you"), ("never", "Choose one of the answers"), ("<b>", "Choose one of the answers")],
)
def test_what_is_no_choice_is_refused(make: Factory, client_of: ClientOf, given: str, words: str) -> None:
    ada = make.person("Ada")
    (error,) = client_of(ada).post(PAGE, {"mail_choice": given}, status=422).errors
    assert error.startswith(words)
    assert db.session.get_one(Person, ada.id).mail_choice is MailChoice.AT_ONCE
    assert chosen(ada) == []


def test_without_an_address_the_page_says_so(make: Factory, client_of: ClientOf) -> None:
    ada = make.person("Ada")
    ada.email = None
    db.session.commit()
    assert "We have no e-mail address for you" in client_of(ada).get(PAGE).text


def test_nobody_chooses_for_another(make: Factory) -> None:
    ada, manager = make.person("Ada"), make.person("Mo", Role.ADMINISTRATOR)
    assert ada.chooses_mail_of(ada)
    assert not manager.chooses_mail_of(ada)
    with pytest.raises(NotAllowed):
        choose_mail(ada, MailChoice.DAILY, by=manager, at=NOW)


def test_the_database_knows_the_choices(make: Factory) -> None:
    ada = make.person("Ada")
    with pytest.raises(IntegrityError):
        db.session.execute(sa.text("UPDATE person SET mail_choice = 'never' WHERE id = :id").bindparams(
            sa.bindparam("id", ada.id, type_=sa.Uuid(as_uuid=True))
        ))  # fmt: skip


def test_the_page_takes_one_query(make: Factory, client_of: ClientOf) -> None:
    browser = client_of(make.person("Ada"))
    with counted_queries() as queries:
        browser.get(PAGE)
    assert len(queries) <= 2


@pytest.mark.parametrize(
    ("last_day", "choice", "has_address", "until"),
    [
        (None, MailChoice.AT_ONCE, True, NOW),
        (None, MailChoice.DAILY, True, NOW - DAY),
        (NOW.date(), MailChoice.AT_ONCE, True, NOW),
        (NOW.date() - DAY, MailChoice.AT_ONCE, False, NOW),
        (NOW.date() - DAY, MailChoice.DAILY, False, NOW - DAY),
    ],
)
def test_who_is_written_to_and_from_when_on(
    make: Factory, last_day: object, choice: MailChoice, has_address: bool, until: object
) -> None:
    ada = make.person("Ada", last_working_day=last_day, mail_choice=choice)
    now, digest_at = (sa.literal(moment, UtcDateTime()) for moment in (NOW, NOW - DAY))
    (row,) = db.session.execute(recipients(now, NOW.date(), digest_at).where(Person.id == ada.id)).all()
    assert (row.person_id, row.written_until) == (ada.id, until)
    assert row.address == (ada.email if has_address else None)
