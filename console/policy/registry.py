"""The algorithms by name, and their parameters checked. A wrong name or value is one clear sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from console.domain.errors import SettingsError
from console.domain.options import Option, declared
from console.policy.balancing import Balancing
from console.policy.best_of_two import BestOfTwo
from console.policy.both import Both
from console.policy.count_in_flight import CountInFlight
from console.policy.exclude_stale import ExcludeStale
from console.policy.expire_to_average import ExpireToAverage
from console.policy.least_reported import LeastReported

_ALL: Final = (LeastReported, ExcludeStale, CountInFlight, Both, BestOfTwo, ExpireToAverage)
_BY_NAME: Final = {kind().name: kind for kind in _ALL}
NAMES: Final = tuple(_BY_NAME)
"""Every algorithm, the one of the incident first."""


def by_name(name: str, parameters: Mapping[str, object] | None = None) -> Balancing:
    """The algorithm with these parameters; those not named keep their defaults. Raises SettingsError."""
    options = options_of(name)
    values: dict[str, float] = {}
    for parameter, value in (parameters or {}).items():
        if parameter not in options:
            known = f"it has {', '.join(options)}" if options else "it has none"
            raise SettingsError(f"The algorithm {name} has no parameter {parameter!r}; {known}.")
        values[parameter] = _number(f"{name}: {parameter}", value, options[parameter])
    return _BY_NAME[name](**values)


def options_of(name: str) -> dict[str, Option]:
    """The parameters of an algorithm: unit, bounds and sentence. Raises SettingsError for an unknown name."""
    if name not in _BY_NAME:
        raise SettingsError(f"There is no algorithm {name!r}; there are {', '.join(NAMES)}.")
    declarations = {field.name: declared(field.metadata) for field in fields(_BY_NAME[name])}
    return {parameter: option for parameter, option in declarations.items() if option is not None}


def _number(where: str, value: object, option: Option) -> float:
    low, high = (
        option.low if option.low is not None else -math.inf,
        option.high if option.high is not None else math.inf,
    )
    # A bool is an int to Python, and no number to anybody else.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SettingsError(f"{where} is {value!r}; it must be a number from {low:g} to {high:g} ({option.unit}).")
    return float(value)
