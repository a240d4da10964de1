"""An address typed on the connect page is opened only once a balancer has answered there; else the reason is one sentence."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from console.cli.window import reached_fleet
from console.domain.errors import ConsoleError
from console.lab import LabOptions
from console.lab.process import LabNotUp, start_lab
from console.present import reason

tokens: list[str | None] = []
"""What the newest of these servers was sent."""


@contextlib.contextmanager
def answering(status: int, body: bytes = b"<html>hello</html>") -> Iterator[str]:
    """Any web server that is no balancer; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    tokens.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def why_not(url: str) -> str:
    with pytest.raises(ConsoleError) as caught:
        reached_fleet(url, None, threading.Event())
    said = str(caught.value)
    assert "command line" not in said
    assert "balancer.url" not in said
    assert "\n" not in said
    assert not reason(said).verbatim, "the window cannot say this in its language"
    return said


def test_where_nothing_listens_it_says_so():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
        assert why_not(f"http://{place}") == f"{place} refused the connection: is the server running, and on this port?"


@pytest.mark.parametrize("status", [200, 404, 302])
def test_what_is_no_balancer_is_told_from_one(status):
    with answering(status) as url:
        assert "is no balancer that the console can read" in why_not(url)


def test_a_refused_token_is_named():
    with answering(401) as url:
        assert "the token is missing or wrong" in why_not(url)


@pytest.mark.parametrize(
    "typed", ["dsrm", "127.0.0.1:8000", "ftp://x", "http://a:99999", "http://1.2.3", "http://u:p@h"]
)
def test_what_is_no_address_says_how_to_write_one(typed):
    said = why_not(typed)
    assert said.startswith("This is no address of a balancer: ")
    assert said.endswith("Write http://HOST:PORT or https://HOST:PORT.")


def test_a_balancer_under_load_is_opened():
    with answering(503) as url:
        assert reached_fleet(url, None, threading.Event()).environment == url.partition("://")[2]


def test_a_lab_can_be_cancelled_and_one_that_ends_says_its_last_words(monkeypatch, capfd):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(LabNotUp, match="cancelled"):
        start_lab(LabOptions(), cancelled=cancelled)
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr("console.lab.process.sys.executable", "/bin/false")
    with pytest.raises(LabNotUp, match="ended with code 1"):
        start_lab(LabOptions())
    with pytest.raises(LabNotUp, match="port") as caught, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.undo()
        start_lab(LabOptions(port=taken.getsockname()[1]))
    assert not reason(str(caught.value)).verbatim
    assert "port" in capfd.readouterr().err


def test_a_typed_token_is_sent_and_one_of_the_settings_only_to_their_own_balancer(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("OWN_TOKEN", "own-token-1")
    config = tmp_path / "settings.toml"
    with answering(503) as url:
        for own, typed, sent in (
            (url, None, "Bearer own-token-1"),
            (url, "typed-2", "Bearer typed-2"),
            ("http://127.0.0.1:1", None, None),
            ("http://127.0.0.1:1", "typed-3", "Bearer typed-3"),
        ):
            config.write_text(f'[balancer]\nurl = "{own}"\ntoken_env = "OWN_TOKEN"\n')
            reached_fleet(url, config, threading.Event(), typed)
            assert tokens[-1] == sent
