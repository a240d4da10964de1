"""The front door before clients of other people's making, before a fuzzer, and what a session costs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.client import speak
from console.lab.frontdoor.limits import DoorLimits
from tests.accept.measuring import Case, Figures, NotMeasured, need
from tests.support.allclients import COMPLETED, KINDS, Crowd
from tests.support.doorfleet import tone
from tests.support.fieldclient import field_socket
from tests.support.fuzzer import fuzz
from tests.support.live import POOL_8K, Lab, lab
from tests.support.waiting import eventually

_SEED = 62
_AT_ONCE = 50
_TASKS_AT_REST = 3
"""The one that serves the supervisor's questions, and what has not been swept up yet."""
_GROWTH_MB = 4.0
"""After as many connections as are measured: 10,000 leaked objects of a connection would be tens of MB."""
_CPU_MS = 15.0
_PATIENT = DoorLimits(no_communication_s=60, open_timeout_s=5, pick_timeout_s=30, result_s=120)
"""A busy machine must not look like a silent client."""


def _door(fleet: Lab) -> tuple[int, psutil.Process]:
    """Port and process."""
    return int(fleet.process.front_door.rsplit(":", 1)[1]), psutil.Process(fleet.state()["front_door"]["pid"])


def _a_lab():
    return lab(
        pools=(("8k", 6), ("16k", 2)), rate=(0.0,), night=(0.0,), limit=60, capacity=1000.0, hosts=1,
        report_interval_s=0.05, door=_PATIENT,
    )  # fmt: skip


def _idle(fleet: Lab) -> bool:
    state = fleet.state()
    door = state["front_door"]
    idle = door["connections"] == 0 and door["tasks"] <= _TASKS_AT_REST
    return idle and not any(server["connections"] for server in state["servers"])


def fuzzer(quick: bool) -> Figures:
    """Random bytes, half frames, changed conversations; half of the connections are reset."""
    count = 1_000 if quick else 10_000
    with _a_lab() as fleet:
        port, process = _door(fleet)
        url = f"ws://127.0.0.1:{port}/v1/"
        audio = tone(1, 16_000)  # another pool than the fuzzer's, which may well fill its own

        asyncio.run(fuzz(port, count, _SEED + 1))
        eventually(lambda: _idle(fleet), "the warm-up to be over", 60)
        files, memory = process.num_fds(), process.memory_info().rss
        began = time.monotonic()
        outcomes: Counter[str] = Counter()
        slowest_s = 0.0
        with ThreadPoolExecutor(1) as pool:
            fuzzing = pool.submit(lambda: asyncio.run(fuzz(port, count, _SEED)))
            while not fuzzing.done():  # a loop of their own: what is measured is the door's patience, not the fuzzer's
                spoken = asyncio.run(speak(url, audio, "LSB16K", pace=None, timeout_s=60))
                outcomes[spoken.error or spoken.outcome] += 1
                slowest_s = max(slowest_s, spoken.talked_s)
            fuzzing.result()
        took_s = time.monotonic() - began
        eventually(lambda: _idle(fleet), "all connections and tasks to be gone", 60)
        grown_mb = (process.memory_info().rss - memory) / 2**20
        left = process.num_fds() - files
        door = fleet.state()["front_door"]
        after = asyncio.run(speak(url, audio, "LSB16K", pace=None))
    good = set(outcomes) == {"completed"} and after.outcome == "completed" and left <= 0 and door["held_bytes"] == 0
    return {
        "pass": good and grown_mb <= _GROWTH_MB,
        "limits": {"files_left": 0, "tasks_left": 0, "growth_mb": _GROWTH_MB, "others_failed": 0},
        "connections": count,
        "per_s": round(count / took_s),
        "others": dict(outcomes),
        "others_slowest_s": round(slowest_s, 2),
        "files_left": left,
        "growth_mb": round(grown_mb, 2),
        "seed": _SEED,
    }


