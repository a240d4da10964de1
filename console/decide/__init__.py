"""Ladder, gates and authority: state machines without I/O."""
