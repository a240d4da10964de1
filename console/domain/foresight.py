"""What was foretold, on what grounds, and how good earlier forecasts were: values only. `console.decide` makes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from console.domain.frame import Floats

MARKS_S: Final = (10.0, 30.0, 60.0)
"""Loads are told at these; the last is the horizon."""
HORIZON_S: Final = MARKS_S[-1]


class Known(Enum):
    """Where a length comes from."""

    TOLD = "told"
    """By the servers."""
    MEASURED = "measured"
    """From what began and what is open."""
    ASSUMED = "assumed"
    """Nothing is known: a stated assumption, with a wide margin."""


class Flow(Struct, frozen=True):
    """One pool. Margins are shares of the value (one standard deviation, about)."""

    rate: float
    """Sessions asked for per second, refused ones too; NaN: the balancer does not tell."""
    rate_margin: float
    session_s: float
    session_margin: float
    known: Known
    """Of `session_s`."""


class Assumption(Enum):
    """What is not known and had to be taken as something. Each is said beside the forecast."""

    ALGORITHM = "algorithm"
    """The balancer does not tell how it picks, or a way that is not known here: least-reported is assumed."""
    PARAMETERS = "parameters"
    """It tells parameters that are not known here: the usual ones are assumed."""
    SESSION_LENGTH = "session_length"
    TRUTH = "truth"
    """Of some servers the sessions are not known; what they last said, or the average, stands in."""
    LIMITS = "limits"
    """Some servers tell no limit; they are taken as never full."""


class Binding(Enum):
    """What runs out first."""

    SLOTS = "slots"
    MEMORY = "memory"


class Outlook(Struct, frozen=True, eq=False):
    """The next 60 s without `detached`. Columns as of `ids`, the survivors: attached servers that are not among them."""

    detached: tuple[str, ...]
    runs: int
    ids: tuple[str, ...]
    limit: Floats
    loads: Floats
    """(3, survivors) sessions at +10, +30 and +60 s."""
    peak: Floats
    """Most sessions within the 60 s."""
    peak_share: float
    """Of the fullest survivor, of its slots: the mean of the runs, for a median of so few whole numbers jumps. NaN: no limits are known."""
    peak_server: str | None
    peak_share_sound: float
    """The same among survivors that are no suspects."""
    refused_share: float
    full_s: float
    """Seconds until the next server is full; inf: none is expected to be within the horizon."""
    victims: tuple[str, ...]
    """Who that is, likeliest first: at most three that cannot be told apart. `full_s` inf: none is expected to, these might by chance."""
    tied: int
    """How many cannot be told apart in truth."""
    carriers: tuple[str, ...]
    """Who gets the most of the new sessions: at most three, at least twice their fair share each."""
    memory_share: float
    """Largest share of its memory that a survivor comes to use; NaN: not told."""
    margin: float
    """Of `peak_share`: it may be off by so much, up or down."""
    refused_margin: float

    @property
    def binding(self) -> Binding:
        """What runs out first."""
        return Binding.MEMORY if self.memory_share > self.peak_share else Binding.SLOTS


class Drain(Struct, frozen=True):
    """Seconds until the last session has ended, with even odds and in nine of ten cases."""

    server: str
    sessions: int | None
    """None: not known."""
    p50_s: float
    p90_s: float
    """NaN: not known."""
    bound_s: float
    """It ends by then in any case: up to 24 hours."""
    certain: bool
    """False: some sessions are of unknown or unusual length, so only `bound_s` can be relied upon."""
    overdue: bool = False
    """Lengths are known, and some session is older than they explain: it is of another kind."""


class Smallest(Struct, frozen=True, eq=False):
    """The smallest set found that ends the herd, or what comes nearest. `servers` empty: there is nothing to detach."""

    servers: tuple[str, ...]
    outlook: Outlook | None
    """None: of the empty set, see `Preview.as_is`."""
    found: bool
    """False: no set that was tried ends it. `servers` are then all that are to blame: the rest has another cause."""
    minimal: bool
    """Without any one of them the herd goes on; False also while that is being tried."""
    tries: int


class Preview(Struct, frozen=True, eq=False):
    """What was foretold, on what grounds. It grows from step to step; each state of it is immutable."""

    servers: tuple[str, ...]
    """Whose detach was asked for; empty: only what happens anyway."""
    pool: str
    seq: int
    """Of the Frame."""
    mono_s: float
    wall_s: float
    interval_s: float
    """Of the polls: what it is scored by."""
    as_is: Outlook | None
    with_it: Outlook | None
    smallest: Smallest | None
    """None: not looked for yet."""
    drains: tuple[Drain, ...]
    flow: Flow
    algorithm: str
    assumed: frozenset[Assumption] = field(default_factory=frozenset[Assumption])
    horizon_s: float = HORIZON_S
    done: bool = False

    @property
    def countdown_s(self) -> float:
        """Seconds until the next server is full if nothing is done; inf: none within the horizon; NaN: not known yet."""
        return math.nan if self.as_is is None else self.as_is.full_s


class Came(Enum):
    """What became of a preview."""

    AS_IS = "as_is"
    DETACHED = "detached"
    VOID = "void"


class Score(Struct, frozen=True):
    """One preview held against what came. Shares are 0 to 1; NaN where void or not known."""

    servers: tuple[str, ...]
    pool: str
    foretold_wall_s: float
    came: Came
    peak_foretold: float
    peak_came: float
    refused_foretold: float
    refused_came: float
    victim_hit: bool | None
    """Whether the next server to fill up was among those named; None: nobody did, and nobody was named."""

    @property
    def error(self) -> float:
        """Of the peak share: positive where more came than was foretold; NaN: void."""
        return self.peak_came - self.peak_foretold


class TrackRecord(Struct, frozen=True):
    """How good the console's own forecasts of the peak were, lately. NaN: none has been held against what came."""

    scored: int = 0
    """Previews that could be held against what came."""
    void: int = 0
    """Of which nothing could be learned: something else was done, or too little was seen."""
    error: float = math.nan
    """Mean absolute error of the peak share over the newest of them."""
    over: int = 0
    """How many that mean is taken over."""
    margin: float = math.nan
    """What the record asks every margin to be at least; NaN: it says nothing yet."""


