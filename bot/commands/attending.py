"""Who is meant as present or absent: people, partners, agencies by their code, guests by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot import text
from bot.access import is_citizen
from bot.commands import Context, Problem, fold
from bot.commands.people import People
from bot.documents.lines import with_agency
from bot.storage.models import Forum, new_uid

_BETWEEN = re.compile(r"\s*(?:[,;+&\n]|\bog\b|\band\b)\s*", re.IGNORECASE)
_GUEST = re.compile(r"(?:gæst|gaest|guest)(?:en|er)?\s*:?\s+(.+)", re.IGNORECASE)
_LONGEST = 120
_MOST = 60


@dataclass(frozen=True)
class Attendee:
    """Somebody at a meeting: who as attendance names them, their agency, a guest's name."""

    who: str
    agency: str | None = None
    name: str = ""


def attendees(
    session: Session, ctx: Context, forum: Forum, words: str, *, reason: bool = False
) -> list[Attendee]:
    """Whom words name; nobody named is the person themselves.

    `reason`: words that name nobody are why somebody does not come, and are not kept. Raises Problem for a name that
    nobody here has. A citizen speaks for themselves only.
    """
    myself = Attendee(ctx.person.user_id, ctx.person.agency)
    said = words.strip(" .!")
    if not said:
        return [myself]
    people = People(session, ctx, forum)
    found: list[Attendee] = []
    parts = [part for part in _BETWEEN.split(said) if part.strip()][:_MOST]
    for index, part in enumerate(parts):
        each = _one(people, part.strip(" .!"))
        if each is None:
            if reason and not found and not _like_a_name(people, part):
                return [myself]
            if reason and index:
                break  # "Lene, hun er syg"
            near = people.nearest(part) if len(part.split()) <= 3 else None
            shown = {"word": text.user_text(part[:60]), "prefix": ctx.prefix}
            if near is None:
                raise Problem("problem-attendee", **shown)
            raise Problem("problem-attendee-near", name=text.user_text(ctx.access.name(near)), **shown)
        found += each
    if is_citizen(ctx.person) and any(each.who != ctx.person.user_id for each in found):
        raise Problem("problem-attendee-citizen", prefix=ctx.prefix)
    return list({each.who: each for each in found}.values())


def _one(people: People, part: str) -> list[Attendee] | None:
    guest = _GUEST.fullmatch(part)
    if guest is not None:
        return [Attendee(f"guest:{new_uid()}", None, guest[1].strip()[:_LONGEST])]
    code = people.agency(part.removeprefix("@"))
    if code is not None:
        return [Attendee(f"agency:{code}", code)]
    agency = next((c for c, a in people.access.settings.agencies.items() if fold(a.name) == fold(part)), None)
    if agency is not None:
        return [Attendee(f"agency:{agency}", agency)]
    named = people.whole(part)
    if named is None:
        return None
    if named.problem is not None:
        raise named.problem
    return [Attendee(each.person, people.access.agency_of(each.person)) for each in named.owners]


def _like_a_name(people: People, part: str) -> bool:
    """Whether a part that names nobody may well be meant as a name: short, and near to one or written like one."""
    words = part.split()
    if len(words) > 3:
        return False
    return people.nearest(part) is not None or all(word[:1].isupper() for word in words)


def names_line(ctx: Context, people: Sequence[Attendee]) -> str:
    """Who they are: "Lene Holm (BUF), politi"."""
    return ", ".join(_name(ctx, each) for each in people)


def _name(ctx: Context, each: Attendee) -> str:
    if each.name:
        return text.user_text(each.name)
    if each.who.startswith("agency:"):
        return text.user_text(each.agency or "")
    return with_agency(ctx.access, each.who)
