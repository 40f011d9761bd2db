"""What somebody answers when they are asked about a case, Danish and English (docs/domain, Records: Update).

`read` says what kind of answer it is. The iron rule: an update is only what was told. A question asked back, a doubt,
a promise to answer later and a mere thank you are none, and "intet nyt" is nothing new only where no other sentence
tells something ("intet nyt under solen, men han er smidt ud af skolen" is news).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.answer import words as w
from bot.answer.case_asides import OTHERS, aside, everywhere, numbered
from bot.answer.case_trends import trends
from bot.answer.reading import fold, tidy

Kind = Literal[
    "news", "nothing", "withheld", "hand", "skip", "unknown", "trend", "all", "each", "question", "doubt",
    "later", "short", "away", "aside", "several",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = (
    "news", "nothing", "withheld", "hand", "skip", "unknown", "trend", "all", "each", "question", "doubt",
    "later", "short", "away", "aside", "several",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """An answer: its kind; how the parameters go, as far as it says so; the colleague it is handed to ("": nobody).

    Kinds: news (anything told), nothing (intet nyt), withheld (may not be shared), hand (ask somebody else), skip
    (spring over), unknown (ved ikke), trend (how the parameters go and nothing else), all and each (how to be asked),
    question (asked back), doubt, later (answers another time), short (a thank you), away (on leave, ill), aside (about
    the writer, a mail, another message: nothing of the case), several ("intet nyt i alle sager").
    """

    kind: Kind
    trends: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GREETING: Final = _set(
    "hej hejsa hallo hey hi hello dav goddag godmorgen godaften bot kaere mvh godnat undskyld sorry"
)
_FILL: Final = _set(
    "der er det den de dette denne desvaerre endnu lige nu her herfra fra min mit mine vores os mig i dag aften nat "
    "idag gang uge ugen siden sidst sidste at paa om omkring ved jeg vi man har kan saa da og men fordi noget nogen "
    "sag sagen familien sagens side fronten som saadan rigtig rigtigt helt saerligt saerlig stort store mere vist nok "
    "desuden tak ogsaa kun vil skal hos til med for af ham hende altsaa bare nej ja okay stadig fortsat aktuelt pt "
    "p t moedet moede seneste gaengs mener synes alt videre hermed haer ellers faktisk overhovedet meget "
    "en et skid dyt snus the there theres is are have has had we were weve im ive its my our us me of on in "
    "to from this that it since last time today "
    "week really very much yet so far at all anything something for now case here any side end thanks sorry please "
    "afraid unfortunately right with you a an been being do does just"
)
# What only speaks of the agency's own part: "intet nyt fra skolen" tells no more than "intet nyt".
_PLACES: Final = _set(
    "skolen skole klubben buf sof bif politiet politi hotspot gadeteamet gaden jobcenteret jobcentret kommunen "
    "forvaltningen gadeplan plan vestfronten school club police office"
)
_SUBJECTLESS: Final = _FILL - _set("ham hende familien de den")

_NO: Final = _set(
    "intet ingen ingenting ikke inget nul nix niks nothing no nada none aldrig hverken not havent hasnt didnt"
)
_NEW: Final = _set(
    "nyt nye ny nyheder nyhed aendringer aendring aendret aendrede udvikling forandring forandringer sket skete hoert "
    "hoere opdatering opdateringer bemaerke tilfoeje tilfoejelser berette fortaelle melde rapportere bidrage oplyse "
    "bemaerkninger oplysninger informationer information news new update updates change changes changed "
    "happened report add tell developments development "
    "heard"
)
_NOTHING_ALONE: Final = re.compile(
    r"(?:nej|nix|niks|nope|nada|ingen|(?:ikke|not) (?:siden|since) (?:sidst\w*|last)(?: \w+)?|det (?:er der|"
    r"har (?:vi|jeg)) ikke|intet|ingenting|ikke noget|no|nothing|none|nul|0|"
    r"(?:det |alt |alting )?(?:er |staar |gaar )?(?:ved )?(?:det )?(?:samme|som foer|som sidst|som det plejer|"
    r"som (?:saedvanlig|saedvanligt|vanligt)|ved det gamle|stille|roligt|stille og roligt)(?: som (?:sidst|foer|"
    r"sidste (?:gang|uge)|altid))?|(?:der er )?(?:ro|stille)(?: paa)?|(?:der er )?ro paa|status quo|"
    r"(?:alt |alting )?(?:er )?(?:fortsat |stadig )?(?:uaendret|uforandret)(?: siden sidst| status| situation)?|"
    r"(?:uaendret|uforandret) (?:status|situation)|samme status|"
    r"(?:the |all )?same(?: as (?:last time|before|last week|ever|always))?|all quiet|unchanged|"
    r"ikke det store|ikke noget saerligt|ikke rigtig noget|ikke en (?:skid|dyt|snus)|no comment needed)"
)

_STARTS: Final = tuple(
    f"{start} ".replace("~", " ")
    for start in "nej nope nix naeh naa no naae tja jeg~har vi~har har der~er stadig her~er still fra~mig "
    "fortsat".split()
)

_SHARE: Final = _set(
    "dele deles del deler sige siges oplyse oplyses videregive videregives udtale udtaler fortaelle fortaelles naevne "
    "naevnes roebe omtale omtales udlevere udleveres rapportere kommentere afsloere vide "
    "share shared say disclose tell reveal discuss comment"
)
_MAY: Final = _set(
    "maa kan vil skal boer toer oensker lov frit ret faar tilladt deler bemyndiget "
    "may can cant cannot allowed free permitted wont able want wish dont must mustnt"
)
_NOT: Final = _set("ikke intet ingenting heller hverken not cant cannot wont nothing mustnt dont")
_SECRET: Final = re.compile(
    r"\b(?:tavshedspligt\w*|fortrolig\w*|hemmelig\w*|personfoelsomt|confidential\w*|secret|ingen kommentar\w*|"
    r"no comments?|classified)\b"
)
_SHARE_FILL: Final = _SUBJECTLESS | _set(
    "helst faa give giver i were im mig os jer dig gruppen rummet her dette desvaerre noget oplysninger "
    "oplysningerne informationen informationer "
    "aabent hoejt mere sagen pga grund grundet underlagt reglerne loven lovgivningen hensyn gdpr maa maatte blive "
    "to information details anyone openly under due because law rules bound by duty confidentiality with group about "
    "you any it's its up be am"
)

_LATER: Final = re.compile(
    r"(?:(?:det )?(?:(?:jeg|vi|i|we) )?(?:skal )?(?:nok )?(?:svarer?|skriver?|vender?|melder?|kommer?|ringer?|"
    r"follow(?:ing)? up|answer|write|reply|get back|come back|will|ill)\b.*\b"
    r"(?:senere|tilbage|i ?morgen|mandag|tirsdag|onsdag|torsdag|fredag|loerdag|soendag|later|tomorrow|back|monday|"
    r"tuesday|wednesday|thursday|friday|naeste uge|next week|naar jeg|when i|snart|soon|i aften|tonight|"
    r"(?:med|paa) et svar|you)\b.*|"
    r"(?:.*\b)?(?:har|naar|naaede) (?:desvaerre )?(?:jeg |"
    r"vi )?(?:det )?ikke(?: lige)?(?: haft)? ?(?:tid|mulighed|naaet)?"
    r"(?: til det)?(?: lige)?(?: nu| i dag| endnu| i aften)?|"
    r"senere|(?:ikke (?:lige )?nu)|later|not now|i ?morgen|tomorrow|(?:kan )?(?:jeg|vi) (?:kan )?(?:foerst )?svare "
    r"(?:foerst )?(?:senere|i ?morgen|paa (?:man|tirs|ons|tors|fre)dag)|"
    r"(?:du|i) (?:faar|hoerer) .*|(?:det )?(?:ved|hoerer|faar) (?:jeg|vi) (?:det |svar )?foerst .*|"
    r"(?:giv mig|jeg skal bruge|i need|give me) (?:lidt |lige |a bit )*(?:mere |more )?(?:tid|time|en dag|a day|en uge|"
    r"til \w+dag|until \w+day)|mangler svar|(?:i )?(?:have|havent|had) no time.*|havent (?:had|got) time.*|"
    r"skal lige (?:have |faa )?(?:tid|vende|spoerge|tjekke|undersoege).*)"
)
_LATER_ONCE: Final = re.compile(
    r"(?:jeg |vi |i |we )?(?:skriver|svarer|answer|write) (?:igen |tilbage |back )?(?:naar|saa snart|efter|"
    r"when|once) .*|"
    r"(?:jeg |vi )?skal (?:lige )?(?:hoere|spoerge|tale|snakke|ringe|vende|tjekke) .*foerst|i need to .* first"
)

_UNSURE: Final = re.compile(
    r"\b(?:ikke (?:helt |saa |rigtig )?sikker\w*|usikker\w*|i tvivl|tvivler|maaske|muligvis|det kommer an paa|"
    r"ved (?:jeg |vi )?(?:det |faktisk )?ikke|ved ikke|ikke ved|finde ud af|undersoege\w*|undersoeger|tjekke|tjekker|"
    r"not sure|unsure|maybe|perhaps|possibly|dont know|do not know|find out|check\w*|it depends|tror|think|"
    r"ingen anelse|aner (?:det )?ikke|no idea)\b"
)
_UNSURE_FILL: Final = _SUBJECTLESS | _set(
    "lidt ret meget ikke sikker sikkert usikker usikkert tvivl maaske muligvis ved finde ud undersoege "
    "undersoeger tjekke tjekker om "
    "faktisk tror er jeg vi lige foer først foerst naermere kommer an noget nyt nogen sket hvad hvor hvordan svare "
    "sige skal anelse aner not sure unsure maybe perhaps possibly dont know find out check checking depends think idea "
    "no ingen whether if what how there's new say answer do yet am be haabe haaber selv heller kan det noedt noed"
)
_YET: Final = _set(
    "endnu yet maaske maybe perhaps muligvis possibly sikker sikkert usikker tvivl tror think sure unsure undersoege "
    "undersoeger tjekke tjekker check checking finde find depends"
)

_SKIP: Final = re.compile(
    r"(?:(?:jeg |vi |lad os |den |det )*(?:kan )?(?:godt |bare )*(?:spring|springer|springe|hop|hopper|"
    r"sprunget)(?: \w+){0,2} over(?: den| det)?|"
    r"spring(?: den| det| videre)?|skip(?: it| this| that| the question)?|skipper|naeste(?: spoergsmaal)?|"
    r"(?:bare |bare gaa |gaa bare )?videre|pas|"
    r"jeg passer|next(?: one| question)?|pass|go on|move on|gaa videre|fortsaet|ikke relevant|irrelevant|"
    r"not relevant|n/?a|na|(?:det er )?ikke (?:mit|vores) (?:omraade|bord)|intet svar|ingen svar)"
)
_UNKNOWN: Final = re.compile(
    r"(?:(?:det |den )?(?:ved|kender|husker) (?:jeg|vi) (?:desvaerre |faktisk |simpelthen )?ikke(?: noget(?: om)?)?|"
    r"(?:jeg |vi )?(?:ved|kender|husker) (?:det |den |desvaerre |faktisk |jeg )*ikke(?: noget om det)?|"
    r"ved ikke|det ved jeg ikke noget om|(?:jeg |vi )?aner (?:det )?ikke|ingen anelse|(?:har )?ingen ide|ukendt|"
    r"(?:i |we )?(?:dont|do not) know(?: that| it)?|no idea|unknown|not known|dunno|ingen viden)"
)
_ALL: Final = re.compile(
    r"(?:(?:vis |giv |send |tag |faa |se |maa jeg (?:se|faa) |give |show |can i see )?(?:mig |me |them |os )*"
    r"(?:det hele|alle(?: spoergsmaal(?:ene)?| trin| paa en gang| samlet| samtidig)*|alt(?: samlet| paa en gang)|"
    r"alting|samlet|all(?: questions| of (?:it|them)| at once)*|everything(?: at once)?|det hele paa en gang|"
    r"paa en gang|alt sammen|the lot))"
)
_EACH: Final = re.compile(
    r"(?:(?:tag |spoerg |kun )?(?:et|en|1)(?: spoergsmaal)? ad gangen|one(?: question)? at a time|enkeltvis)"
)

_NAME: Final = r"(?P<name>@?[^\s,.!?:;]+(?:@?:[\w.\-]+)?(?: [^\s,.!?:;]+){0,2})"
_HAND: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?:du|i) (?:må|kan|skal) |(?:kan|vil|can|could|please) (?:du |I |you )?(?:ikke )?)?(?:hellere |lige |"
        rf"bare |evt |eventuelt |måske |venligst |maybe |perhaps )*(?:spørg|spoerg|spørge|ask|hør|"
        rf"tal med|talk to|kontakt|"
        rf"prøv|try|tag fat i|få fat i|skriv til|write to)(?: hellere| lige| bare| med| hos| evt| eventuelt| måske|"
        rf" venligst| please| maybe| perhaps| i stedet| also| også)* {_NAME}",
        rf"(?:(?:kan|vil|skal|må|can|could|please) (?:du |I |jeg |you )?)?(?:giv|give|send|sende|"
        rf"videresend|overdrag|flyt|pass|hand|"
        rf"forward|ryk|lad|move)"
        rf"(?: (?:den|det|sagen|spørgsmålet|spoergsmaalet|dette|it|this|the question|that|her|lige|bare|hellere))*"
        rf"(?: (?:videre|over|on))?(?: til| to) {_NAME}",
        rf"(?:den er |det er |sagen er )?(?:videre til|over to) {_NAME}",
        rf"(?:det|den) er {_NAME} (?:der|som) (?:har|ved|kender|tager|er på) (?:det|den|sagen|mere|mest)(?: nu)?",
        rf"lad {_NAME} (?:svare|tage den|tage det|answer)(?: på det)?|let {_NAME.replace('name', 'name2')} answer",
        rf"(?:det|den) (?:er|hører til|ligger hos|sidder hos) {_NAME}(?:s|') (?:sag|bord|opgave|område)",
        rf"(?:det|den) er {_NAME.replace('{0,2}', '{0,1}')} (?:I|du|man|som du|som I) skal (?:spørge|have fat i)",
        rf"det (?:ved|er vist|er nok|er vel) {_NAME.replace('{0,2}', '{0,1}')}(?: der ved)?",
        rf"(?:måske|maaske|det) ved {_NAME.replace('{0,2}', '{0,1}')} (?:noget|mere|det|besked|bedre)(?: om det)?",
        rf"(?:det|den|sagen) (?:ligger|er|sidder) (?:hos|ved|with) {_NAME}",
        rf"(?:det|den)? ?(?:må|skal|kan|ved|tager|svarer) {_NAME.replace('{0,2}', '{0,1}')} "
        rf"(?:svare på|svare|tage|om|mere om|bedre|bedst|på)(?: det| den)?",
    )
)
_NO_NAME: Final = _set("mig os me us ikke not desvaerre jeg vi godt lige")
_NOBODY: Final = _set(
    "en et min mit mine vores nogen nogle andre anden kollega kollegaen kolleger leder lederen chef chefen hende ham "
    "dem somebody someone another my our colleague her him them dine jeres de the a an i in nogen"
)
_KNOWS: Final = re.compile(
    r"(?P<name>@[\w.\-]+(?::[\w.\-]+)?|[A-ZÆØÅ][\w\-]+(?: [A-ZÆØÅ][\w\-]+)?)(?: (?:i|fra|in) \w+)? "
    r"(?:ved (?:det|mere|bedre|bedst|besked)|svarer(?: på (?:det|den))?|tager (?:den|det|sagen)|"
    r"har (?:overtaget )?(?:den|sagen)(?: nu)?|"
    r"er på (?:den|sagen)|må svare|kan svare|skal svare|knows(?: more| best| better)?|answers|will answer|can answer|"
    r"has (?:it|the case)|takes it|kender sagen(?: bedre)?)(?: på det| bedre)?"
)
_NOT_MINE: Final = re.compile(
    r"(?:det er )?(?:ikke mig|ikke min sag|ikke mit bord|forkert person|wrong person|not me|not my case)"
    r"(?: (?:der|som) (?:har|ved|kender|skal svare).*)?|"
    r"(?:jeg|vi) (?:har|er|kender) (?:ikke )?(?:den |sagen )?(?:ikke )?(?:laengere )?(?:sagen|den|"
    r"paa sagen)(?: (?:mere|laengere))?|"
    r"(?:i|we) (?:dont|no longer) (?:have|know) (?:the|this) case(?: any ?more)?|(?:det |den )?(?:maa|"
    r"skal) en anden svare.*|(?:jeg |vi )?kender (?:ikke |slet ikke )?(?:den|denne|sagen|til sagen)(?: sag)?(?: ikke)?|"
    r"(?:jeg|vi|i) (?:er (?:stoppet|ikke laengere|ikke(?=.* (?:laengere|mere)$))\b(?! skole)|arbejder ikke "
    r"(?:laengere |mere )?(?:med|i|her|paa)\b|har (?:skiftet job|ikke (?:laengere )?(?:noget )?med)\b|no longer work|"
    r"dont work (?:here|there|with))(?: (?!han|hun)\w+){0,5}"
)

_CLAUSE: Final = re.compile(
    r"[.!?…]+(?=\s|$)|[?;\n]+|,\s+|\s+[-–—]+\s+|\s+(?:men|but|mens|og så|dog)\s+", re.IGNORECASE
)
_DOTTED: Final = re.compile(
    r"\b(evt|fx|ca|bl\.a|f\.eks|pt|mht|ift|vedr|tlf|e\.g|i\.e)\.(?=\s)", re.IGNORECASE
)
_OATHS: Final = _set("sgu fandme kraftedeme satme skisme da altsaa egentlig bare virkelig fucking damn")
_MOST: Final = 12  # words of a clause that may be something else than news


def read(words: str, lang: str = "da") -> Said:
    """What an answer about a case says. Pure; both languages are understood whichever is spoken. Never raises.

    An answer with a sentence that tells something is news, whatever stands around it.
    """
    text = _DOTTED.sub(r"\1", tidy(words))
    bare = _bare(text)
    behind = numbered(text)
    if behind is not None and read(behind, lang).kind in ("nothing", "withheld", "skip", "unknown"):
        return Said("aside")  # the second of what?
    if not bare:
        found = trends(words)
        return Said("trend", found.trends) if found.pure else Said("question" if "?" in words else "short")
    for pattern, kind in ((_ALL, "all"), (_EACH, "each")):
        if pattern.fullmatch(bare.removesuffix(" tak").removesuffix(" please")) and "?" not in text[:-1]:
            return Said("all" if kind == "all" else "each")
    goes = trends(words)
    kinds = [(_clause(clause, asked), clause) for clause, asked in _clauses(text)]
    told = [kind for kind, _ in kinds if kind != "filler"]
    if goes.pure and goes.trends and "question" not in told:
        return Said("trend", goes.trends)
    hands = [each for each in kinds if each[0] == "hand"]
    handed = next((each for each in hands if _name(each[1])), hands[0] if hands else None)
    if handed is not None:
        rest = [c for k, c in kinds if k == "news"]
        after = told[0] in ("hand", "unknown", "nothing", "later", "doubt")
        if all((after and _speaks_of_colleague(clause)) or _is_away(clause) for clause in rest):
            return Said("hand", name=_name(handed[1]))
    if "news" in told:
        return Said("news", goes.trends)
    for kind in (
        "question",
        "withheld",
        "hand",
        "later",
        "several",
        "nothing",
        "away",
        "aside",
        "doubt",
        "unknown",
        "skip",
    ):
        if kind in told:
            return Said(kind, name=_name(handed[1]) if kind == "hand" and handed else "")  # type: ignore[arg-type]
    return Said("short")


def _bare(text: str) -> str:
    """The folded words of a text, without marks and a greeting in front."""
    said = [fold(word) for word in re.findall(r"[\w'’/]+", text)]
    while said and said[0] in _GREETING and len(said) > 1:
        said = said[1:]
    return " ".join(said)


def _clauses(text: str) -> list[tuple[str, bool]]:
    """The clauses of a text in their order, and whether each is asked."""
    found: list[tuple[str, bool]] = []
    at = 0
    for mark in (*_CLAUSE.finditer(text), None):
        end = mark.start() if mark else len(text)
        clause = text[at:end].strip(" ,;:–-\t")
        if clause:
            found.append((clause, bool(mark and "?" in mark[0])))
        elif mark and "?" in mark[0] and found:
            found[-1] = (found[-1][0], True)
        elif mark and "?" in mark[0]:
            found.append(("hvad", True))
        at = mark.end() if mark else end
    # A comma within a question belongs to it: "Karen, må jeg dele det?"
    for i in range(len(found) - 1):
        asked_next = found[i + 1][1]
        if asked_next and len(found[i][0].split()) <= 3 and _asks(found[i][0].split()):
            found[i] = (found[i][0], True)
    return found


def _clause(clause: str, asked: bool) -> str:
    bare = _bare(clause)
    said = bare.split()
    if not said or set(said) <= _GREETING:
        return "filler"
    if _hand(clause) is not None:
        return "hand"
    if not asked and _UNKNOWN.fullmatch(bare):
        return "unknown"
    if asked or _asks(said):
        return "question"
    if len(said) > _MOST:
        return aside(bare) or "news"
    if _NOT_MINE.fullmatch(bare):
        return "hand"
    return _of_no_news(bare, said) or "news"


def _of_no_news(bare: str, said: Sequence[str]) -> str | None:
    """What a short clause says that tells nothing of the case; None where it tells something."""
    without = everywhere(bare)
    said = [word for word in said if word not in _OATHS] or said
    bare = " ".join(said)
    # "Ringer ikke tilbage" is said of somebody else.
    evades = said[0] in ("ringer", "svarer", "kommer", "vender") and "ikke" in said
    promises = _LATER.fullmatch(bare) and not set(said) & OTHERS and not evades
    thanks = w.ACKNOWLEDGEMENTS | _set(
        "weekend aften god nat dag rigtig hav en ses desvaerre tja unfortunately oeh oehm aeh hmm hm eh er hotspotbot "
        "hotspot med dig jer igen allesammen alle bot robot"
    )
    readings: tuple[tuple[str, object], ...] = (
        ("withheld", _is_withheld(bare, said)),
        ("nothing", _is_nothing(bare, said)),
        ("several", without and _is_nothing(without, without.split())),
        ("skip", _SKIP.fullmatch(bare)),
        (
            "doubt" if set(said) & _YET else "unknown",
            _UNSURE.search(bare) and set(said) <= _UNSURE_FILL,
        ),
        (
            "doubt",
            re.fullmatch(
                r"(?:jeg |vi |i )?(?:ved|dont know|aner|husker|kan)(?: jeg| vi)? (?:ikke )?(?:ikke )?"
                r"(?:hvilken|hvem|hvad|which|who|what|hvor)\b.*",
                bare,
            )
            and not set(said) & OTHERS - {"her"}
            and len(said) <= 9,
        ),
        ("question", bare in ("hva", "hvad", "what", "huh", "hvabehar", "hvad?")),
        ("later", promises or _LATER_ONCE.fullmatch(bare)),
    )
    found = next((kind for kind, holds in readings if holds), None) or aside(bare)
    return found or ("filler" if set(said) <= thanks else None)


def _is_nothing(bare: str, said: Sequence[str]) -> bool:
    bare = (
        " ".join(said[:-1])
        if said[-1] in ("tak", "desvaerre", "thanks", "endnu", "herfra") and said[1:]
        else bare
    )
    for start in _STARTS:
        if _NOTHING_ALONE.fullmatch(bare.removeprefix(start)):
            return True
    if _NOTHING_ALONE.fullmatch(bare):
        return True
    negated = set(said) & _NO
    new = set(said) & _NEW
    if not negated or not set(said) <= _FILL | _NO | _NEW | _PLACES | _set("under solen kontakt_"):
        return False
    if not new:
        return bool({"intet", "ingenting", "noget", "nothing", "nada"} & set(said)) and not {
            "ham",
            "hende",
        } & set(said)
    # "vi har ikke hørt fra ham" tells something, "vi har ikke hørt noget" does not.
    if new <= {"hoert", "hoere", "heard"} and not {"noget", "nyt", "anything", "intet"} & set(said):
        return False
    return not (
        {"ham", "hende", "skolen", "familien"} & set(said) and new <= {"hoert", "hoere", "heard", "aendret"}
    )


def _is_withheld(bare: str, said: Sequence[str]) -> bool:
    inside = set(said)
    if _SECRET.search(bare):
        return not inside & OTHERS and len(said) <= 9
    if not inside & _SHARE or not inside & _NOT:
        return False
    if not (inside & _MAY or inside & {"deler", "udtaler"}):
        return False
    return inside <= _SHARE | _MAY | _NOT | _SHARE_FILL


def _asks(said: Sequence[str]) -> bool:
    """Whether words without a question mark are a question all the same."""
    said = list(said)
    while said and fold(said[0]) in _GREETING | {"jamen", "altsaa", "oeh", "men", "og"}:
        said = said[1:]
    if len(said) < 2 or len(said) > 14:
        return False
    first, second = fold(said[0]), fold(said[1])
    if first in w.QUESTION_WORDS:
        return (
            second in w.FINITE_FIRST | _set("mener betyder goer goeres skulle slags med do does")
            or len(said) <= 2
        )
    if first not in w.FINITE_FIRST or second not in w.SUBJECTS_AFTER:
        return False
    # "har det svært" has lost its subject; "ved ikke" and "kan ikke" are no questions.
    return not (
        first in w.OBJECT_TAKING
        and second in {"det", "it", "alt", "alle", "den", "the", "this", "that", "my"}
    )


def _hand(clause: str) -> str | None:
    """The name of a colleague to whom a clause hands the question; None if it hands it to nobody."""
    clause = re.sub(
        r"^(?:hej|ja|nej|okay|ok|så|det ved jeg ikke|nå)[, ]+", "", clause.strip(), flags=re.IGNORECASE
    )
    clause = re.sub(r"\s+(?:i stedet(?: for)?|instead|om det|please|tak)$", "", clause, flags=re.IGNORECASE)
    clause = re.sub(r"(?i)^(?:det har |det ved )?(?:min|vores|my|our) (?:kollega|makker|leder|chef|colleague|boss) "
                    r"(?=[A-ZÆØÅ@])", "", clause)  # fmt: skip
    clause = re.sub(r"(?i) (?:i stedet for|instead of) (?:mig|os|me|us)$", "", clause)
    for pattern in _HAND:
        found = pattern.fullmatch(clause)
        if found is not None:
            name = next((part for part in found.groupdict().values() if part), "")
            if fold(name.split()[0]) not in _NO_NAME:
                return _cut(name)
    found = _KNOWS.fullmatch(clause)
    if found is not None and fold(found["name"].split()[0]) not in w.NOT_A_NAME:
        return found["name"]
    return None


def _cut(name: str) -> str:
    """A name without what stands after it: "Karen i stedet", "Karen om det"."""
    stop = _set(
        "der som svare svarer tage tager mere bedre bedst paa i istedet stedet om det den tak please instead "
        "about venligst saa hellere fra der som hun han for naeste gang "
        "lige igen"
    )
    kept: list[str] = []
    for word in name.split():
        if fold(word) in stop and kept:
            break
        kept.append(word)
    if kept and fold(kept[0]) in _NOBODY:
        # "Spørg en anden" names nobody, "spørg min kollega Karen" does.
        kept = [word for word in kept if word[:1].isupper() and fold(word) not in _NOBODY]
    return " ".join(kept)


def _name(clause: str) -> str:
    return _hand(clause) or ""


def _is_away(clause: str) -> bool:
    """Whether a clause only says why the person does not answer: "jeg er på ferie", "kender ikke sagen"."""
    said = set(_bare(clause).split())
    away = _set("ferie syg sygemeldt orlov barsel kursus fri sagen holiday leave sick away case ny new")
    return bool(said & away) and len(said) <= 7 and not said & OTHERS


def _speaks_of_colleague(clause: str) -> bool:
    said = _bare(clause).split()
    return len(said) <= 9 and said[0] in _set(
        "hun han det den jeg she he i hende ham vedkommende der som er har"
    )
