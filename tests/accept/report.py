"""The report of the incident: recorded at 1:1 in virtual time and live at speed 120, its windows held against what clients really met."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from console.domain.history import Track
from console.domain.texts import ERROR_TEXTS
from console.engine.assemble import SECTIONS
from console.engine.blackbox import BlackBox
from console.engine.counterfactual import identical, recorded_settings, run_through
from console.engine.exporting import export
from console.engine.loop import Engine
from console.engine.reporting import facts_of
from console.lab.drill import live, virtual
from console.lab.drill.actors import actor
from console.lab.drill.scoreboard import score
from console.lab.story import Scenario, TimeLapse, builtin
from console.lab.story.loader import read
from console.record.reader import OpenSnapshot
from console.record.recorder import About, Recorder, Recording, Stretch
from console.report import Facts, draft
from console.report.pages import Pages
from console.settings import load
from tests.accept.measuring import Case, Figures
from tests.support.reported import JST, unsupported

NAME, SEED, SPEED = "incident-2025-01-21", 1, 120.0
PERCENT = "4.7%"
MINUTE_S, POLLS = 60.0, 3
AT_THE_NOTE = (
    ('load = { "8k" = 8, "16k" = 4 }\nover_s = 10', 'load = { "8k" = 0.5, "16k" = 1 }\nover_s = 10'),
    ('title = "First peak: clients are refused"', 'load = { "8k" = 8, "16k" = 4 }\nover_s = 1\ntitle = "First peak"'),
    ('load = { "8k" = 4, "16k" = 2 }\nover_s = 15', 'load = { "8k" = 0.5, "16k" = 1 }\nover_s = 15'),
)
"""At 60:1 the load must rise before the peak, for the silent servers to be full in time; at 1:1 it rises on the note's own minutes."""


@dataclass(frozen=True)
class Truth:
    """Windows in which clients lost sessions, and when the first server fell silent, on the wall clock."""

    windows: Sequence[tuple[float, float]]
    silent_s: float
    muted: frozenset[str]
    virtual: bool
    """The simulation has one cause for each text as well, but not every run meets all of them."""


class _Recorded(virtual._Drill):
    def __init__(self, scenario: Scenario, path: Path) -> None:
        super().__init__(scenario, actor("none"), SEED, 1.0)
        sick = dataclasses.asdict(virtual._SETTINGS.detect.sick)  # what is recorded must be what was in force
        about = About("accept", NAME, load(None, SECTIONS, {"alarms.sick": sick}).plain())
        self.recorder = Recorder(path, about=about)
        clock = virtual._Clock(self._sim)
        box = BlackBox(self.recorder, self._sim.plan.poll_s, clock)
        self._engine = Engine(self, clock=clock, settings=virtual._SETTINGS, box=box)
        self.zero_s = self._sim.wall_s - self._sim.now

    async def frames(self):
        async for frame in super().frames():
            while self.recorder.backlog > 60:  # noqa: ASYNC110  the recorder is a thread: it has no event for us
                await asyncio.sleep(0.002)
            yield frame


def _virtual(scenario: Scenario, path: Path) -> Truth:
    drill = _Recorded(scenario, path)
    run = asyncio.run(drill.run())
    drill.recorder.close(600.0)
    return _truth(run, drill.zero_s)


def _truth(run: Any, zero_s: float) -> Truth:
    board = score(run)
    last = run.samples[-1].at_s
    windows = [(zero_s + one.start_s, zero_s + (last if one.end_s is None else one.end_s)) for one in board.windows]
    faults = [event for event in run.events if event.what == "fault"]
    muted = frozenset(event.server for event in faults if event.words == "mute" and event.server is not None)
    return Truth(windows, zero_s + min(event.at_s for event in faults), muted, run.way == "sim")


