"""One line of words on two where one is too short: a sentence must not lose its end, which is where Japanese has its verb."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_AFTER_COLON: Final = re.compile(r": +|：")
_SPACE: Final = re.compile(r" +")


def two_lines(said: str, metrics: QFontMetrics, width: int) -> str:
    """`said` as it is where it fits; else broken once, after a colon or at a space; what even so is too long is cut in its middle."""

    def fits(line: str) -> bool:
        return metrics.horizontalAdvance(line) <= width

    if fits(said):
        return said
    pairs = [
        (said[: place.end()].rstrip(), said[place.end() :])
        for places in (_AFTER_COLON, _SPACE)
        for place in reversed(list(places.finditer(said)))
    ]
    first, second = next(
        ((one, two) for one, two in pairs if fits(one) and fits(two)), pairs[0] if pairs else (said, "")
    )
    cut = [metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, width) for line in (first, second) if line]
    return "\n".join(cut)
