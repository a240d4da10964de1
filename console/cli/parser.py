"""The flags of every subcommand. Imports nothing heavy: `--help` and a wrong flag answer at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from typing_extensions import override

from console import __version__
from console.cli.snapshots import REPLAY_CODES, SNAPSHOT_CODES, add_replay, add_snapshot
from console.domain.review import MOST_REVIEW_S
from console.lab.options import add_arguments

_DESCRIPTION: Final = "Truth against belief for speech-recognition fleets: see the hot server, detach it, prove it."
_WATCH_CODES: Final = "Exit codes: 0 done, 2 usage or settings, 6 the balancer was never reached."
_ACT_CODES: Final = (
    "Exit codes: 0 effective (attach: succeeded), 2 usage or settings, 3 refused by the console, 4 refused by the balancer,"
    " 5 outcome unknown or not effective in time."
)
_ALARMS_CODES: Final = "Exit codes: 0 done, 1 nothing is kept or it cannot be read, 2 usage or settings."
_AUDIT_CODES: Final = (
    "Exit codes: 0 good, 1 the file was changed (the first bad line is named) or cannot be read, 2 usage or settings."
)
_TOKEN_CODES: Final = (
    "Exit codes: 0 done (where: a token is there), 1 the keyring cannot be used, or no token is there, 2 usage."
)
_CHECK_CODES: Final = (
    "Exit codes: 0 good, 2 problems in the settings, 6 the balancer or all of its servers do not answer."
)


_SAY_CODES: Final = "Exit codes: 0 complete, 2 usage, 4 refused (the text says why), 5 cut or partial."


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The flags; `command` is the subcommand. Wrong usage ends the process with 2 and one sentence."""
    parser = _Parser("dsr-console", description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"dsr-console {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, summary: str, codes: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, epilog=codes, allow_abbrev=False)

    _run(add("run", "Open the window; without settings it asks for a balancer."))
    add_arguments(add("lab", "A real fleet on loopback: balancer, servers, load and faults."))
    _drill(add("drill", "Play a scenario with an actor, in virtual time or live, and print the scoreboard."))
    _watch(add("watch", "Frames and alarms as lines, without a window.", _WATCH_CODES))
    _detach(add("detach", "Take a server out: no new sessions; those that it has go on.", _ACT_CODES))
    _reapply(add("reapply", "Ask again for a detach of ours that the balancer has forgotten.", _ACT_CODES))
    _act(add("attach", "Put a server back.", _ACT_CODES))
    _cut(
        add(
            "cut",
            "End the sessions of a detached server at once: its clients lose them. A lead's, where the balancer has it.",
            _ACT_CODES,
        )
    )
    _audit(add("audit", "The record of every action: where it is, what it says, whether it was changed.", _AUDIT_CODES))
    _token(
        add(
            "token",
            "The balancer's token in this user's keyring: put it there, remove it, see who gives it.",
            _TOKEN_CODES,
        )
    )
    _check(add("check", "Name every problem of the settings, and say whether each endpoint answers.", _CHECK_CODES))
    _alarms(add("alarms", "Figures of the alarms themselves, from what the window kept.", _ALARMS_CODES))
    _say(add("say", "Speak for one client of a front door: a WAV file in, events and results out.", _SAY_CODES))
    add_snapshot(
        add("snapshot", "Snapshots: write one from the flight recorder, look into one, verify one.", SNAPSHOT_CODES),
        _Parser,
    )
    add_replay(add("replay", "A snapshot or a recording again: its alarms, also under other settings.", REPLAY_CODES))
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = parser.parse_args(_joined(words))
    if arguments.command == "detach" and arguments.reason is None and arguments.by_hand is None:
        parser.error("the following arguments are required: --reason")
    arguments.words = words
    return arguments


def _joined(argv: Sequence[str]) -> list[str]:
    """`--engine -a-general` as `--engine=-a-general`: names of engines begin with a dash, which argparse takes for a flag."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] == "--engine" and word.startswith("-") and not word.startswith("--"):
            words[-1] = f"--engine={word}"
        else:
            words.append(word)
    return words


class _Parser(argparse.ArgumentParser):
    """Answers wrong usage with one sentence instead of a page."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _run(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    add = parser.add_argument
    add("--demo", action="store_true", help="start a lab and open the window on it (no display: watch it)")
    add("--scenario", metavar="NAME|FILE", help="with --demo: the lab plays this one (demo)")
    add("--speed", type=_speed, metavar="N", help="with --demo: speed of the scenario's time-lapse (its own)")
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


def _drill(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("scenario", nargs="?", metavar="SCENARIO", help="name or file; without one, --all plays each of the product's")
    add("--actor", default="none", metavar="WHO", help="none, console, or algorithm:NAME (none)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--sim", action="store_true", help="in virtual time (so it is without --live)")
    way.add_argument("--live", action="store_true", help="on a lab of its own; lasts as long as the scenario")
    add("--seed", type=_count, default=1, metavar="N", help="first seed (1)")
    add("--seeds", type=_count, default=1, metavar="N", help="how many seeds, one run each (1)")
    add("--speed", type=_speed, metavar="N", help="of the time-lapse (the scenario's own)")
    add("--all", action="store_true", help="every actor: none, console and each algorithm")
    add("--json", action="store_true", help="one JSON object a run, of schema drill/1")
    add("--write", type=Path, metavar="FILE", help="write the league table there, with this command")


def _speed(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 3600")
    return value


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


def _detach(parser: argparse.ArgumentParser) -> None:
    _act(parser, reason=False)
    _review(parser)
    parser.add_argument(
        "--by-hand",
        choices=("done", "failed"),
        help="sends nothing: puts on record what came of the site's own command, where the balancer's detach was dead",
    )


def _reapply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "server", metavar="ID", help="as the balancer lists it: attached, although it was detached from here"
    )
    _target(parser)
    parser.add_argument("--reason", type=_text(500), metavar="R", help="why (as it was detached the first time)")
    _review(parser)
    _past(parser)
    _proof(parser)


def _review(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--review",
        dest="review_s",
        type=_review_time,
        metavar="T",
        help="when somebody is to look at it again: 30m, 2h, 1.5h, at most 48h (from the settings: 2h); nothing happens by itself",
    )


def _act(parser: argparse.ArgumentParser, *, reason: bool = True) -> None:
    add = parser.add_argument
    add("server", metavar="ID", help="as the balancer lists it")
    add("more", metavar="ID", nargs="*", help="further servers, of a plan")
    _target(parser)
    add("--reason", required=reason, type=_text(500), metavar="R", help="why; the balancer and the journal keep it")
    _past(parser)
    add(
        "--plan",
        action="store_true",
        help="the servers are one action: one after the other, each proved before the next",
    )
    _proof(parser)


def _past(parser: argparse.ArgumentParser) -> None:
    """What lets a request past a gate, and who asks."""
    _who(parser)
    add = parser.add_argument
    add("--hold-reason", type=_text(500), metavar="R", help="why, where a gate asks for a reason")
    add("--break-glass", type=_text(500), metavar="R", help="why, where a gate refuses and a lead goes past it")


def _who(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--operator", type=_text(100), metavar="N", help="who (from the settings, else the user of this machine)")
    add("--arm", action="store_true", help="arm this console first, where the settings ask for it")


def _proof(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--wait", dest="wait_s", type=_seconds, default=30.0, metavar="S", help="seconds for the proof (30)")
    add("--json", action="store_true", help="NDJSON of schema 1 instead of text")


def _cut(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("server", metavar="ID", help="as the balancer lists it; it must be detached")
    _target(parser)
    add("--reason", required=True, type=_text(500), metavar="R", help="why; the balancer and the journal keep it")
    add("--count", required=True, type=_count, metavar="N", help="how many sessions it holds: so many are ended")
    _who(parser)
    _proof(parser)


def _audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="F", help="settings file (the user's own, where there is one)")
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=_Parser)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return what.add_parser(name, help=summary, description=summary, epilog=_AUDIT_CODES, allow_abbrev=False)

    add("path", "Where the audit file is.")
    add("key", "The public key that its signatures are verified with.")
    show = add("show", "Its records, oldest first.")
    show.add_argument("--json", action="store_true", help="the lines as they are, NDJSON")
    show.add_argument("--last", type=_count, metavar="N", help="the newest N only")
    verify = add("verify", "Whether a line was changed, added, removed or cut.")
    verify.add_argument("--file", type=Path, metavar="F", help="another audit file, on its own")
    verify.add_argument("--head", metavar="HASH", help="a head that was noted elsewhere: it must be in the file")
    verify.add_argument("--key", type=Path, metavar="F", help="public key of whoever wrote it (this user's own)")


def _token(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=_Parser)
    for name, summary in (
        ("set", "Keep a token: typed at the prompt, or the first line of stdin."),
        ("forget", "Remove it from the keyring."),
        ("where", "The sources that the settings name, and which of them gives a token now."),
    ):
        one = what.add_parser(name, help=summary, description=summary, epilog=_TOKEN_CODES, allow_abbrev=False)
        where = one.add_mutually_exclusive_group()
        where.add_argument(
            "--config", type=Path, metavar="F", help="settings file (the user's own, where there is one)"
        )
        where.add_argument("--url", metavar="U", help="base address of the balancer")


def _check(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    parser.add_argument("--print-default", action="store_true", help="write the documented default settings and end")


def _say(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="a WAV file, or bare samples with --format")
    add("--url", required=True, metavar="U", help="the front door, as ws://127.0.0.1:PORT")
    add("--format", metavar="F", help="audio format, as 8K, 16K or LSB8K (what the header of a WAV file says)")
    add("--engine", default="-a-general", metavar="E", help="connection engine (-a-general)")
    add("--key-env", metavar="NAME", help="environment variable that holds the app key (the lab's own key)")
    add("--http", action="store_true", help="the synchronous HTTP interface instead of WebSocket")
    add("--pace", type=_pace, default=1.0, metavar="X", help="times as fast as it was spoken; 0: at once (1)")
    add("--timeout", dest="timeout_s", type=_seconds, default=30.0, metavar="S", help="longest wait for an answer (30)")


def _alarms(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object instead of text")
    form.add_argument("--csv", action="store_true", help="a table instead of text")


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


def _review_time(text: str) -> float:
    """`90m`, `2h`; a plain number is hours."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in ("m", "h") else (text, "h")
    try:
        seconds = float(number) * {"m": 60.0, "h": 3600.0}[unit]
    except ValueError:
        seconds = 0.0
    if not 60.0 <= seconds <= MOST_REVIEW_S:
        raise argparse.ArgumentTypeError(f"{text!r} is no time from 1m to {MOST_REVIEW_S / 3600:.0f}h, as 30m or 2h")
    return seconds


def _pace(text: str) -> float:
    return 0.0 if text == "0" else _seconds(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _text(most: int) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if not 1 <= len(text.strip()) <= most:
            raise argparse.ArgumentTypeError(f"1 to {most} characters are wanted")
        return text.strip()

    return checked
