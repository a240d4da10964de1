"""When to sound, when to show a desktop notification and when to speak: one at a time, however many alarms come at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct

from console.detect import blind
from console.domain.lifecycle import Cycle, Happening
from console.domain.options import option
from console.domain.states import Priority


@dataclass(frozen=True, slots=True)
class AnnounceSettings:
    """How alarms may sound, flash, and be shown and spoken outside of their list."""

    sound: bool = option(True, sentence="Alarms sound, each priority with a tone of its own.")
    repeat_s: float = option(
        60.0, unit="s", low=10.0, high=3600.0, sentence="A high alarm that nobody acknowledged sounds again after this."
    )
    mute_s: float = option(
        600.0,
        unit="s",
        low=10.0,
        high=3600.0,
        sentence="The sounds are muted for this long; muting acknowledges nothing.",
    )
    notify: bool = option(True, sentence="New alarms are shown on the desktop while the window is not in front.")
    note_s: float = option(
        10.0,
        unit="s",
        low=5.0,
        high=600.0,
        sentence="At most one desktop notification in this time; a high alarm is shown at once, a flood once.",
    )
    say_s: float = option(
        5.0,
        unit="s",
        low=1.0,
        high=600.0,
        sentence="A screen reader is told of new alarms at most once in this time; of a high one at once.",
    )
    flash: bool = option(True, sentence="The mark of a high alarm flashes until it is acknowledged; never its text.")


class Announcement(Struct, frozen=True):
    """What to do now. Nothing to do: `sound` None, `show` and `say` 0."""

    sound: Priority | None = None
    """The tone to play once."""
    own_sight: bool = False
    """It is the console that cannot see: a tone of its own."""
    repeated: bool = False
    """Nothing new: a high alarm still waits."""
    show: int = 0
    """New alarms to tell in one desktop notification."""
    name: str | None = None
    """`Alarm.name` of the most urgent of them."""
    say: int = 0
    """New alarms to tell a screen reader."""
    say_name: str | None = None
    """The most urgent of these."""
    urgent: bool = False
    """What is shown or said is high: it may interrupt."""
    flood: bool = False
    """A flood has just begun: what is shown and said is about all of it."""
    lost: bool = False
    """The engine has just fallen silent: no View tells of it."""


class _Outlet:
    """One way out: collects what is new until it may be told."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._told_s = -1e18
        self._count = 0
        self._worst: Happening | None = None

    def add(self, new: Sequence[Happening], worst: Happening | None) -> None:
        self._count += len(new)
        if worst is not None and (self._worst is None or worst.priority > self._worst.priority):
            self._worst = worst

    def take(self, mono_s: float, at_once: bool) -> tuple[int, Happening | None]:
        """What is to be told now: (0, None) for nothing."""
        if not self._count or not (at_once or mono_s - self._told_s >= self._every_s):
            return 0, None
        told = self._count, self._worst
        self._count, self._worst, self._told_s = 0, None, mono_s
        return told

    def drop(self) -> None:
        """Forgets what waits: something larger was told."""
        self._count, self._worst = 0, None


class Announcer:
    """Steps once per View, with its time, and in between while none comes; the tones themselves are the window's.

    During a flood only what is high sounds, and the first of it; the repeat goes on, so that a flood is not forgotten. A flood is shown
    once, as it begins.
    """

    def __init__(self, settings: AnnounceSettings | None = None) -> None:
        self._settings = settings or AnnounceSettings()
        self._seen = 0
        self._sounded_s = -1e18
        self._muted_until_s = -1e18
        self._flood = self._lost = False
        self._shows, self._says = _Outlet(self._settings.note_s), _Outlet(self._settings.say_s)

    def step(
        self,
        happenings: Sequence[Happening],
        cycles: Iterable[Cycle],
        mono_s: float,
        flood: bool = False,
        lost: bool = False,
    ) -> Announcement:
        """`happenings` and `cycles` as in the View: old happenings are known by their numbers, and those that wait come first.
        `lost`: the View is so old that the engine must have died."""
        new = [one for one in happenings if one.number > self._seen and one.audible]
        self._seen = max((one.number for one in happenings), default=self._seen)
        worst = max(new, key=lambda one: (one.priority, one.key[0] == blind.RULE), default=None)
        begins, gone = flood and not self._flood, lost and not self._lost
        self._flood, self._lost = flood, lost
        sound, sight, repeated = self._sound(worst, cycles, mono_s, gone, begins)
        high = worst is not None and worst.priority is Priority.HIGH
        own = worst is not None and worst.key[0] == blind.RULE
        for outlet in (self._shows, self._says):
            outlet.add(new, worst)
        if flood and not begins and not own:
            self._shows.drop()  # it is in the flood, which was told
        show, shown = self._shows.take(mono_s, high or begins)
        say, said = self._says.take(mono_s, begins or own or (high and not flood))
        return Announcement(
            sound,
            sight,
            repeated,
            show,
            None if shown is None else shown.name,
            say,
            None if said is None else said.name,
            urgent=gone or any(one is not None and one.priority is Priority.HIGH for one in (shown, said)),
            flood=begins,
            lost=gone,
        )

    def mute(self, mono_s: float, seconds: float | None = None) -> None:
        """No sound for so long (None: as the settings say; 0: sound again). Notifications and speech go on."""
        self._muted_until_s = mono_s + (self._settings.mute_s if seconds is None else seconds)

    def muted_s(self, mono_s: float) -> float:
        """Seconds that are left of it, to be shown; 0: not muted."""
        return max(0.0, self._muted_until_s - mono_s)

    def _sound(
        self, worst: Happening | None, cycles: Iterable[Cycle], mono_s: float, gone: bool, begins: bool
    ) -> tuple[Priority | None, bool, bool]:
        """The tone, whether it is that of lost sight, and whether it repeats."""
        if gone:
            sound, sight, repeated = Priority.HIGH, True, False
        elif worst is not None and not (
            self._flood and (worst.priority < Priority.HIGH or (self._rests(mono_s) and not begins))
        ):
            sound, sight, repeated = worst.priority, worst.key[0] == blind.RULE, False
        elif self._rests(mono_s):
            return None, False, False
        elif self._lost:
            sound, sight, repeated = Priority.HIGH, True, True
        elif (waits := _waiting(cycles)) is not None:
            sound, sight, repeated = Priority.HIGH, waits.key[0] == blind.RULE, True
        else:
            return None, False, False
        if mono_s < self._muted_until_s:
            return None, False, False
        self._sounded_s = mono_s
        return sound, sight, repeated

    def _rests(self, mono_s: float) -> bool:
        return mono_s - self._sounded_s < self._settings.repeat_s


def _waiting(cycles: Iterable[Cycle]) -> Cycle | None:
    """A high alarm that is active and that nobody has acknowledged; those that are over wait too, and do not call."""
    for cycle in cycles:  # what waits comes first, the worst of it first
        if not (cycle.waits and cycle.priority is Priority.HIGH):
            return None
        if cycle.active:
            return cycle
    return None
