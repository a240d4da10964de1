"""`python -m console.lab`: the same as `dsr-console lab`."""

from __future__ import annotations

import argparse
import sys

from console.domain.errors import SettingsError
from console.lab import serve
from console.lab.options import add_arguments, from_args


def main() -> int:
    """Exit code 0 after a clean end, 1 where the lab failed, 2 for wrong flags."""
    parser = argparse.ArgumentParser("dsr-console lab", description="A real fleet on loopback.")
    add_arguments(parser)
    try:
        return serve(from_args(parser.parse_args()))
    except SettingsError as error:
        sys.stderr.write(f"dsr-console lab: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
