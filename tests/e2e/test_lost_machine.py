"""A lost machine, encrypted: its folder is gone, a backup is restored elsewhere, and the room keys come from theirs.

Judged by what people's own clients see and by what the homeserver says of the bot's devices.
"""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from vodozemac import MegolmMessage

from bot.demo.account import Account, Event
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import Programme, RoomSpec, SetUp, Stage
from tests.e2e.keeping import all_backed_up
from tests.e2e.programmes import AGENCIES, FREMDRIFT, PEOPLE
from tests.e2e.test_drill import answering, numbers
from tests.e2e.test_encrypted_people import on_the_server
from tests.e2e.test_operations import hotspotbot
from tests.faults.judge import answers, doubled, exported, said_by_bot
from tests.faults.proxy import Proxy, Way

PROGRAMME = Programme(
    people=PEOPLE,
    rooms=(FREMDRIFT, RoomSpec("gade", "gadeteam", people=("ali", "lene", "karla"))),
    agencies=AGENCIES,
    encrypted=True,
)
NOON = "2026-11-24T11:00@1"


@pytest.fixture
async def proxy(synapse: Synapse) -> AsyncIterator[Proxy]:
    """The network between bot and homeserver."""
    async with Proxy(synapse) as between:
        yield between


async def said_of(person: Account, bot: str) -> dict[str, Any]:
    """What the homeserver says of the bot's keys."""
    return await person.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {bot: []}})


def move_house(stage: Stage) -> None:
    """Another machine: config, password and the keys from their safe places; of the first one nothing is left."""
    new = stage.directory.with_name(stage.directory.name + "-ny")
    new.mkdir()
    for name in ("hotspot.toml", "password", "master.key", "keyring.json"):
        shutil.copy2(stage.directory / name, new / name)
    shutil.rmtree(stage.directory)
    stage.directory, stage.config = new, new / "hotspot.toml"


def unread(person: Participant, room: str) -> list[Event]:
    return person.bot_messages(room, "event.unread")


