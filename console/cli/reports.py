"""`snapshot report`: the incident report of a snapshot or of a stretch of the recorder, as HTML, Markdown or PDF."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from console.domain.errors import ConsoleError, SettingsError

if TYPE_CHECKING:
    from console.record.recorder import Stretch
    from console.report.document import Document
    from console.report.pages import Pages

FORMATS: Final = ("html", "md", "pdf")


def add_report(parser: argparse.ArgumentParser) -> None:
    """Its flags, but for those of the window."""
    parser.add_argument("file", type=Path, metavar="F", help="a snapshot, or the flight recorder's file")
    parser.add_argument("--lang", choices=("en", "ja"), default="en", help="language of the report (en)")
    parser.add_argument("--format", choices=FORMATS, default="md", help="form of the report (md)")
    parser.add_argument("--out", type=Path, metavar="F", help="file to write (standard output; pdf needs a file)")
    parser.add_argument("--zone", metavar="Z", help="time zone, as in Asia/Tokyo (that of this machine)")
    parser.add_argument("--draft", action="store_true", help="without the edits that are kept beside the file")
    parser.add_argument("--redact", action="store_true", help="pseudonyms for servers, addresses and people")


def report(stretch: Stretch, arguments: argparse.Namespace) -> str:
    """Writes the report; one line about it, empty where it went to standard output. Raises ConsoleError."""
    from console.engine.reporting import written
    from console.report.pages import Pages

    if arguments.format == "pdf" and arguments.out is None:
        raise SettingsError("A PDF needs a file.", where="command line", remedy="Add --out F.")
    zone = _zone(arguments.zone, stretch.last_wall_s)
    document = written(
        stretch, arguments.lang, zone, None if arguments.draft else arguments.file, redact=arguments.redact
    )
    pages = Pages(document, zone)
    if arguments.format == "pdf":
        data = _pdf(pages, document)
    else:
        data = (pages.html() if arguments.format == "html" else pages.markdown()).encode()
    if arguments.out is None:
        sys.stdout.write(data.decode())
        return ""
    try:
        arguments.out.write_bytes(data)
    except OSError as error:
        raise ConsoleError(f"{arguments.out} could not be written: {error.strerror or error}.") from error
    lines = sum(len(section.lines) for section in document.sections)
    return f"{arguments.out}: {lines} sentences on {len(document.evidence)} pieces of evidence"


def _pdf(pages: Pages, document: Document) -> bytes:
    try:
        from console.app.printing import pdf
    except ImportError as error:
        raise ConsoleError(f"A PDF cannot be made: {error}. `make deps` installs what Qt needs.") from error
    return pdf(pages.printed(), pages.figure(), title=document.title, language=document.language)


def _zone(name: str | None, wall_s: float) -> tzinfo:
    if name is None:
        return datetime.fromtimestamp(wall_s).astimezone().tzinfo or UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SettingsError(f"{name} is no time zone that this machine knows.", where="command line") from None
