"""The app keys that the door accepts."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from console.domain.errors import SettingsError

DEFAULT_KEYS: Final = ("lab",)
_MOST_BYTES: Final = 65_536


class Keys:
    """Says whether a key is one of them, in a time that tells nothing about which."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = [key.encode() for key in keys]

    def accept(self, key: str | None) -> bool:
        """Whether it is one of them."""
        given = (key or "").encode("utf-8", "replace")
        return any([hmac.compare_digest(known, given) for known in self._keys])  # noqa: C419  compare with each of them


def read_keys(path: Path | None) -> tuple[str, ...]:
    """One key a line, blank lines and lines with # left out; without a file the one key `lab`. Raises SettingsError."""
    if path is None:
        return DEFAULT_KEYS
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"--app-key-file: {path} cannot be read ({error}).") from None
    lines = [line.strip() for line in text.splitlines()]
    keys = tuple(line for line in lines if line and not line.startswith("#"))
    if not keys:
        raise SettingsError(f"--app-key-file: {path} holds no key; write one a line.")
    return keys
