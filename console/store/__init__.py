"""History in numpy rings: an hour in full, a day in coarse columns; memory flat from the start. One writer, any readers."""

from console.store.holders import Holders, Turnover
from console.store.past import Past, PastTier
from console.store.ring import Cut
from console.store.store import Store, StoreSettings

__all__ = ["Cut", "Holders", "Past", "PastTier", "Store", "StoreSettings", "Turnover"]
