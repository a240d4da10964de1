"""The flags of the lab, checked once. A wrong flag is one clear sentence."""

from __future__ import annotations

import argparse
import math
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from console.domain.errors import SettingsError
from console.lab.frontdoor.limits import DoorLimits

ENGINE: Final = "-a-general"
"""The engine whose pools the lab serves: `8k` is the pool `-a-general/8k`."""
FIRST_ALGORITHM: Final = "least-reported"
"""The one of the incident."""
Isolation = Literal["hosted", "process"]
_MOST_PROCESSES: Final = 256
_LEAST_MEMORY_MIB: Final = 1792
"""The model of a server without sessions takes 1536 MiB."""
_POOL: Final = re.compile(r"^[A-Za-z0-9_.-]{1,32}$")
_MOST_SERVERS: Final = 5000


@dataclass(frozen=True, slots=True)
class LabOptions:
    """What a lab consists of. Rates are sessions per second, one a pool (a single one counts for each pool)."""

    pools: tuple[tuple[str, int], ...] = (("8k", 32), ("16k", 32))
    """Rate class and number of servers; ids run on over the pools in this order."""
    rate: tuple[float, ...] = (12.0, 4.0)
    """Full load: business hours."""
    night: tuple[float, ...] = (1.0,)
    """Load at the start."""
    session_s: float = 12.0
    """Mean length of a session, +-30 %, uniform."""
    limit: int = 12
    """Most sessions of one server."""
    report_interval_s: float = 0.25
    seed: int = 1
    port: int = 0
    """Of DSRM; 0: any free one."""
    ready_file: Path | None = None
    tokens: bool = False
    """Write a token file and demand tokens."""
    demo: bool = False
    """Play the demo: quiet, three servers fall silent, the ramp."""
    with_parent: bool = False
    """End when standard input ends, that is, when the starter is gone."""
    hosts: int = 2
    """Processes that the DSRS are spread over."""
    leave_after_s: float = 60.0
    """A server silent for so long, whose port is closed, leaves the fleet."""
    actions_per_minute: int = 0
    """The balancer's own rate limit on detach, attach and cut; 0: none."""
    isolation: Isolation = "hosted"
    """`process`: each DSRS is a process of its own, with a real memory cap."""
    capacity: float = 0.0
    """What a server recognises, in seconds of audio per second; 0: three quarters of its limit."""
    memory_limit_mib: int = 8192
    """At this a server dies."""
    autoscale: bool = False
    """Replace dead servers."""
    boot_delay_s: float = 5.0
    """So long a replacement takes to boot."""
    algorithm: str = FIRST_ALGORITHM
    """How DSRM picks, from the start."""
    scenario: str | None = None
    """Name or file of the scenario to play."""
    speed: float | None = None
    """Of its time-lapse; None: the scenario's own."""
    spoken: tuple[float, float] = (0.0, 0.0)
    """Share of the sessions that speak through the front door, over WebSocket and over HTTP."""
    app_key_file: Path | None = None
    """Keys that the front door accepts, one a line; without it the one key `lab`."""
    door: DoorLimits = field(default_factory=DoorLimits)
    """Limits and time-outs of the front door."""

    def __post_init__(self) -> None:
        for name, size in self.pools:
            _demand(
                _POOL.match(name) is not None,
                f"--pools: {name!r} is no pool name; use letters and digits, as in 8k:32.",
            )
            _demand(size >= 1, f"--pools: pool {name} has {size} servers; it needs at least 1.")
        names = [name for name, _ in self.pools]
        _demand(bool(names), "--pools names no pool; write NAME:SERVERS, as in 8k:32,16k:32.")
        _demand(len(set(names)) == len(names), "--pools names a pool twice.")
        _demand(self.servers <= _MOST_SERVERS, f"--pools asks for {self.servers} servers; {_MOST_SERVERS} is the most.")
        for flag, rates in (("--rate", self.rate), ("--night", self.night)):
            _demand(
                len(rates) in {1, len(names)},
                f"{flag} gives {len(rates)} rates for {len(names)} pools; give one, or one a pool.",
            )
            _demand(
                all(0 <= rate <= 10_000 for rate in rates), f"{flag} must lie between 0 and 10000 sessions per second."
            )
        _within("--session", self.session_s, 0.1, 86_400, "seconds")
        _within("--limit", self.limit, 1, 100_000, "sessions")
        _within("--report-interval", self.report_interval_s, 0.02, 3600, "seconds")
        _within("--port", self.port, 0, 65_535, "")
        _within("--hosts", self.hosts, 1, 64, "processes")
        _within("--leave-after", self.leave_after_s, 0.1, 86_400, "seconds")
        _within("--actions-per-minute", self.actions_per_minute, 0, 100_000, "")
        _demand(self.isolation in {"hosted", "process"}, f"--isolation is {self.isolation!r}; hosted or process.")
        _within("--capacity", self.capacity, 0, 100_000, "seconds of audio per second")
        _within("--memory-limit", self.memory_limit_mib, _LEAST_MEMORY_MIB, 1_048_576, "MiB")
        _within("--boot-delay", self.boot_delay_s, 0, 3600, "seconds")
        if self.algorithm != FIRST_ALGORITHM:
            from console.policy import NAMES  # loads numpy, which `--help` must not

            _demand(self.algorithm in NAMES, f"--algorithm is {self.algorithm!r}; there are {', '.join(NAMES)}.")
        played = self.demo or self.scenario is not None
        _demand(played or self.speed is None, "--speed is for a scenario; add --scenario NAME.")
        _within("--speed", 1.0 if self.speed is None else self.speed, 1, 3600, "")
        for share in (*self.spoken, sum(self.spoken)):
            _within("--spoken", share, 0, 1, "")
        if self.isolation == "process":
            _demand(sys.platform == "linux", "--isolation process needs Linux; use --isolation hosted.")
            _demand(
                self.servers <= _MOST_PROCESSES,
                f"--isolation process: {self.servers} servers are too many processes; {_MOST_PROCESSES} is the most.",
            )

    @property
    def servers(self) -> int:
        """How many DSRS there are at the start."""
        return sum(size for _, size in self.pools)

    @property
    def server_capacity(self) -> float:
        """What a server recognises, in seconds of audio per second."""
        return self.capacity or 0.75 * self.limit

    @property
    def pool_names(self) -> tuple[str, ...]:
        """Full names, as in `-a-general/8k`."""
        return tuple(f"{ENGINE}/{name}" for name, _ in self.pools)

    def full_rate(self, index: int) -> float:
        """Full load of the pool at `index`, sessions per second."""
        return self.rate[index if len(self.rate) > 1 else 0]

    def night_rate(self, index: int) -> float:
        """Load at the start of the pool at `index`, sessions per second."""
        return self.night[index if len(self.night) > 1 else 0]

    def to_args(self) -> list[str]:
        """The flags that make these options; nothing in them is secret."""
        args = [
            f"--pools={','.join(f'{name}:{size}' for name, size in self.pools)}",
            f"--rate={_join(self.rate)}",
            f"--night={_join(self.night)}",
            f"--session={self.session_s!r}",
            f"--limit={self.limit}",
            f"--report-interval={self.report_interval_s!r}",
            f"--seed={self.seed}",
            f"--port={self.port}",
            f"--hosts={self.hosts}",
            f"--leave-after={self.leave_after_s!r}",
            f"--actions-per-minute={self.actions_per_minute}",
            f"--isolation={self.isolation}",
            f"--capacity={self.capacity!r}",
            f"--memory-limit={self.memory_limit_mib}",
            f"--boot-delay={self.boot_delay_s!r}",
            f"--algorithm={self.algorithm}",
            f"--spoken={_join(self.spoken)}",
        ]
        if self.scenario is not None:
            args.append(f"--scenario={self.scenario}")
        if self.speed is not None:
            args.append(f"--speed={self.speed!r}")
        if self.app_key_file is not None:
            args.append(f"--app-key-file={self.app_key_file}")
        if self.door != DoorLimits():
            args.append(f"--door={self.door.to_text()}")
        if self.ready_file is not None:
            args.append(f"--ready-file={self.ready_file}")
        flags = (
            ("--tokens", self.tokens),
            ("--demo", self.demo),
            ("--with-parent", self.with_parent),
            ("--autoscale", self.autoscale),
        )
        return args + [flag for flag, on in flags if on]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of the lab on any parser."""
    default = LabOptions()
    add = parser.add_argument
    add("--pools", default="8k:32,16k:32", metavar="NAME:N,..", help="pools and their servers (8k:32,16k:32)")
    add("--rate", default=_join(default.rate), metavar="R,..", help="full load, sessions per second and pool (12,4)")
    add(
        "--night",
        default=_join(default.night),
        metavar="R,..",
        help="load at the start, sessions per second and pool (1)",
    )
    add("--session", default=default.session_s, type=float, metavar="S", help="mean session in seconds, +-30 %% (12)")
    add("--limit", default=default.limit, type=int, metavar="N", help="most sessions of one server (12)")
    add(
        "--report-interval",
        default=default.report_interval_s,
        type=float,
        metavar="S",
        help="seconds between reports (0.25)",
    )
    add("--seed", default=default.seed, type=int, help="seed of arrivals, session lengths and ties (1)")
    add("--port", default=default.port, type=int, help="port of DSRM; 0: any free one (0)")
    add("--ready-file", type=Path, metavar="PATH", help="JSON with the addresses, written once all is up")
    add("--tokens", action="store_true", help="demand tokens; their file (0600) is named in the ready file")
    add("--demo", action="store_true", help="play the demo: quiet, three servers fall silent, the ramp")
    add("--with-parent", action="store_true", help="end when standard input ends")
    add("--hosts", default=default.hosts, type=int, metavar="N", help="processes that hold the DSRS (2)")
    add(
        "--leave-after",
        default=default.leave_after_s,
        type=float,
        metavar="S",
        help="a silent server with a closed port leaves after this many seconds (60)",
    )
    add(
        "--actions-per-minute",
        default=default.actions_per_minute,
        type=int,
        metavar="N",
        help="the balancer's own limit on detach, attach and cut; 0: none (0)",
    )
    add(
        "--isolation",
        default=default.isolation,
        choices=("hosted", "process"),
        help="DSRS many to a process, or one each with a real memory cap (hosted)",
    )
    add(
        "--capacity",
        default=default.capacity,
        type=float,
        metavar="A",
        help="seconds of audio that a server recognises per second; 0: 3/4 of its limit (0)",
    )
    add(
        "--memory-limit",
        default=default.memory_limit_mib,
        type=int,
        metavar="MIB",
        help="memory at which a server dies (8192)",
    )
    add("--autoscale", action="store_true", help="replace dead servers by new ones")
    add(
        "--boot-delay",
        default=default.boot_delay_s,
        type=float,
        metavar="S",
        help="seconds until a replacement is up (5)",
    )
    add("--algorithm", default=default.algorithm, metavar="NAME", help="how DSRM picks (least-reported)")
    add("--scenario", metavar="NAME|FILE", help="play a scenario, as in incident-2025-01-21; it brings its own fleet")
    add("--speed", type=float, metavar="N", help="its clock runs N times as fast; what must show still lasts 20 s")
    add(
        "--spoken",
        default=_join(default.spoken),
        metavar="W,H",
        help="share of the sessions that speak through the front door over WebSocket and over HTTP (0,0)",
    )
    add("--app-key-file", type=Path, metavar="PATH", help="app keys of the front door, one a line (the one key `lab`)")
    add("--door", default="", metavar="NAME=N,..", help="limits of the front door, as in no_communication_s=2")


def from_args(args: argparse.Namespace) -> LabOptions:
    """The options behind parsed flags. Raises SettingsError with one sentence."""
    return LabOptions(
        pools=_pools(args.pools),
        rate=_rates("--rate", args.rate),
        night=_rates("--night", args.night),
        session_s=args.session,
        limit=args.limit,
        report_interval_s=args.report_interval,
        seed=args.seed,
        port=args.port,
        ready_file=args.ready_file,
        tokens=args.tokens,
        demo=args.demo,
        with_parent=args.with_parent,
        hosts=args.hosts,
        leave_after_s=args.leave_after,
        actions_per_minute=args.actions_per_minute,
        isolation=args.isolation,
        capacity=args.capacity,
        memory_limit_mib=args.memory_limit,
        autoscale=args.autoscale,
        boot_delay_s=args.boot_delay,
        algorithm=args.algorithm,
        scenario=args.scenario,
        speed=args.speed,
        spoken=_spoken(args.spoken),
        app_key_file=args.app_key_file,
        door=DoorLimits.parse(args.door),
    )


def _pools(text: str) -> tuple[tuple[str, int], ...]:
    pools: list[tuple[str, int]] = []
    for part in text.split(","):
        name, colon, size = part.strip().partition(":")
        _demand(
            colon == ":" and size.isascii() and size.isdigit(), f"--pools: {part!r} is not NAME:SERVERS, as in 8k:32."
        )
        pools.append((name, int(size)))
    return tuple(pools)


def _rates(flag: str, text: str) -> tuple[float, ...]:
    try:
        rates = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SettingsError(f"{flag}: {text!r} is not a list of numbers, as in 12,4.") from None
    return rates


def _spoken(text: str) -> tuple[float, float]:
    shares = _rates("--spoken", text)
    _demand(len(shares) == 2, f"--spoken: {text!r} is not two shares, as in 0.02,0.01.")
    return shares[0], shares[1]


def _join(rates: tuple[float, ...]) -> str:
    return ",".join(f"{rate:g}" for rate in rates)


def _within(flag: str, value: float, low: float, high: float, unit: str) -> None:
    sane = math.isfinite(value) and low <= value <= high
    _demand(sane, f"{flag} is {value:g}; it must lie between {low:g} and {high:g}{' ' * bool(unit)}{unit}.")


def _demand(fulfilled: bool, sentence: str) -> None:
    if not fulfilled:
        raise SettingsError(sentence)
