"""CPU per poll of the fan-out against cheap responders in another process, beside stock httpx and a Prometheus server.

CPU is that of the polling process (user and system), so that the responders and a busy machine do not count.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from console.collect import Collector, PollSettings
from console.decode import decode_status
from console.domain.clock import MachineClock
from console.net import Endpoint, FleetTransport, Url, prepare, raise_open_files
from console.sources.dsr import DsrSource
from tests.support.cheapfleet import CheapFleet

AIM_US = 100.0
_IN_FLIGHT = 64
_LIMIT_S = 20.0
"""No way of polling gets more than this; what it managed until then counts."""

Poll = Callable[[int], Awaitable[object]]
"""One poll of the server at that port, decoded."""


def run() -> list[dict[str, object]]:
    """The table: `cpu_us_per_poll` of each way of polling, rows named by `what`."""
    raise_open_files()
    rows: list[dict[str, object]] = []
    with CheapFleet(1000) as many, CheapFleet(100) as few:
        rows.append(asyncio.run(_fan_out(many.ports, polls=30_000)))
        rows.append(asyncio.run(_paced(many.ports, seconds=10, steps=32)))
        rows.append(asyncio.run(_paced(many.ports, seconds=10, steps=1000)))
        rows.append(asyncio.run(_through_httpx(many.ports, polls=10_000)))
        rows.append(asyncio.run(_collected(many, seconds=10)))
        rows.append(asyncio.run(_transport_per_host(many.ports, polls=3_000)))
        rows.append(asyncio.run(_shared_client(few.ports, polls=1_000)))
        rows.append(_prometheus(many.ports, seconds=20))
    for row in rows[:2]:
        row["aim"] = f"below {AIM_US:g} us: {'met' if _figure(row) < AIM_US else 'MISSED'}"
    if isinstance(rows[-1].get("polls"), int):
        share = _figure(rows[1]) / _figure(rows[-1])
        rows[-1]["aim"] = (
            f"FleetTransport at the same pace below half of it: {'met' if share < 0.5 else 'MISSED'} ({share:.2f})"
        )
    return rows


def _figure(row: dict[str, object]) -> float:
    figure = row["cpu_us_per_poll"]
    assert isinstance(figure, float), row
    return figure


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _measure(what: str, ports: list[int], polls: int, poll: Poll) -> dict[str, object]:
    """`polls` polls round the ports, some in flight at a time, each port never twice at once; a first round is not counted."""
    done = 0
    end = float("inf")

    async def work(mine: list[int], rounds: int) -> None:
        nonlocal done
        for _ in range(rounds):
            for port in mine:
                if time.monotonic() > end:
                    return
                await poll(port)
                done += 1

    async def sweep(rounds: int) -> None:
        shares = [ports[start::_IN_FLIGHT] for start in range(min(_IN_FLIGHT, len(ports)))]
        async with asyncio.TaskGroup() as group:
            for share in shares:
                group.create_task(work(share, rounds))

    end = time.monotonic() + _LIMIT_S
    await sweep(1)
    done, end = 0, time.monotonic() + _LIMIT_S
    cpu_s, wall_s = _cpu_s(), time.monotonic()
    await sweep(max(1, polls // len(ports)))
    cpu_s, wall_s = _cpu_s() - cpu_s, time.monotonic() - wall_s
    return _row(what, len(ports), done, cpu_s, wall_s)


def _row(what: str, hosts: int, polls: int, cpu_s: float, wall_s: float) -> dict[str, object]:
    if not polls:
        return {"what": what, "hosts": hosts, "cpu_us_per_poll": "NOT MEASURED: not one poll came through in time"}
    return {
        "what": what,
        "hosts": hosts,
        "polls": polls,
        "cpu_us_per_poll": round(1e6 * cpu_s / polls, 1),
        "polls_per_s": round(polls / wall_s),
    }


async def _fan_out(ports: list[int], polls: int) -> dict[str, object]:
    transport = FleetTransport()
    requests = {port: prepare(Url("http", "127.0.0.1", port, "/v1/status"), ("127.0.0.1",)) for port in ports}

    async def poll(port: int) -> None:
        decode_status((await transport.get(requests[port], 10.0)).body)

    row = await _measure("FleetTransport, prebuilt requests, decoded", ports, polls, poll)
    await transport.aclose()
    return row


async def _paced(ports: list[int], seconds: int, steps: int) -> dict[str, object]:
    """Each host once a second, in so many steps: at 1,000 the loop sleeps and wakes for every poll, at 32 as the Collector does."""
    transport = FleetTransport()
    loop = asyncio.get_running_loop()
    polls = 0

    async def poller(port: int, phase_s: float) -> None:
        nonlocal polls
        request = prepare(Url("http", "127.0.0.1", port, "/v1/status"), ("127.0.0.1",))
        for turn in range(seconds + 2):
            await asyncio.sleep(start_s + turn + phase_s - loop.time())
            decode_status((await transport.get(request, 10.0)).body)
            polls += turn >= 2

    async def meter() -> tuple[float, float]:
        await asyncio.sleep(start_s + 2 - loop.time())
        cpu_s, wall_s = _cpu_s(), time.monotonic()
        await asyncio.sleep(start_s + 2 + seconds - loop.time())
        return _cpu_s() - cpu_s, time.monotonic() - wall_s

    start_s = loop.time() + 0.1
    async with asyncio.TaskGroup() as group:
        used = group.create_task(meter())
        for index, port in enumerate(ports):
            group.create_task(poller(port, index % steps / steps))
    await transport.aclose()
    return _row(
        f"FleetTransport, each host once a second, in {steps} steps, decoded", len(ports), polls, *used.result()
    )


async def _through_httpx(ports: list[int], polls: int) -> dict[str, object]:
    async with httpx.AsyncClient(transport=FleetTransport(), trust_env=False) as client:

        async def poll(port: int) -> None:
            decode_status(
                (await client.get(f"http://127.0.0.1:{port}/v1/status", extensions={"deadline_s": 10.0})).content
            )

        return await _measure("httpx.AsyncClient over FleetTransport", ports, polls, poll)


async def _collected(fleet: CheapFleet, seconds: int) -> dict[str, object]:
    """All that `collect` does at 1 Hz: timers, the balancer's list of 1,000 servers, decoding, Frames."""
    collector = Collector(DsrSource(Endpoint(fleet.url)), MachineClock(), PollSettings())
    cpu_s = wall_s = 0.0
    polls = 0
    async for frame in collector.frames():
        if frame.seq == 3:
            cpu_s, wall_s = _cpu_s(), time.monotonic()
        if frame.seq > 3:
            polls += int((frame.reach[frame.listed] == 1).sum())
        if frame.seq == 3 + seconds:
            break
    cpu_s, wall_s = _cpu_s() - cpu_s, time.monotonic() - wall_s
    await collector.close()
    return _row("Collector at 1 Hz, with fleet table and Frames", len(fleet.ports), polls, cpu_s, wall_s)


