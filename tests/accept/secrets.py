"""Figures of trust and secrets: what reaches a server that must not be trusted, how often it is tried, what a refused token costs,
where a canary secret shows up, and what a keyring that hangs does to the window.

`python -m tests.accept.secrets keyring` is the fresh process of the last one.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from console.domain.errors import Busy, Denied, SourceError, Untrusted
from console.net import ControlClient, Endpoint, Trust
from console.sources.dsr import DsrSource
from tests.accept.measuring import Case, Figures
from tests.support.authority import Authority, serving
from tests.support.faultserver import FaultServer, asked
from tests.support.payloads import fleet, http
from tests.support.tlsserver import TlsServer

_TOKEN = "accept-token-not-to-be-seen"
_ROOT = Path(__file__).parents[2]
_VERSIONS = {"TLS 1.2": ssl.TLSVersion.TLSv1_2, "TLS 1.3": ssl.TLSVersion.TLSv1_3}
_QUICK = ("tests/settings", "tests/act")
_OUTCOME = re.compile(r"^(?:FAILED|ERROR) (.+?)(?:@[\w.-]+)?(?: - .*)?$", re.MULTILINE)
"""A test's name, without the group that it ran in."""
_WATCHDOG_S = 900
"""Of one test: a busy machine is no leak."""


async def _met(url: str, trust: Trust) -> list[str]:
    """What a poll and a detach meet there, each with an endpoint of its own."""
    source = DsrSource(Endpoint(url, _TOKEN, trust), deadline_s=20.0)
    client = ControlClient(Endpoint(url, _TOKEN, trust), deadline_s=20.0)
    said: list[str] = []
    for call in (source.fleet, lambda: client.post("/v1/servers/a/detach", b"{}", {})):
        try:
            await call()
            said.append("an answer")
        except Untrusted as error:
            said.append(str(error).replace(url.removeprefix("https://"), "H"))
        except SourceError as error:
            said.append(f"{type(error).__name__}: {error}")
    await source.close()
    await client.close()
    return said


def _f13(quick: bool) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        good, stranger = Authority(Path(folder)), Authority(Path(folder), "a stranger")
        makers: dict[str, Callable[[], Any]] = {
            "expired": lambda: good.issue(to_days=-1),
            "wrong name": lambda: good.issue("dsrm.example"),
            "self-signed": good.self_signed,
            "unknown authority": stranger.issue,
            "wrong pin": good.issue,
        }
        sentences: dict[str, set[str]] = {name: set() for name in makers}
        bytes_read = tries = 0
        for _ in range(2 if quick else 20):
            for name, make in makers.items():
                for version in _VERSIONS.values():
                    pins = (good.issue().pin,) if name == "wrong pin" else ()
                    with TlsServer(serving(make(), newest=version), fleet([])) as server:
                        met = asyncio.run(_met(server.url(), Trust(str(good.file), pins)))
                    sentences[name] |= {one.split(", its own is", maxsplit=1)[0] for one in met}
                    bytes_read += len(server.received)
                    tries += server.connections
        with TlsServer(serving(good.issue()), fleet([])) as server:
            control = asyncio.run(_met(server.url(), Trust(str(good.file))))
            seen = _TOKEN.encode() in server.received
    one_each = all(len(said) == 1 for said in sentences.values())
    own = len(set().union(*sentences.values())) == len(makers)
    return {
        "pass": bytes_read == 0 and one_each and own and seen and control == ["an answer"] * 2,
        "limits": {"bytes_at_the_server": 0, "sentences_per_cause": 1},
        "connections": tries,
        "bytes_at_the_server": bytes_read,
        "sentences": {name: sorted(said) for name, said in sentences.items()},
        "a_good_certificate_is_answered_and_sees_the_token": seen,
    }


async def _storm(server: TlsServer, trust: Trust, seconds: int) -> set[str]:
    """Every second a poll and two control calls, on a clock that is moved."""
    endpoint = Endpoint(server.url(), _TOKEN, trust)
    source, client = DsrSource(endpoint, deadline_s=20.0), ControlClient(endpoint, deadline_s=20.0)
    loop = asyncio.get_running_loop()
    clock, moved_s = loop.time, 0.0
    loop.time = lambda: clock() + moved_s  # type: ignore[method-assign]
    said: set[str] = set()
    for second in range(seconds):
        moved_s = float(second)
        for call in (source.fleet, client.whoami, client.whoami):
            try:
                await call()
            except Untrusted as error:
                said.add(str(error).replace(endpoint.parts.authority, "H"))
    await source.close()
    await client.close()
    return said


