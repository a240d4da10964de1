"""Servers worth detaching, worst first, each with its reasons in numbers and one large button that names it.

Cards keep their places while the pointer is in the column; after any change of place the buttons are guarded.
"""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from enum import IntEnum

from msgspec import structs
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import words
from widgets.actbutton import ActPush
from widgets.card import ServerCard
from widgets.consent import ConsentPanel
from widgets.gaterow import GateRow
from widgets.labels import PlainLabel, set_look
from widgets.ladder import ActionList
from widgets.outlist import OutList
from widgets.readkey import ReadingKey
from widgets.shapes import ToneMark
from widgets.viewdata import ActButton, DetachedLine, Phrase, SuspectCard

MOST_REASONS = 3


class Density(IntEnum):
    """How much room a card takes: as many reasons as this (the others stay in the tool tip), at most MOST_REASONS, with or without air."""

    LEAST = 1
    TIGHT = 2
    DENSE = 3
    ROOMY = 4


_NO_LIMIT = 16_777_215
"""Qt's own word for it."""
_SPARE = 8
"""Cards that wait for the next suspects."""
_BLANK = Phrase(" ", verbatim=True)
"""Keeps a line's height where there is no reason for it."""


class SuspectView(ServerCard):
    """One card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: SuspectCard | None = None
        self._mark = ToneMark()
        self._name = PlainLabel("name", elide=True, least=84)
        self._rules = PlainLabel("small", elide=True)
        self._rules.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._reasons = [PlainLabel("" if i == 0 else "small", elide=True) for i in range(MOST_REASONS)]
        self._foretold = PlainLabel("small", elide=True)
        self._why_not = PlainLabel("small", wrap=True)
        self._density = Density.ROOMY
        self._gates = GateRow(compact=True)
        self.button = ActPush()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self._name, 1)
        head.addWidget(self._rules)
        # The reasons and, over the same lines, why the button waits: the card keeps its height.
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for reason in self._reasons[1:]:
            lines.addWidget(reason)
        self._body = QWidget()
        self._body.setLayout(lines)
        lines.setContentsMargins(0, 0, 0, 0)
        self._why_not.setParent(self._body)
        self._why_not.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._why_not.hide()
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self._reasons[0])
        self._column.addWidget(self._body)
        self._column.addWidget(self._foretold)
        self._column.addWidget(self._gates)
        self._column.addSpacing(2)
        self._column.addWidget(self.button)
        self._space()
        # Every card is as high as every other at all times, so that none of them slides under the pointer.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.carry(self.button)

    @property
    def card(self) -> SuspectCard | None:
        """What it shows."""
        return self._card

    @property
    @override
    def server(self) -> str:
        return self._card.server if self._card else ""

    @override
    def say_again(self) -> None:
        if self._card is not None:
            shown, self._card = self._card, None
            self.set_data(shown)

    def set_data(self, card: SuspectCard) -> None:
        """Takes the server and the reasons."""
        if card == self._card:
            return
        self._card = card
        self._mark.set_tone(card.tone)
        self._name.set_text(card.server)
        self._rules.set_phrase(_row(card.rules))
        self._rules.set_tone(card.tone)
        blocked = not card.button.enabled and words.has(card.button.why_not)
        lines = card.reasons[: 1 if blocked else MOST_REASONS]
        if blocked and self._density is Density.LEAST:
            lines = (card.button.why_not,)
        for index, label in enumerate(self._reasons):
            label.set_phrase(lines[index] if index < len(lines) else _BLANK)
        self._foretold.set_phrase(card.foretold if words.has(card.foretold) else _BLANK)
        self._why_not.setVisible(blocked)
        self._why_not.set_phrase(card.button.why_not)
        self.button.set_data(card.button)
        self._gates.set_data(card.gates)
        set_look(self, edge=card.tone.name.lower())
        self.setAccessibleName(card.server)
        told = (*card.reasons, card.button.why_not) if blocked else card.reasons
        told = (*told, card.foretold) if words.has(card.foretold) else told
        said = "; ".join(words.text(reason) for reason in told)
        self.setAccessibleDescription(said)
        self.setToolTip(words.tip(said))

    def set_density(self, density: Density) -> None:
        """Takes more or less room."""
        if density is not self._density:
            self._density = density
            self._space()
            self.say_again()

    def settle(self) -> None:
        """Lays itself out now: its height is asked for before the events that would do it have come."""
        self._column.activate()

    def _space(self) -> None:
        roomy = self._density is Density.ROOMY
        self._column.setContentsMargins(12, 2, 12, 4)
        self._column.setSpacing(0)
        for index, label in enumerate(self._reasons):
            label.setVisible(index < self._density)
        self._body.setVisible(self._density > Density.LEAST)
        self._gates.setVisible(self._density > Density.TIGHT)
        self._foretold.setVisible(roomy)
        set_look(self.button, density="roomy" if roomy else "dense")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.activate()
        self._why_not.setGeometry(self._body.rect())


class _StillScroll(QScrollArea):
    """Scrolls by hand; the keyboard's focus never moves what lies under the pointer."""

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        at = self.verticalScrollBar().value()
        went = super().focusNextPrevChild(next)
        if self.underMouse():
            self.verticalScrollBar().setValue(at)
        return went


