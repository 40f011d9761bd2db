"""People in rooms, drawn from a seed: what they say and do, and what befalls them, the rooms and the bot."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.simulation.bot import BOT, PASSWORD, Process, now
from tests.simulation.homeserver import Event, Room, World
from tests.simulation.loop import VirtualLoop
from tests.simulation.phones import MEGOLM, Phones
from tests.simulation.wire import Wire

CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
password_file = "password"
[keys]
master_key_file = "master.key"
[privacy]
require_encryption = true
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
representative = "@lene:example.dk"
[agencies.SOF]
name = "Socialforvaltningen"
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
at = "09:15"
[[people]]
user_id = "@tove:example.dk"
name = "Tove Lind"
agency = "BUF"
[meetings]
agenda_before = "2 workdays"
approve_after = "1 workdays"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
digest = "mon 08:30"
meeting = "FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=10;BYMINUTE=0"
[[rooms]]
room = "#by:example.dk"
forum = "byudvikling"
digest = "wed,fri 10:00"
meeting = "FREQ=WEEKLY;BYDAY=WE;BYHOUR=14;BYMINUTE=0"
duration = 90
[[rooms]]
room = "#gade:example.dk"
forum = "gadeteam"
"""
IN_THE_CLEAR = CONFIG.replace("require_encryption = true", "require_encryption = false")
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}}
FORUMS = {
    "fremdrift": ("anna", "karla", "lene", "ali"),
    "by": ("anna", "ali", "tove"),
    "gade": ("karla", "lene", "tove"),
}
NAMES = ("anna", "karla", "lene", "ali", "tove")
TASKS = ("søge friplads i klubben", "tale med skolen", "ringe til *moren*", "finde en mentor")
REACTIONS = ("✅", "⏰", "👀", "❌", "👍")
ANSWERS = ("færdig", "om en uge", "er i gang, mangler svar fra skolen", "hvornår var det nu?", "kan ikke nås")


def mxid(name: str) -> str:
    """The user id of a person of the programme."""
    return f"@{name}:example.dk"


@dataclass
class Command:
    """A message with command lines that the homeserver accepted: who wrote it where, and what each line asks."""

    event: Event
    forum: str | None  # None in direct messages
    verbs: tuple[str, ...]
    edited: bool = False
    deleted: bool = False
    readable: bool = True  # in the clear, or its key was meant for the bot


