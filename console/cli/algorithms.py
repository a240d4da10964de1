"""`replay --headless --set balancer.algorithm=NAME`: the recording with another algorithm of the balancer, as lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from console.domain.errors import SettingsError

if TYPE_CHECKING:
    from console.record.recorder import Stretch

_SETTING: Final = "balancer.algorithm"


def algorithm_of(changes: Sequence[str]) -> str | None:
    """The algorithm that is asked for; None: none is. Raises SettingsError where settings of rules are asked for as well."""
    found = [text.partition("=")[2].strip() for text in changes if text.partition("=")[0].strip() == _SETTING]
    if not found:
        return None
    if len(changes) > 1:
        raise SettingsError(
            f"--set {_SETTING} goes alone: it is held against the recorded settings.",
            where="command line",
            remedy="Ask for one after the other.",
        )
    return found[0]


def replay_with(stretch: Stretch, algorithm: str, as_json: bool) -> None:
    """Writes what the rules would have raised, then each alarm against the recorded one. Raises ConsoleError."""
    from console.engine import lines
    from console.engine.otherwise import Otherwise

    run = Otherwise(stretch, algorithm)
    run.run()
    form = lines.as_json if as_json else lines.as_text
    for wall_s, alarm in run.alarms.changes:
        _say(form(lines.alarm_line(alarm, wall_s)))
    told = run.told()
    if as_json:
        _say(lines.as_json(told))
        return
    for entry in told["alarms"]:
        _say(lines.visible(entry["sentence"]))
    for sentence in _sums(told):
        _say(lines.visible(sentence))


def _sums(told: dict[str, Any]) -> list[str]:
    refused = told["refused"]
    if refused is None:
        return ["The balancer told too little to work it out."]
    own = (
        "the balancer's own algorithm" if not told["assumed_algorithm"] else "least-reported (the balancer names none)"
    )
    return [
        f"With {told['set'][_SETTING]} {refused['now']:.0f} sessions would have been refused; {refused['really']:.0f} really were."
        f" {refused['moved']:.0f} would have gone elsewhere.",
        f"By the same method {own} refuses {refused['control']:.0f}: the difference to {refused['really']:.0f} is the method's error.",
        "Silences, detaches and processes that ended stay as they really were.",
        f"Not judged, as it cannot be worked out: {', '.join(told['not_judged'])}.",
    ]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