async def _transport_per_host(ports: list[int], polls: int) -> dict[str, object]:
    # One context for all: each transport would build its own, 10 ms and half a megabyte apiece.
    transports = {port: httpx.AsyncHTTPTransport(verify=False, trust_env=False) for port in ports}

    class Router(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await transports[request.url.port or 80].handle_async_request(request)

    async with httpx.AsyncClient(transport=Router(), trust_env=False, timeout=10.0) as client:

        async def poll(port: int) -> None:
            decode_status((await client.get(f"http://127.0.0.1:{port}/v1/status")).content)

        row = await _measure("stock httpx, a transport per host", ports, polls, poll)
    for transport in transports.values():
        await transport.aclose()
    return row


async def _shared_client(ports: list[int], polls: int) -> dict[str, object]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(trust_env=False, timeout=10.0, limits=limits) as client:

        async def poll(port: int) -> None:
            decode_status((await client.get(f"http://127.0.0.1:{port}/v1/status")).content)

        return await _measure("stock httpx, one shared client", ports, polls, poll)


def _prometheus(ports: list[int], seconds: int) -> dict[str, object]:
    """CPU of a Prometheus server per scrape of the same hosts, where one is installed."""
    what = "Prometheus server, per scrape"
    program = shutil.which("prometheus")
    if program is None or not sys.platform.startswith("linux"):
        return {"what": what, "hosts": len(ports), "cpu_us_per_poll": "NOT MEASURED: no prometheus on PATH"}
    with tempfile.TemporaryDirectory() as folder:
        targets = ", ".join(f"'127.0.0.1:{port}'" for port in ports)
        config = Path(folder, "prometheus.yml")
        config.write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
            f"scrape_configs: [{{job_name: dsrs, static_configs: [{{targets: [{targets}]}}]}}]\n"
        )
        command = [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={folder}/data",
            "--web.listen-address=127.0.0.1:0",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(8)  # start and first scrapes are not counted
            cpu_s, wall_s = _cpu_of(process.pid), time.monotonic()
            time.sleep(seconds)
            if process.poll() is not None:
                return {"what": what, "hosts": len(ports), "cpu_us_per_poll": "NOT MEASURED: prometheus ended"}
            cpu_s, wall_s = _cpu_of(process.pid) - cpu_s, time.monotonic() - wall_s
        finally:
            process.terminate()
            process.wait(20)
    return _row(what, len(ports), int(len(ports) * wall_s), cpu_s, wall_s)


def _cpu_of(pid: int) -> float:
    """User and system seconds of another process."""
    import os

    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
