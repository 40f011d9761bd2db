"""One answer about one action: which of the six things it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

from bot import when
from bot.answer import words as w
from bot.answer.dates import is_request, new_deadline, puts_off
from bot.answer.done import doubted, exhausted, said_done, weakened
from bot.answer.people import given_to, is_name, not_taken
from bot.answer.reading import DATES, SEPARATORS, Token, split, tidy, tokens
from bot.answer.refusals import refused
from bot.answer.talk import is_courtesy

Kind = Literal["done", "due", "decline", "give", "note", "ask"]

Reason = Literal[
    "question",  # the owner asks something: "hvilken sag?", "er den færdig?"
    "doubt",  # "tror den er færdig", "måske fredag"
    "vague_date",  # later, but not when: "når jeg får tid", "hver mandag"
    "impossible_date",  # a date that does not exist, contradicts itself or has passed
    "two",  # two answers at once: "gjort, udsæt til fredag", "fredag eller mandag"
    "short",  # an acknowledgement or a wish: "ok", "tak", "ja", "god weekend"
    "cancel",  # "slet den", "stop": only !cancel cancels
    "who",  # somebody else should have it, but nobody is named or nobody took it
    "unclear",  # not a sentence: "asdf", a lone name
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

LONGEST: Final = 1_000
"""Characters in which a meaning is looked for. A longer text tells a story: it is a note, or asks."""


@dataclass(frozen=True)
class Answer:
    """What an answer means. `deadline` comes with "due", `name` (as typed) with "give", `reason` with "ask".

    `problem` says what is wrong with the date an "ask" is about, for the messages of `bot.when`.
    """

    kind: Kind
    deadline: when.Deadline | when.NextMeeting | None = None
    name: str = ""
    reason: Reason | Literal[""] = ""
    problem: when.WhenError | None = field(default=None, compare=False)


def read(text: str, *, now: datetime, lang: str = "da", calendar: when.Calendar) -> Answer:
    """What the answer `text` to a reminder about one action means.

    `now` is timezone-aware; `lang` ("da" or "en") is tried first for dates, words are understood in both. Never
    raises.
    """
    tidied = tidy(text[: 4 * LONGEST])
    if len(tidied) > LONGEST or len(text) > 4 * LONGEST:
        return _ask("question") if "?" in text else Answer("note")
    row = tokens(tidied, now=now, lang=lang, calendar=calendar)
    if not any(token.word not in SEPARATORS and token.word != '"' for token in row):
        return _ask("question" if any(token.word == "?" for token in row) else "unclear")
    return _read(row, marked="?" in tidied or any(t.word == "?" for t in row))


def line(answer: Answer) -> str:
    """The answer as `hotspotbot answer` prints it: "done", "due 2026-11-27", "give Ali", "ask: question"."""
    match answer.kind:
        case "due" if isinstance(answer.deadline, when.Deadline):
            return f"due {answer.deadline.iso()}"
        case "due":
            return "ask: meeting"  # only a forum's calendar knows the day
        case "give":
            return f"give {answer.name}"
        case "ask":
            return f"ask: {answer.reason}"
        case kind:
            return kind


def name_candidate(text: str) -> str:
    """The name in a text that is nothing but a name ("Lene", "Lene fra BUF", "@lene:example.dk"), else ""."""
    if len(text) > 80:
        return ""
    row = [token for token in split(tidy(text)) if token.word not in {",", ".", "!"}]
    return (
        " ".join(token.raw for token in row) if is_name(row) and row[0].word not in w.ACKNOWLEDGEMENTS else ""
    )


def _ask(reason: Reason, problem: when.WhenError | None = None) -> Answer:
    return Answer("ask", reason=reason, problem=problem)


def _read(row: Sequence[Token], *, marked: bool) -> Answer:
    there = {token.word for token in row if token.word not in SEPARATORS}
    if _cancels(row):
        return _ask("cancel")
    spoken = " ".join(token.word for token in row if token.word not in SEPARATORS)
    if (there <= w.ACKNOWLEDGEMENTS and not marked and spoken not in _NO_THANKS) or spoken in _COURTESIES:
        return _ask("short")
    if is_courtesy(row):
        return _ask("short")
    if marked or _asks(row):
        answer = _asked(row)
        if answer is not None and (marked or answer.kind == "due" or not _may_refuse(row)):
            return answer
    if spoken in _NO_THANKS:
        return Answer("decline")
    if _AT_A_LOSS.fullmatch(spoken):
        return _ask("question")
    return _said(row, there)


_NO_THANKS: Final = frozenset({"nej tak", "no tak", "no thank you"})
_COURTESIES: Final = frozenset(
    {"tak skal du have", "mange tak skal du have", "fint nok", "godt nok", "det er fint nok"}
)


def _asked(row: Sequence[Token]) -> Answer | None:
    """A question: for more time, or about something else."""
    if is_request(row):
        kind, token = new_deadline(row, question=True)
        if kind == "due" and token is not None:
            return _due(token)
        if kind in {"ask", "two"}:
            return _trouble(kind, token)
    return _ask("question")


def _said(row: Sequence[Token], there: set[str]) -> Answer:
    """A statement. What it claims most clearly comes first; "done" is only for one that claims nothing else."""
    done, doubt = said_done(row), doubted(row)
    late, date = new_deadline(row, question=False)
    name, no = given_to(row), refused(row)
    if done and exhausted(row):
        return _ask("doubt")
    if done and not doubt and not weakened(row):
        return _ask("two") if late in {"due", "two"} or name is not None or no else Answer("done")
    if name:
        return _passed_on(name, row, there, moved=late == "due")
    if late == "due" and date is not None:
        return _due(date)
    if late and not (late == "ask" and date is None and no):
        return _trouble(late, date)
    if no:
        return _ask("doubt") if there & w.MAYBE else Answer("decline")
    if name is not None or not_taken(row):
        return _ask("who")
    if puts_off(row):
        return _ask("vague_date")
    if doubt and there & w.DONE_WORDS and (done or _doubts_done(there)):
        return _ask("doubt")
    return _ask("unclear") if _unsaid(row) else Answer("note")


def _passed_on(name: str, row: Sequence[Token], there: set[str], *, moved: bool) -> Answer:
    if there & (w.MAYBE | w.CONDITION | {"haaber", "hope", "tror", "think", "naar"}):
        return _ask("doubt")
    if moved and any(token.word in w.DEADLINE_MOVES for token in row):
        return _ask("two")
    return Answer("give", name=name)


def _due(token: Token) -> Answer:
    if isinstance(token.value, when.Deadline | when.NextMeeting):
        return Answer("due", deadline=token.value)
    return _ask("vague_date")


def _trouble(kind: str, token: Token | None) -> Answer:
    problem = token.value if token is not None and isinstance(token.value, when.WhenError) else None
    if kind == "two" or (problem is not None and problem.reason == "two"):
        return _ask("two", problem)
    if kind in {"doubt", "unsure"}:
        return _ask("doubt")
    if problem is not None and problem.reason in {"impossible", "contradiction", "past", "clock_past", "far"}:
        return _ask("impossible_date", problem)
    return _ask("vague_date", problem)


# The owner does not know what this is about: as good as a question.
_AT_A_LOSS: Final = re.compile(
    r"(?:nej |hm |undskyld |men |sorry )*(?:det )?(?:jeg )?(?:ved|husker|forstaar|aner|fatter|genkender|kender)"
    r"(?: jeg)?(?: det| den)? ikke(?: (?:hvad|hvilken|hvem|hvorfor|noget om|den|det|sagen|opgaven|beskeden)\b.*)?"
    r"|(?:jeg )?kan ikke huske (?:hvad|hvilken|den|det|sagen).*|(?:jeg )?(?:aner|ved|kender) intet om .*"
    r"|.*\beller hvad"
    r"|(?:i )?(?:dont|do not) (?:know|understand|remember)(?: (?:what|which|why|who|this|it|that)\b.*)?"
)
_CANCEL: Final = re.compile(
    r"(?:(?:bare|please|venligst|okay|nej|ja|hej|saa|du kan|du maa|vi kan|kan du|maa du|godt|gerne|just|now|nu|den|"
    r"det|opgaven|sagen|aftalen|kan|skal|maa|er|bliver|bot|lad os|you can|kan vi) )*"
    rf"(?:{'|'.join(sorted(w.CANCEL_FIRST))})"
    r"(?: (?:den|det|dem|opgaven|sagen|aftalen|paamindelsen|paamindelser|alle|alt|nu|tak|igen|her|venligst|helt|"
    r"bare|it|this|that|the|task|action|reminder|reminders|all|please|now|ud|af|mig|me|with|med|de|dine|beskeder|"
    r"beskederne|messages|messaging|writing|skrive|at|om|punktet|nr|det hele|fra|listen|sending|your|my|min|mit|"
    r"aftale|opgave|bot))*"
)
_LEAVE_ME: Final = re.compile(
    r"\b(?:hold (?:nu )?(?:op|mund|kaeft|kaft|kaje|boette)|lad mig vaere|lad vaere|skrid|gaa vaek|forsvind|fred for|"
    r"skriv ikke|skriv aldrig|ikke skrive til mig|stop med|"
    r"(?:ikke|ingen) flere (?:beskeder|paamindelser|rykkere)|no more (?:messages|reminders)|"
    r"leave me alone|shut up|go away|stop \w+ing|dont (?:write|message|remind|contact)|aldrig mere skrive)\b"
)


def _cancels(row: Sequence[Token]) -> bool:
    """Whether a clause cancels the action or silences the bot. Never carried out from a free answer."""
    clauses = " ".join("|" if t.word in SEPARATORS else t.word for t in row).split("|")
    return any(_CANCEL.fullmatch(clause.strip()) for clause in clauses) or any(
        _LEAVE_ME.search(clause) for clause in clauses
    )


_TOPIC_DROPPED: Final = re.compile(
    r"har (?:jeg|vi) (?:gjort|klaret|ordnet|fikset|lavet|udfoert|sendt|loest|naaet)(?: (?:PAST|TODAY|allerede|lige|"
    r"nu|for laengst))*"
    r"|(?:skal|vil) (?:jeg|vi) nok.*|kan foerst.*"
)


def _asks(row: Sequence[Token]) -> bool:
    """Whether a clause is a question without its mark: "hvilken sag", "er den færdig", "kan Ali tage den"."""
    start = 0
    for i in range(len(row) + 1):
        if i < len(row) and row[i].word not in SEPARATORS:
            continue
        clause = list(row[start:i])
        first_of_all = start == 0
        follows = " ".join(token.word for token in row[:start])
        start = i + 1
        if re.match(
            r"(?:og |men |ok |okay )?(?:hvis|naar|saa snart|saasnart|medmindre|inden|efter|da|fordi|siden|if|when|"
            r"once|as soon as) ",
            follows,
        ):
            continue  # "hvis skolen svarer, er den færdig"
        if _then(clause, row[i + 1 : i + 3]):
            continue
        while clause and (
            clause[0].word in w.GREETINGS
            or clause[0].word
            in w.ACKNOWLEDGEMENTS - {"er", "det", "den", "i", "saa", "lige", "alt", "har", "nu"}
        ):
            clause = clause[1:]
        if clause and _is_question(clause, first=first_of_all):
            return True
    return False


_NO_NOUN: Final = frozenset("ingen uden naesten gerne igen inden siden".split())


def _then(clause: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a clause is a condition without "hvis": "har skolen svaret, så er den færdig"."""
    words = [token.word for token in after]
    if "saa" in [token.word for token in clause[2:]]:
        return clause[0].word not in w.QUESTION_WORDS
    return words[:1] == ["saa"] and len(words) > 1 and bool(clause) and clause[0].word in w.FINITE_FIRST