def _united(windows: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans of loss less than a minute apart are one: no report tells times more closely than that."""
    one: list[tuple[float, float]] = []
    for begin, end in windows:
        if one and begin - one[-1][1] <= MINUTE_S:
            one[-1] = one[-1][0], end
        else:
            one.append((begin, end))
    return one


@contextlib.contextmanager
def _watched(folder: Path, zero: list[float], *arguments: Any, **named: Any) -> Iterator[Any]:
    """A lab, and a `watch --record` on it: the recorder as the product runs it."""
    from console.lab.process import start_lab

    with start_lab(*arguments, **named) as lab:
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; from console.cli import main; sys.exit(main(sys.argv[1:]))",
             "watch", "--record", "--url", lab.dsrm_url],
            env={**os.environ, "XDG_STATE_HOME": str(folder)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        zero.append(asyncio.run(_zero(lab.lab_url)))
        try:
            yield lab
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(60)


async def _zero(url: str) -> float:
    """Our wall clock at the start of the scenario."""
    client = live._client(url)
    try:
        return time.time() - (await live._ask(client, "/lab/guide"))["elapsed_s"]
    finally:
        client.close()


def _live(folder: Path) -> tuple[Truth, Path]:
    zero: list[float] = []
    kept = live.start_lab
    live.start_lab = lambda *given, **named: _watched(folder, zero, *given, **named)  # type: ignore[assignment]
    try:
        run = live.run(builtin(NAME), actor("none"), SEED, SPEED)
    finally:
        live.start_lab = kept
    (found,) = (folder / "dsr-console" / "recorder").glob("*.dsrrec")
    return _truth(run, zero[0]), found


def _judged(source: Path, truth: Truth, most_s: float, folder: Path) -> tuple[dict[str, bool], Figures]:
    with Recording(source) as recording:
        stretch = recording.stretch()
        facts = facts_of(stretch)
        out, carries = asyncio.run(export(stretch, folder / "a.dsrsnap", product="accept", versions={}))
    with OpenSnapshot(out) as snapshot:
        snapshot.verify()
        inside = snapshot.stretch()
        assert inside is not None
        found, _ = asyncio.run(run_through(inside, recorded_settings(inside), from_state=True))
        assert found.last is not None
        same_maps = _sums(snapshot, found.last)
        same_alarms = identical(inside, found)
        again = facts_of(inside)
        verdicts, figures = _report(facts, again, inside, truth, most_s)
    verdicts |= {"identical_maps": same_maps, "identical_alarms": same_alarms}
    return verdicts, {**figures, "polls": facts.polls, "snapshot_bytes": out.stat().st_size, "carries": carries}


def _sums(snapshot: OpenSnapshot, view: Any) -> bool:
    """Whether the replay's arrays have the checksums of those that were written."""
    ticks = snapshot.manifest["window"]["ticks"]
    slots = [row["slot"] for row in snapshot.json("frames/rows.json")]
    last = view.history.last
    for track in (Track.TRUTH, Track.BELIEVED, Track.ROUTED, Track.GAP):
        kept = snapshot.array(f"frames/{track.value}.npy")
        now = view.history.track(track, max(view.history.first, last - ticks), last, slots)
        width = min(kept.shape[1], now.shape[1])
        if _sum(kept[:, -width:]) != _sum(now[:, -width:]):
            return False
    return True


def _sum(array: Any) -> str:
    import numpy as np

    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _report(
    facts: Facts, again: Facts, stretch: Stretch, truth: Truth, most_s: float
) -> tuple[dict[str, bool], Figures]:
    found = [(one.start_wall_s, one.end_wall_s) for one in facts.windows]
    real = _united(truth.windows)
    pairs = list(zip(found, real, strict=False))
    off = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairs]
    texts: dict[str, str] = {}
    unsound: list[str] = []
    repeat = True
    for language in ("en", "ja"):
        document = draft(facts, language, JST)
        texts[language] = Pages(document, JST).markdown()
        unsound += unsupported(document, stretch)
        repeat = repeat and texts[language] == Pages(draft(again, language, JST), JST).markdown()
    span = facts.span
    bare = [text.replace("\\", "") for text in texts.values()]
    verdicts = {
        "as_many_windows": len(found) == len(real),
        "windows": bool(off) and max(off) <= most_s,
        "percent": all(PERCENT in text for text in texts.values()),
        "verbatim": all(one.text in plain for one in facts.errors for plain in bare)
        and set(ERROR_TEXTS) <= {one.text for one in facts.errors} | ({*ERROR_TEXTS[:2]} if truth.virtual else set()),
        "no_sentence_without_evidence": not unsound,
        "drafted_again_the_same": repeat,
        "begins_with_the_silence": span is not None and abs(span[0] - truth.silent_s) <= most_s,
    }
    overload = facts.overload
    named = set() if overload is None else {*overload.servers, *(server for server, _ in overload.nearest)}
    verdicts["names_silent_ones_only"] = bool(named) and named <= truth.muted
    return verdicts, {
        "windows": found,
        "truth": real,
        "named": sorted(named),
        "spans_of_loss": len(truth.windows),
        "off_s": [round(one, 2) for one in off],
        "limit_s": most_s,
        "overloaded": None if overload is None else [len(overload.servers), overload.n, round(overload.percent, 1)],
        "sla_percent": facts.sla,
        "success_percent": None if facts.fleet is None else round(100 * facts.fleet.success, 3),
        "deaths": [[one.server, one.of_memory, one.successor] for one in facts.deaths],
        "sentences": sum(len(section.lines) for section in draft(facts, "en", JST).sections),
        "unsupported": unsound[:5],
        "first_lines": {language: text.splitlines()[:12] for language, text in texts.items()},
    }


