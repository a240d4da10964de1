"""The bearer token on its way to the wire. It is in no repr; whoever refused it is not sent it again; answers that repeat it lose it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from typing_extensions import override

from console.domain.errors import ConsoleError

Origin = tuple[str, str, int]
_log = logging.getLogger("dsr.net")
_HIDDEN = b"[redacted]"


class Credential:
    """One token for one balancer; `again` reads its source once more (it may block), for a token that was changed there."""

    def __init__(self, token: str | None = None, again: Callable[[], str | None] | None = None) -> None:
        self._token = token.strip() if token else None
        self._again = again
        self._refused: dict[Origin, str] = {}
        """By whom which token was refused."""
        self._looking = threading.Lock()

    @override
    def __repr__(self) -> str:
        return f"Credential({'set' if self._token else 'none'})"

    def authorization(self, origin: Origin) -> str | None:
        """The Authorization header for that origin; None: there is no token, or it was refused there."""
        token = self._token
        if token is None or self.withheld(origin):
            return None
        return f"Bearer {token}"

    def withheld(self, origin: Origin) -> bool:
        """Whether that origin has refused this token."""
        return self._token is not None and self._refused.get(origin) == self._token

    def refused(self, origin: Origin, place: str, sent: str | None) -> None:
        """A 401 from there to a request with that header. It is said once; each time the token's source is looked at again."""
        token = None if sent is None else sent.removeprefix("Bearer ")
        if token is not None and self._refused.get(origin) != token:
            self._refused[origin] = token
            _log.warning("%s refuses the token (401); it is not sent there again. Store another one.", place)
        if self._again is not None and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look, args=(self._again,), name="dsr-token", daemon=True).start()

    def clean(self, body: bytes) -> bytes:
        """An answer without the token, should it repeat it: answers are shown, recorded and exported."""
        token = self._token
        if token is not None and (secret := token.encode("ascii")) in body:
            return body.replace(secret, _HIDDEN)
        return body

    def _look(self, again: Callable[[], str | None]) -> None:
        try:
            found = again()
            if found and found.strip() != self._token:
                self._token = found.strip()
                _log.warning("there is another token now; it is used from here on")
        except ConsoleError as error:
            _log.info("the token's source: %s", error)
        finally:
            self._looking.release()
