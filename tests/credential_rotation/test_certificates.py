"""The certificate of a leaver, and how long it took to prove it."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.account_register.models import LoginMode
from app.core import clock
from app.core.audit import ReadEvent
from app.core.db import begin_writing, commit, db
from app.core.working_days import elapsed_hours
from app.credential_rotation.documents import render_certificate
from app.credential_rotation.models import (
    CredentialRotation,
    LeaverNotice,
    NoticeStatus,
    RotationStatus,
    StepAnswer,
    StepKind,
    StepOutcome,
    hours_words,
    proof_words,
)
from app.credential_rotation.operations import mark_changed
from app.credential_rotation.queries import certificate_of
from app.people.models import Person
from tests.conftest import NOW
from tests.credential_rotation.factories import ALL_DONE, FRIDAY, account, grant, leave, verified
from tests.documents.reading import flat, text_of, unmarked
from tests.factories import Factory
from tests.pages import PageClient, counted_queries

Clients = Callable[..., PageClient]
ROOM = "/credential-rotation"
HOUR = timedelta(hours=1)
MARKUP = "<b>none</b> & more"


@pytest.fixture
def jo(make: Factory) -> Person:
    """Who leaves."""
    return make.person("Jo Bell", post="Officer")


def _complete(make: Factory, hr: Person, sca: Person, owner: Person, jo: Person, accounts: int = 2) -> LeaverNotice:
    """Somebody who left at once, with shared logins, one of their own and one account of which they were the owner."""
    for number in range(accounts):
        on = account(make, f"Account {number}", owner)
        grant(make, on, jo)
        grant(make, on, make.person(f"Other {number}"))
    own = account(make, "Museum", owner)
    grant(make, own, jo, mode=LoginMode.INDIVIDUAL)
    grant(make, own, make.person("Another"))
    notice = leave(jo, hr)
    due = sa.select(CredentialRotation).where(CredentialRotation.status == RotationStatus.DUE)
    for rotation in db.session.execute(due).scalars().all():
        at = NOW + HOUR
        steps = {**ALL_DONE, StepKind.BACKUP_CODES: StepAnswer(StepOutcome.NOT_APPLICABLE, MARKUP)}
        begin_writing(rotation)
        mark_changed(rotation, by=owner, at=at, changed_at=at, steps=steps)
        commit()
        verified(rotation, sca, at=NOW + 5 * HOUR)
    assert notice.status is NoticeStatus.COMPLETE
    return notice


def _fetched(client: PageClient, address: str) -> TestResponse:
    db.session.commit()
    with client.browser.application.app_context():
        return client.browser.get(address)


def test_the_certificate_says_the_whole_chain_and_its_outside_names_nobody(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Grants ended, changes with who, when and what was seen, steps, the keeper told, hours; tagged; neutral outside."""
    notice = _complete(make, hr, sca, owner, jo)
    address = f"{ROOM}/leavers/{notice.id}/certificate.pdf"
    page = client_of(hr).get(f"{ROOM}/leavers/{notice.id}")
    assert page.soup.find("a", href=address) is not None
    assert "changed and verified after 5 hours" in page.text
    reply = _fetched(client_of(hr), address)
    assert (reply.status_code, reply.content_type) == (200, "application/pdf")
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{notice.reference.lower()}.pdf"'
    text = flat(text_of(reply.data))
    for words in (
        "Jo Bell, Officer", "Wednesday 3 March 2027", "Account 0, Facebook", "Account 1, Facebook", "Own login",
        "Olu Abara, 3 March 2027 at 11:00am", "Cleo Marsh, 3 March 2027 at 3:00pm", "saw no session of others",
        "After 5 hours", "no receipt yet", MARKUP, "2 shared passwords were changed and verified", "None recorded",
        "Hana Reed recorded that Jo Bell leaves",
    ):  # fmt: skip
        assert words in text, words
    reader = pypdf.PdfReader(io.BytesIO(reply.data))
    outside = f"{reader.metadata} {[one.title for one in reader.outline if not isinstance(one, list)]}"
    for name in ("Jo Bell", "Olu", "Cleo", "Hana"):
        assert name not in outside
        assert name not in reader.pages[0].extract_text()
    assert unmarked(reply.data) == []
    assert notice.reference in str(reader.metadata)


