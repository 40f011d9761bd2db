"""Deadlines in running text: the one in an action's words, and every phrase in a free answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .calendar import Calendar
from .folding import Folded, fold
from .model import Deadline, Meaning, MeetingDay, NextMeeting, WhenError
from .pieces import DateOf, Gone, Meeting, Period, Relation, Vague
from .reading import Path, Reader, attempt, language, paths
from .rules import Language

_WORD = re.compile(r"[^\W_]+")
# Words that open a deadline anywhere in an action's text.
_OPENERS = {
    "da": re.compile(r"(?:aller|absolut )?senest\b|inden\b|(?:med )?(?:sidste )?(?:frist|deadline)|due\b"),
    "en": re.compile(
        r"by\b|due\b|(?:with )?deadline|no later than|not later than|at the latest|inden\b|senest\b|frist"
    ),
}
# An opener that says "deadline" and nothing else, or figures like a date, not understood, at the end.
_UNREAD = re.compile(
    r"(?<!\w)(?:senest|frist|deadline|due|no later than)(?!\w)[: ]+[^\s\0][^\0]{0,60}\Z|"
    r"(?<![\w/.])\d{1,2}/\d{1,2}(?:[-/][\d/]*)?\Z"
)
_UNREAD_LENGTH = 70
_TAIL = re.compile(r"(?:[^\w\0/+%#@&=<|\\^½¼¾]|_)*\Z")
_ALTERNATIVE = re.compile(r"[ ,]*(?:eller|og|or|and|til|to|samt|/|-|&)?[ ,]*\Z")
# After these words a date is what the task is about, or when it begins, rather than its deadline.
_DOUBT = re.compile(
    r"(?<!\w)(?:for|af|fra|om|siden|over|under|mellem|med|hos|ikke|foerst|tidligst|hver|hvert|alle|anden|andet|"
    r"foerste|tredje|sidste|ca|omkring|cirka|from|about|since|of|between|not|earliest|every|each|first|second|"
    r"third|last|around)\.? \Z"
)
# A meeting after these words is what they speak of: "forberede næste møde", "følge op på mødet".
_HOLDS = re.compile(
    r"(?<!\w)(?:forbered\w*|planlaeg\w*|afhold\w*|hold(?:e|er|t)?|aflys\w*|flyt\w*|book\w*|arranger\w*|udskyd\w*|"
    r"lede|facilitere|referere|evaluer\w*|koordiner\w*|indkald\w*|deltag\w*(?: i)?|"
    r"prepar\w+|plan(?:s|ning)?|hold(?:s|ing)?|cancel\w*|move|book\w*|arrang\w+|organi[sz]\w+|schedul\w+|"
    r"reschedul\w+|postpon\w+|chair|lead|attend\w*|evaluat\w+)(?: (?:det|vores|the|our))? \Z"
)
_INVITES = re.compile(
    r"(?<!\w)(?:indkald|invit|tilmeld|meld|afbud|adgang|link|lokale|room|look)\w*(?: [^\s,.;:!?]+){0,6} \Z"
)
_AWAITS = re.compile(
    r"(?<!\w)(?:(?:foelg|saml|rund|follow)\w*(?: \w+)? (?:op|up)|opfoelgning|vent\w*|svar\w*|haaber|styr|fokus\w*|"
    r"lytte\w*|klar|wait\w*|follow-up|prepar\w*|ready|plan\w*) \Z"
)
# Prepositions that limit nothing: "deltage i mødet", "minutes of the meeting".
_NO_LIMIT = re.compile(r"(?:i|nu|hen|pr\.?|per|of|in|on|during|the)(?!\w)")
# A meeting of others: "inden mødet med skolen".
_OF_OTHERS = re.compile(
    r" (?:med|hos|om|for(?! at)|i|paa|ved|vedr\.?|vedroerende|angaaende|omkring|mellem|hvor|som|der|slutter|er|"
    r"with|about|at|in|on|for|of|between|regarding|where|that|which|ends|is)(?!\w)"
)
_NEGATED = re.compile(r"(?<!\w)(?:ikke|not|aldrig|never)(?: \w+){0,3} \Z")


@dataclass(frozen=True)
class Mention:
    """A phrase about time in a text: `text[start:end]`.

    `relation` is its preposition (`by`, `inden`, `before`, `after` or empty), `core` the words without it:
    "ikke før d. 3/12" is a mention with the relation `before` and the core "d. 3/12". `doubtful` when the
    words around it make it part of the matter: "planen for uge 48", "ikke før fredag".
    """

    start: int
    end: int
    text: str
    meaning: Meaning | WhenError
    relation: str = ""
    core: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Found:
    """An action's words, taken apart.

    `text` is what is left without the deadline's phrase. At most one of `deadline` and `problem` is set;
    with a problem the phrase is taken from the text only where it surely was the deadline.
    """

    text: str
    deadline: Meaning | None = None
    problem: WhenError | None = None
    phrase: str = ""


@dataclass(frozen=True)
class _Hit:
    start: int
    path: Path
    meaning: Meaning | WhenError

    @property
    def end(self) -> int:
        return self.path.end


def mentions(text: str, *, now: datetime, lang: str = "da", calendar: Calendar) -> list[Mention]:
    """Every phrase about time, in order, none overlapping, also those that need to be asked about.

    The other language is tried when this one finds nothing. Raises nothing, for any text.
    """
    folded = fold(text)
    for spoken in language(lang):
        found = [_mention(folded, hit) for hit in _scan(folded, spoken, now, calendar, lang, whole=True)]
        if found:
            return found
    return []


def _mention(folded: Folded, hit: _Hit) -> Mention:
    start, end = folded.slice(hit.start, hit.end)
    phrase = folded.original[start:end]
    meaning = hit.meaning.about(phrase) if isinstance(hit.meaning, WhenError) else hit.meaning
    first = hit.path.pieces[0]
    relation = first.kind if isinstance(first, Relation) else ""
    core = re.sub(r"^\w+[.:]*\s+", "", phrase) if relation else phrase
    return Mention(start, end, phrase, meaning, relation, core, _doubtful(folded.text, hit))


def _doubtful(text: str, hit: _Hit) -> bool:
    before = text[max(0, hit.start - 60) : hit.start]
    negated = any(isinstance(piece, Relation) and piece.kind == "before" for piece in hit.path.pieces)
    return bool(_DOUBT.search(before) or (negated and _NEGATED.search(before)))


def _scan(
    folded: Folded, spoken: Language, now: datetime, calendar: Calendar, lang: str, *, whole: bool = False
) -> Iterator[_Hit]:
    """Left to right, at each word the longest phrase that starts there.

    `whole`: "til mødet på fredag" is one phrase. Else the meeting is what it is about, and the day is when.
    """
    text, position = folded.text, 0
    reader = Reader(text, spoken)
    while position < len(text) and (candidate := spoken.first.search(text, position)) is not None:
        start = candidate.start()
        begins = _begins(text, start)
        hit = _longest(folded, start, reader, now, calendar, lang, whole=whole) if begins else None
        if hit is not None:
            yield hit
            position = hit.end
        else:
            word = _WORD.match(text, start)
            position = word.end() if word else start + 1


def _longest(
    folded: Folded,
    start: int,
    reader: Reader,
    now: datetime,
    calendar: Calendar,
    lang: str,
    *,
    whole: bool,
) -> _Hit | None:
    for path in sorted(paths(reader, start), key=lambda path: -path.end):
        if not _ends(folded.text, path.end) or not _strong(folded, start, path):
            continue
        meaning = attempt(path, now, calendar, lang)
        if meaning is None:
            continue
        meeting = next((piece for piece in path.pieces if isinstance(piece, Meeting)), None)
        if meeting is not None:
            if _matter(folded.text, start, path, meeting):
                continue
            limits = _limits(path)
            if isinstance(meaning, Deadline) and not (
                isinstance(meaning, MeetingDay) and (whole or limits or not meeting.definite)
            ):
                continue
            if _others(folded.text, path):
                if not limits:
                    continue
                meaning = WhenError("vague")
        return _Hit(start, path, meaning)
    return None


def _others(text: str, path: Path) -> bool:
    """Whether the meeting that the phrase ends with is one of others: "inden mødet med skolen"."""
    last = path.pieces[-1]
    return isinstance(last, Meeting) and last.forum is None and _OF_OTHERS.match(text, path.end) is not None


def _limits(path: Path) -> bool:
    """Whether the phrase begins with a word that says that a limit follows: inden, senest, før."""
    first = path.pieces[0]
    return isinstance(first, Relation) and (first.firm or first.kind in {"inden", "before"})


def _matter(text: str, start: int, path: Path, meeting: Meeting) -> bool:
    """Whether a meeting is part of what is to be done, and not when: "indkalde til mødet", "aflyse næste møde"."""
    if _limits(path):
        return False
    before = text[max(0, start - 60) : start]
    if not isinstance(path.pieces[0], Relation) or _NO_LIMIT.match(text, start):
        if meeting.definite or _HOLDS.search(before):
            return True
        word = re.search(r"(?<!\w)(?:til|to|paa|on|for) (?=(?:the )?\Z)", before)
        if word is None:
            return False
        before, preposition = before[: word.start()], word.group()
    else:
        preposition = text[start : text.find(" ", start) + 1]
    return (_INVITES if preposition in {"til ", "to "} else _AWAITS).search(before) is not None


def _strong(folded: Folded, start: int, path: Path) -> bool:
    """Whether the words are about time in running text: "til maj", but not "Maj" or "hendes søn"."""
    if path.weak == 0 or not path.sure:
        return path.sure
    if isinstance(path.pieces[-1], Period):
        first, last = folded.slice(start, path.end)
        name = folded.original[first:last].split()[-1]
        return name.isupper() or not name[:1].isupper()
    return True


def _begins(text: str, start: int) -> bool:
    """Not in the middle of a number, an address, a tag or a compound: 1/2 in 31/2, #3/12, a@3.12."""
    if start == 0 or text[start - 1].isspace():
        return True
    before = text[start - 1]
    if before.isalnum() or before in "@#\\/=&%+\0":
        return False
    return start < 2 or before in "(\"'»«“”„[*_>" or not text[start - 2].isalnum()


