"""The console's own sentences of reason, found again in plain text, so that the window says them in its own language.

Reasons travel as text: through Frames, the journal and snapshots, and into logs, all in English. A sentence that this table knows
becomes a Phrase; the names, numbers and words of the system inside of it stay as they are. Any other text passes verbatim.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from console.domain.safety import Said
from console.present.gatewords import GATES, MANUAL, PLAN_ENDS, PLANS, WAYS
from console.present.recordwords import RECORDS
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase, verbatim

_NET: Final = (
    QT_TRANSLATE_NOOP(
        "present", "The certificate of {place} is not trusted ({why}): name its CA file in the settings."
    ),
    QT_TRANSLATE_NOOP("present", "The certificate of {place} has expired: it must be renewed there."),
    QT_TRANSLATE_NOOP("present", "The certificate of {place} is not valid yet: compare the clocks of both machines."),
    QT_TRANSLATE_NOOP(
        "present",
        "The certificate of {place} is made out to another name: call it by a name that is in its certificate.",
    ),
    QT_TRANSLATE_NOOP(
        "present", "The certificate of {place} is signed by itself: if it is the right one, name it as the CA file."
    ),
    QT_TRANSLATE_NOOP(
        "present", "The certificate of {place} comes from an authority unknown here: name its CA file in the settings."
    ),
    QT_TRANSLATE_NOOP(
        "present", "The certificate of {place} has been revoked: somebody must look into that before it is used."
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "{place} shows none of the pinned keys, its own is {pin}: either its certificate was renewed with another key,"
        " or somebody stands between.",
    ),
    QT_TRANSLATE_NOOP("present", "Our client certificate has expired on {date}, so {place} is not called: renew it."),
    QT_TRANSLATE_NOOP(
        "present",
        "{place} wants a client certificate and none is named: set balancer.cert_file and balancer.key_file.",
    ),
    QT_TRANSLATE_NOOP(
        "present", "{place} broke the handshake off: it may want a client certificate, or other ciphers than ours."
    ),
    QT_TRANSLATE_NOOP(
        "present", "{place} hung up after the handshake: it may want a client certificate, or another one than ours."
    ),
    QT_TRANSLATE_NOOP(
        "present", "{place} says that our client certificate has expired: renew it, and compare the clocks."
    ),
    QT_TRANSLATE_NOOP("present", "{place} says that our client certificate has been revoked: ask for a new one."),
    QT_TRANSLATE_NOOP(
        "present", "{place} does not know the authority of our client certificate: ask for one that it accepts."
    ),
    QT_TRANSLATE_NOOP("present", "{place} refuses our client certificate ({why}): ask for one that it accepts."),
    QT_TRANSLATE_NOOP("present", "{place} does not speak TLS as expected ({why}): is it https at all?"),
    QT_TRANSLATE_NOOP("present", "{place} refused the connection: is the server running, and on this port?"),
    QT_TRANSLATE_NOOP("present", "{place} reset the connection: the server died, or something between cut it."),
    QT_TRANSLATE_NOOP(
        "present", "The name of {place} could not be resolved: check the name and the resolver of this workstation."
    ),
    QT_TRANSLATE_NOOP("present", "The name of {place} has not been resolved."),
    QT_TRANSLATE_NOOP("present", "The name {place} was not resolved within {limit} s."),
    QT_TRANSLATE_NOOP("present", "This workstation has no file descriptor left: raise its limit of open files."),
    QT_TRANSLATE_NOOP("present", "There is no route from this workstation to {place}: check network and VPN."),
    QT_TRANSLATE_NOOP("present", "{place} could not be reached ({why}): check network and firewall."),
    QT_TRANSLATE_NOOP("present", "{place} closed the connection without an answer."),
    QT_TRANSLATE_NOOP("present", "{place} answers 401: the token is missing or wrong."),
    QT_TRANSLATE_NOOP("present", "{place} has refused the token, which is not sent again: store another one."),
    QT_TRANSLATE_NOOP("present", "{place} asked for a pause, {left} s of it are left."),
    QT_TRANSLATE_NOOP("present", "{place} answers 403: this token may not read here."),
    QT_TRANSLATE_NOOP("present", "{place} answers {status}: it is overloaded and asks for {wait} s."),
    QT_TRANSLATE_NOOP("present", "{place} answers {status}: it is overloaded."),
    QT_TRANSLATE_NOOP("present", "{place} answers {status}: is this the interface that the settings mean?"),
    QT_TRANSLATE_NOOP(
        "present", "{place} answers {status} and points elsewhere, which is never followed: name the final address."
    ),
    QT_TRANSLATE_NOOP("present", "{place} gave no whole answer within {limit} s."),
    QT_TRANSLATE_NOOP("present", "The balancer gave no whole answer within {limit} s."),
    QT_TRANSLATE_NOOP("present", "No whole answer within {limit} s."),
    QT_TRANSLATE_NOOP("present", "The balancer's answer is older than the one before; it was not used."),
    QT_TRANSLATE_NOOP("present", "The balancer's answer is the one before once more; it was not used."),
    QT_TRANSLATE_NOOP("present", "Its answer is older than the one before; it was not used."),
    QT_TRANSLATE_NOOP("present", "Its answer is the one before once more; it was not used."),
    QT_TRANSLATE_NOOP("present", "{place} wants TLS, which was not set up here."),
    QT_TRANSLATE_NOOP("present", "This address cannot be polled: {why}"),
    QT_TRANSLATE_NOOP("present", "The answer of {place} {what}."),
    QT_TRANSLATE_NOOP("present", "Reading the balancer failed in the console itself: {why}."),
    QT_TRANSLATE_NOOP("present", "Reading it failed in the console itself: {why}; see the log."),
)
_TOKEN: Final = (
    QT_TRANSLATE_NOOP(
        "present", "The keyring did not answer within {limit} s: unlock it, or name another source of the token."
    ),
    QT_TRANSLATE_NOOP("present", "There is no keyring on this machine: name another source of the token."),
    QT_TRANSLATE_NOOP("present", "The keyring is locked: unlock it, or name another source of the token."),
    QT_TRANSLATE_NOOP("present", "The keyring failed ({why}): mend it, or name another source of the token."),
    QT_TRANSLATE_NOOP(
        "present", "The keyring keeps no token for {name}: store it with `dsr-console token set --url {name}`."
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "environment variable {name}: is empty or not set. Export it, or name another with --token-env.",
    ),
    QT_TRANSLATE_NOOP("present", "{file}: others can read this token. chmod 600 {file}, as its owner."),
)
_DECODE: Final = (
    QT_TRANSLATE_NOOP("present", "The {what} breaks the contract: {why}."),
    QT_TRANSLATE_NOOP("present", "The {what} is not readable JSON: {why}."),
    QT_TRANSLATE_NOOP("present", "The {what} speaks {schema}, this console speaks {known}."),
)
_SOURCE: Final = (
    QT_TRANSLATE_NOOP("present", "The balancer lists no status address for {server}: its truth cannot be read."),
    QT_TRANSLATE_NOOP("present", "The address listed for {server} cannot be called: {why}"),
    QT_TRANSLATE_NOOP("present", "{other} answers at {place}, the address listed for {server}."),
    QT_TRANSLATE_NOOP(
        "present", "Port {port} is outside the ports that may be called: allow it in the settings if it is right."
    ),
    QT_TRANSLATE_NOOP("present", "{address} is no address that can be called."),
    QT_TRANSLATE_NOOP("present", "{address} is a link-local, multicast or empty address: no server is called there."),
    QT_TRANSLATE_NOOP(
        "present", "{address} would be this workstation itself: the balancer must list an address for outsiders."
    ),
    QT_TRANSLATE_NOOP(
        "present", "{address} is in no allowed network: name its network in the settings if it is right."
    ),
    QT_TRANSLATE_NOOP("present", "The balancer lists no address for it."),
)
_LADDER: Final = (
    QT_TRANSLATE_NOOP(
        "present",
        "No answer came: it may have happened or not. The fleet is being read back; nothing is sent again.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer answered {status}: it may have happened or not. The fleet is being read back; nothing is sent again.",
    ),
    QT_TRANSLATE_NOOP("present", "The balancer turned it down: {why}. Nothing was changed; look again and decide."),
    QT_TRANSLATE_NOOP(
        "present", "{server} was replaced: another incarnation holds its name now; look at its state before you act."
    ),
    QT_TRANSLATE_NOOP("present", "{server} left the fleet before this could be proved; it gets no new sessions."),
    QT_TRANSLATE_NOOP("present", "{server} was attached again by somebody else or by a restart of the balancer."),
    QT_TRANSLATE_NOOP("present", "{server} was detached again by somebody else or by a restart of the balancer."),
    QT_TRANSLATE_NOOP(
        "present",
        "Read back: the detach of {server} did not happen; nothing was sent again. Try once more if it is still needed.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "Read back: the attach of {server} did not happen; nothing was sent again. Try once more if it is still needed.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer took the detach of {server}, but its table does not show it; look at the balancer itself.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer took the attach of {server}, but its table does not show it; look at the balancer itself.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer says detached but sessions still arrive at {server}; look at the balancer itself.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "Read back: the cut of {server} did not happen; nothing was sent again. Try once more if it is still needed.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer says that it cut the sessions of {server}, but the server still tells {truth}; look at the server itself.",
    ),
    QT_TRANSLATE_NOOP("present", "the balancer was restarted meanwhile"),
    QT_TRANSLATE_NOOP("present", "the balancer's algorithm was changed meanwhile"),
    QT_TRANSLATE_NOOP("present", "{server} was replaced or has left meanwhile"),
    QT_TRANSLATE_NOOP("present", "{servers} was attached or detached meanwhile"),
    QT_TRANSLATE_NOOP("present", "{server} was attached by {who} at {time} meanwhile"),
    QT_TRANSLATE_NOOP("present", "{server} was detached by {who} at {time} meanwhile"),
    QT_TRANSLATE_NOOP("present", "{server} was attached already by {who} at {time}."),
    QT_TRANSLATE_NOOP("present", "{server} was detached already by {who} at {time}."),
    QT_TRANSLATE_NOOP("present", "{server} was attached again by {who} at {time}."),
    QT_TRANSLATE_NOOP("present", "{server} was detached again by {who} at {time}."),
    QT_TRANSLATE_NOOP(
        "present",
        "Read back: {server} is attached now, and the balancer cannot tell whether the detach happened in between; look again and decide.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "Read back: {server} is detached now, and the balancer cannot tell whether the attach happened in between; look again and decide.",
    ),
)
_WINDOW: Final = (
    QT_TRANSLATE_NOOP("present", "Nothing was sent: {why}. Restart the console."),
    QT_TRANSLATE_NOOP("present", "Nothing was changed: {why}. Restart the console."),
    QT_TRANSLATE_NOOP("present", "No word from the engine: look at the alarms, then try again."),
    QT_TRANSLATE_NOOP("present", "The console failed ({why}): look at the alarms, then try again."),
    QT_TRANSLATE_NOOP("present", "{path} could not be written: {why}."),
    QT_TRANSLATE_NOOP("present", "{name} is acknowledged already."),
    QT_TRANSLATE_NOOP("present", "{name} is shelved; take it off the shelf first."),
    QT_TRANSLATE_NOOP("present", "{name} is shown under its cause {cause}; acknowledge that one."),
    QT_TRANSLATE_NOOP("present", "{name} is not among the alarms any more; nothing changed."),
    QT_TRANSLATE_NOOP("present", "Nobody was named as the operator; nothing changed."),
    QT_TRANSLATE_NOOP("present", "{name} is not shelved; nothing changed."),
    QT_TRANSLATE_NOOP("present", "An alarm can be shelved for 1 second to {most} minutes; choose a time within these."),
    QT_TRANSLATE_NOOP("present", "{count} alarms are shelved already, and no more may be; take one back first."),
    QT_TRANSLATE_NOOP("present", "A note is needed, in a few words; nothing changed."),
    QT_TRANSLATE_NOOP("present", "A reason is needed, in a few words; nothing changed."),
    QT_TRANSLATE_NOOP("present", "A note may have {most} characters, and this has {count}; shorten it."),
    QT_TRANSLATE_NOOP("present", "A reason may have {most} characters, and this has {count}; shorten it."),
    QT_TRANSLATE_NOOP(
        "present", "No word from the engine: the outcome is unknown. Read the row before you click again."
    ),
    QT_TRANSLATE_NOOP("present", "Nothing was sent: {why}"),
    QT_TRANSLATE_NOOP(
        "present", "The console failed ({why}): the outcome is unknown. Read the row before you click again."
    ),
    QT_TRANSLATE_NOOP(
        "present", "This is no address of a balancer: {why} Write http://HOST:PORT or https://HOST:PORT."
    ),
    QT_TRANSLATE_NOOP("present", "{place} is no balancer that the console can read: {why}"),
    QT_TRANSLATE_NOOP("present", "It is not a plain http:// or https:// address of host, port and path."),
    QT_TRANSLATE_NOOP("present", "Port {port} is not between 1 and 65535."),
    QT_TRANSLATE_NOOP("present", "The lab ended with code {code} before it was up: {why}"),
    QT_TRANSLATE_NOOP("present", "The lab ended with code {code} before it was up."),
    QT_TRANSLATE_NOOP("present", "The lab was not up within {limit} s."),
    QT_TRANSLATE_NOOP("present", "The start of the lab was cancelled."),
    QT_TRANSLATE_NOOP(
        "present", "The journal {path} could not be opened: {why}. Nothing is sent; make room or mend the path."
    ),
    QT_TRANSLATE_NOOP(
        "present", "The journal {path} could not be written: {why}. Nothing is sent; make room or mend the path."
    ),
    QT_TRANSLATE_NOOP(
        "present", "The journal's last line is not one of this version; move the file aside or name another one."
    ),
    QT_TRANSLATE_NOOP("present", "The journal {path} is closed."),
    QT_TRANSLATE_NOOP("present", "There is no journal to write to."),
    QT_TRANSLATE_NOOP("present", "The snapshot {path} could not be written: {why}."),
)
LONGEST: Final = 1000
"""No sentence of ours is longer; what is longer is not looked at."""
_NESTED: Final = frozenset({"why"})
"""Places that may hold another sentence of the table."""


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Made when it is first tried: a start needs none of them."""
    parts = re.split(r"\{(\w+)\}", template)
    seen: set[str] = set()
    pieces: list[str] = []
    for index, part in enumerate(parts):
        # A name that comes again must stand for the same text again.
        any_text = "(?:(?!: ).)+?" if part == "path" else ".+?"  # a path is not the end of another sentence
        pieces.append(
            re.escape(part) if index % 2 == 0 else f"(?P={part})" if part in seen else f"(?P<{part}>{any_text})"
        )
        if index % 2:
            seen.add(part)
    return re.compile("".join(pieces), re.DOTALL)


