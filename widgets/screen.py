"""The operator's whole screen: header, guide, banners; suspects and alarms at the left, maps in the middle, the chosen server at the right.

It only lays out its parts, passes data down and signals up, and holds the keys.
"""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme
from widgets.actbutton import ActPush
from widgets.alarms import AlarmList
from widgets.banners import Banners
from widgets.detail import DetailPanel
from widgets.filterbar import FilterBar
from widgets.foretold import HerdStrip
from widgets.guide import GuideStrip
from widgets.header import Header
from widgets.heatmaps import Heatmaps
from widgets.help import HelpOverlay
from widgets.labels import panel
from widgets.page import Page
from widgets.suspects import Density, SuspectColumn
from widgets.table import ServerTable
from widgets.timeline import Timeline
from widgets.viewdata import QT_TRANSLATE_NOOP, ActButton, Legend, Phrase, RowsData, ScreenData, phrase

WIDE_PX = 1600
"""From this width on the detail has a place of its own even when nothing is chosen."""

FACT_KEYS = (
    ("Y", "copy-server"),
    ("Shift+Y", "copy-situation"),
    ("H", "shift"),
    ("E", "shadow"),
    ("C", "compare"),
)
"""Keys that hand facts on, and the pages of facts."""
HIGH_PX = 900
DENSITIES = ((HIGH_PX, Density.ROOMY), (690, Density.DENSE), (590, Density.TIGHT))
"""From these heights on the suspects' cards have so much room."""

SHARES = ((HIGH_PX, 3), (590, 2))
"""From these heights on the alarms get so much where the suspects get at most 5 (they take no more than they need)."""

NARROW_PX = 1100
"""Below it (a full HD screen at 200 %) the side columns give way."""


