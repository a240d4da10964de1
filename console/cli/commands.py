"""One function per subcommand: settings in, exit code out. Nothing here imports Qt except `run`, when a window opens."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import sys
from typing import TYPE_CHECKING

from console.cli.display import why_no_window
from console.cli.loading import loading
from console.domain.errors import ConsoleError, JournalError, SettingsError

if TYPE_CHECKING:
    from console.lab import LabOptions
    from console.settings import Settings


def run(arguments: argparse.Namespace) -> int:
    """The window, on the settings' balancer, on a lab of its own (`--demo`), or its connect screen."""
    if arguments.demo and (arguments.config or arguments.url or arguments.token_env):
        raise SettingsError("--demo brings its own balancer.", remedy="Leave out --config, --url and --token-env.")
    if not arguments.demo and (arguments.scenario or arguments.speed):
        raise SettingsError("--scenario and --speed are for the lab of --demo.", remedy="Add --demo.")
    lab = _demo_lab(arguments) if arguments.demo else None
    reason = why_no_window(os.environ)
    if reason is not None and lab is None:
        raise ConsoleError(f"{reason} `dsr-console watch` works without one.")
    if reason is not None and lab is not None:
        from console.cli.demo import demo_in_terminal
        from console.engine.headless import tell

        tell(f"{reason} So the lab runs here with `watch` instead of the window; Ctrl+C ends both.")
        return demo_in_terminal(lab, arguments.for_s)
    with loading():
        settings = load_settings(arguments, or_before=True)
        from console.cli.window import open_window

    return open_window(arguments, settings, lab)


def lab(arguments: argparse.Namespace) -> int:
    """A lab in this process, until it is told to end."""
    from console.lab import serve
    from console.lab.options import from_args

    return serve(from_args(arguments))


def say(arguments: argparse.Namespace) -> int:
    """One client's session at a front door."""
    from console.lab.client.say import SayOptions
    from console.lab.client.say import say as run_say

    return run_say(
        SayOptions(
            file=arguments.file,
            url=arguments.url,
            format=arguments.format,
            engine=arguments.engine,
            key_env=arguments.key_env,
            http=arguments.http,
            pace=arguments.pace,
            timeout_s=arguments.timeout_s,
        )
    )


def drill(arguments: argparse.Namespace) -> int:
    """A scenario with an actor, and the scoreboard."""
    from console.lab.drill.command import DrillOptions
    from console.lab.drill.command import drill as run_drill

    return run_drill(
        DrillOptions(
            scenario=arguments.scenario,
            actor=arguments.actor,
            live=arguments.live,
            seed=arguments.seed,
            seeds=arguments.seeds,
            speed=arguments.speed,
            every=arguments.all,
            json=arguments.json,
            write=arguments.write,
            words=tuple(arguments.words),
        )
    )


def watch(arguments: argparse.Namespace) -> int:
    """Frames and alarms as lines."""
    from console.cli.tokens import ask_for_token
    from console.engine.assemble import assemble
    from console.engine.headless import tell
    from console.engine.watch import WatchOptions
    from console.engine.watch import watch as run_watch
    from console.settings import BalancerSettings

    on_alarm = _words("--on-alarm", arguments.on_alarm)
    settings = load_settings(arguments, interval_s=arguments.interval, or_before=True)
    options = WatchOptions(
        for_s=arguments.for_s,
        json=arguments.json,
        on_alarm=on_alarm,
        heartbeat=arguments.heartbeat,
        hidden_variable=settings.of(BalancerSettings).token_env,
    )

    typed = ask_for_token(settings)

    async def work() -> int:
        return await run_watch(assemble(settings, watching=True, record=arguments.record, typed=typed), options, tell)

    return asyncio.run(work())


def detach(arguments: argparse.Namespace) -> int:
    """One detach with its proof; or what came of the site's own command, which sends nothing."""
    if arguments.by_hand is not None:
        from console.cli.byhand import by_hand

        return by_hand(arguments, load_settings(arguments))
    return _act(arguments, "detach")


def reapply(arguments: argparse.Namespace) -> int:
    """A detach of ours that the balancer has forgotten, asked for again, with its proof."""
    return _act(arguments, "reapply")


def attach(arguments: argparse.Namespace) -> int:
    """One attach with its proof."""
    return _act(arguments, "attach")


def cut(arguments: argparse.Namespace) -> int:
    """One cut with its proof."""
    return _act(arguments, "cut")


def audit(arguments: argparse.Namespace) -> int:
    """The record of every action."""
    from console.cli.audit import audit as run_audit

    return run_audit(arguments, load_settings(arguments))


def token(arguments: argparse.Namespace) -> int:
    """The balancer's token in the keyring."""
    from console.cli.tokens import token as run_token

    return run_token(arguments, load_settings(arguments))


def check(arguments: argparse.Namespace) -> int:
    """The settings' problems (SettingsError names them all), then every endpoint."""
    from console.cli.tokens import ask_for_token
    from console.engine.assemble import SECTIONS, endpoint, source
    from console.engine.check import check_endpoints
    from console.net import ControlClient
    from console.settings import default_text

    if arguments.print_default:
        sys.stdout.write(default_text(SECTIONS))
        return 0
    settings = load_settings(arguments)
    sys.stdout.write(f"ok     settings: {settings.path or 'defaults'}\n")
    target = endpoint(settings, ask_for_token(settings))

    async def work() -> int:
        return await check_endpoints(source(settings, target), ControlClient(target))

    return asyncio.run(work())


