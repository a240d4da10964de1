"""Made-up forecasts: a card with its table, the strip over the suspects, a verdict. Qt-free."""

from __future__ import annotations

from msgspec.structs import replace

from widgets.foretolddata import ForetoldData, ForetoldRow, HerdData, ToldLine, Weight
from widgets.viewdata import QT_TRANSLATE_NOOP, ScreenData, phrase, verbatim


def card(server: str) -> ForetoldData:
    """One silent server of three: its detach alone only moves the herd."""
    return ForetoldData(
        server,
        age="7 s",
        marks=(
            phrase(QT_TRANSLATE_NOOP("present", "now")),
            verbatim("+10 s"),
            verbatim("+30 s"),
            verbatim("+60 s"),
            phrase(QT_TRANSLATE_NOOP("present", "peak")),
        ),
        rows=(
            ForetoldRow(
                phrase(QT_TRANSLATE_NOOP("present", "as it is")),
                ("100", "100", "100", "92", "100"),
                (True, True, True, False, True),
            ),
            ForetoldRow(
                phrase(QT_TRANSLATE_NOOP("present", "detached")),
                ("100", "97", "83", "-", "97"),
                (True, False, False, False, False),
            ),
        ),
        lines=(
            ToldLine(
                phrase(QT_TRANSLATE_NOOP("present", "refused {before} -> {after}"), before="44 %", after="45 %"),
                Weight.ALARM,
            ),
            ToldLine(
                phrase(
                    QT_TRANSLATE_NOOP("present", "next full: {servers} in {seconds}"),
                    servers="dsrs-023",
                    seconds="4.0 s",
                ),
                Weight.ALARM,
            ),
            ToldLine(
                phrase(
                    QT_TRANSLATE_NOOP(
                        "present", "slots run out first: peak {peak} ± {margin} on {server}; memory {memory}"
                    ),
                    peak="97 %",
                    margin="8 %",
                    server="dsrs-011",
                    memory=phrase(QT_TRANSLATE_NOOP("present", "not told")),
                )
            ),
            ToldLine(
                phrase(
                    QT_TRANSLATE_NOOP("present", "{server} may take up to {bound} to become empty"),
                    server=server,
                    bound="24 h 0 min",
                )
            ),
        ),
        grounds=(
            phrase(
                QT_TRANSLATE_NOOP("present", "{off}; margins are at least {margin} for it"),
                off=phrase(
                    QT_TRANSLATE_NOOP("present", "last {count} forecasts: off by {error} on average"),
                    count="8",
                    error="4.0 %",
                ),
                margin="8.0 %",
            ),
        ),
    )


def strip(servers: tuple[str, ...]) -> HerdData:
    """The next one is full in seconds; these together would end it."""
    return HerdData(
        ToldLine(
            phrase(QT_TRANSLATE_NOOP("present", "{server} full in {seconds}"), server=servers[0], seconds="4 s"),
            Weight.ALARM,
        ),
        phrase(
            QT_TRANSLATE_NOOP("present", "{pool}: {n_eff} of {servers} effective, H {number}"),
            pool="-a-general/8k",
            n_eff="3.1",
            servers="32",
            number="0.42",
        ),
        phrase(
            QT_TRANSLATE_NOOP("present", "these {count}: refused {before} -> {after}"),
            count=str(len(servers)),
            before="45 %",
            after="0 %",
        ),
    )


def foreseen(data: ScreenData) -> ScreenData:
    """A picture with all that is foretold of it."""
    suspects = tuple(
        replace(
            card_,
            foretold=phrase(
                QT_TRANSLATE_NOOP("present", "detached alone: refused {before} -> {after}, peak {peak}"),
                before="44 %",
                after="45 %",
                peak="100 %",
            ),
        )
        for card_ in data.suspects
    )
    detail = data.detail
    if detail is not None:
        verdict = phrase(
            QT_TRANSLATE_NOOP("present", "{verdict}: {evidence}"),
            verdict=phrase(QT_TRANSLATE_NOOP("present", "reports sent but not received")),
            evidence=phrase(
                QT_TRANSLATE_NOOP(
                    "present", "report {sent} left {age} ago, the newest that arrived is {received}, {old} old"
                ),
                sent="1312",
                age="0.2 s",
                received="871",
                old="354 s",
            ),
        )
        detail = replace(detail, verdict=ToldLine(verdict, Weight.ALARM), foretold=card(detail.server))
    herd = strip(tuple(card_.server for card_ in data.suspects)) if data.suspects else None
    return replace(data, columns=None, suspects=suspects, detail=detail, herd=herd)
