"""Manifests of older snapshots as the present version has them: one step a version, and every version ever written can be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from console.record.container import BadSnapshot

Manifest = dict[str, Any]


def _to_2(old: Manifest) -> Manifest:
    """Version 2 brought the recording: whole Frames that replay, the detectors' state, events, a signature."""
    return {**old, "version": 2, "recording": None}


STEPS: Final[Mapping[int, Callable[[Manifest], Manifest]]] = {1: _to_2}
"""From version -> what makes it the next one."""


def migrated(manifest: Manifest, newest: int) -> Manifest:
    """The manifest in the present version. Raises BadSnapshot for one of a newer console."""
    version = manifest.get("version")
    if manifest.get("format") != "dsrsnap" or not isinstance(version, int) or version < 1:
        raise BadSnapshot("The manifest is not one of a snapshot.", "manifest.json")
    if version > newest:
        raise BadSnapshot(
            f"The snapshot was written by a newer console (format {version}, this one knows {newest}). Open it with that one.",
            "manifest.json",
        )
    while version < newest:
        manifest = STEPS[version](manifest)
        version += 1
    return manifest
