"""One theme at a time for the whole application: Fusion, an explicit palette, fonts and one style sheet, all from `tokens`.

Explicit, because the platform's colour scheme cannot be set everywhere (and not at all where tests run).
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from widgets.sheet import sheet
from widgets.tokens import SMALLEST_PX, THEMES, TONE_TOKEN, Tokens
from widgets.viewdata import Tone

UI_FACES: Final = ("Inter", "Segoe UI", "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "DejaVu Sans")
FIXED_FACES: Final = (
    "JetBrains Mono",
    "Cascadia Mono",
    "Consolas",
    "SF Mono",
    "Noto Sans Mono CJK JP",
    "DejaVu Sans Mono",
)
CJK_FACES: Final = ("Noto Sans CJK JP", "Yu Gothic UI", "Meiryo", "Hiragino Sans")


class _State:
    """The theme in force."""

    name = "dark"


def apply(app: QApplication, name: str = "dark") -> None:
    """Puts the whole application into theme `name` (`dark` or `light`)."""
    if name not in THEMES:
        raise ValueError(f"no theme {name!r}; there are {', '.join(THEMES)}")
    _State.name = name
    style = QStyleFactory.create("Fusion")
    app.setStyle(style)
    app.setPalette(_palette(THEMES[name]))
    app.setFont(ui_font(13))
    ui = _families(UI_FACES, QFontDatabase.SystemFont.GeneralFont)
    fixed = _families(FIXED_FACES, QFontDatabase.SystemFont.FixedFont)
    app.setStyleSheet(sheet(THEMES[name], ui, fixed))


def current() -> str:
    """Name of the theme in force."""
    return _State.name


def tokens() -> Tokens:
    """Tokens of the theme in force."""
    return THEMES[_State.name]


def colour(token: str) -> QColor:
    """A token's colour in the theme in force."""
    return QColor(THEMES[_State.name][token])


def tone_colour(tone: Tone) -> QColor:
    """Colour of a tone's text and mark."""
    return colour(TONE_TOKEN[tone])


@cache
def _families(wanted: tuple[str, ...], system: QFontDatabase.SystemFont) -> list[str]:
    present = set(QFontDatabase.families())
    found = [name for name in (*wanted, *CJK_FACES) if name in present]
    return list(dict.fromkeys([*found, QFontDatabase.systemFont(system).family()]))


def ui_font(px: int = 13, *, bold: bool = False) -> QFont:
    """The face for words, `px` tall."""
    return _font(_families(UI_FACES, QFontDatabase.SystemFont.GeneralFont), px, bold)


def fixed_font(px: int = 12, *, bold: bool = False) -> QFont:
    """The face for numbers and ids: every digit as wide as the next."""
    font = _font(_families(FIXED_FACES, QFontDatabase.SystemFont.FixedFont), px, bold)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _font(families: list[str], px: int, bold: bool) -> QFont:
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(max(SMALLEST_PX, px))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    return font


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, token in (
        (role.Window, "ground"),
        (role.WindowText, "text"),
        (role.Base, "panel"),
        (role.AlternateBase, "raised"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "act_text"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "text3"),
        (role.Highlight, "select"),
        (role.HighlightedText, "text"),
        (role.Link, "focus"),
        (role.Accent, "focus"),
        (role.Light, "raised"),
        (role.Midlight, "pressed"),
        (role.Mid, "line"),
        (role.Dark, "line"),
        (role.Shadow, "ground"),
    ):
        palette.setColor(which, QColor(t[token]))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t["disabled"]))
    return palette
