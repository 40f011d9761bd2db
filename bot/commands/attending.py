"""Who is meant as present or absent: people, partners, agencies by their code, guests by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem, fold
from bot.commands.people import Named, People
from bot.directory import is_citizen
from bot.documents.lines import with_agency
from bot.storage import queries
from bot.storage.models import Forum, new_uid

_BETWEEN = re.compile(r"\s*(?:[,;+&\n]|\bog\b|\band\b)\s*", re.IGNORECASE)
_GUEST = re.compile(r"(?:gæst|gaest|guest)(?:en|er)?\s*:?\s+(.+)", re.IGNORECASE)
_EVERYBODY = frozenset("alle allesammen everyone everybody all".split())
# What stands behind a name, or alone, when somebody says why they do not come rather than who.
_WHY = frozenset(
    """er har kan skal vil kommer kom holder bliver melder deltager faar syg syge sygdom sygt sygemeldt ferie fri kursus
    barsel barn barnet forhindret forsinket optaget travlt desvaerre beklager undskyld fordi pga grundet i paa ikke
    moede tandlaege laege feber influenza corona migraene
    is are has have can cannot will must comes sick ill away holiday vacation leave busy sorry late because due child
    dentist doctor not on in""".split()
)
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
    if fold(said) in _EVERYBODY:
        return _everybody(session, ctx) if not reason else [myself]
    found: list[Attendee] = []
    parts = [part for part in _BETWEEN.split(said) if part.strip(" .!")][:_MOST]
    for index, part in enumerate(parts):
        each = _one(people, part.strip(" .!"), reason=reason)
        if each is None and found and found[-1].name:
            each = [_guest(part.strip(" .!"))]  # "gæster Per og Lise"
        if each is None:
            if reason and not found and not _like_a_name(people, part):
                return [myself]
            if reason and index:
                break  # "Lene, hun er syg"
            raise _nobody(ctx, people, part)
        found += each
    if is_citizen(ctx.person) and any(each.who != ctx.person.user_id for each in found):
        raise Problem("problem-attendee-citizen", prefix=ctx.prefix)
    return list({each.who: each for each in found}.values())


def _everybody(session: Session, ctx: Context) -> list[Attendee]:
    """Everybody who is in the room, but for those who sent an apology to the meeting that is under way."""
    apart = {
        row.who
        for row in (queries.attendance(session, ctx.meeting.uid) if ctx.meeting else ())
        if row.state == "apology"
    }
    inside = [] if ctx.place.direct else ctx.access.people_in(session, ctx.place)
    if not inside:
        raise Problem("problem-attendee-everybody", prefix=ctx.prefix)
    return [Attendee(each.user_id, each.agency) for each in inside if each.user_id not in apart]


def _guest(name: str) -> Attendee:
    return Attendee(f"guest:{new_uid()}", None, name.strip()[:_LONGEST])


def _nobody(ctx: Context, people: People, part: str) -> Problem:
    """What is said of a name that nobody here has."""
    near = people.nearest(part) if len(part.split()) <= 3 else None
    shown = {"word": text.user_text(part[:60]), "prefix": ctx.prefix}
    if near is None:
        return Problem("problem-attendee", **shown)
    return Problem("problem-attendee-near", name=text.user_text(ctx.access.name(near)), **shown)


def _one(people: People, part: str, *, reason: bool) -> list[Attendee] | None:
    guest = _GUEST.fullmatch(part)
    if guest is not None:
        return [_guest(guest[1])]
    code = people.agency(part.removeprefix("@"))
    if code is not None:
        return [Attendee(f"agency:{code}", code)]
    agency = next((c for c, a in people.access.settings.agencies.items() if fold(a.name) == fold(part)), None)
    if agency is not None:
        return [Attendee(f"agency:{agency}", agency)]
    named = people.whole(part)
    if named is None and reason:
        named = _before_a_reason(people, part)
    if named is None:
        return None
    if named.problem is not None:
        raise named.problem
    return [Attendee(each.person, people.access.agency_of(each.person)) for each in named.owners]


def _before_a_reason(people: People, part: str) -> Named | None:
    """Whom a part names before it says why they stay away: "Lene er syg"; None where it does not read so."""
    named = people.leading(part)
    first = fold(named.rest.split()[0]).strip(" .,!") if named.rest else ""
    return named if named.owners and named.problem is None and first in _WHY else None


def _like_a_name(people: People, part: str) -> bool:
    """Whether a part that names nobody may well be meant as a name: short, and near to one or written like one."""
    words = part.split()
    if len(words) > 3 or any(fold(word).strip(".,!") in _WHY for word in words):
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
