"""Where the reports of a server are lost, in words: the verdict for the alarm, and with its evidence for the detail."""

from __future__ import annotations

from typing import Final

from console.domain.alarms import Fault, Numbers, Silence
from console.domain.view import View
from console.present import numbers
from console.present.words import joined, number
from widgets.foretolddata import ToldLine, Weight
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase

VERDICTS: Final = {
    Fault.NOT_SENT: phrase(QT_TRANSLATE_NOOP("present", "reports not sent")),
    Fault.NOT_RECEIVED: phrase(QT_TRANSLATE_NOOP("present", "reports sent but not received")),
    Fault.STUCK: phrase(QT_TRANSLATE_NOOP("present", "reports received but stuck")),
    Fault.IGNORED: phrase(QT_TRANSLATE_NOOP("present", "reports received but ignored")),
    Fault.CANNOT_TELL: phrase(QT_TRANSLATE_NOOP("present", "cannot tell where the reports are lost")),
}
_LACKS: Final = {
    "sent_seq": phrase(QT_TRANSLATE_NOOP("present", "the number of the last report that the server sent")),
    "sent_age_s": phrase(QT_TRANSLATE_NOOP("present", "when the server sent its last report")),
    "received_seq": phrase(QT_TRANSLATE_NOOP("present", "the number of the last report that the balancer received")),
    "received_age_s": phrase(QT_TRANSLATE_NOOP("present", "when the balancer received its last report")),
}


def verdict_of(view: View, server: str | None) -> Silence | None:
    """The verdict on this server, None where its reports arrive and count."""
    return next((one for one in view.silences if one.server == server), None)


def with_verdict(said: Phrase, silence: Silence | None) -> Phrase:
    """The sentence of an alarm, and where the reports are lost."""
    if silence is None:
        return said
    return phrase(QT_TRANSLATE_NOOP("present", "{sentence}; {verdict}"), sentence=said, verdict=VERDICTS[silence.fault])


def verdict(view: View, server: str) -> ToldLine | None:
    """The verdict with what proves it, for the detail; None where nothing is wrong with its reports."""
    silence = verdict_of(view, server)
    if silence is None:
        return None
    unknown = silence.fault is Fault.CANNOT_TELL
    return ToldLine(
        phrase(
            QT_TRANSLATE_NOOP("present", "{verdict}: {evidence}"),
            verdict=VERDICTS[silence.fault],
            evidence=_evidence(silence.fault, silence.evidence),
        ),
        Weight.UNKNOWN if unknown else Weight.ALARM,
        _numbers(silence.evidence),
    )


def _evidence(fault: Fault, told: Numbers) -> Phrase:
    def at(name: str) -> str:
        return numbers.count(number(told, name))

    def age(name: str) -> str:
        return numbers.seconds(number(told, name))

    match fault:
        case Fault.NOT_SENT:
            return phrase(
                QT_TRANSLATE_NOOP("present", "the server itself has sent none for {age}, its last is {seq}"),
                age=age("sent_age_s"),
                seq=at("sent_seq"),
            )
        case Fault.NOT_RECEIVED:
            return phrase(
                QT_TRANSLATE_NOOP(
                    "present", "report {sent} left {age} ago, the newest that arrived is {received}, {old} old"
                ),
                sent=at("sent_seq"),
                age=age("sent_age_s"),
                received=at("received_seq"),
                old=age("received_age_s"),
            )
        case Fault.STUCK:
            return phrase(
                QT_TRANSLATE_NOOP("present", "report {received} arrived {age} ago, {used} is still in use, {old} old"),
                received=at("received_seq"),
                age=age("received_age_s"),
                used=at("used_seq"),
                old=age("used_age_s"),
            )
        case Fault.IGNORED:
            return phrase(
                QT_TRANSLATE_NOOP(
                    "present", "report {received} arrived {age} ago; the balancer picks by {belief}, it said {said}"
                ),
                received=at("received_seq"),
                age=age("received_age_s"),
                belief=at("belief"),
                said=at("used_connections"),
            )
        case Fault.CANNOT_TELL:
            missing = tuple(words for name, words in _LACKS.items() if number(told, name) is None)
            if not missing:
                return phrase(
                    QT_TRANSLATE_NOOP("present", "the newest report that arrived is the newest that was sent")
                )
            return phrase(QT_TRANSLATE_NOOP("present", "nobody tells {what}"), what=joined(missing))


def _numbers(told: Numbers) -> Phrase:
    """Both sides' numbers and ages, for whoever wants to check."""
    if not told:
        return NOTHING
    return phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "sent: {sent}, {sent_age} ago; received: {received}, {received_age} ago; in use: {used}, {used_age} ago",
        ),
        **{name: numbers.count(number(told, f"{name}_seq")) for name in ("sent", "received", "used")},
        **{f"{name}_age": numbers.seconds(number(told, f"{name}_age_s")) for name in ("sent", "received", "used")},
    )
