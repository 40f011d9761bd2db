"""Has the owner said that the action is done? Only if a clause says so outright and nothing weakens it."""

import re
from collections.abc import Sequence
from typing import Final

from bot.answer import words as w
from bot.answer.reading import SEPARATORS, Token

# Dropped from a clause before it is compared with the patterns: they change nothing.
_FILLERS: Final = frozenset(
    "lige nu netop heldigvis jo da sgu altsaa ogsaa allerede hermed dermed helt fuldstaendig bare rigtig faktisk "
    "✅ jow jamen halloej hej hejsa hallo dav godmorgen goddag tak ja jep jeps yes yep yeah okay super fint godt "
    "fin 👍 PAST "
    "desuden her just now finally already also actually btw hi hello hey thanks great good fyi morning undskyld "
    "beklager sorry bot hurra juhu yay fedt perfekt selv personligt skam endelig saamaend sor jer svar status "
    "telefonisk mundtligt skriftligt tusind mange alligevel".split()
)
_FRONT: Final = frozenset(
    "saa nu endelig hermed dermed heldigvis PAST naa saadan so now finally thus".split()
)

_PARTICIPLE = (
    "gjort|klaret|ordnet|fikset|loest|afsluttet|udfoert|faerdiggjort|fuldfoert|gennemfoert|lukket|effektueret|"
    "eksekveret|"
    "lavet|haandteret|naaet|ekspederet|faerdigbehandlet|afkrydset|afhandlet|effektueret|faerdigmeldt|"
    "done|finished|completed|complete|sorted|fixed|handled|closed|resolved|settled|accomplished|executed|"
    "dealt with|taken care of|wrapped up|ticked off|checked off|sorted out|squared away"
)
_SENT = "sendt|afsendt|indsendt|afleveret|leveret|sendt afsted|sendt af sted|sent|submitted|delivered"
_STATE = (
    "faerdig|overstaaet|i hus|paa plads|i vinkel|i kassen|i maal|i skabet|ude af verden|af vejen|fra haanden|"
    "krydset af|tjekket af|vinget af|hakket af|streget|streget ud|bragt i orden|bragt i hus|kommet paa plads|"
    "kommet i hus|"
    "faldet paa plads|kommet i maal|landet|done deal|over and done with|in the bag|off the list|off my list|"
    "done and dusted|"
    "kommet i land|naaet i maal|all done|gjort faerdig|lavet faerdig|slut|den ged barberet|"
    "faerdig og afsluttet"
)
_SUBJECT = (
    "den|det|dette|denne|sagen|opgaven|aftalen|jobbet|punktet|handlingen|tingen|arbejdet|det hele|alt|hele sagen|"
    "hele opgaven|den her|det her|den der|min opgave|den sag|den opgave|opgaven her|"
    "it|its|that|thats|all|this|this one|the task|the action|everything|the job|the matter|that one|the thing|task|"
    "the whole thing"
)
_ME = "jeg|vi|i|we|man"
_OBJECT = f"{_SUBJECT}|dem|them"
_P = f"(?:{_PARTICIPLE}|{_SENT})"
_S = f"(?:{_PARTICIPLE}|{_SENT}|{_STATE})"
_O = f"(?:{_OBJECT})"
_WITH = rf"(?: (?:med|paa|with) (?:{_OBJECT}|alting))?"
# "klaret med skolen", "ordnet over telefonen": how it was done, at most two words.
_HOW = (
    r"(?: (?:sammen med|med|over|via|pr|hos|together with) (?!at )\w+(?: \w+)?| paa (?:telefonen|mail|"
    r"moedet|kontoret))?"
)

