"""A document as a Word file (DOCX), for people who read with eyes and for those who read with a screen reader.

Real styles, a language, real header cells that come again on each page, a caption on each table, no blank lines as
layout and no meaning by colour. The same document at the same moment gives the same bytes, so that an upload may be
repeated.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document as new_document
from docx.document import Document as Word
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from bot import text
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table

LANGUAGES: Final = {"da": "da-DK", "en": "en-GB"}
_AUTHOR: Final = "hotspotbot"
_FONT: Final = "Arial"  # wherever Word or LibreOffice runs there is a letter of its width
_INK: Final = RGBColor(0x1F, 0x2A, 0x44)  # dark enough to read in any print
_PAGE: Final = (Cm(21.0), Cm(29.7))  # A4
_MARGIN: Final = Cm(2.2)
_LINE: Final = 96  # characters of a line across the page in a table's letters, about
_FOOTER: Final = 90  # characters of what a page that is handed on alone says of the whole
_NAMES: Final = {2: "Heading 1", 3: "Heading 2", 4: "Heading 3"}

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_SCRIPTS: Final = re.compile(f"([{_RIGHT_TO_LEFT}](?:[^A-Za-zÀ-ɏ0-9]*[{_RIGHT_TO_LEFT}])*)")


def docx(document: Document, *, at: datetime) -> bytes:
    """The file of a document whose words are resolved (`bot.documents.model.resolved`).

    `at`, aware, stands in it as the moment it was made. What XML cannot hold is left out of the words.
    """
    word = new_document()
    language = LANGUAGES[document.language]
    _slim(word)
    _page(word)
    _styles(word, language)
    _properties(word, document, language, at)
    _footer(word, document)
    _words(word.add_paragraph(style="Title"), document.title)
    if document.subtitle:
        _words(word.add_paragraph(style="Subtitle"), document.subtitle)
    before: Block | None = None
    for block in document.blocks:
        _add(word, document, block, before)
        before = block
    made = io.BytesIO()
    word.save(made)
    return _without_clock(made.getvalue())


# --- the house: page, styles, what the file says about itself


def _slim(word: Word) -> None:
    """Away with what the template brings and nobody uses: somebody's preview picture, 90 styles of tables."""
    for part in (word.part, word.part.package):
        for key, relation in list(part.rels.items()):
            if relation.reltype.rpartition("/")[2] in ("thumbnail", "stylesWithEffects", "customXml"):
                part.rels.pop(key)
    styles = word.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in (
            "TableNormal",
            "TableGrid",
        ):
            styles.remove(style)


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    section.footer_distance = Cm(1.1)


def _styles(word: Word, language: str) -> None:
    styles = word.styles
    for found in styles.element.iter(qn("w:lang")):  # the template's own defaults
        _language(found, language)
    theme = word.settings.element.find(qn("w:themeFontLang"))
    if theme is not None:
        theme.set(qn("w:val"), language)
    normal = styles["Normal"]
    tag = OxmlElement("w:lang")
    _language(tag, language)
    normal.element.get_or_add_rPr().append(tag)
    for name, size, before, after in (
        ("Normal", 10.5, 0, 6),
        ("Title", 24, 0, 4),
        ("Subtitle", 12, 0, 12),
        ("Heading 1", 15, 18, 4),
        ("Heading 2", 12.5, 12, 4),
        ("Heading 3", 11, 10, 2),
        ("Caption", 10, 8, 3),
        ("List Bullet", 10.5, 0, 3),
        ("Footer", 9, 0, 0),
    ):
        style = styles[name]
        assert isinstance(style, ParagraphStyle)  # noqa: S101 - the template is the library's own
        _set(style, size, before, after)
    styles["Subtitle"].font.italic = False
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["List Bullet"].element.pPr.remove(
        styles["List Bullet"].element.pPr.find(qn("w:contextualSpacing"))
    )
    rule = styles["Title"].element.pPr.find(qn("w:pBdr"))
    styles["Title"].element.pPr.remove(rule)
    for name, base, bold in (("Table Text", "Normal", False), ("Table Head", "Table Text", True)):
        cell = styles.add_style(name, 1)
        cell.base_style = styles[base]
        _set(cell, 9.5, 2, 2)
        cell.font.bold = bold or None
        cell.paragraph_format.keep_with_next = bold or None


