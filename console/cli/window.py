"""`run` with a window: fleets for it from settings, from an address that the operator types, or from a lab of its own."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from console.cli.story import ask_guide
from console.domain.errors import ConsoleError
from console.engine.assemble import SECTIONS, assemble, os_user
from console.engine.thread import EngineThread
from console.lab import LabOptions
from console.lab.process import start_lab
from console.settings import BalancerSettings, ConsoleSettings, Settings, load

if TYPE_CHECKING:
    from console.app import Capture, Fleet


def open_window(arguments: argparse.Namespace, settings: Settings, *, demo: bool = False) -> int:
    """Opens the window and returns its exit code. Raises ConsoleError where Qt cannot be loaded."""
    try:
        from console.app import run_window
    except ImportError as error:
        # A system library that Qt needs; its name is in the error, as in `libEGL.so.1: cannot open shared object file`.
        raise ConsoleError(f"The window cannot open: {error}. `make deps` installs what Qt needs.") from error
    path, capture = settings.path, _capture(arguments)
    named = settings.of(BalancerSettings).url is not None
    first = lab_fleet() if demo else live_fleet(settings) if named else None
    return run_window(
        first,
        connect=lambda url: live_fleet(load(path, SECTIONS, {"balancer": {"url": url}})),
        start_lab=lab_fleet,
        language=arguments.language,
        theme_name=arguments.theme,
        capture=capture,
        for_s=arguments.for_s,
    )


def live_fleet(settings: Settings) -> Fleet:
    """The settings' balancer."""
    url = settings.of(BalancerSettings).url or ""
    return _fleet(settings, settings.of(BalancerSettings).environment or url.partition("://")[2])


def lab_fleet() -> Fleet:
    """Starts a lab that plays the demo; it ends with the fleet. Blocks until the lab is up."""
    lab = start_lab(LabOptions(demo=True))
    settings = load(None, SECTIONS, {"balancer": {"url": lab.dsrm_url}})
    return _fleet(settings, "lab", lab=True, guide=functools.partial(ask_guide, lab.lab_url), close=lab.stop)


def _fleet(settings: Settings, environment: str, **more: Any) -> Fleet:
    from console.app import Fleet

    console = settings.of(ConsoleSettings)
    return Fleet(
        engine=_engine_of(settings, record=not more.get("lab")),
        environment=environment,
        operator=console.operator or os_user(),
        settings=settings.plain(),
        snapshots=_snapshots(console),
        **more,
    )


def _engine_of(settings: Settings, *, record: bool) -> Callable[[], EngineThread]:
    return lambda: EngineThread(lambda: assemble(settings, record=record))


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
