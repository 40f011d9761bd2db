"""The homeserver gone for an hour, and killed and started again in the middle of it."""

import asyncio

from bot.demo.homeserver import Synapse
from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.faults.judge import alone_with_bot, answers, doubled, said_by_bot
from tests.faults.programmes import behind
from tests.faults.proxy import Proxy

MONDAY = "2026-11-23T06:00@1800"  # two seconds are an hour
HOUR = 2.0


async def test_what_fell_due_while_the_homeserver_was_gone_goes_out_once(
    programme: SetUp, run_bot: RunBot, proxy: Proxy, synapse: Synapse
) -> None:
    stage = await programme(behind(proxy, rooms={"fremdrift": ["lene", "ali"]}, more={"digest": "mon 08:30"}))
    await run_bot(stage.config, rehearse=MONDAY)
    await stage.bot_joined()
    karla, lene, room = stage.people["karla"], stage.people["lene"], stage.rooms["fremdrift"]
    said = [
        await karla.say(room, "!aftale @ali ringe til klubben inden i dag"),
        await karla.say(room, "!aftale @lene ringe til skolen inden i dag"),
    ]
    await karla.wait_for(lambda event: answers(event) == said[-1], room)

    await proxy.down()
    said.append(await lene.say(room, "!færdig 2 de sagde ja"))
    await synapse.restart(sudden=True)
    said.append(await karla.say(room, "!aftale @lene ringe til banken inden i morgen"))
    await asyncio.sleep(HOUR)
    await proxy.up()

    await karla.wait_for(lambda event: answers(event) == said[-1], room, timeout=30)
    await karla.wait_for_bot(room, "digest", timeout=30)
    alone = await stage.direct_room("ali", timeout=30)
    await stage.people["ali"].wait_for_bot(alone, timeout=30)
    await karla.wait_for_bot(room, "digest.picture", timeout=30)
    heard = said_by_bot(karla, room, stage.bot)
    assert not doubled(heard)
    assert [answers(event) for event in heard if answers(event)] == said
    kinds = [event["content"]["dk.hotspotbot"]["kind"] for event in heard if not answers(event)]
    assert kinds == ["purpose", "digest", "digest.picture"]
    reminders = await alone_with_bot(stage, "ali")
    assert [event["content"]["dk.hotspotbot"]["numbers"] for event in reminders] == [[1]]
