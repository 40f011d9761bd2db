"""A chat with the bot, without a network: what is said goes through the real inbox, what is owed is read back.

chat.say("@lene", "!færdig 42")  ->  what the bot answers, as the plain body a person would read
"""

from __future__ import annotations

import atexit
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.access import Access
from bot.duties import purposes, tick
from bot.inbox import Inbox
from bot.matrix.batch import Arrival, Batch, Joined
from bot.matrix.markup import render
from bot.settings import Settings, load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.exports import export_actions
from bot.storage.models import Action, Member, Outbox, Room
from bot.storage.sealing import Vault
from tests.engines import migrated

T = TypeVar("T")
_numbers = itertools.count(1)
_scenes: dict[
    tuple[object, ...], tuple[Path, datetime, str, Any]
] = {}  # how chats stood after what was played
CPH = ZoneInfo("Europe/Copenhagen")
BOT = "@hotspotbot:example.dk"
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=CPH)
FURNISHED = FRIDAY - timedelta(days=1)
PURPOSE = ("purpose", "purpose.pinned")

CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[privacy]
require_encryption = false
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
representative = "@lene:example.dk"
[agencies.SOF]
name = "Socialforvaltningen"
[agencies.BIF]
name = "Beskæftigelses- og Integrationsforvaltningen"
[agencies.politi]
name = "Politiet"
[[people]]
user_id = "@anna:example.dk"
name = "Anna Vind"
roles = ["lead"]
[[people]]
user_id = "@karla:example.dk"
name = "Karla Bech"
agency = "SOF"
roles = ["coordinator"]
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
agency = "BUF"
[[people]]
user_id = "@ali:example.dk"
name = "Ali Demir"
agency = "SOF"
nicknames = ["Alle"]
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
agency = "politi"
[[people]]
user_id = "@lene2:example.dk"
name = "Lene Skov"
agency = "BIF"
[[people]]
user_id = "@clara:example.dk"
name = "Clara Berg"
roles = ["citizen"]
[[partners]]
key = "KAB"
name = "Boligforeningen"
contact = "@karla:example.dk"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
digest = "mon 08:30"
meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"
[[rooms]]
room = "#ledelse:example.dk"
forum = "ledelsesgruppe"
language = "en"
[[rooms]]
room = "#raad:example.dk"
forum = "hotspotraad"
"""

ROOMS = {
    "fremdrift": ("!fremdrift:example.dk", ["anna", "karla", "lene", "ali", "bo"]),
    "ledelse": ("!ledelse:example.dk", ["anna", "karla", "lene2", "bo"]),
    "raad": ("!raad:example.dk", ["anna", "clara"]),
}


@cache
def _kept_in() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="chats-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _kept(what: str) -> Path:
    """A folder's name that is this process's own, and free."""
    return _kept_in() / f"{what}-{next(_numbers)}"


@cache
def _furnished(config: str, people: tuple[tuple[str, ...], ...]) -> tuple[Settings, Path]:
    """A programme's settings, and a folder with its database and keyring: made once, copied for each chat.

    `people` are those in `ROOMS`: a test that seats them otherwise gets a copy of its own.
    """
    folder = _kept("chat")
    folder.mkdir()
    path = folder / "hotspot.toml"
    path.write_text(config, encoding="utf-8")
    settings = load(path)
    shutil.copy(migrated(), folder / "bot.db")
    db = Database(f"sqlite:///{folder / 'bot.db'}", Vault(b"k" * 32, folder / "keyring.json"))
    db.open()
    db.run_sync(_furnish, settings)
    db.close()
    return settings, folder


def _furnish(session: Session, settings: Settings) -> None:
    """Rooms with their people, and everybody's direct messages."""
    rooms = Inbox(Access(settings), BOT).rooms
    aliases = {room.room: f"!{room.room[1:]}" for room in settings.rooms}
    rooms.resolved(session, aliases, FRIDAY)
    long_ago = FRIDAY - timedelta(days=400)
    for room_id, people in ROOMS.values():
        room = rooms.joined(session, room_id, FRIDAY - timedelta(days=1))
        if room is None:
            continue
        room.since = long_ago
        for name in [*people, "hotspotbot"]:
            rooms.state_event(session, room, _member(f"@{name}:example.dk", "join"), long_ago)
    for person in settings.people:
        room_id = f"!dm-{person.user_id[1:].split(':')[0]}:example.dk"
        session.add(Room(room_id=room_id, person=person.user_id, state="joined", since=long_ago))
        session.add(
            Member(room_id=room_id, user_id=person.user_id, membership="join", ever_joined=True, since=FRIDAY)
        )
    session.flush()
    # The purpose stands pinned in its rooms from the beginning; what a test reads begins after it.
    purposes.run(session, Access(settings), FURNISHED)
    _sent(session)


