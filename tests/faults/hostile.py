"""A homeserver that has been taken over: between the bot and a real one, everything the bot is told may be garbage.

What is put into its answers is drawn from a seed: events of every shape and type, sizes up to what a homeserver takes,
Unicode that breaks things, relations to events that are unknown, foreign or the bot's own. The words in it carry
`SECRET`, which must be found nowhere afterwards.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.demo.homeserver import Synapse
from tests.faults.proxy import Proxy

SECRET = "kornblomstblå"
AT_ONCE = 250  # events put into one sync

_UNICODE = (
    "\x00",
    "\ud800",
    "\udfff\ud83d",
    "\u202e\u2066",
    "\u200b\u200d\ufeff",
    "\ue000x3c\ue001",
    "\ue002@karla\ue003",
    "𝟘𝟙𝟘𝟙𝟡𝟘",
    "👩‍👩‍👧‍👦",
    "z" + "\u0301" * 300,
    "\x1b[31m",
    "＠room",
    "\u2028\u2029\x85",
    "ﷺ" * 40,
)
_TYPES = (
    "m.room.message",
    "m.room.message",
    "m.room.message",
    "m.room.encrypted",
    "m.room.redaction",
    "m.reaction",
    "m.room.member",
    "m.room.power_levels",
    "m.room.encryption",
    "m.room.topic",
    "m.room.name",
    "m.room.create",
    "m.room.join_rules",
    "m.room.server_acl",
    "m.room.pinned_events",
    "m.room.history_visibility",
    "m.sticker",
    "m.poll.start",
    "org.matrix.msc3381.poll.response",
    "m.call.invite",
    "m.key.verification.request",
    "m.key.verification.start",
    "m.key.verification.done",
    "m.room_key",
    "m.forwarded_room_key",
    "m.room_key_request",
    "m.secret.send",
    "m.dummy",
    "dk.hotspotbot",
    "",
    "m." + "x" * 300,
)
_COMMANDS = (
    "!aftale @lene {} inden fredag",
    "!action BUF, SOF #HS-26-001 {} senest 31/2",
    "!færdig 1 {}",
    "!giv 999999999999999999999 {}",
    "!frist 1 {}",
    "!note 1 {}",
    "!vis {}",
    "!sag ny {}",
    "!sag HS-26-001 {}",
    "!status HS-99-999 {}",
    "!skema HS-26-001 {}",
    "!eskaler {}",
    "!mig {}",
    "!møde start {}",
    "!dagsorden {}",
    "!her {}",
    "!beslutning {}",
    "!referat {}",
    "!ugestatus {}",
    "!hjælp {}",
    "!fortryd {}",
    "!{}",
    "{}",
    "!aftale\n{}\n!aftale\n{}",
    "> !aftale {}",
)
_MSGTYPES = (
    "m.text",
    "m.notice",
    "m.emote",
    "m.file",
    "m.image",
    "m.audio",
    "m.location",
    "m.video",
    "x",
    "",
)
_KEYS = (
    "body",
    "msgtype",
    "formatted_body",
    "format",
    "m.relates_to",
    "m.new_content",
    "m.mentions",
    "membership",
    "ciphertext",
    "sender_key",
    "session_id",
    "algorithm",
    "url",
    "file",
    "info",
    "filename",
    "reason",
    "redacts",
    "replacement_room",
    "users",
    "pinned",
    "transaction_id",
    "from_device",
    "dk.hotspotbot",
)


class Garbage:
    """What a hostile homeserver makes up, from a seed. `known` are ids of real events and of the bot's own."""

    def __init__(self, seed: int, room_id: str, bot: str, insider: str, *, encrypts: bool) -> None:
        self.random = random.Random(seed)
        # Encrypted once is encrypted for ever: nothing said in the clear would be looked at any more.
        self.types = _TYPES if encrypts else tuple(kind for kind in _TYPES if kind != "m.room.encryption")
        self.room_id = room_id
        self.people = (
            bot,
            insider,
            "@stranger:example.dk",
            "@x:evil.example",
            "nobody",
            "@:",
            "@" + "y" * 300,
        )
        self.insider = insider
        self.known: list[str] = ["$unknown:example.dk"]
        self.made = 0

    def words(self) -> str:
        """Words with the secret in them, now and then very many."""
        pick = self.random.random()
        hard = "".join(self.random.choices(_UNICODE, k=self.random.randint(0, 3)))
        if pick < 0.01:
            return (
                f"{SECRET} {hard}"
                + self.random.choice(("ø<b>", "[", "(", "*_~", "`", "<a ", "&#", "!a ")) * 4_000
            )
        if pick < 0.1:
            return f"<b>{SECRET}</b>{hard}<script>&lt;"
        return f"{hard} {SECRET} {''.join(self.random.choices(string.printable, k=8))}"

    def odd(self, depth: int = 0) -> Any:
        """Any value that JSON has, and some that it hardly has."""
        plain: tuple[Callable[[], Any], ...] = (
            lambda: None,
            lambda: self.random.choice((True, False)),
            lambda: self.random.choice((0, -1, 1.5, 2**53 + 1, 10**30, -(10**18), 1e308)),
            lambda: self.random.choice(("", "x", *_UNICODE)),
            self.words,
            lambda: self.random.choice(self.known),
            lambda: self.random.choice(self.people),
        )
        if depth > 4 or self.random.random() < 0.6:
            return self.random.choice(plain)()
        if self.random.random() < 0.5:
            return [self.odd(depth + 1) for _ in range(self.random.randint(0, 4))]
        if depth == 0 and self.random.random() < 0.02:
            deep: Any = self.words()
            for _ in range(60):
                deep = [deep] if self.random.random() < 0.5 else {"m.new_content": deep}
            return deep
        return {self.random.choice(_KEYS): self.odd(depth + 1) for _ in range(self.random.randint(0, 5))}

    def content(self) -> Any:
        """A content that is nearly right."""
        said = self.random.choice(_COMMANDS).format(self.words(), self.words())
        content: dict[str, Any] = {"msgtype": self.random.choice(_MSGTYPES), "body": said}
        if self.random.random() < 0.3:
            content |= {"format": "org.matrix.custom.html", "formatted_body": self.words()}
        if self.random.random() < 0.5:
            content["m.relates_to"] = self.random.choice(
                (
                    {"rel_type": "m.replace", "event_id": self.random.choice(self.known)},
                    {
                        "rel_type": "m.thread",
                        "event_id": self.random.choice(self.known),
                        "is_falling_back": True,
                    },
                    {"m.in_reply_to": {"event_id": self.random.choice(self.known)}},
                    {"rel_type": "m.annotation", "event_id": self.random.choice(self.known), "key": "✅"},
                    {"rel_type": self.odd(), "event_id": self.odd(), "m.in_reply_to": self.odd()},
                )
            )
            content["m.new_content"] = {"msgtype": "m.text", "body": said}
        if self.random.random() < 0.1:
            content["dk.hotspotbot"] = self.random.choice(
                ({"id": "0" * 32, "kind": "action.recorded", "numbers": [1]}, self.odd())
            )
        for _ in range(self.random.choice((0, 0, 1, 2))):
            content[self.random.choice(_KEYS)] = self.odd()
        return content

    def event(self) -> Any:
        """An event, or something in its place."""
        self.made += 1
        if self.random.random() < 0.05:
            return self.odd()
        event: dict[str, Any] = {
            "event_id": f"${self.random.getrandbits(60):x}:evil.example",
            "type": self.random.choice(self.types),
            # Somebody who counts says little, so that the answers to it do not take all the time.
            "sender": self.insider if self.random.random() < 0.02 else self.random.choice(self.people),
            "origin_server_ts": self.random.choice((0, -1, 1_795_000_000_000, 2**62, "1", None, 1.5)),
            "content": self.content(),
            "unsigned": {},
        }
        if self.random.random() < 0.25 and event["type"] != "m.room.message":
            event["state_key"] = self.random.choice(("", *self.people))
        if event["type"] == "m.room.redaction":
            event["redacts"] = self.random.choice((*self.known, self.odd()))
        if self.random.random() < 0.1:
            event["event_id"] = self.random.choice((*self.known, self.odd()))
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            event[self.random.choice((*event, "room_id", "state_key", "redacts", "unsigned"))] = self.odd()
        return event

    def into(self, said: dict[str, Any]) -> dict[str, Any]:
        """A sync's answer with garbage in every place; what was there stays, and the token with it."""
        self.known = [*self.known[-200:], *_ids(said)]
        rooms = said.setdefault("rooms", {})
        joined = rooms.setdefault("join", {}).setdefault(self.room_id, {})
        timeline = joined.setdefault("timeline", {"limited": False})
        timeline["events"] = [*(self.event() for _ in range(AT_ONCE - 12)), *timeline.get("events", [])]
        if self.random.random() < 0.2:
            timeline |= {"limited": True, "prev_batch": self.random.choice(("s0_0", self.odd()))}
        joined["state"] = {"events": [self.event() for _ in range(4)]}
        strange = f"!{self.random.getrandbits(40):x}:evil.example"
        rooms.setdefault("invite", {})[strange] = self.random.choice(
            ({"invite_state": {"events": [self.event(), self.event()]}}, self.odd())
        )
        rooms["join"][f"!{self.random.getrandbits(40):x}:evil.example"] = self.random.choice(
            ({"timeline": {"events": [self.event(), self.event()]}, "state": self.odd()}, self.odd())
        )
        rooms.setdefault("leave", {})[f"{strange}y"] = self.odd()
        rooms["knock"] = self.odd()
        events = said.setdefault("to_device", {}).setdefault("events", [])
        events += [self.event() for _ in range(4)]
        said["device_lists"] = {"changed": [self.odd() for _ in range(3)], "left": self.odd()}
        said["presence"] = self.odd()
        said["account_data"] = self.odd()
        return said


