"""The gates before a request, first stage: each with its value, its limit, its verdict and what would make it pass. Pure.

Limits: a view older than two polls is stale; more than 15 % (and at least 3) servers without truth is blind; a pool never loses
its last attached server. One action is in flight at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from console.domain.actions import Action
from console.domain.frame import Column, Frame, Row
from console.domain.options import option
from console.domain.states import Attachment, Reach, Step, Verb


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Limits of the gates."""

    stale_polls: float = option(
        2.0, unit="polls", low=1.0, high=10.0, sentence="The balancer's table may be so old for an action."
    )
    lost_polls: int = option(
        3, unit="polls", low=1, high=60, sentence="A target whose own status failed so often may be detached unseen .."
    )
    fleet_fresh: float = option(0.9, low=0.5, high=1.0, sentence=".. while at least this share of the fleet is seen.")
    blind_share: float = option(
        0.15, low=0.01, high=1.0, sentence="More unreadable servers than this share lock detaching .."
    )
    blind_least: int = option(3, low=1, high=1000, sentence=".. where they are at least so many.")
    undo_s: float = option(
        600.0,
        unit="s",
        low=0.0,
        high=86400.0,
        sentence="So long a detach of a server that reported may be undone freely.",
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """One verdict. `sentence` says, where it did not pass, what is wrong and what would make it pass."""

    name: str
    """unknown_server, in_flight, stale, target_truth, blind, last_server, reporting."""
    value: float | int | str | bool | None
    limit: float | int | str | bool | None
    passed: bool
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and what the gates look at besides the Frame. `now_s`: our monotonic clock."""

    verb: Verb
    server: str
    now_s: float
    received_s: float
    """Our monotonic clock when the Frame came: what is old in a recording stays as old as it was then."""
    silent_limit_s: float
    actions: tuple[Action, ...] = field(default=())
    """Known actions, newest first."""

    @property
    def frame_age_s(self) -> float:
        """Seconds since the Frame came."""
        return max(0.0, self.now_s - self.received_s)


def judge(frame: Frame, request: Request, settings: GateSettings) -> tuple[Gate, ...]:
    """Every gate of this verb, in the order in which a refusal is told."""
    row = frame.rows.get(request.server)
    if row is None or not frame.listed[row.slot]:
        sentence = f"The balancer does not list {request.server}; choose a server that it lists."
        return (Gate("unknown_server", request.server, None, passed=False, sentence=sentence),)
    common = (_in_flight(request), _stale(frame, request, settings))
    if request.verb is Verb.DETACH:
        return (*common, _blind(frame, settings), _target_truth(frame, row, settings), _last_server(frame, row))
    return (*common, _reporting(frame, row, request, settings))


def refusal(gates: tuple[Gate, ...]) -> Gate | None:
    """The first gate that did not pass."""
    return next((gate for gate in gates if not gate.passed), None)


def in_flight(action: Action) -> bool:
    """Requested, and its outcome not known yet: nothing else may be sent meanwhile."""
    settled = (Step.REFUSED, Step.REJECTED, Step.CONFIRMED, Step.FAILED)
    return not action.over and not any(action.reached(step) for step in settled)


def _in_flight(request: Request) -> Gate:
    for action in request.actions:
        if in_flight(action):
            intent = action.intent
            sentence = (
                f"{intent.verb.value} {intent.server} is still in flight; wait until it is confirmed or has failed."
            )
            return Gate("in_flight", intent.server, None, passed=False, sentence=sentence)
    return Gate("in_flight", None, None, passed=True)


def _stale(frame: Frame, request: Request, settings: GateSettings) -> Gate:
    age_s, limit_s = frame.balancer.age_s + request.frame_age_s, settings.stale_polls * frame.interval_s
    if age_s <= limit_s:
        return Gate("stale", round(age_s, 3), limit_s, passed=True)
    told = "never answered" if age_s == float("inf") else f"was last read {age_s:.1f} s ago"
    sentence = f"The balancer {told}, at most {limit_s:g} s is allowed; wait for its next answer."
    return Gate("stale", None if age_s == float("inf") else round(age_s, 3), limit_s, passed=False, sentence=sentence)


def _blind(frame: Frame, settings: GateSettings) -> Gate:
    listed = int(frame.listed.sum())
    missing = int((frame.listed & (frame.reach != Reach.OK)).sum())
    share = missing / listed if listed else 1.0
    passed = not (share > settings.blind_share and missing >= settings.blind_least)
    sentence = (
        f"The status of {missing} of {listed} servers cannot be read from here, more than {settings.blind_share:.0%}: "
        "detaching is locked until they can be seen again."
    )
    return Gate("blind", round(share, 4), settings.blind_share, passed=passed, sentence="" if passed else sentence)


def _target_truth(frame: Frame, row: Row, settings: GateSettings) -> Gate:
    if frame.reach[row.slot] == Reach.OK:
        return Gate("target_truth", "fresh", None, passed=True)
    misses = frame[Column.MISSES][row.slot]
    missed = 0 if np.isnan(misses) else int(misses)
    fresh = float((frame.reach[frame.listed] == Reach.OK).mean())
    # The first settings.lost_polls failures may be a hiccup of ours; after that it is the target that cannot be seen.
    others = (
        float((frame.reach[frame.listed & (np.arange(frame.rows.capacity) != row.slot)] == Reach.OK).mean())
        if len(frame.rows) > 1
        else 0.0
    )
    if missed >= settings.lost_polls and max(fresh, others) >= settings.fleet_fresh:
        return Gate("target_truth", f"unreachable for {missed} polls", settings.lost_polls, passed=True)
    sentence = (
        f"The status of {row.id} cannot be read (failed polls: {missed}); wait until it answers, or until {settings.lost_polls} polls "
        f"have failed while {settings.fleet_fresh:.0%} of the fleet is seen."
    )
    return Gate("target_truth", missed, settings.lost_polls, passed=False, sentence=sentence)


def _last_server(frame: Frame, row: Row) -> Gate:
    if frame.attachment[row.slot] != Attachment.ATTACHED:
        return Gate("last_server", None, 1, passed=True)
    left = sum(
        1 for other in frame.rows if other.pool == row.pool and other.id != row.id and frame.attached[other.slot]
    )
    pool = row.pool or "without a name"
    sentence = f"{row.id} is the last attached server of the pool {pool}; attach another one first."
    return Gate("last_server", left, 1, passed=left >= 1, sentence="" if left >= 1 else sentence)


def _reporting(frame: Frame, row: Row, request: Request, settings: GateSettings) -> Gate:
    """A server that does not report would draw the load again at once, unless this only takes back a fresh mistake."""
    age_s, limit_s = float(frame[Column.REPORT_AGE][row.slot]), request.silent_limit_s
    tells_ages = bool(np.any(~np.isnan(frame[Column.REPORT_AGE][frame.listed])))
    if not tells_ages or age_s <= limit_s or _undoes(row, request, settings):
        return Gate("reporting", None if np.isnan(age_s) else round(age_s, 3), limit_s, passed=True)
    told = "has never reported" if np.isnan(age_s) else f"last reported {age_s:.0f} s ago"
    sentence = f"{row.id} {told} (limit {limit_s:g} s): attached, it would draw the load again; make it report first."
    return Gate("reporting", None if np.isnan(age_s) else round(age_s, 3), limit_s, passed=False, sentence=sentence)


def _undoes(row: Row, request: Request, settings: GateSettings) -> bool:
    for action in request.actions:
        if action.intent.server == row.id and action.intent.verb is Verb.DETACH and action.reached(Step.ACCEPTED):
            recent = request.now_s - action.intent.asked_mono_s <= settings.undo_s
            return recent and bool(action.rungs[0].evidence.get("reported_fresh"))
    return False