def _ends(text: str, end: int) -> bool:
    """Not in front of more of the same word or number: 27/11-28/11, fredag/lørdag, 3.12.5."""
    after = text[end : end + 2]
    if not after or after[0].isspace():
        return True
    if after[0].isalnum() or after[0] in "@\\=&%+/\0":
        return False
    return (
        len(after) < 2
        or after[0] in ")\"'»«“”]*_!?"
        or not (after[1].isdigit() or (after[0] in "-'.:" and after[1].isalpha()))
    )


def find(text: str, *, now: datetime, lang: str = "da", calendar: Calendar) -> Found:
    """The deadline in an action's words: a phrase at the end, or after inden, senest, frist, due (by) anywhere.

    Elsewhere a phrase is text. Two that differ are a problem `two`. Raises nothing, for any text.
    """
    folded = fold(text)
    for spoken, name in zip(language(lang), ("en", "da") if lang == "en" else ("da", "en"), strict=True):
        hits = [hit for hit in _scan(folded, spoken, now, calendar, lang) if not hit.path.has(Gone)]
        around = _Around(Reader(folded.text, spoken), now, calendar, lang)
        found = _choose(folded, hits, _OPENERS[name], around)
        if found is not None:
            return found
    unread = _UNREAD.search(folded.text)
    if unread is not None and len(unread.group()) <= _UNREAD_LENGTH:
        phrase = text[slice(*folded.slice(unread.start(), unread.end()))].strip()
        return Found(text.strip(), problem=WhenError("none", phrase), phrase=phrase)
    return Found(text.strip())


