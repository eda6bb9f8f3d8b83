"""What somebody holds and has agreed to: all of it, and of nobody else."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from pypdf import PdfReader

from app.account_register.models import AccountStatus, EndReason
from app.core import clock
from app.core.db import commit
from app.figures.documents import record_document
from app.figures.queries import my_record
from app.policy.models import AgreedBy, RemindedBy
from app.policy.operations import attest, remind_team
from app.policy.queries import current_version
from tests.conftest import NOW
from tests.credential_rotation.factories import account, grant
from tests.device_permissions.factories import approved
from tests.device_permissions.test_uses import told
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

TODAY, DAY = NOW.date(), timedelta(days=1)
PAGE = "/figures/my-record"


def test_everything_that_somebody_holds_stands_on_one_page(make: Factory, client_of: Callable[..., PageClient]) -> None:
    """Access, whether it runs yet; what was agreed to, how and before whom; reminders. And of nobody else."""
    manager = make.person("Manager")
    person, other = make.person("Holder", manager=manager), make.person("Other", manager=manager)
    browser = client_of(person)
    assert "None. When you are given access" in browser.get(PAGE).text
    grant(make, account(make, "Library", manager), person)
    waits = grant(make, account(make, "Museum", manager), person)
    waits.required_version_id, waits.acknowledge_by = current_version(TODAY).id, TODAY + 9 * DAY
    over = grant(make, account(make, "Closed chapter", manager), person)
    over.ends_on, over.end_reason = TODAY - DAY, EndReason.NO_LONGER_NEEDED
    grant(make, account(make, "Parks", manager), other)
    make.keep(waits, over)
    approved(person, manager)
    told(person)
    remind_team(manager, method=RemindedBy.MESSAGE, words="Mind <b>7.6</b>.", given_on=TODAY, people=[person], at=NOW)
    commit()
    with counted_queries() as queries:
        page = browser.get(PAGE)
    assert len(queries) <= 8, queries
    assert "Awaiting acknowledgement" in page.text
    assert "Home computer (my laptop) Facebook 11 June 2027 Not included Update it first" in page.text
    assert "Mastodon My own phone 3 March 2027" in page.text
    assert "Mind <b>7.6</b>." in page.text
    assert not [word for word in ("Closed chapter", "Parks", "Other") if word in page.text]
    attest([person], current_version(TODAY), method=AgreedBy.PAPER, agreed_on=TODAY - DAY, by=manager, at=NOW)
    commit()
    page = browser.get(PAGE)
    assert "Social Media Policy, Version 2 2 March 2027 On paper, attested by Manager" in page.text
    assert "Awaiting acknowledgement" not in page.text


@pytest.mark.parametrize("status", [one for one in AccountStatus if one is not AccountStatus.CLOSED])
def test_the_state_of_an_account_stands_beside_the_access(
    make: Factory, client_of: Callable[..., PageClient], status: AccountStatus
) -> None:
    """On the page and in the PDF: whoever may post but should not reads it where they read that they may."""
    person, manager = make.person("Holder"), make.person("Manager")
    held = account(make, "Library", manager)
    held.status = status
    make.keep(held)
    grant(make, held, person)
    said = f"Library {status.to_heed}".strip()
    page = client_of(person).get(PAGE)
    assert said in page.text
    assert ("do not" in page.text) is (status in (AccountStatus.PAUSED, AccountStatus.COMPROMISED))
    made = PdfReader(io.BytesIO(record_document(my_record(person, TODAY), at=clock.now(), large_print=False)))
    text = " ".join(" ".join(one.extract_text() for one in made.pages).split())
    assert said in text


def test_it_can_be_taken_along_and_its_properties_name_nobody(
    make: Factory, client_of: Callable[..., PageClient]
) -> None:
    person = make.person("Holder")
    grant(make, account(make, "Library", person), person)
    for query in ("", "?print=large"):
        reader = PdfReader(io.BytesIO(client_of(person).look(f"{PAGE}.pdf{query}").response.data))
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        assert "Library" in text
        assert "Holder" in text
        assert "None recorded" in text
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "Holder" not in str(reader.metadata)
    record = my_record(person, TODAY)
    assert record_document(record, at=clock.now(), large_print=False) == record_document(
        record, at=clock.now(), large_print=False
    )
