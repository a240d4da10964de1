"""DSRM's counters: whole balancer, per pool, per interface. They restart with it."""

from __future__ import annotations

from typing import Final

from console.domain.texts import ERROR_TEXTS
from console.lab.dsrm.wire import Tally
from console.lab.problem import invalid

_OUTCOMES: Final = (
    "started", "completed", "partial_client_timeout", "partial_server_timeout", "partial_server_death", "refused",
)  # fmt: skip
_INTERFACES: Final = ("websocket", "http", "direct")
_MOST_TEXTS: Final = 100
"""Different error texts that are counted: they come from the network, and a table must not grow with them."""


class Counters:
    """Adds up sessions and errors. `started` counts each session asked for, so `refused` is a part of it."""

    def __init__(self) -> None:
        self.fleet = _tally()
        self.pools: dict[str, Tally] = {}
        self.interfaces = {name: _tally() for name in _INTERFACES}

    def open_pool(self, pool: str) -> None:
        """Gives a pool its counters; they stay when its last server leaves."""
        self.pools.setdefault(pool, _tally())

    def started(self, pool: str, interface: str) -> None:
        """A session was asked for."""
        for tally in self._scopes(pool, interface):
            tally.sessions_total["started"] += 1

    def ended(self, pool: str, interface: str, outcome: str, error: str | None) -> None:
        """A session ended so; `error` is the text that its client got."""
        self.admit(error)
        for tally in self._scopes(pool, interface):
            tally.sessions_total[outcome] += 1
            if error is not None:
                tally.errors_total[error] = tally.errors_total.get(error, 0) + 1

    def admit(self, error: str | None) -> None:
        """422 for one text too many."""
        known = self.fleet.errors_total
        if error is not None and error not in known and len(known) >= _MOST_TEXTS:
            raise invalid("error", f"More than {_MOST_TEXTS} different error texts are not counted.")

    def _scopes(self, pool: str, interface: str) -> list[Tally]:
        scopes = (self.fleet, self.pools.get(pool), self.interfaces[interface])
        return [scope for scope in scopes if scope is not None]


def _tally() -> Tally:
    return Tally(dict.fromkeys(ERROR_TEXTS, 0), dict.fromkeys(_OUTCOMES, 0))
