"""A report as values: sections of lines in one language, each line with its evidence. Text in, text out, for whoever edits it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from console.report.evidence import Evidence
from console.report.facts import Picture

SECTIONS: Final = ("occurrence", "phenomenon", "details", "measures", "reference")
"""Those that are written; the history of updates follows from the revisions."""
_MARKED: Final = re.compile(r"\s*\[((?:e|r)\d+(?:,\s*(?:e|r)\d+)*)\]\s*$")
_NUMBERED: Final = re.compile(r"^\s*\d{1,3}[.)]\s+")
_BULLET: Final = "・"
_QUOTE: Final = "> "


class Form(Enum):
    """How a line stands."""

    TEXT = "text"
    BULLET = "bullet"
    NUMBERED = "numbered"
    QUOTE = "quote"
    """Verbatim: an error text of the service, or what an operator wrote."""


class Line(Struct, frozen=True):
    """One sentence, or a few that stand on the same evidence. `evidence`: names; never empty in a report."""

    text: str
    evidence: tuple[str, ...]
    form: Form = Form.TEXT


class Section(Struct, frozen=True):
    """One part. `key`: of `SECTIONS`."""

    key: str
    title: str
    lines: tuple[Line, ...]


class Revision(Struct, frozen=True):
    """One state of the report. `changed`: keys of the sections whose text is another than before; the first is the draft."""

    number: int
    wall_s: float
    by: str
    what: str
    changed: tuple[str, ...]
    before: Mapping[str, str]
    """The texts of the changed sections as they were."""


class Document(Struct, frozen=True):
    """A report in one language."""

    language: str
    title: str
    environment: str
    product: str
    zone: str
    sections: tuple[Section, ...]
    evidence: Mapping[str, Evidence]
    places: Mapping[str, str]
    """Evidence name -> where it leads, in words."""
    picture: Picture | None = None
    revisions: tuple[Revision, ...] = ()

    def section(self, key: str) -> Section:
        """Raises KeyError."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


def as_text(section: Section) -> str:
    """What an operator edits: one line a sentence, its evidence in brackets at its end."""
    number, shown = 0, list[str]()
    for line in section.lines:
        number = number + 1 if line.form is Form.NUMBERED else number
        lead = {Form.TEXT: "", Form.BULLET: _BULLET, Form.NUMBERED: f"{number}. ", Form.QUOTE: _QUOTE}[line.form]
        mark = f" [{', '.join(line.evidence)}]" if line.evidence else ""
        shown.append(f"{lead}{line.text}{mark}")
    return "\n".join(shown)


def from_text(section: Section, text: str, known: frozenset[str], own: str) -> Section:
    """The section as edited. A line without evidence that is known stands on `own`: the revision, and with it whoever wrote it."""
    lines: list[Line] = []
    for raw in text.splitlines():
        if not raw.strip():
            continue
        found = _MARKED.search(raw)
        names = tuple(name.strip() for name in found[1].split(",")) if found else ()
        body = raw[: found.start()] if found else raw
        form = Form.TEXT
        if body.lstrip().startswith(_BULLET):
            form, body = Form.BULLET, body.lstrip().removeprefix(_BULLET)
        elif body.startswith(_QUOTE):
            form, body = Form.QUOTE, body.removeprefix(_QUOTE)
        elif _NUMBERED.match(body):
            form, body = Form.NUMBERED, _NUMBERED.sub("", body)
        names = tuple(name for name in names if name in known)
        if body.strip():
            lines.append(Line(body.strip(), names or (own,), form))
    return replace(section, lines=tuple(lines))


class Edit(Struct, frozen=True):
    """One saving by an operator: the whole texts of the sections that were changed, in one language."""

    wall_s: float
    by: str
    language: str
    texts: Mapping[str, str]
    what: str = ""
    """Why, in the operator's words."""


def edited(document: Document, edits: Iterable[Edit]) -> Document:
    """The draft with the edits of its language on top, and its history of updates. Edits of sections that are none are left out."""
    sections = {section.key: section for section in document.sections}
    known = set(document.evidence)
    revisions: list[Revision] = []
    for number, edit in enumerate((one for one in edits if one.language == document.language), 1):
        own = f"r{number}"
        known.add(own)
        before: dict[str, str] = {}
        for key, text in edit.texts.items():
            if key in sections and text.strip() != as_text(sections[key]).strip():
                before[key] = as_text(sections[key])
                sections[key] = from_text(sections[key], text, frozenset(known), own)
        revisions.append(Revision(number, edit.wall_s, edit.by, edit.what, tuple(before), before))
    return replace(document, sections=tuple(sections.values()), revisions=tuple(revisions))
