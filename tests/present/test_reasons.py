"""Every sentence of reason that may reach the window is known to it, and is found again with its names and numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from console.present import reason
from console.present.reasons import LONGEST
from tests.support.words import english
from widgets.viewdata import NOTHING

ROOT = Path(__file__).resolve().parents[2] / "console"
SOURCES = (
    "net/failures.py",
    "sources/addresses.py",
    "decide/gates.py",
    "decide/ladder.py",
    "engine/hand.py",
)
PLACES = (
    "net/fleet.py",
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
