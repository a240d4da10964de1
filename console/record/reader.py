"""Opens a snapshot of anybody's: its manifest, its members, whether it is intact, and the recording in it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.record import carried, sealing
from console.record.container import MOST_BYTES, BadSnapshot, open_container
from console.record.migrations import migrated
from console.record.recorder.stretch import Stretch
from console.record.snapshot import VERSION

_MANIFEST: Final = "manifest.json"
_MOST_JSON: Final = 16 << 20
_MOST_ITEMS: Final = MOST_BYTES


class Verified(Struct, frozen=True):
    """What a verification found. `sealed` None: a version 1 file, which has no sum over the whole; `key`: who signed, None: nobody."""

    members: int
    sealed: bool | None
    key: str | None


class OpenSnapshot:
    """Read only; a context manager. Opening checks the archive's form and the manifest; members are checked as they are read."""

    def __init__(self, path: Path) -> None:
        """Raises BadSnapshot with one sentence, also for a file of a newer console."""
        self.path = path
        self._file, self._archive = open_container(path)
        try:
            names = list(self._archive.members)
            if names[0] != _MANIFEST:
                raise BadSnapshot(f"{path} is no snapshot: its manifest is not its first member.", _MANIFEST)
            self._raw = self._archive.read(_MANIFEST, _MOST_JSON)
            self.manifest: Mapping[str, Any] = migrated(_object(self._raw, _MANIFEST), VERSION)
            self._sums = self._listed(names)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> OpenSnapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Members besides the manifest and the signature."""
        return tuple(self._sums)

    def read(self, name: str) -> bytes:
        """One member, checked against the manifest. Raises BadSnapshot."""
        if name not in self._sums:
            raise BadSnapshot(f"{self.path} has no member {name}.", name)
        data = self._archive.read(name)
        if hashlib.sha256(data).hexdigest() != self._sums[name]:
            raise BadSnapshot(f"{name} is not as it was written: its sha256 is another.", name)
        return data

    def json(self, name: str) -> Any:
        """A JSON member. Raises BadSnapshot."""
        return _json(self.read(name), name)

    def array(self, name: str) -> NDArray[Any]:
        """A `.npy` member: numbers only, of the size that its head says. Raises BadSnapshot."""
        data = self.read(name)
        try:
            stream = io.BytesIO(data)
            if np.lib.format.read_magic(stream) != (1, 0):
                raise BadSnapshot(f"{name} is an array of a form that no console writes.", name)
            shape, fortran, kind = np.lib.format.read_array_header_1_0(stream, max_header_size=1000)
            if kind.hasobject or kind.kind not in "biuf" or fortran or len(shape) > 2:
                raise BadSnapshot(f"{name} is an array of a form that no console writes.", name)
            count = int(np.prod([int(length) for length in shape], dtype=object))
            if not 0 <= count * kind.itemsize == len(data) - stream.tell() <= _MOST_ITEMS:
                raise BadSnapshot(f"{name} is an array of another size than it says.", name)
            return np.frombuffer(data, dtype=kind, offset=stream.tell()).reshape(shape)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
            raise BadSnapshot(f"{name} is no array: {error}.", name) from error

    def stretch(self) -> Stretch | None:
        """The recording that replays; None: a file of version 1, or one that was saved without a recorder."""
        return carried.stretch_of(self._sums, self.read)

    def verify(self) -> Verified:
        """Reads everything. Raises BadSnapshot naming the first bad member."""
        for name in self._sums:
            digest = hashlib.sha256()
            for part in self._archive.chunks(name):
                digest.update(part)
            if digest.hexdigest() != self._sums[name]:
                raise BadSnapshot(f"{name} is not as it was written: its sha256 is another.", name)
        key = None
        if sealing.NAME in self._archive.members:
            key = sealing.signed_by(self._raw, self._archive.read(sealing.NAME, _MOST_JSON))
        sealed = self._archive.sealed()
        if sealed is False or (sealed is None and json.loads(self._raw)["version"] > 1):
            raise BadSnapshot(
                "The file was altered: its members are intact, and something between or around them is not."
            )
        return Verified(len(self._sums), sealed, key)

    def _listed(self, names: list[str]) -> dict[str, str]:
        """sha256 by member. Nothing may be there that the manifest does not name, and nothing may be missing."""
        try:
            found = {
                str(name): (str(entry["sha256"]), int(entry["bytes"]))
                for name, entry in self.manifest["members"].items()
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadSnapshot(f"The manifest does not name the members: {error}.", _MANIFEST) from error
        for name in names:
            if name not in found and name not in (_MANIFEST, sealing.NAME):
                raise BadSnapshot(f"{name} was added: the manifest does not name it.", name)
        for name, (_, size) in found.items():
            member = self._archive.members.get(name)
            if member is None:
                raise BadSnapshot(f"{name} is missing.", name)
            if member.size != size:
                raise BadSnapshot(
                    f"{name} is not as it was written: it has {member.size} bytes instead of {size}.", name
                )
        return {name: digest for name, (digest, _) in found.items()}


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadSnapshot(f"{name} is no JSON: {error}.", name) from error


def _object(data: bytes, name: str) -> dict[str, Any]:
    found = _json(data, name)
    if not isinstance(found, dict):
        raise BadSnapshot(f"{name} is no JSON object.", name)
    return cast("dict[str, Any]", found)
