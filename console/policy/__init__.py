"""How a balancer picks a server. Pure; one implementation for the lab, the forecast and the shadow balancer."""

from __future__ import annotations

from console.policy.balancing import Balancing, Candidates
from console.policy.least_reported import LeastReported

__all__ = ["Balancing", "Candidates", "LeastReported"]
