"""What a client asks for: the `s` command of the WebSocket interface and the `d` parameter of the HTTP one. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from msgspec import Struct, field

_WORD: Final = re.compile(r'([^\s="]+)=("[^"]*(?:""[^"]*)*"|[^\s"]\S*|)(?=\s|$)|(\S+)')
_NO_ENGINE: Final = "\x01"
"""How the field's client says that it names no engine."""


class Wish(Struct, frozen=True):
    """Format and engine ("" and None: not named), and all parameters; those that nobody knows are kept and ignored."""

    format: str
    engine: str | None
    parameters: dict[str, str] = field(default_factory=dict[str, str])


def read_start(text: str) -> Wish:
    """`s FORMAT ENGINE key=value ...`; values with spaces stand in double quotes, in which a quote is doubled."""
    words: list[str] = []
    parameters: dict[str, str] = {}
    for key, value, bare in _WORD.findall(text[1:]):
        if key and len(words) >= 1:
            parameters.setdefault(key, _unquoted(value))
        else:
            words.append(bare or f"{key}={value}")
    engine = words[1] if len(words) > 1 else None
    return Wish(words[0] if words else "", None if engine == _NO_ENGINE else engine, parameters)


def read_conditions(text: str) -> tuple[str | None, dict[str, str]]:
    """`d`: an engine alone, or `key=value` pairs with URL-encoded values, `grammarFileNames` being the engine."""
    parameters: dict[str, str] = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        if equals:
            parameters.setdefault(key, unquote(value))
        else:
            parameters.setdefault("grammarFileNames", unquote(word))
    engine = parameters.get("grammarFileNames")
    return (None if engine in {None, "", _NO_ENGINE} else engine), parameters


def _unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if value.startswith('"') else value
