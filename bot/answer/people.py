"""Has the owner passed the action to somebody else, and to whom?"""

import re
from collections.abc import Sequence
from typing import Final

from bot.answer import words as w
from bot.answer.reading import SEPARATORS, Token

_IT = (
    "den|det|sagen|opgaven|aftalen|den her|den sag|den opgave|denne|ansvaret|punktet|it|this|that|the task|"
    "this one|that one"
)
_NAME = r"(?P<name>\S+(?: \S+){0,4}?)"
_TAIL = (
    r"(?: (?:nu|herfra|fremover|videre|i stedet|i stedet for mig|for mig|for os|fra nu af|DATE|TODAY|PAST|"
    r"fra DATE|saa|ogsaa|alligevel|tak|okay|now|from now on|from here|instead|for me|gerne|selv|maaske|"
    r"muligvis|vist|nok|maybe|med det samme|heldigvis))*"
)
_TO = "(?:til|to|over til|over to|on to|onto)"
_START = (
    "(?:saa |nu |okay |ja |nej |hej |tak |men |og |fordi |at |now |so |well |but |please |venligst |PAST |"
    "desvaerre |bare |maaske |muligvis |vist |maybe |perhaps |haaber |haaber at |jeg haaber |jeg haaber at |mon )*"
)

_PATTERNS: Final = tuple(
    re.compile(_START + pattern + _TAIL)
    for pattern in (
        # Ali tager den · Ali overtager · Ali har den nu · Ali har overtaget sagen
        rf"{_NAME} (?:tager|overtager|overtog|klarer|ordner|fikser|loeser|koerer|faar|goer|haandterer|har|har faaet|"
        rf"vil tage|vil gerne tage|vil gerne have|vil gerne overtage|har sagt ja til|skal have|maa have|"
        rf"har overtaget|har taget|har lovet at tage|has|takes|took|gets|will take|will do|will handle|will have|"
        rf"handles|has taken|has got|owns|is taking|is doing|is handling|does)(?: nu| now|"
        rf" over)? (?:{_IT})(?: over)?",
        rf"{_NAME} (?:overtager|overtog|tager over|tog over|har overtaget|har taget over|takes over|took over|"
        rf"is taking over|will take over|has taken over)(?: (?:{_IT}))?",
        rf"{_NAME} (?:tager|tager sig|har taget sig|tog sig|sig|takes|will take|is taking|has taken) (?:af|"
        rf"care of) (?:{_IT})",
        rf"{_NAME} (?:staar for|har ansvaret for|er ansvarlig for|er nu ansvarlig for|is responsible for) (?:{_IT})",
        rf"(?:tager|overtager|har|faar|klarer|ordner) {_NAME} (?:nu )?(?:{_IT}|over)",  # after "så", "nu"
        # den tager Ali · den har Ali nu
        rf"(?:den|det|sagen|opgaven) (?:tager|overtager|klarer|ordner|har|faar|koerer) {_NAME}",
        rf"det er (?:nu )?{_NAME} der (?:nu )?(?:tager|har|har overtaget|overtager|koerer)(?: (?:{_IT}))?",
        rf"its {_NAME} who (?:has|takes|is taking) (?:{_IT})",
        rf"lad {_NAME} (?:tage|overtage|faa|have|klare|ordne|goere)(?: (?:{_IT}))?",
        rf"let {_NAME} (?:take|have|do|handle) (?:{_IT})",
        # giv den til Ali · send den videre til Ali · giv Ali den
        rf"(?:giv|gi|overdrag|flyt|ryk|skub|tildel|overlad|overgiv|skift|omfordel|videregiv|pas|saet|laeg|spil|kast|"
        rf"hand|give|pass|assign|reassign|move|transfer)(?: (?:{_IT}))?(?: videre| over| on)? {_TO} {_NAME}",
        rf"(?:send|forward)(?: (?:{_IT}))? (?:videre|over|on) til {_NAME}",
        rf"(?:send|forward)(?: (?:{_IT}))?(?: on| over)? {_TO} {_NAME}",
        rf"(?:du kan|du maa|kan du|vi kan|maa) (?:gerne )?(?:give|overdrage|sende|flytte)(?: (?:{_IT}))?(?: videre|"
        rf" over)? {_TO} {_NAME}",
        rf"(?:giv|tildel|give|assign) {_NAME} (?:{_IT}|opgaven)",
        rf"(?:skift|ret|saet) (?:ejer|ansvarlig|ejeren|den ansvarlige|owner) til {_NAME}",
        rf"(?:{_IT}) (?:er|ligger) nu hos {_NAME}",
        rf"(?:{_IT}) (?:er|ligger) hos {_NAME} nu",
        rf"saet {_NAME} paa(?: (?:{_IT}|som ansvarlig|som ejer))?",
        # jeg har givet den videre til Ali · den er overdraget til Ali · er givet til Ali
        rf"(?:jeg |vi |i |we |ive |weve )?(?:har|have|gav|gave|fik)?(?: (?:{_IT}))?(?: nu| lige| netop|"
        rf" just)? ?(?:givet|overdraget|overladt|overgivet|rakt|afgivet|bragt|spillet|lagt|videregivet|given|passed|"
        rf"handed|reassigned|assigned|transferred|moved)"
        rf"(?: (?:{_IT}))?(?: videre| over| on)* {_TO} {_NAME}",
        rf"(?:jeg |vi )?(?:har |have )?sendt(?: (?:{_IT}))? videre {_TO} {_NAME}",
        rf"(?:i |we )?(?:gave|passed|handed|gav) (?:{_IT})(?: on| over| videre)? {_TO} {_NAME}",
        rf"(?:{_IT}|its|thats)(?: (?:er|blev|er blevet|is|was|has been|been))?(?: nu| now)? (?:overdraget|givet|"
        rf"givet videre|overgivet|overladt|gaaet|gaaet videre|sendt videre|flyttet|overfoert|tildelt|videregivet|"
        rf"overgaaet|"
        rf"given|passed|passed on|handed|handed over|reassigned|assigned|transferred|moved) {_TO} {_NAME}",
        rf"(?:(?:{_IT}) )?(?:er )?(?:overdraget|videregivet|givet videre|overladt|tildelt) {_TO} {_NAME}",
        rf"(?:(?:{_IT}) )?(?:er|blev|er blevet) (?:overtaget|taget) af {_NAME}",
    )
)
# Somebody is said to be the right one, but nobody took it: the bot asks.
_NOT_TAKEN: Final = (
    re.compile(
        rf"(?:nej |men |ja )?det er {_NAME} (?:der|som) (?:skal|boer|burde|maa|har ansvaret|plejer|skulle)(?: .+)?"
    ),
    re.compile(
        rf"{_NAME} (?:skal|boer|burde|maa|kan) (?:tage|goere|loese|ordne|klare|overtage|tage sig af|"
        rf"hjaelpe med) (?:{_IT})(?: .+)?"
    ),
    re.compile(rf"det maa {_NAME} (?:tage sig af|goere|klare|ordne|tage)"),
    re.compile(rf"det (?:hoerer|ligger)(?: hjemme| til)? (?:under|hos|til|i) {_NAME}"),
    re.compile(rf"det er {_NAME}(?:s)? (?:opgave|bord|ansvar|sag|job)"),
    re.compile(r"det er [a-z]{2,5}"),
    re.compile(rf"{_NAME} (?:should|must|has to|needs to) (?:take|do|handle) (?:{_IT})(?: .+)?"),
    re.compile(rf"its {_NAME} (?:who|that) (?:should|must|has to|needs to)(?: .+)?"),
    re.compile(rf"its {_NAME} (?:job|task|responsibility)"),
    re.compile(r"(?:giv|send|overdrag|give|pass|hand) (?:den|det|sagen|opgaven|it) (?:videre|on|over)"),
    re.compile(
        r"(?:den|det|sagen|opgaven) (?:er|skal) (?:givet |gives |overdrages |overdraget )(?:videre)?(?: til .+)?"
    ),
    re.compile(r"(?:jeg )?har givet (?:den|det) videre"),
)


