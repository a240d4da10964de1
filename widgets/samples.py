"""Made-up pictures for gallery, tests and speed measurements: one fleet in the states that matter. Qt-free, no clock, no network."""

from __future__ import annotations

from typing import Final

import numpy as np

from widgets.samplealarms import gap, silent
from widgets.samplecards import action, suspect
from widgets.samplefleet import LIMIT, START_S, Fleet, columns, fleet
from widgets.samplesafety import gates, out, plan_button
from widgets.viewdata import (
    NOTHING,
    QT_TRANSLATE_NOOP,
    ActButton,
    AlarmLine,
    AlarmStanding,
    Banner,
    DetailData,
    ErrorCount,
    ErrorLine,
    Fact,
    GuideData,
    HeaderData,
    Legend,
    MapKind,
    RowData,
    RowsData,
    ScreenData,
    Tile,
    TimelineData,
    TimeMark,
    Tone,
    phrase,
)

STATES: Final = ("healthy", "incident", "blind", "detached", "starting")
ERRORS: Final = (
    (
        "s can't connect to recognizer server (can't find available servers because maximum allowed clients has reached)",
        436,
    ),
    ("s can't connect to recognizer server (can't connect to server)", 0),
    ("s can't connect to recognizer server", 0),
)
"""The service's own texts, and how often in the incident."""


def legends() -> tuple[Legend, ...]:
    """The four scales."""
    percent = phrase(QT_TRANSLATE_NOOP("present", "connections, % of limit"))
    return (
        Legend(MapKind.TRUTH, phrase(QT_TRANSLATE_NOOP("present", "Truth")), percent, "0", "100 %"),
        Legend(
            MapKind.ROUTED,
            phrase(QT_TRANSLATE_NOOP("present", "Routed")),
            phrase(QT_TRANSLATE_NOOP("present", "new sessions per second, mean of 5 s")),
            "0",
            "4",
        ),
        Legend(
            MapKind.GAP,
            phrase(QT_TRANSLATE_NOOP("present", "Gap")),
            phrase(QT_TRANSLATE_NOOP("present", "truth − belief − arrivals since the report")),
            "-12",
            "+12",
        ),
        Legend(
            MapKind.BELIEF,
            phrase(QT_TRANSLATE_NOOP("present", "Belief")),
            phrase(QT_TRANSLATE_NOOP("present", "what the balancer holds, % of limit")),
            "0",
            "100 %",
        ),
    )


def rows(run: Fleet, *, state: str = "healthy") -> RowsData:
    """The rows as of the newest tick, worst first."""
    bad = set(run.silent) if state in {"incident", "detached", "blind"} else set[int]()
    order = sorted(range(len(run.names)), key=lambda i: (i not in bad, -run.truth[i, -1], run.names[i]))
    return RowsData(tuple(_row(run, i, i in bad, state) for i in order), 0, len(order), state == "blind")


def screen(state: str = "incident", *, run: Fleet | None = None, lab: bool = True) -> ScreenData:
    """One whole picture in one of `STATES`."""
    run = run or fleet(silent=(6, 22, 40) if state in {"incident", "blind", "detached"} else ())
    bad = state in {"incident", "blind"}
    blind = state == "blind"
    if state == "starting":
        return _starting()
    shown = rows(run, state=state)
    return ScreenData(
        header=_header(state, lab),
        rows=shown,
        columns=columns(run, blind_from=run.ticks - 12 if blind else None, detached=state == "detached"),
        suspects=tuple(suspect(run.names[i], enabled=not blind) for i in run.silent) if bad else (),
        alarms=_alarms(run) if bad else (),
        timeline=timeline(run, bad=state != "healthy", over=state == "detached"),
        detail=_detail(run, run.silent[0], state) if state in {"incident", "detached"} and run.silent else None,
        banners=(_blind_banner(),) if blind else (),
        actions=tuple(action(run.names[i], done=n < 2) for n, i in enumerate(run.silent))
        if state == "detached"
        else (),
        guide=_guide(state) if lab else None,
        plans=(plan_button(tuple(run.names[i] for i in run.silent)),)
        if state == "incident" and len(run.silent) > 1
        else (),
        detached=tuple(out(run.names[i]) for i in run.silent) if state == "detached" else (),
    )