def _is_question(clause: Sequence[Token], *, first: bool) -> bool:
    head = clause[0].word
    english = head in {"do", "am", "should", "can", "could", "may", "will", "did", "have", "must", "shall"}
    if english and len(clause) > 2 and clause[1].raw in {"I", "i"}:
        return True
    if (
        head == "when"
        and len(clause) > 1
        and clause[1].word in {"is", "are", "do", "does", "did", "was", "should", "will"}
    ):
        return True
    if head in w.QUESTION_WORDS:
        return first or len(clause) > 1
    if head not in w.FINITE_FIRST or len(clause) < 2:
        return False
    if _TOPIC_DROPPED.fullmatch(" ".join(token.word for token in clause)):
        return False
    second = clause[1]
    if second.word == "der" and (head == "har" or "PAST" in {token.word for token in clause}):
        return False  # "var der i går"
    if second.word in w.SUBJECTS_AFTER:
        return not (
            head in w.OBJECT_TAKING
            and second.word in {"den", "det", "it", "that", "this", "alt", "the", "my", "der"}
        )
    if head in {
        "kan",
        "skal",
        "maa",
        "vil",
        "er",
        "har",
        "can",
        "should",
        "will",
        "is",
        "has",
        "could",
        "does",
        "did",
    }:
        size = next((n for n in (3, 2, 1) if len(clause) > n + 1 and is_name(clause[1 : n + 1])), 0)
        return (
            (size > 0 and (clause[1].raw[:1].isupper() or clause[1].raw.startswith("@")))
            or bool(
                head in {"kan", "skal", "er", "har", "vil"}
                and len(clause) > 2
                and re.search(r"(?:[^i]en|erne)$", second.word)
                and second.word not in _NO_NOUN
            )
            or (
                head in {"kan", "can", "skal"}
                and size == 1
                and len(clause) > 2
                and clause[2].word in {"tage", "take", "goere", "do", "overtage", "have", "ikke"}
                and second.word not in {"godt", "ikke", "foerst", "bare", "lige", "not", "only"}
            )
        )
    return False