def given_to(words: Sequence[Token]) -> str | None:
    """The name of the person who has the action now, as typed; "" if somebody has but no name says who; else None."""
    unknown = False
    for clause in _clauses(words):
        line = " ".join(token.word for token in clause)
        for pattern in _PATTERNS:
            found = pattern.fullmatch(line)
            if not found:
                continue
            first = line.count(" ", 0, found.start("name"))
            last = first + found["name"].count(" ") + 1
            name = clause[first:last]
            if is_name(name):
                return " ".join(token.raw for token in name).strip()
            unknown = unknown or (bool(w.SOMEONE.intersection(found["name"].split())) and len(name) <= 3)
    return "" if unknown else None


def not_taken(words: Sequence[Token]) -> bool:
    """Whether the answer says whose the action should be, though nobody took it: "det er BUF der skal"."""
    for clause in _clauses(words):
        line = " ".join(token.word for token in clause)
        for pattern in _NOT_TAKEN:
            found = pattern.fullmatch(line)
            if not found:
                continue
            if "name" not in pattern.groupindex:
                return pattern.pattern != r"det er [a-z]{2,5}" or clause[2].raw.isupper()
            first = line.count(" ", 0, found.start("name"))
            name = clause[first : first + found["name"].count(" ") + 1]
            if is_name(name) or w.SOMEONE.intersection(found["name"].split()):
                return True
    return False


