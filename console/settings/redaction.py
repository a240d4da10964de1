"""The log: plain text on stderr or JSON lines in a file, with every registered secret taken out of every record."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from console.domain.errors import SettingsError

_HIDDEN = "[redacted]"


class Redactor(logging.Filter):
    """Replaces registered secrets in a record's message, traceback and stack, whatever handler writes it."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: tuple[str, ...] = ()

    def register(self, secret: str) -> None:
        """From now on this text never reaches a log. Nothing is hidden by an empty text."""
        if secret and secret not in self._secrets:
            self._secrets = tuple(sorted((*self._secrets, secret), key=len, reverse=True))

    def clean(self, text: str) -> str:
        """`text` without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if not self._secrets:
            return True
        record.msg, record.args = self.clean(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
            record.exc_info = None  # the objects behind it still hold the secret
        if record.stack_info:
            record.stack_info = self.clean(record.stack_info)
        return True


REDACTOR = Redactor()
"""The program's one list of secrets; every handler that `set_up_logging` makes has it as a filter."""


class JsonLines(logging.Formatter):
    """One JSON object a line: t (Unix seconds), level, logger, message, and error where there is a traceback."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "t": record.created,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        error = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else None)
        return json.dumps({**line, "error": error} if error else line, ensure_ascii=False)


def set_up_logging(level: str, file: str | None = None, stream: TextIO | None = None) -> None:
    """Points the root logger at `file` (JSON lines) or at `stream`, stderr where it is None. Raises SettingsError.

    A second call replaces what the first one set up.
    """
    if file is None:
        handler: logging.Handler = logging.StreamHandler(stream or sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    else:
        try:
            path = Path(file).expanduser()
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(path, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "cannot be opened"
            raise SettingsError(f"log file: {reason}.", where=file, remedy="Correct console.log_file.") from None
        handler.setFormatter(JsonLines())
    handler.addFilter(REDACTOR)
    root = logging.getLogger()
    for old in [old for old in root.handlers if REDACTOR in old.filters]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    # httpx logs each request with its address on INFO; at a thousand polls a second that is no log any more.
    logging.getLogger("httpx").setLevel(logging.WARNING)
