"""A preview in words: what a detach would do, for the card, the chat and the record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from console.decide.drain import LONGEST_S
from console.domain.foresight import Assumption, Binding, Drain, Outlook, Preview
from console.present import numbers
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase, verbatim

_NAMED: Final = 5
"""Servers that a sentence names."""
ASSUMPTIONS: Final = {
    Assumption.ALGORITHM: phrase(
        QT_TRANSLATE_NOOP("present", "how the balancer picks cannot be told: least-reported is assumed")
    ),
    Assumption.PARAMETERS: phrase(
        QT_TRANSLATE_NOOP("present", "the balancer's parameters are not known here: the usual ones are assumed")
    ),
    Assumption.TRUTH: phrase(
        QT_TRANSLATE_NOOP(
            "present", "of some servers the sessions are not known: the last ones, or the average, stand in"
        )
    ),
    Assumption.LIMITS: phrase(QT_TRANSLATE_NOOP("present", "some servers tell no limit: they are taken as never full")),
}


def preview_lines(preview: Preview) -> tuple[Phrase, ...]:
    """All that a preview says, most important first; only what is known yet."""
    found: list[Phrase] = []
    if preview.smallest is not None and preview.as_is is not None:
        found.append(smallest_words(preview))
    if preview.as_is is not None and preview.with_it is not None:
        found.append(changes_words(preview.servers, preview.as_is, preview.with_it))
    told = preview.with_it or preview.as_is
    if told is not None:
        found += [peak_words(told), next_words(told)]
    found += [drain_words(one) for one in preview.drains]
    return (*found, *assumed_words(preview))


def assumed_words(preview: Preview) -> tuple[Phrase, ...]:
    """What was not known, and what was taken for it."""
    length: tuple[Phrase, ...] = ()
    if Assumption.SESSION_LENGTH in preview.assumed:
        length = (
            phrase(
                QT_TRANSLATE_NOOP("present", "assumed: a session lasts {seconds}"),
                seconds=numbers.seconds(preview.flow.session_s),
            ),
        )
    return (*length, *(words for assumption, words in ASSUMPTIONS.items() if assumption in preview.assumed))


def names(servers: Sequence[str]) -> Phrase:
    """`dsrs-001, dsrs-002`; of many the first few, and how many more."""
    listed = ", ".join(servers[:_NAMED])
    if len(servers) <= _NAMED:
        return verbatim(listed)
    return phrase(
        QT_TRANSLATE_NOOP("present", "{servers} and {count} more"),
        servers=listed,
        count=numbers.count(len(servers) - _NAMED),
    )


def smallest_words(preview: Preview) -> Phrase:
    """The smallest set that ends it; only where it was looked for."""
    smallest, as_is = preview.smallest, preview.as_is
    assert smallest is not None and as_is is not None
    if smallest.outlook is None:
        if smallest.found:
            return phrase(
                QT_TRANSLATE_NOOP("present", "nothing to end: refused {share} within {horizon} as it is"),
                share=numbers.share(as_is.refused_share),
                horizon=numbers.seconds(preview.horizon_s),
            )
        return phrase(QT_TRANSLATE_NOOP("present", "no set of servers was found whose detach would end this"))
    change = {
        "servers": names(smallest.servers),
        "before": numbers.share(as_is.refused_share),
        "after": numbers.share(smallest.outlook.refused_share),
    }
    if not smallest.found:
        return phrase(
            QT_TRANSLATE_NOOP("present", "no set ends it; without {servers}: refused {before} -> {after}"), **change
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "detaching these ends it: {servers}: refused {before} -> {after}"), **change
    )


def changes_words(servers: Sequence[str], before: Outlook, after: Outlook) -> Phrase:
    """What a detach does to the refused."""
    return phrase(
        QT_TRANSLATE_NOOP("present", "detach {servers}: refused {before} -> {after}"),
        servers=names(servers),
        before=numbers.share(before.refused_share),
        after=numbers.share(after.refused_share),
    )


def peak_words(told: Outlook) -> Phrase:
    """How full the fullest one gets."""
    if told.binding is Binding.MEMORY:
        return phrase(
            QT_TRANSLATE_NOOP("present", "memory runs out first: peak {peak}"), peak=numbers.share(told.memory_share)
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "peak {peak} (give or take {margin}) on {server}"),
        peak=numbers.share(told.peak_share),
        margin=numbers.share(told.margin),
        server=told.peak_server or numbers.DASH,
    )


def next_words(told: Outlook) -> Phrase:
    """Who fills up next."""
    expected = told.full_s < math.inf
    if expected and told.victims and told.tied <= len(told.victims):
        return phrase(
            QT_TRANSLATE_NOOP("present", "next full: {servers} in {seconds}"),
            servers=names(told.victims),
            seconds=numbers.seconds(told.full_s),
        )
    if expected and told.victims:
        return phrase(
            QT_TRANSLATE_NOOP("present", "next full: one of {count} that cannot be told apart, in {seconds}"),
            count=numbers.count(told.tied),
            seconds=numbers.seconds(told.full_s),
        )
    if told.victims and _comes_near(told):
        return phrase(
            QT_TRANSLATE_NOOP("present", "nobody is expected to fill up; by chance it could be {servers}"),
            servers=names(told.victims),
        )
    if told.carriers:
        return phrase(
            QT_TRANSLATE_NOOP("present", "nobody else fills up; most goes to {servers}"), servers=names(told.carriers)
        )
    return phrase(QT_TRANSLATE_NOOP("present", "nobody fills up"))


def _comes_near(told: Outlook) -> bool:
    """Whether the first of those that might fill up by chance comes within the margin of its slots."""
    at = told.ids.index(told.victims[0])
    return bool(told.peak[at] / told.limit[at] + told.margin >= 1.0)


def drain_words(one: Drain) -> Phrase:
    """How long it takes to become empty."""
    if one.sessions == 0:
        return phrase(QT_TRANSLATE_NOOP("present", "{server} is empty"), server=one.server)
    if one.overdue and not math.isnan(one.p90_s):
        return phrase(
            QT_TRANSLATE_NOOP(
                "present",
                "{server}: usual sessions end within {p90}; some are older than usual and may last up to {bound}",
            ),
            server=one.server,
            p90=numbers.seconds(one.p90_s),
            bound=numbers.seconds(min(one.bound_s, LONGEST_S)),
        )
    if not one.certain or math.isnan(one.p50_s):
        return phrase(
            QT_TRANSLATE_NOOP("present", "{server} may take up to {bound} to become empty"),
            server=one.server,
            bound=numbers.seconds(min(one.bound_s, LONGEST_S)),
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "{server} is empty in about {p50}, at most {p90} in nine of ten cases"),
        server=one.server,
        p50=numbers.seconds(one.p50_s),
        p90=numbers.seconds(one.p90_s),
    )
