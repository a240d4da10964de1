"""Journal and snapshots."""

from console.record.journal import Journal

__all__ = ["Journal"]
