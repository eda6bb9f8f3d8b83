"""How accounts are named: platforms, handles and addresses in the form in which they are kept and compared."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from app.account_register.models import AccountKind
from app.account_register.models.account import folded, platform_key
from app.core.errors import InvalidInput
from app.core.presentation import uk_date
from app.policy.queries import pack

__all__ = [
    "LONGEST_URL", "MASTODON", "OTHER", "OTHER_PLATFORM", "address_key", "canonical_platform", "clean_url", "folded",
    "former_names", "handle_key", "handle_keys", "kind_of_platform", "look_alike_key", "platform_fields", "platform_key",
    "platform_names", "platform_on", "platforms_matching", "url_key", "words_in", "words_of_account",
]  # fmt: skip

OTHER, OTHER_PLATFORM = "Other: ", "Other"
MASTODON = "Mastodon"
"""The platform whose accounts are on many servers: name and server make the handle."""
LONGEST_URL = 500
_LONGEST_KEY = 120
# Cyrillic, Greek, then Armenian letters beside the Latin ones that they are taken for; then digits and letters of one shape.
_TAKEN_FOR = (
    ("\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0458\u043a\u043c\u0442\u0432\u043d", "aeopcxylsjkmtbh"),
    ("\u03b1\u03b5\u03bf\u03c1\u03bd\u03c4\u03b9\u03ba\u03c5\u03c7", "aeopvtlkux"),
    ("\u0578\u0585\u057d\u0570\u0581\u0566\u0575", "nouhgqj"),
    ("01i5", "olls"),
)
_SAME_SHAPE = str.maketrans(*("".join(side) for side in zip(*_TAKEN_FOR, strict=True)))
_OFFICIAL = "official".translate(_SAME_SHAPE)
_KINDS = {"social": AccountKind.SOCIAL, "blog": AccountKind.BLOG, "website tool": AccountKind.WEBSITE_TOOL}


def platform_fields(platform: str) -> dict[str, str]:
    """A platform as forms show it: one that is known, or Other and its name."""
    is_other = platform.startswith(OTHER)
    return {
        "platform": OTHER_PLATFORM if is_other else platform,
        "other_platform": platform.removeprefix(OTHER) if is_other else "",
    }


def canonical_platform(text: str) -> str:
    """The name under which a platform is kept: today's name of a known one, or "Other: Name".

    Raises InvalidInput with the nearest known name where there is one.
    """
    found = pack().find_platform(text)
    if found:
        return found.name
    prefix, colon, name = text.partition(":")
    if colon and prefix.strip().casefold() == "other" and name.strip():
        known = pack().find_platform(name)
        return known.name if known else OTHER + " ".join(name.split())
    suggestion = pack().suggest_platform(text)
    hint = f" Did you mean {suggestion}?" if suggestion else ""
    raise InvalidInput(
        f"“{text}” is not a platform we know.{hint} For a platform that is not listed write “Other:” and its name",
        field="platform",
    )


def kind_of_platform(platform: str) -> AccountKind:
    """What kind of outlet an account on this platform is."""
    found = pack().find_platform(platform)
    return _KINDS[found.kind] if found else AccountKind.SOCIAL


def platform_names() -> list[str]:
    """The platforms that are known, by today's names, in the order in which they are chosen from."""
    return sorted((entry.name for entry in pack().platforms), key=str.casefold)


def platforms_matching(term: str) -> list[str]:
    """Today's names of the platforms one of whose names, present or former, has a word that begins like this."""
    return [
        entry.name
        for entry in pack().platforms
        if any(word.startswith(term) for name in entry.all_names for word in words_in(name))
    ]


def platform_on(platform: str, day: date) -> str:
    """What a platform that is kept by today's name was called on a day."""
    return next((entry.name_on(day) for entry in pack().platforms if entry.name == platform), platform)


def former_names(platform: str) -> str:
    """What a platform was called before and until when, in words; empty where it always had its name."""
    known = next((entry.former_names for entry in pack().platforms if entry.name == platform), ())
    return ", ".join(f"{former.name} until {uk_date(former.last)}" for former in known)


def handle_key(handle: str | None, platform: str) -> str | None:
    """What makes two handles on a platform the same: without @, spaces and what cannot be seen, one Unicode form, case
    folded. On Mastodon name@server, also where the server of the catalogue was left out. None for none.
    """
    if platform != MASTODON:
        return _bare(handle)[:_LONGEST_KEY] or None
    name, _, server = re.sub(r"\s", "", folded(handle or "")).lstrip("@").partition("@")
    return f"{name}@{_bare(server) or _own_server()}"[:_LONGEST_KEY] if name else None


def handle_keys(typed: str) -> list[str]:
    """The keys that a handle has whose platform was not said."""
    return sorted({key for platform in ("", MASTODON) if (key := handle_key(typed, platform))})


def _bare(handle: str | None) -> str:
    return re.sub(r"[@\s]", "", folded(handle or ""))


def _own_server() -> str:
    """The server that is meant where a handle on Mastodon names none."""
    return next((entry.domains[0] for entry in pack().platforms if entry.name == MASTODON and entry.domains), "")


def look_alike_key(handle: str | None) -> str | None:
    """What makes two handles look the same to a hasty eye: without dots and dashes, letters of one shape as one letter.

    The server after a name says little to it, so the same name on another one looks the same.
    """
    name = _bare(folded(handle or "").lstrip("@").partition("@")[0])
    bare = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    looks = re.sub(r"[\W_]", "", bare).translate(_SAME_SHAPE).replace("rn", "m").replace("vv", "w")
    return looks.removeprefix(_OFFICIAL).removesuffix(_OFFICIAL) or looks or None


def clean_url(text: str | None) -> str | None:
    """A web address as it is kept: with its scheme. Raises InvalidInput for what is none; None for nothing."""
    typed = (text or "").strip()
    if not typed:
        return None
    url = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:  # also of a port that is no number
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise InvalidInput("The web address must look like https://www.example.com/our-page", field="url")
    if "@" in parts.netloc:
        raise InvalidInput("Leave the user name before the @ out of the web address", field="url")
    if len(url) > LONGEST_URL:
        raise InvalidInput(f"The web address must be {LONGEST_URL} characters or fewer", field="url")
    return url


def url_key(url: str | None) -> str | None:
    """What makes two addresses the same: without scheme, www and a last slash, case folded."""
    if not url:
        return None
    return re.sub(r"^https?://(www\.)?", "", url.casefold()).rstrip("/")


def address_key(url: str | None) -> str | None:
    """The same as it is kept beside an account, for the database to compare."""
    return (url_key(url) or "")[:LONGEST_URL] or None


def words_in(text: str) -> list[str]:
    """The words of a text as a search compares them."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def words_of_account(name: str, platform: str, handle: str | None) -> set[str]:
    """The words by which an account is found. Known platforms are found by all their names when the search is made."""
    texts: Iterable[str] = (name, handle or "", platform if platform.startswith(OTHER) else "")
    words = {word[:160] for text in texts for word in words_in(text)}
    bare = _bare(handle)
    return words | ({bare[:160]} if bare else set())