def timeline(run: Fleet, *, bad: bool, over: bool = False) -> TimelineData:
    """Refused sessions per second, with marks."""
    rng = np.random.default_rng(3)
    wall = START_S + np.arange(run.ticks, dtype=np.float64)
    refused = np.zeros(run.ticks)
    if not bad:
        return TimelineData(wall, refused)
    from_tick = min(run.ticks - 1, run.ramp_at + 12)
    refused[from_tick:] = np.clip(rng.normal(6.5, 0.8, run.ticks - from_tick), 0, None)
    refused[60:70] = np.nan
    marks = [
        TimeMark(START_S + run.mute_at, phrase(QT_TRANSLATE_NOOP("present", "silent")), Tone.WARN),
        TimeMark(START_S + from_tick - 3, phrase(QT_TRANSLATE_NOOP("present", "gap")), Tone.ALARM),
        TimeMark(START_S + from_tick, phrase(QT_TRANSLATE_NOOP("present", "saturation")), Tone.ALARM),
    ]
    if over:
        refused[-45:] = 0
        marks.append(
            TimeMark(
                float(wall[-45]),
                phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server="dsrs-007"),
                Tone.NOTICE,
            )
        )
    told = (
        ErrorLine(ERRORS[0][0], wall, refused * 0.9, f"{np.nansum(refused) * 0.9:.0f}"),
        ErrorLine(ERRORS[1][0], wall, refused * 0.1, f"{np.nansum(refused) * 0.1:.0f}"),
    )
    return TimelineData(wall, refused, tuple(marks), told)


def _row(run: Fleet, i: int, bad: bool, state: str) -> RowData:
    truth, belief, routed = run.truth[i, -1], run.belief[i, -1], run.routed[i, -5:].mean()
    detached = bad and state == "detached"
    hot = Tone.ALARM if bad and not detached else Tone.QUIET
    age = 348.0 + i if bad else 0.1 + (i % 4) / 10
    return RowData(
        slot=i,
        epoch=0,
        name=run.names[i],
        pool=run.pools[i],
        tone=hot,
        state=phrase(QT_TRANSLATE_NOOP("present", "detached"))
        if detached
        else phrase(QT_TRANSLATE_NOOP("present", "attached")),
        alarms=phrase(QT_TRANSLATE_NOOP("present", "silent")) if hot else NOTHING,
        truth=float(truth),
        limit=float(LIMIT),
        belief=float(belief),
        gap=float(truth - belief),
        routed_per_s=float(routed),
        report_age_s=age,
        truth_text=f"{truth:.0f}/{LIMIT}",
        belief_text=f"{belief:.0f}",
        age_text=f"{age:.0f} s" if age > 10 else f"{age:.1f} s",
        gap_text=f"{truth - belief:+.0f}" if truth != belief else "0",
        routed_text=f"{routed:.1f}",
        truth_tone=hot,
        belief_tone=hot,
        age_tone=hot,
        detached=detached,
    )