_CLAIMS: Final = re.compile(
    "(?:"
    # (den er) færdig · er klaret · det blev ordnet · jeg er færdig med den
    rf"(?:(?:{_SUBJECT}|{_ME}) )?(?:(?:er|blev|var|er blevet|har vaeret|er kommet|is|was|has been|have been|been|im|"
    rf"ive|am|are|got) )?{_S}{_WITH}"
    rf"|(?:(?:{_SUBJECT}) )?(?:(?:er|blev|er blevet|is|was|has been|got) )?(?:{_PARTICIPLE}){_HOW}"
    # jeg har gjort det · har klaret den · har fået ordnet det · har fået det gjort
    rf"|(?:(?:{_ME}|ive|weve) )?(?:(?:har|have|ve|har faaet|fik|got|had|havde) )?{_P}(?: {_O}| (?:det|den|it){_HOW})"
    rf"|(?:(?:{_ME}|ive|weve) )?(?:(?:har|have|har faaet|fik) ){_P}"
    rf"|(?:(?:{_ME}|ive|weve) )?(?:har|have|har faaet|fik|got|gotten|have got|had|havde) {_O} {_S}(?: faerdig)?"
    # det har jeg gjort · den er jeg færdig med · det fik jeg ordnet · har jeg gjort (said for "det har jeg gjort")
    rf"|(?:{_O}) (?:har|fik|har faaet) (?:{_ME})(?: faaet)? {_S}"
    rf"|har (?:{_ME}) (?:gjort|klaret|ordnet|fikset|lavet|udfoert|sendt|loest|naaet)"
    rf"|(?:{_O}) er (?:{_ME}) faerdig med"
    # det gjorde jeg · jeg nåede det · klarede den
    rf"|(?:{_O}) (?:gjorde|ordnede|klarede|fiksede|naaede|loeste|lukkede|afsluttede|lavede|sendte) (?:{_ME})"
    rf"|(?:(?:{_ME}) )?(?:gjorde|ordnede|klarede|fiksede|naaede|loeste|lukkede|afsluttede|lavede|sendte|did|"
    rf"finished|completed|fixed|handled|closed|sorted) {_O}"
    # luk den · du kan lukke den · den kan lukkes · kryds den af · sæt flueben
    rf"|(?:(?:du|i|vi|you|we) (?:kan|maa|can|may) |lad os |lets |you may |please |venligst )?(?:gerne |godt |"
    rf"roligt )*"
    rf"(?:luk|lukke|afslut|afslutte|close|tick off|check off|cross off) {_O}(?: af| ned| sagen)?"
    rf"|(?:(?:du|i|vi|you|we) (?:kan|maa|can|may) )?(?:gerne |godt |roligt )*(?:kryds|krydse|streg|strege|vink|"
    rf"vinge|hak|hakke|tjek|tick|cross|check) {_O} (?:af|ud|over|off)"
    rf"|(?:(?:du|i|vi|you|we) (?:kan|maa|can|may) )?(?:gerne |godt |roligt )*(?:saet|saette|marker|markere|meld|"
    rf"melde|noter|notere|registrer|skriv|skrive|mark|set) {_O}(?: op)? (?:som |til |as )?{_S}"
    rf"|(?:saet|saette) (?:flueben|hak|kryds)(?: (?:ved|ud for|i) {_O})?"
    rf"|(?:(?:{_SUBJECT}) )?(?:kan|maa|can|may)(?: (?:gerne|godt|roligt|bare))* (?:lukkes|afsluttes|krydses af|"
    rf"streges|hakkes af|vinges af|arkiveres|be closed|be ticked off)(?: ned)?"
    rf"|{_O} (?:kan|maa) (?:du|i|vi)(?: (?:gerne|godt|roligt))* (?:lukke|afslutte|krydse af|strege|hakke af)"
    r"|check|✅|mission accomplished|mission completed|opgave udfoert|job done|jobs done"
    ")"
)
# "er den færdig", "er det gjort": the other order, a statement only after "så", "nu", "i går".
_INVERTED: Final = re.compile(
    rf"(?:er|blev|var|is|was) (?:{_SUBJECT}|{_ME}|vi alle) {_S}{_WITH}"
    rf"|(?:er|blev|var) (?:{_SUBJECT}) (?:{_PARTICIPLE}){_HOW}"
    rf"|(?:har|fik|har faaet) (?:{_ME})(?: faaet)? (?:{_O} )?{_S}(?: {_O})?{_HOW}"
    rf"|(?:gjorde|ordnede|klarede|fiksede|naaede|lukkede|afsluttede|loeste) (?:{_ME}) {_O}"
    rf"|(?:kan|maa) (?:den|det|sagen|opgaven)(?: (?:gerne|godt|roligt|bare))* (?:lukkes|afsluttes|krydses af|"
    rf"streges|arkiveres)"
)
_STILL_TO_COME: Final = frozenset("DATE MEETING VAGUE WRONG".split())
_PAST_VERBS: Final = frozenset(
    "har havde fik blev var skrev sendte kom gik sagde gav tog holdt fandt ringede talte snakkede moedte have had was "
    "called talked spoke wrote met got sent went ringet talt skrevet snakket sendt spurgt spurgte PAST did".split()
)
_BY: Final = ("inden", "senest", "til", "by", "before", "før", "foer")
_PRONOUNS: Final = frozenset("jeg vi de den det han hun man der du".split())
_EXHAUSTED: Final = re.compile(
    r"(?:(?:saa|nu) )?(?:jeg er|er jeg|er|im|i am) (?:helt|total|totalt|fuldstaendig|simpelthen|bare|so|saa|"
    r"completely|totally) (?:faerdig|done|finished|smadret)"
)


