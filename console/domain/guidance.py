"""Guidance: what an alarm means and what to do about it, as values. The words come from files, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

LANGUAGES: Final = ("en", "ja")


class Guidance(Struct, frozen=True):
    """One page; `{names}` in it stand for the alarm's own numbers."""

    what: str
    """What was found."""
    why: str
    """Why it matters."""
    do: tuple[str, ...]
    """What to do, in order."""
    where: str
    """Where on the screen to look."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, in order."""
        return self.what, self.why, *self.do, self.where


class RuleGuidance(Struct, frozen=True):
    """Both languages of one rule. `fleet`: the pages for an alarm that is of no server, where these differ."""

    server: Mapping[str, Guidance]
    fleet: Mapping[str, Guidance]

    def page(self, language: str, *, of_server: bool) -> Guidance:
        """The page in that language; another language than those there are gets English."""
        pages = self.server if of_server else self.fleet
        return pages.get(language) or pages[LANGUAGES[0]]
