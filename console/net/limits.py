"""What the machine allows: open files. A desktop session starts with 1,024 (macOS: 256), a fleet needs one per server."""

from __future__ import annotations

import sys

_WANTED = 65536
_RESERVE = 64  # journal, snapshots, the window's own files, the listening end of the loop
_FEWEST = 16
_WINDOWS_SOCKETS = 500  # the C library of Windows stops at 512


def open_files() -> int:
    """Soft limit of open files of this process."""
    if sys.platform == "win32":
        return _WINDOWS_SOCKETS
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _WANTED if soft == resource.RLIM_INFINITY else soft


def raise_open_files() -> int:
    """Raises the soft limit to min(hard, 65536), never lowers it. Called once at start; returns the limit in force."""
    if sys.platform == "win32":
        return _WINDOWS_SOCKETS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return open_files()


def connection_budget() -> int:
    """How many connections the fan-out may hold open at a time."""
    return max(_FEWEST, open_files() - _RESERVE)
