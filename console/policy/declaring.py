"""What all algorithms share: parameters are the fields of a frozen dataclass, declared once with `option`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields


class Declared:
    """Lists its dataclass fields as parameters; `ages_count` is overridden where ages do."""

    __slots__ = ()

    @property
    def ages_count(self) -> bool:
        """Whether it looks at ages at all."""
        return False

    @property
    def parameters(self) -> Mapping[str, float]:
        """Its settings, as the balancer lists them."""
        return {field.name: float(getattr(self, field.name)) for field in fields(self)}  # pyright: ignore[reportArgumentType]  each subclass is a dataclass
