"""What a recording says of its alarms: found again as they were, or when they would have come under other settings."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from console.domain.alarms import Alarm, AlarmState
from console.domain.errors import SettingsError
from console.domain.frame import Frame
from console.domain.view import View
from console.engine.assemble import SECTIONS, engine_settings
from console.engine.lines import number
from console.engine.parts import EngineSettings
from console.engine.replaying import ReplayEngine
from console.record.plain import plain
from console.record.recorder.stretch import Stretch
from console.settings import load

_ALARMS = "alarms."
_WORST_S = 60.0

Key = tuple[str, str | None]
"""(rule, server or subject)."""


@dataclass(slots=True)
class Found:
    """What one replay found in the window."""

    changes: list[tuple[float, Alarm]] = field(default_factory=list[tuple[float, Alarm]])
    """With the wall seconds of their Frame."""
    plain: list[Any] = field(default_factory=list[Any])
    refused: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Wall seconds and sessions refused in that poll."""
    polls: int = 0
    last: View | None = None

    def take(self, view: View, *, warming_up: bool) -> None:
        """One View of the replay."""
        self.last = view
        if warming_up:
            return
        self.add(view.frame, view.changes)

    def add(self, frame: Frame, changes: Iterable[Alarm]) -> None:
        """One poll of the window."""
        self.polls += 1
        wall_s, delta = frame.wall_s, frame.fleet_delta
        for alarm in changes:
            self.changes.append((wall_s, alarm))
            self.plain.append(plain(alarm))
        if delta is not None:
            self.refused.append((wall_s, float(delta.sessions_total.get("refused", 0))))

    def worst(self) -> tuple[float, float, float] | None:
        """The minute in which most sessions were refused: begin, end, how many; None: none was."""
        best, total, begin = (0.0, 0.0, 0.0), 0.0, 0
        for wall_s, count in self.refused:
            total += count
            while self.refused[begin][0] <= wall_s - _WORST_S:
                total -= self.refused[begin][1]
                begin += 1
            if total > best[2]:
                best = self.refused[begin][0], wall_s, total
        return best if best[2] > 0 else None


async def run_through(stretch: Stretch, settings: EngineSettings, *, from_state: bool) -> tuple[Found, bool]:
    """Replays a stretch as fast as possible; what it found, and whether it began from the kept state. Raises ConsoleError."""
    engine, found = ReplayEngine(stretch, settings, from_state=from_state), Found()
    seq = 0

    def take(view: View) -> None:
        nonlocal seq
        if view.frame.seq != seq or found.last is None or view.frame.mono_s != found.last.frame.mono_s:
            seq = view.frame.seq
            found.take(view, warming_up=engine.warming_up)

    engine.subscribe(take)
    await engine.run()
    if engine.feed.failure is not None:
        raise engine.feed.failure
    return found, engine.exact


def recorded_settings(stretch: Stretch, changed: Mapping[str, Mapping[str, object]] | None = None) -> EngineSettings:
    """The alarm settings that it was recorded with, as far as this version knows them, and over them `changed`. Raises SettingsError."""
    kept: dict[str, dict[str, object]] = {}
    for name, kind in SECTIONS.items():
        values = stretch.settings.get(name)
        if name.startswith(_ALARMS) and isinstance(values, dict):
            known = {declared.name for declared in fields(kind)}
            kept[name] = {key: value for key, value in values.items() if key in known}  # pyright: ignore[reportUnknownVariableType]  JSON
    for name, values in (changed or {}).items():
        kept[name] = {**kept.get(name, {}), **values}
    return engine_settings(load(None, SECTIONS, kept))


def parse_changes(texts: Iterable[str]) -> dict[str, dict[str, object]]:
    """`RULE.KEY=VALUE` -> section -> key -> value. Raises SettingsError with the nearest name."""
    changed: dict[str, dict[str, object]] = {}
    known = {
        f"{name.removeprefix(_ALARMS)}.{declared.name}": (name, declared.name)
        for name, kind in SECTIONS.items()
        if name.startswith(_ALARMS)
        for declared in fields(kind)
    }
    for text in texts:
        name, equals, value = text.partition("=")
        place = known.get(name.strip().removeprefix(_ALARMS))
        if not equals or place is None:
            near = difflib.get_close_matches(name.strip().removeprefix(_ALARMS), list(known), 1, 0.4)
            remedy = f"Did you mean --set {near[0]}=VALUE?" if near and place is None else "Write --set RULE.KEY=VALUE."
            raise SettingsError(f"--set {text}: there is no such setting.", where="command line", remedy=remedy)
        changed.setdefault(place[0], {})[place[1]] = _value(value.strip())
    return changed


