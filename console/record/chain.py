"""The audit file's lines: one JSON object each, canonical, numbered, and chained by hash. Pure: bytes in, findings out.

`{"body": .., "boot": .., "hash": .., "host": .., "journal": 2, "kind": .., "mono_s": .., "prev": .., "seq": .., "wall_s": ..}`
`hash` is the sha256 of the same object without `hash`; `prev` is the hash of the line before. Lines of version 1 have neither: the first
line after them (`migrated`) carries the sha256 of all their bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from msgspec import Struct

VERSION: Final = 2
FIRST: Final = "0" * 64
"""`prev` of a file that begins with nothing before it."""
MIGRATED, CHECKPOINT, ROTATED = "migrated", "checkpoint", "rotated"
_FIELDS: Final = frozenset({"journal", "seq", "prev", "hash", "wall_s", "mono_s", "boot", "host", "kind", "body"})


class Head(Struct, frozen=True):
    """The newest line: whoever keeps it elsewhere can tell later that nothing before it was changed or cut."""

    seq: int
    hash: str


class Bad(Struct, frozen=True):
    """The first line that is not as it was written. `line` counts from 1 over all bytes that were given."""

    line: int
    why: str


class Checked(Struct, frozen=True):
    """What a walk along the chain found."""

    lines: int
    head: Head | None
    hashes: Mapping[str, int]
    """Hash of each chained line -> its number."""
    checkpoints: int = 0
    """Signatures that were good."""
    unsigned: int = 0
    """Lines after the newest good signature."""
    bad: Bad | None = None
    continues: str | None = None
    """Name of the file that the first line says it continues, where nothing was given to stand before it."""
    dropped: frozenset[str] = frozenset()
    """Names of full files that these lines say were removed for their age."""


Signed = Callable[[Mapping[str, Any]], bool]
"""Whether a checkpoint's body carries a good signature."""


def canonical(record: Mapping[str, Any]) -> bytes:
    """One spelling only: sorted keys, no spaces, ASCII. Raises ValueError and TypeError for what JSON cannot hold."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def sealed(record: Mapping[str, Any]) -> tuple[bytes, str]:
    """The line (without its break) with its own hash in it, and that hash."""
    digest = hashlib.sha256(canonical(record)).hexdigest()
    return canonical({**record, "hash": digest}), digest


def checkpoint_message(seq: int, head: str, wall_s: float) -> bytes:
    """What an Ed25519 checkpoint signs."""
    return f"dsr-console audit checkpoint 1\n{seq}\n{head}\n{wall_s:.6f}\n".encode("ascii")


def _finite(text: str) -> float:
    """What JSON cannot hold, no console has written."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def parsed(line: bytes) -> dict[str, Any] | None:
    """A line of any version as an object, or None."""
    try:
        record = json.loads(line, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", record) if isinstance(record, dict) else None


def walk(data: bytes, good: Signed, after: Head | None = None, before: bytes = b"") -> Checked:
    """Follows the chain through `data`, whole lines. `after`: the line that stands before it, where it is known.

    `before`: bytes of version 1 lines in an earlier file, which the `migrated` line counts too.
    """
    walker = _Walker(good, after, before)
    for number, line in enumerate(data.split(b"\n"), 1):
        if number > data.count(b"\n"):
            if line:
                walker.bad = Bad(number, "it has no end: the file was cut within it")
            break
        why = walker.take(line)
        if why:
            walker.bad = Bad(number, why)
            break
    return walker.checked()


class _Walker:
    """State of a walk."""

    def __init__(self, good: Signed, after: Head | None, before: bytes) -> None:
        self._good = good
        self._head = after
        self._old = hashlib.sha256(before)
        self._old_seq = 0
        self._chained = after is not None
        self._lines = 0
        self._hashes: dict[str, int] = {}
        self._checkpoints = 0
        self._unsigned = 0
        self._continues: str | None = None
        self._dropped: set[str] = set()
        self.bad: Bad | None = None

    def take(self, line: bytes) -> str:
        """One line; returns what is wrong with it, or nothing."""
        record = parsed(line)
        if record is None:
            return "it is no JSON object"
        why = self._old_line(line, record) if record.get("journal") == 1 else self._chain_line(line, record)
        if not why:
            self._lines += 1
        return why

    def checked(self) -> Checked:
        """What was found."""
        return Checked(
            self._lines,
            self._head,
            self._hashes,
            self._checkpoints,
            self._unsigned,
            self.bad,
            self._continues,
            frozenset(self._dropped),
        )

    def _old_line(self, line: bytes, record: dict[str, Any]) -> str:
        if self._chained:
            return "a line without a hash stands after chained ones"
        if record.get("seq") != self._old_seq + 1:
            return f"its number is {record.get('seq')}, {self._old_seq + 1} is due"
        self._old_seq += 1
        self._old.update(line + b"\n")
        return ""

    def _chain_line(self, line: bytes, record: dict[str, Any]) -> str:
        if record.get("journal") != VERSION or frozenset(record) != _FIELDS:
            return "it is no line of a version that this program knows"
        rest = {name: value for name, value in record.items() if name != "hash"}
        seq, digest = record["seq"], record["hash"]
        if hashlib.sha256(canonical(rest)).hexdigest() != digest or canonical(record) != line:
            return "it was changed: its content does not fit its hash"
        why = self._follows(record)
        if why:
            return why
        if record["kind"] == ROTATED:
            self._rotated(record["body"])
        self._chained, self._head = True, Head(seq, digest)
        self._hashes[digest] = seq
        self._unsigned += 1
        return self._signed(record) if record["kind"] == CHECKPOINT else ""

    def _rotated(self, body: Any) -> None:
        told = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        if self._head is None:
            self._continues = str(told.get("from"))
        dropped: Any = told.get("dropped")
        if isinstance(dropped, list):
            self._dropped.update(str(name) for name in cast("list[object]", dropped))

    def _follows(self, record: dict[str, Any]) -> str:
        if self._head is not None:
            if record["seq"] != self._head.seq + 1:
                return (
                    f"its number is {record['seq']}, {self._head.seq + 1} is due: lines were removed or added before it"
                )
            return "" if record["prev"] == self._head.hash else "it does not follow the line before it"
        if self._old_seq:
            body = record["body"]
            whole = isinstance(body, dict) and cast("dict[str, Any]", body).get("sha256") == self._old.hexdigest()
            if record["kind"] != MIGRATED or record["seq"] != self._old_seq + 1 or not whole:
                return "the lines of version 1 before it are not those that it was written after"
            return ""
        if record["kind"] == ROTATED:
            return ""  # it continues a file that is not at hand; its `prev` says which
        return "" if record["seq"] == 1 and record["prev"] == FIRST else "the lines before it are missing"

    def _signed(self, record: dict[str, Any]) -> str:
        body = cast("dict[str, Any]", record["body"]) if isinstance(record["body"], dict) else {}
        if body.get("head") != record["prev"] or body.get("seq") != record["seq"] - 1 or not self._good(body):
            return "its signature is not good"
        self._checkpoints += 1
        self._unsigned = 0
        return ""
