"""What a TLS end shows, for whoever sets trust up: looked at without sending a request."""

from __future__ import annotations

import asyncio
from datetime import datetime

from msgspec import Struct

from console.domain.errors import DeadlinePassed
from console.net.endpoint import Endpoint
from console.net.failures import unreachable
from console.net.handshake import Handshake, chain, spki_sha256
from console.net.names import Names
from console.net.trust import own_certificate, pin_of, pinned_keys, tls_context


class Shown(Struct, frozen=True):
    """`keys`: the pins of the certificates that were verified, the end's own first; `pinned`: whether one of them is a pinned one."""

    version: str
    until: datetime
    """When its certificate ends (UTC)."""
    keys: tuple[str, ...]
    pinned: bool
    ours_until: datetime | None
    """When our own certificate ends; None: we show none."""


async def look(endpoint: Endpoint, deadline_s: float = 5.0) -> Shown:
    """Connects, and hangs up after the handshake. Pins are compared, not enforced. Raises SettingsError, Untrusted, Unreachable."""
    from cryptography import x509

    place = endpoint.parts
    names = Names()
    try:
        async with asyncio.timeout(deadline_s):
            addresses = (place.host,) if place.numeric else await names.resolve(place.host, deadline_s)
            _, writer = await asyncio.open_connection(
                addresses[0], place.port, ssl=tls_context(endpoint.trust.unpinned()), server_hostname=place.host
            )
    except TimeoutError:
        raise DeadlinePassed(f"{place.authority} gave no whole answer within {deadline_s:g} s.") from None
    except OSError as error:
        raise unreachable(f"{place.host}:{place.port}", error) from None
    finally:
        names.close()
    tls = writer.get_extra_info("ssl_object")
    assert isinstance(tls, Handshake)
    certificates = chain(tls)
    version = tls.version() or "TLS"
    writer.transport.abort()
    keys = [spki_sha256(one) for one in certificates]
    ours = own_certificate(endpoint.trust)
    return Shown(
        version,
        x509.load_der_x509_certificate(certificates[0]).not_valid_after_utc,
        tuple(map(pin_of, keys)),
        bool(pinned_keys(endpoint.trust.pins).intersection(keys)),
        None if ours is None else ours.not_valid_after_utc,
    )
