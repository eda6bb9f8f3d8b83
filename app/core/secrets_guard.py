"""No field holds a password: what looks like one is recognised here (rule 10 of the house).

The word alone is harmless ("the password was changed"); a word followed by a value is not ("password: x").
"""

import re
import unicodedata

_WORDS = (
    r"(?:pass\s?(?:word|wd|wort|code|phrase|key)?|pwd|pword|psw|pw|cyfrinair|kennwort|mot\s+de\s+passe|contrase[nñ]a|has[lł]o|"
    r"senha|wachtwoord|log-?in\s+details|credentials?)"
)
_NAMED = r"(?:api[ _-]?key|secret(?:[ _-]?key)?|client[ _-]?secret|(?:access|auth|bearer)[ _-]?token|token)"
_CODES = r"(?:(?:backup|recovery|authenticator|2fa|mfa|totp)[ _-]?(?:codes?|keys?|secret|seed))"
_ANY = rf"(?:{_WORDS}|{_NAMED}|{_CODES})s?"

# "password: see the vault" tells where it is or what became of it, not what it is.
_HARMLESS = (
    r"(?:none|n/a|unknown|see|in|on|at|by|held|kept|stored|saved|changed|not|never|no|to\s+be|tbc|vault|rotated|reset|"
    r"last|due|managed|with|only|yes|the|was|is|has|been|new\s+one|shared)\b(?![!@#$%^&*\d])"
)
# What somebody chose as a password, and no word of a sentence: letters with a figure, or with a sign that is not at the end.
_PRODUCTS = r"(?:1password|keepass\w*|lastpass|bitwarden|(?:m|o|office|microsoft)\s?365|covid\w*)"
_CHOSEN = (
    rf"(?![“”\"'‘’(]*{_PRODUCTS}\b)(?!\d+-[A-Za-z]+\b)(?!\d+(?:st|nd|rd|th)\b)(?=\S*[A-Za-z])"
    r"(?=\S*\d|\S*[!#$%^&*+=]\w)\S{5,}"
)
_FIGURES = r"(?!(?:19|20)\d\d\b)\d{4,}"
_PATTERNS = (
    re.compile(r"otpauth(?:-migration)?\s*:", re.IGNORECASE),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY", re.IGNORECASE),
    re.compile(r"https?://[^\s/:@]+:[^\s/@]+@", re.IGNORECASE),
    # Keys that are known by how they begin: of AWS, GitHub, GitLab, Slack, Google, and signed tokens.
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{8,}|\bgh[pousr]_\w{4,}|\bglpat-[\w-]{8,}|\bxox[abeoprs]-[\w-]{4,}|\bAIza[\w-]{16,}"),
    re.compile(r"\beyJ[\w-]{6,}\.[\w-]{6,}"),
    # The seed of an authenticator app, in one piece or in fours.
    re.compile(r"\b(?=[A-Z2-7]*[2-7][A-Z])[A-Z2-7]{16,}\b"),
    re.compile(r"\b(?=[A-Z2-7 -]*[2-7][A-Z])(?:[A-Z2-7]{4}[ -]){3,}[A-Z2-7]{4}\b"),
    re.compile(rf"\b{_ANY}\s*(?:[:=]|-+>|=>)+\s*(?!{_HARMLESS})\S", re.IGNORECASE),
    re.compile(rf"\b{_ANY}(?:\s+[-–—]+\s*|\s*\(\s*)(?:{_CHOSEN}|{_FIGURES})", re.IGNORECASE),
    re.compile(rf"\b(?!pass\s+(?!wor|code|phrase|key)){_WORDS}\s+{_CHOSEN}", re.IGNORECASE),
    re.compile(rf"\b{_NAMED}\s+(?=\S{{8}}){_CHOSEN}", re.IGNORECASE),
    re.compile(rf"\b{_CODES}\s+(?:(?:are|is)\s+)?(?=[\w-]*\d){_FIGURES}", re.IGNORECASE),
    re.compile(r"\bpin(?:\s+(?:code|number))?\s*(?:[:=]|\bis\b)\s*\d{3,}", re.IGNORECASE),
    re.compile(rf"\bpin(?:\s+(?:code|number))?\s+{_FIGURES}\b", re.IGNORECASE),
    # "login: admin / Summer2026!": a name, and then what only its holder should know.
    re.compile(rf"\b(?:log-?in|sign-?in|user(?:\s?name)?)\s*[:=]\s*\S+\s*[/|,;]\s*{_CHOSEN}", re.IGNORECASE),
    # "password is Hunter2": a word cannot be told from a password, but letters with a figure or a sign can.
    re.compile(rf"\b{_WORDS}\s+(?:is|was)\s+\W?(?=\S*[A-Za-z])(?=\S*[\d!@#$%^&*_+])\S{{5,}}", re.IGNORECASE),
)

# A password that stands alone, as somebody types it into a field that is named for it: nothing else that such a field says
# holds letters, a figure and one of the first signs; the others stand in names and references too ("R&D2026", "INC#20412"),
# so beside them there must be a figure between letters.
_SURE_SIGN = re.compile(r"[!$^*=~]")
_OTHER_SIGN = re.compile(r"[@#%&+?_]")
_FIGURE_WITHIN = re.compile(r"[^\W\d_]\d+[^\W\d_]")
_ADDRESS = re.compile(
    r"\w+://\S*|www\.\S+|mailto:\S+|[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?|@[\w.]+", re.IGNORECASE
)
_PRODUCT = re.compile(rf"{_PRODUCTS}\W*", re.IGNORECASE)
_AROUND = "\"'“”‘’«»()[]{}<>,.;:"
_SHORTEST = 8

REFUSAL = "Do not write a password, code or key here. Keep it in the password vault and say only where it is kept"

BARE_REFUSAL = (
    "This looks like a password. Keep it in the password vault, and enter only where it is kept. If it is a name, write it "
    "in words with spaces between them"
)


def holds_bare_password(text: str) -> bool:
    """Whether a short text says nothing but a password, or has one as one of its words: of the fields that tell where
    something is kept or whom to ask, for nobody writes "password:" beside a label that says it.

    Prose is not asked this: people quote, count and shout there.
    """
    words = (word.strip(_AROUND) for word in unicodedata.normalize("NFKC", text).split())
    return any(_is_bare_password(word) for word in words)


def _is_bare_password(word: str) -> bool:
    if len(word) < _SHORTEST or _ADDRESS.fullmatch(word) or _PRODUCT.fullmatch(word):
        return False
    has_both = any(one.isalpha() for one in word) and any(one.isdecimal() for one in word)
    if not has_both:
        return False
    return bool(_SURE_SIGN.search(word) or (_OTHER_SIGN.search(word) and _FIGURE_WITHIN.search(word)))


def looks_like_secret(text: str) -> bool:
    """Whether the text gives away a password, a code or a key, as far as a machine can tell."""
    plain = unicodedata.normalize("NFKC", text)
    return any(pattern.search(plain) for pattern in _PATTERNS)
