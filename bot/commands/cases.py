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
    look_up,
    registry,
    run,
)
from bot.commands import case_changes as changes
from bot.commands import case_people as people
from bot.commands import case_state as state
from bot.commands.case_hints import hint
from bot.commands.case_places import code_at, implied, the_case
from bot.commands.case_shown import KIND, history, listed_cases, plan, show
from bot.documents.digest import forum_name
from bot.documents.lines import when
from bot.meetings import next_meeting
from bot.owed import Message, owe_edit
from bot.owed import forum as forum_target
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Forum

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
    Verb("følger, følg, følgere, fulgt af", "follower, follow, follows", people.follower, ("@ali", "@ali")),
    Verb(
        "sagsbehandler, sagsbehandlere",
        "caseworker, caseworkers",
        people.caseworker,
        ("@ali SOF", "@ali SOF"),
    ),
    Verb("stop, fjern, ikke følger", "stop, remove, unfollow", people.stop, ("@ali", "@ali")),
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
    Verb(*erasing.ARCHIVED, erasing.archived, ("K7F2-9QXM", "K7F2-9QXM")),
)
_LONGEST_VERB = 3
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
        return _open(session, ctx, rest)
    if (made := erasing.in_front(session, ctx, first, rest)) is not None:
        return made
    if not words.strip():
        about = ctx.about_case
        return show(session, ctx, about, "") if about is not None else listed_cases(session, ctx, "open", 1)
    for name, known in _LISTS.items():
        if first in known:
            return listed_cases(session, ctx, name, _page(words))
    coded = code_at(words, ctx)[0] is not None or first.lstrip("#")[:1].isdigit()
    if not coded and implied(session, ctx) is None:
        raise _no_case(ctx, words)
    example = _info("case").examples(ctx.language, ctx.prefix)[2]
    found, said = the_case(session, ctx, words, example, number=True)
    return _about(session, ctx, found, said) if said else show(session, ctx, found, "")


def _info(name: str) -> CommandInfo:
    info = look_up(name)
    if info is None:
        raise RuntimeError(f"no command {name}")
    return info


def _page(words: str) -> int:
    found = re.search(r"\b(\d{1,4})\s*$", words)
    return max(1, int(found[1])) if found else 1


def _no_case(ctx: Context, words: str) -> Problem:
    """No code, and nothing that a case is spoken of by: a verb without its case, or a subject without "ny"."""
    if _verb(words) is not None:
        return Problem(
            "problem-case-which", example=f"{ctx.prefix}{_info('case').verb(ctx.language)} HS-26-014"
        )
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
    word = re.match(r"[\w-]+", said)
    other = look_up(word[0]) if word else None
    if word is not None and other is not None and other.family == "cases" and other.name != "case":
        # "!sag 14 luk flyttet" is "!luk HS-26-014 flyttet".
        line = f"{ctx.prefix}{word[0]} {row.code} {said[word.end() :].strip(' :')}"
        return run(session, ctx, line.strip())[1]
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


def _unknown_verb(ctx: Context, row: Case, said: str) -> Problem:
    """The nearest of what can be said about a case, with an example to copy."""
    word = said.split(maxsplit=1)[0][:40]
    others = {fold(name): info for info in _others() for name in info.names[ctx.language]}
    known = [*_phrases(), *others]
    best = process.extractOne(fold(word), known, scorer=fuzz.ratio, score_cutoff=72)
    own = f"{ctx.prefix}{_info('case').verb(ctx.language)} {row.code}"
    if best is None:
        first = ", ".join(
            [verb.first(ctx.language) for verb in VERBS] + [info.verb(ctx.language) for info in _others()]
        )
        return Problem("problem-case-verb", word=text.user_text(word), verbs=first, own=own)
    named = _phrases().get(best[0])
    meant = named.shown(ctx.language) if named is not None else others[best[0]].verb(ctx.language)
    return Problem("problem-case-verb-near", word=text.user_text(word), example=f"{own} {meant}")
