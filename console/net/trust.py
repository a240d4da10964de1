"""Whom to believe at the other end of TLS, and what to show of ourselves. One context per trust, made anew when its files change."""

from __future__ import annotations

import base64
import binascii
import os
import re
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from console.domain.errors import SettingsError
from console.net.handshake import Context

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_PIN: Final = re.compile(r"(?:sha256[:/])?([0-9A-Fa-f]{64}|[A-Za-z0-9+/]{43}=)")
_PEM: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class Trust(Struct, frozen=True):
    """`ca_file`: PEM of the authorities to believe instead of the machine's. `pins`: keys of which the other end must show one.
    `cert_file` and `key_file`: our own certificate, for whoever asks for it.

    Raises SettingsError for a pin that is none, and for a key without a certificate.
    """

    ca_file: str | None = None
    pins: tuple[str, ...] = ()
    cert_file: str | None = None
    key_file: str | None = None

    def __post_init__(self) -> None:
        pinned_keys(self.pins)
        if self.key_file is not None and self.cert_file is None:
            raise SettingsError(
                "a key without its certificate.", where="key_file", remedy="Name the certificate with cert_file, too."
            )

    def unpinned(self) -> Trust:
        """For those who are never sent the token: their authority is enough."""
        return Trust(self.ca_file, (), self.cert_file, self.key_file) if self.pins else self


def pinned_keys(pins: tuple[str, ...]) -> frozenset[bytes]:
    """sha256 of each pinned public key (SPKI). Raises SettingsError."""
    found: set[bytes] = set()
    for pin in pins:
        match = _PIN.fullmatch(pin.strip())
        if match is None:
            raise SettingsError(
                "this is no pin.",
                where="pins",
                remedy="A pin is the sha256 of a public key: 64 hex digits, or sha256/ and 44 characters of base64.",
            )
        text = match[1]
        found.add(bytes.fromhex(text) if len(text) == 64 else binascii.a2b_base64(text))
    return frozenset(found)


def pin_of(key: bytes) -> str:
    """A hashed key as it is written in the settings."""
    return f"sha256/{base64.b64encode(key).decode('ascii')}"


def tls_context(trust: Trust | None = None) -> Context:
    """One client context for all connections with the same trust: building one costs 10 to 20 ms and half a megabyte.

    Raises SettingsError where a file cannot be used. A context whose files vanish later goes on as it is; files that change are read anew.
    """
    trust = trust or Trust()
    return _context(trust, tuple(map(_stamp, (trust.ca_file, trust.cert_file, trust.key_file))))


def own_certificate(trust: Trust) -> Certificate | None:
    """The certificate that we show, or None where none is named. Raises SettingsError."""
    from cryptography import x509

    if trust.cert_file is None:
        return None
    try:
        first = _PEM.search(Path(trust.cert_file).expanduser().read_bytes())
        if first is None:
            raise ValueError("no certificate in it")
        return x509.load_pem_x509_certificate(first[0])
    except (OSError, ValueError) as error:
        raise _unusable("client certificate", trust.cert_file, error, "cert_file") from None


def authorities(ca_file: str) -> list[Certificate]:
    """The certificates of a CA file. Raises SettingsError."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(Path(ca_file).expanduser().read_bytes())
    except (OSError, ValueError) as error:
        raise _unusable("CA file", ca_file, error, "ca_file") from None


_last_good: Final[dict[Trust, Context]] = {}


def _context(trust: Trust, stamps: tuple[int | None, ...]) -> Context:
    try:
        made = _made(trust, stamps)
    except SettingsError:
        if (before := _last_good.get(trust)) is not None:
            return before  # somebody is exchanging the files just now
        raise
    _last_good[trust] = made
    return made


@lru_cache(maxsize=8)
def _made(trust: Trust, stamps: tuple[int | None, ...]) -> Context:
    del stamps  # only part of the key
    # Not ssl.create_default_context: that one would write the keys of every connection to a file that SSLKEYLOGFILE names.
    context = Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a CA file may hold an intermediate authority alone
    context.set_alpn_protocols(["http/1.1"])
    try:
        if trust.ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(Path(trust.ca_file).expanduser())
    except (OSError, ssl.SSLError) as error:
        raise _unusable("CA file", trust.ca_file or "of the system", error, "ca_file") from None
    context.pins = pinned_keys(trust.pins)
    own = own_certificate(trust)
    if own is not None and trust.cert_file is not None:
        context.expires_wall_s = own.not_valid_after_utc.timestamp()
        context.expires = own.not_valid_after_utc.strftime("%Y-%m-%d %H:%M UTC")
        _load_own(context, trust.cert_file, trust.key_file or trust.cert_file)
    return context


def _load_own(context: Context, cert_file: str, key_file: str) -> None:
    key = Path(key_file).expanduser()
    try:
        found = key.stat()
        if os.name != "nt" and (found.st_mode & 0o077 or found.st_uid != os.getuid()):
            raise SettingsError(
                "others can read this private key.", where=str(key), remedy=f"chmod 600 {key}, as its owner."
            )
        # Without a password at hand OpenSSL would ask for one on the terminal, and wait there.
        context.load_cert_chain(Path(cert_file).expanduser(), key, password=lambda: "")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise _unusable("client certificate and its key", key_file, error, "key_file") from None


def _unusable(what: str, file: str, error: Exception, setting: str) -> SettingsError:
    reason = (error.strerror if isinstance(error, OSError) else None) or getattr(error, "reason", None) or str(error)
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        reason = "the key belongs to another certificate"
    return SettingsError(
        f"the {what} cannot be used ({str(reason)[:120]}).",
        where=file,
        remedy=f"Name a PEM file in balancer.{setting}; a private key must not be encrypted.",
    )


def _stamp(file: str | None) -> int | None:
    """Changes when the file does."""
    if file is None:
        return None
    try:
        return Path(file).expanduser().stat().st_mtime_ns
    except OSError:
        return None
