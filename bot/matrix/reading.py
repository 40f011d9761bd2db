"""A received message as text: without quotes and code, with mentions marked, cut into commands.

Everything in a received content is untrusted, of any type; nothing here raises on it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import chain
from typing import Any, Final
from urllib.parse import unquote

import nh3

from bot.text.cleaning import clean

USER_ID: Final = re.compile(
    r"@[^\s:@\ud800-\udfff\ue000-\ue003]+:(?:[A-Za-z0-9.\-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?"
)
"""A Matrix user id; historical ones may hold any character in the local part."""

_OPEN, _CLOSE = (
    "\ue002",
    "\ue003",
)  # around the MXID of a mention; `clean` removes them from what people wrote

_LINK = r"(?:https?://(?:www\.)?matrix\.to/#/|https://[\w.:-]+/(?:[\w./-]+/)?#/user/|matrix:u(?:ser)?/)"
_PERSON_LINK: Final = re.compile(
    _LINK + r"(?P<user>(?:@|%40)?[^/?#\s()\[\]<>]+)(?:\?[^\s()<>]*)?", re.IGNORECASE
)
_MARKDOWN_LINK: Final = re.compile(
    r"\[(?P<label>[^\[\]\n]{0,255})\]\(<?" + _PERSON_LINK.pattern + r">?\)", re.I
)
_QUOTE: Final = re.compile(r" {0,3}>")
# A fence of backticks has none after it in its line: "```!done 42```" is code within a line.
_FENCE: Final = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_NO_TEXT: Final = frozenset({"mx-reply", "blockquote", "pre", "code", "del"})
_READ_TAGS: Final = set(_NO_TEXT | {"a", "br", "p", "div", "li"})
_READ_SCHEMES: Final = {"https", "http", "matrix"}
_MOST: Final = 50  # mentions and code blocks of one message that are looked at


@dataclass(frozen=True)
class Incoming:
    """What a person wrote. A mention is U+E002, MXID, U+E003 in `text`; `pills` has the MXIDs in order."""

    text: str
    pills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One command of a message: its place among the commands, from 1, and its words without the prefix.

    Lines that continue it are part of `text`, after a line end each.
    """

    index: int
    text: str