@dataclass
class Life:
    """What happens. `said` are the commands, `words` the forum that each marked word was said in.

    With `phones` people's rooms are encrypted, and so is what they say.
    """

    loop: VirtualLoop
    random: random.Random
    world: World
    wire: Wire
    bot: Process
    phones: Phones | None = None
    rooms: dict[str, str] = field(default_factory=dict)  # forum → its room today
    homes: dict[str, str] = field(default_factory=dict)  # every room a forum ever had → the forum
    said: list[Command] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    owners: dict[int, set[str]] = field(default_factory=dict)
    void: list[Event] = field(default_factory=list)  # look like commands, and must not count
    first: dict[str, Event] = field(default_factory=dict)  # what a replay repeats
    unkeyed: set[str] = field(default_factory=set)  # said while there was no device to give the key to
    reactions: list[Event] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    outside: list[tuple[str, float, float]] = field(default_factory=list)  # room, from, until: bot not in it
    revoked: int = 0
    over: bool = False  # from then on nothing befalls anybody

    def __post_init__(self) -> None:
        self.skew = {name: self.random.choice((0.0, 0.0, self.random.uniform(-90, 90))) for name in NAMES}
        # The config's other rooms do not exist yet: one room is a story as well, and sooner read.
        self.forums = self.random.sample(list(FORUMS), self.random.choice((1, 1, 1, 2, 2, 3)))
        self.world.passwords |= {BOT: PASSWORD}
        for name in NAMES if self.phones else ():
            assert self.phones is not None
            self.phones.new(mxid(name))
        for forum in self.forums:
            members = FORUMS[forum]
            body: dict[str, Any] = {"room_alias_name": forum, "invite": [mxid(m) for m in members[1:]]}
            # A forum without personal data may be either.
            if self.phones and (forum != "by" or self.random.random() < 0.5):
                body["initial_state"] = [ENCRYPTION]
            room_id = self.world.create_room(mxid(members[0]), body)
            for member in members[1:]:
                self.world.join(mxid(member), room_id)
            self.world.invite(mxid(members[0]), room_id, BOT)
            self._is_home(forum, room_id)
        self.world.watchers.append(self._hear)

    def _is_home(self, forum: str, room_id: str) -> None:
        self.rooms[forum] = room_id
        self.homes[room_id] = forum

    # --- time

    def plan(self, acts: int) -> float:
        """Put so many acts on the loop, in episodes with quiet between them. Returns when the last one is over."""
        at = self.random.choice((0.0, 5.0, 60.0))
        self.loop.call_later(0.0 if at else 0.01, self.bot.start)
        while acts > 0:
            episode = self.random.randint(2, 10)
            pace = self.random.choice((0.02, 0.3, 3.0, 40.0))
            for _ in range(min(episode, acts)):
                at += self.random.expovariate(1 / pace)
                self.loop.call_at(at, self._something)
            acts -= episode
            at += self.random.choice((1.0, 60.0, 1800.0, 3 * 3600.0, 26 * 3600.0, 3 * 86400.0, 8 * 86400.0))
        return at

    def _something(self) -> None:
        # Weights: mostly people, now and then a blow.
        acts: tuple[tuple[float, Callable[[], None]], ...] = (
            (30, self._record),
            (8, self._note),
            (8, self._finish),
            (6, self._move),
            (3, self._show),
            (8, self._answer),
            (8, self._react),
            (3, self._take_back),
            (6, self._edit),
            (5, self._delete),
            (5, self._chat),
            (3, self._digest),
            (6, self._in_private),
            (3, self._burst),
            (10, self._crash),
            (4, self._restart),
            (5, self._outage),
            (2, self._removed),
            (2, self._leaves_private),
            (2, self._upgrade),
            (1, self._revoke),
            *self._with_phones(),
            *self._more(),
        )
        act = self.random.choices([a for _, a in acts], [w for w, _ in acts])[0]
        self.tally[act.__name__.strip("_")] += 1
        act()

    def _with_phones(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        if self.phones is None:
            return ()
        return (
            (4, self._new_phone),
            (3, self._takes_keys),
            (4, self._garbage),
            (3, self._in_the_clear),
            (3, self._replayed),
        )

    def _more(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        """What else may happen."""
        return ()

    # --- speaking

    def _post(
        self, who: str, room_id: str, content: dict[str, Any], kind: str = "m.room.message"
    ) -> Event | None:
        room = self.world.rooms[room_id]
        if room.membership(mxid(who)) != "join":
            return None
        if self.phones is None or not room.encrypted or not self._is_sealed(kind):
            return self.world.append(room, mxid(who), kind, content, skew=self.skew[who])
        sealed, keyed = self.phones.of(mxid(who)).say(room_id, kind, content)
        event = self.world.append(room, mxid(who), "m.room.encrypted", sealed, skew=self.skew[who])
        event.inside = kind, content
        if not keyed:
            self.unkeyed.add(event.event_id)
        return event

    def _is_sealed(self, kind: str) -> bool:
        """Element leaves reactions in the clear; others do not."""
        return kind != "m.reaction" or self.random.random() < 0.3

    def _command(
        self, who: str, room_id: str, lines: list[tuple[str, str]], reply_to: str | None = None
    ) -> None:
        content: dict[str, Any] = {"msgtype": "m.text", "body": "\n".join(words for _, words in lines)}
        if reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        event = self._post(who, room_id, content)
        if event is not None:
            verbs = tuple(verb for verb, _ in lines)
            readable = event.event_id not in self.unkeyed
            self.said.append(Command(event, self.homes.get(room_id), verbs, readable=readable))

    def _word(self, forum: str) -> str:
        """A word that nobody else says, to be found again wherever it is repeated."""
        number = len(self.words) + 1
        self.words[number] = forum
        return f"ord{number}q"

    def _promise(self, forum: str) -> str:
        owners = self.random.sample(FORUMS[forum], self.random.choice((1, 1, 1, 2)))
        named = ", ".join(mxid(owner) for owner in owners)
        task = f"{self.random.choice(TASKS)} {self._word(forum)}"
        self.owners[len(self.words)] = set(owners)
        day = (now(self.loop) + timedelta(days=self.random.choice((0, 1, 2, 5, 9, 30)))).date()
        due = self.random.choice((f" inden {day}", f" inden {day}", f" inden {day}", ""))
        return f"!aftale {named} {task}{due}"

    def _somewhere(self) -> tuple[str, str, str]:
        """A forum, its room, and somebody in it."""
        forum = self.random.choice(self.forums)
        return forum, self.rooms[forum], self.random.choice(FORUMS[forum])

    def _record(self) -> None:
        forum, room_id, who = self._somewhere()
        count = self.random.choice((1, 1, 1, 1, 2, 3))
        self._command(who, room_id, [("record", self._promise(forum)) for _ in range(count)])

    def _burst(self) -> None:
        for _ in range(self.random.choice((4, 6, 8, 25))):
            self._record()

    def _said_by_bot(self, room_id: str) -> list[Event]:
        """The bot's messages in a room that speak of one action."""
        return [
            e
            for e in self.world.rooms[room_id].events
            if e.sender == BOT
            and e.redacted_by is None
            and len(self._mark(e).get("numbers", ())) == 1
            and "m.new_content" not in e.said
        ]

    def _mark(self, event: Event) -> dict[str, Any]:
        if self.phones is not None and event.type == "m.room.encrypted" and event.inside is None:
            self.phones.read(event)
        found = event.said.get("dk.hotspotbot")
        return dict(found) if isinstance(found, dict) else {}

    def _about_one(self) -> tuple[str, str, str, Event] | None:
        forum, room_id, who = self._somewhere()
        found = self._said_by_bot(room_id)
        return (forum, room_id, who, self.random.choice(found[-6:])) if found else None

    def _on_one(self, verb: str, words: Callable[[str, int], str]) -> None:
        if (found := self._about_one()) is None:
            return self._record()
        forum, room_id, who, message = found
        self._command(who, room_id, [(verb, words(forum, self._mark(message)["numbers"][0]))])
        return None

    def _note(self) -> None:
        self._on_one("note", lambda forum, number: f"!note {number} spurgt igen {self._word(forum)}")

    def _finish(self) -> None:
        self._on_one("finish", lambda _, number: f"!færdig {number}")

    def _move(self) -> None:
        day = (now(self.loop) + timedelta(days=self.random.randint(1, 20))).date()
        self._on_one("move", lambda _, number: f"!frist {number} {day}")

    def _show(self) -> None:
        self._on_one("show", lambda _, number: f"!vis {number}")

    def _digest(self) -> None:
        _, room_id, who = self._somewhere()
        self._command(who, room_id, [("digest", "!ugestatus")])

    def _chat(self) -> None:
        _, room_id, who = self._somewhere()
        self._post(who, room_id, {"msgtype": "m.text", "body": "Tak for i dag, vi ses tirsdag!!!"})

    def stir(self) -> None:
        """Somebody says something in each room."""
        for forum, room_id in self.rooms.items():
            self._post(FORUMS[forum][0], room_id, {"msgtype": "m.text", "body": "Så er der kaffe."})

    def _answer(self) -> None:
        if (found := self._about_one()) is None:
            return
        _, room_id, who, message = found
        relation = {"m.in_reply_to": {"event_id": message.event_id}}
        body = self.random.choice(ANSWERS)
        self._post(who, room_id, {"msgtype": "m.text", "body": body, "m.relates_to": relation})

    def _react(self) -> None:
        if (found := self._about_one()) is None:
            return
        _, room_id, who, message = found
        relation = {
            "rel_type": "m.annotation",
            "event_id": message.event_id,
            "key": self.random.choice(REACTIONS),
        }
        event = self._post(who, room_id, {"m.relates_to": relation}, "m.reaction")
        if event is not None:
            self.reactions.append(event)

    def _take_back(self) -> None:
        if self.reactions:
            self._redact(self.reactions.pop(self.random.randrange(len(self.reactions))))

    def _redact(self, event: Event) -> bool:
        room = self.world.rooms[event.room_id]
        if room.membership(event.sender) != "join" or event.redacted_by is not None:
            return False
        event.redacted_by = self.world.append(
            room, event.sender, "m.room.redaction", {"redacts": event.event_id}, redacts=event.event_id
        )
        return True

    def _recent(self) -> Command | None:
        own = [c for c in self.said[-12:] if not c.deleted and c.forum is not None]
        return self.random.choice(own) if own else None

    def _edit(self) -> None:
        command = self._recent()
        if command is not None:
            self._reword(command)

    def _reword(self, command: Command) -> None:
        first = self._worded_anew(command)
        if first is None:
            return
        lines = [first, *command.event.said["body"].split("\n")[1:]]
        body = "\n".join(lines)
        content = {
            "msgtype": "m.text",
            "body": f"* {body}",
            "m.new_content": {"msgtype": "m.text", "body": body},
            "m.relates_to": {"rel_type": "m.replace", "event_id": command.event.event_id},
        }
        if self._post(command.event.sender[1:].split(":")[0], command.event.room_id, content) is not None:
            command.edited = True

    def _worded_anew(self, command: Command) -> str | None:
        """Other words for the first line of a command; None where nobody edits such a one."""
        return self._promise(command.forum) if command.verbs[0] == "record" and command.forum else None

    def _delete(self) -> None:
        command = self._recent()
        if command is not None and self._redact(command.event):
            command.deleted = True

    # --- direct messages

    def _private_rooms(self, who: str) -> list[str]:
        """The rooms that somebody has alone with the bot."""
        return [
            room.room_id
            for room in self.world.rooms.values()
            if room.room_id not in self.homes and room.membership(mxid(who)) == "join"
        ]

    def _in_private(self) -> None:
        who = self.random.choice(NAMES)
        rooms = self._private_rooms(who)
        if not rooms:
            return self._record()
        room_id = rooms[-1]
        found = self._said_by_bot(room_id)
        if found and self.random.random() < 0.6:
            number = self._mark(self.random.choice(found))["numbers"][0]
            verb, words = self.random.choice((("finish", f"!færdig {number}"), ("show", f"!vis {number}")))
            self._command(who, room_id, [(verb, words)])
        else:
            self._command(who, room_id, [("list", "!aftaler")])
        return None

    def _hear(self, event: Event) -> None:
        """Somebody is invited to a room of the bot's: mostly they come, sooner or later."""
        invited = event.type == "m.room.member" and event.content.get("membership") == "invite"
        if not invited or event.sender != BOT or event.state_key is None:
            return
        chance, who = self.random.random(), event.state_key
        delay = self.random.choice((0.0, 0.1, 5.0, 3600.0, 30 * 3600.0))
        if chance < 0.85:
            self.loop.call_later(delay, self._accept, who, self.world.rooms[event.room_id])
        elif chance < 0.93:
            self.tally["declined"] += 1
            self.loop.call_later(delay, self.world.leave, who, event.room_id)

    def _accept(self, who: str, room: Room) -> None:
        if room.membership(who) == "invite":
            self.world.join(who, room.room_id)

    @property
    def _stays_put(self) -> bool:
        """Whether rooms keep their place: what arrives late in an old room cannot be known in the new one."""
        return self.wire.faults.late > 0

    def _leaves_private(self) -> None:
        if self._stays_put:
            return
        who = self.random.choice(NAMES)
        for room_id in self._private_rooms(who)[-1:]:
            self.world.leave(mxid(who), room_id)

    # --- what befalls the keys

    def _new_phone(self) -> None:
        """Somebody has one more device, and may sign it later."""
        assert self.phones is not None
        phone = self.phones.new(mxid(self.random.choice(NAMES)), signed=self.random.random() < 0.6)
        self.loop.call_later(self.random.choice((1.0, 90.0, 3600.0, 26 * 3600.0)), phone.sign)

    def _takes_keys(self) -> None:
        """Somebody takes the bot's one-time keys, some or all."""
        for device in self.world.keys.devices(BOT):
            for _ in range(self.random.choice((1, 49, 60))):
                self.world.keys.claim(BOT, device)

    def _garbage(self) -> None:
        """A member sends the bot's device what nobody should."""
        assert self.phones is not None
        phone = self.phones.of(mxid(self.random.choice(NAMES)))
        for device in self.world.keys.devices(BOT):
            for _ in range(self.random.choice((1, 5, 40))):
                kind, content = phone.garbage(device)
                self.world.keys.put(phone.user, BOT, device, kind, content)

    def _in_the_clear(self) -> None:
        """A command in the clear where all is encrypted: whoever carries it could have written it."""
        forum, room_id, who = self._somewhere()
        room = self.world.rooms[room_id]
        if room.encrypted and room.membership(mxid(who)) == "join":
            content = {"msgtype": "m.text", "body": f"!aftale mig {TASKS[0]} {self._word(forum)}"}
            self.void.append(self.world.append(room, mxid(who), "m.room.message", content))

    def _replayed(self) -> None:
        """A ciphertext comes once more, as its writer's or as somebody else's."""
        command = self._recent()
        if command is None or command.event.inside is None or command.forum is None:
            return
        room = self.world.rooms[command.event.room_id]
        who = mxid(self.random.choice(FORUMS[command.forum]))
        heard = room.membership(BOT, before=command.event.pos) == "join"
        if heard and room.membership(BOT) == "join" and room.membership(who) == "join":
            again = self.world.append(room, who, "m.room.encrypted", command.event.content)
            self.void.append(again)
            self.first[again.event_id] = command.event

    # --- what befalls the rooms

    def _removed(self) -> None:
        """The bot is removed from a forum's room, and invited again some time later."""
        forum, room_id, _ = self._somewhere()
        by = mxid(FORUMS[forum][0])
        room = self.world.rooms[room_id]
        if room.membership(BOT) != "join":
            return
        self.world.leave(BOT, room_id, by=by)
        self.loop.call_later(self.random.choice((0.05, 2.0, 60.0, 7200.0)), self._invite_again, room)

    def _invite_again(self, room: Room) -> None:
        forum = self.homes[room.room_id]
        if room.membership(BOT) == "leave" and self.rooms[forum] == room.room_id:
            self.world.invite(mxid(FORUMS[forum][0]), room.room_id, BOT)

    def _upgrade(self) -> None:
        """A forum moves to a new room: its people come along, the bot is invited."""
        if self._stays_put:
            return
        forum, room_id, _ = self._somewhere()
        members = FORUMS[forum]
        successor = self.world.upgrade(mxid(members[0]), room_id)
        self._is_home(forum, successor)
        for guest in (*map(mxid, members[1:]), BOT):
            self.world.invite(mxid(members[0]), successor, guest)
            if guest != BOT:
                self.world.join(guest, successor)

    # --- what befalls the bot

    def _crash(self) -> None:
        """Killed between two of the next steps; a supervisor starts it again."""
        self.loop.interrupt_after(self.random.randint(1, self.random.choice((10, 60, 400))), self._killed)

    def _killed(self) -> None:
        if self.bot.up and not self.over:
            self.bot.crash()
            self.tally["killed"] += 1
            self._start_later()

    def _start_later(self) -> None:
        delay = self.random.choice((0.1, 0.1, 5.0, 5.0, 600.0, 20 * 3600.0, 25 * 3600.0, 3 * 86400.0))
        self.loop.call_later(delay, self.bot.start)

    def _restart(self) -> None:
        if self.bot.up:
            self.bot.stop()
            self._start_later()

    def _outage(self) -> None:
        self.wire.cut(self.random.choice((1.0, 20.0, 300.0, 3600.0, 5 * 3600.0, 26 * 3600.0)))

    def _revoke(self) -> None:
        """Somebody ends the bot's session: it logs in again as the device it was."""
        self.revoked += 1
        for token, login in list(self.world.logins.items()):
            if login.user == BOT:
                self.world.log_out(token)
