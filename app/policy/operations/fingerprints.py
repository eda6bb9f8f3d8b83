"""The fingerprint of a version's text: two versions that read the same have the same one."""

import hashlib
from collections.abc import Iterable
from typing import Any


def text_fingerprint(paragraphs: Iterable[Any]) -> str:
    """SHA-256 over the number, heading and words of each paragraph in order, with their lengths."""
    digest = hashlib.sha256()
    for one in paragraphs:
        for part in (one.number, one.section, one.heading, one.summary):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
