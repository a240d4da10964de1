"""A report as Markdown, as a self-contained HTML page, and as the plain HTML that a printer lays out. Everything is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from html import escape
from typing import Final

from console.report.document import Document, Form, Line, Revision, Section
from console.report.evidence import Evidence
from console.report.picture import svg
from console.report.when import Times
from console.report.words import text

CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
FIGURE: Final = "figure:1"
"""Where the printed form wants its figure."""
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])|^([-+=])|^(\d+)(?=[.)])")
_STYLE: Final = """
body{font:15px/1.6 'Noto Sans','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;color:#1a1a1a;background:#fff;
max-width:760px;margin:2em auto;padding:0 1em}
h1{font-size:1.45em;line-height:1.35}h2{font-size:1.1em;margin:1.6em 0 .4em;border-bottom:1px solid #ccc}
p,li{margin:.35em 0}blockquote{margin:.4em 0 .4em 1em;padding:.1em .8em;border-left:3px solid #999;
font-family:'Noto Sans Mono','Noto Sans Mono CJK JP',monospace;font-size:.92em;white-space:pre-wrap;overflow-wrap:anywhere}
.e{font-size:.75em;color:#5a6675;text-decoration:none}table{border-collapse:collapse;font-size:.82em;width:100%}
td,th{border:1px solid #ccc;padding:.2em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}
svg{max-width:100%;height:auto}.m{color:#555;font-size:.9em}tr:target{background:#fff3c4}
"""


class Pages:
    """One document in one zone."""

    def __init__(self, document: Document, zone: tzinfo) -> None:
        self._document = document
        self._zone = zone
        seen = [*document.evidence.values()]
        fine = document.picture is not None and document.picture.column_s * len(document.picture.asked) < 3600
        self._times = Times(document.language, zone, fine=fine or not seen)

    # --- Markdown

    def markdown(self) -> str:
        """CommonMark with tables."""
        document = self._document
        parts = [f"# {_md(self._title())}", ""]
        for section in document.sections:
            parts += [f"## {_md(section.title)}", "", *_md_lines(section.lines), ""]
        if document.revisions:
            parts += [f"## {_md(self._say('history'))}", ""]
            for revision in reversed(document.revisions):
                parts += [_md(self._revised(revision)), ""]
                for key, before in revision.before.items():
                    parts += [f"**{_md(self._say('before'))}** {_md(self._say(key))}", ""]
                    parts += [f"> {_md(line)}  " for line in before.splitlines()] + [""]
        parts += [f"## {_md(self._say('evidence'))}", "", _md(self._say("evidence.about")), ""]
        heads = [self._say(f"head.{name}") for name in ("mark", "what", "when", "where")]
        parts += [f"| {' | '.join(map(_md, heads))} |", "|---|---|---|---|"]
        parts += [f"| {' | '.join(map(_md, row))} |" for row in self.table()]
        return "\n".join(parts) + "\n"

    # --- HTML

    def html(self) -> str:
        """One file: no script, nothing from elsewhere, and a policy that says so."""
        document = self._document
        parts = [
            f'<!DOCTYPE html>\n<html lang="{document.language}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(CSP)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
            f"<title>{escape(self._title())}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(self._title())}</h1>",
        ]
        for section in document.sections:
            parts.append(f'<h2 id="{section.key}">◆{escape(section.title)}</h2>')
            parts += _html_lines(section.lines, linked=True)
            if section.key == "occurrence" and document.picture is not None:
                parts.append(f"<p>{svg(document.picture, self._times, document.language)}</p>")
        parts += self._history()
        parts += [
            f'<h2 id="evidence">◆{escape(self._say("evidence"))}</h2><p class="m">{escape(self._say("evidence.about"))}</p>',
            "<table><tr>",
            *(f"<th>{escape(self._say(f'head.{name}'))}</th>" for name in ("mark", "what", "when", "where")),
            "</tr>",
        ]
        for row in self.table():
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
            parts.append(f'<tr id="{escape(row[0])}">{cells}</tr>')
        parts.append("</table></body></html>\n")
        return "\n".join(parts)

    def printed(self) -> str:
        """For a layout engine that knows little CSS and no SVG: the figure is an image named `FIGURE`."""
        document = self._document
        parts = [f"<h1>{escape(self._title())}</h1>"]
        for section in document.sections:
            parts.append(f"<h2>◆{escape(section.title)}</h2>")
            parts += _html_lines(section.lines, linked=False)
            if section.key == "occurrence" and document.picture is not None:
                parts.append(f'<p><img src="{FIGURE}"></p>')
        parts += self._history()
        parts.append(f"<h2>◆{escape(self._say('evidence'))}</h2><p>{escape(self._say('evidence.about'))}</p>")
        parts.append('<table border="1" cellspacing="0" cellpadding="3" width="100%">')
        for row in self.table():
            parts.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>")
        return "".join([*parts, "</table>"])

    def figure(self) -> str | None:
        """The SVG alone."""
        document = self._document
        return None if document.picture is None else svg(document.picture, self._times, document.language)

    def revisions(self) -> list[str]:
        """One line each, oldest first."""
        return [self._revised(revision) for revision in self._document.revisions]

    # --- parts

    def _title(self) -> str:
        document = self._document
        if not document.revisions:
            return document.title
        when = self._times.moment(document.revisions[-1].wall_s)
        return f"{document.title} {self._say('updated', time=when)}"

    def _history(self) -> list[str]:
        document = self._document
        if not document.revisions:
            return []
        parts = [f'<h2 id="history">◆{escape(self._say("history"))}</h2>']
        for revision in reversed(document.revisions):
            parts.append(f"<p>{escape(self._revised(revision))}</p>")
            for key, before in revision.before.items():
                parts.append(f'<p class="m">{escape(self._say("before"))} ◆{escape(self._say(key))}</p>')
                parts += [f"<blockquote>{escape(line)}</blockquote>" for line in before.splitlines()]
        return parts

    def _revised(self, revision: Revision) -> str:
        language = self._document.language
        names = "、" if language == "ja" else ", "
        said = self._say("updated", time=self._times.moment(revision.wall_s)) + f" [r{revision.number}] {revision.by}"
        if revision.changed:
            said += ": " + self._say("edited", sections=names.join(self._say(key) for key in revision.changed))
        return f"{said} {revision.what}".rstrip()

    def table(self) -> list[tuple[str, str, str, str]]:
        """Mark, what, when, where; the revisions that sentences stand on come last."""
        document = self._document
        rows = [
            (name, _what(one), self._span(one), document.places.get(name, one.member))
            for name, one in document.evidence.items()
        ]
        for revision in document.revisions:
            when = self._times.moment(revision.wall_s)
            rows.append((f"r{revision.number}", self._say("evidence.revision", by=revision.by, time=when), when, "-"))
        return rows

    def _span(self, one: Evidence) -> str:
        first, last = self._times.exact(one.first_wall_s), self._times.exact(one.last_wall_s)
        return first if first == last else f"{first} - {last}"

    def _say(self, key: str, **named: object) -> str:
        return text(self._document.language, key, **named)


def sections_text(sections: Sequence[Section]) -> str:
    """All words of a report, for whoever searches it."""
    return "\n".join(line.text for section in sections for line in section.lines)


def _what(one: Evidence) -> str:
    return one.what if one.server is None else f"{one.what} {one.server}"


def _md(words: str) -> str:
    """Every character that Markdown or the HTML in it could take for its own."""
    flat = " ".join(words.split())
    return _MARKDOWN.sub(lambda found: f"{found[3]}\\" if found[3] else f"\\{found[0]}", flat)


def _md_lines(lines: Iterable[Line]) -> list[str]:
    parts: list[str] = []
    number = 0
    before: Form | None = None
    for line in lines:
        if before is not None and (line.form is not before or line.form in (Form.TEXT, Form.QUOTE)):
            parts.append("")
        number = number + 1 if line.form is Form.NUMBERED else number
        lead = {Form.TEXT: "", Form.BULLET: "- ", Form.NUMBERED: f"{number}. ", Form.QUOTE: "> "}[line.form]
        parts.append(f"{lead}{_md(line.text)} {_md('[' + ', '.join(line.evidence) + ']')}")
        before = line.form
    return parts


def _html_lines(lines: Iterable[Line], *, linked: bool) -> list[str]:
    parts: list[str] = []
    number = 0
    open_list: str | None = None
    for line in lines:
        wanted = {Form.BULLET: "ul", Form.NUMBERED: "ol"}.get(line.form)
        if open_list is not None and open_list != wanted:
            parts.append(f"</{open_list}>")
        if wanted is not None and open_list != wanted:
            start = f' start="{number + 1}"' if wanted == "ol" and number else ""
            parts.append(f"<{wanted}{start}>")
        open_list = wanted
        number = number + 1 if line.form is Form.NUMBERED else number
        marks = " ".join(_mark(name, linked=linked) for name in line.evidence)
        body = f"{escape(line.text)} {marks}"
        tag = {Form.TEXT: "p", Form.QUOTE: "blockquote"}.get(line.form, "li")
        parts.append(f"<{tag}>{body}</{tag}>")
    if open_list is not None:
        parts.append(f"</{open_list}>")
    return parts


def _mark(name: str, *, linked: bool) -> str:
    shown = escape(f"[{name}]")
    return (
        f'<a class="e" href="#{escape(name)}">{shown}</a>'
        if linked
        else f"<small><font color='#5a6675'>{shown}</font></small>"
    )
