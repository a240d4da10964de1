"""Made-up gates, refusals, panels, plans and lists of what is out. Qt-free."""

from __future__ import annotations

from msgspec.structs import replace

from widgets.viewdata import (
    NOTHING,
    QT_TRANSLATE_NOOP,
    ActButton,
    ActionCard,
    Arming,
    Ask,
    DetachedLine,
    GateMark,
    GateState,
    ManualData,
    Phrase,
    RungData,
    RungState,
    ScreenData,
    Tone,
    Way,
    phrase,
    verbatim,
)

SERVERS = ("dsrs-007", "dsrs-023", "dsrs-041")


def gates(held: GateState = GateState.PASS) -> tuple[GateMark, ...]:
    """A detach's gates, with one of them as wanted."""
    fine = GateState.PASS
    percent = verbatim("3 % ≤ 10 %") if held is fine else _too_many("12 %" if held is GateState.HOLD else "41 %")
    said = verbatim("") if held is fine else _percent()
    return (
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "one at a time")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "balancer free")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "fresh view")), verbatim("0.4 s ≤ 2.0 s"), fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "same version")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "role")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "armed")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "fleet seen")), verbatim("0 % ≤ 15 %"), fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "target seen")), NOTHING, fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "left attached")), verbatim("29 ≥ 3"), fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "detached after")), percent, held, said),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "pace")), verbatim("1 < 3"), fine),
        GateMark(phrase(QT_TRANSLATE_NOOP("present", "capacity after")), verbatim("61 % ≤ 85 %"), fine),
    )


def _too_many(share: str) -> Phrase:
    return phrase(QT_TRANSLATE_NOOP("present", "{value}, at most {limit} allowed"), value=share, limit="10 %")


def _percent() -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP(
            "present", "{after} of {size} servers of this pool would be detached, more than {limit}: hold, and say why."
        ),
        after="4",
        size="32",
        limit="10 %",
    )


def _refusal() -> Phrase:
    return phrase(
        QT_TRANSLATE_NOOP("present", "{after} of {size} servers of this pool would be detached, more than {limit}."),
        after="13",
        size="32",
        limit="33 %",
    )


def _act(server: str) -> Phrase:
    return phrase(QT_TRANSLATE_NOOP("present", "Detach {server}"), server=server)


def _lab(text: Phrase) -> Phrase:
    return phrase(QT_TRANSLATE_NOOP("present", "LAB: {act}"), act=text)


def ask(server: str, *, glass: bool = False) -> Ask:
    """What an amber press, or a broken glass, wants."""
    title = QT_TRANSLATE_NOOP("present", "{environment}: {act}")
    if glass:
        title = QT_TRANSLATE_NOOP("present", "BREAK-GLASS in {environment}: {act}")
    expected = phrase(
        QT_TRANSLATE_NOOP(
            "present", "Expected {horizon} after: {server} at {after} of its slots (without: {without})."
        ),
        horizon="60 s",
        server="dsrs-012",
        after="88 %",
        without="71 %",
    )
    first = _refusal() if glass else _percent()
    line = phrase(QT_TRANSLATE_NOOP("present", "{first} {then}"), first=first, then=expected)
    held = phrase(QT_TRANSLATE_NOOP("present", "Hold 1.5 s: {act}"), act=_act(server))
    return Ask(phrase(title, environment="lab", act=_act(server)), line, _lab(held), glass)


def amber(server: str) -> ActButton:
    """Opens the panel."""
    text = phrase(QT_TRANSLATE_NOOP("present", "{act} …"), act=_lab(_act(server)))
    return ActButton("detach", server, text, enabled=True, ask=ask(server))


def red(server: str, *, glass: bool = True) -> ActButton:
    """Refused, with a way out of three steps; a lead may break the glass."""
    ways = (
        Way(phrase(QT_TRANSLATE_NOOP("present", "wait {seconds} s"), seconds="70")),
        Way(phrase(QT_TRANSLATE_NOOP("present", "attach {servers}"), servers="dsrs-017"), "choose", "dsrs-017"),
        Way(phrase(QT_TRANSLATE_NOOP("present", "attach {server} in stages"), server="dsrs-017"), "stage", "dsrs-017"),
    )
    return ActButton(
        "detach",
        server,
        _lab(_act(server)),
        enabled=False,
        why_not=_refusal(),
        ask=ask(server, glass=True) if glass else None,
        ways=ways,
    )


