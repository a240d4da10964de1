"""The command `dsr-console`: parses, loads settings, hands over. Whatever is heavy is imported where it is needed."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from console.cli.parser import parse
from console.domain.errors import ConsoleError, SettingsError

__all__ = ["main"]


def _crashed(command: str, error: Exception) -> int:
    """What nobody foresaw: the stack on stderr and in a crash file, both without secrets. Exit code 1."""
    from console.settings import crash_folder
    from console.settings.crash import CrashFiles
    from console.settings.redaction import REDACTOR

    sys.stderr.write(REDACTOR.clean("".join(traceback.format_exception(error))))
    file = CrashFiles(crash_folder()).leave(f"`{command}` ended with an exception.", error)
    if file is not None:
        sys.stderr.write(f"dsr-console: the console itself failed; {file} says where.\n")
    return 1


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point. Exit codes: 0 done, 2 bad usage or settings, 1 anything else; a subcommand's own are in its help."""
    arguments = parse(argv)
    from console.cli import commands

    try:
        return int(getattr(commands, arguments.command)(arguments))
    except ConsoleError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"dsr-console: {line}\n")
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        return 130  # as the shell has it, where the platform does not let us take the signal
    except BrokenPipeError:
        # Nobody reads stdout any more (`| head`); what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the border of the program: it leaves a file, and says where
        return _crashed(arguments.command, error)
