"""The lab's story (`GET /lab/guide`) -> the strip that tells a newcomer what goes on.

The document names a step and its numbers, `{"step": 2, "steps": 4, "name": "mute", "next_in_s": 12.5, "muted": ["dsrs-007"]}`; the words
stand here, so that they can be translated. The last step is the operator's, seen in the fleet itself: all muted servers are detached.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from console.domain.frame import Column
from console.domain.view import View
from console.present import numbers
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, GuideData, Phrase, phrase

FULL: Final = 0.8
"""Share of the limit from which "full" is no exaggeration."""


def guide(document: Mapping[str, object], view: View | None) -> GuideData | None:
    """The strip of a guide document; None where it tells of no step that this build knows."""
    step, steps, name = document.get("step"), document.get("steps"), document.get("name")
    if not isinstance(step, int) or not isinstance(steps, int) or not isinstance(name, str):
        return None
    muted = _names(document.get("muted"))
    if name == "run" and view is not None and muted and all(_is_detached(view, server) for server in muted):
        step, name = steps + 1, "recovered"
    left = muted if view is None else tuple(server for server in muted if not _is_detached(view, server))
    full = view is not None and bool(left) and all(_is_full(view, server) for server in left)
    words = _words(name, left if name == "run" else muted, full=full)
    if words is None:
        return None
    remaining = document.get("next_in_s")
    return GuideData(
        step=step,
        steps=steps + 1,
        title=words[0],
        line=words[1],
        remaining=phrase(QT_TRANSLATE_NOOP("present", "next in {time}"), time=f"{remaining:.0f} s")
        if isinstance(remaining, (int, float)) and remaining > 0
        else NOTHING,
    )


def _words(name: str, muted: tuple[str, ...], *, full: bool) -> tuple[Phrase, Phrase] | None:
    servers = ", ".join(muted) or numbers.DASH
    match name:
        case "quiet":
            return (
                phrase(QT_TRANSLATE_NOOP("present", "Night: all is well")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "A real balancer and its servers run on this machine. One row a server, time runs to the right; grey is healthy.",
                    )
                ),
            )
        case "mute":
            return (
                phrase(QT_TRANSLATE_NOOP("present", "Three servers stop reporting")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "{servers} go on serving, but tell the balancer nothing more. Nobody suffers yet: the load is low.",
                    ),
                    servers=servers,
                ),
            )
        case "ramp":
            return (
                phrase(QT_TRANSLATE_NOOP("present", "Business hours: the herd moves in")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "The balancer believes {servers} to be idle and sends them nearly all new sessions, until clients are refused.",
                    ),
                    servers=servers,
                ),
            )
        case "run" if not full:
            return (
                phrase(QT_TRANSLATE_NOOP("present", "Your turn: detach them")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "Truth rises while belief stays at 0. Press the Detach buttons of {servers}; sessions that they have go on.",
                    ),
                    servers=servers,
                ),
            )
        case "run":
            return (
                phrase(QT_TRANSLATE_NOOP("present", "Your turn: detach them")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "Truth says full, belief says empty. Press the Detach buttons of {servers}; sessions that they have go on.",
                    ),
                    servers=servers,
                ),
            )
        case "recovered":
            return (
                phrase(QT_TRANSLATE_NOOP("present", "The fleet recovers")),
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present",
                        "New sessions go to the servers that report; watch the refusals end. Ctrl+S saves what happened as one file.",
                    )
                ),
            )
        case _:
            return None


def _is_detached(view: View, server: str) -> bool:
    row = view.frame.rows.get(server)
    return row is not None and bool(view.frame.detached[row.slot])


def _is_full(view: View, server: str) -> bool:
    return view.frame.at(server, Column.TRUTH) >= FULL * view.frame.at(server, Column.LIMIT)


def _names(muted: object) -> tuple[str, ...]:
    return tuple(str(name) for name in cast("list[object]", muted)) if isinstance(muted, list) else ()
