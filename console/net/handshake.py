"""What must hold before the first byte of a request may leave: a pinned key was shown, and the server took our certificate.

Both are looked at inside of the TLS object itself, so that whoever uses the context cannot send earlier.
"""

from __future__ import annotations

import hashlib
import math
import ssl
from collections.abc import Callable, Iterable
from typing import Any, cast

from typing_extensions import Buffer, override


class WrongPin(ssl.SSLError):
    """None of the keys that the other end shows is a pinned one. `shown`: sha256 of its own key."""

    def __init__(self, shown: bytes) -> None:
        super().__init__("no pinned key was shown")
        self.shown = shown


class Handshake(ssl.SSLObject):
    """Refuses the handshake of whoever shows no pinned key; tells when the server has taken what we showed."""

    taken: Callable[[], object] | None = None
    """Called once, when the first session ticket comes. With TLS 1.3 our side is done with the handshake before the server has
    looked at our certificate; it sends tickets when it has, or an alert."""

    @override
    def do_handshake(self) -> None:
        super().do_handshake()
        pins = self.context.pins if isinstance(self.context, Context) else frozenset[bytes]()
        if pins:
            shown = [spki_sha256(der) for der in chain(self)]
            if not pins.intersection(shown):
                raise WrongPin(shown[0] if shown else b"")

    @override
    def read(self, len: int = 1024, buffer: Buffer | None = None) -> Any:
        try:
            return super().read(len, buffer)
        finally:
            if (taken := self.taken) is not None and self.session is not None and self.session.has_ticket:
                self.taken = None
                taken()


class Context(ssl.SSLContext):
    """A client context that makes such objects."""

    sslobject_class = Handshake
    pins: frozenset[bytes] = frozenset()
    """sha256 of public keys (SPKI) of which one must be in the verified chain; empty: any will do."""
    expires_wall_s: float = math.inf
    """When our own certificate ends, in Unix seconds .."""
    expires: str = ""
    """.. and as a date."""

    @property
    def shows_certificate(self) -> bool:
        """Whether a certificate of our own is in it."""
        return self.expires_wall_s < math.inf


def spki_sha256(certificate: bytes) -> bytes:
    """Hash of the public key of a DER certificate, with its algorithm (SubjectPublicKeyInfo), as RFC 7469 pins it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


def chain(connection: ssl.SSLObject) -> list[bytes]:
    """DER of the certificates that were verified, the other end's own first."""
    if (ask := getattr(connection, "get_verified_chain", None)) is not None:  # Python 3.13
        return [bytes(one) for one in cast("Iterable[bytes]", ask())]
    inner: Any = getattr(connection, "_sslobj", None)  # the same, not yet public, from Python 3.10 on
    if (ask := getattr(inner, "get_verified_chain", None)) is not None:
        der = 2  # _ssl.ENCODING_DER
        return [cast("bytes", one.public_bytes(der)) for one in cast("Iterable[Any]", ask())]
    own = connection.getpeercert(binary_form=True)
    return [] if own is None else [own]
