"""Does the owner decline? "Det må jeg ikke dele" is always a valid answer (docs/domain, Law)."""

import re
from collections.abc import Sequence
from typing import Final

from bot.answer import words as w
from bot.answer.reading import DATES, SEPARATORS, Token

_FILLERS: Final = frozenset(
    "desvaerre altsaa sgu jo faktisk bare simpelthen heller overhovedet da hej okay saa beklager sorry men slet "
    "unfortunately really just afraid but and og derfor fordi alligevel ja venligst godt helt".split()
)
_ACTS = (
    "dele|oplyse|udlevere|videregive|udtale|svare|hjaelpe|tage|loese|goere|klare|paatage|love|bidrage|medvirke|"
    "deltage|sige|"
    "gaa|komme|involvere|blande|efterkomme|opfylde|udfoere|loefte|acceptere|godkende|imoedekomme|bevilge|acceptere"
)
_OBJ = (
    "det|den|dem|dette|noget|os|mig|opgaven|sagen|oplysninger|oplysningerne|det her|den her|det videre|mere|her|"
    "noget om|opgaver"
)
_WHOSE = "min|mit|mine|vores|vort|noget for mig|noget for os|nogen for mig|noget jeg|noget vi"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # kan ikke · det kan jeg ikke · det kan vi ikke i SOF · det må jeg ikke dele
        rf"(?:det |den |dette |opgaven )?(?:kan|vil|maa|toer|goer) (?:jeg|vi|"
        rf"man) ikke(?: (?:{_ACTS}))?(?: (?:{_OBJ}|mig|os|med|om|til|ind i|paa|af|{_ACTS}))*(?: (?:i|hos|fra|"
        rf"som) \S+(?: \S+)?)?",
        r"(?:jeg |vi |man )?(?:kan|vil|maa|toer) ikke(?: (?:den|det|dem))?(?: (?:i|hos|fra) (?:os|[a-z]{2,4}))?",
        rf"(?:jeg |vi |man )?(?:kan|vil|maa|toer) ikke (?:{_ACTS})(?: (?:{_OBJ}|mig|os|med|om|til|paa|det|den|"
        rf"ind i))*(?: (?:i|hos) [a-z]{{2,4}})?",
        r"(?:jeg |vi )(?:goer|tager|deler) (?:det|den) ikke",
        r"(?:det |den )?(?:kan|vil) ikke lade sig goere(?: .{0,40})?|(?:det )?lader sig ikke goere|"
        r"(?:det )?kan ikke goeres|(?:det )?gaar ikke",
        r"(?:det )?er (?:ikke muligt|umuligt)(?: for (?:mig|os))?|ikke muligt|umuligt|ikke en mulighed",
        # not mine
        rf"(?:\S+ ){{0,3}}?(?:er )?ikke (?:{_WHOSE})(?: \S+){{0,4}}",
        r"(?:det )?(?:er|var) ikke (?:mig|os)(?: (?:der|som) (?:skal|har|tager|boer|burde|staar).{0,60})?|"
        r"ikke (?:mig|os)(?: der.{0,40})?",
        r"(?:det |den |sagen |opgaven )?(?:hoerer|ligger) ikke (?:under|til|hos|hjemme hos|ind under|i) \S+(?: \S+)?",
        r"(?:det )?er (?:uden for|udenfor) (?:mit|min|vores|vort) \S+",
        r"(?:det |den )?ligger (?:uden for|udenfor) (?:mit|min|vores|vort) \S+|det siger (?:jeg|vi) nej(?: tak)? til",
        r"(?:jeg |vi )?(?:melder|maa melde) (?:mig|os) ud|(?:jeg |vi )?(?:traekker|maa traekke) (?:mig|os)(?: ud|"
        r" tilbage)?",
        # no right to
        r".{0,60}\b(?:ikke|ingen|uden|mangler|ikke den fornoedne|ikke nogen) (?:nogen |den fornoedne |noget |"
        r"lov)?(?:lov|hjemmel|lovhjemmel|retsgrundlag|grundlag|bemyndigelse|mandat|ret)(?: .{0,60})?",
        r"(?:.{0,60} )?(?:har |er underlagt |paa grund af |pga |under |bundet af |min |"
        r"vores )?tavshedspligt(?:en)?(?: .{0,40})?",
        r"(?:.{0,40} )?(?:ikke|ingen|intet|mangler|manglende|uden) (?:noget |givet |faaet |deres |hendes |hans |"
        r"mors |skriftligt |et )?samtykke(?: .{0,40})?",
        r"(?:.{0,60} )?(?:oensker|vil) (?:det |den )?ikke(?: (?:have|modtage|give|vaere med|deltage|hjaelp|kontakt|"
        r"tilbuddet|moede|nogen hjaelp)(?: \S+){0,3})?",
        # backing out
        r"(?:jeg |vi |maa |desvaerre |jeg maa |vi maa |det maa jeg |her |saa )*(?:melder?|sige|siger|takker?|"
        r"takke) (?:jeg |vi )?(?:fra|pas|nej|nej tak)(?: til .{0,40}| tak| her| paa den| paa denne)?",
        r"(?:.{0,60} )?(?:siger|sagde|sagt|svarer|svarede|takker|takkede|says|said|say) (?:stadig |altsaa |klart |"
        r"pure |bestemt |begge |desvaerre )*(?:nej|no)(?: tak| thanks| thank you)?(?: til .{0,30}| to .{0,30})?",
        r"(?:jeg|vi) (?:opgiver|dropper)(?: (?:det|den|sagen|opgaven))?|(?:jeg |vi )?(?:giver|maa give|"
        r"har givet) op|(?:det |den )?(?:er )?(?:opgiver|opgivet|opgav|droppet)(?: (?:jeg|vi|det|den))*|(?:jeg|"
        r"vi) (?:opgiver|dropper|har opgivet|har droppet) (?:det|den)|(?:det |den )?(?:har|maa) (?:jeg|"
        r"vi) (?:opgivet|opgive|droppet|droppe)",
        r"(?:(?:den|det|sagen|opgaven|forslaget|aftalen) )?(?:er |blev |bliver |er blevet |"
        r"hermed )?(?:afvist|afvises|declined|rejected|refused|bortfalder|bortfaldet|irrelevant)(?: af .{0,40})?",
        r"(?:jeg |vi )?(?:afviser|afslaar|naegter|decline|refuse)(?: (?:det|den|opgaven|it|this|sagen))?",
        r"(?:.{0,50} )?(?:bliver|blev|blir) (?:alligevel |saa )*ikke til (?:noget|mere)(?: .{0,30})?",
        r"(?:.{0,30} )?ikke (?:laengere |mere )?(?:aktuelt?|relevant|noedvendigt?)(?: laengere| mere)?",
        r"❌|pas",
        # English
        r"(?:i |we |sorry i )?(?:cant|cannot|can not|wont|will not|am not able to|are not able to|am unable to|"
        r"unable to|not able to)(?: (?:do|help|take|share|handle|disclose|say|commit|help with|take on|"
        r"manage))*(?: (?:it|this|that|with|on|the task|so|any|information|about))*(?: (?:in|at) \S+)?",
        r"(?:its |that is |thats |this is |this isnt |its just )?(?:not|isnt) (?:my|our|mine|ours|up to me|up to us|"
        r"for me|for us|possible)(?: \S+){0,3}",
        r"(?:it )?(?:isnt|is not|not) possible",
        r"(?:i |we |im |were )?(?:am |are )?(?:not|arent|aint) (?:allowed|permitted|authorised|authorized|"
        r"entitled)(?: .{0,60})?|(?:i |we )?(?:may|must) not(?: (?:share|disclose|say|pass).{0,40})?",
        r"(?:i |we )?(?:have no|dont have the|dont have any|lack|have not the) (?:legal |lawful )*(?:basis|"
        r"authority|mandate|right|legal basis)(?: .{0,40})?|no legal (?:basis|authority)(?: .{0,40})?",
        r"(?:i |we )?(?:give up|gave up|am out|pass|have to decline|must decline|must pass|decline|opt out|im out|"
        r"ill pass)|im out|ill pass",
        r"(?:its |it is |that |it )?(?:not going to|wont|isnt going to|is not going to|will not) happen|"
        r"no longer (?:relevant|needed|necessary)",
        r"(?:no consent|without consent|confidentiality|duty of confidentiality)(?: .{0,40})?",
        r"(?:.{0,40} )?(?:refuses?|refused|dont want (?:it|to|help)|doesnt want (?:it|to|help))",
    )
)
# "Kan ikke i dag" is about a day, "kan ikke komme igennem" about a call: these words keep a refusal from being read.
_ABOUT_SOMETHING_ELSE: Final = frozenset(
    "endnu faa fat finde huske forstaa logge aabne se hoere lige nu foer igennem yet now find reach remember open hold"
    " get through today glemme helt".split()
)
_NOT_REFUSED: Final = frozenset("ikke aldrig hverken not never".split())