@dataclass(frozen=True)
class _Around:
    """What is needed to read the words before a phrase once more."""

    reader: Reader
    now: datetime
    calendar: Calendar
    lang: str

    def meeting(self, hit: _Hit) -> _Hit | None:
        """The meeting that takes place on the hit's day or in its week: "forberede sagen til mødet på fredag"."""
        text = self.reader.text
        for word in _WORD.finditer(text, max(0, hit.start - 50), hit.start):
            if not _begins(text, word.start()):
                continue
            for path in paths(self.reader, word.start()):
                if path.end == hit.end and path.has(Meeting):
                    meaning = attempt(path, self.now, self.calendar, self.lang)
                    if isinstance(meaning, MeetingDay | NextMeeting):
                        return _Hit(word.start(), path, meaning)
        return None


def _choose(folded: Folded, hits: list[_Hit], opener: re.Pattern[str], around: _Around) -> Found | None:
    """The hit that is the deadline, what is wrong with it, or None where there is none."""
    text = folded.text
    opened = [hit for hit in hits if opener.match(text, hit.start)]
    last = hits[-1] if hits and _TAIL.match(text, hits[-1].end) else None
    chosen = list(opened)
    if last is not None and last not in opened:
        chosen.append(last)
    if not chosen:
        return None
    meetings = [hit for hit in chosen if hit.path.has(Meeting) and not isinstance(hit.meaning, Deadline)]
    if len(chosen) > 1 and len(meetings) < len(chosen):
        chosen = [hit for hit in chosen if hit not in meetings]
    hit = chosen[0]
    if any(other.meaning != hit.meaning for other in chosen[1:]):
        return _problem(folded, hit, WhenError("two", params=_both(folded, hit, chosen[-1])), keep=True)
    neighbour = _neighbour(text, hits, hit)
    if neighbour is not None:
        return _problem(folded, hit, WhenError("two", params=_both(folded, neighbour, hit)), keep=True)
    if isinstance(hit.meaning, WhenError):
        soft = any(isinstance(piece, Vague) and piece.soft for piece in hit.path.pieces)
        part = _doubtful(text, hit) or _unfinished(text, hit) or _others(text, hit.path)
        return _problem(folded, hit, hit.meaning, keep=soft or part)
    if _doubtful(text, hit) or _unfinished(text, hit):
        suggestion = hit.meaning if isinstance(hit.meaning, Deadline) else None
        return _problem(folded, hit, WhenError("vague", suggestion=suggestion), keep=True)
    start, end = folded.slice(hit.start, hit.end)
    meaning = hit.meaning
    held = None if hit.path.has(Meeting) else around.meeting(hit)
    if held is not None and not _HOLDS.search(text[: held.start]):
        if _doubtful(text, held) or not isinstance(held.meaning, MeetingDay):
            suggestion = hit.meaning if isinstance(hit.meaning, Deadline) else None
            return _problem(folded, held, WhenError("vague", suggestion=suggestion), keep=True)
        meaning = held.meaning
    return Found(_without(folded.original, start, end), meaning, None, folded.original[start:end])


