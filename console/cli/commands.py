"""One function per subcommand: settings in, exit code out. Nothing here imports Qt except `run`, when a window opens."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import sys
from typing import TYPE_CHECKING

from console.cli.display import why_no_window
from console.domain.errors import ConsoleError, JournalError, SettingsError

if TYPE_CHECKING:
    from console.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """The window, on the settings' balancer, on a lab of its own (`--demo`), or its connect screen."""
    if arguments.demo and (arguments.config or arguments.url or arguments.token_env):
        raise SettingsError("--demo brings its own balancer.", remedy="Leave out --config, --url and --token-env.")
    reason = why_no_window(os.environ)
    if reason is not None and not arguments.demo:
        raise ConsoleError(f"{reason} `dsr-console watch` works without one.")
    if reason is not None:
        from console.cli.demo import demo_in_terminal
        from console.engine.headless import tell

        tell(f"{reason} So the lab runs here with `watch` instead of the window; Ctrl+C ends both.")
        return demo_in_terminal(arguments.for_s)
    settings = load_settings(arguments)
    from console.cli.window import open_window

    return open_window(arguments, settings, demo=arguments.demo)


def lab(arguments: argparse.Namespace) -> int:
    """A lab in this process, until it is told to end."""
    from console.lab import serve
    from console.lab.options import from_args

    return serve(from_args(arguments))


def watch(arguments: argparse.Namespace) -> int:
    """Frames and alarms as lines."""
    from console.engine.assemble import assemble
    from console.engine.headless import tell
    from console.engine.watch import WatchOptions
    from console.engine.watch import watch as run_watch
    from console.settings import BalancerSettings

    on_alarm = _words("--on-alarm", arguments.on_alarm)
    settings = load_settings(arguments, interval_s=arguments.interval)
    options = WatchOptions(
        for_s=arguments.for_s,
        json=arguments.json,
        on_alarm=on_alarm,
        heartbeat=arguments.heartbeat,
        hidden_variable=settings.of(BalancerSettings).token_env,
    )

    async def work() -> int:
        return await run_watch(assemble(settings, watching=True, record=arguments.record), options, tell)

    return asyncio.run(work())


def detach(arguments: argparse.Namespace) -> int:
    """One detach with its proof."""
    return _act(arguments, "detach")


def attach(arguments: argparse.Namespace) -> int:
    """One attach with its proof."""
    return _act(arguments, "attach")


def check(arguments: argparse.Namespace) -> int:
    """The settings' problems (SettingsError names them all), then every endpoint."""
    from console.engine.assemble import SECTIONS, endpoint, source
    from console.engine.check import check_endpoints
    from console.net import ControlClient
    from console.settings import default_text

    if arguments.print_default:
        sys.stdout.write(default_text(SECTIONS))
        return 0
    settings = load_settings(arguments)
    sys.stdout.write(f"ok     settings: {settings.path or 'defaults'}\n")
    target = endpoint(settings)

    async def work() -> int:
        return await check_endpoints(source(settings, target), ControlClient(target))

    return asyncio.run(work())


def snapshot(arguments: argparse.Namespace) -> int:
    """Snapshots without a window."""
    from console.cli import snapshots

    return snapshots.snapshot(arguments)


def replay(arguments: argparse.Namespace) -> int:
    """A recording again."""
    from console.cli import snapshots

    return snapshots.replay(arguments)


def load_settings(arguments: argparse.Namespace, interval_s: float | None = None) -> Settings:
    """The settings that the flags name, checked, with the log set up as they say."""
    from console.engine.assemble import SECTIONS
    from console.settings import ConsoleSettings, default_path, load
    from console.settings.redaction import set_up_logging

    path = arguments.config
    if path is None and arguments.url is None and default_path().is_file():
        path = default_path()
    balancer: dict[str, object] = {}
    if arguments.url is not None:
        balancer["url"] = arguments.url
    if arguments.token_env is not None:
        balancer |= {"token_env": arguments.token_env, "token_file": None}
    poll: dict[str, object] = {} if interval_s is None else {"interval_s": interval_s}
    settings = load(path, SECTIONS, {"balancer": balancer, "poll": poll})
    console = settings.of(ConsoleSettings)
    set_up_logging(console.log_level, console.log_file)
    return settings


def _act(arguments: argparse.Namespace, word: str) -> int:
    from console.domain.states import Verb
    from console.engine.assemble import assemble, os_user
    from console.engine.command import CommandOptions, command
    from console.engine.exits import Exit
    from console.engine.headless import tell
    from console.settings import ConsoleSettings

    settings = load_settings(arguments)
    options = CommandOptions(
        verb=Verb(word),
        server=arguments.server,
        reason=arguments.reason,
        operator=arguments.operator or settings.of(ConsoleSettings).operator or os_user(),
        wait_s=arguments.wait_s,
        json=arguments.json,
    )

    async def work() -> int:
        try:
            engine = assemble(settings)
        except JournalError as error:
            tell(f"nothing was sent: {error}")
            return Exit.REFUSED
        return await command(engine, options, tell)

    return asyncio.run(work())


def _words(flag: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise SettingsError(f"{flag}: {error}.", where="command line", remedy="Mind the quotes.") from None
