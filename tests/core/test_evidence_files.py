"""Evidence files: true kinds, durable and sealed, whole or not at all, memory flat."""

import hashlib
import io
import os
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from flask import Flask, Response

from app.core.errors import InvalidInput, TooLarge
from app.core.evidence_files import (
    MAX_BYTES,
    PIECE_BYTES,
    file_to_send,
    read_file,
    remove_file,
    seal_copy,
    seal_file,
    sweep_unnamed_files,
)
from app.core.file_kinds import PNG, TEXT
from app.core.sealing import DataKey, SealBroken, new_data_key
from tests.breach_reports.factories import a_report
from tests.conftest import NOW
from tests.evidence import a_png
from tests.factories import Factory
from tests.hr_cases.factories import attach

HEADER, TAG = 11, 16


@pytest.fixture
def key(app: Flask) -> DataKey:
    """A report's key."""
    return new_data_key(NOW)


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where sealed files lie."""
    return Path(app.instance_path) / "evidence"


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


@pytest.mark.parametrize("content", [b"PK\x03\x04docx", b"a" * PIECE_BYTES + b"\0", a_png()[:-3]])
def test_of_a_refused_file_nothing_stays(key: DataKey, folder: Path, content: bytes) -> None:
    """Also where it is refused only at its end."""
    before = _files(folder)
    with pytest.raises(InvalidInput) as refused:
        seal_file(io.BytesIO(content), key)
    assert refused.value.field == "file"
    assert _files(folder) == before


def test_a_copy_is_sealed_as_it_is(key: DataKey) -> None:
    """Byte for byte under another key; a file that was taken once is not judged again."""
    content = a_png(b"z" * PIECE_BYTES)
    first, other = seal_file(io.BytesIO(content), key), new_data_key(NOW)
    copy = seal_copy(first.stored_as, TEXT, other, opened_with=key)
    assert (copy.sha256, copy.size, copy.kind) == (first.sha256, first.size, TEXT)
    assert b"".join(read_file(copy.stored_as, other)) == content


def test_an_empty_file_is_refused(key: DataKey) -> None:
    """It shows nothing."""
    with pytest.raises(InvalidInput, match="empty"):
        seal_file(io.BytesIO(b""), key)


@pytest.mark.parametrize("extra", [0, 1, PIECE_BYTES - 8, PIECE_BYTES, 3 * PIECE_BYTES + 5])
def test_what_is_sealed_comes_back_byte_for_byte(key: DataKey, folder: Path, extra: int) -> None:
    """With its fingerprint, size and true kind; on disk nothing of it is readable."""
    content = a_png(bytes(i % 251 for i in range(extra)))
    sealed = seal_file(io.BytesIO(content), key)
    assert (sealed.sha256, sealed.size, sealed.kind) == (hashlib.sha256(content).hexdigest(), len(content), PNG)
    assert b"".join(read_file(sealed.stored_as, key)) == content
    path = folder / sealed.stored_as[:2] / sealed.stored_as
    assert b"\x89PNG\r\n" not in path.read_bytes()[HEADER:]
    assert path.suffix == ""
    remove_file(sealed.stored_as)
    assert not path.exists()
    remove_file(sealed.stored_as)  # a second time does nothing


def _stored(key: DataKey, folder: Path, pieces: int = 3) -> tuple[str, Path]:
    sealed = seal_file(io.BytesIO(b"x" * (pieces * PIECE_BYTES)), key)
    return sealed.stored_as, folder / sealed.stored_as[:2] / sealed.stored_as


def test_a_reordered_file_does_not_open(key: DataKey, folder: Path) -> None:
    """Each piece is bound to its place."""
    name, path = _stored(key, folder)
    raw, step = path.read_bytes(), PIECE_BYTES + TAG
    one, two, rest = raw[HEADER : HEADER + step], raw[HEADER + step : HEADER + 2 * step], raw[HEADER + 2 * step :]
    path.write_bytes(raw[:HEADER] + two + one + rest)
    with pytest.raises(SealBroken):
        b"".join(read_file(name, key))


@pytest.mark.parametrize("kept", [1, 2])
def test_a_cut_file_does_not_open(key: DataKey, folder: Path, kept: int) -> None:
    """Also where it is cut exactly between two pieces: the last piece knows that it is the last."""
    name, path = _stored(key, folder)
    path.write_bytes(path.read_bytes()[: HEADER + kept * (PIECE_BYTES + TAG)])
    with pytest.raises(SealBroken):
        b"".join(read_file(name, key))


def test_a_longer_file_does_not_open(key: DataKey, folder: Path) -> None:
    """A piece added at the end is noticed."""
    name, path = _stored(key, folder)
    raw = path.read_bytes()
    path.write_bytes(raw + raw[HEADER : HEADER + PIECE_BYTES + TAG])
    with pytest.raises(SealBroken):
        b"".join(read_file(name, key))


@pytest.mark.parametrize("position", [0, 5, HEADER, HEADER + 100, -1])
def test_an_altered_file_does_not_open(key: DataKey, folder: Path, position: int) -> None:
    """In its header, its content or its seal."""
    name, path = _stored(key, folder, 1)
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(SealBroken):
        b"".join(read_file(name, key))


def test_a_file_under_another_name_or_key_does_not_open(key: DataKey, folder: Path) -> None:
    """Swapping two files on disk is noticed, and so is another report's key."""
    name, path = _stored(key, folder, 1)
    other, other_path = _stored(key, folder, 1)
    other_path.write_bytes(path.read_bytes())
    with pytest.raises(SealBroken):
        b"".join(read_file(other, key))
    with pytest.raises(SealBroken):
        b"".join(read_file(name, new_data_key(NOW)))


