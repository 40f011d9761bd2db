"""Who may know of one case beside its forum: followers and caseworkers, let in by the coordinator."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.commands import Also, Context, Problem, Reply, fold
from bot.commands.case_changes import changed, may_lead
from bot.directory import is_citizen
from bot.documents.lines import listed, with_agency
from bot.owed import Message, direct
from bot.programme import Person
from bot.storage.cases import Case

_PILL = re.compile("\ue002(@[^\ue003]{1,255})\ue003")
_MXID = re.compile(r"@[^\s:,;@]+:[\w.\-]+(?::\d+)?")
# "følger ikke @ali" was misspelled: then nobody is let in.
_ALMOST_NOT = re.compile(r"\s*(?:i+k+e*|ike?k?e?|ej|aldrig|ingen|nej|not?|never)\s+(?=\S)", re.IGNORECASE)
_FROM = re.compile(r"^\s*(?:,|fra|from|for|i|in|of)?\s*\(?([\w-]+)\)?[\s.!]*$", re.IGNORECASE)


def said_first(words: str) -> tuple[str, str] | None:
    """Who stands at the front of words, as it was typed, and the words behind: "@lene følger ikke"."""
    match = (
        _PILL.match(words.lstrip()) or _MXID.match(words.lstrip()) or re.match(r"@[\w.\-]+", words.lstrip())
    )
    return (match[0], words.lstrip()[match.end() :].strip()) if match else None


def follower(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Let somebody follow the case."""
    if (almost := _ALMOST_NOT.match(words)) is not None:
        own = f"{ctx.typed('case')} {row.code}"
        example = text.user_text(f"{own} stop {words[almost.end() :]}"[:200])
        raise Problem("problem-case-verb-near", word=text.user_text(almost[0].strip()), example=example)
    return _let_in(session, ctx, row, words, "follower")


