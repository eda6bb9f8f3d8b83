"""The register as a document: which accounts there were on a day, who could get in, and when that was last reviewed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from app.account_register.models.on_a_day import AccountOnDay
from app.core.clock import LONDON
from app.core.presentation import count_words, uk_date
from app.documents.drawing import draw
from app.documents.parts import Contents, Cover, DocumentFrame, Heading, KeyFacts, PageBreak, Paragraph, Part, Table
from app.policy.queries import pack

HANDLING = "For the keepers of the register and for audit. It names who holds access."
WHAT_IT_TELLS = (
    "Whether an account was on the register, who had access to it and when that was last reviewed is told as of the end "
    "of that day, and a platform is called what it was called then. Name, handle, service and owner are told as the "
    "register has them at the time of printing. No password is kept in the register."
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
        ("People with access", str(len({held.name for account in accounts for held in account.holders}))),
        ("Never reviewed", str(sum(account.last_review is None for account in accounts))),
    )
    return draw(frame, Cover(pack().organisation_name, "Who could get in", facts, WHAT_IT_TELLS), list(_parts(accounts)))


def _parts(accounts: Sequence[AccountOnDay]) -> Iterator[Part]:
    yield Heading(1, "1. All accounts")
    rows = tuple(
        (
            account.name, account.platform, account.service or "Not recorded", account.owner or "Nobody",
            str(len(account.holders)), uk_date(account.last_review) if account.last_review else "Never",
        )
        for account in accounts
    )  # fmt: skip
    head = ("Account", "Platform", "Service", "Owner", "People", "Last review")
    yield Table(head, rows, (3.6, 2.6, 4, 3.6, 1.8, 3), "Accounts on the register", row_heads=True, numeric=(4,))
    yield PageBreak()
    yield Contents(2, "Where to find an account")
    yield Heading(1, "2. Account by account")
    for account in accounts:
        yield from _account(account)


def _account(account: AccountOnDay) -> Iterator[Part]:
    yield Heading(2, f"{account.name}, {account.platform}")
    yield KeyFacts(
        (
            ("Handle", account.handle),
            ("Service", account.service),
            ("Accountable owner", account.owner),
            ("On the register since", uk_date(account.on_register_since)),
            ("Last review of access", uk_date(account.last_review) if account.last_review else "Never"),
        )
    )
    if account.holders:
        yield _holders(account)
    else:
        yield Paragraph("Nobody had access.")
    if account.awaited:
        named = ", ".join(held.name for held in account.awaited)
        yield Paragraph(f"Given access, and not able to use it yet because they had not agreed to the policy: {named}.")


def _holders(account: AccountOnDay) -> Table:
    rows = tuple((held.name, held.level.value.capitalize(), uk_date(held.starts_on)) for held in account.holders)
    words = count_words(len(rows), "person had", "people had")
    return Table(("Who", "As", "Since"), rows, (4, 2, 2), f"{words} access", row_heads=True)
