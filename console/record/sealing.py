"""The Ed25519 signature of a snapshot: over the manifest, which names every other member with its sha256."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final, Protocol, cast

from console.record.container import BadSnapshot

NAME: Final = "signature.json"
_PREFIX: Final = b"dsr-console snapshot manifest 1\n"


class PublicHalf(Protocol):
    """Of a key: its short name, and its PEM text."""

    @property
    def name(self) -> str: ...  # noqa: D102  see the class

    @property
    def pem(self) -> str: ...  # noqa: D102  see the class


class Signs(Protocol):
    """Whoever signs."""

    @property
    def public(self) -> PublicHalf: ...  # noqa: D102  see the class

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519."""
        ...


def signature(manifest: bytes, signer: Signs) -> bytes:
    """The member `signature.json`."""
    found = base64.b64encode(signer.sign(_PREFIX + manifest)).decode("ascii")
    body = {"algorithm": "ed25519", "key": signer.public.name, "public": signer.public.pem, "signature": found}
    return json.dumps(body, indent=1, sort_keys=True).encode("ascii") + b"\n"


def signed_by(manifest: bytes, body: bytes) -> str:
    """The short name of the key that signed it. That the key is somebody's is for the reader to know. Raises BadSnapshot."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found = cast("dict[str, Any]", json.loads(body))
        key = load_pem_public_key(str(found["public"]).encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            raise BadSnapshot("The signature is of a kind that no console makes.", NAME)
        key.verify(base64.b64decode(str(found["signature"]), validate=True), _PREFIX + manifest)
        return key_name(key.public_bytes_raw())
    except InvalidSignature:
        raise BadSnapshot("The signature does not fit: the manifest is not as it was signed.", NAME) from None
    except (ValueError, KeyError, TypeError, UnicodeEncodeError, binascii.Error, RecursionError) as error:
        raise BadSnapshot(f"The signature cannot be read: {error}.", NAME) from error


def key_name(raw: bytes) -> str:
    """Short name of a public key, as the audit has it."""
    import hashlib

    return hashlib.sha256(raw).hexdigest()[:16]
