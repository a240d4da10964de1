"""The site's own command for when the balancer's detach is dead: whether it is, and what the command then reads. Pure.

The console never runs it. It is shown to be copied, so nothing may stand in it that a shell could misread: ids come from the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from console.domain.actions import Action
from console.domain.errors import SettingsError
from console.domain.frame import Frame
from console.domain.safety import Said, say
from console.domain.states import Reach, Step, Verb

UNREACHED_POLLS: Final = 3
"""Failed polls of the balancer in a row after which nothing can be detached through it."""
MOST_CHARACTERS: Final = 500
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_PLACE: Final = "{server}"
_NOT_OFFERED: Final = 405


def checked(template: str) -> None:
    """Raises SettingsError for a command that cannot be filled in; empty is none at all."""
    if not template:
        return
    wrong: str | None = None
    if template.count(_PLACE) < 1:
        wrong = "does not name {server}"
    elif "{" in template.replace(_PLACE, "") or "}" in template.replace(_PLACE, ""):
        wrong = "has a brace that is not of {server}"
    elif len(template) > MOST_CHARACTERS:
        wrong = f"is longer than {MOST_CHARACTERS} characters"
    elif not template.isprintable():
        wrong = "holds a line break or another character that does not show"
    if wrong is not None:
        raise SettingsError(
            f"{wrong}.", where="manual_command", remedy="Write one line with {server} where the server's name belongs."
        )


def filled(template: str, server: str) -> str | None:
    """The command for this server; None where there is none, or where its name is more than letters, digits and `. _ : -`."""
    if not template or _PLAIN_ID.fullmatch(server) is None:
        return None
    return template.replace(_PLACE, server)


def dead(frame: Frame, server: str, actions: Iterable[Action]) -> Said | None:
    """Why the balancer's own detach of this server is dead; None: it is not known to be. `actions`: newest first."""
    balancer = frame.balancer
    row = frame.rows.get(server)
    out = row is not None and bool(frame.detached[row.slot])
    if balancer.reach != Reach.OK and balancer.misses >= UNREACHED_POLLS and not out:
        return say("The balancer does not answer: nothing can be detached through it.")
    newest = next((one for one in actions if one.intent.server == server and one.intent.verb is not Verb.CUT), None)
    if newest is None or newest.intent.verb is not Verb.DETACH or not newest.rungs:
        return None
    last = newest.rungs[-1]
    if last.step is Step.REJECTED and last.evidence.get("status") == _NOT_OFFERED and not out:
        return say("This balancer takes no detach at all.")
    if last.step is not Step.FAILED:
        return None
    if "routed" in last.evidence:
        return say("The balancer says that {server} is detached, and goes on feeding it.", server=server)
    if "readings" in last.evidence and not newest.reached(Step.CONFIRMED) and not out:
        return say("The balancer was asked to detach {server}, and did not do it.", server=server)
    return None
