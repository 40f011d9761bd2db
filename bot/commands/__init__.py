"""Commands as data: what a command is, how its words become typed arguments, and how it is found.

A command is a function in a module of this package, marked with `@command`. Its parameters after session and
context are its arguments, read from the person's words by their annotation (see `ARGUMENTS`). Its docstring is its
help: a `da:` and an `en:` part, each one sentence followed by indented examples that start with `!`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, get_type_hints

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.access import Access, Place
from bot.actions import Actions, Cause
from bot.cases import Cases
from bot.meetings import Meetings
from bot.owed import Message
from bot.programme import Person
from bot.storage.cases import Case
from bot.storage.meetings import Meeting
from bot.storage.models import Action


@dataclass(frozen=True)
class Context:
    """Everything a command may know beside the database: who, where, when, by which line of which event.

    `at` is when the words were first said, which is what "fredag" is counted from; `heard` is when an edit
    said them anew. `about` are the actions of the message answered, `about_meeting` its meeting and `about_case` its
    case; `existing` is the action that an edit changes; `meeting` the one that was under way here when it was said.
    """

    access: Access
    person: Person
    place: Place
    language: str
    at: datetime
    event_id: str
    line: int = 0
    about: tuple[Action, ...] = ()
    existing: Action | None = None
    heard: datetime | None = None
    meeting: Meeting | None = None
    about_meeting: Meeting | None = None
    about_case: Case | None = None

    @property
    def cause(self) -> Cause:
        """The context as the cause of changes."""
        return Cause(self.person.user_id, self.heard or self.at, self.event_id, self.line)

    @property
    def saying(self) -> str:
        """What names this line as it is worded now, in the reasons of messages: an edit is another saying."""
        return f"{self.event_id}:{self.line}:{(self.heard or self.at).isoformat()}"

    @property
    def prefix(self) -> str:
        """The command prefix of the config, for examples."""
        return self.access.settings.general.prefix

    def typed(self, name: str) -> str:
        """A command as it is typed in this conversation's language: "!sag". KeyError where there is none."""
        return f"{self.prefix}{_REGISTRY[name].verb(self.language)}"

    def actions(self, session: Session) -> Actions:
        """The operations on actions, caused by this line."""
        return Actions(session, self.access, self.cause)

    def meetings(self, session: Session) -> Meetings:
        """The operations on meetings, caused by this line."""
        return Meetings(session, self.access, self.cause)

    def cases(self, session: Session) -> Cases:
        """The operations on cases, caused by this line."""
        return Cases(session, self.access, self.cause)

    def say(self, key: str, /, **args: object) -> str:
        """A text in the language of this conversation."""
        return text.t(self.language, key, **args)


@dataclass(frozen=True)
class Also:
    """A further message that a command makes the bot owe, to another target, for a reason of its own."""

    reason: str
    target: str
    message: Message


# What waits for a person's word: sent so that a phone rings (docs/architecture, Messages).
QUESTIONS = frozenset(
    {
        "action.asked",
        "action.disclose",
        "action.which",
        "erasure.consent",
        "action.why",
        "action.unclear",
        "case.question",
        "case.reason",
        "me.deputy",
        "me.erase",
    }
)


@dataclass(frozen=True)
class Reply:
    """What a command answers. It speaks of `actions`, a `meeting` and a `case`, by uid; `also` goes elsewhere."""

    kind: str
    template: str
    actions: tuple[str, ...] = ()
    mentions: frozenset[str] = frozenset()
    also: tuple[Also, ...] = ()
    picture: Any = None
    meeting: str | None = None
    case: str | None = None

    def message(self, language: str) -> Message:
        """The answer as a message that may be owed; a question rings, an answer does not."""
        asks = self.kind in QUESTIONS
        return Message(
            self.kind,
            self.template,
            self.actions,
            self.mentions,
            notify=asks,
            language=language,
            meeting=self.meeting,
            case=self.case,
        )


