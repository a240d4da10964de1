"""Where something answers, and with which secret. The secret is in no repr, no message, no log."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import lru_cache

from console.domain.errors import SettingsError
from console.net.url import Url


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Base URL of one HTTP interface (`http://10.0.0.5:8000`, a path in front of `/v1` allowed), its token and its CA file.

    Raises SettingsError with the remedy when the URL or the token cannot be used.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    """PEM file of the certificate authorities to trust instead of the machine's."""
    parts: Url = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            parts = Url.parse(self.url)
        except ValueError as error:
            raise SettingsError(
                f"The address {self.url[:80]!r} cannot be used: {error}", remedy="Write it like http://127.0.0.1:8000."
            ) from None
        if "?" in parts.target:
            raise SettingsError(
                "The address of a balancer has no query.", remedy="Leave out everything from the question mark on."
            )
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise SettingsError(
                "The token has characters that no header can carry.", remedy="Copy it again, without line ends."
            )
        object.__setattr__(self, "parts", parts)

    def at(self, path: str) -> Url:
        """The URL of `path` (starting with a slash) under this base."""
        base = self.parts
        return Url(base.scheme, base.host, base.port, base.target.rstrip("/") + path)

    def authorization(self) -> str | None:
        """The Authorization header's value, or None."""
        return f"Bearer {self.token.strip()}" if self.token else None


@lru_cache(maxsize=4)
def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """One client context for all connections with the same trust: building one costs 10 to 20 ms and half a megabyte."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"The CA file {ca_file!r} cannot be read: {error}.", remedy="Name a PEM file with certificates."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
