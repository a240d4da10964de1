"""The gates before a request, one file each: value, limit, verdict, and what would make it pass. Pure.

A Frame and what the console knows become a Situation (`situate`); `judge` answers gate by gate, `appraise` adds the ways out.
"""

from console.decide.gates.forecast import Forecast, Outlook, Projection
from console.decide.gates.foretold import known_sets
from console.decide.gates.guard import suggested_pause_s
from console.decide.gates.judge import admits, appraise, appraise_set, heals_in_s, judge
from console.decide.gates.one_at_a_time import in_flight
from console.decide.gates.settings import GateSettings, lapsed, scaled
from console.decide.gates.situate import Known, Request, situate
from console.decide.gates.situation import Foretold, Mates, Situation
from console.decide.gates.stages import herd_number, lead_s, level_of_others, settled, stage_s, wait_s
from console.decide.gates.ways import taken, waited

__all__ = [
    "Forecast",
    "Foretold",
    "GateSettings",
    "Known",
    "Mates",
    "Outlook",
    "Projection",
    "Request",
    "Situation",
    "admits",
    "appraise",
    "appraise_set",
    "heals_in_s",
    "herd_number",
    "in_flight",
    "judge",
    "known_sets",
    "lapsed",
    "lead_s",
    "level_of_others",
    "scaled",
    "settled",
    "situate",
    "stage_s",
    "suggested_pause_s",
    "taken",
    "wait_s",
    "waited",
]