class Chat:
    """People, rooms and the bot, at a moment that only the test moves."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.settings, furnished = _furnished(config, tuple(tuple(inside) for _, inside in ROOMS.values()))
        shutil.copytree(furnished, folder, dirs_exist_ok=True)
        self.access = Access(self.settings)
        self.vault = Vault(b"k" * 32, folder / "keyring.json")
        self.url = f"sqlite:///{folder / 'bot.db'}"
        self._db, self._waits = Database(self.url, self.vault), True
        self.inbox = Inbox(self.access, BOT)
        self.now = FRIDAY
        self.ids = itertools.count(1)
        self._folder = folder
        self._begun: tuple[object, ...] = (furnished,)
        self._since_then = repr(self.ids)

    @property
    def db(self) -> Database:
        """The database, opened when it is first asked for."""
        if self._waits:
            self._waits = False
            self._db.open()
        return self._db

    @db.setter
    def db(self, database: Database) -> None:
        self._db, self._waits = database, False

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def begin(self, scene: Callable[[Chat], T]) -> T:
        """Play what many tests begin with: once in this process, then each chat goes on from a copy of what it left.

        `scene` is a function of a module. It speaks with this chat alone and returns what the tests need to know of
        it (ids, words). Each chat goes on with a bot that has just been started. A chat may begin with several scenes.
        """
        assert repr(self.ids) == self._since_then, "something was said before the scene"
        self._begun += (scene,)
        if self._begun not in _scenes:
            told = scene(self)
            self._db.close()
            _scenes[self._begun] = (
                shutil.copytree(self._folder, _kept("scene")),
                self.now,
                repr(self.ids),
                told,
            )
        self._db.close()
        left, self.now, following, told = _scenes[self._begun]
        shutil.copytree(left, self._folder, dirs_exist_ok=True)
        self.ids = itertools.count(int(following.removeprefix("count(").removesuffix(")")))
        self._since_then = following
        self._waits = True
        self.inbox = Inbox(self.access, BOT)
        return cast(T, told)

    # --- speaking

    def room_id(self, room: str, who: str = "") -> str:
        """The id of a room by its short name; "dm" is the speaker's direct messages."""
        return f"!dm-{who}:example.dk" if room == "dm" else ROOMS[room][0]

    def event(self, who: str, room: str, kind: str, content: Mapping[str, Any], **extra: Any) -> str:
        """An event arrives. Returns its id."""
        return self.event_in(self.room_id(room, who), who, kind, content, **extra)

    def event_in(self, room_id: str, who: str, kind: str, content: Mapping[str, Any], **extra: Any) -> str:
        """An event arrives in a room by its id. Returns the event's id."""
        event_id = f"${next(self.ids)}:example.dk"
        event = {
            "event_id": event_id,
            "sender": f"@{who}:example.dk",
            "type": kind,
            "content": content,
            **extra,
        }
        self.deliver(Arrival(room_id, event, self.now.astimezone(UTC)))
        return event_id

    def deliver(self, arrival: Arrival) -> None:
        """Hand an arrival to the inbox, as one sync; what the bot owed before has been sent by then."""
        self.db.run_sync(_sent)
        batch = Batch(f"t{next(self.ids)}", self.now, {}, (Joined(arrival.room_id, (), (arrival,)),), ())
        self.db.run_sync(self.inbox.sync, batch)

    def send(
        self, who: str, words: str, room: str = "fremdrift", *, reply_to: str | None = None, **extra: Any
    ) -> str:
        """Somebody writes a message. Returns its event id."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": words, **extra}
        if reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return self.event(who, room, "m.room.message", content)

    def say(
        self, who: str, words: str, room: str = "fremdrift", *, reply_to: str | None = None, **extra: Any
    ) -> str:
        """Somebody writes a message; what the bot says to it, joined by a blank line ("" is silence)."""
        before = self.last_seq()
        self.send(who, words, room, reply_to=reply_to, **extra)
        return "\n\n".join(self.since(before))

    def state(self, room_id: str, kind: str, key: str, content: Mapping[str, Any], by: str = "anna") -> None:
        """The room changes: somebody joins or leaves, it is upgraded."""
        event: dict[str, Any] = {
            "event_id": f"${next(self.ids)}:example.dk",
            "sender": f"@{by}:example.dk",
            "type": kind,
        }
        event |= {"state_key": key, "content": content}
        self.deliver(Arrival(room_id, event, self.now.astimezone(UTC)))

    def edit(self, who: str, event_id: str, words: str, room: str = "fremdrift") -> str:
        """Somebody edits their message; what the bot says then, edits of its own messages included."""
        before = self.last_seq()
        content = {
            "msgtype": "m.text",
            "body": f"* {words}",
            "m.new_content": {"msgtype": "m.text", "body": words},
            "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
        }
        self.event(who, room, "m.room.message", content)
        return "\n\n".join(self.since(before))

    def react(self, who: str, event_id: str, key: str, room: str = "fremdrift") -> str:
        """Somebody reacts; returns the reaction's event id."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return self.event(who, room, "m.reaction", {"m.relates_to": relation})

    def delete(self, who: str, event_id: str, room: str = "fremdrift") -> str:
        """Somebody deletes a message; what the bot says then."""
        before = self.last_seq()
        self.event(who, room, "m.room.redaction", {"redacts": event_id}, redacts=event_id)
        return "\n\n".join(self.since(before))

    # --- time

    def at(self, when: str) -> None:
        """Move the clock to a local moment, ringing every alarm on the way."""
        until = datetime.fromisoformat(when).replace(tzinfo=CPH)
        while True:
            following = self.db.run_sync(tick, self.access, self.now.astimezone(UTC))
            if following is None or following > until:
                break
            self.now = max(following, self.now + timedelta(seconds=1))
        self.now = until
        self.db.run_sync(tick, self.access, self.now.astimezone(UTC))

    def wake(self, when: str) -> None:
        """The bot was down until a local moment: what became due meanwhile is handled then, at once."""
        self.now = datetime.fromisoformat(when).replace(tzinfo=CPH)
        self.at(when)

    # --- reading

    def last_seq(self) -> int:
        """The newest outbox row's sequence number."""
        return self.ask(lambda s: s.exec(select(func.max(Outbox.seq))).one() or 0)

    def since(self, seq: int, kinds: tuple[str, ...] = ("message", "edit")) -> list[str]:
        """Plain bodies of what the bot owed after a sequence number; each counts as sent at once."""
        return [row["body"] for row in self.messages(seq) if row["what"] in kinds]

    def messages(self, seq: int = 0, target: str | None = None) -> list[dict[str, Any]]:
        """What the bot owed after a sequence number, rendered, and marked as sent."""

        def collect(session: Session) -> list[dict[str, Any]]:
            _sent(session)
            return [_shown(session, row) for row in _owed(session, seq, target)]

        return self.db.run_sync(collect)

    def last(self, target: str | None = None) -> dict[str, Any]:
        """The newest message the bot owed (to a target)."""

        def newest(session: Session) -> dict[str, Any]:
            _sent(session)
            return _shown(session, [row for row in _owed(session, 0, target) if row.what == "message"][-1])

        return self.db.run_sync(newest)

    def target(self, room: str, who: str = "") -> str:
        """The outbox target of a room by its short name."""
        if room == "dm":
            return f"dm:@{who}:example.dk"
        return self.ask(lambda s: f"forum:{_forum(s, ROOMS[room][0])}")

    def newest(self, room: str = "fremdrift", who: str = "") -> str:
        """The event id of the bot's newest message in a room (or in somebody's direct messages)."""
        return str(self.last(self.target(room, who))["event_id"])

    def answer(self, who: str, words: str, room: str = "fremdrift", to: str | None = None) -> str:
        """Somebody replies to a message of the bot, by default its newest one there; what the bot says then."""
        return self.say(who, words, room, reply_to=to or self.newest(room, who))

    def in_thread(self, who: str, root: str, words: str, room: str = "fremdrift") -> str:
        """Somebody writes in a thread; what the bot says then, which has to be in that thread as well."""
        before = self.last_seq()
        relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
        content = {"msgtype": "m.text", "body": words, "m.relates_to": relation}
        self.event(who, room, "m.room.message", content)
        threads = self.ask(lambda s: s.exec(select(Outbox.thread).where(col(Outbox.seq) > before)).all())
        assert set(threads) <= {root}
        return "\n\n".join(self.since(before))

    def reacts(self, who: str, key: str, room: str = "fremdrift", to: str | None = None) -> str:
        """Somebody reacts to a message of the bot, by default its newest one there; what the bot says then."""
        event_id = to or self.newest(room, who)
        before = self.last_seq()
        self.react(who, event_id, key, room)
        return "\n\n".join(self.since(before))

    def heard(self, who: str, seq: int) -> list[str]:
        """What the bot told somebody in direct messages after a sequence number."""
        return [m["body"] for m in self.messages(seq, f"dm:@{who}:example.dk") if m["what"] == "message"]

    def standing(self, seq: int = 0, target: str | None = None) -> list[dict[str, Any]]:
        """The messages that people can still read: neither redacted nor edits, which stand in their original."""
        rows = self.messages(seq, target)
        gone = {row["about"] for row in rows if row["what"] == "redact"}
        return [row for row in rows if row["what"] != "redact" and row["id"] not in gone]

    def raw(self) -> bytes:
        """The database as it lies on the disk, journal included."""
        files = sorted(Path(self.url.removeprefix("sqlite:///")).parent.glob("bot.db*"))
        return b"".join(file.read_bytes() for file in files)

    def direct(self, who: str) -> list[str]:
        """Everything the bot sent somebody in direct messages."""
        return [m["body"] for m in self.messages(0, f"dm:@{who}:example.dk") if m["what"] == "message"]

    def ask(self, question: Callable[[Session], T]) -> T:
        """Look into the database."""
        return self.db.run_sync(question)

    def actions(self) -> list[dict[str, Any]]:
        """The export of all actions."""
        return self.db.run_sync(export_actions)

    def action(self, number: int) -> dict[str, Any]:
        """One exported action."""
        return next(row for row in self.actions() if row["number"] == number)

    def number_actions(self, following: int) -> None:
        """Let the next action have this number."""
        self.ask(lambda s: _renumber(s, following))

    def everything(self) -> str:
        """All rendered messages as JSON, to search for words."""
        return json.dumps(self.messages(), ensure_ascii=False)


