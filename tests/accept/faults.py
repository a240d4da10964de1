"""Figures of what hostile servers cost: time, memory, errors shown, answers taken for another's.

Each case polls fault servers that run in a process of their own; the polling runs in a fresh process too, so that its
memory is that of the polling alone: `python -m tests.accept.faults CASE [quick]` is that process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from console.decode import decode_answer, decode_events, decode_fleet, decode_status, decode_whoami
from console.domain.errors import BadAnswer, SourceError
from console.domain.readings import ServerEntry
from console.domain.states import Attachment
from console.net import STATUS_CAP, Endpoint, FleetTransport, Prepared, Url, prepare, raise_open_files
from console.sources.dsr import DsrSource
from tests.accept.measuring import Case, Figures, NotMeasured
from tests.support.corpus import bad_bodies, mutated
from tests.support.faultchild import IDLE_S, STALE_POOL, FaultChild, name_of

_MB = 2**20


def _requests(ports: list[int]) -> list[Prepared]:
    return [prepare(Url("http", "127.0.0.1", port, "/v1/status"), ("127.0.0.1",)) for port in ports]


async def _ask(transport: FleetTransport, request: Prepared, deadline_s: float = 1.0) -> tuple[str, float]:
    """Outcome by name, and how long it took."""
    began = time.monotonic()
    try:
        await transport.get(request, deadline_s, STATUS_CAP)
        outcome = "answer"
    except SourceError as error:
        outcome = type(error).__name__
    return outcome, time.monotonic() - began


async def _warm(transport: FleetTransport, count: int) -> None:
    """As many good polls, so that what is measured next is not the first use of anything."""
    with FaultChild("good", count) as child:
        for _ in range(3):
            await asyncio.gather(*(_ask(transport, request, 10.0) for request in _requests(child.ports)))


def _memory(field: str) -> int:
    """Bytes: VmRSS now, or VmHWM, the most since `_forget_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise NotMeasured(f"the system does not tell {field}")


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError as error:
        raise NotMeasured(f"the system's peak of memory cannot be reset: {error}") from None


async def _cost(behaviour: str, count: int, rounds: int) -> Figures:
    """Memory at its peak above what it was before, and the slowest answer, while so many such servers are polled."""
    transport = FleetTransport()
    await _warm(transport, count)
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    with FaultChild(behaviour, count) as child:
        requests = _requests(child.ports)
        _forget_peak()
        before = _memory("VmRSS")
        for _ in range(rounds):
            for outcome, took_s in await asyncio.gather(*(_ask(transport, request) for request in requests)):
                outcomes[outcome] += 1
                slowest_s = max(slowest_s, took_s)
        peak = _memory("VmHWM")
    await transport.aclose()
    return {"outcomes": dict(outcomes), "slowest_s": round(slowest_s, 3), "rss_mb": round((peak - before) / _MB, 2)}


async def _f03(quick: bool) -> Figures:
    transport = FleetTransport()
    cycles = 100
    outcomes: Counter[str] = Counter()
    with FaultChild("recovering") as child:
        (request,) = _requests(child.ports)
        for _ in range(cycles):
            outcomes[
                (await _ask(transport, request, 10.0))[0] + " then " + (await _ask(transport, request, 10.0))[0]
            ] += 1
    await transport.aclose()
    return {
        "pass": outcomes == {"Unreachable then answer": cycles},
        "limits": {"recovered": f"{cycles} of {cycles}"},
        "outcomes": dict(outcomes),
    }


async def _f05(quick: bool) -> Figures:
    transport = FleetTransport()
    with FaultChild("dripping", 10) as child:
        asked = [await asyncio.gather(*(_ask(transport, one, 1.0) for one in _requests(child.ports))) for _ in range(3)]
    await transport.aclose()
    took_s = sorted(took for round_ in asked for _, took in round_)
    return {
        "pass": all(outcome == "DeadlinePassed" for round_ in asked for outcome, _ in round_)
        and 0.9 <= took_s[0] <= took_s[-1] <= 1.1,
        "limits": {"deadline_s": [0.9, 1.1]},
        "least_s": round(took_s[0], 3),
        "most_s": round(took_s[-1], 3),
    }


async def _f06(quick: bool) -> Figures:
    endless = await _cost("endless_headers", 1, 20)
    huge = await _cost("huge_header", 1, 20)
    good = all(
        one["outcomes"] == {"BadAnswer": 20} and one["rss_mb"] <= 1.0 and one["slowest_s"] <= 1.1
        for one in (endless, huge)
    )
    return {
        "pass": good,
        "limits": {"rss_mb": 1.0, "slowest_s": 1.1},
        "endless_headers": endless,
        "one_huge_header": huge,
    }


async def _f07(quick: bool) -> Figures:
    cost = await _cost("endless_bodies", 100, 3)
    # With 100 hosts pouring at once a loaded machine may meet the deadline first: nothing is stored either way.
    good = set(cost["outcomes"]) <= {"BadAnswer", "DeadlinePassed"} and cost["outcomes"].get("BadAnswer", 0) >= 150
    return {"pass": good and cost["rss_mb"] <= 32.0, "limits": {"rss_mb": 32.0}, "hosts": 100, **cost}


async def _f08(quick: bool) -> Figures:
    cost = await _cost("bomb", 1, 10)
    good = cost["outcomes"] == {"BadAnswer": 10} and cost["rss_mb"] <= 1.0
    return {"pass": good, "limits": {"rss_mb": 1.0}, **cost}


async def _f09(quick: bool) -> Figures:
    readers: tuple[Callable[[bytes], Any], ...] = (
        decode_fleet,
        decode_status,
        decode_whoami,
        decode_events,
        lambda raw: decode_answer(200, raw),
    )
    count = 1_000 if quick else 10_000
    outcomes: Counter[str] = Counter()
    for raw in (*mutated(2026, count), *bad_bodies()):
        for read in readers:
            try:
                read(raw)
                outcomes["reading"] += 1
            except BadAnswer:
                outcomes["BadAnswer"] += 1
            except Exception as error:  # noqa: BLE001  this is what is counted
                outcomes[f"CRASH {type(error).__name__}"] += 1
    return {
        "pass": set(outcomes) == {"reading", "BadAnswer"},
        "limits": {"crashes": 0},
        "payloads": count,
        "outcomes": dict(outcomes),
    }


async def _f22(quick: bool) -> Figures:
    """Polls come just when the servers close their idle connections."""
    transport = FleetTransport()
    hosts, rounds = 50, 20 if quick else 200
    outcomes: Counter[str] = Counter()
    with FaultChild("closing_idle", hosts) as child:

        async def poll(request: Prepared, number: int) -> None:
            for turn in range(rounds):
                outcomes[(await _ask(transport, request, 10.0))[0]] += 1
                await asyncio.sleep(IDLE_S * (0.97 + 0.06 * ((turn * 7 + number) % 50) / 50))

        await asyncio.gather(*(poll(request, number) for number, request in enumerate(_requests(child.ports))))
    await transport.aclose()
    return {
        "pass": outcomes == {"answer": hosts * rounds},
        "limits": {"visible_errors": 0},
        "polls": hosts * rounds,
        "outcomes": dict(outcomes),
    }


async def _f23(quick: bool) -> Figures:
    """Servers that answer twice, for each other, and with rubbish behind: what is taken must be what was asked for."""
    hosts, rounds = 50, 100 if quick else 2000
    outcomes: Counter[str] = Counter()
    with FaultChild("confusing", hosts) as child, FaultChild("good") as dsrm:
        source = DsrSource(Endpoint(f"http://127.0.0.1:{dsrm.ports[0]}"), deadline_s=10.0)
        try:
            await source.fleet()  # it is no fleet, but tells where the balancer is: on loopback, like its servers
        except BadAnswer:
            outcomes["no fleet"] += 1

        async def poll(index: int, port: int) -> None:
            entry = ServerEntry(name_of(index), Attachment.ATTACHED, 0, status_url=f"http://127.0.0.1:{port}/v1/status")
            for _ in range(rounds):
                try:
                    reading = await source.status(entry)
                except SourceError as error:
                    outcomes[type(error).__name__] += 1
                    continue
                right = reading.id == entry.id and reading.connections == index and reading.pool != STALE_POOL
                outcomes["right" if right else "MISATTRIBUTED"] += 1

        await asyncio.gather(*(poll(index, port) for index, port in enumerate(child.ports)))
        await source.close()
    return {
        "pass": outcomes["MISATTRIBUTED"] == 0
        and outcomes["right"] > hosts * rounds / 2
        and outcomes["WrongServer"] > 0,
        "limits": {"misattributed": 0},
        "polls": hosts * rounds,
        "outcomes": dict(outcomes),
    }


_BODIES: dict[str, Callable[[bool], Awaitable[Figures]]] = {
    "f03": _f03,
    "f05": _f05,
    "f06": _f06,
    "f07": _f07,
    "f08": _f08,
    "f09": _f09,
    "f22": _f22,
    "f23": _f23,
}


def _in_a_fresh_process(name: str) -> Callable[[bool], Figures]:
    def run(quick: bool) -> Figures:
        command = [sys.executable, "-m", "tests.accept.faults", name, *(["quick"] if quick else [])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode == 3:
            raise NotMeasured(done.stdout.strip())
        if done.returncode != 0:
            return {"pass": False, "why": done.stderr[-2000:]}
        return json.loads(done.stdout)

    return run


CASES = tuple(
    Case(f"fault-{name}", claim, _in_a_fresh_process(name), seconds)
    for name, claim, seconds in (
        ("f03", "after a reset in the middle the next poll is good, 100 of 100", 5),
        ("f05", "one byte every 0.2 s is cut by the total deadline at 1.0 s", 5),
        ("f06", "endless headers and a huge header cost 1 MB at most", 5),
        ("f07", "endless bodies on 100 hosts cost 32 MB at most", 10),
        ("f08", "a gzip bomb of 315 MB is refused unread", 10),
        ("f09", "10,000 broken payloads, no crash", 10),
        ("f22", "10,000 polls in the idle-close race, no error to be seen", 20),
        ("f23", "100,000 polls of confused servers, no answer taken for another's", 60),
    )
)


if __name__ == "__main__":
    raise_open_files()
    try:
        print(json.dumps(asyncio.run(_BODIES[sys.argv[1]](sys.argv[2:] == ["quick"]))))  # type: ignore[arg-type]
    except NotMeasured as error:
        print(error)
        sys.exit(3)
