"""Makes alarms heard, seen on the desktop and spoken. What and when is decided by `console.detect.announce`; here it is carried out."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.app.notifier import Notifier
from console.app.player import TONES, Player
from console.detect.announce import Announcement, Announcer, AnnounceSettings
from console.domain.clock import Clock
from console.domain.states import Priority
from console.domain.view import Sight, View, sight_now
from console.present import numbers
from console.present.announcing import shown, spoken, title
from widgets import words
from widgets.alarmdata import SoundData, SoundState
from widgets.alarms import AlarmList
from widgets.speech import Speaker
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase

APART_MS: Final = 1_100
"""Between two tones of the test."""
_TONES: Final = {Priority.HIGH: "high", Priority.MEDIUM: "medium", Priority.LOW: "low"}


class Herald(QObject):
    """Steps with each look of the window. `said(Phrase)`: one line for the bottom of it."""

    said = Signal(object)

    def __init__(
        self,
        alarms: AlarmList,
        clock: Clock,
        settings: AnnounceSettings,
        environment: str,
        *,
        lab: bool,
        player: Player,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._alarms = alarms
        self._clock = clock
        self._settings = settings
        self._title = title(environment, lab=lab)
        self._announcer = Announcer(settings)
        self._player, self._notifier, self._speaker = player, notifier, Speaker(alarms)
        self._told_unheard = self._told_unshown = False
        self._tests: list[str] = []
        self._next_test = QTimer(self)
        self._next_test.setInterval(APART_MS)
        self._next_test.timeout.connect(self._test_next)
        player.heard_changed.connect(self._heard)
        notifier.failed.connect(self._unshown)
        alarms.foot.muteToggled.connect(self._toggle_mute)
        alarms.foot.testRequested.connect(self._test)
        alarms.set_flashing(settings.flash)
        self._show_state()

    @property
    def speaker(self) -> Speaker:
        """Who speaks to a screen reader."""
        return self._speaker

    def step(self, view: View) -> None:
        """One look at the newest View, new or not."""
        now_s = self._clock.monotonic()
        lost = sight_now(view, self._clock) is Sight.BLIND and view.sight is not Sight.BLIND
        what = self._announcer.step(view.happenings, view.cycles, now_s, view.flood.on, lost)
        if what.sound is not None and self._settings.sound:
            self._player.play("sight" if what.own_sight else _TONES[what.sound])
        if what.show or what.lost:
            self._notify(what, shown(view, what))
        if what.say or what.lost:
            self._speaker.say(words.text(spoken(view, what)), urgent=what.urgent)
        self._show_state()

    def close(self) -> None:
        """Silence, and nothing more is shown."""
        self._next_test.stop()
        self._player.close()
        self._notifier.close()

    def _notify(self, what: Announcement, said: Phrase) -> None:
        """Only while somebody else has the screen: in front, the window itself says it."""
        if self._settings.notify and not self._alarms.window().isActiveWindow():
            self._notifier.show(words.text(self._title), words.text(said), urgent=what.urgent)

    def _toggle_mute(self) -> None:
        if not self._settings.sound:
            return
        now_s = self._clock.monotonic()
        if self._announcer.muted_s(now_s) > 0:
            self._announcer.mute(now_s, 0.0)
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Alarms sound again.")))
        else:
            self._announcer.mute(now_s)
            self._player.close()
            left = numbers.left(self._announcer.muted_s(now_s))
            said = QT_TRANSLATE_NOOP("present", "Muted for {left}. Nothing is acknowledged by that.")
            self.said.emit(phrase(said, left=left))
        self._show_state()

    def _test(self) -> None:
        """Every tone once, muted or not: who tests wants to hear."""
        self._tests = list(TONES)
        self._test_next()
        self._next_test.start()

    def _test_next(self) -> None:
        if not self._tests:
            self._next_test.stop()
            return
        tone = self._tests.pop(0)
        self._player.play(tone)
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Test of the sounds: {tone}"), tone=_NAMES[tone]))

    def _heard(self) -> None:
        if not self._player.heard and not self._told_unheard:
            self._told_unheard = True
            self.said.emit(
                phrase(QT_TRANSLATE_NOOP("present", "No sound device answers: alarms can only beep, if at all."))
            )
        self._show_state()

    def _unshown(self) -> None:
        if not self._told_unshown:
            self._told_unshown = True
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "This desktop shows no notifications.")))

    def _show_state(self) -> None:
        muted_s = self._announcer.muted_s(self._clock.monotonic())
        if not self._settings.sound:
            data = SoundData(SoundState.OFF)
        elif muted_s > 0:
            data = SoundData(SoundState.MUTED, numbers.left(muted_s))
        else:
            data = SoundData(SoundState.ON if self._player.heard else SoundState.NONE)
        self._alarms.foot.set_sound(data)


_NAMES: Final = {
    "high": phrase(QT_TRANSLATE_NOOP("present", "high")),
    "medium": phrase(QT_TRANSLATE_NOOP("present", "medium")),
    "low": phrase(QT_TRANSLATE_NOOP("present", "low")),
    "sight": phrase(QT_TRANSLATE_NOOP("present", "the console cannot see")),
}
