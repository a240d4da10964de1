"""Views, actions and plans as lines: NDJSON of schema 1 for scripts, and one readable line for people. Missing is null, never 0."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np

from console.domain.actions import Intent, Rung
from console.domain.alarms import Alarm, Numbers
from console.domain.frame import Column, Frame
from console.domain.safety import PlanStanding
from console.domain.states import Sight
from console.domain.view import View

SCHEMA: Final = 1
"""Version of the lines. Readers ignore fields that they do not know; a field never changes its meaning within a schema."""

TOP: Final = 5
"""Servers in `top`: suspects first, then the fullest."""

Line = dict[str, Any]


def frame_line(view: View) -> Line:
    """`{"type": "frame", ...}`: the fleet of one poll in numbers."""
    frame, figures = view.frame, view.figures
    return {
        "type": "frame",
        "schema": SCHEMA,
        "t": number(frame.wall_s),
        "generation": frame.balancer.generation,
        "servers": figures.servers,
        "attached": figures.attached,
        "detached": figures.detached,
        "fresh": figures.fresh,
        "silent": figures.silent,
        "unreachable": figures.unreachable,
        "sessions": number(figures.sessions),
        "routed": number(figures.routed),
        "n_eff": number(figures.n_eff),
        "errors": {text: number(count) for text, count in figures.errors.items()}
        if frame.fleet_delta is not None
        else None,
        "refused_share": number(figures.refused_share),
        "top": [_top_entry(view, slot) for slot in _top(view)],
        "sight": view.sight.value,
        "data_age_s": number(frame.balancer.age_s),
    }


def alarm_line(alarm: Alarm, wall_s: float) -> Line:
    """`{"type": "alarm", ...}`: one alarm raised or cleared at `wall_s`."""
    return {
        "type": "alarm",
        "schema": SCHEMA,
        "t": number(wall_s),
        "rule": alarm.rule,
        "server": alarm.server,
        "state": alarm.state.value,
        "priority": alarm.priority.word,
        "because": _plain(alarm.because),
        "pool": alarm.pool,
        "since": number(alarm.since_wall_s),
    }


def action_line(intent: Intent, rung: Rung) -> Line:
    """`{"type": "action", ...}`: one step of the ladder. A sentence, where there is one, says what happened and what to do."""
    line: Line = {
        "type": "action",
        "schema": SCHEMA,
        "t": number(rung.wall_s),
        "server": intent.server,
        "verb": intent.verb.value,
        "step": rung.step.value,
        "evidence": _plain(rung.evidence),
    }
    return {**line, "sentence": rung.sentence} if rung.sentence else line


def plan_line(standing: PlanStanding, wall_s: float) -> Line:
    """`{"type": "plan", ...}`: where a plan stands; the ladder of each of its steps comes as `action` lines."""
    return {
        "type": "plan",
        "schema": SCHEMA,
        "t": number(wall_s),
        "plan": standing.id,
        "verb": standing.verb.value,
        "done": standing.done,
        "steps": [{"server": step.server, "state": step.state.value} for step in standing.steps],
        "over": standing.over,
        "failed": standing.failed,
        "sentence": str(standing.said),
    }


def as_json(line: Mapping[str, Any]) -> str:
    """One line of pure ASCII without a line break. A NaN would be a defect here, and raises ValueError."""
    return json.dumps(line, allow_nan=False)


def as_text(line: Mapping[str, Any]) -> str:
    """The same for people. What came from the network is shown with its control characters escaped."""
    at = datetime.fromtimestamp(line["t"]).astimezone().strftime("%H:%M:%S")
    match line["type"]:
        case "frame":
            text = _frame_text(line)
        case "alarm":
            who = line["server"] or "fleet"
            text = f"{line['state'].upper():7} {line['priority']:6} {line['rule']} {who}{_because(line['because'])}"
        case "plan":
            text = f"plan to {line['verb']}: {line['sentence']}"
        case _:
            tail = f"  {line['sentence']}" if "sentence" in line else ""
            text = f"{line['verb']} {line['server']}  {line['step']}{_because(line['evidence'])}{tail}"
    return f"{at}  {visible(text)}"


def visible(text: str) -> str:
    """`text` on one line without anything that a terminal would obey."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def number(value: float | None) -> float | int | None:
    """A finite number, whole where it is whole, rounded to 6 places; else None."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)


def _plain(numbers: Numbers) -> Line:
    return {key: number(value) if isinstance(value, float) else value for key, value in numbers.items()}


def _top(view: View) -> list[int]:
    """Slots of the servers worth a look, at most TOP: the suspects in their order, then by share of the limit used."""
    frame = view.frame
    rows = (frame.rows.get(suspect.server) for suspect in view.suspects[:TOP])
    slots = [row.slot for row in rows if row is not None]
    with np.errstate(divide="ignore", invalid="ignore"):
        load = np.where(frame[Column.LIMIT] > 0, frame[Column.TRUTH] / frame[Column.LIMIT], frame[Column.TRUTH])
    load = np.where(frame.listed & np.isfinite(load), load, -np.inf)
    for slot in np.argsort(-load, kind="stable")[: 2 * TOP]:
        if len(slots) >= TOP or not np.isfinite(load[slot]):
            break
        if slot not in slots:
            slots.append(int(slot))
    return slots


def _top_entry(view: View, slot: int) -> Line:
    frame: Frame = view.frame
    row = frame.rows.rows[slot]
    return {
        "server": None if row is None else row.id,
        "truth": number(float(frame[Column.TRUTH][slot])),
        "belief": number(float(frame[Column.BELIEVED][slot])),
        "gap": number(float(view.gap[slot])),
        "report_age_s": number(float(frame[Column.REPORT_AGE][slot])),
    }


def _frame_text(line: Mapping[str, Any]) -> str:
    share = line["refused_share"]
    parts = [
        f"{line['servers']} servers: {line['attached']} attached, {line['detached']} detached,"
        f" {line['silent']} silent, {line['unreachable']} unreachable",
        f"{_shown(line['sessions'])} sessions, {_shown(line['routed'])} routed, N_eff {_shown(line['n_eff'])}",
        f"refused {'?' if share is None else f'{share:.1%}'}",
    ]
    if line["sight"] != Sight.CLEAR.value:
        parts.insert(0, line["sight"].upper().replace("_", " "))
    return " | ".join(parts)


def _because(numbers: Mapping[str, Any]) -> str:
    parts: Iterable[str] = (f"{key} {_shown(value)}" for key, value in numbers.items())
    return f"  ({', '.join(parts)})" if numbers else ""


def _shown(value: object) -> str:
    if value is None:
        return "?"
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
