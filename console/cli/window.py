"""`run` with a window: fleets for it from settings, from an address that the operator types, or from a lab of its own."""

from __future__ import annotations

import argparse
import asyncio
import functools
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from console.cli.loading import loading
from console.cli.story import ask_guide
from console.decide.gates import lapsed
from console.detect.announce import AnnounceSettings
from console.domain.errors import BadAnswer, Busy, ConsoleError, DeadlinePassed
from console.engine.assemble import SECTIONS, assemble, endpoint, os_user, source
from console.engine.opening import opened, span_of
from console.engine.recording import LAB, recorder_file
from console.engine.thread import EngineThread
from console.lab import LabOptions
from console.lab.process import start_lab
from console.lab.story.apply import applied, time_lapse
from console.net import Url
from console.record import signer
from console.record.auditslice import audit_slice
from console.settings import (
    BalancerSettings,
    ConsoleSettings,
    Settings,
    crash_folder,
    journal_path,
    load,
    state_folder,
)
from console.settings.crash import CrashFiles

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
        connect=lambda url, cancelled, token=None: reached_fleet(url, path, cancelled, token),
        start_lab=functools.partial(lab_fleet, demo),
        begin_with_lab=demo is not None,
        language=arguments.language,
        theme_name=arguments.theme,
        capture=capture,
        for_s=arguments.for_s,
        crashes=CrashFiles(crash_folder()),
        snapshots=_snapshots(settings.of(ConsoleSettings)),
        signer=lambda: signer(state_folder()),
    )


def live_fleet(settings: Settings, token: str | None = None) -> Fleet:
    """The settings' balancer; `token`: one that somebody typed."""
    url = settings.of(BalancerSettings).url or ""
    environment = settings.of(BalancerSettings).environment or url.partition("://")[2]
    return _fleet(settings, environment, token=token, url=url)


def reached_fleet(url: str, path: Path | None, cancelled: threading.Event, token: str | None = None) -> Fleet:
    """The balancer at an address that somebody typed, once it has answered as one (blocking).

    Raises ConsoleError with the reason: no address, nothing there, no balancer, a token refused. One that is only overloaded is opened.
    """
    try:
        typed = Url.parse(url)
    except ValueError as error:
        raise ConsoleError(
            f"This is no address of a balancer: {error} Write http://HOST:PORT or https://HOST:PORT."
        ) from None
    balancer: dict[str, object] = {"url": url}
    own = load(path, SECTIONS).of(BalancerSettings).url
    if own is not None and Url.parse(own).origin != typed.origin:
        balancer |= {"token_env": None, "token_file": None, "pins": ()}  # those belong to the settings' own balancer
    settings = load(path, SECTIONS, {"balancer": balancer})
    asyncio.run(_ask(settings, cancelled, token))
    return live_fleet(settings, token)


async def _ask(settings: Settings, cancelled: threading.Event, token: str | None) -> None:
    """Reads the fleet once, in a few tries. Raises what the last of them met."""
    target = endpoint(settings, token)
    reader = source(settings, target)
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
                place = target.parts.authority
                raise ConsoleError(f"{place} is no balancer that the console can read: {error}") from error
            else:
                return
    finally:
        await reader.close()


def lab_fleet(options: LabOptions | None, cancelled: threading.Event) -> Fleet:
    """Starts a lab that plays the demo, or what the options say; it ends with the fleet. Blocks until it is up or `cancelled` is set."""
    wanted = options or LabOptions(demo=True)
    lab = start_lab(applied(wanted), cancelled=cancelled)
    try:
        folder = tempfile.TemporaryDirectory(prefix="dsr-lab-", ignore_cleanup_errors=True)
        balancer = {"url": lab.dsrm_url, "environment": LAB}
        gates = lapsed(time_lapse(wanted))  # as in a drill: what is remembered fades as fast as the story runs
        settings = load(None, SECTIONS, {"balancer": balancer, "recorder": {"folder": folder.name}, "gates": gates})

        def close() -> None:
            lab.stop()
            folder.cleanup()

        return _fleet(settings, LAB, lab=True, guide=functools.partial(ask_guide, lab.lab_url), close=close)
    except BaseException:
        lab.stop()
        raise


def _fleet(settings: Settings, environment: str, token: str | None = None, **more: Any) -> Fleet:
    from console.app import Fleet

    console = settings.of(ConsoleSettings)
    return Fleet(
        engine=_engine_of(settings, token, lasting=not more.get("lab", False)),
        environment=environment,
        operator=console.operator or os_user(),
        settings=settings.plain(),
        announce=settings.of(AnnounceSettings),
        snapshots=_snapshots(console),
        recording=recorder_file(settings),
        past=functools.partial(opened, recorder_file(settings)),
        span=functools.partial(span_of, recorder_file(settings)),
        audit=functools.partial(audit_slice, journal_path(console)),
        signer=lambda: signer(state_folder()),
        **more,
    )


def _engine_of(settings: Settings, token: str | None, *, lasting: bool) -> Callable[[], EngineThread]:
    """`lasting`: what was acknowledged, shelved and noted outlives it; a lab leaves nothing behind, its recording ends with it."""
    return lambda: EngineThread(
        lambda: assemble(settings, remembering=lasting, record=True, typed=token, foreseeing=True)
    )


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
