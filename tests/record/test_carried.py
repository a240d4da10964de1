"""A recording's blocks in a snapshot: those that are sealed already are taken as they are, and the file is the same for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.domain.errors import ConsoleError
from console.record import carried
from console.record.recorder import Recording, Stretch
from console.record.recorder.held import held
from console.record.recorder.stretch import packed
from tests.support.busyfleet import busy_frames
from tests.support.recorded import record


@pytest.fixture(scope="module")
def stretches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stretch]:
    path = tmp_path_factory.mktemp("carried") / "a.dsrrec"
    record(path, frames := list(busy_frames(4, 140)))
    with Recording(path) as recording:
        return {
            "from a start": held(recording.stretch()),
            "after a state": held(recording.stretch(frames[5].wall_s)),
        }


def loose(stretch: Stretch) -> Stretch:
    """The same ticks, none of them sealed yet."""
    return replace(stretch, pieces=tuple(packed(number, [tick]) for number, tick in stretch.ticks()))


@pytest.mark.parametrize("begins", ["from a start", "after a state"])
def test_equal_ticks_give_equal_bytes_sealed_or_not_and_sealed_ones_are_not_packed_again(
    begins: str, stretches: dict[str, Stretch], monkeypatch: pytest.MonkeyPatch
) -> None:
    stretch = stretches[begins]
    assert (stretch.state is not None) == (begins == "after a state")
    again = carried.members_of(loose(stretch))
    sizes: list[int] = []
    monkeypatch.setattr(carried, "packed", lambda first, ticks: sizes.append(len(ticks)) or packed(first, ticks))
    assert carried.members_of(stretch) == again
    assert sizes == ([20] if begins == "from a start" else [59, 20])


def test_a_damaged_block_is_not_handed_on(stretches: dict[str, Stretch]) -> None:
    whole = stretches["from a start"]
    good = whole.pieces[1].load()
    bad = replace(whole.pieces[1], load=lambda: good[:-9] + bytes([good[-9] ^ 1]) + good[-8:])
    with pytest.raises(ConsoleError, match="damaged"):
        carried.members_of(replace(whole, pieces=(whole.pieces[0], bad, *whole.pieces[2:])))
