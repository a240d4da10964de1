"""A ZIP from anybody, read without trust: nothing is extracted to disk, every size is held against a limit before it is believed.

Refused: other methods than stored and deflate, encryption, ZIP64, links and folders, names outside the pattern, duplicates, members
that overlap or lie outside the file, forged sizes. The archive's comment carries the sha256 of all bytes before it, so that a change
anywhere shows, also between the members.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

from msgspec import Struct

from console.domain.errors import ConsoleError

MOST_MEMBERS: Final = 64
MOST_BYTES: Final = 64 << 20
MOST_SUM: Final = 256 << 20
_STEP: Final = 1 << 16
_RATIO: Final = 1032
"""Deflate cannot do better; whoever claims more lies."""
_NAME: Final = re.compile(r"[a-z0-9_][a-z0-9_./-]{0,79}")
_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_SEAL: Final = b"dsrsnap sha256 "
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800


class BadSnapshot(ConsoleError):
    """The file is no snapshot, or one that was changed. `member`: the first that is bad, where it is one."""

    def __init__(self, message: str, member: str | None = None) -> None:
        super().__init__(message)
        self.member = member


class Member(Struct, frozen=True):
    """One entry of the archive."""

    name: str
    method: int
    crc: int
    packed: int
    """Bytes in the file .."""
    size: int
    """.. and unpacked, as the archive claims."""
    begin: int
    """Where its packed bytes begin."""


class Container:
    """The members of an open file. Raises BadSnapshot."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file = file
        self._where = where
        self._size = file.seek(0, os.SEEK_END)
        try:
            self.members: Mapping[str, Member] = {member.name: member for member in self._directory()}
        except struct.error:
            raise self._bad("its directory is cut off") from None

    def sealed(self) -> bool | None:
        """Whether the archive's comment holds the sum of all bytes before it; None: it has no such comment."""
        if self._comment is None:
            return None
        self._file.seek(0)
        digest, rest = hashlib.sha256(), self._size - len(self._comment)
        while rest > 0 and (part := self._file.read(min(_STEP, rest))):
            digest.update(part)
            rest -= len(part)
        return self._comment == _SEAL + digest.hexdigest().encode()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes in small parts, never more than the directory claims. Raises BadSnapshot, also at the end (CRC)."""
        member = self.members[name]
        self._file.seek(member.begin)
        machine = zlib.decompressobj(-zlib.MAX_WBITS) if member.method else None
        rest, size, crc = member.packed, 0, 0
        while rest > 0:
            packed = self._file.read(min(_STEP, rest))
            if not packed:
                break
            rest -= len(packed)
            for part in _unpacked(machine, packed, name):
                size, crc = size + len(part), zlib.crc32(part, crc)
                if size > member.size:
                    raise BadSnapshot(f"{name} is longer than the archive claims.", name)
                yield part
        if machine is not None and (not machine.eof or machine.unused_data):
            raise BadSnapshot(f"{name} does not unpack to its end.", name)
        if rest or size != member.size or crc != member.crc:
            raise BadSnapshot(f"{name} is not as it was written: its sum is another.", name)

    def read(self, name: str, most: int = MOST_BYTES) -> bytes:
        """One member whole. Raises BadSnapshot, also where it is larger than `most`, and KeyError."""
        if self.members[name].size > most:
            raise BadSnapshot(f"{name} is larger than {most} bytes.", name)
        return b"".join(self.chunks(name))

    def _bad(self, why: str) -> BadSnapshot:
        return BadSnapshot(f"{self._where} is no snapshot that can be opened: {why}.")

    def _directory(self) -> list[Member]:
        tail = min(self._size, _END.size + 256)
        self._file.seek(self._size - tail)
        data = self._file.read(tail)
        at = data.rfind(b"PK\x05\x06")
        if at < 0 or len(data) - at < _END.size:
            raise self._bad("it is no ZIP file, or its end is missing")
        _, disk, first_disk, here, entries, length, begin, comment = _END.unpack_from(data, at)
        text = data[at + _END.size :]
        if len(text) != comment or disk or first_disk or here != entries:
            raise self._bad("its end is not one that a console writes")
        self._comment = text if text.startswith(_SEAL) else None
        if text and self._comment is None:
            raise self._bad("it carries a comment that is not a console's")
        if not 0 < entries <= MOST_MEMBERS:
            raise self._bad(f"it has {entries} members, {MOST_MEMBERS} are the most")
        end = self._size - tail + at
        if begin + length != end or length > entries * (_ENTRY.size + 512):
            raise self._bad("its directory is not where it should be")
        self._file.seek(begin)
        return self._entries(self._file.read(length), entries, begin)

    def _entries(self, data: bytes, entries: int, begin: int) -> list[Member]:
        found: list[Member] = []
        at = total = 0
        places: list[tuple[int, int]] = []
        for _ in range(entries):
            (
                sign,
                _,
                _,
                flags,
                method,
                _,
                _,
                crc,
                packed,
                size,
                name_length,
                extra,
                comment,
                disk,
                _,
                attributes,
                offset,
            ) = _ENTRY.unpack_from(data, at)
            raw = data[at + _ENTRY.size : at + _ENTRY.size + name_length]
            at += _ENTRY.size + name_length + extra + comment
            name = raw.decode("ascii", "replace")
            mode = attributes >> 16
            if sign != b"PK\x01\x02" or not _NAME.fullmatch(name) or ".." in name or "//" in name or name.endswith("/"):
                raise self._bad(f"a member has a name that no console gives: {name[:80]!a}")
            if any(member.name == name for member in found):
                raise self._bad(f"{name} is there twice")
            if (
                method not in (0, 8)
                or flags & ~(_DESCRIPTOR | _UTF8)
                or disk
                or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG))
            ):
                raise self._bad(f"{name} is encrypted, a link, or packed in a way that no console uses")
            total += size
            if size > MOST_BYTES or total > MOST_SUM or packed > self._size or size > packed * _RATIO + 64:
                raise self._bad(f"{name} claims {size} bytes, which is too much")
            if not method and packed != size:
                raise self._bad(f"{name} claims another size than it has")
            member = self._member(name, raw, method, crc, packed, size, offset, begin)
            places.append((offset, member.begin + packed))
            found.append(member)
        if at != len(data):
            raise self._bad("its directory holds more than it says")
        places.sort()
        if any(later < ended for (_, ended), (later, _) in pairwise(places)):
            raise self._bad("its members overlap")
        return found

    def _member(
        self, name: str, raw: bytes, method: int, crc: int, packed: int, size: int, offset: int, begin: int
    ) -> Member:
        """The local header must say the same as the directory."""
        self._file.seek(offset)
        head = self._file.read(_LOCAL.size + len(raw))
        sign, _, flags, local_method, _, _, local_crc, local_packed, local_size, length, extra = _LOCAL.unpack_from(
            head
        )
        same = (local_crc, local_packed, local_size) == (crc, packed, size) or flags & _DESCRIPTOR
        if (
            sign != b"PK\x03\x04"
            or length != len(raw)
            or head[_LOCAL.size :] != raw
            or local_method != method
            or not same
        ):
            raise BadSnapshot(f"{self._where}: {name} is not the member that the directory names.", name)
        data = offset + _LOCAL.size + length + extra
        if data + packed > begin:
            raise self._bad(f"{name} reaches beyond its place")
        return Member(name, method, crc, packed, size, data)


def seal(file: BinaryIO) -> None:
    """Puts the sum of all bytes into the comment of a ZIP that was just written (open for reading and writing, without a comment)."""
    length = len(_SEAL) + 64
    file.seek(-2, os.SEEK_END)
    file.write(struct.pack("<H", length))
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(_STEP):
        digest.update(part)
    file.write(_SEAL + digest.hexdigest().encode())


def open_container(path: Path) -> tuple[BinaryIO, Container]:
    """Raises BadSnapshot, also for what is no plain file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadSnapshot(f"{path} is no file.")
        file = path.open("rb")
    except OSError as error:
        raise BadSnapshot(f"The snapshot {path} cannot be read: {error.strerror or error}.") from error
    try:
        return file, Container(file, str(path))
    except BaseException:
        file.close()
        raise


def _unpacked(machine: Any, packed: bytes, name: str) -> Iterator[bytes]:
    if machine is None:
        yield packed
        return
    try:
        while packed:
            yield machine.decompress(packed, _STEP)
            packed = machine.unconsumed_tail
    except zlib.error as error:
        raise BadSnapshot(f"{name} does not unpack: {error}.", name) from None
