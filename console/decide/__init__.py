"""Gates, authority, plans, retry rule and the proof ladder of an action. Pure: values in, values out."""

from console.decide.authority import Authority, SafetySettings, role_named, settled, weaker
from console.decide.chance import LOOKED_BACK, surety
from console.decide.cutladder import ladder_for
from console.decide.gates import (
    Forecast,
    GateSettings,
    Known,
    Projection,
    Request,
    admits,
    appraise,
    appraise_set,
    judge,
    scaled,
    situate,
)
from console.decide.ladder import Ground, Ladder, LadderSettings
from console.decide.plans import Plan, PlanSettings
from console.decide.retry import may_retry, whose_change

__all__ = [
    "LOOKED_BACK",
    "Authority",
    "Forecast",
    "GateSettings",
    "Ground",
    "Known",
    "Ladder",
    "LadderSettings",
    "Plan",
    "PlanSettings",
    "Projection",
    "Request",
    "SafetySettings",
    "admits",
    "appraise",
    "appraise_set",
    "judge",
    "ladder_for",
    "may_retry",
    "role_named",
    "scaled",
    "settled",
    "situate",
    "surety",
    "weaker",
    "whose_change",
]
