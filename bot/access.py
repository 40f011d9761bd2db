"""Who is who, and who may see and do what: every rule between forums, in one file.

Deny by default. A record belongs to a forum. It is seen and changed in that forum's room, by its owners in their
direct messages, and by the lead and the coordinators in theirs (docs/domain, Forums and Law).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from sqlmodel import Session

from bot.programme import Person
from bot.programme import Room as RoomConfig
from bot.rhythm import Hours
from bot.settings import Settings
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Action, Forum, Owner, Room
from bot.storage.privacy import Deputy
from bot.storage.queries import Part
from bot.when import Calendar

# What a citizen may type, in the room of their own forum only: help, lists, answers, and what anybody does at a meeting
# (look at its agenda and put something on it, come or not come, read what was written down).
CITIZEN_COMMANDS = frozenset({"help", "actions", "show", "me", "agenda", "here", "apologies", "minutes"})


@dataclass(frozen=True)
class Flow:
    """One way in which records leave the forum they belong to; `release` lets out nothing that takes none of them.

    `what` leaves (`source`: whose it is), for whom (`to`), because of which `act`; `logged`: each use stands in the
    audit log. The sentence for people is `flow-NAME` in the texts, the rule behind it in `bot.flows`.
    """

    name: str
    what: str
    source: str
    to: str
    act: str
    logged: bool = False


FLOWS: tuple[Flow, ...] = (
    Flow("own-room", "everything", "forum", "its room", "said there"),
    Flow("owner", "action", "forum", "its owner in the forum, a partner's contact there", "promising it"),
    Flow("writer", "action", "forum", "who wrote it and is in the forum", "writing it"),
    Flow("lead", "everything", "forum", "direct messages of its coordinators and leads", "their office"),
    Flow("member", "everything", "forum", "direct messages of who is in its room now", "asking, being told"),
    Flow("disclosed", "action", "forum", "its owner outside the forum", "the writer's yes", logged=True),
    Flow("deputy", "what goes to an owner", "forum", "their deputy", "standing in for a time", logged=True),
    Flow("lifted", "case and its actions", "its forum", "where it is lifted to", "lifting it", logged=True),
    Flow("returned", "what was agreed there", "where it was lifted", "its forum", "its return", logged=True),
    Flow(
        "follower", "subject, goals, plan", "case", "followers, caseworkers", "letting them in", logged=True
    ),
    Flow("observation", "what was seen", "who saw it", "coordinators who decide", "sending it", logged=True),
    Flow("figures", "coarse counts", "every forum", "anyone", "asking for them"),
    Flow("own", "own settings, own words, receipts", "person", "their own direct messages", "saying it"),
    Flow(
        "records", "whole case", "its forum", "the export folder", "retention, erasure, access", logged=True
    ),
    Flow("erased", "that something is gone", "every forum", "whoever was told of it", "its end"),
)
"""Every flow there is (docs/databeskyttelse); the first that fits is the one that is used."""


@dataclass(frozen=True)
class Place:
    """Where something was said: a forum's room, or a person's direct messages."""

    room_id: str
    forum: Forum | None
    config: RoomConfig | None
    person: str | None

    @property
    def direct(self) -> bool:
        """Whether this is a person's direct-message room."""
        return self.person is not None


@dataclass(frozen=True)
class Scope:
    """Which records somebody sees somewhere: those of some forums, and those in which they have a part."""

    forums: frozenset[str]
    parts: tuple[Part, ...] = ()

    def covers(self, action: Action, owners: Iterable[Owner]) -> bool:
        """Whether a record with these owners lies within the scope."""
        return action.forum_uid in self.forums or any(
            part.covers(action, owner) for owner in owners for part in self.parts
        )