class _Endless(io.RawIOBase):
    """A text of so many bytes that is never in memory as a whole."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + (self.size if whence == io.SEEK_END else 0)
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.size - self.at)
        self.at += size
        return b"y" * size


def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(key: DataKey, folder: Path) -> None:
    """The limit is exact; of a refused file nothing stays."""
    sealed = seal_file(_Endless(MAX_BYTES), key)  # type: ignore[arg-type]
    assert sealed.size == MAX_BYTES
    remove_file(sealed.stored_as)
    before = _files(folder)
    with pytest.raises(TooLarge, match="20 MB"):
        seal_file(_Endless(MAX_BYTES + 1), key)  # type: ignore[arg-type]
    with pytest.raises(TooLarge):
        seal_file(io.BytesIO(b"MZ" + bytes(MAX_BYTES)), key)
    assert _files(folder) == before


def test_memory_stays_flat_for_twenty_megabytes(key: DataKey) -> None:
    """Sealing and reading take a few pieces of memory, whatever the size of the file."""
    _ = key.secret
    tracemalloc.start()
    try:
        sealed = seal_file(_Endless(MAX_BYTES), key)  # type: ignore[arg-type]
        for _piece in read_file(sealed.stored_as, key):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    remove_file(sealed.stored_as)
    assert peak < 8 * PIECE_BYTES


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[IO[Any]]:
    """Every file opened from here on."""
    files: list[IO[Any]] = []

    def noted(path: Path, *how: Any, **more: Any) -> IO[Any]:
        files.append(really(path, *how, **more))
        return files[-1]

    really: Any = Path.open
    monkeypatch.setattr(Path, "open", noted)
    return files


def test_a_file_read_in_part_is_closed(key: DataKey, opened: list[IO[Any]]) -> None:
    """At once, and not whenever what was left of it is cleared away."""
    name = seal_file(_Endless(3 * PIECE_BYTES), key).stored_as  # type: ignore[arg-type]
    with read_file(name, key) as pieces:
        next(pieces)
        assert not opened[-1].closed
    assert opened[-1].closed
    assert list(pieces) == []
    half = read_file(name, key)
    next(half)
    half.close()
    assert opened[-1].closed
    whole = read_file(name, key)
    assert b"".join(whole) == b"y" * 3 * PIECE_BYTES
    assert opened[-1].closed


def test_what_is_sent_is_closed_by_whoever_sends_it(key: DataKey, opened: list[IO[Any]]) -> None:
    """Sent whole, broken off, or never begun; and a file that does not open says so before anything is sent."""
    name = seal_file(_Endless(3 * PIECE_BYTES), key).stored_as  # type: ignore[arg-type]
    with file_to_send(name, key) as pieces:
        response = Response(pieces)
    assert next(response.iter_encoded()) == b"y" * PIECE_BYTES
    assert not opened[-1].closed
    response.close()
    assert opened[-1].closed
    with pytest.raises(OSError, match="not written down"), file_to_send(name, key) as kept:
        raise OSError("the reading was not written down")
    assert kept is not None
    assert opened[-1].closed
    with pytest.raises(SealBroken), file_to_send(name, new_data_key(NOW)) as never:
        pytest.fail(f"{never} does not open")
    assert opened[-1].closed


def test_a_broken_upload_leaves_nothing(key: DataKey, folder: Path) -> None:
    """A connection that breaks half-way is no file."""

    class Breaking(_Endless):
        def read(self, size: int = -1) -> bytes:
            if self.size - self.at < 500_000:
                raise OSError("gone")
            return super().read(size)

    before = _files(folder)
    with pytest.raises(OSError, match="gone"):
        seal_file(Breaking(2_000_000), key)  # type: ignore[arg-type]
    assert _files(folder) == before


def test_old_files_that_no_row_names_are_swept(
    app: Flask, make: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: DataKey
) -> None:
    """What a row names stays, and so does what may still be on its way to its row."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    report = a_report(make.person())
    named = attach(report).stored_as
    lost, fresh = (seal_file(io.BytesIO(a_png()), key).stored_as for _ in range(2))
    part = _path(app, lost).with_suffix(".part")
    part.write_bytes(b"cut short")
    two_days_ago = (NOW - timedelta(days=2)).timestamp()
    for path in (_path(app, named), _path(app, lost), part):
        os.utime(path, (two_days_ago, two_days_ago))
    os.utime(_path(app, fresh), (NOW.timestamp(), NOW.timestamp()))
    assert sweep_unnamed_files(NOW) == 2
    assert not _path(app, lost).exists()
    assert not part.exists()
    assert _path(app, fresh).exists()
    assert list(read_file(named, report.data_key))
    assert sweep_unnamed_files(NOW) == 0


def _path(app: Flask, stored_as: str) -> Path:
    return Path(app.instance_path) / "evidence" / stored_as[:2] / stored_as
