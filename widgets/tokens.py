"""Colours, sizes and colour tables of the two themes, Qt-free. One dict of tokens each; everything else is made from them.

Grey first: normal is grey, colour means abnormal. Zero of every map is the panel's own colour, so only load is ink.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from widgets.viewdata import GAP_ZERO, MapKind, Tone

Tokens = Mapping[str, str]
Lut = NDArray[np.uint8]

DARK: Final[Tokens] = {
    "ground": "#0d0f11",
    "panel": "#15181b",
    "raised": "#1f2327",
    "pressed": "#2a2f35",
    "line": "#292e33",
    "edge": "#6d767f",
    "text": "#e8ebee",
    "text2": "#aab2ba",
    "text3": "#8a939c",
    "disabled": "#7b838b",
    "focus": "#6cb6ff",
    "select": "#1d2b3a",
    "cursor": "#9fd0ff",
    "map": "#15181b",
    "hatch": "#6a727b",
    "alarm": "#ff6f5c",
    "warn": "#f2b544",
    "notice": "#79b8ea",
    "unknown": "#b9a8d6",
    "act": "#c23c27",
    "act_hover": "#d1452e",
    "act_text": "#ffffff",
    "alarm_ground": "#2b1715",
    "warn_ground": "#2a2112",
    "notice_ground": "#14222e",
    "unknown_ground": "#221e2a",
    "lab": "#a58bff",
    "lab_text": "#120b26",
    "replay": "#3fc4b2",
    "replay_text": "#04201c",
    "truth": "#e8ebee",
    "belief": "#56b4e9",
    "routed": "#e69f00",
    "positive": "#ff9a2e",
    "negative": "#4b9cff",
}

LIGHT: Final[Tokens] = {
    "ground": "#e6e8ea",
    "panel": "#f5f6f7",
    "raised": "#ffffff",
    "pressed": "#dde1e5",
    "line": "#d0d5d9",
    "edge": "#7d868e",
    "text": "#14171a",
    "text2": "#464e56",
    "text3": "#5b636b",
    "disabled": "#697179",
    "focus": "#0a63c9",
    "select": "#dbe8f6",
    "cursor": "#0b4f9e",
    "map": "#f5f6f7",
    "hatch": "#848c94",
    "alarm": "#bf2a1a",
    "warn": "#875600",
    "notice": "#155fa3",
    "unknown": "#65509a",
    "act": "#bb2f1c",
    "act_hover": "#a52917",
    "act_text": "#ffffff",
    "alarm_ground": "#fbe6e2",
    "warn_ground": "#f9eed7",
    "notice_ground": "#e2edf7",
    "unknown_ground": "#ece7f4",
    "lab": "#6a3fd0",
    "lab_text": "#ffffff",
    "replay": "#0b6f63",
    "replay_text": "#ffffff",
    "truth": "#14171a",
    "belief": "#0072b2",
    "routed": "#a35e00",
    "positive": "#c14a00",
    "negative": "#0a4fc0",
}

THEMES: Final[Mapping[str, Tokens]] = {"dark": DARK, "light": LIGHT}

TONE_TOKEN: Final[Mapping[Tone, str]] = {
    Tone.QUIET: "text2",
    Tone.NOTICE: "notice",
    Tone.WARN: "warn",
    Tone.ALARM: "alarm",
    Tone.UNKNOWN: "unknown",
}
"""Token of a tone's text and mark."""

SMALLEST_PX: Final = 11
"""No type on the screen is smaller."""

_CIVIDIS: Final = (
    (0, 32, 77), (0, 43, 104), (5, 54, 110), (44, 65, 108), (64, 77, 107), (81, 88, 108), (96, 100, 111), (110, 111, 115), (124, 123, 120),
    (139, 135, 121), (155, 148, 119), (172, 161, 116), (188, 175, 111), (206, 188, 103), (224, 203, 93), (242, 218, 79), (255, 234, 70),
)  # fmt: skip
"""The published table of cividis (Nunez, Anderton, Renslow 2018) at 17 even points; its middle is grey, so the ramp below meets it."""


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers of 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def load_lut(tokens: Tokens) -> Lut:
    """(256, 4) RGBA for truth, routed and belief: the panel's colour at 0, grey below half, cividis above; more is always more contrast."""
    dark = luminance(tokens["map"]) < 0.5
    upper = _CIVIDIS[8:] if dark else _CIVIDIS[8::-1]
    ground = np.array(rgb(tokens["map"]), dtype=np.float64)
    middle = np.array(upper[0], dtype=np.float64)
    table = np.empty((256, 3))
    ramp = np.linspace(0.0, 1.0, 128)[:, np.newaxis]
    # One session of a small limit must be visible: the ramp starts a step away from the ground.
    table[:128] = ground + (middle - ground) * (0.10 + 0.90 * ramp)
    table[0] = ground
    points = np.linspace(0.0, 1.0, len(upper))
    for channel in range(3):
        table[128:, channel] = np.interp(np.linspace(0.0, 1.0, 128), points, [c[channel] for c in upper])
    return _rgba(table)


def gap_lut(tokens: Tokens) -> Lut:
    """(256, 4) RGBA for the gap: blue - the panel's colour - orange, symmetric about `GAP_ZERO`."""
    ground = np.array(rgb(tokens["map"]), dtype=np.float64)
    size = (np.arange(256) - GAP_ZERO) / (255 - GAP_ZERO)
    weight = np.clip(np.abs(size), 0.0, 1.0)[:, np.newaxis] ** 1.15
    ends = np.where(size[:, np.newaxis] < 0, np.array(rgb(tokens["negative"])), np.array(rgb(tokens["positive"])))
    return _rgba(ground + (ends - ground) * weight)


def aged(table: Lut, tokens: Tokens) -> Lut:
    """The same table without its colours and nearer to the ground: for a picture that is no longer live."""
    grey = table[:, :3].astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    ground = np.array(rgb(tokens["map"]), dtype=np.float64)
    return _rgba(ground + (np.repeat(grey[:, np.newaxis], 3, axis=1) - ground) * 0.55)


def tables(tokens: Tokens, *, old: bool = False) -> dict[MapKind, Lut]:
    """The colour table of each map; `old` for the aged look."""
    load, gap = load_lut(tokens), gap_lut(tokens)
    if old:
        load, gap = aged(load, tokens), aged(gap, tokens)
    return {MapKind.TRUTH: load, MapKind.ROUTED: load, MapKind.BELIEF: load, MapKind.GAP: gap}


def _rgba(table: NDArray[np.float64]) -> Lut:
    made = np.full((256, 4), 255, dtype=np.uint8)
    made[:, :3] = np.clip(np.round(table), 0, 255).astype(np.uint8)
    return made
