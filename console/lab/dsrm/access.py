"""Tokens, roles and what each may do. Without tokens everything is open."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from console.lab.problem import Problem

ROLES: Final = ("viewer", "operator", "lead", "service")


class Right(Enum):
    """What an operation needs."""

    READ = auto()
    ACT = auto()
    """Detach and attach."""
    LEAD = auto()
    """Cut, algorithm."""
    SERVE = auto()
    """Reports, picks, sessions."""


_RIGHTS: Final = {
    "viewer": {Right.READ},
    "operator": {Right.READ, Right.ACT},
    "lead": {Right.READ, Right.ACT, Right.LEAD},
    "service": {Right.READ, Right.SERVE},
}


def new_tokens() -> dict[str, str]:
    """A random token for each role."""
    return {role: secrets.token_urlsafe(32) for role in ROLES}


class Access:
    """Who is asking, and may they. `tokens` by role; None: open, and everybody is lead."""

    def __init__(self, tokens: Mapping[str, str] | None) -> None:
        self._tokens = tokens

    def admit(self, authorization: str | None, right: Right) -> tuple[str | None, str]:
        """Name and role of the asker; 401 or 403 otherwise."""
        if self._tokens is None:
            return None, "lead"
        scheme, _, token = (authorization or "").partition(" ")
        # Each token is compared, whatever the others gave: the time taken tells nothing.
        matches = [role for role, known in self._tokens.items() if hmac.compare_digest(known.encode(), token.encode())]
        if scheme.lower() != "bearer" or not matches:
            raise Problem(401, "unauthenticated", "A valid token is needed: Authorization: Bearer <token>.")
        role = matches[0]
        if right not in _RIGHTS[role]:
            raise Problem(403, "forbidden", f"The role {role} may not do this.", {"role": role})
        return f"lab-{role}", role
