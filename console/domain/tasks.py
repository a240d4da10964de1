"""Named tasks that somebody keeps: their death is reported, never lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger("dsr.tasks")
_kept: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    """Starts `work` on the running loop, keeps it until it ends, and logs an exception that nobody awaited."""
    task = asyncio.create_task(work, name=name)  # noqa: TID251  the one place that may
    _kept.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _kept.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("task %s died: %r", task.get_name(), error, exc_info=error)
