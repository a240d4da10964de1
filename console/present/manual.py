"""The site's own command beside a button that leads nowhere: why, what to run, and what was said of it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from console.domain.safety import Manual, Outcome
from console.present import numbers
from console.present.glance import Glance
from console.present.reasons import told
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, ManualData, Phrase, phrase

_OPENS: Final = phrase(
    QT_TRANSLATE_NOOP(
        "present", "By hand: Enter, or a click, on the server's card or row opens its detail with this site's command."
    )
)


def way_in(glance: Glance, chosen: str | None, server: str | None = None) -> Phrase:
    """How to come to the site's command (of this server, else of any); NOTHING where there is none, or where it is in sight."""
    found = glance.view.manual
    wanted = [one.server for one in found.values() if one.command is not None and server in {None, one.server}]
    return NOTHING if not wanted or chosen in wanted else _OPENS


def manual(glance: Glance, server: str, zone: tzinfo | None) -> ManualData | None:
    """None: the balancer's own way is open, as far as is known."""
    found = glance.view.manual.get(server)
    if found is None:
        return None
    return ManualData(server, told(found.why), found.command or "", _state(found, zone))


def _state(found: Manual, zone: tzinfo | None) -> Phrase:
    if found.command is None and not found.named:
        return phrase(
            QT_TRANSLATE_NOOP(
                "present", "No command of this site is set for that: name one as manual_command under [safety]."
            )
        )
    if found.command is None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "The site's command is not filled in: this name could be misread by a shell.")
        )
    if found.outcome is None or found.said_wall_s is None:
        return phrase(
            QT_TRANSLATE_NOOP("present", "Run it yourself where it belongs; the console does not. Then say what came.")
        )
    words = {
        Outcome.DONE: QT_TRANSLATE_NOOP("present", "{who} said at {time}: done. The maps show whether it helped."),
        Outcome.FAILED: QT_TRANSLATE_NOOP("present", "{who} said at {time}: it did not work."),
    }
    return phrase(words[found.outcome], who=found.said_by, time=numbers.clock(found.said_wall_s, zone))
