"""The file of a backup: an uncompressed tar whose every byte can be checked.

The first member says what the file is. After the content comes the manifest, which has the size and
the hash of each member, and at the very end the seal, which has those of the manifest. The blocks
between the members are as `ArchiveWriter` writes them, or the file is refused. A file whose end is
missing has no seal. `tar xf` reads it, too.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Self

from blog.text.numbers import read_number

HEADER, MANIFEST, SEAL = "second-lead.json", "manifest.json", "seal.json"
# Raised when an earlier release could no longer read the file.
FORMAT = 1
# The members that a backup may have besides those three; none leads out of the folder it is for.
MEMBER_NAME = re.compile(
    r"database\.(?:sqlite3\.gz|dump)|secret_key|pages/(?:about|privacy|terms)\.md"
    r"|media/[\w-]{1,100}\.(?:webp|avif|jpg)",
    re.ASCII,
)
CHUNK = 2**18
_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)
# A header block, a block of JSON, and the end of the tar.
_SEAL_SIZE = 2 * _BLOCK + len(_END)
_LARGEST_MANIFEST = 2**28
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


class BadBackupError(Exception):
    """Raised for a file that cannot be used as a backup; the message says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """The size in bytes and the SHA-256 of a member."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What wrote a backup, and when."""

    release: str
    created_at: datetime

    @classmethod
    def read(cls, file: BinaryIO) -> Self:
        """Return the header of a file. Raises BadBackupError."""
        file.seek(_BLOCK)
        try:
            found = json.loads(file.read(_BLOCK))
            is_ours, number = found["kind"] == "backup of Second Lead", int(found["format"])
            header = cls(
                release=str(found["release"]),
                created_at=datetime.fromisoformat(found["created_at"]),
            )
            stamp = header.stamp
        except _UNREADABLE:
            is_ours = False
        if not is_ours or not header.release.isprintable():
            raise BadBackupError("This is no backup of Second Lead, or its beginning is altered.")
        if number > FORMAT:
            raise BadBackupError(
                f"This backup has the format {number} of a newer release ({header.release}), and"
                f" this release reads {FORMAT}: install that release."
            )
        file.seek(0)
        if file.read(_BLOCK) != _head_block(HEADER, _BLOCK, stamp):
            raise BadBackupError("This backup is altered: its first bytes are not ours.")
        return header

    @property
    def stamp(self) -> int:
        """Return the time of all members in seconds."""
        return int(self.created_at.timestamp())

    def as_block(self) -> bytes:
        """Return the content of the first member, one block long."""
        return _json_block(
            {
                "kind": "backup of Second Lead",
                "format": FORMAT,
                "release": self.release,
                "created_at": self.created_at.astimezone(UTC).isoformat(timespec="seconds"),
            }
        )


class ArchiveWriter:
    """A writer of a backup; `file` is open for writing, and empty."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        self.members: dict[str, Member] = {}
        self._file = file
        self._stamp = header.stamp
        self.add(HEADER, [header.as_block()])

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        """Write a member whose size need not be known before."""
        place = self._file.tell()
        self._file.write(bytes(_BLOCK))
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            self._file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        self._file.write(bytes(-size % _BLOCK))
        end = self._file.tell()
        self._file.seek(place)
        self._file.write(_head_block(name, size, self._stamp))
        self._file.seek(end)
        self.members[name] = member = Member(size, digest.hexdigest())
        return member

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, to which the members are added, and the seal; sync the file."""
        listed = {name: [each.size, each.sha256] for name, each in self.members.items()}
        content = json.dumps(manifest | {"members": listed}, indent=1).encode()
        sealed = self.add(MANIFEST, [content])
        self.add(SEAL, [_json_block({"manifest": sealed.sha256, "size": sealed.size})])
        self._file.write(_END)
        self._file.flush()
        os.fsync(self._file.fileno())


