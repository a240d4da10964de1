"""Runs the command in this process, and writes what it left behind into the file that DSR_PROBE_FILE names."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
from pathlib import Path

import psutil

from console.cli import main


def left_behind() -> dict[str, list[str]]:
    """Threads, tasks, timers, sockets and children that outlived the command."""
    gc.collect()
    things = gc.get_objects()
    loops = [thing for thing in things if isinstance(thing, asyncio.BaseEventLoop)]
    me = psutil.Process()
    return {
        "threads": [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()],
        "tasks": [repr(thing) for thing in things if isinstance(thing, asyncio.Task) and not thing.done()],
        "timers": [repr(thing) for thing in things if isinstance(thing, asyncio.TimerHandle) and not thing.cancelled()],
        "loops": [repr(loop) for loop in loops if not loop.is_closed()],
        "sockets": [str(connection) for connection in me.net_connections()],
        "children": [child.name() for child in me.children()],
    }


if __name__ == "__main__":
    code = main(sys.argv[1:])
    Path(os.environ["DSR_PROBE_FILE"]).write_text(json.dumps(left_behind()))
    sys.exit(code)
