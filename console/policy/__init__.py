"""How a balancer picks a server. Pure; one implementation for the lab, the simulation, the forecast and the shadow balancer."""

from __future__ import annotations

from console.policy.balancing import NOBODY, PAUSE_INTERVALS, Balancing, Candidates
from console.policy.best_of_two import BestOfTwo
from console.policy.both import Both
from console.policy.count_in_flight import CountInFlight
from console.policy.exclude_stale import ExcludeStale
from console.policy.expire_to_average import ExpireToAverage
from console.policy.least_reported import LeastReported
from console.policy.registry import NAMES, by_name, options_of

__all__ = [
    "NAMES",
    "NOBODY",
    "PAUSE_INTERVALS",
    "Balancing",
    "BestOfTwo",
    "Both",
    "Candidates",
    "CountInFlight",
    "ExcludeStale",
    "ExpireToAverage",
    "LeastReported",
    "by_name",
    "options_of",
]
