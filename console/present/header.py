"""The top of the screen: who, how fresh, and the fleet in seven figures."""

from __future__ import annotations

import math
from datetime import tzinfo
from typing import Final

import numpy as np

from console.domain.frame import Column
from console.domain.states import Priority, Sight
from console.domain.texts import ERROR_TEXTS
from console.domain.view import Figures
from console.present import numbers
from console.present.glance import Glance
from console.present.standing import arming, glass_word, role_word
from widgets.viewdata import QT_TRANSLATE_NOOP, ErrorCount, HeaderData, Phrase, Tile, Tone, phrase

SKEW_SHOWN_S: Final = 1.0
"""A balancer's clock that is further off than this is named."""
HERD_BELOW: Final = 0.5
"""Effective servers under this share of the attached ones: the load herds."""
_LOSS_WARN, _LOSS_ALARM = 0.90, 0.95
"""Use of the remaining slots if the largest server goes: no spare left."""
_REFUSED_ALARM: Final = 0.01


def header(glance: Glance, environment: str, zone: tzinfo | None, beat: int) -> HeaderData:
    """The whole header as of now."""
    balancer = glance.view.frame.balancer
    freshness, tone = _freshness(glance)
    return HeaderData(
        environment=environment,
        balancer=" · ".join(part for part in (balancer.id, balancer.algorithm) if part) or numbers.DASH,
        clock=numbers.zoned_clock(glance.now_wall_s, zone),
        freshness=freshness,
        freshness_tone=tone,
        beat=beat,
        tiles=tiles(glance),
        lab=glance.lab,
        role=role_word(glance),
        arming=arming(glance),
        glass=glass_word(glance),
        errors=() if glance.view.sight is Sight.STARTING or glance.blind else errors(glance.view.figures),
    )


def _freshness(glance: Glance) -> tuple[Phrase, Tone]:
    view = glance.view
    if view.sight is Sight.STARTING:
        return phrase(QT_TRANSLATE_NOOP("present", "no data yet")), Tone.UNKNOWN
    age = numbers.seconds(glance.data_age_s)
    if glance.blind:
        return phrase(QT_TRANSLATE_NOOP("present", "blind, data {age} old"), age=age), Tone.ALARM
    if glance.data_age_s > 2.0 * view.frame.interval_s + 0.5:
        return phrase(QT_TRANSLATE_NOOP("present", "data {age} old"), age=age), Tone.WARN
    skew = view.frame.balancer.skew_s
    if abs(skew) > SKEW_SHOWN_S:
        return (
            phrase(
                QT_TRANSLATE_NOOP("present", "data {age} old, balancer's clock off by {skew}"),
                age=age,
                skew=numbers.seconds(abs(skew)),
            ),
            Tone.NOTICE,
        )
    return phrase(QT_TRANSLATE_NOOP("present", "data {age} old"), age=age), Tone.QUIET


def tiles(glance: Glance) -> tuple[Tile, ...]:
    """From how many there are to what clients feel. What was never told is not counted, and what is past is not shown as now."""
    shown = _tiles(glance)
    if glance.view.sight is Sight.STARTING or not math.isfinite(glance.data_age_s):
        return tuple(Tile(tile.key, numbers.DASH, tile.word, tone=Tone.UNKNOWN) for tile in shown)
    if glance.blind and glance.data_age_s > 2.0 * glance.view.frame.interval_s:
        age = numbers.seconds(glance.data_age_s)
        return tuple(
            Tile(
                tile.key,
                numbers.DASH,
                # Its word holds a share of then; beside "-" it would pass for one of now.
                phrase(QT_TRANSLATE_NOOP("present", "silent")) if tile.key == "silent" else tile.word,
                phrase(QT_TRANSLATE_NOOP("present", "{value}, {age} ago"), value=tile.value, age=age),
                Tone.UNKNOWN,
                tile.tip,
            )
            for tile in shown
        )
    return shown


def _tiles(glance: Glance) -> tuple[Tile, ...]:
    figures = glance.view.figures
    return (
        _attached(figures),
        _silent(glance),
        _sessions(glance),
        _effective(glance),
        _capacity(figures),
        _errors(figures),
        _refused(figures),
    )


