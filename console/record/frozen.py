"""The state of the detectors as bytes, without pickle: values, arrays, and objects of the rooms that judge, and nothing else.

`DSRS`, deflated: the length of a JSON text, the text, then the arrays' bytes. Composite values are lists with a tag; an object that is
met twice is written once. What is read back may come from anybody: classes are looked up in those rooms only, sizes are limited,
and attributes must be those that this version of the class has.
"""

from __future__ import annotations

import importlib
import math
import struct
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from console.domain.errors import ConsoleError

_MAGIC: Final = b"DSRS1"
_ROOMS: Final = ("console.detect", "console.store", "console.domain")
_LENGTH: Final = struct.Struct("<Q")
_MOST: Final = 1 << 28
_KINDS: Final = "biuf"
_DEEPEST: Final = 60
_MANY: Final[Mapping[type, str]] = {deque: "q", list: "l", tuple: "t", set: "s", frozenset: "z"}


class FrozenError(ConsoleError):
    """A state that cannot be kept, or that this version cannot go on from."""


def freeze(value: object) -> bytes:
    """Raises FrozenError for what has no such form (a function, an open file)."""
    writer = _Writer()
    text = msgspec.json.encode(writer.plain(value, 0))
    return _MAGIC + zlib.compress(b"".join([_LENGTH.pack(len(text)), text, *writer.arrays]), 1)


def thaw(data: bytes, like: object) -> Any:
    """The value again. `like`: one of the same make, as this version builds it. Raises FrozenError."""
    try:
        if not data.startswith(_MAGIC):
            raise FrozenError("The kept state is not one of this version.")
        machine = zlib.decompressobj()
        raw = machine.decompress(data[len(_MAGIC) :], _MOST)
        if machine.unconsumed_tail:
            raise FrozenError("The kept state is too large.")
        (length,) = _LENGTH.unpack_from(raw)
        text = raw[_LENGTH.size : _LENGTH.size + length]
        reader = _Reader(raw[_LENGTH.size + length :], dict(_makes(like, set(), 0)))
        return reader.value(msgspec.json.decode(text), 0)
    except (
        zlib.error,
        struct.error,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
    ) as error:
        raise FrozenError(f"The kept state cannot be read: {error}.") from error
    except ImportError as error:
        raise FrozenError(f"The kept state is of another version: {error}.") from error


def _attributes(value: object) -> tuple[str, ...]:
    """Names of what an object holds, in a fixed order."""
    names: list[str] = []
    for kind in type(value).__mro__:
        slots: Any = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else [str(name) for name in slots]
    names += list(getattr(value, "__dict__", {}))
    return tuple(sorted({name for name in names if name not in ("__dict__", "__weakref__") and hasattr(value, name)}))


def _named(kind: type) -> str:
    if not any(kind.__module__ == room or kind.__module__.startswith(f"{room}.") for room in _ROOMS):
        raise FrozenError(f"A {kind.__module__}.{kind.__qualname__} cannot be kept.")
    return f"{kind.__module__}:{kind.__qualname__}"


class _Writer:
    def __init__(self) -> None:
        self.arrays: list[bytes] = []
        self._at = 0
        self._met: dict[int, int] = {}
        self._held: list[object] = []
        """So that no id is used twice while we write."""

    def plain(self, value: object, depth: int) -> Any:
        if depth > _DEEPEST:
            raise FrozenError("A state nested that deep cannot be kept.")
        deeper = depth + 1
        if isinstance(value, Enum):
            return ["e", _named(type(value)), value.name]
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else ["f", repr(value)]
        if isinstance(value, np.generic):
            return ["n", self._array(np.asarray(cast("Any", value))), 0]
        if id(value) in self._met:
            return ["r", self._met[id(value)]]
        number = self._met[id(value)] = len(self._met)
        self._held.append(value)
        if isinstance(value, np.ndarray):
            array = cast("NDArray[Any]", value)
            return ["a", number, self._array(array), array.flags.writeable]
        if isinstance(value, Mapping):
            pairs = cast("Mapping[object, object]", value).items()
            return ["d", number, [[self.plain(key, deeper), self.plain(item, deeper)] for key, item in pairs]]
        if type(value) in _MANY:
            many = cast("Iterable[object]", value)
            items = [
                self.plain(item, deeper) for item in (sorted(many, key=repr) if _MANY[type(value)] in "sz" else many)
            ]
            if isinstance(value, deque):
                return ["q", number, cast("deque[object]", value).maxlen, items]
            return [_MANY[type(value)], number, items]
        name = _named(type(value))
        return ["o", number, name, [[key, self.plain(getattr(value, key), deeper)] for key in _attributes(value)]]

    def _array(self, array: NDArray[Any]) -> list[Any]:
        if array.dtype.kind not in _KINDS:
            raise FrozenError(f"An array of {array.dtype} cannot be kept.")
        data = np.ascontiguousarray(array).tobytes()
        self.arrays.append(data)
        self._at += len(data)
        return [array.dtype.str, list(array.shape), self._at - len(data), len(data)]


