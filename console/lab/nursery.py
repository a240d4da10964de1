"""A process that forks DSRS: one warmed-up interpreter, so that a server of its own process costs milliseconds and little memory.

Standard input is a socket of whole messages (SOCK_SEQPACKET). It watches what its children hold and kills, as the kernel does, the one
that reaches its cap. It knows nothing of DSRS but how to start one; no thread and no loop runs here, so that forking is safe.
"""

from __future__ import annotations

import asyncio
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from console.lab import platform
from console.lab.child import serve_host
from console.lab.dsrs import host as _warm

Json = dict[str, Any]
_LOOK_S: Final = 0.1
"""So often it looks at the memory of its children."""
_MOST_MESSAGE: Final = 65_536
assert _warm  # imported before the first fork, so that no child has to


@dataclass(slots=True)
class _Infant:
    """One child. `statm` is its memory as the kernel counts it; from `cap_bytes` on it is killed."""

    pid: int
    pidfd: int
    statm: int
    cap_bytes: int | None = None
    killed_at_bytes: int | None = None


class Nursery:
    """Takes orders until the supervisor hangs up, and then ends with all its children."""

    def __init__(self) -> None:
        self._control = socket.socket(fileno=0)
        self._selector = selectors.DefaultSelector()
        self._infants: dict[int, _Infant] = {}

    def run(self) -> None:
        """Forks, watches and reaps."""
        gc.collect()
        gc.freeze()  # nothing of what is there now is looked at again: the pages stay shared
        self._selector.register(self._control, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select(_LOOK_S if self._infants else None):
                if key.fileobj is not self._control:
                    self._reap(key.data)
                elif not self._obey():
                    self._end()
                    return
            self._look()

    def _obey(self) -> bool:
        """One order; False when there will be no more."""
        data, fds, _, _ = socket.recv_fds(self._control, _MOST_MESSAGE, 1)
        if not data:
            return False
        order: Json = msgspec.json.decode(data)
        match order["op"]:
            case "fork":
                self._fork(order["server"], fds[0])
            case "signal" if (infant := self._infants.get(order["pid"])) is not None:
                os.kill(infant.pid, order["signal"])  # not reaped yet, so the number is still its own
            case "guard" if (infant := self._infants.get(order["pid"])) is not None:
                infant.cap_bytes = _held_bytes(infant) + order["headroom_bytes"]
            case _:
                pass  # about one that has died meanwhile; the news of that is on its way
        return True

    def _fork(self, server: str, fd: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._live(fd, parent)
        os.close(fd)
        infant = _Infant(pid, os.pidfd_open(pid), os.open(f"/proc/{pid}/statm", os.O_RDONLY))
        self._infants[pid] = infant
        self._selector.register(infant.pidfd, selectors.EVENT_READ, infant)
        self._tell({"event": "forked", "server": server, "pid": pid})

    def _live(self, fd: int, parent: int) -> None:
        """The child, from its birth to its end; never returns."""
        code = 1
        try:
            platform.die_with_parent(parent)
            self._selector.close()
            for infant in self._infants.values():
                os.close(infant.pidfd)
                os.close(infant.statm)
            self._control.detach()
            os.dup2(fd, 0)
            os.dup2(fd, 1)
            os.close(fd)
            asyncio.run(serve_host())
            code = 0
        except BaseException:  # noqa: BLE001  nothing may unwind into the nursery's own frames
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _reap(self, infant: _Infant) -> None:
        _, status = os.waitpid(infant.pid, 0)
        self._selector.unregister(infant.pidfd)
        os.close(infant.pidfd)
        os.close(infant.statm)
        del self._infants[infant.pid]
        code = os.waitstatus_to_exitcode(status)
        self._tell({"event": "died", "pid": infant.pid, "code": code, "held_bytes": infant.killed_at_bytes})

    def _look(self) -> None:
        for infant in self._infants.values():
            if infant.cap_bytes is not None and (held := _held_bytes(infant)) >= infant.cap_bytes:
                infant.killed_at_bytes = held
                os.kill(infant.pid, signal.SIGKILL)

    def _tell(self, news: Json) -> None:
        try:
            self._control.send(msgspec.json.encode(news))
        except ConnectionError:
            return  # the end of the orders comes next

    def _end(self) -> None:
        for infant in self._infants.values():
            os.kill(infant.pid, signal.SIGKILL)  # a stopped one hears nothing else
        for pid in self._infants:
            os.waitpid(pid, 0)


def _held_bytes(infant: _Infant) -> int:
    """Resident memory that is nobody else's file: of its own, and what it shares with the nursery until it writes."""
    try:
        _, resident, shared, *_ = os.pread(infant.statm, 128, 0).split()
    except ProcessLookupError:
        return 0  # it is dead and will be reaped
    return (int(resident) - int(shared)) * _PAGE_BYTES


_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") if sys.platform == "linux" else 4096
