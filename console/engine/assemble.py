"""Puts an engine together from settings: which declarations make up the file, and who gets which of them."""

from __future__ import annotations

import dataclasses
import getpass
import os
import typing
from dataclasses import replace
from typing import Final

from console.act import DsrActuator
from console.collect import AddressSettings, Collector, PollSettings
from console.decide import GateSettings, LadderSettings, PlanSettings, SafetySettings, settled
from console.decide.previews import PreviewSettings
from console.decide.whatif import WhatIfSettings
from console.detect import DetectSettings
from console.domain.clock import Clock, MachineClock
from console.domain.errors import SettingsError
from console.domain.ports import Source
from console.engine.foresight import ForesightSettings
from console.engine.headless import tell
from console.engine.keeper import Keeper
from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from console.engine.recording import black_box
from console.net import ControlClient, Endpoint, raise_open_files
from console.record import Journal, signer
from console.record.recorder import RecorderSettings
from console.record.state import StateFile
from console.settings import BalancerSettings, ConsoleSettings, Settings, journal_path, state_folder, state_path
from console.settings.secrets import checked, read_token
from console.sources.dsr import DsrSource
from console.store import StoreSettings

_RULES: Final = typing.get_type_hints(DetectSettings)
"""The parameters of the estimate and of each alarm rule, by their name in `[alarms.*]`."""

SECTIONS: Final[dict[str, type]] = {
    "balancer": BalancerSettings,
    "addresses": AddressSettings,
    "poll": PollSettings,
    "console": ConsoleSettings,
    "gates": GateSettings,
    "safety": SafetySettings,
    "plans": PlanSettings,
    "ladder": LadderSettings,
    "foresight": ForesightSettings,
    "whatif": WhatIfSettings,
    "previews": PreviewSettings,
    **{f"alarms.{name}": kind for name, kind in _RULES.items()},
    "store": StoreSettings,
    "recorder": RecorderSettings,
    "engine": EngineSettings,
}
"""The tables of the settings file, in its order."""


def assemble(
    settings: Settings,
    clock: Clock | None = None,
    *,
    watching: bool = False,
    remembering: bool = False,
    record: bool = False,
    typed: str | None = None,
    foreseeing: bool = False,
) -> Engine:
    """A live engine on the settings' balancer; call it where its loop runs. `watching`: it can never act, and keeps no journal.
    `remembering`: what is acknowledged, shelved and noted outlives it.

    `record`: with the flight recorder; what hinders it is told in the View, and hinders nothing else. `foreseeing`: it looks ahead.
    `typed`: a token that stays in memory.
    Raises SettingsError (no balancer, no token, no CA file) and JournalError.
    """
    clock = clock or MachineClock()
    target = endpoint(settings, typed)
    raise_open_files()
    feed = Collector(
        source(settings, target), clock, settings.of(PollSettings), history_ticks=settings.of(StoreSettings).ticks
    )
    parts = engine_settings(settings)
    parts = replace(parts, safety=settled(parts.safety, loopback=target.parts.loopback))
    box = black_box(settings, clock) if record else None
    if watching:
        return Engine(feed, clock=clock, settings=parts, box=box, foreseeing=foreseeing)
    console = settings.of(ConsoleSettings)
    actuator = DsrActuator(ControlClient(target, deadline_s=settings.of(LadderSettings).deadline_s))
    keeper = Keeper(lambda: StateFile(state_path(console), clock), target.url) if remembering else None
    return Engine(
        feed,
        actuator,
        audit(settings, clock),
        clock,
        console.operator or os_user(),
        parts,
        keeper,
        identity=actuator,
        box=box,
        foreseeing=foreseeing,
    )


def audit(settings: Settings, clock: Clock | None = None) -> Journal:
    """The audit file, signed with this user's key. Raises JournalError."""
    safety, state = settings.of(SafetySettings), state_folder()
    return Journal(
        journal_path(settings.of(ConsoleSettings)),
        clock,
        signer=signer(state),
        state=state,
        most_bytes=round(safety.audit_mb * 1e6),
        keep_files=safety.audit_files,
    )


def endpoint(settings: Settings, typed: str | None = None) -> Endpoint:
    """The balancer with its token. Raises SettingsError where none is named, or its token cannot be had.

    `typed`: a token that somebody typed; it stays in memory. May block for two seconds (keyring).
    """
    balancer = settings.of(BalancerSettings)
    if balancer.url is None:
        raise SettingsError(
            "no balancer is named.",
            where=str(settings.path) if settings.path is not None else None,
            remedy="Give --url http://HOST:PORT, or set balancer.url in the settings file.",
        )
    token = checked(typed, "what was typed") if typed else read_token(balancer, os.environ, tell)
    renewable = not typed and (balancer.token_keyring or balancer.token_file is not None)
    return Endpoint(
        balancer.url, token, balancer.trust(), (lambda: read_token(balancer, os.environ)) if renewable else None
    )


def source(settings: Settings, target: Endpoint) -> Source:
    """Reads the balancer and its servers."""
    return DsrSource(target, deadline_s=settings.of(PollSettings).limit_s, addresses=settings.of(AddressSettings))


def engine_settings(settings: Settings) -> EngineSettings:
    """The engine's parameters, with those of the rooms it drives in their places."""
    rules = {field.name: settings.of(_RULES[field.name]) for field in dataclasses.fields(DetectSettings)}
    return replace(
        settings.of(EngineSettings),
        store=settings.of(StoreSettings),
        detect=DetectSettings(**rules),
        gates=settings.of(GateSettings),
        ladder=settings.of(LadderSettings),
        safety=settings.of(SafetySettings),
        remark=settings.remark,
        plans=settings.of(PlanSettings),
        foresight=replace(
            settings.of(ForesightSettings),
            whatif=settings.of(WhatIfSettings),
            previews=settings.of(PreviewSettings),
        ),
    )


def os_user() -> str:
    """Whoever runs this process. Raises SettingsError where the system has no name for them."""
    try:
        return getpass.getuser()[:100]
    except (KeyError, OSError):
        raise SettingsError("this user has no name.", remedy="Give one with --operator or console.operator.") from None
