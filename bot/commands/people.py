"""Who was meant: owners at the front of an action, and a single name in an answer.

A pill, an MXID, @name, a name or nickname of someone in the forum ("Lene", "Lene fra BUF"), an agency's code, "mig".
A name that is also an ordinary word counts only with @ or a colon (docs/domain: "Two people who fit a name").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.commands import Context, Problem, fold
from bot.directory import is_citizen
from bot.documents.digest import forum_name
from bot.documents.lines import listed, with_agency
from bot.ownership import Ownership
from bot.programme import Person
from bot.storage import queries
from bot.storage.models import MISSING, Action, Forum, Owner

# Danish (and a few English) words that are names as well: without @ or a colon they are text.
ORDINARY_WORDS = frozenset(
    """ask bo dag fin find fri frede hans her job klub klubben liv lykke maj mark max may min per politi politiet
    skole skolen sol storm unge vi will""".split()
)
_SELF = frozenset({"mig", "me", "jeg", "migselv", "myself"})
_PILL = re.compile("\ue002(@[^\ue003]{1,255})\ue003")
_MXID = re.compile(r"@[^\s:,;@]+:[\w.\-]+(?::\d+)?")
_AT = re.compile(r"@(?=\w)")
_BETWEEN = re.compile(r"\s*(?:,\s*(?:og|and)\b|,|\+|&|/|\bog\b|\band\b)\s*", re.IGNORECASE)
_NEXT_MENTION = re.compile("\\s+(?=[@\ue002])")
_TOWARDS = re.compile(r"(?:til|for|to)\s+", re.IGNORECASE)
_OF_AGENCY = re.compile(r"\s+(?:fra|from|i|in)\s+([\w-]+)|\s*\(([\w-]+)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """What was named, if anything: the owners, the text left, and what has to be asked about one of them.

    Who was spoken of but not understood is among the owners, as one still to be named (`Ownership.named`).
    """

    owners: tuple[Ownership, ...]
    rest: str
    problem: Problem | None = None


@dataclass(frozen=True)
class _Name:
    """A name somebody answers to: the words, and whose it is."""

    words: str
    person: str
    agency: str | None


class People:
    """The people of one forum and what they are called.

    `owning`: who owns an action is named, and may be somebody of the programme outside the forum: in one with personal
    data they are an owner still to be agreed to (`Ownership.asked_for`), elsewhere an owner like others.
    """

    def __init__(self, session: Session, ctx: Context, forum: Forum, *, owning: bool = False) -> None:
        self.ctx = ctx
        self.access: Access = ctx.access
        self.forum = forum
        self.owning = owning
        self.config = self.access.settings.room(forum.config_room)
        joined = queries.forum_members(session, forum.uid)
        self.inside = [p for p in self.access.settings.people if p.user_id in joined]
        self.outside = frozenset(self._outsiders(session)) if owning else frozenset[str]()
        self.names = sorted(self._names(), key=lambda n: -len(n.words))

    def _outsiders(self, session: Session) -> Iterable[str]:
        """Who is not of the forum, and might be told of one of its actions; citizens are not."""
        known = self.access.people_of(session, self.forum.uid)
        inside = known | {p.user_id for p in self.inside}
        for person in self.access.settings.people:
            if person.user_id not in inside and not is_citizen(person):
                yield person.user_id
        for partner in self.access.settings.partners:
            if partner.contact not in known:
                yield f"partner:{partner.key}"

    def _names(self) -> Iterable[_Name]:
        here: set[str] = set()
        for person in self.inside:
            here |= {name.words for name in _called(person)}
            yield from _called(person)
        for partner in self.access.settings.partners:
            for words in {partner.name, partner.key, *partner.nicknames}:
                yield _Name(fold(words), f"partner:{partner.key}", partner.agency)
        elsewhere = {p.user_id for p in self.access.settings.leads} | self.outside if self.owning else ()
        for person in self.access.settings.people:
            # Somebody here is meant before anybody who is not.
            if person.user_id in elsewhere and person not in self.inside:
                yield from (name for name in _called(person) if name.words not in here)

    # --- reading

    def leading(self, words: str, *, ordinary: bool = False) -> Named:
        """The owners that stand first in a text, joined by comma, "og", "+" or "/"; mentions also by a space.

        With `ordinary` a name that is an ordinary word as well counts without @ or a colon.
        """
        owners: list[Ownership] = []
        rest = words.strip()
        towards = _TOWARDS.match(rest)
        if towards and self._one(rest[towards.end() :], ordinary=ordinary) is not None:
            rest = rest[towards.end() :]  # "til Lene: …", "for Lene …"
        problem: Problem | None = None
        while True:
            one = self._one(rest, ordinary=ordinary)
            if one is None:
                break
            owners += one.owners or [_SOMEBODY]
            problem = problem or one.problem
            rest = one.rest
            between = _BETWEEN.match(rest) or _NEXT_MENTION.match(rest)
            if between is None or self._one(rest[between.end() :], ordinary=ordinary) is None:
                break
            rest = rest[between.end() :]
        owners = with_places(owners)
        if owners or problem:
            rest = re.sub(r"^\s*(?:[:,;–-]\s*)?(?:(?:at|to)\s+)?", "", rest, count=1)
        return Named(tuple(owners), rest.strip(), problem)

    def whole(self, words: str) -> Named | None:
        """The owners if the text is nothing but owners; None if it is something else."""
        cleaned = words.strip().rstrip(".!")
        for ordinary in (False, True):
            named = self.leading(cleaned, ordinary=ordinary)
            if not named.rest and (named.owners or named.problem):
                return named
        return None

    def nearest(self, words: str) -> str | None:
        """The person or partner whose name a misspelt one is most like; None when none is near."""
        names = {n.words: n.person for n in self.names}
        best = process.extractOne(fold(words).lstrip("@"), list(names), scorer=fuzz.ratio, score_cutoff=65)
        return names[best[0]] if best else None

    def agency(self, code: str) -> str | None:
        """An agency's code as the config spells it."""
        return next((c for c in self.access.settings.agencies if fold(c) == fold(code)), None)

    def _one(self, words: str, *, ordinary: bool) -> Named | None:
        """One owner at the front, or None."""
        for pattern in (_PILL, _MXID):
            match = pattern.match(words)
            if match:
                user_id = match.group(1) if pattern is _PILL else match.group().rstrip(".:")
                return self._user(user_id, words[match.end() :])
        at = _AT.match(words)
        bare = words[at.end() :] if at else words
        for name in dict.fromkeys(n.words for n in self.names):
            end = _prefix_end(bare, name)
            if end is not None and (at or ordinary or not self._ordinary(bare[:end], bare[end:])):
                return self._called(name, bare[end:])
        first = re.match(r"[\w-]+", bare)
        if first is None:
            return None
        if fold(first.group()) in _SELF and not at:
            return Named((Ownership(self.ctx.person.user_id),), bare[first.end() :])
        code = self.agency(first.group())
        is_word = not ordinary and self._ordinary(first.group(), bare[first.end() :])
        if code and (at or not is_word or (first.group() == code and code.isupper())):
            return self._agency(code, bare[first.end() :])
        if at:
            return Named((), bare[first.end() :], self._unknown(first.group()))
        return None

    def _ordinary(self, word: str, after: str) -> bool:
        """Whether what looks like a name may well be an ordinary word here: known as one, and neither a colon
        nor a case code after it, which only an owner has."""
        prefix = re.escape(self.access.settings.general.case_prefix)
        owner = re.match(rf"\s*(?::|#?{prefix}-\d)", after, re.IGNORECASE)
        return fold(word) in _FOLDED_WORDS and owner is None

    def _user(self, user_id: str, rest: str) -> Named:
        person = self.access.person(user_id)
        if person is None:
            return Named((), rest, Problem("ask-owner-stranger", name=text.user_text(user_id)))
        if person not in self.inside and not (self.owning and not is_citizen(person)):
            return Named((), rest, Problem("ask-owner-outside", name=text.user_text(person.name)))
        return Named((self._owner(user_id),), rest)

    def _owner(self, person: str, agency: str | None = None) -> Ownership:
        """Somebody as an owner; from outside, where the forum's matters are personal, as one to be agreed to."""
        if person not in self.outside:
            return Ownership(person, agency)
        if self.config is not None and not self.config.personal_data:
            return Ownership(person, agency, disclosed=True)
        return Ownership("", agency, asked_for=person)

    def _called(self, name: str, rest: str) -> Named:
        found = {n.person: n for n in self.names if n.words == name}
        agency = _OF_AGENCY.match(rest)
        if agency:
            code = self.agency(agency.group(1) or agency.group(2))
            if code:
                rest = rest[agency.end() :]
                found = {p: n for p, n in found.items() if n.agency == code} or found
        if len(found) == 1:
            return Named((self._owner(next(iter(found))),), rest)
        return Named((), rest, Problem("ask-owner-several", names=listed(self.access, found)))

    def _agency(self, code: str, rest: str) -> Named:
        user_id, _ = self._representative(code)
        if user_id is None:
            return Named((Ownership("", code),), rest, self.who_is(code))
        return Named((self._owner(user_id, code) if self.owning else Ownership(user_id, code),), rest)

    def who_is(self, code: str | None) -> Problem:
        """The question for an owner of whom only the agency was said, or nothing."""
        if code is None:
            return Problem("ask-owner-more")
        _, inside = self._representative(code)
        key = "ask-owner-agency" if inside else "ask-owner-agency-empty"
        return Problem(key, agency=code, names=listed(self.access, inside))

    def _representative(self, code: str) -> tuple[str | None, set[str]]:
        """Whom an agency's code stands for in this forum, if that is clear, and the agency's people here."""
        agency = self.access.settings.agencies.get(code)
        inside = {p.user_id for p in self.inside if p.agency == code}
        if agency is None:
            return None, inside
        user_id = agency.representative_in(self.config) if self.config else agency.representative
        return user_id or (next(iter(inside)) if len(inside) == 1 else None), inside

    def _unknown(self, word: str) -> Problem:
        near, shown = self.nearest(word), text.user_text(word[:60])
        if near:
            return Problem("ask-owner-near", word=shown, name=text.user_text(self.access.name(near)))
        return Problem("ask-owner-unknown", word=shown)


