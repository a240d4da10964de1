"""The demo: who falls silent looks idle, and stays believed so."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.lab import LabOptions
from console.lab.demo import Demo
from console.lab.scenario import Step

QUICK = (Step("quiet", 0.0), Step("mute", 0.0), Step("ramp", 0.0), Step("run", 0.0))


class Servers:
    """32 servers, of which some never report 0."""

    def __init__(self, busy: set[str]) -> None:
        self.busy = busy
        self.muted: list[str] = []

    def ids_of(self, pool: str) -> list[str]:
        assert pool == "-a-general/8k"
        return [f"dsrs-{n:03d}" for n in range(1, 33)]

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> dict[str, Any]:
        assert (kind, arguments) == ("mute", {"on": True, "only_if_reported": 0})
        idle = [server for server in servers if server not in self.busy]
        self.muted += idle
        return {"t": 0.0, "servers": idle}


class Pool:
    """A load that remembers what it was told."""

    def __init__(self) -> None:
        self.changes: list[tuple[float, float]] = []

    def change(self, rate: float, over_s: float) -> None:
        self.changes.append((rate, over_s))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("busy", "wanted"),
    [
        (set[str](), ["dsrs-007", "dsrs-023", "dsrs-031"]),
        ({"dsrs-023", "dsrs-031", "dsrs-032"}, ["dsrs-001", "dsrs-007", "dsrs-024"]),
    ],
)
async def test_three_idle_servers_fall_silent_and_then_all_pools_ramp(busy: set[str], wanted: list[str]):
    servers = Servers(busy)
    pools = {"8k": Pool(), "16k": Pool()}
    demo = Demo(LabOptions(), servers, pools, QUICK)
    async with asyncio.timeout(30):
        await demo.play()
    assert sorted(servers.muted) == wanted
    assert demo.guide()["muted"] == wanted
    assert demo.guide()["name"] == "run"
    assert (pools["8k"].changes, pools["16k"].changes) == ([(12.0, 5.0)], [(4.0, 5.0)])
