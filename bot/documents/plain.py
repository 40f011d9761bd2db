"""A document as a file of plain text, and as a file of Markdown: for mail, archives and whoever has no Word."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import Final

from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table

WIDTH: Final = 78
_GAP: Final = 2  # characters between two columns


def text(document: Document) -> str:
    """The file of a document whose words are resolved: lines of at most 78 characters, unless one word is longer."""
    parts = [_underlined(document.title, "=")]
    if document.subtitle:
        parts.append(_wrapped(document.subtitle))
    parts += [_block(document, block) for block in document.blocks]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _block(document: Document, block: Block) -> str:
    match block:
        case Heading():
            return _underlined(block.words, "-" if block.level == 2 else "")
        case Paragraph():
            return _wrapped(block.words)
        case Bullets():
            return "\n".join(
                _wrapped(f"{lead} {words}".strip(), "- ", "  ") for lead, words in block.entries()
            )
        case Table():
            return f"{_wrapped(block.caption)}\n\n{_table(document, block)}"


def _underlined(words: str, mark: str) -> str:
    lines = _wrapped(" ".join(words.split()))
    if not mark or not lines:
        return lines
    return f"{lines}\n{mark * max(_width(line) for line in lines.splitlines())}"


def _wrapped(words: str, first: str = "", then: str = "") -> str:
    """Words wrapped, their own line ends kept."""
    made: list[str] = []
    for line in words.split("\n"):
        made += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=then if made else first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(made)


def _table(document: Document, block: Table) -> str:
    """Columns under their heads, a row's cells wrapped beside each other."""
    widths = document.widths(block, WIDTH - _GAP * (len(block.head) - 1))
    lines = _row(block.head, widths)
    lines.append((" " * _GAP).join("-" * width for width in widths))
    for row in block.rows:
        lines += _row(row, widths)
    return "\n".join(lines)


def _row(cells: tuple[str, ...], widths: list[int]) -> list[str]:
    columns = [
        [
            part
            for line in cell.split("\n")
            for part in textwrap.wrap(line, width, break_on_hyphens=False) or [""]
        ]
        for cell, width in zip(cells, widths, strict=True)
    ]
    tall = max(len(column) for column in columns)
    return [
        (" " * _GAP)
        .join(
            _padded(column[at] if at < len(column) else "", width)
            for column, width in zip(columns, widths, strict=True)
        )
        .rstrip()
        for at in range(tall)
    ]


def _padded(words: str, width: int) -> str:
    return words + " " * (width - _width(words))


def _width(words: str) -> int:
    """How many columns of a terminal words take: an emoji two, a mark on a letter none."""
    return sum(
        0
        if unicodedata.combining(sign) or sign in "\u200d\ufe0f"
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in words
    )


# --- Markdown


# Whatever GitHub's Markdown could take for markup, an address that it would make a link of included.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>|~$&@]|:(?=//)|(?<=[Ww]{3})\.)")
_BEGINNING: Final = re.compile(r"^(?:([#+=-])|(\d{1,9})([.)]))")


def markdown_file(document: Document) -> str:
    """The file of a document whose words are resolved, in GitHub's Markdown. No word of it is markup but ours."""
    parts = [f"# {_line(document.title)}"]
    if document.subtitle:
        parts.append(_line(document.subtitle))
    parts += [_marked(block) for block in document.blocks]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _marked(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * min(block.level, 6)} {_line(block.words)}"
        case Paragraph():
            lines = [_line(line) for line in block.words.split("\n") if line.strip()]
            return "\\\n".join(f"**{line}**" if block.strong else line for line in lines)
        case Bullets():
            return "\n".join(
                " ".join(part for part in ("-", f"**{_line(lead)}**" if lead else "", _line(words)) if part)
                for lead, words in block.entries()
            )
        case Table():
            rows = [block.head, ("---",) * len(block.head), *block.rows]
            said = [
                "| " + " | ".join(cell if at == 1 else _line(cell) for cell in row) + " |"
                for at, row in enumerate(rows)
            ]
            return "\n".join([f"**{_line(block.caption)}**", "", *said])


def _line(words: str) -> str:
    """Words on one line, as they are."""
    shown = _MARKUP.sub(r"\\\1", " ".join(words.split()))
    return _BEGINNING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", shown)
