"""Reads a scenario: every problem at once, each with its line and the remedy. Nothing is repaired."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, cast

from console.domain.errors import SettingsError
from console.lab.story.format import SCHEMA, SHOWN_S, Expect, Fleet, Phase, Scenario, Strike, Value
from console.lab.story.kinds import KINDS
from console.lab.story.values import Values
from console.policy import NAMES as ALGORITHMS
from console.settings.document import Keys, parse
from console.settings.loader import InvalidSettings

Table = Mapping[str, Any]
RULES: Final = (
    "silent", "stuck", "gap", "herd", "hot", "saturation", "memory", "restart", "errors", "budget", "latency", "blind",
    "sick", "ineffective", "drift", "skew", "n-plus-one", "capacity",
)  # fmt: skip
"""Alarm rules that a scenario may expect. A rule that no build has yet may be named: the tests report it as such."""
_NAME: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
_POOL: Final = re.compile(r"^[A-Za-z0-9_.-]{1,32}$")
_TOP: Final = ("schema", "name", "title", "about", "start", "end", "speed", "spoken", "fleet", "phase", "expect")
_FLEET: Final = (
    "pools", "limit", "report_interval_s", "session_s", "algorithm", "isolation", "autoscaler", "boot_s", "leave_after_s",
    "capacity",
)  # fmt: skip
_PHASE: Final = ("name", "at", "title", "say", "do", "shows", "load", "over_s", "fault")
_STRIKE: Final = ("kind", "group", "on", "after_s", "pool", "count", "idle", "every_s", "for_s")
_EXPECT: Final = ("rule", "group", "within_s", "phase", "tolerated", "actor")
_ACTORS: Final = ("none", "console")


def names() -> list[str]:
    """The scenarios that come with the product."""
    return sorted(Path(file.name).stem for file in _folder().iterdir() if file.name.endswith(".toml"))


def load(name: str) -> Scenario:
    """One that comes with the product, by name, or any file. Raises SettingsError that names every problem with its line."""
    if name in names():
        return builtin(name)
    path = Path(name)
    if path.suffix != ".toml":
        raise SettingsError(
            f"there is no scenario {name!r}.", remedy=f"Known are {', '.join(names())}; or name a .toml file."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{(error.strerror or 'cannot be read').lower()}.", where=name, remedy="Name a readable file."
        ) from None
    return read(data, name)


def builtin(name: str) -> Scenario:
    """One that comes with the product."""
    return read(_folder().joinpath(f"{name}.toml").read_bytes(), f"{name}.toml")


def read(data: bytes, where: str) -> Scenario:
    """The scenario in these bytes. Raises SettingsError that names every problem with its line."""
    document = parse(data, where)
    reader = _Reader(Values(document, where), document.values)
    scenario = reader.scenario()
    if reader.values.problems:
        raise InvalidSettings(reader.values.problems)
    return scenario


def _folder() -> Any:
    return resources.files("resources") / "scenarios"


class _Reader:
    """One file. Wrong values are noted in `values` and replaced, so that the rest is read all the same."""

    def __init__(self, values: Values, top: Table) -> None:
        self.values = values
        self._top = top
        self._pools: list[str] = []
        self._sizes: dict[str, int] = {}
        self._groups: dict[str, str] = {}
        """Pool of each group."""

    def scenario(self) -> Scenario:
        v, top = self.values, self._top
        if top.get("schema") != SCHEMA:
            v.wrong(("schema",), f'schema is not "{SCHEMA}".', f'Write schema = "{SCHEMA}" in the first line.')
        v.known((), top, _TOP)
        fleet = self._fleet()
        start_s = v.time((), top, "start", None) if "start" in top else 0.0
        start_s = start_s or 0.0
        phases = self._phases(start_s)
        end_s = v.time((), top, "end", start_s)
        last_s = phases[-1].at_s if phases else 0.0
        if end_s is not None and end_s <= last_s:
            v.wrong(("end",), "end is not after the last phase.", "Give a later time.")
        self._shown(phases, end_s if end_s is not None and end_s > last_s else None)
        spoken = v.numbers((), top, "spoken", ("websocket", "http"), 0.0, 1.0)
        if sum(spoken.values()) > 1:
            v.wrong(("spoken",), "the shares in spoken are more than 1.", "They are shares of all sessions.")
        return Scenario(
            name=self._name(("name",), top),
            title=v.need((), top, "title", "one line"),
            about=v.need((), top, "about", "what it shows"),
            fleet=fleet,
            phases=tuple(phases),
            end_s=end_s if end_s is not None else last_s,
            start_clock_s=start_s,
            speed=v.number((), top, "speed", 1.0, 1.0, 3600.0),
            spoken=spoken,
            expects=tuple(self._expect(keys, table, phases) for keys, table in v.tables((), top, "expect")),
        )

    def _name(self, keys: Keys, table: Table) -> str:
        name = self.values.need(keys[:-1], table, "name", "lower-case-words")
        if name and not _NAME.match(name):
            self.values.wrong(keys, f"{name!r} is no name.", "Use lower-case letters, digits and hyphens.")
        return name

    def _fleet(self) -> Fleet:
        v, keys = self.values, ("fleet",)
        table = v.table((), self._top, "fleet")
        v.known(keys, table, _FLEET)
        pools = v.table(keys, table, "pools")
        if not pools:
            v.wrong((*keys, "pools"), "fleet.pools is missing.", 'Write pools = { "8k" = 32, "16k" = 32 }.')
        for name in pools:
            if not _POOL.match(name):
                v.wrong((*keys, "pools", name), f"{name!r} is no pool.", "Use letters and digits, as in 8k.")
        self._sizes = {name: v.count((*keys, "pools"), pools, name, 1, 1, 5000) for name in pools}
        self._pools = list(pools)
        return Fleet(
            pools=tuple(self._sizes.items()),
            limit=v.count(keys, table, "limit", 12, 1, 100_000),
            report_interval_s=v.number(keys, table, "report_interval_s", 0.25, 0.02, 3600),
            session_s=v.number(keys, table, "session_s", 12, 0.1, 86_400),
            algorithm=v.choice(keys, table, "algorithm", "least-reported", ALGORITHMS),
            isolation=cast(
                'Literal["hosted", "process"]',
                v.choice(keys, table, "isolation", "hosted", ("hosted", "process")),
            ),
            autoscaler=v.get(keys, table, "autoscaler", bool, False),
            boot_s=v.number(keys, table, "boot_s", 5, 0, 3600),
            capacity=v.number(keys, table, "capacity", 12, 0.1, 1e6) if "capacity" in table else None,
            leave_after_s=v.number(keys, table, "leave_after_s", 60, 0.1, 86_400),
        )

    def _phases(self, start_s: float) -> list[Phase]:
        v = self.values
        phases: list[Phase] = []
        items = v.tables((), self._top, "phase")
        if not items:
            v.wrong(("phase",), "there is no phase.", "Write at least one [[phase]].")
        for keys, table in items:
            phase = self._phase(keys, table, start_s)
            if not phases and phase.at_s != 0:
                v.wrong(
                    (*keys, "at"), "the first phase does not begin at the start.", "Give it the time of start, or 0."
                )
            if phases and phase.at_s <= phases[-1].at_s:
                v.wrong((*keys, "at"), f"phase {phase.name} is not after the one before.", "Give it a later time.")
            if any(phase.name == other.name for other in phases):
                v.wrong((*keys, "name"), f"there are two phases {phase.name}.", "Rename one.")
            phases.append(phase)
        return phases

    def _phase(self, keys: Keys, table: Table, start_s: float) -> Phase:
        v = self.values
        v.known(keys, table, _PHASE)
        return Phase(
            name=self._name((*keys, "name"), table),
            at_s=v.time(keys, table, "at", start_s) or 0.0,
            title=v.need(keys, table, "title", "a few words"),
            say=v.need(keys, table, "say", "what goes on"),
            do=v.get(keys, table, "do", str, "").strip(),
            shows=v.get(keys, table, "shows", bool, False),
            load=v.numbers(keys, table, "load", self._pools, 0.0, 10_000.0),
            over_s=v.number(keys, table, "over_s", 0, 0, 86_400),
            strikes=tuple(self._strike(*item) for item in v.tables(keys, table, "fault")),
        )

    def _shown(self, phases: list[Phase], end_s: float | None) -> None:
        """A phase that must show is long enough on the scenario's clock: a time-lapse never slows down."""
        ends = [phase.at_s for phase in phases[1:]] + ([end_s] if end_s is not None else [])
        for place, (phase, until_s) in enumerate(zip(phases, ends, strict=False)):
            if phase.shows and 0 < until_s - phase.at_s < SHOWN_S:
                self.values.wrong(
                    ("phase", str(place), "shows"),
                    f"phase {phase.name} must show but lasts {until_s - phase.at_s:g} s.",
                    f"Make it {SHOWN_S:g} s or longer, or leave out shows.",
                )

    def _strike(self, keys: Keys, table: Table) -> Strike:
        v = self.values
        name = v.choice(keys, table, "kind", "", KINDS) if "kind" in table else v.need(keys, table, "kind", "mute")
        kind = KINDS.get(name)
        if kind is None:
            self._groups.setdefault(v.get(keys, table, "group", str, ""), "")  # one mistake is told once
            return Strike(name)
        v.known(keys, table, (*_STRIKE, *kind.more, *kind.words))
        more: dict[str, Value] = {
            key: v.number(keys, table, key, 0.0, *bounds) for key, bounds in kind.more.items() if key in table
        }
        more |= {key: v.choice(keys, table, key, words[0], words) for key, words in kind.words.items() if key in table}
        strike = Strike(
            kind=name,
            group=v.get(keys, table, "group", str, ""),
            on=v.get(keys, table, "on", bool, True),
            after_s=v.number(keys, table, "after_s", 0, 0, 86_400),
            pool=v.choice(keys, table, "pool", "", self._pools) if "pool" in table else None,
            count=v.count(keys, table, "count", 1, 1, 5000) if "count" in table else None,
            idle=v.get(keys, table, "idle", bool, False),
            every_s=v.number(keys, table, "every_s", 1, 0.1, 86_400) if "every_s" in table else None,
            for_s=v.number(keys, table, "for_s", 1, 0.05, 86_400) if "for_s" in table else None,
            more=more,
        )
        self._aim(keys, strike, balancer=kind.balancer)
        return strike

    def _aim(self, keys: Keys, strike: Strike, *, balancer: bool) -> None:
        """On whom it works: the balancer, a new group with its pool, or one that was named before."""
        v = self.values
        if balancer:
            if strike.group or strike.pool or strike.count:
                v.wrong(keys, f"{strike.kind} works on the balancer.", "Leave out group, pool and count.")
        elif not strike.group:
            v.wrong(keys, f"{strike.kind} names no group.", 'Write group = "silent", and later faults can name it too.')
        elif strike.group in self._groups:
            if strike.pool:
                v.wrong(
                    keys, f"group {strike.group} is chosen already.", "Leave out pool; count takes the first of it."
                )
        elif strike.pool is None:
            v.wrong(keys, f"group {strike.group} has no pool.", 'Write pool = "8k" where it is named first.')
        else:
            self._groups[strike.group] = strike.pool
            size = self._sizes.get(strike.pool, 0)
            if strike.count is not None and strike.count > size:
                v.wrong((*keys, "count"), f"pool {strike.pool} has {size} servers.", "Give fewer.")
        if strike.every_s is not None and strike.for_s is not None and strike.for_s >= strike.every_s:
            v.wrong((*keys, "for_s"), "for_s is not less than every_s.", "It is mended before it strikes again.")

    def _expect(self, keys: Keys, table: Table, phases: list[Phase]) -> Expect:
        v = self.values
        v.known(keys, table, _EXPECT)
        rule = v.choice(keys, table, "rule", "none", ("none", *RULES))
        group = v.get(keys, table, "group", str, "")
        if group and group not in self._groups:
            v.wrong((*keys, "group"), f"there is no group {group}.", "Name one that a fault has chosen.")
        known = [phase.name for phase in phases]
        tolerated = v.items(keys, table, "tolerated")
        for word in tolerated:
            if word not in RULES:
                v.wrong((*keys, "tolerated"), f"{word!r} is no rule.", f"Known are {', '.join(RULES)}.")
        return Expect(
            rule=None if rule == "none" else rule,
            group=group,
            within_s=v.number(keys, table, "within_s", 30, 0.1, 86_400),
            phase=v.choice(keys, table, "phase", known[0] if known else "", known) if known else "",
            tolerated=tuple(str(word) for word in tolerated),
            actor=v.choice(keys, table, "actor", "none", _ACTORS),
        )
