"""Gates, retry rule and the proof ladder of an action. Pure: values in, values out; act only carries out what they say."""

from console.decide.gates import Gate, GateSettings, Request, judge, refusal
from console.decide.ladder import Ground, Ladder, LadderSettings
from console.decide.retry import may_retry

__all__ = ["Gate", "GateSettings", "Ground", "Ladder", "LadderSettings", "Request", "judge", "may_retry", "refusal"]
