"""`run` with a window: fleets for it from settings, from an address that the operator types, or from a lab of its own."""

from __future__ import annotations

import argparse
import asyncio
import functools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from console.cli.loading import loading
from console.cli.story import ask_guide
from console.domain.errors import BadAnswer, Busy, ConsoleError, DeadlinePassed
from console.engine.assemble import SECTIONS, assemble, endpoint, os_user, source
from console.engine.thread import EngineThread
from console.lab import LabOptions
from console.lab.process import start_lab
from console.net import Url
from console.settings import BalancerSettings, ConsoleSettings, Settings, load

if TYPE_CHECKING:
    from console.app import Capture, Fleet

_TRIES: Final = 3
"""A balancer under load may miss one deadline; an address where nothing listens is known at once."""


def open_window(arguments: argparse.Namespace, settings: Settings, *, demo: bool = False) -> int:
    """Opens the window and returns its exit code. Raises ConsoleError where Qt cannot be loaded."""
    try:
        with loading():
            from console.app import run_window
    except ImportError as error:
        # A system library that Qt needs; its name is in the error, as in `libEGL.so.1: cannot open shared object file`.
        raise ConsoleError(f"The window cannot open: {error}. `make deps` installs what Qt needs.") from error
    path, capture = settings.path, _capture(arguments)
    named = settings.of(BalancerSettings).url is not None
    first = live_fleet(settings) if named and not demo else None
    return run_window(
        first,
        connect=lambda url, cancelled: reached_fleet(url, path, cancelled),
        start_lab=lab_fleet,
        begin_with_lab=demo,
        language=arguments.language,
        theme_name=arguments.theme,
        capture=capture,
        for_s=arguments.for_s,
    )


def live_fleet(settings: Settings) -> Fleet:
    """The settings' balancer."""
    url = settings.of(BalancerSettings).url or ""
    return _fleet(settings, settings.of(BalancerSettings).environment or url.partition("://")[2])


def reached_fleet(url: str, path: Path | None, cancelled: threading.Event) -> Fleet:
    """The balancer at an address that somebody typed, once it has answered as one (blocking).

    Raises ConsoleError with the reason: no address, nothing there, no balancer, a token refused. One that is only overloaded is opened.
    """
    try:
        Url.parse(url)
    except ValueError as error:
        raise ConsoleError(
            f"This is no address of a balancer: {error} Write http://HOST:PORT or https://HOST:PORT."
        ) from None
    settings = load(path, SECTIONS, {"balancer": {"url": url}})
    asyncio.run(_ask(settings, cancelled))
    return live_fleet(settings)


async def _ask(settings: Settings, cancelled: threading.Event) -> None:
    """Reads the fleet once, in a few tries. Raises what the last of them met."""
    reader = source(settings, endpoint(settings))
    try:
        for left in reversed(range(_TRIES)):
            try:
                await reader.fleet()
            except Busy:
                return
            except DeadlinePassed:
                if not left or cancelled.is_set():
                    raise
            except BadAnswer as error:
                place = endpoint(settings).parts.authority
                raise ConsoleError(f"{place} is no balancer that the console can read: {error}") from error
            else:
                return
    finally:
        await reader.close()


def lab_fleet(cancelled: threading.Event) -> Fleet:
    """Starts a lab that plays the demo; it ends with the fleet. Blocks until the lab is up or `cancelled` is set."""
    lab = start_lab(LabOptions(demo=True), cancelled=cancelled)
    try:
        settings = load(None, SECTIONS, {"balancer": {"url": lab.dsrm_url}})
        return _fleet(settings, "lab", lab=True, guide=functools.partial(ask_guide, lab.lab_url), close=lab.stop)
    except BaseException:
        lab.stop()
        raise


def _fleet(settings: Settings, environment: str, **more: Any) -> Fleet:
    from console.app import Fleet

    console = settings.of(ConsoleSettings)
    return Fleet(
        engine=_engine_of(settings),
        environment=environment,
        operator=console.operator or os_user(),
        settings=settings.plain(),
        snapshots=_snapshots(console),
        **more,
    )


def _engine_of(settings: Settings) -> Callable[[], EngineThread]:
    return lambda: EngineThread(lambda: assemble(settings))


def _snapshots(console: ConsoleSettings) -> Path:
    if console.snapshot_folder is not None:
        return Path(console.snapshot_folder).expanduser()
    documents = platformdirs.user_documents_path()
    return documents if documents.is_dir() else Path.home()


def _capture(arguments: argparse.Namespace) -> Capture | None:
    if arguments.screenshot is None:
        return None
    from console.app import Capture, conditions

    return Capture(arguments.screenshot, arguments.screenshot_after or 0.0, conditions(arguments.screenshot_when))
