"""Journal and snapshots."""