def alarms(arguments: argparse.Namespace) -> int:
    """The newest day of alarms of this balancer against the bands of EEMUA 191 and ISA-18.2."""
    from console.detect.performance import as_lines, as_plain, as_table, performance
    from console.domain.clock import MachineClock
    from console.engine.headless import tell
    from console.record.state import StateFile
    from console.settings import BalancerSettings, ConsoleSettings, state_path

    settings = load_settings(arguments)
    url = settings.of(BalancerSettings).url
    if url is None:
        raise SettingsError("no balancer is named.", remedy="Give --url http://HOST:PORT, or a settings file with one.")
    path = state_path(settings.of(ConsoleSettings))
    if not path.exists():
        raise ConsoleError(f"Nothing is kept in {path} yet: the window keeps it while it runs on this balancer.")
    file = StateFile(path)
    try:
        memory = file.load(url)
    finally:
        file.close()
    if file.remark is not None:
        tell(file.remark)
    if memory.saved_wall_s is None:
        raise ConsoleError(f"Nothing is kept of {url}: the window keeps it while it runs on this balancer.")
    found = performance(memory.raisings, memory.cycles, MachineClock().wall())
    if arguments.json:
        sys.stdout.write(f"{json.dumps(as_plain(found), allow_nan=False)}\n")
    else:
        sys.stdout.write(as_table(found) if arguments.csv else as_lines(found))
    return 0


def snapshot(arguments: argparse.Namespace) -> int:
    """Snapshots without a window."""
    from console.cli import snapshots

    return snapshots.snapshot(arguments)


def replay(arguments: argparse.Namespace) -> int:
    """A recording again."""
    from console.cli import snapshots

    return snapshots.replay(arguments)


def load_settings(
    arguments: argparse.Namespace, interval_s: float | None = None, *, or_before: bool = False
) -> Settings:
    """The settings that the flags name, checked, with the log set up as they say.

    `or_before`: whoever only watches, or shows it all the time, goes on with the version before where the file is broken.
    """
    from console.engine.assemble import SECTIONS
    from console.settings import ConsoleSettings, default_path, load, load_or_before
    from console.settings.redaction import set_up_logging

    path, url = arguments.config, getattr(arguments, "url", None)  # `audit` knows no balancer
    token_env = getattr(arguments, "token_env", None)
    if path is None and url is None and default_path().is_file():
        path = default_path()
    balancer: dict[str, object] = {}
    if url is not None:
        balancer["url"] = url
    if token_env is not None:
        balancer |= {"token_env": token_env, "token_file": None, "token_keyring": False}
    poll: dict[str, object] = {} if interval_s is None else {"interval_s": interval_s}
    settings = (load_or_before if or_before else load)(path, SECTIONS, {"balancer": balancer, "poll": poll})
    if settings.remark is not None:
        from console.engine.headless import tell

        tell(settings.remark)
    console = settings.of(ConsoleSettings)
    set_up_logging(console.log_level, console.log_file)
    return settings


def _demo_lab(arguments: argparse.Namespace) -> LabOptions:
    """The lab of `run --demo`. Raises SettingsError for a wrong scenario before anything starts."""
    from console.lab import LabOptions
    from console.lab.story.apply import applied

    return applied(LabOptions(demo=True, scenario=arguments.scenario, speed=arguments.speed))


def _act(arguments: argparse.Namespace, word: str) -> int:
    from console.cli.tokens import ask_for_token
    from console.domain.command import Command
    from console.domain.safety import Consent
    from console.domain.states import Verb
    from console.engine.assemble import assemble, os_user
    from console.engine.command import CommandOptions, command
    from console.engine.exits import Exit
    from console.engine.headless import tell
    from console.settings import ConsoleSettings

    more = tuple(getattr(arguments, "more", ()))  # `cut` knows no plan, and nobody goes past its gates
    if more and not arguments.plan:
        raise SettingsError(
            "more than one server is named.",
            where="command line",
            remedy="Give --plan for one action of several steps.",
        )
    settings = load_settings(arguments)
    asked = Command(
        Verb.DETACH if word == "reapply" else Verb(word),
        arguments.server,
        arguments.reason or "",
        arguments.operator or settings.of(ConsoleSettings).operator or os_user(),
        Consent(
            getattr(arguments, "hold_reason", None),
            getattr(arguments, "break_glass", None),
            getattr(arguments, "count", None),
            getattr(arguments, "review_s", None),
        ),
        more=more,
    )
    options = CommandOptions(
        asked,
        wait_s=arguments.wait_s,
        json=arguments.json,
        arm=arguments.arm,
        plan=getattr(arguments, "plan", False),
        again=word == "reapply",
    )

    typed = ask_for_token(settings)

    async def work() -> int:
        try:
            engine = assemble(settings, typed=typed)
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
