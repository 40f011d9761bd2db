"""Answers to a message about several actions: "42 færdig, 43 næste uge", "alle færdige"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import when
from bot.answer.meaning import LONGEST, Answer, read
from bot.answer.reading import fold, tidy


@dataclass(frozen=True)
class Item:
    """What was said about some of the actions: their `numbers` (None: all of them), the meaning, and the words."""

    numbers: tuple[int, ...] | None
    answer: Answer
    text: str


_NUMBER = (
    r"(?:#\s?|\bnr\.?\s?|\bnummer\s|\bno\.?\s?|\bnumber\s|\baftale\s|\bopgave\s|\bpunkt\s|"
    r"\baction\s)?\b(\d{1,9})\b"
)
_NUMBER_AT: Final = re.compile(_NUMBER, re.IGNORECASE)
# What may stand between the numbers of one list: "42, 43 og nr. 44".
_BETWEEN: Final = re.compile(r"\s*(?:,|og|and|&|\+|samt|,\s*og|,\s*and|/)\s*(?:også\s+)?", re.IGNORECASE)
_NEXT: Final = re.compile(r"\s+(?=#\d)")
_RANGE: Final = re.compile(r"\s*[-–]\s*")
# A number in front of these is no number of an action: "14 dage", "12. december", "kl. 10", "50 %".
_COUNTED: Final = re.compile(
    r"\s?(?:dage?|uger?|måned|maaned|timer?|minut|hverdag|arbejdsdag|år|aar|kr|%|procent|børn|gange|days?|weeks?|"
    r"months?|hours?)|"
    r"[./]\s?\d|\.?\s?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|oct|nov|dec)|:\d\d",
    re.IGNORECASE,
)
_DATED: Final = re.compile(
    r"(?:\b(?:uge|week|kl|den|d|om|in|klokken|sag)\.? ?|\d[./:-] ?|[A-Za-z]-|-)\Z", re.IGNORECASE
)
_BREAK: Final = re.compile(r"[\n;]|[.!](?=\s|\Z)|,|\s(?:og|men|mens|and|but|while)\s", re.IGNORECASE)
_ALL: Final = re.compile(
    r"\A(?P<front>(?:(?:ja|jep|ok|okay|så|saa|nu|tak|hej|yes|yep|er|har gjort|har klaret|har ordnet|done with|"
    r"jeg har gjort|har lukket|udsæt|udsaet|udskyd|flyt|ryk|skub|luk|vi tager|postpone|move|close|giv|give)\s+)*)"
    r"(?P<all>alle (?P<n>to|tre|fire|fem|seks|[2-9])|dem alle(?: sammen)?|"
    r"alle(?: sammen| dem| aftaler| opgaver)?|allesammen|samtlige|det hele|alt|"
    r"dem begge(?: to)?|begge(?: to| dele| opgaver)?|"
    r"all (?P<m>two|three|four|five|six|[2-9])|all(?: of (?:them|it))?|everything|both(?: of them)?|"
    r"them all|the lot)(?!\w)",
    re.IGNORECASE,
)
_REST: Final = re.compile(
    r"\A(?:resten|de andre|de øvrige|de oevrige|the rest|the others)(?!\w)", re.IGNORECASE
)
_EXCEPT: Final = re.compile(
    r"\b(?:undtagen|på nær|paa naer|pånær|bortset fra|ud over|udover|except(?: for)?|but not|men ikke)\b",
    re.IGNORECASE,
)
_NOT_ALL: Final = re.compile(
    r"\b(?:ikke|ikk|ik|næsten|naesten|not|almost|nearly|hvis|når|naar|if|when)\s+(?:\w+\s+){0,2}?(?:alle|alt|begge|"
    r"det hele|all|both|everything)\b",
    re.IGNORECASE,
)
_SAME: Final = frozenset(
    {
        "ogsaa",
        "det samme",
        "samme",
        "ditto",
        "ligesaa",
        "same",
        "too",
        "also",
        "det samme med",
        "den ogsaa",
        "den samme",
        "den too",
        "samme her",
    }
)
_COUNTS: Final = {
    "to": 2,
    "two": 2,
    "tre": 3,
    "three": 3,
    "fire": 4,
    "four": 4,
    "fem": 5,
    "five": 5,
    "seks": 6,
    "six": 6,
}


@dataclass(frozen=True)
class _Run:
    """Numbers that stand together, `text[start:end]`."""

    numbers: tuple[int, ...]
    start: int
    end: int


def read_items(
    text: str, *, now: datetime, lang: str = "da", calendar: when.Calendar, known: frozenset[int]
) -> list[Item]:
    """What was said about which of the actions `known`; empty when no action is named (the caller asks which).

    A number counts only if it is in `known` and is not part of a date or an amount. Answers stand before or
    after their numbers, on lines of their own or in one. The same number twice: the caller sees both, in order.
    Texts of more than 4,000 characters are not taken apart. Never raises.
    """
    if len(text) > 4 * LONGEST:
        return []
    text = tidy(text)

    def meaning(words: str) -> Answer:
        return read(words, now=now, lang=lang, calendar=calendar)

    runs = list(_runs(text, known))
    everything = _about_all(text, runs, known)
    if everything is not None:
        numbers, words = everything
        return [Item(numbers, meaning(words), words)] if words else []
    if not runs:
        return []
    items: list[Item] = []
    named = {number for run in runs for number in run.numbers}
    for run, words in _chunks(text, runs):
        said = words
        answer = meaning(words)
        if words.startswith("den ") and answer.kind in {"note", "ask"}:
            # "42 Ali tager den": the number stands outside the sentence.
            plain = meaning(words[4:])
            if plain.kind not in {"note", "ask"}:
                answer, said = plain, words[4:]
        same = " ".join(fold(word) for word in re.findall(r"\w+", words)) in _SAME
        items.append(Item(run.numbers, items[-1].answer if same and items else answer, said))
    rest = tuple(sorted(known - named))
    for part in _BREAK.split(text):
        if rest and (found := _REST.match(part.strip())):
            words = "den" + part.strip()[found.end() :]
            items.append(Item(rest, meaning(words), words))
    return items


def _runs(text: str, known: frozenset[int]) -> Iterator[_Run]:
    at = 0
    while found := _NUMBER_AT.search(text, at):
        at = found.end()
        if not _names(text, found, known):
            continue
        numbers, start, end = [int(found[1])], found.start(), found.end()
        while True:
            dash = _RANGE.match(text, end)
            link = dash or _BETWEEN.match(text, end) or _NEXT.match(text, end)
            following = _NUMBER_AT.match(text, link.end()) if link else None
            if following is None or not _names(text, following, known, listed=True):
                break
            last = int(following[1])
            span = range(numbers[-1] + 1, last + 1) if dash else range(last, last + 1)
            if dash and (not 0 < len(span) <= 50 or not known.issuperset(span)):
                break
            numbers += [number for number in span if number not in numbers]
            end = following.end()
        yield _Run(tuple(numbers), start, end)
        at = end


def _names(text: str, found: re.Match[str], known: frozenset[int], *, listed: bool = False) -> bool:
    """Whether a number names an action."""
    if int(found[1]) not in known:
        return False
    if found[0] != found[1]:  # "#42", "nr. 42"
        return True
    if _COUNTED.match(text, found.end()):
        return False
    return listed or not _DATED.search(text[max(0, found.start() - 10) : found.start()])


def _chunks(text: str, runs: list[_Run]) -> Iterator[tuple[_Run, str]]:
    """Each run with the words about it, the numbers in them replaced by "den"."""
    starts: list[int] = []
    for i, run in enumerate(runs):
        lower = runs[i - 1].end if i else 0
        breaks = [
            found.end() for found in _BREAK.finditer(text, lower, run.start) if found.end() <= run.start
        ]
        # Words between the last break and the number belong to this number, else all since the last one do.
        starts.append(breaks[-1] if breaks else (0 if i == 0 else run.start))
    for i, run in enumerate(runs):
        end = starts[i + 1] if i + 1 < len(runs) else len(text)
        before, after = text[starts[i] : run.start].strip(), text[run.end : end]
        after = re.sub(r"(?:[\s,;]|\b(?:og|men|mens|and|but)\s*)+\Z", "", after, flags=re.IGNORECASE)
        labelled = re.match(r"\s*[:=→>)\-–.]+\s*", after)
        after = _without_rest(after)
        if not before and labelled:
            yield run, after[labelled.end() :].strip()
        elif before in {"både", "baade", "both"}:
            yield run, f"den {after.strip()}".strip()
        elif before:
            yield run, re.sub(r"\s+", " ", f"{before} den {after.strip()}").strip()
        else:
            yield run, f"den {after.strip()}".strip() if after.strip() else ""


def _without_rest(words: str) -> str:
    """The words up to a clause about "resten", which speaks of the other actions."""
    for found in _BREAK.finditer(words):
        if _REST.match(words[found.end() :].strip()):
            return words[: found.start()]
    return words


def _about_all(
    text: str, runs: list[_Run], known: frozenset[int]
) -> tuple[tuple[int, ...] | None, str] | None:
    """Numbers (None: all) and words of an answer about all; no words if it is unclear, None if it is not one."""
    found = _ALL.match(text)
    if found is None:
        return (None, "") if not runs and _NOT_ALL.search(text) else None
    size = found["n"] or found["m"]
    count = (
        2
        if re.match(r"begge|dem begge|both", found["all"], re.IGNORECASE)
        else _COUNTS.get((size or "").casefold())
    )
    if size and size.isdigit():
        count = int(size)
    wanted = count is None or count == len(known)
    words = f"{found['front']}den{text[found.end() :]}"
    if not runs:
        return (
            None,
            words
            if wanted and not _NOT_ALL.search(text) and text[found.end() :].strip(" .!,") + found["front"]
            else "",
        )
    exception = _EXCEPT.search(text)
    if exception is None or any(run.start < exception.start() for run in runs):
        return None
    left_out = {number for run in runs for number in run.numbers}
    words = words[: words.rfind(exception[0])].strip(" ,")
    return tuple(sorted(known - left_out)), words
