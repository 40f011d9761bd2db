"""Nobody but the config's people makes the bot come anywhere, and nobody makes it invite, remove or empower anybody."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import bot
from bot.matrix.batch import Batch
from bot.storage import queries
from bot.storage.models import Outbox, Room
from tests.dialogs.chat import BOT, ROOMS, Chat

ROOM = ROOMS["fremdrift"][0]


def invitation(by: str, *, direct: bool = False, **content: Any) -> dict[str, Any]:
    content |= {"membership": "invite"} | ({"is_direct": True} if direct else {})
    return {"type": "m.room.member", "state_key": BOT, "sender": f"@{by}:example.dk", "content": content}


def invite(chat: Chat, rooms: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[str]:
    """Invitations come with a sync. Returns the rooms that the bot goes to."""
    invites = {room_id: tuple(state) for room_id, state in rooms.items()}
    chat.db.run_sync(chat.inbox.sync, Batch(f"t{next(chat.ids)}", chat.now, invites, (), ()))
    return sorted(chat.ask(lambda s: [room.room_id for room in queries.rooms(s, "invited")]))


def owed(chat: Chat) -> int:
    return chat.ask(lambda s: len(s.exec(select(Outbox)).all()))


@pytest.mark.parametrize(
    "state",
    [
        [invitation("finn")],
        [invitation("finn", direct=True)],
        [invitation("anna")],  # no room of the config, and no direct messages
        [
            invitation("anna", direct=True),
            invitation("finn", direct=True),
        ],  # a name that the inviting server added
        [invitation("finn", direct=True), invitation("anna", direct=True)],
        [invitation("anna", is_direct="true")],
        [invitation("anna", is_direct=1)],
        [{"type": "m.room.create", "content": {"type": "m.space"}}, invitation("anna", direct=True)],
        [
            {
                "type": "m.room.member",
                "state_key": "@anna:example.dk",
                "sender": "@anna:example.dk",
                "content": {},
            }
        ],
        [{"type": "m.room.member", "state_key": BOT, "content": {"membership": "invite", "is_direct": True}}],
        [{"type": "m.room.member", "state_key": BOT, "sender": None, "content": None}],
        [],
        [{}],
    ],
)
def test_an_invitation_that_is_none_of_ours_is_left_alone(chat: Chat, state: list[dict[str, Any]]) -> None:
    before = owed(chat)
    assert invite(chat, {"!ny:example.dk": state}) == []
    assert chat.ask(lambda s: queries.room(s, "!ny:example.dk")) is None
    assert owed(chat) == before


def test_a_thousand_invitations_of_a_stranger_leave_nothing_behind(chat: Chat) -> None:
    before = chat.ask(lambda s: len(s.exec(select(Room)).all()))
    assert invite(chat, {f"!{n}:example.dk": [invitation("finn", direct=True)] for n in range(1_000)}) == []
    assert chat.ask(lambda s: len(s.exec(select(Room)).all())) == before


@pytest.mark.parametrize(("who", "most"), [("lene", 5), ("clara", 1)])
def test_one_of_ours_has_a_few_direct_rooms_and_not_a_thousand(chat: Chat, who: str, most: int) -> None:
    rooms = {f"!{n:04}:example.dk": [invitation(who, direct=True)] for n in range(1_000)}
    assert len(invite(chat, rooms)) == most - 1, "one they have"


def test_who_has_left_their_direct_messages_may_begin_new_ones(chat: Chat) -> None:
    chat.state(
        "!dm-clara:example.dk", "m.room.member", "@clara:example.dk", {"membership": "leave"}, by="clara"
    )
    assert invite(chat, {"!ny:example.dk": [invitation("clara", direct=True)]}) == ["!ny:example.dk"]


def test_a_stranger_does_not_ask_the_bot_back_into_a_room_of_ours(chat: Chat) -> None:
    chat.ask(lambda s: chat.inbox.rooms.left(s, ROOM, chat.now))
    assert invite(chat, {ROOM: [invitation("finn")]}) == []
    assert invite(chat, {ROOM: [invitation("karla")]}) == [ROOM]


@pytest.mark.parametrize("by", ["finn", "clara"])
def test_a_forum_does_not_follow_a_stranger_into_their_room(chat: Chat, by: str) -> None:
    before = owed(chat)
    chat.state(ROOM, "m.room.tombstone", "", {"replacement_room": "!falsk:example.dk"}, by=by)
    assert invite(chat, {}) == []
    assert chat.ask(lambda s: queries.room(s, "!falsk:example.dk")) is None
    chat.send("karla", "!aftale @lene ringe inden fredag")
    assert chat.ask(lambda s: queries.forum_room(s, queries.forums(s)[0].uid) is not None)
    assert len(chat.actions()) == 1
    assert owed(chat) > before
    chat.state(ROOM, "m.room.tombstone", "", {"replacement_room": "!ny:example.dk"}, by="karla")
    assert invite(chat, {}) == ["!ny:example.dk"], "one of its own people leads it on"


@pytest.mark.parametrize("taken", ["!dm-lene:example.dk", ROOMS["raad"][0]])
def test_a_forum_does_not_move_into_a_room_that_is_somebody_elses(chat: Chat, taken: str) -> None:
    home = chat.ask(lambda s: queries.room(s, taken))
    assert home is not None
    chat.state(ROOM, "m.room.tombstone", "", {"replacement_room": taken}, by="karla")
    room = chat.ask(lambda s: queries.room(s, taken))
    assert room is not None
    assert (room.forum_uid, room.person, room.state) == (home.forum_uid, home.person, "joined")
    old = chat.ask(lambda s: queries.room(s, ROOM))
    assert old is not None
    assert (old.state, old.successor) == ("joined", None)


def test_who_knocks_or_names_another_as_sender_is_not_heard(chat: Chat) -> None:
    before = owed(chat)
    chat.state(
        ROOM, "m.room.member", "@finn:example.dk", {"membership": "knock", "reason": "!aftale"}, by="finn"
    )
    content = {"msgtype": "m.text", "body": "!aftale @lene ringe fredag", "sender": "@karla:example.dk"}
    chat.event("finn", "fremdrift", "m.room.message", content, user_id="@karla:example.dk")
    assert (chat.actions(), owed(chat)) == ([], before)


def test_the_bot_removes_nobody_and_gives_nobody_power() -> None:
    """Its homeserver calls are few enough to be read: it invites to direct messages and nowhere else."""
    calls = ("kick", "ban", "unban", "/upgrade", "knock", "forget")
    for path in Path(bot.__file__).parent.rglob("*.py"):
        if "demo" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        words = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        urls = [
            word for word in words if word.startswith(("/rooms/", "/kick", "/ban")) or "/_matrix/" in word
        ]
        assert not [url for url in urls if any(call in url for call in calls)], path
        invites = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "invite"
            and "homeserver" in ast.unparse(node.func)
        ]
        assert not invites or path.name == "direct.py", path
        states = [word for word in words if word == "m.room.power_levels"]
        assert not states or path.name in ("rooms.py", "inspection.py", "cpr_events.py"), "only read there"
