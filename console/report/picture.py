"""The two figures as one SVG: requests with those refused, and how full each server was. No text of the network but server names."""

from __future__ import annotations

import math
from html import escape
from typing import Final

from console.decode.text import clean_text
from console.report.facts import Picture
from console.report.when import Times
from console.report.words import text

WIDTH: Final = 720
_LEFT: Final = 96
_RIGHT: Final = 12
_TOP: Final = 18
_BARS: Final = 90
_MOST_ROWS: Final = 64
_LEVELS: Final = 8
_RED: Final = "#c4261d"
_GREY: Final = "#b9c3cf"
_MISSING: Final = "#dddddd"
_INK: Final = "#222222"
_LINE: Final = "#999999"
_BLUE_FROM: Final = (0xF1, 0xF5, 0xFA)
_BLUE_TO: Final = (0x1B, 0x5A, 0xA6)


def svg(picture: Picture, times: Times, language: str) -> str:
    """A whole `<svg>` element."""
    rows = _rows(picture)
    height = min(max(420 // max(len(rows), 1), 4), 9)
    top = _TOP + _BARS + 40
    total = top + height * len(rows) + 34
    inner = WIDTH - _LEFT - _RIGHT
    step = inner / max(len(picture.asked), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" height="{total}" role="img"'
        f' font-family="sans-serif" font-size="10" fill="{_INK}">',
        f"<title>{escape(text(language, 'figure.refused'))}</title>",
        f'<rect x="0" y="0" width="{WIDTH}" height="{total}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="11" font-size="11">{escape(text(language, "figure.refused"))}</text>',
    ]
    parts += _bars(picture, step)
    shown = text(language, "figure.servers", shown=len(rows), of=len(picture.servers))
    head = text(language, "figure.fleet") + (f" ({shown})" if len(rows) < len(picture.servers) else "")
    parts.append(f'<text x="{_LEFT}" y="{top - 6}" font-size="11">{escape(head)}</text>')
    parts += _map(picture, rows, top, height, step)
    bottom = top + height * len(rows)
    parts += _axis(picture, times, bottom, step)
    parts.append(
        f'<text x="{_LEFT}" y="{total - 4}" fill="#555555">{escape(text(language, "figure.key"))}</text></svg>',
    )
    return "".join(parts)


def _rows(picture: Picture) -> list[int]:
    """All of them, or the fullest ones, in their order."""
    if len(picture.servers) <= _MOST_ROWS:
        return list(range(len(picture.servers)))
    fullness = [sum(value for value in row if not math.isnan(value)) for row in picture.used]
    return sorted(sorted(range(len(fullness)), key=lambda place: -fullness[place])[:_MOST_ROWS])


def _bars(picture: Picture, step: float) -> list[str]:
    known = [value for value in picture.asked if not math.isnan(value)]
    most = max([*known, 1.0])
    base = _TOP + _BARS
    parts: list[str] = []
    for column, (asked, refused) in enumerate(zip(picture.asked, picture.refused, strict=True)):
        x = _LEFT + column * step
        for value, colour in ((asked, _GREY), (refused, _RED)):
            if value > 0:
                high = value / most * _BARS
                parts.append(
                    f'<rect x="{x:.1f}" y="{base - high:.1f}" width="{step:.2f}" height="{high:.1f}" fill="{colour}"/>'
                )
    parts.append(f'<line x1="{_LEFT}" y1="{base}" x2="{WIDTH - _RIGHT}" y2="{base}" stroke="{_LINE}"/>')
    parts.append(f'<text x="{_LEFT - 6}" y="{_TOP + 9}" text-anchor="end">{most:g}</text>')
    parts.append(f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>')
    return parts


def _map(picture: Picture, rows: list[int], top: int, height: int, step: float) -> list[str]:
    parts: list[str] = []
    for place, row in enumerate(rows):
        y = top + place * height
        used = picture.used[row]
        begin = 0
        levels = [_level(value) for value in used]
        for column in range(1, len(levels) + 1):
            if column < len(levels) and levels[column] == levels[begin]:
                continue
            parts.append(
                f'<rect x="{_LEFT + begin * step:.1f}" y="{y}" width="{(column - begin) * step + 0.05:.2f}" height="{height - 0.5}"'
                f' fill="{_colour(levels[begin])}"/>'
            )
            begin = column
        if _LEVELS in levels or len(rows) <= 16:
            name = escape(clean_text(picture.servers[row], 14))
            parts.append(
                f'<text x="{_LEFT - 6}" y="{y + height - 1}" text-anchor="end" font-size="{min(height + 1, 9)}">{name}</text>'
            )
    return parts


def _axis(picture: Picture, times: Times, bottom: int, step: float) -> list[str]:
    parts: list[str] = []
    columns = len(picture.asked)
    for part in range(7):
        column = part * columns / 6
        x = _LEFT + column * step
        label = times.clock(picture.first_wall_s + column * picture.column_s)
        anchor = "start" if part == 0 else "end" if part == 6 else "middle"
        for y in (_TOP + _BARS, bottom):
            parts.append(f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{y + 3}" stroke="{_LINE}"/>')
            parts.append(f'<text x="{x:.1f}" y="{y + 13}" text-anchor="{anchor}">{escape(label)}</text>')
    return parts


def _level(value: float) -> int:
    """0 to 7 by share, 8 at the limit, -1 unknown."""
    if math.isnan(value):
        return -1
    return _LEVELS if value >= 1 else max(0, min(_LEVELS - 1, int(value * _LEVELS)))


def _colour(level: int) -> str:
    if level < 0:
        return _MISSING
    if level >= _LEVELS:
        return _RED
    mixed = (round(a + (b - a) * level / (_LEVELS - 1)) for a, b in zip(_BLUE_FROM, _BLUE_TO, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
