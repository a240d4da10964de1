"""What a screen is given: plain values, no Qt, no balancer. Words travel as `Phrase` and meet their translation in the widget.

Mark each English source text with QT_TRANSLATE_NOOP("present", "...") where it is written, so that the translation
tools find it; arguments are filled in by name after translation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, IntEnum

import numpy as np
from msgspec import Struct, field
from msgspec.structs import force_setattr
from numpy.typing import NDArray

from widgets import phrases
from widgets.alarmdata import AlarmsExtra, AlarmStanding
from widgets.foretolddata import ForetoldData, HerdData, ToldLine
from widgets.phrases import NOTHING, Phrase

QT_TRANSLATE_NOOP = phrases.QT_TRANSLATE_NOOP
phrase, verbatim = phrases.phrase, phrases.verbatim


class Tone(IntEnum):
    """How much something wants the eye. Each has a colour, a shape and a word; colour is never alone."""

    QUIET = 0
    """Normal: grey."""
    NOTICE = 1
    """Low: worth knowing."""
    WARN = 2
    """Medium."""
    ALARM = 3
    """High."""
    UNKNOWN = 4
    """Not known: hatched, never calm."""


# --- the maps -------------------------------------------------------------------------------------------------------


class CellState(IntEnum):
    """The state plane; drawn as a hatch over the value. Pooling keeps the largest member present in all pooled cells, else OK."""

    OK = 0
    ABSENT = 1
    """No server there then: the panel's own ground, no hatch."""
    DETACHED = 2
    """Value is shown, with the detached hatch."""
    NO_DATA = 3
    """Value unknown: hatch only."""
    BLIND = 4
    """The console saw nothing then: hatch only."""


class MapKind(Enum):
    """The maps, in their order on the screen; belief is the fourth, one key away."""

    TRUTH = "truth"
    ROUTED = "routed"
    GAP = "gap"
    BELIEF = "belief"


GAP_ZERO = 128
"""Level of gap 0; 1 = most negative, 255 = most positive."""


class ColumnBlock(Struct, frozen=True, eq=False):
    """New columns for the maps, in slot order, oldest first. One column per poll; `first` is the tick of the first column."""

    first: int
    wall_s: NDArray[np.float64]
    """(n,) Unix seconds."""
    levels: Mapping[MapKind, NDArray[np.uint8]]
    """(slots, n). Sequential maps: 0 = no load (the panel's own colour), 255 = full of the fixed scale. Gap: see GAP_ZERO."""
    states: Mapping[MapKind, NDArray[np.uint8]]
    """(slots, n) `CellState`."""


class RowData(Struct, frozen=True):
    """One server on one line: label at the left, newest numbers at the right, numbers for sorting and for the table twin.

    A number that is not known is None and its text is "-"."""

    slot: int
    epoch: int
    name: str
    pool: str
    tone: Tone
    state: Phrase
    """attached / detached / not listed, in words."""
    alarms: Phrase
    """Open alarms in words; empty when none."""
    truth: float | None
    limit: float | None
    belief: float | None
    gap: float | None
    routed_per_s: float | None
    report_age_s: float | None
    truth_text: str
    """`12/12`, `-`"""
    belief_text: str
    age_text: str
    gap_text: str
    routed_text: str
    truth_tone: Tone = Tone.QUIET
    belief_tone: Tone = Tone.QUIET
    age_tone: Tone = Tone.QUIET
    detached: bool = False
    fresh_text: str = ""
    """Age of the truth from two missed polls on, else empty."""


class RowsData(Struct, frozen=True, eq=False):
    """The rows to show, in order, and how many the filter hides.

    `rows` may be made one by one as they are looked at: what is asked of all of them is asked of `slots` and `names`,
    which are read from the rows where they are not given."""

    rows: Sequence[RowData]
    hidden: int = 0
    total: int = 0
    aged: bool = False
    """The console is blind: draw everything desaturated and hatched, keep the last picture."""
    slots: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.names) != len(self.rows) or len(self.slots) != len(self.rows):
            slots = np.array([row.slot for row in self.rows], dtype=np.intp)
            force_setattr(self, "slots", slots)
            force_setattr(self, "names", tuple(row.name for row in self.rows))


class Legend(Struct, frozen=True):
    """Fixed scale of one map: words for its ends."""

    kind: MapKind
    title: Phrase
    unit: Phrase
    low: str
    high: str


# --- header, banner, guide ------------------------------------------------------------------------------------------