def refused(words: Sequence[Token]) -> bool:
    """Whether a clause of the answer declines the action."""
    clauses: list[list[str]] = [[]]
    for token in words:
        if (
            token.word in SEPARATORS
            or token.word in {"men", "but", "fordi", "because", "for_"}
            or (token.word in {"og", "saa", "and", "so"} and clauses[-1])
        ):
            clauses.append([])
        else:
            clauses[-1].append(token.word)
    return any(_refuses(clause) for clause in clauses if 0 < len(clause) <= 25)


def _refuses(clause: list[str]) -> bool:
    there = set(clause)
    if (
        there & DATES
        or there & (w.CONDITION | w.MAYBE | {"haaber", "frygter", "bange", "naar", "tror", "fear"})
        or there & _ABOUT_SOMETHING_ELSE
    ):
        return False
    kept = [word for word in clause if word not in _FILLERS and word != "PAST"]
    if len(kept) > 1 and kept[0] == "nej" and kept[1:] != ["tak"]:
        kept = kept[1:]
    core = " ".join(kept)
    found = [pattern for pattern in _PATTERNS if pattern.fullmatch(core)]
    if (
        re.search(r"\b(?:afvist|afvises|opgivet|opgiver|siger nej|sagt nej|giver op)\b", core)
        and there & _NOT_REFUSED
    ):
        return False
    return bool(found)
