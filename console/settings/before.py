"""The settings file that does not load: the version before, kept as .bak, is in force, and that is told. Nothing is reset in silence."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from console.settings.loader import InvalidSettings, Settings, load
from console.settings.writer import replaced

SUFFIX = ".bak"


def load_or_before(
    path: Path | None, sections: Mapping[str, type], overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Settings:
    """As `load`; where the file itself is wrong, its version before, and `remark` says why. Raises InvalidSettings where there is none.

    A file that loads is kept as the version before, where its folder lets us.
    """
    if path is None:
        return load(None, sections, overrides)
    before = path.with_name(path.name + SUFFIX)
    try:
        settings = load(path, sections, overrides)
    except InvalidSettings as error:
        try:
            load(path, sections)  # flags that are wrong are wrong with any file
        except InvalidSettings:
            pass
        else:
            raise
        try:
            kept = load(before, sections, overrides)
        except InvalidSettings:
            raise error from None
        more = len(error.problems) - 1
        told = f"{error.problems[0]}" + (f" ({more} more problems)" if more else "")
        kept.remark = f"{told} Until that is mended, {before} is in force."
        return kept
    _keep(path, before)
    return settings


def _keep(path: Path, before: Path) -> None:
    with suppress(OSError):
        body = path.read_bytes()
        if not before.is_file() or before.read_bytes() != body:
            replaced(before, body)