def is_name(name: Sequence[Token]) -> bool:
    """Whether the tokens can be the name of a person or an agency: "Ali", "mette krogh", "Ali fra BUF", "@ali:x.dk"."""
    if not name or len(name) > 5:
        return False
    if name[0].raw.startswith("@"):
        return len(name) == 1 or name[1].word in {"fra", "i", "from"}
    head: list[Token] = []
    for i, token in enumerate(name):
        if token.word in {"fra", "hos", "from"} or (token.word == "i" and i):
            if not head or len(name) - i not in {2, 3} or not name[i + 1].raw.isalpha():
                return False
            break
        head.append(token)
    if len(head) > 3 or any(not _may_name(token) for token in head):
        return False
    if head[0].raw[:1].isupper():
        return all(token.raw[:1].isupper() for token in head[1:])
    # Typed in lower case: a definite noun ("læreren", "klubben") is nobody's name.
    return len(head) <= 2 and not re.search(
        r"(?:eren|erne|ingen|oren|aren|ben|anden|ikken|olen)$", head[0].word
    )


def _may_name(token: Token) -> bool:
    return (
        token.word not in w.NOT_A_NAME
        and token.word not in SEPARATORS
        and bool(re.fullmatch(r"[^\W\d_]+(?:['’´`-][^\W\d_]+)*\.?", token.raw))
        and not (
            token.word.isupper()
            and len(token.word) > 2
            and token.word in {"DATE", "TODAY", "PAST", "GONE", "VAGUE", "WRONG", "MEETING"}
        )
        and token.word not in w.REPORTED
        and token.word not in w.DONE_WORDS
    )


def _clauses(words: Sequence[Token]) -> list[Sequence[Token]]:
    result: list[Sequence[Token]] = []
    start = 0
    for i, token in enumerate(words):
        if token.word in SEPARATORS or token.word in {"men", "but", '"'}:
            result.append(words[start:i])
            start = i + 1
        elif token.word in {"saa", "fordi", "so", "because"} and i > start:
            result.append(words[start:i])
            start = i
    result.append(words[start:])
    return [clause for clause in result if 0 < len(clause) <= 20]
