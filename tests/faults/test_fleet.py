"""What dying, lying and hostile members of a fleet do to the Frames, from real sockets to the row."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
import time

import numpy as np
import pytest

from console.domain.frame import Column, Frame
from console.domain.states import Reach
from tests.support.cheapfleet import CheapFleet
from tests.support.corpus import bad_bodies
from tests.support.faultserver import (
    TEN_GIGABYTES,
    FaultServer,
    answering,
    dripping,
    ending_after,
    hanging,
    reset_after,
)
from tests.support.loopbackfleet import LoopbackFleet
from tests.support.payloads import http, server, status

pytestmark = pytest.mark.asyncio

WHOLE = http(status("b"))


def reach(frame: Frame, name: str) -> Reach:
    row = frame.rows.get(name)
    assert row is not None
    return Reach(int(frame.reach[row.slot]))


async def test_f01_a_killed_server_is_unreachable_never_zero_and_alone() -> None:
    async with LoopbackFleet("a", "b", "c") as fleet, fleet.watched() as watch:
        await watch.all_good()
        await fleet.ports["b"].stop()
        frame = await watch.until(lambda frame: reach(frame, "b") != Reach.OK, "the dead server shows")
        for _ in range(5):
            assert reach(frame, "b") == Reach.UNREACHABLE
            assert math.isnan(frame.at("b", Column.TRUTH))
            assert frame.at("b", Column.LAST_TRUTH) == 11
            assert "refused" in frame.notes["b"] or "without an answer" in frame.notes["b"]
            assert (frame.at("a", Column.TRUTH), frame.at("c", Column.TRUTH)) == (11, 11)
            frame = await watch.next()


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (hanging(), Reach.TIMEOUT),
        (dripping(WHOLE, 0.05), Reach.TIMEOUT),
        (reset_after(WHOLE[:90]), Reach.UNREACHABLE),
        (ending_after(WHOLE[:90]), Reach.INVALID),
        (TEN_GIGABYTES, Reach.INVALID),
        (answering(http(b"", "302 Found", "Location: file:///etc/passwd")), Reach.INVALID),
        (answering(http(b"{}", "503 Busy", "Retry-After: 0")), Reach.BUSY),
        (answering(http(b"{}", "401 Unauthorized")), Reach.DENIED),
        (answering(http(status("another"))), Reach.WRONG_SERVER),
    ],
    ids=["F02", "F05", "F03", "F04", "F07", "F10", "F15-busy", "F15-denied", "F23"],
)
async def test_one_faulty_server_is_named_for_what_it_does_and_harms_no_other(behaviour, expected: Reach) -> None:
    async with LoopbackFleet("a", "b", "c") as fleet, fleet.watched() as watch:
        await watch.all_good()
        fleet.ports["b"].become(behaviour)
        frame = await watch.until(lambda frame: reach(frame, "b") == expected, f"{expected!r}")
        for _ in range(10):
            assert math.isnan(frame.at("b", Column.TRUTH))
            assert reach(frame, "a") == reach(frame, "c") == Reach.OK
            assert (frame.at("a", Column.TRUTH), frame.at("c", Column.TRUTH)) == (11, 11)
            frame = await watch.next()
        assert fleet.ports["b"].most_open <= 2, "the dying connection and one new one"
        fleet.ports["b"].become(fleet.answering("b"))
        await watch.all_good()


async def test_f09_bad_json_is_an_invalid_payload() -> None:
    async with LoopbackFleet("a", "b") as fleet, fleet.watched() as watch:
        await watch.all_good()
        for raw in bad_bodies():
            fleet.ports["b"].become(answering(http(raw[:200_000])))
            frame = await watch.until(lambda frame: reach(frame, "b") == Reach.INVALID, repr(raw[:20]))
            assert math.isnan(frame.at("b", Column.TRUTH))
            assert reach(frame, "a") == Reach.OK
            fleet.ports["b"].become(fleet.answering("b"))
            await watch.until(lambda frame: reach(frame, "b") == Reach.OK, "recovered")


async def test_f11_a_hostile_list_makes_nobody_connect_elsewhere() -> None:
    async with LoopbackFleet("a") as fleet, FaultServer(answering(http(status("x")))) as canary:
        port = canary.port
        hostile = {
            "ssh": "http://127.0.0.1:22/v1/status",
            "metadata": "http://169.254.169.254/latest/meta-data",
            "metadata-mapped": "http://[::ffff:a9fe:a9fe]:2000/",
            "link-local": "http://[fe80::1]:2000/",
            "public": "http://198.51.100.7:2000/v1/status",
            "multicast": "http://224.0.0.1:2000/v1/status",
            "nowhere": "http://0.0.0.0:2000/v1/status",
            "user": f"http://u:p@127.0.0.1:{port}/v1/status",
            "file": "file:///etc/passwd",
            "short": f"http://127.1:{port}/",
            "number": f"http://2130706433:{port}/",
            "split": f"http://127.0.0.1:{port}/\r\nX: 1",
        }
        for name, url in hostile.items():
            fleet.servers[name] = server(name, status_url=url)
        fleet.servers["no-address"] = server("no-address", status_url=None, address=None)
        async with fleet.watched() as watch:
            for _ in range(12):
                frame = await watch.next()
            assert reach(frame, "a") == Reach.OK
            assert {name: reach(frame, name) for name in hostile} == dict.fromkeys(hostile, Reach.NOT_ALLOWED)
            assert reach(frame, "no-address") == Reach.NO_ADDRESS
        assert canary.connections == 0


async def test_f11_a_list_of_fifty_thousand_is_refused_and_the_known_fleet_stays() -> None:
    async with LoopbackFleet("a") as fleet, fleet.watched(1.0) as watch:
        await watch.all_good()
        known = dict(fleet.servers)
        fleet.servers.update(
            {f"x{number}": {"id": f"x{number}", "state": "attached", "routed_total": 0} for number in range(50_000)}
        )
        frame = await watch.until(lambda frame: frame.balancer.reach != Reach.OK, "refused")
        assert frame.balancer.reach in (Reach.INVALID, Reach.TIMEOUT)
        assert frame.listed.sum() == 1
        assert reach(frame, "a") == Reach.OK
        fleet.servers = known
        await watch.until(lambda frame: frame.balancer.reach == Reach.OK, "back")


POLL_MANY = """
import asyncio, json, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
from console.collect import Collector, PollSettings
from console.domain.clock import MachineClock
from console.domain.states import Reach
from console.net import Endpoint, raise_open_files
from console.sources.dsr import DsrSource

