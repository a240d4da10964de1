"""Alarms for the gallery and the tests: every standing, one with advice, a flood."""

from __future__ import annotations

from widgets.alarmdata import Advice, AdvicePage, AlarmsExtra
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, AlarmLine, AlarmStanding, Phrase, Tone, phrase

_GAP = phrase(
    QT_TRANSLATE_NOOP("present", "truth {truth}, belief {belief}: {gap} unseen by the balancer, margin {margin}"),
    truth="12/12",
    belief="0",
    gap="+12",
    margin="6.0",
)
_SILENT = phrase(QT_TRANSLATE_NOOP("present", "no report for {age}, limit {limit}"), age="360 s", limit="1.0 s")
_STATES = {
    AlarmStanding.UNACKNOWLEDGED: phrase(QT_TRANSLATE_NOOP("present", "not acknowledged")),
    AlarmStanding.ACKNOWLEDGED: phrase(
        QT_TRANSLATE_NOOP("present", "acknowledged {time} by {who}"), time="14:02:10", who="noc-2"
    ),
    AlarmStanding.LATCHED: phrase(QT_TRANSLATE_NOOP("present", "over since {time}, not acknowledged"), time="14:02:40"),
    AlarmStanding.SHELVED: phrase(
        QT_TRANSLATE_NOOP("present", "shelved by {who} until {time}: {reason}"),
        who="noc-2",
        time="15:00:00",
        reason="disk swap",
    ),
}


def gap(server: str, standing: AlarmStanding = AlarmStanding.UNACKNOWLEDGED) -> AlarmLine:
    """A high alarm."""
    word, priority = phrase(QT_TRANSLATE_NOOP("present", "gap")), phrase(QT_TRANSLATE_NOOP("present", "high"))
    return _line("gap", server, Tone.ALARM, "14:01:58", word, _GAP, priority, "89 s", standing)


def silent(server: str, standing: AlarmStanding = AlarmStanding.UNACKNOWLEDGED) -> AlarmLine:
    """A medium alarm."""
    word, priority = phrase(QT_TRANSLATE_NOOP("present", "silent")), phrase(QT_TRANSLATE_NOOP("present", "medium"))
    return _line("silent", server, Tone.WARN, "13:58:47", word, _SILENT, priority, "280 s", standing)


def _line(
    rule: str,
    server: str,
    tone: Tone,
    time: str,
    word: Phrase,
    sentence: Phrase,
    priority: Phrase,
    age: str,
    standing: AlarmStanding,
) -> AlarmLine:
    return AlarmLine(f"{rule}-{server}", tone, time, word, server, sentence, priority, age, standing, _STATES[standing])


def every_standing(servers: tuple[str, ...]) -> tuple[AlarmLine, ...]:
    """In the order of the console: what waits first."""
    first, second, third = servers[:3]
    return (
        gap(first),
        gap(second, AlarmStanding.LATCHED),
        gap(third, AlarmStanding.ACKNOWLEDGED),
        silent(first, AlarmStanding.ACKNOWLEDGED),
        silent(second, AlarmStanding.SHELVED),
    )


def extra(key: str = "", *, flood: bool = False) -> AlarmsExtra:
    """A flood line, and advice for the line with this key."""
    pages = {
        "en": AdvicePage(
            "The server holds 12 sessions, and the balancer believes in 0.",
            "It gets more than it can carry.",
            ("Detach it.", "Watch Routed fall to nothing."),
            "Map Gap: its row.",
        ),
        "ja": AdvicePage(
            "実際のセッションは 12 件、ロードバランサーの認識は 0 件です。",
            "処理能力を超えて振り分けられます。",
            ("切り離してください。", "振分が 0 になることを確認してください。"),
            "差マップの行。",
        ),
    }
    causes = phrase(
        QT_TRANSLATE_NOOP("present", "{first} and {count} more"),
        first=phrase(QT_TRANSLATE_NOOP("present", "silent")),
        count="11",
    )
    said = phrase(
        QT_TRANSLATE_NOOP("present", "Alarm flood, {count} new. By cause: {causes}"), count="12", causes=causes
    )
    return AlarmsExtra(said if flood else NOTHING, Advice(key, pages) if key else None)
