"""`snapshot export | info | verify | report` and `replay`: flags and functions. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from console.cli.reports import add_report, report
from console.domain.errors import ConsoleError, SettingsError

if TYPE_CHECKING:
    from console.record.recorder import Stretch

_SUFFIX: Final = ".dsrsnap"
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SNAPSHOT_CODES: Final = "Exit codes: 0 done (verify: intact), 1 not intact or not readable, 2 usage or settings."
REPLAY_CODES: Final = "Exit codes: 0 replayed, 1 the file cannot be read, 2 usage or settings."

Add = Callable[..., argparse.ArgumentParser]


def add_snapshot(parser: argparse.ArgumentParser, kind: type[argparse.ArgumentParser]) -> None:
    """Flags of `snapshot`."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=kind)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return what.add_parser(name, help=summary, description=summary, epilog=SNAPSHOT_CODES, allow_abbrev=False)

    export = add("export", "Write a snapshot from the flight recorder; no console needs to run.")
    export.add_argument("--out", type=Path, required=True, metavar="F", help="file to write (.dsrsnap)")
    export.add_argument("--redact", action="store_true", help="pseudonyms for servers, addresses and people")
    _window(export)
    _recorder(export)
    info = add("info", "What a snapshot holds.")
    info.add_argument("file", type=Path, metavar="F")
    info.add_argument("--json", action="store_true", help="one JSON object instead of text")
    verify = add("verify", "Whether a snapshot is as it was written; names the first member that is not.")
    verify.add_argument("file", type=Path, metavar="F")
    told = add("report", "The incident report, drafted from the facts, each sentence with its evidence.")
    add_report(told)
    _window(told)


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Flags of `replay`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a snapshot, or the flight recorder's file")
    parser.add_argument("--headless", action="store_true", help="no window: alarms as lines, then a summary")
    parser.add_argument("--json", action="store_true", help="NDJSON of schema 1 instead of text")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="changes",
        metavar="RULE.KEY=VALUE",
        help="judge with another setting, or balancer.algorithm: what would have fired, and when (may be given again)",
    )
    _window(parser)
    parser.add_argument("--theme", choices=("dark", "light"), help="colours of the window (those of last time)")
    parser.add_argument("--language", choices=("en", "ja"), help="language of the window (the system's)")
    parser.add_argument("--for", dest="for_s", type=_duration, metavar="T", help="close the window after so long")
    parser.add_argument("--screenshot", type=Path, metavar="PNG", help="save a picture of the window, then end")
    parser.add_argument("--at", type=_moment, metavar="TIME", help="the moment of the picture, ISO 8601 (the end)")
    parser.add_argument(
        "--panel", action="append", default=[], choices=("compare", "what-if"), help="open it for the picture"
    )


def snapshot(arguments: argparse.Namespace) -> int:
    """`snapshot export | info | verify | report`."""
    return {"export": _export, "info": _info, "verify": _verify, "report": _report}[arguments.what](arguments)


def replay(arguments: argparse.Namespace) -> int:
    """The recording in a window; headless its alarms, found again, held against those that were recorded."""
    if not arguments.headless:
        return _replay_window(arguments)
    from console.cli.algorithms import algorithm_of, replay_with
    from console.engine.counterfactual import parse_changes
    from console.engine.judging import Judging
    from console.engine.lines import alarm_line, as_json, as_text

    if (algorithm := algorithm_of(arguments.changes)) is not None:
        _with_stretch(arguments.file, arguments, lambda stretch: replay_with(stretch, algorithm, arguments.json))
        return 0
    changed = parse_changes(arguments.changes)

    def work(stretch: Stretch) -> None:
        judging = Judging(stretch, changed)
        judging.run()
        form = as_json if arguments.json else as_text
        for wall_s, alarm in judging.found.changes:
            _say(form(alarm_line(alarm, wall_s)))
        told = judging.told()
        if arguments.json:
            _say(as_json(told))
            return
        for entry in told["alarms"]:
            _say(_visible(entry["sentence"]))
        _say(_verdict(told))

    _with_stretch(arguments.file, arguments, work)
    return 0


def _replay_window(arguments: argparse.Namespace) -> int:
    if arguments.changes or arguments.json:
        raise SettingsError(
            "--set and --json are for --headless.", where="command line", remedy="Add --headless, or leave them out."
        )
    from console.cli.display import why_no_window
    from console.cli.loading import loading

    if (reason := why_no_window(os.environ)) is not None:
        raise ConsoleError(f"{reason} `replay --headless` works without one.")
    try:
        with loading():
            from console.app.replaymain import ReplayPicture, run_replay
            from console.app.replays import Recorded
    except ImportError as error:
        raise ConsoleError(f"The window cannot open: {error}. `make deps` installs what Qt needs.") from error
    from console.engine.assemble import os_user
    from console.engine.opening import opened
    from console.record import signer
    from console.settings import state_folder

    until, last = arguments.until, arguments.last
    picture = None
    if arguments.screenshot is not None:
        picture = ReplayPicture(arguments.screenshot, arguments.at, panels=tuple(arguments.panel))
    return run_replay(
        lambda: opened(arguments.file, until=until, length_s=last),
        recorded=Recorded(arguments.file, os_user()),
        snapshots=Path.cwd(),
        signer=lambda: signer(state_folder()),
        language=arguments.language,
        theme_name=arguments.theme,
        picture=picture,
        for_s=arguments.for_s,
    )


