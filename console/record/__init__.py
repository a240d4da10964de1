"""The audit file with its chain, its key and its verification; snapshots."""

from console.record.journal import Journal
from console.record.keys import Signer, signer

__all__ = ["Journal", "Signer", "signer"]
