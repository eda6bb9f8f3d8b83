"""What looks like a password is recognised, and talk about passwords is not."""

import pytest

from app.core.secrets_guard import looks_like_secret


@pytest.mark.parametrize(
    "text",
    [
        "password: x",
        "Password = Hunter2",
        "the pwd=abc123 is on the board",
        "PW: swordfish",
        "passcode -> 4821",
        "pass word : letmein",
        "password is Hunter2!",
        "password is “Tr0ub4dor”",
        "PIN: 4821",
        "pin is 482193",
        "otpauth://totp/Council?secret=JBSWY3DPEHPK3PXP",
        "otpauth:totp",
        "recovery codes: 1234-5678",
        "api_key=sk-1234",
        "https://admin:letmein@example.org/",
        "-----BEGIN RSA PRIVATE KEY-----",
        "cyfrinair: cymru1",
        "password\uff1a x",
        "password: changedme1",
    ],
)
def test_secrets_are_recognised(text: str) -> None:
    """Refused by register fields."""
    assert looks_like_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "password",
        "The password was changed on 3 March 2027.",
        "Password: see the vault",
        "password: changed by Jo Bell",
        "Passwords: held in the vault",
        "The password is kept in the vault",
        "Ask for a new password",
        "Vault item VLT-2041",
        "pinned post: 3 March",
        "https://example.org/@council",
        "Compass: the magazine of the council",
        "We share tokens of thanks: 200 of them",
    ],
)
def test_talk_about_passwords_is_not_a_secret(text: str) -> None:
    """People must be able to write about the rules."""
    assert not looks_like_secret(text)