def said_done(words: Sequence[Token]) -> bool:
    """Whether a clause of the answer says that the action is done (not yet whether something takes it back)."""
    return any(_claims(words, start, end) for start, end in _clauses(words))


def weakened(words: Sequence[Token]) -> bool:
    """Whether anything in the answer keeps it from being done: negation, condition, a part, hearsay, waiting."""
    return bool({token.word for token in words} & (w.NEGATION | w.CONDITION | w.PARTIAL | w.REPORTED)) or any(
        _waits_for(words, i)
        for i, token in enumerate(words)
        if token.word in {"naar", "saasnart", "when", "after"}
    )


def doubted(words: Sequence[Token]) -> bool:
    """Whether the answer doubts or jokes."""
    there = {token.word for token in words}
    line = " ".join(token.word for token in words)
    return (
        bool(there & (w.DOUBT | w.IRONY))
        or '"' in there
        or bool(
            re.search(
                r"\b(?:som om|as if|ja ja|jo jo|yeah right|skulle vaere|jeg mener|jeg synes|saa vidt|as far as|"
                r"supposed to|gaar ud fra|ved ikke|kan vaere|"
                r"tro mig|in my dreams|to be)\b",
                line,
            )
        )
    )


def exhausted(words: Sequence[Token]) -> bool:
    """ "Jeg er helt færdig" is what a tired person says of himself."""
    return bool(_EXHAUSTED.fullmatch(" ".join(t.word for t in words if t.word not in SEPARATORS)))


def _clauses(words: Sequence[Token]) -> list[tuple[int, int]]:
    """Clauses as [start, end): between punctuation, and between "og", "så", "men"."""
    result, start = [], 0
    for i, token in enumerate(words):
        if token.word in SEPARATORS:
            result.append((start, i))
            start = i + 1
        elif token.word in {"og", "saa", "and", "so", "dermed"} and i > start:
            result.append((start, i))
            start = i if token.word in {"saa", "so", "dermed"} else i + 1
    result.append((start, len(words)))
    return [(start, end) for start, end in result if 0 < end - start <= 25]


