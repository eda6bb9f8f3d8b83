"""The ways on which a mail leaves: a mail server (SMTP), GOV.UK Notify, or a file in the instance folder.

Each sends one letter and returns once whoever is next has accepted it, or raises NotSent. What is needed to speak to
the outside is imported with the first letter, not when the service starts. Errors are kept as kinds only: answers of
servers may quote addresses.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

from app.core.mail_setting import MailSetting, MailWay

TIMEOUT, LONGEST_TRY = 15, 45
SENDER_NAME = "Probity"
WRONG_ADDRESS = re.compile(r"5\.1\.(?:1|2|3|6|10)(?!\d)")
"""The enhanced status of a server that refuses the recipient for good (RFC 3463, RFC 7505); others concern the sender."""


@dataclass(frozen=True)
class Letter:
    """One mail, ready to leave. `again`: an earlier try may have arrived."""

    id: UUID
    to: str
    sender: str
    subject: str
    body: str
    message_id: str
    written_at: datetime
    again: bool


@dataclass(frozen=True)
class Way:
    """A way for letters. `at_once` is how many are claimed and noted together: one, unless a repeat leaves no trace."""

    send: Callable[[Letter], None]
    at_once: int = 1


class NotSent(Exception):
    """This letter did not leave now, and is tried again later. `maybe`: it may have arrived all the same."""

    def __init__(self, kind: str, *, maybe: bool = False) -> None:
        super().__init__(kind)
        self.kind, self.maybe = kind, maybe


class AddressRefused(NotSent):
    """Nobody will ever be reached at this address."""


class ServerAway(NotSent):
    """The server takes no letter at present: there is no sense in trying the others now."""


def way_for(setting: MailSetting, *, instance: Path, own_host: str) -> Way:
    """The way of a setting; `own_host` is how the service names itself to a mail server."""
    if setting.way is MailWay.FILE:
        return Way(partial(_to_file, instance / "mail"), at_once=50)
    if setting.way is MailWay.NOTIFY:
        return Way(partial(_to_notify, setting))
    return Way(partial(_within, partial(_to_server, setting, own_host)))


def _within(send: Callable[[Letter], None], letter: Letter) -> None:
    """Send a letter, but wait no longer than this: a server that answers a little again and again holds up nobody else.

    What is still under way then may arrive; a later try is the same mail, with the same Message-ID.
    """
    failed: list[BaseException] = []

    def try_it() -> None:
        try:
            send(letter)
        except BaseException as error:  # carried over to whoever waits, whatever it is
            failed.append(error)

    trying = Thread(target=try_it, daemon=True, name="mail")
    trying.start()
    trying.join(LONGEST_TRY)
    if trying.is_alive():
        raise ServerAway("took too long", maybe=True)
    if failed:
        raise failed[0]


def _message(letter: Letter) -> Any:
    """The letter as Flask-Mailman sends it; nothing in it depends on the try, so that a repeat is the same mail."""
    from flask_mailman.message import EmailMessage, utf8_charset_qp

    message = EmailMessage(
        letter.subject,
        letter.body,
        (SENDER_NAME, letter.sender),
        [letter.to],
        headers={
            "Date": format_datetime(letter.written_at),
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's absence notice answers it
        },
    )
    message.encoding = utf8_charset_qp
    return message


def _to_file(folder: Path, letter: Letter) -> None:
    """One file for each mail, named by its id, there whole or not at all; a repeat takes its place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{letter.id}.eml"
    part = path.with_suffix(f".{os.getpid()}")
    with part.open("wb") as file:
        file.write(_message(letter).message().as_bytes())
        file.flush()
        os.fsync(file.fileno())
    os.utime(part, (letter.written_at.timestamp(),) * 2)  # as old as the mail, by which it is swept up one day
    part.rename(path)


def _to_server(setting: MailSetting, own_host: str, letter: Letter) -> None:
    """To a mail server: one connection for each mail, encrypted and its certificate checked where the setting says TLS."""
    import smtplib

    backend = _backend(setting, own_host)
    try:
        _open(backend)
        try:
            backend.send_messages([_message(letter)])
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _refused_recipient(refusal) from None
        except smtplib.SMTPSenderRefused as refusal:
            raise ServerAway(f"the sender was refused with {refusal.smtp_code}") from None
        except smtplib.SMTPDataError as refusal:
            raise NotSent(f"refused with {refusal.smtp_code}") from None
        except smtplib.SMTPResponseException as refusal:
            raise ServerAway(f"refused with {refusal.smtp_code}") from None
        except OSError as error:  # of smtplib too: the connection broke, perhaps after the last word
            raise ServerAway(type(error).__name__, maybe=True) from None
    finally:
        with suppress(OSError):  # a good-bye that is not answered changes nothing
            backend.close()


