"""Between Matrix messages and text: Markdown becomes body and HTML, a received message becomes plain text.

Outgoing: `render` is the only way from a message's Markdown to what a client shows. Body and HTML are written
by one walk over the same converted Markdown, so the body says everything that the HTML says. People's words
come as tokens (`bot.text`) and enter after the Markdown has been converted, escaped; nh3 then keeps only the
few tags we use, all among those that the Matrix specification suggests. Nobody is pinged by words: only
`pill` tokens reach `mentions` (sent as m.mentions, even if empty), and "@room" gets an invisible word joiner
for clients that are older than m.mentions or draw it as a pill.

Incoming: `incoming` and `command_lines`, written in `bot.matrix.reading`.
"""

import html
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

import nh3
from markdown import Markdown

from bot.matrix.reading import USER_ID, Incoming, Line, command_lines, incoming
from bot.text import Segment, segments, t
from bot.text.cleaning import clean
from bot.text.excerpt import EXCERPT, shortened

__all__ = ["EDIT_LIMIT", "LIMIT", "Incoming", "Line", "Rendered", "command_lines", "incoming", "render"]

LIMIT: Final = 44_000
"""Bytes for body and HTML, as JSON. An event may have 65,536; encryption makes 4 bytes of 3, and the
envelope, relations and our own metadata need room."""
EDIT_LIMIT: Final = LIMIT // 2
"""The same for an edit, which carries its text twice."""

_SHORTEST: Final = 40  # characters to which a person's words are cut before lines are left out

# Characters that turn the direction of a line: Hebrew, Arabic, Syriac, Thaana, N'Ko, presentation forms.
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def _shown(text: str) -> str:
    """Clean text as it stands in a message: "@room" without its effect, right-to-left lines isolated, and no
    more than one blank line in a row.

    Unicode isolates rather than `<bdi>`, which Matrix clients drop; so the plain body is isolated too.
    """
    text = re.sub(r"\n[ \n]*\n", "\n\n", text)
    text = re.sub("@(?=room)", "@\u2060", text, flags=re.IGNORECASE)
    if not _RIGHT_TO_LEFT.search(text):
        return text
    return "\n".join(
        f"\u2068{line}\u2069" if _RIGHT_TO_LEFT.search(line) else line for line in text.split("\n")
    )


# "uge 48" stays on one line of a phone. Only in the HTML: the plain body is read by machines and searched in.
_WEEK: Final = re.compile(r"\b([Uu]ge|[Ww]eek) (\d)")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4"})
_BLOCKS: Final = _HEADINGS | {"p", "pre", "table"}
_ONE_LINE: Final = _HEADINGS | {"li", "td", "th", "a"}  # people's line ends are spaces there
_BETWEEN: Final = frozenset({"ul", "ol", "table", "thead", "tbody", "tr"})  # white space there is layout
_VERBATIM: Final = frozenset({"code", "pre"})  # to be copied as it stands
_VOID: Final = frozenset({"br", "hr"})
_TAGS: Final = _ONE_LINE | _BLOCKS | _BETWEEN | _VOID | {"strong", "em", "code", "blockquote"}
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_ITEM: Final = re.compile(r"(\s*)(?:[-*+]|(\d{1,9})([.)]))\s")


@dataclass(frozen=True)
class Rendered:
    """A message ready to send: plain text, HTML that says the same, and the MXIDs to notify (m.mentions)."""

    body: str
    html: str
    mentions: frozenset[str]


def render(
    markdown: str,
    resolve: Callable[[str], str | None] = lambda uid: None,
    *,
    lang: str = "da",
    erased: str | None = None,
    limit: int = LIMIT,
) -> Rendered:
    """Our Markdown with tokens as a message.

    `resolve` gives the stored text of a `text_ref`, or None when it is erased; then `erased` stands there
    (default: the text `text-erased` in `lang`). Line ends in people's words are kept in paragraphs and are
    spaces in lists, tables and headings. If body and HTML would exceed `limit` bytes as JSON, the longest of
    people's words are cut with "…", failing that our own last lines, and the message says so.

    In our Markdown raw HTML and images are plain text, a list or table needs no blank line before it, two
    spaces nest a list, and a heading needs a space after "#", so that "#42" can begin a line.
    """
    gone = t(lang, "text-erased") if erased is None else erased

    @cache
    def stored(uid: str) -> str:
        text = resolve(uid)
        return gone if text is None else text

    converted = _convert(markdown)
    full = _Walk(stored).over(converted)
    if _size(full) <= limit:
        return full
    note = _Walk(stored).over(_convert(t(lang, "text-shortened")))
    room = limit - _size(note)
    walk = _Walk(stored, longest=_SHORTEST, budget=room - 1_000)  # what is open is still closed
    shortened = walk.over(converted)
    if not walk.full:
        shortened = _largest(lambda n: _Walk(stored, longest=n).over(converted), shortened, room)
    return Rendered(f"{shortened.body}\n\n{note.body}", f"{shortened.html}\n{note.html}", shortened.mentions)