def test_the_same_notice_gives_the_same_certificate(
    make: Factory, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Its dates come from the record, whenever it is drawn. Large print has more pages."""
    notice = _complete(make, hr, sca, owner, jo, accounts=10)
    day = NOW.date()
    first = render_certificate(certificate_of(notice, day=day))
    with clock.set_to(NOW + 500 * HOUR):
        assert render_certificate(certificate_of(notice, day=clock.today())) == first
    large = render_certificate(certificate_of(notice, day=day), large_print=True)
    assert len(pypdf.PdfReader(io.BytesIO(large)).pages) > len(pypdf.PdfReader(io.BytesIO(first)).pages)


def test_who_takes_a_certificate_is_written_down_with_its_fingerprint(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """Each time, and the same bytes each time; nobody else's page or history shows it, and refusals leave nothing."""
    notice = _complete(make, hr, sca, owner, jo)
    address = f"{ROOM}/leavers/{notice.id}/certificate.pdf"
    assert "Who took the certificate away" not in client_of(hr).get(f"{ROOM}/leavers/{notice.id}").text
    first = _fetched(client_of(hr), address).data
    with clock.set_to(NOW + 30 * HOUR):
        second = _fetched(client_of(sca), address).data
    client_of(owner).get(address, status=404)
    assert first == second
    fingerprint = hashlib.sha256(first).hexdigest()
    rows = db.session.execute(sa.select(ReadEvent).order_by(ReadEvent.number)).scalars().all()
    assert [(row.act, row.actor_id, row.subject_id) for row in rows] == [
        ("leaver:certificate-taken", one.id, notice.id) for one in (hr, sca)
    ]
    assert [json.loads(row.facts) for row in rows] == [{"sha256": fingerprint}] * 2
    shown = client_of(hr).get(f"{ROOM}/leavers/{notice.id}").text
    for words in ("Cleo Marsh, 4 March 2027", "Hana Reed, 3 March 2027", fingerprint):
        assert words in shown


def test_nothing_is_certified_before_it_is_done(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """409 while something is open; 404 for strangers and for the leaver."""
    grant(make, account(make, "Libraries", owner), jo)
    notice = leave(jo, hr, day=FRIDAY, immediate=False)
    address = f"{ROOM}/leavers/{notice.id}/certificate.pdf"
    assert "not everything is done" in client_of(hr).get(address, status=409).text
    assert "Certificate" not in client_of(hr).get(f"{ROOM}/leavers/{notice.id}").text
    for stranger in (owner, jo, make.person()):
        client_of(stranger).get(address, status=404)
    client_of(hr).get(f"{ROOM}/leavers/{make.id()}/certificate.pdf", status=404)


def test_a_leaver_without_accounts_has_a_certificate_too(client_of: Clients, hr: Person, jo: Person) -> None:
    """Every section says that nothing is recorded in it."""
    notice = leave(jo, hr)
    text = flat(text_of(_fetched(client_of(hr), f"{ROOM}/leavers/{notice.id}/certificate.pdf").data))
    assert "No shared password had to change" in text
    assert text.count("None recorded") >= 4


def test_the_certificate_takes_few_queries_whatever_its_length(
    make: Factory, client_of: Clients, hr: Person, sca: Person, owner: Person, jo: Person
) -> None:
    """At most eight, with one account and with seven."""
    kim, counts = make.person("Kim"), []
    for person, accounts in ((jo, 1), (kim, 7)):
        notice = _complete(make, hr, sca, owner, person, accounts)
        browser = client_of(hr)
        address = f"{ROOM}/leavers/{notice.id}/certificate.pdf"
        _fetched(browser, address)
        with counted_queries() as queries:
            _fetched(browser, address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts


@pytest.mark.parametrize(
    ("seconds", "hours", "words"),
    [
        (-1, 0, "before the last working day was over"),
        (0, 0, "before the last working day was over"),
        (59 * 60, 0, "within the hour"),
        (3600, 1, "after 1 hour"),
        (47 * 3600 + 59, 47, "after 47 hours"),
        (48 * 3600, 48, "after 2 days"),
        (50 * 3600, 50, "after 2 days and 2 hours"),
    ],
)
def test_how_long_it_took(seconds: int, hours: int, words: str) -> None:
    """Counted from losing access to the last verification, never less than nothing."""
    proved = NOW + timedelta(seconds=seconds)
    assert (elapsed_hours(NOW, proved), proof_words(NOW, proved)) == (hours, words)
    assert hours_words(1) == "1 hour"


def test_from_when_somebody_is_without_access(make: Factory, hr: Person, owner: Person) -> None:
    """Planned: the end of the last day. At once: when it was told, unless their last day was over already."""
    planned = leave(make.person(), hr, day=FRIDAY, immediate=False)
    at_once = leave(make.person(), hr)
    earlier = leave(make.person(), hr, day=NOW.date() - timedelta(days=2))
    assert planned.gone_at == clock.at_local(FRIDAY + timedelta(days=1))
    assert at_once.gone_at == NOW
    assert earlier.gone_at == clock.at_local(NOW.date() - timedelta(days=1))
