"""What the console looked ahead to, as the window shows it: the card of a detach, the strip over the suspects."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.domain.alarms import Herd
from console.domain.foresight import Binding, Outlook, Preview, TrackRecord
from console.domain.frame import Column
from console.domain.states import Verb
from console.present import numbers
from console.present.foretold import assumed_words, drain_words, names, next_words, smallest_words
from console.present.glance import Glance
from console.present.reasons import reason
from widgets.foretolddata import ForetoldData, ForetoldRow, HerdData, ToldLine, Weight
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase, verbatim

COUNTED_S: Final = 60.0
"""A countdown is shown from here on."""
SOON_S: Final = 15.0
"""From here on it is an alarm."""
HERD_BELOW: Final = 0.5
"""Effective servers under this share of what their weights deserve: the load herds."""
_FULL: Final = 0.995
"""A share that is written as 100 %."""
_BAD: Final = 0.01
"""More than this share refused is worth the eye."""
_AGED_S: Final = 5.0
"""A forecast younger than this is of now."""


def foretold(glance: Glance, server: str) -> ForetoldData | None:
    """What happens if this server is detached; None where that is no question: it is not attached, or nobody looks ahead."""
    view = glance.view
    row = view.frame.rows.get(server)
    if row is None or not view.frame.attached[row.slot] or (view.foresight.shadow is None and not _looks_ahead(glance)):
        return None
    preview = view.foresight.previews.get(server)
    if preview is None or preview.as_is is None or preview.with_it is None:
        why = view.foresight.why_not.get(server)
        note = reason(why) if why else phrase(QT_TRANSLATE_NOOP("present", "being worked out ..."))
        return ForetoldData(server, note=note)
    as_is, with_it = preview.as_is, preview.with_it
    age_s = glance.age_s + view.frame.mono_s - preview.mono_s
    return ForetoldData(
        server=server,
        age=numbers.whole_seconds(age_s) if age_s > _AGED_S else "",
        marks=_MARKS,
        rows=(
            _row(glance, phrase(QT_TRANSLATE_NOOP("present", "as it is")), as_is),
            _row(glance, phrase(QT_TRANSLATE_NOOP("present", "detached")), with_it),
        ),
        lines=_lines(preview, as_is, with_it),
        grounds=(_record(view.foresight.record), *assumed_words(preview)),
    )


def card_line(glance: Glance, server: str) -> Phrase:
    """One line for the card of a suspect, NOTHING where nothing is known."""
    preview = glance.view.foresight.previews.get(server)
    if preview is None or preview.as_is is None or preview.with_it is None:
        return NOTHING
    return phrase(
        QT_TRANSLATE_NOOP("present", "detached alone: refused {before} -> {after}, peak {peak}"),
        before=numbers.share(preview.as_is.refused_share),
        after=numbers.share(preview.with_it.refused_share),
        peak=numbers.share(preview.with_it.peak_share),
    )


def herd_strip(glance: Glance) -> HerdData | None:
    """Where the new sessions do harm next; None where there is nothing to say, or nothing is seen."""
    if glance.blind:
        return None
    view, ends = glance.view, _ends(glance)
    # The soonest first; of pools without a countdown the most concentrated.
    herds = sorted(view.herds, key=lambda herd: _left(glance, herd))
    for herd in herds:
        left_s = _left(glance, herd)
        if left_s <= COUNTED_S and herd.victims:
            soon = left_s <= SOON_S
            return HerdData(
                ToldLine(_countdown(herd, left_s), Weight.ALARM if soon else Weight.WARN, _explained(herd)),
                _figures(herd),
                ends,
            )
    for herd in view.herds:
        if numbers.known(herd.n_eff) and numbers.known(herd.n_fair) and herd.n_eff < HERD_BELOW * herd.n_fair:
            title = phrase(
                QT_TRANSLATE_NOOP("present", "herd on {n_eff} of {servers} servers"),
                n_eff=numbers.decimal(herd.n_eff),
                servers=numbers.count(herd.n_fair),
            )
            return HerdData(ToldLine(title, Weight.WARN, _explained(herd)), _figures(herd), ends)
    for herd in view.herds:
        if herd.number >= 1.0:
            title = phrase(QT_TRANSLATE_NOOP("present", "one report interval can fill a server"))
            return HerdData(ToldLine(title, Weight.NOTICE, _explained(herd)), _figures(herd), ends)
    return None


def of_situation(preview: Preview | None) -> Preview | None:
    """The same without the question about one server: what happens anyway, and what ends it."""
    return None if preview is None else replace(preview, servers=(), with_it=None, drains=())


def leading(glance: Glance) -> Preview | None:
    """The preview of the first suspect that has one."""
    previews = glance.view.foresight.previews
    return next((previews[one.server] for one in glance.view.suspects if one.server in previews), None)


def _looks_ahead(glance: Glance) -> bool:
    foresight = glance.view.foresight
    return bool(foresight.previews or foresight.why_not)


_MARKS: Final = (
    phrase(QT_TRANSLATE_NOOP("present", "now")),
    verbatim("+10 s"),
    verbatim("+30 s"),
    verbatim("+60 s"),
    phrase(QT_TRANSLATE_NOOP("present", "peak")),
)


def _row(glance: Glance, word: Phrase, told: Outlook) -> ForetoldRow:
    """How full the fullest survivor is: now as it is seen, later as it is foretold."""
    frame = glance.view.frame
    slots = [row.slot for server in told.ids if (row := frame.rows.get(server)) is not None]
    with np.errstate(invalid="ignore", divide="ignore"):
        now = frame[Column.TRUTH][slots] / frame[Column.LIMIT][slots]
        later = told.loads / told.limit
    shares = [_most(now), *(_most(mark) for mark in later), told.peak_share]
    return ForetoldRow(
        word,
        tuple(numbers.share(share).removesuffix(" %") for share in shares),
        tuple(share >= _FULL for share in shares),
    )


def _most(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = shares[np.isfinite(shares)]
    return float(known.max()) if known.size else math.nan


def _lines(preview: Preview, as_is: Outlook, with_it: Outlook) -> tuple[ToldLine, ...]:
    bad = with_it.refused_share > _BAD
    refused = phrase(
        QT_TRANSLATE_NOOP("present", "refused {before} -> {after}"),
        before=numbers.share(as_is.refused_share),
        after=numbers.share(with_it.refused_share),
    )
    found = [ToldLine(refused, Weight.ALARM if bad else Weight.QUIET)]
    fills = with_it.full_s < math.inf
    found.append(ToldLine(next_words(with_it), Weight.ALARM if fills else Weight.QUIET))
    found.append(ToldLine(_binding(with_it)))
    if preview.smallest is not None:
        found.append(ToldLine(smallest_words(preview)))
    found += [ToldLine(drain_words(one)) for one in preview.drains]
    return tuple(found)


def _binding(told: Outlook) -> Phrase:
    if told.binding is Binding.MEMORY:
        return phrase(
            QT_TRANSLATE_NOOP("present", "memory runs out first: peak {peak}; slots {slots} ± {margin}"),
            peak=numbers.share(told.memory_share),
            slots=numbers.share(told.peak_share),
            margin=numbers.share(told.margin),
        )
    memory = numbers.share(told.memory_share)
    return phrase(
        QT_TRANSLATE_NOOP("present", "slots run out first: peak {peak} ± {margin} on {server}; memory {memory}"),
        peak=numbers.share(told.peak_share),
        margin=numbers.share(told.margin),
        server=told.peak_server or numbers.DASH,
        memory=memory if memory != numbers.DASH else phrase(QT_TRANSLATE_NOOP("present", "not told")),
    )


def _record(record: TrackRecord) -> Phrase:
    if not record.over:
        return phrase(QT_TRANSLATE_NOOP("present", "no forecast has been held against what came yet"))
    off = phrase(
        QT_TRANSLATE_NOOP("present", "last forecast: off by {error}")
        if record.over == 1
        else QT_TRANSLATE_NOOP("present", "last {count} forecasts: off by {error} on average"),
        count=str(record.over),
        error=numbers.share(record.error, 1),
    )
    if not numbers.known(record.margin):
        return off
    return phrase(
        QT_TRANSLATE_NOOP("present", "{off}; margins are at least {margin} for it"),
        off=off,
        margin=numbers.share(record.margin, 1),
    )


def _left(glance: Glance, herd: Herd) -> float:
    """Seconds from now; inf: none is to be expected."""
    return max(herd.countdown_s - glance.age_s, 0.0) if numbers.known(herd.countdown_s) else math.inf


def _countdown(herd: Herd, left_s: float) -> Phrase:
    seconds = numbers.whole_seconds(left_s)
    if len(herd.victims) == 1:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{server} full in {seconds}"), server=herd.victims[0], seconds=seconds
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "full in {seconds}: one of {servers}"),
        servers=names(herd.victims),
        seconds=seconds,
    )


def _figures(herd: Herd) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP("present", "{pool}: {n_eff} of {servers} effective, H {number}"),
        pool=herd.pool or numbers.DASH,
        n_eff=numbers.decimal(herd.n_eff),
        servers=numbers.count(herd.n_fair),
        number=numbers.decimal(herd.number, 2),
    )


def _explained(herd: Herd) -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "H, the herd number: sessions that come in one report interval over the free slots of one server; from 1 on a single interval "
            "can fill one. {rate} new sessions per second.",
        ),
        rate=numbers.decimal(herd.rate_per_s),
    )


def _ends(glance: Glance) -> Phrase:
    """The smallest set, in the words of the button that detaches it where the engine proposes that very set."""
    preview = leading(glance)
    if preview is None or preview.smallest is None or preview.as_is is None or not preview.smallest.servers:
        return NOTHING
    smallest, outlook = preview.smallest, preview.smallest.outlook
    if outlook is None:
        return NOTHING
    change = {
        "before": numbers.share(preview.as_is.refused_share),
        "after": numbers.share(outlook.refused_share),
        "servers": names(smallest.servers),
        "count": str(len(smallest.servers)),
    }
    if not smallest.found:
        return phrase(
            QT_TRANSLATE_NOOP("present", "no set ends it; without {servers}: refused {before} -> {after}"), **change
        )
    if len(smallest.servers) == 1:
        return phrase(QT_TRANSLATE_NOOP("present", "{servers} alone ends it: refused {before} -> {after}"), **change)
    offered = any(
        one.verb is Verb.DETACH and set(one.servers) == set(smallest.servers) for one in glance.view.proposals
    )
    if offered:
        return phrase(QT_TRANSLATE_NOOP("present", "these {count}: refused {before} -> {after}"), **change)
    return phrase(QT_TRANSLATE_NOOP("present", "{count} end it, {servers}: refused {before} -> {after}"), **change)
