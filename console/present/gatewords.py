"""The sentences of gates, ways out and plans as the window's language knows them: the engine's own, without their formats."""

from __future__ import annotations

from typing import Final

from widgets.viewdata import QT_TRANSLATE_NOOP

GATES: Final = (
    QT_TRANSLATE_NOOP("present", "The balancer does not list {server}; choose a server that it lists."),
    QT_TRANSLATE_NOOP("present", "detach {server} is still in flight; wait until it is confirmed or has failed."),
    QT_TRANSLATE_NOOP("present", "attach {server} is still in flight; wait until it is confirmed or has failed."),
    QT_TRANSLATE_NOOP("present", "cut {server} is still in flight; wait until it is confirmed or has failed."),
    QT_TRANSLATE_NOOP("present", "the plan {server} is still in flight; wait until it is confirmed or has failed."),
    QT_TRANSLATE_NOOP("present", "The balancer takes no more requests for {left} s; wait until then."),
    QT_TRANSLATE_NOOP(
        "present", "The balancer was last read {age} s ago, at most {limit} s is allowed; wait for its next answer."
    ),
    QT_TRANSLATE_NOOP("present", "The balancer never answered; wait for its first answer."),
    QT_TRANSLATE_NOOP(
        "present",
        "The balancer names no version of its table: two operators could undo each other unseen; act at the balancer itself.",
    ),
    QT_TRANSLATE_NOOP("present", "{server} was replaced since you looked; look at it again, then decide."),
    QT_TRANSLATE_NOOP("present", "The balancer has not said yet what this console may do; wait for its answer."),
    QT_TRANSLATE_NOOP("present", "A {role} only watches; an {needed} may act."),
    QT_TRANSLATE_NOOP("present", "A {role} only watches: this console cannot be armed."),
    QT_TRANSLATE_NOOP("present", "This console only reads until it is armed; arm it first."),
    QT_TRANSLATE_NOOP(
        "present",
        "The status of {unseen} of {listed} servers cannot be read from here, more than {limit}: detaching is locked until they can be seen again.",  # noqa: E501  one literal: the extraction tool reads no joined ones
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The status of {server} cannot be read ({misses} failed polls); wait until it answers, or until {polls} polls have failed while {share} of the fleet is seen.",  # noqa: E501  one literal: the extraction tool reads no joined ones
    ),
    QT_TRANSLATE_NOOP("present", "{server} is the last attached server of the pool {pool}; attach another one first."),
    QT_TRANSLATE_NOOP(
        "present", "No server that is attached and can be seen would remain in this pool; that is refused always."
    ),
    QT_TRANSLATE_NOOP(
        "present", "{left} attached servers that can be seen would remain in this pool, at least {floor} are wanted."
    ),
    QT_TRANSLATE_NOOP(
        "present", "{after} of {size} servers of this pool would be detached, more than {limit}: hold, and say why."
    ),
    QT_TRANSLATE_NOOP("present", "{after} of {size} servers of this pool would be detached, more than {limit}."),
    QT_TRANSLATE_NOOP("present", "{after} of {size} servers of this pool would be detached; {never} is never reached."),
    QT_TRANSLATE_NOOP("present", "{count} detaches of this pool within {window} s, {most} are allowed; wait {wait} s."),
    QT_TRANSLATE_NOOP(
        "present", "What others detached lately could not be read of the balancer; wait for its next answer."
    ),
    QT_TRANSLATE_NOOP("present", "What the other servers of this pool can still take is not known; hold, and say why."),
    QT_TRANSLATE_NOOP(
        "present", "{reserve} times what is asked for would take {share} of this pool's other slots: hold, and say why."
    ),
    QT_TRANSLATE_NOOP("present", "{server} would come to {share} of its memory within {horizon} s (limit {limit})."),
    QT_TRANSLATE_NOOP("present", "{server} would peak at {share} of its slots within {horizon} s (limit {limit})."),
    QT_TRANSLATE_NOOP("present", "By the plain projection alone: no fresh what-if of this set is at hand."),
    QT_TRANSLATE_NOOP("present", "By the what-if of {age} s ago and the projection, the worse of both."),
    QT_TRANSLATE_NOOP("present", "{server} has reported in time for {for_s} s, {need} s are wanted."),
    QT_TRANSLATE_NOOP(
        "present",
        "{server} last reported {age} s ago (limit {limit} s): attached, it would draw the load again; make it report first.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "{server} has never reported (limit {limit} s): attached, it would draw the load again; make it report first.",
    ),
    QT_TRANSLATE_NOOP(
        "present", "{server} uses {share} of its memory (limit {limit}); restart it or let it drain first."
    ),
    QT_TRANSLATE_NOOP("present", "{server} has never told how many sessions it holds; make its status readable first."),
    QT_TRANSLATE_NOOP(
        "present",
        "{server} still holds {truth} sessions, half of its pool holds {median} or fewer; let it drain first.",
    ),
    QT_TRANSLATE_NOOP("present", "{server} has no free slot: whatever comes to it is refused; let it drain first."),
    QT_TRANSLATE_NOOP(
        "present",
        "{number} times its free slots would come to {server} before its first report (limit {limit}), which would fill it within {stage} s: attach it in stages, or wait until less arrives.",  # noqa: E501  one literal: the extraction tool reads no joined ones
    ),
    QT_TRANSLATE_NOOP(
        "present", "{server} was detached {count} times within {window} s; it should stay out for {wait} s more."
    ),
    QT_TRANSLATE_NOOP("present", "This console only watches: it has no balancer to act on or no journal to write to."),
    QT_TRANSLATE_NOOP("present", "Nothing has been read of the fleet yet; wait for the first answer."),
    QT_TRANSLATE_NOOP("present", "It was taken back before anything was sent."),
    QT_TRANSLATE_NOOP("present", "Cutting sessions is the lead's; this console is of an {role}."),
    QT_TRANSLATE_NOOP("present", "The balancer has not said yet whether it can cut sessions; wait for its answer."),
    QT_TRANSLATE_NOOP("present", "This balancer cannot cut sessions; let the server drain."),
    QT_TRANSLATE_NOOP("present", "{server} is not detached; detach it first, then cut what is left."),
    QT_TRANSLATE_NOOP("present", "{server} holds no session; there is nothing to cut."),
    QT_TRANSLATE_NOOP("present", "{server} holds {now} sessions: name their number to cut them."),
    QT_TRANSLATE_NOOP(
        "present",
        "{server} holds {now} sessions, not the {count} that were named: look again, then name their number.",
    ),
    QT_TRANSLATE_NOOP("present", "It needs a reason."),
    QT_TRANSLATE_NOOP("present", "Break-glass does not open this."),
    QT_TRANSLATE_NOOP("present", "Break-glass is the lead's."),
)
"""What a gate says, and what is added to it where a request is refused."""

