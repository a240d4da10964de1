"""When a detach is to be looked at again. No other import: the command line answers `--help` at once."""

from __future__ import annotations

from typing import Final

MOST_REVIEW_S: Final = 172_800.0
"""No detach is meant to last longer without somebody looking at it: 48 h."""
