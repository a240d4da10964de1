"""Made-up cards: a suspect with its reasons, an action on its ladder. Qt-free."""

from __future__ import annotations

from widgets.samplesafety import gates
from widgets.viewdata import (
    NOTHING,
    QT_TRANSLATE_NOOP,
    ActButton,
    ActionCard,
    RungData,
    RungState,
    SuspectCard,
    Tone,
    phrase,
)


def suspect(server: str, *, enabled: bool = True) -> SuspectCard:
    """A card with its reasons."""
    return SuspectCard(
        server,
        "-a-general/8k",
        Tone.ALARM,
        (
            phrase(QT_TRANSLATE_NOOP("present", "silent")),
            phrase(QT_TRANSLATE_NOOP("present", "gap")),
            phrase(QT_TRANSLATE_NOOP("present", "saturation")),
        ),
        (
            phrase(QT_TRANSLATE_NOOP("present", "truth {truth}, belief {belief}"), truth="12/12", belief="0"),
            phrase(QT_TRANSLATE_NOOP("present", "last report {age} ago, limit {bound}"), age="360 s", bound="1.0 s"),
            phrase(
                QT_TRANSLATE_NOOP("present", "takes {share} of new sessions, fair share {fair}"),
                share="34 %",
                fair="1.6 %",
            ),
        ),
        ActButton(
            "detach",
            server,
            phrase(
                QT_TRANSLATE_NOOP("present", "LAB: {act}"),
                act=phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=server),
            ),
            enabled,
            NOTHING
            if enabled
            else phrase(
                QT_TRANSLATE_NOOP("present", "Acting is locked: the console is blind, its last picture is {age} old."),
                age="12 s",
            ),
        ),
        gates() if enabled else (),
    )


def action(server: str, *, done: bool = True) -> ActionCard:
    """A detach with its ladder."""
    reached, weak = RungState.REACHED, RungState.WEAK
    rungs = (
        RungData(phrase(QT_TRANSLATE_NOOP("present", "Requested")), reached, "14:03:31"),
        RungData(
            phrase(QT_TRANSLATE_NOOP("present", "Accepted")),
            reached,
            "14:03:31",
            phrase(
                QT_TRANSLATE_NOOP("present", "answer {status}, generation {generation}"), status="200", generation="70"
            ),
        ),
        RungData(
            phrase(QT_TRANSLATE_NOOP("present", "Confirmed")),
            reached,
            "14:03:32",
            phrase(
                QT_TRANSLATE_NOOP("present", "the balancer's table says so, generation {generation}"), generation="70"
            ),
        ),
        RungData(
            phrase(QT_TRANSLATE_NOOP("present", "Effective"))
            if done
            else phrase(QT_TRANSLATE_NOOP("present", "Effective (weak)")),
            reached if done else weak,
            "14:03:34",
            phrase(
                QT_TRANSLATE_NOOP("present", "{routed} new sessions where {expected} were to be expected"),
                routed="0",
                expected="5.2",
            )
            if done
            else phrase(
                QT_TRANSLATE_NOOP(
                    "present", "none came in {time}, but only {expected} would have: more traffic has to prove it"
                ),
                time="31 s",
                expected="0.2",
            ),
        ),
        RungData(phrase(QT_TRANSLATE_NOOP("present", "Drained")), RungState.WAITING if done else RungState.AHEAD),
    )
    undo = ActButton(
        "attach", server, phrase(QT_TRANSLATE_NOOP("present", "Undo: attach {server}"), server=server), enabled=True
    )
    return ActionCard(
        f"act-{server}",
        server,
        phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=server),
        Tone.QUIET,
        rungs,
        NOTHING,
        undo,
    )
