"""The words of a replay: where it stands, whether its alarms came out as recorded, two moments compared, other settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import numpy as np

from console.domain.frame import Column
from console.domain.view import Figures, View
from console.present import numbers
from console.present.words import joined, rule_word
from widgets.replaydata import CompareData, CompareLine, WhatIfLine
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, Tone, phrase, verbatim

_MOST_SERVERS: Final = 12
REPLAYED: Final = phrase(QT_TRANSLATE_NOOP("present", "This is a replay: nothing can be sent from here."))


def place(wall_s: float, index: int, count: int, zone: tzinfo | None = None) -> Phrase:
    """Date, time and number of a moment."""
    return phrase(
        QT_TRANSLATE_NOOP("present", "{date} {time}, poll {number} of {count}"),
        date=date(wall_s, zone),
        time=numbers.zoned_clock(wall_s, zone),
        number=str(index + 1),
        count=str(count),
    )


def what(environment: str, first_s: float, last_s: float, zone: tzinfo | None = None) -> Phrase:
    """What is replayed."""
    return phrase(
        QT_TRANSLATE_NOOP("present", "{environment}, {date} {first} to {last}"),
        environment=environment,
        date=date(first_s, zone),
        first=numbers.clock(first_s, zone),
        last=numbers.zoned_clock(last_s, zone),
    )


def recorded(wall_s: float, zone: tzinfo | None = None) -> Phrase:
    """In place of the data's age: nothing of it is new."""
    return phrase(QT_TRANSLATE_NOOP("present", "recorded {date}"), date=date(wall_s, zone))


def date(wall_s: float, zone: tzinfo | None = None) -> str:
    """`2025-01-21`."""
    moment = (
        datetime.fromtimestamp(wall_s, zone) if zone is not None else datetime.fromtimestamp(wall_s, UTC).astimezone()
    )
    return moment.strftime("%Y-%m-%d")


def judging(share: float) -> Phrase:
    """While the rules still run over the recording."""
    return phrase(QT_TRANSLATE_NOOP("present", "judging the recording, {share}"), share=numbers.share(share))


def verdict(told: Mapping[str, Any]) -> tuple[Phrase, Tone]:
    """Whether the alarms came out as they were recorded."""
    if told["set"]:
        changed = ", ".join(f"{name} = {value}" for name, value in told["set"].items())
        return phrase(QT_TRANSLATE_NOOP("present", "what if: {changed}"), changed=changed), Tone.NOTICE
    if told["identical"]:
        return phrase(QT_TRANSLATE_NOOP("present", "every alarm recomputed as it was recorded")), Tone.QUIET
    if told["exact"]:
        return phrase(QT_TRANSLATE_NOOP("present", "the alarms differ from the recorded ones")), Tone.WARN
    return (
        phrase(
            QT_TRANSLATE_NOOP("present", "the rules had to warm up: early alarms may differ from the recorded ones")
        ),
        Tone.NOTICE,
    )


def compared(then: View, now: View, zone: tzinfo | None = None) -> CompareData:
    """`then` is the marked moment."""
    apart = now.frame.wall_s - then.frame.wall_s
    between = (
        QT_TRANSLATE_NOOP("present", "{length} after the marked moment")
        if apart >= 0
        else QT_TRANSLATE_NOOP("present", "{length} before the marked moment")
    )
    return CompareData(
        then=numbers.clock(then.frame.wall_s, zone),
        now=numbers.clock(now.frame.wall_s, zone),
        between=phrase(between, length=numbers.seconds(abs(apart))),
        figures=_figures(then, now),
        servers=_servers(then, now),
    )


def what_if_lines(told: Mapping[str, Any], zone: tzinfo | None = None) -> tuple[WhatIfLine, ...]:
    """Of `Rerun.told`: each alarm's first time, against the recorded one and the minute of most refusals."""
    return tuple(_what_if(entry, zone) for entry in told["alarms"])


