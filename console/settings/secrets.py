"""The token's source: an environment variable or a file that only its owner can read. It is never stored, and never shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from console.domain.errors import SettingsError
from console.settings.redaction import REDACTOR
from console.settings.sections import BalancerSettings

_MOST_BYTES = 8192


def read_token(balancer: BalancerSettings, environ: Mapping[str, str]) -> str | None:
    """The bearer token, or None where none is named. Registers it with the log's redaction. Raises SettingsError."""
    if balancer.token_env is not None:
        where, token = f"environment variable {balancer.token_env}", environ.get(balancer.token_env, "")
        if not token.strip():
            raise SettingsError(
                "is empty or not set.", where=where, remedy="Export it, or name another with --token-env."
            )
    elif balancer.token_file is not None:
        where, token = balancer.token_file, _read(Path(balancer.token_file).expanduser())
    else:
        return None
    token = token.strip()
    REDACTOR.register(token)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(
            "this holds no token.", where=where, remedy="A token is one line of visible ASCII characters."
        )
    return token


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
