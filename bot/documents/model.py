"""One document, whatever it is shown as: minutes, agendas, later case sheets.

A builder writes a `Document` once. `markdown` makes a Matrix message of it, `bot.documents.docx` a file for Word and
`bot.documents.plain` a text file (docs/decisions/documents.md). All its words are plain text, never Markdown, and may
hold tokens of `bot.text`: what people wrote is looked up when the document leaves, so that erasing reaches it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bot import text
from bot.text.cleaning import clean


@dataclass(frozen=True)
class Heading:
    """A heading. Level 2 stands below the title, 3 below that; `new_page` begins a page where there are pages."""

    words: str
    level: int = 2
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `strong`: it is to catch the eye; what it says must be in its words as well."""

    words: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list. `leads`: what stands first in each item and catches the eye ("BUF", "2026-W48-3"); all or none."""

    items: tuple[str, ...]
    leads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Every item has its lead, or none has."""
        if self.leads and len(self.leads) != len(self.items):
            raise ValueError("a list has as many leads as items, or none")

    def entries(self) -> list[tuple[str, str]]:
        """Each item's lead ("" without one) and words."""
        return list(zip(self.leads or ("",) * len(self.items), self.items, strict=True))


@dataclass(frozen=True)
class Table:
    """Rows under a head. `caption` says what it is a table of, also to who cannot see it.

    A phone cannot show a table: `lines` says each row in a sentence, behind its first cell. Without them the cells
    are said one after the other, each with its head.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Every row has a cell for every column, and nobody has to guess what the table shows."""
        if not self.caption.strip():
            raise ValueError("a table has a caption")
        if not self.head or any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a table's rows have as many cells as its head, at least one")
        if self.lines and len(self.lines) != len(self.rows):
            raise ValueError("a table has as many lines as rows, or none")

    def entries(self) -> list[tuple[str, str]]:
        """Each row's first cell, and the sentence behind it."""
        said = self.lines or tuple(
            "; ".join(f"{head}: {cell}" for head, cell in zip(self.head[1:], row[1:], strict=True) if cell)
            for row in self.rows
        )
        return [(row[0], line) for row, line in zip(self.rows, said, strict=True)]

    def widths(self, room: int, least: int = 4) -> list[int]:
        """How many characters of a line each column gets, in all at most `room`, for columns of resolved words.

        A column that asks for no more than an even share gets what it asks for. The others share the rest, the
        wordiest most, but not all of it: by the square root of what they ask for.
        """
        columns = list(zip(self.head, *self.rows, strict=True))
        wanted = [
            max(least, *(len(line) for cell in column for line in cell.split("\n"))) for column in columns
        ]
        widths = [0] * len(wanted)
        waiting = sorted(range(len(wanted)), key=wanted.__getitem__)
        while waiting and wanted[waiting[0]] <= (room - sum(widths)) // len(waiting):
            widths[waiting[0]] = wanted[waiting[0]]
            waiting.pop(0)
        roots = [wanted[at] ** 0.5 for at in waiting]
        rest = room - sum(widths)
        for at, root in zip(waiting, roots, strict=True):
            widths[at] = min(wanted[at], max(least, int(rest * root / sum(roots))))
        return widths


Block = Heading | Paragraph | Bullets | Table
_KINDS: Final[dict[str, type[Block]]] = {
    kind.__name__.lower(): kind for kind in (Heading, Paragraph, Bullets, Table)
}


@dataclass(frozen=True)
class Document:
    """A document in one language ("da" or "en"): what it is, of what and when, and its content in order."""

    title: str
    language: str
    subtitle: str
    blocks: tuple[Block, ...] = ()

    def widths(self, table: Table, room: int) -> list[int]:
        """How many characters each column of a table gets; tables with the same head stand in line with each other."""
        alike = [block.rows for block in self.blocks if isinstance(block, Table) and block.head == table.head]
        return Table(table.caption, table.head, tuple(row for rows in alike for row in rows)).widths(room)

    def to_json(self) -> str:
        """The document as JSON, its tokens to be seen by `bot.text.tokens`."""
        blocks = [{"kind": type(block).__name__.lower(), **asdict(block)} for block in self.blocks]
        said = {"title": self.title, "language": self.language, "subtitle": self.subtitle, "blocks": blocks}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def from_json(cls, said: str) -> Document:
        """The document from its JSON. ValueError when that is none."""
        try:
            found = json.loads(said)
            blocks = tuple(_block(dict(block)) for block in found["blocks"])
            return cls(found["title"], found["language"], found["subtitle"], blocks)
        except (KeyError, TypeError) as error:
            raise ValueError("not a document") from error


def _block(found: dict[str, Any]) -> Block:
    kind = _KINDS[found.pop("kind")]
    return kind(**{name: _tuples(value) for name, value in found.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _changed(document: Document, change: Callable[[str], str]) -> Document:
    """The document with every stretch of words changed."""

    def block(one: Block) -> Block:
        match one:
            case Heading() | Paragraph():
                return replace(one, words=change(one.words))
            case Bullets():
                return Bullets(tuple(map(change, one.items)), tuple(map(change, one.leads)))
            case Table():
                return Table(
                    change(one.caption),
                    tuple(map(change, one.head)),
                    tuple(tuple(map(change, row)) for row in one.rows),
                    tuple(map(change, one.lines)),
                )

    return Document(
        change(document.title),
        document.language,
        change(document.subtitle),
        tuple(map(block, document.blocks)),
    )


def resolved(document: Document, words: Callable[[str], str | None]) -> Document:
    """The document with the words that its tokens stand for, cleaned; line ends in them are kept.

    `words` gives a stored text by its uid, or None when it is erased; then `text-erased` stands there.
    """
    gone = text.t(document.language, "text-erased")

    def one(said: str) -> str:
        found: list[str] = []
        for segment in text.segments(said):
            match segment.kind:
                case "":
                    found.append(segment.value)
                case "x":
                    found.append(clean(segment.value))
                case "p":
                    found.append(" ".join(clean(segment.name).split()))
                case "t":
                    stored = words(segment.value)
                    found.append(gone if stored is None else clean(stored))
        return "".join(found)

    return _changed(document, one)


# Everything that could be markup in our own words; what could only be so at the beginning of a line stands apart.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]|])")
_BEGINNING: Final = re.compile(r"^([#+>-]|\d{1,9}(?=[.)]))")


def escaped(words: str) -> str:
    """Plain words of our own as Markdown that shows them as they are, on one line. Tokens hold none of it."""
    one_line = _MARKUP.sub(r"\\\1", " ".join(words.split()).replace("&", "&amp;"))
    return _BEGINNING.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], one_line)


def markdown(document: Document) -> str:
    """The document as the Markdown of a Matrix message, tokens kept: a template for `bot.owed`.

    A table becomes a list of its lines, for phones.
    """
    parts = [f"## {escaped(document.title)}"]
    if document.subtitle:
        parts.append(escaped(document.subtitle))
    parts += [_shown(block) for block in document.blocks]
    return "\n\n".join(part for part in parts if part)


def _shown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * min(block.level + 1, 4)} {escaped(block.words)}"
        case Paragraph():
            return _strong(block.words) if block.strong else escaped(block.words)
        case Bullets():
            return "\n".join(_item(lead, words) for lead, words in block.entries())
        case Table():
            rows = [_item(lead, line) for lead, line in block.entries()]
            return "\n".join([_strong(block.caption), "", *rows])


def _strong(words: str) -> str:
    return f"**{escaped(words)}**" if words.strip() else ""


def _item(lead: str, words: str) -> str:
    return " ".join(part for part in ("-", _strong(lead), escaped(words)) if part)
