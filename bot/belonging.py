"""Who is of a forum, and whose promises are whose now: theirs, their deputy's, or of who takes over what they left.

The rules of docs/domain, Forums. What may go from one forum to another is in `bot.access`, which builds on this.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from bot.directory import Directory, is_citizen
from bot.programme import Person
from bot.programme import Room as RoomConfig
from bot.storage import queries
from bot.storage.models import Action, Forum, Owner
from bot.storage.privacy import Deputy
from bot.storage.queries import Part


class Belonging(Directory):
    """The rules about people and forums, over the config and the rooms as the homeserver last described them."""

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
        overseen = {room.room for room in self.settings.rooms if oversees(person, room)}
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
        if config is not None and "lead" in person.roles and oversees(person, config):
            return True
        return forum_uid in queries.homes(session, user_id) and self._fits_at(session, person, forum_uid)

    def people_of(self, session: Session, forum_uid: str) -> frozenset[str]:
        """Everybody in the config who is of a forum now."""
        config = self._config_of(session, forum_uid)
        inside = queries.residents(session, forum_uid)
        return frozenset(
            person.user_id
            for person in self.settings.people
            if (config is not None and "lead" in person.roles and oversees(person, config))
            or (person.user_id in inside and (config is None or self.fits_in(person, config)))
        )

    def forums_behind(self, session: Session, owner: str) -> frozenset[str]:
        """The forums that an owner is of now; an outside partner those of their contact."""
        return self.belonging(session, self.reached_through(owner))

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

    def coordinators(self, session: Session, forum_uid: str) -> list[Person]:
        """The coordinators in a forum's room; where there is none, its leads, so that somebody hears."""
        joined = queries.forum_members(session, forum_uid)
        inside = [p for p in self.settings.people if "coordinator" in p.roles and p.user_id in joined]
        return inside or self._leads(forum_uid, session)

    def _leads(self, forum_uid: str, session: Session) -> list[Person]:
        forum = session.get(Forum, forum_uid)
        config = self.settings.room(forum.config_room) if forum else None
        return [p for p in self.settings.leads if config is not None and oversees(p, config)]

    # --- whose promises are whose now: in the forum or told, stood in for, left behind (docs/domain, Forums)

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


def oversees(person: Person, config: RoomConfig) -> bool:
    """Whether a lead oversees a room's forum: all, where none are named."""
    return not person.oversees or config.room in person.oversees or config.forum in person.oversees
