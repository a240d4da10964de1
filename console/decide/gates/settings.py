"""The limits of every gate. Times scale with the speed of a drill; shares and counts do not."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from console.domain.errors import SettingsError
from console.domain.options import declared, option
from console.domain.review import MOST_REVIEW_S

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Settings = TypeVar("_Settings", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Limits of the gates: what passes, what needs a reason, what is refused. They hold per pool where the pools are known."""

    stale_polls: float = option(
        2.0, unit="polls", low=1.0, high=10.0, sentence="The balancer's table may be so old for an action."
    )
    lost_polls: int = option(
        3, unit="polls", low=1, high=60, sentence="A target whose own status failed so often may be detached unseen .."
    )
    fleet_fresh: float = option(0.9, low=0.5, high=1.0, sentence=".. while at least this share of the fleet is seen.")
    blind_share: float = option(
        0.15, low=0.01, high=1.0, sentence="More unreadable servers than this share lock detaching .."
    )
    blind_least: int = option(3, low=1, high=1000, sentence=".. where they are at least so many.")
    peak_share: float = option(
        0.85, low=0.1, high=1.0, sentence="Survivors of a detach may come to use so much of their slots and memory .."
    )
    peak_share_held: float = option(
        0.95, low=0.1, high=1.0, sentence=".. up to here with a reason; above it a detach is refused."
    )
    reserve: float = option(
        1.1, low=1.0, high=3.0, sentence="The survivors' slots must take so many times what is asked for."
    )
    horizon_s: float = option(
        60.0, unit="s", low=5.0, high=3600.0, sentence="How far ahead the survivors are looked at."
    )
    foretold_s: float = option(
        15.0, unit="s", low=1.0, high=600.0, sentence="A what-if older than this is left aside by the gates."
    )
    detached_share: float = option(
        0.1, low=0.0, high=0.5, sentence="So much of a pool may be detached by one click; the first one always may .."
    )
    detached_share_held: float = option(
        0.33, low=0.0, high=0.5, sentence=".. up to here with a reason; above it by break-glass only .."
    )
    detached_share_never: float = option(
        0.5,
        low=0.1,
        high=0.5,
        sentence=".. and this share is never reached. The first one falls under the floor alone.",
    )
    floor: int = option(
        3,
        unit="servers",
        low=1,
        high=1000,
        sentence="Fewer attached and seen servers than this remain by break-glass only.",
    )
    detaches: int = option(
        3, low=1, high=1000, sentence="So many detaches of a pool (a plan counts as one) are taken .."
    )
    detaches_s: float = option(600.0, unit="s", low=0.0, high=86400.0, sentence=".. within this time.")
    undo_s: float = option(
        600.0,
        unit="s",
        low=0.0,
        high=86400.0,
        sentence="So long a detach of a server that reported may be undone freely.",
    )
    reports_s: float = option(
        10.0, unit="s", low=0.0, high=600.0, sentence="A server must have reported in time for so long to be attached."
    )
    memory_share: float = option(
        0.8, low=0.1, high=1.0, sentence="A server that is to be attached must use less of its memory."
    )
    herd: float = option(
        1.0,
        low=0.1,
        high=100.0,
        sentence="New sessions of one report interval, over the free slots of a server that is to be attached; above it a reason is asked.",
    )
    pause_s: float = option(
        30.0, unit="s", low=0.0, high=3600.0, sentence="A server detached n times stays out for n times this, .."
    )
    pause_most_s: float = option(300.0, unit="s", low=0.0, high=86400.0, sentence=".. at most for this long, ..")
    offences_s: float = option(
        3600.0, unit="s", low=0.0, high=86400.0, sentence=".. counting its detaches of this time; sooner with a reason."
    )
    review_s: float = option(
        7200.0,
        unit="s",
        low=60.0,
        high=MOST_REVIEW_S,
        sentence="A detach is to be reviewed after this time; nothing happens by itself.",
    )

    def __post_init__(self) -> None:
        for low, high in (
            ("peak_share", "peak_share_held"),
            ("detached_share", "detached_share_held"),
            ("detached_share_held", "detached_share_never"),
            ("pause_s", "pause_most_s"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise SettingsError(f"is above {high}.", where=low, remedy=f"Keep {low} at or below {high}.")


def lapsed(speed: float) -> dict[str, Any]:
    """In a time-lapse: how long the memory of what was done reaches there, by the name of the setting.

    Sessions, reports and memory take their own time in every drill, so what is measured against them stays as it is.
    """
    if not speed > 0:
        raise ValueError("a drill's speed is above 0")
    plain = GateSettings()
    return {name: getattr(plain, name) / speed for name in ("detaches_s", "pause_s", "pause_most_s", "offences_s")}


def scaled(settings: _Settings, speed: float) -> _Settings:
    """The same limits for a drill that runs `speed` times faster than life: every time in seconds shrinks with it.

    For the gates', the plans' and the console's own settings; what waits for a real network keeps its times. Raises ValueError.
    """
    if not speed > 0:
        raise ValueError("a drill's speed is above 0")
    times = {
        field.name: getattr(settings, field.name) / speed
        for field in fields(settings)
        if (found := declared(field.metadata)) is not None and found.unit == "s"
    }
    return replace(settings, **times)
