"""When to sound and when to show a desktop notification: one at a time, however many alarms come at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.detect import blind
from console.domain.lifecycle import Cycle, Happening
from console.domain.options import option
from console.domain.states import Priority


@dataclass(frozen=True, slots=True)
class AnnounceSettings:
    """How often alarms may sound and be shown outside of the window."""

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
    note_s: float = option(
        10.0, unit="s", low=1.0, high=600.0, sentence="At most one desktop notification in this time."
    )


@dataclass(frozen=True, slots=True)
class Announcement:
    """What to do now. Nothing to do: `sound` None and `show` 0."""

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


class Announcer:
    """Steps once per View, with its time; the tones themselves are the window's.

    During a flood only what is high sounds, and the first of it; the repeat goes on, so that a flood is not forgotten.
    """

    def __init__(self, settings: AnnounceSettings | None = None) -> None:
        self._settings = settings or AnnounceSettings()
        self._seen = 0
        self._sounded_s = -1e18
        self._shown_s = -1e18
        self._muted_until_s = -1e18
        self._unshown = 0
        self._worst: Happening | None = None

    def step(
        self, happenings: Sequence[Happening], cycles: Iterable[Cycle], mono_s: float, flood: bool = False
    ) -> Announcement:
        """`happenings` and `cycles` as in the View: old happenings are known by their numbers, and those that wait come first."""
        new = [one for one in happenings if one.number > self._seen and one.audible]
        self._seen = max((one.number for one in happenings), default=self._seen)
        worst = max(new, key=lambda one: (one.priority, one.key[0] == blind.RULE), default=None)
        self._unshown += len(new)
        if worst is not None and (self._worst is None or worst.priority > self._worst.priority):
            self._worst = worst
        sound, repeated, sight = None, False, False
        first = next(iter(cycles), None)
        waits = first is not None and first.waits and first.active and first.priority is Priority.HIGH
        if worst is not None and not (flood and (worst.priority < Priority.HIGH or self._rests(mono_s))):
            sound, sight = worst.priority, worst.key[0] == blind.RULE
        elif waits and first is not None and not self._rests(mono_s):
            sound, repeated, sight = Priority.HIGH, True, first.key[0] == blind.RULE
        if sound is not None:
            if mono_s < self._muted_until_s:
                sound, repeated, sight = None, False, False
            else:
                self._sounded_s = mono_s
        show, name = 0, None
        if self._unshown and mono_s - self._shown_s >= self._settings.note_s:
            show, name = self._unshown, None if self._worst is None else self._worst.name
            self._unshown, self._worst, self._shown_s = 0, None, mono_s
        return Announcement(sound, sight, repeated, show, name)

    def mute(self, mono_s: float, seconds: float | None = None) -> None:
        """No sound for so long (None: as the settings say; 0: sound again). Notifications go on."""
        self._muted_until_s = mono_s + (self._settings.mute_s if seconds is None else seconds)

    def muted_s(self, mono_s: float) -> float:
        """Seconds that are left of it, to be shown; 0: not muted."""
        return max(0.0, self._muted_until_s - mono_s)

    def _rests(self, mono_s: float) -> bool:
        return mono_s - self._sounded_s < self._settings.repeat_s
