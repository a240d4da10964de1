"""Why the two ends of TLS do not accept each other: each cause with a sentence of its own, and with what to do."""

from __future__ import annotations

import ssl
from typing import Final

from console.domain.errors import Untrusted
from console.net.handshake import WrongPin
from console.net.trust import pin_of

# Codes of OpenSSL's x509_vfy.h.
_EXPIRED: Final = 10
_NOT_YET: Final = 9
_OTHER_NAME: Final = (62, 63, 64)  # host, e-mail, IP address
_SELF_SIGNED: Final = 18
_UNKNOWN_AUTHORITY: Final = (2, 19, 20, 21, 27)
_REVOKED: Final = 23

_ALERTS: Final = ("BAD_CERTIFICATE", "UNSUPPORTED_CERTIFICATE", "CERTIFICATE_UNKNOWN", "ACCESS_DENIED", "DECRYPT_ERROR")


def untrusted(place: str, error: ssl.SSLError) -> Untrusted | None:
    """The error of `place` (host:port) in words; None where certificates have nothing to do with it."""
    if isinstance(error, WrongPin):
        shown = pin_of(error.shown) if error.shown else "-"
        return Untrusted(
            f"{place} shows none of the pinned keys, its own is {shown}: either its certificate was renewed with another key,"
            " or somebody stands between."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return Untrusted(_theirs(place, error))
    words = _ours(place, (error.reason or "").upper().replace(" ", "_"))
    return None if words is None else Untrusted(words)


def expired_here(place: str, date: str) -> Untrusted:
    """Our own certificate is over: nobody is called with it."""
    return Untrusted(f"Our client certificate has expired on {date}, so {place} is not called: renew it.")


def left_wordless(place: str) -> Untrusted:
    """It ended the connection after our side of the handshake and before it took it: some servers swallow their alert."""
    return Untrusted(
        f"{place} hung up after the handshake: it may want a client certificate, or another one than ours."
    )


def _theirs(place: str, error: ssl.SSLCertVerificationError) -> str:
    """What is wrong with the server's certificate."""
    code = error.verify_code
    if code == _EXPIRED:
        return f"The certificate of {place} has expired: it must be renewed there."
    if code == _NOT_YET:
        return f"The certificate of {place} is not valid yet: compare the clocks of both machines."
    if code in _OTHER_NAME:
        return f"The certificate of {place} is made out to another name: call it by a name that is in its certificate."
    if code == _SELF_SIGNED:
        return f"The certificate of {place} is signed by itself: if it is the right one, name it as the CA file."
    if code in _UNKNOWN_AUTHORITY:
        return f"The certificate of {place} comes from an authority unknown here: name its CA file in the settings."
    if code == _REVOKED:
        return f"The certificate of {place} has been revoked: somebody must look into that before it is used."
    return f"The certificate of {place} is not trusted ({error.verify_message}): name its CA file in the settings."


def _ours(place: str, alert: str) -> str | None:
    """What the server says of our certificate, by its alert."""
    if "CERTIFICATE_REQUIRED" in alert:
        return f"{place} wants a client certificate and none is named: set balancer.cert_file and balancer.key_file."
    if "ALERT_HANDSHAKE_FAILURE" in alert:
        return f"{place} broke the handshake off: it may want a client certificate, or other ciphers than ours."
    if "CERTIFICATE_EXPIRED" in alert:
        return f"{place} says that our client certificate has expired: renew it, and compare the clocks."
    if "CERTIFICATE_REVOKED" in alert:
        return f"{place} says that our client certificate has been revoked: ask for a new one."
    if "UNKNOWN_CA" in alert:
        return f"{place} does not know the authority of our client certificate: ask for one that it accepts."
    if any(word in alert for word in _ALERTS):
        return f"{place} refuses our client certificate ({alert.lower()}): ask for one that it accepts."
    return None
