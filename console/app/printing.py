"""A report's plain HTML as PDF: A4, the fonts embedded, the figure drawn from its SVG; no display needed."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from console.report.pages import FIGURE
from widgets.theme import CJK_FACES, UI_FACES

_DPI: Final = 300
_IMAGE_SCALE: Final = 3
_MARGIN_MM: Final = 17.0
_STYLE: Final = """
body{color:#1a1a1a}h1{font-size:15pt}h2{font-size:11.5pt;margin-top:12px;margin-bottom:2px}
p,li{margin-top:2px;margin-bottom:2px}blockquote{margin-left:14px;font-family:'Noto Sans Mono CJK JP','DejaVu Sans Mono',monospace}
td{font-size:7pt}
"""


def pdf(html: str, figure: str | None, *, title: str, language: str) -> bytes:
    """Bytes of the file. Call it on the GUI thread; where there is no application yet, one without a display is made."""
    keep = ensure_application()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("DSR Console")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Portrait)
    writer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter)
    document = _document(html, figure, writer, language)
    _print(document, writer, title)
    del writer
    buffer.close()
    del keep
    return bytes(data.data())


def ensure_application() -> QGuiApplication | None:
    """The application, where it had to be made here; the caller keeps it while it draws."""
    if QGuiApplication.instance() is not None:
        return None
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["dsr-console"])


def _document(html: str, figure: str | None, writer: QPdfWriter, language: str) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont()
    font.setFamilies([*(CJK_FACES if language == "ja" else ()), *UI_FACES, *CJK_FACES])
    font.setPointSizeF(9.5)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    page = writer.pageLayout().paintRectPixels(_DPI)
    footer = page.height() // 40
    document.setPageSize(QSizeF(page.width(), page.height() - footer))
    document.setDocumentMargin(0)
    if figure is not None:
        width = round(page.width() * 96 / _DPI)
        html = html.replace(f'src="{FIGURE}"', f'src="{FIGURE}" width="{width}"')
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(FIGURE), _drawn(figure))
    document.setHtml(html)
    _keep_headings(document)
    return document


def _keep_headings(document: QTextDocument) -> None:
    """A heading never stands alone at the end of a page."""
    layout, high = document.documentLayout(), document.pageSize().height()
    block = document.begin()
    while block.isValid():
        after = block.next()
        if block.blockFormat().headingLevel() and after.isValid():
            page = int(layout.blockBoundingRect(block).top() // high)
            if int(layout.blockBoundingRect(after).bottom() // high) != page:
                cursor = QTextCursor(block)
                form = block.blockFormat()
                form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                cursor.setBlockFormat(form)
        block = after


def _drawn(figure: str) -> QImage:
    renderer = QSvgRenderer(QByteArray(figure.encode()))
    size = renderer.defaultSize() * _IMAGE_SCALE
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def _print(document: QTextDocument, writer: QPdfWriter, title: str) -> None:
    """Page by page, with its number and the title at the foot."""
    size, pages = document.pageSize(), document.pageCount()
    painter = QPainter(writer)
    foot = QFont(document.defaultFont())
    foot.setPointSizeF(7)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.setClipRect(0, 0, round(size.width()), round(size.height()))
        painter.translate(0, -page * size.height())
        document.drawContents(painter)
        painter.restore()
        painter.setFont(foot)
        line = writer.pageLayout().paintRectPixels(_DPI)
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, round(size.width() * 0.85))
        painter.drawText(0, round(size.height()), round(size.width()), round(line.height() - size.height()),
                         int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), shown)  # fmt: skip
        painter.drawText(0, round(size.height()), round(size.width()), round(line.height() - size.height()),
                         int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight), f"{page + 1} / {pages}")  # fmt: skip
    painter.end()
