"""Who is replaced, by whom, and who is not."""

from __future__ import annotations

import asyncio

import pytest

from console.domain.clock import MachineClock
from console.lab.autoscaler import Autoscaler
from console.lab.problem import Problem

pytestmark = pytest.mark.asyncio


class Pools:
    """Where replacements join; the first so many die while they boot."""

    def __init__(self, stillborn: int = 0) -> None:
        self.joined: list[tuple[str, str]] = []
        self.stillborn = stillborn
        self.scaler = Autoscaler(MachineClock(), self.join, on=True, boot_s=0.0)

    async def join(self, pool: str) -> str:
        name = f"new-{len(self.joined) + 1}"
        self.joined.append((name, pool))
        if self.stillborn:
            self.stillborn -= 1
            self.scaler.died(name, pool)
            raise Problem(410, "dead", "It died while it booted.")
        return name

    async def settled(self) -> None:
        async with asyncio.timeout(30):
            while self.scaler.line()["booting"]:  # noqa: ASYNC110  that is what a lab is asked as well
                await asyncio.sleep(0.001)


async def test_each_of_the_dead_is_replaced_in_its_pool():
    pools = Pools()
    pools.scaler.died("a", "8k")
    pools.scaler.died("b", "16k")
    pools.scaler.died("a", "8k")
    assert pools.scaler.line()["booting"] == ["a", "b"]
    await pools.settled()
    assert pools.joined == [("new-1", "8k"), ("new-2", "16k")]
    assert [(line["server"], line["by"]) for line in pools.scaler.line()["replacements"]] == [
        ("a", "new-1"),
        ("b", "new-2"),
    ]
    assert all(line["up_at"] >= line["died_at"] for line in pools.scaler.line()["replacements"])


async def test_a_replacement_that_dies_while_it_boots_is_replaced_itself():
    pools = Pools(stillborn=2)
    pools.scaler.died("a", "8k")
    await pools.settled()
    assert [line["server"] for line in pools.scaler.line()["replacements"]] == ["new-2"]
    assert len(pools.joined) == 3


async def test_nobody_is_replaced_where_it_is_off_who_is_back_or_after_the_end():
    pools = Pools()
    pools.scaler.change(on=False, boot_s=1.5)
    pools.scaler.died("a", "8k")
    assert pools.scaler.line() == {"on": False, "boot_s": 1.5, "booting": [], "replacements": []}
    pools.scaler.change(on=True, boot_s=3600.0)
    pools.scaler.died("b", "8k")
    pools.scaler.revived("b")
    assert pools.scaler.line()["booting"] == []
    pools.scaler.died("c", "8k")
    await pools.scaler.stop()
    assert pools.scaler.line()["booting"] == []
    pools.scaler.died("d", "8k")
    await pools.settled()
    assert pools.joined == []
