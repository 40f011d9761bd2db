"""Who is in a room is what the homeserver said last, whatever order a sync tells it in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.matrix.batch import Arrival, Batch, Joined
from bot.storage import queries
from tests.dialogs.chat import Chat

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROOM = "!dm-lene:example.dk"


def _member(membership: str, event_id: str = "$m:example.dk") -> dict[str, object]:
    return {
        "event_id": event_id,
        "type": "m.room.member",
        "state_key": "@lene:example.dk",
        "sender": "@lene:example.dk",
        "content": {"membership": membership},
    }


@pytest.fixture
def chat(tmp_path: Path) -> Chat:
    return Chat(tmp_path)


def test_a_state_block_does_not_undo_a_join_that_a_gap_page_brought(chat: Chat) -> None:
    join = Arrival(ROOM, _member("join"), NOW)
    chat.db.run_sync(chat.inbox.page, Joined(ROOM, (), (join,)), NOW)
    invite = Arrival(ROOM, _member("invite", "$i:example.dk"), NOW - timedelta(seconds=1))
    batch = Batch("t", NOW, {}, (Joined(ROOM, (invite,), ()),), ())
    chat.db.run_sync(chat.inbox.sync, batch)
    assert chat.ask(lambda s: queries.members(s, ROOM, ("join",))) == {"@lene:example.dk"}
    chat.close()


def test_a_room_that_the_bot_made_is_its_own_before_its_making_is_written_down(chat: Chat) -> None:
    made = "!made:example.dk"
    create = {
        "event_id": "$c",
        "type": "m.room.create",
        "state_key": "",
        "sender": "@hotspotbot:example.dk",
        "content": {},
    }
    invite = {
        **_member("invite", "$i2"),
        "sender": "@hotspotbot:example.dk",
        "content": {"membership": "invite", "is_direct": True},
    }
    timeline = tuple(Arrival(made, e, NOW) for e in (create, invite, _member("join", "$j2")))
    chat.db.run_sync(chat.inbox.sync, Batch("t2", NOW, {}, (Joined(made, (), timeline),), ()))
    room = chat.ask(lambda s: queries.room(s, made))
    assert room is not None
    assert room.person == "@lene:example.dk"
    assert chat.ask(lambda s: queries.members(s, made, ("join",))) == {"@lene:example.dk"}
    chat.close()


def test_a_room_made_by_somebody_else_is_not_adopted(chat: Chat) -> None:
    made = "!made:example.dk"
    create = {
        "event_id": "$c",
        "type": "m.room.create",
        "state_key": "",
        "sender": "@finn:example.dk",
        "content": {},
    }
    timeline = tuple(Arrival(made, e, NOW) for e in (create, _member("join", "$j2")))
    chat.db.run_sync(chat.inbox.sync, Batch("t2", NOW, {}, (Joined(made, (), timeline),), ()))
    assert chat.ask(lambda s: queries.room(s, made)) is None
    chat.close()


def test_rooms_of_one_sync_are_handled_in_the_order_in_which_people_spoke(chat: Chat) -> None:
    def message(room: str, sender: str, words: str, minute: int) -> Arrival:
        event = {
            "event_id": f"${minute}:example.dk",
            "type": "m.room.message",
            "sender": sender,
            "content": {"msgtype": "m.text", "body": words},
        }
        return Arrival(room, event, NOW + timedelta(minutes=minute))

    said = message("!fremdrift:example.dk", "@karla:example.dk", "!aftale Lene søge friplads inden fredag", 1)
    done = message(ROOM, "@lene:example.dk", "!færdig 1", 2)
    batch = Batch("t3", NOW, {}, (Joined(ROOM, (), (done,)), Joined(said.room_id, (), (said,))), ())
    chat.db.run_sync(chat.inbox.sync, batch)
    assert chat.action(1)["state"] == "done"
    chat.close()
