"""From what a person typed to words that rules can look at.

An answer becomes a row of tokens: words (folded, see `bot.answer.words`), punctuation, and dates. A date is one
token, named by what it is: DATE (ahead), TODAY, PAST ("i går", "i tirsdags"), MEETING (the forum's next),
GONE (a date that has passed), VAGUE and WRONG (dates that
`bot.when` asks about or rejects). Names of tokens are in capitals, words never are.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot import when
from bot.answer.words import CONDITION, DOUBT, NEGATION, PARTIAL, REPORTED, SPELLINGS
from bot.text.cleaning import clean

Deadline = when.Deadline | when.NextMeeting
DATES: Final = frozenset({"DATE", "TODAY", "MEETING", "VAGUE", "WRONG", "GONE"})
SEPARATORS: Final = frozenset({",", ".", "!", "?", ";", ":", "\n", "-"})

_LETTERS: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ð": "d", "ł": "l", "’": "'", "´": "'", "`": "'"}
)
_REPEATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_PERMALINK: Final = re.compile(
    r"\[[^\]\n]{0,200}\]\(https://matrix\.to/#/(@[^\s)]{1,255})\)|https://matrix\.to/#/(@[^\s)>]{1,255})"
)
_URL: Final = re.compile(r"https?://\S+")
_EMOTICON: Final = re.compile(r"(?<!\w)(?:[:;=][-'^]?[)(DPpO/\\|*3]+|[xX]D+|<3|\^\^)(?!\w)")
_SIGNATURE: Final = re.compile(
    r"(?:^|[\s,.!])(?:mvh|m\.v\.h\.?|vh|kh|dbh|(?:med )?(?:venlig|kærlig|bedste|mange|de bedste) hilsen(?:er)?|"
    r"(?:med )?(?:venlig|bedste) hilsen|hilsen|(?:best|kind) regards|best wishes)(?!\w).{0,60}\Z",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED_LINE: Final = re.compile(r"^[ \t]*>.*(?:\n|\Z)", re.MULTILINE)
# A greeting that goes on like this is not only a greeting.
_NO_NAME: Final = NEGATION | DOUBT | CONDITION | PARTIAL | REPORTED
_SIGNS: Final[dict[str, str]] = {
    **dict.fromkeys("✅☑✔", "✅"),
    **dict.fromkeys("❌✖✗✘", "❌"),
    **dict.fromkeys("👍👌🙏🆗🙂😊💪🙌", "👍"),
    **dict.fromkeys("🙄🙃😂🤣😏🤡🤷😜😝🤥", "🙄"),
    **dict.fromkeys("👀", "👀"),
    **dict.fromkeys("⏰⏳⌛", "⏰"),
}
_TOKEN: Final = re.compile(
    r"(?P<mxid>@[\w.=\-/+]+(?::[\w\-]+(?:\.[\w\-]+)*(?::\d+)?)?)"
    r"|(?P<word>[^\W_]+(?:['’´`][^\W_]+)*)"
    r"|(?P<sep>[,.!?;:\n…()/|]|(?<!\S)[-–—]+(?!\w)|[–—])"
    r"|(?P<sign>[^\w\s])"
)
_QUOTES: Final = frozenset('"“”„»«')

_WEEKDAYS = "mandag tirsdag onsdag torsdag fredag loerdag lordag soendag sondag"
_PAST: Final = re.compile(
    r"(?:her )?(?:"
    r"i ?gaar(?: (?:morges|aftes|eftermiddags|formiddags|aften|eftermiddag|formiddag|morgen))?|i ?forgaars|i morges|"
    r"i aftes|i nat|i formiddags|i eftermiddags|forleden(?: dag)?|"
    rf"(?:i )?(?:{'|'.join(day + 's' for day in _WEEKDAYS.split())})|"
    r"(?:i )?sidste (?:uge|maaned|"
    + "|".join(_WEEKDAYS.split())
    + r")|(?:til|denne|i) morgenstunden|til morgen|til formiddag|"
    r"for (?:\w+ ){0,3}siden|for laengst|laenge siden|tidligere(?: i dag)?|"
    r"yesterday(?: morning| afternoon| evening)?|(?:this|earlier this) morning|last (?:week|night|month|monday|"
    r"tuesday|wednesday|thursday|friday)|"
    r"(?:\w+ ){1,2}ago|earlier(?: today)?|already"
    r")"
)
_NUMBERS = (
    "en et 1 to 2 tre 3 fire 4 fem 5 seks 6 syv 7 otte 8 ni 9 ti 10 elleve tolv fjorten 14 one two three four five "
    "six seven eight nine ten fourteen a 12 20 21 30 halvanden"
)
_DURATION: Final = re.compile(
    rf"(?:(?:mere|another|yderligere|endnu|ekstra|one more) )?"
    rf"(?P<length>(?:{'|'.join(_NUMBERS.split())}) (?:more |extra |mere |ekstra )?(?:dage?|uger?|maaned(?:er)?|"
    rf"hverdage?|arbejdsdage?|days?|weeks?|months?))"
    r"(?: (?:mere|ekstra|more|extra|longer|laengere|til(?= SEP|$)))?(?= |$)"
)
_ANOTHER: Final = re.compile(r"another (?P<unit>day|week|month)(?= |$)")


@dataclass(frozen=True)
class Token:
    """A word, a mark or a date of an answer: `word` for the rules, `raw` as it was typed."""

    word: str
    raw: str
    start: int
    end: int
    value: Deadline | when.WhenError | None = None


def fold(word: str) -> str:
    """A word without case, accents, Danish letters and apostrophes, spelt as it was meant."""
    word = unicodedata.normalize("NFKC", word).casefold().translate(_LETTERS).replace("'", "")
    word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    word = _REPEATED.sub(r"\1", word)
    return SPELLINGS.get(word, word)


def tidy(text: str) -> str:
    """The text in which dates, names and words are looked for: one line per line, without invisible characters,
    smileys, links, quoted lines and a closing greeting with its name."""
    text = unicodedata.normalize("NFKC", clean(text.replace("\ue002", " ").replace("\ue003", " ")))
    text = _QUOTED_LINE.sub("", text)
    text = _PERMALINK.sub(lambda found: found[1] or found[2], text)
    text = _EMOTICON.sub(" ", _URL.sub(" url ", text))
    text = re.sub(r"[^\S\n]+", " ", text).strip()
    if " " in text and text.isupper():
        text = text.lower()  # who shouts tells no names from words
    signature = _SIGNATURE.search(text)
    if (
        signature
        and "?" not in signature[0]
        and not {fold(word) for word in re.findall(r"\w+", signature[0])} & _NO_NAME
    ):
        return text[: signature.start()].strip() or text
    return text


def tokens(text: str, *, now: datetime, lang: str, calendar: when.Calendar) -> list[Token]:
    """The tokens of a tidy text, dates found and named."""
    words = split(text)
    words = _join_past(words)
    words = _join_durations(words, now=now, calendar=calendar)
    return _join_mentions(text, words, now=now, lang=lang, calendar=calendar)


def split(text: str) -> list[Token]:
    """The words and marks of a tidy text, dates not yet found."""
    return list(_words(text))


def _words(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        raw = found[0]
        if found["mxid"] or found["word"]:
            yield Token(fold(raw), raw, found.start(), found.end())
        elif found["sep"]:
            word = (
                raw if raw in SEPARATORS else {"…": ".", "/": "/"}.get(raw, "-" if raw[0] in "-–—" else ",")
            )
            yield Token(word, raw, found.start(), found.end())
        elif raw in _QUOTES:
            yield Token('"', raw, found.start(), found.end())
        elif raw in _SIGNS:
            yield Token(_SIGNS[raw], raw, found.start(), found.end())
        elif raw in "❓❔":
            yield Token("?", raw, found.start(), found.end())
        elif raw == "%":
            yield Token("procent", raw, found.start(), found.end())
        elif raw in "&+":
            yield Token("og", raw, found.start(), found.end())


def _joined(words: list[Token]) -> tuple[str, list[int]]:
    """The tokens as one line for a pattern, and where in it each token starts."""
    parts, starts, at = [], [], 0
    for token in words:
        part = "SEP" if token.word in SEPARATORS else token.word
        starts.append(at)
        parts.append(part)
        at += len(part) + 1
    return " ".join(parts), starts


def _span(words: list[Token], starts: list[int], start: int, end: int) -> tuple[int, int]:
    first = starts.index(start)
    last = first
    while last + 1 < len(words) and starts[last + 1] < end:
        last += 1
    return first, last + 1


def _replace(words: list[Token], spans: list[tuple[int, int, Token]]) -> list[Token]:
    result, at = [], 0
    for first, last, token in spans:
        result += [*words[at:first], token]
        at = last
    return result + words[at:]


def _merged(words: list[Token], name: str, value: Deadline | when.WhenError | None = None) -> Token:
    raw = " ".join(token.raw for token in words)
    return Token(name, raw, words[0].start, words[-1].end, value)


def _join_past(words: list[Token]) -> list[Token]:
    line, starts = _joined(words)
    at_word = set(starts)
    spans = []
    for found in _PAST.finditer(line):
        if found.start() in at_word and (found.end() == len(line) or line[found.end()] == " "):
            first, last = _span(words, starts, found.start(), found.end())
            spans.append((first, last, _merged(words[first:last], "PAST")))
    return _replace(words, spans)


def _join_durations(words: list[Token], *, now: datetime, calendar: when.Calendar) -> list[Token]:
    """ "en uge mere": a length of time, counted from now. One after "om" or before "siden" is no business of ours."""
    line, starts = _joined(words)
    at_word = set(starts)
    spans = []
    for pattern in (_DURATION, _ANOTHER):
        for found in pattern.finditer(line):
            if found.start() not in at_word:
                continue
            before, after = line[: found.start()].split()[-2:], line[found.end() :].split()[:1]
            if set(before[-1:]) & {"om", "hver", "inden", "indenfor", "in", "every", "within", "i"} or (
                after in (["siden"], ["ago"])
            ):
                continue
            length = found["length"] if pattern is _DURATION else f"a {found['unit']}"
            length = re.sub(r" (?:more|extra|mere|ekstra)(?= )", "", length)
            danish = bool(re.search(r"(?:dag|dage|uger?|maaned(?:er)?)$", length))
            phrase = f"om {length.replace('maaned', 'måned')}" if danish else f"in {length}"
            value = _read(phrase, now=now, lang="da" if danish else "en", calendar=calendar)
            if isinstance(value, when.Deadline):
                first, last = _span(words, starts, found.start(), found.end())
                spans.append((first, last, _merged(words[first:last], "DATE", value)))
        if spans:
            break
    return _replace(words, spans)


def _read(phrase: str, *, now: datetime, lang: str, calendar: when.Calendar) -> object:
    try:
        return when.read(phrase, now=now, lang=lang, calendar=calendar)
    except when.WhenError as error:
        return error


def _join_mentions(
    text: str, words: list[Token], *, now: datetime, lang: str, calendar: when.Calendar
) -> list[Token]:
    """Dates that `bot.when` finds, in the language given or else in the other one."""
    today = now.astimezone(calendar.tz).date()
    for language in (lang, "en" if lang == "da" else "da"):
        spans: list[tuple[int, int, Token]] = []
        for mention in _mentions(text, now=now, lang=language, calendar=calendar):
            inside = [
                i for i, token in enumerate(words) if token.start < mention.end and mention.start < token.end
            ]
            inside = [
                i for i in inside if words[i].word not in SEPARATORS or i not in (inside[0], inside[-1])
            ]
            if not inside or (spans and inside[0] < spans[-1][1]):
                continue
            covered = words[inside[0] : inside[-1] + 1]
            if any(t.start < mention.start or t.end > mention.end for t in covered):
                continue  # part of a longer phrase that was recognised already
            if covered[-1].word == "snart" and "saa" in {
                covered[0].word,
                words[inside[0] - 1].word if inside[0] else "",
            }:
                continue  # "så snart skolen svarer"
            if len(covered) == 1 and covered[0].word in {"man", "PAST", "DATE", "nu", "now", "til"}:
                continue
            value: object = mention.meaning
            before = _since_separator([token.word for token in words[max(0, inside[0] - 6) : inside[0]]])
            if covered[0].word in {"foer", "before", "foerend"} and set(before) & _NOT:
                # "ikke før fredag" promises Friday itself, "før fredag" the working day before.
                value = _read(text[covered[1].start : mention.end], now=now, lang=language, calendar=calendar)
            elif covered[0].word in {"inden", "by", "til"} and (
                set(before[-1:]) & _NOT
                or (set(before[-2:-1]) & _NOT and before[-1] in {"faerdig", "klar", "done"})
            ):
                continue  # "når det ikke inden fredag" gives no date
            token = _dated(covered, value, today)
            if token:
                spans.append((inside[0], inside[-1] + 1, token))
        if spans:
            return _replace(words, spans)
    return words


def _since_separator(words: list[str]) -> list[str]:
    for i in range(len(words) - 1, -1, -1):
        if words[i] in SEPARATORS:
            return words[i + 1 :]
    return words


def _mentions(text: str, *, now: datetime, lang: str, calendar: when.Calendar) -> Iterator[when.Mention]:
    for mention in when.mentions(text, now=now, lang=lang, calendar=calendar):
        phrase = text[mention.start : mention.end]
        if not isinstance(mention.meaning, when.WhenError) or "," not in phrase:
            yield mention
            continue
        at = mention.start  # "ikke i dag, i morgen" is two dates that do not go together
        for part in phrase.split(","):
            for inner in when.mentions(part, now=now, lang=lang, calendar=calendar):
                yield replace(inner, start=inner.start + at, end=inner.end + at)
            at += len(part) + 1


_NOT: Final = frozenset({"ikke", "aldrig", "naeppe", "not", "cant", "cannot", "wont", "dont"})


def _dated(covered: list[Token], value: object, today: date) -> Token | None:
    if isinstance(value, when.Deadline):
        return _merged(covered, "TODAY" if value.day == today and value.time is None else "DATE", value)
    if isinstance(value, when.NextMeeting):
        return _merged(covered, "MEETING", value)
    if isinstance(value, when.Recurring):
        return _merged(covered, "VAGUE")
    if isinstance(value, when.WhenError):
        if value.reason == "none":
            return None
        if value.reason in {"past", "clock_past", "far"}:
            return _merged(covered, "GONE", value)
        return _merged(covered, "VAGUE" if value.reason in {"vague", "needs_calendar"} else "WRONG", value)
    return None