def clients(quick: bool) -> Figures:
    """websocket-client, curl, our client, and one that breaks the RFC in each of its ways: fifty at once, several rounds."""
    rounds = 1 if quick else 10
    told: Counter[str] = Counter()
    with _a_lab() as fleet:
        port, _ = _door(fleet)
        for _ in range(rounds):
            crowd = Crowd(port, tone(2), _AT_ONCE)
            told.update(f"{interface}: {text}" for interface, texts in crowd.told().items() for text in texts)
        eventually(lambda: _idle(fleet), "all sessions to have ended", 60)
        totals = {name: line["sessions_total"] for name, line in fleet.fleet()["interfaces"].items()}
    expected = {f"{interface}: {COMPLETED}": rounds for interface in ("websocket", "http")}
    counted = {interface: totals[interface]["completed"] for interface in crowd.interfaces}
    return {
        "pass": told == expected
        and counted == {interface: count * rounds for interface, count in crowd.interfaces.items()},
        "limits": {"not_completed": 0},
        "kinds": list(KINDS),
        "at_once": _AT_ONCE,
        "rounds": rounds,
        "told": dict(told),
        "balancer_counts_completed": counted,
    }


def errors(quick: bool) -> Figures:
    """Each `s` error, and a session cut midway, from real faults of real servers, fifty clients of all kinds at once."""
    told: dict[str, dict[str, list[str]]] = {}

    def gather(name: str, crowd: Crowd) -> None:
        told[name] = {interface: sorted(texts) for interface, texts in crowd.told().items()}

    with _a_lab() as fleet:
        port, _ = _door(fleet)
        servers = [server["id"] for server in fleet.state()["servers"] if server["pool"] == POOL_8K]
        for kind in ("refuse", "freeze"):
            fleet.fault(kind, servers)
            gather(kind, Crowd(port, tone(2), _AT_ONCE))
            fleet.fault(kind, servers, on=False)
            eventually(lambda: _idle(fleet), "what was frozen to have thawed", 60)
        fleet.fault("slow", servers, factor=1e6)
        crowd = Crowd(port, tone(2), _AT_ONCE)
        # Servers this slow answer no handshake once they are busy: those clients are refused, the others are in the middle.
        eventually(
            lambda: fleet.state()["front_door"]["connections"] == fleet.state()["front_door"]["sessions"] > 0,
            "all to be settled",
            60,
        )
        fleet.fault("kill", servers)
        gather("kill", crowd)
    with lab(pools=(("8k", 1),), rate=(0.0,), night=(0.0,), limit=1, hosts=1, report_interval_s=0.05) as fleet:
        port, _ = _door(fleet)
        with field_socket(port) as held:
            held.send(b"s LSB8K -a-general authorization=lab")
            assert held.receive() == "s"
            eventually(lambda: fleet.fleet()["servers"][0]["believed_connections"] == 1, "the report", 30)
            gather("limit", Crowd(port, tone(2), _AT_ONCE))
    refused = ["! failed to connect to recognizer server"]
    expected = {
        "refuse": {"websocket": [CANNOT_CONNECT_TO_SERVER], "http": refused},
        "freeze": {"websocket": [CANNOT_CONNECT], "http": refused},
        "limit": {"websocket": [MAXIMUM_CLIENTS], "http": refused},
        "kill": {
            "websocket": ["p can't feed audio data to recognizer server"],
            "http": ["< failed to receive recognition result from recognizer server"],
        },
    }
    starved = {"websocket": {CANNOT_CONNECT}, "http": set(refused)}
    cut = {name: sorted(set(texts) - starved[name]) for name, texts in told["kill"].items()}
    return {
        "pass": {**told, "kill": cut} == expected,
        "limits": expected,
        "at_once": _AT_ONCE,
        "told": told,
    }


_SCRIPT = """
import { AmiVoiceRealtimeClient } from "amivoice-realtime";
import WebSocket from "ws";
const [url, token] = process.argv.slice(2);
const finals = [], errors = [];
let open;
const opened = new Promise((resolve) => (open = resolve));
const client = new AmiVoiceRealtimeClient({
  url, token, codec: "MSB16K", reconnect: false, finishTimeoutMs: 30000, webSocket: (address) => new WebSocket(address),
  onOpen: () => open(), onFinal: (text) => finals.push(text),
  onError: (error) => { errors.push(String(error.message)); open(); },
});
await client.start();
await opened;
if (!errors.length) {
  const rate = 16000, samples = new Float32Array(rate * 2);
  for (let n = 0; n < samples.length; n++) samples[n] = Math.floor(n / (rate / 2)) % 2 ? 0 : 0.25 * Math.sin((2764 * n) / rate);
  client.write(samples, rate);
  await client.finish();
}
console.log(JSON.stringify({ finals, errors }));
process.exit(0);
"""


