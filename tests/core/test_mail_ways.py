"""How one letter leaves: to a real SMTP server, to a stand-in for GOV.UK Notify, and to a file; and what can go wrong."""

import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core import mail_ways
from app.core.mail_setting import MailSetting, MailWay, read_mail_url
from app.core.mail_ways import AddressRefused, Letter, NotSent, ServerAway, name_for_server, way_for
from tests.conftest import NOW
from tests.mail_servers import NOTIFY_KEY, FakeNotify, MailBox, free_port, notify_server, smtp_server

ID = uuid.UUID("6f0c2a0e-1111-4222-8333-444455556666")
LETTER = Letter(
    id=ID, to="person1@demo.example", sender="no-reply@probity.example", subject="You have something to do in Probity",
    body="You have something to do in Probity.\n\nCyngor Ynys Môn – Llŷn\n", message_id=f"<{ID}@probity.example>",
    written_at=NOW, again=False,
)  # fmt: skip


Send = Callable[[Letter], None]


def way_of(url: str, instance: Path = Path("unused")) -> Send:
    return way_for(read_mail_url(url), instance=instance, own_host="probity.example").send


@pytest.fixture
def box_and_port() -> Iterator[tuple[MailBox, int]]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def notify_and_way() -> Iterator[tuple[FakeNotify, Send]]:
    with notify_server() as (notify, address):
        yield notify, way_of(f"notify://{NOTIFY_KEY}?template=t1&at={address}")


