"""Cases (sager): open one, list them, and everything that is said behind a case's code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.commands import (
    Also,
    CommandInfo,
    Context,
    Problem,
    Reply,
    Rest,
    command,
    erasing,
    fold,
    guess,
    look_up,
    registry,
    run,
)
from bot.commands import case_changes as changes
from bot.commands import case_people as people
from bot.commands import case_state as state
from bot.commands.case_hints import hint
from bot.commands.case_places import code_at, code_last, implied, named, short_code, the_case
from bot.commands.case_shown import KIND, history, listed_cases, plan, show
from bot.documents.digest import forum_name
from bot.documents.lines import when
from bot.meetings import next_meeting
from bot.owed import Message, owe_edit
from bot.owed import forum as forum_target
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Forum

_REOPENS = frozenset({"aabn", "open"})
_SAG = re.compile(
    r"^([^\d@]{2,40}?)\s+(?:(?:sag(?:en)?|(?:the )?case|nr\.?|no\.?)\s+)+(?=#?[\w-]*\d)", re.IGNORECASE
)
_AGAIN = re.compile(r"(?:(?:igen|again)\s+)?(?:sag(?:en)?\s+|case\s+)?", re.IGNORECASE)
_NEW = frozenset({"ny", "nyt", "nye", "opret", "aabn", "new", "open", "create"})
_LISTS = {
    "closed": ("lukkede", "lukket", "afsluttede", "afsluttet", "closed"),
    "all": ("alle", "alt", "all"),
    "open": ("aabne", "side", "page", "liste", "list"),
}
_URGENT = re.compile(
    r"^\s*(?:haster|hastesag|urgent)\s*(?:[:,–-]\s*|[.!]*\s*$)|[\s,;(–-]+(?:haster|hastesag|urgent)\)?[.!]*\s*$",
    re.IGNORECASE,
)

Done = Callable[[Session, Context, Case, str], Reply]


@dataclass(frozen=True)
class Verb:
    """What is said behind a case's code: its words in each language, joined by comma, the first shown; what it does.

    `example`: what may follow the words, in Danish and English.
    """

    da: str
    en: str
    does: Done
    example: tuple[str, str] = ("", "")

    def words(self) -> list[str]:
        """All its words."""
        return [*self.da.split(", "), *self.en.split(", ")]

    def first(self, language: str) -> str:
        """The words that are shown."""
        return (self.da if language == "da" else self.en).split(", ")[0]

    def shown(self, language: str) -> str:
        """The words to type, with an example of what follows them."""
        return f"{self.first(language)} {self.example[language != 'da']}".strip()


VERBS = (
    Verb("plan, handleplan, handlingsplan, planen", "plan, action plan", plan),
    Verb(
        "mål, mal, målet, nyt mål, sæt mål",
        "goal, goals, aim, set goal",
        changes.goal,
        ("skole i skole hver dag", "school at school every day"),
    ),
    Verb(
        "trend, udvikling, tendens, det går",
        "trend, progress",
        changes.trend,
        ("social fremgang", "social better"),
    ),
    Verb(
        "emne, handler om, beskriv, tekst, omdøb",
        "subject, about, describe, rename",
        changes.subject,
        ("skolefravær", "absence from school"),
    ),
    Verb("haster, hastesag, haster nu", "urgent, rush", changes.urgent),
    Verb(
        "haster ikke, ikke haster, haster ikke mere, haster ikke længere, haster nej",
        "not urgent, no rush, urgent no",
        changes.not_urgent,
    ),
    Verb(
        "beslægtet, beslægtede, beslægtet med, hænger sammen med, hører sammen med",
        "related, related to, relate, relate to",
        changes.related,
        ("HS-26-009", "HS-26-009"),
    ),
    Verb(
        "ikke beslægtet, ikke beslægtet med, ikke beslægtede",
        "not related, unrelated, not related to",
        changes.unrelated,
        ("HS-26-009", "HS-26-009"),
    ),
    Verb(
        "følger, følg, følgere, fulgt af, følges af, skal følges af",
        "follower, follow, follows",
        people.follower,
        ("@ali", "@ali"),
    ),
    Verb(
        "sagsbehandler, sagsbehandlere",
        "caseworker, caseworkers",
        people.caseworker,
        ("@ali SOF", "@ali SOF"),
    ),
    Verb(
        "stop, fjern, ikke følger, følger ikke, følg ikke, følger ikke længere, følger ikke mere, skal ikke følge, "
        "skal ikke følges af, følges ikke af, ikke følge, ikke følg, afmeld, ikke sagsbehandler, sagsbehandler ikke",
        "stop, remove, unfollow, not follow, not follower, does not follow, no longer follows, not following, "
        "is not following, stop following, "
        "not caseworker",
        people.stop,
        ("@ali", "@ali"),
    ),
    Verb(
        "opfølgning, følges op, følg op, opfølges",
        "follow-up, follow up, followup",
        state.follow_up,
        ("1/12", "1 December"),
    ),
    Verb("fulgt op, er fulgt op, opfulgt, taget op", "followed up, taken up", state.followed),
    Verb(
        "dagsorden, dagsordenen, på dagsordenen, nominer, næste møde",
        "agenda, on the agenda, nominate, next meeting",
        changes.nominate,
    ),
    Verb("historik, historie, forløb, log", "history", history),
    Verb(*erasing.ERASE, erasing.erase),
    Verb(*erasing.HOLD, erasing.hold, ("klagesag", "complaint")),
    Verb(*erasing.LET_GO, erasing.let_go),
    Verb(*erasing.ARCHIVED, erasing.archived, ("K7F2-9QXM", "K7F2-9QXM")),
)
_LONGEST_VERB = 4
_PLAN_B = re.compile(r"\s*plan[ -]?b\b[\s:,]*", re.IGNORECASE)


@command("case", da=("sag", "sager"), en=("cases",), family="cases")
def case(session: Session, ctx: Context, words: Rest) -> Reply:
    """Open a case, list the cases here, show one, or say something about it behind its code.

    da: Åbn en sag, se sagerne her, eller se og ret én: mål, udvikling, plan, hvem der følger den.
        !sag ny skolefravær, familien mangler kontakt
        !sag
        !sag HS-26-014
        !sag HS-26-014 plan
        !sag HS-26-014 mål skole i skole fire dage om ugen
        !sag HS-26-014 trend social fremgang
        !sag HS-26-014 beslægtet HS-26-009
        !sag HS-26-014 sagsbehandler @ali
        !sag HS-26-014 dagsorden
        !sag slet HS-26-014
    en: Open a case, see the cases here, or see and change one: goals, trend, plan, who follows it.
        !case new absence from school, the family lacks a contact
        !case
        !case HS-26-014
        !case HS-26-014 plan
        !case HS-26-014 goal school at school four days a week
        !case HS-26-014 trend social better
        !case HS-26-014 related HS-26-009
        !case HS-26-014 caseworker @ali
        !case HS-26-014 agenda
        !case erase HS-26-014
    """
    first, rest = changes.first_word(words)
    if first in _NEW:
        again = _AGAIN.match(rest)
        if first in _REOPENS and again is not None and code_at(rest[again.end() :], ctx)[0] is not None:
            return run(session, ctx, f"{ctx.prefix}reopen {rest[again.end() :]}")[1]
        return _open(session, ctx, rest)
    if not words.strip():
        about = ctx.about_case
        return show(session, ctx, about, "") if about is not None else listed_cases(session, ctx, "open", 1)
    for name, known in _LISTS.items():
        if first in known:
            return listed_cases(session, ctx, name, _page(words))
    coded = code_at(words, ctx)[0] is not None or first.lstrip("#")[:1].isdigit()
    if not coded and (made := _verb_in_front(session, ctx, words)) is not None:
        return made
    if not coded and implied(session, ctx) is None:
        raise _no_case(session, ctx, words)
    example = registry()["case"].examples(ctx.language, ctx.prefix)[2]
    found, said = the_case(session, ctx, words, example, number=True)
    return _about(session, ctx, found, said) if said else show(session, ctx, found, "")


def _page(words: str) -> int:
    found = re.search(r"\b(\d{1,4})\s*$", words)
    return max(1, int(found[1])) if found else 1


def _verb_in_front(session: Session, ctx: Context, words: str) -> Reply | None:
    """What is said in front of the case's code, or with the code last: "!sag slet HS-26-014", "!sag bero 1 til fredag".

    None where no case is named: then the one spoken of here is meant, if there is one.
    """
    words = _SAG.sub(r"\1 ", words)  # "slet sagen 14"
    found = _verb(words)
    other = _other(words)
    if found is None and other is not None and _PLAN_B.match(words) is None:
        if implied(session, ctx) is not None and not _named_first(ctx, other[1], short=False):
            return None  # in a case's thread "luk flyttet" is about that case
        return run(session, ctx, f"{ctx.prefix}{other[0]} {other[1]}".strip())[1]
    if found is None:
        return None
    verb, rest = found
    alone = verb.does in erasing.DOES or implied(session, ctx) is None
    if _named_first(ctx, rest, short=alone):
        row, said = the_case(session, ctx, rest, "", number=True)
        return verb.does(session, ctx, row, said)
    code, before = code_last(rest, ctx) if alone else (None, "")
    return verb.does(session, ctx, named(session, ctx, code), before) if code is not None else None


def _named_first(ctx: Context, words: str, *, short: bool) -> bool:
    """Whether words begin with a case's code; `short`: its number alone is one too."""
    return code_at(words, ctx)[0] is not None or (short and short_code(words, ctx)[0] is not None)


