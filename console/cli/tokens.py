"""`dsr-console token set | forget | where`: the token in the keyring. It comes from the terminal or stdin, never from an argument."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Final

from console.domain.errors import ConsoleError, SettingsError

if TYPE_CHECKING:
    from console.settings import Settings

_MOST: Final = 8192


def token(arguments: argparse.Namespace, settings: Settings) -> int:
    """Runs one of them. Raises ConsoleError with the reason where the keyring cannot be used: then nothing is kept anywhere."""
    from console.settings import BalancerSettings, keyring
    from console.settings.secrets import checked, keyring_name

    balancer = settings.of(BalancerSettings)
    name = keyring_name(balancer)
    match arguments.what:
        case "set":
            kept_in = keyring.store(name, checked(_typed(name), "what was typed"))
            sys.stdout.write(f"The token of {name} is kept in the keyring ({kept_in}).\n")
            if not balancer.token_keyring:
                sys.stdout.write("It is read from there with `token_keyring = true` in [balancer] of the settings.\n")
            return 0
        case "forget":
            there = keyring.forget(name)
            sys.stdout.write(f"The keyring {'forgot the' if there else 'had no'} token of {name}.\n")
            return 0
        case _:
            return _where(settings, name)


def ask_for_token(settings: Settings) -> str | None:
    """For a command at a terminal: the token, typed, where only the keyring was to give it and did not. It stays in memory."""
    from console.engine.headless import tell
    from console.settings import BalancerSettings
    from console.settings.secrets import checked, read_token

    balancer = settings.of(BalancerSettings)
    alone = balancer.token_keyring and balancer.token_env is None and balancer.token_file is None
    if not alone or not sys.stdin.isatty():
        return None
    try:
        read_token(balancer, os.environ)
    except SettingsError as error:
        tell(str(error))
        return checked(getpass.getpass("Token (it stays in memory): ", sys.stderr), "what was typed")
    return None


def _typed(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Token for {name}: ", sys.stderr)
    return sys.stdin.readline(_MOST)


def _where(settings: Settings, name: str) -> int:
    """Each named source and whether it gives a token now, in the order in which they are read. The token itself is never shown."""
    from console.settings import BalancerSettings, keyring
    from console.settings.secrets import read_token

    balancer = settings.of(BalancerSettings)
    rows: list[tuple[str, str, bool]] = []
    try:
        rows.append(
            (f"keyring, {name}", "holds a token" if (held := keyring.fetch(name)) else "holds none", bool(held))
        )
    except ConsoleError as error:
        rows.append((f"keyring, {name}", str(error), False))
    if not balancer.token_keyring:
        rows[0] = (rows[0][0], f"{rows[0][1].rstrip('.')}; not asked, since balancer.token_keyring is false", False)
    if balancer.token_env is not None or balancer.token_file is not None:
        named = BalancerSettings(balancer.url, token_env=balancer.token_env, token_file=balancer.token_file)
        where = f"environment variable {named.token_env}" if named.token_env is not None else f"file {named.token_file}"
        try:
            rows.append((where, "holds a token", read_token(named, os.environ) is not None))
        except SettingsError as error:
            rows.append((where, str(error), False))
    for where, state, _ in rows:
        sys.stdout.write(f"{where}: {state}\n")
    used = next((where for where, _, good in rows if good), None)
    sys.stdout.write(f"used: {used or 'none'}\n")
    return 0 if used is not None else 1
