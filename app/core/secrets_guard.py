"""No field holds a password: what looks like one is recognised here (rule 10 of the house).

The word alone is harmless ("the password was changed"); a word followed by a value is not ("password: x").
"""

import re
import unicodedata

_WORDS = r"(?:pass\s?(?:word|wd|code|phrase|key)?|pwd|pword|psw|pw|cyfrinair|log-?in\s+details|credentials?)"
_NAMED = r"(?:api[ _-]?key|secret(?:[ _-]?key)?|client[ _-]?secret|(?:access|auth|bearer)[ _-]?token|token)"
_CODES = r"(?:(?:backup|recovery|authenticator|2fa|mfa|totp)[ _-]?(?:codes?|keys?|secret|seed))"

# "password: see the vault" tells where it is or what became of it, not what it is.
_HARMLESS = (
    r"(?:none|n/a|unknown|see|in|on|at|by|held|kept|stored|saved|changed|not|never|no|to\s+be|tbc|vault|rotated|reset|"
    r"last|due|managed|with|only|yes|the|was|is|has|been|new\s+one|shared)\b(?![!@#$%^&*\d])"
)
_PATTERNS = (
    re.compile(r"otpauth(?:-migration)?\s*:", re.IGNORECASE),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY", re.IGNORECASE),
    re.compile(r"https?://[^\s/:@]+:[^\s/@]+@", re.IGNORECASE),
    re.compile(rf"\b(?:{_WORDS}|{_NAMED}|{_CODES})s?\s*(?:[:=]|-+>|=>)+\s*(?!{_HARMLESS})\S", re.IGNORECASE),
    re.compile(r"\bpin(?:\s+(?:code|number))?\s*(?:[:=]|\bis\b)\s*\d{3,}", re.IGNORECASE),
    # "password is Hunter2": a word cannot be told from a password, but letters with a figure or a sign can.
    re.compile(rf"\b{_WORDS}\s+(?:is|was)\s+\W?(?=\S*[A-Za-z])(?=\S*[\d!@#$%^&*_+])\S{{5,}}", re.IGNORECASE),
)

REFUSAL = "Do not write a password, code or key here. Keep it in the password vault and say only where it is kept"


def looks_like_secret(text: str) -> bool:
    """Whether the text gives away a password, a code or a key, as far as a machine can tell."""
    plain = unicodedata.normalize("NFKC", text)
    return any(pattern.search(plain) for pattern in _PATTERNS)
