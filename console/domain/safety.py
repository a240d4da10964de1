"""The vocabulary of safe acting: roles, gates with their verdicts, ways out, and what the operator consents to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum

from msgspec import Struct, field
from typing_extensions import override

from console.domain.states import Verb

Scalar = float | int | str | bool | None


class Role(IntEnum):
    """What somebody may do; the larger may all that the smaller may."""

    VIEWER = 1
    """Looks."""
    OPERATOR = 2
    """Detaches and attaches."""
    LEAD = 3
    """Breaks the glass, cuts sessions."""

    @property
    def word(self) -> str:
        """The word used on the wire and in files: viewer, operator, lead."""
        return self.name.lower()


class Verdict(IntEnum):
    """One gate's answer; the larger is the stricter."""

    PASS = 0
    HOLD = 1
    """With a reason, and a held button."""
    REFUSE = 2


class Light(Enum):
    """All gates together."""

    GREEN = "green"
    """No dialog: the request leaves at once."""
    AMBER = "amber"
    """The button is held and a reason given."""
    RED = "red"
    """Not this way; by break-glass only where every refusing gate allows it."""


class Said(Struct, frozen=True):
    """A sentence as data: English source with named places, and what stands there. `str()` fills it in; a window translates `text`."""

    text: str = ""
    numbers: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])

    @override
    def __str__(self) -> str:
        return self.text.format_map(self.numbers) if self.numbers else self.text

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING_SAID = Said()


def say(text: str, **numbers: Scalar) -> Said:
    """A sentence; floats should come rounded as they are to be read."""
    return Said(text, numbers)


class Move(Enum):
    """What can be done about a gate that does not pass."""

    WAIT = "wait"
    """`seconds`."""
    SETTLE = "settle"
    """Wait until the action in flight is confirmed or has failed."""
    LOOK = "look"
    """Wait until the fleet is read (or seen) again."""
    REATTACH = "reattach"
    """`servers`, which must report."""
    JOIN = "join"
    """`count` more servers in the pool."""
    ARM = "arm"
    ROLE = "role"
    """Somebody with `role`."""
    STAGE = "stage"
    """Attach it in stages: timed to its reports."""


class WayOut(Struct, frozen=True):
    """One thing to do after which the gate passes. Ways are listed cheapest first."""

    move: Move
    said: Said
    seconds: float = 0.0
    servers: tuple[str, ...] = ()
    count: int = 0
    role: Role | None = None


class Gate(Struct, frozen=True):
    """One gate's answer to one request. `said` tells, where it does not pass, what is wrong."""

    name: str
    """unknown_server, in_flight, busy, stale, concurrency, role, armed; to detach: blind, target_truth, last_server, floor, percent,
    cool_down, capacity; to attach: reporting, memory, median, herd, pause; to cut: offered, detached, sessions; `read_only` where the
    console cannot act at all."""
    value: Scalar
    limit: Scalar
    verdict: Verdict
    said: Said = NOTHING_SAID
    unit: str = ""
    """Of value and limit: `s`, `sessions`, `servers`, `share` (0 to 1), or nothing."""
    breakable: bool = False
    """A lead may go past its refusal with a typed reason."""
    ways: tuple[WayOut, ...] = ()
    """What would make this gate pass, cheapest first; filled in by `appraise`."""
    grounds: Said = NOTHING_SAID
    """What a computed value rests on; nothing where it is simply read."""

    @property
    def passed(self) -> bool:
        """Whether it asks for nothing."""
        return self.verdict is Verdict.PASS

    @property
    def sentence(self) -> str:
        """The English sentence; empty where it passed."""
        return str(self.said)


class Prediction(Struct, frozen=True):
    """What the forecast expects `horizon_s` after the action, of the survivors that are no suspects. NaN: cannot be told."""

    horizon_s: float
    peak_share: float
    """Largest share of its slots that one survivor will use."""
    peak_server: str | None
    peak_share_without: float
    """The same where nothing is done."""
    memory_share: float
    """Largest share of its memory that one survivor will use."""
    demand_share: float
    """Sessions of all survivors, with the reserve, over their slots."""
    foretold_share: float = float("nan")
    """`peak_share` by the what-if; NaN: none of this set was at hand."""


