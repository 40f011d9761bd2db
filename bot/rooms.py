"""The rooms as the homeserver last described them: which are ours, who is in them, what became of them.

Pure bookkeeping in the transaction of a sync; joining and creating rooms is the link's and the sender's business.
The bot takes part only in rooms of its config, when a configured person invites it, in their successors after an
upgrade, and in direct messages with configured people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.directory import is_citizen
from bot.documents.digest import forum_name
from bot.matrix import batch
from bot.matrix.batch import string
from bot.owed import Message, direct, forum, owe
from bot.storage import queries
from bot.storage.models import Forum, Member, PersonState, Room
from bot.strangers import look_around

LATE = timedelta(days=7)  # what could not be said for longer is no news any more
MOST_DIRECT = 5  # rooms of one person with the bot; a citizen has one
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)

MEMBERSHIPS = frozenset({"join", "invite", "leave", "ban", "knock"})


class Rooms:
    """Keeps the room tables. `user_id` is the bot's own."""

    def __init__(self, access: Access, user_id: str) -> None:
        self.access = access
        self.user_id = user_id
        self._changed: set[str] = set()  # rooms whose members changed since somebody last looked around

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have (config room → room id)."""
        for config_room, room_id in aliases.items():
            config = self.access.settings.room(config_room)
            if config is None:
                continue
            forum = queries.forum_by_config(session, config_room)
            known = queries.room(session, room_id)
            if forum is None and known is not None and known.forum_uid:
                forum = session.get(Forum, known.forum_uid)  # the same room under a new alias
            if forum is None:
                forum = Forum(config_room=config_room, kind=config.forum, created_at=now)
                session.add(forum)
                session.flush()
            forum.config_room, forum.kind = config_room, config.forum
            if known is None:
                session.add(Room(room_id=room_id, forum_uid=forum.uid, state="known", since=now))
            elif known.person is None:
                known.forum_uid = forum.uid
            session.flush()
        # Who belongs where may stand otherwise in the config than at the last start.
        look_around(session, self.access, queries.rooms(session, "joined"), now)

    def look_around(self, session: Session, now: datetime) -> None:
        """Say what there is to say of strangers in rooms whose members changed."""
        if self._changed:
            rooms = [queries.room(session, room_id) for room_id in sorted(self._changed)]
            look_around(session, self.access, [room for room in rooms if room is not None], now)
            self._changed.clear()

    def invited(
        self, session: Session, room_id: str, state: Iterable[Mapping[str, Any]], now: datetime
    ) -> bool:
        """An invitation came. Returns whether it is one to accept."""
        inviter, is_direct = self._invitation(tuple(state))
        room = queries.room(session, room_id)
        if self.access.person(inviter) is None:
            if room is None or room.state != "joined":
                log.warning("invite.ignored", room_id=room_id, inviter=inviter)
            return False
        if room is None and is_direct and not self._has_enough(session, inviter):
            room = Room(room_id=room_id, person=inviter, state="known", since=now)
            session.add(room)
            session.flush()
            self._member(session, room, inviter, "join", now)
        if room is None:
            log.warning("invite.ignored", room_id=room_id, inviter=inviter, why="not a room of the config")
            return False
        # One for a room that we hold for joined says that we were removed and asked back while we did not look.
        room.state, room.inviter = "invited", inviter
        if room.newest_event is None:  # later, the link leaves out what was said while the bot was outside
            room.since = now
        return True

    def _invitation(self, state: Sequence[Mapping[str, Any]]) -> tuple[str, bool]:
        """Who invites the bot, and whether to direct messages; nobody where that is not plain.

        What comes with an invitation is the inviting server's word: one may add an invitation in another's name to
        its own. A space is no room to talk in.
        """
        said = [
            event
            for event in state
            if event.get("type") == "m.room.member" and event.get("state_key") == self.user_id
        ]
        senders = {string(event.get("sender")) for event in said}
        if len(senders) != 1:
            return "", False
        contents = [_object(event.get("content")) for event in said]
        spaces = [event for event in state if _object(event.get("content")).get("type") == "m.space"]
        direct = all(content.get("is_direct") is True for content in contents) and not spaces
        return senders.pop(), direct

    def _has_enough(self, session: Session, user_id: str) -> bool:
        """Whether somebody has as many direct-message rooms with the bot as anybody needs."""
        person = self.access.person(user_id)
        most = 1 if person is not None and is_citizen(person) else MOST_DIRECT
        rooms = (
            room for room in queries.direct_rooms(session, user_id) if room.state in ("invited", "joined")
        )
        return sum(user_id in queries.members(session, room.room_id) for room in rooms) >= most

    def joined(
        self, session: Session, room_id: str, now: datetime, events: Iterable[Mapping[str, Any]] = ()
    ) -> Room | None:
        """The bot is in a room; None for one that it has no business in. `events` are what the sync says of it."""
        room = queries.room(session, room_id) or self._adopted(session, room_id, events)
        if room is None:
            return None
        if room.state == "known":
            room.since = now
        if room.state in ("known", "invited", "left"):
            room.state = "joined"
            for other in queries.rooms(session, "joined"):
                if other.successor == room_id:
                    other.state = "replaced"
            session.flush()
            self._may_speak_again(session, room, now)
        return room

    @staticmethod
    def _may_speak_again(session: Session, room: Room, now: datetime) -> None:
        """What could not be said in a forum of late, the bot being outside or silenced, is owed again."""
        if room.forum_uid is not None and queries.owe_refused(session, forum(room.forum_uid), now - LATE):
            log.info("room.speaks_again", room_id=room.room_id)

    def _adopted(self, session: Session, room_id: str, events: Iterable[Mapping[str, Any]]) -> Room | None:
        """A direct-message room that the bot made, seen in a sync before its making was written down."""
        ours, person = False, None
        for event in events:
            content = event.get("content")
            if event.get("type") == "m.room.create" and event.get("sender") == self.user_id:
                ours = True
            elif event.get("type") == "m.room.member" and isinstance(content, Mapping):
                invited = event.get("sender") == self.user_id and content.get("is_direct") is True
                key = event.get("state_key")
                if invited and isinstance(key, str) and self.access.person(key) is not None:
                    person = key
        if not ours or person is None:
            return None
        room = Room(room_id=room_id, person=person, state="joined", since=_EVER)
        session.add(room)
        session.flush()
        return room

    def left(self, session: Session, room_id: str, now: datetime) -> None:
        """The bot is no longer in a room, or its invitation was withdrawn; a forum's coordinators hear of it."""
        room = queries.room(session, room_id)
        if room is None or room.state not in ("joined", "invited"):
            return
        log.warning("room.left", room_id=room_id)
        home = session.get(Forum, room.forum_uid) if room.forum_uid and room.state == "joined" else None
        people = self.access.coordinators(session, home.uid) if home else []
        room.state = "left"
        for person in people:
            lang = self.access.language(session, person.user_id)
            where = text.user_text(forum_name(self.access, home)) if home else ""
            said = text.t(lang, "refused-told", where=where, why="outside", code="")
            message = Message("refused", said, notify=True, language=lang)
            owe(
                session, f"outside:{room_id}:{now}:{person.user_id}", direct(person.user_id), message, now=now
            )

    def state_event(
        self, session: Session, room: Room, event: Mapping[str, Any], at: datetime, *, old: bool = False
    ) -> None:
        """Take in one state event of a known room, sent at `at`; an `old` one only where nothing newer is known."""
        content = event.get("content")
        content = content if isinstance(content, Mapping) else {}
        kind, key = event.get("type"), event.get("state_key")
        if kind == "m.room.member" and batch.user_id(key):
            key, membership = batch.user_id(key), string(content.get("membership"))
            known = queries.member(session, room.room_id, key) if old else None
            if membership in MEMBERSHIPS and (known is None or known.since <= at):
                self._member(session, room, key, membership, at)
            invited = key == self.user_id and membership == "invite" and room.newest_event is None
            if invited and self.access.person(string(event.get("sender"))):
                room.since = at  # what was said from the invitation on counts
        elif kind == "m.room.power_levels" and key == "" and not old:
            self._may_speak_again(session, room, at)
        elif kind == "m.room.encryption" and key == "" and string(content.get("algorithm")):
            room.encrypted = True
            room.rotate_after, room.rotate_messages = _rotation(content)
        elif kind == "m.room.tombstone" and key == "" and room.forum_uid and not room.successor:
            successor = string(content.get("replacement_room"))
            if successor.startswith("!") and self._may_move(
                session, room, successor, string(event.get("sender"))
            ):
                self._upgraded(session, room, successor, string(event.get("sender")), at)

    def _member(self, session: Session, room: Room, user_id: str, membership: str, at: datetime) -> None:
        row = queries.member(session, room.room_id, user_id)
        if room.forum_uid is not None and (row is None or row.membership != membership):
            queries.people_moved(session)  # who has left with promises open is looked at at the next tick
        if row is None:
            row = Member(room_id=room.room_id, user_id=user_id, membership=membership, since=at)
            session.add(row)
        refused = room.person == user_id and membership in ("leave", "ban") and not row.ever_joined
        if row.membership != membership:
            row.membership, row.since = membership, at
        row.ever_joined = row.ever_joined or membership == "join"
        self._changed.add(room.room_id)
        session.flush()
        if room.person == user_id and (refused or membership == "join"):
            state = queries.person_state(session, user_id) or PersonState(user_id=user_id)
            state.unreachable_since = at if refused else None
            session.add(state)
            session.flush()

    def _may_move(self, session: Session, room: Room, successor: str, by: str) -> bool:
        """Whether a forum follows a tombstone: by one of its people, to a room that is nobody's yet.

        Power in a room is the homeserver's to give; a stranger with power could lead a forum into a room of theirs.
        """
        person, new = self.access.person(by), queries.room(session, successor)
        taken = new is not None and (new.person is not None or new.forum_uid not in (None, room.forum_uid))
        if person is None or is_citizen(person) or taken:
            log.warning("upgrade.ignored", room_id=room.room_id, successor=successor, by=by)
            return False
        return True

    def _upgraded(self, session: Session, room: Room, successor: str, by: str, at: datetime) -> None:
        log.info("room.upgraded", room_id=room.room_id, successor=successor)
        room.successor = successor
        new = queries.room(session, successor)
        if new is None:
            new = Room(room_id=successor, state="invited", inviter=by, since=at)
            session.add(new)
        elif new.state != "joined":
            new.state = "invited"
        new.forum_uid = room.forum_uid
        if new.state == "joined":
            room.state = "replaced"
        session.flush()


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rotation(content: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """How many seconds and messages a room key serves, as the room's state asks; None where it does not."""
    period, messages = content.get("rotation_period_ms"), content.get("rotation_period_msgs")
    seconds = min(period // 1000, 10**9) if isinstance(period, int) and period > 0 else None
    return seconds, min(messages, 10**9) if isinstance(messages, int) and messages > 0 else None