def at_the_note_s_clock(quick: bool) -> Figures:
    """1:1, the load on the note's own minutes: 09:12 to 11:38 and 15:42 to 15:43."""
    text = files("resources").joinpath("scenarios", f"{NAME}.toml").read_text()
    for before, after in AT_THE_NOTE:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    scenario = read(text.encode(), "at the note's clock")
    verdicts, figures = _one_to_one(scenario)
    lapse = TimeLapse.of(scenario, 1.0)
    starts = {phase.name: lapse.ours(phase.at_s) for phase in scenario.phases}
    zero = figures.pop("zero_s")
    note = [
        (zero + starts["first-peak"], zero + starts["quiet"]),
        (zero + starts["second-peak"], zero + starts["over"]),
    ]
    off = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(figures["windows"], note, strict=False)]
    verdicts["the_note_s_windows"] = len(figures["windows"]) == 2 and max(off) <= MINUTE_S
    return {"pass": all(verdicts.values()), "verdicts": verdicts, "off_the_note_s": off, "seed": SEED, **figures}


def one_to_one(quick: bool) -> Figures:
    """1:1, the scenario as it comes: written for 60:1, its ramps begin half an hour early here, and the two silent servers fill in turn.

    So 4.7 % of the note is not what happens: at no time both are unable for half of a window. The report must say so, and of whom.
    """
    verdicts, figures = _one_to_one(builtin(NAME))
    del verdicts["percent"]
    return {"pass": all(verdicts.values()), "verdicts": verdicts, "seed": SEED, **figures}


def _one_to_one(scenario: Scenario) -> tuple[dict[str, bool], Figures]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "a.dsrrec"
        drill_zero = _Recorded(scenario, folder / "unused.dsrrec")
        drill_zero.recorder.close(60.0)
        truth = _virtual(scenario, path)
        verdicts, figures = _judged(path, truth, MINUTE_S, folder)
        return verdicts, {**figures, "zero_s": drill_zero.zero_s}


def live_at_120(quick: bool) -> Figures:
    """A real lab at speed 120, recorded by `watch --record`."""
    scenario = builtin(NAME)
    most_s = max(MINUTE_S / SPEED, POLLS * 1.0 + scenario.fleet.session_s)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth, path = _live(folder / "state")
        verdicts, figures = _judged(path, truth, most_s, folder)
    return {"pass": all(verdicts.values()), "verdicts": verdicts, "seed": SEED, "speed": SPEED, **figures}


CASES = (
    Case(
        "report-note",
        "1:1 on the note's clock: its windows within a minute, 4.7 %, no sentence without evidence",
        at_the_note_s_clock,
        400,
    ),
    Case(
        "report-sim",
        "the scenario as it comes at 1:1: windows within a minute of what clients met, and who was hit",
        one_to_one,
        400,
    ),
    Case(
        "report",
        "live at speed 120: recorded, exported, re-opened; windows, 4.7 %, both languages, evidence",
        live_at_120,
        460,
    ),
)
