"""The operator of a drill: sees what the console shows, thinks for a stated time, and clicks what the console suggests. Pure."""

from __future__ import annotations

from typing import Final

from console.domain.view import View

REACTION_S: Final = 10.0
"""From the moment at which a suspect is shown to the click on it: to look, to read why, to decide."""
AGAIN_S: Final = 3.0
"""So long the operator waits for what became of a click before the same server is clicked again."""
REASON: Final = "drill"


class Operator:
    """Clicks the suspects, worst first, one at a time, each after the reaction time. A click that came to nothing is tried again."""

    def __init__(self, reaction_s: float = REACTION_S) -> None:
        self._reaction_s = reaction_s
        self._seen_s: dict[str, float] = {}
        self._clicked_s: dict[str, float] = {}

    def click(self, view: View, now_s: float) -> str | None:
        """Whom to detach now; None: nobody."""
        shown = [suspect.server for suspect in view.suspects]
        self._seen_s = {server: self._seen_s.get(server, now_s) for server in shown}
        for server in shown:
            seen_s, clicked_s = self._seen_s[server], self._clicked_s.get(server)
            if now_s - seen_s >= self._reaction_s and (clicked_s is None or now_s - clicked_s >= AGAIN_S):
                self._clicked_s[server] = now_s
                return server
        return None
