"""Which set one plan offers: what the what-if names, and nobody more; every suspect where it says nothing."""

from __future__ import annotations

from msgspec.structs import replace

from console.decide.sets import as_a_set, worth_detaching
from console.domain.foresight import Foresight, Preview, Smallest
from tests.decide.test_previews import FLOW, outlook
from tests.support.builders import POOL_8K, POOL_16K, FrameMaker, Server

NAMES = ("a", "b", "c", "d")
FRAME = FrameMaker().make(
    [*(Server(name) for name in NAMES), Server("out", attached=False), Server("far", pool=POOL_16K)]
)


def told(*servers: str, minimal: bool = True, at_s: float = 5.0) -> Preview:
    found = Smallest(servers, outlook(0.4, NAMES, *servers), found=True, minimal=minimal, tries=3)
    return Preview(("a",), POOL_8K, 1, at_s, 5.0, 1.0, outlook(1.0, NAMES), None, found, (), FLOW, "least-reported")


def offered(*previews: Preview, suspects: tuple[str, ...] = ("c", "b", "a", "out", "far", "gone")) -> tuple[str, ...]:
    ahead = Foresight(previews={str(number): preview for number, preview in enumerate(previews)})
    return worth_detaching(suspects, FRAME, ahead)


def test_the_smallest_set_takes_the_place_of_the_suspects_of_its_pool() -> None:
    assert worth_detaching(("c", "b", "a", "out", "gone"), FRAME, None) == ("a", "b", "c")
    assert offered() == ("a", "b", "c", "far"), "nothing is foretold yet"
    assert offered(told("b", "c")) == ("b", "c", "far"), "and nothing of the other pool"
    assert offered(told("b", "d", "out")) == ("b", "d", "far"), "who is out already need not go"
    assert offered(told("b", "c"), told("a", "b", at_s=9.0)) == ("a", "b", "far"), "the newest counts"


def test_a_set_that_is_still_being_tried_or_is_empty_names_nobody() -> None:
    assert offered(told("b", "c", minimal=False)) == ("a", "b", "c", "far")
    assert offered(told()) == ("a", "b", "c", "far")
    assert offered(told("a", "b"), suspects=("far",)) == ("far",), "no suspect of that pool: nobody of it"


def test_what_was_foretold_of_a_set_is_of_exactly_that_set() -> None:
    ahead = Foresight(previews={"a": told("b", "c"), "b": told("b", "c", at_s=7.0)})
    found = as_a_set(("c", "b"), ahead)
    assert found is not None and found.servers == ("b", "c") and found.mono_s == 7.0
    assert found.with_it is not None and found.with_it.detached == ("b", "c") and found.smallest is None
    assert as_a_set(("b",), ahead) is None
    bare = replace(told("b"), smallest=replace(told("b").smallest or Smallest((), None, True, True, 0), outlook=None))
    assert as_a_set(("b",), Foresight(previews={"a": bare})) is None