async def main():
    collector = Collector(DsrSource(Endpoint(sys.argv[1])), MachineClock(), PollSettings(interval_s=2.0))
    ever = set()
    async for frame in collector.frames():
        ever |= {row.id for row in frame.rows if frame.reach[row.slot] == Reach.OK}
        if (len(ever) == 500 and frame.seq >= 4) or frame.seq >= 20:
            break
    await collector.close()
    print(json.dumps({"limit": raise_open_files(), "ever": len(ever), "frames": frame.seq, "notes": sorted(set(frame.notes.values()))[:3]}))

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
async def test_f20_few_file_descriptors_and_many_servers() -> None:
    with CheapFleet(500) as cheap:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", POLL_MANY, cheap.url],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "limit": 256,
        "ever": 500,
        "frames": json.loads(done.stdout)["frames"],
        "notes": [],
    }


async def test_f24_another_server_on_the_address_leaves_no_sample_in_the_old_row() -> None:
    async with LoopbackFleet("a", "b") as fleet, fleet.watched() as watch:
        before = (await watch.all_good()).rows.get("b")
        fleet.statuses["b"].update(id="c", connections=999)
        await watch.until(lambda frame: reach(frame, "b") == Reach.WRONG_SERVER, "the stranger is noticed")
        fleet.servers["c"] = {**fleet.servers["b"], "id": "c", "incarnation": "i9"}
        del fleet.servers["b"]
        fleet.statuses["b"].update(incarnation="i9")
        frame = await watch.until(lambda frame: frame.at("c", Column.TRUTH) == 999, "its own row")
        assert frame.rows.get("c").slot != before.slot  # type: ignore[union-attr]
        for frame in watch.seen:
            assert frame.values[Column.TRUTH, before.slot] != 999  # type: ignore[union-attr]
            assert frame.values[Column.LAST_TRUTH, before.slot] != 999  # type: ignore[union-attr]


async def test_f24_a_new_incarnation_on_the_address_leaves_no_sample_in_the_old_line() -> None:
    async with LoopbackFleet("a") as fleet, fleet.watched() as watch:
        old = (await watch.all_good()).rows.get("a")
        fleet.statuses["a"].update(incarnation="i2", connections=999)
        frame = await watch.until(lambda frame: frame.at("a", Column.TRUTH) == 999, "the new incarnation")
        assert frame.rows.get("a").epoch > old.epoch  # type: ignore[union-attr]
        fleet.servers["a"]["incarnation"] = "i2"
        await watch.until(lambda frame: frame.rows.get("a").incarnation == "i2", "the balancer follows")  # type: ignore[union-attr]
        for frame in watch.seen:
            row = frame.rows.get("a")
            if row is not None and row.epoch == old.epoch:  # type: ignore[union-attr]
                assert frame.at("a", Column.LAST_TRUTH) != 999


async def test_f26_restarts_and_resets_give_no_negative_rate_and_no_spike() -> None:
    async with LoopbackFleet("a", "b") as fleet, fleet.watched() as watch:
        await watch.all_good()
        for turn in range(6):
            routed = 1000 if turn % 2 else 5
            for name in ("a", "b"):
                fleet.servers[name]["routed_total"] = routed
                fleet.statuses[name]["sessions_total"] = {"started": 10**6 if turn % 2 else 0}
                if turn >= 2:
                    fleet.servers[name]["incarnation"] = fleet.statuses[name]["incarnation"] = f"i{turn}"
            fleet.fields = {"sessions_total": {"started": routed}, "balancer": {"incarnation": f"b{turn}"}}
            seq = watch.seen[-1].seq
            await watch.until(lambda frame, seq=seq: frame.seq >= seq + 4, "a few frames")
        for frame in watch.seen:
            for column in (Column.ROUTED, Column.STARTED):
                known = frame[column][~np.isnan(frame[column])]
                assert (known >= 0).all()
            # Every jump of the balancer's counters came with another incarnation of the balancer or of the server.
            assert not (frame[Column.ROUTED] > 0).any()
            if frame.fleet_delta is not None:
                assert all(value >= 0 for value in frame.fleet_delta.sessions_total.values())


@pytest.mark.parametrize("offset_s", [-3600.0, 3600.0])
async def test_f28_a_server_clock_that_is_an_hour_wrong_makes_nothing_stale(offset_s: float) -> None:
    async with LoopbackFleet("a", "b") as fleet, fleet.watched() as watch:
        fleet.ahead_s = offset_s
        fleet.statuses["b"]["time"] = time.time() + offset_s
        await watch.all_good()
        for _ in range(10):
            frame = await watch.next()
            assert reach(frame, "b") == Reach.OK
            assert frame.at("b", Column.TRUTH) == 11
            assert frame.at("b", Column.REPORT_AGE) == 0.31
            assert 0 <= frame.at("b", Column.TRUTH_AGE) < 60
            assert 0 <= frame.balancer.age_s < 60
            assert abs(frame.balancer.skew_s - offset_s) < 60
