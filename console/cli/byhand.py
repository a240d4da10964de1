"""`detach ID --by-hand done | failed`: what the operator says of the site's own command goes on record; nothing is sent."""

from __future__ import annotations

import argparse
import sys

from console.decide import SafetySettings
from console.decide.manual import filled
from console.domain.safety import Outcome
from console.engine.assemble import audit, os_user
from console.engine.exits import Exit
from console.settings import ConsoleSettings, Settings


def by_hand(arguments: argparse.Namespace, settings: Settings) -> int:
    """Exit code. Raises JournalError where it cannot be written."""
    outcome = Outcome(arguments.by_hand)
    operator = arguments.operator or settings.of(ConsoleSettings).operator or os_user()
    journal = audit(settings)
    try:
        journal.append(
            "manual_said",
            {
                "server": arguments.server,
                "command": filled(settings.of(SafetySettings).manual_command, arguments.server),
                "why": arguments.reason,
                "operator": operator,
                "said": outcome.value,
            },
        )
    finally:
        journal.close()
    sys.stdout.write(f"on record: {operator} says of the command for {arguments.server}: {outcome.value}\n")
    return Exit.OK
