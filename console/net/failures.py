"""The one place where what the network did becomes an error of the vocabulary, in one sentence with a way out."""

from __future__ import annotations

import errno
import socket
import ssl
from email.utils import parsedate_to_datetime

from console.domain.errors import BadAnswer, Busy, Denied, SourceError, Unreachable

_LONGEST_WAIT_S = 300.0  # a Retry-After beyond this is not obeyed to the letter: a poller never gives up


def unreachable(place: str, error: BaseException) -> Unreachable:
    """Why no connection came about, or why it broke. `place` is host:port."""
    match error:
        case ssl.SSLCertVerificationError():
            text = (
                f"The certificate of {place} is not trusted ({error.verify_message}): name its CA file in the settings."
            )
        case ssl.SSLError():
            text = f"{place} does not speak TLS as expected ({error.reason}): is it https at all?"
        case ConnectionRefusedError():
            text = f"{place} refused the connection: is the server running, and on this port?"
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
            text = f"{place} reset the connection: the server died, or something between cut it."
        case socket.gaierror():
            text = f"The name of {place} could not be resolved: check the name and the resolver of this workstation."
        case OSError(errno=errno.EMFILE | errno.ENFILE):
            text = "This workstation has no file descriptor left: raise its limit of open files."
        case OSError(errno=errno.EHOSTUNREACH | errno.ENETUNREACH | errno.EADDRNOTAVAIL | errno.ENETDOWN):
            text = f"There is no route from this workstation to {place}: check network and VPN."
        case OSError():
            text = (
                f"{place} could not be reached ({error.strerror or type(error).__name__}): check network and firewall."
            )
        case _:
            text = f"{place} closed the connection without an answer."
    return Unreachable(text)


def failure_of(status: int, place: str, retry_after: str | None, now_wall_s: float | None = None) -> SourceError | None:
    """The error behind a status code, or None for 200 to 299. `retry_after` is that header as it came."""
    if 200 <= status < 300:
        return None
    match status:
        case 401:
            return Denied(f"{place} answers 401: the token is missing or wrong.")
        case 403:
            return Denied(f"{place} answers 403: this token may not read here.")
        case 429 | 503:
            wait_s = retry_after_s(retry_after, now_wall_s)
            text = f"{place} answers {status}: it is overloaded" + (f" and asks for {wait_s:g} s." if wait_s else ".")
            return Busy(text, wait_s)
        case _ if 300 <= status < 400:
            return redirected(place, status)
        case _:
            return BadAnswer(f"{place} answers {status}: is this the interface that the settings mean?")


def redirected(place: str, status: int) -> BadAnswer:
    """A 3xx: never followed, so that nobody can lead the console elsewhere."""
    return BadAnswer(f"{place} answers {status} and points elsewhere, which is never followed: name the final address.")


def retry_after_s(text: str | None, now_wall_s: float | None = None) -> float | None:
    """Seconds of a Retry-After header (number or date; at most 300), None where it is missing or senseless."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT_S)
    if now_wall_s is None:
        return None
    try:
        return min(max(0.0, parsedate_to_datetime(text).timestamp() - now_wall_s), _LONGEST_WAIT_S)
    except (ValueError, OverflowError):
        return None
