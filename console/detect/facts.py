"""What a rule is given, and what it finds: one file per rule, all of the same shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from console.detect.carried import Plain, Seat
from console.detect.estimate import Estimate
from console.detect.latch import Latches
from console.detect.spread import Spread
from console.domain.actions import Action
from console.domain.alarms import Numbers, Unjudged
from console.domain.frame import Bools, Column, Floats, Frame, count, slots_of
from console.domain.states import Attachment, Priority
from console.domain.view import Health

LATELY_POLLS: Final = 5.0
"""So many poll intervals a number of sessions stands for a server that does not answer any more."""


class Wish(Struct, frozen=True):
    """What somebody wants of a server, for one life of it."""

    attachment: Attachment
    incarnation: str | None
    by: str = ""


class Inputs(Struct, frozen=True):
    """What no Frame carries: the console's own health, what was done from here, and wishes older than that."""

    health: Health | None = None
    """None: nobody measures it."""
    actions: tuple[Action, ...] = ()
    """Newest first."""
    wishes: Mapping[str, Wish] = field(default_factory=dict[str, Wish])
    """By server, as known from before (a journal); a newer action outweighs them."""


class Facts(Struct, frozen=True, eq=False):
    """One Frame with its estimate. `elapsed_s`: since the Frame before, capped, so that a gap in time proves no calm."""

    frame: Frame
    estimate: Estimate
    elapsed_s: float
    anew: Bools
    """Slots on which nothing may be remembered: not attached, or another server or incarnation since the Frame before."""
    unlisted: Bools
    """The same for rules that judge detached servers as well: not listed, or another server or incarnation."""
    attached: Bools
    """Listed and attached."""
    spread: Spread
    """How the new sessions spread over each pool."""
    inputs: Inputs = field(default_factory=Inputs)
    waited_s: float = 0.0
    """Since the Frame before, however long that was."""
    broken: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    """Slots whose line breaks with this Frame: another server, or another life of it."""


class Finding(Struct, frozen=True):
    """An alarm condition that is open as of this Frame. `slot` None: of the whole fleet, or of a `subject` (a pool, a text)."""

    rule: str
    slot: int | None
    priority: Priority
    because: Numbers = field(default_factory=dict[str, "float | int | str | bool | None"])
    subject: str | None = None


def lately(frame: Frame) -> Floats:
    """Sessions per slot as of the newest status that is at most a few polls old; NaN: older, or never told. Missing is not zero."""
    truth = frame[Column.TRUTH]
    unread = np.isnan(truth)
    if not count(unread):
        return truth
    with np.errstate(invalid="ignore"):
        recent = frame[Column.TRUTH_AGE] <= LATELY_POLLS * frame.interval_s
    return np.where(unread & recent, frame[Column.LAST_TRUTH], truth)


class Rule:
    """Steps once per Frame, in order, and tells what is open. It holds its latches and what it needs of the past.

    What is missing is NaN; numpy's warnings of it are off around a step (`Detectors`).
    """

    name = ""

    def __init__(self, *latches: Latches) -> None:
        self.latches = latches
        """Those by slot; who chatters in one of them is listed."""
        self._lack: tuple[Sequence[str], Bools | None, Bools | None] | None = None

    @property
    def unjudged(self) -> Unjudged | None:
        """Whom it could not judge in the newest Frame, and for lack of what; None: it judged all. Counted only if asked for."""
        if self._lack is None:
            return None
        lacks, asked, known = self._lack
        if asked is None or known is None:
            return Unjudged(self.name, tuple(lacks), 1, 1)
        missing = count(asked & ~known)
        return Unjudged(self.name, tuple(lacks), missing, count(asked)) if missing else None

    def step(self, facts: Facts) -> list[Finding]:
        """What is open now."""
        raise NotImplementedError

    def chattering(self) -> list[tuple[int | None, str | None]]:
        """(slot, subject) of what comes and goes too often."""
        return [
            (int(slot), None) for latches in self.latches if not latches.quiet for slot in slots_of(latches.chattering)
        ]

    def begin(self, interval_s: float) -> None:
        """The poll interval is known: delays in seconds become numbers of polls. May be called again."""

    def keep(self, seat: Seat) -> dict[str, Plain]:
        """Its running delays, for `take` of a later run: small, and asked for with each Frame."""
        return {str(at): kept for at, latches in enumerate(self.latches) if (kept := latches.keep(seat))}

    def take(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        """Goes on from what `keep` gave. Raises one of `carried.DAMAGE`, and is then of no more use."""
        for at, latches in enumerate(self.latches):
            latches.take(kept.get(str(at), {}), seat)

    def keep_long(self, seat: Seat) -> dict[str, Plain]:
        """Its windows of minutes and hours, for `take_long`."""
        return {}

    def take_long(self, kept: Mapping[str, Plain], seat: Seat) -> None:
        """Goes on from what `keep_long` gave. Raises as `take`."""

    def cannot_tell(self, lacks: Sequence[str], asked: Bools | None = None, known: Bools | None = None) -> None:
        """Notes who of `asked` is not `known`; without them: that nothing can be told of the fleet. Neither is changed afterwards."""
        self._lack = lacks, asked, known

    def can_tell(self) -> None:
        """Notes that it judged all."""
        self._lack = None


def numbers(slots: NDArray[np.intp], **columns: Floats | float | str | None) -> list[Numbers]:
    """One `because` for each of `slots`: columns give their value of that slot (as `number` does), all else is the same for all."""
    if not slots.size:
        return []
    lists: list[list[Any]] = []
    for values in columns.values():
        if isinstance(values, np.ndarray):
            lists.append([None if x != x else x for x in np.round(values[slots], 4).tolist()])  # noqa: PLR0124  NaN
        else:
            lists.append([values] * len(slots))
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def number(value: float) -> float | None:
    """A float for `because`: None where it is missing, rounded to what a reader can use."""
    return None if value != value else round(float(value), 4)  # noqa: PLR0124  NaN is the only value unequal to itself
