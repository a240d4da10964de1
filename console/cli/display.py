"""Whether a window can open here, found out without Qt: where it cannot, Qt would abort the process."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_X_DISPLAY = re.compile(r"(?:unix)?(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?")
_CONNECT_S = 1.0


def why_no_window(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """One sentence why no window can open; None: it can (or only Qt itself can tell)."""
    if platform in ("win32", "darwin") or environ.get("QT_QPA_PLATFORM"):
        return None
    wayland, x11 = environ.get("WAYLAND_DISPLAY"), environ.get("DISPLAY")
    if not wayland and not x11:
        return "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    if wayland and _answers(str(Path(environ.get("XDG_RUNTIME_DIR", "/")) / wayland)):
        return None
    if x11 and _x_answers(x11):
        return None
    named = " and ".join(f"{name}={value}" for name, value in (("WAYLAND_DISPLAY", wayland), ("DISPLAY", x11)) if value)
    return f"The display does not answer ({named})."


def _x_answers(display: str) -> bool:
    found = _X_DISPLAY.fullmatch(display)
    if found is None:
        return True  # a launchd path or the like: Qt may know it
    number = int(found["number"])
    if found["host"] in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _answers(path) or _answers(f"\0{path}")
    try:
        socket.create_connection((found["host"], 6000 + number), _CONNECT_S).close()
    except OSError:
        return False
    return True


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_CONNECT_S)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