def algorithm_lines(told: Mapping[str, Any], zone: tzinfo | None = None) -> tuple[WhatIfLine, ...]:
    """Of `Otherwise.told`: what would have been refused, each alarm, and what is not judged."""
    refused = told["refused"]
    if refused is None:
        return ()
    name = str(next(iter(told["set"].values())))
    first, second = shadow_line(name, refused["now"], refused["really"], refused["control"], refused["moved"])
    rules = joined(tuple(rule_word(str(rule)) for rule in told["not_judged"]))
    return (
        WhatIfLine(first, Tone.NOTICE if refused["now"] < refused["really"] else Tone.WARN),
        WhatIfLine(second, Tone.QUIET),
        *(_weighed(entry, zone) for entry in told["alarms"]),
        WhatIfLine(
            phrase(
                QT_TRANSLATE_NOOP("present", "Silences, detaches and processes that ended stay as they really were.")
            ),
            Tone.QUIET,
        ),
        WhatIfLine(
            phrase(QT_TRANSLATE_NOOP("present", "Not judged, as it cannot be worked out: {rules}."), rules=rules),
            Tone.QUIET,
        ),
    )


def _weighed(entry: Mapping[str, Any], zone: tzinfo | None) -> WhatIfLine:
    """What the method does not find again with the balancer's own algorithm it cannot tell of another one."""
    line = _what_if(entry, zone)
    if entry["sure"]:
        # Unlike under another threshold, an alarm that does not fire is none that was missed: its cause is gone.
        tone = Tone.NOTICE if entry["now"] is None else Tone.WARN if entry["recorded"] is None else line.tone
        return WhatIfLine(line.text, tone, line.at_s)
    control = entry["control"]
    if control is None:
        why = phrase(QT_TRANSLATE_NOOP("present", "the balancer's own algorithm, worked out so, does not show it."))
    else:
        why = phrase(
            QT_TRANSLATE_NOOP("present", "the balancer's own algorithm, worked out so, shows it at {time}."),
            time=numbers.clock(control, zone),
        )
    said = phrase(QT_TRANSLATE_NOOP("present", "{line} Not certain: {why}"), line=line.text, why=why)
    return WhatIfLine(said, Tone.QUIET, line.at_s)


def shadow_line(name: str, refused: float, really: float, control: float, moved: float) -> tuple[Phrase, Phrase]:
    """What another algorithm would have refused, and how far the method itself is off."""
    first = phrase(
        QT_TRANSLATE_NOOP("present", "With {name} {refused} sessions would have been refused; {really} really were."),
        name=name,
        refused=numbers.count(refused),
        really=numbers.count(really),
    )
    second = phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "{moved} sessions would have gone elsewhere. The balancer's own algorithm, worked out so, refuses {control}.",
        ),
        moved=numbers.count(moved),
        control=numbers.count(control),
    )
    return first, second


def _what_if(entry: Mapping[str, Any], zone: tzinfo | None) -> WhatIfLine:
    then, now = entry["recorded"], entry["now"]
    who: Phrase = rule_word(str(entry["rule"]))
    if entry["server"]:
        who = phrase(QT_TRANSLATE_NOOP("present", "{rule} {server}"), rule=who, server=str(entry["server"]))
    if now is None:
        said = phrase(
            QT_TRANSLATE_NOOP("present", "{alarm} would not have fired; it was recorded at {time}."),
            alarm=who,
            time=numbers.clock(then, zone),
        )
        return WhatIfLine(said, Tone.WARN)
    time = numbers.clock(now, zone)
    worst = _to_worst(entry["before_worst_s"])
    if then == now:
        said = phrase(
            QT_TRANSLATE_NOOP("present", "{alarm} fired at {time}, as recorded{worst}."),
            alarm=who,
            time=time,
            worst=worst,
        )
        return WhatIfLine(said, Tone.QUIET, now)
    if then is None:
        said = phrase(
            QT_TRANSLATE_NOOP("present", "{alarm} would have fired at {time}; it was not recorded{worst}."),
            alarm=who,
            time=time,
            worst=worst,
        )
        return WhatIfLine(said, Tone.NOTICE, now)
    source = (
        QT_TRANSLATE_NOOP("present", "{alarm} would have fired at {time}, {length} before it did{worst}.")
        if now < then
        else QT_TRANSLATE_NOOP("present", "{alarm} would have fired at {time}, {length} after it did{worst}.")
    )
    said = phrase(source, alarm=who, time=time, length=numbers.seconds(abs(then - now)), worst=worst)
    return WhatIfLine(said, Tone.NOTICE if now < then else Tone.WARN, now)


