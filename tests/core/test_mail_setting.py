"""PROBITY_MAIL_URL: what it may say, what stops the start, and that its secret is never shown."""

from dataclasses import asdict

import pytest

from app.config import UnsafeSettings, read_settings
from app.core.mail_setting import MailSetting, MailWay, read_mail_url
from tests.mail_servers import NOTIFY_KEY
from tests.test_errors import PRODUCTION


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", MailSetting()),
        ("file:", MailSetting()),
        ("smtp://mail.example", MailSetting(MailWay.SMTP, "mail.example", 25)),
        (
            "smtp+starttls://probity:p%40ss%2Fword%23@mail.example:2525?from=no-reply@council.example",
            MailSetting(MailWay.STARTTLS, "mail.example", 2525, "probity", "p@ss/word#", "no-reply@council.example"),
        ),
        ("smtps://u:p@mail.example", MailSetting(MailWay.SMTPS, "mail.example", 465, "u", "p")),
        ("smtp+starttls://u:p@mail.example", MailSetting(MailWay.STARTTLS, "mail.example", 587, "u", "p")),
        (f"notify://{NOTIFY_KEY}?template=t1", MailSetting(MailWay.NOTIFY, secret=NOTIFY_KEY, template="t1")),
        (
            f"notify://{NOTIFY_KEY}?template=t1&at=https://n.example",
            MailSetting(MailWay.NOTIFY, secret=NOTIFY_KEY, template="t1", address="https://n.example"),
        ),
    ],
)
def test_every_way_is_read(text: str, expected: MailSetting) -> None:
    assert asdict(read_mail_url(text)) == asdict(expected)


@pytest.mark.parametrize(
    "text",
    [
        "mail.example", "http://mail.example", "smtp://", "smtp://u:s3cr3t/x@mail.example", "smtp://u:s3cr3t#x@mail.example",
        "smtps://u:s3cr3t@mail.example:99999", "smtps://u:s3cr3t@mail.example:port", "smtps://:s3cr3t@mail.example",
        "smtps://s3cr3t@mail.example", "smtps://u:s3cr3t@mail.example?form=x@y", "smtps://u:s3cr3t@mail.example?from=x",
        "smtps://u:s3cr3t@mail.example?from=a@b%0d%0aX:y", "smtps://u:s3cr3t@mail.example?from=a@b&from=c@d",
        "smtps://u:s3cr3t@[::1", "notify://s3cr3t?template=t", f"notify://{NOTIFY_KEY}", f"notify://{NOTIFY_KEY}?template=",
        f"notify://{NOTIFY_KEY}?template=t&at=n.example", "file:?x=y", "smtps://u:s3cr3t@mail.example?from",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_stops_the_start_without_being_quoted(text: str) -> None:
    with pytest.raises(UnsafeSettings, match="Set PROBITY_MAIL_URL") as stopped:
        read_settings(PRODUCTION | {"PROBITY_MAIL_URL": text})
    assert "s3cr3t" not in str(stopped.value)
    assert NOTIFY_KEY not in str(stopped.value)
    assert stopped.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("smtp://u:s3cr3t@mail.example", "smtp\\+starttls:// or smtps://"),
        ("smtp://u:s3cr3t@10.0.0.1", "smtp\\+starttls:// or smtps://"),
        (f"notify://{NOTIFY_KEY}?template=t&at=http://n.example", "https://"),
    ],
)
def test_a_secret_never_travels_readable(text: str, words: str) -> None:
    with pytest.raises(UnsafeSettings, match=words):
        read_settings(PRODUCTION | {"PROBITY_MAIL_URL": text})


@pytest.mark.parametrize(
    "text",
    [
        "smtp://u:p@127.0.0.1", "smtp://u:p@localhost:1025", "smtp://u:p@[::1]", "smtp://relay.example",
        f"notify://{NOTIFY_KEY}?template=t&at=http://127.0.0.1:6011",
    ],
)  # fmt: skip
def test_what_stays_on_this_machine_or_has_no_secret_may_be_plain(text: str) -> None:
    assert read_settings(PRODUCTION | {"PROBITY_MAIL_URL": text}).mail == read_mail_url(text)


def test_the_secret_is_in_no_representation() -> None:
    settings = read_settings(PRODUCTION | {"PROBITY_MAIL_URL": "smtps://user-x:s3cr3t@mail.example"})
    assert settings.mail.secret == "s3cr3t"
    assert "s3cr3t" not in repr(settings)
    assert "user-x" not in repr(settings.mail)
