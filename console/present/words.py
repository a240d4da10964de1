"""The fixed words of rules, steps and states, marked for translation."""

from __future__ import annotations

from typing import Final

from console.domain.alarms import Numbers
from console.domain.states import Attachment, Priority, Reach, Step, Verb
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, Tone, phrase, verbatim

RULES: Final = {
    "silent": phrase(QT_TRANSLATE_NOOP("present", "silent")),
    "gap": phrase(QT_TRANSLATE_NOOP("present", "gap")),
    "saturation": phrase(QT_TRANSLATE_NOOP("present", "saturation")),
    "blind": phrase(QT_TRANSLATE_NOOP("present", "blind")),
    "stuck": phrase(QT_TRANSLATE_NOOP("present", "stuck")),
    "herd": phrase(QT_TRANSLATE_NOOP("present", "herd")),
    "hot": phrase(QT_TRANSLATE_NOOP("present", "hot")),
    "memory": phrase(QT_TRANSLATE_NOOP("present", "memory")),
    "restart": phrase(QT_TRANSLATE_NOOP("present", "restart")),
    "errors": phrase(QT_TRANSLATE_NOOP("present", "errors")),
    "budget": phrase(QT_TRANSLATE_NOOP("present", "budget")),
    "latency": phrase(QT_TRANSLATE_NOOP("present", "latency")),
    "sick": phrase(QT_TRANSLATE_NOOP("present", "sick")),
    "ineffective": phrase(QT_TRANSLATE_NOOP("present", "ineffective")),
    "drift": phrase(QT_TRANSLATE_NOOP("present", "drift")),
    "skew": phrase(QT_TRANSLATE_NOOP("present", "skew")),
    "n-plus-one": phrase(QT_TRANSLATE_NOOP("present", "no spare server")),
}
PRIORITIES: Final = {
    Priority.LOW: phrase(QT_TRANSLATE_NOOP("present", "low")),
    Priority.MEDIUM: phrase(QT_TRANSLATE_NOOP("present", "medium")),
    Priority.HIGH: phrase(QT_TRANSLATE_NOOP("present", "high")),
}
TONES: Final = {Priority.LOW: Tone.NOTICE, Priority.MEDIUM: Tone.WARN, Priority.HIGH: Tone.ALARM}
STEPS: Final = {
    Step.REFUSED: phrase(QT_TRANSLATE_NOOP("present", "Refused here")),
    Step.REQUESTED: phrase(QT_TRANSLATE_NOOP("present", "Requested")),
    Step.ACCEPTED: phrase(QT_TRANSLATE_NOOP("present", "Accepted")),
    Step.REJECTED: phrase(QT_TRANSLATE_NOOP("present", "Rejected by the balancer")),
    Step.UNKNOWN: phrase(QT_TRANSLATE_NOOP("present", "Unknown, reading back")),
    Step.CONFIRMED: phrase(QT_TRANSLATE_NOOP("present", "Confirmed")),
    Step.EFFECTIVE_WEAK: phrase(QT_TRANSLATE_NOOP("present", "Effective (weak)")),
    Step.EFFECTIVE: phrase(QT_TRANSLATE_NOOP("present", "Effective")),
    Step.DRAINED: phrase(QT_TRANSLATE_NOOP("present", "Drained")),
    Step.FAILED: phrase(QT_TRANSLATE_NOOP("present", "Failed")),
}
VERBS: Final = {
    Verb.DETACH: phrase(QT_TRANSLATE_NOOP("present", "detach")),
    Verb.ATTACH: phrase(QT_TRANSLATE_NOOP("present", "attach")),
    Verb.CUT: phrase(QT_TRANSLATE_NOOP("present", "cut sessions")),
}
ATTACHMENTS: Final = {
    Attachment.ATTACHED: phrase(QT_TRANSLATE_NOOP("present", "attached")),
    Attachment.DETACHED: phrase(QT_TRANSLATE_NOOP("present", "detached")),
    Attachment.UNKNOWN: phrase(QT_TRANSLATE_NOOP("present", "state not told")),
}
NOT_LISTED: Final = phrase(QT_TRANSLATE_NOOP("present", "not listed by the balancer any more"))
REACHES: Final = {
    Reach.NEVER: phrase(QT_TRANSLATE_NOOP("present", "not polled yet")),
    Reach.OK: phrase(QT_TRANSLATE_NOOP("present", "answers")),
    Reach.UNREACHABLE: phrase(QT_TRANSLATE_NOOP("present", "no connection")),
    Reach.TIMEOUT: phrase(QT_TRANSLATE_NOOP("present", "no answer in time")),
    Reach.INVALID: phrase(QT_TRANSLATE_NOOP("present", "invalid answer")),
    Reach.DENIED: phrase(QT_TRANSLATE_NOOP("present", "access denied")),
    Reach.BUSY: phrase(QT_TRANSLATE_NOOP("present", "busy")),
    Reach.WRONG_SERVER: phrase(QT_TRANSLATE_NOOP("present", "another server answers there")),
    Reach.NOT_ALLOWED: phrase(QT_TRANSLATE_NOOP("present", "address may not be called from here")),
    Reach.NO_ADDRESS: phrase(QT_TRANSLATE_NOOP("present", "the balancer names no status address")),
}


def rule_word(rule: str) -> Phrase:
    """The word of a rule; a rule this build does not know keeps its own name."""
    return RULES.get(rule, verbatim(rule))


def joined(parts: tuple[Phrase, ...]) -> Phrase:
    """Phrases side by side with commas: `silent, gap`."""
    if not parts:
        return verbatim("")
    if len(parts) == 1:
        return parts[0]
    return phrase(QT_TRANSLATE_NOOP("present", "{first}, {rest}"), first=parts[0], rest=joined(parts[1:]))


def number(numbers: Numbers, name: str) -> float | None:
    """A named number, None where it is missing or no number."""
    value = numbers.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
