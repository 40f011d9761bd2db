"""What a homeserver forgets: transaction ids after a day, everything since its own backup; and what a bot missed.

In a room in the clear in `make long`.
"""

import dataclasses
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from bot.demo.account import Event
from bot.demo.homeserver import Synapse
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, set_up
from tests.e2e.programmes import ONE_ROOM


def _ids(person: Participant, room: str) -> Counter[str]:
    """How often each message of the bot's stands in a room, by its outbox id."""
    return Counter(m["content"]["dk.hotspotbot"]["id"] for m in person.bot_messages(room))


@pytest.mark.parametrize("encrypted", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_what_was_said_between_invitation_and_joining_counts(
    programme: SetUp, run_bot: RunBot, encrypted: bool
) -> None:
    stage = await programme(dataclasses.replace(ONE_ROOM, encrypted=encrypted))
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    if encrypted:  # nobody can speak to a device that does not exist yet
        bot = await run_bot(stage.config)
        await stage.bot_joined()
        assert await bot.stop() == 0
    said = [await karla.say(room, "!aftale mig ringe til skolen fredag")]
    await karla.kick(room, stage.bot)
    meanwhile = await karla.say(room, "!aftale mig ringe til klubben fredag")
    await karla.invite(room, stage.bot)
    said += await karla.say_many(room, [f"!aftale mig besøge nummer {n} fredag" for n in range(110)])
    bot = await run_bot(stage.config)
    await karla.wait_for(
        lambda e: len(karla.bot_messages(room, "action.recorded")) >= len(said), room, timeout=60
    )
    await karla.wait_for(lambda e: e["type"] == "m.room.pinned_events", room, timeout=30)
    await karla.quiet(room, 0.5)
    given = karla.bot_messages(room, "action.recorded")
    answered = [m["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for m in given]
    assert sorted(answered) == sorted(said)
    assert meanwhile not in answered
    assert await bot.stop() == 0


async def test_a_message_in_doubt_for_long_is_looked_for_before_it_is_sent_again(
    tmp_path: Path, run_bot: RunBot
) -> None:
    async with Synapse(tmp_path / "synapse") as synapse:
        stage = await set_up(synapse, ONE_ROOM, tmp_path / "programme", suffix=".doubt")
        karla, room = stage.people["karla"], stage.rooms["fremdrift"]
        bot = await run_bot(stage.config)
        await stage.bot_joined()
        said = await karla.say(room, "!aftale mig ringe til skolen 18/12")
        await karla.wait_for_bot(room, "action.recorded")
        await karla.redact(room, said)
        await karla.wait_for(lambda e: e["type"] == "m.room.redaction" and e["sender"] == stage.bot, room)
        assert await bot.stop() == 0
        await synapse.stop()
        _forget_transactions(synapse)
        _doubt_everything(stage.config.with_name("hotspotbot.db"))
        await synapse.start()
        bot = await run_bot(stage.config)
        await karla.say(room, "!vis 1")
        await karla.wait_for_bot(room, "action.shown")
        await karla.quiet(room, 0.5)
        assert set(_ids(karla, room).values()) == {1}
        redactions = [e for e in karla.timeline(room) if e["type"] == "m.room.redaction"]
        assert Counter(e["sender"] for e in redactions) == {karla.user_id: 1, stage.bot: 1}
        assert await bot.stop() == 0
        await stage.close()


@pytest.mark.long
async def test_a_homeserver_restored_from_an_older_backup_is_noticed_and_read_anew(
    tmp_path: Path, run_bot: RunBot
) -> None:
    async with Synapse(tmp_path / "synapse") as synapse:
        stage = await set_up(synapse, ONE_ROOM, tmp_path / "programme", suffix=".rewound")
        karla, room = stage.people["karla"], stage.rooms["fremdrift"]
        bot = await run_bot(stage.config)
        await stage.bot_joined()
        await karla.say(room, "!aftale @lene søge friplads 18/12")
        await karla.wait_for_bot(room, "action.recorded")
        await karla.stop_listening()
        await synapse.stop()
        shutil.copytree(synapse.directory, tmp_path / "backup")
        await synapse.start()
        # This will have happened for the bot, and for nobody else.
        async with await karla.another_device() as witness:
            witness.listen()
            lost = await karla.say_many(room, [f"!aftale mig besøge nummer {n} 18/12" for n in range(40)])
            await witness.wait_for(
                lambda e: len(witness.bot_messages(room, "action.recorded")) >= len(lost), room, timeout=30
            )
        await synapse.stop()
        shutil.rmtree(synapse.directory)
        shutil.copytree(tmp_path / "backup", synapse.directory)
        await synapse.start()

        karla.listen()
        await karla.say(room, "!aftale mig ringe til skolen 18/12")
        await karla.wait_for(lambda e: _numbers(e) == [42], room, timeout=60)
        numbers = Counter(n for m in karla.bot_messages(room, "action.recorded") for n in _numbers(m))
        assert numbers == Counter(range(1, 43)), "each promise is confirmed in the room that is left, once"
        assert await bot.stop() == 0
        assert "homeserver.rewound" in bot.tail(2000)
        await stage.close()


def _numbers(message: Event) -> list[int]:
    mark: dict[str, list[int]] = message["content"].get("dk.hotspotbot", {})
    return mark.get("numbers", [])


def _doubt_everything(database: Path) -> None:
    """Make the bot forget that its messages arrived: it tried yesterday, and nobody told it."""
    with sqlite3.connect(database) as db:
        db.execute(
            "UPDATE outbox SET state = 'owed', event_id = NULL, sent_at = NULL, tried_at = '2026-11-19 08:00:00'"
            " WHERE what = 'redact' OR template_sealed IS NOT NULL"  # not what was redacted since
        )
    db.close()


def _forget_transactions(synapse: Synapse) -> None:
    """Make the homeserver forget its transaction ids, as it does by itself after a day."""
    with sqlite3.connect(synapse.directory / "homeserver.db") as db:
        db.execute("DELETE FROM event_txn_id_device_id")
    db.close()
