"""Text from the network, made fit for a screen, a log and a file: no control or direction characters, bounded length."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 128
"""Characters as a reader counts them, roughly: combining marks belong to the character before."""
_MARKS_PER_CHARACTER = 3  # real scripts need two; more is decoration that runs over the neighbours
_REFUSED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def clean_text(text: str, longest: int = LONGEST) -> str:
    """The printable part of `text`, at most `longest` characters long; an ellipsis stands where it was cut."""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    characters = marks = 0
    for char in text[: longest * (_MARKS_PER_CHARACTER + 1) * 2]:
        category = unicodedata.category(char)
        if category in _REFUSED:
            continue
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_PER_CHARACTER or not kept:
                continue
        else:
            if characters == longest:
                return "".join(kept) + "…"
            characters += 1
            marks = 0
        kept.append(char)
    return "".join(kept)


def is_id(text: str) -> bool:
    """Whether `text` can name a server: 1 to 128 printable characters without blanks at the ends, and no path step."""
    return 0 < len(text) <= LONGEST and text.isprintable() and text == text.strip() and text not in (".", "..")