def _claims(words: Sequence[Token], start: int, end: int) -> bool:
    clause = [token.word for token in words[start:end]]
    if _STILL_TO_COME.intersection(clause):
        return False
    front = clause[0] in _FRONT or "PAST" in clause[:2]
    courteous = " ".join(clause).replace("thank you", "thanks").split()
    core = [word for word in courteous if word not in _FILLERS and word != "GONE"]
    if clause[0] == "bare" and {"var", "blev"} & set(clause):
        return False  # a wish
    if start and words[start - 1].word == ":" and not _is_label(words, start - 1):
        return False  # "Lene: færdig" is what Lene said
    if "TODAY" in core:
        # "gjort i dag" has happened, "færdig i dag" may be a promise.
        due = any(t.word == "TODAY" and t.raw.casefold().startswith(_BY) for t in words[start:end])
        if due or ("faerdig" in core and "blev" not in core):
            return False
        front = front or core[0] == "TODAY"
        core = [word for word in core if word != "TODAY"]
    consequence = core[:1] in (["saa"], ["so"], ["dermed"]) or (
        start > 0 and words[start - 1].word in {"og", "and"}
    )
    if core[:1] in (["saa"], ["so"], ["naa"], ["saadan"]):
        core = core[1:]
    if not core and "✅" in clause:
        core = ["✅"]
    line = " ".join(core)
    if not (_CLAIMS.fullmatch(line) or (front and _INVERTED.fullmatch(line))):
        return False
    return not consequence or _happened(words, start)


def _is_label(words: Sequence[Token], end: int) -> bool:
    """Whether what stands before the colon at `end` is a heading such as "status:"."""
    start = max((i + 1 for i in range(end) if words[i].word in SEPARATORS), default=0)
    labels = _FILLERS | {"status", "svar", "update", "opdatering", "opgaven", "sagen", "aftalen", "task"}
    return all(token.word in labels for token in words[start:end])


def _happened(words: Sequence[Token], end: int) -> bool:
    """Whether what stands before "så er den færdig" has happened: "jeg ringer, så er den klaret" is a plan."""
    before = [
        token.word
        for token in words[:end]
        if token.word not in SEPARATORS and token.word not in {"og", "and"}
    ]
    content = [word for word in before if word not in _FILLERS]
    if not content:
        return True
    if (
        content[0] in w.FINITE_FIRST
        and len(content) > 1
        and (content[1] in _PRONOUNS or re.search(r"(?:en|erne|ne)$", content[1]))
    ):
        return False  # "har skolen svaret, så er den færdig": a condition without "hvis"
    if w.FUTURE.intersection(content) or _STILL_TO_COME.intersection(content):
        return False
    return (
        bool(_PAST_VERBS.intersection(content))
        or any(word.endswith("ede") and len(word) > 5 for word in content)
        or said_done(words[:end])
    )


def _waits_for(words: Sequence[Token], i: int) -> bool:
    """Whether "når" here is "when" (a condition) and not "jeg når det"."""
    if words[i].word != "naar":
        return True
    return not is_reach(words, i)


def is_reach(words: Sequence[Token], i: int) -> bool:
    """Whether "når" at `i` is the verb: "når det ikke før fredag", "det når jeg ikke"."""
    after = [token.word for token in words[i + 1 : i + 4]]
    before = words[i - 1].word if i else ""
    tail = {
        "ikke",
        "foerst",
        "nok",
        "inden",
        "DATE",
        "TODAY",
        "MEETING",
        "VAGUE",
        "desvaerre",
        "lige",
        "sgu",
        "naeppe",
        "altsaa",
        "foer",
        "godt",
        "til",
        "paa",
        "senest",
        "aldrig",
        ",",
        ".",
        "!",
        "jo",
    }
    if not after or after[0] in tail:
        return True
    if after[0] in {"det", "den", "dem"}:
        return len(after) == 1 or after[1] in tail
    if after[0] in {"jeg", "vi"}:
        rest = after[1:]
        return (before in {"det", "den", "saa"} and bool(rest) and rest[0] in tail) or (
            len(rest) > 1 and rest[0] in {"det", "den"} and rest[1] in tail
        )
    return before in {"jeg", "vi"} and after[0] not in {"jeg", "vi"}
