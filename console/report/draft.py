"""Facts -> a report. Every line cites its evidence; what has none is told as being under investigation, citing what was looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import pairwise
from typing import Final

from console.decode.text import clean_text
from console.domain.texts import ERROR_TEXTS
from console.report import words
from console.report.document import SECTIONS, Document, Form, Line, Section
from console.report.evidence import Evidence, Shelf
from console.report.facts import Death, Deed, Facts, Outcome, Overload, ShadowFacts, Silence, Window
from console.report.when import DASH, Times, availability, count, percent, seconds

FINE_BELOW_S: Final = 3600.0
"""Reports of shorter recordings tell seconds."""
_MOST: Final = 40
"""Lines of one kind; the rest is counted."""
_CHAIN: Final = 8
"""Servers that the chain follows one by one."""
_TEXT: Final = 500


def draft(facts: Facts, language: str, zone: tzinfo) -> Document:
    """The same facts, language and zone give the same report."""
    times = Times(language, zone, fine=facts.last_wall_s - facts.first_wall_s < FINE_BELOW_S)
    writer = _Writer(facts, language, times)
    sections = tuple(
        Section(key, words.text(language, key), tuple(body))
        for key, body in zip(
            SECTIONS,
            (writer.occurrence(), writer.phenomenon(), writer.details(), writer.measures(), writer.reference()),
            strict=True,
        )
    )
    named = writer.shelf.named
    return Document(
        language=language,
        title=writer.title(),
        environment=_clean(facts.environment),
        product=facts.product,
        zone=times.zone_name(facts.last_wall_s),
        sections=sections,
        evidence=named,
        places={name: _place(one, language) for name, one in named.items()},
        picture=facts.picture,
    )


@dataclass(slots=True)
class _Writer:
    """Writes the sections, each once, in order: evidence is named as it is cited."""

    facts: Facts
    language: str
    times: Times
    shelf: Shelf = field(default_factory=Shelf)

    def title(self) -> str:
        facts = self.facts
        if not facts.windows:
            return self._say("title.silent" if facts.harmful else "title.calm", environment=_clean(facts.environment))
        hit = [one for one in facts.interfaces if one.refused]
        names = self._list([self._interface(one.name) for one in hit]) if hit else self._say("interfaces.any")
        return self._say("title", environment=_clean(facts.environment), interfaces=names)

    # --- date and time of occurrence

    def occurrence(self) -> Iterable[Line]:
        facts, times = self.facts, self.times
        span = facts.span
        zone = times.zone_name(facts.last_wall_s)
        if span is None:
            yield self._line(
                "nothing", [facts.whole], start=times.dated(facts.first_wall_s),
                end=times.ending(facts.first_wall_s, facts.last_wall_s), zone=zone,
            )  # fmt: skip
        else:
            start, end, lasts = span
            proof = [*(one.evidence for one in facts.harmful), *(one.evidence for one in facts.windows)]
            yield self._line(
                "span.lasts" if lasts else "span", proof[:_MOST], start=times.dated(start),
                end=times.ending(start, end), zone=zone,
            )  # fmt: skip
        if facts.windows:
            yield self._line("particularly", [one.evidence for one in facts.windows])
            for window in facts.windows[:_MOST]:
                yield self._line(
                    "window.open" if window.open_end else "window", [window.evidence], Form.BULLET,
                    start=times.clock(window.start_wall_s), end=times.ending(window.start_wall_s, window.end_wall_s),
                    share=percent(window.share, 0), pools=self._pools_of(window),
                )  # fmt: skip
            yield from self._rest(len(facts.windows) - _MOST, [one.evidence for one in facts.windows[_MOST:]])
        elif span is not None:
            yield self._line("no.windows", [facts.whole])
        if facts.blind:
            total = sum(one.seconds or 0.0 for one in facts.blind)
            yield self._line("blind", [one.evidence for one in facts.blind][:_MOST], seconds=times.length(total))

    # --- phenomenon

    def phenomenon(self) -> Iterable[Line]:
        facts = self.facts
        hit = [one for one in facts.pools if one.refused]
        if hit:
            for one in hit:
                yield self._line("phenomenon.refused", [one.evidence], pools=_clean(one.name), **_counts(one))
            for one in facts.interfaces:
                if one.refused:
                    yield self._line(
                        "phenomenon.interface",
                        [one.evidence],
                        Form.BULLET,
                        interface=self._interface(one.name),
                        **_counts(one),
                    )
        elif facts.fleet is None:
            yield self._line("phenomenon.unknown", [facts.whole])
        elif not facts.fleet.refused:
            yield self._line("phenomenon.none", [facts.fleet.evidence])
        else:
            yield self._line("phenomenon.refused", [facts.fleet.evidence], pools=DASH, **_counts(facts.fleet))
        if facts.errors:
            yield self._line("phenomenon.errors", [one.evidence for one in facts.errors][:_MOST])
            before = None
            for one in facts.errors[:_MOST]:
                if one.text != before:
                    same = [other.evidence for other in facts.errors if other.text == one.text]
                    yield Line(clean_text(one.text, _TEXT), self.shelf.cite(same), Form.QUOTE)
                    before = one.text
                yield self._line(
                    "phenomenon.error", [one.evidence], Form.BULLET, count=one.count, pool=_clean(one.pool),
                    start=self.times.clock(one.evidence.first_wall_s), end=self.times.clock(one.evidence.last_wall_s),
                )  # fmt: skip
        clean = [one for one in facts.pools if not one.refused]
        if hit and clean:
            yield self._line(
                "phenomenon.clean",
                [one.evidence for one in clean],
                pools=self._list([_clean(one.name) for one in clean]),
            )
        yield from self._results()

    def _results(self) -> Iterable[Line]:
        fleet, facts = self.facts.fleet, self.facts
        if fleet is not None:
            lost = {name.removeprefix("partial_"): number for name, number in fleet.lost.items()}
            if any(lost.values()):
                yield self._line(
                    "phenomenon.partial", [fleet.evidence], client=lost.get("client_timeout", 0),
                    server=lost.get("server_timeout", 0), death=lost.get("server_death", 0),
                )  # fmt: skip
            else:
                yield self._line("phenomenon.whole", [fleet.evidence])
        if not facts.windows:
            return
        if facts.first_result_s is None:
            yield self._line("phenomenon.slow.unknown", [facts.whole])
        elif facts.first_result_s[1] > 2 * facts.first_result_s[0]:
            usual, late = facts.first_result_s
            yield self._line(
                "phenomenon.slow", [facts.first_result_evidence], late=seconds(late, self.language),
                usual=seconds(usual, self.language),
            )  # fmt: skip

    # --- details and cause

    def details(self) -> Iterable[Line]:
        facts = self.facts
        harmful = facts.harmful[:_MOST]
        if harmful and facts.windows:
            yield self._line("cause", [one.share_evidence for one in harmful])
        elif facts.span is not None:
            yield self._line("cause.unknown", [facts.whole])
        if facts.windows:
            yield from self._overload(facts.overload)
        yield from self._chain(harmful)
        if harmful:
            yield self._line(
                "silence.why",
                [one.evidence for one in harmful],
                servers=self._list([_clean(s) for s in _names(harmful)]),
            )
        others = [one for one in facts.silences if not one.harmful]
        if others:
            yield self._line(
                "silence.others", [one.evidence for one in others][:_MOST], count=len({one.server for one in others})
            )
        yield from self._alarms(harmful)
        for note in facts.notes[:_MOST]:
            yield self._line("note", [note.evidence], by=_clean(note.by) or DASH, time=self.times.exact(note.wall_s))
            yield Line(clean_text(note.words, _TEXT), self.shelf.cite([note.evidence]), Form.QUOTE)
        yield from self._rest(len(facts.notes) - _MOST, [one.evidence for one in facts.notes[_MOST:]])
        fleet = facts.fleet
        if fleet is None:
            yield self._line("availability.unknown", [facts.whole], sla=availability(facts.sla))
        else:
            yield self._line(
                "availability", [facts.whole, fleet.evidence], sla=availability(facts.sla),
                success=availability(100 * fleet.success),
            )  # fmt: skip

    def _overload(self, found: Overload | None) -> Iterable[Line]:
        if found is None or not (found.servers or found.nearest):
            yield self._line("overload.none", [one.evidence for one in self.facts.windows][:_MOST])
            return
        if not found.servers:
            named = [f"{_clean(server)} ({percent(share)})" for server, share in found.nearest]
            yield self._line(
                "overload.nearest", found.evidence, servers=self._list(named),
                start=self.times.exact(found.window.start_wall_s), end=self.times.exact(found.window.end_wall_s),
            )  # fmt: skip
            return
        yield self._line(
            "overload", found.evidence, percent=percent(found.percent / 100), k=len(found.servers), n=found.n,
            pool=_clean(found.pool), pool_k=found.pool_k, pool_n=found.pool_n, pool_percent=percent(found.pool_percent / 100),
        )  # fmt: skip
        window = found.window
        yield self._line(
            "overload.meaning", found.evidence, servers=self._list([_clean(one) for one in found.servers[:_MOST]]),
            start=self.times.exact(window.start_wall_s), end=self.times.exact(window.end_wall_s),
        )  # fmt: skip

    def _chain(self, harmful: Sequence[Silence]) -> Iterable[Line]:
        """In the order of cause and effect, numbered."""
        times, facts = self.times, self.facts
        rest, harmful = harmful[_CHAIN:], harmful[:_CHAIN]
        for one in harmful:
            key = "chain.silent.detached" if one.detached else "chain.silent"
            yield self._line(
                key if one.end_wall_s is not None else "chain.silent.lasts", [one.evidence], Form.NUMBERED,
                server=_clean(one.server), pool=_clean(one.pool or DASH), start=times.exact(one.start_wall_s),
                end=DASH if one.end_wall_s is None else times.exact(one.end_wall_s),
            )  # fmt: skip
        yield from self._rest(len(rest), [one.evidence for one in rest])
        for one in harmful:
            yield self._line(
                "chain.belief", [one.belief_evidence], Form.NUMBERED, belief=count(one.belief), server=_clean(one.server),
                truth=count(one.truth), limit=count(one.limit),
            )  # fmt: skip
        for one in harmful:
            if not math.isnan(one.share):
                yield self._line(
                    "chain.share", [one.share_evidence], Form.NUMBERED, server=_clean(one.server), share=percent(one.share),
                    pool=_clean(one.pool or DASH), fair=percent(one.fair),
                )  # fmt: skip
        for one in harmful:
            if one.full_wall_s is not None:
                yield self._line(
                    "chain.full", [one.full_evidence], Form.NUMBERED, server=_clean(one.server), limit=count(one.limit),
                    time=times.exact(one.full_wall_s),
                )  # fmt: skip
        for window in facts.windows[:_MOST]:
            yield self._line(
                "chain.errors", [window.evidence], Form.NUMBERED, start=times.exact(window.start_wall_s),
                end=times.exact(window.end_wall_s), refused=count(window.refused), asked=count(window.asked),
            )  # fmt: skip
        for death in facts.deaths[:_MOST]:
            yield from self._death(death)
        yield from self._recovery(harmful)

    def _death(self, death: Death) -> Iterable[Line]:
        times = self.times
        ended = "chain.memory.idle" if death.sessions == 0 else "chain.memory"
        yield self._line(
            ended if death.of_memory else "chain.death", [death.evidence], Form.NUMBERED,
            server=_clean(death.server), time=times.exact(death.wall_s), memory=percent(death.memory_share, 0),
            sessions=count(death.sessions),
        )  # fmt: skip
        if death.successor is None or death.back_wall_s is None:
            yield self._line(
                "chain.unreplaced", [death.evidence, self.facts.whole], Form.NUMBERED, server=_clean(death.server)
            )
            return
        key = "chain.again" if death.successor == death.server else "chain.replaced"
        yield self._line(
            key, [death.evidence, death.successor_evidence], Form.NUMBERED, server=_clean(death.server),
            successor=_clean(death.successor), time=times.exact(death.back_wall_s),
            seconds=times.length(death.back_wall_s - death.wall_s),
        )  # fmt: skip

    def _recovery(self, harmful: Sequence[Silence]) -> Iterable[Line]:
        times = self.times
        for one in harmful:
            if one.end_wall_s is not None and not one.detached and not self._died(one):
                yield self._line(
                    "chain.recovered", [one.evidence], Form.NUMBERED, server=_clean(one.server),
                    time=times.exact(one.end_wall_s),
                )  # fmt: skip
        for before, after in pairwise(self.facts.windows[:_MOST]):
            yield self._line(
                "chain.recurred", [before.evidence, after.evidence], Form.NUMBERED,
                calm=times.length(after.start_wall_s - before.end_wall_s), start=times.exact(after.start_wall_s),
            )  # fmt: skip

    def _died(self, silence: Silence) -> bool:
        """Its reports ended with its process."""
        end = silence.end_wall_s
        return any(
            death.server == silence.server
            and silence.start_wall_s <= death.wall_s
            and (end is None or death.wall_s <= end)
            for death in self.facts.deaths
        )

    def _alarms(self, harmful: Sequence[Silence]) -> Iterable[Line]:
        first: Window | None = self.facts.windows[0] if self.facts.windows else None
        told: set[tuple[str, str | None]] = set()
        for alarm in self.facts.alarms:
            key = alarm.words, alarm.server
            if alarm.server not in _names(harmful) or alarm.words not in ("silent", "gap") or key in told:
                continue
            if len(told) >= _MOST:
                return
            told.add(key)
            ahead = None if first is None else first.start_wall_s - alarm.wall_s
            yield self._line(
                "alarm" if ahead is not None and ahead > 0 else "alarm.late", [alarm.evidence], rule=alarm.words,
                server=_clean(alarm.server or DASH), time=self.times.exact(alarm.wall_s), ahead=self.times.length(ahead or 0.0),
            )  # fmt: skip

    # --- measures

    def measures(self) -> Iterable[Line]:
        deeds = self.facts.deeds
        if not any(deed.verb == "detach" and deed.happened for deed in deeds):
            yield self._line("measure.none", [self.facts.whole])
        for deed in deeds[:_MOST]:
            yield from self._deed(deed)
        yield from self._rest(len(deeds) - _MOST, [one for deed in deeds[_MOST:] for one in deed.evidence])
        yield from self._shadow(self.facts.shadow)

    def _deed(self, deed: Deed) -> Iterable[Line]:
        rungs = self._list(
            [
                self._say(f"rung.{step}", time=self.times.exact(wall_s))
                for step, wall_s, _, _ in deed.rungs
                if words.known(f"rung.{step}")
            ]
        )
        named: dict[str, str] = {
            "operator": _clean(deed.operator) or DASH,
            "server": _clean(deed.server),
            "time": self.times.exact(deed.asked_wall_s),
            "reason": clean_text(deed.reason, _TEXT) or DASH,
        }
        if not deed.happened:
            if words.known(f"verb.{deed.verb}"):
                verb = self._say(f"verb.{deed.verb}")
                yield self._line("measure.failed", deed.evidence, verb=verb, rungs=rungs, **named)
            return
        yield self._line(
            "measure.detached" if deed.verb == "detach" else "measure.attached", deed.evidence[:1], **named
        )
        yield self._line("measure.proof", deed.evidence, server=named["server"], rungs=rungs)
        if deed.break_glass:
            yield self._line("measure.glass", deed.evidence[:1], reason=clean_text(deed.break_glass, _TEXT))

    def _shadow(self, shadow: ShadowFacts | None) -> Iterable[Line]:
        if shadow is not None and not shadow.refused_really:
            return  # there was nothing to save
        if shadow is None or not shadow.others:
            yield self._line("measure.shadow.unknown", [self.facts.whole])
            return
        best = min(shadow.others, key=lambda one: one.refused)
        numbers = {"asked": count(shadow.asked), "really": count(shadow.refused_really)}
        yield self._line(
            "measure.shadow", shadow.evidence, algorithm=best.algorithm, refused=count(best.refused), **numbers
        )
        yield self._line(
            "measure.shadow.method", shadow.evidence, algorithm=shadow.control.algorithm,
            refused=count(shadow.control.refused), **numbers,
        )  # fmt: skip

    # --- reference

    def reference(self) -> Iterable[Line]:
        facts, times = self.facts, self.times
        known = [one.evidence for one in facts.errors if one.text in ERROR_TEXTS]
        if known:
            yield self._line("reference.manual", known)
        yield self._line(
            "reference.recording", [facts.whole], environment=_clean(facts.environment) or DASH, polls=facts.polls,
            start=times.exact(facts.first_wall_s), end=times.exact(facts.last_wall_s),
            zone=times.zone_name(facts.last_wall_s), servers=facts.servers, product=_clean(facts.product) or DASH,
        )  # fmt: skip

    # --- all of them

    def _say(self, key: str, **named: object) -> str:
        return words.text(self.language, key, **named)

    def _line(self, key: str, evidence: Iterable[Evidence | None], form: Form = Form.TEXT, /, **named: object) -> Line:
        return Line(self._say(key, **named), self.shelf.cite(evidence), form)

    def _rest(self, more: int, evidence: Sequence[Evidence]) -> Iterable[Line]:
        if more > 0:
            yield self._line("more", evidence[:_MOST], Form.BULLET, count=more)

    def _list(self, parts: Sequence[str]) -> str:
        joined = parts[0] if parts else DASH
        for part in parts[1:]:
            joined = self._say("list", first=joined, rest=part)
        return joined

    def _pools_of(self, window: Window) -> str:
        return self._list([_clean(pool) for pool in window.pools])

    def _interface(self, name: str) -> str:
        key = f"interface.{name}"
        return self._say(key) if words.known(key) else _clean(name)


def _place(evidence: Evidence, language: str) -> str:
    key = "evidence.event" if evidence.event else "evidence.polls"
    return f"{evidence.member}: {words.text(language, key, first=evidence.first, last=evidence.last)}"


def _counts(outcome: Outcome) -> dict[str, object]:
    return {"refused": outcome.refused, "asked": outcome.asked}


def _names(silences: Iterable[Silence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.server for one in silences))


def _clean(text: str) -> str:
    return clean_text(text)