class _Reader:
    def __init__(self, arrays: bytes, makes: Mapping[str, tuple[str, ...]]) -> None:
        self._arrays = arrays
        self._makes = makes
        self._met: dict[int, Any] = {}

    def value(self, plain: Any, depth: int) -> Any:
        if not isinstance(plain, list):
            return plain
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        parts = cast("list[Any]", plain)
        deeper, tag = depth + 1, parts[0]
        match tag:
            case "f":
                return float(parts[1])
            case "e":
                return self._class(parts[1], Enum)[parts[2]]
            case "n":
                return self._array(parts[1])[()]
            case "r":
                return self._met[parts[1]]
            case "a":
                array = self._array(parts[2]).copy()
                array.flags.writeable = bool(parts[3])
                return self._keep(parts[1], array)
            case "q":
                return self._keep(parts[1], deque((self.value(item, deeper) for item in parts[3]), maxlen=parts[2]))
            case "l" | "t" | "s" | "z":
                kind = {"l": list, "t": tuple, "s": set, "z": frozenset}[tag]
                return self._keep(parts[1], kind(self.value(item, deeper) for item in parts[2]))
            case "d":
                return self._keep(
                    parts[1], {self.value(key, deeper): self.value(item, deeper) for key, item in parts[2]}
                )
            case "o":
                return self._object(parts, deeper)
            case _:
                raise ValueError(f"an unknown mark {tag!r}")

    def _object(self, parts: list[Any], depth: int) -> Any:
        _, number, name, held = parts
        names = tuple(key for key, _ in held)
        if name in self._makes and self._makes[name] != names:
            raise FrozenError("The kept state is of another version.")
        kind = self._class(name, object)
        if issubclass(
            kind, msgspec.Struct
        ):  # a value: whole from the start, so that nothing in it can point back at it
            return self._keep(number, kind(**{str(key): self.value(item, depth) for key, item in held}))
        made = self._keep(number, object.__new__(kind))
        for key, item in held:
            object.__setattr__(made, str(key), self.value(item, depth))
        return made

    def _keep(self, number: int, value: Any) -> Any:
        self._met[number] = value
        return value

    def _class(self, name: str, base: type) -> Any:
        module, _, path = str(name).partition(":")
        if not any(module == room or module.startswith(f"{room}.") for room in _ROOMS):
            raise ValueError(f"{name} is of no room that judges")
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
        if not (isinstance(found, type) and issubclass(found, base) and found.__module__ == module):
            raise ValueError(f"{name} is no class")
        return found

    def _array(self, parts: list[Any]) -> NDArray[Any]:
        kind, shape, at, size = np.dtype(str(parts[0])), tuple(int(n) for n in parts[1]), int(parts[2]), int(parts[3])
        if kind.kind not in _KINDS or min((*shape, at, size)) < 0 or math.prod(shape) * kind.itemsize != size:
            raise ValueError("an array of another size")
        return np.frombuffer(self._arrays[at : at + size], dtype=kind).reshape(shape)


def _makes(value: object, met: set[int], depth: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which classes an object is made of, and what each of them holds."""
    if value is None or isinstance(value, (bool, int, float, str, np.ndarray, np.generic, Enum)) or depth > _DEEPEST:
        return
    if id(value) in met:
        return
    met.add(id(value))
    inner: list[object]
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        inner = [*pairs.keys(), *pairs.values()]
    elif isinstance(value, (list, tuple, set, frozenset, deque)):
        inner = list(cast("list[object]", value))
    else:
        names = _attributes(value)
        yield _named(type(value)), names
        inner = [getattr(value, name) for name in names]
    for item in inner:
        yield from _makes(item, met, depth + 1)