def _export(arguments: argparse.Namespace) -> int:
    import asyncio

    from console import __version__
    from console.engine.exporting import export
    from console.record import signer
    from console.settings import state_folder

    source = _recording_file(arguments)

    def work(stretch: Stretch) -> None:
        if arguments.redact:
            from console.record.redact import redacted

            stretch = redacted(stretch)
        versions = {"dsr-console": __version__, "python": platform.python_version()}
        key = signer(state_folder())
        written, carries = asyncio.run(
            export(stretch, arguments.out, product=__version__, versions=versions, signer=key)
        )
        verdict = "alarms recompute exactly" if carries["alarms_recompute"] else "alarms do not recompute exactly"
        _say(f"{written}: {carries['ticks']} polls, {verdict}")

    _with_stretch(source, arguments, work)
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from console.record.reader import OpenSnapshot

    with OpenSnapshot(arguments.file) as found:
        told: dict[str, Any] = {"file": str(arguments.file), "manifest": found.manifest}
        stretch = found.stretch()
        told["events"] = None
        if stretch is not None:
            counts: dict[str, int] = {}
            for event in stretch.events:
                counts[event.kind] = counts.get(event.kind, 0) + 1
            told["events"] = counts
        told["open_alarms"] = len(found.json("alarms.json"))
    if arguments.json:
        _say(json.dumps(told, allow_nan=False))
        return 0
    manifest: dict[str, Any] = told["manifest"]
    window: dict[str, Any] = manifest.get("window") or {}
    _say(
        _visible(
            f"{arguments.file}: format {manifest['version']}, of {manifest.get('environment')}, {manifest.get('taken_at')}"
        )
    )
    _say(
        f"{window.get('ticks')} polls, {len(manifest['members'])} members, {told['open_alarms']} alarms open at the end"
    )
    _say("it replays" if manifest.get("recording") else "it does not replay: it carries no recording")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from console.record.container import BadSnapshot
    from console.record.reader import OpenSnapshot

    try:
        with OpenSnapshot(arguments.file) as found:
            result = found.verify()
    except BadSnapshot as error:
        sys.stderr.write(
            f"dsr-console: {_visible(f'{error.member}: ' if error.member else '')}{_visible(str(error))}\n"
        )
        return 1
    signed = f"signed with the key {result.key}" if result.key else "not signed"
    _say(f"{arguments.file}: intact, {result.members} members, {signed}")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    def work(stretch: Stretch) -> None:
        said = report(stretch, arguments)
        if said:
            _say(_visible(said))

    _with_stretch(arguments.file, arguments, work)
    return 0


def _with_stretch(file: Path, arguments: argparse.Namespace, work: Callable[[Stretch], None]) -> None:
    """Opens a snapshot or a recorder's file, whichever it is, and works on the window that the flags name."""
    if file.suffix == _SUFFIX:
        from console.record.reader import OpenSnapshot

        with OpenSnapshot(file) as found:
            stretch = found.stretch()
            if stretch is None:
                raise ConsoleError(f"{file} carries no recording: it was written without a flight recorder.")
            work(stretch)
        return
    from console.record.recorder import Recording

    with Recording(file) as recording:
        span = recording.span()
        last = None if arguments.until is None else arguments.until
        end = last if last is not None else (span[1] if span else None)
        first = None if arguments.last is None or end is None else end - arguments.last
        work(recording.stretch(first, last))


def _recording_file(arguments: argparse.Namespace) -> Path:
    """The file named, or that of the settings' balancer, or the only one there is."""
    if arguments.recorder is not None:
        return arguments.recorder
    from console.cli.commands import load_settings
    from console.engine.recording import recorder_file, recorder_folder
    from console.settings import BalancerSettings

    settings = load_settings(arguments)
    if settings.of(BalancerSettings).url is not None:
        return recorder_file(settings)
    found = sorted(recorder_folder(settings).glob("*.dsrrec"))
    if len(found) != 1:
        where = recorder_folder(settings)
        raise SettingsError(
            f"{where} holds {len(found)} recordings.",
            where="command line",
            remedy="Name the balancer with --url, or the file with --recorder.",
        )
    return found[0]


def _window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--last", type=_duration, metavar="T", help="only the newest so long: 90s, 15m, 2h, 1d")
    parser.add_argument("--until", type=_moment, metavar="TIME", help="the window's end, ISO 8601 (the newest poll)")


def _recorder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recorder", type=Path, metavar="F", help="the flight recorder's file (that of the balancer)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--config", type=Path, metavar="F", help="settings file (the user's own, where there is one)")
    where.add_argument("--url", metavar="U", help="base address of the balancer, with default settings")
    parser.set_defaults(token_env=None)


def _duration(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    seconds = float(found[1]) * _UNITS[found[2] or "s"] if found else 0.0
    if not 0 < seconds <= 3.2e8:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time such as 90s, 15m, 2h or 1d")
    return seconds


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2025-01-21T09:12:00+09:00") from None


def _verdict(told: dict[str, Any]) -> str:
    if told["set"]:
        return (
            f"{told['polls']} polls judged with {', '.join(f'{name}={value}' for name, value in told['set'].items())}."
        )
    if told["identical"]:
        return f"{told['polls']} polls: every alarm recomputed as it was recorded."
    return f"{told['polls']} polls: the alarms differ from the recorded ones" + (
        "." if told["exact"] else ", because the detectors had to warm up: no state of theirs was kept."
    )


def _visible(text: str) -> str:
    from console.engine.lines import visible

    return visible(text)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
