"""Phrases become words here, and nowhere else: translate the source, then fill in the named arguments.

What is verbatim (names, numbers, the service's error texts) passes untouched but for what could break a line or its reading direction.
"""

from __future__ import annotations

import html
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from widgets.viewdata import Phrase

CONTEXT: Final = "present"
LONGEST: Final = 400
"""Characters of one argument or verbatim text; a hostile name may not fill the screen."""

_installed: list[QTranslator] = []


@lru_cache(maxsize=8192)
def plain(raw: str, longest: int = LONGEST) -> str:
    """`raw` on one line, without control and direction-override characters, cut at `longest` characters."""
    kept = "".join(
        " " if c in "\n\r\t" else "" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c
        for c in raw[: longest * 4]
    )
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def text(phrase: Phrase) -> str:
    """The phrase in the language in force. A place without its argument stays as it is, so that nothing raises on the screen."""
    if phrase.verbatim:
        return plain(phrase.source)
    if not phrase.source:
        return ""
    translated = QCoreApplication.translate(CONTEXT, phrase.source)
    return fill(
        translated,
        {name: text(value) if isinstance(value, Phrase) else plain(value) for name, value in phrase.args.items()},
    )


def fill(source: str, args: dict[str, str]) -> str:
    """`source` with each `{name}` replaced by its argument; one pass, so an argument that looks like a place stays text."""
    parts: list[str] = []
    rest = source
    while rest:
        before, brace, after = rest.partition("{")
        parts.append(before)
        name, closed, tail = after.partition("}")
        if not brace:
            break
        if closed and name in args:
            parts.append(args[name])
            rest = tail
        else:
            parts.append(brace)
            rest = after
    return "".join(parts)


def has(phrase: Phrase) -> bool:
    """True where there is anything to read."""
    return bool(phrase.source)


def tip(words: str) -> str:
    """A tool tip that Qt cannot take for rich text."""
    return f"<span>{html.escape(words)}</span>" if words else ""


def load(app: QApplication, language: str, folder: Path) -> bool:
    """Switches the application to `language` (`en`, `ja`) at once; False where `folder` has no such translation. English is the source."""
    for translator in _installed:
        app.removeTranslator(translator)
    _installed.clear()
    QLocale.setDefault(QLocale(language))
    if language == "en":
        return True
    own = QTranslator(app)
    if not own.load(f"dsr-console_{language}", str(folder)):
        return False
    _installed.append(own)
    app.installTranslator(own)
    qt = QTranslator(app)
    if qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        _installed.append(qt)
        app.installTranslator(qt)
    return True
