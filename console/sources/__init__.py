"""Where readings come from: each source fulfils domain's Source; they are strangers to each other."""

from __future__ import annotations
