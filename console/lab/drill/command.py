"""`dsr-console drill`: runs what was asked for, prints each scoreboard as it comes, and the league table at the end."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.domain.errors import SettingsError
from console.lab.drill import live, virtual
from console.lab.drill.actors import Actor, actor, league
from console.lab.drill.expect import findings
from console.lab.drill.operator import REACTION_S
from console.lab.drill.report import as_json, as_lines, table
from console.lab.drill.scoreboard import Board, score
from console.lab.story import Scenario, load, names

END: Final = "<!-- end of what the command writes; what stands below is kept -->"
"""In the file of `--write`."""
_EXPLAINED = f"""\
Each row is the median over its seeds. Lost are the sessions refused, cut (their server died) and partial (a time-out). The operator
`console` clicks Detach {REACTION_S:g} s after a suspect is shown, worst first, one at a time. A server counts as overloaded in a phase
where it was at its limit, or refused or did not answer an opening, in at least half of the polls; the worst phase is shown, of the
fleet and of the pool. Success is the share of sessions that were not lost; SLA is availability as the vendor defines it, where only
time in which *all* servers are unusable counts. Times count from the first fault. `sim` is virtual time, `live` real processes.
"""


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """What to run. `scenario` None (with `every`): all of the product's."""

    scenario: str | None
    actor: str = "none"
    live: bool = False
    seed: int = 1
    seeds: int = 1
    speed: float | None = None
    every: bool = False
    """Every actor of the league."""
    json: bool = False
    write: Path | None = None
    """Where the league table goes, with the command that made it."""
    words: tuple[str, ...] = ()
    """The command line, for that file."""


def drill(options: DrillOptions) -> int:
    """Exit code 0. Raises SettingsError, and ConsoleError where a live lab fails."""
    if options.scenario is None and not options.every:
        raise SettingsError("drill names no scenario.", remedy=f"Give one of {', '.join(names())}, or --all.")
    boards: list[Board] = []
    for scenario, who, seed in _runs(options):
        boards.append(_one(options, scenario, who, seed))
    if len(boards) > 1 or options.write is not None:
        lines = table(boards)
        if not options.json:
            _say("", *lines)
        if options.write is not None:
            _write(options, lines)
    return 0


def _runs(options: DrillOptions) -> Iterator[tuple[Scenario, Actor, int]]:
    actors = league() if options.every else [actor(options.actor)]
    wanted = names() if options.scenario is None else [options.scenario]
    for scenario in [load(name) for name in wanted]:
        for who in actors:
            for seed in range(options.seed, options.seed + options.seeds):
                yield scenario, who, seed


def _one(options: DrillOptions, scenario: Scenario, who: Actor, seed: int) -> Board:
    if options.live:
        run = live.run(scenario, who, seed, options.speed, options.scenario)
    else:
        run = virtual.run(scenario, who, seed, options.speed)
    board = score(run)
    found = findings(scenario, run)
    if options.json:
        _say(json.dumps(as_json(run, board, found, REACTION_S), ensure_ascii=False, allow_nan=False))
    else:
        _say(*as_lines(board, found, REACTION_S), *(f"  note: {note}" for note in run.notes))
    return board


def _write(options: DrillOptions, lines: list[str]) -> None:
    assert options.write is not None
    command = shlex.join(["dsr-console", *options.words])
    made = ["# Drills: who loses how many sessions", "", f"Made by `{command}`.", "", _EXPLAINED, *lines, ""]
    try:
        before = options.write.read_text(encoding="utf-8", errors="surrogateescape") if options.write.exists() else ""
        _, _, below = before.partition(END)
        text = "\n".join([*made, END + (below or "\n")])
        options.write.write_text(text, encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise SettingsError(
            f"{(error.strerror or 'cannot be written').lower()}.", where=str(options.write), remedy="Name another file."
        ) from None


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
