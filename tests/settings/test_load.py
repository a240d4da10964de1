"""Every problem of a settings file is named with its line and remedy; nothing is repaired, nothing crashes."""

from __future__ import annotations

import random
import re
from dataclasses import asdict, dataclass, fields, make_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.decide import SafetySettings
from console.domain.errors import SettingsError
from console.domain.options import option
from console.settings import BalancerSettings, ConsoleSettings, InvalidSettings, Settings, default_text, load
from console.settings.document import parse
from console.settings.fields import fields_of


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast."""

    interval_s: float = option(1.0, unit="s", low=0.1, high=60.0, sentence="How often everything is polled.")
    tries: int = option(3, low=1, high=9, sentence="How often it is tried.")
    nets: tuple[str, ...] = option(("10.0.0.0/8",), sentence="Which networks.")
    names: bool = option(True, sentence="Whether names are shown.")
    mood: str = option("calm", choices=("calm", "keen"), sentence="How it feels.")
    most: float | None = option(None, low=1, sentence="At most.")

    def __post_init__(self) -> None:
        if self.most is not None and self.most < self.interval_s:
            raise SettingsError("less than interval_s.", where="most", remedy="Write more.")


SECTIONS: dict[str, type] = {"balancer": BalancerSettings, "console": ConsoleSettings, "rules.pace": Pace}


def read(tmp_path: Path, text: str | bytes) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, SECTIONS)


def problems(tmp_path: Path, text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(InvalidSettings) as caught:
        read(tmp_path, text)
    for problem in caught.value.problems:
        assert problem.where == str(tmp_path / "settings.toml")
        assert problem.line
    return [(problem.line, str(problem)) for problem in caught.value.problems]


def test_values_reach_their_sections_and_the_rest_keeps_its_default(tmp_path: Path):
    settings = read(
        tmp_path, '[balancer]\nurl = "http://10.0.0.1:8080"\n[rules.pace]\ninterval_s = 2\nnets = ["fd00::/8"]\n'
    )
    assert settings.of(BalancerSettings).url == "http://10.0.0.1:8080"
    assert settings.of(Pace) == Pace(interval_s=2.0, nets=("fd00::/8",))
    assert isinstance(settings.of(Pace).interval_s, float)
    assert settings.of(ConsoleSettings) == ConsoleSettings()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[rules.pace]\nintervall_s = 1\n", 2, "Did you mean interval_s?"),
        ("[rule.pace]\ntries = 1\n", 1, "Did you mean [rules.pace]?"),
        ("\n[console]\ntries = 1\n", 3, "It belongs in [rules.pace]."),
        ("loose = 1\n", 1, "Put it into one of the tables"),
        ("[rules.pace]\ninterval_s = 0.01\n", 2, "is 0.01, out of bounds. Allowed: 0.1 to 60 s."),
        ("[rules.pace]\ntries = 2.5\n", 2, "is a number, not a whole number. Write a whole number (1 to 9)."),
        ("[rules.pace]\ntries = true\n", 2, "is true or false, not a whole number"),
        ("[rules.pace]\ninterval_s = nan\n", 2, "is not a finite number"),
        (f"[rules.pace]\ninterval_s = {10**400}\n", 2, "far too large"),
        ("[rules.pace]\nnames = 1\n", 2, "not true or false"),
        ('[rules.pace]\nnets = "10.0.0.0/8"\n', 2, "is not a list"),
        ('[rules.pace]\nmood = "mad"\n', 2, "Allowed: calm | keen."),
        ("[rules.pace]\nmost = 1970-01-01\n", 2, "is a date, not a number"),
        ("[rules.pace]\ninterval_s = 9\nmost = 2\n", 3, "less than interval_s. Write more."),
        ("rules = 3\n", 1, "there is no such setting"),
        ("schema = 2\n", 1, "schema 1 only"),
        ('[balancer]\n"token" = "hunter2hunter2"\n', 2, "token_file"),
        ('[balancer]\nurl = "ftp://x"\n', 2, "Write http://HOST:PORT"),
        ('[balancer]\nurl = "http://a:hunter2hunter2@x"\n', 2, "token_env"),
        ('[balancer]\ntoken_env = "hunter2 hunter2"\n', 2, "not the token itself"),
        ('[balancer]\ntoken_env = "A"\ntoken_file = "b"\n', 3, "Keep one of them"),
        ("[balancer]\nurl = 'http://x'\n[balancer]\n", 3, "this is not TOML"),
        ("a = 'x\n", 1, "this is not TOML"),
        ("\n\na = [1,\n", 3, "this is not TOML"),
        (b"# fine\n\xff\xfe\n", 2, "not UTF-8"),
        ("# fine\na = " + "9" * 5000 + "\n", 2, "far too long"),
        ("# fine\n\na = " + "[" * 200_000 + "\n", 3, "too deeply nested"),
        (b"#" * (1 << 21), 1, "Is this the right file?"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, text: str | bytes, line: int, says: str):
    found = problems(tmp_path, text)
    assert [at for at, _ in found] == [line]
    assert says in found[0][1]
    assert "hunter2" not in found[0][1], "a secret must not be echoed"


def test_all_problems_come_at_once_in_the_order_of_their_lines(tmp_path: Path):
    text = '[rules.pace]\ntries = 0\nnets = [\n  "a", # ]\n  1,\n]\nx = """\n[no]\n"""\n[console]\nlog_level = "loud"\n'
    assert [line for line, _ in problems(tmp_path, text)] == [2, 3, 7, 11]


def test_a_choice_that_was_true_or_false_keeps_its_meaning(tmp_path: Path):
    sections: dict[str, type] = {**SECTIONS, "safety": SafetySettings}
    for text, word in (("true", "always"), ("false", "never"), ('"remote"', "remote")):
        path = tmp_path / "s.toml"
        path.write_text(f"[safety]\narming = {text}\n")
        assert load(path, sections).of(SafetySettings).arming == word
        given = {"safety": {"arming": text == "true"}}
        assert load(None, sections, given).of(SafetySettings).arming == ("always" if text == "true" else "never")
    path.write_text("[safety]\narming = 1\n")
    with pytest.raises(InvalidSettings, match="arming"):
        load(path, sections)


def test_a_missing_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(InvalidSettings, match=r"no such file.*--config"):
        load(tmp_path / "none.toml", SECTIONS)


def test_flags_win_over_the_file_and_are_checked_as_strictly(tmp_path: Path):
    file = tmp_path / "s.toml"
    file.write_text('[balancer]\nurl = "http://a"\ntoken_file = "t"\n')
    both = {"balancer": {"url": "http://b", "token_env": "T", "token_file": None}}
    assert load(file, SECTIONS, both).of(BalancerSettings) == BalancerSettings(url="http://b", token_env="T")
    with pytest.raises(InvalidSettings, match=r"^command line: balancer.url: It is not a plain http"):
        load(None, SECTIONS, {"balancer": {"url": "nonsense"}})
    with pytest.raises(InvalidSettings, match=r"^command line: rules.pace.tries is 99, out of bounds"):
        load(None, SECTIONS, {"rules.pace": {"tries": 99}})


def test_the_default_file_documents_each_setting_and_loads_to_the_defaults(tmp_path: Path):
    text = default_text(SECTIONS)
    for name, kind in SECTIONS.items():
        assert f"\n[{name}]\n" in text
        for field in fields_of(kind).values():
            assert field.option.sentence in text
    assert "## a number; default 1.0; unit s; allowed 0.1 to 60 s\n# interval_s = 1.0\n" in text
    defaults = {name: asdict(kind()) for name, kind in SECTIONS.items()}
    assert read(tmp_path, text).plain() == defaults
    live = re.sub(r'(?m)^# (\w+ = )(?!"\.\.\."|0\.0$)', r"\1", text)
    assert live != text
    assert read(tmp_path, live).plain() == defaults


def test_declarations_of_an_unknown_type_are_refused():
    odd = make_dataclass("Odd", [("when", tuple[int, int], option(None, sentence="x"))], frozen=True)
    with pytest.raises(TypeError, match=r"Odd.when"):
        fields_of(odd)


GOOD = default_text(SECTIONS).replace("# interval_s", "interval_s").replace("# nets", "nets") + "extra = [\n 1,\n]\n"


def test_five_hundred_mutations_never_crash_and_always_name_a_line(tmp_path: Path):
    dice = random.Random(45)
    refused = 0
    for _ in range(500):
        data = bytearray(GOOD.encode())
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data) or 1)
            match dice.randrange(4):
                case 0 if data:
                    data[at] = dice.randrange(256)
                case 1:
                    del data[at : at + dice.randrange(1, 200)]
                case 2:
                    data[at:at] = dice.choice(
                        [b"[", b'"', b"=", b"\n", b"'''", b"\x00", b"1e999", b"\xff", b"]]\n", b"\r"]
                    )
                case _:
                    data = data[: max(at, 1)]
        file = tmp_path / "settings.toml"
        file.write_bytes(data)
        try:
            load(file, SECTIONS)
        except InvalidSettings as error:
            refused += 1
            assert error.problems
            assert all(1 <= (problem.line or 0) <= data.count(b"\n") + 1 for problem in error.problems)
        assert file.read_bytes() == data, "reading never writes"
    assert refused > 100


KEYS = st.text("ab-_.\"' é", min_size=1, max_size=6)
VALUES = st.sampled_from(
    [
        "1",
        '"x # ] \\" y"',
        "'lit#\\'",
        '"""\nmulti "quoted" \\""" ""\n"""""',
        "'''\n[a]\nb=1\n'''''",
        "[\n1, # c\n[2]]",
        "{p=1, q={r=2}}",
        "2020-01-01",
    ]
)


@settings(max_examples=150, derandomize=True)
@given(st.lists(st.tuples(KEYS, VALUES, st.sampled_from(["", "# note\n", "\n\n", "  "])), max_size=8))
def test_the_line_of_every_key_is_where_it_stands(entries: list[tuple[str, str, str]]):
    text, expected = "", {}
    for number, (name, value, before) in enumerate(entries):
        table, key = f"t{number}", name
        text += f"{before}[{table}]\n" + (before if before.strip() else "")
        quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
        expected[table, key] = text.count("\n") + 1
        text += f"{quoted} = {value} # end\n"
    lines = parse(text.encode(), "x").lines
    assert {keys: lines[keys] for keys in expected} == expected


def test_no_settings_class_has_an_undeclared_field():
    for kind in SECTIONS.values():
        assert [field.name for field in fields(kind)] == list(fields_of(kind))
