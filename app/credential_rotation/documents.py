"""The certificate of a leaver: that access ended, every password was changed and verified, and the keeper was told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from app.core import clock
from app.core.presentation import count_words, uk_date, uk_datetime, uk_weekday_date
from app.credential_rotation.models import (
    NEEDS_PERMISSION,
    ChainRow,
    LeaverCertificate,
    LeaverNotice,
    RotationStep,
    Sighting,
    StepKind,
    StepOutcome,
)
from app.documents.drawing import draw
from app.documents.parts import Cover, DocumentFrame, Heading, KeyFacts, PageBreak, Paragraph, Part, Table
from app.policy.queries import pack

TITLE = "Leaver certificate"
HANDLING = "For HR, the keepers of the register and audit. It says who held which account."
WHAT_IT_SAYS = (
    "This certificate says that somebody who left has no access to the organisation’s accounts any more, and that each "
    "shared password they knew was changed by one person and verified by another, unless the account no longer exists or "
    "is lost. It holds no password."
)
STEP_NAMES: Mapping[StepKind, str] = {
    StepKind.PASSWORD: "Password changed",
    StepKind.SESSIONS: "Signed out everywhere",
    StepKind.RECOVERY: "Recovery details checked",
    StepKind.SECOND_FACTOR: "2-step verification renewed",
    StepKind.BACKUP_CODES: "New backup codes",
    StepKind.CONNECTED_TOOLS: "Connected tools reviewed",
}
SAW: Mapping[Sighting, str] = {
    Sighting.VAULT_DATE: "saw the new date in the vault",
    Sighting.NO_SESSIONS: "saw no session of others",
    Sighting.SIGNED_IN: "signed in with the new password",
}


def render_certificate(certificate: LeaverCertificate, *, large_print: bool = False) -> bytes:
    """The certificate as a tagged PDF. The file's properties, its outline and its cover name no person."""
    notice = certificate.notice
    frame = DocumentFrame(
        title=TITLE,
        marking=pack().marking.value,
        handling_line=HANDLING,
        reference=notice.reference,
        version="1",
        copy_line="Copy for the file",
        generated_at=certificate.completed_at.astimezone(clock.LONDON),
        issued_at=certificate.completed_at.astimezone(clock.LONDON),
        draft=False,
        large_print=large_print,
    )
    facts = (
        ("Reference", notice.reference),
        ("Last working day", uk_date(notice.last_working_day)),
        ("Everything done", uk_datetime(certificate.completed_at)),
        ("Accounts", str(len(certificate.chain))),
        ("Passwords changed", str(len(certificate.changes))),
        ("Proved", certificate.proved),
    )
    cover = Cover(pack().organisation_name, "Access ended and passwords changed", facts, WHAT_IT_SAYS)
    return draw(frame, cover, list(_parts(certificate)))


def _parts(certificate: LeaverCertificate) -> Iterator[Part]:
    yield PageBreak()
    yield from _summary(certificate)
    yield from _access(certificate)
    yield from _passwords(certificate)
    yield from _gone_accounts(certificate)
    yield from _permissions(certificate)
    yield from _checklists(certificate)
    yield from _hand_overs(certificate)
    yield from _history(certificate)


def _summary(certificate: LeaverCertificate) -> Iterator[Part]:
    notice, keeper = certificate.notice, pack().register_keeper_title.value
    source = pack().cite(pack().chases["rotation_change"].duty_sources)
    yield Heading(1, "1. Who left, and what was done")
    yield KeyFacts(
        (
            ("Who left", notice.person.named_with_post),
            ("Service", notice.person.service.name if notice.person.service else ""),
            ("Last working day", uk_weekday_date(notice.last_working_day)),
            ("How they left", "At once" if notice.immediate else "As planned"),
            ("Recorded by", f"{notice.recorder}, {uk_datetime(notice.notified_at)}"),
            ("Without access from", _gone(notice)),
            ("Last change verified", certificate.proved),
            ("Everything done", uk_datetime(certificate.completed_at)),
            ("Rule", source[:1].upper() + source[1:]),
        )
    )
    changes = len(certificate.changes)
    yield Paragraph(
        f"Access to {count_words(len({one.account_id for one in certificate.accesses}), 'account')} is over. "
        f"{count_words(changes, 'shared password was', 'shared passwords were')} changed and verified"
        + (f", and the {keeper} was told of each." if changes else "."),
        "lead",
    )


def _gone(notice: LeaverNotice) -> str:
    day = f"The end of {uk_date(notice.last_working_day)}"
    at_its_end = notice.gone_at == clock.at_local(notice.last_working_day + timedelta(days=1))
    return day if at_its_end else uk_datetime(notice.gone_at)