class Access:
    """The rules, over the config's people and the rooms as the homeserver last described them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.calendar = Calendar(
            tz=settings.general.tz,
            closed=settings.calendar.closed,
            school_holidays=settings.calendar.holidays,
        )

    # --- who is who

    def person(self, user_id: str) -> Person | None:
        """The configured person with this user id."""
        return self.settings.person(user_id)

    @staticmethod
    def stranger(user_id: str) -> Person:
        """Somebody who is not configured: no roles, no rights, only a name for the history."""
        return Person.model_construct(
            user_id=user_id, name=user_id, agency=None, roles=frozenset(), nicknames=(), oversees=()
        )

    def name(self, owner: str) -> str:
        """How a user id or an outside partner (`partner:KEY`) is called."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.name if partner else owner.removeprefix("partner:")
        person = self.person(owner)
        return person.name if person else owner

    def reached_through(self, owner: str) -> str:
        """Whose direct messages a reminder for this owner goes to: a partner's contact, else the owner."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.contact if partner else owner
        return owner

    def owners_behind(self, user_id: str) -> list[str]:
        """The owners whom a person answers for: themselves, and the outside partners whose contact they are."""
        return [user_id, *(f"partner:{p.key}" for p in self.settings.partners if p.contact == user_id)]

    # --- whose promises are whose now: in the forum or told, stood in for, left behind (docs/domain, Forums)

    def belonging(self, session: Session, user_id: str) -> frozenset[str]:
        """The forums somebody is of now: in whose room they are and belong, or that they oversee.

        None who is not configured. Who sits in a room in which they are a stranger is not of the forum.
        """
        person = self.person(user_id)
        if person is None:
            return frozenset()
        inside = frozenset(
            uid for uid in queries.homes(session, user_id) if self._fits_at(session, person, uid)
        )
        if "lead" not in person.roles:
            return inside
        overseen = {room.room for room in self.settings.rooms if _oversees(person, room)}
        return inside | {forum.uid for forum in queries.forums(session) if forum.config_room in overseen}

    def _fits_at(self, session: Session, person: Person | None, forum_uid: str) -> bool:
        """Whether somebody who is in a forum's room belongs there; of one that is not in the config nobody is told."""
        config = self._config_of(session, forum_uid)
        return config is None or self.fits_in(person, config)

    def _config_of(self, session: Session, forum_uid: str) -> RoomConfig | None:
        """A forum as the config has it; None where it has it no more."""
        forum = session.get(Forum, forum_uid)
        return self.settings.room(forum.config_room) if forum else None

    def forums_inside(self, session: Session, user_id: str) -> list[Forum]:
        """The forums in whose rooms somebody is and belongs."""
        person = self.person(user_id)
        return [f for f in queries.forums_inside(session, user_id) if self._fits_at(session, person, f.uid)]

    def is_of(self, session: Session, user_id: str, forum_uid: str) -> bool:
        """Whether somebody is of a forum now; as `belonging`, without looking at the others."""
        person = self.person(user_id)
        if person is None:
            return False
        config = self._config_of(session, forum_uid)
        if config is not None and "lead" in person.roles and _oversees(person, config):
            return True
        return forum_uid in queries.homes(session, user_id) and self._fits_at(session, person, forum_uid)

    def people_of(self, session: Session, forum_uid: str) -> frozenset[str]:
        """Everybody in the config who is of a forum now."""
        config = self._config_of(session, forum_uid)
        inside = queries.residents(session, forum_uid)
        return frozenset(
            person.user_id
            for person in self.settings.people
            if (config is not None and "lead" in person.roles and _oversees(person, config))
            or (person.user_id in inside and (config is None or self.fits_in(person, config)))
        )

    def forums_behind(self, session: Session, owner: str) -> frozenset[str]:
        """The forums that an owner is of now; an outside partner those of their contact."""
        return self.belonging(session, self.reached_through(owner))

    def holds(self, session: Session, owner: Owner, action: Action) -> bool:
        """Whether an owner may still have their action: they are of its forum, or it was disclosed to them.

        An outside partner has what their contact may have.
        """
        through = self.reached_through(owner.person)
        if self.person(through) is None:
            return False
        return owner.disclosed or self.is_of(session, through, action.forum_uid)

    def deputies(self, session: Session, user_id: str, forum_uid: str) -> list[str]:
        """Who stands in for somebody in a forum's matters now; a deputy's own deputy does not."""
        return [
            row.deputy
            for row in queries.standing_deputies(session, user_id)
            if self.may_stand_in(session, row, forum_uid)
        ]

    def may_stand_in(self, session: Session, row: Deputy, forum_uid: str) -> bool:
        """Whether a deputy may have what is a forum's: they are of it, or it was agreed to when they were named."""
        person = self.person(row.deputy)
        if person is None or is_citizen(person):
            return False
        return self.is_of(session, row.deputy, forum_uid) or forum_uid in self.agreed(session, row)

    def agreed(self, session: Session, row: Deputy) -> frozenset[str]:
        """The forums that a deputy is not of and may have something of now: agreed to, for as long as it is theirs
        to agree to. Whom they stand in for has left one with personal data, or the config: nothing of it any more.
        """
        if not row.forums or self.person(row.person) is None:
            return frozenset()
        theirs = self.belonging(session, row.person)
        return frozenset(uid for uid in row.forums if uid in theirs or not self._guarded(session, uid))

    def _guarded(self, session: Session, forum_uid: str) -> bool:
        """Whether a forum holds personal data."""
        forum = session.get(Forum, forum_uid)
        config = self.settings.room(forum.config_room) if forum else None
        return config is None or config.personal_data

    def acts_for(self, session: Session, user_id: str, owner: Owner, action: Action) -> bool:
        """Whether somebody answers for an owner's part: the owner, their deputy, or who took over what they left."""
        if not owner.named or self.person(user_id) is None:
            return False
        through = self.reached_through(owner.person)
        if self.holds(session, owner, action):
            return user_id == through or user_id in self.deputies(session, through, action.forum_uid)
        return user_id in self._taken_over(
            session, through, self.agency_behind(owner, action), action.forum_uid
        )

    def reached(self, session: Session, owner: Owner, action: Action, day: date) -> str | None:
        """Whose direct messages what concerns an owner goes to on a local day; None: nobody's.

        Their deputy's while there is one who is at work; theirs; and once they have left, their agency's
        representative's in that forum, else those of the first of its coordinators who is not on leave.
        """
        through = self.reached_through(owner.person)
        if self.holds(session, owner, action):
            standing = self.deputies(session, through, action.forum_uid)
            return next((each for each in standing if not self.away(session, each, day)), through)
        after = self._taken_over(session, through, self.agency_behind(owner, action), action.forum_uid)
        coordinators = [p.user_id for p in self.coordinators(session, action.forum_uid)]
        able = [p for p in (*after, *coordinators) if p != through and not self.away(session, p, day)]
        return next(iter([*able, *after, *(p for p in coordinators if p != through)]), None)

    def taken_over_by(
        self, session: Session, owner: str, agency: str | None, forum_uid: str, day: date
    ) -> list[str]:
        """Who answers for what somebody left behind in a forum, who is at work; nobody: its coordinators."""
        through = self.reached_through(owner)
        found = self._taken_over(session, through, agency, forum_uid)
        return [each for each in found if not self.away(session, each, day)]

    def agency_behind(self, owner: Owner, action: Action) -> str | None:
        """The agency that an owner's part counts for, also of somebody who is not configured any more."""
        return owner.agency or self.agency_of(owner.person) or (None if owner.position else action.agency)

    def _taken_over(
        self, session: Session, person: str, agency: str | None, forum_uid: str
    ) -> tuple[str, ...]:
        """Who took over what somebody left in a forum: their agency's representative there, behind their deputy."""
        forum = session.get(Forum, forum_uid)
        config = self.settings.room(forum.config_room) if forum else None
        found = self.settings.agencies.get(agency or "")
        who = found.representative_in(config) if found is not None and config is not None else None
        if who is None or who == person or not self.is_of(session, who, forum_uid):
            return ()
        return tuple(d for d in (*self.deputies(session, who, forum_uid), who) if d != person)

    def parts(self, session: Session, user_id: str) -> tuple[Part, ...]:
        """The parts in actions that somebody answers for, as `acts_for` has it; for lists."""
        if self.person(user_id) is None:
            return ()
        inside = self.belonging(session, user_id)
        found = [Part(owner, inside) for owner in self.owners_behind(user_id)]
        for row in queries.stands_in_for(session, user_id):
            stands = inside | self.agreed(session, row)
            theirs = self.belonging(session, row.person)
            if self.person(row.person) is not None:
                found += [Part(o, theirs & stands, stands) for o in self.owners_behind(row.person)]
        for owner, forum_uid, agency in queries.leavers(session):
            if user_id in self._taken_over(session, self.reached_through(owner), agency, forum_uid):
                found.append(Part(owner, frozenset({forum_uid}), frozenset()))
        return tuple(found)

    def away(self, session: Session, user_id: str, day: date) -> bool:
        """Whether somebody is on leave on a local day."""
        state = queries.person_state(session, user_id)
        if state is None or state.away_until is None or day > state.away_until:
            return False
        return state.away_from is None or day >= state.away_from

    def only_the_action(self, session: Session, person: Person, action: Action) -> bool:
        """Whether somebody may know an action and nothing around it: an owner outside its forum to whom it was told.

        They see number, words, owners and deadline; neither its case nor what others noted on it.
        """
        return not self.is_of(session, person.user_id, action.forum_uid)

    def agency_of(self, owner: str) -> str | None:
        """The agency code of a person or an outside partner."""
        if owner.startswith("partner:"):
            partner = next((p for p in self.settings.partners if f"partner:{p.key}" == owner), None)
            return partner.agency if partner else None
        person = self.person(owner)
        return person.agency if person else None

    def agency_order(self, code: str) -> tuple[int, str]:
        """Sorts agencies' codes: the config's order, what it does not know behind."""
        order = list(self.settings.agencies)
        return (order.index(code) if code in order else len(order), code)

    def place(self, session: Session, room: Room) -> Place | None:
        """The room as a place where the bot listens; None for a room it has no business in."""
        return self.home(session, room) if room.state == "joined" else None

    def home(self, session: Session, room: Room) -> Place | None:
        """The same of a room that the bot may have left, or whose successor it is in."""
        if room.person is not None:
            return Place(room.room_id, None, None, room.person) if self.person(room.person) else None
        forum = session.get(Forum, room.forum_uid) if room.forum_uid else None
        config = self.settings.room(forum.config_room) if forum else None
        return Place(room.room_id, forum, config, None) if forum and config else None

    def too_open(self, session: Session, place: Place) -> bool:
        """Whether a place must be encrypted by the config and is not: nothing personal may be recorded there."""
        if not self.settings.privacy.require_encryption:
            return False
        room = queries.room(session, place.room_id)
        return _personal(place) and room is not None and not room.encrypted

    def devices_for(self, place: Place) -> Literal["all", "signed"]:
        """Whose devices are given keys in a place, and whose commands count there ([privacy] devices)."""
        return self.settings.privacy.devices if _personal(place) else "all"

    def given_keys(self, session: Session, room: Room) -> set[str]:
        """Who of those in a room, joined or invited, is given its keys.

        In direct messages that person; in a forum with personal data the configured people; elsewhere everybody.
        """
        present = queries.members(session, room.room_id)
        place = self.home(session, room)
        if place is None:
            return set()
        if place.person is not None:
            return present & {place.person}
        return {user for user in present if self.person(user) is not None} if _personal(place) else present

    def fits_in(self, person: Person | None, config: RoomConfig | None) -> bool:
        """Whether somebody may be in a forum's room at all ([[rooms]] agencies; docs/domain, Law).

        With personal data: who is configured, as more than a citizen, of an agency that is listed where some are; its
        leads and coordinators always.
        """
        if config is not None and not config.personal_data:
            return True
        if person is None or config is None or is_citizen(person):
            return False
        if not config.agencies or person.roles & {"lead", "coordinator"}:
            return True
        allowed = {code.casefold() for code in config.agencies}
        return person.agency is not None and person.agency.casefold() in allowed

    def strangers(self, session: Session, room: Room, present: Iterable[str] | None = None) -> set[str]:
        """Who is in a room, joined or invited, and keeps the bot from speaking there; nobody but in rooms of ours.

        In direct messages: anybody but that person. `present` are those in it, where they are known already.
        """
        here = set(queries.members(session, room.room_id) if present is None else present)
        here.discard(self.settings.matrix.user_id)
        if room.person is not None:
            return here - {room.person}
        forum = session.get(Forum, room.forum_uid) if room.forum_uid else None
        config = self.settings.room(forum.config_room) if forum else None
        if config is None or not config.personal_data:
            return set()
        return {user for user in here if not self.fits_in(self.person(user), config)}

    def people_in(self, session: Session, place: Place) -> list[Person]:
        """The configured people who have joined a place's room."""
        joined = queries.members(session, place.room_id, ("join",))
        return [person for person in self.settings.people if person.user_id in joined]

    def coordinators(self, session: Session, forum_uid: str) -> list[Person]:
        """The coordinators in a forum's room; where there is none, its leads, so that somebody hears."""
        joined = queries.forum_members(session, forum_uid)
        inside = [p for p in self.settings.people if "coordinator" in p.roles and p.user_id in joined]
        return inside or self._leads(forum_uid, session)

    def _leads(self, forum_uid: str, session: Session) -> list[Person]:
        forum = session.get(Forum, forum_uid)
        config = self.settings.room(forum.config_room) if forum else None
        return [p for p in self.settings.leads if config is not None and _oversees(p, config)]

    # --- who may what

    def may_speak(self, session: Session, user_id: str, place: Place) -> Person | None:
        """The person, if what they say here counts at all: configured, joined, and in their own direct messages."""
        person = self.person(user_id)
        if person is None or user_id not in queries.members(session, place.room_id, ("join",)):
            return None
        if place.direct and place.person != user_id:
            return None
        return person

    def may_use(self, person: Person, command: str, place: Place) -> bool:
        """Whether a person may use a command in a place. Citizens: help, lists, and answers in their own room."""
        if is_citizen(person):
            return command in CITIZEN_COMMANDS and not (place.config and place.config.personal_data)
        return True

    def scope(self, session: Session, person: Person, place: Place) -> Scope:
        """Which records a person sees in a place."""
        if not place.direct:
            return Scope(frozenset({place.forum.uid}) if place.forum else frozenset())
        forums = frozenset(f.uid for f in self.own_forums(session, person))
        return Scope(forums, self.parts(session, person.user_id))

    def own_forums(self, session: Session, person: Person) -> list[Forum]:
        """The forums a person may ask about in direct messages: the lead's by config, a coordinator's by room.

        In the config's order, which is the order that people know.
        """
        known = {forum.config_room: forum for forum in queries.forums(session)}
        found: list[Forum] = []
        for config in self.settings.rooms:
            forum = known.get(config.room)
            if forum is None:
                continue
            in_room = person.user_id in queries.forum_members(session, forum.uid)
            if ("lead" in person.roles and _oversees(person, config)) or (
                "coordinator" in person.roles and in_room
            ):
                found.append(forum)
        order = {room.room: place for place, room in enumerate(self.settings.rooms)}
        return sorted(found, key=lambda forum: order[forum.config_room])

    def may_see(self, session: Session, person: Person, place: Place, action: Action) -> bool:
        """Whether a person may see a record in a place."""
        owners = queries.owners(session, action.uid)
        return self.scope(session, person, place).covers(action, owners)

    def may_hear(self, session: Session, user_id: str, action: Action) -> bool:
        """Whether news of a record may go to somebody's direct messages: a member of its forum, owner, or lead."""
        if self.is_of(session, user_id, action.forum_uid):
            return True
        owners = queries.owners(session, action.uid)
        return any(self.acts_for(session, user_id, owner, action) for owner in owners)

    def may_change(self, session: Session, person: Person, action: Action) -> bool:
        """Whether a person may change a record they see: owner, writer, coordinator of the forum, or lead."""
        owners = queries.owners(session, action.uid)
        own = any(self.acts_for(session, person.user_id, owner, action) for owner in owners)
        if own or is_citizen(person):
            return own
        wrote = person.user_id == action.created_by
        return self.leads_forum(session, person, action.forum_uid) or (
            wrote and self.is_of(session, person.user_id, action.forum_uid)
        )

    def leads_forum(self, session: Session, person: Person, forum_uid: str) -> bool:
        """Whether a person is a forum's coordinator or oversees it as lead."""
        return any(forum.uid == forum_uid for forum in self.own_forums(session, person))

    def may_lead(self, session: Session, person: Person, forum_uid: str, chair: str | None) -> bool:
        """Whether a person may end a meeting and approve its minutes: its chair, the forum's coordinator, or lead."""
        return person.user_id == chair or self.leads_forum(session, person, forum_uid)

    # --- cases (docs/domain, Records): in its forum, by its followers, and where it is lifted to; nowhere else

    def case_forums(self, session: Session, case: Case) -> frozenset[str]:
        """The forums in which a case may be spoken of: its own, and the one it is lifted to."""
        lifted = queries.escalation(session, case.uid)
        return frozenset({case.forum_uid, lifted.to_uid} if lifted else {case.forum_uid})

    def case_scope(self, session: Session, person: Person, place: Place) -> tuple[frozenset[str], str | None]:
        """Whose cases a person sees in a place: those of these forums; in direct messages those they follow as well.

        Citizens see none. Somebody in a forum may ask in direct messages what they could ask there.
        """
        if is_citizen(person) or not _personal(place):
            return frozenset(), None
        if not place.direct:
            return frozenset({place.forum.uid} if place.forum else ()), None
        inside = {f.uid for f in self.forums_inside(session, person.user_id)}
        return frozenset(inside | {f.uid for f in self.own_forums(session, person)}), person.user_id

    def may_see_case(self, session: Session, person: Person, place: Place, case: Case) -> bool:
        """Whether a person may know of a case in a place."""
        return self.case_within(session, self.case_scope(session, person, place), case)

    def case_within(
        self, session: Session, scope: tuple[frozenset[str], str | None], case: Case | None
    ) -> bool:
        """Whether a case lies within what `case_scope` said; False for None, after nearly the same work.

        Who measures how long an answer takes must not learn from it that there is a case.
        """
        forums, follower = scope
        if case is None or case.state == "withdrawn":
            return False
        if not forums.isdisjoint(self.case_forums(session, case)):
            return True
        return follower is not None and self.follows(session, follower, case)

    def follows(self, session: Session, user_id: str, case: Case) -> bool:
        """Whether somebody follows a case, or is its caseworker."""
        row = queries.follower(session, case.uid, user_id)
        return row is not None and row.state == "standing" and self.person(user_id) is not None

    def may_hear_of_case(self, session: Session, user_id: str, case: Case) -> bool:
        """Whether news of a case may go to somebody's direct messages."""
        return user_id in self.hearers(session, case)

    def hearers(self, session: Session, case: Case) -> frozenset[str]:
        """Everybody to whose direct messages news of a case may go: who knows it, and its followers."""
        followers = {row.person for row in queries.followers(session, case.uid)}
        return self._no_citizens(followers) | self._knowers(session, case)

    def _knowers(self, session: Session, case: Case) -> frozenset[str]:
        """The people of a case's forums, and who oversees them."""
        known: set[str] = set()
        for uid in self.case_forums(session, case):
            joined = queries.forum_members(session, uid)
            known |= {user for user in joined if self._fits_at(session, self.person(user), uid)}
            known |= {person.user_id for person in self._leads(uid, session)}
        return self._no_citizens(known)

    def _no_citizens(self, user_ids: set[str]) -> frozenset[str]:
        """Those of some who are configured, and as more than citizens."""
        return frozenset(
            p.user_id for p in self.settings.people if p.user_id in user_ids and not is_citizen(p)
        )

    def knows_case(self, session: Session, person: Person, case: Case) -> bool:
        """Whether a person may read everything on a case: in one of its forums, or overseeing one. Followers do not."""
        return person.user_id in self._knowers(session, case)

    def may_lead_case(self, session: Session, person: Person, case: Case) -> bool:
        """Whether a person may open its doors: coordinator or lead of its forum, or of the one it is lifted to."""
        return any(self.leads_forum(session, person, uid) for uid in self.case_forums(session, case))

    def may_observe(self, session: Session, person: Person, case: Case) -> bool:
        """Whether a person may send word about a case: who knows or follows it, and street workers of any."""
        return self.may_hear_of_case(session, person.user_id, case) or self.on_the_streets(session, person)

    def on_the_streets(self, session: Session, person: Person) -> bool:
        """Whether a person is of a gadeteam."""
        return any(f.kind == "gadeteam" for f in self.forums_inside(session, person.user_id))

    def lifts_to(self, session: Session, forum: Forum) -> Forum | None:
        """Where a forum's cases are lifted to: as the config says, else the only ledelsesgruppe."""
        config = self.settings.room(forum.config_room)
        if config is not None and config.escalates_to:
            return queries.forum_by_config(session, config.escalates_to)
        groups = [each for each in queries.forums(session) if each.kind == "ledelsesgruppe"]
        return groups[0] if len(groups) == 1 and groups[0].uid != forum.uid else None

    # --- how a person is reached

    def hours(self, session: Session, owner: str) -> Hours:
        """Working days, morning hour and leave of an owner; for an outside partner those of its contact."""
        person = self.person(self.reached_through(owner))
        state = queries.person_state(session, person.user_id) if person else None
        morning = person.at if person and person.at else self.settings.reminders.at
        if state and state.morning:
            morning = time.fromisoformat(state.morning)
        return Hours(
            calendar=self.calendar,
            workdays=person.workdays if person else frozenset(range(5)),
            morning=morning,
            away_from=state.away_from if state else None,
            away_until=state.away_until if state else None,
        )

    def office_hours(self) -> Hours:
        """The programme's own working days and morning hour, where no single person is meant."""
        return Hours(self.calendar, frozenset(range(5)), self.settings.reminders.at)

    def language(self, session: Session, user_id: str | None, place: Place | None = None) -> str:
        """The language to answer in: the room's in a room, the person's in direct messages."""
        if place is not None and not place.direct:
            return (place.config.language if place.config else None) or self.settings.general.language
        state = queries.person_state(session, user_id) if user_id else None
        person = self.person(user_id) if user_id else None
        return (
            (state.language if state else None)
            or (person.language if person else None)
            or self.settings.general.language
        )

    def today(self, now: datetime) -> date:
        """The local day."""
        return now.astimezone(self.settings.general.tz).date()


def is_citizen(person: Person) -> bool:
    """Whether a person sits in the programme as a citizen and nothing else."""
    return "citizen" in person.roles and not person.roles & {"lead", "coordinator", "manager", "member"}


def _personal(place: Place) -> bool:
    """Whether a place holds personal data: direct messages, and forums of a kind that does."""
    return place.direct or place.config is None or place.config.personal_data


def _oversees(person: Person, config: RoomConfig) -> bool:
    return not person.oversees or config.room in person.oversees or config.forum in person.oversees
