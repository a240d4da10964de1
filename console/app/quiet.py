"""The operator's screen without a hand on anything: in a replay no button acts, and none may look as if it did."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from PySide6.QtGui import QKeySequence, QShortcut

from widgets.actbutton import ActPush
from widgets.alarmdeeds import AlarmDeeds
from widgets.screen import OperatorScreen
from widgets.viewdata import NOTHING, ActButton, ScreenData

_ORDERS: Final = ("A", "Shift+A", "N", "S", "M", "K", "L")
"""Keys of the screen that give an order about alarms."""


def without_orders(screen: OperatorScreen) -> None:
    """Once: keys and parts that have nobody to tell."""
    orders = {QKeySequence(keys) for keys in _ORDERS}
    for shortcut in screen.findChildren(QShortcut):
        if shortcut.key() in orders:
            shortcut.setEnabled(False)
    screen.alarms.foot.hide()
    screen.filter.live.hide()


def without_buttons(screen: OperatorScreen) -> None:
    """After each picture: what it has made anew is hidden too."""
    parts = (*screen.findChildren(ActPush), *screen.findChildren(AlarmDeeds), screen.alarms.button)
    for part in parts:
        part.hide()


def without_reasons(data: ScreenData) -> ScreenData:
    """Why a button that is not there cannot be pressed says nothing: the frame has said it for all."""
    suspects = tuple(replace(card, button=_mute(card.button)) for card in data.suspects)
    detail = data.detail if data.detail is None else replace(data.detail, button=_mute(data.detail.button))
    actions = tuple(replace(card, undo=None) for card in data.actions)
    detached = tuple(replace(line, undo=None) for line in data.detached)
    return replace(data, suspects=suspects, detail=detail, actions=actions, detached=detached, plans=())


def _mute(button: ActButton) -> ActButton:
    return replace(button, enabled=False, why_not=NOTHING, ask=None, ways=())
