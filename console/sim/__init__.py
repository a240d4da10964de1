"""A fleet in virtual time on the balancer's own algorithms: for drills, forecasts and properties. Pure; the same seed, the same run.

sim = Simulation(Plan((PoolPlan("-a-general/8k", 43, rate=1.0),)), seed=1); sim.at(20, Fault("mute", ("dsrs-003",)))
sim.at(35, Load(16.0)); frames = [*sim.run(90)]; sim.truth().total.refused
"""

from __future__ import annotations

from console.sim.faults import Fault
from console.sim.fork import fork, remaining
from console.sim.plan import Plan, PoolPlan, Resources
from console.sim.simulation import Command, Join, Leave, Load, Order, Restart, Simulation, Truth
from console.sim.tally import Tally

__all__ = [
    "Command",
    "Fault",
    "Join",
    "Leave",
    "Load",
    "Order",
    "Plan",
    "PoolPlan",
    "Resources",
    "Restart",
    "Simulation",
    "Tally",
    "Truth",
    "fork",
    "remaining",
]