class SuspectColumn(QWidget):
    """All cards in a scrolling column, or one quiet sentence; below them the actions under way (`action_list`)."""

    actRequested = Signal(str, str)
    askRequested = Signal(object)
    serverChosen = Signal(str)
    disarmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Takes the keyboard from what goes away; not a stop of the Tab key.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._views: list[SuspectView] = []
        """The first `_shown` are on the screen; the others wait to be used again."""
        self._shown = 0
        self._density = Density.ROOMY
        self._inside = False
        self._held: tuple[SuspectCard, ...] | None = None
        self._head = PlainLabel("head")
        self._empty = PlainLabel("quiet", wrap=True)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._empty)
        self.plan = ActPush(elide=True)
        """Detaches all of them, one after the other, where the engine proposes it."""
        set_look(self.plan, density="plan")
        self.plan.setVisible(False)
        self.consent = ConsentPanel()
        self._column.addWidget(self.consent)
        self.action_list = ActionList(most=8, compact=True)
        self._column.addWidget(self.action_list)
        self.out_list = OutList()
        self._column.addWidget(self.out_list)
        self._key = ReadingKey()
        self._key_wanted = False
        self._column.addWidget(self._key)
        self._column.addStretch(1)
        self._scroll = _StillScroll()
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        # In the line of the heading: it needs no room of its own, and is in sight however the cards are scrolled.
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 12, 0)
        head.setSpacing(10)
        head.addWidget(self._head)
        head.addWidget(self.plan, 1)
        outer.addLayout(head)
        outer.addWidget(self._scroll, 1)
        self.action_list.actRequested.connect(self.actRequested)
        for part in (self.plan, self.out_list):
            part.actRequested.connect(self.actRequested)
            part.askRequested.connect(self.askRequested)
            part.disarmed.connect(self.disarmed)
        self.out_list.serverChosen.connect(self.serverChosen)
        self.consent.disarmed.connect(self.disarmed)
        self._place_key()
        self._inner.installEventFilter(self)
        self.retranslate()

    def set_data(self, cards: tuple[SuspectCard, ...]) -> None:
        """Takes the cards, worst first. Under the pointer they keep their order and only their contents change."""
        if self._inside and self._views:
            self._held = cards
            cards = self._in_place(cards)
        else:
            self._held = None
        self._show(cards)

    def set_plans(self, plans: tuple[ActButton, ...], detached: tuple[DetachedLine, ...]) -> None:
        """Takes the sets that one click carries out, and what is out."""
        by_verb = {plan.verb: plan for plan in plans}
        together = by_verb.get("detach_all")
        self.plan.setVisible(together is not None)
        if together is not None:
            self.plan.set_data(together)
        self._fit()
        self.out_list.set_data(detached, by_verb.get("attach_all"))
        self.consent.follow(plans)

    def set_density(self, density: Density) -> None:
        """More or less room for each card."""
        self._density = density
        for view in self._views:
            view.set_density(density)
        self._fit()

    def set_key_shown(self, wanted: bool) -> None:
        """Uses the room of a column without cards for how to read the maps, where no other part of the window says it."""
        self._key_wanted = wanted
        self._place_key()

    def _place_key(self) -> None:
        idle = not self.order() and self.action_list.isHidden() and self.out_list.isHidden()
        self._key.setVisible(self._key_wanted and idle)

    def _fit(self) -> None:
        """Takes no more height than the cards need, so that the alarms below get the rest; without cards there is no limit."""
        most = _NO_LIMIT
        if self.order():
            for view in self.cards():
                view.settle()
            inner = max(self._column.sizeHint().height(), self._column.minimumSize().height())
            top = self._head.sizeHint().height()
            if not self.plan.isHidden():
                top = max(top, self.plan.sizeHint().height())
            most = top + 4 + inner + 2
        if most != self.maximumHeight():
            self.setMaximumHeight(most)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def order(self) -> tuple[str, ...]:
        """Servers, as they stand on the screen."""
        return tuple(view.server for view in self._views[: self._shown])

    def cards(self) -> tuple[SuspectView, ...]:
        """The cards on the screen."""
        return tuple(self._views[: self._shown])

    def retranslate(self) -> None:
        """Sets the words again."""
        self._head.set_text(self.tr("SUSPECTS"))
        self._empty.set_text(self.tr("No server stands out."))
        self.setAccessibleName(self.tr("Suspects: servers worth detaching"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._inside = True
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._inside = False
        if self._held is not None:
            self.set_data(self._held)
        super().leaveEvent(event)

    def _in_place(self, cards: tuple[SuspectCard, ...]) -> tuple[SuspectCard, ...]:
        """The new cards in the old places; servers that left keep theirs, with a dead button; new ones join at the end."""
        by_server = {card.server: card for card in cards}
        kept: list[SuspectCard] = []
        for view in self.cards():
            if view.card is not None:
                gone = structs.replace(view.card, button=structs.replace(view.card.button, enabled=False))
                kept.append(by_server.pop(view.server, gone))
        return (*kept, *by_server.values())

    def _show(self, cards: tuple[SuspectCard, ...]) -> None:
        before = self.order()
        while len(self._views) < len(cards):
            view = SuspectView()
            view.set_density(self._density)
            view.actRequested.connect(self.actRequested)
            view.askRequested.connect(self.askRequested)
            view.serverChosen.connect(self.serverChosen)
            view.disarmed.connect(self.disarmed)
            self._column.insertWidget(len(self._views), view)
            self._views.append(view)
        for view, card in zip(self._views, cards, strict=False):
            view.setVisible(True)
            view.set_data(card)
        focused = QApplication.focusWidget()
        for view in self._views[len(cards) : self._shown]:
            if focused is not None and (view is focused or view.isAncestorOf(focused)):
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            view.setVisible(False)
        self._shown = len(cards)
        self._spare()
        self._empty.setVisible(not cards)
        self._place_key()
        if self.order() != before:
            for view in self._views:
                view.button.guard()
            self._fit()

    def _spare(self) -> None:
        """What a whole fleet of suspects once needed is not kept: each hidden card takes its part in every layout."""
        keep = self._shown + _SPARE
        for view in self._views[keep:]:
            self._column.removeWidget(view)
            view.deleteLater()
        del self._views[keep:]


def _row(rules: tuple[Phrase, ...]) -> Phrase:
    return Phrase("  ".join(words.text(rule) for rule in rules), verbatim=True)
