"""What looks like a password is recognised, and talk about passwords is not."""

import pytest

from app.core.secrets_guard import holds_bare_password, looks_like_secret


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
        "JBSWY3DPEHPK3PXP",
        "The seed of the app is JBSW Y3DP EHPK 3PXP",
        "backup codes 1234 5678 9012 3456",
        "recovery codes are 8812-4431",
        "password Hunter2!",
        "the password “Hunter2!” works",
        "pw Hunter2!",
        "Password - Hunter2!",
        "Password – Hunter2!",
        "password (Hunter2!)",
        "passcode (4821)",
        "passwort: x9",
        "Kennwort: geheim1",
        "mot de passe : soleil",
        "login: admin / Summer2026!",
        "Username: admin, Summer2026!",
        "token ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "ghp_16C7e42F292c",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-123456789012-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
        "token 9f8a7b6c5d",
        "pin 4821",
        "PIN code 482193",
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
        "the password is kept in the vault",
        "password changed on 4 May 2026",
        "Password last changed 04/05/2026, by the duty desk",
        "Change the password today!",
        "Password - see the vault",
        "Password (see the vault)",
        "Passwords - a reminder to all staff",
        "password 2-step verification",
        "a password 12-characters long",
        "password (1Password entry “Council X”)",
        "credentials Office365 team",
        "the password 3rd time round",
        "Recovery codes renewed in 2027",
        "backup codes 2027",
        "recovery key in the safe of the 2nd floor",
        "The duty desk’s telephone, 01572 722577",
        "pin 2026 to the top of the page",
        "Pin the post of 4 May",
        "login: own / shared",
        "Login: each by their own, 4 people",
        "NORTHMERELIBRARIES2",
        "AAAA-BBBB-CCCC",
        "COUNCIL NEWS 2026 FROM ALL",
        "https://www.youtube.com/channel/UCab12cdEFgh34ijKLmn56op",
        "A token of thanks on 4 May 2027",
        "He passed 2026 exams",
        "They pass Level2 in May",
        "We pass 200 messages on each day",
        "Passport office, 4th floor",
    ],
)
def test_talk_about_passwords_is_not_a_secret(text: str) -> None:
    """People must be able to write about the rules."""
    assert not looks_like_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "Summer2024!",
        "P@ssw0rd123!",
        "Tr0ub4dor&3",
        "hunter2!Pass",
        "qX9$kd82LmZ",
        "Council123!",
        "Rutland!2024",
        "Welcome1!",
        "Vault entry Summer2024!",
        "“Summer2024!”",
        "(Summer2024!)",
        "Summer2024!,",
        "Sommer2024\uff01",
        "Été2024été!",
        "corr3ct_horse",
        "*Northmere7",
    ],
)
def test_a_password_that_stands_alone_is_recognised(text: str) -> None:
    """In the few words that say where something is kept."""
    assert holds_bare_password(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VLT-2041",
        "VLT-2041-Museum",
        "Social 12",
        "Bitwarden: Social (2)",
        "1Password!",
        "Office365!",
        "R2/D2",
        "R&D2026 library",
        "Arts&Leisure2026",
        "INC#20412345",
        "Social_media_2026",
        "+44 1606 555123",
        "01572 722577, ext. 204",
        "Desk2+Duty",
        "social2media@northmere.gov.uk",
        "@northmere2go_now",
        "https://vault.northmere.gov.uk/#/entry?id=a2b4c6&x=1",
        "vault.northmere.gov.uk/entry?id=a2b4c6",
        "www.buffer.com/?team=n2m",
        "The team’s mailbox!",
        "Ring twice!",
        "Locker 4!",
        "Hootsuite, Buffer, Canva4Teams",
        "9e107d9d-372b-4b6b",
        "2024/25",
    ],
)
def test_names_codes_and_addresses_are_no_password(text: str) -> None:
    """References, telephone numbers and products must pass."""
    assert not holds_bare_password(text)