def npm(quick: bool) -> Figures:
    """The npm client, as its package comes from the registry: a session, and what it makes of a wrong key."""
    node, npm_ = need("node"), need("npm")
    with tempfile.TemporaryDirectory(prefix="dsr-npm-") as folder, _a_lab() as fleet:
        Path(folder, "package.json").write_text('{"type": "module", "private": true}')
        Path(folder, "run.js").write_text(_SCRIPT)
        command = [npm_, "install", "--no-audit", "--no-fund", "--ignore-scripts", "amivoice-realtime", "ws"]
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if installed.returncode != 0:
            raise NotMeasured(f"npm could not install amivoice-realtime: {installed.stderr.strip()[-200:]}")
        version = json.loads(Path(folder, "node_modules/amivoice-realtime/package.json").read_text())["version"]
        url = f"ws://127.0.0.1:{_door(fleet)[0]}/v1/"

        def run(key: str) -> dict[str, list[str]]:
            done = subprocess.run(
                [node, "run.js", url, key], cwd=folder, capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        good, wrong = run("lab"), run("nobody's")
        sessions = fleet.fleet()["interfaces"]["websocket"]["sessions_total"]
    told = wrong["errors"]
    return {
        "pass": len(good["finals"]) == 2 and not good["errors"] and bool(told) and sessions["completed"] == 1,
        "limits": {"finals": 2, "errors": 0},
        "version": version,
        "finals": len(good["finals"]),
        "errors": good["errors"],
        "wrong_key": told,
    }


def cost(quick: bool) -> Figures:
    """What sessions of 12 s cost the door's process, by interface, and how many connects it takes a second."""
    count = 50 if quick else 400
    audio = tone(12)
    with _a_lab() as fleet:
        port, process = _door(fleet)
        urls = {"websocket": f"ws://127.0.0.1:{port}/v1/", "http": f"http://127.0.0.1:{port}/v1/recognize"}
        figures: Figures = {}

        async def sessions(url: str) -> Counter[str]:
            gate = asyncio.Semaphore(20)

            async def one() -> str:
                async with gate:
                    spoken = await speak(url, audio, "LSB8K", pace=None, packet_bytes=8_000, patient=False)
                    return spoken.outcome

            return Counter(await asyncio.gather(*(one() for _ in range(count))))

        asyncio.run(sessions(urls["websocket"]))  # not the first use of anything
        for name, url in urls.items():
            before, ours = sum(process.cpu_times()[:2]), time.process_time()
            began = time.monotonic()
            outcomes = asyncio.run(sessions(url))
            took_s = time.monotonic() - began
            figures[name] = {
                "outcomes": dict(outcomes),
                "door_cpu_ms": round((sum(process.cpu_times()[:2]) - before) / count * 1000, 2),
                "client_cpu_ms": round((time.process_time() - ours) / count * 1000, 2),
                "sessions_per_s": round(count / took_s, 1),
            }
        connects = 500 if quick else 5_000

        async def knock() -> None:
            gate = asyncio.Semaphore(50)

            async def one() -> None:
                async with gate:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(
                        b"GET /v1/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n\r\n"
                    )
                    await reader.readuntil(b"\r\n\r\n")
                    writer.transport.abort()

            await asyncio.gather(*(one() for _ in range(connects)))

        began = time.monotonic()
        asyncio.run(knock())
        figures["connects_per_s"] = round(connects / (time.monotonic() - began))
        figures["rss_mb"] = round(process.memory_info().rss / 2**20, 1)
    good = all(figures[name]["outcomes"] == {"completed": count} for name in urls)
    return {
        "pass": good and all(figures[name]["door_cpu_ms"] <= _CPU_MS for name in urls),
        "limits": {"door_cpu_ms": _CPU_MS},
        "pool": POOL_8K,
        "sessions": count,
        **figures,
    }


CASES = (
    Case("door-clients", "strict and RFC-violating clients, fifty at once, all complete", clients, 60),
    Case(
        "door-errors",
        "each s error and a cut midway from its real cause, fifty clients of all kinds at once",
        errors,
        60,
    ),
    Case("door-npm", "npm amivoice-realtime completes a session and is told of a wrong key", npm, 60),
    Case("fault-f62", "10,000 connects of rubbish and drops: no leak, others unaffected", fuzzer, 60),
    Case("door-cost", "a session of 12 s costs the door 15 ms of CPU at most", cost, 60),
)