@pytest.mark.long
async def test_a_lost_machine_comes_back_as_a_new_device(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    stage = await programme(replace(PROGRAMME, settings={"matrix": {"homeserver": proxy.url}}))
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    karla, lene, ali = (stage.people[key] for key in ("karla", "lene", "ali"))
    fremdrift, gade = stage.rooms["fremdrift"], stage.rooms["gade"]

    async def ask(person: Participant, room: str, words: str) -> str:
        event = await person.say(room, words)
        await karla.wait_for(answering(event), room, timeout=30)
        return event

    first = await ask(karla, fremdrift, "!aftale @lene søge friplads inden fredag")
    backup = stage.directory.with_name("kopi")
    made = await hotspotbot("backup", backup, "--config", stage.config)
    assert made.status == 0, made.err

    # Since the backup: people whose room keys the copy does not have, and one whose key is nowhere but here.
    readable = [
        first,
        await ask(karla, fremdrift, "!aftale @ali ringe til skolen inden fredag"),
        await ask(lene, fremdrift, "!færdig 1 de sagde ja"),
        await ask(lene, gade, "!aftale @lene låne nøglen inden fredag"),
    ]
    await all_backed_up(stage)
    proxy.breaks("room_keys", Way.ERROR, endless=True)
    lost = await ask(ali, gade, "!aftale @lene købe bolde inden fredag")
    seen = {
        **numbers(said_by_bot(karla, fremdrift, stage.bot)),
        **numbers(said_by_bot(karla, gade, stage.bot)),
    }
    before = await said_of(karla, stage.bot)
    await bot.kill()
    # Nobody is there to hear these two.
    unheard = [
        await karla.say(fremdrift, "!aftale @ali bestille kage inden fredag"),
        await lene.say(gade, "!aftale mig spørge hallen inden fredag"),
    ]

    move_house(stage)
    proxy.heal()
    restored = await hotspotbot("restore", backup, "--config", stage.config)
    assert restored.status == 0, restored.err
    bot = await run_bot(stage.config, rehearse=NOON)
    readable += unheard
    for event, room in zip(unheard, (fremdrift, gade), strict=True):
        await karla.wait_for(answering(event), room, timeout=30)

    # The same bot on another device; the lost one is logged out.
    after = await said_of(karla, stage.bot)
    assert after["master_keys"][stage.bot]["keys"] == before["master_keys"][stage.bot]["keys"]
    (former,) = before["device_keys"][stage.bot]
    (new,) = after["device_keys"][stage.bot]
    assert new != former
    assert await karla.signed_devices(stage.bot) == {new}

    # Ali is told once which of his messages cannot be read, with its time and a link; nobody else is told anything.
    told = await ali.wait_for_bot(gade, "event.unread", timeout=90)
    assert quote(lost) in told["content"]["body"]
    assert "gendannet fra en sikkerhedskopi" in told["content"]["body"]
    assert told["content"]["m.mentions"] == {"user_ids": [ali.user_id]}
    again = await ask(ali, gade, "!aftale @lene købe bolde inden fredag")
    await karla.quiet(gade, 0.5)
    assert [event["event_id"] for event in unread(ali, gade)] == [told["event_id"]]
    assert not unread(karla, fremdrift)

    rows = {row["source_event"]: row for row in exported(stage)}
    assert {event: rows[event]["number"] for event in seen if event != lost} == {
        event: number for event, number in seen.items() if event != lost
    }, "the numbers that people saw"
    assert rows[first]["state"] == "done"
    assert lost not in rows
    assert {rows[event]["number"] for event in (*unheard, again)}.isdisjoint(seen.values())
    for room in (fremdrift, gade):
        heard = said_by_bot(karla, room, stage.bot)
        assert not doubled(heard)
        given = Counter(answers(event) for event in heard)
        assert {event for event, times in given.items() if times > 1 and event in readable} == set()

    # Restarted, it stays who it is, and says nothing of it all again.
    count = len(unread(ali, gade))
    await bot.restart()
    await ask(ali, gade, "!aftaler")
    assert list((await said_of(karla, stage.bot))["device_keys"][stage.bot]) == [new]
    assert len(unread(ali, gade)) == count


async def with_a_token(stage: Stage) -> str:
    """Give the bot an access token instead of its password; the device that the token belongs to."""
    async with Participant(stage.synapse.url, stage.bot, "hotspotbot", PASSWORD, auto_join=False) as account:
        await Account.login(account)  # a device without keys: they are the bot's to make
    token = stage.directory / "token"
    token.touch(mode=0o600)
    token.write_text(account.access_token, encoding="utf-8")
    config = stage.config.read_text(encoding="utf-8")
    instead = config.replace('password_file = "password"', 'access_token_file = "token"')
    stage.config.write_text(instead, encoding="utf-8")
    return account.device_id


async def test_the_lost_devices_token_is_refused(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(PROGRAMME)
    device = await with_a_token(stage)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    await bot.stop()
    backup = stage.directory / "kopi"
    assert (await hotspotbot("backup", backup, "--config", stage.config)).status == 0
    assert (await hotspotbot("restore", backup, "--config", stage.config)).status == 0
    ended = await hotspotbot("run", "--config", stage.config, "--rehearse", NOON)
    assert ended.status == 77
    assert device in ended.err
    assert "give the bot a new token, or its password" in ended.err


@pytest.mark.long
async def test_a_machine_set_back_with_only_a_token_never_speaks_on_an_old_ratchet(
    programme: SetUp, run_bot: RunBot
) -> None:
    stage = await programme(PROGRAMME)
    device = await with_a_token(stage)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    karla, fremdrift = stage.people["karla"], stage.rooms["fremdrift"]
    commands = []

    async def ask(words: str) -> Event:
        commands.append(await karla.say(fremdrift, words))
        return await karla.wait_for(answering(commands[-1]), fremdrift, timeout=30)

    async def ratchet(answer: Event) -> str:
        """The room key and index under which an answer lies on the homeserver."""
        content = (await on_the_server(karla, fremdrift, answer["event_id"]))["content"]
        index = MegolmMessage.from_base64(content["ciphertext"]).message_index()
        return f"{content['session_id']} {index}"

    used = [await ratchet(await ask("!aftale @lene ringe til skolen inden fredag"))]
    await bot.stop()
    snapshot = (stage.directory / "hotspotbot.db").read_bytes()
    await bot.begin()
    used.append(await ratchet(await ask("!aftale @lene ringe til klubben inden fredag")))
    await bot.kill()
    for path in stage.directory.glob("hotspotbot.db-*"):
        path.unlink()
    (stage.directory / "hotspotbot.db").write_bytes(snapshot)
    bot.expected_errors.append("device.set_back")
    await bot.begin()
    used.append(await ratchet(await ask("!aftale @lene ringe til hallen inden fredag")))
    used.append(await ratchet(await ask("!aftaler")))
    assert len(set(used)) == len(used), "no message key was used twice"
    assert list((await said_of(karla, stage.bot))["device_keys"][stage.bot]) == [device]
    given = [event for event in said_by_bot(karla, fremdrift, stage.bot) if answers(event)]
    assert Counter(map(answers, given)) == Counter(commands)
