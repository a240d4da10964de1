"""`watch` without a network: pages, beats, and ends when nobody reads. Its parts alone."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.texts import ERROR_TEXTS
from console.engine.exits import Exit
from console.engine.loop import Engine
from console.engine.output import LineWriter
from console.engine.paging import Pager
from console.engine.watch import WatchOptions, watch
from tests.support.builders import FrameMaker, Server
from tests.support.fleetfeed import ListFeed
from tests.support.waiting import eventually

SAVE = "import sys,pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read())"


def fallen_silent() -> ListFeed:
    maker = FrameMaker()
    ages = [0.1, 0.1, 5.0, 6.0]
    return ListFeed([maker.make([Server("dsrs-001", age=age), Server("dsrs-002"), Server("dsrs-003")]) for age in ages])


def watched(feed: ListFeed, options: WatchOptions) -> tuple[Exit, list[str]]:
    remarks: list[str] = []

    async def work() -> Exit:
        return await watch(Engine(feed), options, remarks.append)

    return asyncio.run(work()), remarks


def test_alarms_are_written_paged_and_beaten(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    pages, heart = tmp_path / "pages", tmp_path / "heart"
    options = WatchOptions(json=True, on_alarm=(sys.executable, "-c", SAVE, str(pages)), heartbeat=heart)
    code, remarks = watched(fallen_silent(), options)
    assert (code, remarks) == (Exit.OK, [])
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["type"] for line in lines] == ["frame", "frame", "frame", "alarm", "frame"]
    alarm = lines[3]
    assert (alarm["rule"], alarm["server"], alarm["state"]) == ("silent", "dsrs-001", "raised")
    assert set(lines[1]["errors"]) == set(ERROR_TEXTS)
    assert json.loads(pages.read_text()) == alarm
    assert heart.exists()


def test_a_heartbeat_that_cannot_be_written_is_told_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    code, remarks = watched(fallen_silent(), WatchOptions(heartbeat=tmp_path / "no" / "heart"))
    assert code is Exit.OK
    assert len(remarks) == 1
    assert "--heartbeat" in remarks[0]
    assert len(capfd.readouterr().out.splitlines()) == 5


def test_never_reached_is_6(capfd: pytest.CaptureFixture[str]):
    maker = FrameMaker()
    code, remarks = watched(ListFeed([maker.make([], balancer=False)]), WatchOptions())
    assert code is Exit.UNREACHED
    assert "no whole answer within 1 s" in remarks[0]
    assert "0 servers" in capfd.readouterr().out


def pages(command: list[str], count: int = 1, timeout_s: float = 30.0, grace_s: float = 20.0) -> list[str]:
    remarks: list[str] = []

    async def work() -> None:
        pager = Pager(command, remarks.append, timeout_s=timeout_s)
        for number in range(count):
            pager.page(f'{{"n": {number}}}')
        await pager.close(grace_s)

    asyncio.run(work())
    return remarks


def test_a_pager_that_fails_is_told():
    assert pages([sys.executable, "-c", "raise SystemExit(7)"]) == [f"--on-alarm: {sys.executable} ended with code 7."]
    assert "could not be started" in pages(["/no/such/pager"])[0]


def test_a_pager_that_hangs_is_killed():
    hang = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    assert "took more than 0.2 s and was killed" in pages(hang, timeout_s=0.2)[0]
    assert pages(hang, grace_s=0.05) == []


def test_a_storm_of_alarms_is_bounded():
    told = pages(["/no/such/pager"], count=250)
    assert sum("was not sent" in remark for remark in told) == 50
    assert sum("could not be started" in remark for remark in told) == 200


@pytest.fixture
def pipe() -> tuple[int, int]:
    return os.pipe()


def fill(writer: LineWriter, lines: int) -> None:
    for number in range(lines):
        writer.write(f"{number:0100d}")


def test_a_reader_that_stalls_costs_lines_but_no_time(pipe: tuple[int, int]):
    read, write = pipe
    writer = LineWriter(write, lambda: None)
    fill(writer, 30_000)  # returns although nobody reads
    assert writer.dropped > 0
    with os.fdopen(read) as reader:
        first = threading.Thread(target=lambda: [reader.readline() for _ in range(10_000)])
        first.start()
        first.join(30)
        assert not first.is_alive()
        drain = threading.Thread(target=reader.read, daemon=True)
        drain.start()
        writer.close()
        os.close(write)
        drain.join(30)


def test_a_reader_that_left_is_noticed(pipe: tuple[int, int]):
    read, write = pipe
    gone: list[bool] = []
    note: Callable[[], object] = lambda: gone.append(True)  # noqa: E731  a def would say no more
    writer = LineWriter(write, note)
    os.close(read)
    writer.write("x")
    eventually(lambda: gone, "the broken pipe")
    writer.close()
    os.close(write)
