"""Broken bodies: by hand, and by chance from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.support.payloads import body, fleet, server, status

_INSERTS = (
    b"NaN", b"-Infinity", b"1e400", b"-1", b"1208925819614629174706176", b"null", b"true", b'""', b"[]", b"{}", b"[[[[",
    b'"\\u0000"', b'"\\ud800"', b"\xff\xfe", b"\x00", b'"id":"x",', b",", b":", b'"', b"}", b"]", b"0.5", b'"\xe2\x80\xae"',
)  # fmt: skip


def bad_bodies() -> tuple[bytes, ...]:
    """None of these is a document of the contract."""
    return (
        b"",
        b" ",
        b"NaN",
        b"1e400",
        b"\x00" * 100,
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<html><body>502 Bad Gateway</body></html>",
        b"{",
        b"[]",
        b'"text"',
        b"nul",
        b"\xff" * 1000,
        b"0" * 100_000,
    )


def mutated(seed: int, count: int) -> Iterator[bytes]:
    """So many documents, each cut, overwritten, doubled or sprinkled with what does not belong there."""
    chance = random.Random(seed)
    seeds = [
        body(status()),
        body(fleet([server("a"), server("b")])),
        b'{"error":{"code":"x","details":{"generation":3}}}',
    ]
    seeds += [b'{"name":"noc","role":"lead"}', b'{"events":[{"seq":1,"time":2.0,"kind":"join"}],"next":1}']
    for _ in range(count):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(raw) + 1)
            match chance.randrange(5):
                case 0:
                    raw[at : at + chance.randint(1, 30)] = b""
                case 1:
                    raw[at:at] = chance.choice(_INSERTS)
                case 2:
                    raw[at : at + chance.randint(1, 8)] = chance.choice(_INSERTS)
                case 3:
                    raw[at:at] = raw[at : at + chance.randint(1, 200)]
                case _:
                    raw[at : at + 1] = bytes((chance.randrange(256),))
        yield bytes(raw)
