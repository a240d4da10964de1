"""Keyrings as they are met in the field, as backends of the library: one that works, and those that do not."""

from __future__ import annotations

import threading
from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Working(KeyringBackend):
    """In memory."""

    priority: ClassVar[float] = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")


class Locked(Working):
    """Nobody unlocks it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class Broken(Working):
    """Raises what its system raises, with the secret in it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"D-Bus says no to {self.kept}")


class Hanging(Working):
    """Answers when it is released; 60 s are enough for every test to be over."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.released.wait(60)
        return super().get_password(service, username)


class Forgetful(Working):
    """Takes everything and keeps nothing, like the null backend."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing."""
