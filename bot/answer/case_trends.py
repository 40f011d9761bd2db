"""How the three parameters of a case go, in free words: "skole bedre, job det samme, hjemme værre" (docs/domain).

Nothing is read that was not said: "ikke bedre" is no trend, "godt" says how it is and not how it goes, and a
parameter that nobody names stays open, unless "resten" or "alle tre" covers it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.answer import case_words
from bot.answer.reading import fold

PARAMETERS: Final = ("work", "social", "education")


@dataclass(frozen=True)
class Goes:
    """What was read; `pure` if the words say nothing else."""

    trends: Mapping[str, str] = field(default_factory=dict)
    pure: bool = False


_MORE_PARAMETERS: Final = {
    "work": "fritidsjobbet lommepengejob laereplads laerepladsen praktikken praktikplads "
    "praktikpladsen jobsoegning beskaeftigelsen",
    "social": "hjemme derhjemme hjemmet familie familien familiemaessigt privat privatliv netvaerk socialt sociale "
    "sociallivet fritid fritiden home family kammerater vennerne venner",
    "education": "skolen skole klassen fremmoede undervisningen lektier stu hf gymnasiet ungdomsuddannelse class",
}  # fmt: skip
_EXTRA: Final = {word: name for name, words in _MORE_PARAMETERS.items() for word in words.split()}
_TRENDS: Final = {
    "better": "fremskridt bedring bedret forbedrer forbedres forbedringer opad rykker_ opadgaaende opgang "
    "frem better improves upward upwards progressing",
    "same": "uaendrede uforandrede uaendret stagnerer stagneret stagnation ligesaadan ligesaa uforandret stabile "
    "flat plateau",
    "worse": "forvaerres forvaerrer forvaerringer nedad nedadgaaende nedgang bagud tilbagefald forringet forringes "
    "worsens worsening deteriorating deteriorated downward",
}  # fmt: skip
_EXTRA_TRENDS: Final = {word: name for name, words in _TRENDS.items() for word in words.split()}
_ARROWS: Final = {
    **dict.fromkeys("↑⬆↗📈🔼👆", "better"),
    **dict.fromkeys("→➡↔⏸▶", "same"),
    **dict.fromkeys("↓⬇↘📉🔽👇", "worse"),
}
_SIGNS: Final = {"+": "better", "=": "same", "-": "worse", "–": "worse", "±": "same"}
_REST: Final = frozenset("resten rest ellers andet andre others otherwise oevrige oevrigt remaining".split())
_EVERY: Final = frozenset(
    "alt alting alle tre overalt everything all three everywhere linjen bredt generelt begge hele".split()
)
_BESIDE: Final = frozenset(
    "det den der er gaar har vaeret blevet bliver i paa med for om og men mens samt ogsaa lidt meget klart smule en "
    "smule tydelig tydeligt stor stort god godt_ noget nok naesten stadig fortsat stille roligt end foer sidst siden "
    "som de vi jeg synes mener ser ud til at har vist af den del saa hos her nu over helt hele linjen parametre "
    "parametrene punkter punkterne omraader omraaderne fronter andet siger du sagt gang han hun ham hende drengen "
    "pigen situationen status hvad angaar i forhold til "
    "is are it its going has been at in on with for and but while also a bit little lot much clearly somewhat still "
    "than before since last the of so here now across board areas parameters a an things goes getting gets got become "
    "1 2 3 status tak hej mvh ja fint kort sagt".split()
)
_NOT: Final = frozenset("ikke ej aldrig hverken not isnt arent hardly naeppe ingen no uden without".split())
_HARD: Final = re.compile(r"[,;.!\n|/]+|(?<=\s)[–—](?=\s)|\s+(?:men|mens|but|while)\s+", re.IGNORECASE)
_SOFT: Final = re.compile(r"\s+(?:og|samt|and|&)\s+", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[↑⬆↗📈🔼👆→➡↔⏸▶↓⬇↘📉🔽👇]|[+=±–-](?=\s|$|[,;.])|\?")
_BULLET: Final = re.compile(r"(?m)^\s*(?:[-–•*]|\d[.)])\s+(?=\w)")
_THREE: Final = re.compile(r"[\s,/]*([-+=±–↑⬆↗📈🔼👆→➡↔⏸▶↓⬇↘📉🔽👇])" * 3 + r"[\s,.!]*")


@dataclass
class _Part:
    parameters: list[str] = field(default_factory=list)
    trend: str | None = None
    void: bool = False
    rest: bool = False
    every: bool = False
    trends: list[str] = field(default_factory=list)
    odd: int = 0


def trends(words: str) -> Goes:
    """How the parameters go, by name ("work", "social", "education"), as "better", "same" or "worse". Never raises."""
    words = words[:2_000].replace("\ufe0f", "").replace("\ufe0e", "")
    if "?" in words:
        return Goes()
    three = _THREE.fullmatch(words)
    if three:
        signs = [(_ARROWS | _SIGNS)[sign] for sign in three.groups()]
        return Goes(dict(zip(PARAMETERS, signs, strict=True)), pure=True)
    words = _BULLET.sub("", words)
    hard = [
        [made for piece in _SOFT.split(part) for made in _parts(piece)]
        for part in _HARD.split(words)
        if part.strip()
    ]
    groups = [_joined(parts) for parts in hard]
    parts = [part for group in groups for part in group]
    found = _assigned(parts)
    told = [t for part in parts for t in part.trends]
    named = any(part.parameters or part.rest for part in parts)
    void = any(part.void for part in parts)
    odd = sum(part.odd for part in parts)
    # "han har det bedre" tells how he is, and of none of the three.
    whom = re.search(r"(?i)\b(?:han|hun|he|she|drengen|pigen)\b", words)
    if not named and whom:
        return Goes()
    if not named and not void and len(told) == 3 and odd == 0 and len([p for p in parts if p.trends]) == 3:
        return Goes(dict(zip(PARAMETERS, told, strict=True)), pure=True)
    if not named and not void and len(set(told)) == 1 and odd == 0:
        return Goes(dict.fromkeys(PARAMETERS, told[0]), pure=True)
    if not found:
        return Goes()
    return Goes(found, pure=odd == 0 and not void)


def _joined(parts: list[_Part]) -> list[_Part]:
    """The pieces between "og": one trend is said of all the parameters around it."""
    told = [part for part in parts if part.trend or part.void]
    if len(told) != 1:
        return parts
    one = _Part(trend=told[0].trend, void=told[0].void, trends=told[0].trends)
    for part in parts:
        one.parameters += part.parameters
        one.rest, one.every, one.odd = one.rest or part.rest, one.every or part.every, one.odd + part.odd
    return [one]


def _assigned(parts: list[_Part]) -> dict[str, str]:
    """Each parameter with the trend of its own piece, else of the next one that has any, else of the one before."""
    found: dict[str, str] = {}
    rest: str | None = None
    for i, part in enumerate(parts):
        if part.void:
            continue
        trend = part.trend
        if trend is None and part.parameters and not part.odd:
            after = next((p for p in parts[i + 1 :] if p.trend or p.void), None)
            before = next((p for p in reversed(parts[:i]) if p.trend or p.void), None)
            near = after or before
            trend = near.trend if near is not None and not near.void and not near.odd else None
        if trend is None:
            continue
        if part.rest:
            rest = trend
            continue
        if part.every and not part.parameters:
            for name in PARAMETERS:
                found.setdefault(name, trend)
        for name in part.parameters:
            found[name] = trend
    if rest is not None:
        for name in PARAMETERS:
            found.setdefault(name, rest)
    return found


def _parts(piece: str) -> list[_Part]:  # noqa: PLR0912 - one pass over the words, a branch for each kind
    """A piece without "og": one part, or several where one pair follows the other: "job ↑ skole ↓"."""
    said = [token if token in _ARROWS or token in _SIGNS else fold(token) for token in _TOKEN.findall(piece)]
    made = _Part()
    done: list[_Part] = []
    negated = trend_first = False
    i = 0
    while i < len(said):
        for size in (4, 3, 2, 1):
            span = said[i : i + size]
            if len(span) < size:
                continue
            trend = _trend(span, last=_ends(said[i + size :]), named=bool(made.parameters))
            name = _parameter(span) if trend is None else None
            if trend is not None:
                if made.trend is not None and made.parameters and trend_first:
                    done.append(made)
                    made = _Part()
                trend_first = trend_first if made.trend else not made.parameters
                if negated:
                    made.void = True
                else:
                    made.trends.append(trend)
                    made.void = made.void or (made.trend is not None and made.trend != trend)
                    made.trend = made.trend or trend
                negated = False
            elif name is not None:
                if made.trend is not None and made.parameters and not trend_first:
                    done.append(made)
                    made = _Part()
                if name not in made.parameters:
                    made.parameters.append(name)
            else:
                continue
            i += size
            break
        else:
            word = said[i]
            if word in _NOT:
                negated = True
            elif word in _REST:
                made.rest = True
            elif word in _EVERY:
                made.every = True
            elif word not in _BESIDE and word not in ("-", "–", "+", "="):
                made.odd += 1
            i += 1
    if negated and made.trend is None:
        made.odd += 1
    return [*done, made]


def _ends(rest: list[str]) -> bool:
    """Whether nothing, or the next parameter, follows a sign."""
    return not rest or _parameter(rest[:1]) is not None


def _trend(span: list[str], *, last: bool, named: bool) -> str | None:
    one = span[0] if len(span) == 1 else ""
    if one in _ARROWS:
        return _ARROWS[one]
    if one in _SIGNS:
        return _SIGNS[one] if last and named else None
    if one in _EXTRA_TRENDS:
        return _EXTRA_TRENDS[one]
    if one == "tilbage" or one in ("op", "ned", "up", "down", "still"):
        return case_words.trend(one) if last else None
    return case_words.trend(" ".join(span))


def _parameter(span: list[str]) -> str | None:
    if len(span) == 1 and span[0] in _EXTRA:
        return _EXTRA[span[0]]
    return case_words.parameter(" ".join(span))
