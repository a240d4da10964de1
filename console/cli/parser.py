"""The flags of every subcommand. Imports nothing heavy: `--help` and a wrong flag answer at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from typing_extensions import override

from console import __version__
from console.cli.snapshots import REPLAY_CODES, SNAPSHOT_CODES, add_replay, add_snapshot
from console.lab.options import add_arguments

_DESCRIPTION: Final = "Truth against belief for speech-recognition fleets: see the hot server, detach it, prove it."
_WATCH_CODES: Final = "Exit codes: 0 done, 2 usage or settings, 6 the balancer was never reached."
_ACT_CODES: Final = (
    "Exit codes: 0 effective (attach: succeeded), 2 usage or settings, 3 refused by the console, 4 refused by the balancer,"
    " 5 outcome unknown or not effective in time."
)
_CHECK_CODES: Final = (
    "Exit codes: 0 good, 2 problems in the settings, 6 the balancer or all of its servers do not answer."
)


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The flags; `command` is the subcommand. Wrong usage ends the process with 2 and one sentence."""
    parser = _Parser("dsr-console", description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"dsr-console {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, summary: str, codes: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, epilog=codes, allow_abbrev=False)

    _run(add("run", "Open the window; without settings it asks for a balancer."))
    add_arguments(add("lab", "A real fleet on loopback: balancer, servers, load and faults."))
    _watch(add("watch", "Frames and alarms as lines, without a window.", _WATCH_CODES))
    _act(add("detach", "Take a server out: no new sessions; those that it has go on.", _ACT_CODES))
    _act(add("attach", "Put a server back.", _ACT_CODES))
    _check(add("check", "Name every problem of the settings, and say whether each endpoint answers.", _CHECK_CODES))
    add_snapshot(
        add("snapshot", "Snapshots: write one from the flight recorder, look into one, verify one.", SNAPSHOT_CODES),
        _Parser,
    )
    add_replay(add("replay", "A snapshot or a recording again: its alarms, also under other settings.", REPLAY_CODES))
    return parser.parse_args(argv)


class _Parser(argparse.ArgumentParser):
    """Answers wrong usage with one sentence instead of a page."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _run(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    add = parser.add_argument
    add("--demo", action="store_true", help="start a lab and open the window on it (no display: watch it)")
    add("--for", dest="for_s", type=_seconds, metavar="S", help="end after so many seconds (never)")
    add("--theme", choices=("dark", "light"), help="colours (those of last time)")
    add("--language", choices=("en", "ja"), help="language of the window (the system's)")
    add(
        "--screenshot",
        type=Path,
        metavar="PNG",
        help="save a picture of the window, then end; {theme} in its name: both",
    )
    add("--screenshot-when", default="", metavar="RULE=N,..", help="not before so many servers have these alarms")
    add("--screenshot-after", type=_seconds, metavar="S", help="and then so many seconds later")


def _watch(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    add = parser.add_argument
    add("--interval", type=_seconds, metavar="S", help="seconds between polls (from the settings)")
    add("--for", dest="for_s", type=_seconds, metavar="S", help="end after so many seconds (never)")
    add("--json", action="store_true", help="NDJSON of schema 1 instead of text")
    add(
        "--on-alarm",
        default="",
        metavar="CMD",
        help="run CMD, without a shell, at each alarm change; its JSON on stdin",
    )
    add("--record", action="store_true", help="keep every poll in the flight recorder, as the window does")
    add("--heartbeat", type=Path, metavar="FILE", help="touch FILE at each poll")


def _act(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("server", metavar="ID", help="as the balancer lists it")
    _target(parser)
    add("--reason", required=True, type=_text(500), metavar="R", help="why; the balancer and the journal keep it")
    add("--operator", type=_text(100), metavar="N", help="who (from the settings, else the user of this machine)")
    add("--wait", dest="wait_s", type=_seconds, default=30.0, metavar="S", help="seconds for the proof (30)")
    add("--json", action="store_true", help="NDJSON of schema 1 instead of text")


def _check(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    parser.add_argument("--print-default", action="store_true", help="write the documented default settings and end")


def _target(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--config", type=Path, metavar="F", help="settings file (the user's own, where there is one)")
    # A token of the user's own settings belongs to their balancer: another URL starts from the defaults.
    where.add_argument("--url", metavar="U", help="base address of the balancer, with default settings")
    parser.add_argument("--token-env", metavar="NAME", help="environment variable that holds the bearer token")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def _text(most: int) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if not 1 <= len(text.strip()) <= most:
            raise argparse.ArgumentTypeError(f"1 to {most} characters are wanted")
        return text.strip()

    return checked
