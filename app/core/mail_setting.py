"""PROBITY_MAIL_URL: by which way mail leaves, read and checked at the start. The secret in it is never shown."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

NOTIFY_ADDRESS = "https://api.notifications.service.gov.uk"
SHAPES = (
    "file:, smtp+starttls://user:password@host:587, smtps://user:password@host:465, smtp://host:25, "
    "or notify://API-KEY?template=ID"
)


class MailWay(StrEnum):
    """How mail leaves: as files in the instance folder, to a mail server, or to GOV.UK Notify."""

    FILE = "file"
    SMTP = "smtp"
    STARTTLS = "smtp+starttls"
    SMTPS = "smtps"
    NOTIFY = "notify"


PORTS = {MailWay.SMTP: 25, MailWay.STARTTLS: 587, MailWay.SMTPS: 465}
OPTIONS = {
    MailWay.FILE: {"from"},
    MailWay.SMTP: {"from"},
    MailWay.STARTTLS: {"from"},
    MailWay.SMTPS: {"from"},
    MailWay.NOTIFY: {"template", "at"},
}


@dataclass(frozen=True)
class MailSetting:
    """By which way mail leaves, and what that way needs to know.

    `sender` is the address that mail comes from; empty means no-reply at the service's own host. `secret` is the mail
    server's password or the key of GOV.UK Notify; it stays out of every representation.
    """

    way: MailWay = MailWay.FILE
    host: str = ""
    port: int = 0
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    sender: str = ""
    template: str = ""
    address: str = NOTIFY_ADDRESS

    @property
    def why_unsafe(self) -> str | None:
        """Why this must not be used for real, in words that say what to do; None when it may."""
        if self.way is MailWay.SMTP and self.secret and not _is_this_machine(self.host):
            return (
                "PROBITY_MAIL_URL would send the password over the network for everybody to read. "
                "Use smtp+starttls:// or smtps:// for a mail server on another machine."
            )
        notify = urlsplit(self.address)
        if self.way is MailWay.NOTIFY and notify.scheme != "https" and not _is_this_machine(notify.hostname or ""):
            return "PROBITY_MAIL_URL names an address of GOV.UK Notify without https://. Use https:// after at=."
        return None


def read_mail_url(text: str) -> MailSetting:
    """The setting that stands in PROBITY_MAIL_URL. Raises ValueError in words that quote nothing of it."""
    if not text:
        return MailSetting()
    parts, options = _taken_apart(text)
    way = MailWay(parts.scheme)
    if set(options) - OPTIONS[way]:
        raise ValueError(f"after the ? of {way}: there may stand only {' and '.join(sorted(OPTIONS[way]))}")
    if way is MailWay.NOTIFY:
        return _notify(parts, options)
    sender = options.get("from", "")
    if sender and ("@" not in sender or not sender.isprintable() or " " in sender):
        raise ValueError("after from= there must stand one e-mail address")
    if way is MailWay.FILE:
        return MailSetting(sender=sender)
    if not parts.hostname:
        raise ValueError(f"the host is missing. Use one of these: {SHAPES}")
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(secret):
        raise ValueError("give both the user and the password of the mail server, or neither")
    return MailSetting(way, parts.hostname, parts.port or PORTS[way], user, secret, sender)


def _taken_apart(text: str) -> tuple[SplitResult, dict[str, str]]:
    try:
        parts = urlsplit(text)
        if parts.scheme != MailWay.NOTIFY:
            _ = parts.port  # looked at here: a wrong one would be quoted in the error, and may be a piece of the password
        MailWay(parts.scheme)
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        pass
    else:
        if not parts.fragment and all(len(values) == 1 for values in options.values()):
            return parts, {name: values[0] for name, values in options.items()}
    raise ValueError(
        f"it is none of these: {SHAPES}. Write @ : / ? # and % in a user or password as %40 %3A %2F %3F %23 and %25"
    )


def _notify(parts: SplitResult, options: dict[str, str]) -> MailSetting:
    key = unquote(parts.netloc)
    if len(key) < 73 or not options.get("template"):
        raise ValueError("GOV.UK Notify needs notify://API-KEY?template=ID, with the whole key as Notify shows it")
    address = options.get("at", NOTIFY_ADDRESS)
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("after at= there must stand an https:// address")
    return MailSetting(MailWay.NOTIFY, secret=key, template=options["template"], address=address)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
