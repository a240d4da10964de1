"""A real lab and the real command, as child processes. Everything that waits has a watchdog and says what it waited for."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.lab import LabOptions
from console.lab.process import LabProcess, start_lab
from tests.support.canary import LOOKOUT, VARIABLE

Line = dict[str, Any]

COMMAND = str(Path(sys.executable).with_name("dsr-console"))
POOL_8K = "-a-general/8k"
POOL_16K = "-a-general/16k"


class Lab:
    """Orders to a running lab."""

    def __init__(self, process: LabProcess) -> None:
        self.process = process
        self.url = process.dsrm_url

    def ask(self, method: str, path: str, body: Line | None = None) -> Line:
        """One request to the lab's own interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.process.lab_url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def fault(self, kind: str, servers: Sequence[str] = (), **more: object) -> float:
        """Injects a fault; the lab's wall clock at that moment."""
        return self.faults(kind, servers, **more)["t"]

    def faults(self, kind: str, servers: Sequence[str] = (), **more: object) -> Line:
        """Injects a fault; the whole answer."""
        return self.ask("POST", "/lab/faults", {"kind": kind, "servers": list(servers), **more})

    def load(self, rate: float, pool: str = POOL_8K, over_s: float = 0.0) -> float:
        """Changes the load of a pool; the lab's wall clock at that moment."""
        return self.ask("PUT", "/lab/load", {"pool": pool, "rate": rate, "over_s": over_s})["t"]

    def state(self) -> Line:
        """The ground truth."""
        return self.ask("GET", "/lab/state")

    def mute_idle(self, count: int = 3, pool: str = POOL_8K) -> dict[str, float]:
        """Mutes servers right after a report of 0, as the incident needs it: the balancer will believe them idle for ever.

        Which ones, each with the wall clock of its mute. One that was given a session in that very moment is let go again.
        """
        muted: dict[str, float] = {}
        while len(muted) < count:
            idle = [
                server["id"]
                for server in self.state()["servers"]
                if server["pool"] == pool and not server["connections"] and not server["muted"]
            ]
            if not idle:
                continue
            answer = self.faults("mute", idle[: count - len(muted)])
            if busy := [server for server, reported in answer["reported"].items() if reported]:
                self.fault("mute", busy, on=False)
            muted |= {server: answer["t"] for server, reported in answer["reported"].items() if not reported}
        return muted

    def fleet(self) -> Line:
        """The balancer's table, as a client without a token sees it."""
        with urllib.request.urlopen(self.url + "/v1/fleet", timeout=20) as answer:
            return json.load(answer)

    def refused_share(self, pool: str = POOL_8K) -> Callable[[], float]:
        """From now on: refused of all sessions asked for in this pool, by the balancer's counters; NaN while none came."""
        before = self.fleet()["pools"][pool]["sessions_total"]

        def share() -> float:
            now = self.fleet()["pools"][pool]["sessions_total"]
            refused, started = (now[name] - before[name] for name in ("refused", "started"))
            return refused / max(started, refused) if started or refused else float("nan")

        return share


@contextlib.contextmanager
def lab(**options: Any) -> Iterator[Lab]:
    """A lab of its own, on ports that the system chose."""
    with start_lab(LabOptions(**options), timeout_s=60.0) as process:
        yield Lab(process)


class Watching:
    """`dsr-console watch --json` as a child, its lines as they come, each with `arrived`, our wall clock at that moment."""

    def __init__(
        self, url: str, *flags: str, command: Sequence[str] = (COMMAND,), environ: dict[str, str] | None = None
    ) -> None:
        self.lines: list[Line] = []
        self.broken: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [*command, *planted("watch", "--url", url, "--json", *flags)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environ or {})},
        )
        self._readers = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def alarms(self, rule: str | None = None, state: str = "raised") -> list[Line]:
        """Alarm lines so far."""
        return [line for line in self.all("alarm") if line["state"] == state and (rule is None or line["rule"] == rule)]

    def servers(self, rule: str) -> set[str]:
        """Servers on which a rule was raised so far."""
        return {line["server"] for line in self.alarms(rule)}

    def all(self, kind: str) -> list[Line]:
        """Lines of one kind so far."""
        with self._news:
            return [line for line in self.lines if line["type"] == kind]

    def wait(self, true: Callable[[], bool], watchdog_s: float, what: str) -> None:
        """Blocks until it is true; looked at with every line."""
        deadline = time.monotonic() + watchdog_s
        while not true():
            with self._news:
                left = deadline - time.monotonic()
                assert left > 0, f"not within {watchdog_s} s: {what}. Newest lines: {self.lines[-3:]}"
                assert self.process.poll() is None, f"watch ended while waiting for {what}: {self.broken}"
                self._news.wait(min(left, 1.0))

    def frames(self, count: int, watchdog_s: float) -> None:
        """Blocks until so many more frames have come."""
        wanted = len(self.all("frame")) + count
        self.wait(lambda: len(self.all("frame")) >= wanted, watchdog_s, f"{count} frames")

    def end(self, number: int = signal.SIGTERM, watchdog_s: float = 10.0) -> int:
        """Signals it and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.result(watchdog_s)

    def result(self, watchdog_s: float) -> int:
        """Its exit code, once it has ended by itself."""
        code = self.process.wait(watchdog_s)
        for reader in self._readers:
            reader.join(watchdog_s)
        return code

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            LOOKOUT.text("output", text, "stdout of watch")
            line = json.loads(text, parse_constant=_no_constant)
            line["arrived"] = time.time()
            with self._news:
                self.lines.append(line)
                self._news.notify_all()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for text in self.process.stderr:
            LOOKOUT.text("output", text, "stderr of watch")
            with self._news:
                self.broken.append(text)


def _no_constant(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


def run(
    *arguments: str, watchdog_s: float = 90.0, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The real command, to its end."""
    done = subprocess.run(
        [COMMAND, *planted(*arguments)],
        capture_output=True,
        text=True,
        timeout=watchdog_s,
        check=False,
        env={**os.environ, **(environ or {})},
    )
    LOOKOUT.text("output", done.stdout + done.stderr, f"output of {arguments[0]}")
    return done


def planted(*arguments: str) -> tuple[str, ...]:
    """The same command with the canary secret as its token, where it would have none: a lab without tokens takes any."""
    bare = arguments[0] in {"watch", "detach", "attach", "check"} and "--url" in arguments
    return (*arguments, "--token-env", VARIABLE) if bare and "--token-env" not in arguments else arguments


@dataclass(frozen=True)
class Acted:
    """What one `detach` or `attach` came to."""

    code: int
    lines: list[Line]
    told: str

    @property
    def steps(self) -> list[str]:
        """The steps in order."""
        return [line["step"] for line in self.lines if line["type"] == "action"]

    def at(self, step: str) -> float:
        """The wall clock of a step."""
        return next(line["t"] for line in self.lines if line.get("step") == step)


def act(verb: str, server: str | Sequence[str], url: str, state: Path, *flags: str) -> Acted:
    """`detach` or `attach` with its journal under `state`."""
    servers = (server,) if isinstance(server, str) else tuple(server)
    done = run(
        verb, *servers, "--url", url, "--reason", "scenario", "--json", *flags, environ={"XDG_STATE_HOME": str(state)}
    )
    return Acted(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)
