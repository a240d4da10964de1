"""The default settings file, written from the declarations: every setting with its sentence, type, default, unit and bounds."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Mapping
from typing import Any

from console.settings.document import FORMAT
from console.settings.fields import Field, fields_of

_HEAD = f"""\
# Settings of DSR Console. Every setting stands here with its default, commented out: remove the # to change one.
# `dsr-console check --config FILE` names every problem with its line and the remedy.
# Secrets never stand here: name where the token is, with balancer.token_keyring, balancer.token_env or balancer.token_file.

schema = {FORMAT}
"""


def default_text(sections: Mapping[str, type]) -> str:
    """The whole text of resources/settings.default.toml."""
    parts = [_HEAD]
    for name, kind in sections.items():
        sentence = inspect.getdoc(kind) or ""
        parts.append(f"\n[{name}]\n" + _comment(sentence.split("\n\n")[0].replace("\n", " ")))
        parts.extend(f"\n{_entry(field)}" for field in fields_of(kind).values())
    return "".join(parts)


def toml_value(value: Any) -> str:
    """A default as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"  # pyright: ignore[reportUnknownVariableType]  of any
    return repr(value)


def _entry(field: Field) -> str:
    facts = [field.type_words, f"default {'unset' if field.default is None else toml_value(field.default)}"]
    if field.option.unit:
        facts.append(f"unit {field.option.unit}")
    if field.bounds_words:
        facts.append(f"allowed {field.bounds_words}")
    example = {str: '"..."', int: "0", float: "0.0", bool: "false"}[field.kind]
    value = example if field.default is None else toml_value(field.default)
    return f"{_comment(field.option.sentence)}{_comment('; '.join(facts))}# {field.name} = {value}\n"


def _comment(text: str) -> str:
    return "".join(f"## {line}\n" for line in textwrap.wrap(text, 110))