def _backend(setting: MailSetting, own_host: str) -> Any:
    """Flask-Mailman's, but with the certificate checked after STARTTLS too, which Python alone does not do."""
    import ssl

    from flask_mailman import Mail
    from flask_mailman.backends.smtp import EmailBackend

    class CheckedBackend(EmailBackend):  # type: ignore[misc]
        connection: Any

        def open(self) -> bool:
            if self.connection:
                return False
            options: dict[str, Any] = {"local_hostname": own_host, "timeout": TIMEOUT}
            if self.use_ssl:
                options["context"] = ssl.create_default_context()
            self.connection = self.connection_class(self.host, self.port, **options)
            if self.use_tls:
                self.connection.starttls(context=ssl.create_default_context())
            if self.username:
                self.connection.login(self.username, self.password)
            return True

    return CheckedBackend(
        host=setting.host,
        port=setting.port,
        username=setting.user,
        password=setting.secret,
        use_tls=setting.way is MailWay.STARTTLS,
        use_ssl=setting.way is MailWay.SMTPS,
        mailman=Mail.init_mail({}),
    )


def _open(backend: Any) -> None:
    """Come as far as being let in; nothing of a letter has left then, so that every failure here is a certain one."""
    import smtplib

    try:
        backend.open()
    except smtplib.SMTPResponseException as refusal:
        raise ServerAway(f"not let in: {refusal.smtp_code}") from None
    except OSError as error:  # smtplib's own among them
        raise ServerAway(f"no connection: {type(error).__name__}") from None


def _refused_recipient(refusal: Any) -> NotSent:
    """A server that says 5xx with a code for a wrong recipient says so for good; all else may change."""
    ((code, words),) = refusal.recipients.values()
    enhanced = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    if code >= 500 and WRONG_ADDRESS.match(enhanced):
        return AddressRefused(f"the address was refused with {code}")
    return NotSent(f"refused with {code}")


def _to_notify(setting: MailSetting, letter: Letter) -> None:
    """To GOV.UK Notify, by a template that shows ((subject)) and ((body)); the reference is the mail's id.

    Notify does not fold repeats by their reference, so after an uncertain try it is asked first if it knows this one.
    """
    from notifications_python_client.errors import APIError
    from notifications_python_client.notifications import NotificationsAPIClient

    client: Any = NotificationsAPIClient(setting.secret, base_url=setting.address, timeout=TIMEOUT)  # type: ignore[no-untyped-call]
    reference = str(letter.id)
    try:
        if letter.again and _is_known(client, reference):
            return
        client.send_email_notification(
            letter.to,
            setting.template,
            personalisation={"subject": letter.subject, "body": letter.body},
            reference=reference,
        )
    except APIError as error:
        raise _refused_by_notify(error) from None
    finally:
        client.request_session.close()


def _is_known(client: Any, reference: str) -> bool:
    found = client.get_all_notifications(template_type="email", reference=reference)
    return bool(found["notifications"])


def _refused_by_notify(error: Any) -> NotSent:
    if error.response is None:
        return ServerAway(f"no answer: {type(error.__cause__).__name__}", maybe=True)
    code = error.response.status_code
    said = error.message if isinstance(error.message, list) else []
    if code == 400 and any("email_address" in str(one.get("message", "")) for one in said):
        return AddressRefused("the address was refused with 400")
    if code == 400 and any("recipient" in str(one.get("message", "")) for one in said):
        return NotSent("this recipient was refused with 400")  # by a key for a team only; others may be reached
    certain = 400 <= code < 500
    return ServerAway(f"refused with {code}", maybe=not certain)


def name_for_server(host: str) -> str:
    """How a host names itself to a mail server: an address in brackets (RFC 5321, 4.1.3), a name as it is."""
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[{'IPv6:' if number.version == 6 else ''}{number}]"
