"""One open fleet on one screen: takes Views, keeps the arrangement, answers what the operator does. All on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication

from console.app.alarmpages import AlarmPages
from console.app.alarmroom import AlarmRoom
from console.app.attention import Attention
from console.app.bridge import Bridge
from console.app.factroom import FactRoom
from console.app.fleet import EngineHandle, Fleet
from console.app.herald import Herald
from console.app.notifier import Notifier
from console.app.operator import Operator
from console.app.picks import Picks
from console.app.player import Player
from console.domain.clock import Clock
from console.domain.errors import SettingsError
from console.domain.safety import Consent
from console.domain.states import Verb
from console.domain.view import View
from console.present import Order, Presenter, advice, broken, cycle_of, guide, reason, waiting
from console.settings.guidance import guidance
from widgets.alarmdata import Advice
from widgets.screen import OperatorScreen
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Legend, Phrase, RowsData, phrase

_log = logging.getLogger("dsr.window")
_ORDER: Final = "rows/order"
PLANS: Final = {"detach_all": Verb.DETACH, "attach_all": Verb.ATTACH}
STOP_PLAN: Final = "stop_plan"


DRAWN_BADLY: Final = phrase(QT_TRANSLATE_NOOP("present", "Acting is locked: the newest picture could not be drawn."))


class Desk(QObject):
    """`said(Phrase)`: one line for the bottom of the window; `shown(View)`: a new View is on the screen."""

    said = Signal(object)
    shown = Signal(object)

    def __init__(
        self, fleet: Fleet, handle: EngineHandle, screen: OperatorScreen, clock: Clock, settings: QSettings
    ) -> None:
        super().__init__(screen)
        self._screen = screen
        self._clock = clock
        self._presenter = Presenter(fleet.environment, lab=fleet.lab)
        self._picks = Picks(screen, _order(settings.value(_ORDER)))
        self._operator = Operator(handle, fleet.operator, clock, self.refresh)
        self._guide: Mapping[str, object] | None = None
        self._legends: tuple[Legend, ...] = ()
        self._locked = NOTHING
        self._remarked: str | None = None
        self._began_s = clock.monotonic()
        self.view: View | None = None
        self._attention = Attention(handle, clock, self)
        self.bridge = Bridge(lambda: handle.newest, self)
        self.bridge.arrived.connect(self._arrived)
        self.bridge.waited.connect(self._waited)
        self._picks.looked.connect(lambda: self._attention.look(self._picks.chosen, self._picks.hovered(self.view)))
        self._picks.changed.connect(self.refresh)
        self._picks.pointed.connect(self._read_out)
        self._picks.ordered.connect(lambda: settings.setValue(_ORDER, self._picks.arrangement.order.value))
        screen.actRequested.connect(self._act)
        screen.consented.connect(self._consented)
        screen.cutConsented.connect(self._cut)
        screen.armRequested.connect(self._arm)
        screen.detail.manual.said.connect(self._operator.manual_said)
        screen.alarms.foot.onlyShelved.connect(self._only_shelved)
        self._room = AlarmRoom(handle, fleet.operator, screen, self._presenter, lambda: self.view, self)
        self._room.said.connect(self.said)
        self.herald = Herald(
            screen.alarms,
            clock,
            fleet.announce,
            fleet.environment,
            lab=fleet.lab,
            player=Player(parent=self),
            notifier=Notifier(QApplication.windowIcon(), parent=self),
            parent=self,
        )
        self.herald.said.connect(self.said)
        self._pages = AlarmPages(screen, clock, fleet.snapshots, fleet.environment, lambda: self.view, self)
        self._pages.said.connect(self.said)
        self._facts = FactRoom(
            screen,
            self._presenter,
            clock,
            fleet.snapshots,
            lambda: self.view,
            lambda: self._picks.chosen,
            self,
        )
        self._facts.said.connect(self.said)
        self._waited()

    def close(self) -> None:
        """Looks no more, and is silent."""
        self.bridge.stop()
        self.herald.close()
        self._pages.close()
        self._facts.close()

    def choose(self, server: str) -> None:
        """Opens the detail of a server, at once, from memory; empty: closes it."""
        self._picks.choose(server)

    def tell(self, document: Mapping[str, object] | None) -> None:
        """The newest word of the lab's guide."""
        self._guide = document

    def all_rows(self, view: View) -> RowsData:
        """Every row in the order in force, whatever the filter hides: for a record."""
        return self._presenter.all_rows(view, self._picks.arrangement, self._clock.monotonic(), self._clock.wall())

    def refresh(self) -> None:
        """Draws the newest View again: something beside it has changed."""
        if self.view is None:
            return
        try:
            self._draw(self.view)
        except Exception as error:  # noqa: BLE001  the border: a picture that cannot be drawn must not pass for a live one
            if self._locked is not DRAWN_BADLY:
                _log.exception("View %d could not be drawn", self.view.version)
            self._locked = DRAWN_BADLY
            self._screen.banners.set_data(broken(f"{type(error).__name__}: {error}"))

    def _draw(self, view: View) -> None:
        now_s, wall_s = self._clock.monotonic(), self._clock.wall()
        story = None if self._guide is None else guide(self._guide, view)
        self._locked = self._presenter.locked(view, now_s, wall_s)
        data = self._presenter.present(
            view,
            self._picks.arrangement,
            now_s,
            wall_s,
            pending=self._operator.pending,
            guide=story,
            advice=self._advice(view),
        )
        self._screen.set_data(data)
        if data.detail is not None and data.detail.manual is not None and self._screen.detail.manual.isVisible():
            self._operator.manual_seen(view.manual[data.detail.server])
        self._picks.begin(data.suspects[0].server if data.suspects else "")
        self._read_out()

    def _arrived(self, view: View) -> None:
        self.view = view
        self._operator.seen(view)
        self._attention.needed(view.standing.arming)
        self.refresh()
        if (remark := view.health.state_remark) != self._remarked:
            self._remarked = remark
            self.said.emit(reason(remark or ""))
        if (legends := self._presenter.legends(view)) != self._legends:
            self._legends = legends
            self._screen.set_legends(legends)
        self.herald.step(view)
        self._pages.refresh()
        self._facts.refresh()
        self.shown.emit(view)

    def _waited(self) -> None:
        """No new View: only what ages is drawn, unless the age itself has changed what may be done."""
        if self.view is None:
            self._screen.banners.set_data(waiting(self._clock.monotonic() - self._began_s))
            return
        self.herald.step(self.view)
        if self._locked is DRAWN_BADLY:
            return  # the next View is the next try
        now_s, wall_s = self._clock.monotonic(), self._clock.wall()
        if (self._presenter.locked(self.view, now_s, wall_s) is NOTHING) != (self._locked is NOTHING):
            self.refresh()
            return
        self._screen.header.set_data(self._presenter.header(self.view, now_s, wall_s))
        if self._locked is not NOTHING:
            self.refresh()

    def _act(self, verb: str, server: str) -> None:
        if self._refused_now(verb):
            return
        if verb == STOP_PLAN:
            self._operator.stop_plan()
        elif verb in PLANS:
            self._operator.carry(PLANS[verb], tuple(server.split("\n")), self.view)
        else:
            self._operator.act(Verb(verb), server, self.view, self._reviewed(verb, server, None))

    def _reviewed(self, verb: str, server: str, consent: Consent | None) -> Consent | None:
        """With the review time that stands beside this very button, where it is not the usual one."""
        chooser, view = self._screen.detail.review, self.view
        if verb != Verb.DETACH.value or view is None or self._screen.detail.server != server or chooser.isHidden():
            return consent
        if chooser.seconds == view.review_s:
            return consent
        return replace(consent or Consent(), review_s=chooser.seconds)

    def _refused_now(self, verb: str) -> bool:
        """Says why nothing may be done, where that is so; a plan may be stopped always."""
        if self.view is None or verb == STOP_PLAN:
            return False
        locked = self._presenter.locked(self.view, self._clock.monotonic(), self._clock.wall())
        if self._locked is DRAWN_BADLY:
            locked = DRAWN_BADLY
        if locked is not NOTHING:
            self.said.emit(locked)
        return locked is not NOTHING

    def _consented(self, verb: str, server: str, reason: str, glass: bool) -> None:
        """Past the hold. A lead's broken glass opens what is locked for want of truth; the engine asks its gates all the same."""
        if not glass and self._refused_now(verb):
            return
        consent = Consent(break_glass=reason) if glass else Consent(hold_reason=reason)
        if verb in PLANS:
            self._operator.carry(PLANS[verb], tuple(server.split("\n")), self.view, consent)
        else:
            self._operator.act(Verb(verb), server, self.view, self._reviewed(verb, server, consent))

    def _cut(self, server: str, reason: str, count: int) -> None:
        """Past the hold, with the number of sessions typed."""
        if not self._refused_now(Verb.CUT.value):
            self._operator.act(Verb.CUT, server, self.view, Consent(hold_reason=reason, count=count))

    def _arm(self, armed: bool) -> None:
        self._operator.arm(armed)

    def _only_shelved(self, only: bool) -> None:
        self._picks.arrange(only_shelved=only)

    def _advice(self, view: View) -> Advice | None:
        """What to do about the chosen alarm; a rule without guidance has none."""
        key = self._picks.arrangement.alarm
        cycle = None if key is None else cycle_of(view, key)
        if cycle is None or key is None:
            return None
        try:
            return advice(key, cycle.alarm, guidance(cycle.alarm.rule))
        except SettingsError as error:
            self.said.emit(reason(str(error)))
            return None

    def _read_out(self) -> None:
        said: Phrase = NOTHING
        if self.view is not None and self._picks.cell[0] >= 0:
            said = self._presenter.readout(self.view, *self._picks.cell)
        self._screen.set_readout(said)


def _order(kept: object) -> Order:
    """The order of last time; a word that this build does not know counts for nothing."""
    return next((order for order in Order if order.value == kept), Order.HOTNESS)