class OperatorScreen(QWidget):
    """See the module and `widgets` for its signals."""

    serverChosen = Signal(str)
    actRequested = Signal(str, str)
    consented = Signal(str, str, str, bool)
    """Verb, server, reason, and whether a lead breaks the glass; past the hold."""
    armRequested = Signal(bool)
    orderChanged = Signal(str)
    filterChanged = Signal(str, bool)
    cellHovered = Signal(int, int)
    interactionChanged = Signal(bool)
    snapshotRequested = Signal()
    themeRequested = Signal(str)
    cutConsented = Signal(str, str, int)
    """Server, reason and the number of sessions that are to be cut; past the hold."""
    detailClosed = Signal()
    disarmed = Signal()
    factsRequested = Signal(str)
    """What of `FACT_KEYS`: facts for elsewhere."""
    alarmPicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = Header()
        self.guide = GuideStrip()
        self.banners = Banners()
        self.herd = HerdStrip()
        self.suspects = SuspectColumn()
        self.alarms = AlarmList()
        self.filter = FilterBar()
        self.maps = Heatmaps()
        self.table = ServerTable()
        self.timeline = Timeline()
        self.detail = DetailPanel()
        self._whole = QVBoxLayout(self)
        self._middle = QStackedWidget()
        self._left = QWidget()
        self._open = False
        self._rows = RowsData(())
        self._lay_out()
        self._wire()
        self._bind_keys()
        self._speak()
        self.page = Page(self)
        self.facts = Page(self, ("copy", "txt", "csv"))
        self.help = HelpOverlay(self)
        # The screen itself takes the keyboard first: no field is being typed into and no order is held before somebody asks for it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # --- data

    def set_data(self, data: ScreenData) -> None:
        """Takes one whole picture."""
        self.header.set_data(data.header)
        self.guide.set_data(data.guide)
        self.banners.set_data(data.banners)
        if data.columns is not None:
            self.maps.append(data.columns)
        self.maps.set_rows(data.rows)
        self._rows = data.rows
        if self.table_shown:
            self.table.set_rows(data.rows)
        self.filter.set_counts(data.rows.hidden, data.rows.total)
        self.herd.set_data(data.herd)
        self._share_left()
        self.suspects.action_list.set_data(data.actions)
        self.suspects.set_data(data.suspects)
        self.suspects.set_plans(data.plans, data.detached)
        self.alarms.set_data(data.alarms, data.beside_alarms)
        self.timeline.set_data(data.timeline)
        self.detail.set_data(data.detail)
        chosen = data.detail.server if data.detail is not None else ""
        self.alarms.set_server(chosen)
        self.maps.choose(chosen)
        self.table.choose(chosen)
        self._place_detail()

    def set_legends(self, legends: tuple[Legend, ...]) -> None:
        """Titles and ends of the maps' fixed scales."""
        self.maps.set_legends(legends)

    def set_readout(self, phrase: Phrase) -> None:
        """The line under the maps: all values of the cell under the crosshair."""
        self.maps.set_readout(phrase)

    # --- arming and going back

    def aim(self) -> Phrase:
        """D: puts the keyboard on the named Detach button of the server under the crosshair, else of the chosen one, else of the worst.

        It presses nothing. The sentence says whom Enter would detach, or why nobody.
        """
        server = self._meant()
        if not server:
            return phrase(QT_TRANSLATE_NOOP("present", "No server is chosen: point at a row, or choose one."))
        if server != self.detail.server:
            self._chosen(server)
        button = self._button_of(server)
        if button is None or button.target is None:
            return phrase(QT_TRANSLATE_NOOP("present", "{server} has no Detach button now."), server=server)
        if button.target[0] != "detach":
            return phrase(QT_TRANSLATE_NOOP("present", "{server} is detached already."), server=server)
        if not button.isEnabled():
            return phrase(
                QT_TRANSLATE_NOOP("present", "{server} cannot be detached now. {why}"),
                server=server,
                why=button.why_not,
            )
        if self.detail.isAncestorOf(button):
            self.detail.reveal(button)
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if button.asks:
            said = QT_TRANSLATE_NOOP("present", "Enter asks for a reason to detach {server}. Esc goes back.")
            return phrase(said, server=server)
        return phrase(QT_TRANSLATE_NOOP("present", "Enter detaches {server}. Esc goes back."), server=server)

    @property
    def armed(self) -> bool:
        """Would Enter act now?"""
        return isinstance(QApplication.focusWidget(), ActPush)

    def back(self) -> None:
        """Esc, everywhere the same, one step a press: closes what lies on top, disarms a button, leaves the filter, releases the
        crosshair, lets the alarm go, closes the detail. It never acts."""
        focused = QApplication.focusWidget()
        if self.help.isVisible():
            self.help.hide()
        elif self.page.close_page() or self.facts.close_page() or self.alarms.entry.put_away():
            pass
        elif self._consent_put_away() or isinstance(focused, ActPush):
            self._to_rows()
        elif self.filter.narrows or focused is self.filter.field:
            self.filter.leave()
            self._to_rows()
        elif not self.maps.release_cursor() and not self.alarms.release() and self._open:
            self._close_detail()

    def _consent_put_away(self) -> bool:
        """Closes an open panel of consent; False where there is none."""
        found = [panel for panel in (self.detail.consent, self.suspects.consent) if panel.target is not None]
        for one in found:
            one.put_away()
        return bool(found)

    def _meant(self) -> str:
        if self.table_shown:
            return self.table.pointed_server or self.detail.server or self._worst()
        return self.maps.pointed_server or self.detail.server or self._worst()

    @property
    def pointed_server(self) -> str:
        """Under the crosshair, or the row with the keyboard; empty: none."""
        return (self.table if self.table_shown else self.maps).pointed_server or ""

    def _worst(self) -> str:
        return next(iter(self.suspects.order()), "")

    def _button_of(self, server: str) -> ActPush | None:
        if self.detail.server == server and self.detail.isVisible():
            return self.detail.button
        return next((card.button for card in self.suspects.cards() if card.server == server), None)

    # --- panes

    def panes(self) -> tuple[QWidget, ...]:
        """Parts that F6 goes through, in reading order; hidden ones are left out."""
        rows: QWidget = self.table if self.table_shown else self.maps
        all_parts = (rows, self.suspects, self.alarms, self.filter, self.detail)
        return tuple(part for part in all_parts if part.isVisible() and _entry(part) is not None)

    def focus_next_pane(self, step: int = 1) -> None:
        """Puts the keyboard into the next part (-1: the one before)."""
        parts = self.panes()
        if not parts:
            return
        focused = QApplication.focusWidget()
        now = next((i for i, part in enumerate(parts) if _holds(part, focused)), None)
        at = 0 if now is None else (now + step) % len(parts)
        entry = _entry(parts[at])
        if entry is not None:
            entry.setFocus(Qt.FocusReason.TabFocusReason)

    def show_help(self) -> None:
        """Shows the keys, or hides them."""
        self.help.setVisible(not self.help.isVisible())

    @property
    def table_shown(self) -> bool:
        """Is the table in front of the maps?"""
        return self._middle.currentWidget() is self.table

    def set_table_shown(self, shown: bool) -> None:
        """Table instead of maps."""
        # The hidden twin costs 5 ms a poll at 1,000 servers, so it catches up when it comes to the front.
        if shown:
            self.table.set_rows(self._rows)
            self.table.choose(self.detail.server)
        self._middle.setCurrentWidget(self.table if shown else self.maps)
        if self.filter.table.isChecked() != shown:
            self.filter.table.setChecked(shown)

    # --- inside

    def _lay_out(self) -> None:
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addWidget(self.herd)
        left.addWidget(self.suspects, 5)
        left.addWidget(self.alarms, 4)
        self._middle.addWidget(self.maps)
        self._middle.addWidget(self.table)
        rows = panel()
        column = QVBoxLayout(rows)
        column.setContentsMargins(8, 4, 8, 0)
        column.setSpacing(2)
        column.addWidget(self.filter)
        column.addWidget(self._middle, 1)
        centre = QVBoxLayout()
        centre.setSpacing(4)
        centre.addWidget(rows, 1)
        centre.addWidget(self.timeline)
        body = QHBoxLayout()
        body.setSpacing(4)
        body.addWidget(self._left)
        body.addLayout(centre, 1)
        body.addWidget(self.detail)
        whole = self._whole
        whole.setContentsMargins(5, 4, 5, 4)
        whole.setSpacing(4)
        whole.addWidget(self.header)
        whole.addWidget(self.guide)
        whole.addWidget(self.banners)
        whole.addLayout(body, 1)

    def _wire(self) -> None:
        for part in (self.suspects, self.detail):
            part.actRequested.connect(self.actRequested)
            part.askRequested.connect(self._ask)
            part.consent.given.connect(self.consented)
            part.serverChosen.connect(self._chosen)
        self.detail.armRequested.connect(self.armRequested)
        self.header.standing.armRequested.connect(self.armRequested)
        self.detail.consent.disarmed.connect(self.disarmed)
        self.suspects.disarmed.connect(self.disarmed)
        for push in (self.detail.button, self.detail.cut):
            push.disarmed.connect(self.disarmed)
        self.detail.consent.cut.connect(self.cutConsented)
        for part in (self.alarms, self.maps, self.table):
            part.serverChosen.connect(self._chosen)
        self.alarms.picked.connect(self.alarmPicked)
        for part in (self.maps, self.table):
            part.detailRequested.connect(self._detail_wanted)
        self.maps.cellHovered.connect(self.cellHovered)
        self.maps.interactionChanged.connect(self._interaction)
        self.maps.liveChanged.connect(self.filter.set_live)
        self.maps.beliefShownChanged.connect(self.filter.set_belief)
        self.filter.filterChanged.connect(self.filterChanged)
        self.filter.orderChanged.connect(self.orderChanged)
        self.filter.beliefToggled.connect(self.maps.set_belief_shown)
        self.filter.tableToggled.connect(self.set_table_shown)
        self.filter.liveRequested.connect(self.maps.follow_live)
        self.filter.fieldLeft.connect(self._to_rows)
        self.detail.closeRequested.connect(self._close_detail)

    def only_shows(self) -> None:
        """For a past that nobody answers from: the keys that ask for something (acknowledge, notes, pages) are dead, and free."""
        for shortcut in self._asking:
            shortcut.setEnabled(False)

    def _bind_keys(self) -> None:
        """Letters work wherever no text is being typed: a line edit takes its letters first. None of them acts on a server."""
        self._key("Esc", self.back)
        self._key("F1", self.show_help)
        self._key("F6", self.focus_next_pane)
        self._key("Shift+F6", lambda: self.focus_next_pane(-1))
        self._key("/", self._find)
        asks: list[tuple[str, Callable[[], object]]] = [
            ("A", self.alarms.acknowledge),
            ("Shift+A", self.alarms.acknowledge_with_note),
            ("N", self.alarms.note),
            ("S", self.alarms.shelve),
            ("M", self.alarms.foot.muteToggled.emit),
            ("K", lambda: self.alarms.foot.pageRequested.emit("figures")),
            ("L", lambda: self.alarms.foot.pageRequested.emit("sight")),
        ]
        asks += [(keys, lambda what=what: self.factsRequested.emit(what)) for keys, what in FACT_KEYS]
        self._asking = [self._key(keys, does, repeats=False) for keys, does in asks]
        self._key("O", self.filter.abnormal.toggle)
        self._key("B", self.filter.belief.toggle)
        self._key("T", self.filter.table.toggle)
        self._key("Ctrl+S", self.snapshotRequested.emit)
        self._key("F9", lambda: self.themeRequested.emit("light" if theme.current() == "dark" else "dark"))

    def _key(self, keys: str, does: Callable[[], object], *, repeats: bool = True) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setAutoRepeat(repeats)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(does)
        return shortcut

    def _find(self) -> None:
        self.filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.field.selectAll()

    def _to_rows(self) -> None:
        (self.table if self.table_shown else self.maps).setFocus(Qt.FocusReason.TabFocusReason)

    def _chosen(self, server: str) -> None:
        self._open = True
        self.maps.choose(server)
        self.table.choose(server)
        self.serverChosen.emit(server)
        self._place_detail()

    def _ask(self, button: ActButton) -> None:
        """A press on a button that is not all green: opens the panel that says what it costs; nothing acts."""
        if button.verb in {"detach", "attach", "cut"}:
            if button.server != self.detail.server or not self.detail.isVisible():
                self._chosen(button.server)
            self.detail.ask(button.server, button.verb)
        else:
            self.suspects.consent.ask(button)

    def _detail_wanted(self, server: str) -> None:
        self._chosen(server)
        self.detail.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def detail_open(self) -> bool:
        """Did the operator open the detail of a server? A wide window shows it besides."""
        return self._open

    def fold_detail(self) -> None:
        """Closes the detail for something else that takes its room; the keyboard stays where it is."""
        self._open = False
        self.detailClosed.emit()
        self._place_detail()

    def _close_detail(self) -> None:
        self.fold_detail()
        self._to_rows()

    def _interaction(self, inside: bool) -> None:
        self.filter.set_held(inside)
        self.interactionChanged.emit(inside)

    def _share_left(self) -> None:
        """The strip takes its room from the alarms where there is little."""
        share = next((share for least, share in SHARES if self.height() >= least), 1)
        if self.height() < HIGH_PX and not self.herd.isHidden():
            share = 1
        if isinstance(left := self._left.layout(), QVBoxLayout) and left.stretch(2) != share:
            left.setStretch(2, share)

    def _place_detail(self) -> None:
        """Wide windows keep a place for the detail; narrow ones show it while a server is chosen."""
        wide = self.width() >= WIDE_PX
        self.detail.setVisible(wide or self._open)
        self.suspects.set_key_shown(not (wide or self._open))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        super().showEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= WIDE_PX
        narrow = self.width() < NARROW_PX
        # On a low screen cards are denser and the alarms give way: three suspects must fit with their buttons.
        self._share_left()
        self.herd.set_low(self.height() < HIGH_PX)
        self.suspects.set_density(
            next((density for least, density in DENSITIES if self.height() >= least), Density.LEAST)
        )
        self._left.setFixedWidth(320 if wide else 210 if narrow else 260)
        self.detail.setFixedWidth(320 if wide else 230 if narrow else 270)
        self.timeline.setFixedHeight(100 if self.height() >= 1054 else 78 if self.height() >= 600 else 66)
        self._place_detail()
        # At once, so that not even the first picture shows the parts over each other.
        self._whole.activate()
        super().resizeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._speak()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("Operator's screen"))


def _holds(part: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (part is focused or part.isAncestorOf(focused))


def _entry(part: QWidget) -> QWidget | None:
    """Where the keyboard enters a part: itself, or the first inside that takes it."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isEnabled():
        return part
    inside = (child for child in part.findChildren(QWidget) if child.isVisible() and child.isEnabled())
    return next((child for child in inside if child.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
