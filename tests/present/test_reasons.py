"""Every sentence of reason that may reach the window is known to it, and is found again with its names and numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from console.domain.safety import Said, say
from console.present import reason
from console.present.gatewords import GATES, MANUAL, PLAN_ENDS, PLANS, WAYS
from console.present.reasons import LONGEST, told
from tests.support.words import english
from widgets.viewdata import NOTHING

ROOT = Path(__file__).resolve().parents[2] / "console"
SOURCES = (
    "net/failures.py",
    "net/distrust.py",
    "sources/addresses.py",
    "decide/ladder.py",
    "decide/cutladder.py",
    "engine/hand.py",
)
SAYERS = (
    "decide/authority.py",
    "decide/manual.py",
    "decide/plans.py",
    "engine/hand.py",
    "engine/conductor.py",
    "engine/stager.py",
)
PLACES = (
    "net/fleet.py",
    "net/restraint.py",
    "net/names.py",
    "sources/dsr.py",
    "collect/collector.py",
    "collect/poller.py",
    "lab/process.py",
    "app/operator.py",
)

WORDS = {
    "verb": "detach",
    "told": "has never reported",
    "word": "attached",
    "what": "written",
}
NEVER_SHOWN = {
    "This console is closing its connections.",
    "Swap the two.",
    "Correct it.",
    "7 is no network.",
    "Write it like 203.0.113.0/24 or 2001:db8::/32.",
}
"""Said by `check` or in a log only."""


def sentences(path: str) -> set[str]:
    """Texts of a file that read as a sentence for the operator, each of their places filled with a 7."""
    tree = ast.parse((ROOT / path).read_text())
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    found: set[str] = set()
    for node in ast.walk(tree):
        parent = parents.get(node)
        if isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)):
            continue  # a docstring, or a piece of something larger
        if isinstance(parent, ast.keyword) and isinstance(parents[parent], ast.Call):
            call = parents[parent]
            if isinstance(call.func, ast.Name) and call.func.id == "option":
                continue  # a sentence of the settings file
        text = _text(node)
        if re.match(r"[A-Z7].* .*\.$", text, re.DOTALL) and not _is_logged(node, parents):
            found.add(text)
    return found


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else _filling(part) for part in node.values)
    return ""


def _filling(part: ast.expr) -> str:
    """What stands in a place: mostly anything, in some sentences one of a few words."""
    name = re.split(r"\W", ast.unparse(part).rstrip("'}\""))
    return next((WORDS[word] for word in name if word in WORDS), "7")


def _is_logged(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    parent = parents.get(node)
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).startswith("_log.")


def known(text: str) -> bool:
    return not all(reason(said).verbatim for said in (text, text.replace(WORDS["told"], "never answered")))


@pytest.mark.parametrize("path", [*SOURCES, *PLACES])
def test_every_sentence_in_the_code_has_its_template(path):
    found = sentences(path)
    assert found
    unknown = {text for text in found if not known(text)}
    assert unknown - NEVER_SHOWN == set()


def said_by_the_engine() -> dict[str, Said]:
    """By template without formats: every `say("...")` of gates, ways, plans and hand, each place filled with a 7."""
    files = [*sorted((ROOT / "decide/gates").glob("*.py")), *(ROOT / path for path in SAYERS)]
    found: dict[str, Said] = {}
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        named = isinstance(node, ast.Call) and ast.unparse(node.func) in {"say", "self._say"}
        if named and isinstance(node.args[0], ast.Constant) and node.args[0].value:
            text = node.args[0].value
            places = {name: 7 for name, _ in re.findall(r"\{(\w+)(:[^}]*)?\}", text)}
            found[re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)] = Said(text, places)
    return found


def test_every_sentence_of_a_gate_a_way_out_or_a_plan_is_known_with_its_numbers():
    found = said_by_the_engine()
    assert len(found) > 40
    way_out, flying = (
        "Way out: {ways}.",
        "{verb} {server} is still in flight; wait until it is confirmed or has failed.",
    )
    for template, said in found.items():
        if template == way_out:
            continue  # only ever added to another sentence: see below
        # a word of ours stands in the place of a verb: each has a template of its own
        filled = Said(said.text, {**said.numbers, "verb": "detach"}) if "verb" in said.numbers else said
        shown = told(filled)
        assert not shown.verbatim, said
        assert english(shown) == str(filled)
    ours = {*GATES, *WAYS, *PLANS, *PLAN_ENDS, *MANUAL}
    composed = {text for text in ours if "in flight" in text or text.startswith("The plan ended after")}
    assert {*found} - {way_out, flying} == ours - composed - {"It was taken back before anything was sent."}


def test_a_gate_s_sentence_is_found_again_in_a_refusal_with_its_way_out():
    said = "3 detaches of this pool within 600 s, 3 are allowed; wait 70 s. Way out: wait 70 s and attach dsrs-017."
    found = reason(said)
    assert english(found) == said
    assert not found.verbatim
    assert not found.args["first"].verbatim
    assert found.args["ways"].args["then"].args == {"servers": "dsrs-017"}
    held = reason(
        "What the other servers of this pool can still take is not known; hold, and say why. It needs a reason."
    )
    assert not held.args["first"].verbatim
    assert not held.args["then"].verbatim


def test_where_a_plan_stands_is_said_with_the_reason_inside():
    ended = Said(
        "The plan ended after {done} of {count} steps: {server} is not effective after {limit:g} s. Nothing was taken back.",
        {"done": 1, "count": 3, "server": "dsrs-007", "limit": 90.0},
    )
    found = told(ended)
    assert english(found) == str(ended)
    assert found.args["why"].args == {"server": "dsrs-007", "limit": "90"}
    assert told(say("")) is NOTHING


def test_names_and_words_of_the_system_stay_inside_as_they_are():
    said = "dsrm.example:8443 could not be reached (Network is down): check network and firewall."
    found = reason(said)
    assert found.args == {"place": "dsrm.example:8443", "why": reason("Network is down")}
    assert reason("Network is down").verbatim
    assert english(found) == said
    inner = reason(
        "Nothing was sent: The journal /j could not be written: No space left. Nothing is sent; make room or mend the path."
    )
    assert not inner.args["why"].verbatim


def test_the_sentence_with_the_most_words_of_its_own_is_taken():
    assert reason("The balancer gave no whole answer within 1 s.").args == {"limit": "1"}
    assert reason("10.0.0.5 gave no whole answer within 1 s.").args == {"place": "10.0.0.5", "limit": "1"}
    assert reason("x answers 503: it is overloaded and asks for 5 s.").args == {
        "place": "x",
        "status": "503",
        "wait": "5",
    }


def test_what_is_not_ours_passes_verbatim_and_nothing_stays_nothing():
    assert reason("") is NOTHING
    assert reason("s can't connect to recognizer server").verbatim
    assert reason("x" * LONGEST + " answers 401: the token is missing or wrong.").verbatim
