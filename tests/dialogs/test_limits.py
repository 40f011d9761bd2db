"""How much one person may ask of the bot: a flood is left alone and told so once; no meeting ever meets it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from structlog.testing import capture_logs

from bot.inbox import Inbox
from bot.matrix.batch import Arrival, Batch, Joined
from bot.storage import queries
from tests.dialogs.chat import BOT, ROOMS, Chat

ROOM = ROOMS["fremdrift"][0]
MOST = 120


def flood(chat: Chat, count: int, who: str = "ali", words: str = "!aftale mig ringe inden fredag") -> None:
    """Somebody says something many times, a second apart."""
    for _ in range(count):
        chat.now += timedelta(seconds=1)
        chat.send(who, words)


def asked_as_often_as_one_may(chat: Chat) -> None:
    """Ali has said as much as is carried out."""
    flood(chat, MOST)


def told(chat: Chat, who: str = "ali") -> list[str]:
    return [m["body"] for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] == "limit"]


def audited(chat: Chat) -> list[str]:
    return chat.ask(lambda s: [e.detail or "" for e in queries.audit(s, subject="person:@ali:example.dk")])


def test_beyond_the_limit_nothing_is_carried_out_and_the_person_is_told_once(chat: Chat) -> None:
    chat.begin(asked_as_often_as_one_may)
    with capture_logs() as logs:
        flood(chat, 30)
    assert len(chat.actions()) == MOST
    (said,) = told(chat)
    assert "10.02" in said, "up to when it counts"
    assert "igen" in said
    room = [m for m in chat.messages(0, chat.target("fremdrift")) if m["kind"] == "action.recorded"]
    assert len(room) == MOST
    assert len(chat.messages(0, chat.target("fremdrift"))) == MOST, "the room hears nothing of it"
    assert [entry["event"] for entry in logs if entry["event"].startswith("limit")] == ["limit.reached"]


def test_afterwards_they_are_heard_again_and_what_was_left_alone_is_counted(chat: Chat) -> None:
    chat.begin(asked_as_often_as_one_may)
    flood(chat, 30)
    chat.now += timedelta(minutes=5)
    with capture_logs() as logs:
        assert "Aftale 121" in chat.say("ali", "!aftale mig ringe inden fredag")
    assert [(e["event"], e["ignored"]) for e in logs if e["event"] == "limit.over"] == [("limit.over", 30)]
    assert [one for one in audited(chat) if one.startswith("limit")] == ["limit", "limit:30"]
    flood(chat, MOST + 30)
    assert len(told(chat)) == 2, "once for each flood"


def test_the_others_are_heard_meanwhile(chat: Chat) -> None:
    chat.begin(asked_as_often_as_one_may)
    flood(chat, 5)
    assert "Aftale 121" in chat.say("karla", "!aftale @lene ringe inden fredag")


def test_answers_reactions_files_and_edits_count_and_deletions_are_always_heard(chat: Chat) -> None:
    first = chat.send("ali", "!aftale mig ringe inden fredag")
    answer = chat.newest()
    for _ in range(30):
        chat.send("ali", "tak", "dm")
        chat.react("ali", answer, "👀")
        chat.event("ali", "dm", "m.room.message", {"msgtype": "m.image", "body": "x", "url": "mxc://x/y"})
    for _ in range(MOST - 91):
        chat.edit("ali", first, "!aftale mig skrive inden fredag")
    assert told(chat) == []
    chat.react("ali", answer, "✅")
    assert len(told(chat)) == 1
    assert chat.action(1)["state"] == "open"
    chat.edit("ali", first, "!aftale mig gå inden fredag")
    assert chat.action(1)["text"] == "skrive"
    chat.delete("ali", first)
    assert chat.action(1)["state"] == "cancelled"


def test_what_people_say_to_each_other_is_nothing_asked_of_the_bot(chat: Chat) -> None:
    flood(chat, 3 * MOST, words="det er jeg enig i")
    assert "Aftale 1" in chat.say("ali", "!aftale mig ringe inden fredag")
    assert told(chat) == []


def test_a_backlog_after_an_outage_is_no_flood(chat: Chat) -> None:
    begin = chat.now.astimezone(UTC) - timedelta(days=1)
    content = {"msgtype": "m.text", "body": "!aftale mig ringe inden fredag"}
    event = {"type": "m.room.message", "sender": "@ali:example.dk", "content": content}
    timeline = tuple(
        Arrival(ROOM, {**event, "event_id": f"$b{n}"}, begin + timedelta(seconds=4 * n)) for n in range(300)
    )
    chat.db.run_sync(chat.inbox.sync, Batch("b", chat.now, {}, (Joined(ROOM, (), timeline),), ()))
    assert len(chat.actions()) == 300
    assert told(chat) == []


@pytest.mark.parametrize("more", [0, 20])
def test_a_restart_forgets_no_flood_and_tells_it_once(chat: Chat, more: int) -> None:
    chat.begin(asked_as_often_as_one_may)
    flood(chat, more)
    chat.inbox = Inbox(chat.access, BOT)
    flood(chat, 20)
    assert len(chat.actions()) == MOST
    assert len(told(chat)) == 1


def test_an_event_whose_transaction_was_taken_back_counts_once(chat: Chat) -> None:
    content = {"msgtype": "m.text", "body": "!aftale mig ringe inden fredag"}
    event = {"type": "m.room.message", "sender": "@ali:example.dk", "content": content, "event_id": "$once"}
    batch = Batch(
        "b", chat.now, {}, (Joined(ROOM, (), (Arrival(ROOM, event, chat.now.astimezone(UTC)),)),), ()
    )

    def fails(session: object) -> None:
        chat.inbox.sync(session, batch)  # type: ignore[arg-type]
        raise RuntimeError

    for _ in range(MOST + 5):
        with pytest.raises(RuntimeError):
            chat.db.run_sync(fails)
    chat.db.run_sync(chat.inbox.sync, batch)
    assert len(chat.actions()) == 1
    assert told(chat) == []


def test_the_busiest_meeting_never_meets_it(chat: Chat) -> None:
    """Whoever leads it types a line every three seconds for five minutes, and everybody else answers."""
    chat.at("2026-11-24 10:00")
    chat.send("karla", "!møde start")
    for turn in range(100):
        chat.now += timedelta(seconds=3)
        words = (
            "!aftale @lene ringe {} inden fredag",
            "!beslutning vi prøver {}",
            "!her @ali",
            "!dagsorden punkt {}",
        )
        chat.send("karla", words[turn % 4].format(turn))
        if turn % 2:
            chat.react("lene", chat.newest(), "👀")
            chat.send("bo", "!her")
    assert told(chat, "karla") + told(chat, "lene") + told(chat, "bo") == []
    assert len(chat.actions()) == 25