class HostileProxy(Proxy):
    """A proxy that lies: `garbage` goes into syncs while there is `left` of it; other answers are spoilt by chance."""

    def __init__(self, synapse: Synapse) -> None:
        super().__init__(synapse)
        self.garbage: Garbage | None = None
        self.left = 0
        self.spoilt = 0

    async def _pass_on(self, request: web.BaseRequest, body: bytes) -> tuple[int, dict[str, str], bytes]:
        garbage = self.garbage if self.left > 0 else None
        is_sync = request.path.endswith("/sync")
        if garbage is not None and is_sync:
            request = request.clone(
                rel_url=request.rel_url.update_query(timeout="0")
            )  # there is news already
        status, headers, answer = await super()._pass_on(request, body)
        if garbage is None or status != 200:
            return status, headers, answer
        if is_sync:
            said = garbage.into(json.loads(answer))
            self.left -= AT_ONCE
            return status, headers, json.dumps(said).encode()
        if request.method == "GET" and garbage.random.random() < 0.2:
            self.spoilt += 1
            return status, headers, json.dumps(garbage.odd()).encode()
        if request.path.endswith("/keys/query") and garbage.random.random() < 0.2:
            self.spoilt += 1
            return (
                status,
                headers,
                json.dumps({"device_keys": garbage.odd(), "master_keys": garbage.odd()}).encode(),
            )
        return status, headers, answer


def _ids(said: Mapping[str, Any]) -> list[str]:
    """The ids of the real events in a sync."""
    return [
        event["event_id"]
        for room in said.get("rooms", {}).get("join", {}).values()
        for event in room.get("timeline", {}).get("events", [])
    ]
