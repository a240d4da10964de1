"""Where the token comes from: the keyring, an environment variable, or a file that only its owner can read. It is never shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from console.domain.errors import ConsoleError, SettingsError
from console.settings import keyring
from console.settings.redaction import REDACTOR
from console.settings.sections import BalancerSettings

_MOST_BYTES = 8192


def read_token(
    balancer: BalancerSettings, environ: Mapping[str, str], tell: Callable[[str], None] | None = None
) -> str | None:
    """The bearer token, or None where no source is named. Registers it with the log's redaction. Raises SettingsError.

    The keyring comes first; where it cannot be used, or holds nothing, the other source that is named is next, and `tell` hears why.
    May block for two seconds: never call it on the GUI thread.
    """
    if balancer.token_keyring:
        try:
            return _from_keyring(balancer)
        except SettingsError as error:
            if balancer.token_env is None and balancer.token_file is None:
                raise
            if tell is not None:
                tell(f"the keyring gave no token, so the next source is read: {error}")
    if balancer.token_env is not None:
        where = f"environment variable {balancer.token_env}"
        token = environ.get(balancer.token_env, "")
        if not token.strip():
            raise SettingsError(
                "is empty or not set.", where=where, remedy="Export it, or name another with --token-env."
            )
        return checked(token, where)
    if balancer.token_file is not None:
        return checked(_read(Path(balancer.token_file).expanduser()), balancer.token_file)
    return None


def checked(token: str, where: str) -> str:
    """A token that a header can carry, known to the redaction from here on. Raises SettingsError."""
    token = token.strip()
    REDACTOR.register(token)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(
            "this holds no token.", where=where, remedy="A token is one line of visible ASCII characters."
        )
    return token


def keyring_name(balancer: BalancerSettings) -> str:
    """Under which name the keyring keeps the token of this balancer: it is bound to scheme, host and port. Raises SettingsError."""
    from console.net import Url

    if balancer.url is None:
        raise SettingsError("no balancer is named.", remedy="Give --url http://HOST:PORT, or set balancer.url.")
    url = Url.parse(balancer.url)
    return f"{url.scheme}://{url.authority}"


def _from_keyring(balancer: BalancerSettings) -> str:
    name = keyring_name(balancer)
    try:
        found = keyring.fetch(name)
    except ConsoleError as error:
        raise SettingsError(str(error)) from None
    if found is None:
        raise SettingsError(
            f"The keyring keeps no token for {name}: store it with `dsr-console token set --url {name}`."
        )
    return checked(found, f"keyring, {name}")


def _read(path: Path) -> str:
    try:
        # Opened first, looked at through the handle: nobody can swap the file between the two.
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SettingsError(
                    "this is no ordinary file.", where=str(path), remedy="Name a file that holds the token."
                )
            if os.name != "nt" and (stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.getuid()):
                raise SettingsError(
                    "others can read this token.", where=str(path), remedy=f"chmod 600 {path}, as its owner."
                )
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise SettingsError(f"{reason}.", where=str(path), remedy="Correct balancer.token_file.") from None