def lacks_owner(session: Session, row: Action) -> bool:
    """Whether nobody owns an action, or one of its owners is still to be named."""
    owners = queries.owners(session, row.uid)
    return not owners or not all(owner.named for owner in owners)


def still_open(session: Session, ctx: Context, row: Action) -> list[Problem]:
    """The questions about what an action still lacks: an owner, one of its owners, a deadline."""
    asked = [may_tell(session, ctx, row)] if gap_to_agree(session, row) else []
    gap = next((o for o in queries.owners(session, row.uid) if not o.named and not o.asked_for), None)
    if gap is not None:
        asked.append(people_of(session, ctx, row).who_is(gap.agency))
    elif not asked and lacks_owner(session, row):
        asked.append(Problem("ask-owner"))
    return asked if row.due else [*asked, Problem("ask-due")]


def gap_to_agree(session: Session, row: Action) -> Owner | None:
    """The first of an action's owners whom it may be told only once that is agreed to."""
    return next((o for o in queries.owners(session, row.uid) if o.asked_for), None)


def may_tell(session: Session, ctx: Context, row: Action) -> Problem:
    """The question whether owners outside the forum may be told of an action, and what they would learn."""
    asked = [o for o in queries.owners(session, row.uid) if o.asked_for]
    names = ", ".join(with_agency(ctx.access, o.asked_for or "", o.agency) for o in asked)
    forum = text.user_text(forum_name(ctx.access, queries.forum(session, row.forum_uid)))
    coded = "yes" if row.case_code else "no"
    return Problem("ask-disclose", names=names, forum=forum, case=coded)