class Tile(Struct, frozen=True):
    """One figure of the header: a large value, its word, and a line that explains it."""

    key: str
    value: str
    word: Phrase
    line: Phrase = NOTHING
    tone: Tone = Tone.QUIET
    tip: Phrase = NOTHING


class ErrorCount(Struct, frozen=True):
    """One of the service's own error texts, verbatim, and how often per minute."""

    text: str
    per_min: str
    tone: Tone = Tone.QUIET


class Arming(Struct, frozen=True):
    """The switch between reading and acting; `left` is the idle time after which it goes back by itself."""

    armed: bool
    text: Phrase
    left: str = ""
    enabled: bool = True


class HeaderData(Struct, frozen=True):
    """The top line and the tiles."""

    environment: str
    balancer: str
    clock: str
    """Local time with its zone: `14:03:27 JST`."""
    freshness: Phrase
    freshness_tone: Tone
    beat: int
    """Grows with each arrival of data; the alive mark moves with it and with nothing else."""
    tiles: tuple[Tile, ...]
    lab: bool = False
    errors: tuple[ErrorCount, ...] = ()
    """By verbatim text, worst first."""
    role: Phrase = NOTHING
    """Who sits here, where that is less than everything."""
    arming: Arming | None = None
    """None: this console need not be armed."""
    glass: Phrase = NOTHING
    """Which server is detached by break-glass, and by whom."""


class Banner(Struct, frozen=True):
    """Something is wrong with the console's own sight or means: what, and what to do."""

    title: Phrase
    line: Phrase
    tone: Tone


class GuideData(Struct, frozen=True):
    """The strip that tells a newcomer what goes on in the lab."""

    step: int
    """1-based."""
    steps: int
    title: Phrase
    line: Phrase
    remaining: Phrase = NOTHING


# --- who, why, act --------------------------------------------------------------------------------------------------


class GateState(Enum):
    """One gate's verdict: each has a shape, a word and a colour."""

    PASS = "pass"
    HOLD = "hold"
    REFUSE = "refuse"


class GateMark(Struct, frozen=True):
    """One gate of a request: its name, its number against its limit, and what it says where it does not pass."""

    word: Phrase
    figure: Phrase
    state: GateState
    said: Phrase = NOTHING


class Way(Struct, frozen=True):
    """One thing that would open a refusal. `does`: what the window can do of it (`choose`, `arm`, `stage` the attach), else empty."""

    text: Phrase
    does: str = ""
    target: str = ""


class Ask(Struct, frozen=True):
    """What an action costs in numbers, where it happens, and what it wants: a reason and a held button. `glass`: past a refusal."""

    title: Phrase
    line: Phrase
    hold: Phrase
    """Text of the button that is held; it names the target."""
    glass: bool = False
    count: tuple[int, int] | None = None
    """Where a number of sessions must be typed too: it must lie between these."""
    hold_ms: int = 1500
    """So long the button is held."""


class ActButton(Struct, frozen=True):
    """A button that names its target. Disabled: `why_not` says why in one sentence, `ways` what would help.

    Enabled with `ask`: a press only opens the panel that asks for consent. Disabled with `ask`: a lead may break the glass."""

    verb: str
    """`detach`, `attach` or `cut`; of a plan `detach_all`, `attach_all`, `stop_plan`."""
    server: str
    """Of a plan the servers, one a line; to stop it, its id."""
    text: Phrase
    enabled: bool
    why_not: Phrase = NOTHING
    ask: Ask | None = None
    ways: tuple[Way, ...] = ()


class SuspectCard(Struct, frozen=True):
    """A server worth detaching, and why, in numbers."""

    server: str
    pool: str
    tone: Tone
    rules: tuple[Phrase, ...]
    reasons: tuple[Phrase, ...]
    button: ActButton
    gates: tuple[GateMark, ...] = ()
    foretold: Phrase = NOTHING
    """What its detach alone would do, in one line."""


class ManualData(Struct, frozen=True):
    """The site's own command where the balancer's way is dead: why, the command (empty: there is none), and what was said of it."""

    server: str
    why: Phrase
    command: str
    state: Phrase


class RungState(Enum):
    """How a step of the ladder looks."""

    AHEAD = "ahead"
    WAITING = "waiting"
    REACHED = "reached"
    WEAK = "weak"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RungData(Struct, frozen=True):
    """One step of the proof ladder with its evidence."""

    word: Phrase
    state: RungState
    time: str = ""
    evidence: Phrase = NOTHING


