"""The two sections that belong to no other room: which balancer, and the console itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.errors import SettingsError
from console.domain.options import option

if TYPE_CHECKING:
    from console.net import Trust

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class BalancerSettings:
    """Where DSRM is, what to call it, and where its token comes from. Never the token itself."""

    url: str | None = option(None, sentence="Base address of DSRM, such as https://dsrm.example.net:8443")
    environment: str = option("", sentence="What this fleet is called on the screen: production, staging, ...")
    token_env: str | None = option(None, sentence="Name of the environment variable that holds the bearer token.")
    token_file: str | None = option(
        None, sentence="File that holds the bearer token, one line, readable by its owner only (mode 0600)."
    )
    token_keyring: bool = option(
        False,
        sentence="Take the token from this user's keyring (`dsr-console token set`); the two above come next.",
    )
    ca_file: str | None = option(
        None, sentence="PEM file of the authorities to trust instead of the system's; for a site's own CA."
    )
    pins: tuple[str, ...] = option(
        (),
        sentence="sha256 of public keys (SPKI); whoever gets the token must show one. `dsr-console check` tells today's.",
    )
    cert_file: str | None = option(
        None, sentence="PEM file of our own certificate, for a balancer or a server that asks for one."
    )
    key_file: str | None = option(
        None,
        sentence="PEM file of its private key: not encrypted, mode 0600. Unset: it is in cert_file.",
    )

    def __post_init__(self) -> None:
        if self.url is not None:
            from console.net import Url  # loads httpx: only where there is an address to look at

            try:
                Url.parse(self.url)
            except ValueError as error:
                remedy = "Write http://HOST:PORT or https://HOST:PORT; a token goes into token_env or token_file."
                raise SettingsError(str(error), where="url", remedy=remedy) from None
        if self.pins or self.key_file is not None:
            self.trust()
        if self.token_env is not None and self.token_file is not None:
            raise SettingsError(
                "token_file and token_env are both set.", where="token_file", remedy="Keep one of them."
            )
        if self.token_env is not None and not _NAME.fullmatch(self.token_env):
            raise SettingsError(
                "this is not the name of an environment variable.",
                where="token_env",
                remedy="Write the variable's name here (A-Z, 0-9, _), not the token itself.",
            )

    def trust(self) -> Trust:
        """Whom to believe over TLS, and what to show. Raises SettingsError."""
        from console.net import Trust

        return Trust(self.ca_file, self.pins, self.cert_file, self.key_file)


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """The operator's name, where records go, and what is logged."""

    operator: str = option("", sentence="Name that detach and attach carry; empty: the user of this machine.")
    journal_folder: str | None = option(
        None, sentence="Folder of the journal of actions; unset: the platform's state folder of this user."
    )
    snapshot_folder: str | None = option(
        None, sentence="Folder of the snapshots that the window saves; unset: this user's documents."
    )
    log_level: str = option(
        "warning", choices=("debug", "info", "warning", "error"), sentence="Least level that is logged."
    )
    log_file: str | None = option(
        None, sentence="File that receives the log as JSON lines; unset: plain text on stderr."
    )

    def __post_init__(self) -> None:
        if len(self.operator) > 100:
            raise SettingsError("more than 100 characters.", where="operator", remedy="Shorten the name.")
