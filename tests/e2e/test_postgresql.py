"""The same bot on PostgreSQL: the thread through the house, and a kill. Two of them: test_standby."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.e2e.programmes import ONE_ROOM


async def test_the_bot_works_on_postgresql(postgresql_url: str, programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(
        dataclasses.replace(ONE_ROOM, settings={**ONE_ROOM.settings, "database": {"url": postgresql_url}})
    )
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    await karla.say(room, "!aftale Lene søge friplads inden fredag")
    await karla.wait_for_bot(room, "action.recorded")

    command = Path(sys.executable).with_name("hotspotbot")
    await bot.kill()
    said = await lene.say(room, "!færdig 1 de sagde ja")
    await bot.begin()
    done = await lene.wait_for_bot(room, "action.done", after=said)
    assert "søge friplads" in done["content"]["body"]
    await karla.say(room, "!ugestatus")
    digest = await karla.wait_for_bot(room, "digest")
    assert "Færdige siden sidst (1)" in digest["content"]["body"]
    exported = subprocess.run(  # noqa: S603, ASYNC221
        [command, "export", "actions", "--config", stage.config],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    [action] = json.loads(exported.stdout)
    assert (action["state"], action["text"], action["agency"]) == ("done", "søge friplads", "BUF")
    await karla.wait_for_bot(room, "digest.picture", timeout=30)
    kinds = [message["content"]["dk.hotspotbot"]["kind"] for message in karla.bot_messages(room)]
    assert kinds == ["purpose", "action.recorded", "action.done", "digest", "digest.picture"]
