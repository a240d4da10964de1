"""An HTTPS server as OpenSSL makes them: with alerts, which asyncio's servers swallow. One thread per connection, on a real socket."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

from tests.support.payloads import Json, http


class TlsServer:
    """`connections` counts accepted sockets, `received` holds what came out of TLS, `said` is what each connection is told."""

    def __init__(self, context: ssl.SSLContext, answer: Json | bytes | Callable[[bytes], bytes]) -> None:
        self.connections = 0
        self.handshakes = 0
        self.received = b""
        self._context = context
        self._answer = answer if callable(answer) else lambda _: answer if isinstance(answer, bytes) else http(answer)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}"

    def __enter__(self) -> TlsServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(20)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
        try:
            with self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False) as tls:
                tls.do_handshake()
                self.handshakes += 1
                while data := tls.recv(65536):
                    self.received += data
                    if b"\r\n\r\n" in data:
                        tls.sendall(self._answer(data))
        except OSError:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_WR)  # after the alert
                while sock.recv(65536):
                    pass
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()
