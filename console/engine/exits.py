"""What the command's exit code says to a script."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `dsr-console`."""

    OK = 0
    """Done; for detach: effective; for attach: succeeded."""
    USAGE = 2
    """Bad usage or settings: nothing was started."""
    REFUSED = 3
    """The console refused: nothing was sent."""
    REJECTED = 4
    """The balancer refused: nothing changed."""
    UNCERTAIN = 5
    """The outcome is unknown, or was not effective within the time."""
    UNREACHED = 6
    """The balancer was never reached."""
