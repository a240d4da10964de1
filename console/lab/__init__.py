"""A real DSRM, real DSRS and real load on loopback."""

from __future__ import annotations

from console.lab.options import LabOptions

__all__ = ["LabOptions", "serve"]


def serve(options: LabOptions) -> int:
    """Runs a lab in this process until it is told to end; the exit code. Raises SettingsError for a wrong scenario."""
    from console.lab.story.apply import applied
    from console.lab.supervisor import run  # the servers are loaded only where a lab runs

    return run(applied(options))
