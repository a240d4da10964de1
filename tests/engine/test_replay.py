"""A recording again: the same arrays, the same alarms with all their numbers, under other settings other ones, and no way to act."""

from __future__ import annotations

import asyncio
import base64
import json
from itertools import pairwise

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from console.cli import main
from console.domain.alarms import AlarmState
from console.domain.errors import ActionRefused, SettingsError
from console.domain.history import Track
from console.engine.counterfactual import (
    identical,
    parse_changes,
    recorded_alarms,
    recorded_settings,
    run_through,
    summary,
)
from console.engine.exporting import export
from console.engine.judging import Judging
from console.engine.replaying import NoActuator, ReplayEngine
from console.record.container import BadSnapshot
from console.record.reader import OpenSnapshot
from console.record.recorder import Recording
from console.record.sealing import key_name
from tests.support.commands import attach, detach
from tests.support.recorded import incident_frames, record

CALM, MUTED, RAMP = 60, 40, 120


pytestmark = pytest.mark.xdist_group("engine-replay")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "lab.dsrrec"
    frames = incident_frames(per_pool=8, calm=CALM, muted=MUTED, ramp=RAMP)
    return path, record(path, frames)


def replayed(stretch, changed=None):
    found, exact = asyncio.run(run_through(stretch, recorded_settings(stretch, changed), from_state=not changed))
    return found, exact


@pytest.mark.parametrize("skip", [0, 1, 75, CALM + MUTED + 30])
def test_alarms_recompute_as_they_were_from_any_moment_on(recorded, skip):
    path, views = recorded
    with Recording(path) as recording:
        stretch = recording.stretch(views[skip].frame.wall_s)
        found, exact = replayed(stretch)
    assert exact and found.polls == len(views) - skip
    changes = [(view.frame.wall_s, alarm) for view in views[skip:] for alarm in view.changes]
    assert repr(found.changes) == repr(changes) and identical(stretch, found)
    with Recording(path) as recording:
        alone = Judging(recording.stretch(views[skip].frame.wall_s))
        alone.run()
    assert alone.done and alone.exact and repr(alone.found.changes) == repr(changes), "the rules alone find the same"
    assert alone.found.refused == found.refused and alone.begun == alone.total
    assert skip > 100 or len(changes) >= 3
    last = views[-1]
    assert found.last is not None and repr(found.last.alarms) == repr(last.alarms)
    assert repr(found.last.figures) == repr(last.figures) and repr(found.last.suspects) == repr(last.suspects)
    np.testing.assert_array_equal(found.last.gap, last.gap)
    np.testing.assert_array_equal(found.last.frame.values, last.frame.values)


def test_a_snapshot_re_opens_with_the_same_arrays_and_the_same_alarms(recorded, tmp_path):
    path, views = recorded
    window = views[130:]
    with Recording(path) as recording:
        stretch = recording.stretch(window[0].frame.wall_s)
        written, carries = asyncio.run(export(stretch, tmp_path / "a.dsrsnap", product="0.1", versions={}))
        again, _ = asyncio.run(export(stretch, tmp_path / "b.dsrsnap", product="0.1", versions={}))
    assert written.read_bytes() == again.read_bytes()
    assert carries == {**carries, "ticks": len(window), "exact": True, "alarms_recompute": True}
    with OpenSnapshot(written) as found:
        assert found.verify().sealed
        inside = found.stretch()
        assert inside is not None and inside.exact and found.manifest["recording"]["state"]
        result, exact = replayed(inside)
        assert exact and identical(inside, result) and repr(result.last.alarms) == repr(window[-1].alarms)
        history = views[-1].history
        for track in Track:
            np.testing.assert_array_equal(
                found.array(f"frames/{track.value}.npy"),
                history.track(track, history.last - len(window), history.last)[: len(found.json("frames/rows.json"))],
            )
        frames = [tick.frame for number, tick in inside.ticks() if not inside.warms_up(number)]
    for view, frame in zip(window, frames, strict=True):
        np.testing.assert_array_equal(view.frame.values, frame.values)
        assert view.frame.fleet_delta == frame.fleet_delta and view.frame.rows.rows == frame.rows.rows


