"""What-ifs as the gates use them: beside the projection, never instead of it, so that they can only make a verdict stricter.

A what-if is used where it is fresh and of this very set: its survivors are the servers that would stay attached now. It then says
of each survivor how much more or less it would carry than the projection says; that difference goes along into every way out.
The share that is detached afterwards is counted: with the same survivors a what-if counts the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from console.decide.gates import forecast
from console.decide.gates.situation import Foretold, Mates, Situation
from console.domain import foresight
from console.domain.foresight import Preview
from console.domain.frame import NAN, Floats
from console.domain.safety import Said, say


def known_sets(previews: Iterable[Preview]) -> tuple[Foretold, ...]:
    """Every set of which both futures are known: the one that was asked for, and the smallest that ends the herd."""
    found: dict[frozenset[str], Foretold] = {}
    for preview in previews:
        smallest = preview.smallest
        asked = [preview.with_it, None if smallest is None else smallest.outlook]
        for ahead in asked:
            if ahead is None or preview.as_is is None or not ahead.detached:
                continue
            one = _made(preview, preview.as_is, ahead)
            older = found.get(one.servers)
            if older is None or older.mono_s < one.mono_s:
                found[one.servers] = one
    return tuple(found.values())


def _made(preview: Preview, as_is: foresight.Outlook, ahead: foresight.Outlook) -> Foretold:
    before = dict(zip(as_is.ids, _most(as_is).tolist(), strict=True))
    return Foretold(
        servers=frozenset(ahead.detached),
        mono_s=preview.mono_s,
        ids=ahead.ids,
        without=np.array([before.get(server, NAN) for server in ahead.ids]),
        with_it=_most(ahead),
        margin=max(as_is.margin, ahead.margin),
    )


def _most(ahead: foresight.Outlook) -> Floats:
    """Per survivor, the most of its loads at the marks; the medians of the runs, so that no single draw of chance counts."""
    return ahead.loads.max(axis=0)


def of_set(situation: Situation) -> Foretold | None:
    """The what-if of this request, together with what a plan detaches before it; None: there is none of this fleet."""
    base = situation.base
    if base is None or not situation.foretold:
        return None
    wanted = situation.ahead | {situation.server}
    stay = base.attached & base.others
    for one in situation.foretold:
        if one.servers == wanted and len(one.ids) == int(stay.sum()):
            places = _places(one.ids, base.ids)
            if (places >= 0).all() and stay[places].all():
                return one
    return None


def outlook(told: Foretold, mates: Mates, plain: forecast.Outlook, at_first: forecast.Outlook,
            base: Mates) -> forecast.Outlook:  # fmt: skip
    """The projection moved by what the what-if said beyond it: of `base` (when it was asked) it is the what-if itself.

    `plain`: the projection of `mates`; `at_first`: of `base`.
    """
    then, now = _places(told.ids, base.ids), _places(told.ids, mates.ids)
    here = (then >= 0) & (now >= 0)

    def moved(column: Floats, said: Floats, old: Floats) -> Floats:
        column = column.copy()
        more = np.nan_to_num(said[here] - old[then[here]])  # what one of them does not know stays as projected
        column[now[here]] = np.maximum(0.0, column[now[here]] + more)
        return column

    without = moved(plain.without, told.without, at_first.without)
    with_it = moved(plain.with_it, told.with_it, at_first.with_it)
    return forecast.Outlook(without, with_it, forecast.memory(mates, with_it))


@lru_cache(maxsize=64)
def _places(ids: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.intp]:
    """Index of each id; -1: it is not among them. The same few columns are asked of for every button and way out."""
    place = {server: index for index, server in enumerate(among)}
    return np.array([place.get(server, -1) for server in ids], dtype=np.intp)


def grounds(situation: Situation, told: Foretold | None) -> Said:
    """What the verdict rests on, for the record and the eye."""
    if told is None:
        return say("By the plain projection alone: no fresh what-if of this set is at hand.")
    return say("By the what-if of {age:.0f} s ago and the projection, the worse of both.", age=told.age_s)
