"""The main process of the lab: starts DSRM and the hosts, drives the load, takes orders, ends all of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from console.domain.clock import Clock, MachineClock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.lab import platform
from console.lab.channel import Child, ChildDied
from console.lab.control import Control
from console.lab.demo import Demo
from console.lab.dsrm.access import new_tokens
from console.lab.fleet import FleetHosts
from console.lab.http.client import HttpClient
from console.lab.load.arrivals import Arrivals
from console.lab.load.driver import Load, PoolLoad
from console.lab.options import LabOptions
from console.lab.problem import Problem

Json = dict[str, Any]
HOST: Final = "127.0.0.1"


class LabFailed(ConsoleError):
    """The lab could not start, or one of its processes died."""


def run(options: LabOptions) -> int:
    """Runs a lab until SIGINT, SIGTERM, or (with `with_parent`) the end of stdin. 0, or 1 where it failed."""
    platform.raise_file_limit()
    try:
        with contextlib.ExitStack() as files:
            asyncio.run(_Supervisor(options, MachineClock(), files).run())
    except LabFailed as error:
        sys.stderr.write(f"dsr-console lab: {error}\n")
        return 1
    return 0


class _Supervisor:
    """One lab, from start to end. `files` removes what it has written."""

    def __init__(self, options: LabOptions, clock: Clock, files: contextlib.ExitStack) -> None:
        self._options = options
        self._clock = clock
        self._files = files
        self._stop = asyncio.Event()
        self._failure: str | None = None
        self._children: list[Child] = []
        self._watchers: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Starts, waits for the end, ends."""
        platform.on_stop_signals(self._stop.set)
        if self._options.with_parent:
            platform.read_stdin(lambda data: None if data else self._stop.set())
        if self._options.ready_file is not None:
            self._options.ready_file.unlink(missing_ok=True)  # nobody may take an old one for ours
        async with contextlib.AsyncExitStack() as ends:
            ends.push_async_callback(self._end_children)
            starting = spawn(self._try_to_start(ends), "start of the lab")
            await self._stop.wait()
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        if self._failure is not None:
            raise LabFailed(self._failure)

    async def _try_to_start(self, ends: contextlib.AsyncExitStack) -> None:
        try:
            await self._start(ends)
        except (ChildDied, Problem, OSError) as error:
            self._fail(f"It could not start: {error}")

    def _fail(self, sentence: str) -> None:
        self._failure = self._failure or sentence
        self._stop.set()

    async def _start(self, ends: contextlib.AsyncExitStack) -> None:
        options = self._options
        tokens = new_tokens() if options.tokens else None
        service = None if tokens is None else tokens["service"]
        dsrm, *hosts = await self._start_children(["dsrm", *["host"] * min(options.hosts, options.servers)])
        started = await dsrm.ask(
            "start",
            seed=options.seed,
            tokens=tokens,
            port=options.port,
            report_interval_s=options.report_interval_s,
            leave_after_s=options.leave_after_s,
            actions_per_minute=options.actions_per_minute,
        )
        port: int = started["port"]
        fleet = FleetHosts(hosts, options)
        await fleet.start(port, service)
        balancer = HttpClient(HOST, port, service)
        ends.callback(balancer.close)
        load = Load([self._pool_load(index, balancer, service) for index in range(len(options.pools))])
        ends.push_async_callback(load.stop)
        load.start()
        demo = Demo(options, fleet, load.pools) if options.demo else None
        dsrm_url = f"http://{HOST}:{port}"
        control = Control(options, self._clock, fleet, load, demo, {"url": dsrm_url, "pid": dsrm.pid})
        ends.callback(control.server.stop)
        lab_url = f"http://{HOST}:{await control.server.start(HOST)}"
        if demo is not None:
            playing = spawn(demo.play(), "demo")
            ends.callback(playing.cancel)
        tokens_file = None if tokens is None else str(self._write_tokens(tokens))
        self._announce({"dsrm_url": dsrm_url, "lab_url": lab_url, "tokens_file": tokens_file, "pid": os.getpid()})

    def _pool_load(self, index: int, balancer: HttpClient, token: str | None) -> PoolLoad:
        options = self._options
        pool = options.pool_names[index]
        now_s = asyncio.get_running_loop().time()
        arrivals = Arrivals(options.seed, pool, options.night_rate(index), options.session_s, now_s)
        return PoolLoad(pool, arrivals, balancer, token)

    async def _start_children(self, roles: list[str]) -> list[Child]:
        for number, role in enumerate(roles):
            child = await Child.start(f"{role} {number}" if role == "host" else role, role)
            self._children.append(child)
            self._watchers.append(spawn(self._watch(child), f"life of {child.name}"))
        return list(self._children)

    async def _watch(self, child: Child) -> None:
        """A process that dies unasked ends the lab: half a lab would only puzzle."""
        code = await child.wait()
        if not self._stop.is_set():
            self._fail(f"Its process {child.name} died with code {code}.")

    async def _end_children(self) -> None:
        self._stop.set()
        await asyncio.gather(*(child.stop() for child in self._children))
        await asyncio.gather(*self._watchers)

    def _write_tokens(self, tokens: dict[str, str]) -> Path:
        handle, name = tempfile.mkstemp(prefix="dsr-lab-tokens-", suffix=".json")  # 0600 from the start
        path = Path(name)
        self._files.callback(path.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(tokens))
        return path

    def _announce(self, ready: Json) -> None:
        sys.stdout.write(f"DSRM {ready['dsrm_url']}   lab {ready['lab_url']}   Ctrl+C ends it.\n")
        sys.stdout.flush()
        path = self._options.ready_file
        if path is not None:
            _write_atomically(path, msgspec.json.encode(ready), self._files.callback)


def _write_atomically(path: Path, data: bytes, at_end: Callable[..., Any]) -> None:
    """Whole or not at all; removed at the end of the lab."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    at_end(path.unlink, missing_ok=True)
