"""What is made of a row before it is uploaded: the digest's picture, a document as a file, a calendar.

`plan` looks up people's words, on the storage thread; `picture` and `written` make the bytes, anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.documents import plain
from bot.documents.chart import AgencyCount, WeekCount, chart
from bot.documents.digest import Figures
from bot.documents.model import Document, resolved
from bot.owed import AS_IT_IS, File

# What a file is, by its format.
MIMES: Final[Mapping[str, str]] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "md": "text/markdown",
    "ics": "text/calendar",
    "json": "application/json",
}


@dataclass(frozen=True)
class Made:
    """A file as it is uploaded, and its event's content but for where it lies."""

    data: bytes
    mime: str
    name: str
    content: Mapping[str, Any]


def picture(figures: Figures, language: str) -> Made:
    """The chart of a digest's figures."""
    agencies = [AgencyCount(*row) for row in figures.agencies]
    weeks = [WeekCount(*row) for row in figures.weeks]
    drawn = chart(agencies, weeks, language)
    return _made(drawn.png, "image/png", "ugestatus.png", "m.image", drawn.alt, w=drawn.width, h=drawn.height)


def plan(file: File, words: Callable[[str], str | None], language: str) -> File:
    """The file with the words that its tokens stand for. `words` gives a stored text, None when it is erased."""
    alt = resolved(Document(file.alt, language, ""), words).title
    if file.format in AS_IT_IS:
        return replace(file, alt=alt)
    return replace(file, alt=alt, content=resolved(Document.from_json(file.content), words).to_json())


def written(file: File, at: datetime) -> Made:
    """The bytes of a file whose words were looked up, the same each time; `at` is when it was owed."""
    return _made(_bytes(file, at), MIMES[file.format], file.name, "m.file", file.alt)


def _bytes(file: File, at: datetime) -> bytes:
    if file.format in AS_IT_IS:
        return file.content.encode()
    document = Document.from_json(file.content)
    if file.format == "docx":
        from bot.documents.docx import docx  # noqa: PLC0415 - few processes need it

        return docx(document, at=at)
    return (plain.text(document) if file.format == "txt" else plain.markdown_file(document)).encode()


def _made(data: bytes, mime: str, name: str, kind: str, alt: str, **more: int) -> Made:
    info = {"mimetype": mime, **more, "size": len(data)}
    return Made(data, mime, name, {"msgtype": kind, "body": alt, "filename": name, "info": info})
