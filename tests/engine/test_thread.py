"""The engine on its own thread: it starts, hands over, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator

import pytest

from console.domain.actions import Intent
from console.domain.frame import Frame
from console.engine import Engine, EngineThread
from console.engine.parts import EngineSettings
from tests.support.commands import detach
from tests.support.incident import VirtualFleet
from tests.support.waiting import eventually


class Feed:
    """A Frame whenever the loop turns, for ever."""

    def __init__(self) -> None:
        self.closed = False

    async def frames(self) -> AsyncIterator[Frame]:
        fleet = VirtualFleet(1, per_pool=2)
        while True:
            yield fleet.next()
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        self.closed = True


def test_it_runs_beside_a_blocked_window_and_stops_without_a_trace() -> None:
    feed, before = Feed(), threading.active_count()
    thread = EngineThread(lambda: Engine(feed))
    thread.start()
    first = eventually(lambda: thread.newest, "a first View")
    fifty = threading.Event()
    thread.engine.subscribe(lambda view: fifty.set() if view.history.last >= first.history.last + 50 else None)
    assert fifty.wait(60)  # the window's thread stands still here and takes nothing
    newest = thread.newest
    assert newest is not None and newest.history.last - newest.history.first == newest.frame.seq  # every tick is there
    answer = thread.submit(thread.engine.act(detach("dsrs-001", "why"))).result(30)
    assert isinstance(answer.intent, Intent) and answer.over
    thread.stop()
    assert feed.closed and not thread.alive and thread.failure is None
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="does not run"):
        thread.submit(thread.engine.act(detach("dsrs-001", "why")))
    thread.stop()


def test_what_the_factory_raises_comes_out_of_start() -> None:
    def factory() -> Engine:
        raise LookupError("no such balancer")

    with pytest.raises(LookupError, match="no such balancer"):
        EngineThread(factory).start()


def test_what_kills_the_engine_is_told() -> None:
    class Deadly(Feed):
        def frames(self) -> AsyncIterator[Frame]:
            raise KeyboardInterrupt

    heard: list[BaseException] = []
    thread = EngineThread(lambda: Engine(Deadly(), settings=EngineSettings(restart_s=0.0)), heard.append)
    thread.start()
    eventually(lambda: not thread.alive, "the end of the thread")
    assert isinstance(thread.failure, KeyboardInterrupt) and heard == [thread.failure]
    thread.stop()


def test_nothing_under_the_engine_loads_qt() -> None:
    """Imported all together in a fresh interpreter, as `watch` on a machine without a display does."""
    work = """
import importlib, pkgutil, sys
import console
rooms = "domain policy store detect decide decode net sources settings collect act record engine".split()
for room in rooms:
    package = importlib.import_module(f"console.{room}")
    for module in pkgutil.walk_packages(package.__path__, f"console.{room}."):
        if module.name.rpartition(".")[2] != "__main__":
            importlib.import_module(module.name)
bad = sorted(name for name in sys.modules if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync", "pyqtgraph"})
print(len([name for name in sys.modules if name.startswith("console.")]), bad)
"""
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=True)
    count, bad = done.stdout.split(maxsplit=1)
    assert int(count) > 40 and bad.strip() == "[]"
