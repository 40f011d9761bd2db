"""A case's file on a real homeserver: open to whoever has its address, until the case goes; then gone, or listed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.demo.account import quoted
from bot.demo.homeserver import Synapse
from bot.demo.participant import Participant
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from bot.faults import OF_DELETION
from tests.e2e.test_operations import hotspotbot
from tests.faults.judge import answers
from tests.faults.programmes import NOON, OVERSEEN
from tests.faults.proxy import Proxy, Way
from tests.faults.test_meetings import die

CODE = "HS-26-001"
# A file in the clear: whoever has its address has its words.
PROGRAMME = replace(OVERSEEN, encrypted=False)


async def a_sheet(stage: Stage) -> tuple[str, str]:
    """Karla opens a case and has its sheet sent: the file's address, and the room in which Anna is asked to agree."""
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    opened = await karla.say(room, "!sag ny bange for zebrafisk")
    await karla.wait_for(lambda heard: answers(heard) == opened, room, timeout=30)
    alone = await stage.open_direct_room("karla")
    await karla.say(alone, f"!skema {CODE} fil")
    file = await karla.wait_for(lambda e: e["content"].get("msgtype") == "m.file", alone, timeout=30)
    asked = await karla.say(room, f"!sag slet {CODE}")
    await karla.wait_for(lambda heard: answers(heard) == asked, room, timeout=30)
    asked_in = await stage.direct_room("anna", timeout=30)
    await stage.people["anna"].wait_for_bot(asked_in, "erasure.consent", timeout=30)
    return str(file["content"]["url"]), asked_in


async def done(stage: Stage, room: str) -> str:
    """What Anna is told when the case is gone."""
    event = await stage.people["anna"].wait_for_bot(room, "erasure.done", timeout=60)
    return str(event["content"]["body"])


async def is_gone(person: Participant, uri: str) -> bool:
    """Whether the homeserver has a file no more."""
    try:
        await person.stored(uri)
    except aiohttp.ClientResponseError as fault:
        return fault.status == 404
    return False


async def made_admin(synapse: Synapse, stage: Stage) -> None:
    """Let the bot's account be an admin of the homeserver."""
    async with await synapse.register(f"vagt{stage.suffix}", admin=True) as admin:
        await admin.call("PUT", f"/_synapse/admin/v1/users/{quoted(stage.bot)}/admin", {"admin": True})


async def test_where_the_bot_is_an_admin_the_file_goes_with_the_case_wherever_it_is_killed(
    programme: SetUp, synapse: Synapse, run_bot: RunBot
) -> None:
    stage = await programme(PROGRAMME)
    await made_admin(synapse, stage)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    uri, asked_in = await a_sheet(stage)
    lene = stage.people["lene"]
    assert (await lene.stored(uri)).startswith(b"PK"), "she was never in that room"

    async def agree(number: int) -> None:
        if number == 0:
            await stage.people["anna"].say(asked_in, "ja")

    await die(bot, [f"{point}:1" for point in OF_DELETION], agree)
    await bot.begin()
    assert "Matrix-serveren" not in await done(stage, asked_in)
    assert await is_gone(lene, uri)
    assert (await hotspotbot("media", "--config", stage.config)).status == 0
    assert await bot.stop() == 0


async def test_a_homeserver_that_does_not_answer_keeps_nobody_waiting_for_the_word(
    programme: SetUp, synapse: Synapse, run_bot: RunBot
) -> None:
    async with Proxy(synapse) as proxy:
        stage = await programme(replace(PROGRAMME, settings={"matrix": {"homeserver": proxy.url}}))
        await made_admin(synapse, stage)
        bot = await run_bot(stage.config, rehearse=NOON)
        await stage.bot_joined()
        uri, asked_in = await a_sheet(stage)
        proxy.breaks("delete media", Way.ERROR, endless=True)
        await stage.people["anna"].say(asked_in, "ja")
        assert "En fil ligger stadig på Matrix-serveren" in await done(stage, asked_in)
        assert not await is_gone(stage.people["lene"], uri)
        proxy.heal()
        async with asyncio.timeout(60):
            while not await is_gone(stage.people["lene"], uri):  # noqa: ASYNC110 - asked anew each time
                await asyncio.sleep(0.2)
        assert await bot.stop() == 0


async def test_where_it_is_not_the_operator_has_the_address_and_deletes_it(
    programme: SetUp, synapse: Synapse, run_bot: RunBot, tmp_path: Path
) -> None:
    stage = await programme(PROGRAMME)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    uri, asked_in = await a_sheet(stage)
    anna, lene = stage.people["anna"], stage.people["lene"]
    await anna.say(asked_in, "ja")
    assert "En fil ligger stadig på Matrix-serveren" in await done(stage, asked_in)
    assert not await is_gone(lene, uri)

    checked = await hotspotbot("check", "--config", stage.config)
    assert [line for line in checked.lines("advarsel") if "1 fil, hvis besked er slettet" in line], (
        checked.out
    )
    listed = await hotspotbot("media", "--config", stage.config)
    assert (listed.status, listed.out) == (1, f"{uri}\n")
    assert "--admin-token-file" in listed.err
    token = tmp_path / "token"
    token.write_text(lene.access_token + "\n")
    in_vain = await hotspotbot("media", "--config", stage.config, "--admin-token-file", token)
    assert (in_vain.status, in_vain.out) == (1, f"{uri}\n"), "she is no admin"
    async with await synapse.register(f"vagt{stage.suffix}", admin=True) as admin:
        env = {"HOTSPOTBOT_ADMIN_TOKEN": admin.access_token}
        deleted = await hotspotbot("media", "--config", stage.config, env=env)
        assert admin.access_token not in deleted.out + deleted.err
    assert (deleted.status, deleted.out) == (0, ""), deleted.err
    assert "En fil er slettet" in deleted.err
    assert await is_gone(lene, uri)
    assert (await hotspotbot("media", "--config", stage.config)).status == 0
    assert await bot.stop() == 0
