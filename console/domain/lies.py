"""How a balancer can lie about a detach or an attach: one way for each step of the proof ladder. Lab and simulation know the same."""

from __future__ import annotations

from typing import Final, Literal, get_args

Lie = Literal["does_nothing", "still_routes", "never_does", "takes_back", "times_out"]
"""200 and nothing is done; the wanted state is shown, yet sessions are routed as before; 202 and it is never done; done, and taken
back after some seconds; no answer, and yet it is done."""
LIES: Final[tuple[Lie, ...]] = get_args(Lie)
TAKES_BACK_S: Final = 3.0
"""After so long, where nobody says otherwise."""