def people_of(session: Session, ctx: Context, row: Action) -> People:
    """The people who may own an action, and what they are called."""
    return People(session, ctx, queries.forum(session, row.forum_uid), owning=True)


def front_name(access: Access, words: str) -> tuple[list[str], str]:
    """Who of the programme is named at the front of a text, of those who are no citizens, and what is left of it."""
    for pattern in (_PILL, _MXID):
        match = pattern.match(words)
        if match:
            user_id = match.group(1) if pattern is _PILL else match.group().rstrip(".:")
            return ([user_id] if access.person(user_id) else []), words[match.end() :]
    at = _AT.match(words)
    bare = words[at.end() :] if at else words
    names = [name for p in access.settings.people if not is_citizen(p) for name in _called(p)]
    for spelled in sorted({name.words for name in names}, key=lambda each: -len(each)):
        end = _prefix_end(bare, spelled)
        if end is not None:
            found = list(dict.fromkeys(name.person for name in names if name.words == spelled))
            # @lene is the account of that name before anybody who is called so.
            exact = [each for each in found if at and fold(each[1:].split(":")[0]) == spelled]
            return exact or found, bare[end:]
    return [], words


def _called(person: Person) -> Iterable[_Name]:
    """What somebody answers to."""
    localpart = person.user_id[1:].split(":")[0]
    for words in {person.name, person.name.split()[0], *person.nicknames, localpart}:
        yield _Name(fold(words), person.user_id, person.agency)


_FOLDED_WORDS = frozenset(fold(word) for word in ORDINARY_WORDS)


_SOMEBODY = Ownership("")


def with_places(owners: Iterable[Ownership]) -> list[Ownership]:
    """The owners, those still to be named told apart; somebody of whom nothing is known only beside the others."""
    places = iter(MISSING)
    found: list[Ownership] = []
    said: set[Ownership] = set()
    for owner in owners:
        if (owner.person or owner.agency or owner.asked_for) and owner in said:
            continue
        said.add(owner)
        place = owner.person if owner.named and owner.person else next(places, "")
        found += [replace(owner, person=place)] if place else []
    known = any(owner.named or owner.agency or owner.asked_for for owner in found)
    return found if known else []


def _prefix_end(words: str, folded: str) -> int | None:
    """How many characters of a text spell a folded name, as whole words; None if they do not."""
    spelled = ""
    for index, character in enumerate(words):
        spelled += fold(character)
        if not folded.startswith(spelled):
            return None
        if spelled == folded:
            genitive = re.match(r"(?!\w)", words[index + 1 :])
            return index + 1 if genitive else None
    return None