def recorded_alarms(stretch: Stretch) -> list[tuple[float, dict[str, Any]]]:
    """The alarm changes of the window as they were found then."""
    return [
        (event.wall_s, dict(event.body["alarm"]))
        for event in stretch.events
        if event.kind == "alarm" and event.tick >= stretch.first_tick and "alarm" in event.body
    ]


def identical(stretch: Stretch, found: Found) -> bool:
    """Whether the replay found the recorded changes, in their order, with all their numbers."""
    return [json.dumps(alarm, sort_keys=True) for _, alarm in recorded_alarms(stretch)] == [
        json.dumps(alarm, sort_keys=True) for alarm in found.plain
    ]


def summary(
    stretch: Stretch, found: Found, *, exact: bool, changed: Mapping[str, Mapping[str, object]]
) -> dict[str, Any]:
    """`{"type": "replay", ...}`: the replay's alarms held against the recorded ones, one entry per rule and server."""
    worst = worst_of(found)
    worst_s = None if worst is None else worst["from"]
    then, now = recorded_first(stretch), first_raised(found)
    return {
        "type": "replay",
        "schema": 1,
        "from": number(stretch.first_wall_s),
        "to": number(stretch.last_wall_s),
        "polls": found.polls,
        "exact": exact,
        "set": {
            f"{name.removeprefix(_ALARMS)}.{key}": value
            for name, values in changed.items()
            for key, value in values.items()
        },
        "identical": identical(stretch, found),
        "worst": worst,
        "alarms": [comparison(key, then.get(key), now.get(key), worst_s) for key in in_order(then, now)],
    }


def worst_of(found: Found) -> dict[str, Any] | None:
    """The minute in which most sessions were refused, as JSON has it."""
    worst = found.worst()
    if worst is None:
        return None
    return {"from": number(worst[0]), "to": number(worst[1]), "refused": number(worst[2])}


def recorded_first(stretch: Stretch) -> dict[Key, float]:
    """When each alarm of the window was first raised then."""
    return _first((wall, _key_of(alarm)) for wall, alarm in recorded_alarms(stretch) if alarm["state"] == "raised")


def first_raised(found: Found) -> dict[Key, float]:
    """When each alarm is first raised now."""
    return _first((wall, _key(alarm)) for wall, alarm in found.changes if alarm.state is AlarmState.RAISED)


def in_order(then: Mapping[Key, float], now: Mapping[Key, float]) -> list[Key]:
    """By the time of now, else of then."""
    return sorted(then.keys() | now.keys(), key=lambda key: (now.get(key, then.get(key, 0.0)), key[0], key[1] or ""))


def comparison(key: Key, then_s: float | None, now_s: float | None, worst_s: float | None) -> dict[str, Any]:
    """One alarm, then and now, with its sentence."""
    rule, server = key
    sooner = None if then_s is None or now_s is None else then_s - now_s
    ahead = None if now_s is None or worst_s is None else worst_s - now_s
    return {
        "rule": rule,
        "server": server,
        "recorded": number(then_s),
        "now": number(now_s),
        "sooner_s": number(sooner),
        "before_worst_s": number(ahead),
        "sentence": _sentence(rule, server or "fleet", then_s, now_s, ahead),
    }


def _sentence(rule: str, who: str, then_s: float | None, now_s: float | None, ahead_s: float | None) -> str:
    if now_s is None:
        return f"{rule} {who} would not have fired; it was recorded at {_clock(then_s or 0.0)}."
    if then_s == now_s:
        text = f"{rule} {who} fired at {_clock(now_s)}, as recorded"
    else:
        text = f"{rule} {who} would have fired at {_clock(now_s)}"
        if then_s is not None:
            text += f", {_length(abs(then_s - now_s))} {'before' if now_s < then_s else 'after'} it did"
        else:
            text += "; it was not recorded"
    if ahead_s is not None:
        text += f", {_length(abs(ahead_s))} {'before' if ahead_s >= 0 else 'into'} the worst window"
    return f"{text}."


def _clock(wall_s: float) -> str:
    return datetime.fromtimestamp(wall_s).astimezone().strftime("%H:%M:%S")


def _length(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _first(found: Iterable[tuple[float, Key]]) -> dict[Key, float]:
    first: dict[Key, float] = {}
    for wall_s, key in found:
        first.setdefault(key, wall_s)
    return first


def _key(alarm: Alarm) -> Key:
    return alarm.rule, alarm.server or getattr(alarm, "subject", None)


def _key_of(alarm: Mapping[str, Any]) -> Key:
    return str(alarm["rule"]), alarm.get("server") or alarm.get("subject")


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