def _set(style: ParagraphStyle, size: float, before: float, after: float) -> None:
    """A style's letters and distances, in points; the template's theme would choose others."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    style.font.size = Pt(size)
    if str(style.name).startswith(("Title", "Subtitle", "Heading", "Caption")):
        style.font.color.rgb = _INK
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = 1.1


def _language(tag: Any, language: str) -> None:
    for name in ("val", "eastAsia"):
        tag.set(qn(f"w:{name}"), language)


def _properties(word: Word, document: Document, language: str, at: datetime) -> None:
    core = word.core_properties
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    title = f"{document.title} – {document.subtitle}" if document.subtitle else document.title
    core.title = " ".join(_legal(title).split())[:255]
    core.author = core.last_modified_by = _AUTHOR
    core.language = language
    core.comments = core.keywords = core.subject = core.category = ""
    core.created = core.modified = moment
    core.revision = 1


def _footer(word: Word, document: Document) -> None:
    section = word.sections[0]
    line = section.footer.paragraphs[0]
    stops = word.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(_PAGE[0] - 2 * _MARGIN, WD_TAB_ALIGNMENT.RIGHT)
    whose = " · ".join(filter(None, (document.title, " ".join(document.subtitle.split()))))
    _words(line, f"{whose if len(whose) <= _FOOTER else whose[: _FOOTER - 1] + '…'}\t")
    said = text.t(document.language, "doc-page", page="{PAGE}", pages="{NUMPAGES}")
    for part in re.split(r"(\{[A-Z]+\})", said):
        if part.startswith("{"):
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), part.strip("{}"))
            run = OxmlElement("w:r")
            shown = OxmlElement("w:t")
            shown.text = "1"  # until whoever opens it has counted
            run.append(shown)
            field.append(run)
            line._p.append(field)
        elif part:
            line.add_run(part)


# --- the content


def _add(word: Word, document: Document, block: Block, before: Block | None) -> None:
    match block:
        case Heading():
            made = word.add_paragraph(style=_NAMES.get(block.level, "Heading 3"))
            _words(made, block.words)
            if block.new_page:
                made.paragraph_format.page_break_before = True
        case Paragraph():
            made = word.add_paragraph()
            _words(made, block.words, strong=block.strong)
            _apart(made, before)
        case Bullets():
            for lead, words in block.entries():
                made = word.add_paragraph(style="List Bullet")
                _words(made, f"{lead} " if lead else "", strong=True)
                _words(made, words)
                _apart(made, before)
                before = None
        case Table():
            _table(word, block, document.widths(block, _LINE - 3 * len(block.head)))


def _apart(made: WordParagraph, before: Block | None) -> None:
    """More room above what follows a table or a list; an empty line would be read aloud."""
    if isinstance(before, Table | Bullets):
        made.paragraph_format.space_before = Pt(8 if isinstance(before, Table) else 6)


def _table(word: Word, block: Table, shares: list[int]) -> None:
    _words(word.add_paragraph(style="Caption"), block.caption)
    table = word.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Table Grid")
    table.autofit = False
    whole = int(_PAGE[0] - 2 * _MARGIN)
    room = [share + 3 for share in shares]  # the cells' own margins
    widths = [whole * share // sum(room) for share in room]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    properties = table._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        said = OxmlElement(name)
        what = block.caption if name == "w:tblCaption" else f"{block.caption}: {', '.join(block.head)}"
        said.set(qn("w:val"), " ".join(_legal(what).split()))
        properties.append(said)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        for name, value in (("firstRow", "1"), ("firstColumn", "0"), ("noVBand", "1"), ("val", "0420")):
            look.set(qn(f"w:{name}"), value)
    for at, (row, cells) in enumerate(zip(table.rows, (block.head, *block.rows), strict=True)):
        whole_row = row._tr.get_or_add_trPr()
        whole_row.append(OxmlElement("w:cantSplit"))
        if at == 0:
            whole_row.append(OxmlElement("w:tblHeader"))
        for cell, words, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            made = cell.paragraphs[0]
            made.style = word.styles["Table Head" if at == 0 else "Table Text"]
            _words(made, words)
            if at == 0:
                shade = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E7EAF0")):
                    shade.set(qn(f"w:{name}"), value)
                cell._tc.get_or_add_tcPr().append(shade)


def _words(paragraph: WordParagraph, words: str, *, strong: bool = False) -> None:
    """Words as runs; a stretch of Arabic or Hebrew is one of its own, marked as running from right to left."""
    for at, part in enumerate(_SCRIPTS.split(_legal(words))):
        if part:
            run = paragraph.add_run(part, style="Strong" if strong else None)
            run.font.rtl = True if at % 2 else None


def _legal(words: str) -> str:
    return _ILLEGAL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def _without_clock(made: bytes) -> bytes:
    """The same archive without the moments at which its parts were written."""
    steady = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(info))
    return steady.getvalue()
