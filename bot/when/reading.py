"""`read`: one phrase that must be a deadline from its first word to its last."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .bag import Unfit
from .calendar import Calendar
from .danish import DANISH
from .english import ENGLISH
from .folding import Folded, fold
from .meaning import understand
from .model import Meaning, WhenError
from .pieces import Filler, Period, Piece, Relation, Weak
from .rules import Language, Match

# Between two parts of a phrase: a space, a comma, a bracket, a dash with spaces.
_JOINT = re.compile(r"\)? ?[,;]? ?(?:- )?\(?")
_LEAD = re.compile(r"[\s\"'»«“”„(\[*_~>:,;.!?-]*")
_TAIL = re.compile(r"(?:[^\w\n\0/+%#@&=<|\\^½¼¾]|_|\n)*\Z")
_JOINTS = re.compile(r" (?:eller|og|or|and|til|to|-) | ?[-/] ?")
_MAX_PARTS = 12
_MAX_PATHS = 200
_MAX_LENGTH = 300


@dataclass(frozen=True)
class Path:
    """Parts that follow each other in a text, and where they end; `weak` as in `rules.Rule`."""

    pieces: tuple[Piece, ...]
    end: int
    weak: Weak

    def has(self, *kinds: type) -> bool:
        """Whether one of the parts is of one of these kinds."""
        return any(isinstance(piece, kinds) for piece in self.pieces)

    @property
    def sure(self) -> bool:
        """Whether the words are about time beyond doubt: "til maj", but not "maj"; never "søn"."""
        return self.weak == 0 or (self.weak == 1 and self.has(Relation))


def language(lang: str) -> tuple[Language, Language]:
    """The language asked for, and the other one."""
    return (ENGLISH, DANISH) if lang == "en" else (DANISH, ENGLISH)


class Reader:
    """A folded text in one language; what the rules match at a place is looked up once."""

    def __init__(self, text: str, spoken: Language) -> None:
        self.text = text
        self.spoken = spoken
        self._matches: dict[int, list[Match]] = {}

    def at(self, position: int) -> list[Match]:
        """The parts that may stand at a position, longest first."""
        found = self._matches.get(position)
        if found is None:
            found = self._matches[position] = self.spoken.at(self.text, position)
        return found


def _again(pieces: tuple[Piece, ...], more: tuple[Piece, ...]) -> bool:
    """Whether a part comes a second time, which no phrase has (of prepositions a fourth, of periods a third)."""
    for piece in more:
        kind = type(piece)
        most = 3 if kind is Relation else 2 if kind in {Period, Filler} else 1
        if sum(type(each) is kind for each in pieces) >= most:
            return True
    return False


def paths(reader: Reader, start: int) -> Iterator[Path]:
    """Every way to read parts from `start` on, the longest parts first."""
    left = _MAX_PATHS
    text = reader.text

    def walk(position: int, pieces: tuple[Piece, ...], weak: Weak) -> Iterator[Path]:
        nonlocal left
        for match in reader.at(position):
            left -= 1
            if left < 0:
                return
            if _again(pieces, match.pieces):
                continue
            joined = (*pieces, *match.pieces)
            weakest = weak if isinstance(match.pieces[0], Relation | Filler) else min(weak, match.weak)
            if len(joined) < _MAX_PARTS:
                joint = _JOINT.match(text, match.end)
                onward = joint.end() if joint else match.end
                if onward > match.end or text[match.end - 1] in ".:":
                    yield from walk(onward, joined, weakest)
            yield Path(joined, match.end, weakest)

    yield from walk(start, (), 2)


def read(phrase: str, *, now: datetime, lang: str = "da", calendar: Calendar) -> Meaning:
    """What a phrase means that is meant as a deadline: "fredag", "om 14 dage", "inden jul kl. 12".

    `now` is aware; `lang` is `da` or `en`, the other language is tried if the phrase is none in this one.
    Every word must be understood. Raises WhenError, with the reason, for everything else; a deadline
    returned is never in the past.
    """
    folded = fold(phrase[: _MAX_LENGTH + 1].strip().replace("\n", " "))
    if len(folded.text) <= _MAX_LENGTH:
        for spoken, foreign in zip(language(lang), (False, True), strict=True):
            try:
                return _read(folded, spoken, now, calendar, lang, foreign=foreign)
            except WhenError as trouble:
                if trouble.reason != "none":
                    raise trouble.about(phrase) from None
        both = _alternatives(folded, now, calendar, lang)
        if both is not None:
            raise WhenError("two", phrase, {"date": both[0], "other": both[1]})
    raise WhenError("none", phrase[:_MAX_LENGTH])


def _alternatives(folded: Folded, now: datetime, calendar: Calendar, lang: str) -> tuple[str, str] | None:
    """The two phrases of "torsdag eller fredag", "mandag til onsdag", "kl. 9-10", if it is two."""
    for joint in itertools.islice(_JOINTS.finditer(folded.text), 4):
        halves = folded.text[: joint.start()], folded.text[joint.end() :]
        if all(_readable(half, now, calendar, lang) for half in halves):
            first, second = folded.slice(0, joint.start()), folded.slice(joint.end(), len(folded.text))
            return folded.original[slice(*first)], folded.original[slice(*second)]
    return None


def _readable(text: str, now: datetime, calendar: Calendar, lang: str) -> bool:
    if not text:
        return False
    for spoken in language(lang):
        try:
            _read(fold(text), spoken, now, calendar, lang, foreign=False)
        except WhenError as trouble:
            if trouble.reason == "none":
                continue
        return True
    return False


def _read(
    folded: Folded, spoken: Language, now: datetime, calendar: Calendar, lang: str, *, foreign: bool
) -> Meaning:
    text = folded.text
    lead = _LEAD.match(text)
    for path in paths(Reader(text, spoken), lead.end() if lead else 0):
        if _TAIL.match(text, path.end) is None or (foreign and not path.sure):
            continue
        meaning = attempt(path, now, calendar, lang)
        if meaning is None:
            continue
        if isinstance(meaning, WhenError):
            raise meaning
        return meaning
    raise WhenError("none")


def attempt(path: Path, now: datetime, calendar: Calendar, lang: str) -> Meaning | WhenError | None:
    """What a path means, why it has to be asked about, or None if it is no phrase."""
    try:
        return understand(path.pieces, now, calendar, lang)
    except Unfit:
        return None
    except WhenError as trouble:
        return trouble