def _access(certificate: LeaverCertificate) -> Iterator[Part]:
    yield Heading(1, "2. Access that ended")
    rows = tuple(
        (
            f"{one.account.name}, {one.account.platform}", one.level.value.capitalize(), one.login_mode.label,
            "Called off before it began" if one.is_called_off else uk_date(one.ends_on),
        )
        for one in certificate.accesses
    )  # fmt: skip
    yield Table(("Account", "Level", "Login", "Last day"), rows, (5, 2, 3, 3.4), "Access that ended", row_heads=True)


def _passwords(certificate: LeaverCertificate) -> Iterator[Part]:
    keeper = pack().register_keeper_title.value
    yield Heading(1, "3. Passwords changed")
    rows = tuple(
        (
            f"{row.account}, {row.platform}", f"{row.done_by}, {uk_datetime(row.changed_at)}",
            f"{row.verified_by}, {uk_datetime(row.verified_at)}, {SAW[row.saw] if row.saw else ''}{_alone(row)}",
            f"{uk_datetime(row.told_at)}; {'noted ' + uk_datetime(row.noted_at) if row.noted_at else 'no receipt yet'}",
        )
        for row in certificate.changes
    )  # fmt: skip
    head = ("Account", "Changed by", "Verified by", f"{keeper} told")
    yield Table(head, rows, (3.6, 3.4, 4, 4), "Passwords changed and verified", row_heads=True)


def _gone_accounts(certificate: LeaverCertificate) -> Iterator[Part]:
    """The accounts of which nobody can change the password any more, with who said and confirmed that."""
    if not certificate.gone:
        return
    yield Heading(2, "Accounts that no longer exist or are lost")
    rows = tuple((f"{row.account}, {row.platform}", row.is_without_change) for row in certificate.gone)
    yield Table(("Account", "Why no password was changed"), rows, (4, 10), "Accounts that are gone", row_heads=True)


def _alone(row: ChainRow) -> str:
    """Why who made a change verified it too: the policy's pack allows that where nobody else can."""
    return f". Nobody else could: {row.alone_because}" if row.alone_because else ""


def _permissions(certificate: LeaverCertificate) -> Iterator[Part]:
    """Who permitted each change, where the policy asks for that, and what was changed before anybody had."""
    if not certificate.with_permission:
        return
    source = pack().cite(pack().switches[NEEDS_PERMISSION].sources)
    yield Heading(2, "Permission for each change")
    rows = tuple(
        (f"{row.account}, {row.platform}", row.emergency_reason or "No", _permission(row))
        for row in certificate.with_permission
    )
    yield Table(("Account", "In an emergency", "Permission"), rows, (3.6, 5, 6), f"Permission ({source})", row_heads=True)


def _permission(row: ChainRow) -> str:
    if row.refused_at:
        return f"Nobody permitted it. {row.refused_by}, {uk_datetime(row.refused_at)}: {row.refused_why}"
    if not row.permitted_at:
        return "Nobody has permitted it"
    when = ", after the change" if row.changed_at and row.permitted_at > row.changed_at else ""
    return f"{row.permitted_by}, {uk_datetime(row.permitted_at)}{when}"


def _checklists(certificate: LeaverCertificate) -> Iterator[Part]:
    yield Heading(1, "4. What was done at each change")
    rows = tuple(
        (f"{row.account}, {row.platform}", *_checklist(certificate.steps.get(row.rotation_id, ())))
        for row in certificate.changes
        if row.rotation_id is not None
    )
    head = ("Account", "Done", "Does not apply")
    yield Table(head, rows, (3.6, 5.4, 6), "The steps of each change", row_heads=True)


def _checklist(steps: Sequence[RotationStep]) -> tuple[str, str]:
    done = [STEP_NAMES[step.kind] for step in steps if step.outcome is StepOutcome.DONE]
    left_out = [f"{STEP_NAMES[step.kind]}: {step.reason}" for step in steps if step.outcome is StepOutcome.NOT_APPLICABLE]
    return "\n".join(done) or "–", "\n".join(left_out) or "–"


def _hand_overs(certificate: LeaverCertificate) -> Iterator[Part]:
    yield Heading(1, "5. Accounts handed over")
    words = {
        "owner": "A new accountable owner was named",
        "only_administrator": "Somebody else administers it",
        "both": "A new accountable owner was named, and somebody else administers it",
    }
    rows = tuple(
        (f"{row.account}, {row.platform}", words[row.hand_over.value])
        for row in certificate.handed_over
        if row.hand_over is not None
    )
    yield Table(("Account", "What was done"), rows, (5, 8), "Accounts that somebody took over", row_heads=True)


def _history(certificate: LeaverCertificate) -> Iterator[Part]:
    yield Heading(1, "6. What happened")
    rows = tuple((uk_datetime(entry.at), f"{entry.actor} {entry.words}") for entry in certificate.history)
    yield Table(("When", "What"), rows, (4, 9), "What happened")
