"""The main process of the lab: starts DSRM and the hosts, drives the load, takes orders, ends all of it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec

from console.domain.clock import Clock, MachineClock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.lab import platform
from console.lab.channel import Child, ChildDied
from console.lab.control import Control
from console.lab.dsrm.access import new_tokens
from console.lab.fleet import FleetHosts
from console.lab.frontdoor.keys import read_keys
from console.lab.housing import Hosts, Housing
from console.lab.http.client import HttpClient
from console.lab.isolation import NurseryRoom
from console.lab.load.driver import Load, PoolLoad
from console.lab.load.mix import Mix
from console.lab.load.spoken import Door
from console.lab.options import ENGINE, FIRST_ALGORITHM, LabOptions
from console.lab.problem import Problem
from console.lab.story import guide
from console.lab.story.apply import lapse_of, scenario_of
from console.lab.story.format import Scenario
from console.lab.story.player import Player
from console.sim.arrivals import Arrivals

Json = dict[str, Any]
HOST: Final = "127.0.0.1"


class Process(Protocol):
    """A process without which there is no lab."""

    name: str

    async def wait(self) -> int:
        """Its exit code, once it has one."""
        ...

    async def stop(self) -> None:
        """Ends it, by force if need be."""
        ...


Kept = TypeVar("Kept", bound=Process)


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
        self._app_keys = read_keys(options.app_key_file)
        self._scenario = scenario_of(options)
        self._files = files
        self._stop = asyncio.Event()
        self._failure: str | None = None
        self._children: list[Process] = []
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
        dsrm, housing = await self._start_children()
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
        if options.algorithm != FIRST_ALGORITHM:
            await dsrm.ask("algorithm", name=options.algorithm, parameters={})
        fleet = FleetHosts(housing, options, self._clock)
        ends.push_async_callback(fleet.stop)
        await fleet.start(port, service)
        door, door_url = await self._open_door(port, service)
        balancer = HttpClient(HOST, port, service)
        ends.callback(balancer.close)
        spoken = Door(door_url, self._app_keys[0])
        load = Load([self._pool_load(index, balancer, service, spoken) for index in range(len(options.pools))])
        ends.push_async_callback(load.stop)
        load.start()
        dsrm_url = f"http://{HOST}:{port}"

        async def front_door() -> Json:
            figures = await door.ask("state")
            return {"url": door_url, "pid": door.pid, **figures["door"]}

        control = Control(options, self._clock, fleet, load, dsrm, dsrm_url, front_door)
        ends.callback(control.server.stop)
        lab_url = f"http://{HOST}:{await control.server.start(HOST)}"
        if self._scenario is not None:
            control.player = self._player(self._scenario, control, load, dsrm_url)
            playing = spawn(control.player.play(), "scenario")
            ends.callback(playing.cancel)
        tokens_file = None if tokens is None else str(self._write_tokens(tokens))
        self._announce(
            {
                "dsrm_url": dsrm_url,
                "lab_url": lab_url,
                "front_door": door_url,
                "tokens_file": tokens_file,
                "pid": os.getpid(),
            }
        )

    async def _open_door(self, balancer_port: int, token: str | None) -> tuple[Child, str]:
        """The front door's process, and its address for both interfaces."""
        options = self._options
        door = self._keep(await Child.start("door", "door"))
        started = await door.ask(
            "start",
            seed=options.seed,
            port=0,
            balancer_port=balancer_port,
            token=token,
            app_keys=self._app_keys,
            pools=options.pool_names,
            limits=dataclasses.asdict(options.door),
        )
        return door, f"http://{HOST}:{started['port']}"

    def _pool_load(self, index: int, balancer: HttpClient, token: str | None, door: Door) -> PoolLoad:
        options = self._options
        pool = options.pool_names[index]
        rate = options.night_rate(index)
        if self._scenario is not None:
            rate = self._scenario.phases[0].load.get(options.pools[index][0], 0.0)
        now_s = asyncio.get_running_loop().time()
        arrivals = Arrivals(options.seed, pool, rate, options.session_s, now_s)
        websocket, http = options.spoken
        mix = Mix(options.seed, pool, {"websocket": websocket, "http": http})
        return PoolLoad(pool, arrivals, balancer, token, mix, door)

    def _player(self, scenario: Scenario, control: Control, load: Load, dsrm_url: str) -> Player:
        """Tells on stdout what goes on, whenever a phase begins."""
        options = self._options
        lapse = lapse_of(options, scenario)
        _say(f"{scenario.title}. {scenario.about} It takes {lapse.total_s:.0f} s.")

        def began(phase: int) -> None:
            for line in guide.lines(scenario, lapse, phase, dsrm_url, player.struck, platform.command()):
                _say(line)

        player = Player(
            scenario,
            lapse,
            control,
            load.pools,
            options.seed,
            pool_name=lambda name: f"{ENGINE}/{name}",
            began=began,
            tell=_say,
        )
        return player

    async def _start_children(self) -> tuple[Child, Housing]:
        """DSRM, and where the servers will live."""
        options = self._options
        dsrm = self._keep(await Child.start("dsrm", "dsrm"))
        if options.isolation == "process":
            return dsrm, self._keep(await NurseryRoom.open())
        hosts = [
            self._keep(await Child.start(f"host {number}", "host"))
            for number in range(min(options.hosts, options.servers))
        ]
        return dsrm, Hosts(hosts)

    def _keep(self, child: Kept) -> Kept:
        self._children.append(child)
        self._watchers.append(spawn(self._watch(child), f"life of {child.name}"))
        return child

    async def _watch(self, child: Process) -> None:
        """A process that all or many depend on ends the lab when it dies unasked: half a lab would only puzzle. A DSRS may die."""
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
        _say(f"DSRM {ready['dsrm_url']}   front door {ready['front_door']}   lab {ready['lab_url']}   Ctrl+C ends it.")
        path = self._options.ready_file
        if path is not None:
            _write_atomically(path, msgspec.json.encode(ready), self._files.callback)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _write_atomically(path: Path, data: bytes, at_end: Callable[..., Any]) -> None:
    """Whole or not at all; removed at the end of the lab."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    at_end(path.unlink, missing_ok=True)
