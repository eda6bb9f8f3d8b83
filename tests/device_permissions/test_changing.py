"""A request that was sent back and changed: what was asked first stays, and nobody decides on what they did not read."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import begin_writing, commit, db
from app.core.seen import ChangedSince
from app.device_permissions import operations
from app.device_permissions.models import AskedBefore, DevicePermissionRequest, RequestStatus
from app.people.models import Person
from tests.conftest import NOW
from tests.device_permissions.factories import ANSWERS, TODAY, approved, submitted
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
UNTIL = TODAY + timedelta(days=100)
DECISIONS = (
    {"decision": "approve", "expires_on": ["1", "6", "2027"], "covers": "no", "conditions": "Update it"},
    {"decision": "return", "question": "Whose is it?"},
    {"decision": "refuse", "reasons": "Not on that."},
)


def returned(made: DevicePermissionRequest, manager: Person, question: str = "Which computer?") -> None:
    """A question is asked back."""
    begin_writing(made)
    operations.return_device_request(made, by=manager, at=NOW, question=question)
    commit()


def changed(made: DevicePermissionRequest, person: Person, **changes: object) -> None:
    """The requester changes it and sends it again."""
    begin_writing(made)
    operations.change_device_request(made, replace(ANSWERS, **changes), by=person, at=NOW)  # type: ignore[arg-type]
    commit()


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_page_from_before_a_change_decides_nothing(
    client_of: Clients, person: Person, manager: Person, decision: dict[str, object]
) -> None:
    """It is sent back with what is there now and all that was typed; sent again, it decides."""
    made = submitted(person)
    browser, where = client_of(manager), f"/device-permissions/requests/{made.reference}"
    seen = browser.get(where).field("seen")
    returned(made, manager)
    changed(made, person, device_words="the family PC", platforms=("Snapchat",))
    with clock.set_to(NOW):
        page = browser.post(f"{where}/decide", {**decision, "seen": seen}, status=409)
    assert page.errors == [
        "Sam Okoro answered or changed this on 3 March 2027 at 10:00am, after you opened the page. Nothing was recorded. "
        "Read it again, then decide"
    ]
    assert "Home computer (the family PC)" in page.text
    assert "Snapchat" in page.text
    assert page.soup.select_one(f"input[name=decision][value={decision['decision']}][checked]") is not None
    db.session.refresh(made)
    assert (made.status, made.decided_at, len(made.questions)) == (RequestStatus.SUBMITTED, None, 1)
    assert page.field("seen") != seen
    browser.follow(f"{where}/decide", {**decision, "seen": page.field("seen")})
    db.session.refresh(made)
    assert made.status is not RequestStatus.SUBMITTED


def test_an_answer_is_newer_too_and_an_act_without_a_page_is_judged_as_it_stands(person: Person, manager: Person) -> None:
    made = submitted(person)
    seen = made.version
    returned(made, manager)
    begin_writing(made)
    operations.answer_device_question(made, by=person, at=NOW, answer="Mine.")
    commit()
    begin_writing(made)
    with pytest.raises(ChangedSince):
        operations.approve_device_request(made, by=manager, at=NOW, expires_on=UNTIL, seen=seen)
    operations.approve_device_request(made, by=manager, at=NOW, expires_on=UNTIL, seen=made.version)
    commit()
    assert made.status is RequestStatus.APPROVED


def test_what_was_asked_first_stays(client_of: Clients, person: Person, manager: Person) -> None:
    """Each time it is changed; on the page and in the list to take away; the audit says which fields, not their words."""
    made = submitted(person)
    returned(made, manager)
    changed(made, person, device_words="the family PC", platforms=("Snapchat",), using_since=None)
    returned(made, manager, "And why?")
    changed(made, person, device_words="the family PC", platforms=("Snapchat",), using_since=None, reason="Sundays")
    assert [(one.number, one.device, one.used_for, one.using_since) for one in made.before] == [
        (1, "Home computer (my laptop)", "Facebook", ANSWERS.using_since),
        (2, "Home computer (the family PC)", "Snapchat", None),
    ]  # fmt: skip
    query = sa.select(AuditEvent.facts).where(AuditEvent.act == "device:changed").order_by(AuditEvent.number)
    assert [json.loads(facts) for facts in db.session.execute(query).scalars()] == [
        {"changed": "device_words, used_for, using_since"}, {"changed": "reason"}
    ]
    where = f"/device-permissions/requests/{made.reference}"
    for reader in (person, manager):
        browser = client_of(reader)
        with counted_queries() as queries:
            page = browser.get(where)
        assert len(queries) <= 8, queries
        words = page.text
        assert "Asked first, changed on 3 March 2027" in words
        assert words.index("Snapchat") < words.index("Asked first") < words.index("Facebook") < words.index("Asked then")
        assert "2 November 2026: said openly" in words
    taken = client_of(manager).get("/device-permissions/export.csv").response.get_data(as_text=True)
    assert "Home computer (my laptop); Facebook; Road closures at weekends; in use since 2026-11-02" in taken


def test_sent_again_as_it_was_nothing_is_kept_twice(person: Person, manager: Person) -> None:
    made = submitted(person)
    returned(made, manager)
    changed(made, person)
    assert made.before == []


def test_what_was_asked_before_cannot_be_altered(person: Person, manager: Person) -> None:
    made = submitted(person)
    returned(made, manager)
    changed(made, person, reason="Sundays")
    begin_writing()
    with pytest.raises(DBAPIError, match="append"):
        db.session.execute(sa.update(AskedBefore).values(reason="Another"))
    db.session.rollback()


def test_the_list_says_who_decided_and_how_it_ended(client_of: Clients, person: Person, manager: Person) -> None:
    made = approved(person, manager)
    begin_writing(made)
    operations.revoke_device_permission(made, by=manager, at=NOW, reasons="It was lost.")
    commit()
    taken = client_of(manager).get("/device-permissions/export.csv?show=ended").response.get_data(as_text=True)
    assert "Update it first,Priya Shah,2027-03-03,Priya Shah,It was lost.," in taken
