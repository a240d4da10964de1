"""What the status line says of an order on alarms, and whether it will outlive the console."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.lifecycle import Key
from console.present import numbers
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase, verbatim


def acknowledged(keys: Sequence[Key], *, kept: bool) -> Phrase:
    """After an acknowledgement; `kept`: it is on disk."""
    done = (
        phrase(QT_TRANSLATE_NOOP("present", "{count} alarms"), count=numbers.count(float(len(keys))))
        if len(keys) > 1
        else verbatim(name_of(keys[0]))
    )
    return _kept(phrase(QT_TRANSLATE_NOOP("present", "Acknowledged: {done}."), done=done), kept)


def shelved(key: Key, seconds: float | None, *, kept: bool) -> Phrase:
    """After shelving; `seconds` None: for as long as the settings say."""
    if seconds is None:
        said = phrase(QT_TRANSLATE_NOOP("present", "Shelved: {name}."), name=name_of(key))
    else:
        said = phrase(
            QT_TRANSLATE_NOOP("present", "Shelved for {time}: {name}."),
            time=numbers.seconds(seconds),
            name=name_of(key),
        )
    return _kept(said, kept)


def unshelved(key: Key, *, kept: bool) -> Phrase:
    """After it came off the shelf."""
    return _kept(phrase(QT_TRANSLATE_NOOP("present", "Off the shelf: {name}."), name=name_of(key)), kept)


def noted(key: Key | None, server: str | None, *, kept: bool) -> Phrase:
    """After a note."""
    about = name_of(key) if key is not None else server
    said = (
        phrase(QT_TRANSLATE_NOOP("present", "Noted on {name}."), name=about)
        if about
        else phrase(QT_TRANSLATE_NOOP("present", "Noted on the situation."))
    )
    return _kept(said, kept)


def name_of(key: Key) -> str:
    """As `Alarm.name`."""
    rule, subject, _ = key
    return f"{rule}:{subject or 'fleet'}"


def _kept(said: Phrase, kept: bool) -> Phrase:
    if kept:
        return said
    return phrase(QT_TRANSLATE_NOOP("present", "{said} It is not on disk: a restart forgets it."), said=said)
