"""Evidence files: their fingerprint, and how they are sealed on disk.

A file is read in pieces: judged (core/file_kinds), fingerprinted (SHA-256 of the original), sealed piece by piece with
the data key of its report or case, forced to disk and only then named by a row. A piece is bound to its file, its place
and whether it is the last, so that a file cannot be cut short or re-ordered unseen. Names on disk are random and tell
nothing.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Self

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app.core.db import Base, db
from app.core.errors import InvalidInput, TooLarge
from app.core.file_kinds import FileKind, Judge
from app.core.sealing import DataKey, SealBroken

PIECE_BYTES = 256 * 1024
MAX_BYTES = 20 * 1024 * 1024
UNNAMED_FILES_STAY = timedelta(days=1)
_NAMES_AT_ONCE = 500
_TAG_BYTES = 16
_PREFIX_BYTES = 7
_MAGIC = b"PRB1"


@dataclass(frozen=True)
class SealedFile:
    """What a row keeps of a file: its random name on disk, SHA-256 of the original (hex), size in bytes, true kind."""

    stored_as: str
    sha256: str
    size: int
    kind: FileKind


def _folder() -> Path:
    return Path(current_app.instance_path) / "evidence"


def seal_file(stream: BinaryIO, key: DataKey) -> SealedFile:
    """Seal a stream that can be wound back to disk. Returns once the bytes and their name are durable.

    Raises InvalidInput for an empty file, one that is damaged or of a kind that is not taken, TooLarge above 20 MB;
    nothing is kept then.
    """
    if _size_of(stream) > MAX_BYTES:  # before it is judged: what is too large is told so, whatever else is wrong with it
        raise TooLarge("The file is larger than 20 MB. Select a smaller file, or send it in parts.", field="file")
    head = stream.read(PIECE_BYTES)
    if not head:
        raise InvalidInput("The selected file is empty. Select another file.", field="file")
    judge = Judge(stream, head)
    return _seal(_judged(stream, head, judge), judge.kind, key)


def seal_copy(stored_as: str, kind: FileKind, key: DataKey, *, opened_with: DataKey) -> SealedFile:
    """Seal a file again under another key, as it is: what was once taken is not judged a second time."""
    with read_file(stored_as, opened_with) as pieces:
        return _seal(pieces, kind, key)


def _size_of(stream: BinaryIO) -> int:
    here = stream.tell()
    size = stream.seek(0, os.SEEK_END) - here
    stream.seek(here)
    return size


def _judged(stream: BinaryIO, piece: bytes, judge: Judge) -> Iterator[bytes]:
    while piece:
        judge.take(piece)
        yield piece
        piece = stream.read(PIECE_BYTES)
    judge.end()


def _seal(pieces: Iterator[bytes], kind: FileKind, key: DataKey) -> SealedFile:
    name = secrets.token_hex(20)
    path = _folder() / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as target:
            sha256, size = _seal_pieces(pieces, target, key, name)
            target.flush()
            os.fsync(target.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return SealedFile(name, sha256, size, kind)


def _seal_pieces(pieces: Iterator[bytes], target: BinaryIO, key: DataKey, name: str) -> tuple[str, int]:
    cipher, prefix = AESGCM(key.secret), os.urandom(_PREFIX_BYTES)
    target.write(_MAGIC + prefix)
    digest, size = hashlib.sha256(), 0
    piece, number = next(pieces), 0
    while True:
        following = next(pieces, b"")
        digest.update(piece)
        size += len(piece)
        nonce, bound = _place(prefix, number, last=not following, name=name)
        target.write(cipher.encrypt(nonce, piece, bound))
        if not following:
            return digest.hexdigest(), size
        piece, number = following, number + 1


def _place(prefix: bytes, number: int, *, last: bool, name: str) -> tuple[bytes, bytes]:
    nonce = prefix + struct.pack(">IB", number, last)
    return nonce, f"evidence:{name}:{number}:{int(last)}".encode()


class SealedPieces(Iterator[bytes]):
    """The original bytes of a sealed file, piece by piece.

    Its file is closed with the last piece, at the first fault, and by `close`: whoever may stop before the end uses it in
    a `with`, or sends it by `file_to_send`.
    """

    def __init__(self, source: BinaryIO, key: DataKey, stored_as: str) -> None:
        self._source, self._pieces, self._first = source, _open_pieces(source, key, stored_as), b""

    def look_at_first(self) -> None:
        """Open the first piece, which comes all the same: a file that does not open is a fault now."""
        self._first = self._first or next(self)

    def __next__(self) -> bytes:
        first, self._first = self._first, b""
        try:
            return first or next(self._pieces)
        except BaseException:  # the end is one of them
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what is not read yet can no longer be."""
        self._pieces.close()
        self._source.close()


def read_file(stored_as: str, key: DataKey) -> SealedPieces:
    """The original bytes of a sealed file, in pieces. They raise SealBroken if it was altered, cut or moved."""
    return SealedPieces((_folder() / stored_as[:2] / stored_as).open("rb"), key, stored_as)


@contextmanager
def file_to_send(stored_as: str, key: DataKey) -> Iterator[SealedPieces]:
    """A sealed file for a response, which closes it when it was sent or broken off; a fault before that closes it here.

    Raises SealBroken at once if the file does not open, and not when half of it was sent.
    """
    pieces = read_file(stored_as, key)
    try:
        pieces.look_at_first()
        yield pieces
    except BaseException:
        pieces.close()
        raise


def _open_pieces(source: BinaryIO, key: DataKey, stored_as: str) -> Generator[bytes, None, None]:
    cipher = AESGCM(key.secret)
    header = source.read(len(_MAGIC) + _PREFIX_BYTES)
    if header[: len(_MAGIC)] != _MAGIC:
        raise SealBroken("this is not a sealed evidence file")
    prefix, number = header[len(_MAGIC) :], 0
    sealed = source.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        following = source.read(PIECE_BYTES + _TAG_BYTES)
        nonce, bound = _place(prefix, number, last=not following, name=stored_as)
        try:
            yield cipher.decrypt(nonce, sealed, bound)
        except InvalidTag as error:
            raise SealBroken("a sealed evidence file does not open") from error
        if not following:
            return
        sealed, number = following, number + 1


def remove_file(stored_as: str) -> None:
    """Delete a sealed file that no row names any more: its owner took it back before sending, or it was never named."""
    (_folder() / stored_as[:2] / stored_as).unlink(missing_ok=True)


def sweep_unnamed_files(at: datetime) -> int:
    """Delete what lies in the evidence folder, is older than a day and is named by no row; gives how many files went.

    Such files are left where a process died between sealing and commit. Younger ones may be on their way to their row.
    """
    folder, before = _folder(), (at - UNNAMED_FILES_STAY).timestamp()
    old = {path.name: path for path in folder.glob("??/*") if path.is_file() and path.stat().st_mtime < before}
    unnamed = old.keys() - _named_by_rows(list(old))
    for name in unnamed:
        old[name].unlink(missing_ok=True)
    return len(unnamed)


def _named_by_rows(names: list[str]) -> set[str]:
    """Which of these names stand in a row: every column called `stored_as`, whichever room's it is."""
    columns = [table.c.stored_as for table in Base.metadata.sorted_tables if "stored_as" in table.c]
    found: set[str] = set()
    for begin in range(0, len(names), _NAMES_AT_ONCE):
        some = names[begin : begin + _NAMES_AT_ONCE]
        for column in columns:
            found.update(db.session.execute(sa.select(column).where(column.in_(some))).scalars())
    return found


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