def _attached(figures: Figures) -> Tile:
    return Tile(
        "attached",
        str(figures.attached),
        phrase(QT_TRANSLATE_NOOP("present", "attached")),
        phrase(
            QT_TRANSLATE_NOOP("present", "{detached} detached, {unreachable} unreachable"),
            detached=str(figures.detached),
            unreachable=str(figures.unreachable),
        ),
        Tone.UNKNOWN if figures.unreachable else Tone.QUIET,
        phrase(
            QT_TRANSLATE_NOOP(
                "present", "Servers that the balancer may pick; servers whose own status this workstation cannot read"
            )
        ),
    )


def _silent(glance: Glance) -> Tile:
    figures = glance.view.figures
    word = phrase(QT_TRANSLATE_NOOP("present", "silent"))
    tip = phrase(
        QT_TRANSLATE_NOOP("present", "Attached servers whose last report to the balancer is older than {limit}"),
        limit=numbers.seconds(glance.view.silent_limit_s),
    )
    if not figures.silent:
        return Tile("silent", "0", word, phrase(QT_TRANSLATE_NOOP("present", "all attached servers report")), tip=tip)
    word = phrase(
        QT_TRANSLATE_NOOP("present", "silent, {share}"),
        share=numbers.share(figures.silent / figures.servers if figures.servers else None, 1),
    )
    pools = _pools(glance, glance.silent)
    if len(pools) == 1:
        pool, silent = next(iter(pools.items()))
        frame = glance.view.frame
        size = sum(1 for row in frame.rows if row.pool == (pool or None) and frame.listed[row.slot])
        line = phrase(
            QT_TRANSLATE_NOOP("present", "all in {pool} ({share})"),
            pool=pool or numbers.DASH,
            share=numbers.share(silent / size if size else None, 1),
        )
    elif pools:
        line = phrase(QT_TRANSLATE_NOOP("present", "in {pools} pools"), pools=str(len(pools)))
    else:
        line = phrase(QT_TRANSLATE_NOOP("present", "never reported"))
    urgent = any(alarm.rule == "silent" and alarm.priority is Priority.HIGH for alarm in glance.view.alarms)
    return Tile("silent", str(figures.silent), word, line, Tone.ALARM if urgent else Tone.WARN, tip)


def _pools(glance: Glance, slots: np.ndarray) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in glance.view.frame.rows:
        if slots[row.slot]:
            found[row.pool or ""] = found.get(row.pool or "", 0) + 1
    return found


def _sessions(glance: Glance) -> Tile:
    figures = glance.view.figures
    word = phrase(QT_TRANSLATE_NOOP("present", "of {slots} sessions"), slots=numbers.count(figures.slots))
    if figures.sessions_unknown:
        line = phrase(
            QT_TRANSLATE_NOOP("present", "{servers} server not counted")
            if figures.sessions_unknown == 1
            else QT_TRANSLATE_NOOP("present", "{servers} servers not counted"),
            servers=str(figures.sessions_unknown),
        )
        return Tile("sessions", numbers.count(figures.sessions), word, line, Tone.UNKNOWN)
    truth = glance.view.frame[Column.TRUTH][glance.silent]
    if len(truth) and np.isfinite(truth).all():
        line = phrase(
            QT_TRANSLATE_NOOP("present", "{sessions} of them on the {servers} silent"),
            sessions=numbers.count(float(truth.sum())),
            servers=str(len(truth)),
        )
    else:
        line = phrase(
            QT_TRANSLATE_NOOP("present", "{share} of all slots used"), share=numbers.share(figures.used_share)
        )
    return Tile("sessions", numbers.count(figures.sessions), word, line)


