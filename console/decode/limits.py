"""What a number or a table from the network may be. Beyond this it is no measurement but a fault or an attack."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar

import msgspec

from console.decode.text import clean_text
from console.domain.errors import BadAnswer

LARGEST: Final = 2**53
"""Largest whole number that a float64 column holds exactly."""
MOST_SERVERS: Final = 10_000
MOST_NAMES: Final = 1_000
"""Entries of one table of counters."""

_MOST_OBJECTS: Final = 10 * MOST_SERVERS
_MOST_VALUES: Final = 100 * MOST_SERVERS
_LONGEST_VALUE = 500

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
"""Sessions, bytes, sequence numbers, counters."""
Number = Annotated[float, msgspec.Meta(ge=0, le=LARGEST)]
"""Seconds, shares, weights."""

_Wire = TypeVar("_Wire")


def decoded(decoder: msgspec.json.Decoder[_Wire], body: bytes, what: str) -> _Wire:
    """Decodes one document. Raises BadAnswer with one sentence, whatever the bytes are."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise BadAnswer(f"The {what} breaks the contract: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadAnswer(f"The {what} is not readable JSON: {error}.") from None


def check_schema(schema: str | None, known: str, what: str) -> None:
    """Refuses another major version than the one that is spoken here; none at all is taken as this one."""
    if schema is not None and schema != known:
        raise BadAnswer(f"The {what} speaks {schema[:40]!r}, this console speaks {known!r}.")


def check_size(table: dict[str, Any] | None, what: str) -> None:
    """Refuses tables that would fill the memory."""
    if table is not None and len(table) > MOST_NAMES:
        raise BadAnswer(f"The {what} holds a table of {len(table)} entries; {MOST_NAMES} are accepted.")


def check_bulk(body: bytes, what: str) -> None:
    """Refuses, before anything is built from it, a document whose pieces would take a hundred times its size in memory."""
    if body.count(b"{") > _MOST_OBJECTS or body.count(b",") > _MOST_VALUES:
        raise BadAnswer(f"The {what} holds more pieces than {MOST_SERVERS} servers can need.")


def scalar(raw: msgspec.Raw) -> float | int | str | bool | None:
    """A value of no fixed type: text, numbers, truth and null as they are, tables and lists as their own JSON text."""
    text = bytes(raw).strip()
    if text[:1] in (b"{", b"[") or len(text) > _LONGEST_VALUE:
        return clean_text(text[: 4 * _LONGEST_VALUE].decode("utf-8", "replace"), _LONGEST_VALUE)
    value = decoded(_SCALAR, text, "answer")
    return clean_text(value, _LONGEST_VALUE) if isinstance(value, str) else value


_SCALAR = msgspec.json.Decoder(str | int | float | bool | None)
