"""Who acts in a drill: nobody, the console's operator, or another algorithm of the balancer."""

from __future__ import annotations

from msgspec import Struct

from console.domain.errors import SettingsError
from console.policy import NAMES

_ALGORITHM = "algorithm:"


class Actor(Struct, frozen=True):
    """One actor; `algorithm` None: the scenario's own."""

    name: str
    console: bool = False
    algorithm: str | None = None


def actor(name: str) -> Actor:
    """The actor of that name. Raises SettingsError."""
    if name in ("none", "console"):
        return Actor(name, console=name == "console")
    algorithm = name.removeprefix(_ALGORITHM)
    if name.startswith(_ALGORITHM) and algorithm in NAMES:
        return Actor(name, algorithm=algorithm)
    raise SettingsError(
        f"--actor: there is no actor {name!r}.",
        remedy=f"Give none, console, or algorithm:NAME with one of {', '.join(NAMES)}.",
    )


def league() -> list[Actor]:
    """All that a league table compares; the algorithm of the incident is `none`."""
    return [actor("none"), actor("console"), *(actor(f"{_ALGORITHM}{name}") for name in NAMES[1:])]