class Appraisal(Struct, frozen=True):
    """Every gate of one request, in the order in which a refusal is told, and what follows from them."""

    verb: Verb
    server: str
    gates: tuple[Gate, ...]
    ways_out: tuple[WayOut, ...] = ()
    """Cheapest combination after which nothing refuses any more; empty where nothing does, or where none was found."""
    prediction: Prediction | None = None
    """Of a detach whose pool could be projected."""
    held: tuple[int, int] | None = None
    """Of a cut: sessions as of now, and the most within the last minute. What the operator types must lie between."""

    @property
    def light(self) -> Light:
        """The strictest verdict."""
        worst = max((gate.verdict for gate in self.gates), default=Verdict.REFUSE)
        return {Verdict.PASS: Light.GREEN, Verdict.HOLD: Light.AMBER, Verdict.REFUSE: Light.RED}[worst]

    @property
    def first(self) -> Gate | None:
        """The gate to tell: the first that refuses, else the first that holds."""
        rest = [gate for gate in self.gates if not gate.passed]
        return next((gate for gate in rest if gate.verdict is Verdict.REFUSE), rest[0] if rest else None)

    @property
    def breakable(self) -> bool:
        """Red, and a lead with a typed reason may go past it."""
        refusing = [gate for gate in self.gates if gate.verdict is Verdict.REFUSE]
        return bool(refusing) and all(gate.breakable for gate in refusing)


class Proposal(Struct, frozen=True):
    """A set that a plan could carry out now, in its order, and what the gates say to the whole of it."""

    verb: Verb
    servers: tuple[str, ...]
    appraisal: Appraisal


class Consent(Struct, frozen=True):
    """What the operator gave beside the click. None or blank: nothing."""

    hold_reason: str | None = None
    """Amber: why it is done all the same."""
    break_glass: str | None = None
    """Red, lead only: why it must be done all the same."""
    count: int | None = None
    """Cut: how many sessions it ends, typed by the operator."""
    review_s: float | None = None
    """Detach: until somebody is to look at it again; None: as the settings say."""


class Outcome(Enum):
    """What the operator says of the site's own command."""

    DONE = "done"
    FAILED = "failed"


class Manual(Struct, frozen=True):
    """The site's own command for a server whose detach through the balancer is dead. The console shows it and never runs it."""

    server: str
    command: str | None
    """None: this site has `named` none, or the name of the server could be misread by a shell."""
    why: Said
    """What is dead of the balancer's own way."""
    named: bool = True
    shown_wall_s: float | None = None
    outcome: Outcome | None = None
    said_by: str = ""
    said_wall_s: float | None = None


class Standing(Struct, frozen=True):
    """Who sits at this console and whether it is armed, as of now."""

    role: Role | None = None
    """None: the balancer was asked and has not answered yet."""
    name: str | None = None
    """As the balancer knows the token; None where it does not tell."""
    arming: bool = False
    """Whether this console must be armed before it acts."""
    armed: bool = True
    idle_left_s: float = float("inf")
    """Until it disarms by itself; inf where it does not."""


class Deed(Struct, frozen=True):
    """One earlier detach or attach that the balancer took: our own, of the journal, or of somebody else."""

    key: str
    verb: Verb
    server: str
    pool: str | None
    mono_s: float
    """When, on our monotonic clock."""
    reported_fresh: bool = False
    """The server was reporting when it was detached: taking that back is always allowed."""
    plan: str | None = None
    """The plan that it was a step of."""


class StepState(Enum):
    """One step of a plan."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """It, or one before it, ended the plan."""


class PlanStep(Struct, frozen=True):
    """One server of a plan, and the key of its action once there is one."""

    server: str
    state: StepState = StepState.WAITING
    key: str | None = None


class PlanStanding(Struct, frozen=True):
    """A plan as of now: ONE action of several steps. `said` tells where it stands, or why it stopped."""

    id: str
    verb: Verb
    steps: tuple[PlanStep, ...]
    said: Said
    over: bool = False
    failed: bool = False
    """It ended before its last step was done."""
    reason: str = ""
    operator: str = ""

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(step.state is StepState.DONE for step in self.steps)
