"""The login that the demo shows: Element with the recovery key counts as the person's own and reads what was said."""

import asyncio
import dataclasses
import json

from bot.demo.process import RunBot
from bot.demo.recovery import RecoveryKey
from bot.demo.stage import SetUp
from tests.e2e.programmes import ONE_ROOM
from tests.element.conftest import HERE


async def test_a_new_login_with_the_recovery_key_reads_the_past_and_is_answered(
    programme: SetUp, run_bot: RunBot, node: str
) -> None:
    stage = await programme(dataclasses.replace(ONE_ROOM, encrypted=True))
    await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    await karla.say(room, "!aftale Lene søge friplads inden fredag")
    recorded = await karla.wait_for_bot(room, "action.recorded")
    key = RecoveryKey()
    await key.open_for(karla)

    element = await asyncio.create_subprocess_exec(
        node,
        str(HERE / "recovery.mjs"),
        *(stage.synapse.url, karla.user_id, karla.password, room, "!aftaler"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(element.communicate(key.words.encode()), 90)
    finally:
        if element.returncode is None:
            element.kill()
    assert element.returncode == 0, err.decode()[-2000:]
    saw = json.loads(out)
    assert (saw["signed"], saw["trusted"], saw["ready"]) == (True, True, True)
    assert recorded["content"]["body"] in saw["read"]
    assert len(saw["read"]) == saw["sent"], "some of what was said cannot be read"
    said = await karla.wait_for(lambda event: event["event_id"] == saw["said"], room)
    assert said["content"]["body"] == "!aftaler"
    answer = await karla.wait_for_bot(room, "actions.list")
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == saw["said"]
