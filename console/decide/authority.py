"""Who may act, and when: roles, and the switch that arms a console. A state machine without a clock: the time is handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from console.decide.manual import checked
from console.domain.options import option
from console.domain.safety import Role, Said, Standing, say

_ROLES: Final = {"viewer": Role.VIEWER, "operator": Role.OPERATOR, "lead": Role.LEAD}


@dataclass(frozen=True, slots=True)
class SafetySettings:
    """Who may act from this console, whether it must be armed first, and how its audit file is kept."""

    arming: str = option(
        "remote",
        choices=("remote", "always", "never"),
        once=("always", "never"),
        sentence="Where the console only reads until somebody arms it (commands: --arm); remote: unless the balancer is on loopback.",
    )
    idle_s: float = option(
        900.0, unit="s", low=1.0, high=86400.0, sentence="It disarms itself when nobody has used it for so long."
    )
    role: str = option(
        "lead",
        choices=("viewer", "operator", "lead"),
        sentence="Most that may be done from here; where the balancer grants less, less it is.",
    )
    audit_mb: float = option(
        16.0,
        unit="MB",
        low=0.1,
        high=1000.0,
        sentence="The audit file is continued in a new one when it is so large ..",
    )
    audit_files: int = option(20, low=1, high=1000, sentence=".. and so many full ones are kept.")
    manual_command: str = option(
        "",
        sentence="What this site runs by hand where the balancer's own detach is dead, with {server} in it; only shown, never run.",
    )

    def __post_init__(self) -> None:
        checked(self.manual_command)


def settled(settings: SafetySettings, *, loopback: bool) -> SafetySettings:
    """`remote` as what it means for a balancer that is on this very machine (`loopback`), or is not."""
    if settings.arming != "remote":
        return settings
    return replace(settings, arming="never" if loopback else "always")


def weaker(configured: Role, granted: Role | None) -> Role:
    """The role that counts. `granted` None: the balancer tells no roles."""
    return configured if granted is None else min(configured, granted)


def role_named(word: str) -> Role:
    """The role of a word on the wire or in the settings; whatever else it says (a service's token) only watches."""
    return _ROLES.get(word, Role.VIEWER)


class Authority:
    """One console's: who it is, and whether it is armed. Times are seconds of one monotonic clock."""

    def __init__(self, settings: SafetySettings, *, asks: bool = False) -> None:
        """`asks`: the balancer tells roles, and has not been heard yet; until then nobody may act."""
        self._settings = settings
        self._asks = asks
        self._granted: Role | None = None
        self._name: str | None = None
        self._used_s: float | None = None
        """When an armed console was used last; None: not armed."""

    @property
    def _asked_for(self) -> bool:
        """An engine without an address (a simulation) has nothing remote: see `settled`."""
        return self._settings.arming == "always"

    @property
    def role(self) -> Role | None:
        """None: not known yet."""
        return None if self._asks else weaker(role_named(self._settings.role), self._granted)

    def granted(self, role: Role | None, name: str | None = None) -> None:
        """What the balancer says of us; None: it tells no roles, the settings decide. A viewer cannot stay armed."""
        self._asks, self._granted, self._name = False, role, name
        if self.role is not None and self.role < Role.OPERATOR:
            self._used_s = None

    def arm(self, now_s: float) -> Said | None:
        """Arms; None: done, else why not."""
        role = self.role
        if role is None:
            return say("The balancer has not said yet what this console may do; wait for its answer.")
        if role < Role.OPERATOR:
            return say("A {role} only watches: this console cannot be armed.", role=role.word)
        self._used_s = now_s
        return None

    def disarm(self) -> None:
        """Back to reading only."""
        self._used_s = None

    def used(self, now_s: float) -> None:
        """Somebody is there: the idle time begins anew. An unarmed console stays unarmed."""
        if self.armed(now_s) and self._used_s is not None:
            self._used_s = now_s

    def armed(self, now_s: float) -> bool:
        """Whether requests may leave, as far as the switch goes."""
        if not self._asked_for:
            return True
        return self._used_s is not None and now_s - self._used_s < self._settings.idle_s

    def standing(self, now_s: float) -> Standing:
        """As of now, for the gates and for whoever shows it."""
        armed = self.armed(now_s)
        left = float("inf")
        if self._asked_for:
            left = self._settings.idle_s - (now_s - self._used_s) if armed and self._used_s is not None else 0.0
        return Standing(self.role, self._name, self._asked_for, armed, left)
