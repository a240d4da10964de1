"""A client that breaks RFC 6455 and HTTP's freedom as the field's own library does: unmasked frames, no version, opcodes ignored.

Blocking, on bare sockets. What would make that library hang or die raises FieldTrouble here, with what did it.
"""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

WATCHDOG_S = 60.0
PACKET = 4096
BOUNDARY = "1234567890ABCDEFGHIJ"


class FieldTrouble(Exception):
    """The field's client would hang, crash or lose its result."""


@dataclass
class Heard:
    """What came, in order; `error` is the text after the letter where the service gave one."""

    messages: list[str] = field(default_factory=list)
    error: str | None = None
    reset: bool = False

    @property
    def results(self) -> list[dict]:
        return [json.loads(message[2:]) for message in self.messages if message[0] == "A"]


class FieldSocket:
    """The WebSocket side."""

    def __init__(self, port: int, path: str = "/v1/") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), WATCHDOG_S)
        self._file = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {path} HTTP/1.1\r\nUser-Agent: Wrp/1.0.05 (test)\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: upgrade\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        status = self._file.readline()
        if status[8:13] != b" 101 ":
            raise FieldTrouble(f"no upgrade: {status!r}")
        while self._file.readline() not in {b"\r\n", b""}:
            pass

    def send(self, payload: bytes, opcode: int = 1) -> None:
        """One frame without a mask."""
        length = len(payload)
        size = bytes((length,)) if length < 126 else b"\x7e" + length.to_bytes(2)
        self._socket.sendall(bytes((0x80 | opcode,)) + size + payload)

    def receive(self) -> str:
        """The next payload as text, whatever its opcode says; a control frame without payload is passed over."""
        while True:
            head = self._file.read(2)
            if not head:
                raise FieldTrouble("a clean FIN while it waits: it hangs for ever")
            length = head[1] & 0x7F
            if length == 126:
                length = int.from_bytes(self._file.read(2))
            elif length == 127:
                length = int.from_bytes(self._file.read(8))
            if head[1] & 0x80 or head[0] & 0x70:
                raise FieldTrouble("a masked or compressed frame from a server")
            payload = self._file.read(length)
            if head[0] & 0x0F >= 8 and payload:
                raise FieldTrouble(f"a control frame with a payload: it decodes {payload!r} and dies")
            if payload:
                return payload.decode().rstrip("\r\n")

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def talk(
        self, audio: bytes, audio_format: str = "LSB8K", key: str | None = "lab", engine: str = "-a-general"
    ) -> Heard:
        """s, p.., e, until the last `e` or an error."""
        heard = Heard()
        key_part = "" if key is None else f" authorization={key}"
        try:
            self.send(f"s {audio_format} {engine or chr(1)}{key_part}".encode())
            self._await(heard, "s")
            for at in range(0, len(audio), PACKET):
                if heard.error is not None:
                    return heard
                self.send(b"p" + audio[at : at + PACKET], opcode=2)
            if heard.error is None:
                self.send(b"e")
                self._await(heard, "e")
        except ConnectionError:
            heard.reset = True
        return heard

    def _await(self, heard: Heard, letter: str) -> None:
        while heard.error is None:
            message = self.receive()
            heard.messages.append(message)
            kind, rest = message[0], message[2:]
            if kind in "SE":
                int(rest)  # it dies of anything else
            elif kind in "spe" and len(message) > 1:
                heard.error = message
            elif message == letter:
                return


@contextmanager
def field_socket(port: int, path: str = "/v1/") -> Iterator[FieldSocket]:
    client = FieldSocket(port, path)
    try:
        yield client
    finally:
        client.close()


class FieldHttp:
    """The HTTP side: one connection, used for several files."""

    def __init__(self, port: int, path: str = "/v1/recognize") -> None:
        self._port = port
        self._path = path
        self._socket = socket.create_connection(("127.0.0.1", port), WATCHDOG_S)
        self._file = self._socket.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def talk(
        self, audio: bytes, shape: str = "-tmc", audio_format: str = "LSB8K", key: str = "lab", key_in_d: bool = False
    ) -> dict:
        """One file in one of the four shapes; the result."""
        d = f"grammarFileNames={quote('-a-general', safe='')}" + (f" authorization={key}" if key_in_d else "")
        values = {"d": d, "c": audio_format} if key_in_d else {"d": d, "c": audio_format, "u": key}
        if shape in {"-tmc", "-tm"}:
            target, kind = self._path, f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            parts = "".join(
                f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
                for name, value in values.items()
            )
            start = f'{parts}\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n'
            body = start.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + audio
            body += f"\r\n--{BOUNDARY}--\r\n".encode()
        else:
            target, kind = f"{self._path}?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in values.items()), ""
            body = audio
        length = "Transfer-Encoding: chunked\r\n" if shape.endswith("c") else f"Content-Length: {len(body)}\r\n"
        head = f"POST {target} HTTP/1.1\r\nUser-Agent: Hrp/1.0.05 (test)\r\nHost: 127.0.0.1:{self._port}\r\n{kind}{length}\r\n"
        self._socket.sendall(head.encode())
        if shape.endswith("c"):
            for at in range(0, len(body), PACKET):
                piece = body[at : at + PACKET]
                self._socket.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            self._socket.sendall(b"0\r\n\r\n")
        else:
            self._socket.sendall(body)
        return self._read()

    def _read(self) -> dict:
        status = self._file.readline()
        if status[8:13] != b" 200 ":
            raise FieldTrouble(f"invalid response code: {status!r}")
        headers = []
        while (line := self._file.readline()) not in {b"\r\n", b""}:
            headers.append(line.decode())
        if not any(line.startswith("X-Session-ID: ") and line.strip() != "X-Session-ID:" for line in headers):
            raise FieldTrouble(f"missing session id: {headers}")
        if not any(line.startswith("Content-Type: ") and line.endswith("; charset=utf-8\r\n") for line in headers):
            raise FieldTrouble(f"no charset: {headers}")
        length = next((int(line[16:]) for line in headers if line.startswith("Content-Length: ")), None)
        if length is None:
            raise FieldTrouble("it would take this for chunked")
        body = self._file.read(length)
        if not body.endswith(b"\r\n"):
            raise FieldTrouble("the result is not printed: its line has no CRLF")
        line = body[:-2].decode()
        if line.endswith(("...", '..."}')):
            raise FieldTrouble("the result is taken for an interim one")
        self._socket.setblocking(False)
        try:
            if self._socket.recv(1, socket.MSG_PEEK) == b"":
                raise FieldTrouble("the connection was closed after the reply")
        except BlockingIOError:
            pass
        finally:
            self._socket.settimeout(WATCHDOG_S)
        return json.loads(line)


@contextmanager
def field_http(port: int, path: str = "/v1/recognize") -> Iterator[FieldHttp]:
    client = FieldHttp(port, path)
    try:
        yield client
    finally:
        client.close()
