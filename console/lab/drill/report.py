"""Scoreboards as JSON, as lines, and as the league table. Pure; a figure that never was is `-`, never 0."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from console.lab.drill.expect import Finding
from console.lab.drill.samples import Run, Tally
from console.lab.drill.scoreboard import Board

SCHEMA: Final = "drill/1"
Json = dict[str, Any]
_DASH: Final = "-"


def as_json(run: Run, board: Board, findings: Iterable[Finding], reaction_s: float) -> Json:
    """One run as one JSON object. Readers ignore fields that they do not know."""
    load, worst = board.overloaded, board.worst
    return {
        "schema": SCHEMA,
        "scenario": board.scenario,
        "actor": board.actor,
        "way": board.way,
        "seed": board.seed,
        "speed": run.speed,
        "reaction_s": reaction_s if board.actor == "console" else None,
        "first_fault_s": board.first_fault_s,
        "first_alarm_s": board.first_alarm_s,
        "first_detach_s": board.first_detach_s,
        "last_detach_s": board.last_detach_s,
        "recovery_s": board.recovery_s,
        "suffered_s": board.suffered_s,
        "detached": board.detached,
        "stray_alarms": board.stray_alarms,
        "sessions": _tally(board.total) | {"success_percent": _finite(board.success_percent)},
        "sla_percent": board.sla_percent,
        "parts": [{"pool": pool, "interface": way, **_tally(tally)} for (pool, way), tally in board.parts.items()],
        "phases": [
            {
                "phase": phase,
                "parts": [{"pool": pool, "interface": way, **_tally(tally)} for (pool, way), tally in parts.items()],
            }
            for phase, parts in board.phases.items()
        ],
        "overloaded": None
        if load is None
        else {
            "phase": load.phase,
            "k": load.k,
            "n": load.n,
            "percent": load.percent,
            "pool": load.pool,
            "pool_k": load.pool_k,
            "pool_n": load.pool_n,
            "pool_percent": load.pool_percent,
        },
        "worst_share": None
        if worst is None
        else {"phase": worst.phase, "server": worst.server, "share": worst.share, "fair": worst.fair},
        "windows": [{"start_s": w.start_s, "end_s": w.end_s, "peak": w.peak} for w in board.windows],
        "expected": [
            {"rule": each.expect.rule, "group": each.expect.group, "verdict": each.verdict.value, "words": each.words}
            for each in findings
        ],
        "events": [
            {"at_s": event.at_s, "what": event.what, "server": event.server, "rule": event.rule, "words": event.words}
            for event in run.events
        ],
        "notes": list(run.notes),
    }


def as_lines(board: Board, findings: Iterable[Finding], reaction_s: float) -> list[str]:
    """One run for people."""
    total, load, worst = board.total, board.overloaded, board.worst
    told = [
        f"{board.scenario}, {board.actor}, {board.way}, seed {board.seed}",
        f"  first alarm {_s(board.first_alarm_s)} after the first fault, detached {_s(board.first_detach_s)} to"
        f" {_s(board.last_detach_s)}, recovered {_s(board.recovery_s)}; clients suffered for {board.suffered_s:.0f} s",
        f"  sessions {total.asked}: refused {total.refused}, cut {total.cut}, partial {total.partial};"
        f" success {_percent(board.success_percent, 2)}, availability by the vendor's SLA {board.sla_percent:.2f} %",
    ]
    if board.actor == "console":
        told.insert(1, f"  the operator clicks {reaction_s:g} s after a suspect is shown, worst first")
    told += [
        f"    {pool} {way}: {t.asked} asked, {t.refused} refused, {t.cut} cut, {t.partial} partial"
        for (pool, way), t in board.parts.items()
        if t.asked
    ]
    told += [f"    {count} x {text}" for text, count in sorted(total.errors.items()) if count]
    if load is not None:
        told.append(
            f"  overloaded in {load.phase}: {load.k} of {load.n} servers, {load.percent:.1f} %;"
            f" of {load.pool} {load.pool_k} of {load.pool_n}, {load.pool_percent:.1f} %"
        )
    if worst is not None:
        told.append(
            f"  most-fed in {worst.phase}: {worst.server} with {100 * worst.share:.1f} % of its pool"
            f" (fair: {100 * worst.fair:.1f} %)"
        )
    told += [f"  window {w.start_s:.0f} s to {_s(w.end_s)}, at worst {100 * w.peak:.0f} % lost" for w in board.windows]
    told += [
        f"  expected {each.expect.rule or 'no alarm'}: {each.verdict.value}{': ' * bool(each.words)}{each.words}"
        for each in findings
    ]
    return told


def table(boards: Sequence[Board]) -> list[str]:
    """The league as a Markdown table: one row an actor, medians over its seeds, lost sessions with their range."""
    rows = [
        "| scenario | actor | way | seeds | asked | refused | cut | partial | lost (range) | success | SLA | overloaded"
        " (fleet; pool) | most-fed | alarm | detach | recovery | suffered |",
        "| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    keys = dict.fromkeys((board.scenario, board.actor, board.way) for board in boards)
    return rows + [_row([b for b in boards if (b.scenario, b.actor, b.way) == key]) for key in keys]


def _row(boards: list[Board]) -> str:
    def middle(of: Callable[[Board], float | None]) -> float | None:
        """Median; None where most runs have none."""
        values = [value for board in boards if (value := of(board)) is not None and not math.isnan(value)]
        return statistics.median(values) if 2 * len(values) > len(boards) else None

    def count(of: Callable[[Tally], int]) -> str:
        value = middle(lambda board: float(of(board.total)))
        return _DASH if value is None else f"{value:.0f}"

    lost = [board.total.lost for board in boards]
    shares = middle(lambda b: None if b.worst is None else 100 * b.worst.share)
    fleet = middle(lambda b: None if b.overloaded is None else b.overloaded.percent)
    pool = middle(lambda b: None if b.overloaded is None else b.overloaded.pool_percent)
    first = boards[0]
    cells = [
        first.scenario,
        first.actor,
        first.way,
        str(len(boards)),
        count(lambda t: t.asked),
        count(lambda t: t.refused),
        count(lambda t: t.cut),
        count(lambda t: t.partial),
        f"{statistics.median(lost):.0f} ({min(lost)} to {max(lost)})",
        _percent(middle(lambda b: b.success_percent), 2),
        _percent(middle(lambda b: b.sla_percent), 2),
        f"{_percent(fleet, 1)}; {_percent(pool, 1)}",
        _percent(shares, 1),
        _s(middle(lambda b: b.first_alarm_s)),
        _s(middle(lambda b: b.last_detach_s)),
        _s(middle(lambda b: b.recovery_s)),
        _s(middle(lambda b: b.suffered_s)),
    ]
    return f"| {' | '.join(cells)} |"


def _tally(tally: Tally) -> Json:
    return {
        "asked": tally.asked,
        "completed": tally.completed,
        "refused": tally.refused,
        "cut": tally.cut,
        "partial": tally.partial,
        "errors": dict(tally.errors),
    }


def _s(seconds: float | None) -> str:
    return _DASH if seconds is None else f"{seconds:.0f} s"


def _percent(value: float | None, digits: int) -> str:
    return _DASH if value is None or math.isnan(value) else f"{value:.{digits}f} %"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