class Shadow(Struct, frozen=True, eq=False):
    """Running counts of one algorithm since it began, or since the balancer restarted. Per slot, float64; free slots hold 0."""

    algorithm: str
    elsewhere: Floats
    """Sessions that really went there and would not have gone there (positive), or the other way round."""
    held: Floats
    """Sessions that it would have now."""
    asked: float
    refused: float
    """That it would have refused, by its limits."""
    refused_really: float

    @property
    def moved(self) -> float:
        """Sessions that would have gone to another server than they did."""
        return float(np.maximum(self.elsewhere, 0.0).sum())


class ShadowView(Struct, frozen=True, eq=False):
    """All shadows as of one Frame."""

    since_wall_s: float
    pools: tuple[str | None, ...]
    pool_of: NDArray[np.intp]
    """Number of the pool per slot; free slots hold the number of pools."""
    shadows: tuple[Shadow, ...]
    control: Shadow
    """The balancer's own algorithm by the same method: its `moved` is chance, its `refused` against `refused_really` the error."""
    session_s: float
    """Assumed length of a session."""
    assumed_algorithm: bool
    """The balancer does not tell how it picks: the control is least-reported."""

    def elsewhere(self, shadow: Shadow, pool: str | None) -> float:
        """Sessions of one pool that would have gone to another server."""
        mine = shadow.elsewhere[self.pool_of == self.pools.index(pool)]
        return float(np.maximum(mine, 0.0).sum())


class Foresight(Struct, frozen=True, eq=False):
    """What the engine foretells as of one View. Empty where nobody asked, or where it was told not to look ahead."""

    previews: Mapping[str, Preview] = field(default_factory=dict[str, Preview])
    """By server: what its detach would do. Whoever is looked at, and the first suspects. Margins are as wide as the record asks."""
    why_not: Mapping[str, str] = field(default_factory=dict[str, str])
    """By server: why nothing can be foretold, one sentence."""
    record: TrackRecord = field(default_factory=TrackRecord)
    shadow: ShadowView | None = None
    """None: not looked at yet, or the balancer does not answer."""
    took_s: float = math.nan
    """CPU time of the newest whole preview."""
