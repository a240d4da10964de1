"""Where something answers, with which secret, and under which trust. The secret is in no repr, no message, no log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field

from console.domain.errors import SettingsError
from console.net.credential import Credential
from console.net.restraint import Restraint
from console.net.trust import Trust
from console.net.url import Url


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Base URL of one HTTP interface (`http://10.0.0.5:8000`, a path in front of `/v1` allowed), its token, and whom to trust.

    Raises SettingsError with the remedy when the URL or the token cannot be used.
    """

    url: str
    token: InitVar[str | None] = None
    trust: Trust = field(default_factory=Trust)
    again: InitVar[Callable[[], str | None] | None] = None
    """Reads the token's source once more; may block."""
    parts: Url = field(init=False, repr=False, compare=False)
    credential: Credential = field(init=False, repr=False, compare=False)
    restraint: Restraint = field(init=False, repr=False, compare=False)

    def __post_init__(self, token: str | None, again: Callable[[], str | None] | None) -> None:
        try:
            parts = Url.parse(self.url)
        except ValueError as error:
            # The address itself is not repeated: it may hold a password.
            raise SettingsError(
                f"This address cannot be used: {error}", remedy="Write it like http://127.0.0.1:8000."
            ) from None
        if "?" in parts.target:
            raise SettingsError(
                "The address of a balancer has no query.", remedy="Leave out everything from the question mark on."
            )
        if token is not None and not (token.isascii() and token.isprintable() and token.strip()):
            raise SettingsError(
                "The token has characters that no header can carry.", remedy="Copy it again, without line ends."
            )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "credential", Credential(token, again))
        object.__setattr__(self, "restraint", Restraint())

    def at(self, path: str) -> Url:
        """The URL of `path` (starting with a slash) under this base."""
        base = self.parts
        return Url(base.scheme, base.host, base.port, base.target.rstrip("/") + path)

    def authorization(self) -> str | None:
        """The Authorization header's value for the balancer itself, or None."""
        return self.credential.authorization(self.parts.origin)
