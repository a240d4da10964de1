"""RFC-strict clients of other people's making: websocket-client in the manual's own style, and curl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import websocket

from tests.support.fieldclient import PACKET, WATCHDOG_S, Heard


def strict_talk(url: str, audio: bytes, audio_format: str = "LSB8K", key: str = "lab", ping: bool = False) -> Heard:
    """s, p.., e as the manual shows it; with a ping in between, if so wanted, which must be answered."""
    heard = Heard()
    line = websocket.create_connection(url, timeout=WATCHDOG_S)
    try:
        line.send(f"s {audio_format} -a-general authorization={key}")
        heard.messages.append(line.recv())
        if heard.messages[0] == "s":
            for at in range(0, len(audio), PACKET):
                line.send_binary(b"p" + audio[at : at + PACKET])
            if ping:
                line.ping("are you there")
            line.send("e")
            while heard.messages[-1][:1] not in "pe":
                heard.messages.append(line.recv())
    finally:
        line.close()
    if len(heard.messages[-1]) > 1:
        heard.error = heard.messages[-1]
    return heard


def curl(url: str, file: Path, key: str = "lab", *flags: str) -> dict:
    """A form with curl, in the manual's style; the result."""
    parts = ["-F", f"u={key}", "-F", "d=-a-general", "-F", "c=LSB8K", "-F", f"a=@{file}"]
    command = ["curl", "--silent", "--show-error", "--max-time", str(WATCHDOG_S), "--noproxy", "*", *flags, *parts, url]
    done = subprocess.run(command, capture_output=True, timeout=2 * WATCHDOG_S, check=True)
    return json.loads(done.stdout)