def _other(said: str) -> tuple[str, str] | None:
    """The name of another command about cases that words begin with ("luk", "bero"), and the words behind it."""
    word = re.match(r"[\w-]+", said.strip())
    info = look_up(word[0]) if word else None
    if word is None or info is None or info.family != "cases" or info.name == "case":
        return None
    return word[0], said.strip()[word.end() :].strip(" :,;")


def _no_case(session: Session, ctx: Context, words: str) -> Problem:
    """No code, and nothing that a case is spoken of by: a verb without its case, or a subject without "ny"."""
    own = ctx.typed("case")
    code = f"{ctx.access.settings.general.case_prefix}-26-014"
    first, rest = changes.first_word(words)
    if _named_first(ctx, rest, short=_nearest(ctx, first) is not None):
        row, said = the_case(session, ctx, rest, "", number=True)
        return _unknown_verb(ctx, row, f"{words.split(maxsplit=1)[0]} {said}".strip())
    verb = _verb(words)
    meant = verb[0] if verb is not None else None if rest else _nearest(ctx, first)
    if isinstance(meant, CommandInfo):
        return Problem("problem-case-which", example=f"{ctx.prefix}{meant.verb(ctx.language)} {code}")
    if meant is not None and meant.does in erasing.DOES:
        said = f"{meant.first(ctx.language)} {code} {meant.example[ctx.language != 'da']}"
        return Problem("problem-case-which", example=f"{own} {said}".strip())
    if meant is not None:
        return Problem("problem-case-which", example=f"{own} {code} {meant.shown(ctx.language)}")
    short = " ".join(words.split())[:80]
    return Problem("problem-case-unclear", words=text.user_text(short), prefix=ctx.prefix)


