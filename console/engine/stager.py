"""Brings a server back in stages: holds its attach until just before its next report, and the plan until its load has settled."""

from __future__ import annotations

import asyncio
import math

from console.decide.gates import Request, herd_number, lead_s, settled, wait_s
from console.domain.actions import Action
from console.domain.frame import NAN, Column
from console.domain.safety import Said, say
from console.domain.states import Step, Verb
from console.engine.advisor import Advisor, Inner, Moment


async def pause(seconds: float) -> None:
    """Lets the time pass until an attach is due."""
    await asyncio.sleep(seconds)


class Stager:
    """One plan's. It sends nothing; it says for how long nothing is to be sent."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._staged: set[str] = set()
        """Those whose attach was timed."""
        self._loads: dict[str, tuple[int, float]] = {}
        """Number of the Frame and load of each, as it was read last."""

    def hold_s(self, server: str, moment: Moment, inner: Inner) -> float:
        """Seconds until it is to be attached; 0: now. Only where the herd would fill it, and a stage helps."""
        advisor = self._advisor
        request = Request(Verb.ATTACH, server, staged=True)
        situation = advisor.situation(request, moment, inner)
        lead = lead_s(situation.mates, advisor.settings.peak_share)
        herd = herd_number(situation.mates, situation.report_interval_s)
        if situation.undoes or math.isnan(lead) or not herd > advisor.settings.herd:
            return 0.0
        self._staged.add(server)
        since_s = situation.report_age_s + situation.view_age_s
        held_s = wait_s(lead, since_s, situation.report_interval_s)
        return 0.0 if math.isnan(held_s) else held_s

    def settles(self, action: Action, moment: Moment) -> Said | bool:
        """Of a step that is effective: True, go on; False, wait; a sentence: it went wrong, and what to do."""
        server, frame = action.intent.server, moment.frame
        if server not in self._staged or not action.reached(Step.EFFECTIVE):
            return True
        row = frame.rows.get(server)
        load = NAN if row is None else float(frame[Column.TRUTH][row.slot])
        limit = NAN if row is None else float(frame[Column.LIMIT][row.slot])
        if math.isnan(load) or math.isnan(limit):
            return False
        number, before = self._loads.get(server, (frame.seq, NAN))
        if number != frame.seq or math.isnan(before):
            self._loads[server] = frame.seq, load
        if number == frame.seq:
            return False
        peak_share = self._advisor.settings.peak_share
        said = settled(before, load, limit, peak_share)
        if said is None:
            return say(
                "{server} has filled to {share:.0%} of its slots (limit {limit:.0%}): detach it again, and wait until less arrives",
                server=server, share=load / limit, limit=peak_share,
            )  # fmt: skip
        return said
