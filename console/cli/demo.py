"""`run --demo` without a display: lab and `watch` in one terminal, and what goes on, told on stderr. No Qt."""

from __future__ import annotations

import asyncio

from console.cli.story import ask_guide, chapter
from console.domain.tasks import spawn
from console.engine.assemble import SECTIONS, assemble
from console.engine.exits import Exit
from console.engine.headless import tell
from console.engine.watch import WatchOptions, watch
from console.lab import LabOptions, platform
from console.lab.process import LabProcess, start_lab
from console.settings import load


def demo_in_terminal(options: LabOptions, for_s: float | None) -> Exit:
    """Starts the lab, watches it until `for_s` is over or a signal comes, and ends it."""
    with start_lab(options) as lab:
        return asyncio.run(_watch(lab, for_s))


async def _watch(lab: LabProcess, for_s: float | None) -> Exit:
    settings = load(None, SECTIONS, {"balancer": {"url": lab.dsrm_url}})
    story = spawn(_tell_story(lab), "story")
    try:
        return await watch(assemble(settings, watching=True), WatchOptions(for_s=for_s), tell)
    finally:
        story.cancel()


async def _tell_story(lab: LabProcess) -> None:
    """Says on stderr what goes on, whenever the demo enters its next phase."""
    told: str | None = None
    while True:
        guide = await asyncio.to_thread(ask_guide, lab.lab_url)
        if guide is not None and guide["name"] != told:
            told = guide["name"]
            tell(chapter(guide, lab.dsrm_url, platform.command()))
        await asyncio.sleep(0.5)
