"""Every alarm rule has its guidance in both languages, short, with names that the rule really gives."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from console import detect
from console.detect import TITLES
from console.domain.errors import SettingsError
from console.present.guidance import filled, names_in
from console.settings.guidance import guidance, parse_guidance
from tests.support.alarms import opened

FOLDER = Path(__file__).parents[2] / "resources" / "guidance"
ALWAYS = {"server", "pool", "subject"}
MODULES = {"n-plus-one": ("nplusone",), "silent": ("silent", "mass"), "blind": ("blind", "mass")}
OF_FLEET = {"silent", "herd", "restart", "latency", "skew"}
"""Rules that speak of a server and of the fleet, with a page for each."""


def numbers_of(rule: str) -> set[str]:
    """The names that a rule's file puts into `because`: keywords of `numbers(..)`, keys of dicts."""
    found: set[str] = set()
    for module in MODULES.get(rule, (rule,)):
        tree = ast.parse((Path(detect.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "numbers":
                found |= {keyword.arg for keyword in node.keywords if keyword.arg}
            if isinstance(node, ast.Dict):
                found |= {
                    key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
    return found


def test_there_is_one_file_for_each_rule_and_none_for_anything_else():
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(TITLES)


@pytest.mark.parametrize("rule", sorted(TITLES))
def test_guidance_is_whole_short_and_names_only_what_there_is(rule: str):
    told = guidance(rule)
    allowed = ALWAYS | numbers_of(rule)
    assert (told.fleet is not told.server) == (rule in OF_FLEET)
    for pages in (told.server, told.fleet):
        assert set(pages) == {"en", "ja"}
        named = []
        for language, page in pages.items():
            assert 1 <= len(page.do) <= 4
            for sentence in page.sentences:
                assert names_in(sentence) <= allowed, sentence
                assert len(sentence) <= (320 if language == "en" else 160), sentence
                assert sentence.rstrip()[-1] in ".。}", sentence
            assert any(ord(char) > 0x3000 for char in page.what) == (language == "ja")
            named.append({name for sentence in page.sentences for name in names_in(sentence)})
        assert named[0] == named[1], "both languages tell the same numbers"


@pytest.mark.parametrize("rule", sorted(TITLES))
def test_with_nothing_known_it_still_reads_as_sentences(rule: str):
    for server in ("dsrs-007", None):
        page = guidance(rule).page("xx", of_server=server is not None)
        assert not any(names_in(sentence) for sentence in filled(page, opened(rule, server)).sentences)


def test_numbers_get_the_unit_that_their_name_says():
    alarm = opened("gap", "dsrs-{x}")
    alarm = type(alarm)(*[getattr(alarm, name) for name in alarm.__struct_fields__[:6]], because={})
    page = guidance("silent").page("en", of_server=True)
    assert filled(page, alarm).what == "dsrs-{x} has sent the balancer no report for -; the limit is -."
    known = type(alarm)(
        *[getattr(alarm, name) for name in alarm.__struct_fields__[:6]],
        because={"report_age_s": 348.0, "silent_limit_s": 1.0, "routed_share": 0.955, "fair_share": 0.0312},
    )
    assert filled(page, known).what == "dsrs-{x} has sent the balancer no report for 5 min 48 s; the limit is 1.0 s."
    assert "95.5 %" in filled(guidance("herd").page("ja", of_server=True), known).what


PAGE = {"what": "a.", "why": "b.", "do": ["c."], "where": "d."}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"en": PAGE}, r"\[ja\]: what, why, do"),
        ({"en": {**PAGE, "do": []}, "ja": PAGE}, r"\[en\]: what, why, do"),
        ({"en": {**PAGE, "why": " "}, "ja": PAGE}, r"\[en\]: what, why, do"),
        ({"en": {**PAGE, "more": "x"}, "ja": PAGE}, "nothing else"),
        ({"en": PAGE, "ja": PAGE, "de": PAGE}, "unknown: de"),
        ({"en": PAGE, "ja": PAGE, "fleet": {"en": PAGE}}, "fleet needs en and ja"),
    ],
)
def test_what_is_missing_is_named(table: dict, problem: str):
    with pytest.raises(SettingsError, match=problem):
        parse_guidance(table, "x.toml")


def test_a_rule_without_a_file_is_one_sentence():
    with pytest.raises(SettingsError, match="there is no guidance for no-such-rule"):
        guidance("no-such-rule")
    assert all(tomllib.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.toml"))
