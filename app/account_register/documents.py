"""The register as a document: which accounts there were on a day, who could get in, and when that was last reviewed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from app.account_register.models import AccountOnDay
from app.core.clock import LONDON
from app.core.presentation import count_words, uk_date
from app.documents.drawing import draw
from app.documents.parts import Contents, Cover, DocumentFrame, Heading, KeyFacts, PageBreak, Paragraph, Part, Table
from app.policy.queries import pack

HANDLING = "For the keepers of the register and for audit. It names who holds access."
WHAT_IT_TELLS = (
    "All of it is told as of the end of that day, also where it has changed since: what the register said, who could get in "
    "and on whose approval, how the account was protected and what was wrong with it. Whoever still knew a shared password "
    "could get in. What needed attention is told but for passwords that were late and people who were about to leave. No "
    "password is kept in the register."
)


def register_document(accounts: Sequence[AccountOnDay], day: date, *, at: datetime) -> bytes:
    """The register at the end of a day as a tagged PDF; the file's properties name no person."""
    frame = DocumentFrame(
        title="Register of accounts",
        marking=pack().marking.value,
        handling_line=HANDLING,
        reference=f"Register {day.isoformat()}",
        version="1",
        copy_line="Copy for audit",
        generated_at=at.astimezone(LONDON),
        issued_at=at.astimezone(LONDON),
        draft=False,
    )
    facts = (
        ("As it stood on", uk_date(day)),
        ("Accounts", str(len(accounts))),
        ("People who could get in", str(len({way.person.id for account in accounts for way in account.ways_in}))),
        ("Accounts that needed attention", str(sum(bool(account.health) for account in accounts))),
        ("Never reviewed", str(sum(account.last_review is None for account in accounts))),
    )
    return draw(frame, Cover(pack().organisation_name, "Who could get in", facts, WHAT_IT_TELLS), list(_parts(accounts)))


def _parts(accounts: Sequence[AccountOnDay]) -> Iterator[Part]:
    yield Heading(1, "1. All accounts")
    rows = tuple(
        (
            account.name, account.platform, account.status_in_full, account.service or "Not recorded",
            account.owner or "Nobody", str(len(account.ways_in)), _last_review(account),
        )
        for account in accounts
    )  # fmt: skip
    head = ("Account", "Platform", "Status", "Service", "Owner", "People", "Last review")
    widths = (3.4, 2.5, 2.2, 3.2, 3.2, 1.8, 2.8)
    yield Table(head, rows, widths, "Accounts on the register", row_heads=True, numeric=(5,))
    yield PageBreak()
    yield Contents(2, "Where to find an account")
    yield Heading(1, "2. Account by account")
    for account in accounts:
        yield from _account(account)


def _last_review(account: AccountOnDay) -> str:
    return uk_date(account.last_review) if account.last_review else "Never"


def _account(account: AccountOnDay) -> Iterator[Part]:
    yield Heading(2, f"{account.name}, {account.platform}")
    yield KeyFacts(
        (
            ("Handle", account.handle),
            ("Status", account.status_in_full),
            ("Service", account.service),
            ("Accountable owner", account.owner),
            ("How people signed in", account.login_mode),
            ("2-step verification", account.two_step),
            ("Needed attention", "; ".join(account.health) or "Nothing"),
            ("On the register since", uk_date(account.on_register_since)),
            ("Last review of access", _last_review(account)),
        )
    )
    if account.ways_in:
        yield _ways_in(account)
    else:
        yield Paragraph("Nobody could get in.")
    if account.awaited:
        named = ", ".join(person.named_with_post for person in account.awaited)
        yield Paragraph(f"Given access, and not able to use it yet because they had not agreed to the policy: {named}.")


def _ways_in(account: AccountOnDay) -> Table:
    rows = tuple(
        (
            way.person.named_with_post, way.words, way.level.value.capitalize() if way.level else "–", uk_date(way.since),
            way.approval.words if way.approval else "–",
        )
        for way in account.ways_in
    )  # fmt: skip
    words = count_words(len(rows), "person", "people")
    head = ("Who", "How", "As", "Since", "Approved by")
    return Table(head, rows, (4, 4, 2, 2.4, 3.4), f"{words} could get in", row_heads=True)
