"""Ordinary bad days of an operator: a login that ended, a full disk, a database that somebody else holds."""

import asyncio
import dataclasses
import resource
import sqlite3
from collections import Counter

import pytest

from bot.demo.account import MatrixError
from bot.demo.participant import Participant
from bot.demo.process import BotProcess, RunBot
from bot.demo.stage import SetUp, Stage
from tests.e2e.programmes import ONE_ROOM


async def _as_bot(stage: Stage, path: str, body: dict[str, object]) -> None:
    """Call the homeserver as the bot's account, from another device, with its password where one is asked for."""
    async with Participant(stage.synapse.url, stage.bot, "operatør", "hotspot") as operator:
        await operator.login()
        try:
            await operator.call("POST", path, body)
        except MatrixError as asked:
            session = asked.body.get("session")
            auth = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": stage.bot},
                "password": "hotspot",
                "session": session,
            }
            await operator.call("POST", path, {**body, "auth": auth})


async def _ends_refused(bot: BotProcess) -> None:
    """The bot ends by itself with the exit status that systemd does not restart, and one line that says why."""
    assert await bot.wait(20) == 77
    lines = [line for line in bot.tail(50).splitlines() if line and not line.startswith("{")]
    assert len(lines) == 1, lines
    assert "session" in lines[0] or "token" in lines[0] or "login" in lines[0]


async def test_a_login_that_was_ended_is_one_clear_line_and_nothing_said_meanwhile_is_lost(
    programme: SetUp, run_bot: RunBot
) -> None:
    # In the clear: nobody can encrypt for a device that is logged out, see the next test.
    stage = await programme(dataclasses.replace(ONE_ROOM, encrypted=False))
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    await karla.say(room, "!aftale mig ringe til skolen 18/12")
    await karla.wait_for_bot(room, "action.recorded")

    await _as_bot(stage, "/_matrix/client/v3/logout/all", {})
    await _ends_refused(bot)
    said = [await karla.say(room, f"!aftale mig besøge nummer {n} 18/12") for n in range(3)]
    again = await run_bot(
        stage.config
    )  # the password still stands in its file: the same device logs in again
    for event_id in said:
        await karla.wait_for_bot(room, "action.recorded", after=event_id, timeout=30)

    password = {"new_password": "hotspot2", "logout_devices": True}
    await _as_bot(stage, "/_matrix/client/v3/account/password", password)
    await _ends_refused(again)
    refused = BotProcess(stage.config, stage.config.with_name("refused.log"))
    refused.start()
    assert await refused.wait(20) == 77, "the old password: it does not try for ever"
    stage.config.with_name("password").write_text("hotspot2")
    await karla.say(room, "!vis 4")
    last = await run_bot(stage.config)
    await karla.wait_for_bot(room, "action.shown", timeout=30)
    await karla.quiet(room, 0.5)
    ids = Counter(m["content"]["dk.hotspotbot"]["id"] for m in karla.bot_messages(room))
    assert set(ids.values()) == {1}
    assert len(ids) == 6, "four recorded, one shown, and the purpose"
    assert await last.stop() == 0


async def test_a_deleted_device_comes_back_under_its_name_and_signed(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(ONE_ROOM)
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    async with Participant(stage.synapse.url, stage.bot, "operatør", "hotspot") as operator:
        await operator.login()
        devices = (await operator.call("GET", "/_matrix/client/v3/devices"))["devices"]
    (device,) = [d["device_id"] for d in devices if d.get("display_name") == "hotspotbot"]
    await karla.say(room, "!aftale mig ringe til skolen 18/12")
    await karla.wait_for_bot(room, "action.recorded")
    await _as_bot(stage, "/_matrix/client/v3/delete_devices", {"devices": [device]})
    await _ends_refused(bot)
    await _lene_is_heard(stage)  # and so is the deletion, by Karla's client
    await karla.say(room, "Ingen kan kryptere til en enhed, der ikke er der.")

    again = await run_bot(stage.config)
    async with asyncio.timeout(30):
        while device not in await karla.signed_devices(stage.bot):  # noqa: ASYNC110 - asked anew each time
            await asyncio.sleep(0.1)
    await _lene_is_heard(stage)
    await karla.say(room, "!aftale mig ringe til klubben 18/12")
    await karla.wait_for(lambda e: len(karla.bot_messages(room, "action.recorded")) == 2, room, timeout=30)
    assert await again.stop() == 0


async def _lene_is_heard(stage: Stage) -> None:
    """A word of Lene's that Karla hears, and with it everything that changed before."""
    said = await stage.people["lene"].say(stage.rooms["fremdrift"], "Jeg er her stadig.")
    await stage.people["karla"].wait_for(lambda e: e["event_id"] == said, stage.rooms["fremdrift"])


async def test_a_full_disk_loses_nothing_and_needs_no_hands(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    await karla.say(room, "!aftale mig ringe til skolen 18/12")
    await karla.wait_for_bot(room, "action.recorded")

    _, most = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(
        bot.pid, resource.RLIMIT_FSIZE, (1024, most)
    )  # no file may grow, nor be written further in
    said = await karla.say_many(room, [f"!aftale mig besøge nummer {n} 18/12" for n in range(20)])
    await asyncio.sleep(2)
    assert bot.running
    assert len(karla.bot_messages(room, "action.recorded")) == 1, (
        "the limit does not work as a full disk here"
    )
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (most, most))
    await karla.wait_for(lambda e: len(karla.bot_messages(room, "action.recorded")) == 21, room, timeout=60)
    await karla.quiet(room, 0.5)
    given = karla.bot_messages(room, "action.recorded")
    answered = [m["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for m in given]
    assert answered[1:] == [e["event_id"] for e in karla.timeline(room) if e["event_id"] in set(said)]
    assert await bot.stop() == 0


@pytest.mark.long
async def test_a_database_held_by_another_program_is_waited_for(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    db = sqlite3.connect(stage.config.with_name("hotspotbot.db"), isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    said = await karla.say(room, "!aftale mig ringe til skolen 18/12")
    await asyncio.sleep(11)  # longer than one try waits
    assert not karla.bot_messages(room, "action.recorded")
    db.execute("ROLLBACK")
    db.close()
    await karla.wait_for_bot(room, "action.recorded", after=said, timeout=30)
    await karla.quiet(room, 0.5)
    assert len(karla.bot_messages(room, "action.recorded")) == 1
    assert "database.waits" in bot.tail(50)
    assert await bot.stop() == 0
