"""Archives that mean harm, made on the spot: none of them comes from elsewhere, and none is large on disk."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

_MANIFEST = "manifest.json"


def corpus(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and file."""
    makers = {
        "zip-slip": lambda: _zip({_MANIFEST: b"{}", "../../evil": b"x"}),
        "absolute": lambda: _zip({"/etc/evil": b"x"}),
        "backslash": lambda: _zip({"..\\..\\evil": b"x"}),
        "symlink": _symlink,
        "nested": _nested,
        "bomb": lambda: _declared({"frames/truth.npy": bytes(63 << 20), "frames/gap.npy": bytes(63 << 20)}),
        "quoted-overlap": _overlap,
        "forged-size": _forged_size,
        "forged-packed-size": _forged_packed,
        "zip64": lambda: _patched(_declared({"a.json": b"{}"}), struct.pack("<L", 0xFFFFFFFF)),
        "million-entries": lambda: _million(1_000_000),
        "million-real-entries": lambda: _many(70_000),
        "pickle-npy": _pickle,
        "forged-shape-npy": _shape,
        "encrypted": _encrypted,
        "deep-json": lambda: _zip({_MANIFEST: b"[" * 200_000}),
        "endless-manifest": lambda: _zip(
            {_MANIFEST: b'{"format": "dsrsnap", "version": 2, "x": "' + b"a" * (40 << 20) + b'"}'}
        ),
        "duplicate": _duplicate,
        "lzma": lambda: _zip({_MANIFEST: b"{}"}, zipfile.ZIP_LZMA),
        "no-zip": lambda: b"PK\x03\x04" + bytes(1 << 20),
        "empty": lambda: b"",
    }
    for name, make in makers.items():
        path = folder / f"{name}.dsrsnap"
        path.write_bytes(make())
        yield name, path


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body, method)
    return out.getvalue()


def _declared(members: dict[str, bytes]) -> bytes:
    """With a manifest that names them as they are."""
    named = {name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)} for name, body in members.items()}
    manifest = json.dumps({"format": "dsrsnap", "version": 2, "members": named}).encode()
    return _zip({_MANIFEST: manifest, **members})


def _symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(_MANIFEST, b"{}")
        link = zipfile.ZipInfo("passwd")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _nested() -> bytes:
    """As in 42.zip: archives in archives; each level is only bytes to a reader that never unpacks what it has read."""
    body = bytes(8 << 20)
    for _ in range(5):
        inner = _zip({f"{number:x}.zip": body for number in range(4)})
        body = inner
    return _declared({f"{number:x}.bin": body for number in range(16)})


def _overlap() -> bytes:
    """Two entries of the directory point to the same bytes (after Fifield, "A better zip bomb")."""
    data = bytearray(_zip({_MANIFEST: b"{}", "aaaa.json": bytes(1000), "aaab.json": bytes(1000)}))
    places = [at for at in range(len(data) - 4) if data[at : at + 4] == b"PK\x01\x02"]
    first = data[places[1] + 42 : places[1] + 46]
    data[places[2] + 42 : places[2] + 46] = first
    return bytes(data)


def _forged_size() -> bytes:
    """The directory claims less than comes out."""
    data = bytearray(_declared({"a.json": bytes(60 << 20)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    local = data.find(b"PK\x03\x04", 10)
    data[local + 22 : local + 26] = struct.pack("<L", 10)
    return bytes(data)


def _forged_packed() -> bytes:
    """160 bytes that claim 1 GiB of packed data."""
    data = bytearray(_zip({_MANIFEST: b"{}"}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 20 : at + 24] = struct.pack("<L", 1 << 30)
    return bytes(data)


def _patched(data: bytes, size: bytes) -> bytes:
    changed = bytearray(data)
    at = changed.rfind(b"PK\x01\x02")
    changed[at + 24 : at + 28] = size
    return bytes(changed)


def _million(count: int) -> bytes:
    """A directory of so many entries, all empty."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)
    return directory + end


def _many(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return out.getvalue()


class _Runs:
    def __reduce__(self):
        return (__import__("os").system, ("touch /tmp/dsr-canary-pickle",))


def _pickle() -> bytes:
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    head += b" " * (64 - (len(head) + 11) % 64) + b"\n"
    return _declared(
        {"frames/truth.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + pickle.dumps([_Runs()])}
    )


def _shape() -> bytes:
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }"
    head += b" " * (64 - (len(head) + 11) % 64) + b"\n"
    return _declared({"frames/truth.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head})


def _encrypted() -> bytes:
    data = bytearray(_zip({_MANIFEST: b"{}"}))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        data[at + offset] |= 1
    return bytes(data)


def _duplicate() -> bytes:
    packed = zlib.compress(b"{}")[2:-4]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(_MANIFEST, b"{}")
        archive.writestr("b.json", packed)
        archive.filelist.append(archive.filelist[1])
    return out.getvalue()
