"""What goes wrong in an answer, in the contract's one form, and strict reading of JSON bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")
_FIELD: Final = re.compile(r"`\$?\.?([A-Za-z0-9_.\[\]]+)`")
"""msgspec names the place as in "Expected `str` - at `$.reason`" or "missing required field `reason`"."""


class Problem(Exception):
    """An error answer: status, machine word, one sentence, details."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.retry_after_s = retry_after_s

    def body(self) -> bytes:
        """The JSON body."""
        return msgspec.json.encode({"error": {"code": self.code, "message": self.message, "details": self.details}})


def invalid(field: str, message: str) -> Problem:
    """422: a field is missing or out of bounds."""
    return Problem(422, "invalid", message, {"field": field})


def read(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The decoded body. 400 where it is no JSON, 422 where it is JSON but not what is asked for."""
    try:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            msgspec.json.decode(body)  # msgspec stops at the first wrong value; what follows may be no JSON at all
            places = _FIELD.findall(str(error))
            raise invalid(places[-1] if places else "body", f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "bad_request", "The body is not JSON.", {"reason": str(error)}) from error


def reader(kind: Any) -> msgspec.json.Decoder[Any]:
    """A strict decoder of one kind of body."""
    return msgspec.json.Decoder(kind, strict=True)
