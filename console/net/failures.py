"""The one place where what the network did becomes an error of the vocabulary, in one sentence with a way out."""

from __future__ import annotations

import errno
import socket
import ssl
from email.utils import parsedate_to_datetime

from console.domain.errors import BadAnswer, Busy, Denied, SourceError, Unreachable
from console.net.distrust import untrusted

_LONGEST_WAIT_S = 300.0  # a Retry-After beyond this is not obeyed to the letter: a poller never gives up


def unreachable(place: str, error: BaseException) -> Unreachable:
    """Why no connection came about, or why it broke. `place` is host:port."""
    match error:
        case ssl.SSLError() if (distrust := untrusted(place, error)) is not None:
            return distrust
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


def failure_of(
    status: int, place: str, retry_after: str | None, date: str | None = None, *, withheld: bool = False
) -> SourceError | None:
    """The error behind a status code, or None for 200 to 299. `retry_after` and `date` are those headers as they came.

    `withheld`: a token was not sent since this place has refused it before.
    """
    if 200 <= status < 300:
        return None
    match status:
        case 401 if withheld:
            return Denied(f"{place} has refused the token, which is not sent again: store another one.")
        case 401:
            return Denied(f"{place} answers 401: the token is missing or wrong.")
        case 403:
            return Denied(f"{place} answers 403: this token may not read here.")
        case 429 | 503:
            wait_s = retry_after_s(retry_after, date)
            text = f"{place} answers {status}: it is overloaded" + (f" and asks for {wait_s:g} s." if wait_s else ".")
            return Busy(text, wait_s)
        case _ if 300 <= status < 400:
            return redirected(place, status)
        case _:
            return BadAnswer(f"{place} answers {status}: is this the interface that the settings mean?")


def redirected(place: str, status: int) -> BadAnswer:
    """A 3xx: never followed, so that nobody can lead the console elsewhere."""
    return BadAnswer(f"{place} answers {status} and points elsewhere, which is never followed: name the final address.")


def retry_after_s(text: str | None, date: str | None = None) -> float | None:
    """Seconds of a Retry-After header (at most 300), None where it is missing or senseless.

    One that names a time counts from the `Date` of the same answer: the clocks of the two machines may differ.
    """
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT_S)
    if date is None:
        return None
    try:
        wait_s = (parsedate_to_datetime(text) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(0.0, wait_s), _LONGEST_WAIT_S)
