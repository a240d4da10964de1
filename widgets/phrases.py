"""Words in the making: English source with named places, translated where they are shown. Qt-free; `viewdata` passes them on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


def QT_TRANSLATE_NOOP(context: str, source: str) -> str:  # noqa: N802  the name that Qt's extraction tool looks for
    """Marks `source` for translation in `context` and returns it as it is."""
    return source


class Phrase(Struct, frozen=True):
    """A sentence or word in the making: English source with {named} places, and what goes into them (text, or Phrases)."""

    source: str
    args: Mapping[str, str | Phrase] = field(default_factory=dict[str, "str | Phrase"])
    verbatim: bool = False
    """Never translate: a server's name, a number, an error text of the service. From the network: show as plain text only."""


def phrase(source: str, **args: str | Phrase) -> Phrase:
    """A Phrase with its arguments by name."""
    return Phrase(source, args)


def verbatim(text: str) -> Phrase:
    """A text that no translation may touch."""
    return Phrase(text, verbatim=True)


NOTHING = verbatim("")
