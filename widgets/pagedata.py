"""What a page over the screen is given: a title, a summary, tables of words. Qt-free; see `viewdata`."""

from __future__ import annotations

from msgspec import Struct, field

from widgets.phrases import NOTHING, Phrase
from widgets.viewdata import Tone


class PageRow(Struct, frozen=True):
    """One line of a table; `tone` has its mark before the first cell."""

    cells: tuple[Phrase, ...]
    tone: Tone = Tone.QUIET


class PageTable(Struct, frozen=True):
    """One table. `numbers`: columns that are set to the right."""

    name: Phrase
    head: tuple[Phrase, ...]
    rows: tuple[PageRow, ...]
    numbers: frozenset[int] = frozenset()
    empty: Phrase = field(default=NOTHING)
    """What is said where there are no rows."""


class PageData(Struct, frozen=True):
    """A whole page. `choices`: what it may be about, `chosen` the one in force."""

    title: Phrase
    summary: Phrase
    tables: tuple[PageTable, ...]
    choices: tuple[Phrase, ...] = ()
    chosen: int = 0
