"""What was said of several cases, without one of them: a message's lines and a document's parts that name it go.

A case is named by its code, by the number of one of its actions, or by the token of one of its texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot import text
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table

_NUMBER = re.compile(r"\*\*(\d+)\*\*")
_HEAD = re.compile(r"#{1,6} |\*\*.+\*\*:?$")


@dataclass(frozen=True)
class Names:
    """By what a case is named: its code, its texts' uids, its actions' numbers."""

    code: str
    texts: frozenset[str]
    numbers: frozenset[str]

    def in_words(self, said: str) -> bool:
        """Whether words with tokens name the case."""
        for segment in text.segments(said):
            if segment.kind == "t" and segment.value in self.texts:
                return True
            if segment.kind in ("", "x") and self.code in segment.value.upper():
                return True
        return False

    def in_line(self, line: str) -> bool:
        """Whether a line of a message names it; an action's number stands in it like `**42**`."""
        return self.in_words(line) or any(number in self.numbers for number in _NUMBER.findall(line))


def message_without(template: str, names: Names) -> str:
    """A message without the lines that name the case; a head with nothing left beneath goes with them."""
    lines = template.split("\n")
    gone = [names.in_line(line) for line in lines]
    kept: list[str] = []
    for place, line in enumerate(lines):
        if gone[place]:
            continue
        if _HEAD.match(line.strip()):
            beneath = _beneath(lines, place)
            if any(gone[at] for at in beneath) and all(gone[at] or not lines[at].strip() for at in beneath):
                continue
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    return "\n".join(kept).strip()


def _beneath(lines: Sequence[str], head: int) -> range:
    """The lines beneath a head, up to the next."""
    end = next((at for at in range(head + 1, len(lines)) if _HEAD.match(lines[at].strip())), len(lines))
    return range(head + 1, end)


def document_without(document: Document, names: Names) -> Document:
    """A document without a case: its pages, its items, the rows and sentences that name it."""
    kept: list[Block] = []
    skipping: int | None = None
    for block in document.blocks:
        if isinstance(block, Heading):
            if skipping is not None and block.level > skipping:
                continue
            skipping = block.level if names.in_words(block.words) else None
            if skipping is None:
                kept.append(block)
        elif skipping is None and (left := _left(block, names)) is not None:
            kept.append(left)
    return replace(document, blocks=tuple(_headed(document.blocks, kept)))


def _headed(before: Sequence[Block], kept: Sequence[Block]) -> list[Block]:
    """Without the headings that lost all that stood beneath them."""
    alone = {id(b) for b, after in pairwise(before) if _ends(b, after)}
    alone |= {id(before[-1])} if before else set()
    made: list[Block] = []
    for block in reversed(kept):
        following = made[-1] if made else None
        if isinstance(block, Heading) and id(block) not in alone and _ends(block, following):
            continue
        made.append(block)
    return made[::-1]


def _ends(block: Block, following: Block | None) -> bool:
    """Whether a heading is followed by nothing of its own."""
    if not isinstance(block, Heading):
        return False
    return following is None or (isinstance(following, Heading) and following.level <= block.level)


def _left(block: Block, names: Names) -> Block | None:
    match block:
        case Heading() | Paragraph():
            return None if names.in_words(block.words) else block
        case Bullets():
            stay = [
                (lead, words)
                for lead, words in block.entries()
                if not names.in_words(lead) and not names.in_words(words)
            ]
            if not stay:
                return None
            leads = tuple(lead for lead, _ in stay) if block.leads else ()
            return Bullets(tuple(words for _, words in stay), leads)
        case Table():
            if names.in_words(block.caption):
                return None
            at = [
                place
                for place, row in enumerate(block.rows)
                if not any(names.in_words(cell) for cell in row) and row[0] not in names.numbers
            ]
            if not at:
                return None
            lines = tuple(block.lines[place] for place in at) if block.lines else ()
            return replace(block, rows=tuple(block.rows[place] for place in at), lines=lines)
