"""The page stands alone and obeys nobody: payloads in every place that the network or a person can write to."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from console.engine.reporting import facts_of
from console.report import draft
from console.report.document import Edit, edited
from console.report.pages import CSP, Pages
from tests.support.reported import JST, recorded, told
from tests.support.xss import XSS


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "a.dsrrec"
    recorded(path)
    return facts_of(told(path))


class Seen(HTMLParser):
    """Tags, attributes and where they lead."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "srcset", "data", "action", "xlink:href", "style"):
                self.targets.append(value or "")


@pytest.fixture(scope="module")
def clean(facts) -> Seen:
    return Seen(Pages(draft(facts, "en", JST), JST).html())


def infested(facts, payload: str):
    """The facts with the payload wherever somebody else's words stand."""
    return replace(
        facts,
        environment=payload,
        product=payload,
        errors=tuple(replace(one, text=payload, pool=payload) for one in facts.errors),
        pools=tuple(replace(one, name=payload) for one in facts.pools),
        interfaces=tuple(replace(one, name=payload) for one in facts.interfaces),
        silences=tuple(replace(one, server=payload, pool=payload) for one in facts.silences),
        windows=tuple(replace(one, pools=(payload,)) for one in facts.windows),
        deeds=tuple(
            replace(one, server=payload, operator=payload, reason=payload, break_glass=payload) for one in facts.deeds
        ),
        notes=tuple(replace(one, words=payload, by=payload) for one in facts.notes),
        picture=replace(facts.picture, servers=(payload,) * 3, used=facts.picture.used[:3]),
    )


@pytest.mark.parametrize("payload", XSS)
def test_no_payload_becomes_markup(facts, clean, payload):
    document = draft(infested(facts, payload), "en", JST)
    document = edited(document, [Edit(1.7e9, payload, "en", {"details": payload}, payload)])
    pages = Pages(document, JST)
    seen = Seen(pages.html())
    assert "script" not in seen.tags and "<script" not in pages.html().lower()
    assert seen.tags <= clean.tags | {"blockquote"} and seen.attributes <= clean.attributes
    assert not any(name.startswith("on") for name in seen.attributes)
    assert all(target.startswith("#") for target in seen.targets)
    printed = Seen(pages.printed())
    assert all(target == "figure:1" for target in printed.targets) and "script" not in printed.tags


def test_the_page_needs_nothing_and_says_so(facts):
    for language in ("en", "ja"):
        page = Pages(draft(facts, language, JST), JST).html()
        seen = Seen(page)
        assert f'http-equiv="Content-Security-Policy" content="{CSP.replace(chr(39), "&#x27;")}"' in page
        assert "svg" in seen.tags and all(target.startswith("#") for target in seen.targets)
        assert all(f'id="{target[1:]}"' in page for target in seen.targets), "every mark leads to its evidence"


def test_markdown_takes_nothing_for_its_own(facts):
    document = draft(infested(facts, "<b>*x*</b> [y](http://z) `q` | # 1. -"), "en", JST)
    text = Pages(document, JST).markdown()
    assert "<b>" not in text.replace("\\<b", "") and "](http" not in text.replace("\\](", "")