def _effective(glance: Glance) -> Tile:
    figures = glance.view.figures
    word = phrase(QT_TRANSLATE_NOOP("present", "effective servers"))
    tip = phrase(
        QT_TRANSLATE_NOOP("present", "On how many servers the new sessions of the last 10 s spread, as if evenly")
    )
    if not numbers.known(figures.n_eff):
        return Tile(
            "n_eff", numbers.DASH, word, phrase(QT_TRANSLATE_NOOP("present", "too few new sessions to tell")), tip=tip
        )
    herd = figures.n_eff < HERD_BELOW * figures.n_eff_of
    line = (
        phrase(
            QT_TRANSLATE_NOOP("present", "of {servers}; one takes {share}"),
            servers=str(figures.n_eff_of),
            share=numbers.share(figures.herd_share),
        )
        if herd
        else phrase(QT_TRANSLATE_NOOP("present", "of {servers}; the load is spread"), servers=str(figures.n_eff_of))
    )
    return Tile("n_eff", numbers.decimal(figures.n_eff), word, line, Tone.ALARM if herd else Tone.QUIET, tip)


def _capacity(figures: Figures) -> Tile:
    after = figures.used_share_after_loss
    left = 1.0 - after if numbers.known(after) else None
    tone = (
        Tone.UNKNOWN
        if left is None
        else Tone.ALARM
        if after > _LOSS_ALARM
        else Tone.WARN
        if after > _LOSS_WARN
        else Tone.QUIET
    )
    return Tile(
        "capacity",
        numbers.share(left if left is None else max(left, 0.0)),
        phrase(QT_TRANSLATE_NOOP("present", "free if one goes")),
        phrase(QT_TRANSLATE_NOOP("present", "{share} of all slots used now"), share=numbers.share(figures.used_share)),
        tone,
        phrase(
            QT_TRANSLATE_NOOP("present", "Free slots of the attached servers after the loss of the largest of them")
        ),
    )


def _errors(figures: Figures) -> Tile:
    word = phrase(QT_TRANSLATE_NOOP("present", "errors / min"))
    rates = figures.errors_per_min
    if not rates:
        return Tile("errors", numbers.DASH, word, phrase(QT_TRANSLATE_NOOP("present", "the balancer does not tell")))
    total = sum(rates.values())
    line = phrase(QT_TRANSLATE_NOOP("present", "as clients are told, below"))
    # What was a minute ago and is over is worth knowing, no more.
    now = sum(figures.errors.values()) > 0 or figures.refused_share > 0
    return Tile("errors", numbers.decimal(total, 0), word, line, _error_tone(total, now))


def errors(figures: Figures) -> tuple[ErrorCount, ...]:
    """Each text of the service with its count; the three known ones always, so that a 0 is seen to be one. None where nobody tells."""
    rates = figures.errors_per_min
    if not rates:
        return ()
    now = sum(figures.errors.values()) > 0 or figures.refused_share > 0
    texts = sorted({*ERROR_TEXTS, *rates}, key=lambda text: (-rates.get(text, 0.0), -len(text)))
    return tuple(
        ErrorCount(text, numbers.decimal(rates.get(text, 0.0), 0), _error_tone(rates.get(text, 0.0), now))
        for text in texts
    )


def _error_tone(per_min: float, now: bool) -> Tone:
    if not per_min > 0:
        return Tone.QUIET
    return Tone.ALARM if now else Tone.NOTICE


def _refused(figures: Figures) -> Tile:
    word = phrase(QT_TRANSLATE_NOOP("present", "of sessions refused"))
    tip = phrase(QT_TRANSLATE_NOOP("present", "Share of the new sessions that were refused"))
    if not numbers.known(figures.refused_share):
        return Tile(
            "refused", numbers.DASH, word, phrase(QT_TRANSLATE_NOOP("present", "no new sessions in 10 s")), tip=tip
        )
    by_pool = {pool: share for pool, share in figures.refused_share_by_pool.items() if numbers.known(share)}
    line = phrase(QT_TRANSLATE_NOOP("present", "last 10 s"))
    if by_pool and figures.refused_share > 0:
        pool = max(by_pool, key=lambda name: by_pool[name])
        line = phrase(
            QT_TRANSLATE_NOOP("present", "{share} in {pool}, last 10 s"), share=numbers.share(by_pool[pool]), pool=pool
        )
    refused = figures.refused_share
    return Tile(
        "refused",
        numbers.share(refused),
        word,
        line,
        Tone.ALARM if refused >= _REFUSED_ALARM else Tone.NOTICE if refused > 0 else Tone.QUIET,
        tip,
    )
