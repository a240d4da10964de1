"""The audit's Ed25519 key: made once, readable by its owner only, and its public half for whoever verifies."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from console.domain.errors import JournalError
from console.record.chain import checkpoint_message

PRIVATE, PUBLIC = "audit.key", "audit.pub"
_MOST_BYTES: Final = 8192


class Signer:
    """Signs checkpoints and snapshots. Its repr shows no key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = Verifier(key.public_key())

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519. The message begins with words of its own kind, so that no signature fits anything else."""
        return self._key.sign(message)

    def checkpoint(self, seq: int, head: str, wall_s: float) -> dict[str, Any]:
        """The body of a checkpoint: which line it vouches for, and the signature."""
        signature = self.sign(checkpoint_message(seq, head, wall_s))
        return {
            "seq": seq,
            "head": head,
            "at": f"{wall_s:.6f}",
            "key": self.public.name,
            "signature": base64.b64encode(signature).decode("ascii"),
        }


class Verifier:
    """The public half."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = hashlib.sha256(raw).hexdigest()[:16]
        """Short name of the key, as checkpoints carry it."""

    @property
    def pem(self) -> str:
        """What a third party is given."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    def good(self, body: Mapping[str, Any]) -> bool:
        """Whether a checkpoint's body was signed by this key."""
        try:
            message = checkpoint_message(int(body["seq"]), str(body["head"]), float(body["at"]))
            self._key.verify(base64.b64decode(str(body["signature"]), validate=True), message)
        except (KeyError, ValueError, TypeError, binascii.Error, InvalidSignature):
            return False
        return True


def signer(folder: Path) -> Signer:
    """The key of this user, made with mode 0600 where there is none. Raises JournalError: nothing may then be sent."""
    path = folder / PRIVATE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        made = Signer(_private(path))
        public = folder / PUBLIC
        if not public.exists() or public.read_text(encoding="ascii") != made.public.pem:
            public.write_text(made.public.pem, encoding="ascii")
    except OSError as error:
        raise JournalError(
            f"The audit's key {path} cannot be had: {error.strerror or error}. Nothing is sent; mend the path."
        ) from error
    return made


def verifier(path: Path) -> Verifier:
    """A public key in PEM. Raises JournalError."""
    try:
        with path.open("rb") as file:
            key = load_pem_public_key(file.read(_MOST_BYTES))
    except (OSError, ValueError) as error:
        raise JournalError(f"{path} holds no public key: {error}. Give the file that `audit key` writes.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise JournalError(f"{path} holds no Ed25519 key. Give the file that `audit key` writes.")
    return Verifier(key)


def _make(path: Path) -> None:
    """Whole or not at all, and whoever is first wins: two consoles may start at once."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, pem)
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(part, path)  # fails where another one was faster: then theirs is the key
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _private(path: Path) -> Ed25519PrivateKey:
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if os.name != "nt" and (stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.getuid()):
            raise JournalError(
                f"Others can read the audit's key {path}. Nothing is sent; chmod 600 it, or move it away."
            )
        data = file.read(_MOST_BYTES)
    try:
        key = load_pem_private_key(data, None)
    except ValueError as error:
        raise JournalError(f"{path} holds no key: {error}. Nothing is sent; move it away.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise JournalError(f"{path} holds no Ed25519 key. Nothing is sent; move it away.")
    return key
