"""How the operator wants the rows: order, filter, frozen or not, and the server whose detail is open."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Order(Enum):
    """What the rows are sorted by; ties always by name."""

    HOTNESS = "hotness"
    NAME = "name"
    POOL = "pool"


class Arrangement(Struct, frozen=True):
    """Frozen: rows keep their places while the pointer or the keyboard is in them; new ones go to the end."""

    order: Order = Order.HOTNESS
    text: str = ""
    only_abnormal: bool = False
    frozen: bool = False
    chosen: str | None = None
    alarm: str | None = None
    """Key of the alarm line whose guidance is open."""
    only_shelved: bool = False
    """The alarm list shows what is set aside, and nothing else."""