def _f14(quick: bool) -> Figures:
    seconds = 120 if quick else 600
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        good, stranger = Authority(Path(folder)), Authority(Path(folder), "a stranger")
        ours = {
            "absent": None,
            "expired": good.issue("console", to_days=-1, client=True),
            "of a stranger": stranger.issue("console", client=True),
        }
        for name, issued in ours.items():
            for word, version in _VERSIONS.items():
                trust = Trust(str(good.file), (), None if issued is None else str(issued.pem))
                with TlsServer(serving(good.issue(), clients=good.file, newest=version), fleet([])) as server:
                    said = asyncio.run(_storm(server, trust, seconds))
                found[f"{name}, {word}"] = {
                    "tries": server.connections,
                    "bytes_at_the_server": len(server.received),
                    "said": sorted(said),
                }
    most = seconds // 30
    return {
        "pass": all(
            one["tries"] <= most and one["bytes_at_the_server"] == 0 and len(one["said"]) == 1 for one in found.values()
        ),
        "limits": {"tries": most, "bytes_at_the_server": 0},
        "seconds": seconds,
        "calls_each": 3 * seconds,
        **found,
    }


class _Said(logging.Handler):
    """Warnings of the console."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def _asked(line: str, *headers: str, seconds: int) -> tuple[list[tuple[float, bytes]], int]:
    """What a server that answers so was sent, and when, on a clock that is moved by a second at a time."""
    sent: list[tuple[float, bytes]] = []
    loop = asyncio.get_running_loop()
    clock, moved_s = loop.time, 0.0
    loop.time = lambda: clock() + moved_s  # type: ignore[method-assign]

    def reply(request: bytes) -> bytes:
        sent.append((moved_s, request))
        return http(b"", line, *headers)

    refusals = 0
    async with FaultServer(asked(reply)) as server:
        endpoint = Endpoint(server.url(), _TOKEN)
        source, client = DsrSource(endpoint, deadline_s=20.0), ControlClient(endpoint, deadline_s=20.0)
        for second in range(seconds):
            moved_s = float(second)
            for call in (source.fleet, client.whoami, client.whoami):
                try:
                    await call()
                except (Denied, Busy):
                    refusals += 1
        await source.close()
        await client.close()
    return sent, refusals


def _f15(quick: bool) -> Figures:
    seconds = 60 if quick else 300
    said = _Said()
    logging.getLogger("dsr.net").addHandler(said)
    denied, _ = asyncio.run(_asked("401 Unauthorized", seconds=seconds))
    logging.getLogger("dsr.net").removeHandler(said)
    with_token = sum(_TOKEN.encode() in request for _, request in denied)
    inside: dict[str, int] = {}
    for line in ("429 Too Many Requests", "503 Service Unavailable"):
        sent, _ = asyncio.run(_asked(line, "Retry-After: 20", seconds=seconds))
        inside[line] = sum(later - earlier < 20 for (earlier, _), (later, _) in itertools.pairwise(sent))
        inside[f"{line}, requests in all"] = len(sent)
    return {
        "pass": with_token == 1
        and len(said.lines) == 1
        and not inside["429 Too Many Requests"] + inside["503 Service Unavailable"],
        "limits": {"times_said": 1, "times_the_token_is_sent": 1, "requests_inside_of_retry_after": 0},
        "seconds": seconds,
        "times_said": len(said.lines),
        "times_the_token_is_sent": with_token,
        "requests_inside_of_retry_after": inside,
    }


def _session(folder: Path, chosen: Sequence[str], workers: int) -> Figures:
    """The suite's own device in one run: what it looked at and found, in all workers, and which tests failed."""
    folder.mkdir()
    command = [
        sys.executable, "-m", "pytest", "-q", "-rfE", "-n", str(workers), "--dist", "loadgroup", f"--timeout={_WATCHDOG_S}",
        "-m", "not bench and not accept", *chosen,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=_ROOT, capture_output=True, text=True, timeout=7200, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "DSR_CANARY_REPORT": str(folder)},
    )  # fmt: skip
    told = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    looked: Counter[str] = Counter()
    for one in told:
        looked.update(one["looked"])
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
    return {
        "green": done.returncode == 0,
        "hits": [hit for one in told for hit in one["found"]] if told else ["no report"],
        "places_looked_at": dict(sorted(looked.items())),
        "failed": sorted(set(_OUTCOME.findall(done.stdout))),
        "pytest": last.split(" in ")[0],
    }


