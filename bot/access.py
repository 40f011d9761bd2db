"""Who may see and do what: every rule between forums, in one file.

Deny by default. A record belongs to a forum. It is seen and changed in that forum's room, by its owners in their
direct messages, and by the lead and the coordinators in theirs (docs/domain, Forums and Law).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from bot.belonging import Belonging, oversees
from bot.directory import is_citizen
from bot.programme import Person
from bot.programme import Room as RoomConfig
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Action, Forum, Owner, Room
from bot.storage.queries import Part

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
    Flow("export", "actions, minutes", "every forum", "who runs the bot", "`hotspotbot export`", logged=True),
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


class Access(Belonging):
    """The rules, over the config's people and the rooms as the homeserver last described them."""

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
            if ("lead" in person.roles and oversees(person, config)) or (
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

    def only_the_action(self, session: Session, person: Person, action: Action) -> bool:
        """Whether somebody may know an action and nothing around it: an owner outside its forum to whom it was told.

        They see number, words, owners and deadline; neither its case nor what others noted on it.
        """
        return not self.is_of(session, person.user_id, action.forum_uid)

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


def _personal(place: Place) -> bool:
    """Whether a place holds personal data: direct messages, and forums of a kind that does."""
    return place.direct or place.config is None or place.config.personal_data
