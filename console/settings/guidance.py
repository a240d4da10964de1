"""Reads the guidance that comes with the product: one TOML file per alarm rule, English and Japanese."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, cast

from console.domain.errors import SettingsError
from console.domain.guidance import LANGUAGES, Guidance, RuleGuidance

_TEXTS = ("what", "why", "where")


@cache
def guidance(rule: str) -> RuleGuidance:
    """The guidance of one rule. Raises SettingsError where its file is missing or not as it should be."""
    name = f"{rule}.toml"
    try:
        text = (resources.files("resources") / "guidance" / name).read_text(encoding="utf-8")
        return parse_guidance(tomllib.loads(text), name)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no guidance for {rule}.", where=name, remedy="Install the product anew."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"this cannot be read: {error}.", where=name, remedy="Install the product anew.") from error


def parse_guidance(table: dict[str, Any], where: str) -> RuleGuidance:
    """Checks that every language has what, why, do and where. `fleet` may be left out: then one page serves both."""
    fleet = table.pop("fleet", None)
    server = {language: _page(table.pop(language, None), f"{where} [{language}]") for language in LANGUAGES}
    if table:
        raise SettingsError(f"unknown: {', '.join(sorted(table))}.", where=where, remedy="Keep en, ja and fleet.")
    if fleet is None:
        return RuleGuidance(server, server)
    if not isinstance(fleet, dict) or set(cast("dict[str, Any]", fleet)) != set(LANGUAGES):
        raise SettingsError("fleet needs en and ja, and nothing else.", where=where, remedy="Write both.")
    pages = cast("dict[str, Any]", fleet)
    return RuleGuidance(server, {name: _page(pages[name], f"{where} [fleet.{name}]") for name in LANGUAGES})


def _page(found: object, where: str) -> Guidance:
    page = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    do = page.get("do")
    steps = cast("list[object]", do) if isinstance(do, list) else []
    texts = [page.get(name) for name in _TEXTS]
    said = [text for text in (*texts, *steps) if isinstance(text, str) and text.strip()]
    if len(said) != len(_TEXTS) + len(steps) or not steps or set(page) != {*_TEXTS, "do"}:
        raise SettingsError(
            "what, why, do (a list) and where are needed, and nothing else.", where=where, remedy="Write them."
        )
    what, why, place, *steps_said = said
    return Guidance(what, why, tuple(steps_said), place)
