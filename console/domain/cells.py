"""Texts of the network in files that a spreadsheet may open."""

from __future__ import annotations

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A text cell that begins so gets a leading apostrophe (OWASP ASVS 1.2.10)."""


def cell(text: str) -> str:
    """A text cell that no spreadsheet evaluates."""
    return f"'{text}" if text.startswith(_FORMULA) else text