WAYS: Final = (
    QT_TRANSLATE_NOOP("present", "wait {seconds} s"),
    QT_TRANSLATE_NOOP("present", "attach {servers}"),
    QT_TRANSLATE_NOOP("present", "one more server in this pool"),
    QT_TRANSLATE_NOOP("present", "{count} more servers in this pool"),
    QT_TRANSLATE_NOOP("present", "wait until {server} is confirmed or has failed"),
    QT_TRANSLATE_NOOP("present", "wait until it can be read again"),
    QT_TRANSLATE_NOOP("present", "arm this console"),
    QT_TRANSLATE_NOOP("present", "attach {server} in stages"),
    QT_TRANSLATE_NOOP("present", "ask somebody whose role is {role}"),
)
"""Ways out."""

MANUAL: Final = (
    QT_TRANSLATE_NOOP("present", "The balancer does not answer: nothing can be detached through it."),
    QT_TRANSLATE_NOOP("present", "This balancer takes no detach at all."),
    QT_TRANSLATE_NOOP("present", "The balancer says that {server} is detached, and goes on feeding it."),
    QT_TRANSLATE_NOOP("present", "The balancer was asked to detach {server}, and did not do it."),
)
"""Why the balancer's own way is dead."""

PLANS: Final = (
    QT_TRANSLATE_NOOP("present", "{count} steps, none begun."),
    QT_TRANSLATE_NOOP("present", "step {number} of {count}: {server}."),
    QT_TRANSLATE_NOOP(
        "present",
        "step {number} of {count}: {server} is held for {wait} s, to be attached just before its next report.",
    ),
    QT_TRANSLATE_NOOP("present", "step {number} of {count}: {server} is attached; its load has to settle."),
    QT_TRANSLATE_NOOP("present", "{done} of {count} steps are done."),
    QT_TRANSLATE_NOOP("present", "all {count} steps are done and effective."),
    QT_TRANSLATE_NOOP(
        "present", "all {count} steps are done; of {weak} it is not proved, as hardly any session would have come."
    ),
    QT_TRANSLATE_NOOP("present", "The plan ended after {done} of {count} steps: {why}. Nothing was taken back."),
)
"""Where a plan stands."""

PLAN_ENDS: Final = (
    QT_TRANSLATE_NOOP("present", "{server} was refused: {why}"),
    QT_TRANSLATE_NOOP("present", "{server}: {why}"),
    QT_TRANSLATE_NOOP("present", "{server} is not effective after {limit} s"),
    QT_TRANSLATE_NOOP("present", "{server} was overtaken by another request"),
    QT_TRANSLATE_NOOP(
        "present",
        "{server} has filled to {share} of its slots (limit {limit}): detach it again, and wait until less arrives",
    ),
    QT_TRANSLATE_NOOP("present", "{server} has not settled after {limit} s"),
    QT_TRANSLATE_NOOP("present", "it was stopped by {by}"),
    QT_TRANSLATE_NOOP("present", "nothing has been read yet"),
    QT_TRANSLATE_NOOP("present", "the journal could not be written: {error}"),
    QT_TRANSLATE_NOOP("present", "the console failed within it"),
    QT_TRANSLATE_NOOP("present", "the balancer was restarted meanwhile"),
    QT_TRANSLATE_NOOP("present", "{server} was detached or attached by somebody else meanwhile"),
)
"""Why it ended before its last step."""