# --- opening


def _open(session: Session, ctx: Context, words: str) -> Reply:
    forum = _opening_forum(session, ctx)
    urgent = _URGENT.search(words) is not None
    said = changes.checked(ctx, _URGENT.sub("", words).strip(" \t\n,;:–-"), "problem-case-empty")
    row = ctx.cases(session).open(forum, said, urgent=urgent)
    elsewhere = ctx.place.forum is None or ctx.place.forum.uid != forum.uid
    lines = _opened(session, ctx, row, forum, ctx.language)
    suggestion = hint(session, ctx, said, row)
    lines += (
        [ctx.say("case-opened-in", forum=text.user_text(forum_name(ctx.access, forum)))] if elsewhere else []
    )
    lines += [suggestion] if suggestion else []
    also = (_tell_room(session, ctx, row, forum),) if elsewhere else ()
    return Reply("case.opened", "\n".join(lines), also=tuple(filter(None, also)), case=row.uid)


def _opened(session: Session, ctx: Context, row: Case, forum: Forum, language: str) -> list[str]:
    """What is said of a new case: its code, what it is about, and what happens next."""
    head = text.t(language, "case-opened", code=row.code, words=text.text_ref(row.text_uid or ""))
    head += f" · **{text.t(language, 'case-urgent')}**" if row.urgent else ""
    following = next_meeting(session, ctx.access, forum, ctx.at)
    day = when(ctx.access, following.start, language, ctx.at) if following else None
    after = (
        text.t(language, "case-opened-next", day=day) if day else text.t(language, "case-opened-next-unknown")
    )
    return [head, after]


def _tell_room(session: Session, ctx: Context, row: Case, forum: Forum) -> Also | None:
    """What the forum's room hears of a case that was opened elsewhere; when its words are edited, the same message."""
    room = queries.forum_room(session, forum.uid)
    place = ctx.access.place(session, room) if room is not None else None
    if place is None:
        return None
    language = ctx.access.language(session, None, place)
    who = text.user_text(ctx.access.name(ctx.person.user_id))
    lines = [*_opened(session, ctx, row, forum, language), text.t(language, "case-opened-by", who=who)]
    message = Message("case.opened", "\n".join(lines), language=language, case=row.uid)
    reason = f"case.opened:{row.code}"
    told = queries.outbox_by_reason(session, reason)
    if told is not None:
        owe_edit(session, told, f"{reason}:{ctx.saying}", message, now=ctx.heard or ctx.at)
        return None
    return Also(reason, forum_target(forum.uid), message)