class ArchiveReader:
    """A reader of a backup; `manifest` is checked by the seal, and `members` is its list.

    Raises BadBackupError for a file that is not ours, incomplete, altered or newer.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self.header = Header.read(file)
        self.manifest = self._read_manifest()
        self.members = _list_members(self.manifest)
        if sum(_BLOCK + _padded(each.size) for each in self.members.values()) != self._end:
            raise BadBackupError("This backup is altered: its list of members does not fit it.")

    def _read_manifest(self) -> dict[str, Any]:
        cut = BadBackupError("This backup is incomplete: its end is missing or altered.")
        self._file.seek(max(0, self.size - _SEAL_SIZE))
        tail = self._file.read(_SEAL_SIZE)
        try:
            seal = json.loads(tail[_BLOCK : 2 * _BLOCK])
            size, sha256 = int(seal["size"]), str(seal["manifest"])
        except _UNREADABLE:
            raise cut from None
        own = _head_block(SEAL, _BLOCK, self.header.stamp)
        own += _json_block({"manifest": sha256, "size": size}) + _END
        place = self.size - _SEAL_SIZE - _padded(size) - _BLOCK
        if tail != own or not 0 <= size <= _LARGEST_MANIFEST or place < 2 * _BLOCK:
            raise cut
        self._file.seek(place)
        head, content = self._file.read(_BLOCK), self._file.read(_padded(size))
        text, padding = content[:size], content[size:]
        is_whole = hashlib.sha256(text).hexdigest() == sha256 and not any(padding)
        if not is_whole or head != _head_block(MANIFEST, size, self.header.stamp):
            raise BadBackupError("This backup is altered: its list of members is not what it was.")
        self._end = place
        try:
            found = json.loads(text)
        except _UNREADABLE:
            found = None
        if not isinstance(found, dict):
            raise BadBackupError("This backup is altered: its list of members cannot be read.")
        return found

    def read(self, receive: Callable[[str, Iterator[bytes]], None]) -> None:
        """Hand the name and the bytes of each member to `receive`, and check all that is read.

        What was received is right only if this ends without BadBackupError.
        """
        self._file.seek(0)
        for name, member in self.members.items():
            chunks = self._check(name, member)
            receive(name, chunks)
            for _rest in chunks:
                pass  # Reading it checks it.

    def _check(self, name: str, member: Member) -> Iterator[bytes]:
        altered = BadBackupError(f"This backup is altered: {name} is not what was backed up.")
        if self._file.read(_BLOCK) != _head_block(name, member.size, self.header.stamp):
            raise altered
        digest, left = hashlib.sha256(), member.size
        while left:
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise altered
            digest.update(chunk)
            left -= len(chunk)
            yield chunk
        padding = self._file.read(-member.size % _BLOCK)
        if digest.hexdigest() != member.sha256 or any(padding):
            raise altered


def _list_members(manifest: dict[str, Any]) -> dict[str, Member]:
    """Return the members of a manifest, in order. Raises BadBackupError for other names."""
    members: dict[str, Member] = {}
    try:
        for name, (size, sha256) in manifest["members"].items():
            if read_number(str(size), least=0, most=2**62) is None:
                raise ValueError(size)
            members[name] = Member(size, str(sha256))
    except _UNREADABLE:
        raise BadBackupError("This backup is altered: its list of members is no list.") from None
    others = [name for name in members if not MEMBER_NAME.fullmatch(name) and name != HEADER]
    if others:
        raise BadBackupError(f"This is no backup of ours: it has a member {others[0][:80]!a}.")
    return members


def _head_block(name: str, size: int, stamp: int) -> bytes:
    """Return the block of a tar that stands before a member: an ordinary file, for its owner."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, stamp, 0o600
    # GNU's form has room for sizes beyond 8 GiB.
    return info.tobuf(tarfile.GNU_FORMAT)


def _json_block(values: dict[str, Any]) -> bytes:
    """Return values as JSON with spaces up to the size of a block."""
    return json.dumps(values).encode().ljust(_BLOCK - 1) + b"\n"


def _padded(size: int) -> int:
    return size + -size % _BLOCK