def _f51(quick: bool) -> Figures:
    """The whole suite. What failed in it, as by a watchdog on a busy machine, runs once more alone: a leak would show there, too."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [_session(Path(folder, "all"), _QUICK if quick else ("tests",), 2)]
        if runs[0]["failed"]:
            runs.append(_session(Path(folder, "again"), runs[0]["failed"], 0))
    hits = [hit for run in runs for hit in run["hits"]]
    return {
        "pass": not hits and runs[-1]["green"],
        "limits": {"hits": 0},
        "hits": len(hits),
        "places_looked_at": runs[0]["places_looked_at"],
        "runs": [{"pytest": run["pytest"], "failed": run["failed"]} for run in runs],
    }


def _f52(quick: bool) -> Figures:
    command = [sys.executable, "-m", "tests.accept.secrets", "keyring"]
    done = subprocess.run(
        command, cwd=_ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    if done.returncode != 0:
        return {"pass": False, "why": done.stderr[-2000:]}
    return json.loads(done.stdout)


def _keyring() -> Figures:
    """A window's event loop with a timer of 10 ms, while the engine asks a keyring that hangs for its token."""
    import keyring as library
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from console.engine import EngineThread
    from console.engine.assemble import SECTIONS, assemble
    from console.settings import load
    from tests.support.keyrings import Hanging
    from widgets.connect import ConnectPage

    app = QApplication([])
    page = ConnectPage()
    page.show()
    backend = Hanging()
    library.set_keyring(backend)
    settings = load(None, SECTIONS, {"balancer": {"url": "http://127.0.0.1:9", "token_keyring": True}})
    late: dict[str, list[float]] = {"idle": [], "asking": []}
    phase, last_s = "idle", time.perf_counter()
    ended: list[tuple[float, str]] = []

    def tick() -> None:
        nonlocal last_s
        now_s = time.perf_counter()
        late[phase].append(now_s - last_s - 0.01)
        last_s = now_s

    def ask() -> None:
        began = time.perf_counter()
        try:
            EngineThread(lambda: assemble(settings)).start()
        except Exception as error:  # noqa: BLE001  its words are what is measured
            ended.append((time.perf_counter() - began, str(error)))

    def begin() -> None:
        nonlocal phase
        phase = "asking"
        threading.Thread(target=ask, daemon=True).start()

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(10)
    QTimer.singleShot(2000, begin)
    watch = QTimer()
    watch.timeout.connect(lambda: app.quit() if ended else None)
    watch.start(50)
    QTimer.singleShot(30000, app.quit)
    app.exec()
    backend.released.set()
    gave_up_s, words = ended[0] if ended else (float("inf"), "never")
    stall_s = max(late["asking"])
    return {
        "pass": stall_s <= 0.05 and gave_up_s <= 2.5 and "did not answer within 2 s" in words,
        "limits": {"stall_s": 0.05, "gave_up_s": 2.5},
        "stall_s": round(stall_s, 4),
        "stall_idle_s": round(max(late["idle"]), 4),
        "gave_up_s": round(gave_up_s, 3),
        "said": words,
        "asked": backend.asked,
    }


CASES = (
    Case("fault-f13", "no byte reaches a server that is not trusted; each cause has its sentence", _f13, 20),
    Case("fault-f14", "a server that refuses our certificate is tried once in 30 s at most", _f14, 20),
    Case("fault-f15", "a refused token is sent once and said once; no request within Retry-After", _f15, 10),
    Case("fault-f51", "a canary secret shows up nowhere in the whole suite", _f51, 900),
    Case("fault-f52", "a keyring that hangs is given up after 2 s and stalls no window", _f52, 10),
)


if __name__ == "__main__":
    print(json.dumps(_keyring()))
    sys.stdout.flush()
    os._exit(0)  # the hanging thread is not waited for
