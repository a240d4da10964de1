"""Phrases as English, without Qt."""

from __future__ import annotations

from widgets.viewdata import Phrase


def english(phrase: Phrase) -> str:
    """The source with its places filled in."""
    said = phrase.source
    for name, value in phrase.args.items():
        said = said.replace(f"{{{name}}}", value if isinstance(value, str) else english(value))
    return said