_REFUSAL_FIRST: Final = re.compile(
    r"(?:kan|maa|vil|toer|goer) (?:jeg|vi) (?:desvaerre |altsaa |heller )*ikke"
    r"(?: (?:dele|oplyse|udlevere|videregive|love|sige|"
    r"udtale mig om))?(?: .{0,20})?"
)


def _may_refuse(row: Sequence[Token]) -> bool:
    """ "Må jeg ikke dele" stands for "det må jeg ikke dele"; "kan jeg ikke bare ..." is a question."""
    line = " ".join(token.word for token in row if token.word not in SEPARATORS)
    return bool(_REFUSAL_FIRST.fullmatch(line)) and not re.search(
        r"\b(?:bare|lige|faa|tage|vente|goere)\b", line
    )


def _doubts_done(there: set[str]) -> bool:
    """Whether the doubt is about its being done, not about something else in the matter."""
    future = w.FUTURE - {"snart"}
    return (not there & future and not there & {"ikke", "not"}) or bool(
        there & {"mon", "maaske", "maybe", '"'}
    )


def _unsaid(row: Sequence[Token]) -> bool:
    """Whether the answer is no sentence: one unknown word, a lone name, figures and symbols."""
    said = [token for token in row if token.word not in SEPARATORS and token.word != '"']
    if len(said) == 1:
        word = said[0].word
        return word in {"ikke", "not"} or word not in w.SHORT_STATES | w.NEGATION
    named = all(token.raw[:1].isupper() for token in said) or any(
        token.word in {"fra", "from"} for token in said
    )
    if named and is_name(said):
        return True
    words = any(re.search(r"[a-z]", token.word) for token in said)
    return not words and not {token.word for token in said} & (DATES | {"PAST"})