def by_hand(server: str) -> ManualData:
    """What the site runs itself; one has said that it did."""
    return ManualData(
        server,
        phrase(
            QT_TRANSLATE_NOOP("present", "The balancer says that {server} is detached, and goes on feeding it."),
            server=server,
        ),
        f"ssh lb1.example sudo balancer-ctl drain --now {server}",
        phrase(
            QT_TRANSLATE_NOOP("present", "{who} said at {time}: done. The maps show whether it helped."),
            who="noc-2",
            time="14:03:31",
        ),
    )


def cut(server: str) -> ActButton:
    """Asks for the number of sessions, a reason and a long hold."""
    act = phrase(QT_TRANSLATE_NOOP("present", "Cut the sessions of {server}"), server=server)
    title = phrase(QT_TRANSLATE_NOOP("present", "{environment}: {act}"), environment="lab", act=act)
    line = phrase(
        QT_TRANSLATE_NOOP(
            "present",
            "It ends {count} sessions at once: whoever speaks there now is cut off. Type their number. Detached, they end by themselves.",
        ),
        count="9",
    )
    held = _lab(phrase(QT_TRANSLATE_NOOP("present", "Hold 2 s: cut {server}"), server=server))
    text = phrase(QT_TRANSLATE_NOOP("present", "{act} …"), act=_lab(act))
    return ActButton("cut", server, text, enabled=True, ask=Ask(title, line, held, count=(9, 12), hold_ms=2000))


def plan_button(servers: tuple[str, ...] = SERVERS) -> ActButton:
    """All suspects at once."""
    text = phrase(
        QT_TRANSLATE_NOOP("present", "Detach these {count}: {servers}"),
        count=str(len(servers)),
        servers=", ".join(servers),
    )
    return ActButton("detach_all", "\n".join(servers), _lab(text), enabled=True)


def plan_card() -> ActionCard:
    """A plan at its second step."""
    states = (RungState.REACHED, RungState.WAITING, RungState.AHEAD)
    return ActionCard(
        "plan-1",
        "",
        phrase(QT_TRANSLATE_NOOP("present", "Plan: detach {count} servers"), count="3"),
        Tone.NOTICE,
        tuple(RungData(verbatim(server), state) for server, state in zip(SERVERS, states, strict=True)),
        phrase(
            QT_TRANSLATE_NOOP("present", "step {number} of {count}: {server}."),
            number="2",
            count="3",
            server=SERVERS[1],
        ),
        ActButton("stop_plan", "1", phrase(QT_TRANSLATE_NOOP("present", "Stop this plan")), enabled=True),
    )


def out(server: str, *, late: bool = False, undo: bool = False) -> DetachedLine:
    """A server that is out."""
    review = (
        phrase(QT_TRANSLATE_NOOP("present", "review was due {age} ago"), age="12 min")
        if late
        else phrase(QT_TRANSLATE_NOOP("present", "review at {time}"), time="16:03:31")
    )
    back = phrase(QT_TRANSLATE_NOOP("present", "Attach {server}"), server=server)
    return DetachedLine(
        server,
        phrase(QT_TRANSLATE_NOOP("present", "by {who} at {time}"), who="noc-2", time="14:03:31"),
        review,
        "silent: belief 0, truth 12/12, last report 360 s ago",
        Tone.WARN if late else Tone.QUIET,
        ActButton("attach", server, _lab(back), enabled=True) if undo else None,
    )


def with_button(data: ScreenData, button: ActButton, state: GateState) -> ScreenData:
    """The picture with one server's button, and its gates, as given: in its card and in the detail."""
    cards = tuple(
        replace(card, button=button, gates=gates(state)) if card.server == button.server else card
        for card in data.suspects
    )
    detail = data.detail
    if detail is not None and detail.server == button.server:
        detail = replace(detail, button=button, gates=gates(state))
    return replace(data, suspects=cards, detail=detail)


def armed(data: ScreenData) -> ScreenData:
    """A console of an operator, armed, with a broken glass behind it."""
    header = replace(
        data.header,
        role=phrase(QT_TRANSLATE_NOOP("present", "operator")),
        arming=Arming(True, phrase(QT_TRANSLATE_NOOP("present", "ARMED in {environment}"), environment="lab"), "14:12"),
        glass=phrase(QT_TRANSLATE_NOOP("present", "BREAK-GLASS: {servers}"), servers="dsrs-041"),
    )
    return replace(data, header=header)