def _header(state: str, lab: bool) -> HeaderData:
    bad, blind = state in {"incident", "blind"}, state == "blind"
    three = state == "detached"
    tiles = (
        Tile(
            "attached",
            "61" if three else "64",
            phrase(QT_TRANSLATE_NOOP("present", "attached")),
            phrase(
                QT_TRANSLATE_NOOP("present", "{detached} detached, {unreachable} unreachable"),
                detached="3" if three else "0",
                unreachable="0",
            ),
        ),
        Tile(
            "silent",
            "3" if bad else "0",
            phrase(QT_TRANSLATE_NOOP("present", "silent")),
            phrase(QT_TRANSLATE_NOOP("present", "all in {pool} ({share})"), share="9.4 %", pool="-a-general/8k")
            if bad
            else phrase(QT_TRANSLATE_NOOP("present", "all attached servers report")),
            Tone.ALARM if bad else Tone.QUIET,
        ),
        Tile(
            "sessions",
            "156" if bad else "44",
            phrase(QT_TRANSLATE_NOOP("present", "of {slots} sessions"), slots="768"),
            phrase(
                QT_TRANSLATE_NOOP("present", "{sessions} of them on the {servers} silent"), sessions="36", servers="3"
            )
            if bad
            else phrase(QT_TRANSLATE_NOOP("present", "{share} of all slots used"), share="6 %"),
        ),
        Tile(
            "n_eff",
            "3.2" if bad else "61.4",
            phrase(QT_TRANSLATE_NOOP("present", "effective servers")),
            phrase(QT_TRANSLATE_NOOP("present", "of {servers}; one takes {share}"), servers="64", share="34 %")
            if bad
            else phrase(QT_TRANSLATE_NOOP("present", "of {servers}; the load is spread"), servers="64"),
            Tone.ALARM if bad else Tone.QUIET,
        ),
        Tile(
            "capacity",
            "79 %" if bad else "93 %",
            phrase(QT_TRANSLATE_NOOP("present", "free if one goes")),
            phrase(QT_TRANSLATE_NOOP("present", "{share} of all slots used now"), share="20 %" if bad else "6 %"),
        ),
        Tile(
            "errors",
            "436" if bad else "0",
            phrase(QT_TRANSLATE_NOOP("present", "errors / min")),
            phrase(QT_TRANSLATE_NOOP("present", "as clients are told, below")),
            Tone.ALARM if bad else Tone.QUIET,
        ),
        Tile(
            "refused",
            "45 %" if bad else "0 %",
            phrase(QT_TRANSLATE_NOOP("present", "of new refused")),
            phrase(QT_TRANSLATE_NOOP("present", "{share} in {pool}, last 10 s"), share="90 %", pool="-a-general/8k")
            if bad
            else phrase(QT_TRANSLATE_NOOP("present", "last 10 s")),
            Tone.ALARM if bad else Tone.QUIET,
        ),
    )
    fresh = (
        phrase(QT_TRANSLATE_NOOP("present", "blind, data {age} old"), age="12 s")
        if blind
        else phrase(QT_TRANSLATE_NOOP("present", "data {age} old"), age="0.4 s")
    )
    return HeaderData(
        "lab" if lab else "tokyo-prod",
        "dsrm-1 · least-reported",
        "14:03:27 JST",
        fresh,
        Tone.ALARM if blind else Tone.QUIET,
        5,
        tiles,
        lab,
        tuple(
            ErrorCount(text, str(count if bad else 0), Tone.ALARM if bad and count else Tone.QUIET)
            for text, count in ERRORS
        ),
    )


def _alarms(run: Fleet) -> tuple[AlarmLine, ...]:
    names = [run.names[i] for i in run.silent]
    return (*(gap(name) for name in names), *(silent(name, AlarmStanding.ACKNOWLEDGED) for name in names))


