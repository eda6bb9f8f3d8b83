"""What a permission says on paper: one page for its holder to keep."""

from collections.abc import Iterator

from app.core import clock
from app.core.presentation import uk_date, uk_datetime, uk_weekday_date
from app.device_permissions.models import CHECK_WORDS, DevicePermissionRequest
from app.documents.drawing import draw
from app.documents.parts import Bullets, DocumentFrame, Heading, KeyFacts, Paragraph, Part
from app.policy.queries import pack

TITLE = "Device permission"
HANDLING = "For its holder, their manager and the keepers of the register."
ENDS = (
    "You are given another post or leave.",
    "Your manager approves another permission in its place: for this device, or for one that you use instead.",
    "Every account it was given for is closed.",
    "You get a new line manager, who does not confirm it in time.",
    "You give it up, or your manager ends it with reasons.",
)


def render_permission(permission: DevicePermissionRequest, *, large_print: bool = False) -> bytes:
    """The permission as a tagged PDF, as it was approved or last confirmed. The file's properties name no person.

    Nothing of it depends on when it is drawn: the same records give the same bytes.
    """
    stood_at = (permission.confirmed_at or permission.decided_at or permission.submitted_at).astimezone(clock.LONDON)
    frame = DocumentFrame(
        title=TITLE,
        marking=pack().marking.value,
        handling_line=HANDLING,
        reference=permission.reference,
        version="2" if permission.confirmed_at else "1",
        copy_line="Copy for the holder",
        generated_at=stood_at,
        issued_at=stood_at,
        draft=False,
        large_print=large_print,
    )
    return draw(frame, None, list(_parts(permission)))


def _parts(permission: DevicePermissionRequest) -> Iterator[Part]:
    by = permission.decided_by.name if permission.decided_by else ""
    hours = "Included" if permission.covers_working_hours else "Not included: breaks and time off only"
    yield Heading(1, TITLE)
    yield Paragraph(_lead(permission), "lead")
    facts = [
        ("Reference", permission.reference),
        ("Who", permission.person.named_with_post),
        ("Device", permission.device),
        ("For", ", ".join(use.words for use in permission.uses)),
        ("Last day", uk_weekday_date(permission.expires_on)),
        ("Working hours", hours),
        ("Conditions", permission.conditions or "None"),
        ("Approved by", f"{by}, {uk_datetime(permission.decided_at)}"),
    ]
    if permission.confirmed_by is not None:
        facts.append(("Confirmed by", f"{permission.confirmed_by.name}, {uk_datetime(permission.confirmed_at)}"))
    yield KeyFacts((*facts, ("Rule", _rule())))
    yield Heading(2, "What you said of the device")
    met = tuple(CHECK_WORDS[check] for check, is_met in permission.checks.items() if is_met)
    yield Bullets(met or ("None of the five checks was met when you asked.",))
    yield Heading(2, "It ends sooner when")
    yield Bullets(ENDS)
    yield Paragraph(
        f"You said that you will keep to the social media policy on this device. The {pack().register_keeper_title.value} "
        "was told of this permission when it was approved. Whether it holds still is seen in Probity.",
        "small",
    )


def _lead(permission: DevicePermissionRequest) -> str:
    until = uk_date(permission.expires_on)
    return f"{permission.person.name} may use this device for the social media of {pack().organisation_name} until {until}."


def _rule() -> str:
    source = pack().cite(pack().switches["device_permissions"].sources)
    return source[:1].upper() + source[1:]
