"""The style sheet, made from a theme's tokens. Widgets choose a look by the properties `look`, `tone` and `ground`, never a colour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from widgets.tokens import TONE_TOKEN, Tokens, luminance
from widgets.viewdata import Tone

ICONS: Final = Path(__file__).resolve().parent.parent / "resources" / "icons"

_GROUNDS: Final = ("alarm", "warn", "notice", "unknown")


def sheet(t: Tokens, ui: Sequence[str], fixed: Sequence[str]) -> str:
    """Style sheet for tokens `t`; `ui` and `fixed` are the families of the two faces, best first."""
    return "\n".join(
        (_words(t, _listed(ui), _listed(fixed)), _frames(t), _buttons(t), _fields(t, _listed(fixed)), _scroll_bars(t))
    )


def _listed(families: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in families)


def _words(t: Tokens, ui: str, fixed: str) -> str:
    tones = "\n".join(
        f'*[tone="{tone.name.lower()}"] {{ color: {t[token]}; }}'
        for tone, token in TONE_TOKEN.items()
        if tone is not Tone.QUIET
    )
    return f"""
* {{ font-family: {ui}; font-size: 13px; color: {t["text"]}; }}
QToolTip {{ background: {t["raised"]}; color: {t["text"]}; border: 1px solid {t["edge"]}; padding: 4px 6px; }}
*[look="head"] {{ color: {t["text2"]}; font-size: 11px; font-weight: bold; letter-spacing: 0.8px; }}
*[look="title"] {{ font-size: 15px; font-weight: bold; }}
*[look="big"] {{ font-size: 22px; font-weight: bold; }}
*[look="quiet"] {{ color: {t["text2"]}; }}
*[look="small"] {{ color: {t["text2"]}; font-size: 12px; }}
*[look="fixed"] {{ font-family: {fixed}; font-size: 12px; }}
*[look="name"], *[look="clock"] {{ font-family: {fixed}; font-size: 15px; font-weight: bold; }}
{tones}
"""


def _frames(t: Tokens) -> str:
    grounds = "\n".join(
        f'QFrame[look="banner"][ground="{tone}"] {{ background: {t[tone + "_ground"]}; border-color: {t[tone]}; }}'
        for tone in _GROUNDS
    )
    return f"""
QFrame[look="panel"], QFrame[look="card"], QFrame[look="banner"] {{
    background: {t["panel"]}; border: 1px solid {t["line"]}; border-radius: 4px;
}}
QFrame[look="bare"], QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QFrame[look="chosen"] {{ background: {t["select"]}; border: none; }}
QFrame[look="chosen"]:focus {{ border: 2px solid {t["focus"]}; }}
QFrame[look="rule"] {{ background: {t["line"]}; border: none; }}
QFrame[look="card"]:focus, QFrame[look="bare"]:focus, DetailPanel:focus {{ border: 2px solid {t["focus"]}; }}
{grounds}
"""


def _buttons(t: Tokens) -> str:
    return f"""
QPushButton, QToolButton {{
    background: {t["raised"]}; border: 1px solid {t["edge"]}; border-radius: 4px; padding: 4px 10px; min-height: 18px;
    outline: none;
}}
QPushButton:hover, QToolButton:hover {{ background: {t["pressed"]}; }}
QPushButton:pressed, QPushButton:checked, QToolButton:pressed, QToolButton:checked {{
    background: {t["select"]}; border-color: {t["focus"]};
}}
QPushButton:disabled, QToolButton:disabled {{ color: {t["disabled"]}; border-color: {t["line"]}; background: {t["panel"]}; }}
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QComboBox:focus {{ border: 2px solid {t["focus"]}; padding: 3px 9px; }}
QPushButton[look="large"], QLineEdit[look="large"] {{ min-height: 26px; }}
QPushButton[look="act"] {{
    background: {t["act"]}; color: {t["act_text"]}; border: 1px solid {t["act"]};
    font-size: 14px; font-weight: bold; padding: 7px 12px;
}}
QPushButton[look="act"][density="dense"] {{ padding: 3px 12px; }}
QPushButton[look="plain"][density="dense"] {{ padding: 3px 10px; }}
QPushButton[look="act"][density="plan"] {{
    background: {t["panel"]}; color: {t["text"]}; border-color: {t["alarm"]}; padding: 1px 8px; min-height: 16px; font-size: 12px;
}}
QPushButton[look="act"][density="hold"] {{ padding: 5px 8px; font-size: 12px; }}
QPushButton[look="act"]:hover {{ background: {t["act_hover"]}; }}
QPushButton[look="act"]:focus {{ border: 2px solid {t["text"]}; padding: 6px 11px; }}
QPushButton[look="act"][density="dense"]:focus {{ padding: 2px 11px; }}
QPushButton[look="act"][density="plan"]:focus {{ padding: 0px 7px; }}
QPushButton[look="act"][density="hold"]:focus {{ padding: 4px 7px; }}
QPushButton[asks="yes"] {{ background: {t["warn_ground"]}; color: {t["text"]}; border: 2px solid {t["warn"]}; }}
QPushButton[asks="yes"]:hover {{ background: {t["pressed"]}; }}
QPushButton[look="glass"] {{ color: {t["alarm"]}; border: 1px dashed {t["alarm"]}; padding: 3px 10px; }}
QPushButton[look="switch"] {{ padding: 1px 8px; min-height: 16px; font-size: 12px; }}
QPushButton[look="line"] {{ padding: 0 7px; min-height: 13px; font-size: 11px; border-radius: 3px; }}
QPushButton[look="line"]:focus {{ border: 2px solid {t["focus"]}; padding: 0 6px; min-height: 11px; }}
QPushButton[look="switch"][armed="yes"] {{ border: 2px solid {t["act"]}; font-weight: bold; padding: 0 7px; }}
QPushButton[look="act"]:disabled {{ background: {t["panel"]}; color: {t["disabled"]}; border: 1px dashed {t["edge"]}; }}
"""


def _fields(t: Tokens, fixed: str) -> str:
    arrow = (ICONS / f"chevron-{'dark' if luminance(t['panel']) < 0.5 else 'light'}.svg").as_posix()
    return f"""
QLineEdit {{
    background: {t["ground"]}; border: 1px solid {t["edge"]}; border-radius: 4px; padding: 4px 8px;
    selection-background-color: {t["focus"]}; selection-color: {t["ground"]};
}}
QComboBox {{
    background: {t["raised"]}; border: 1px solid {t["edge"]}; border-radius: 4px; padding: 4px 10px; min-height: 18px;
}}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 8px; }}
QComboBox QAbstractItemView {{
    background: {t["raised"]}; border: 1px solid {t["edge"]};
    selection-background-color: {t["select"]}; selection-color: {t["text"]};
}}
QTableView {{
    background: {t["panel"]}; border: none; gridline-color: {t["line"]}; font-family: {fixed}; font-size: 12px;
    selection-background-color: {t["select"]}; selection-color: {t["text"]};
}}
QTableView::item {{ padding: 0 8px; }}
QTableView:focus {{ border: 2px solid {t["focus"]}; }}
QHeaderView::section {{
    background: {t["panel"]}; color: {t["text2"]}; border: none; border-bottom: 1px solid {t["line"]};
    padding: 4px 6px; font-size: 12px;
}}
"""


def _scroll_bars(t: Tokens) -> str:
    return f"""
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t["edge"]}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; height: 0; width: 0;
}}
"""
