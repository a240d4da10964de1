"""The revisions of a report, beside its snapshot: who changed which sections, when, and their whole texts. Written whole or not at all.

The report itself is drafted anew each time; a draft of the same file is the same, so that edits and evidence fit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct

from console.domain.errors import ConsoleError

FORMAT: Final = "dsrreport"
VERSION: Final = 1
SUFFIX: Final = ".report.json"
_MOST: Final = 16 << 20
STEPS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""From version -> what makes it the next one."""


class ReportError(ConsoleError):
    """The revisions cannot be read or written."""


class Saved(Struct, frozen=True):
    """One revision as it is kept."""

    wall_s: float
    by: str
    language: str
    texts: Mapping[str, str]
    what: str = ""


def beside(source: Path) -> Path:
    """Where the revisions of a snapshot's report are."""
    return source.with_name(source.name + SUFFIX)


def read_revisions(path: Path) -> tuple[Saved, ...]:
    """Oldest first; none where there is no file. Raises ReportError, also for a file of a newer console."""
    try:
        if not path.exists():
            return ()
        if path.stat().st_size > _MOST:
            raise ReportError(f"{path} is larger than any report.")
        found: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path} is no JSON: {error}.") from error
    try:
        return tuple(_saved(one) for one in _migrated(path, found)["revisions"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportError(f"{path} is not what a console writes: {error}.") from error


def write_revisions(path: Path, revisions: Iterable[Saved]) -> None:
    """Raises ReportError."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "revisions": [
            {"wall_s": one.wall_s, "by": one.by, "language": one.language, "what": one.what, "texts": dict(one.texts)}
            for one in revisions
        ],
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise ReportError(f"The report {path} could not be saved: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _migrated(path: Path, found: Any) -> dict[str, Any]:
    body = cast("dict[str, Any]", found)
    version = body["version"]
    if body["format"] != FORMAT or not isinstance(version, int) or version < 1:
        raise ReportError(f"{path} is no report of a console.")
    if version > VERSION:
        raise ReportError(f"{path} was written by a newer console (format {version}, this one knows {VERSION}).")
    while version < VERSION:
        body = STEPS[version](body)
        version += 1
    return body


def _saved(one: Mapping[str, Any]) -> Saved:
    texts = {str(key): str(text) for key, text in one["texts"].items()}
    return Saved(float(one["wall_s"]), str(one["by"]), str(one["language"]), texts, str(one.get("what", "")))
