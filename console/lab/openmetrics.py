"""OpenMetrics text, as far as the lab's servers need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Family(Struct, frozen=True):
    """One metric with its samples (labels, value). Counters get their `_total` here."""

    name: str
    kind: str
    text: str
    samples: Sequence[tuple[Mapping[str, str], float]]


def exposition(families: Iterable[Family]) -> bytes:
    """The whole text, `# EOF` included."""
    lines: list[str] = []
    for family in families:
        lines += [f"# TYPE {family.name} {family.kind}", f"# HELP {family.name} {family.text}"]
        suffix = "_total" if family.kind == "counter" else ""
        lines += [f"{family.name}{suffix}{_labels(labels)} {float(value)!r}" for labels, value in family.samples]
    return "\n".join([*lines, "# EOF\n"]).encode()


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