def _opening_forum(session: Session, ctx: Context) -> Forum:
    """The progress group that a new case belongs to: the room's, or in direct messages the only one one is in."""
    here = ctx.place.forum
    order = [room.room for room in ctx.access.settings.rooms]
    inside = [f for f in ctx.access.forums_inside(session, ctx.person.user_id) if f.kind == KIND]
    inside.sort(key=lambda f: order.index(f.config_room) if f.config_room in order else len(order))
    if here is not None and here.kind == KIND:
        return here
    if here is None and len(inside) == 1:
        return inside[0]
    names = ", ".join(text.user_text(forum_name(ctx.access, each)) for each in inside)
    if not names:
        raise Problem("problem-case-new-nowhere", prefix=ctx.prefix)
    raise Problem("problem-case-new-where", forums=names, prefix=ctx.prefix)


# --- what is said behind a code


def _about(session: Session, ctx: Context, row: Case, said: str) -> Reply:
    if (second := _PLAN_B.match(said)) is not None:
        # "!sag 14 plan b 1 støtteperson hjemme" is "!planb 1 støtteperson hjemme".
        return run(session, ctx, f"{ctx.prefix}planb {said[second.end() :]}".strip())[1]
    found = _verb(said)
    if found is not None:
        verb, rest = found
        return verb.does(session, ctx, row, rest)
    if (other := _other(said)) is not None:
        # "!sag 14 luk flyttet" is "!luk HS-26-014 flyttet".
        return run(session, ctx, f"{ctx.prefix}{other[0]} {row.code} {other[1]}".strip())[1]
    if (who := people.said_first(said)) is not None and (found := _verb(who[1])) is not None:
        verb, rest = found  # "@lene følger ikke" is "følger ikke @lene"
        if verb.does in (people.follower, people.caseworker, people.stop):
            return verb.does(session, ctx, row, f"{who[0]} {rest}".strip())
    raise _unknown_verb(ctx, row, said)


def _others() -> list[CommandInfo]:
    """The other commands about cases: they are understood behind a code as well."""
    return [info for info in registry().values() if info.family == "cases" and info.name != "case"]


@cache
def _phrases() -> dict[str, Verb]:
    return {fold(words): verb for verb in VERBS for words in verb.words()}


def _verb(said: str) -> tuple[Verb, str] | None:
    """The verb that words begin with, the longest there is, and the words behind it."""
    words = list(re.finditer(r"[^\s:,;]+", said))[:_LONGEST_VERB]
    for count in range(len(words), 0, -1):
        phrase = fold(" ".join(match[0] for match in words[:count])).rstrip(".!?")
        verb = _phrases().get(phrase)
        if verb is not None:
            return verb, said[words[count - 1].end() :].strip(" \t\n:,;–")
    return None


@guess
def _meant_case(ctx: Context, word: str, rest: str) -> Problem | None:
    """ "!hold HS-26-014 klagesag" is "!sag hold HS-26-014 klagesag", written as a command of its own."""
    found = _verb(f"{word} {rest}")
    coded = code_at(found[1], ctx)[0] is not None if found is not None else False
    if found is None or not (coded or (found[0].does in erasing.DOES and not rest.strip())):
        return None
    said = rest.strip() if coded else f"{ctx.access.settings.general.case_prefix}-26-014"
    example = text.user_text(f"{ctx.typed('case')} {word} {said}"[:200])
    return Problem(
        "problem-near-command",
        word=text.user_text(word[:40]),
        meant=text.user_text(f"{ctx.typed('case')} {word[:40]}"),
        example=example,
    )


def _unknown_verb(ctx: Context, row: Case, said: str) -> Problem:
    """The nearest of what can be said about a case, with an example to copy."""
    word = said.split(maxsplit=1)[0][:40]
    meant = _nearest(ctx, word)
    own = f"{ctx.typed('case')} {row.code}"
    if meant is None:
        first = ", ".join(
            [verb.first(ctx.language) for verb in VERBS] + [info.verb(ctx.language) for info in _others()]
        )
        return Problem("problem-case-verb", word=text.user_text(word), verbs=first, own=own)
    shown = meant.shown(ctx.language) if isinstance(meant, Verb) else meant.verb(ctx.language)
    return Problem("problem-case-verb-near", word=text.user_text(word), example=f"{own} {shown}")


def _nearest(ctx: Context, word: str) -> Verb | CommandInfo | None:
    """What can be said about a case that a misspelled word most likely meant."""
    others = {fold(name): info for info in _others() for name in info.names[ctx.language]}
    known = [*_phrases(), *others]
    best = process.extractOne(fold(word), known, scorer=fuzz.ratio, score_cutoff=72)
    return (_phrases().get(best[0]) or others[best[0]]) if best is not None else None
