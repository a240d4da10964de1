"""`dsr-console audit path | key | show | verify`: reads the record of every action; changes nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from console.engine.lines import visible

if TYPE_CHECKING:
    from console.settings import Settings

_TOLD = ("operator", "verb", "server", "step", "status", "code", "refused_by", "reason", "break_glass", "message")
"""What a line for people shows of a record, in this order, where it is there."""


def audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Runs one of them. Raises JournalError where there is nothing to read."""
    from console.settings import ConsoleSettings, journal_path

    path = journal_path(settings.of(ConsoleSettings))
    match arguments.what:
        case "path":
            sys.stdout.write(f"{path}\n")
        case "key":
            from console.record import signer
            from console.settings import state_folder

            sys.stdout.write(signer(state_folder()).public.pem)
        case "show":
            _show(arguments, path)
        case _:
            return _verify(arguments, path)
    return 0


def _show(arguments: argparse.Namespace, path: Any) -> None:
    from console.record.audit import records
    from console.record.chain import canonical

    found = list(records(path))
    for record in found if arguments.last is None else islice(found, max(0, len(found) - arguments.last), None):
        sys.stdout.write(canonical(record).decode("ascii") + "\n" if arguments.json else f"{_line(record)}\n")


def _line(record: Mapping[str, Any]) -> str:
    body = cast("Mapping[str, Any]", record.get("body") or {})
    wall_s = record.get("wall_s")
    at = datetime.fromtimestamp(wall_s, UTC).strftime("%Y-%m-%d %H:%M:%SZ") if isinstance(wall_s, int | float) else "?"
    told = " ".join(f"{name}={body[name]}" for name in _TOLD if body.get(name) not in (None, ""))
    return visible(f"{record.get('seq'):>6}  {at}  {record.get('kind')}  {told}")


def _verify(arguments: argparse.Namespace, path: Any) -> int:
    from console.record.audit import verify
    from console.record.keys import PUBLIC, verifier
    from console.settings import state_folder

    own = state_folder() / PUBLIC
    key = verifier(arguments.key) if arguments.key is not None else verifier(own) if own.exists() else None
    file = arguments.file if arguments.file is not None else path
    result = verify(file, key, state=state_folder(), head=arguments.head, alone=arguments.file is not None)
    if result.finding is not None:
        sys.stdout.write(f"BAD  {result.finding}\n")
        return 1
    signed = (
        "signatures not looked at: there is no public key here"
        if key is None
        else f"{result.checkpoints} signatures good (key {key.name})"
    )
    head = "empty" if result.head is None else f"head {result.head.seq} {result.head.hash}"
    sys.stdout.write(
        f"good  {result.files} files, {result.lines} lines, {signed}, {result.unsigned} lines since; {head}\n"
    )
    return 0
