"""A certificate authority made for one test: certificates for servers and clients, good ones and bad ones, as PEM files."""

from __future__ import annotations

import hashlib
import ipaddress
import itertools
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NOW = datetime.now(UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Issued:
    """One certificate with its key; `pem` holds both, mode 0600."""

    certificate: x509.Certificate
    pem: Path

    @property
    def pin(self) -> str:
        """sha256 of its public key, 64 hex digits."""
        key = self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(key).hexdigest()


class Authority:
    """Signs what it is asked for. `file`: its own certificate, for whoever shall trust it."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.issued = self._sign(self._name, self._key, self._builder(self._name, self._key, authority=True))
        self.file = folder / f"{name.replace(' ', '-')}-ca.pem"
        self.file.write_bytes(self.issued.certificate.public_bytes(Encoding.PEM))

    def issue(
        self, name: str = "127.0.0.1", *, from_days: float = -2.0, to_days: float = 2.0, client: bool = False
    ) -> Issued:
        """A certificate for an address or a host name, valid from then to then, counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key, from_days=from_days, to_days=to_days)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name)]), critical=False)
        return self._sign(
            self._name, key, builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False), self._key
        )

    def self_signed(self, name: str = "127.0.0.1") -> Issued:
        """One that no authority stands behind."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key).add_extension(
            x509.SubjectAlternativeName([_general(name)]), critical=False
        )
        return self._sign(subject, key, builder)

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        from_days: float = -2.0,
        to_days: float = 2.0,
        authority: bool = False,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(key.public_key())
            .serial_number(next(_numbers))
            .not_valid_before(_NOW + timedelta(days=from_days))
            .not_valid_after(_NOW + timedelta(days=to_days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _sign(
        self,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        builder: x509.CertificateBuilder,
        signer: ec.EllipticCurvePrivateKey | None = None,
    ) -> Issued:
        certificate = builder.issuer_name(issuer).sign(signer or key, SHA256())
        pem = self._folder / f"issued-{certificate.serial_number}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem.touch(mode=0o600)
        pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        return Issued(certificate, pem)


def serving(issued: Issued, *, clients: Path | None = None, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """The server's side. `clients`: the authority whose certificates a client must show."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.pem)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    if newest is not None:
        context.maximum_version = newest
    return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
