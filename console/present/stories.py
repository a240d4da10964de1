"""Titles, sentences and advice of the product's scenarios, word for word as in `resources/scenarios`, so that they can be translated."""

from __future__ import annotations

from typing import Final

from widgets.viewdata import QT_TRANSLATE_NOOP

STORIES: Final = frozenset(
    {
        QT_TRANSLATE_NOOP("present", "Night: all is well"),
        QT_TRANSLATE_NOOP(
            "present", "A few sessions, every server reports its load to the balancer several times a second."
        ),
        QT_TRANSLATE_NOOP("present", "Two servers stop reporting"),
        QT_TRANSLATE_NOOP(
            "present",
            "They go on serving. The balancer keeps their last report, zero sessions, and will believe it. No client suffers yet.",
        ),
        QT_TRANSLATE_NOOP("present", "Detach the silent servers."),
        QT_TRANSLATE_NOOP("present", "The balancer restarts"),
        QT_TRANSLATE_NOOP(
            "present", "It learns the servers anew from their reports. What an operator had told it is gone."
        ),
        QT_TRANSLATE_NOOP("present", "Look at what you detached: is it still out?"),
        QT_TRANSLATE_NOOP("present", "The day begins"),
        QT_TRANSLATE_NOOP("present", "More and more calls come; the balancer spreads them evenly."),
        QT_TRANSLATE_NOOP("present", "Business hours: all is well"),
        QT_TRANSLATE_NOOP("present", "Full load, evenly spread: every server reports in time."),
        QT_TRANSLATE_NOOP("present", "Two clocks are wrong"),
        QT_TRANSLATE_NOOP("present", "The servers are healthy; only what they say about the time is wrong."),
        QT_TRANSLATE_NOOP("present", "Detach nobody. Mend the clocks: logs of these servers cannot be compared."),
        QT_TRANSLATE_NOOP("present", "Counters of three servers go back to zero"),
        QT_TRANSLATE_NOOP(
            "present",
            "A difference of two counters is missing for one poll. It is not a negative number, and not a jump.",
        ),
        QT_TRANSLATE_NOOP("present", "Nothing: a console that cries now would be wrong."),
        QT_TRANSLATE_NOOP("present", "One server reports for 4 s, and is silent for 4 s"),
        QT_TRANSLATE_NOOP("present", "Looked at once, it is healthy half of the time. Over a minute it is not."),
        QT_TRANSLATE_NOOP("present", "Detach it: a server that comes and goes is worse than one that is gone."),
        QT_TRANSLATE_NOOP(
            "present", "Look at the report ages, and detach the silent servers now: it is night, nobody notices."
        ),
        QT_TRANSLATE_NOOP("present", "Business hours: the herd moves in"),
        QT_TRANSLATE_NOOP(
            "present",
            "The day's telephone calls come. To the balancer the silent servers look the emptiest, so it sends them nearly all of it.",
        ),
        QT_TRANSLATE_NOOP("present", "First peak: clients are refused"),
        QT_TRANSLATE_NOOP(
            "present",
            "The silent servers are full and refuse, and the balancer sends them more, while the others stand nearly idle. 16k is clean.",
        ),
        QT_TRANSLATE_NOOP("present", "Detach the silent servers, worst first; sessions that they have go on."),
        QT_TRANSLATE_NOOP("present", "One of them runs out of memory"),
        QT_TRANSLATE_NOOP(
            "present",
            "The system kills it and cuts its sessions. The balancer still believes it empty: what it sends there finds a closed port.",
        ),
        QT_TRANSLATE_NOOP("present", "Detach what is left of them."),
        QT_TRANSLATE_NOOP("present", "The reports are back: it recovers by itself"),
        QT_TRANSLATE_NOOP(
            "present",
            "The killed one is started again, all report, the balancer corrects its table. The cause is still there.",
        ),
        QT_TRANSLATE_NOOP("present", "Attach what you detached. Do not close the incident: recovery is not a fix."),
        QT_TRANSLATE_NOOP("present", "Silence again"),
        QT_TRANSLATE_NOOP("present", "Once more servers stop reporting while they look idle."),
        QT_TRANSLATE_NOOP("present", "Detach the silent servers before the load comes."),
        QT_TRANSLATE_NOOP("present", "Second peak: one minute"),
        QT_TRANSLATE_NOOP("present", "The same herd on the same kind of silence; this time it is short."),
        QT_TRANSLATE_NOOP("present", "Detach the silent servers, worst first."),
        QT_TRANSLATE_NOOP("present", "Over"),
        QT_TRANSLATE_NOOP(
            "present",
            "Reports and load are normal. Who was not detached recovered by itself, twice, and may fall again.",
        ),
        QT_TRANSLATE_NOOP("present", "Save what happened as one file (Ctrl+S in the window)."),
        QT_TRANSLATE_NOOP("present", "Three servers stop reporting"),
        QT_TRANSLATE_NOOP("present", "Reports of four servers get lost on the way"),
        QT_TRANSLATE_NOOP(
            "present",
            "The servers send, the balancer does not receive: the numbers of the reports differ on the two sides.",
        ),
        QT_TRANSLATE_NOOP(
            "present",
            "Look at sent and received in the detail of a server before you blame it: the way between is ill.",
        ),
        QT_TRANSLATE_NOOP("present", "Night: two servers stop reporting"),
        QT_TRANSLATE_NOOP("present", "Lie 1: accepted, and nothing is done"),
        QT_TRANSLATE_NOOP(
            "present", "The balancer answers that it has detached the server. Its own table says otherwise."
        ),
        QT_TRANSLATE_NOOP("present", "Detach a silent server: the proof must stop before Confirmed."),
        QT_TRANSLATE_NOOP("present", "Lie 2: shown as detached, and fed all the same"),
        QT_TRANSLATE_NOOP("present", "Its table shows the server as detached; new sessions go there as before."),
        QT_TRANSLATE_NOOP("present", "Detach a silent server: the proof must stop before Effective."),
        QT_TRANSLATE_NOOP("present", "Lie 3: accepted for later, and never done"),
        QT_TRANSLATE_NOOP("present", "The balancer promises to do it later."),
        QT_TRANSLATE_NOOP("present", "Detach a silent server: the proof must not get beyond Accepted."),
        QT_TRANSLATE_NOOP("present", "Lie 4: done, and taken back"),
        QT_TRANSLATE_NOOP("present", "The server is taken out, and put back after a few seconds."),
        QT_TRANSLATE_NOOP("present", "Detach a silent server: an alarm must tell when it is back."),
        QT_TRANSLATE_NOOP("present", "Lie 5: done, and no answer"),
        QT_TRANSLATE_NOOP("present", "The balancer does it and never says so."),
        QT_TRANSLATE_NOOP("present", "Detach a silent server: the outcome is unknown until the table is read."),
        QT_TRANSLATE_NOOP("present", "Every report of the 8k pool gets lost"),
        QT_TRANSLATE_NOOP(
            "present",
            "The balancer picks by old counts. The servers themselves say that they are well: truth is visible, belief is old.",
        ),
        QT_TRANSLATE_NOOP(
            "present",
            "Detach nobody: whoever remains is just as silent. Look at what lies between the servers and the balancer.",
        ),
        QT_TRANSLATE_NOOP("present", "The reports are back"),
        QT_TRANSLATE_NOOP("present", "The balancer corrects its table within a report interval."),
        QT_TRANSLATE_NOOP("present", "Two servers restart under full load, and fall silent"),
        QT_TRANSLATE_NOOP(
            "present",
            "Each reported zero sessions once, and nothing after that: the herd of a whole day moves in within seconds.",
        ),
        QT_TRANSLATE_NOOP("present", "The servers report again and the balancer corrects its table."),
        QT_TRANSLATE_NOOP("present", "Attach what you detached."),
        QT_TRANSLATE_NOOP("present", "One server reports zero, whatever is true"),
        QT_TRANSLATE_NOOP(
            "present",
            "Its reports are fresh, so nothing looks silent. What it says of itself and what it reports begin to differ.",
        ),
        QT_TRANSLATE_NOOP("present", "Business hours: the herd is on one server"),
        QT_TRANSLATE_NOOP(
            "present", "It is full and refuses; the balancer reads zero and sends it the next session, and the next."
        ),
        QT_TRANSLATE_NOOP("present", "Compare truth and belief, and detach the server whose gap is large."),
        QT_TRANSLATE_NOOP("present", "It reports the truth again"),
        QT_TRANSLATE_NOOP("present", "The balancer corrects its table; the herd leaves as its sessions end."),
        QT_TRANSLATE_NOOP("present", "Each server is a process of its own here, with a memory cap."),
        QT_TRANSLATE_NOOP("present", "Two servers stop reporting, and lose memory"),
        QT_TRANSLATE_NOOP(
            "present",
            "They serve more sessions than they can recognise in time. Audio that waits is memory that is gone.",
        ),
        QT_TRANSLATE_NOOP("present", "Detach them: a server that gets no new sessions can drain."),
        QT_TRANSLATE_NOOP("present", "Killed at the cap, and replaced"),
        QT_TRANSLATE_NOOP(
            "present",
            "The system kills the full servers and cuts their sessions. A replacement reports zero and draws the herd.",
        ),
        QT_TRANSLATE_NOOP("present", "Watch the replacements: they are new ids, and nobody has detached them."),
    }
)
