"""View -> view data for widgets. Pure: no Qt, no clock, no I/O; words leave as Phrases, missing numbers as "-"."""

from console.present.alarms import cycle_of
from console.present.alarmwords import acknowledged, noted, shelved, unshelved
from console.present.arrangement import Arrangement, Order
from console.present.banners import broken, waiting
from console.present.guidance import advice
from console.present.guide import guide
from console.present.ladder import Pending
from console.present.presenter import Presenter
from console.present.reasons import reason
from console.present.suspects import reason_text

__all__ = [
    "Arrangement",
    "Order",
    "Pending",
    "Presenter",
    "acknowledged",
    "advice",
    "broken",
    "cycle_of",
    "guide",
    "noted",
    "reason",
    "reason_text",
    "shelved",
    "unshelved",
    "waiting",
]