def _size(message: Rendered) -> int:
    return len(json.dumps([message.body, message.html]))


def _largest(make: Callable[[int], Rendered], best: Rendered, limit: int) -> Rendered:
    """What `make` gives for the most characters that fit; `best` is what it gave for the fewest."""
    low, high = _SHORTEST, limit
    while low < high:
        middle = (low + high + 1) // 2
        attempt = make(middle)
        if _size(attempt) <= limit:
            low, best = middle, attempt
        else:
            high = middle - 1
    return best


_converter = threading.local()


def _convert(markdown: str) -> str:
    """Our Markdown as HTML, tokens still in it. A converter keeps state, so each thread has its own."""
    if not hasattr(_converter, "markdown"):
        made = Markdown(extensions=["tables", "sane_lists", "nl2br"], tab_length=2)
        made.preprocessors.deregister("html_block")
        for name in ("html", "image_link", "image_reference", "short_image_ref", "autolink", "automail"):
            made.inlinePatterns.deregister(name)
        # A dashed line is not a heading, an indented one no code, and "#42" begins a sentence.
        made.parser.blockprocessors.deregister("setextheader")
        made.parser.blockprocessors.deregister("code")
        made.parser.blockprocessors["hashheader"].RE = re.compile(  # type: ignore[attr-defined]
            r"(?:^|\n)(?P<level>#{1,4}) +(?P<header>[^\n]+)(?:\n|$)"
        )
        _converter.markdown = made
    made = _converter.markdown
    return str(made.reset().convert("\n".join(_laid_out(markdown))))


def _laid_out(markdown: str) -> Iterator[str]:
    """The lines, with the blank line that Markdown wants before a list or table, and only true lists as such.

    "42. Søge friplads" after "40. …" would be shown as 41: a number that does not follow is no list number.
    """
    before = ""
    expected: dict[int, int] = {}  # the next number at each indentation, 0 where dashes stand
    for line in markdown.split("\n"):
        shown = line
        if item := _ITEM.match(line):
            indent, number = len(item[1]), item[2]
            if number and int(number) not in (1, expected.get(indent)):
                shown = line.replace(item[3], "\\" + item[3], 1)
            else:
                kind_changes = bool(number) != bool(expected.get(indent, bool(number)))
                expected = {depth: following for depth, following in expected.items() if depth < indent}
                expected[indent] = int(number) + 1 if number else 0
                if before.strip() and (kind_changes or not (_ITEM.match(before) or before.startswith(" "))):
                    yield ""
        elif line.startswith("|") and before.strip() and not before.startswith("|"):
            yield ""
        elif line and not line.startswith(" "):
            expected = {}
        yield shown
        before = line


