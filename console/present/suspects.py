"""Suspects -> cards: who, why in two to four numbers, and the button that names its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from console.domain.actions import Intent
from console.domain.alarms import Suspect
from console.domain.frame import Column
from console.domain.states import Priority, Verb
from console.present import numbers
from console.present.acting import act_button, button
from console.present.foreseen import card_line
from console.present.gates import marks
from console.present.glance import Glance
from console.present.words import TONES, number, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, SuspectCard, Tone, phrase

KEPT_S: Final = 60.0
"""The card of a server just detached keeps its place for so long: nothing slides under the pointer, Undo is where Detach was."""


class SuspectOrder:
    """Worst first, but a suspect keeps its place while its tone stays the same: cards never change places by a jitter."""

    def __init__(self) -> None:
        self._last: tuple[tuple[str, Tone], ...] = ()

    def cards(self, glance: Glance) -> tuple[SuspectCard, ...]:
        """The suspects, and in their old places those that were detached from here within the last minute."""
        places = {server: index for index, (server, _) in enumerate(self._last)}
        tones = dict(self._last)
        found = {suspect.server: card(glance, suspect, worst(glance, suspect)) for suspect in glance.view.suspects}
        for intent in _lately_detached(glance):
            if intent.server not in found and intent.server in places:
                found[intent.server] = kept_card(glance, intent)

        def place(item: tuple[int, SuspectCard]) -> tuple[int, int]:
            index, shown = item
            tone = _weight(shown, tones)
            stays = tones.get(shown.server) is tone
            return (-tone, places[shown.server] if stays else len(places) + index)

        ordered = tuple(shown for _, shown in sorted(enumerate(found.values()), key=place))
        self._last = tuple((shown.server, _weight(shown, tones)) for shown in ordered)
        return ordered


def _weight(shown: SuspectCard, before: Mapping[str, Tone]) -> Tone:
    """The tone that decides the place: a detached one counts as before."""
    return before.get(shown.server, shown.tone) if shown.button.verb == "attach" else shown.tone


def _lately_detached(glance: Glance) -> list[Intent]:
    frame = glance.view.frame
    found: list[Intent] = []
    for action in glance.view.actions:
        intent, row = action.intent, frame.rows.get(action.intent.server)
        fresh = glance.now_mono_s - intent.asked_mono_s < KEPT_S
        if fresh and row is not None and intent.verb is Verb.DETACH and (frame.detached[row.slot] or not action.over):
            found.append(intent)
    return found


def kept_card(glance: Glance, intent: Intent) -> SuspectCard:
    """A detached server where its suspect's card was: what has become of it, and the way back."""
    row = glance.view.frame.rows.get(intent.server)
    truth = None if row is None else glance.at(row, Column.TRUTH)
    limit = None if row is None else glance.at(row, Column.LIMIT)
    shown = act_button(glance, intent.server)
    if shown.verb == Verb.ATTACH.value:
        shown = button(glance, Verb.ATTACH, intent.server, undo=True)
    return SuspectCard(
        server=intent.server,
        pool=intent.pool or "",
        tone=Tone.NOTICE,
        rules=(phrase(QT_TRANSLATE_NOOP("present", "detached")),),
        reasons=(
            phrase(
                QT_TRANSLATE_NOOP("present", "truth {truth}: sessions that it has go on"),
                truth=numbers.of(truth, limit),
            ),
            phrase(QT_TRANSLATE_NOOP("present", "new sessions go to the others")),
        ),
        button=shown,
        gates=marks(glance.view.appraisals.get(intent.server)),
    )


def worst(glance: Glance, suspect: Suspect) -> Tone:
    """Tone of its worst open alarm; without one a medium."""
    priorities = [alarm.priority for alarm in glance.alarms.get(suspect.server, ())]
    return TONES[max(priorities, default=Priority.MEDIUM)]


def card(glance: Glance, suspect: Suspect, tone: Tone) -> SuspectCard:
    """One card."""
    return SuspectCard(
        server=suspect.server,
        pool=suspect.pool or "",
        tone=tone,
        rules=tuple(rule_word(rule) for rule in suspect.rules),
        reasons=reasons(suspect),
        button=act_button(glance, suspect.server),
        gates=marks(glance.view.appraisals.get(suspect.server)),
        foretold=card_line(glance, suspect.server),
    )


def reasons(suspect: Suspect) -> tuple[Phrase, ...]:
    """Two to four, each with its numbers; what is not known is left out or reads "-"."""
    because = suspect.because
    truth, limit, belief = number(because, "truth"), number(because, "limit"), number(because, "belief")
    found = [
        phrase(
            QT_TRANSLATE_NOOP("present", "truth {truth}, belief {belief}"),
            truth=numbers.of(truth, limit),
            belief=numbers.count(belief),
        )
    ]
    age, bound = number(because, "report_age_s"), number(because, "silent_limit_s")
    if age is not None and bound is not None:
        found.append(
            phrase(
                QT_TRANSLATE_NOOP("present", "last report {age} ago, limit {bound}"),
                age=numbers.seconds(age),
                bound=numbers.seconds(bound),
            )
        )
    elif bound is not None and "silent" in suspect.rules:
        found.append(
            phrase(QT_TRANSLATE_NOOP("present", "never reported, limit {bound}"), bound=numbers.seconds(bound))
        )
    got, fair = number(because, "routed_share"), number(because, "fair_share")
    if got is not None and fair is not None:
        found.append(
            phrase(
                QT_TRANSLATE_NOOP("present", "gets {share} of new sessions, fair {fair}"),
                share=numbers.share(got),
                fair=numbers.share(fair, 1),
            )
        )
    if len(found) < 2 and (gap := number(because, "gap")) is not None:
        one = abs(round(gap)) == 1
        found.append(
            phrase(
                QT_TRANSLATE_NOOP("present", "gap {gap} session")
                if one
                else QT_TRANSLATE_NOOP("present", "gap {gap} sessions"),
                gap=numbers.signed(gap),
            )
        )
    return tuple(found)


def reason_text(
    suspect: Suspect | None, truth: float | None, limit: float | None, belief: float | None, age_s: float | None
) -> str:
    """The reason that travels to the balancer and into the journal, in English: `belief 0, truth 12/12, last report 48 s ago`."""
    if suspect is not None:
        because = suspect.because
        truth, limit = number(because, "truth"), number(because, "limit")
        belief, age_s = number(because, "belief"), number(because, "report_age_s")
    report = "no report" if age_s is None else f"last report {numbers.seconds(age_s)} ago"
    rules = f"{', '.join(suspect.rules)}: " if suspect is not None and suspect.rules else ""
    return f"{rules}belief {numbers.count(belief)}, truth {numbers.of(truth, limit)}, {report}"[:500]
