"""What the lab says of its own demo, asked for without waiting long, and told in a few sentences."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

_ASK_S: Final = 2.0
_MOST_BYTES: Final = 1 << 16

# The lab is our own child on loopback: a proxy that the environment names has no business between us.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask_guide(lab_url: str) -> Mapping[str, Any] | None:
    """Where the demo is (blocking); None: the lab does not answer, which the fleet itself will show."""
    try:
        with _opener.open(f"{lab_url}/lab/guide", timeout=_ASK_S) as answer:
            return json.loads(answer.read(_MOST_BYTES))
    except (OSError, ValueError):
        return None


def chapter(guide: Mapping[str, Any], dsrm_url: str, command: str = "dsr-console") -> str:
    """What one phase of the demo is about, in a few sentences; `command` is how this program is called."""
    muted: list[str] = guide["muted"]
    if guide.get("scenario", "demo") != "demo":
        told = f"[{guide['clock']}] {guide['title']}: {guide['say']}"
        return f"{told} Next: {guide['do']}" if guide["do"] else told
    match guide["name"]:
        case "quiet":
            return "Quiet: a healthy fleet at night. Soon three servers will stop reporting their load to the balancer."
        case "mute":
            return (
                "Three servers stop reporting. Their sessions go on, but the balancer will believe them idle for ever."
            )
        case "ramp":
            return f"The day's load comes: the balancer sends it to {', '.join(muted)}, which it believes idle."
        case _:
            ways = "".join(
                f"\n    {command} detach {server} --url {dsrm_url} --reason 'silent and full'" for server in muted
            )
            return (
                f"Clients are refused while the other servers stand nearly idle. The remedy, in another terminal:{ways}"
            )