def _detail(run: Fleet, i: int, state: str) -> DetailData:
    wall = START_S + np.arange(run.ticks, dtype=np.float64)
    detached = state == "detached"
    wrong = Tone.QUIET if detached else Tone.ALARM
    verb, act = (
        ("attach", phrase(QT_TRANSLATE_NOOP("present", "Attach {server}"), server=run.names[i]))
        if detached
        else ("detach", phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=run.names[i]))
    )
    return DetailData(
        server=run.names[i],
        pool=run.pools[i],
        tone=wrong,
        states=(
            Fact(phrase(QT_TRANSLATE_NOOP("present", "Detached by {who}"), who="operator"), "14:03:31", Tone.NOTICE)
            if detached
            else Fact(phrase(QT_TRANSLATE_NOOP("present", "Attached: may be picked")), ""),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "Receives nothing new")), "0 /s")
            if detached
            else Fact(phrase(QT_TRANSLATE_NOOP("present", "Receives new sessions")), "2.4 /s"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "Holds sessions")), "12"),
        ),
        facts=(
            Fact(phrase(QT_TRANSLATE_NOOP("present", "truth")), "12/12"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "belief")), "0", wrong),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "gap (margin)")), "+12 (6.0)", wrong),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "last report")), "354 s", wrong),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "memory")), "3.1 GiB / 8.0 GiB"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "CPU")), "71 %"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "session age p50 / p90")), "6 s / 21 s"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "up for")), "3 h 12 min"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "incarnation")), "6f1c02"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "address")), "127.0.0.1:40107"),
            Fact(phrase(QT_TRANSLATE_NOOP("present", "answers")), "0.4 s"),
        ),
        wall_s=wall,
        truth=run.truth[i].astype(np.float32),
        belief=run.belief[i].astype(np.float32),
        routed=run.routed[i].astype(np.float32),
        limit=float(LIMIT),
        button=ActButton(verb, run.names[i], phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=act), enabled=True),
        actions=(action(run.names[i]),) if detached else (),
        gates=() if detached else gates(),
    )


def _blind_banner() -> Banner:
    return Banner(
        phrase(
            QT_TRANSLATE_NOOP("present", "BLIND: the balancer has not answered for {age} ({misses} polls)"),
            age="12 s",
            misses="12",
        ),
        phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "{error} The maps show the past; acting is locked. Check the network to the balancer; polling goes on.",
            ),
            error=phrase(
                QT_TRANSLATE_NOOP(
                    "present", "{place} refused the connection: is the server running, and on this port?"
                ),
                place="127.0.0.1:40001",
            ),
        ),
        Tone.ALARM,
    )


def _guide(state: str) -> GuideData:
    all_well = QT_TRANSLATE_NOOP(
        "present",
        "A real balancer and its servers run on this machine. One row a server, time runs to the right; grey is healthy.",
    )
    turn = QT_TRANSLATE_NOOP(
        "present",
        "Truth says full, belief says empty. Press the Detach buttons of {servers}; sessions that they have go on.",
    )
    over = QT_TRANSLATE_NOOP(
        "present",
        "New sessions go to the servers that report; watch the refusals end. Ctrl+S saves what happened as one file.",
    )
    if state == "healthy":
        return GuideData(
            1,
            5,
            phrase(QT_TRANSLATE_NOOP("present", "Night: all is well")),
            phrase(all_well),
            phrase(QT_TRANSLATE_NOOP("present", "next in {time}"), time="12 s"),
        )
    if state == "detached":
        return GuideData(5, 5, phrase(QT_TRANSLATE_NOOP("present", "The fleet recovers")), phrase(over))
    return GuideData(
        4,
        5,
        phrase(QT_TRANSLATE_NOOP("present", "Your turn: detach them")),
        phrase(turn, servers="dsrs-007, dsrs-023, dsrs-041"),
    )


def _starting() -> ScreenData:
    words = ("attached", "silent", "of new refused")
    tiles = tuple(Tile(word, "-", phrase(word), tone=Tone.UNKNOWN) for word in words)
    head = HeaderData(
        "tokyo-prod", "-", "14:03:27 JST", phrase(QT_TRANSLATE_NOOP("present", "no data yet")), Tone.UNKNOWN, 0, tiles
    )
    nothing = np.zeros(0, dtype=np.float64)
    wait = Banner(
        phrase(QT_TRANSLATE_NOOP("present", "Starting: nothing is known yet")),
        phrase(QT_TRANSLATE_NOOP("present", "Waiting for the balancer's first answer.")),
        Tone.UNKNOWN,
    )
    return ScreenData(head, RowsData(()), None, (), (), TimelineData(nothing, nothing), banners=(wait,))