def check(raw: bytes) -> None:
    message = message_from_bytes(raw, policy=default)
    headers = dict(message.items())
    assert set(headers) <= {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID",
        "Auto-Submitted", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip
    assert headers["Subject"] == LETTER.subject
    assert headers["From"] == "Probity <no-reply@probity.example>"
    assert headers["To"] == LETTER.to
    assert headers["Message-ID"] == LETTER.message_id
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Date"] == "Wed, 03 Mar 2027 10:00:00 +0000"
    assert message.get_content().replace("\r\n", "\n") == LETTER.body


def test_a_mail_server_gets_the_letter_whole(box_and_port: tuple[MailBox, int]) -> None:
    box, port = box_and_port
    way_of(f"smtp://127.0.0.1:{port}")(LETTER)
    assert box.envelopes == [("no-reply@probity.example", ["person1@demo.example"])]
    check(box.received[0])


def test_a_repeat_is_the_same_mail(box_and_port: tuple[MailBox, int]) -> None:
    box, port = box_and_port
    way_of(f"smtp://127.0.0.1:{port}")(LETTER)
    way_of(f"smtp://127.0.0.1:{port}")(replace(LETTER, again=True))
    assert box.received[0] == box.received[1]


@pytest.mark.parametrize(
    ("rcpt", "data", "expected"),
    [
        ("450 4.2.1 later", "250 OK", (NotSent, "refused with 450")),
        ("550 5.7.1 relay denied", "250 OK", (NotSent, "refused with 550")),
        ("550 5.1.1 no such user person1@demo.example", "250 OK", (AddressRefused, "the address was refused with 550")),
        *[
            (f"550 5.1.{detail} no such user", "250 OK", (AddressRefused, "the address was refused with 550"))
            for detail in (2, 3, 6, 10)
        ],
        *[  # of the sender, of the address and its state in general, and what is no status at all
            (f"550 5.1.{detail} Sender address rejected", "250 OK", (NotSent, "refused with 550"))
            for detail in (0, 4, 5, 7, 8, 9, 11, 20)
        ],
        ("553 bad", "250 OK", (NotSent, "refused with 553")),
        ("550 relay access denied", "250 OK", (NotSent, "refused with 550")),
        ("552 5.2.2 mailbox full", "250 OK", (NotSent, "refused with 552")),
        ("250 OK", "451 try later", (NotSent, "refused with 451")),
        ("250 OK", "554 no", (NotSent, "refused with 554")),
    ],
)
def test_a_refusal_is_certain_and_about_this_letter(
    box_and_port: tuple[MailBox, int], rcpt: str, data: str, expected: tuple[type[NotSent], str]
) -> None:
    box, port = box_and_port
    box.rcpt, box.data = rcpt, data
    with pytest.raises(NotSent) as refused:
        way_of(f"smtp://127.0.0.1:{port}")(LETTER)
    assert (type(refused.value), refused.value.kind, refused.value.maybe) == (*expected, False)
    assert box.received == []


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_connection_that_breaks_leaves_it_open_whether_it_arrived(
    box_and_port: tuple[MailBox, int], breaks: str
) -> None:
    box, port = box_and_port
    box.breaks = breaks
    with pytest.raises(ServerAway) as away:
        way_of(f"smtp://127.0.0.1:{port}")(LETTER)
    assert away.value.maybe


def test_a_server_that_does_not_answer_is_not_waited_for_long(
    box_and_port: tuple[MailBox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port = box_and_port
    box.waits = 0.6
    monkeypatch.setattr(mail_ways, "TIMEOUT", 0.2)
    with pytest.raises(ServerAway) as away:
        way_of(f"smtp://127.0.0.1:{port}")(LETTER)
    assert (away.value.kind, away.value.maybe) == ("SMTPServerDisconnected", True)


def test_nobody_there_is_certain() -> None:
    with pytest.raises(ServerAway) as away:
        way_of(f"smtp://127.0.0.1:{free_port()}")(LETTER)
    assert (away.value.kind, away.value.maybe) == ("no connection: ConnectionRefusedError", False)


def test_a_server_that_cannot_sign_us_in_is_away_for_all(box_and_port: tuple[MailBox, int]) -> None:
    with pytest.raises(ServerAway) as away:
        way_of(f"smtp://user:s3cr3t@127.0.0.1:{box_and_port[1]}")(LETTER)
    assert not away.value.maybe
    assert "s3cr3t" not in str(away.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(start).not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()) + made.public_bytes(pem))
    return file


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize("trusted", [True, False])
def test_certificates_are_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_server(**options) as (box, port):
        way = way_of(f"{scheme}://localhost:{port}")
        if trusted:
            way(LETTER)
            check(box.received[0])
        else:
            with pytest.raises(ServerAway, match="no connection: SSLCertVerificationError") as away:
                way(LETTER)
            assert not away.value.maybe
            assert box.tries == 0


def test_a_server_without_starttls_gets_nothing(box_and_port: tuple[MailBox, int]) -> None:
    box, port = box_and_port
    with pytest.raises(ServerAway, match="SMTPNotSupportedError"):
        way_of(f"smtp+starttls://127.0.0.1:{port}")(LETTER)
    assert box.tries == 0


def test_notify_gets_the_letter_with_its_reference(notify_and_way: tuple[FakeNotify, Send]) -> None:
    notify, way = notify_and_way
    way(LETTER)
    assert notify.sent == [
        {
            "email_address": LETTER.to, "template_id": "t1", "reference": str(ID),
            "personalisation": {"subject": LETTER.subject, "body": LETTER.body},
        }
    ]  # fmt: skip
    assert notify.asked == []
    token = notify.tokens[0].removeprefix("Bearer ")
    claims = jwt.decode(token, NOTIFY_KEY[-36:], algorithms=["HS256"], options={"verify_iat": False})
    assert claims["iss"] == NOTIFY_KEY[-73:-37]


def test_notify_is_asked_before_an_uncertain_try_is_repeated(notify_and_way: tuple[FakeNotify, Send]) -> None:
    notify, way = notify_and_way
    notify.loses_answers = True
    with pytest.raises(ServerAway) as away:
        way(LETTER)
    assert (away.value.kind, away.value.maybe) == ("refused with 500", True)
    notify.loses_answers = False
    way(replace(LETTER, again=True))
    assert (len(notify.sent), notify.asked) == (1, [str(ID)])
    other = replace(LETTER, id=uuid.uuid4(), again=True)
    way(other)
    assert (len(notify.sent), len(notify.asked)) == (2, 2)


@pytest.mark.parametrize(
    ("status", "errors", "expected"),
    [
        (400, [{"error": "ValidationError", "message": "email_address Not a valid email address"}], (AddressRefused, False)),
        (400, [{"error": "BadRequestError", "message": "Template not found"}], (ServerAway, False)),
        (
            400,
            [{"error": "BadRequestError", "message": "Can't send to this recipient using a team-only API key"}],
            (NotSent, False),
        ),
        (403, [{"error": "AuthError", "message": "Invalid token"}], (ServerAway, False)),
        (429, [{"error": "RateLimitError", "message": "Exceeded rate limit"}], (ServerAway, False)),
        (500, [{"error": "Exception", "message": "Internal server error"}], (ServerAway, True)),
        (503, [], (ServerAway, True)),
    ],
)
def test_what_notify_refuses(
    notify_and_way: tuple[FakeNotify, Send], status: int, errors: list[dict[str, str]], expected: tuple[type[NotSent], bool]
) -> None:
    notify, way = notify_and_way
    notify.status, notify.errors = status, errors
    with pytest.raises(NotSent) as refused:
        way(LETTER)
    assert (type(refused.value), refused.value.maybe) == expected
    assert LETTER.to not in refused.value.kind


def test_notify_that_does_not_answer(
    notify_and_way: tuple[FakeNotify, Send], monkeypatch: pytest.MonkeyPatch
) -> None:
    notify, way = notify_and_way
    notify.waits = 0.5
    monkeypatch.setattr(mail_ways, "TIMEOUT", 0.1)
    with pytest.raises(ServerAway) as away:
        way(LETTER)
    assert (away.value.kind, away.value.maybe) == ("no answer: ReadTimeout", True)


def test_a_file_is_there_once_however_often_it_is_written(tmp_path: Path) -> None:
    way = way_of("file:", tmp_path)
    way(LETTER)
    way(replace(LETTER, again=True))
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{ID}.eml"
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    check(file.read_bytes())


@pytest.mark.parametrize(
    ("host", "name"),
    [("probity.example", "probity.example"), ("127.0.0.1", "[127.0.0.1]"), ("::1", "[IPv6:::1]")],
)
def test_how_the_service_names_itself(host: str, name: str) -> None:
    assert name_for_server(host) == name


def test_every_way_has_its_sender() -> None:
    for way in MailWay:
        made = way_for(MailSetting(way, "h", 1), instance=Path("x"), own_host="h")
        assert (made.at_once > 1) is (way is MailWay.FILE), "only a repeated file leaves no trace"


def test_a_server_that_answers_a_little_again_and_again_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer comes in time, the whole never ends: the try is over after its own time, and may have arrived."""
    monkeypatch.setattr(mail_ways, "LONGEST_TRY", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, over = listening.getsockname()[1], threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"220 here\r\n")
                connection.recv(1000)
                while not over.wait(0.1):
                    connection.sendall(b"250-and more\r\n")

        serving = threading.Thread(target=drip, daemon=True)
        serving.start()
        began = time.monotonic()
        with pytest.raises(ServerAway, match="took too long") as refused:
            way_of(f"smtp://127.0.0.1:{port}")(LETTER)
        assert time.monotonic() - began < 5
        assert refused.value.maybe
        over.set()
        serving.join(5)