_KNOWN: Final = tuple(
    (template, template.partition("{")[0])
    # The one with the most words of its own first: "The balancer" is no name of a place.
    for template in sorted(
        (*_NET, *_TOKEN, *_DECODE, *_SOURCE, *GATES, *_LADDER, *_WINDOW, *RECORDS),
        key=lambda one: len(re.sub(r"\{\w+\}", "", one)),
        reverse=True,
    )
)
"""Templates, and what stands before the first place in them."""
_SAID: Final = frozenset((*GATES, *WAYS, *PLANS, *PLAN_ENDS, *MANUAL))
_PLACE: Final = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_PLAN_END: Final = re.compile(
    r"The plan ended after \{done\} of \{count\} steps: (.*)\. Nothing was taken back\.", re.DOTALL
)
_WAY_OUT: Final = " Way out: "
_MORE: Final = tuple(
    f" {more}" for more in ("It needs a reason.", "Break-glass does not open this.", "Break-glass is the lead's.")
)


def told(said: Said) -> Phrase:
    """A sentence of the engine as a Phrase: its numbers are written as it formats them. NOTHING for an empty one."""
    if (ended := _PLAN_END.fullmatch(said.text)) is not None:
        why = told(Said(ended[1], said.numbers))
        counts = {name: str(said.numbers[name]) for name in ("done", "count")}
        return Phrase(
            "The plan ended after {done} of {count} steps: {why}. Nothing was taken back.", {**counts, "why": why}
        )
    template = _PLACE.sub(r"{\1}", said.text)
    if template not in _SAID:
        return reason(str(said))
    args: dict[str, str | Phrase] = {}
    for name, form in _PLACE.findall(said.text):
        value = format(said.numbers.get(name), form)
        args[name] = reason(value) if name in _NESTED else value
    return Phrase(template, args)


