"""Flags: healthy defaults, one clear sentence for a wrong one."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from console.domain.errors import SettingsError
from console.lab import LabOptions
from console.lab.options import add_arguments, from_args


def parse(*flags: str) -> LabOptions:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return from_args(parser.parse_args(flags))


def test_no_flags_are_the_defaults():
    assert parse() == LabOptions()


def test_flags_survive_the_way_to_a_child_process():
    options = LabOptions(
        pools=(("8k", 3), ("16k", 1)),
        rate=(12.5, 4.0),
        night=(0.5,),
        session_s=0.7,
        limit=5,
        report_interval_s=0.05,
        seed=-9,
        port=4711,
        ready_file=Path("/a b/ready.json"),
        tokens=True,
        demo=True,
        with_parent=True,
        hosts=3,
        leave_after_s=1.5,
        actions_per_minute=7,
        isolation="process",
        capacity=2.5,
        memory_limit_mib=4096,
        autoscale=True,
        boot_delay_s=0.25,
    )
    assert parse(*options.to_args()) == options


def test_rates_belong_to_pools():
    options = parse("--pools", "8k:2,16k:2,other:1", "--rate", "1,2,3", "--night", "0.5")
    assert [options.full_rate(n) for n in range(3)] == [1, 2, 3]
    assert [options.night_rate(n) for n in range(3)] == [0.5] * 3
    assert options.pool_names[0] == "-a-general/8k"


def test_a_server_recognises_three_quarters_of_what_its_limit_may_say():
    assert parse("--limit", "8").server_capacity == 6.0
    assert parse("--limit", "8", "--capacity", "20").server_capacity == 20.0


def test_too_many_processes_are_too_many():
    with pytest.raises(SettingsError, match="--isolation process: 300 servers are too many"):
        parse("--isolation", "process", "--pools", "8k:300", "--rate", "1")


@pytest.mark.parametrize(
    "flags",
    [
        "--pools 8k",
        "--pools 8k:0",
        "--pools 8k:x",
        "--pools 8k:2,8k:3",
        "--pools ../etc:2",
        "--pools 8k:99999",
        "--rate 1,2,3",
        "--rate fast",
        "--rate -1",
        "--rate nan",
        "--night inf",
        "--session 0",
        "--limit 0",
        "--report-interval 0",
        "--port 70000",
        "--hosts 0",
        "--capacity -1",
        "--capacity nan",
        "--memory-limit 1536",
        "--boot-delay inf",
    ],
)
def test_a_wrong_flag_is_one_sentence_that_names_it(flags: str):
    with pytest.raises(SettingsError) as caught:
        parse(*flags.split(" ", 1))
    sentence = str(caught.value)
    assert sentence.startswith(flags.split(maxsplit=1)[0])
    assert sentence.endswith(".")
    assert "\n" not in sentence
