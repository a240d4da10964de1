"""The only user of httpx: the fan-out transport and the control client."""

from __future__ import annotations

from console.net import lean as lean  # before whatever imports httpx

# isort: split
from console.net.control import ControlClient
from console.net.endpoint import Endpoint
from console.net.fleet import FleetTransport
from console.net.inspect import look
from console.net.limits import raise_open_files
from console.net.names import Names
from console.net.prepared import Prepared, prepare
from console.net.restraint import Restraint
from console.net.trust import Trust, tls_context
from console.net.url import Url
from console.net.wire import FLEET_CAP, STATUS_CAP, HttpAnswer

__all__ = [
    "FLEET_CAP",
    "STATUS_CAP",
    "ControlClient",
    "Endpoint",
    "FleetTransport",
    "HttpAnswer",
    "Names",
    "Prepared",
    "Restraint",
    "Trust",
    "Url",
    "look",
    "prepare",
    "raise_open_files",
    "tls_context",
]