def _to_worst(ahead_s: float | None) -> Phrase:
    if ahead_s is None:
        return verbatim("")
    if ahead_s >= 0:
        return phrase(
            QT_TRANSLATE_NOOP("present", ", {length} before the worst minute"), length=numbers.seconds(ahead_s)
        )
    return phrase(QT_TRANSLATE_NOOP("present", ", {length} into the worst minute"), length=numbers.seconds(-ahead_s))


def _figures(then: View, now: View) -> tuple[CompareLine, ...]:
    def line(
        name: Phrase, read: Callable[[Figures], float], say: Callable[[float], str], *, worse: int = 0
    ) -> CompareLine:
        before, after = float(read(then.figures)), float(read(now.figures))
        change = after - before
        known = math.isfinite(change)
        loud = known and worse * change > 0
        text = ("" if not known or change == 0 else "+" if change > 0 else "−") + (
            say(abs(change)) if known and change else ""
        )
        return CompareLine(name, say(before), say(after), text, Tone.WARN if loud else Tone.QUIET)

    return (
        line(phrase(QT_TRANSLATE_NOOP("present", "attached")), _attached, numbers.count, worse=-1),
        line(phrase(QT_TRANSLATE_NOOP("present", "silent")), lambda f: f.silent, numbers.count, worse=1),
        line(phrase(QT_TRANSLATE_NOOP("present", "unreachable")), lambda f: f.unreachable, numbers.count, worse=1),
        line(phrase(QT_TRANSLATE_NOOP("present", "sessions")), lambda f: f.sessions, numbers.count),
        line(phrase(QT_TRANSLATE_NOOP("present", "of the slots used")), lambda f: f.used_share, numbers.share, worse=1),
        line(phrase(QT_TRANSLATE_NOOP("present", "effective servers")), lambda f: f.n_eff, numbers.decimal, worse=-1),
        line(
            phrase(QT_TRANSLATE_NOOP("present", "new sessions per second")), lambda f: f.routed_per_s, numbers.decimal
        ),
        line(phrase(QT_TRANSLATE_NOOP("present", "refused")), lambda f: f.refused_share, numbers.share, worse=1),
        line(
            phrase(QT_TRANSLATE_NOOP("present", "errors per minute")),
            lambda f: sum(f.errors_per_min.values()),
            numbers.decimal,
            worse=1,
        ),
    )


def _attached(figures: Figures) -> int:
    return figures.attached


def _servers(then: View, now: View) -> tuple[CompareLine, ...]:
    """By id: a slot may have gone to somebody else meanwhile."""
    found: list[tuple[float, CompareLine]] = []
    for row in now.frame.rows:
        before, after = then.frame.at(row.id, Column.TRUTH), now.frame.at(row.id, Column.TRUTH)
        change = after - before
        if not np.isfinite(change) or change == 0:
            continue
        line = CompareLine(verbatim(row.id), numbers.count(before), numbers.count(after), numbers.signed(change))
        found.append((abs(change), line))
    found.sort(key=lambda one: -one[0])
    return tuple(line for _, line in found[:_MOST_SERVERS])
