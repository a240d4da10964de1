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
from console.detect.announce import AnnounceSettings
from console.domain.errors import BadAnswer, Busy, ConsoleError, DeadlinePassed
from console.engine.assemble import SECTIONS, assemble, endpoint, os_user, source
from console.engine.recording import recorder_file
from console.engine.thread import EngineThread
from console.lab import LabOptions
from console.lab.process import start_lab
from console.lab.story.apply import applied
from console.net import Url
from console.settings import BalancerSettings, ConsoleSettings, Settings, load

if TYPE_CHECKING:
    from console.app import Capture, Fleet

_TRIES: Final = 3
"""A balancer under load may miss one deadline; an address where nothing listens is known at once."""


def open_window(arguments: argparse.Namespace, settings: Settings, demo: LabOptions | None = None) -> int:
    """Opens the window, on a lab of its own with `demo`; returns its exit code. Raises ConsoleError where Qt cannot be loaded."""
    try:
        with loading():
            from console.app import run_window
    except ImportError as error:
        # A system library that Qt needs; its name is in the error, as in `libEGL.so.1: cannot open shared object file`.
        raise ConsoleError(f"The window cannot open: {error}. `make deps` installs what Qt needs.") from error
    path, capture = settings.path, _capture(arguments)
    named = settings.of(BalancerSettings).url is not None
    first = live_fleet(settings) if named and demo is None else None
    return run_window(
        first,
        connect=lambda url, cancelled: reached_fleet(url, path, cancelled),
        start_lab=functools.partial(lab_fleet, demo),
        begin_with_lab=demo is not None,
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


def lab_fleet(options: LabOptions | None, cancelled: threading.Event) -> Fleet:
    """Starts a lab that plays the demo, or what the options say; it ends with the fleet. Blocks until it is up or `cancelled` is set."""
    lab = start_lab(applied(options or LabOptions(demo=True)), cancelled=cancelled)
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
        engine=_engine_of(settings, lasting=not more.get("lab", False)),
        environment=environment,
        operator=console.operator or os_user(),
        settings=settings.plain(),
        announce=settings.of(AnnounceSettings),
        snapshots=_snapshots(console),
        recording=None if more.get("lab", False) else recorder_file(settings),
        **more,
    )


def _engine_of(settings: Settings, *, lasting: bool) -> Callable[[], EngineThread]:
    """`lasting`: with its flight recorder, and with what was acknowledged, shelved and noted; a lab leaves nothing behind."""
    return lambda: EngineThread(lambda: assemble(settings, remembering=lasting, record=lasting, foreseeing=True))


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