def incoming(content: Mapping[str, Any]) -> Incoming | None:
    """The text in the content of an m.room.message, or None when there is none that a person typed.

    None is for malformed content, a notice (another bot's, never answered), a picture, file or voice, and an
    edit without new content. Of an edit, the new content counts. Left out are the reply fallback, other
    quoted lines and code blocks. The text is cleaned (`bot.text.cleaning`), with plain spaces, and stripped.
    """
    if not isinstance(content, Mapping):
        return None
    relation = content.get("m.relates_to")
    if isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace":
        new = content.get("m.new_content")
        content = new if isinstance(new, Mapping) else {}
    body, formatted = content.get("body"), content.get("formatted_body")
    if not isinstance(body, str) or content.get("msgtype", "m.text") not in ("m.text", "m.emote"):
        return None
    page = _Page()
    if isinstance(formatted, str):
        page.read(formatted)
    text = _own_lines(_SPACES.sub(" ", clean(body)), page.code)
    text = _with_mentions(text, page)
    return Incoming(text.strip(), tuple(re.findall(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", text)))


def command_lines(text: str, prefix: str) -> list[Line]:
    """The commands in a text, in order (docs: a command is the prefix and a letter at the start of a line).

    "! aftale" counts, "!!!" does not, nor a line indented by four spaces (code). Other lines continue the
    command above them; lines before the first command belong to none.
    """
    start = re.compile(rf" {{0,3}}{re.escape(prefix)} *(?=[^\W\d_])")
    commands: list[list[str]] = []
    for line in text.split("\n"):
        if found := start.match(line):
            commands.append([line[found.end() :]])
        elif commands:
            commands[-1].append(line)
    return [Line(index, "\n".join(lines).strip()) for index, lines in enumerate(commands, 1)]


def _own_lines(body: str, code: list[str]) -> str:
    """The body without quoted lines, fenced code, and code that a client sent without its fences."""
    kept: list[str] = []
    fence = ""
    fences = 0
    for line in body.split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found["fence"].startswith(fence) and not line[found.end() :].strip():
                fence = ""
        elif found:
            fence = found["fence"]
            fences += 1
        elif not _QUOTE.match(line):
            kept.append(line)
    for block in [] if fences else code[:_MOST]:
        lines = [line.strip() for line in clean(block).strip("\n").split("\n")]
        for at in range(len(kept) - len(lines) + 1):
            if [line.strip() for line in kept[at : at + len(lines)]] == lines:
                del kept[at : at + len(lines)]
                break
    return "\n".join(kept)


def _with_mentions(text: str, page: "_Page") -> str:
    """The text with a token in place of each mention's label."""
    linked: Counter[str] = Counter()

    def token(user: str) -> str:
        return f"{_OPEN}{user}{_CLOSE}"

    def from_link(found: re.Match[str]) -> str:
        user = _user(found["user"])
        if user is None:
            return found[0]
        linked[user] += 1
        return token(user)

    # Some clients write the mention into the body, as a Markdown link or as a bare address.
    text = _PERSON_LINK.sub(from_link, _MARKDOWN_LINK.sub(from_link, text))
    spans: list[tuple[int, int, str]] = []
    places: dict[str, list[tuple[int, int]]] = {}
    for mention in page.mentions[:_MOST]:
        if linked[mention.user] > 0:
            linked[mention.user] -= 1
            continue
        words = mention.label
        if words not in places:
            places[words] = _places(words, text)
        nth = min(len(_places(words, page.before(mention))), len(places[words]))
        for start, end in chain(places[words][nth:], reversed(places[words][:nth])):
            if all(end <= taken or start >= until for taken, until, _ in spans):
                spans.append((start, end, mention.user))
                break
    for start, end, user in sorted(spans, reverse=True):
        text = text[:start] + token(user) + text[end:]
    return text


def _places(label: str, text: str) -> list[tuple[int, int]]:
    """Where `label` stands as words of its own, an @ before it included."""
    pattern = r"(?<!\w)@?" + r"\s+".join(re.escape(word) for word in label.split()) + r"(?!\w)"
    return [found.span() for found in re.finditer(pattern, text)]


def _user(linked: str) -> str | None:
    """The MXID that a link names, if it names one."""
    user = unquote(linked)
    user = user if user.startswith("@") else f"@{user}"
    return user if len(user) <= 255 and USER_ID.fullmatch(user) else None


@dataclass(frozen=True)
class _Mention:
    user: str
    label: str
    at: int
    """How many stretches of the page's text stand before it."""


class _Page(HTMLParser):
    """A formatted body: its mentions, its text without quotes and code, and its code blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.mentions: list[_Mention] = []
        self.code: list[str] = []
        self._text: list[str] = []
        self._hidden: list[str] = []  # elements around us whose text does not count
        self._mention: tuple[str, int] | None = None

    def read(self, formatted: str) -> None:
        """Read untrusted HTML.

        nh3 makes it well formed first: html.parser alone takes half a minute for 60 KB of "<a <a <a".
        """
        self.feed(
            nh3.clean(
                clean(formatted), tags=_READ_TAGS, attributes={"a": {"href"}}, url_schemes=_READ_SCHEMES
            )
        )
        self.close()

    def before(self, mention: _Mention) -> str:
        """The page's text up to a mention."""
        return clean("".join(self._text[: mention.at]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a mention or something hidden begins."""
        if tag in _NO_TEXT:
            self._hidden.append(tag)
            if tag == "pre":
                self.code.append("")
        elif tag in ("br", "p", "div", "li"):
            self._text.append("\n")
        elif tag == "a" and not self._hidden:
            found = _PERSON_LINK.fullmatch((dict(attrs).get("href") or "").strip())
            user = _user(found["user"]) if found else None
            self._mention = (user, len(self._text)) if user else None

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag == "a" and self._mention and not self._hidden:
            user, at = self._mention
            label = " ".join(clean("".join(self._text[at:])).split())
            if label.strip("@"):
                self.mentions.append(_Mention(user, label, at))
            self._mention = None

    def handle_data(self, data: str) -> None:
        """Text counts unless it is hidden; code is kept aside."""
        if not self._hidden:
            self._text.append(data)
        elif "pre" in self._hidden:
            self.code[-1] += data
