"""Changes single settings in a file: comments stay, the version before is kept as .bak, the write is whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.domain.errors import SettingsError
from console.settings.document import parse
from console.settings.loader import Settings, load
from console.settings.template import default_text


def save(path: Path, sections: Mapping[str, type], changes: Mapping[str, Mapping[str, object]]) -> Settings:
    """Writes `changes` (section -> key -> value; None removes) into the file, made from the template where it is missing.

    The result is checked before it replaces anything: raises InvalidSettings or SettingsError and leaves the file as it was.
    """
    import tomlkit

    before = path.read_bytes() if path.exists() else None
    text = default_text(sections) if before is None else before.decode("utf-8-sig", "replace")
    if before is not None:
        parse(before, str(path))
    document = tomlkit.parse(text)
    for name, values in changes.items():
        table: Any = document
        for part in name.split("."):
            table = table.setdefault(part, tomlkit.table())
        for key, value in values.items():
            if value is not None:
                table[key] = list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType]
            elif key in table:
                del table[key]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = _written(path.parent, path.name, tomlkit.dumps(document).encode())
        try:
            settings = load(fresh, sections)
            if before is not None:
                _written(path.parent, path.name, before).replace(path.with_name(f"{path.name}.bak"))
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or "write failed"
        raise SettingsError(
            f"could not be written: {reason}.", where=str(path), remedy="Check space and rights."
        ) from error
    return settings.moved(path)


def replaced(path: Path, data: bytes) -> None:
    """Writes the file whole or not at all. Raises OSError."""
    fresh = _written(path.parent, path.name, data)
    try:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _written(folder: Path, name: str, data: bytes) -> Path:
    """A file beside the real one, on disk."""
    handle, raw = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(raw)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself last. Windows cannot open a folder, and needs no such thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