class Key:
    """An Ed25519 key as the console's signer has it."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self
        self.name = key_name(self._key.public_key().public_bytes_raw())
        self.pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def test_a_signature_names_its_key_and_fits_nothing_else(recorded, tmp_path):
    path, _ = recorded
    key, out = Key(), tmp_path / "a.dsrsnap"
    with Recording(path) as recording:
        asyncio.run(export(recording.stretch(), out, product="0.1", versions={}, signer=key))
    with OpenSnapshot(out) as found:
        assert found.verify().key == key.name
    import zipfile

    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = json.loads(members["signature.json"])
    body["signature"] = base64.b64encode(bytes(64)).decode()
    members["signature.json"] = json.dumps(body).encode()
    with zipfile.ZipFile(out, "w") as archive:
        for name, inner in members.items():
            archive.writestr(name, inner)
    with pytest.raises(BadSnapshot) as caught, OpenSnapshot(out) as found:
        found.verify()
    assert caught.value.member == "signature.json"


def test_another_threshold_another_time_and_never_the_other_way_round(recorded):
    path, _ = recorded
    with Recording(path) as recording:
        stretch = recording.stretch()
        times = []
        for polls in (1, 3, 6):
            changed = parse_changes([f"gap.polls={polls}", f"gap.of_polls={polls}"])
            found, exact = replayed(stretch, changed)
            told = summary(stretch, found, exact=exact, changed=changed)
            gaps = [entry["now"] for entry in told["alarms"] if entry["rule"] == "gap" and entry["now"]]
            times.append(min(gaps))
            assert told["set"] == {"gap.polls": polls, "gap.of_polls": polls} and told["worst"]["refused"] > 0
        assert times == sorted(times) and times[0] < times[-1]
        later = next(entry for entry in told["alarms"] if entry["rule"] == "gap" and entry["recorded"])
        assert (
            later["sooner_s"] < 0 and "would have fired at" in later["sentence"] and "after it did" in later["sentence"]
        )
        never, _ = replayed(stretch, parse_changes(["silence.least_s=600"]))
        told = summary(stretch, never, exact=False, changed={})
        gone = [entry for entry in told["alarms"] if entry["rule"] == "silent"]
        assert gone and all(entry["now"] is None and "would not have fired" in entry["sentence"] for entry in gone)


def test_a_wrong_setting_is_named_with_the_right_one():
    with pytest.raises(SettingsError, match=r"gap\.polls"):
        parse_changes(["gap.poll=3"])
    with pytest.raises(SettingsError, match=r"RULE\.KEY=VALUE"):
        parse_changes(["gap.polls"])


def test_nothing_can_be_sent_from_a_replay(recorded):
    path, _ = recorded
    with Recording(path) as recording:
        engine = ReplayEngine(recording.stretch())

        async def work() -> None:
            await engine.run()
            for asked in (detach("dsrs-001"), attach("dsrs-001")):
                for carry in (engine.act, engine.carry):
                    with pytest.raises(ActionRefused, match="replay: acting is impossible"):
                        await carry(asked)
            with pytest.raises(ActionRefused):
                await NoActuator().send(None, "")  # type: ignore[arg-type]

        asyncio.run(work())


def test_it_plays_at_its_own_pace_and_stands_still(recorded):
    from tests.support.virtualtime import run_virtually

    path, views = recorded
    with Recording(path) as recording:
        stretch = recording.stretch(views[-60].frame.wall_s)

        async def work(clock):
            engine = ReplayEngine(stretch, speed=60.0)
            seen = []
            engine.subscribe(lambda view: seen.append((clock.monotonic(), engine.warming_up)))
            running = asyncio.ensure_future(engine.run())
            while sum(not warm for _, warm in seen) < 30:  # noqa: ASYNC110  in virtual time
                await asyncio.sleep(0.01)
            engine.feed.pause()
            await asyncio.sleep(100.0)
            stood = len(seen)
            engine.feed.pause(False)
            await running
            return seen, stood

        seen, stood = run_virtually(work)
    played = [at for at, warm in seen if not warm]
    assert len(played) == 60 and stood < len(seen)
    assert played[20] - played[0] == pytest.approx(20 / 60, abs=0.05)
    assert max(later - sooner for sooner, later in pairwise(played)) >= 99


def test_a_damaged_block_ends_a_replay_with_its_reason(recorded, tmp_path):
    import shutil
    import sqlite3

    copy = tmp_path / "b.dsrrec"
    shutil.copy(recorded[0], copy)
    base = sqlite3.connect(copy)
    base.execute("UPDATE block SET body = zeroblob(length(body)) WHERE first > 100")
    base.commit()
    base.close()
    from console.domain.errors import ConsoleError

    with Recording(copy) as recording, pytest.raises(ConsoleError, match="damaged"):
        replayed(recording.stretch())


def test_the_commands(recorded, tmp_path, capsys):
    path, views = recorded
    out = tmp_path / "a.dsrsnap"
    assert main(["snapshot", "export", "--recorder", str(path), "--out", str(out), "--last", "2m"]) == 0
    assert "alarms recompute exactly" in capsys.readouterr().out
    assert main(["snapshot", "verify", str(out)]) == 0
    assert "intact" in capsys.readouterr().out
    assert main(["snapshot", "info", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["manifest"]["environment"] == "virtual" and told["manifest"]["recording"]["alarms_recompute"]
    assert main(["replay", str(out), "--headless", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with OpenSnapshot(out) as found:
        then = recorded_alarms(found.stretch())
    assert [(line["rule"], line["server"], line["state"], line["t"]) for line in lines[:-1]] == [
        (alarm["rule"], alarm["server"], alarm["state"], round(wall, 6)) for wall, alarm in then
    ]
    assert lines[-1]["type"] == "replay" and lines[-1]["identical"] and lines[-1]["polls"] == 121
    assert main(["replay", str(path), "--headless", "--set", "gap.polls=5", "--set", "gap.of_polls=5"]) == 0
    assert "would have fired at" in capsys.readouterr().out
    assert main(["replay", str(path), "--headless", "--json", "--set", "balancer.algorithm=exclude-stale"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["set"] == {"balancer.algorithm": "exclude-stale"} and told["refused"]["now"] < told["refused"]["really"]
    assert any(entry["now"] is None and entry["sure"] for entry in told["alarms"]) and "latency" in told["not_judged"]
    for wrong in (["balancer.algorithm=nonsense"], ["balancer.algorithm=both", "gap.polls=5"]):
        assert main(["replay", str(out), "--headless", *(word for one in wrong for word in ("--set", one))]) == 2
    capsys.readouterr()
    assert main(["replay", str(out), "--headless", "--set", "gap.pols=5"]) == 2
    assert "gap.polls" in capsys.readouterr().err
    body = bytearray(out.read_bytes())
    body[len(body) // 2] ^= 1
    out.write_bytes(body)
    assert main(["snapshot", "verify", str(out)]) == 1
    assert capsys.readouterr().err.startswith("dsr-console: ")
    assert main(["replay", str(tmp_path / "none.dsrsnap"), "--headless"]) == 1
    assert views and any(alarm.state is AlarmState.RAISED for view in views for alarm in view.changes)