def caseworker(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Make somebody the caseworker of an agency on the case, their own if none is said."""
    return _let_in(session, ctx, row, words, "caseworker")


def stop(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Let somebody know of the case no more."""
    may_lead(session, ctx, row)
    person, _ = _person(ctx, row, words, "stop")
    name = with_agency(ctx.access, person.user_id)
    if not ctx.cases(session).unfollow(row, person.user_id):
        return changed(ctx, row, "case-follows-not", name=name)
    said = changed(ctx, row, "case-unfollowed", name=name)
    return Reply(
        said.kind, said.template, also=_tell(session, ctx, row, person, "case-told-stop"), case=row.uid
    )


def _let_in(session: Session, ctx: Context, row: Case, words: str, role: str) -> Reply:
    may_lead(session, ctx, row)
    person, rest = _person(ctx, row, words, role)
    agency = _agency(ctx, row, rest, person, role)
    name = with_agency(ctx.access, person.user_id, agency)
    if is_citizen(person):
        raise Problem("problem-case-follower-citizen", name=text.user_text(person.name))
    if role == "caseworker" and agency is None:
        raise Problem("problem-case-caseworker-agency", name=name, code=row.code, prefix=ctx.prefix)
    if role == "follower" and ctx.access.knows_case(session, person, row):
        return changed(ctx, row, "case-knows-already", name=name)
    if not ctx.cases(session).follow(row, person.user_id, role, agency):
        return changed(ctx, row, _SAID[role][1], name=name)
    said = changed(ctx, row, _SAID[role][0], name=name)
    also = _tell(session, ctx, row, person, _SAID[role][2])
    return Reply(said.kind, said.template, also=also, case=row.uid)


# What is said of a new follower or caseworker, of one who was it already, and to them.
_SAID = {
    "follower": ("case-follower-set", "case-follower-already", "case-told-follower"),
    "caseworker": ("case-caseworker-set", "case-caseworker-already", "case-told-caseworker"),
}


def _tell(session: Session, ctx: Context, row: Case, person: Person, key: str) -> tuple[Also, ...]:
    """What somebody hears in direct messages of being let in, or not any more: what it means, and the code alone."""
    if person.user_id == ctx.person.user_id:
        return ()
    language = ctx.access.language(session, person.user_id)
    who = text.user_text(ctx.access.name(ctx.person.user_id))
    shown = text.t(language, key, code=row.code, who=who, prefix=ctx.prefix)
    # A message that speaks of a case implies it to who answers: only to those who may know of it.
    case = row.uid if ctx.access.may_hear_of_case(session, person.user_id, row) else None
    message = Message("case.changed", shown, notify=True, language=language, case=case)
    reason = f"case.told:{row.code}:{key}:{person.user_id}:{ctx.saying}"
    return (Also(reason, direct(person.user_id), message),)


def _agency(ctx: Context, row: Case, rest: str, person: Person, role: str) -> str | None:
    """The agency that words name, as the config spells it; else the person's own."""
    said = _FROM.match(rest) if rest.strip(" .!") else None
    if not rest.strip(" .!"):
        return person.agency
    known = list(ctx.access.settings.agencies)
    found = next((code for code in known if said and fold(code) == fold(said[1])), None)
    if found is None:
        raise Problem(
            "problem-case-agency",
            word=text.user_text(rest.strip()[:40]),
            agencies=", ".join(known),
            code=row.code,
            prefix=ctx.prefix,
        )
    return found if role == "caseworker" else person.agency


def _person(ctx: Context, row: Case, words: str, role: str) -> tuple[Person, str]:
    """Who is meant, among all configured people, and the words behind; Problem that says whom to write how."""
    example = f"{ctx.typed('case')} {row.code} {_WORDS[ctx.language][role]}"
    said = re.sub(r"^\s*(?:er|is|:|–|-)\s+", "", words).strip()
    for pattern in (_PILL, _MXID):
        match = pattern.match(said)
        if match is not None:
            user_id = match[1] if pattern is _PILL else match[0].rstrip(".:")
            found = ctx.access.person(user_id)
            if found is None:
                raise Problem("problem-case-stranger", name=text.user_text(user_id))
            return found, said[match.end() :]
    bare = said.removeprefix("@")
    if not bare:
        raise Problem("problem-case-who", example=example)
    if fold(bare).strip(" .!") in ("mig", "me", "jeg", "myself"):
        return ctx.person, ""
    return _called(ctx, bare, example)


def _called(ctx: Context, bare: str, example: str) -> tuple[Person, str]:
    names: dict[str, list[Person]] = {}
    for person in ctx.access.settings.people:
        called = {person.name, person.name.split()[0], *person.nicknames, person.user_id[1:].split(":")[0]}
        for words in {fold(word) for word in called}:
            names.setdefault(words, []).append(person)
    tokens = list(re.finditer(r"[^\s,;()]+", bare))[:6]
    for count in range(len(tokens), 0, -1):
        found = names.get(fold(" ".join(t[0] for t in tokens[:count])).rstrip(".:!"), [])
        rest = bare[tokens[count - 1].end() :]
        said = _FROM.match(rest) if rest.strip() else None
        if len(found) > 1 and said is not None:
            found = [p for p in found if p.agency and fold(p.agency) == fold(said[1])] or found
        if len(found) > 1:
            raise Problem("problem-case-several", names=_names(ctx, found), example=example)
        if found:
            return found[0], rest
    best = process.extractOne(fold(bare), list(names), scorer=fuzz.ratio, score_cutoff=65)
    shown = text.user_text(bare[:60])
    if best is None:
        raise Problem("problem-case-nobody", word=shown, example=example)
    raise Problem(
        "problem-case-near-name", word=shown, name=text.user_text(names[best[0]][0].name), example=example
    )


def _names(ctx: Context, people: Sequence[Person]) -> str:
    return listed(ctx.access, [person.user_id for person in people])


_WORDS = {
    "da": {"follower": "følger @ali", "caseworker": "sagsbehandler @ali SOF", "stop": "stop @ali"},
    "en": {"follower": "follower @ali", "caseworker": "caseworker @ali SOF", "stop": "stop @ali"},
}
