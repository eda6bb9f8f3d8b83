"""On whose approval somebody may do what they may do: on the page of the account, on past days and in the document."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pypdf
import pytest
import sqlalchemy as sa

from app.account_register import operations as acts
from app.account_register.models import AccessGrant, AccessLevel, Account, Approval
from app.account_register.queries.approvals import approval_in, with_approval
from app.core.db import begin_writing, commit, db
from app.people.models import Role
from tests.account_register.factories import agreed, make_account, make_grant
from tests.conftest import NOW
from tests.factories import Factory
from tests.pages import PageClient

TODAY, DAY = NOW.date(), timedelta(days=1)
ADMIN, EDITOR, RESPONDER, VIEWER = AccessLevel.ADMIN, AccessLevel.EDITOR, AccessLevel.RESPONDER, AccessLevel.VIEWER
Browser = Callable[..., PageClient]


class There:
    """A responder found in use, the manager of then and the one of now, the owner and a keeper."""

    def __init__(self, make: Factory) -> None:
        self.first, self.manager, self.owner = make.person("Fay First"), make.person("Mo Manager"), make.person("Olu")
        self.sca, self.holder = make.person("Sca", Role.SCA), make.person("Hol", manager=self.manager)
        self.account: Account = make_account(make, self.owner, name="Parks")
        self.account.registered_at = NOW - 60 * DAY
        make.keep(self.account)
        self.grant: AccessGrant = make_grant(
            make, self.account, self.holder, level=RESPONDER, given_by_id=self.sca.id, starts_on=TODAY - 50 * DAY
        )
        agreed(make, self.holder, NOW - 40 * DAY)

    def more(self, level: AccessLevel, at: datetime) -> None:
        """The manager approves that the holder may do more, as the keeper advised."""
        begin_writing()
        asked = acts.ask_for_more(self.grant, level, by=self.owner, at=at, reason="To add people.")
        acts.advise_on_access(asked, by=self.sca, at=at, advice=f"OK for {level}")
        acts.approve_access(asked, by=self.manager, at=at)
        commit()

    def less(self, level: AccessLevel, at: datetime) -> None:
        """The keeper lowers it."""
        begin_writing()
        acts.lower_level(self.grant, level, by=self.sca, at=at)
        commit()

    def on(self, day: date) -> Approval:
        """The approval of the level that held on a day."""
        return approval_in(db.session.execute(with_approval(sa.select(AccessGrant), day)).one())


@pytest.fixture
def there(make: Factory) -> There:
    """The people and the access."""
    return There(make)


def told(one: Approval) -> tuple[AccessLevel, str, str]:
    """What is read of it."""
    return one.level, one.words, one.advice


def test_the_approval_of_each_day(there: There) -> None:
    """Found in use until somebody approved more; less needs nobody, and more again is approved anew."""
    there.more(EDITOR, NOW - 30 * DAY)
    there.more(ADMIN, NOW - 20 * DAY)
    there.less(VIEWER, NOW - 10 * DAY)
    there.more(RESPONDER, NOW)
    found = "Nobody: found in use at an import"
    assert [told(there.on(TODAY - n * DAY)) for n in (40, 31, 30, 20, 10, 0)] == [
        (RESPONDER, found, ""),
        (RESPONDER, found, ""),
        (EDITOR, "Mo Manager; editor since 1 February 2027", "OK for editor"),
        (ADMIN, "Mo Manager; admin since 11 February 2027", "OK for admin"),
        (VIEWER, "Mo Manager, as admin; viewer since 21 February 2027", "OK for admin"),
        (RESPONDER, "Mo Manager; responder since 3 March 2027", "OK for responder"),
    ]


def test_what_is_lowered_was_approved_by_whoever_gave_it(there: There, make: Factory) -> None:
    """The first approval stands for less; a file that raised it names nobody."""
    there.grant.approved_by_id, there.grant.advice = there.first.id, "Good"
    make.keep(there.grant)
    assert told(there.on(TODAY)) == (RESPONDER, "Fay First", "Good")
    there.less(VIEWER, NOW - DAY)
    assert told(there.on(TODAY)) == (VIEWER, "Fay First, as responder; viewer since 2 March 2027", "Good")
    acts.change_level(there.grant, ADMIN, by=there.sca, at=NOW)
    commit()
    assert told(there.on(TODAY)) == (ADMIN, "Nobody: found in use at an import; admin since 3 March 2027", "")
    assert told(there.on(TODAY - DAY))[1].startswith("Fay First, as responder")


def test_the_pages_and_the_document_name_who_approved_more(there: There, make: Factory, client_of: Browser) -> None:
    """And the day before, who had approved less: another manager, with other advice."""
    there.grant.approved_by_id, there.grant.advice = there.first.id, "Good"
    make.keep(there.grant)
    there.more(ADMIN, NOW - DAY)
    keeper = client_of(there.sca)
    page = keeper.get(f"/account-register/{there.account.id}").soup.get_text(" ")
    page = " ".join(page.split())
    assert "Admin since 2 March 2027 , approved by Mo Manager; advice: OK for admin" in page
    assert "Fay First" not in page
    for day, yes, no in ((TODAY, "Mo Manager; admin since 2 March 2027", "Fay First"),
                         (TODAY - 2 * DAY, "Fay First", "Mo Manager")):  # fmt: skip
        asked = f"?day={day.day}&day={day.month}&day={day.year}"
        past = keeper.get(f"/credential-rotation/accounts/{there.account.id}/who-could-get-in{asked}").text
        held = keeper.get(f"/credential-rotation/people/{there.holder.id}/what-they-could-get-into{asked}").text
        document = pdf_of(keeper, day)
        for text in (past, held, document):
            assert yes in text
            assert no not in text


def test_who_reads_the_advice(there: There, make: Factory) -> None:
    """Whoever approved it, and those who read it of the access."""
    there.more(ADMIN, NOW)
    approval, other = there.on(TODAY), make.person("Oth")
    people = {"manager": there.manager, "owner": there.owner, "holder": there.holder, "sca": there.sca, "other": other}
    there.holder.line_manager_id = other.id
    make.keep(there.holder)
    readers = {name: approval.advice_is_known_to(person) for name, person in people.items()}
    assert readers == {"manager": True, "owner": True, "holder": True, "sca": True, "other": True}
    assert not approval.advice_is_known_to(there.first)


def pdf_of(client: PageClient, day: date) -> str:
    """What the document of a day says, page after page."""
    asked = {"day": [str(day.day), str(day.month), str(day.year)]}
    reply = client.post("/account-register/as-it-stood", asked, status=200).response
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.data)).pages).split())