def _sent(session: Session) -> None:
    """Everything that is owed reaches the homeserver."""
    for row in session.exec(select(Outbox).where(Outbox.state == "owed")):
        row.state, row.event_id = "sent", f"$bot{row.seq}:example.dk"


def _owed(session: Session, seq: int, target: str | None) -> list[Outbox]:
    """What has been owed (to a target) after a sequence number, but for what was dropped and the furniture."""
    query = select(Outbox).where(col(Outbox.seq) > seq, Outbox.state != "dropped").order_by(col(Outbox.seq))
    if target is not None:
        query = query.where(Outbox.target == target)
    return [row for row in session.exec(query) if not (row.kind in PURPOSE and row.created_at == FURNISHED)]


def _shown(session: Session, row: Outbox) -> dict[str, Any]:
    """A message as it was sent."""
    shown = render(row.template or "", lambda uid: queries.words(session, uid), lang=row.language)
    return {
        "body": shown.body if row.what in ("message", "edit") else "",
        "html": shown.html,
        "kind": row.kind,
        "what": row.what,
        "target": row.target,
        "event_id": row.event_id,
        "reason": row.reason,
        "notify": row.notify,
        "about": row.about,
        "id": row.id,
    }


def _renumber(session: Session, following: int) -> None:
    last = session.exec(select(Action).order_by(col(Action.number).desc()).limit(1)).one()
    last.number = following - 1


def _forum(session: Session, room_id: str) -> str:
    room = queries.room(session, room_id)
    assert room is not None
    assert room.forum_uid is not None
    return room.forum_uid


def pill(who: str, name: str, words: str) -> dict[str, str]:
    """The formatted body with which a client mentions somebody: their name, linked, before the words."""
    link = f'<a href="https://matrix.to/#/@{who}:example.dk">{name}</a>'
    return {"format": "org.matrix.custom.html", "formatted_body": words.replace(name, link, 1)}


def _member(user_id: str, membership: str) -> dict[str, Any]:
    return {
        "type": "m.room.member",
        "state_key": user_id,
        "content": {"membership": membership},
        "sender": user_id,
    }
