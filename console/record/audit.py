"""Reads the audit file back: verifies the chain over all its files, and shows its records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from typing_extensions import override

from console.domain.errors import JournalError
from console.record import heads
from console.record.chain import Head, parsed, walk
from console.record.journal import full_files
from console.record.keys import Verifier


class Finding(Struct, frozen=True):
    """What is wrong: which file, which line of it (None: none in particular), and why."""

    file: Path
    line: int | None
    why: str

    @override
    def __str__(self) -> str:
        place = f"{self.file}" if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.why}."


class Verified(Struct, frozen=True):
    """The result over all files. `finding` None: nothing was changed, removed or cut, as far as what is kept elsewhere can tell."""

    files: int
    lines: int
    head: Head | None
    checkpoints: int
    unsigned: int
    finding: Finding | None = None


def verify(
    path: Path, verifier: Verifier | None, *, state: Path | None = None, head: str | None = None, alone: bool = False
) -> Verified:
    """Walks the full files and the current one. `head`: a hash kept elsewhere, which must be there. `alone`: only this one file.

    Without a `verifier` signatures are not looked at, only counted. Raises JournalError where there is nothing to read.
    """
    files = [path] if alone else _files(path)
    known: dict[str, int] = {}
    last: Head | None = None
    lines = checkpoints = unsigned = 0
    before = b""
    continues: str | None = None
    dropped: set[str] = set()
    for number, file in enumerate(files):
        data = _data(file)
        found = walk(data, (lambda _: True) if verifier is None else verifier.good, last, before)
        lines, checkpoints = lines + found.lines, checkpoints + found.checkpoints
        unsigned = found.unsigned if found.checkpoints else unsigned + found.unsigned
        known.update(found.hashes)
        dropped.update(found.dropped)
        if number == 0:
            continues = found.continues
        if found.bad is not None:
            finding = Finding(file, found.bad.line, found.bad.why)
            return Verified(len(files), lines, found.head, checkpoints, unsigned, finding)
        before = b"" if found.head is not None else before + data
        last = found.head or last
    finding = _against_heads(path, known, last, state, head)
    if continues is not None and continues not in dropped and not alone:
        finding = Finding(files[0], 1, f"it continues {continues}, which is missing")
    return Verified(len(files), lines, last, checkpoints, unsigned, finding)


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Every line of all files that can be read, oldest first. Raises JournalError where there is nothing to read."""
    for file in _files(path):
        for line in _data(file).split(b"\n"):
            if (record := parsed(line)) is not None:
                yield record


def _files(path: Path) -> list[Path]:
    """Oldest first. A current one need not exist yet, right after a full one was set aside."""
    full = full_files(path)
    return full if full and not path.exists() else [*full, path]


def _against_heads(
    path: Path, known: dict[str, int], last: Head | None, state: Path | None, head: str | None
) -> Finding | None:
    """A cut tail leaves a good chain: only a head kept elsewhere tells."""
    if head is not None and head not in known:
        return Finding(path, None, f"no line has the hash {head}: the end was cut, or everything was written anew")
    for place in heads.head_places(path, state):
        found = heads.kept(place)
        if found is not None and known.get(found.hash) != found.seq:
            have = 0 if last is None else last.seq
            why = f"line number {found.seq} is missing, {have} is the last: {place} remembers it; the end was cut or written anew"
            return Finding(path, None, why)
    return None


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise JournalError(f"The audit file {path} cannot be read: {error.strerror or error}.") from error