class ActionCard(Struct, frozen=True):
    """An action under way or lately over, with its ladder and its undo."""

    key: str
    server: str
    title: Phrase
    tone: Tone
    rungs: tuple[RungData, ...]
    sentence: Phrase = NOTHING
    undo: ActButton | None = None


class DetachedLine(Struct, frozen=True):
    """A server that is out: since when and by whom, why, and when somebody is to look at it again."""

    server: str
    who: Phrase
    review: Phrase
    reason: str = ""
    """Verbatim."""
    tone: Tone = Tone.QUIET
    undo: ActButton | None = None
    """Only where no other place of the screen offers it."""
    cut: ActButton | None = None
    """Only where sessions may be cut."""


class Fact(Struct, frozen=True):
    """A labelled value in the detail panel."""

    label: Phrase
    value: str
    tone: Tone = Tone.QUIET
    tip: Phrase = NOTHING


class DetailData(Struct, frozen=True, eq=False):
    """Everything about the chosen server, from memory."""

    server: str
    pool: str
    tone: Tone
    states: tuple[Fact, ...]
    """Three separate facts: attached? receiving? empty?"""
    facts: tuple[Fact, ...]
    wall_s: NDArray[np.float64]
    truth: NDArray[np.float32]
    belief: NDArray[np.float32]
    routed: NDArray[np.float32]
    limit: float | None
    button: ActButton
    actions: tuple[ActionCard, ...] = ()
    note: Phrase = NOTHING
    gates: tuple[GateMark, ...] = ()
    cut: ActButton | None = None
    """Ends its sessions; only where that may be offered."""
    verdict: ToldLine | None = None
    """Where its reports are lost; None: they arrive and count."""
    foretold: ForetoldData | None = None
    """What happens if it is detached; None: that is no question."""
    review_s: float | None = None
    """Usual time until somebody is to look at its detach again; None: it cannot be detached now."""
    manual: ManualData | None = None
    """None: the balancer's own way is open."""


class AlarmLine(Struct, frozen=True):
    """One alarm that is not over and done with."""

    key: str
    tone: Tone
    time: str
    rule: Phrase
    target: str
    """Server id; empty for the fleet."""
    sentence: Phrase
    priority: Phrase
    age: str = ""
    standing: AlarmStanding | None = None
    """None: it has no life-cycle, and nobody can acknowledge it."""
    state: Phrase = NOTHING
    """The standing in words, with who and when."""


class TimeMark(Struct, frozen=True):
    """A moment on the timeline."""

    wall_s: float
    text: Phrase
    tone: Tone


class TimeBand(Struct, frozen=True):
    """An interval in which the console did not see: drawn hatched, never as calm."""

    first_s: float
    last_s: float
    text: Phrase


class ErrorLine(Struct, frozen=True, eq=False):
    """One of the service's own error texts, verbatim, over time: how often per second (NaN: unknown), and how often in all."""

    text: str
    wall_s: NDArray[np.float64]
    per_s: NDArray[np.float64]
    total: str


class TimelineData(Struct, frozen=True, eq=False):
    """What clients suffered: refused sessions per second (NaN: unknown), with alarms and actions on it."""

    wall_s: NDArray[np.float64]
    refused_per_s: NDArray[np.float64]
    marks: tuple[TimeMark, ...] = ()
    errors: tuple[ErrorLine, ...] = ()
    """The texts that occurred in this time, the most frequent first."""
    bands: tuple[TimeBand, ...] = ()
    head_s: float | None = None
    """Of a replay: the moment that the rest of the screen shows."""
    other_s: float | None = None
    """Of a replay: the moment that it is compared with."""


class ScreenData(Struct, frozen=True, eq=False):
    """One whole picture. `columns` holds only what is new since the picture before."""

    header: HeaderData
    rows: RowsData
    columns: ColumnBlock | None
    suspects: tuple[SuspectCard, ...]
    alarms: tuple[AlarmLine, ...]
    timeline: TimelineData
    detail: DetailData | None = None
    banners: tuple[Banner, ...] = ()
    actions: tuple[ActionCard, ...] = ()
    guide: GuideData | None = None
    plans: tuple[ActButton, ...] = ()
    """Sets that one click carries out, one after the other."""
    detached: tuple[DetachedLine, ...] = ()
    beside_alarms: AlarmsExtra = field(default_factory=AlarmsExtra)
    herd: HerdData | None = None
    """Where new sessions do harm next; None: there is nothing to say."""