def joined(phrases: tuple[Phrase, ...]) -> Phrase:
    """All of them, each with the next."""
    if not phrases:
        return NOTHING
    rest = phrases[0]
    for one in phrases[1:]:
        rest = phrase(QT_TRANSLATE_NOOP("present", "{first} and {then}"), first=rest, then=one)
    return rest


def _with_more(text: str) -> Phrase | None:
    """A refusal with what was added to it: a word about consent, or the way out."""
    first, mark, ways = text.partition(_WAY_OUT)
    if mark:
        return phrase(
            QT_TRANSLATE_NOOP("present", "{first} Way out: {ways}."),
            first=reason(first),
            ways=joined(tuple(_way(one) for one in ways.removesuffix(".").split(" and "))),
        )
    more = next((more for more in _MORE if text.endswith(more) and text != more.strip()), None)
    if more is None:
        return None
    return phrase(
        QT_TRANSLATE_NOOP("present", "{first} {then}"), first=reason(text.removesuffix(more)), then=reason(more.strip())
    )


def _way(text: str) -> Phrase:
    for template in WAYS:
        if (found := _pattern(template).fullmatch(text)) is not None:
            return Phrase(template, found.groupdict())
    return verbatim(text)


@lru_cache(maxsize=1024)
def reason(text: str) -> Phrase:
    """The Phrase of a sentence that the table knows, else the text as it is; NOTHING for an empty one."""
    if not text:
        return NOTHING
    if len(text) > LONGEST:
        return verbatim(text)
    if (longer := _with_more(text)) is not None:
        return longer
    for template, begin in _KNOWN:
        if text.startswith(begin) and (found := _pattern(template).fullmatch(text)) is not None:
            args = found.groupdict()
            return Phrase(template, {name: reason(value) if name in _NESTED else value for name, value in args.items()})
    return verbatim(text)
