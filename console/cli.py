"""The command `dsr-console`."""

from __future__ import annotations

import sys


def main() -> int:
    """Entry point."""
    sys.stderr.write("dsr-console: nothing to run yet\n")
    return 2