class Problem(Exception):
    """Something a person can put right: what was wrong, the nearest right thing, an example (a text key)."""

    def __init__(self, key: str, /, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.args_: dict[str, object] = args


# --- arguments


@dataclass
class Words:
    """What is left of a line while arguments are read from its front."""

    rest: str


Reader = Callable[[Words, "CommandInfo", Context, Session], Any]


def _numbers(words: Words, info: CommandInfo, ctx: Context, session: Session) -> tuple[int, ...]:
    """Numbers of actions at the front: `42`, `#42`, `nr. 42`, `42, 43 og 44`; in a reply they may be left out."""
    match = _NUMBERS.match(words.rest)
    if match is None:
        if ctx.about:
            return tuple(action.number for action in ctx.about) if len(ctx.about) == 1 else _which(ctx)
        if info.name == "cancel" and words.rest and (meant := _guessed(ctx, "slet", words.rest)) is not None:
            raise Problem("problem-cancel-case", example=meant.args_["example"])  # "!slet HS-26-014"
        raise Problem("problem-no-number", example=info.example(ctx))
    words.rest = words.rest[match.end() :].lstrip(" :,–-")
    if _ONLY_NUMBERS.fullmatch(words.rest):
        listed = ", ".join(re.findall(r"\d+", f"{match.group()} {words.rest}"))
        verb = f"{ctx.prefix}{info.verb(ctx.language)}"
        raise Problem("problem-number-list", numbers=listed, example=f"{verb} {listed}")
    return tuple(dict.fromkeys(int(digits) for digits in re.findall(r"\d+", match.group())))[:_MOST_NUMBERS]


def _which(ctx: Context) -> tuple[int, ...]:
    raise Problem("problem-which", numbers=", ".join(str(a.number) for a in ctx.about))


def _rest(words: Words, info: CommandInfo, ctx: Context, session: Session) -> str:
    taken, words.rest = words.rest.strip(), ""
    return taken


_MOST_NUMBERS = 50  # of one command; more is no list that somebody typed
_ONE = r"(?:nr\.?\s*|no\.?\s*|#)?\d{1,30}(?![\w/-]|[.:]\w)"
_ONLY_NUMBERS = re.compile(rf"{_ONE}(?:\s+{_ONE}){{0,20}}\s*", re.IGNORECASE)
_NUMBERS = re.compile(rf"\s*{_ONE}(?:\s*(?:,|\+|&|\bog\b|\band\b)\s*(?:og\s+|and\s+)?{_ONE})*", re.IGNORECASE)

Numbers = Annotated[tuple[int, ...], _numbers]
Rest = Annotated[str, _rest]


# --- declaration


@dataclass(frozen=True)
class CommandInfo:
    """A declared command."""

    name: str
    names: dict[str, tuple[str, ...]]
    family: str
    function: Callable[..., Reply]
    readers: tuple[tuple[str, Reader], ...]
    help: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def verb(self, language: str) -> str:
        """The name shown first in a language."""
        return self.names[language][0]

    def examples(self, language: str, prefix: str) -> tuple[str, ...]:
        """Examples to copy, with the configured prefix."""
        return tuple(prefix + example.removeprefix("!") for example in self.help[language][1])

    def example(self, ctx: Context) -> str:
        """The first example, in the language of the conversation."""
        return self.examples(ctx.language, ctx.prefix)[0]


def command(
    name: str, *, da: Sequence[str], en: Sequence[str] = (), family: str
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Declare a command: its canonical English name, further English names, the Danish ones (first one shown)."""

    def declare(function: Callable[..., Reply]) -> Callable[..., Reply]:
        hints = get_type_hints(function, include_extras=True)
        readers = tuple(
            (parameter, hints[parameter].__metadata__[0])
            for parameter in list(inspect.signature(function).parameters)[2:]
        )
        info = CommandInfo(
            name=name,
            names={"en": (name, *en), "da": tuple(da)},
            family=family,
            function=function,
            readers=readers,
            help=_help(function.__doc__ or ""),
        )
        _REGISTRY[name] = info
        return function

    return declare


_REGISTRY: dict[str, CommandInfo] = {}


def _help(docstring: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The two help parts of a docstring: sentence and examples for each language."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for part in re.split(r"\n(?=(?:da|en): )", textwrap.dedent(inspect.cleandoc(docstring))):
        match = re.match(r"(da|en): ", part)
        if match:
            lines = [line.strip() for line in part[match.end() :].splitlines()]
            sentence = " ".join(line for line in lines if line and not line.startswith("!"))
            found[match.group(1)] = (sentence, tuple(line for line in lines if line.startswith("!")))
    return found


@cache
def registry() -> dict[str, CommandInfo]:
    """All commands by canonical name: every module of this package is asked."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_REGISTRY)


def fold(word: str) -> str:
    """A word without case and accents; æ, ø, å as ae, oe, aa."""
    spelled = word.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


@cache
def _by_name() -> dict[str, CommandInfo]:
    return {
        fold(name): info for info in registry().values() for names in info.names.values() for name in names
    }


def look_up(word: str) -> CommandInfo | None:
    """The command with this name in either language."""
    return _by_name().get(fold(word))


def nearest(word: str) -> CommandInfo | None:
    """The command that an unknown word most likely meant; None when nothing is near."""
    best = process.extractOne(fold(word), list(_by_name()), scorer=fuzz.ratio, score_cutoff=70)
    return _by_name()[best[0]] if best else None


_COMMAND = re.compile(r"\s*(?P<name>[^\W\d_][\w-]*)[:.,]?\s*", re.UNICODE)


def split_line(line: str, prefix: str) -> tuple[str, str]:
    """A command line as name and words: `!færdig 42 nået` becomes `("færdig", "42 nået")`."""
    match = _COMMAND.match(line.removeprefix(prefix))
    return (match.group("name"), line.removeprefix(prefix)[match.end() :]) if match else ("", line)


def run(session: Session, ctx: Context, line: str) -> tuple[str, Reply]:
    """Carry out one command line. Returns the command's canonical name and the answer.

    Raises Problem for what the person can put right; an unknown command is one as well.
    """
    word, rest = split_line(line, ctx.prefix)
    info = look_up(word)
    if info is None:
        raise _unknown(ctx, word, rest)
    if not ctx.access.may_use(ctx.person, info.name, ctx.place):
        raise Problem("problem-not-for-you", prefix=ctx.prefix)
    words = Words(rest)
    arguments = {name: reader(words, info, ctx, session) for name, reader in info.readers}
    return info.name, info.function(session, ctx, **arguments)


Guess = Callable[[Context, str, str], Problem | None]
_GUESSES: list[Guess] = []


def guess(function: Guess) -> Guess:
    """Declare what may know better what somebody meant by a word that is no command, and the words behind it."""
    _GUESSES.append(function)
    return function


def _guessed(ctx: Context, word: str, rest: str) -> Problem | None:
    return next(filter(None, (each(ctx, word, rest) for each in _GUESSES)), None)


def _unknown(ctx: Context, word: str, rest: str) -> Problem:
    if (guessed := _guessed(ctx, word, rest)) is not None:
        return guessed
    close = nearest(word)
    shown = text.user_text(word[:40])
    if close is None:
        return Problem("problem-unknown-command", word=shown, prefix=ctx.prefix)
    meant = ctx.prefix + close.verb(ctx.language)
    again = text.user_text(_shown(f"{meant} {rest}".strip())) if rest.strip() else close.example(ctx)
    return Problem("problem-near-command", word=shown, meant=meant, example=again)


def _shown(line: str, limit: int = 200) -> str:
    """A line to copy, without our pill marks, shortened."""
    clean = line.replace("\ue002", "").replace("\ue003", "").replace("\n", " ")
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
