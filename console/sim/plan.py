"""What a simulated fleet is made of. Values only; times are seconds of virtual time."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from console.policy import Balancing, LeastReported

_MIB: Final = 1024 * 1024
ANSWER_S: Final = 2.0
"""A client that opens a session, or waits for its result, gives up after so long without an answer."""


class PoolPlan(Struct, frozen=True):
    """One pool at the start."""

    name: str
    """As in `-a-general/8k`."""
    servers: int
    rate: float = 0.0
    """New sessions per second."""
    limit: int = 12
    """Most sessions of one server."""


class Resources(Struct, frozen=True):
    """A server's machine, simplified: audio that is not recognised in time piles up, delays results and eats memory."""

    capacity: float = 12.0
    """Seconds of audio that it recognises per second; of more, the rest piles up."""
    memory_limit: float = 8192 * _MIB
    """Bytes; a server that has filled them is killed."""
    idle_bytes: float = 1536 * _MIB
    session_bytes: float = 360 * _MIB
    audio_bytes: float = 4 * _MIB
    """Per second of audio that waits."""
    client_timeout_s: float = 10.0
    """A client whose result lags more than this at its end goes with what it has."""


class Plan(Struct, frozen=True):
    """A fleet, its balancer and the poll that its Frames come from."""

    pools: tuple[PoolPlan, ...]
    balancing: Balancing = field(default_factory=LeastReported)
    report_interval_s: float = 0.25
    report_jitter: float = 0.02
    """Each server's own interval is off by up to this share, for good: so their phases drift against each other."""
    session_s: float = 12.0
    """Mean length of a session."""
    poll_s: float = 1.0
    """A Frame every so often; each server is asked at a phase of its own within it."""
    leave_after_s: float = 60.0
    """A dead server leaves the balancer's table after so long without a report."""
    boot_s: float | None = None
    """The autoscaler replaces a dead server by one with a new id after so long; None: nobody does."""
    resources: Resources | None = None
    """None: machines without bounds, only the limit counts."""
    warm: bool = True
    """The sessions that would be under way at the start come within the first two seconds."""

    def __post_init__(self) -> None:
        names = [pool.name for pool in self.pools]
        assert names and len(set(names)) == len(names), "a fleet has pools, each once"
        assert all(pool.servers > 0 and pool.limit > 0 and pool.rate >= 0 for pool in self.pools), "sane pools"
        assert min(self.report_interval_s, self.session_s, self.poll_s) > 0, "durations are positive"
        assert 0 <= self.report_jitter < 1, "the jitter is a share"
