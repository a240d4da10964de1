"""A fleet that costs next to nothing: one process, one DSRM, many DSRS, every answer prepared but for a few digits.

For measuring the console, not for believing anything. Started by `CheapFleet(servers)`; it ends with its starter.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from types import TracebackType

POOL = "-a-general/8k"
_BASE = 1_000.0
METRICS = (
    b"dsrs_connections 11\ndsrs_max_connections 12\ndsrs_memory_used_bytes 6871947673\ndsrs_memory_limit_bytes 8589934592\n"
    b"dsrs_sessions_started_total 5120\ndsrs_sessions_completed_total 5100\ndsrs_sessions_refused_total 3\ndsrs_cpu_utilisation 0.93\n"
)
"""What a scrape of a server gets: as many numbers as the console shows of it."""


class CheapFleet:
    """The child process; `url` is its DSRM."""

    def __init__(self, servers: int) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.cheapfleet", str(servers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError("the cheap fleet did not start")
        ready = json.loads(line)
        self.url: str = ready["url"]
        self.ports: list[int] = ready["ports"]
        self.pid = self._child.pid

    def __enter__(self) -> CheapFleet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(10)
        self._child.stdout.close()


class _Answering(asyncio.Protocol):
    """Answers each request head with `make()`; requests carry no body."""

    def __init__(self, make) -> None:
        self._make = make
        self._rest = b""

    def connection_made(self, transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            scraped = self._rest.startswith(b"GET /metrics")
            self._rest = self._rest[end + 4 :]
            body, extra = (METRICS, b"Content-Type: text/plain; version=0.0.4\r\n") if scraped else self._make()
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (len(body), extra) + body)


def _status(index: int):
    head = (
        f'{{"schema":"dsrs/1","time":{time.time():.3f},"id":"dsrs-{index:04d}","incarnation":"i{index}","pool":"{POOL}",'
        f'"max_connections":12,"uptime_s":8123.4,"sessions_total":{{"started":%d,"completed":%d,"refused":0,"cut":0}},"connections":%d,'
        '"reporting":{"interval_s":0.5,"last_sent_seq":%d,"last_sent_age_s":0.2,"last_sent_connections":3,"last_error":null}}'
    )
    state = [0]

    def make() -> tuple[bytes, bytes]:
        state[0] += 1
        turn = state[0]
        return (head % (turn, turn, 1 + (turn + index) % 5, turn)).encode(), b""

    return make


def _fleet(ports: list[int]):
    entries = [
        f'{{"id":"dsrs-{index:04d}","incarnation":"i{index}","pool":"{POOL}","address":"127.0.0.1:{port}",'
        f'"status_url":"http://127.0.0.1:{port}/v1/status","state":"attached","max_connections":12,"weight":1.0,'
        f'"reported_connections":3,"reported_seq":@,"report_age_s":0.2,"received_seq":@,"received_age_s":0.2,'
        f'"believed_connections":3,"in_flight":0,"routed_total":@,"refused_total":{{}},"detached":null}}'
        for index, port in enumerate(ports)
    ]
    shape = (
        '{"schema":"dsrm/1","time":%.3f,"balancer":{"id":"cheap","incarnation":"b1","generation":1,"algorithm":"least-reported",'
        '"algorithm_parameters":{},"report_interval_s":0.5},"servers":['
        + ",".join(entries)
        + '],"errors_total":{},"sessions_total":{"started":@}}'
    )
    state = [0]

    def make() -> tuple[bytes, bytes]:
        state[0] += 1
        body = (shape % time.time()).replace("@", str(state[0])).encode()
        return body, b'ETag: "b1.1"\r\n'

    return make


async def _serve(servers: int) -> None:
    loop = asyncio.get_running_loop()
    ports: list[int] = []
    for index in range(servers):
        make = _status(index)
        server = await loop.create_server(lambda make=make: _Answering(make), "127.0.0.1", 0, backlog=16)
        ports.append(server.sockets[0].getsockname()[1])
    make_fleet = _fleet(ports)
    server = await loop.create_server(lambda: _Answering(make_fleet), "127.0.0.1", 0)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "ports": ports}), flush=True)
    gone = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 1) or gone.set())
    await gone.wait()


if __name__ == "__main__":
    from console.net import raise_open_files

    raise_open_files()
    asyncio.run(_serve(int(sys.argv[1])))
