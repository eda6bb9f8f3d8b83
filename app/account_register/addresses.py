"""What the pasted address of a profile says: its platform and its handle, by the address patterns of the catalogue.

Only the platform's own host is believed, written in plain letters: no user name before it, no port, no look-alike letters.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from app.account_register.naming import (
    LONGEST_URL,
    MASTODON,
    OTHER,
    OTHER_PLATFORM,
    canonical_platform,
    clean_url,
    folded,
    handle_key,
)
from app.core.errors import InvalidInput
from app.policy.queries import pack

HANDLE = "{handle}"
_HANDLE_OF_ADDRESS = re.compile(r"[\w.\-]{1,100}", re.ASCII)
# A handle may have a stroke in it, as "u/name" has; what has a dot before the first one begins with a host.
_ADDRESS = re.compile(r"://|^//|^[^/]*\.[^/]*/|^[a-z][a-z0-9+.\-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Profile:
    """A platform of the catalogue, with the handle where the address is a profile's.

    `at` is the pattern of the catalogue that it follows, `is_only_kind` that the platform has no other; `is_deeper` that the
    address goes on below the profile.
    """

    platform: str
    handle: str | None
    url: str
    at: str = ""
    is_only_kind: bool = False
    is_deeper: bool = False


@dataclass(frozen=True)
class Place:
    """Platform, handle and address as a form shows them, and in `derived` what an address gave; empty if nothing."""

    platform: str
    other_platform: str
    handle: str
    url: str
    derived: str = ""


class OnAnotherPlatform(InvalidInput):
    """An address is on another platform than was said (422)."""

    def __init__(self, found: str, said: str) -> None:
        super().__init__(
            f"This is an address on {found}, but you selected {said}. Select {found}, or enter the address on {said}",
            field="platform",
        )
        self.found, self.said = found, said


def is_address(text: str) -> bool:
    """Whether somebody typed an address and not a handle."""
    return _ADDRESS.search(text.strip()) is not None


def profile_at(typed: str) -> Profile | None:
    """What an address says; None where it is on no platform of the catalogue. Raises InvalidInput for what is none."""
    url = clean_url(typed)
    if url is None:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    if not host.isascii() or parts.port is not None:
        return None
    for entry in pack().platforms:
        if any(host == domain or host.endswith(f".{domain}") for domain in entry.domains):
            segments = _segments(parts)
            is_none = bool(segments) and segments[0].casefold() in entry.not_profiles
            handle, pattern = (None, "") if is_none else _handle(segments, entry.profiles)
            deeper = handle is not None and len(segments) > len(pattern.split("/"))
            return Profile(entry.name, handle, url, pattern, len(entry.profiles) == 1, deeper)
    return _on_a_server_of_its_own(host, _segments(parts), url)


def _on_a_server_of_its_own(host: str, segments: list[str], url: str) -> Profile | None:
    """A profile of Mastodon on another server than the catalogue names: the server belongs to the handle."""
    known = next((entry for entry in pack().platforms if entry.name == MASTODON), None)
    if known is None or MASTODON.casefold() not in host.split("."):
        return None
    handle, pattern = _handle(segments, known.profiles)
    deeper = handle is not None and len(segments) > len(pattern.split("/"))
    host = host.removeprefix("www.")
    return Profile(MASTODON, f"@{handle}@{host}" if handle else None, url, pattern, len(known.profiles) == 1, deeper)


def handle_at(typed: str) -> str | None:
    """The handle that an address gives; None where it gives none, or is no address."""
    try:
        found = profile_at(typed)
    except InvalidInput:
        return None
    return found.handle if found else None


def _segments(parts: SplitResult) -> list[str]:
    return [unquote(segment) for segment in parts.path.split("/") if segment]


def _handle(segments: list[str], patterns: tuple[str, ...]) -> tuple[str | None, str]:
    """The handle, and the pattern by which it was found."""
    for pattern in patterns:
        *before, last = pattern.split("/")
        if len(segments) <= len(before) or [one.casefold() for one in segments[: len(before)]] != before:
            continue
        typed, prefix = segments[len(before)], last.removesuffix(HANDLE)
        handle = typed.removeprefix(prefix)
        if typed.startswith(prefix) and _HANDLE_OF_ADDRESS.fullmatch(handle):
            return handle, pattern
    return None, ""


def with_what_the_address_says(place: Place) -> Place:
    """The same place with platform and handle filled in by an address in the field of the handle or of the address.

    Raises InvalidInput at a field where the address is none, or is on another platform than the one chosen.
    """
    pasted = is_address(place.handle)
    field = "handle" if pasted else "url"
    typed = place.handle if pasted else place.url
    if not typed.strip() or len(typed) > LONGEST_URL:
        return place
    try:
        found = profile_at(typed)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.sentence, field=field) from refusal
    url = place.url or (clean_url(typed) or "") if pasted else place.url
    kept = "" if pasted else place.handle
    if found is None:
        return Place(place.platform, place.other_platform, kept, url)
    _refuse_another(place, found)
    handle = _with_its_server(kept, found) or found.handle or ""
    if place.platform and handle == place.handle:
        return Place(place.platform, place.other_platform, handle, url)
    said = f"{found.platform}, handle {found.handle}" if found.handle and handle != kept else found.platform
    derived = f"The address gave this: {said}. Change it if that is wrong."
    return Place(place.platform or found.platform, place.other_platform, handle, url, derived)


def _with_its_server(typed: str, found: Profile) -> str:
    """A handle as it was typed, with the server of the address beside it where it is the same name without one."""
    name, at, _server = (found.handle or "").removeprefix("@").partition("@")
    return found.handle or typed if at and folded(typed).removeprefix("@") == folded(name) else typed


def _refuse_another(place: Place, found: Profile) -> None:
    if not place.platform:
        return
    chosen = place.platform
    if chosen == OTHER_PLATFORM:
        if not place.other_platform:
            return
        chosen = canonical_platform(OTHER + place.other_platform)
    if chosen != found.platform:
        raise OnAnotherPlatform(found.platform, chosen.removeprefix(OTHER))


def said_handle_key(platform: str, handle: str | None, url: str | None) -> str | None:
    """The key of a handle; where there is none, of the one that an address on the same platform gives."""
    if handle and (key := handle_key(handle, platform)):
        return key
    try:
        found = profile_at(url or "")
    except InvalidInput:  # recorded before addresses were checked
        return None
    return handle_key(found.handle, platform) if found is not None and found.platform == platform else None
