"""Settings, from environment variables only, typed and checked at the start.

Without PROBITY_DEMO=1 it is production: it refuses to start on missing or demo keys, and in any unsafe setting.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException

from app.core.mail_setting import MailSetting, read_mail_url
from app.core.sealing import Keyring

ROOT = Path(__file__).resolve().parent.parent
DEMO_KEY_NAME = "demo"
MIN_SECRET_LENGTH = 32


class UnsafeSettings(ClickException):
    """The service will not start with these settings; the message says which one and what to do.

    A command says that sentence and nothing else.
    """


@dataclass(frozen=True)
class Settings:
    """How one installation runs."""

    database_url: str
    secret_key: str
    data_keys: Keyring
    instance: Path
    public_url: str
    demo: bool
    demo_password: str = ""
    proxies: int = 0
    mail: MailSetting = field(default_factory=MailSetting)

    @property
    def own_host(self) -> str:
        """The host of the public address: mail and calendar files come from there."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel only over HTTPS: always, but on the demo's own machine."""
        return not self.demo


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this installation. Raises UnsafeSettings in words an operator understands."""
    demo = environment.get("PROBITY_DEMO") == "1"
    instance = Path(environment.get("PROBITY_INSTANCE") or ROOT / "instance").resolve()
    if demo:
        environment = {**_demo_secrets(instance), **environment}
    secret_key = environment.get("PROBITY_SECRET_KEY", "")
    if len(secret_key) < MIN_SECRET_LENGTH:
        raise UnsafeSettings(f"Set PROBITY_SECRET_KEY to at least {MIN_SECRET_LENGTH} random characters.")
    try:
        data_keys = Keyring.parse(environment.get("PROBITY_DATA_KEYS", ""))
    except ValueError as error:
        raise UnsafeSettings(f"Set PROBITY_DATA_KEYS: {error}. `python -m app.config` prints fresh ones.") from error
    mail = _mail(environment.get("PROBITY_MAIL_URL", ""))
    public_url = environment.get("PROBITY_PUBLIC_URL", "http://127.0.0.1:8000" if demo else "")
    if not demo:
        _refuse_unsafe(data_keys, secret_key, public_url, mail)
    return Settings(
        database_url=_database_url(environment.get("PROBITY_DATABASE_URL", ""), instance),
        secret_key=secret_key,
        data_keys=data_keys,
        instance=instance,
        public_url=public_url.rstrip("/"),
        demo=demo,
        demo_password=environment.get("PROBITY_DEMO_PASSWORD", "") if demo else "",
        proxies=int(environment.get("PROBITY_PROXIES", "0")),
        mail=mail,
    )


def _mail(text: str) -> MailSetting:
    try:
        return read_mail_url(text)
    except ValueError as error:
        raise UnsafeSettings(f"Set PROBITY_MAIL_URL: {error}.") from None


def _refuse_unsafe(data_keys: Keyring, secret_key: str, public_url: str, mail: MailSetting) -> None:
    if DEMO_KEY_NAME in data_keys.keys or secret_key.startswith(DEMO_KEY_NAME):
        raise UnsafeSettings("The demo's keys are not for production: make keys of your own.")
    if not public_url.startswith("https://"):
        raise UnsafeSettings("Set PROBITY_PUBLIC_URL to the https:// address under which people reach the service.")
    if mail.why_unsafe:
        raise UnsafeSettings(mail.why_unsafe)


def _database_url(given: str, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'probity.sqlite'}"
    if given.startswith("postgresql://"):
        return given.replace("postgresql://", "postgresql+psycopg://", 1)
    return given


def _demo_secrets(instance: Path) -> dict[str, str]:
    """Secrets for the demo, made once and kept in the instance folder, readable by its owner only."""
    path = instance / "demo-secrets.env"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        text = (
            f"PROBITY_SECRET_KEY={DEMO_KEY_NAME}-{secrets.token_urlsafe(40)}\n"
            f"PROBITY_DATA_KEYS={Keyring.generate(DEMO_KEY_NAME)}\n"
            f"PROBITY_DEMO_PASSWORD={secrets.token_urlsafe(12)}\n"
        )
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(text)
        part.rename(path)
    lines = (line.partition("=") for line in path.read_text().splitlines() if line)
    return {name: value for name, _, value in lines}


def fresh_secrets() -> str:
    """New secrets for an installation, as lines for its environment file."""
    return f"PROBITY_SECRET_KEY={secrets.token_urlsafe(48)}\nPROBITY_DATA_KEYS={Keyring.generate('first')}\n"


if __name__ == "__main__":
    print(fresh_secrets(), end="")