class _Walk(HTMLParser):
    """One walk over converted Markdown that writes the HTML and the plain body side by side."""

    def __init__(
        self, stored: Callable[[str], str], longest: int = sys.maxsize, budget: int = sys.maxsize
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._stored, self._longest, self._budget = stored, longest, budget
        self._html: list[str] = []
        self._body: list[str] = []
        self._mentions: set[str] = set()
        self._open: list[str] = []  # tags around where we are
        self._indents: list[str] = []  # what each further line of the body begins with
        self._counters: list[int | None] = []  # next number of each list around us, None for dashes
        self._links: list[tuple[str, int]] = []  # target, and where its label begins in the body
        self._gap = 0  # line ends owed to the body before its next word
        self._cells = 0
        self._excerpt = False  # the words that come next are shown in part
        self._left_out = 0  # elements open that came when the budget was spent

    @property
    def full(self) -> bool:
        """Whether the budget is spent: what comes after is left out."""
        return self._budget < 0

    def over(self, converted: str) -> Rendered:
        """The message, its HTML sanitised."""
        self.feed(converted)
        self.close()
        if self.full:
            self._html.append("<p>…</p>")
            self._body.append("\n\n…")
        safe = nh3.clean(
            "".join(self._html), tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes={"https"}, link_rel=None
        )
        return Rendered("".join(self._body), safe, frozenset(self._mentions))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block or inline element."""
        if self.full:
            self._left_out += tag not in _VOID
            return
        kept = "".join(
            f' {name}="{html.escape(value or "")}"' for name, value in attrs if name in ("href", "start")
        )
        self._mark(f"<{tag}{kept}>")
        match tag:
            case "br":
                self._gap += 1
                return
            case "hr":
                self._break(2)
                self._write("---")
                self._break(2)
                return
            case "ul" | "ol":
                self._break(1 if self._counters else 2)
                self._counters.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
            case "li":
                self._item()
            case "td" | "th":
                if self._cells:
                    self._write(" | ")
                self._cells += 1
            case "tr":
                self._cells = 0
            case "a":
                self._links.append((dict(attrs).get("href") or "", len(self._body)))
            case "blockquote":
                self._break(2)
                self._skip_lines()
                self._indents.append("> ")
            case _ if tag in _BLOCKS:
                self._break(0 if self._open and self._open[-1] in ("li", "blockquote") else 2)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<br />` and `<hr />` have no end tag."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element; the converter's HTML is well formed."""
        if self._left_out:
            self._left_out -= 1
            return
        self._mark(f"</{tag}>")
        self._open.pop()
        match tag:
            case "ul" | "ol":
                self._counters.pop()
                self._break(1 if self._counters else 2)
            case "li":
                self._indents.pop()
                self._break(1)
            case "tr":
                self._break(1)
            case "blockquote":
                self._indents.pop()
                self._break(2)
            case "a":
                target, start = self._links.pop()
                if target.startswith("https:") and target != "".join(self._body[start:]):
                    self._write(f" ({target})")
            case _ if tag in _BLOCKS:
                self._break(1 if "li" in self._open else 2)

    def handle_data(self, data: str) -> None:
        """Our own text and the tokens in it."""
        for segment in segments(data):
            if self.full:
                return
            match segment.kind:
                case "":
                    self._own(segment.value)
                case "p":
                    self._person(segment)
                case kind:
                    self._words(segment.value if kind == "x" else self._stored(segment.value))

    def _own(self, text: str) -> None:
        self._excerpt = text.endswith(EXCERPT)
        text = text.replace(EXCERPT, "")
        tied = text if _VERBATIM.intersection(self._open) else _WEEK.sub("\\1\u00a0\\2", text)
        self._mark(html.escape(tied, quote=False))
        if "pre" not in self._open:
            text = re.sub(r"[ \n]+", " ", text)
            if self._gap or not self._body:
                text = text.lstrip(" ")
            if self._open and self._open[-1] in _BETWEEN:
                return
        self._write(text)

    def _words(self, text: str) -> None:
        text = clean(text)
        if self._excerpt:
            self._excerpt, text = False, shortened(" ".join(text.split()))
        if len(text) > self._longest:
            text = text[: self._longest - 1].rstrip() + "…"
        text = _shown(text)
        if _ONE_LINE.intersection(self._open):
            text = re.sub(r"\s*\n\s*", " ", text)
        self._mark(html.escape(text).replace("\n", "<br>"))
        self._write(text)

    def _person(self, segment: Segment) -> None:
        name = " ".join(clean(segment.name).split())
        if not USER_ID.fullmatch(segment.value):
            self._words(name)
            return
        self._mentions.add(segment.value)
        self._mark(f'<a href="https://matrix.to/#/{quote(segment.value, safe="@:")}">')
        self._words(name)
        self._mark("</a>")

    def _item(self) -> None:
        self._break(1)
        number = self._counters[-1]
        marker = "- " if number is None else f"{number}. "
        if number is not None:
            self._counters[-1] = number + 1
        self._write(marker)
        self._indents.append(" " * len(marker))

    def _skip_lines(self) -> None:
        """Blank lines owed, with the indentation that holds now."""
        if self._body and self._gap > 1:
            self._body.append(("\n" + "".join(self._indents).rstrip()) * (self._gap - 1))
            self._gap = 1

    def _break(self, lines: int) -> None:
        self._gap = max(self._gap, lines)

    def _write(self, text: str) -> None:
        if not text:
            return
        self._skip_lines()
        indent = "".join(self._indents)
        if self._body:
            indent = "\n" + indent if self._gap else ""
        self._gap = 0
        self._body.append(indent + text.replace("\n", "\n" + "".join(self._indents)))
        self._budget -= len(json.dumps(self._body[-1])) - 2

    def _mark(self, markup: str) -> None:
        self._html.append(markup)
        self._budget -= len(json.dumps(markup)) - 2