def _both(folded: Folded, first: _Hit, second: _Hit) -> dict[str, str]:
    words = [folded.original[slice(*folded.slice(hit.start, hit.end))] for hit in (first, second)]
    return {"date": words[0], "other": words[1]}


def _neighbour(text: str, hits: list[_Hit], hit: _Hit) -> _Hit | None:
    """A phrase that stands beside the chosen one as its alternative: "torsdag eller fredag"."""
    index = hits.index(hit)
    for first, second in zip(
        hits[max(0, index - 1) : index + 1], hits[max(0, index - 1) + 1 : index + 2], strict=False
    ):
        between = text[first.end : second.start]
        other = first if second is hit else second
        if isinstance(other.meaning, NextMeeting) or other.meaning == hit.meaning:
            continue
        if _ALTERNATIVE.match(between):
            return other
    return None


def _unfinished(text: str, hit: _Hit) -> bool:
    """Whether the next word may belong to the phrase though it was not understood: "d. 27. decmber", "uge 48 og 49"."""
    after = text[hit.end : hit.end + 24]
    if re.match(r" (?:eller|og|or|and|til|to|-) ?\d", after):
        return True
    last = hit.path.pieces[-1]
    return isinstance(last, DateOf) and last.month is None and re.match(r"\.? [^\W\d_]", after) is not None


def _problem(folded: Folded, hit: _Hit, trouble: WhenError, *, keep: bool) -> Found:
    start, end = folded.slice(hit.start, hit.end)
    original = folded.original
    phrase = original[start:end]
    left = original.strip() if keep else _without(original, start, end)
    return Found(left, None, trouble.about(phrase), phrase)


def _without(text: str, start: int, end: int) -> str:
    """The text without a span, and without the comma or bracket that tied it on."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    before = before.rstrip(" \t,;:–-") if not after or not after[0].isalnum() else before
    if not before:
        after = after.lstrip(" \t,;:–-")
    gap = " " if before and after and after[0] not in ".,;:!?)" else ""
    return f"{before}{gap}{after}".strip()
