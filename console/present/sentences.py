"""What each further rule found, as one sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from console.domain.alarms import Alarm
from console.domain.states import Attachment
from console.present import numbers
from console.present.words import ATTACHMENTS, number
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase, verbatim


def stuck(alarm: Alarm) -> Phrase:
    """Belief that stands still."""
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP(
            "present", "belief {belief} has stood still for {age}; {routed} sessions were sent meanwhile"
        ),
        belief=numbers.count(number(because, "belief")),
        age=numbers.seconds(number(because, "unchanged_s")),
        routed=numbers.count(number(because, "routed")),
    )


def herd(alarm: Alarm) -> Phrase:
    """Of a server, or of a pool."""
    because = alarm.because
    if alarm.server is None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "new sessions of {pool} use {n_eff} of {servers} servers"),
            pool=alarm.subject or "-",
            n_eff=numbers.decimal(number(because, "n_eff")),
            servers=numbers.count(number(because, "servers")),
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "gets {share} of new sessions, fair {fair}"),
        share=numbers.share(number(because, "routed_share")),
        fair=numbers.share(number(because, "fair_share"), 1),
    )


def hot(alarm: Alarm) -> Phrase:
    """Against its pool."""
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP("present", "{truth} sessions, {share} of its limit; the median of its pool is {median}"),
        truth=numbers.of(number(because, "truth"), number(because, "limit")),
        share=numbers.share(number(because, "share")),
        median=numbers.share(number(because, "median_share")),
    )


def memory(alarm: Alarm) -> Phrase:
    """Used, and the time left."""
    because = alarm.because
    said = phrase(
        QT_TRANSLATE_NOOP("present", "{used} of {limit} of memory used, {share}"),
        used=numbers.size(number(because, "used_bytes")),
        limit=numbers.size(number(because, "limit_bytes")),
        share=numbers.share(number(because, "share")),
    )
    if (eta := number(because, "eta_s")) is None:
        return said
    return phrase(QT_TRANSLATE_NOOP("present", "{said}; used up in {eta}"), said=said, eta=numbers.seconds(eta))


def restart(alarm: Alarm) -> Phrase:
    """A new life, and what went down with the old one."""
    if alarm.server is None:
        return phrase(QT_TRANSLATE_NOOP("present", "the balancer restarted"))
    lost = number(alarm.because, "sessions_before")
    if lost is None:
        return phrase(QT_TRANSLATE_NOOP("present", "restarted; how many sessions it had is not known"))
    return phrase(
        QT_TRANSLATE_NOOP("present", "restarted; it had {sessions} sessions before"), sessions=numbers.count(lost)
    )


def errors(alarm: Alarm) -> Phrase:
    """The text as the service words it."""
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP("present", "{count} in 10 s, {expected} expected: {text}"),
        count=numbers.count(number(because, "count_10s")),
        expected=numbers.decimal(number(because, "expected_10s")),
        text=alarm.subject or "-",
    )


def budget(alarm: Alarm) -> Phrase:
    """Failed against allowed."""
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP("present", "{share} of the sessions of the last minutes failed, {allowed} are allowed"),
        share=numbers.share(number(because, "failed_share_short"), 1),
        allowed=numbers.share(number(because, "allowed_share"), 1),
    )


def latency(alarm: Alarm) -> Phrase:
    """Late first results, or time-outs."""
    because = alarm.because
    if alarm.server is None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{count} sessions timed out in 10 s, {expected} expected"),
            count=numbers.count(number(because, "count_10s")),
            expected=numbers.decimal(number(because, "expected_10s")),
        )
    return phrase(
        QT_TRANSLATE_NOOP("present", "first results after {late}, usually after {usual}"),
        late=numbers.seconds(number(because, "first_result_s")),
        usual=numbers.seconds(number(because, "usual_s")),
    )


def sick(alarm: Alarm) -> Phrase:
    """The console about itself."""
    because = alarm.because
    if (error := because.get("journal_error")) is not None:
        return phrase(QT_TRANSLATE_NOOP("present", "the journal cannot be written: {error}"), error=str(error))
    return phrase(
        QT_TRANSLATE_NOOP("present", "this console is {lag} late, a new picture took {frame}"),
        lag=numbers.seconds(number(because, "loop_lag_s")),
        frame=numbers.seconds(number(because, "frame_s")),
    )


def ineffective(alarm: Alarm) -> Phrase:
    """Detached in name only."""
    return phrase(
        QT_TRANSLATE_NOOP("present", "detached for {age}, and still sent {routed} sessions"),
        age=numbers.seconds(number(alarm.because, "detached_s")),
        routed=numbers.count(number(alarm.because, "routed")),
    )


def drift(alarm: Alarm) -> Phrase:
    """Wanted against actual."""
    return phrase(
        QT_TRANSLATE_NOOP("present", "asked for: {wanted}; it is: {actual}"),
        wanted=_state(alarm.because.get("wanted")),
        actual=_state(alarm.because.get("actual")),
    )


def skew(alarm: Alarm) -> Phrase:
    """Whose clock."""
    by = numbers.seconds(None if (skew_s := number(alarm.because, "skew_s")) is None else abs(skew_s))
    if alarm.server is not None:
        return phrase(QT_TRANSLATE_NOOP("present", "its clock differs from ours by {by}"), by=by)
    if alarm.subject is not None:
        return phrase(QT_TRANSLATE_NOOP("present", "the balancer's clock differs from ours by {by}"), by=by)
    return phrase(QT_TRANSLATE_NOOP("present", "the clock of this machine differs from the fleet's by {by}"), by=by)


def n_plus_one(alarm: Alarm) -> Phrase:
    """What would be left."""
    because = alarm.because
    return phrase(
        QT_TRANSLATE_NOOP("present", "without its largest server {pool} would be {share} full: {used} sessions"),
        pool=alarm.subject or "-",
        share=numbers.share(number(because, "share_after")),
        used=numbers.of(number(because, "sessions"), number(because, "slots_after")),
    )


def _state(word: object) -> Phrase:
    known = {state.name.lower(): said for state, said in ATTACHMENTS.items() if state is not Attachment.UNKNOWN}
    return known.get(str(word), verbatim("-"))


SENTENCES: Final[Mapping[str, Callable[[Alarm], Phrase]]] = {
    "stuck": stuck,
    "herd": herd,
    "hot": hot,
    "memory": memory,
    "restart": restart,
    "errors": errors,
    "budget": budget,
    "latency": latency,
    "sick": sick,
    "ineffective": ineffective,
    "drift": drift,
    "skew": skew,
    "n-plus-one": n_plus_one,
}
"""By rule."""
