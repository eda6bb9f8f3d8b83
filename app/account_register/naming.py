"""How accounts are named: platforms, handles and addresses in the form in which they are kept and compared."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from app.account_register.models import AccountKind
from app.core.errors import InvalidInput
from app.policy.queries import pack

OTHER, OTHER_PLATFORM = "Other: ", "Other"
LONGEST_URL = 500
_KINDS = {"social": AccountKind.SOCIAL, "blog": AccountKind.BLOG, "website tool": AccountKind.WEBSITE_TOOL}


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


def platforms_matching(term: str) -> list[str]:
    """Today's names of the platforms one of whose names, present or former, has a word that begins like this."""
    return [
        entry.name
        for entry in pack().platforms
        if any(word.startswith(term) for name in entry.all_names for word in words_in(name))
    ]


def handle_key(handle: str | None) -> str | None:
    """What makes two handles the same: without @ and spaces, one Unicode form, case folded; None for none."""
    folded = unicodedata.normalize("NFKC", handle or "").casefold()
    return re.sub(r"[@\s]", "", folded) or None


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


def words_in(text: str) -> list[str]:
    """The words of a text as a search compares them."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def words_of_account(name: str, platform: str, handle: str | None) -> set[str]:
    """The words by which an account is found. Known platforms are found by all their names when the search is made."""
    texts: Iterable[str] = (name, handle or "", platform if platform.startswith(OTHER) else "")
    words = {word[:160] for text in texts for word in words_in(text)}
    key = handle_key(handle)
    return words | ({key} if key else set())
